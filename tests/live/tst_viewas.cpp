// SPDX-License-Identifier: GPL-3.0-or-later
// The demo network with somebody else's eyes, in the real window: a banner, read-only, exactly what they may list, and closed
// again; and what is opened while the window runs is open again at its next start. With QD_GRAB=DIR it is drawn there.
#include "tests/live/LiveWindow.h"
#include "ui/actions/ActionRegistry.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/PaneHost.h"
#include "ui/shell/Popup.h"
#include "ui/shell/ViewAs.h"

#include <QApplication>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd;
using test::kPatience;
using test::Shown;

class ViewAsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        auto started = test::startDemo(m_folder.path());
        QVERIFY2(started, qPrintable(started ? QString() : started.error().text()));
        m_demo = std::move(*started);
    }

    void cleanup() { m_shown.reset(); }
    void cleanupTestCase() { m_demo.reset(); }

    void withAnothersEyes_data()
    {
        QTest::addColumn<QString>("user");
        QTest::addColumn<QString>("group");
        QTest::addColumn<bool>("seesNodes");
        QTest::newRow("a viewer") << u"vera"_s << u"qd:viewer"_s << true;
        QTest::newRow("an operator of ledgers") << u"lea"_s << u"qd:ledger-operator"_s << true;
        QTest::newRow("nobody the cluster knows") << u"mallory"_s << QString() << false;
    }

    void withAnothersEyes()
    {
        QFETCH(QString, user);
        QFETCH(QString, group);
        QFETCH(bool, seesNodes);
        open({u"--context"_s, u"admin"_s});
        const int nodes = m_shown->model()->counts().total;
        QVERIFY(nodes >= 12);
        press(Qt::Key_I, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY_WITH_TIMEOUT(qobject_cast<QLineEdit *>(QApplication::focusWidget()), kPatience);
        QTest::keyClicks(QApplication::focusWidget(), user);
        press(Qt::Key_Tab);
        if (!group.isEmpty())
            QTest::keyClicks(QApplication::focusWidget(), group);
        press(Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(int(m_shown->graph->environments().size()), 2, kPatience);
        state::Environment *theirs = m_shown->graph->environments().back().get();
        auto *bar = m_shown->window()->findChild<ui::ViewAsBar *>();
        QVERIFY(bar && bar->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(bar->width() == m_shown->window()->width(), kPatience);
        QVERIFY2(test::textsOf(bar).contains(u"admin as "_s + user), qPrintable(test::textsOf(bar)));
        QVERIFY2(test::textsOf(bar).contains(u"read-only"_s), qPrintable(test::textsOf(bar)));
        QVERIFY(theirs->readOnly());
        QTRY_COMPARE_WITH_TIMEOUT(theirs->identity().user, user, kPatience);
        listsWhatTheyMay(theirs, seesNodes);
        QTRY_COMPARE_WITH_TIMEOUT(m_shown->model()->counts().total, seesNodes ? 2 * nodes : nodes, kPatience);
        if (seesNodes)
            nothingIsChanged(theirs);
        grab(u"viewas-"_s + user);

        auto *end = bar->findChild<QPushButton *>();
        m_shown->window()->activateWindow();   // the panel had it, and this platform has nobody who gives it back
        end->setFocus(Qt::TabFocusReason);
        QTRY_COMPARE_WITH_TIMEOUT(QApplication::focusWidget(), end, kPatience);
        press(Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(!m_shown->window()->findChild<ui::ViewAsBar *>(), kPatience);
        QCOMPARE(int(m_shown->graph->environments().size()), 1);
        QTRY_COMPARE_WITH_TIMEOUT(m_shown->model()->counts().total, nodes, kPatience);
    }

    /// Who may not impersonate is told so, and their own view stays.
    void whoMayNotIsTold()
    {
        open({u"--context"_s, u"viewer"_s});
        m_shown->window()->viewAs(m_shown->graph->environments().front().get(), u"nora"_s, {u"qd:node-operator"_s});
        QTRY_COMPARE_WITH_TIMEOUT(int(m_shown->graph->environments().size()), 2, kPatience);
        state::Environment *theirs = m_shown->graph->environments().back().get();
        const network::KindInfo *kind = m_shown->session->kinds()->find(u"Validator"_s);
        QTRY_COMPARE_WITH_TIMEOUT(theirs->store(*kind)->loadState().phase, LoadState::Phase::Forbidden, kPatience);
        QVERIFY2(theirs->store(*kind)->loadState().error.text().contains(u"impersonate"_s), qPrintable(theirs->store(*kind)->loadState().error.text()));
        QVERIFY(m_shown->rowOf(u"Validator"_s, u"northgate-dev-1"_s) >= 0);
    }

    void whatIsOpenedIsOpenAgain()
    {
        open({});
        QCOMPARE(int(m_shown->graph->environments().size()), 1);
        const QString first = m_shown->graph->environments().front()->name();
        press(Qt::Key_O, Qt::ControlModifier);
        const auto menu = [] { return qobject_cast<QMenu *>(QApplication::activePopupWidget()); };
        QTRY_VERIFY_WITH_TIMEOUT(menu(), kPatience);
        const auto chosen = [&menu] { return menu()->activeAction() ? menu()->activeAction()->text() : QString(); };
        for (int step = 0; step < 12 && !chosen().contains(u"viewer"_s); ++step)
            QTest::keyClick(menu(), Qt::Key_Down);
        QVERIFY2(chosen().contains(u"viewer"_s), qPrintable(chosen()));
        QTest::keyClick(menu(), Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(int(m_shown->graph->environments().size()), 2, kPatience);
        m_shown->window()->viewAs(m_shown->graph->environments().front().get(), u"vera"_s, {u"qd:viewer"_s});
        QTRY_COMPARE_WITH_TIMEOUT(int(m_shown->graph->environments().size()), 3, kPatience);
        m_shown->window()->panes()->show(u"parties"_s);
        m_shown->window()->close();
        m_shown.reset();

        open({});
        QStringList names;
        for (const auto &environment : m_shown->graph->environments())
            names.append(environment->name());
        names.sort();
        QCOMPARE(names, (QStringList{first, u"viewer"_s}));   // nobody's eyes but one's own
        state::Environment *viewer = m_shown->graph->environments().back().get();
        QTRY_COMPARE_WITH_TIMEOUT(viewer->identity().user, u"vera"_s, kPatience);
        const network::KindInfo *kind = m_shown->session->kinds()->find(u"Validator"_s);
        QTRY_VERIFY_WITH_TIMEOUT(viewer->store(*kind)->complete(), kPatience);
        // Closed, it stays closed.
        m_shown->window()->closeEnvironment(viewer);
        m_shown->window()->close();
        m_shown.reset();
        open({});
        QCOMPARE(int(m_shown->graph->environments().size()), 1);
    }

private:
    void open(const QStringList &arguments)
    {
        m_shown = std::make_unique<Shown>(QStringList{u"--kubeconfig"_s, m_demo->kubeconfig()} + arguments, m_folder.path());
        m_shown->window()->resize(1440, 900);
        m_shown->window()->activateWindow();
        QTRY_VERIFY_WITH_TIMEOUT(QApplication::activeWindow() == m_shown->window(), kPatience);
        const network::KindInfo *kind = m_shown->session->kinds()->find(u"Validator"_s);
        QTRY_VERIFY_WITH_TIMEOUT(m_shown->graph->environments().front()->store(*kind)->complete(), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(m_shown->rowOf(u"Participant"_s, u"alice-bank"_s) >= 0 && m_shown->rowOf(u"SyncDomain"_s, u"harbor"_s) >= 0
                                     && m_shown->rowOf(u"SuperValidator"_s, u"lighthouse-sv"_s) >= 0, kPatience);
    }

    static void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        QWidget *widget = QApplication::focusWidget() ? QApplication::focusWidget() : QApplication::activeWindow();
        QVERIFY(widget);
        QTest::keyClick(widget, key, modifiers);
    }

    /// Kind by kind: refused here is refused there, and what is listed is what the server lists to them.
    void listsWhatTheyMay(state::Environment *theirs, bool seesNodes) const
    {
        int listed = 0, refused = 0;
        const QList<network::KindInfo> kinds = m_shown->session->kinds()->kinds();
        for (const network::KindInfo &kind : kinds) {
            if (!kind.own)
                continue;
            const state::ResourceStore *store = theirs->store(kind);
            const auto known = [store] { return store->complete() || store->loadState().phase == LoadState::Phase::Forbidden; };
            QTRY_VERIFY2_WITH_TIMEOUT(known(), qPrintable(kind.kind), kPatience);
            auto answer = theirs->gateway()->list(kind.gvr, {});
            answer.waitForFinished();
            const bool forbidden = !answer.result() && answer.result().error().kind == ErrorKind::Forbidden;
            QCOMPARE(store->loadState().phase == LoadState::Phase::Forbidden, forbidden);
            ++(forbidden ? refused : listed);
        }
        QVERIFY2(seesNodes ? listed > 0 : listed == 0, qPrintable(QString::number(listed)));
        QVERIFY2(seesNodes || refused >= 24, qPrintable(QString::number(refused)));
    }

    void nothingIsChanged(state::Environment *theirs) const
    {
        const network::KindInfo *kind = m_shown->session->kinds()->find(u"Validator"_s);
        const state::RowPtr row = theirs->store(*kind)->find(u"canton-devnet"_s, u"northgate-dev-1"_s);
        QVERIFY(row);
        const QString why = m_shown->window()->actionRegistry()->whyNot(u"scale"_s, {theirs, *kind, row});
        QVERIFY2(why.contains(u"read-only"_s, Qt::CaseInsensitive), qPrintable(why));
    }

    void grab(const QString &name) const
    {
        if (const QString folder = qEnvironmentVariable("QD_GRAB"); !folder.isEmpty()) {
            QCoreApplication::sendPostedEvents();
            QVERIFY(m_shown->window()->grab().save(folder + u'/' + name + u".png"_s));
        }
    }

    QTemporaryDir m_folder;
    std::unique_ptr<console::DemoProcess> m_demo;
    std::unique_ptr<Shown> m_shown;
};

QTEST_MAIN(ViewAsTest)
#include "tst_viewas.moc"
