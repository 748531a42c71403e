# SPDX-License-Identifier: GPL-3.0-or-later
# Rows out of JSON, and the live lists made of them.
qd_library(qd_kuberows SOURCES
    BodyCodec.cpp
    BodyCodec.h
    EventFramer.cpp
    EventFramer.h
    EventFramerList.cpp
    EventFramerList.h
    RowDecoder.cpp
    RowDecoder.h
    RowDecoderPlan.cpp
    RowDecoderPlan.h
    RowDecoderValue.cpp
    RowDecoderValue.h
    RowDecoderWalk.cpp
    RowDecoderWalk.h
    PUBLIC qd_ports
    PRIVATE simdjson::simdjson PkgConfig::lz4)

qd_library(qd_kubewatch SOURCES
    ClusterFeed.cpp
    ClusterFeed.h
    ClusterFeedPool.cpp
    ClusterFeedPool.h
    Heartbeat.cpp
    Heartbeat.h
    HeartbeatProbe.cpp
    HeartbeatProbe.h
    Reflector.cpp
    Reflector.h
    ReflectorBatches.cpp
    ReflectorBatches.h
    ReflectorRequests.cpp
    ReflectorRequests.h
    ReflectorTime.cpp
    ReflectorTime.h
    SelfCheck.cpp
    SelfCheck.h
    Watch.h
    PUBLIC qd_kuberows qd_kubehttp)
