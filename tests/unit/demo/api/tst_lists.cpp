// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/demo/api/ApiRig.h"

#include "app/demo/api/Options.h"
#include "app/demo/api/Printer.h"
#include "models/core/Json.h"

using namespace qd;
using namespace qd::demo;
using namespace Qt::StringLiterals;
using demo::test::ApiRig;
using demo::test::object;

namespace {

/// Timers that a test fires by hand.
struct Timers {
    struct One {
        std::chrono::milliseconds after;
        std::function<void()> task;
    };
    QList<One> all;
    Later later()
    {
        return [this](std::chrono::milliseconds after, std::function<void()> task) { all.append({after, std::move(task)}); };
    }
};

QByteArray read(const Response &response)
{
    if (!response.stream)
        return response.body;
    QByteArray all, piece;
    while (response.stream->next(piece) == BodySource::Next::Bytes) {
        all += piece;
        piece.clear();
    }
    return all;
}

QStringList names(const QJsonObject &list)
{
    QStringList all;
    for (const QJsonValue &item : list.value("items"_L1).toArray())
        all.append(json::at(item, u"/metadata/name"_s).toString());
    return all;
}

QList<QJsonObject> frames(const QByteArray &bytes)
{
    QList<QJsonObject> all;
    for (const QByteArray &line : bytes.split('\n')) {
        if (!line.isEmpty())
            all.append(object(line));
    }
    return all;
}

QStringList told(const QList<QJsonObject> &frames)
{
    QStringList all;
    for (const QJsonObject &frame : frames)
        all.append(QString(frame.value("type"_L1).toString() + u' ' + json::at(frame, u"/object/metadata/name"_s).toString()).trimmed());
    return all;
}

}

class tst_lists : public QObject {
    Q_OBJECT

    static void fill(ApiRig &rig, int count)
    {
        for (int i = 0; i < count; ++i)
            QVERIFY(rig.create(ApiRig::widget(QString(u"w"_s + QString::number(i)), i % 2 == 0 ? u"red"_s : u"blue"_s)).ok());
    }

private Q_SLOTS:
    void pagesOverOneSnapshot()
    {
        ApiRig rig;
        fill(rig, 5);
        ListOptions options;
        options.limit = 2;
        const QJsonObject first = object(read(list(rig.store, rig.widgets, options)));
        QCOMPARE(names(first), (QStringList{u"w0"_s, u"w1"_s}));
        QCOMPARE(first.value("kind"_L1).toString(), u"WidgetList"_s);
        QCOMPARE(json::at(first, u"/metadata/remainingItemCount"_s).toInt(), 3);
        // What happens between the pages is not in them.
        QVERIFY(rig.objects.remove(rig.widgets, u"n"_s, u"w3"_s, rig.user, {}).ok());
        QVERIFY(rig.create(ApiRig::widget(u"w9"_s)).ok());
        options.continueToken = json::at(first, u"/metadata/continue"_s).toString();
        const QJsonObject second = object(read(list(rig.store, rig.widgets, options)));
        QCOMPARE(names(second), (QStringList{u"w2"_s, u"w3"_s}));
        QCOMPARE(json::at(second, u"/metadata/resourceVersion"_s), json::at(first, u"/metadata/resourceVersion"_s));
        options.continueToken = json::at(second, u"/metadata/continue"_s).toString();
        const QJsonObject last = object(read(list(rig.store, rig.widgets, options)));
        QCOMPARE(names(last), QStringList{u"w4"_s});
        QCOMPARE(json::at(last, u"/metadata/continue"_s), QJsonValue(QString()));   // lists of custom kinds always name it
    }

    void aForgottenPageGivesAWayOn()
    {
        ApiRig rig;
        fill(rig, 3);
        ListOptions options;
        options.limit = 1;
        const QJsonObject first = object(read(list(rig.store, rig.widgets, options)));
        QVERIFY(rig.objects.remove(rig.widgets, u"n"_s, u"w0"_s, rig.user, {}).ok());
        rig.store.compact(rig.store.revision());
        options.continueToken = json::at(first, u"/metadata/continue"_s).toString();
        const Response refused = list(rig.store, rig.widgets, options);
        QCOMPARE(refused.status, 410);
        options.continueToken = json::at(object(refused.body), u"/metadata/continue"_s).toString();
        QCOMPARE(names(object(read(list(rig.store, rig.widgets, options)))), QStringList{u"w1"_s});
        options.continueToken = u"nonsense"_s;
        QCOMPARE(list(rig.store, rig.widgets, options).status, 400);
    }

    void selects_data()
    {
        QTest::addColumn<QString>("labels");
        QTest::addColumn<QString>("fields");
        QTest::addColumn<QStringList>("wanted");
        const auto row = [](const char *labels, const char *fields, const QStringList &wanted) {
            QTest::addRow("%s | %s", labels, fields) << QString::fromLatin1(labels) << QString::fromLatin1(fields) << wanted;
        };
        row("", "", {u"a"_s, u"b"_s, u"c"_s});
        row("app=x", "", {u"a"_s});
        row("app==x", "", {u"a"_s});
        row("app!=x", "", {u"b"_s, u"c"_s});
        row("app in (x, y)", "", {u"a"_s, u"b"_s});
        row("app notin (x)", "", {u"b"_s, u"c"_s});
        row("app", "", {u"a"_s, u"b"_s});
        row("!app", "", {u"c"_s});
        row("app in (x,y),n>5", "", {u"b"_s});
        row("", "metadata.name=b", {u"b"_s});
        row("", "metadata.name!=b", {u"a"_s, u"c"_s});
        row("", "spec.colour=blue", {u"c"_s});
        row("app=x", "metadata.namespace=m", {});
    }

    void selects()
    {
        QFETCH(QString, labels);
        QFETCH(QString, fields);
        QFETCH(QStringList, wanted);
        ApiRig rig;
        const auto add = [&rig](const QString &name, const QByteArray &given, const QString &colour) {
            QJsonObject widget = ApiRig::widget(name, colour);
            QJsonObject metadata = widget.value("metadata"_L1).toObject();
            metadata.insert("labels"_L1, object(given));
            widget.insert("metadata"_L1, metadata);
            QVERIFY(rig.create(widget).ok());
        };
        add(u"a"_s, "{'app':'x','n':'3'}", u"red"_s);
        add(u"b"_s, "{'app':'y','n':'7'}", u"red"_s);
        add(u"c"_s, "{}", u"blue"_s);
        ListOptions options;
        options.labelSelector = labels;
        options.fieldSelector = fields;
        QCOMPARE(names(object(read(list(rig.store, rig.widgets, options)))), wanted);
    }

    void badSelectors()
    {
        ApiRig rig;
        ListOptions options;
        for (const QString &labels : {u"a b"_s, u"a in x"_s, u"=x"_s, u"-bad-=x"_s}) {
            options.labelSelector = labels;
            QCOMPARE(list(rig.store, rig.widgets, options).status, 400);
        }
        options.labelSelector.clear();
        options.fieldSelector = u"spec.size=1"_s;
        const Response refused = list(rig.store, rig.widgets, options);
        QCOMPARE(refused.status, 400);
        QVERIFY(refused.body.contains("field label not supported: spec.size"));
    }

    void watchesBeginWithWhatIsThere()
    {
        ApiRig rig;
        fill(rig, 2);
        Timers timers;
        ListOptions options;
        options.sendInitialEvents = true;
        options.allowBookmarks = true;
        options.resourceVersionMatch = u"NotOlderThan"_s;
        const Response response = watch(rig.store, rig.widgets, options, timers.later());
        const auto first = frames(read(response));
        QCOMPARE(told(first), (QStringList{u"ADDED w0"_s, u"ADDED w1"_s, u"BOOKMARK"_s}));
        QCOMPARE(json::at(first.last(), u"/object/metadata/annotations/k8s.io~1initial-events-end"_s).toString(), u"true"_s);
        int woken = 0;
        response.stream->onWake([&woken] { ++woken; });
        QVERIFY(rig.merge(u"w0"_s, "{'spec':{'colour':'blue'}}").ok());
        QVERIFY(rig.objects.remove(rig.widgets, u"n"_s, u"w1"_s, rig.user, {}).ok());
        QCOMPARE(woken, 1);
        QCOMPARE(told(frames(read(response))), (QStringList{u"MODIFIED w0"_s, u"DELETED w1"_s}));
    }

    void oneThatHasGoneIsNotWaitedFor()
    {
        // Whoever comes and goes all day must not leave a timer of an hour behind each time.
        ApiRig rig;
        Timers timers;
        ListOptions options;
        options.resourceVersion = QString::number(rig.store.revision());
        options.timeoutSeconds = 3600;
        auto response = std::make_unique<Response>(watch(rig.store, rig.widgets, options, timers.later()));
        QCOMPARE(timers.all.size(), 1);
        QCOMPARE(timers.all.last().after, std::chrono::milliseconds(std::chrono::minutes(1)));
        int woken = 0;
        response->stream->onWake([&woken] { ++woken; });
        const auto first = timers.all.last().task;   // the list grows while it runs
        first();
        QCOMPARE(woken, 1);
        QCOMPARE(timers.all.size(), 2);
        const auto second = timers.all.last().task;
        response.reset();
        second();
        QCOMPARE(woken, 1);
        QCOMPARE(timers.all.size(), 2);
    }

    void aShortWatchEndsInTime()
    {
        ApiRig rig;
        Timers timers;
        ListOptions options;
        options.resourceVersion = QString::number(rig.store.revision());
        options.timeoutSeconds = 5;
        const Response response = watch(rig.store, rig.widgets, options, timers.later());
        QCOMPARE(timers.all.size(), 1);
        QVERIFY(timers.all.last().after > std::chrono::milliseconds(4000));
        QVERIFY(timers.all.last().after <= std::chrono::milliseconds(5000));
    }

    void anObjectThatLeavesTheSelectionIsDeleted()
    {
        ApiRig rig;
        fill(rig, 1);
        Timers timers;
        ListOptions options;
        options.fieldSelector = u"spec.colour=blue"_s;
        options.resourceVersion = QString::number(rig.store.revision());
        const Response response = watch(rig.store, rig.widgets, options, timers.later());
        QVERIFY(rig.merge(u"w0"_s, "{'spec':{'colour':'blue'}}").ok());
        QVERIFY(rig.merge(u"w0"_s, "{'spec':{'size':5}}").ok());
        QVERIFY(rig.merge(u"w0"_s, "{'spec':{'colour':'red'}}").ok());
        QVERIFY(rig.merge(u"w0"_s, "{'spec':{'size':6}}").ok());
        QCOMPARE(told(frames(read(response))), (QStringList{u"ADDED w0"_s, u"MODIFIED w0"_s, u"DELETED w0"_s}));
    }

    void aWatchThatLagsBehindIsTold()
    {
        ApiRig rig;
        fill(rig, 1);
        Timers timers;
        ListOptions options;
        options.resourceVersion = QString::number(rig.store.revision());
        const Response response = watch(rig.store, rig.widgets, options, timers.later());
        QVERIFY(rig.merge(u"w0"_s, "{'spec':{'size':5}}").ok());
        rig.store.compact(rig.store.revision());
        const auto frame = frames(read(response)).first();
        QCOMPARE(frame.value("type"_L1).toString(), u"ERROR"_s);
        QCOMPARE(json::at(frame, u"/object/code"_s).toInt(), 410);
        QCOMPARE(json::at(frame, u"/object/reason"_s).toString(), u"Expired"_s);
    }

    /// What of a query does not go together, as ListOptions are validated.
    void badListOptions_data()
    {
        QTest::addColumn<QByteArray>("query");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("words");
        const auto row = [](const char *query, int code, const char *words) { QTest::newRow(query) << QByteArray(query) << code << QString::fromLatin1(words); };
        row("watch=1&sendInitialEvents=true", 422, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        row("watch=1&resourceVersionMatch=NotOlderThan", 422, "forbidden for watch unless sendInitialEvents is provided");
        row("sendInitialEvents=true", 422, "sendInitialEvents is forbidden for list");
        row("resourceVersionMatch=Exact", 422, "forbidden unless resourceVersion is provided");
        row("resourceVersion=0&resourceVersionMatch=Exact", 422, "forbidden for resourceVersion");
        row("resourceVersion=5&resourceVersionMatch=Other", 422, "Unsupported value");
        row("limit=abc", 400, "strconv.ParseInt");
        row("timeoutSeconds=abc", 400, "strconv.ParseInt");
        row("limit=-1", 0, "");
    }

    void badListOptions()
    {
        QFETCH(QByteArray, query);
        QFETCH(int, code);
        QFETCH(QString, words);
        ApiRig rig;
        Request request;
        request.query = QUrlQuery(QString::fromLatin1(query));
        Route route;
        route.kind = &rig.widgets;
        route.verb = query.startsWith("watch") ? u"watch"_s : u"list"_s;
        const auto options = listOptions(request, route);
        QCOMPARE(options.ok() ? 0 : options.failure().code, code);
        QVERIFY2(options.ok() || options.failure().message.contains(words), options.ok() ? "" : qPrintable(options.failure().message));
    }

    void badWatches()
    {
        ApiRig rig;
        Timers timers;
        ListOptions options;
        options.resourceVersion = u"abc"_s;
        QCOMPARE(watch(rig.store, rig.widgets, options, timers.later()).status, 500);
    }

    void tables()
    {
        ApiRig rig;
        fill(rig, 1);
        ListOptions options;
        options.form = Form::Table;
        const QJsonObject table = object(read(list(rig.store, rig.widgets, options)));
        QCOMPARE(table.value("kind"_L1).toString(), u"Table"_s);
        QCOMPARE(table.value("columnDefinitions"_L1).toArray().size(), 2);
        QCOMPARE(json::at(table, u"/rows/0/cells/0"_s).toString(), u"w0"_s);
        QCOMPARE(json::at(table, u"/rows/0/object/kind"_s).toString(), u"PartialObjectMetadata"_s);
    }

    void ages_data()
    {
        QTest::addColumn<qint64>("seconds");
        QTest::addColumn<QString>("text");
        const QList<std::pair<qint64, const char *>> cases{{-5, "<invalid>"}, {0, "0s"}, {119, "119s"}, {120, "2m"}, {125, "2m5s"}, {599, "9m59s"}, {600, "10m"},
            {10799, "179m"}, {10800, "3h"}, {10860, "3h1m"}, {28800, "8h"}, {172799, "47h"}, {172800, "2d"}, {176400, "2d1h"}, {691200, "8d"}, {63072000, "2y"}, {63158400, "2y1d"}};
        for (const auto &[seconds, text] : cases)
            QTest::newRow(text) << seconds << QString::fromLatin1(text);
    }

    void ages()
    {
        QFETCH(qint64, seconds);
        QFETCH(QString, text);
        QCOMPARE(humanDuration(seconds), text);
    }
};

QTEST_GUILESS_MAIN(tst_lists)
#include "tst_lists.moc"
