# SPDX-License-Identifier: GPL-3.0-or-later
# kubeconfig, credentials and exec plugins: no HTTP here
qd_library(qd_kubeconfig SOURCES
    ClusterConfig.h
    CredentialFiles.cpp
    CredentialFiles.h
    ExecCredential.cpp
    ExecCredential.h
    ExecPlugin.cpp
    ExecPlugin.h
    KubeConfig.cpp
    KubeConfig.h
    KubeConfigDecode.cpp
    KubeConfigDecode.h
    KubeConfigJson.cpp
    KubeConfigResolve.cpp
    KubeTokenSource.cpp
    KubeTokenSource.h
    LoginPath.cpp
    LoginPath.h
    PUBLIC qd_ports Qt6::Network
    PRIVATE qd_yaml)
