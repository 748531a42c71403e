// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/tour/TourAlerts.h"

#include "models/items/LogLine.h"
#include "ui/shell/tour/TourLogs.h"
#include "ui/shell/tour/TourTelemetry.h"

#include <QRegularExpression>
#include <QSet>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

/// Nothing comes by itself in a picture.
class TourTail final : public ports::LogTail {
public:
    void start() override { }
    void setPaused(bool) override { }
};

}

TourAlerts::TourAlerts(int environment, QDateTime now) : m_now(std::move(now))
{
    if (environment != 0)
        return;
    told = {alert(u"ParticipantDown"_s, u"critical"_s, u"bob-custody"_s, u"no ready pod behind the ledger API"_s, 18 * 60),
            alert(u"BackupOverdue"_s, u"critical"_s, u"bob-custody"_s, u"9 h 51 m since last success, policy 4 h"_s, 5 * 3600 + 51 * 60),
            alert(u"TrafficLow"_s, u"warning"_s, u"northgate-validator-2"_s, u"6 % left, empty in about 7 h"_s, 38 * 60),
            alert(u"DatabaseGrowth"_s, u"warning"_s, u"harbor-bridge"_s, u"4.1 GB more than yesterday"_s, 2 * 3600)};
    told.last().state = u"suppressed"_s;
    told.last().silencedBy = QStringList{u"3b1f0f6e-1c9d-4a53-9e0b-0f4f6b0c7a11"_s};
    known = {silence(u"3b1f0f6e-1c9d-4a53-9e0b-0f4f6b0c7a11"_s, u"DatabaseGrowth"_s, 9000, u"The database moves to the new storage class."_s)};
}

ports::ManagedAlert TourAlerts::alert(const QString &name, const QString &severity, const QString &node, const QString &summary, qint64 ago) const
{
    ports::ManagedAlert out;
    out.labels = {{u"alertname"_s, name}, {u"severity"_s, severity}, {u"namespace"_s, u"canton-mainnet"_s}, {u"node_name"_s, node}};
    out.annotations = {{u"summary"_s, summary}, {u"runbook_url"_s, QString(u"https://runbooks.northgate.example/"_s + name)}};
    out.startsAt = m_now.addSecs(-ago);
    out.endsAt = m_now.addSecs(240);
    out.updatedAt = m_now;
    out.fingerprint = name + node;
    out.generatorUrl = u"http://prometheus-0:9090/graph?g0.expr=up"_s;
    out.receivers = QStringList{u"pager"_s};
    out.state = u"active"_s;
    return out;
}

ports::Silence TourAlerts::silence(const QString &id, const QString &name, qint64 seconds, const QString &comment) const
{
    ports::Silence out;
    out.id = id;
    out.matchers = {{u"alertname"_s, name}, {u"namespace"_s, u"canton-.*"_s, true}};
    out.startsAt = m_now.addSecs(-3600);
    out.endsAt = m_now.addSecs(seconds);
    out.state = seconds > 0 ? u"active"_s : u"expired"_s;
    out.createdBy = u"jonas.weber"_s;
    out.comment = comment;
    return out;
}

void TourAlerts::addMany(int count)
{
    static const QStringList nodes{u"northgate-validator-1"_s, u"northgate-validator-2"_s, u"harbor-bridge"_s, u"alice-bank"_s, u"bob-custody"_s, u"carol-clearing"_s, u"dora-exchange"_s};
    static const QStringList rules{u"ConfirmationSlow"_s, u"IngestionLag"_s, u"SequencerConnectionLost"_s, u"CertificateExpires"_s, u"PodRestarts"_s, u"VolumeFillsUp"_s};
    for (int i = 0; i < count; ++i)
        told.append(alert(rules.at(i % rules.size()) + (i < 42 ? QString() : QString::number(i / 42)), i % 5 == 0 ? u"critical"_s : i % 5 == 4 ? u"info"_s : u"warning"_s,
                          nodes.at(i % nodes.size()), u"reading %1 is beyond what the rule allows"_s.arg(100 + i * 7), 120 + i * 311));
}

QFuture<Result<QList<ports::ManagedAlert>>> TourAlerts::alerts(std::stop_token)
{
    if (silent) {
        m_alertsWait.emplace_back();
        return m_alertsWait.back().future();
    }
    return refused ? readyFuture(Result<QList<ports::ManagedAlert>>(*refused)) : readyFuture(Result<QList<ports::ManagedAlert>>(told));
}

/// By node, as its route has it.
QFuture<Result<QList<ports::AlertGroup>>> TourAlerts::groups(std::stop_token)
{
    if (silent) {
        m_groupsWait.emplace_back();
        return m_groupsWait.back().future();
    }
    QMap<QString, ports::AlertGroup> byNode;
    for (const ports::ManagedAlert &one : std::as_const(told)) {
        const QString node = one.labels.value(u"node_name"_s);
        ports::AlertGroup &group = byNode[node];
        group.labels = {{u"namespace"_s, one.labels.value(u"namespace"_s)}, {u"node_name"_s, node}};
        group.receiver = one.receivers.value(0);
        group.fingerprints.append(one.fingerprint);
    }
    return readyFuture(refused ? Result<QList<ports::AlertGroup>>(*refused) : Result<QList<ports::AlertGroup>>(byNode.values()));
}

QFuture<Result<QList<ports::Silence>>> TourAlerts::silences(std::stop_token)
{
    if (silent) {
        m_silencesWait.emplace_back();
        return m_silencesWait.back().future();
    }
    return refused ? readyFuture(Result<QList<ports::Silence>>(*refused)) : readyFuture(Result<QList<ports::Silence>>(known));
}

QFuture<Result<QString>> TourAlerts::setSilence(const ports::Silence &silence, std::stop_token)
{
    if (writeRefused)
        return readyFuture(Result<QString>(*writeRefused));
    ports::Silence made = silence;
    made.id = u"made-%1"_s.arg(known.size());
    made.state = u"active"_s;
    known.append(made);
    return readyFuture(Result<QString>(made.id));
}

QFuture<Result<Done>> TourAlerts::expireSilence(const QString &id, std::stop_token)
{
    if (writeRefused)
        return readyFuture(Result<Done>(*writeRefused));
    for (ports::Silence &one : known) {
        if (one.id == id) {
            one.state = u"expired"_s;
            one.endsAt = m_now;
        }
    }
    return readyFuture(Result<Done>(Done{}));
}

QFuture<Result<QString>> TourAlerts::build(std::stop_token)
{
    return readyFuture(Result<QString>(u"Alertmanager 0.25.0"_s));
}

void TourLoki::add(const QString &pod, const QStringList &log, const QString &ns)
{
    for (const QString &line : log) {
        const qsizetype space = line.indexOf(u' ');
        const QDateTime at = QDateTime::fromString(line.first(space), Qt::ISODateWithMs);
        lines.append({at.toMSecsSinceEpoch() * 1'000'000, line.mid(space + 1), {{u"namespace"_s, ns}, {u"pod"_s, pod}}, {}});
    }
    std::stable_sort(lines.begin(), lines.end(), [](const ports::LogEntry &a, const ports::LogEntry &b) { return a.at > b.at; });
}

QFuture<Result<ports::LogPage>> TourLoki::page(const ports::LogQuery &query, const ports::LogPage &before, std::stop_token)
{
    if (silent) {
        m_waiting.emplace_back();
        return m_waiting.back().future();
    }
    if (refused)
        return readyFuture(Result<ports::LogPage>(*refused));
    static const QRegularExpression within(u"\\|= \"([^\"]*)\""_s), ofPods(u"pod=~\"([^\"]*)\""_s), without(u"detected_level!~\"\\(\\?i\\)\\(([^)]*)\\)\""_s);
    QSet<items::LogLevel> left;
    for (const QString &word : without.match(query.expr).captured(1).split(u'|', Qt::SkipEmptyParts))
        left.insert(items::logLevelOf(word));
    const QString text = within.match(query.expr).captured(1), pods = ofPods.match(query.expr).captured(1);
    const QRegularExpression pod(QRegularExpression::anchoredPattern(QString(pods).replace(u"\\\\"_s, u"\\"_s)));
    ports::LogPage out;
    for (const ports::LogEntry &entry : std::as_const(lines)) {
        const bool wanted = entry.at >= query.start && entry.at <= (before.next > 0 ? before.next - 1 : query.end) && (text.isEmpty() || entry.line.contains(text))
            && (left.isEmpty() || !left.contains(items::readLogText(entry.line, entry.at, 0).level)) && (pods.isEmpty() || pod.match(entry.stream.value(u"pod"_s)).hasMatch());
        out.rest = wanted && out.entries.size() == query.limit;
        if (out.rest)
            break;
        if (wanted)
            out.entries.append(entry);
    }
    out.next = out.entries.isEmpty() ? 0 : out.entries.last().at;
    return readyFuture(Result<ports::LogPage>(out));
}

QFuture<Result<QStringList>> TourLoki::labelValues(const QString &, qint64, qint64, std::stop_token)
{
    return readyFuture(Result<QStringList>(QStringList()));
}

std::unique_ptr<ports::LogTail> TourLoki::tail(const QString &, qint64)
{
    auto tail = std::make_unique<TourTail>();
    last = tail.get();
    return tail;
}

std::shared_ptr<TourLoki> addTourLoki(TourWorld &world)
{
    fillTelemetry(world);
    auto loki = std::make_shared<TourLoki>();
    const TourPods *pods = addTourLogs(world, 0);
    for (auto it = pods->lines.cbegin(); it != pods->lines.cend(); ++it) {
        if (!it.key().contains(u' '))
            loki->add(it.key(), *it);
    }
    TourTelemetry *telemetry = tourTelemetry(world, 0);
    telemetry->logSource = loki;
    telemetry->logsState = {ports::TelemetryState::Phase::Found, u"monitoring/loki-gateway:80 through the API server"_s};
    return loki;
}

TourAlerts *tourAlerts(const TourWorld &world, int environment)
{
    return static_cast<TourAlerts *>(tourTelemetry(world, environment)->alertsSource.get());
}

}
