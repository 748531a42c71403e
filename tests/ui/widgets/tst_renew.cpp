// SPDX-License-Identifier: GPL-3.0-or-later
// What is shown comes anew each second and a person goes on where they are: texts, and work that is wanted more often than it is done.
#include "ui/widgets/RenewText.h"
#include "ui/widgets/Throttle.h"
#include "ui/widgets/YamlView.h"

#include <QElapsedTimer>
#include <QScrollBar>
#include <QTest>
#include <QTextBlock>

using namespace qd::ui;
using namespace Qt::StringLiterals;

class TestRenew : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aTextBecomesTheNewOne_data()
    {
        QTest::addColumn<QString>("was");
        QTest::addColumn<QString>("now");
        const QStringList texts{u""_s, u"a"_s, u"a\n"_s, u"a\nb"_s, u"b\na"_s, u"a\nb\nc\n"_s, u"a\nx\nc\n"_s, u"a\nb\nb\nc\n"_s, u"x\na\nb\nc\n"_s, u"\n\n"_s};
        for (const QString &was : texts) {
            for (const QString &now : texts)
                QTest::addRow("%s -> %s", qPrintable(QString(was).replace(u'\n', u'/')), qPrintable(QString(now).replace(u'\n', u'/'))) << was << now;
        }
    }
    void aTextBecomesTheNewOne()
    {
        QFETCH(QString, was);
        QFETCH(QString, now);
        QPlainTextEdit edit;
        edit.setPlainText(was);
        renewText(&edit, now);
        QCOMPARE(edit.toPlainText(), now);
    }

    void whatAPersonHasOfATextStays()
    {
        YamlView view;
        QStringList lines{u"labels:"_s};
        for (int i = 0; i < 9; ++i)
            lines.append(u"  label%1: x"_s.arg(i));
        lines.append(u"conditions:"_s);   // the eleventh
        for (int i = 0; i < 200; ++i)
            lines.append(u"- reason: %1"_s.arg(i));
        view.setPlainText(lines.join(u'\n'));
        view.resize(300, 200);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        QTextCursor cursor(view.document()->findBlockByNumber(120));
        cursor.movePosition(QTextCursor::EndOfBlock, QTextCursor::KeepAnchor);
        view.setTextCursor(cursor);
        view.foldLong({u"labels"_s});
        QVERIFY(!view.document()->findBlockByNumber(5).isVisible());
        view.verticalScrollBar()->setValue(105);
        const int scroll = view.verticalScrollBar()->value();
        QVERIFY(scroll > 50);
        lines[60] = u"- reason: other"_s;
        lines[180] = u"- reason: another"_s;
        renewText(&view, lines.join(u'\n'));
        QCOMPARE(view.toPlainText(), lines.join(u'\n'));
        QCOMPARE(view.textCursor().selectedText(), u"- reason: 109"_s);
        QCOMPARE(view.verticalScrollBar()->value(), scroll);
        QVERIFY(!view.document()->findBlockByNumber(5).isVisible());
        // a line comes above: what is selected stays so, only further down
        lines.insert(20, u"- reason: new"_s);
        renewText(&view, lines.join(u'\n'));
        QCOMPARE(view.toPlainText(), lines.join(u'\n'));
        QCOMPARE(view.textCursor().selectedText(), u"- reason: 109"_s);
    }

    /// As each change of an object does: its version near the top, a line more near the end; what is between stays as it was.
    void oneLineMoreTakesNothingAway()
    {
        YamlView view;
        QStringList lines{u"metadata:"_s, u"  resourceVersion: 1"_s, u"spec:"_s};
        for (int i = 0; i < 60; ++i)
            lines.append(u"  field%1: x"_s.arg(i));
        lines += QStringList{u"status:"_s, u"  phase: Ready"_s, {}};
        view.setPlainText(lines.join(u'\n'));
        view.resize(300, 200);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        QTextCursor cursor(view.document()->findBlockByNumber(30));
        cursor.movePosition(QTextCursor::EndOfBlock, QTextCursor::KeepAnchor);
        view.setTextCursor(cursor);
        lines[1] = u"  resourceVersion: 2"_s;
        lines.insert(64, u"  observed: 2"_s);
        renewText(&view, lines.join(u'\n'));
        QCOMPARE(view.toPlainText(), lines.join(u'\n'));
        QCOMPARE(view.textCursor().selectedText(), u"  field27: x"_s);
        // What comes right behind a selection is not selected; a line that goes takes nothing else.
        lines.insert(31, u"  new: x"_s);
        lines.removeAt(10);
        renewText(&view, lines.join(u'\n'));
        QCOMPARE(view.toPlainText(), lines.join(u'\n'));
        QCOMPARE(view.textCursor().selectedText(), u"  field27: x"_s);
        // What comes inside a fold is folded; what comes behind it is not.
        view.setTextCursor(QTextCursor(view.document()->firstBlock()));
        view.foldLong({u"spec"_s});
        QVERIFY(!view.document()->findBlockByNumber(20).isVisible());
        lines.insert(20, u"  inside: x"_s);
        const int end = int(lines.indexOf(u"status:"_s));
        lines.insert(end, u"  last: x"_s);
        lines.insert(end + 2, u"  first: x"_s);
        renewText(&view, lines.join(u'\n'));
        QCOMPARE(view.toPlainText(), lines.join(u'\n'));
        QVERIFY(!view.document()->findBlockByNumber(20).isVisible());
        QVERIFY(!view.document()->findBlockByNumber(end).isVisible());
        QVERIFY(view.document()->findBlockByNumber(end + 1).isVisible());
        QVERIFY(view.document()->findBlockByNumber(end + 2).isVisible());
    }

    void workIsDoneAtOnceAndThenOnceForAll()
    {
        int done = 0;
        Throttle throttle(200, [&done] { ++done; });
        throttle.want();
        QCOMPARE(done, 1);
        QElapsedTimer since;
        since.start();
        for (int i = 0; i < 50; ++i)
            throttle.want();
        QCOMPARE(done, 1);
        QVERIFY(throttle.waits());
        QTRY_COMPARE(done, 2);
        QVERIFY(since.elapsed() >= 190);
        QVERIFY(!throttle.waits());
    }

    void whatIsForgottenIsNotDone()
    {
        int done = 0;
        Throttle throttle(60'000, [&done] { ++done; });
        throttle.want();
        throttle.want();
        throttle.forget();
        QVERIFY(!throttle.waits());
        throttle.want();   // of another: at once
        QCOMPARE(done, 2);
        throttle.want();
        throttle.now();
        QCOMPARE(done, 3);
        QVERIFY(!throttle.waits());
    }
};

QTEST_MAIN(TestRenew)
#include "tst_renew.moc"
