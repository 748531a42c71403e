// SPDX-License-Identifier: GPL-3.0-or-later
// What is marked over charts: changes of the journal, Argo CD's history, notes, and what the clusters told of our nodes.
#include "models/items/telemetry/ChartEvents.h"
#include "tests/support/FakeGateway.h"
#include "tests/support/ShippedFiles.h"
#include "tests/unit/items/ItemsFixture.h"

#include <QSignalSpy>
#include <QTest>

using namespace qd;
using namespace qd::items;
using namespace Qt::StringLiterals;

namespace {

const QString kNoon = u"2026-11-29T12:00:00Z"_s;

double at(const QString &time)
{
    return double(QDateTime::fromString(time, Qt::ISODate).toSecsSinceEpoch());
}

QString before(int seconds)
{
    return QDateTime::fromString(kNoon, Qt::ISODate).addSecs(-seconds).toString(Qt::ISODate);
}

QJsonObject eventJson(const QString &type, const QString &reason, const QString &object, const QString &last, const QJsonObject &more = {})
{
    QJsonObject out{{u"type"_s, type}, {u"reason"_s, reason}, {u"lastTimestamp"_s, last}, {u"message"_s, QString(reason + u" happened"_s)},
                    {u"metadata"_s, QJsonObject{{u"uid"_s, QString(type + reason + object + last)}}},
                    {u"involvedObject"_s, QJsonObject{{u"kind"_s, u"Pod"_s}, {u"namespace"_s, u"canton"_s}, {u"name"_s, object}}}};
    for (auto it = more.begin(); it != more.end(); ++it)
        out.insert(it.key(), it.value());
    return out;
}

QJsonObject pulled(const QString &pod, const QString &image, const QString &last)
{
    return eventJson(u"Normal"_s, u"Pulled"_s, pod, last,
                     {{u"message"_s, u"Successfully pulled image \"%1\" in 1.2s"_s.arg(image)},
                      {u"involvedObject"_s, QJsonObject{{u"kind"_s, u"Pod"_s}, {u"namespace"_s, u"canton"_s}, {u"name"_s, pod}, {u"fieldPath"_s, u"spec.containers{participant}"_s}}}});
}

state::NodeLabels nodes(const QStringList &names = {u"alice"_s, u"alice-bank"_s})
{
    QList<ObjectId> out;
    for (const QString &name : names)
        out.append({u"prod"_s, {u"canton.quarterdeck.io"_s, u"v1alpha1"_s, u"validators"_s}, u"canton"_s, name, name});
    return state::NodeLabels(out);
}

QStringList texts(const QList<ChartMark> &marks)
{
    QStringList out;
    for (const ChartMark &mark : marks)
        out.append(mark.text);
    return out;
}

/// A cluster with two nodes that answers with these events.
struct World {
    test::FixedClock clock;
    std::shared_ptr<const network::KindTable> kinds = test::shippedKinds();
    std::shared_ptr<test::FakeGateway> gateway = std::make_shared<test::FakeGateway>(u"prod"_s);
    state::Environment environment{{u"prod"_s, state::Mark::Production}, kinds, gateway, nullptr, &clock};
    ChartEvents events;
    QJsonArray told;
    QList<ports::ListQuery> asked;
    World()
    {
        const network::KindInfo &kind = *kinds->find(u"Validator"_s);
        for (const QString &name : {u"alice"_s, u"bob"_s})
            environment.store(kind)->applyBatch(test::batchOf({test::rowOf(kind, name, u"mainnet"_s, u"Ready"_s)}));
        gateway->onList = [this](const Gvr &gvr, const ports::ListQuery &query) {
            asked.append(query);
            return gvr.resource == "events"_L1 ? Result<QJsonObject>(QJsonObject{{u"items"_s, told}}) : Result<QJsonObject>(Error{ErrorKind::NotFound, u"?"_s});
        };
    }
};

}

class TstChartMarks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void changesOfTheJournal()
    {
        const auto change = [](const QString &id, const QString &cluster, bool applied, const QJsonArray &diff) {
            auto out = std::make_shared<state::JournaledChange>();
            out->id = id;
            out->title = u"Scale alice"_s;
            out->cluster = cluster;
            state::JournaledEdit edit;
            edit.name = u"alice"_s;
            edit.applied = applied;
            edit.diff = diff;
            out->edits = {edit};
            state::JournalStep step;
            step.time = QDateTime::fromString(kNoon, Qt::ISODate);
            out->steps = {step};
            return state::ChangePtr(out);
        };
        const QJsonArray version{QJsonObject{{u"path"_s, u"/spec/version"_s}, {u"to"_s, u"0.4.16"_s}}};
        const QList<ChartMark> marks = journalMarks({change(u"a"_s, u"prod"_s, true, {}), change(u"b"_s, u"prod"_s, true, version), change(u"c"_s, u"other"_s, true, version),
                                                     change(u"d"_s, u"prod"_s, false, version)}, {u"prod"_s});
        QCOMPARE(texts(marks), (QStringList{u"Scale alice"_s, u"0.4.16 on alice"_s}));
        QVERIFY(marks.first().kind == ChartMark::Kind::Change && marks.last().kind == ChartMark::Kind::Deployment);
        QCOMPARE(marks.first().at, at(kNoon));
        QCOMPARE(journalMarks({change(u"a"_s, u"prod"_s, true, {}), change(u"b"_s, u"prod"_s, true, {})}, {u"prod"_s}, 1).size(), 1);
    }

    void historyOfArgo()
    {
        const QJsonArray history{QJsonObject{{u"deployedAt"_s, kNoon}, {u"revision"_s, QString(40, u'a')}},
                                 QJsonObject{{u"deployedAt"_s, kNoon}, {u"revisions"_s, QJsonArray{u"0.4.16"_s}}}, QJsonObject{{u"revision"_s, u"never"_s}}};
        const QList<ChartMark> marks = argoMarks({{u"items"_s, QJsonArray{QJsonObject{{u"metadata"_s, QJsonObject{{u"name"_s, u"alice"_s}}},
                                                                                       {u"status"_s, QJsonObject{{u"history"_s, history}}}}}}});
        QCOMPARE(texts(marks), (QStringList{u"aaaaaaa on alice"_s, u"0.4.16 on alice"_s}));
    }

    void whatIsTold_data()
    {
        QTest::addColumn<QJsonObject>("event");
        QTest::addColumn<QStringList>("marks");
        const QJsonObject claim{{u"kind"_s, u"PersistentVolumeClaim"_s}, {u"namespace"_s, u"canton"_s}, {u"name"_s, u"data-alice-0"_s}};
        QTest::newRow("a warning") << eventJson(u"Warning"_s, u"BackOff"_s, u"alice-participant-0"_s, kNoon) << QStringList{u"BackOff on alice-participant-0"_s};
        QTest::newRow("of the node itself") << eventJson(u"Warning"_s, u"TopUpFailed"_s, u"alice"_s, kNoon) << QStringList{u"TopUpFailed on alice"_s};
        QTest::newRow("that repeats: where it began, and the last") << eventJson(u"Warning"_s, u"BackOff"_s, u"alice-0"_s, kNoon, {{u"firstTimestamp"_s, before(600)}, {u"count"_s, 12}})
                                                                   << QStringList{u"BackOff on alice-0"_s, u"BackOff on alice-0 (11)"_s};
        QTest::newRow("stopped") << eventJson(u"Normal"_s, u"Killing"_s, u"alice-0"_s, kNoon) << QStringList{u"Killing on alice-0"_s};
        QTest::newRow("noise") << eventJson(u"Normal"_s, u"Scheduled"_s, u"alice-0"_s, kNoon) << QStringList();
        QTest::newRow("of nobody we know") << eventJson(u"Warning"_s, u"BackOff"_s, u"grafana-0"_s, kNoon) << QStringList();
        QTest::newRow("a claim among several nodes") << eventJson(u"Warning"_s, u"Lost"_s, {}, kNoon, {{u"involvedObject"_s, claim}}) << QStringList();
        QTest::newRow("without a time") << eventJson(u"Warning"_s, u"BackOff"_s, u"alice-0"_s, {}) << QStringList();
        QTest::newRow("a new form") << eventJson(u"Warning"_s, u"BackOff"_s, u"alice-0"_s, {}, {{u"eventTime"_s, kNoon}}) << QStringList{u"BackOff on alice-0"_s};
    }
    void whatIsTold()
    {
        QFETCH(QJsonObject, event);
        QFETCH(QStringList, marks);
        const QList<ChartMark> out = eventMarks({event}, u"prod"_s, nodes());
        QCOMPARE(texts(out), marks);
        if (marks.isEmpty())
            return;
        QVERIFY(out.last().at == at(kNoon) && out.last().kind == ChartMark::Kind::Event && out.last().node == u"alice"_s);
        QCOMPARE(out.last().normal, event.value("type"_L1).toString() == "Normal"_L1);
        if (out.size() > 1)
            QCOMPARE(out.first().at, at(kNoon) - 600);
    }

    void theNodeThatIsMeant()
    {
        QCOMPARE(eventMarks({eventJson(u"Warning"_s, u"BackOff"_s, u"alice-bank-participant-0"_s, kNoon)}, u"prod"_s, nodes()).first().node, u"alice-bank"_s);
        // A volume claim may be named after anything; where there is one node it is its.
        const QJsonObject claim{{u"kind"_s, u"PersistentVolumeClaim"_s}, {u"namespace"_s, u"canton"_s}, {u"name"_s, u"data-postgres-0"_s}};
        QCOMPARE(eventMarks({eventJson(u"Warning"_s, u"Lost"_s, {}, kNoon, {{u"involvedObject"_s, claim}})}, u"prod"_s, nodes({u"alice"_s})).first().node, u"alice"_s);
    }

    /// An image is told of when it is another one than before.
    void imagesThatChanged()
    {
        const QList<ChartMark> marks = eventMarks({pulled(u"alice-0"_s, u"participant:3.5.11"_s, before(60)), pulled(u"alice-0"_s, u"participant:3.5.10"_s, before(600)),
                                                   pulled(u"alice-0"_s, u"participant:3.5.10"_s, before(300)), pulled(u"alice-bank-0"_s, u"participant:3.5.9"_s, before(30))},
                                                  u"prod"_s, nodes());
        QCOMPARE(texts(marks), QStringList{u"Pulled on alice-0"_s});
        QCOMPARE(marks.first().at, at(kNoon) - 60);
        QCOMPARE(marks.first().detail, u"participant:3.5.11, before participant:3.5.10"_s);
    }

    void strangersTextIsBounded()
    {
        const QList<ChartMark> marks = eventMarks({eventJson(u"Warning"_s, QString(5000, u'r'), u"alice-0"_s, kNoon, {{u"message"_s, QString(u"<b>a</b>\n"_s + QString(5000, u'x'))}})}, u"prod"_s, nodes());
        QVERIFY(marks.first().text.size() < 100);
        QVERIFY(marks.first().detail.size() == 200 && marks.first().detail.startsWith(u"<b>a</b> x"_s));
    }

    void whatIsCloseIsOne()
    {
        QList<ChartMark> marks;
        const auto event = [](double when, const QString &reason, const QString &object, qint64 count = 1) {
            ChartMark out{when, reason + u" on "_s + object, ChartMark::Kind::Event, {}};
            out.reason = reason;
            out.object = object;
            out.count = count;
            return out;
        };
        const QList<ChartMark> out = coalesced({event(130, u"A"_s, u"x"_s), event(100, u"A"_s, u"x"_s), event(104, u"A"_s, u"x"_s, 3), event(105, u"B"_s, u"x"_s), event(106, u"B"_s, u"y"_s),
                                                {103, u"1.2 on x"_s, ChartMark::Kind::Deployment, {}}, {103, u"1.2 on x"_s, ChartMark::Kind::Deployment, {}}},
                                               10);
        QCOMPARE(texts(out), (QStringList{u"A on x (4)"_s, u"1.2 on x"_s, u"1.2 on x"_s, u"B on x and others (2)"_s, u"A on x"_s}));
        QCOMPARE(out.first().at, 100.0);
        QCOMPARE(coalesced({event(1, u"A"_s, u"x"_s), event(2, u"A"_s, u"x"_s)}, 0).size(), 2);
    }

    /// A list of few for each namespace, not more of them than can be borne; nothing is watched.
    void askedOfTheCluster()
    {
        World w;
        w.told = {eventJson(u"Warning"_s, u"BackOff"_s, u"alice-0"_s, kNoon), eventJson(u"Warning"_s, u"BackOff"_s, u"stranger-0"_s, kNoon)};
        QSignalSpy changed(&w.events, &ChartEvents::changed);
        w.events.ask(&w.environment, {u"canton"_s});
        QVERIFY(changed.wait());
        QStringList selectors;
        for (const ports::ListQuery &query : std::as_const(w.asked)) {
            QCOMPARE(query.ns, u"canton"_s);
            QVERIFY(query.reduce && query.reduce(w.told.at(0).toObject()).value("reason"_L1).toString() == "BackOff"_L1);
            selectors.append(query.fieldSelector);
        }
        QCOMPARE(selectors, (QStringList{u"type=Warning"_s, u"reason=Killing,type=Normal"_s, u"reason=Pulled,type=Normal"_s}));
        QCOMPARE(texts(w.events.marks()), QStringList{u"BackOff on alice-0"_s});
        // The cluster forgot it; it stays. The same once more is no news.
        w.told = {};
        w.asked.clear();
        QStringList many;
        for (int i = 0; i < 50; ++i)
            many.append(u"ns-%1"_s.arg(i));
        w.events.ask(&w.environment, many);
        QTRY_COMPARE(w.asked.size(), 3 * ChartEvents::kMostNamespaces);
        QCoreApplication::processEvents();
        QCOMPARE(changed.size(), 1);
        QCOMPARE(w.events.marks().size(), 1);
        w.events.forget(u"prod"_s);
        QVERIFY(w.events.marks().isEmpty());
    }

    /// One list that never comes keeps none of the others back.
    void theOthersDoNotWaitForOne()
    {
        World w;
        w.told = {eventJson(u"Warning"_s, u"BackOff"_s, u"alice-0"_s, kNoon)};
        const auto answer = w.gateway->onList;
        w.gateway->onList = [&w, answer](const Gvr &gvr, const ports::ListQuery &query) {
            w.gateway->hang(true);      // all but the first
            return answer(gvr, query);
        };
        w.events.ask(&w.environment, {u"canton"_s});
        QTRY_COMPARE(texts(w.events.marks()), QStringList{u"BackOff on alice-0"_s});
        QCOMPARE(w.asked.size(), 1);
        // Asked anew before the rest came: what came stays.
        w.events.ask(&w.environment, {u"canton"_s});
        w.gateway->release();
        QTRY_COMPARE(w.asked.size(), 4);
        QCOMPARE(w.events.marks().size(), 1);
    }

    void whoMayNotReadThemIsLeftInPeace()
    {
        World w;
        int asked = 0;
        w.gateway->onList = [&asked](const Gvr &, const ports::ListQuery &) {
            ++asked;
            return Result<QJsonObject>(Error{ErrorKind::Forbidden, u"no"_s});
        };
        w.events.ask(&w.environment, {u"canton"_s});
        QTRY_COMPARE(asked, 3);
        QCoreApplication::processEvents();
        w.events.ask(&w.environment, {u"canton"_s});
        QCoreApplication::processEvents();
        QCOMPARE(asked, 3);
        w.events.forget(u"prod"_s);
        w.events.ask(&w.environment, {u"canton"_s});
        QTRY_COMPARE(asked, 6);
    }
};

QTEST_GUILESS_MAIN(TstChartMarks)
#include "tst_chartmarks.moc"
