// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/RowWriter.h"

#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd::console;
using namespace qd::network;

class RowWriterTest : public QObject {
    Q_OBJECT
private:
    static KindInfo kind()
    {
        KindInfo info;
        info.kind = u"Validator"_s;
        info.columns = {{u"network"_s, u"Network"_s}, {u"version"_s, u"Version"_s}, {u"parties"_s, u"Parties"_s, CellType::Integer},
                        {u"components"_s, u"Pods"_s, CellType::Ready}, {u"traffic"_s, u"Traffic"_s, CellType::Left},
                        {u"backup"_s, u"Backup"_s, CellType::Time}};
        return info;
    }

    static Row row()
    {
        Row r;
        r.uid = u"u-1"_s;
        r.ns = u"canton"_s;
        r.name = u"say \"hi\"\n\u00e9"_s;
        r.resourceVersion = u"42"_s;
        r.phase = u"Ready"_s;
        r.state = State::Ready;
        r.created = 1767225600;
        Cell version{Cell::Is::Text, u"0.4\u0001"_s};
        Cell parties{Cell::Is::Integer};
        parties.integer = 962;
        Cell pods{Cell::Is::Ratio};
        pods.integer = 4;
        pods.whole = 5;
        Cell left{Cell::Is::Number};
        left.number = 6.5;
        Cell backup{Cell::Is::Integer};
        backup.integer = 1767225600;
        r.cells = {Cell{}, version, parties, pods, left, backup};
        return r;
    }

private Q_SLOTS:
    /// The fast writer and the model's own JSON say the same.
    void sameAsRowToJson()
    {
        const RowWriter writer(u"prod"_s, kind(), true);
        QByteArray line;
        writer.row(line, "added", row(), QDateTime::fromSecsSinceEpoch(1767225600, Qt::UTC));
        QVERIFY(line.endsWith('\n'));
        QJsonParseError error{};
        const QJsonObject parsed = QJsonDocument::fromJson(line, &error).object();
        QCOMPARE(error.error, QJsonParseError::NoError);
        QCOMPARE(parsed.value("row"_L1).toObject(), rowToJson(row(), kind()));
        QCOMPARE(parsed.value("event"_L1).toString(), u"added"_s);
        QCOMPARE(parsed.value("cluster"_L1).toString(), u"prod"_s);
        QCOMPARE(parsed.value("kind"_L1).toString(), u"Validator"_s);
        QCOMPARE(parsed.value("asOf"_L1).toString(), u"2026-01-01T00:00:00Z"_s);
        QCOMPARE(parsed.value("row"_L1)["components"_L1].toString(), u"4/5"_s);
        QCOMPARE(parsed.value("row"_L1)["traffic"_L1].toDouble(), 6.5);
    }

    void syncedCarriesCountAndVersion()
    {
        const RowWriter writer(u"prod"_s, kind(), true);
        QByteArray line;
        writer.synced(line, 3, u"99"_s, QDateTime::fromSecsSinceEpoch(0, Qt::UTC));
        const QJsonObject parsed = QJsonDocument::fromJson(line).object();
        QCOMPARE(parsed.value("count"_L1).toInt(), 3);
        QCOMPARE(parsed.value("resourceVersion"_L1).toString(), u"99"_s);
    }

    void deletedNamesTheObject()
    {
        const RowWriter writer(u"prod"_s, kind(), true);
        QByteArray line;
        writer.deleted(line, u"ns"_s, u"n"_s, u"u"_s, u"5"_s, {});
        const QJsonObject parsed = QJsonDocument::fromJson(line).object();
        QCOMPARE(parsed.value("event"_L1).toString(), u"deleted"_s);
        QCOMPARE(parsed.value("name"_L1).toString(), u"n"_s);
        QCOMPARE(parsed.value("uid"_L1).toString(), u"u"_s);
    }

    /// The columns for people have a heading and stand below each other, however long a value is.
    void columnsForPeopleAreAligned()
    {
        RowWriter writer(u"prod"_s, kind(), false);
        Row longer = row();
        longer.name = u"a-name-longer-than-any-other-one-in-this-list-of-rows"_s;
        longer.phase = u"AwaitingExternalSignature"_s;
        Row plain = row();
        plain.name = u"short"_s;
        QByteArray out;
        writer.measure(out, {plain, longer});
        writer.row(out, "added", plain, {});
        writer.row(out, "added", longer, {});
        const QStringList lines = QString::fromUtf8(out).split(u'\n');
        QVERIFY2(lines.first().startsWith("EVENT     NAMESPACE/NAME"_L1), qPrintable(lines.first()));
        const qsizetype phase = lines.at(0).indexOf("PHASE"_L1);
        QCOMPARE(lines.at(1).indexOf("Ready"_L1), phase);
        QCOMPARE(lines.at(2).indexOf("AwaitingExternalSignature"_L1), phase);
        const qsizetype next = lines.at(0).indexOf(QRegularExpression(u"\\S"_s), phase + 6);
        QCOMPARE(lines.at(1).mid(next, 3), u"0.4"_s);
        QCOMPARE(lines.at(2).mid(next, 3), u"0.4"_s);
        QByteArray again;
        writer.measure(again, {plain});
        QVERIFY(again.isEmpty());
    }

    /// Two decimals at most for people, as in the window; JSON has the number as it is.
    void numbersForPeopleAreShort()
    {
        for (const auto &[value, text] : {std::pair(63.664429268292686, "63.66"), std::pair(88.0, "88"), std::pair(6.5, "6.5"), std::pair(-0.001, "0"), std::pair(100.0, "100")}) {
            Row plain = row();
            plain.name = u"short"_s;
            plain.cells[4].number = value;
            QByteArray table, lines;
            RowWriter(u"prod"_s, kind(), false).row(table, "added", plain, {});
            QVERIFY2(table.simplified().split(' ').contains(QByteArray(text)), table.constData());
            RowWriter(u"prod"_s, kind(), true).row(lines, "added", plain, {});
            QCOMPARE(QJsonDocument::fromJson(lines).object()["row"_L1]["traffic"_L1].toDouble(), value);
        }
    }

    /// A foreign kind without a phase: no column that says "unknown" in every line, and the time of creation instead of an age.
    void foreignKindHasNoPhase()
    {
        KindInfo foreign;
        foreign.kind = u"ConfigMap"_s;
        foreign.own = false;
        foreign.columns = {{u"data"_s, u"Data"_s, CellType::Integer}, {u"age"_s, u"Created"_s, CellType::Time}};
        Row r = row();
        r.name = u"settings"_s;
        r.phase.clear();
        Cell data{Cell::Is::Integer};
        data.integer = 3;
        Cell created{Cell::Is::Integer};
        created.integer = 1767225600;
        r.cells = {data, created};
        RowWriter writer(u"prod"_s, foreign, false);
        QByteArray out;
        writer.measure(out, {r});
        writer.row(out, "added", r, {});
        const QStringList lines = QString::fromUtf8(out).split(u'\n');
        QCOMPARE(lines.at(0).simplified(), u"EVENT NAMESPACE/NAME DATA CREATED"_s);
        QCOMPARE(lines.at(1).simplified(), u"added canton/settings 3 2026-01-01T00:00:00Z"_s);
    }
};

QTEST_GUILESS_MAIN(RowWriterTest)
#include "tst_rowwriter.moc"
