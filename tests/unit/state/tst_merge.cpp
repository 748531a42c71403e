// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/Json.h"
#include "models/state/JsonDiff.h"
#include "models/state/ThreeWayMerge.h"
#include "tests/support/FakeGateway.h"

#include <QJsonDocument>
#include <QRandomGenerator>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::state;

namespace {

QJsonObject obj(const char *text)
{
    const QJsonDocument document = QJsonDocument::fromJson(QByteArray(text).replace('\'', '"'));
    if (!document.isObject())
        qFatal("bad test text: %s", text);
    return document.object();
}

/// A client that keeps what it read and merges when it saves, as the pipeline does.
class Client
{
public:
    Client(test::FakeGateway &server, int number)
        : m_server(server)
        , m_number(number)
    {
        read();
    }

    void read() { m_base = m_mine = m_server.stored(u"validators/a"_s); }
    void change(const QString &pointer, const QJsonValue &value)
    {
        QJsonValue object = m_mine;
        QVERIFY(json::set(object, pointer, value));
        m_mine = object.toObject();
    }
    void setEnv(const QString &name, const QString &value)
    {
        const QString pointer = u"/spec/participant/spec/envVars"_s;
        QJsonArray list = json::at(m_mine, pointer).toArray();
        qsizetype at = 0;
        while (at < list.size() && list.at(at).toObject().value("name"_L1).toString() != name)
            ++at;
        const QJsonObject entry{{u"name"_s, name}, {u"value"_s, value}};
        if (at < list.size())
            list.replace(at, entry);
        else
            list.append(entry);
        change(pointer, list);
    }
    /// Merges on what is live and writes with its version; a race is met by merging again.
    void save(const std::function<void()> &race, int &falseConflicts)
    {
        for (int round = 0; round < 6; ++round) {
            const QJsonObject live = m_server.stored(u"validators/a"_s);
            const MergeResult merge = mergeThreeWay(
                withoutServerFields(m_base, true), withoutServerFields(m_mine, true), withoutServerFields(live, true));
            falseConflicts += int(merge.conflicts.size());
            QJsonValue patch = mergePatchFor(withoutServerFields(live, true), merge.merged.toObject());
            json::set(patch, u"/metadata/resourceVersion"_s, json::at(live, u"/metadata/resourceVersion"_s));
            if (round == 0 && race)
                race();
            ports::WriteRequest request{ports::Verb::MergePatch,
                {u"canton.quarterdeck.io"_s, u"v1alpha1"_s, u"validators"_s}, u"canton"_s, u"a"_s};
            request.body = patch;
            const Result<ports::WriteOutcome> outcome = m_server.write(request).result();
            if (outcome) {
                read();
                return;
            }
            QCOMPARE(outcome.error().kind, ErrorKind::Conflict);
        }
        QFAIL("six rounds were not enough");
    }
    [[nodiscard]] int number() const { return m_number; }

private:
    test::FakeGateway &m_server;
    int m_number;
    QJsonObject m_base;
    QJsonObject m_mine;
};

}

class TestMerge : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void differentFieldsMerge()
    {
        const MergeResult result = mergeThreeWay(
            obj("{'a':1,'b':1,'c':{'d':1}}"), obj("{'a':2,'b':1,'c':{'d':1}}"), obj("{'a':1,'b':3,'c':{'d':1,'e':5}}"));
        QCOMPARE(result.merged.toObject(), obj("{'a':2,'b':3,'c':{'d':1,'e':5}}"));
        QVERIFY(result.conflicts.isEmpty());
        QCOMPARE(result.theirChanges, (QStringList{u"b"_s, u"c.e"_s}));
    }

    void sameChangeIsNoConflict()
    {
        const MergeResult result = mergeThreeWay(obj("{'a':1}"), obj("{'a':2}"), obj("{'a':2}"));
        QVERIFY(result.conflicts.isEmpty());
        QCOMPARE(result.merged.toObject(), obj("{'a':2}"));
    }

    void sameFieldConflicts()
    {
        const MergeResult result = mergeThreeWay(obj("{'s':{'a':1}}"), obj("{'s':{'a':2}}"), obj("{'s':{'a':3}}"));
        QCOMPARE(result.conflicts.size(), 1);
        const MergeConflict conflict = result.conflicts.first();
        QCOMPARE(conflict.path, u"/s/a"_s);
        QCOMPARE(conflict.label, u"s.a"_s);
        QCOMPARE(conflict.base, QJsonValue(1));
        QCOMPARE(conflict.mine, QJsonValue(2));
        QCOMPARE(conflict.theirs, QJsonValue(3));
        QCOMPARE(json::at(result.merged, u"/s/a"_s), QJsonValue(3));
    }

    void choicesDecide()
    {
        const QJsonObject base = obj("{'a':1,'b':1,'c':1}");
        const QJsonObject mine = obj("{'a':2,'b':2,'c':2}");
        const QJsonObject theirs = obj("{'a':3,'b':3,'c':3}");
        const MergeResult result = mergeThreeWay(base, mine, theirs,
            {{u"/a"_s, {MergeChoice::Take::Mine, {}}}, {u"/b"_s, {MergeChoice::Take::Theirs, {}}},
                {u"/c"_s, {MergeChoice::Take::Value, 9}}});
        QVERIFY(result.conflicts.isEmpty());
        QCOMPARE(result.merged.toObject(), obj("{'a':2,'b':3,'c':9}"));
        const MergeResult removed = mergeThreeWay(
            base, mine, theirs, {{u"/a"_s, {MergeChoice::Take::Value, QJsonValue(QJsonValue::Undefined)}}});
        QVERIFY(!removed.merged.toObject().contains("a"_L1));
        QCOMPARE(removed.conflicts.size(), 2);
    }

    void deletions()
    {
        QCOMPARE(mergeThreeWay(obj("{'a':1,'b':1}"), obj("{'b':1}"), obj("{'a':1,'b':2}")).merged.toObject(),
            obj("{'b':2}"));
        QCOMPARE(mergeThreeWay(obj("{'a':1,'b':1}"), obj("{'a':1,'b':2}"), obj("{'b':1}")).merged.toObject(),
            obj("{'b':2}"));
        const MergeResult both = mergeThreeWay(obj("{'a':{'x':1}}"), obj("{}"), obj("{'a':{'x':2}}"));
        QCOMPARE(both.conflicts.size(), 1);
        QVERIFY(both.conflicts.first().mine.isUndefined());
        QCOMPARE(mergeThreeWay(obj("{'a':1}"), obj("{}"), obj("{}")).merged.toObject(), QJsonObject());
    }

    void listMapsMergeByKey()
    {
        const MergeResult result
            = mergeThreeWay(obj("{'e':[{'name':'A','v':1},{'name':'B','v':1},{'name':'C','v':1}]}"),
                obj("{'e':[{'name':'A','v':2},{'name':'N','v':7},{'name':'B','v':1},{'name':'C','v':1}]}"),
                obj("{'e':[{'name':'T','v':8},{'name':'A','v':1},{'name':'B','v':3}]}"));
        QVERIFY(result.conflicts.isEmpty());
        QCOMPARE(json::compact(result.merged),
            QByteArray(R"({"e":[{"name":"T","v":8},{"name":"A","v":2},{"name":"N","v":7},{"name":"B","v":3}]})"));
        QCOMPARE(result.theirChanges, (QStringList{u"e[T]"_s, u"e[B].v"_s, u"e[C]"_s}));
    }

    void listMapElementConflicts()
    {
        const MergeResult result = mergeThreeWay(
            obj("{'e':[{'name':'A','v':1}]}"), obj("{'e':[{'name':'A','v':2}]}"), obj("{'e':[{'name':'A','v':3}]}"));
        QCOMPARE(result.conflicts.size(), 1);
        QCOMPARE(result.conflicts.first().path, u"/e/[name=A]/v"_s);
        QCOMPARE(result.conflicts.first().label, u"e[A].v"_s);
        const MergeResult decided = mergeThreeWay(obj("{'e':[{'name':'A','v':1}]}"), obj("{'e':[{'name':'A','v':2}]}"),
            obj("{'e':[{'name':'A','v':3}]}"), {{u"/e/[name=A]/v"_s, {}}});
        QCOMPARE(json::at(decided.merged, u"/e/0/v"_s), QJsonValue(2));
    }

    void deletedAgainstChangedElement()
    {
        const MergeResult result = mergeThreeWay(obj("{'e':[{'name':'A','v':1},{'name':'B','v':1}]}"),
            obj("{'e':[{'name':'A','v':2},{'name':'B','v':1}]}"), obj("{'e':[{'name':'B','v':1}]}"));
        QCOMPARE(result.conflicts.size(), 1);
        QVERIFY(result.conflicts.first().theirs.isUndefined());
    }

    void listsWithoutKeyAreOneValue()
    {
        QCOMPARE(mergeThreeWay(obj("{'l':[1]}"), obj("{'l':[1,2]}"), obj("{'l':[1]}")).merged.toObject(),
            obj("{'l':[1,2]}"));
        QCOMPARE(mergeThreeWay(obj("{'l':[1]}"), obj("{'l':[1,2]}"), obj("{'l':[1,3]}")).conflicts.size(), 1);
    }

    void bothMadeTheSameObject()
    {
        const MergeResult result = mergeThreeWay(obj("{}"), obj("{'m':{'a':1,'c':1}}"), obj("{'m':{'b':2,'c':1}}"));
        QVERIFY(result.conflicts.isEmpty());
        QCOMPARE(result.merged.toObject(), obj("{'m':{'a':1,'b':2,'c':1}}"));
        QCOMPARE(mergeThreeWay(obj("{}"), obj("{'m':{'a':1}}"), obj("{'m':{'a':2}}")).conflicts.size(), 1);
    }

    /// Two clients, 1,000 edits in random order, each on fields of its own (and elements of one list): every write
    /// arrives, nothing is lost, and there is never a conflict.
    void randomInterleavings()
    {
        QRandomGenerator random(20260301);
        test::FakeGateway server;
        server.put(test::makeValidator(u"a"_s));
        Client first(server, 1);
        Client second(server, 2);
        QHash<QString, QString> wanted;
        int conflicts = 0;
        int pending[3] = {0, 0, 0};
        for (int i = 0; i < 1000; ++i) {
            Client &client = random.bounded(2) == 0 ? first : second;
            Client &other = &client == &first ? second : first;
            const QString value = u"v%1"_s.arg(i);
            const QString field = u"C%1F%2"_s.arg(client.number()).arg(random.bounded(5));
            if (random.bounded(2) == 0)
                client.setEnv(field, value);
            else
                client.change(u"/metadata/annotations/"_s + field, value);
            wanted.insert(field, value);
            ++pending[client.number()];
            if (random.bounded(3) == 0) {
                const bool race = random.bounded(2) == 0 && pending[other.number()] > 0;
                client.save(race ? [&] { other.save({}, conflicts); } : std::function<void()>(), conflicts);
                pending[client.number()] = 0;
                if (race)
                    pending[other.number()] = 0;
            }
        }
        first.save({}, conflicts);
        second.save({}, conflicts);
        QCOMPARE(conflicts, 0);
        const QJsonObject end = server.stored(u"validators/a"_s);
        int compared = 0;
        for (auto it = wanted.constBegin(); it != wanted.constEnd(); ++it) {
            const QString annotation = json::at(end, u"/metadata/annotations/"_s + it.key()).toString();
            QString env;
            const QJsonArray list = json::at(end, u"/spec/participant/spec/envVars"_s).toArray();
            for (const QJsonValue &entry : list) {
                if (entry.toObject().value("name"_L1).toString() == it.key())
                    env = entry.toObject().value("value"_L1).toString();
            }
            QVERIFY2(annotation == it.value() || env == it.value(), qPrintable(it.key() + u" lost "_s + it.value()));
            ++compared;
        }
        QCOMPARE(compared, 10);
        QCOMPARE(json::at(end, u"/spec/participant/spec/envVars/0/value"_s).toString(), u"INFO"_s);
    }

    /// The same field by both: exactly one conflict, never silently one or the other.
    void randomOverlapsAreAlwaysSeen()
    {
        QRandomGenerator random(5);
        for (int i = 0; i < 1000; ++i) {
            QJsonObject base;
            for (int k = 0; k < 6; ++k)
                base.insert(QString(QChar(u'a' + k)), 0);
            QJsonObject mine = base;
            QJsonObject theirs = base;
            QSet<QString> overlap;
            for (int k = 0; k < 6; ++k) {
                const QString key(QChar(u'a' + k));
                const bool m = random.bounded(2) == 0;
                const bool t = random.bounded(2) == 0;
                if (m)
                    mine.insert(key, 1);
                if (t)
                    theirs.insert(key, 2);
                if (m && t)
                    overlap.insert(key);
            }
            const MergeResult result = mergeThreeWay(base, mine, theirs);
            QCOMPARE(result.conflicts.size(), overlap.size());
            for (int k = 0; k < 6; ++k) {
                const QString key(QChar(u'a' + k));
                if (!overlap.contains(key))
                    QCOMPARE(result.merged.toObject().value(key).toInt(),
                        std::max(mine.value(key).toInt(), theirs.value(key).toInt()));
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestMerge)
#include "tst_merge.moc"
