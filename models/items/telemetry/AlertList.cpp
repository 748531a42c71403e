// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/telemetry/AlertList.h"

#include "models/network/telemetry/Steps.h"

#include <QCoreApplication>
#include <QHash>
#include <QLocale>
#include <QUrl>

#include <algorithm>
#include <map>

namespace qd::items {

using namespace Qt::StringLiterals;
using network::Labels;
using network::State;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(AlertList)
};

/// A label set as one text, of these labels only.
QString textOf(const Labels &labels, const QStringList &names)
{
    QString out;
    for (const QString &name : names)
        out += name + u'\x1f' + labels.value(name) + u'\x1e';
    return out;
}

/// Alerts of Prometheus by label set. Those of one rule have the same names of labels as a rule, so that one look for each set of names
/// finds what belongs to an alert of Alertmanager, however many there are.
class Evaluated {
public:
    explicit Evaluated(const QList<ports::RuleAlert> &alerts)
        : m_used(alerts.size(), false)
    {
        for (qsizetype i = 0; i < alerts.size(); ++i) {
            const Labels &labels = alerts.at(i).labels;
            const QStringList names = labels.keys();
            m_byNames[{-names.size(), names}].insert(textOf(labels, names), i);
        }
    }
    /// The one with the most labels of those whose labels are all among these; -1: none.
    [[nodiscard]] qsizetype take(const Labels &labels)
    {
        for (const auto &[names, byText] : m_byNames) {
            const auto has = [&labels](const QString &name) { return labels.contains(name); };
            if (!std::all_of(names.second.begin(), names.second.end(), has))
                continue;
            const auto found = byText.constFind(textOf(labels, names.second));
            if (found == byText.constEnd())
                continue;
            m_used[*found] = true;
            return *found;
        }
        return -1;
    }
    [[nodiscard]] bool used(qsizetype index) const { return m_used.at(index); }

private:
    std::map<std::pair<qsizetype, QStringList>, QHash<QString, qsizetype>> m_byNames;   ///< most labels first
    QList<bool> m_used;
};

AlertState stateOf(const ports::ManagedAlert &alert)
{
    if (!alert.silencedBy.isEmpty())
        return AlertState::Silenced;
    if (!alert.inhibitedBy.isEmpty() || alert.state == "suppressed"_L1)
        return AlertState::Inhibited;
    return AlertState::Firing;
}

void finish(Alert &alert, const QString &cluster)
{
    alert.cluster = cluster;
    alert.key = cluster + u'\x1d' + textOf(alert.labels, alert.labels.keys());
    alert.name = alert.labels.value(u"alertname"_s);
    alert.severity = severityOf(alert.severityText());
}

Alert managedAlert(const ports::ManagedAlert &from)
{
    Alert out;
    out.labels = from.labels;
    out.annotations = from.annotations;
    out.state = stateOf(from);
    out.since = from.startsAt;
    out.startsAt = from.startsAt;
    out.endsAt = from.endsAt;
    out.updatedAt = from.updatedAt;
    out.managedState = from.state;
    out.silencedBy = from.silencedBy;
    out.inhibitedBy = from.inhibitedBy;
    out.fingerprint = from.fingerprint;
    out.generatorUrl = from.generatorUrl;
    out.receivers = from.receivers;
    out.managed = true;
    return out;
}

void addEvaluated(Alert &alert, const ports::RuleAlert &from)
{
    alert.evaluated = true;
    alert.ruleLabels = from.labels;
    alert.value = from.value;
    if (from.activeAt.isValid())
        alert.since = from.activeAt;
    for (auto it = from.annotations.begin(); it != from.annotations.end(); ++it) {
        if (!alert.annotations.contains(it.key()))
            alert.annotations.insert(it.key(), it.value());
    }
}

int rank(AlertState state)
{
    return state == AlertState::Firing ? 0 : state == AlertState::Pending ? 1 : state == AlertState::Inhibited ? 2 : 3;
}

}

QString Alert::summary() const
{
    for (const auto name : {"summary"_L1, "description"_L1, "message"_L1}) {
        const QString text = annotation(name).simplified();
        if (!text.isEmpty())
            return text;
    }
    return {};
}

QString Alert::valueText() const
{
    bool number = false;
    const double parsed = value.toDouble(&number);
    return number && qIsFinite(parsed) ? QLocale().toString(parsed, 'g', 5) : value;
}

QString Alert::severityText() const
{
    return labels.value(u"severity"_s);
}

QString Alert::runbook() const
{
    for (const auto name : {"runbook_url"_L1, "runbook"_L1}) {
        const QString url = annotation(name).trimmed();
        if (isSafeLink(url))
            return url;
    }
    return {};
}

State Alert::face() const
{
    switch (state) {
    case AlertState::Pending: return State::Progressing;
    case AlertState::Silenced: return State::Suspended;
    case AlertState::Inhibited: return State::Cancelled;
    case AlertState::Firing: break;
    }
    return severity == Severity::Critical ? State::Failed : severity == Severity::Info ? State::NotBegun : State::Degraded;
}

QString Alert::source() const
{
    return managed && evaluated ? u"both"_s : managed ? u"alertmanager"_s : u"prometheus"_s;
}

QString alertStateWord(AlertState state)
{
    switch (state) {
    case AlertState::Firing: return Words::tr("Firing");
    case AlertState::Pending: return Words::tr("Pending");
    case AlertState::Silenced: return Words::tr("Silenced");
    case AlertState::Inhibited: return Words::tr("Inhibited");
    }
    return {};
}

QString alertStateId(AlertState state)
{
    switch (state) {
    case AlertState::Firing: return u"firing"_s;
    case AlertState::Pending: return u"pending"_s;
    case AlertState::Silenced: return u"silenced"_s;
    case AlertState::Inhibited: return u"inhibited"_s;
    }
    return {};
}

Severity severityOf(const QString &label)
{
    static const QStringList kCritical{u"critical"_s, u"page"_s, u"fatal"_s, u"emergency"_s, u"error"_s};
    static const QStringList kWarning{u"warning"_s, u"warn"_s, u"major"_s, u"high"_s, u"medium"_s};
    static const QStringList kInfo{u"info"_s, u"information"_s, u"informational"_s, u"low"_s, u"minor"_s, u"none"_s, u"debug"_s};
    const QString word = label.trimmed().toLower();
    return kCritical.contains(word) ? Severity::Critical
        : kWarning.contains(word)   ? Severity::Warning
        : kInfo.contains(word)      ? Severity::Info
                                    : Severity::Unsaid;
}

bool isSafeLink(const QString &text)
{
    const QUrl url(text, QUrl::StrictMode);
    const bool web = url.scheme() == "https"_L1 || url.scheme() == "http"_L1;
    return web && url.isValid() && !url.host().isEmpty() && url.userInfo().isEmpty();
}

QList<Alert> mergeAlerts(const QString &cluster, const QList<ports::ManagedAlert> &managed, const QList<ports::RuleAlert> &evaluated,
                         const QList<ports::Silence> &silences)
{
    QHash<QString, QDateTime> ends;
    for (const ports::Silence &silence : silences)
        ends.insert(silence.id, silence.endsAt);
    Evaluated rules(evaluated);
    QList<Alert> out;
    out.reserve(managed.size() + evaluated.size());
    for (const ports::ManagedAlert &from : managed) {
        Alert alert = managedAlert(from);
        if (const qsizetype rule = rules.take(alert.labels); rule >= 0)
            addEvaluated(alert, evaluated.at(rule));
        for (const QString &id : alert.silencedBy)
            alert.silencedUntil = std::max(alert.silencedUntil, ends.value(id));
        finish(alert, cluster);
        out.append(alert);
    }
    for (qsizetype i = 0; i < evaluated.size(); ++i) {
        const ports::RuleAlert &from = evaluated.at(i);
        if (rules.used(i) || from.state == "inactive"_L1)
            continue;
        Alert alert;
        alert.labels = from.labels;
        alert.state = from.state == "pending"_L1 ? AlertState::Pending : AlertState::Firing;
        addEvaluated(alert, from);
        finish(alert, cluster);
        out.append(alert);
    }
    std::sort(out.begin(), out.end(), alertBefore);
    return out;
}

QString groupText(const ports::AlertGroup &group)
{
    QStringList labels;
    for (auto it = group.labels.begin(); it != group.labels.end(); ++it)
        labels.append(QString(it.key() + u'=' + it.value()));
    return (labels.isEmpty() ? Words::tr("All of one route") : labels.join(u", "_s)) + u" → "_s + group.receiver;
}

void setGroups(QList<Alert> &alerts, const QList<ports::AlertGroup> &groups)
{
    QHash<QString, QStringList> of;
    for (const ports::AlertGroup &group : groups) {
        for (const QString &fingerprint : group.fingerprints)
            of[fingerprint].append(groupText(group));
    }
    for (Alert &alert : alerts) {
        if (!alert.managed)
            continue;
        QStringList in = of.value(alert.fingerprint);
        in.sort();
        alert.groups = in;
    }
}

bool alertBefore(const Alert &a, const Alert &b)
{
    const auto order = [](const Alert &alert) {
        return std::tuple(rank(alert.state), int(alert.severity), -alert.since.toSecsSinceEpoch());
    };
    return std::tuple(order(a), a.name, a.key) < std::tuple(order(b), b.name, b.key);
}

AlertCounts countAlerts(const QList<Alert> &alerts)
{
    AlertCounts out;
    for (const Alert &alert : alerts) {
        switch (alert.state) {
        case AlertState::Firing:
            ++out.firing;
            out.worst = network::worse(out.worst, alert.face() == State::NotBegun ? State::Ready : alert.face());
            break;
        case AlertState::Pending: ++out.pending; break;
        case AlertState::Silenced: ++out.silenced; break;
        case AlertState::Inhibited: ++out.inhibited; break;
        }
    }
    return out;
}

namespace {

/// Of the pods that all of these have: those of the node that all are about.
QList<ports::Matcher> podMatchers(const QList<Alert> &alerts, const QList<ObjectId> &nodes)
{
    const QString label = u"pod"_s;
    const AlertSubject &about = alerts.first().subject;
    const QString begin = about.object.name + u'-';
    const bool ofOneNode = about.node && std::all_of(alerts.begin(), alerts.end(), [&](const Alert &alert) {
        return alert.subject == about && alert.labels.value(label).startsWith(begin);
    });
    if (!ofOneNode)
        return {};
    const auto podsOf = [](const QString &node) { return QString(network::regexEscaped(node) + u"-.*"_s); };
    QList<ports::Matcher> out{{label, podsOf(about.object.name), true}};
    QStringList longer;
    for (const ObjectId &other : nodes) {
        if (other.ns == about.object.ns && other.name.startsWith(begin))
            longer.append(podsOf(other.name));
    }
    longer.sort();
    longer.removeDuplicates();
    if (!longer.isEmpty())
        out.append({label, longer.join(u'|'), true, false});
    return out;
}

}

QList<ports::Matcher> silenceMatchers(const QList<Alert> &alerts, const QList<ObjectId> &nodes)
{
    if (alerts.isEmpty())
        return {};
    Labels common = alerts.first().labels;
    for (const Alert &alert : alerts) {
        for (auto it = common.begin(); it != common.end();)
            it = alert.labels.value(it.key()) == it.value() ? std::next(it) : common.erase(it);
    }
    QList<ports::Matcher> pods = podMatchers(alerts, nodes);
    const QString pod = common.value(u"pod"_s);
    // Where another label names the object, that one is among them.
    const bool named = std::all_of(alerts.begin(), alerts.end(), [&pod](const Alert &alert) {
        const QString &object = alert.subject.object.name;
        return !object.isEmpty() && !pod.startsWith(object);
    });
    if (pods.isEmpty() && !pod.isEmpty() && !named)
        pods.append({u"pod"_s, pod});
    return matchersOf(common) + pods;
}

Result<int> countMatched(const AlertMatchers &matchers, const QString &cluster, const QList<Alert> &alerts)
{
    int out = 0;
    for (const Alert &alert : alerts) {
        if (alert.cluster != cluster)
            continue;
        const Result<bool> matches = matchers.matches(alert.labels);
        if (!matches)
            return matches.error();
        out += *matches ? 1 : 0;
    }
    return out;
}

QList<SilenceLine> silenceLines(const QString &cluster, const QList<ports::Silence> &silences, const QList<Alert> &alerts)
{
    QList<SilenceLine> out;
    for (const ports::Silence &silence : silences) {
        SilenceLine line{cluster, silence};
        // What has ended silences nothing; an Alertmanager keeps thousands of them for days.
        if (silence.state == "expired"_L1) {
            out.append(line);
            continue;
        }
        const Result<AlertMatchers> matchers = AlertMatchers::make(silence.matchers);
        if (const Result<int> count = matchers ? countMatched(*matchers, cluster, alerts) : Result<int>(matchers.error()); count)
            line.alerts = *count;
        else
            line.problem = count.error();
        out.append(line);
    }
    const auto order = [](const SilenceLine &line) {
        const QString &state = line.silence.state;
        return std::pair(state == "active"_L1 ? 0 : state == "pending"_L1 ? 1 : 2, line.silence.endsAt);
    };
    // What ends next first; of the expired, what ended last.
    std::sort(out.begin(), out.end(), [&order](const SilenceLine &a, const SilenceLine &b) {
        const auto x = order(a), y = order(b);
        if (x.first != y.first)
            return x.first < y.first;
        return x.second != y.second ? (x.first == 2) == (x.second > y.second) : a.silence.id < b.silence.id;
    });
    return out;
}

State silenceFace(const QString &state)
{
    return state == "active"_L1 ? State::Suspended : state == "pending"_L1 ? State::NotBegun : state == "expired"_L1 ? State::Cancelled : State::Unknown;
}

QString silenceWord(const QString &state)
{
    return state == "active"_L1 ? Words::tr("Active") : state == "pending"_L1 ? Words::tr("Not begun") : state == "expired"_L1 ? Words::tr("Expired") : state;
}

}
