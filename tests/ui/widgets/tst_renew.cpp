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
        QStringList lines{u"status:"_s, u"  conditions:"_s};
        for (int i = 0; i < 200; ++i)
            lines.append(u"  - reason: %1"_s.arg(i));
        view.setPlainText(lines.join(u'\n'));
        view.resize(300, 200);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        QTextCursor cursor(view.document()->findBlockByNumber(120));
        cursor.movePosition(QTextCursor::EndOfBlock, QTextCursor::KeepAnchor);
        view.setTextCursor(cursor);
        view.verticalScrollBar()->setValue(110);
        view.foldLong({u"conditions"_s});
        const bool folded = !view.document()->findBlockByNumber(150).isVisible();
        lines[1 + 60] = u"  - reason: other"_s;
        lines[1 + 180] = u"  - reason: another"_s;
        const int scroll = view.verticalScrollBar()->value();
        renewText(&view, lines.join(u'\n'));
        QCOMPARE(view.toPlainText(), lines.join(u'\n'));
        QCOMPARE(view.textCursor().selectedText(), u"  - reason: 118"_s);
        QCOMPARE(view.verticalScrollBar()->value(), scroll);
        QCOMPARE(!view.document()->findBlockByNumber(150).isVisible(), folded);
        // a line comes above: what was selected stays selected
        lines.insert(5, u"  - reason: new"_s);
        renewText(&view, lines.join(u'\n'));
        QCOMPARE(view.toPlainText(), lines.join(u'\n'));
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
