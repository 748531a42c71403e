// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/NodesLook.h"
#include "app/demo/operator/PodLines.h"
#include "models/core/Json.h"

#include <QLocale>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

constexpr qint64 kBaseBytes = 2'000'000;

QString coins(double amount)
{
    return QString::number(amount, 'f', 10);
}

QString shown(double amount)
{
    return QLocale(QLocale::English, QLocale::UnitedStates).toString(amount, 'f', 2);
}

}

bool NodeLook::due(const QString &pointer)
{
    // Real time: a network that plays at fifty times the speed does not talk fifty times as much.
    const milliseconds wait = ambientInterval(m_world);
    const QDateTime last = QDateTime::fromString(m_draft.at(pointer).toString(), Qt::ISODateWithMs);
    const milliseconds gone(last.isValid() ? last.msecsTo(m_moment.now) : wait.count());
    const milliseconds left = std::max<milliseconds>(0ms, wait - gone);
    const bool now = left.count() == 0 || gone.count() < 0;
    const milliseconds next = now ? milliseconds(qint64(double(wait.count()) * (0.9 + 0.2 * m_moment.chance(m_object, u"tick"_s))))
                                  : left;
    m_draft.again(milliseconds(qint64(double(next.count()) * m_moment.speed) + 1));
    return now;
}

void NodeLook::ambient()
{
    const QString phase = m_draft.phase();
    if (m_adopting || m_suspended || !joined() || (phase != "Ready"_L1 && phase != "Degraded"_L1))
        return;
    const bool coin = publicNetwork() && (m_kind.kind == "Validator"_L1 || m_kind.kind == "SuperValidator"_L1);
    const QString pointer = coin ? u"/balances/recordTime"_s : u"/lastReconcileTime"_s;
    const QString round = m_draft.at(pointer).toString();
    const bool tick = due(pointer);
    if (coin) {
        balances(tick);
        traffic(tick);
        trafficCondition();
    }
    if (!tick)
        return;
    m_draft.set(u"/lastReconcileTime"_s, m_moment.stamp());
    if (m_kind.kind == "SyncDomain"_L1) {
        m_draft.set(u"/sequencerHead"_s, m_moment.stamp());
        m_draft.set(u"/lag"_s, QString(QString::number(0.1 + 0.4 * m_moment.chance(m_object, round), 'f', 1) + u's'));
    }
    if (m_kind.kind == "Validator"_L1) {
        const auto active = QDateTime::fromString(m_draft.at(u"/license/lastActiveAt"_s).toString(), Qt::ISODate);
        if (!active.isValid() || active.secsTo(m_moment.now) > 3600)
            m_draft.set(u"/license/lastActiveAt"_s, m_moment.stamp());
        m_draft.set(u"/license/version"_s, m_draft.at(u"/version"_s));
    }
    for (const ComponentState &state : std::as_const(m_states)) {
        if (state.ready == 0)
            continue;
        const QString line = dailyLine(
            state.component.name, m_moment.chance(m_object, QString(state.component.name + round)), m_moment.now);
        m_draft.log(state.component.name, line.section(u'|', 0, 0), line.section(u'|', 1));
    }
}

void NodeLook::balances(bool tick)
{
    if (!tick)
        return;
    const QString last = m_draft.at(u"/balances/recordTime"_s).toString();
    const double chance = m_moment.chance(m_object, QString(u"coins"_s + last));
    double unlocked = m_draft.at(u"/balances/unlocked"_s).toString().toDouble();
    double locked = m_draft.at(u"/balances/locked"_s).toString().toDouble();
    if (last.isEmpty()) {
        unlocked = double(qint64((2000.0 + 60000.0 * chance) * 100)) / 100;
        locked = 250.0;
    } else {
        // Rewards of a round come now and then, fees go all the time.
        unlocked += chance > 0.5 ? double(qint64(chance * 240)) / 100 : -double(qint64(chance * 60)) / 100;
    }
    unlocked = std::max(0.0, unlocked);
    const qint64 round = json::at(network(), u"/status/currentRound"_s).toInteger(0);
    m_draft.set(u"/balances"_s,
        QJsonObject{{u"total"_s, coins(unlocked + locked)}, {u"unlocked"_s, coins(unlocked)},
            {u"locked"_s, coins(locked)}, {u"available"_s, coins(unlocked)}, {u"recordTime"_s, m_moment.stamp()},
            {u"migrationId"_s, m_draft.at(u"/currentMigrationId"_s).toInt(0)}, {u"round"_s, round}});
}

void NodeLook::traffic(bool tick)
{
    if (m_draft.at(u"/traffic/limit"_s).isUndefined()) {
        const qint64 purchased = kTopUpBytes * (2 + qint64(3 * m_moment.chance(m_object, u"purchased"_s)));
        const qint64 limit = purchased + kBaseBytes;
        m_draft.set(u"/traffic"_s,
            QJsonObject{{u"limit"_s, limit}, {u"purchased"_s, purchased},
                {u"consumed"_s, qint64(double(limit) * (0.05 + 0.4 * m_moment.chance(m_object, u"consumed"_s)))},
                {u"domainId"_s, globalDomain()}, {u"memberId"_s, m_draft.at(u"/participantId"_s)},
                {u"endpoint"_s, QString(u"https://sequencer."_s
                    + json::at(network(), u"/spec/domainName"_s).toString(u"northgate.example"_s))}});
    }
    const QJsonValue target = spec(u"/traffic/topup/targetThroughput"_s);
    m_draft.set(u"/traffic/targetThroughput"_s, spec(u"/traffic/topup/enabled"_s).toBool() ? target : QJsonValue());
    const qint64 limit = m_draft.at(u"/traffic/limit"_s).toInteger();
    qint64 consumed = m_draft.at(u"/traffic/consumed"_s).toInteger();
    if (m_fault && m_fault->name == "out-of-traffic"_L1) {
        m_draft.set(u"/traffic/consumed"_s, limit);
        return;
    }
    if (m_draft.condition(u"TrafficSufficient"_s).value("reason"_L1).toString() == "OutOfTraffic"_L1) {
        // The fault was healed: somebody has bought traffic for the node.
        m_draft.set(u"/traffic/purchased"_s, m_draft.at(u"/traffic/purchased"_s).toInteger() + kTopUpBytes);
        m_draft.set(u"/traffic/limit"_s, limit + kTopUpBytes);
        m_draft.set(u"/traffic/lastTopupTime"_s, m_moment.stamp());
        m_draft.event(u"Normal"_s, u"TrafficBought"_s, u"20 MB of traffic were bought for the node; submissions are accepted again"_s);
        return;
    }
    if (!tick)
        return;
    const QString last = m_draft.at(u"/balances/recordTime"_s).toString();
    consumed += 4000 + qint64(9000 * m_moment.chance(m_object, QString(u"bytes"_s + last)));
    m_draft.set(u"/traffic/consumed"_s, std::min(consumed, limit));
    topUp();
}

void NodeLook::topUp()
{
    const qint64 limit = m_draft.at(u"/traffic/limit"_s).toInteger();
    const qint64 left = limit - m_draft.at(u"/traffic/consumed"_s).toInteger();
    const double unlocked = m_draft.at(u"/balances/unlocked"_s).toString().toDouble();
    if (!spec(u"/traffic/topup/enabled"_s).toBool() || left * 10 > limit || unlocked < kTopUpCost)
        return;
    const double locked = m_draft.at(u"/balances/locked"_s).toString().toDouble();
    m_draft.set(u"/balances/unlocked"_s, coins(unlocked - kTopUpCost));
    m_draft.set(u"/balances/available"_s, coins(unlocked - kTopUpCost));
    m_draft.set(u"/balances/total"_s, coins(unlocked + locked - kTopUpCost));
    m_draft.set(u"/traffic/purchased"_s, m_draft.at(u"/traffic/purchased"_s).toInteger() + kTopUpBytes);
    m_draft.set(u"/traffic/limit"_s, limit + kTopUpBytes);
    m_draft.set(u"/traffic/lastTopupTime"_s, m_moment.stamp());
    m_draft.event(u"Normal"_s, u"ToppedUp"_s, u"Bought 20 MB of traffic for 1,240.00 CC"_s);
    m_draft.log(u"validator"_s, u"INFO"_s, u"TopupMemberTrafficTrigger: bought 20000000 bytes of extra traffic"_s);
}

void NodeLook::trafficCondition()
{
    if (m_kind.kind != "Validator"_L1)
        return;
    const QString type = u"TrafficSufficient"_s;
    const qint64 limit = m_draft.at(u"/traffic/limit"_s).toInteger();
    const qint64 left = limit - m_draft.at(u"/traffic/consumed"_s).toInteger();
    const QString before = m_draft.condition(type).value("reason"_L1).toString();
    if (left <= 0) {
        const QString message = u"No traffic is left: submissions are rejected. Buy traffic, or turn the top-up on."_s;
        condition(type, u"False"_s, u"OutOfTraffic"_s, message, {u"Warning"_s, u"OutOfTraffic"_s, message});
        if (before != "OutOfTraffic"_L1)
            m_draft.log(u"participant"_s, u"WARN"_s,
                u"Submission rejected: ABORTED: Traffic balance below reserved traffic amount (0 < 200000)"_s);
        return;
    }
    if (left * 10 > limit) {
        condition(type, u"True"_s, u"AboveTarget"_s, {},
            before.isEmpty() ? EventDraft() : EventDraft{u"Normal"_s, u"TrafficSufficient"_s, u"There is enough traffic again"_s});
        return;
    }
    const double available = m_draft.at(u"/balances/available"_s).toString().toDouble();
    const bool enabled = spec(u"/traffic/topup/enabled"_s).toBool();
    const QString message = !enabled
        ? u"Less than a tenth of the traffic is left, and spec.traffic.topup is off."_s
        : u"Last top-up failed: it needs %1 CC, %2 CC are available."_s.arg(shown(kTopUpCost), shown(available));
    condition(type, u"False"_s, enabled ? u"TopUpFailed"_s : u"RunningOut"_s, message,
        {u"Warning"_s, enabled ? u"TopUpFailed"_s : u"TrafficRunningOut"_s, message});
}

}
