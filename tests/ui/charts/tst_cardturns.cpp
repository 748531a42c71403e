// SPDX-License-Identifier: GPL-3.0-or-later
// Cards that become others at once are shown a few in a turn of the event loop.
#include "ui/charts/CardTurns.h"

#include <QElapsedTimer>
#include <QTest>

using namespace qd::ui;
using namespace Qt::StringLiterals;

namespace {

void work(int milliseconds)
{
    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < milliseconds) { }
}

}

class CardTurnsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aFewInATurn()
    {
        QStringList shown;
        CardTurns turns([&shown](const QString &panel) {
            shown.append(panel);
            work(CardTurns::kBudgetMs / 2 + 1);
        });
        for (int i = 0; i < 7; ++i)
            turns.want(QString::number(i));
        QVERIFY2(shown.size() == 1 || shown.size() == 2, qPrintable(shown.join(u' ')));  // at once; where the machine is slow it is one
        const qsizetype waiting = 7 - shown.size();
        QCOMPARE(turns.waiting(), waiting);
        turns.want(u"5"_s);             // waits already
        QCOMPARE(turns.waiting(), waiting);
        qsizetype before = shown.size();
        QTRY_VERIFY(shown.size() > before);
        QVERIFY2(shown.size() <= before + 2, qPrintable(shown.join(u' ')));
        QTRY_COMPARE(shown, (QStringList{u"0"_s, u"1"_s, u"2"_s, u"3"_s, u"4"_s, u"5"_s, u"6"_s}));
        // Whoever comes in a later turn is shown at once, also a second time.
        bool later = false;
        QTimer::singleShot(20, this, [&later] { later = true; });
        QTRY_VERIFY(later);
        const auto *next = turns.findChild<QTimer *>();
        QVERIFY(next && !next->isActive());     // nobody waits: there are no turns for nothing
        turns.want(u"0"_s);
        QCOMPARE(shown.size(), 8);
        QTRY_VERIFY(!next->isActive());
    }

    void nobodyWaits()
    {
        QStringList shown;
        CardTurns turns([&shown](const QString &panel) {
            shown.append(panel);
            work(CardTurns::kBudgetMs + 1);
        });
        turns.want(u"a"_s);
        turns.want(u"b"_s);
        turns.clear();
        QCOMPARE(turns.waiting(), 0);
        bool later = false;
        QTimer::singleShot(20, this, [&later] { later = true; });
        QTRY_VERIFY(later);
        QCOMPARE(shown, QStringList{u"a"_s});
    }

    /// One that is wanted while it is shown is shown again.
    void wantedFromWithin()
    {
        int shown = 0;
        CardTurns *turns = nullptr;
        CardTurns all([&](const QString &panel) {
            if (++shown == 1)
                turns->want(panel);
        });
        turns = &all;
        all.want(u"a"_s);
        QTRY_COMPARE(shown, 2);
        QCOMPARE(all.waiting(), 0);
    }
};

QTEST_MAIN(CardTurnsTest)
#include "tst_cardturns.moc"
