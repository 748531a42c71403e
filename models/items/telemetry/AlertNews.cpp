// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/telemetry/AlertNews.h"

#include <QCoreApplication>

#include <algorithm>

namespace qd::items {

using namespace Qt::StringLiterals;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(AlertNews)
};

constexpr qsizetype kNamed = 4;

bool calls(const Alert &alert)
{
    return alert.state == AlertState::Firing && alert.severity == Severity::Critical;
}

QString nameOf(const Alert &alert)
{
    const QString name = alert.name.isEmpty() ? Words::tr("Without a name") : alert.name;
    return alert.subject.text.isEmpty() ? name : QString(name + u" ("_s + alert.subject.text + u')');
}

AlertNews newsOf(const QList<Alert> &alerts, bool already)
{
    AlertNews out;
    out.already = already;
    QStringList names;
    QStringList clusters;
    for (const Alert &alert : alerts) {
        out.keys.append(alert.key);
        names.append(nameOf(alert));
        clusters.append(alert.cluster);
    }
    clusters.removeDuplicates();
    const int count = int(alerts.size());
    if (count == 1) {
        out.title = names.first();
        out.text = alerts.first().summary().isEmpty() ? clusters.first() : QString(alerts.first().summary() + u'\n' + clusters.first());
        return out;
    }
    out.title = already ? Words::tr("%n critical alert(s) fire already", nullptr, count) : Words::tr("%n critical alert(s) fire", nullptr, count);
    names.removeDuplicates();
    const qsizetype more = names.size() - kNamed;
    out.text = names.first(std::min(kNamed, names.size())).join(u", "_s) + (more > 0 ? Words::tr(" and %1 more").arg(more) : QString()) + u'\n' + clusters.join(u", "_s);
    return out;
}

}

AlertNewsDesk::Turn AlertNewsDesk::take(const QList<Alert> &alerts, const QSet<QString> &known, qint64 nowMs)
{
    Turn out;
    QHash<QString, const Alert *> firing;
    for (const Alert &alert : alerts) {
        if (calls(alert) && known.contains(alert.cluster))
            firing.insert(alert.key, &alert);
    }
    QSet<QString> on, off;
    for (auto it = m_told.begin(); it != m_told.end();) {
        const bool fires = firing.contains(it.key());
        // What is not known now is as it was.
        if (!fires && known.contains(it->cluster) && it->goneMs == 0)
            it->goneMs = nowMs;
        if (fires && it->goneMs != 0 && nowMs - it->goneMs < kAgainMs)
            it->goneMs = 0;
        (it->goneMs == 0 ? on : off).insert(it->notice);
        const bool forgotten = it->goneMs != 0 && (it->notice.isEmpty() || nowMs - it->goneMs >= kAgainMs);
        it = forgotten ? m_told.erase(it) : std::next(it);
    }
    for (const QString &notice : std::as_const(off)) {
        if (!notice.isEmpty() && !on.contains(notice))
            out.over.append(notice);
    }
    for (auto it = firing.cbegin(); it != firing.cend(); ++it) {
        if (m_told.contains(it.key()))
            continue;
        m_told.insert(it.key(), {it.value()->cluster, {}, 0});
        if (!m_known.contains(it.value()->cluster))
            m_already.insert(it.key());
    }
    m_known = known;
    QList<Alert> held;
    bool already = true;
    for (const Alert &alert : alerts) {     // in their order, worst first
        if (const auto told = m_told.constFind(alert.key); firing.contains(alert.key) && told != m_told.cend() && told->notice.isEmpty()) {
            held.append(alert);
            already = already && m_already.contains(alert.key);
        }
    }
    if (held.isEmpty())
        return out;
    if (m_lastMs >= 0 && nowMs - m_lastMs < kApartMs) {
        out.waitMs = kApartMs - (nowMs - m_lastMs);
        return out;
    }
    m_lastMs = nowMs;
    out.news = newsOf(held, already);
    out.news->id = u"alerts-"_s + QString::number(++m_number);
    for (const Alert &alert : std::as_const(held))
        m_told[alert.key].notice = out.news->id;
    m_already.clear();
    return out;
}

void AlertNewsDesk::forget(const QString &cluster)
{
    m_known.remove(cluster);
    m_told.removeIf([&cluster](const auto &it) { return it.value().cluster == cluster; });
}

}
