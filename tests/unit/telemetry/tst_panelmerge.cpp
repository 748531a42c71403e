// SPDX-License-Identifier: GPL-3.0-or-later
// A panel that two people changed, and the words of values in one line.
#include "models/network/telemetry/PanelMerge.h"

#include <QTest>

using namespace qd::network;
using namespace Qt::StringLiterals;

namespace {

Panel panel()
{
    Panel out;
    out.id = u"coin"_s;
    out.title = u"Coin"_s;
    out.unit = u"coin"_s;
    out.queries = {{u"balance"_s, u"{{@node}}"_s}};
    out.metrics = {u"balance"_s};
    return out;
}

using Change = std::function<void(Panel &)>;

Panel with(const Change &change)
{
    Panel out = panel();
    if (change)
        change(out);
    return out;
}

}

Q_DECLARE_METATYPE(Change)

class PanelMergeTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void parts_data()
    {
        QTest::addColumn<int>("part");
        QTest::addColumn<Change>("mine");
        QTest::addColumn<Change>("theirs");
        const auto row = [](const char *name, PanelPart part, const Change &mine, const Change &theirs) { QTest::newRow(name) << int(part) << mine << theirs; };
        row("title", PanelPart::Title, [](Panel &p) { p.title = u"Mine"_s; }, [](Panel &p) { p.title = u"Theirs"_s; });
        row("remark", PanelPart::Note, [](Panel &p) { p.note = u"mine"_s; }, [](Panel &p) { p.note = u"theirs"_s; });
        row("unit", PanelPart::Values, [](Panel &p) { p.unit = u"seconds"_s; }, [](Panel &p) { p.unit = u"bytes"_s; });
        row("unit and decimals", PanelPart::Values, [](Panel &p) { p.unit = u"seconds"_s; }, [](Panel &p) { p.decimals = 3; });
        row("words", PanelPart::Values, [](Panel &p) { p.words = {{1, u"up"_s}}; }, [](Panel &p) { p.words = {{1, u"connected"_s}}; });
        row("columns", PanelPart::Place, [](Panel &p) { p.span = 6; }, [](Panel &p) { p.span = 12; });
        row("columns and legend", PanelPart::Place, [](Panel &p) { p.span = 6; }, [](Panel &p) { p.legend = LegendSide::Right; });
        row("queries", PanelPart::Queries, [](Panel &p) { p.queries.first().expr = u"2 * balance"_s; }, [](Panel &p) { p.queries.append({u"other"_s, {}}); });
        row("thresholds", PanelPart::Thresholds, [](Panel &p) { p.thresholds = {{1, u"low"_s, true}}; }, [](Panel &p) { p.thresholds = {{2, u"low"_s, true}}; });
        row("axis", PanelPart::Axis, [](Panel &p) { p.fromZero = false; }, [](Panel &p) { p.softMax = 9; });
        row("alerts", PanelPart::Alerts, [](Panel &p) { p.alerts = {u"A"_s}; }, [](Panel &p) { p.alerts = {u"B"_s}; });
    }

    void parts()
    {
        QFETCH(Change, mine);
        QFETCH(Change, theirs);
        QFETCH(int, part);
        const QList<PanelPart> itself{PanelPart(part)};
        // Only they: theirs.
        PanelMerge merge = mergedPanel(panel(), panel(), with(theirs));
        QCOMPARE(merge.panel, with(theirs));
        QCOMPARE(merge.theirs, itself);
        QVERIFY(merge.both.isEmpty());
        // Only I: mine, and nothing to tell.
        merge = mergedPanel(panel(), with(mine), panel());
        QCOMPARE(merge.panel, with(mine));
        QVERIFY(merge.theirs.isEmpty() && merge.both.isEmpty());
        // Both: mine, and it is told.
        merge = mergedPanel(panel(), with(mine), with(theirs));
        QCOMPARE(merge.panel, with(mine));
        QVERIFY(merge.theirs.isEmpty());
        QCOMPARE(merge.both, itself);
        // Both the same: there is nothing to tell.
        merge = mergedPanel(panel(), with(theirs), with(theirs));
        QCOMPARE(merge.panel, with(theirs));
        QVERIFY(merge.theirs.isEmpty() && merge.both.isEmpty());
    }

    /// Each has a part of its own: both are in.
    void sideBySide()
    {
        const Panel mine = with([](Panel &p) { p.queries.first().expr = u"2 * balance"_s; });
        const Panel theirs = with([](Panel &p) {
            p.title = u"Coin, by night"_s;
            p.softMin = 0;
            p.metrics = {u"balance"_s, u"other"_s};
        });
        const PanelMerge merge = mergedPanel(panel(), mine, theirs);
        QCOMPARE(merge.panel.queries, mine.queries);
        QCOMPARE(merge.panel.title, theirs.title);
        QCOMPARE(merge.panel.softMin, theirs.softMin);
        QCOMPARE(merge.panel.metrics, theirs.metrics);
        QCOMPARE(merge.theirs, (QList<PanelPart>{PanelPart::Title, PanelPart::Axis}));
        QVERIFY(merge.both.isEmpty());
    }

    void words_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QMap<double, QString>>("words");
        QTest::addColumn<QString>("wrong");
        using Words = QMap<double, QString>;
        QTest::newRow("usual") << u"0 = fatal, 1 = failed, 2 = validated"_s << Words{{0, u"fatal"_s}, {1, u"failed"_s}, {2, u"validated"_s}} << QString();
        QTest::newRow("close") << u"0=off,1=on"_s << Words{{0, u"off"_s}, {1, u"on"_s}} << QString();
        QTest::newRow("a comma in a word") << u"0 = down, as asked, 1 = up"_s << Words{{0, u"down, as asked"_s}, {1, u"up"_s}} << QString();
        QTest::newRow("an equals in a word") << u"1 = a = b"_s << Words{{1, u"a = b"_s}} << QString();
        QTest::newRow("below zero and between") << u"-1 = lost, 0.5 = half"_s << Words{{-1, u"lost"_s}, {0.5, u"half"_s}} << QString();
        QTest::newRow("being written") << u"0 = off,"_s << Words{{0, u"off"_s}} << QString();
        QTest::newRow("nothing") << u"  "_s << Words() << QString();
        QTest::newRow("no number") << u"off = 0"_s << Words() << u"off = 0"_s;
        QTest::newRow("no word") << u"0 = off, 1 ="_s << Words() << u"1 ="_s;
        QTest::newRow("no equals") << u"off"_s << Words() << u"off"_s;
        QTest::newRow("twice") << u"0 = off, 0.0 = out"_s << Words() << u"0.0 = out"_s;
    }

    void words()
    {
        QFETCH(QString, text);
        QFETCH(QString, wrong);
        QString piece;
        const auto read = stateWordsOf(text, &piece);
        QCOMPARE(read.has_value(), wrong.isEmpty());
        QCOMPARE(piece, wrong);
        if (!read)
            return;
        QTEST(*read, "words");
        QCOMPARE(stateWordsOf(stateWordsText(*read)), read);
    }
};

QTEST_GUILESS_MAIN(PanelMergeTest)
#include "tst_panelmerge.moc"
