// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/workload/PortTable.h"

#include <QHash>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

using Speaks = PodPort::Speaks;

const QHash<QString, QList<PodPort>> &table()
{
    static const PodPort metrics{10013, u"metrics"_s, Speaks::Http};
    static const QHash<QString, QList<PodPort>> all{
        {u"participant"_s,
            {{5001, u"lg-api"_s, Speaks::Grpc}, {5002, u"adm-api"_s, Speaks::Grpc}, {7575, u"json-api"_s, Speaks::Http}, metrics}},
        {u"sequencer"_s, {{5008, u"public-api"_s, Speaks::Grpc}, {5009, u"adm-api"_s, Speaks::Grpc}, metrics}},
        {u"mediator"_s, {{5007, u"adm-api"_s, Speaks::Grpc}, metrics}},
        {u"validator"_s, {{5003, u"http"_s, Speaks::Http}, metrics}},
        {u"scan"_s, {{5012, u"http"_s, Speaks::Http}, metrics}},
        {u"sv"_s, {{5014, u"http"_s, Speaks::Http}, metrics}},
        {u"cometbft"_s,
            {{26656, u"p2p"_s, Speaks::Peers}, {26657, u"rpc"_s, Speaks::Http}, {26660, u"metrics"_s, Speaks::Http}}},
        {u"json-api"_s, {{7575, u"http"_s, Speaks::Http}}},
        {u"navigator"_s, {{4000, u"http"_s, Speaks::Http}}},
        {u"wallet-ui"_s, {{80, u"http"_s, Speaks::Http}}},
        {u"cns-ui"_s, {{80, u"http"_s, Speaks::Http}}},
        {u"postgres"_s, {{5432, u"postgresdb"_s, Speaks::Postgres}}},
    };
    return all;
}

}

QList<PodPort> podPorts(const QString &component)
{
    return table().value(component.endsWith("-postgres"_L1) ? u"postgres"_s : component);
}

bool hasService(const QString &component)
{
    return metricsPort(component) != 0 || component == "json-api"_L1;
}

quint16 metricsPort(const QString &component)
{
    for (const PodPort &port : podPorts(component)) {
        if (port.name == "metrics"_L1)
            return port.number;
    }
    return 0;
}

}
