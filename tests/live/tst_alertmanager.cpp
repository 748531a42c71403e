// SPDX-License-Identifier: GPL-3.0-or-later
// Debian's Alertmanager 0.25 by our client: alerts and silences as it tells them, what it refuses and which field that is about.
#include "app/telemetry/Alertmanager.h"
#include "tests/live/LiveClient.h"
#include "tests/live/LiveServer.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;
using namespace qd;
using test::awaited;
using test::kPatience;

class AlertmanagerTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_server = std::make_unique<test::LiveServer>(test::LiveServer::Kind::Alertmanager);
        if (m_server->skipped())
            QSKIP(qPrintable(m_server->why()));
        QVERIFY2(m_server->ready(), qPrintable(m_server->why()));
        kube::ClusterConfig nowhere;
        nowhere.context = u"none"_s;
        nowhere.server = QUrl(u"https://127.0.0.1:1"_s);
        m_cluster = kube::KubeCluster::make(nowhere);
        m_source = std::make_unique<telemetry::Alertmanager>(
            telemetry::ServiceTarget{m_cluster->services(), {m_server->url().toString(), {}, {}, {}, {}}, {}, {}, {}, u"Alertmanager"_s});
    }

    void cleanupTestCase()
    {
        m_source.reset();
        m_cluster.reset();
    }

    void itSaysItsVersion()
    {
        const auto build = awaited(m_source->build());
        QVERIFY2(build.ok(), build ? "" : qPrintable(build.error().text()));
        QVERIFY2(build->startsWith(u"Alertmanager 0."_s), qPrintable(*build));
    }

    /// An alert, a silence over it, changed, with another matcher, expired.
    void aSilenceFromItsBeginningToItsEnd()
    {
        post({{u"alertname"_s, u"BftOrderingStalled"_s}, {u"severity"_s, u"critical"_s}, {u"network"_s, u"mainnet"_s}});
        QTRY_VERIFY_WITH_TIMEOUT(alert(u"BftOrderingStalled"_s).state == "active"_L1, kPatience);
        const ports::ManagedAlert before = alert(u"BftOrderingStalled"_s);
        QCOMPARE(before.labels.value(u"network"_s), u"mainnet"_s);
        QCOMPARE(before.annotations.value(u"summary"_s), u"<b>No blocks</b>"_s);
        QCOMPARE(before.receivers, QStringList{u"none"_s});
        QVERIFY(before.startsAt.isValid() && before.endsAt > QDateTime::currentDateTimeUtc());
        QVERIFY(!before.fingerprint.isEmpty());

        ports::Silence wanted = silence();
        const auto made = awaited(m_source->setSilence(wanted));
        QVERIFY2(made.ok(), made ? "" : qPrintable(made.error().text()));
        QTRY_COMPARE_WITH_TIMEOUT(alert(u"BftOrderingStalled"_s).state, u"suppressed"_s, kPatience);
        QCOMPARE(alert(u"BftOrderingStalled"_s).silencedBy, QStringList{*made});
        const ports::Silence read = silenceOf(*made);
        QCOMPARE(read.state, u"active"_s);
        QCOMPARE(read.matchers, wanted.matchers);
        QCOMPARE(read.comment, wanted.comment);
        QCOMPARE(read.createdBy, wanted.createdBy);

        wanted = read;
        wanted.endsAt = wanted.endsAt.addSecs(3600);
        const auto longer = awaited(m_source->setSilence(wanted));
        QVERIFY2(longer.ok(), longer ? "" : qPrintable(longer.error().text()));
        QCOMPARE(*longer, *made);
        QCOMPARE(silenceOf(*made).endsAt, wanted.endsAt);

        // another matcher makes another silence, and ends this one
        wanted.matchers.append({u"severity"_s, u"crit.*"_s, true, true});
        const auto other = awaited(m_source->setSilence(wanted));
        QVERIFY2(other.ok(), other ? "" : qPrintable(other.error().text()));
        QVERIFY(*other != *made);
        QCOMPARE(silenceOf(*made).state, u"expired"_s);
        QCOMPARE(silenceOf(*other).matchers, wanted.matchers);

        QVERIFY(awaited(m_source->expireSilence(*other)).ok());
        QCOMPARE(silenceOf(*other).state, u"expired"_s);
        QTRY_COMPARE_WITH_TIMEOUT(alert(u"BftOrderingStalled"_s).state, u"active"_s, kPatience);
    }

    /// As the routes put them together: two nodes of one alert are one group, and what is silenced stays in it.
    void groups()
    {
        for (const QString &node : {u"one"_s, u"two"_s})
            post({{u"alertname"_s, u"DiskFull"_s}, {u"team"_s, u"storage"_s}, {u"node"_s, node}});
        post({{u"alertname"_s, u"Other"_s}});
        const auto group = [this](const QString &receiver) {
            const auto all = awaited(m_source->groups());
            for (const ports::AlertGroup &one : all ? *all : QList<ports::AlertGroup>()) {
                if (one.receiver == receiver)
                    return one;
            }
            return ports::AlertGroup();
        };
        QTRY_COMPARE_WITH_TIMEOUT(group(u"storage"_s).fingerprints.size(), 2, kPatience);
        QCOMPARE(group(u"storage"_s).labels, (network::Labels{{u"alertname"_s, u"DiskFull"_s}}));
        QVERIFY(group(u"storage"_s).fingerprints.contains(alert(u"DiskFull"_s).fingerprint));
        QTRY_VERIFY_WITH_TIMEOUT(group(u"none"_s).fingerprints.contains(alert(u"Other"_s).fingerprint), kPatience);
        QVERIFY(group(u"none"_s).labels.isEmpty());
    }

    void whatItRefusesNamesTheField_data()
    {
        QTest::addColumn<QList<ports::Matcher>>("matchers");
        QTest::addColumn<int>("seconds");
        QTest::addColumn<QString>("field");
        QTest::newRow("no matchers") << QList<ports::Matcher>{} << 60 << u"matchers"_s;
        QTest::newRow("matches all") << QList<ports::Matcher>{{u"a"_s, {}}} << 60 << u"matchers"_s;
        QTest::newRow("no label name") << QList<ports::Matcher>{{u"a-b"_s, u"x"_s}} << 60 << u"matchers"_s;
        QTest::newRow("broken expression") << QList<ports::Matcher>{{u"a"_s, u"("_s, true}} << 60 << u"matchers"_s;
        QTest::newRow("ends before now") << QList<ports::Matcher>{{u"a"_s, u"x"_s}} << -60 << u"endsAt"_s;
        QTest::newRow("no end") << QList<ports::Matcher>{{u"a"_s, u"x"_s}} << 0 << u"endsAt"_s;
    }
    void whatItRefusesNamesTheField()
    {
        QFETCH(QList<ports::Matcher>, matchers);
        QFETCH(int, seconds);
        ports::Silence wrong = silence();
        wrong.matchers = matchers;
        wrong.endsAt = seconds == 0 ? QDateTime() : QDateTime::currentDateTimeUtc().addSecs(seconds);
        const auto answer = awaited(m_source->setSilence(wrong));
        QVERIFY(!answer.ok());
        QCOMPARE(answer.error().kind, ErrorKind::Invalid);
        QCOMPARE(answer.error().causes.size(), 1);
        QTEST(answer.error().causes.front().field, "field");
        QVERIFY(!answer.error().remedy.isEmpty());
        QVERIFY2(!answer.error().causes.front().message.contains(u'{'), qPrintable(answer.error().causes.front().message));
    }

    void aSilenceThatIsNotThere()
    {
        const QString id = u"6e0e3dd5-d1fb-4b0d-a1cb-f0c1d2c4c1a4"_s;
        const auto expired = awaited(m_source->expireSilence(id));
        QVERIFY(!expired.ok());
        QCOMPARE(expired.error().kind, ErrorKind::NotFound);
        ports::Silence gone = silence();
        gone.id = id;
        const auto changed = awaited(m_source->setSilence(gone));
        QVERIFY(!changed.ok());
        QCOMPARE(changed.error().kind, ErrorKind::NotFound);
        const auto strange = awaited(m_source->expireSilence(u"../alerts"_s));
        QVERIFY(!strange.ok());
        QCOMPARE(strange.error().kind, ErrorKind::Invalid);
    }

    void aServerThatIsGone()
    {
        m_server->kill();
        const auto answer = awaited(m_source->setSilence(silence()));
        QVERIFY(!answer.ok());
        QVERIFY2(!answer.error().message.isEmpty() && !answer.error().remedy.isEmpty(), qPrintable(answer.error().text()));
        QVERIFY(m_server->startAgain());
        QVERIFY(awaited(m_source->alerts()).ok());
    }

private:
    static ports::Silence silence()
    {
        ports::Silence silence;
        silence.matchers = {{u"alertname"_s, u"BftOrderingStalled"_s, false, true}, {u"network"_s, u"devnet"_s, false, false}};
        silence.startsAt = QDateTime::currentDateTimeUtc();
        silence.endsAt = silence.startsAt.addSecs(3600);
        silence.createdBy = u"ana@example.com"_s;
        silence.comment = u"“Maintenance” until ten & no <later>"_s;
        return silence;
    }

    ports::ManagedAlert alert(const QString &name)
    {
        const auto all = awaited(m_source->alerts());
        if (!all)
            QTest::qFail(qPrintable(all.error().text()), __FILE__, __LINE__);
        for (const ports::ManagedAlert &alert : all ? *all : QList<ports::ManagedAlert>())
            if (alert.labels.value(u"alertname"_s) == name)
                return alert;
        return {};
    }

    ports::Silence silenceOf(const QString &id)
    {
        const auto all = awaited(m_source->silences());
        for (const ports::Silence &silence : all ? *all : QList<ports::Silence>())
            if (silence.id == id)
                return silence;
        return {};
    }

    void post(const QJsonObject &labels)
    {
        const QJsonArray body{QJsonObject{{u"labels"_s, labels}, {u"annotations"_s, QJsonObject{{u"summary"_s, u"<b>No blocks</b>"_s}}},
                                          {u"generatorURL"_s, u"http://prometheus:9090/graph"_s}}};
        const auto sent = awaited(m_cluster->services()->request({m_server->url().toString(), {}, {}, {}, {}}, "POST", u"/api/v2/alerts"_s,
            {{"Content-Type", "application/json"}}, QJsonDocument(body).toJson(), {}));
        QVERIFY2(sent.ok() && sent->status == 200, sent ? sent->body.constData() : qPrintable(sent.error().text()));
    }

    std::unique_ptr<test::LiveServer> m_server;
    std::unique_ptr<kube::KubeCluster> m_cluster;
    std::unique_ptr<telemetry::Alertmanager> m_source;
};

QTEST_GUILESS_MAIN(AlertmanagerTest)
#include "tst_alertmanager.moc"
