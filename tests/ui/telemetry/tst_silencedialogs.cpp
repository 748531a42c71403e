// SPDX-License-Identifier: GPL-3.0-or-later
// Ending a silence and making one where several environments are open: nothing is written before it is confirmed, what is written is
// followed, and what is not known any more cannot be ended.
#include "tests/ui/telemetry/AlertStage.h"

#include "ui/panes/telemetry/SilenceExpireDialog.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Label.h"

#include <QComboBox>
#include <QLineEdit>
#include <QMenu>
#include <QTest>

using namespace qd;
using namespace qd::ui;
using namespace Qt::StringLiterals;
using items::AlertsModel;
using items::SilencesModel;
using test::AlertStage;
using test::texts;

class TestSilenceDialogs : public QObject {
    Q_OBJECT
    Theme m_theme;

    /// The silence of the one that is silenced, by its details.
    static SilenceExpireDialog *openByDetails(AlertStage &stage)
    {
        for (const items::Alert &alert : stage.session->alerts()) {
            if (alert.state == items::AlertState::Silenced)
                (void)stage.page->showAlert(alert.key);
        }
        if (QPushButton *expire = test::button(stage.page->details(), u"Expire…"_s))
            expire->click();
        return stage.page->expireDialog();
    }
    static SilenceExpireDialog *openByKey(AlertStage &stage)
    {
        stage.page->showSilences(true);
        stage.page->silencesTable()->setCurrentIndex(stage.page->silencesTable()->model()->index(1, SilencesModel::Matchers));
        QTest::keyClick(stage.page->silencesTable(), Qt::Key_Delete);
        return stage.page->expireDialog();
    }
    static SilenceExpireDialog *openByMenu(AlertStage &stage)
    {
        stage.page->showSilences(true);
        stage.page->silencesTable()->setCurrentIndex(stage.page->silencesTable()->model()->index(1, SilencesModel::Matchers));
        Q_EMIT stage.page->silencesTable()->menuWanted(stage.page->mapToGlobal(QPoint(40, 40)));
        const QList<QMenu *> menus = stage.page->findChildren<QMenu *>();
        for (QMenu *menu : menus) {
            for (QAction *action : menu->actions()) {
                if (action->text() == u"Expire…"_s)
                    action->trigger();
            }
            menu->close();
        }
        return stage.page->expireDialog();
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_theme.apply(*qApp);
        m_theme.setReducedMotion(true);
    }

    void nothingIsWrittenBeforeItIsConfirmed_data()
    {
        QTest::addColumn<int>("way");
        QTest::newRow("details") << 0;
        QTest::newRow("key") << 1;
        QTest::newRow("menu") << 2;
    }
    void nothingIsWrittenBeforeItIsConfirmed()
    {
        QFETCH(int, way);
        AlertStage stage(&m_theme);
        AlertStage::Site &site = stage.three();
        site.alerts->onExpire = [&](const QString &) {
            site.silences[0].state = u"expired"_s;
            site.managed[3].silencedBy.clear();
            site.give();
            return Result<Done>(Done{});
        };
        stage.show();
        SilenceExpireDialog *dialog = way == 0 ? openByDetails(stage) : way == 1 ? openByKey(stage) : openByMenu(stage);
        QVERIFY(dialog);
        for (const QString &said : {u"alertname=\"DatabaseGrowth\""_s, u"jonas.weber"_s, u"database moves to the new storage class"_s, u"they call again"_s, u"DatabaseGrowth (harbor-bridge)"_s})
            QVERIFY2(texts(dialog).contains(said), qPrintable(said + u" in "_s + texts(dialog)));
        QVERIFY(dialog->confirmButton()->property("danger").toBool());
        // Neither a key too much nor the button without the name of production writes.
        QVERIFY(!dialog->confirmButton()->isEnabled());
        QVERIFY2(dialog->confirmButton()->toolTip().contains(u"Type infra-prod to confirm"_s), qPrintable(dialog->confirmButton()->toolTip()));
        QTest::keyClick(dialog, Qt::Key_Return);
        dialog->confirm();
        test::grab(dialog, u"silence-expire-%1"_s.arg(way));
        QCOMPARE(test::unnamed(dialog), QStringList());
        QCOMPARE(test::clipped(dialog).join(u'\n'), QString());
        QVERIFY(dialog->typedName());
        dialog->typedName()->setText(u"infra-pro"_s);
        dialog->confirm();
        QCoreApplication::sendPostedEvents();
        QVERIFY(site.alerts->expired.isEmpty());
        QVERIFY(stage.journal.read()->isEmpty());
        dialog->typedName()->setText(u"infra-prod"_s);
        QVERIFY(dialog->confirmButton()->isEnabled());
        dialog->confirmButton()->click();
        QTRY_COMPARE(stage.session->counts().silenced, 0);
        QCOMPARE(site.alerts->expired, QStringList{u"s1"_s});
        QTRY_VERIFY(!stage.page->expireDialog());
        QVERIFY2(texts(stage.page).contains(u"The silence has ended."_s), qPrintable(texts(stage.page)));
        QCOMPARE(stage.journal.read()->size(), 2);
        if (way == 0)
            QVERIFY(!test::button(stage.page->details(), u"Expire…"_s));
    }

    /// Of the silence that is current in the list, or that holds the alert whose details are open; of no other.
    void keys()
    {
        AlertStage stage(&m_theme);
        stage.three();
        stage.show();
        const auto press = [&stage](QWidget *where, Qt::Key key) {
            QTest::keyClick(where, key);
            const QString opened = stage.page->expireDialog() ? u"expire"_s : stage.page->silenceDialog() ? stage.page->silenceDialog()->windowTitle() : QString();
            if (SilenceFrame *dialog = stage.page->findChild<SilenceFrame *>())
                dialog->reject();
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
            return opened;
        };
        QWidget *table = stage.page->table();
        (void)stage.page->showAlert(stage.session->alerts().first().key);
        QCOMPARE(press(table, Qt::Key_Delete), QString());
        QCOMPARE(press(table, Qt::Key_E), QString());
        (void)stage.page->showAlert(stage.session->alerts().last().key);
        QCOMPARE(stage.page->details()->alert()->state, items::AlertState::Silenced);
        QCOMPARE(press(table, Qt::Key_Delete), u"expire"_s);
        QCOMPARE(press(table, Qt::Key_E), u"Change the silence"_s);
        stage.page->showSilences(true);
        QWidget *list = stage.page->silencesTable();
        stage.page->silencesTable()->setCurrentIndex(stage.page->silencesTable()->model()->index(0, 0));
        QCOMPARE(press(list, Qt::Key_Delete), QString());
        stage.page->silencesTable()->setCurrentIndex(stage.page->silencesTable()->model()->index(1, SilencesModel::Matchers));
        QCOMPARE(press(list, Qt::Key_Delete), u"expire"_s);
        QCOMPARE(press(list, Qt::Key_E), u"Change the silence"_s);
    }

    void whoCancelsWritesNothing()
    {
        AlertStage stage(&m_theme);
        AlertStage::Site &site = stage.three();
        stage.show();
        SilenceExpireDialog *dialog = openByDetails(stage);
        QVERIFY(dialog);
        dialog->typedName()->setText(u"infra-prod"_s);
        QTest::keyClick(dialog, Qt::Key_Escape);
        QTRY_VERIFY(!stage.page->expireDialog());
        QVERIFY(site.alerts->expired.isEmpty());
        QCOMPARE(stage.session->counts().silenced, 1);
    }

    /// Elsewhere no name is wanted, and the keyboard begins at Cancel.
    void withoutAProductionNoName()
    {
        AlertStage stage(&m_theme);
        AlertStage::Site &site = stage.add(u"infra-dev"_s, state::Mark::Dev);
        site.managed = {stage.alert(u"DatabaseGrowth"_s, u"x"_s, u"warning"_s, 60)};
        site.managed[0].silencedBy = QStringList{u"s1"_s};
        site.silences = {stage.silence(u"s1"_s, u"DatabaseGrowth"_s, 9000)};
        stage.show();
        SilenceExpireDialog *dialog = openByDetails(stage);
        QVERIFY(dialog);
        QVERIFY(!dialog->typedName());
        QVERIFY(!texts(dialog).contains(u"to confirm"_s));
        QVERIFY(dialog->confirmButton()->isEnabled());
        QVERIFY(!dialog->confirmButton()->isDefault() || !dialog->confirmButton()->hasFocus());
        auto *focus = qobject_cast<QPushButton *>(dialog->focusWidget());
        QVERIFY(focus && focus->text() == "Cancel"_L1);
    }

    void whatIsRefusedStaysInTheDialog()
    {
        AlertStage stage(&m_theme);
        AlertStage::Site &site = stage.three();
        site.alerts->onExpire = [](const QString &) { return Result<Done>(Error{ErrorKind::Forbidden, u"mira.koenig may not delete services/proxy."_s, u"Ask for the role silences."_s}); };
        stage.show();
        SilenceExpireDialog *dialog = openByDetails(stage);
        QVERIFY(dialog);
        dialog->typedName()->setText(u"infra-prod"_s);
        dialog->confirm();
        QTRY_VERIFY2(texts(dialog).contains(u"mira.koenig may not delete services/proxy."_s), qPrintable(texts(dialog)));
        QVERIFY(texts(dialog).contains(u"Ask for the role silences."_s));
        QVERIFY(dialog->isVisible() && dialog->confirmButton()->isEnabled());
        QCOMPARE(stage.session->counts().silenced, 1);
        dialog->reject();
    }

    /// Closed while it writes: what came of it is told by the page.
    void aFailureIsToldWhereTheDialogIsGone()
    {
        AlertStage stage(&m_theme);
        AlertStage::Site &site = stage.three();
        site.alerts->onExpire = [](const QString &) { return Result<Done>(Error{ErrorKind::Forbidden, u"mira.koenig may not delete services/proxy."_s}); };
        stage.show();
        SilenceExpireDialog *dialog = openByDetails(stage);
        QVERIFY(dialog);
        dialog->typedName()->setText(u"infra-prod"_s);
        dialog->confirm();
        QVERIFY(dialog->isWriting());
        dialog->reject();
        QTRY_VERIFY2(texts(stage.page).contains(u"mira.koenig may not delete services/proxy."_s), qPrintable(texts(stage.page)));
        QTRY_VERIFY(!stage.page->expireDialog());
    }

    /// Of a pod its node is filled in: neither only this pod nor all of the namespace.
    void theNodeOfAPodIsFilledIn()
    {
        AlertStage stage(&m_theme);
        AlertStage::Site &site = stage.add(u"infra-dev"_s, state::Mark::Dev, {u"alice"_s, u"alice-bank"_s});
        site.managed = {stage.alert(u"ParticipantDown"_s, {}, u"critical"_s, 60)};
        site.managed[0].labels.insert(u"pod"_s, u"alice-participant-0"_s);
        stage.show();
        QCOMPARE(stage.session->alerts().size(), 1);
        const std::unique_ptr<SilenceDialog> dialog(SilenceDialog::openFor(stage.session.get(), stage.session->alerts(), stage.page));
        QCOMPARE(items::matchersText(dialog->matchers()->matchers()),
                 u"alertname=\"ParticipantDown\", namespace=\"canton\", severity=\"critical\", pod=~\"alice-.*\", pod!~\"alice-bank-.*\""_s);
        QVERIFY2(dialog->matchText().contains(u"1"_s), qPrintable(dialog->matchText()));
    }

    void aFailureIsToldOnTheCard()
    {
        AlertStage stage(&m_theme);
        AlertStage::Site &site = stage.three();
        site.alerts->onSet = [](const ports::Silence &) { return Result<QString>(Error{ErrorKind::Forbidden, u"mira.koenig may not create services/proxy."_s}); };
        stage.show();
        auto *card = new FiringAlerts(stage.context, stage.host.get());
        card->resize(1200, 200);
        card->setShown(true);
        card->show();
        const QList<QAbstractButton *> links = card->findChildren<QAbstractButton *>();
        const auto link = std::find_if(links.begin(), links.end(), [](const QAbstractButton *one) { return one->text() == u"Silence…"_s; });
        QVERIFY(link != links.end());
        (*link)->click();
        auto *dialog = card->findChild<SilenceDialog *>();
        QVERIFY(dialog);
        dialog->setComment(u"works on the node"_s);
        dialog->typedName()->setText(u"infra-prod"_s);
        dialog->confirm();
        QVERIFY(dialog->isWriting());
        QVERIFY(!texts(card).contains(u"may not create"_s));
        dialog->reject();
        QTRY_VERIFY2(texts(card).contains(u"mira.koenig may not create services/proxy."_s), qPrintable(texts(card)));
    }

    void whatHasEndedMeanwhileSaysSo()
    {
        AlertStage stage(&m_theme);
        AlertStage::Site &site = stage.three();
        stage.show();
        SilenceExpireDialog *dialog = openByDetails(stage);
        QVERIFY(dialog);
        dialog->typedName()->setText(u"infra-prod"_s);
        QVERIFY(dialog->confirmButton()->isEnabled());
        site.silences.removeFirst();
        site.managed[3].silencedBy.clear();
        stage.look();
        QTRY_VERIFY(!dialog->confirmButton()->isEnabled());
        QVERIFY2(texts(dialog).contains(u"It has ended already."_s), qPrintable(texts(dialog)));
        QVERIFY(!texts(dialog).contains(u"call again"_s));
        dialog->confirm();
        QVERIFY(site.alerts->expired.isEmpty());
        dialog->reject();
    }

    /// What another silence holds back as well stays quiet.
    void whoCallsAgain()
    {
        AlertStage stage(&m_theme);
        AlertStage::Site &site = stage.three();
        site.silences.append(stage.silence(u"s2"_s, u"DatabaseGrowth"_s, 500));
        site.managed[3].silencedBy = QStringList{u"s1"_s, u"s2"_s};
        stage.show();
        SilenceExpireDialog *dialog = openByDetails(stage);
        QVERIFY(dialog);
        QVERIFY2(dialog->matchText().contains(u"of which none calls again"_s), qPrintable(dialog->matchText()));
        QVERIFY(!dialog->matchText().contains(u"harbor-bridge"_s));
        dialog->reject();
    }

    /// Of several environments none is taken without being chosen.
    void theEnvironmentIsChosen()
    {
        AlertStage stage(&m_theme);
        AlertStage::Site &dev = stage.add(u"infra-dev"_s, state::Mark::Dev), &prod = stage.add(u"infra-prod"_s, state::Mark::Production);
        stage.add(u"infra-test"_s, state::Mark::Test).environment->setReadOnly(true);
        dev.managed = {stage.alert(u"TrafficLow"_s, u"a"_s, u"warning"_s, 60)};
        prod.managed = {stage.alert(u"TrafficLow"_s, u"b"_s, u"warning"_s, 60), stage.alert(u"TrafficLow"_s, u"c"_s, u"warning"_s, 60)};
        stage.show();
        stage.page->table()->clearSelection();
        test::button(stage.page, u"New silence…"_s)->click();
        SilenceDialog *dialog = stage.page->silenceDialog();
        QVERIFY(dialog && dialog->clusterChoice());
        QCOMPARE(dialog->clusterChoice()->count(), 3);
        QVERIFY(!(dialog->clusterChoice()->model()->index(2, 0).flags() & Qt::ItemIsEnabled));
        QVERIFY(dialog->clusterChoice()->itemData(2, Qt::ToolTipRole).toString().contains(u"read-only"_s));
        dialog->matchers()->setMatchers({{u"alertname"_s, u"TrafficLow"_s}});
        dialog->setComment(u"works on the network"_s);
        QVERIFY(!dialog->confirmButton()->isEnabled());
        QVERIFY2(texts(dialog).contains(u"Choose the environment."_s), qPrintable(texts(dialog)));
        dialog->clusterChoice()->setCurrentText(u"infra-dev"_s);
        QVERIFY2(dialog->matchText().startsWith(u"Matches 1 of 1"_s), qPrintable(dialog->matchText()));
        QVERIFY(dialog->confirmButton()->isEnabled() && !dialog->typedName());
        dialog->clusterChoice()->setCurrentText(u"infra-prod"_s);
        QVERIFY2(dialog->matchText().startsWith(u"Matches 2 of 2"_s), qPrintable(dialog->matchText()));
        QVERIFY(dialog->confirmButton()->property("production").toBool());
        QVERIFY(dialog->typedName() && !dialog->confirmButton()->isEnabled());
        dialog->typedName()->setText(u"infra-prod"_s);
        QVERIFY(dialog->confirmButton()->isEnabled());
        QCOMPARE(test::unnamed(dialog), QStringList());
        QCoreApplication::sendPostedEvents();
        QCOMPARE(test::clipped(dialog).join(u'\n'), QString());
        dialog->confirm();
        QTRY_COMPARE(prod.alerts->set.size(), 1);
        QVERIFY(dev.alerts->set.isEmpty());
        if (stage.page->silenceDialog())
            stage.page->silenceDialog()->reject();
    }

    /// One that can be silenced needs no choice; it is shown all the same which it is.
    void theOnlyOneThatCanIsTaken()
    {
        AlertStage stage(&m_theme);
        stage.add(u"infra-dev"_s, state::Mark::Dev).environment->setReadOnly(true);
        stage.add(u"infra-prod"_s, state::Mark::Production);
        stage.show();
        test::button(stage.page, u"New silence…"_s)->click();
        SilenceDialog *dialog = stage.page->silenceDialog();
        QVERIFY(dialog && dialog->clusterChoice());
        QCOMPARE(dialog->cluster(), u"infra-prod"_s);
        QCOMPARE(dialog->clusterChoice()->currentText(), u"infra-prod"_s);
        dialog->reject();
    }
};

QTEST_MAIN(TestSilenceDialogs)
#include "tst_silencedialogs.moc"
