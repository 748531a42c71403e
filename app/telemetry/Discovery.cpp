// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/telemetry/Discovery.h"

#include "app/telemetry/Chain.h"

#include <QJsonArray>

#include <algorithm>
#include <atomic>
#include <optional>
#include <tuple>

namespace qd::telemetry {

using namespace Qt::StringLiterals;
using ports::TelemetryPart;

namespace {

/// A usual service. `name` is the whole name, or its end after a release's name ("-" + name); `label` the value of
/// app.kubernetes.io/name (or app, k8s-app), with the component where one chart makes many services.
struct Usual {
    TelemetryPart part;
    QLatin1StringView name;
    QLatin1StringView label;
    QLatin1StringView component;
    int port;
    QLatin1StringView prefix;
};

/// In the order they are asked. A Prometheus comes before what stands in front of several: it knows its rules and targets.
constexpr Usual kUsual[] = {
    {TelemetryPart::Metrics, "prometheus-operated"_L1, {}, {}, 9090, {}},
    {TelemetryPart::Metrics, "kube-prometheus-stack-prometheus"_L1, {}, {}, 9090, {}},
    {TelemetryPart::Metrics, "kube-prometheus-prometheus"_L1, {}, {}, 9090, {}},
    {TelemetryPart::Metrics, "prometheus-server"_L1, {}, {}, 9090, {}},
    {TelemetryPart::Metrics, "prometheus-k8s"_L1, {}, {}, 9090, {}},
    {TelemetryPart::Metrics, "prometheus"_L1, "prometheus"_L1, {}, 9090, {}},
    {TelemetryPart::Metrics, "thanos-query-frontend"_L1, "thanos"_L1, "query-frontend"_L1, 9090, {}},
    {TelemetryPart::Metrics, "thanos-query"_L1, "thanos"_L1, "query"_L1, 9090, {}},
    {TelemetryPart::Metrics, "thanos-query"_L1, "thanos-query"_L1, {}, 9090, {}},
    {TelemetryPart::Metrics, "thanos-querier"_L1, {}, {}, 9091, {}},
    {TelemetryPart::Metrics, "victoria-metrics-single-server"_L1, "victoria-metrics-single"_L1, {}, 8428, {}},
    {TelemetryPart::Metrics, "vmsingle"_L1, "vmsingle"_L1, {}, 8428, {}},
    {TelemetryPart::Metrics, "vmselect"_L1, "vmselect"_L1, {}, 8481, "/select/0/prometheus"_L1},
    {TelemetryPart::Metrics, "mimir-gateway"_L1, "mimir"_L1, "gateway"_L1, 8080, "/prometheus"_L1},
    {TelemetryPart::Metrics, "mimir-nginx"_L1, "mimir"_L1, "nginx"_L1, 8080, "/prometheus"_L1},
    {TelemetryPart::Metrics, "mimir-query-frontend"_L1, "mimir"_L1, "query-frontend"_L1, 8080, "/prometheus"_L1},
    {TelemetryPart::Metrics, "mimir"_L1, {}, {}, 8080, "/prometheus"_L1},
    {TelemetryPart::Alerts, "alertmanager-operated"_L1, {}, {}, 9093, {}},
    {TelemetryPart::Alerts, "alertmanager-main"_L1, {}, {}, 9093, {}},
    {TelemetryPart::Alerts, "alertmanager"_L1, "alertmanager"_L1, {}, 9093, {}},
    {TelemetryPart::Alerts, "prometheus-alertmanager"_L1, {}, {}, 9093, {}},
    {TelemetryPart::Logs, "loki-gateway"_L1, "loki"_L1, "gateway"_L1, 80, {}},
    {TelemetryPart::Logs, "loki-query-frontend"_L1, "loki"_L1, "query-frontend"_L1, 3100, {}},
    {TelemetryPart::Logs, "loki-read"_L1, "loki"_L1, "read"_L1, 3100, {}},
    {TelemetryPart::Logs, "loki"_L1, "loki"_L1, "single-binary"_L1, 3100, {}},
};

/// Where charts put them by default.
const QStringList &usualNamespaces()
{
    static const QStringList all{u"monitoring"_s, u"observability"_s, u"prometheus"_s, u"loki"_s, u"logging"_s, u"openshift-monitoring"_s};
    return all;
}

QString labelOf(const QJsonValue &service, QLatin1StringView key)
{
    return service["metadata"_L1]["labels"_L1][key].toString();
}

bool matches(const Usual &usual, const QString &name, const QJsonValue &service)
{
    if (name == usual.name || name.endsWith(QString(u'-' + usual.name)))
        return true;
    if (usual.label.isEmpty())
        return false;
    const QStringList said{labelOf(service, "app.kubernetes.io/name"_L1), labelOf(service, "app"_L1), labelOf(service, "k8s-app"_L1)};
    const QStringList components{labelOf(service, "app.kubernetes.io/component"_L1), labelOf(service, "component"_L1)};
    return said.contains(usual.label) && (usual.component.isEmpty() || components.contains(usual.component));
}

/// Headless twins of services that have another, ring members, sidecars' ports: not the API.
bool isInner(const QString &name)
{
    static const QStringList ends{u"-headless"_s, u"-memberlist"_s, u"-gossip-ring"_s, u"-canary"_s, u"-discovery"_s};
    return std::any_of(ends.begin(), ends.end(), [&name](const QString &end) { return name.endsWith(end); });
}

/// The port of the API: the usual number, a name that says so, or the only one; 0: none.
QJsonObject portOf(const QJsonValue &service, int usual)
{
    static const QStringList names{u"web"_s, u"http-web"_s, u"https-web"_s, u"http"_s, u"https"_s, u"http-metrics"_s};
    const QJsonArray ports = service["spec"_L1]["ports"_L1].toArray();
    for (const QJsonValue &port : ports) {
        if (port["port"_L1].toInt() == usual)
            return port.toObject();
    }
    for (const QString &name : names) {
        for (const QJsonValue &port : ports) {
            if (port["name"_L1].toString() == name)
                return port.toObject();
        }
    }
    return ports.size() == 1 ? ports.at(0).toObject() : QJsonObject();
}

std::optional<Candidate> candidate(const QJsonValue &service)
{
    const QString name = service["metadata"_L1]["name"_L1].toString();
    if (isInner(name) || service["spec"_L1]["type"_L1].toString() == "ExternalName"_L1)
        return std::nullopt;
    int rank = 0;
    for (const Usual &usual : kUsual) {
        ++rank;
        const QJsonObject port = matches(usual, name, service) ? portOf(service, usual.port) : QJsonObject();
        if (port.isEmpty())
            continue;
        const QString portName = port.value("name"_L1).toString();
        const int number = port.value("port"_L1).toInt();
        const bool tls = number == 443 || portName.startsWith("https"_L1) || port.value("appProtocol"_L1).toString() == "https"_L1
            || usual.name == "thanos-querier"_L1;
        return Candidate{usual.part, {{}, service["metadata"_L1]["namespace"_L1].toString(), name, QString::number(number), tls ? u"https"_s : QString()},
                         QString(usual.prefix), rank};
    }
    return std::nullopt;
}

using Seen = std::shared_ptr<std::atomic<int>>;

ports::ListQuery queryIn(const QString &ns, const Seen &seen)
{
    ports::ListQuery query;
    query.ns = ns;
    query.reduce = [seen](const QJsonObject &service) {
        ++*seen;
        return judged(service);
    };
    return query;
}

/// One namespace after the other; the last answers for all.
QFuture<Result<QList<Candidate>>> lookIn(const std::shared_ptr<ports::ResourceGateway> &gateway, QStringList left, const QJsonArray &found, const Error &first,
                                         bool read, const Seen &seen, std::stop_token stop)
{
    if (left.isEmpty()) {
        const QList<Candidate> candidates = candidatesIn({{u"items"_s, found}});
        return readyFuture<QList<Candidate>>(read ? Result<QList<Candidate>>(candidates) : first);
    }
    const QString ns = left.takeFirst();
    auto promise = std::make_shared<QPromise<Result<QList<Candidate>>>>();
    promise->start();
    chain(gateway->list({{}, u"v1"_s, u"services"_s}, queryIn(ns, seen), stop), [=](const Result<QJsonObject> &list) {
        QJsonArray all = found;
        const QJsonArray more = list ? list->value("items"_L1).toArray() : QJsonArray();
        for (const QJsonValue &item : more)
            all.append(item);
        chain(lookIn(gateway, left, all, first, read || list.ok(), seen, stop), [promise](const Result<QList<Candidate>> &last) {
            promise->addResult(last);
            promise->finish();
        });
    });
    return promise->future();
}

}

QJsonObject judged(const QJsonObject &service)
{
    if (!candidate(service))
        return {};
    const QJsonValue meta = service.value("metadata"_L1);
    return {{u"metadata"_s, QJsonObject{{u"name"_s, meta["name"_L1]}, {u"namespace"_s, meta["namespace"_L1]}, {u"labels"_s, meta["labels"_L1]}}},
            {u"spec"_s, service.value("spec"_L1)}};
}

QList<Candidate> candidatesIn(const QJsonObject &services)
{
    QList<Candidate> out;
    const QJsonArray items = services.value("items"_L1).toArray();
    for (const QJsonValue &item : items) {
        if (const std::optional<Candidate> one = candidate(item))
            out.append(*one);
    }
    return inOrder(out, {});
}

bool isTrusted(const QString &ns, const QStringList &own)
{
    return own.contains(ns) || usualNamespaces().contains(ns);
}

QList<Candidate> inOrder(QList<Candidate> candidates, const QStringList &own)
{
    const auto place = [&own](const Candidate &one) {
        return std::tuple(!isTrusted(one.address.ns, own), one.rank, one.address.ns, one.address.service);
    };
    std::sort(candidates.begin(), candidates.end(), [&place](const Candidate &a, const Candidate &b) { return place(a) < place(b); });
    return candidates;
}

QFuture<Result<Services>> lookForServices(const std::shared_ptr<ports::ResourceGateway> &gateway, const QStringList &namespaces, std::stop_token stop)
{
    const auto seen = std::make_shared<std::atomic<int>>(0);
    auto promise = std::make_shared<QPromise<Result<Services>>>();
    promise->start();
    chain(gateway->list({{}, u"v1"_s, u"services"_s}, queryIn({}, seen), stop), [=](const Result<QJsonObject> &list) {
        const auto done = [promise, seen](const Result<QList<Candidate>> &result) {
            promise->addResult(result ? Result<Services>(Services{*result, *seen}) : Result<Services>(result.error()));
            promise->finish();
        };
        if (list)
            return done(candidatesIn(*list));
        if (list.error().kind != ErrorKind::Forbidden)
            return done(list.error());
        QStringList there = QStringList(namespaces + usualNamespaces());
        there.removeAll(QString());
        there.removeDuplicates();
        chain(lookIn(gateway, there, {}, list.error(), false, seen, stop), done);
    });
    return promise->future();
}

}
