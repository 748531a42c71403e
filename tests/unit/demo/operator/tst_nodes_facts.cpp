// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/demo/operator/NodeCase.h"

#include <QTest>

using namespace qd;
using namespace qd::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QString kNs = u"canton-dev"_s;
const QString kVal = u"validators"_s;

QJsonObject podOf(const PlanPlayer &play, const QString &name)
{
    return play.object(u"pods"_s, kNs, name);
}

QJsonObject containerOf(const PlanPlayer &play, const QString &name)
{
    return json::at(podOf(play, name), u"/status/containerStatuses/0"_s).toObject();
}

}

class TestNodesFacts : public NodeCase {
    Q_OBJECT
private Q_SLOTS:
    void ambientLife();
    void topUpAndItsFailure();
    void takesOverWhatWasThere();
    void countsAndNewest();
    void networkFollowsItsNodes();
    void speedAndSeed();

};

void TestNodesFacts::ambientLife()
{
    ready(node(u"Validator"_s, u"val"_s));
    const auto bytes = [this] { return m->at(kVal, kNs, u"val"_s, u"/status/traffic/consumed"_s).toInteger(); };
    const qint64 before = bytes();
    const QString coins = m->at(kVal, kNs, u"val"_s, u"/status/balances/total"_s).toString();
    const qint64 round = m->at(u"cantonnetworks"_s, kNs, u"devnet"_s, u"/status/currentRound"_s).toInteger();
    const qsizetype lines = m->logLines.size();
    const qsizetype writes = m->writes;
    m->run(20min);
    QVERIFY(bytes() > before);
    QVERIFY(m->at(kVal, kNs, u"val"_s, u"/status/balances/total"_s).toString() != coins);
    QCOMPARE(m->at(u"cantonnetworks"_s, kNs, u"devnet"_s, u"/status/currentRound"_s).toInteger(), round + 2);
    QVERIFY(m->logLines.size() > lines);
    // One write in half a minute, and the network's.
    QVERIFY2(m->writes - writes <= 65, qPrintable(QString::number(m->writes - writes)));
    QVERIFY(m->look(kVal, kNs, u"val"_s).nothing());
    // Two thousand nodes share twenty writes a second.
    for (int i = 0; i < 2000; ++i) {
        QJsonObject other = node(u"Participant"_s, QString(u"p"_s + QString::number(i)));
        other.insert("metadata"_L1, QJsonObject{{u"name"_s, QString::number(i)}, {u"namespace"_s, u"elsewhere"_s}});
        m->world.put(u"participants"_s, other);
    }
    const qsizetype some = m->writes;
    m->run(20min);
    QVERIFY2(m->writes - some <= 10, qPrintable(QString::number(m->writes - some)));
}

void TestNodesFacts::topUpAndItsFailure()
{
    ready(node(u"Validator"_s, u"val"_s, {{u"traffic"_s, QJsonObject{{u"topup"_s, QJsonObject{{u"enabled"_s, true}, {u"targetThroughput"_s, 20000}, {u"minTopupInterval"_s, u"10m"_s}}}}}}));
    QCOMPARE(m->at(kVal, kNs, u"val"_s, u"/status/traffic/targetThroughput"_s).toInt(), 20000);
    const auto drain = [this](const QString &coins) {
        QJsonObject object = m->object(kVal, kNs, u"val"_s);
        QJsonValue value = object;
        json::set(value, u"/status/traffic/consumed"_s, json::at(object, u"/status/traffic/limit"_s).toInteger() - 100000);
        json::set(value, u"/status/balances/unlocked"_s, coins);
        json::set(value, u"/status/balances/available"_s, coins);
        m->world.put(kVal, value.toObject());
    };
    drain(u"812.4000000000"_s);
    m->run(1min);
    QCOMPARE(m->condition(kVal, kNs, u"val"_s, u"TrafficSufficient"_s).value("reason"_L1).toString(), u"TopUpFailed"_s);
    QCOMPARE(m->phase(kVal, kNs, u"val"_s), u"Degraded"_s);
    QVERIFY(m->at(kVal, kNs, u"val"_s, u"/status/message"_s).toString().contains(u"1,240.00 CC"_s));
    QCOMPARE(m->condition(kVal, kNs, u"val"_s, u"Ready"_s).value("status"_L1).toString(), u"True"_s);
    drain(u"5000.0000000000"_s);
    m->run(2min);
    QCOMPARE(m->phase(kVal, kNs, u"val"_s), u"Ready"_s);
    QCOMPARE(m->reasons(kVal, kNs, u"val"_s).count(u"ToppedUp"_s), 1);
    QVERIFY(m->at(kVal, kNs, u"val"_s, u"/status/balances/available"_s).toString().toDouble() < 3900);
}

void TestNodesFacts::takesOverWhatWasThere()
{
    ready(node(u"Validator"_s, u"val"_s));
    QJsonObject object = m->object(kVal, kNs, u"val"_s);
    QJsonObject status = object.value("status"_L1).toObject();
    QJsonArray conditions;
    for (const QJsonValue &one : status.value("conditions"_L1).toArray()) {
        if (one.toObject().value("type"_L1).toString() != "SpecAccepted"_L1)
            conditions.append(one);
    }
    status.insert("conditions"_L1, conditions);
    status.insert("uptimeSince"_L1, u"2026-11-01T08:00:00Z"_s);
    status.insert("uid"_L1, QString(u"1220"_s + QString(64, u'a')));
    object.insert("status"_L1, status);
    object.insert("metadata"_L1, QJsonObject{{u"name"_s, u"old"_s}, {u"namespace"_s, kNs}, {u"creationTimestamp"_s, u"2026-10-01T08:00:00Z"_s}});
    m->create(kVal, object);
    m->run(2s);
    // At once, as it was: pods, uptime and identity.
    QCOMPARE(m->phases(kVal, kNs, u"old"_s), QStringList{u"Ready"_s});
    QCOMPARE(containerOf(*m, u"old-participant-0"_s).value("ready"_L1).toBool(), true);
    QCOMPARE(m->at(kVal, kNs, u"old"_s, u"/status/uptimeSince"_s).toString(), u"2026-11-01T08:00:00Z"_s);
    QCOMPARE(m->at(kVal, kNs, u"old"_s, u"/status/uid"_s).toString(), QString(u"1220"_s + QString(64, u'a')));
    QCOMPARE(m->condition(kVal, kNs, u"old"_s, u"SpecAccepted"_s).value("status"_L1).toString(), u"True"_s);
    // From then on a lost pod is a lost pod.
    m->remove(u"pods"_s, kNs, u"old-participant-0"_s);
    QCOMPARE(m->phase(kVal, kNs, u"old"_s), u"Degraded"_s);
}

void TestNodesFacts::countsAndNewest()
{
    ready(node(u"Validator"_s, u"val"_s));
    const auto add = [this](const QString &plural, const QString &kind, const QString &name, const QJsonObject &status) {
        m->create(plural, {{u"kind"_s, kind}, {u"metadata"_s, QJsonObject{{u"name"_s, name}, {u"namespace"_s, kNs}}},
            {u"spec"_s, QJsonObject{{u"nodeRef"_s, QJsonObject{{u"kind"_s, u"Validator"_s}, {u"name"_s, u"val"_s}}}}}, {u"status"_s, status}});
    };
    const auto done = [](const QString &time) { return QJsonObject{{u"phase"_s, u"Succeeded"_s}, {u"completionTime"_s, time}}; };
    m->check = {};   // these are no whole objects
    add(u"parties"_s, u"Party"_s, u"a"_s, {});
    add(u"parties"_s, u"Party"_s, u"b"_s, {});
    add(u"ledgerusers"_s, u"LedgerUser"_s, u"u"_s, {});
    add(u"backups"_s, u"Backup"_s, u"b1"_s, done(u"2026-11-27T11:00:00Z"_s));
    add(u"backups"_s, u"Backup"_s, u"b2"_s, done(u"2026-11-27T11:30:00Z"_s));
    add(u"backups"_s, u"Backup"_s, u"b3"_s, {{u"phase"_s, u"Failed"_s}, {u"completionTime"_s, u"2026-11-27T11:45:00Z"_s}});
    add(u"identitydumps"_s, u"IdentityDump"_s, u"d1"_s, done(u"2026-11-27T10:00:00Z"_s));
    m->run(1min);
    const auto status = [this](const QString &pointer) { return m->at(kVal, kNs, u"val"_s, QString(u"/status"_s + pointer)); };
    QCOMPARE(status(u"/counts/localParties"_s).toInt(), 3);
    QCOMPARE(status(u"/counts/users"_s).toInt(), 3);
    QCOMPARE(status(u"/lastBackup/name"_s).toString(), u"b2"_s);
    QCOMPARE(status(u"/lastIdentityDump/name"_s).toString(), u"d1"_s);
    QCOMPARE(m->condition(kVal, kNs, u"val"_s, u"IdentityBackedUp"_s).value("status"_L1).toString(), u"True"_s);
    m->remove(u"ledgerusers"_s, kNs, u"u"_s);
    m->remove(u"parties"_s, kNs, u"b"_s);
    m->run(1min);
    QCOMPARE(status(u"/counts/users"_s).toInt(), 2);
    QCOMPARE(status(u"/counts/localParties"_s).toInt(), 3);   // parties stay on the ledger
}

void TestNodesFacts::networkFollowsItsNodes()
{
    const QString cn = u"cantonnetworks"_s;
    QCOMPARE(m->phase(cn, kNs, u"devnet"_s), u"Ready"_s);
    QCOMPARE(m->condition(cn, kNs, u"devnet"_s, u"ScanReachable"_s).value("status"_L1).toString(), u"True"_s);
    ready(node(u"Validator"_s, u"val"_s, {{u"migrationId"_s, 4}}));
    m->run(3min);
    QCOMPARE(m->at(cn, kNs, u"devnet"_s, u"/status/networkVersion"_s).toString(), u"0.4.15"_s);
    QCOMPARE(m->at(cn, kNs, u"devnet"_s, u"/status/observedMigrationId"_s).toInt(), 4);
    QCOMPARE(m->condition(cn, kNs, u"devnet"_s, u"MigrationIdMatches"_s).value("status"_L1).toString(), u"False"_s);
    QCOMPARE(m->phase(cn, kNs, u"devnet"_s), u"Degraded"_s);
    m->patch(cn, kNs, u"devnet"_s, {{u"spec"_s, QJsonObject{{u"migrationId"_s, 4}}}});
    QCOMPARE(m->phase(cn, kNs, u"devnet"_s), u"Ready"_s);
}

void TestNodesFacts::speedAndSeed()
{
    const auto story = [](double speed, quint64 seed) {
        auto play = nodePlayer(speed, seed);
        play->create(u"cantonnetworks"_s, cantonNetwork());
        play->create(kVal, node(u"Validator"_s, u"val"_s));
        const QDateTime start = play->now;
        play->runUntilPhase(kVal, kNs, u"val"_s, u"Ready"_s, 10min);
        QStringList told{QString::number(start.msecsTo(play->now)), play->at(kVal, kNs, u"val"_s, u"/status/uid"_s).toString(),
            QString::fromUtf8(json::compact(play->at(kVal, kNs, u"val"_s, u"/status/balances"_s)))};
        told.append(play->reasons(kVal, kNs, u"val"_s).join(u' '));
        if (!play->problems.isEmpty())
            told.append(play->problems);
        return told;
    };
    const QStringList first = story(1, 7);
    QCOMPARE(first.size(), 4);
    QCOMPARE(story(1, 7), first);
    const QStringList other = story(1, 8);
    QVERIFY(other.at(1) != first.at(1));
    QVERIFY(other.at(2) != first.at(2));
    QCOMPARE(other.at(3), first.at(3));
    const QStringList quick = story(20, 7);
    QVERIFY2(quick.at(0).toLongLong() * 10 < first.at(0).toLongLong(), qPrintable(quick.at(0)));
    QCOMPARE(quick.at(1), first.at(1));
    QCOMPARE(quick.at(3), first.at(3));
}

QTEST_GUILESS_MAIN(TestNodesFacts)
#include "tst_nodes_facts.moc"
