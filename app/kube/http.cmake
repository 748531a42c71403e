# SPDX-License-Identifier: GPL-3.0-or-later
# Transport, gateway, pod logs, services in the cluster, and the umbrella target qd_kube.
qd_library(qd_kubehttp SOURCES
    Discovery.cpp
    Discovery.h
    Gateway.cpp
    Gateway.h
    GatewayDiscovery.cpp
    GatewayPaths.cpp
    GatewayPaths.h
    GatewayRead.cpp
    GatewayWrite.cpp
    SchemaCache.cpp
    SchemaCache.h
    Http.h
    HttpClient.cpp
    HttpClientImpl.h
    HttpDispatcher.cpp
    HttpDispatcher.h
    HttpErrors.cpp
    HttpErrors.h
    HttpExchange.cpp
    HttpHeaders.cpp
    HttpHeaders.h
    HttpMailbox.cpp
    HttpMailbox.h
    HttpOptions.h
    HttpProxy.cpp
    HttpProxy.h
    HttpProxyRelay.cpp
    HttpProxyRelay.h
    LogFeed.cpp
    LogFeed.h
    ServiceHttp.cpp
    ServiceHttp.h
    ServiceSocket.cpp
    ServiceSocket.h
    StatusError.cpp
    StatusError.h
    TlsSetup.cpp
    TlsSetup.h
    PUBLIC qd_ports Qt6::Network PRIVATE OpenSSL::SSL Qt6::WebSockets)

qd_library(qd_kube SOURCES
    KubeCluster.cpp
    KubeCluster.h
    PUBLIC qd_kubeconfig qd_kubehttp qd_kubewatch)
