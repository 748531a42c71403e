// SPDX-License-Identifier: GPL-3.0-or-later
// Alerts of Alertmanager and Prometheus as one list, matchers as Alertmanager tries them, whom an alert is about, and what is told of it.
#include "models/items/telemetry/AlertList.h"
#include "models/items/telemetry/AlertMatch.h"
#include "models/items/telemetry/AlertNews.h"
#include "models/items/telemetry/AlertSubjects.h"
#include "tests/unit/items/ItemsFixture.h"

#include <QTest>

using namespace qd;
using namespace qd::items;
using namespace Qt::StringLiterals;
using network::Labels;
using network::State;

namespace {

const QDateTime kNow = QDateTime(QDate(2026, 3, 1), QTime(12, 0), Qt::UTC);

Labels labels(std::initializer_list<std::pair<const char *, const char *>> pairs)
{
    Labels out;
    for (const auto &[name, value] : pairs)
        out.insert(QString::fromLatin1(name), QString::fromUtf8(value));
    return out;
}

ports::ManagedAlert managed(const Labels &set)
{
    ports::ManagedAlert out;
    out.labels = set;
    out.startsAt = kNow.addSecs(-600);
    out.state = u"active"_s;
    return out;
}

ports::RuleAlert evaluated(const Labels &set, const QString &state = u"firing"_s)
{
    ports::RuleAlert out;
    out.labels = set;
    out.state = state;
    out.activeAt = kNow.addSecs(-900);
    out.value = u"1e+00"_s;
    return out;
}

Alert critical(const char *name, const char *cluster = "prod")
{
    Alert out;
    out.cluster = QString::fromLatin1(cluster);
    out.name = QString::fromLatin1(name);
    out.key = out.cluster + u'/' + out.name;
    out.severity = Severity::Critical;
    return out;
}

}

class TestAlertList : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void matchersHold_data()
    {
        QTest::addColumn<QString>("matcher");
        QTest::addColumn<bool>("holds");
        QTest::newRow("equal") << u"severity=critical"_s << true;
        QTest::newRow("equal, quoted") << u"severity=\"critical\""_s << true;
        QTest::newRow("equal, other") << u"severity=warning"_s << false;
        QTest::newRow("not equal") << u"severity!=warning"_s << true;
        QTest::newRow("not equal, same") << u"severity!=critical"_s << false;
        QTest::newRow("regex is anchored at its end") << u"node=~acme"_s << false;
        QTest::newRow("regex is anchored at its begin") << u"node=~1"_s << false;
        QTest::newRow("regex covers all") << u"node=~acme-.*"_s << true;
        QTest::newRow("an alternative is anchored too") << u"node=~acme|foo"_s << false;
        QTest::newRow("an alternative that covers all") << u"node=~foo|acme-1"_s << true;
        QTest::newRow("not regex") << u"node!~acme"_s << true;
        QTest::newRow("not regex that covers all") << u"node!~acme-.+"_s << false;
        QTest::newRow("a label that is not there is empty") << u"team="_s << true;
        QTest::newRow("and is not something") << u"team=ops"_s << false;
        QTest::newRow("and is not what it is not") << u"team!=ops"_s << true;
        QTest::newRow("and matches what may be empty") << u"team=~.*"_s << true;
        QTest::newRow("and not what must not") << u"team=~.+"_s << false;
        QTest::newRow("a dot covers no line end") << u"note=~a.b"_s << false;
        QTest::newRow("the end is the end, not before a line end") << u"tail=~a"_s << false;
    }
    void matchersHold()
    {
        QFETCH(QString, matcher);
        QFETCH(bool, holds);
        const Labels set = labels({{"alertname", "Down"}, {"severity", "critical"}, {"node", "acme-1"}, {"note", "a\nb"}, {"tail", "a\n"}});
        const Result<ports::Matcher> parsed = parseMatcher(matcher);
        QVERIFY2(parsed.ok(), qPrintable(parsed.ok() ? QString() : parsed.error().message));
        // Beside one that asks for something, as a silence needs one.
        const Result<AlertMatchers> matchers = AlertMatchers::make({*parsed, {u"alertname"_s, u"Down"_s}});
        QVERIFY(matchers.ok());
        const Result<bool> is = matchers->matches(set);
        QVERIFY(is.ok());
        QCOMPARE(*is, holds);
    }

    void badMatchers_data()
    {
        QTest::addColumn<QString>("matcher");
        QTest::addColumn<QString>("says");
        QTest::newRow("no sign") << u"severity"_s << u"it has none of ="_s;
        QTest::newRow("no name") << u"=critical"_s << u"is no name of a label"_s;
        QTest::newRow("a name with a dash") << u"node-name=a"_s << u"“node-name” is no name of a label"_s;
        QTest::newRow("a name that begins with a digit") << u"1a=a"_s << u"is no name of a label"_s;
        QTest::newRow("open quotation marks") << u"a=\"b"_s << u"quotation marks do not close"_s;
    }
    void badMatchers()
    {
        QFETCH(QString, matcher);
        QFETCH(QString, says);
        const Result<ports::Matcher> parsed = parseMatcher(matcher);
        QVERIFY(!parsed.ok());
        QVERIFY2(parsed.error().message.contains(says), qPrintable(parsed.error().message));
        QVERIFY(!parsed.error().remedy.isEmpty());
    }

    void setsThatAreRefused()
    {
        QVERIFY(!AlertMatchers::make({}).ok());
        const Result<AlertMatchers> all = AlertMatchers::make({{u"team"_s, u"ops"_s, false, false}});
        QVERIFY2(!all.ok(), "matches every alert without the label");
        QVERIFY(all.error().message.contains(u"match every alert"_s));
        const Result<AlertMatchers> regex = AlertMatchers::make({{u"a"_s, u"b"_s}, {u"c"_s, u"d(e"_s, true}});
        QVERIFY(!regex.ok());
        QCOMPARE(regex.error().causes.first().field, u"matchers[1]"_s);
        QVERIFY2(regex.error().message.contains(u"of c does not parse at position"_s), qPrintable(regex.error().message));
    }

    void matcherTextsGoThere()
    {
        const ports::Matcher odd{u"path"_s, u"C:\\a \"b\"\nc"_s, true, false};
        const Result<ports::Matcher> again = parseMatcher(matcherText(odd));
        QVERIFY(again.ok());
        QCOMPARE(*again, odd);
        QVERIFY(sameMatchers({odd, {u"a"_s, u"b"_s}}, {{u"a"_s, u"b"_s}, odd}));
        QVERIFY(!sameMatchers({odd}, {odd, {u"a"_s, u"b"_s}}));
    }

    void aSilenceOutlivesAPod()
    {
        const QList<ports::Matcher> matchers = matchersOf(labels({{"severity", "critical"}, {"pod", "acme-0"}, {"alertname", "Down"}, {"instance", "10.0.0.1:80"}, {"namespace", "canton"}}));
        QCOMPARE(matchersText(matchers), u"alertname=\"Down\", namespace=\"canton\", severity=\"critical\""_s);
    }

    /// Of pods their node counts, where it is known; else the pod itself.
    void aSilenceIsForNoOtherNode_data()
    {
        QTest::addColumn<QList<Labels>>("sets");
        QTest::addColumn<QStringList>("about");     // names of nodes; empty: not known
        QTest::addColumn<QString>("matchers");
        const auto down = [](const char *pod, const char *name = "Down") { return labels({{"alertname", name}, {"namespace", "canton"}, {"pod", pod}}); };
        const QString head = u"alertname=\"Down\", namespace=\"canton\""_s;
        const QString alice = head + u", pod=~\"alice-.*\", pod!~\"alice-bank-.*\""_s;
        QTest::newRow("a pod of a node") << QList{down("bob.eu-participant-0")} << QStringList{u"bob.eu"_s} << QString(head + u", pod=~\"bob\\\\.eu-.*\""_s);
        QTest::newRow("a node whose name goes on is another") << QList{down("alice-participant-0")} << QStringList{u"alice"_s} << alice;
        QTest::newRow("several pods of a node") << QList{down("alice-participant-0"), down("alice-validator-0")} << QStringList{u"alice"_s, u"alice"_s} << alice;
        QTest::newRow("pods of two nodes") << QList{down("alice-participant-0"), down("bob.eu-participant-0")} << QStringList{u"alice"_s, u"bob.eu"_s} << head;
        QTest::newRow("two alerts of a pod") << QList{down("alice-participant-0"), down("alice-participant-0", "Slow")} << QStringList{u"alice"_s, u"alice"_s}
                                             << u"namespace=\"canton\", pod=~\"alice-.*\", pod!~\"alice-bank-.*\""_s;
        QTest::newRow("a pod of nobody") << QList{down("postgres-0")} << QStringList{QString()} << QString(head + u", pod=\"postgres-0\""_s);
        QTest::newRow("a pod of nobody and one of a node") << QList{down("postgres-0"), down("alice-participant-0")} << QStringList{QString(), u"alice"_s} << head;
        QTest::newRow("a pod that has the node's name") << QList{down("alice")} << QStringList{u"alice"_s} << QString(head + u", pod=\"alice\""_s);
        Labels named = down("exporter-0");
        named.insert(u"node_name"_s, u"alice"_s);
        QTest::newRow("another label names the node") << QList{named} << QStringList{u"alice"_s} << u"alertname=\"Down\", namespace=\"canton\", node_name=\"alice\""_s;
    }
    void aSilenceIsForNoOtherNode()
    {
        QFETCH(QList<Labels>, sets);
        QFETCH(QStringList, about);
        const auto node = [](const QString &name) { return ObjectId{u"prod"_s, {{}, {}, u"validators"_s}, u"canton"_s, name, {}}; };
        QList<Alert> alerts;
        for (qsizetype i = 0; i < sets.size(); ++i) {
            Alert alert;
            alert.labels = sets.at(i);
            if (!about.at(i).isEmpty())
                alert.subject = {node(about.at(i)), about.at(i), true};
            alerts.append(alert);
        }
        const QList<ObjectId> nodes{node(u"alice"_s), node(u"alice-bank"_s), node(u"bob.eu"_s), {u"prod"_s, {}, u"other"_s, u"alice-else"_s, {}}};
        const QList<ports::Matcher> matchers = silenceMatchers(alerts, nodes);
        QTEST(matchersText(matchers), "matchers");
        const Result<AlertMatchers> all = AlertMatchers::make(matchers);
        QVERIFY(all.ok());
        for (const Alert &alert : alerts)
            QVERIFY(*all->matches(alert.labels));
    }

    /// By label set, minus the labels that Alertmanager's have more.
    void mergesByLabels()
    {
        const Labels one = labels({{"alertname", "Down"}, {"node_name", "a"}, {"severity", "critical"}});
        const Labels two = labels({{"alertname", "Down"}, {"node_name", "b"}, {"severity", "critical"}});
        Labels oneOutside = one, twoOutside = two;
        oneOutside.insert(u"cluster"_s, u"prod"_s);
        twoOutside.insert(u"cluster"_s, u"prod"_s);
        ports::ManagedAlert silenced = managed(twoOutside);
        silenced.state = u"suppressed"_s;
        silenced.silencedBy = QStringList{u"s1"_s};
        ports::Silence silence;
        silence.id = u"s1"_s;
        silence.endsAt = kNow.addSecs(3600);
        const QList<Alert> alerts = mergeAlerts(u"prod"_s, {managed(oneOutside), silenced}, {evaluated(two), evaluated(one), evaluated(labels({{"alertname", "Slow"}}), u"pending"_s)}, {silence});
        QCOMPARE(alerts.size(), 3);
        QCOMPARE(alerts.at(0).labels.value(u"node_name"_s), u"a"_s);
        QCOMPARE(alerts.at(0).state, AlertState::Firing);
        QCOMPARE(alerts.at(0).source(), u"both"_s);
        QCOMPARE(alerts.at(0).value, u"1e+00"_s);
        QCOMPARE(alerts.at(0).since, kNow.addSecs(-900));
        QCOMPARE(alerts.at(1).name, u"Slow"_s);
        QCOMPARE(alerts.at(1).state, AlertState::Pending);
        QCOMPARE(alerts.at(1).source(), u"prometheus"_s);
        QCOMPARE(alerts.at(2).state, AlertState::Silenced);
        QCOMPARE(alerts.at(2).silencedUntil, silence.endsAt);
        QCOMPARE(alerts.at(2).source(), u"both"_s);
        const AlertCounts counts = countAlerts(alerts);
        QCOMPARE(counts, (AlertCounts{1, 1, 1, 0, State::Failed}));
    }

    /// The one with the most labels in common, not the first that fits.
    void theClosestRuleIsTaken()
    {
        const Labels wide = labels({{"alertname", "Down"}});
        const Labels narrow = labels({{"alertname", "Down"}, {"node_name", "a"}});
        Labels outside = narrow;
        outside.insert(u"cluster"_s, u"prod"_s);
        ports::RuleAlert a = evaluated(wide), b = evaluated(narrow);
        a.value = u"1"_s;
        b.value = u"2"_s;
        const QList<Alert> alerts = mergeAlerts(u"prod"_s, {managed(outside)}, {a, b});
        QCOMPARE(alerts.size(), 2);
        const auto merged = std::find_if(alerts.begin(), alerts.end(), [](const Alert &alert) { return alert.managed; });
        QCOMPARE(merged->value, u"2"_s);
    }

    void unlikeLabelsStayTwo()
    {
        const QList<Alert> alerts = mergeAlerts(u"prod"_s, {managed(labels({{"alertname", "Down"}, {"node_name", "a"}}))}, {evaluated(labels({{"alertname", "Down"}, {"node_name", "b"}}))});
        QCOMPARE(alerts.size(), 2);
        QVERIFY(!alerts.at(0).managed || !alerts.at(0).evaluated);
    }

    void aThousandOfOneName()
    {
        QList<ports::ManagedAlert> outside;
        QList<ports::RuleAlert> rules;
        for (int i = 0; i < 5000; ++i) {
            Labels set = labels({{"alertname", "Down"}});
            set.insert(u"node_name"_s, QString::number(i));
            rules.append(evaluated(set));
            set.insert(u"cluster"_s, u"prod"_s);
            outside.append(managed(set));
        }
        const QList<Alert> alerts = mergeAlerts(u"prod"_s, outside, rules);
        QCOMPARE(alerts.size(), 5000);
        QVERIFY(std::all_of(alerts.begin(), alerts.end(), [](const Alert &alert) { return alert.source() == "both"_L1; }));
    }

    void statesAndFaces_data()
    {
        QTest::addColumn<QString>("severity");
        QTest::addColumn<bool>("silenced");
        QTest::addColumn<bool>("inhibited");
        QTest::addColumn<AlertState>("state");
        QTest::addColumn<State>("face");
        QTest::newRow("critical") << u"critical"_s << false << false << AlertState::Firing << State::Failed;
        QTest::newRow("page") << u"page"_s << false << false << AlertState::Firing << State::Failed;
        QTest::newRow("warning") << u"Warning"_s << false << false << AlertState::Firing << State::Degraded;
        QTest::newRow("a word nobody knows") << u"purple"_s << false << false << AlertState::Firing << State::Degraded;
        QTest::newRow("none said") << QString() << false << false << AlertState::Firing << State::Degraded;
        QTest::newRow("info") << u"info"_s << false << false << AlertState::Firing << State::NotBegun;
        QTest::newRow("silenced") << u"critical"_s << true << false << AlertState::Silenced << State::Suspended;
        QTest::newRow("inhibited") << u"critical"_s << false << true << AlertState::Inhibited << State::Cancelled;
        QTest::newRow("both") << u"critical"_s << true << true << AlertState::Silenced << State::Suspended;
    }
    void statesAndFaces()
    {
        QFETCH(QString, severity);
        QFETCH(bool, silenced);
        QFETCH(bool, inhibited);
        Labels set = labels({{"alertname", "A"}});
        if (!severity.isEmpty())
            set.insert(u"severity"_s, severity);
        ports::ManagedAlert alert = managed(set);
        alert.silencedBy = silenced ? QStringList{u"s"_s} : QStringList();
        alert.inhibitedBy = inhibited ? QStringList{u"f"_s} : QStringList();
        const QList<Alert> alerts = mergeAlerts(u"c"_s, {alert}, {});
        QTEST(alerts.first().state, "state");
        QTEST(alerts.first().face(), "face");
    }

    void linksThatAreOpened_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<bool>("safe");
        QTest::newRow("https") << u"https://runbooks.example.com/a?b=c#d"_s << true;
        QTest::newRow("http") << u"http://vm:19090/graph?g0.expr=up"_s << true;
        QTest::newRow("file") << u"file:///etc/passwd"_s << false;
        QTest::newRow("script") << u"javascript:alert(1)"_s << false;
        QTest::newRow("no scheme") << u"runbooks.example.com/a"_s << false;
        QTest::newRow("no host") << u"https:///a"_s << false;
        QTest::newRow("a password") << u"https://a:b@example.com"_s << false;
        QTest::newRow("a person") << u"https://prod.example.com@evil.example"_s << false;
        QTest::newRow("another program") << u"ssh://host"_s << false;
        QTest::newRow("empty") << QString() << false;
    }
    void linksThatAreOpened()
    {
        QFETCH(QString, url);
        QTEST(isSafeLink(url), "safe");
        Alert alert;
        alert.annotations.insert(u"runbook_url"_s, url);
        QCOMPARE(alert.runbook(), isSafeLink(url) ? url : QString());
    }

    void silencesSayWhatTheyMatch()
    {
        QList<Alert> alerts = mergeAlerts(u"prod"_s, {managed(labels({{"alertname", "Down"}, {"n", "1"}})), managed(labels({{"alertname", "Down"}, {"n", "2"}}))}, {});
        alerts += mergeAlerts(u"dev"_s, {managed(labels({{"alertname", "Down"}, {"n", "1"}}))}, {});
        ports::Silence active, expired, odd;
        active.id = u"a"_s;
        active.state = u"active"_s;
        active.matchers = {{u"alertname"_s, u"Down"_s}};
        active.endsAt = kNow.addSecs(60);
        expired = active;
        expired.id = u"e"_s;
        expired.state = u"expired"_s;
        odd = active;
        odd.id = u"o"_s;
        odd.matchers = {{u"alertname"_s, u"D(?<x"_s, true}};
        odd.endsAt = kNow.addSecs(120);
        const QList<SilenceLine> lines = silenceLines(u"prod"_s, {expired, odd, active}, alerts);
        QCOMPARE(lines.size(), 3);
        QCOMPARE(lines.at(0).silence.id, u"a"_s);
        QCOMPARE(lines.at(0).alerts.value_or(-1), 2);
        QCOMPARE(lines.at(1).silence.id, u"o"_s);
        QVERIFY(lines.at(1).problem.has_value());
        QCOMPARE(lines.at(2).silence.id, u"e"_s);
        // It has ended, and so it matches nothing.
        QVERIFY(!lines.at(2).alerts.has_value() && !lines.at(2).problem);
    }

    /// What RE2 does in no time may take another engine hours.
    void heavyExpressionsAreGivenUp()
    {
        const QString value = QString(u"x-"_s + u"acme-"_s.repeated(40) + u"!"_s);
        const Result<AlertMatchers> heavy = AlertMatchers::make({{u"pod"_s, u"(.+-)+x"_s, true}});
        QVERIFY(heavy.ok());
        const Result<bool> matches = heavy->matches({{u"pod"_s, value}});
        QVERIFY(!matches.ok());
        QVERIFY2(matches.error().message.contains(u"regular expression of pod"_s), qPrintable(matches.error().message));
        // Another matcher may tell without it.
        const Result<AlertMatchers> both = AlertMatchers::make({{u"pod"_s, u"(.+-)+x"_s, true}, {u"alertname"_s, u"Down"_s}});
        QVERIFY(both->matches({{u"pod"_s, value}, {u"alertname"_s, u"Up"_s}}).ok());
        ports::Silence silence;
        silence.id = u"a"_s;
        silence.state = u"active"_s;
        silence.matchers = {{u"pod"_s, u"(.+-)+x"_s, true}};
        Alert alert;
        alert.cluster = u"prod"_s;
        alert.labels = {{u"pod"_s, value}};
        const QList<SilenceLine> lines = silenceLines(u"prod"_s, {silence}, QList<Alert>(1000, alert));
        QVERIFY(lines.first().problem && !lines.first().alerts);
        // What people write is tried.
        const Result<AlertMatchers> usual = AlertMatchers::make({{u"pod"_s, u"acme-(participant|validator)-[0-9]+.*|north-.*"_s, true}});
        QVERIFY(*usual->matches({{u"pod"_s, QString(u"acme-validator-17"_s + u"x"_s.repeated(2000))}}));
    }

    void whomItIsAbout_data()
    {
        QTest::addColumn<Labels>("set");
        QTest::addColumn<QString>("object");    // empty: none
        QTest::addColumn<QString>("text");
        QTest::newRow("node_name and namespace") << labels({{"node_name", "acme-1"}, {"namespace", "canton"}}) << u"validators/acme-1"_s << u"acme-1"_s;
        QTest::newRow("node_name of another namespace's metrics") << labels({{"node_name", "acme-1"}, {"namespace", "monitoring"}}) << u"validators/acme-1"_s << u"acme-1"_s;
        QTest::newRow("a pod") << labels({{"pod", "acme-1-participant-0"}, {"namespace", "canton"}}) << u"validators/acme-1"_s << u"acme-1"_s;
        QTest::newRow("the longest name") << labels({{"pod", "acme-1-dev-participant-0"}, {"namespace", "canton"}}) << u"participants/acme-1-dev"_s << u"acme-1-dev"_s;
        QTest::newRow("a pod of another namespace") << labels({{"pod", "acme-1-participant-0"}, {"namespace", "other"}}) << QString() << u"other/acme-1-participant-0"_s;
        QTest::newRow("a pod without a namespace") << labels({{"pod", "acme-1-participant-0"}}) << QString() << u"acme-1-participant-0"_s;
        QTest::newRow("a scrape job") << labels({{"job", "acme-1-participant"}, {"namespace", "canton"}}) << u"validators/acme-1"_s << u"acme-1"_s;
        QTest::newRow("a scrape job of something else") << labels({{"job", "kube-state-metrics"}, {"namespace", "canton"}}) << QString() << u"canton/kube-state-metrics"_s;
        QTest::newRow("a volume") << labels({{"persistentvolumeclaim", "data-acme-1-postgres-0"}, {"namespace", "canton"}}) << u"validators/acme-1"_s << u"acme-1"_s;
        QTest::newRow("the kind of the node is said") << labels({{"node_name", "twin"}, {"node_kind", "Participant"}, {"namespace", "canton"}}) << u"participants/twin"_s << u"twin"_s;
        QTest::newRow("an object that was read") << labels({{"name", "acme-1"}, {"namespace", "canton"}}) << u"validators/acme-1"_s << u"acme-1"_s;
        QTest::newRow("its kind") << labels({{"validator", "twin"}, {"namespace", "canton"}}) << u"validators/twin"_s << u"twin"_s;
        QTest::newRow("two have the name") << labels({{"node_name", "twin"}, {"namespace", "canton"}}) << QString() << u"twin"_s;
        QTest::newRow("a node nobody knows") << labels({{"node_name", "gone"}, {"namespace", "canton"}}) << QString() << u"gone"_s;
        QTest::newRow("a namespace") << labels({{"namespace", "canton"}}) << QString() << u"namespace canton"_s;
        QTest::newRow("a machine") << labels({{"instance", "10.0.0.1:9100"}}) << QString() << u"10.0.0.1:9100"_s;
        QTest::newRow("nobody") << labels({{"alertname", "Watchdog"}}) << QString() << QString();
    }
    void whomItIsAbout()
    {
        QFETCH(Labels, set);
        test::FixedClock clock;
        const auto kinds = test::smallKinds();
        state::Environment environment({u"prod"_s}, kinds, nullptr, nullptr, &clock);
        const auto put = [&](const char *kind, std::initializer_list<const char *> names) {
            network::RowBatch batch;
            for (const char *name : names) {
                network::Row row;
                row.ns = u"canton"_s;
                row.name = QString::fromLatin1(name);
                row.uid = QString::fromLatin1(kind) + row.name;
                batch.upserts.append(row);
            }
            environment.store(*kinds->find(QString::fromLatin1(kind)))->applyBatch(batch);
        };
        put("Validator", {"acme-1", "twin"});
        put("Participant", {"acme-1-dev", "twin"});
        const AlertSubject subject = AlertSubjects(environment).of(set);
        QTEST(subject.object.name.isEmpty() ? QString() : subject.object.shortName(), "object");
        QTEST(subject.text, "text");
    }

    /// What fires at the start is one summary; then each once, many in one, not more often than every 30 s.
    void newsAreFew()
    {
        AlertNewsDesk desk;
        QList<Alert> alerts{critical("A"), critical("B")};
        QVERIFY2(!desk.take(alerts, {}, 0).news, "nothing before the cluster has answered");
        AlertNewsDesk::Turn turn = desk.take(alerts, {u"prod"_s}, 1000);
        QVERIFY(turn.news);
        QVERIFY(turn.news->already);
        QCOMPARE(turn.news->keys.size(), 2);
        const QString first = turn.news->id;
        QVERIFY(!desk.take(alerts, {u"prod"_s}, 2000).news);
        alerts.append(critical("C"));
        turn = desk.take(alerts, {u"prod"_s}, 11'000);
        QVERIFY(!turn.news);
        QCOMPARE(turn.waitMs, AlertNewsDesk::kApartMs - 10'000);
        alerts.append(critical("D"));
        turn = desk.take(alerts, {u"prod"_s}, 31'000);
        QVERIFY(turn.news);
        QVERIFY(!turn.news->already);
        QCOMPARE(turn.news->keys, (QStringList{u"prod/C"_s, u"prod/D"_s}));
        QVERIFY(turn.over.isEmpty());
        turn = desk.take(alerts.mid(1), {u"prod"_s}, 70'000);
        QVERIFY2(turn.over.isEmpty(), "one of the first notice still fires");
        turn = desk.take(alerts.mid(2), {u"prod"_s}, 71'000);
        QCOMPARE(turn.over, QStringList{first});
    }

    void newsLeaveOut_data()
    {
        QTest::addColumn<AlertState>("state");
        QTest::addColumn<Severity>("severity");
        QTest::addColumn<bool>("told");
        QTest::newRow("critical") << AlertState::Firing << Severity::Critical << true;
        QTest::newRow("silenced") << AlertState::Silenced << Severity::Critical << false;
        QTest::newRow("inhibited") << AlertState::Inhibited << Severity::Critical << false;
        QTest::newRow("pending") << AlertState::Pending << Severity::Critical << false;
        QTest::newRow("warning") << AlertState::Firing << Severity::Warning << false;
        QTest::newRow("unsaid") << AlertState::Firing << Severity::Unsaid << false;
    }
    void newsLeaveOut()
    {
        QFETCH(AlertState, state);
        QFETCH(Severity, severity);
        Alert alert = critical("A");
        alert.state = state;
        alert.severity = severity;
        AlertNewsDesk desk;
        QTEST(desk.take({alert}, {u"prod"_s}, 0).news.has_value(), "told");
    }

    void flappingIsToldOnce()
    {
        AlertNewsDesk desk;
        const QList<Alert> on{critical("A")};
        QVERIFY(desk.take(on, {u"prod"_s}, 0).news);
        (void)desk.take({}, {u"prod"_s}, 60'000);
        QVERIFY(!desk.take(on, {u"prod"_s}, 120'000).news);
        (void)desk.take({}, {u"prod"_s}, 200'000);
        (void)desk.take({}, {u"prod"_s}, 200'000 + AlertNewsDesk::kAgainMs);
        QVERIFY2(desk.take(on, {u"prod"_s}, 201'000 + AlertNewsDesk::kAgainMs).news, "begun anew after a while");
    }

    void anotherClusterIsASummaryToo()
    {
        AlertNewsDesk desk;
        (void)desk.take({}, {u"prod"_s}, 0);
        const AlertNewsDesk::Turn turn = desk.take({critical("A", "dev")}, {u"prod"_s, u"dev"_s}, 60'000);
        QVERIFY(turn.news);
        QVERIFY(turn.news->already);
    }
};

QTEST_GUILESS_MAIN(TestAlertList)
#include "tst_alertlist.moc"
