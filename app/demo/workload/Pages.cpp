// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/workload/Pages.h"

#include "app/demo/workload/Metrics.h"
#include "models/core/Json.h"

#include <QJsonArray>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

Response text(int status, const QByteArray &body)
{
    Response response;
    response.status = status;
    response.contentType = "text/plain; charset=UTF-8";
    response.body = body;
    return response;
}

Response jsonPage(int status, const QJsonObject &body)
{
    Response response;
    response.status = status;
    response.body = json::compact(body);
    return response;
}

/// Splice answers its health without a word.
Response silent(int status)
{
    Response response;
    response.status = status;
    response.contentType.clear();
    return response;
}

Response unknownPath()
{
    return text(404, "The requested resource could not be found.");
}

QString statusText(const Subject &subject, const QString &pointer)
{
    return json::at(subject.node, QString(u"/status"_s + pointer)).toString();
}

/// The version of the container's image.
QString versionOf(const Subject &subject)
{
    return json::at(subject.pod, u"/spec/containers/0/image"_s).toString().section(u':', -1);
}

Response metricsPage(const Subject &subject, const Request &request)
{
    if (request.path != "/metrics"_L1)
        return text(404, "404 page not found\n");
    Response response;
    response.contentType = "text/plain; version=0.0.4; charset=utf-8";
    response.body = metricsText(metricTable(), subject);
    return response;
}

/// The JSON Ledger API in front of a participant.
Response ledgerPage(const Subject &subject, const Request &request)
{
    if (request.path == "/livez"_L1)
        return jsonPage(200, {{u"status"_s, u"pass"_s}});
    if (request.path == "/readyz"_L1)
        return text(subject.ready ? 200 : 503,
            subject.ready ? "[+] ledger ok (SERVING)\nreadyz check passed\n" : "[-] ledger failed (NOT_SERVING)\nreadyz check failed\n");
    if (request.path == "/v2/version"_L1)
        return jsonPage(200, {{u"version"_s, versionOf(subject)},
            {u"features"_s, QJsonObject{{u"userManagement"_s, QJsonObject{{u"supported"_s, true}, {u"maxRightsPerUser"_s, 1000}, {u"maxUsersPageSize"_s, 1000}}},
                {u"partyManagement"_s, QJsonObject{{u"maxPartiesPageSize"_s, 10000}}}}}});
    if (!request.path.startsWith("/v2/"_L1))
        return unknownPath();
    return jsonPage(501, {{u"code"_s, u"UNIMPLEMENTED"_s}, {u"grpcCodeValue"_s, 12},
        {u"cause"_s, QString(u"The demo network does not play "_s + request.path + u": it answers /livez, /readyz and /v2/version here."_s)}});
}

/// NodeStatus of a Splice app.
QJsonObject nodeStatus(const Subject &subject, const PodPort &port)
{
    if (!subject.ready)
        return {{u"not_initialized"_s, QJsonObject{{u"active"_s, true}}}};
    const qint64 seconds = subject.started.secsTo(subject.now);
    return {{u"success"_s,
        QJsonObject{{u"id"_s, QString(subject.component + u"::"_s + statusText(subject, u"/uid"_s))},
            {u"uptime"_s, QString(u"PT"_s + QString::number(seconds) + u'S')},
            {u"ports"_s, QJsonObject{{subject.component, int(port.number)}}}, {u"active"_s, true}}}};
}

std::optional<QJsonObject> validatorFacts(const Subject &subject, const QString &path)
{
    if (path != "/v0/validator-user"_L1 || subject.word(u"party"_s).isEmpty())
        return std::nullopt;
    return QJsonObject{{u"party_id"_s, subject.word(u"party"_s)},
        {u"user_name"_s, json::at(subject.node, u"/spec/walletUsers/0"_s).toString(subject.word(u"application"_s))}, {u"featured"_s, false}};
}

std::optional<QJsonObject> scanFacts(const Subject &subject, const QString &path)
{
    const QString dso = subject.word(u"dso"_s);
    if (path == "/v0/dso-party-id"_L1 && !dso.isEmpty())
        return QJsonObject{{u"dso_party_id"_s, dso}};
    const QString url = statusText(subject, u"/endpoints/scan"_s);
    if (path != "/v0/scans"_L1 || url.isEmpty() || subject.domains.isEmpty())
        return std::nullopt;
    const QJsonObject scan{{u"publicUrl"_s, url}, {u"svName"_s, json::at(subject.node, u"/spec/onboarding/name"_s)}};
    return QJsonObject{{u"scans"_s, QJsonArray{QJsonObject{{u"domainId"_s, subject.domains.first().id}, {u"scans"_s, QJsonArray{scan}}}}}};
}

/// The API of a Splice app, below /api/COMPONENT.
Response splicePage(const Subject &subject, const PodPort &port, const Request &request)
{
    const QString base = QString(u"/api/"_s + subject.component);
    if (!request.path.startsWith(QString(base + u'/')))
        return unknownPath();
    const QString path = request.path.mid(base.size());
    if (path == "/livez"_L1)
        return silent(200);
    if (path == "/readyz"_L1)
        return silent(subject.ready ? 200 : 503);
    if (path == "/status"_L1)
        return jsonPage(200, nodeStatus(subject, port));
    if (path == "/version"_L1)
        return jsonPage(200, {{u"version"_s, versionOf(subject)}});
    if (!subject.ready)
        return jsonPage(503, {{u"error"_s, u"The app is not initialized yet."_s}});
    const auto facts = subject.component == "scan"_L1 ? scanFacts(subject, path)
        : subject.component == "validator"_L1         ? validatorFacts(subject, path)
                                                      : std::nullopt;
    if (facts)
        return jsonPage(200, *facts);
    return jsonPage(501, {{u"error"_s, QString(u"The demo network does not play "_s + request.path + u'.')}});
}

/// CometBFT's RPC.
Response chainPage(const Subject &subject, const Request &request)
{
    QJsonObject result;
    if (request.path == "/status"_L1)
        result = {{u"sync_info"_s,
            QJsonObject{{u"latest_block_height"_s, QString::number(qint64(subject.clock(u"chain"_s, nullptr).seconds / 2))},
                {u"latest_block_time"_s, subject.clock(u"chain"_s, nullptr).at.toUTC().toString(Qt::ISODateWithMs)},
                {u"catching_up"_s, !subject.ready}}}};
    else if (request.path != "/health"_L1)
        return text(404, "404 page not found\n");
    return jsonPage(200, {{u"jsonrpc"_s, u"2.0"_s}, {u"id"_s, -1}, {u"result"_s, result}});
}

/// What is a page for people on a real network.
Response uiPage(const Subject &subject, const Request &request)
{
    if (request.path == "/readyz"_L1 || request.path == "/livez"_L1)
        return text(request.path == "/livez"_L1 || subject.ready ? 200 : 503, "ok");
    return text(501, "The demo network does not play the pages of " + subject.component.toUtf8() + ".\n");
}

}

Response pageOf(const Subject &subject, const PodPort &port, const Request &request)
{
    if (request.method != "GET" && request.method != "HEAD") {
        Response refused = text(405, "HTTP method not allowed, supported methods: GET");
        refused.headers.insert("Allow", "GET");
        return refused;
    }
    if (port.name == "metrics"_L1)
        return metricsPage(subject, request);
    if (port.number == 7575)
        return ledgerPage(subject, request);
    if (port.name == "rpc"_L1)
        return chainPage(subject, request);
    static const QStringList splice{u"validator"_s, u"scan"_s, u"sv"_s};
    return splice.contains(subject.component) ? splicePage(subject, port, request) : uiPage(subject, request);
}

}
