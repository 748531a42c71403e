// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/DiffLines.h"
#include "models/state/KubectlCommand.h"

#include <QProcess>
#include <QRandomGenerator>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::state;
using Kind = DiffLine::Kind;

namespace {

QString numbered(int from, int to)
{
    QString out;
    for (int i = from; i <= to; ++i)
        out += u"line %1\n"_s.arg(i);
    return out;
}

/// Old or new text again, from an unfolded diff.
QString side(const QList<DiffLine> &lines, Kind other)
{
    QString out;
    for (const DiffLine &line : lines) {
        if (line.kind != other)
            out += line.text + u'\n';
    }
    return out;
}

}

class TestDiffLines : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void marksTheValueOfAKey()
    {
        const QList<DiffLine> lines = diffLines(
            u"a: 1\nresources:\n  cpuLimit: \"2\"\nz: 1\n"_s, u"a: 1\nresources:\n  cpuLimit: \"4\"\nz: 1\n"_s);
        QCOMPARE(lines.size(), 5);
        QCOMPARE(lines.at(2).kind, Kind::Removed);
        QCOMPARE(lines.at(2).oldNumber, 3);
        QCOMPARE(lines.at(2).newNumber, 0);
        QCOMPARE(lines.at(2).changed, (QList<ChangedSpan>{{12, 3}}));
        QCOMPARE(lines.at(3).kind, Kind::Added);
        QCOMPARE(lines.at(3).newNumber, 3);
        QCOMPARE(lines.at(3).changed, (QList<ChangedSpan>{{12, 3}}));
        QCOMPARE(lines.at(4).oldNumber, 4);
        QCOMPARE(lines.at(4).newNumber, 4);
    }

    void pairsByKeyWithinABlock()
    {
        const QList<DiffLine> lines = diffLines(u"cpu: 1\nmem: 2\n"_s, u"new: x\ncpu: 3\nmem: 4\n"_s);
        QCOMPARE(lines.size(), 5);
        QVERIFY(lines.at(2).changed.isEmpty());
        QCOMPARE(lines.at(3).changed, (QList<ChangedSpan>{{5, 1}}));
        QCOMPARE(lines.at(1).changed, (QList<ChangedSpan>{{5, 1}}));
    }

    void foldsEqualRuns()
    {
        const QString before = numbered(1, 40);
        QString after = before;
        after.replace(u"line 20\n"_s, u"line twenty\n"_s);
        const QList<DiffLine> lines = diffLines(before, after, 3);
        QCOMPARE(lines.first().kind, Kind::Fold);
        QCOMPARE(lines.first().folded, 16);
        QCOMPARE(lines.first().oldNumber, 1);
        QCOMPARE(lines.at(1).text, u"line 17"_s);
        QCOMPARE(lines.at(4).kind, Kind::Removed);
        QCOMPARE(lines.at(5).kind, Kind::Added);
        QCOMPARE(lines.last().kind, Kind::Fold);
        QCOMPARE(lines.last().folded, 17);
        QCOMPARE(lines.last().oldNumber, 24);
        int total = 0;
        for (const DiffLine &line : lines)
            total += line.kind == Kind::Fold ? line.folded : line.kind == Kind::Added ? 0 : 1;
        QCOMPARE(total, 40);
        QVERIFY(unifiedText(lines).contains(u"- line 20\n+ line twenty\n"_s));
    }

    void equalEmptyAndOneSided()
    {
        QVERIFY(diffLines({}, {}).isEmpty());
        const QList<DiffLine> same = diffLines(numbered(1, 9), numbered(1, 9));
        QCOMPARE(same.size(), 1);
        QCOMPARE(same.first().folded, 9);
        QCOMPARE(diffLines({}, numbered(1, 3)).size(), 3);
        QCOMPARE(diffLines(numbered(1, 3), {}).last().kind, Kind::Removed);
    }

    void everyDiffHoldsBothTexts()
    {
        QRandomGenerator random(3);
        for (int i = 0; i < 300; ++i) {
            QString a;
            QString b;
            for (int line = random.bounded(40); line > 0; --line)
                a += u"k%1: %2\n"_s.arg(random.bounded(6)).arg(random.bounded(3));
            for (int line = random.bounded(40); line > 0; --line)
                b += u"k%1: %2\n"_s.arg(random.bounded(6)).arg(random.bounded(3));
            const QList<DiffLine> lines = diffLines(a, b, -1);
            QCOMPARE(side(lines, Kind::Added), a);
            QCOMPARE(side(lines, Kind::Removed), b);
        }
    }

    void bigTextsStayFast()
    {
        const QString a = numbered(1, 20000);
        QString b = numbered(5000, 25000);
        QElapsedTimer timer;
        timer.start();
        const QList<DiffLine> lines = diffLines(a, b, -1);
        QCOMPARE(side(lines, Kind::Added), a);
        QCOMPARE(side(lines, Kind::Removed), b);
        QVERIFY2(timer.elapsed() < 10000, qPrintable(QString::number(timer.elapsed())));
    }

    void kubectlOfEachVerb()
    {
        Edit edit;
        edit.object
            = {u"prod"_s, {u"canton.quarterdeck.io"_s, u"v1alpha1"_s, u"validators"_s}, u"canton"_s, u"a"_s, u"u1"_s};
        edit.body = QJsonObject{{u"spec"_s, QJsonObject{{u"partyHint"_s, u"it's"_s}}}};
        QCOMPARE(kubectlCommand(edit, u"prod"_s),
            u"kubectl --context prod -n canton patch validators.canton.quarterdeck.io a --field-manager=quarterdeck "
            u"--type=merge "
            "-p '{\"spec\":{\"partyHint\":\"it'\\''s\"}}'"_s);
        edit.verb = ports::Verb::JsonPatch;
        edit.subresource = u"status"_s;
        edit.body = QJsonArray{QJsonObject{{u"op"_s, u"remove"_s}, {u"path"_s, u"/a"_s}}};
        QVERIFY(
            kubectlCommand(edit, {}).contains(u"--subresource=status --field-manager=quarterdeck --type=json -p '["_s));
        edit.verb = ports::Verb::Delete;
        edit.propagation = u"Foreground"_s;
        QCOMPARE(kubectlCommand(edit, {}),
            u"kubectl -n canton delete validators.canton.quarterdeck.io a --cascade=foreground"_s);
        edit.verb = ports::Verb::Create;
        edit.body = QJsonObject{{u"kind"_s, u"Validator"_s}};
        QVERIFY(kubectlCommand(edit, {}).startsWith(
            u"kubectl -n canton create --field-manager=quarterdeck -f - <<'EOF'\n{"_s));
    }

    /// A shell must hand kubectl exactly the patch.
    void shellReadsThePatchBack()
    {
        Edit edit;
        edit.object = {u"my ctx"_s, {{}, u"v1"_s, u"pods"_s}, u"n"_s, u"p"_s, {}};
        edit.body = QJsonObject{{u"a"_s, u"it's $HOME `x` \\ \"q\" ü\n!"_s}};
        QProcess shell;
        shell.start(u"sh"_s,
            {u"-c"_s,
                u"kubectl() { for a; do last=$a; done; printf %s \"$last\"; }\n"_s
                    + kubectlCommand(edit, u"my ctx"_s)});
        QVERIFY(shell.waitForFinished());
        QCOMPARE(QJsonDocument::fromJson(shell.readAllStandardOutput()).object(), edit.body.toObject());
    }
};

QTEST_GUILESS_MAIN(TestDiffLines)
#include "tst_difflines.moc"
