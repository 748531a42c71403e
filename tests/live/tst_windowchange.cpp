// SPDX-License-Identifier: GPL-3.0-or-later
// The whole line in the real window against a real API server, by keys: a node is selected, scaled under review, applied and
// followed until the operator (tests/live/playoperator.py) has acted; and what a second client does meanwhile.
#include "models/state/ChangePipeline.h"
#include "tests/live/LiveRig.h"
#include "tests/live/LiveWindow.h"
#include "tests/ui/support/UiTest.h"
#include "ui/panes/details/DetailsPane.h"
#include "ui/panes/details/OverviewTab.h"
#include "ui/panes/details/YamlTab.h"
#include "ui/panes/resources/ResourceTable.h"
#include "ui/panes/review/ActionDialog.h"
#include "ui/panes/review/ConflictDialog.h"
#include "ui/panes/review/ReviewDialog.h"
#include "ui/widgets/Facts.h"
#include "ui/widgets/StepBar.h"

#include <QComboBox>
#include <QFile>
#include <QJsonDocument>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace qd;
using state::ChangeOutcome;
using state::ChangePipeline;
using test::kPatience;
using test::Shown;

namespace {

const QString kKind = u"Validator"_s;
const QString kDev = u"northgate-dev-1"_s;
const QString kDevSpace = u"canton-devnet"_s;
const QString kMain = u"northgate-validator-1"_s;
const QString kMainSpace = u"canton-mainnet"_s;

/// Replicas that somebody declares for the participant.
QJsonObject replicas(int count)
{
    const QJsonObject resources{{u"replicas"_s, count}};
    return {{u"spec"_s, QJsonObject{{u"participant"_s, QJsonObject{{u"spec"_s, QJsonObject{{u"resources"_s, resources}}}}}}}};
}

int declared(const QJsonObject &object)
{
    return object["spec"_L1]["participant"_L1]["spec"_L1]["resources"_L1]["replicas"_L1].toInt(-1);
}

/// Ready and wanted pods of a component as the operator reports them.
QString reported(const QJsonObject &object, QLatin1StringView component)
{
    const QJsonArray all = object["status"_L1]["components"_L1].toArray();
    for (const QJsonValue &one : all) {
        if (one["name"_L1].toString() == component)
            return u"%1/%2"_s.arg(one["ready"_L1].toInt()).arg(one["desired"_L1].toInt());
    }
    return {};
}

bool waits(const ui::ReviewDialog *dialog)
{
    const ChangePipeline *p = dialog ? dialog->pipeline() : nullptr;
    return p && p->step() == ChangePipeline::Step::Review && p->stepState(ChangePipeline::Step::Review) == ChangePipeline::StepState::Waiting;
}

/// Presses Tab until `wanted` has the focus.
bool tabTo(QWidget *dialog, const QWidget *wanted)
{
    for (int i = 0; i < 60 && !wanted->hasFocus(); ++i)
        QTest::keyClick(dialog->focusWidget() ? dialog->focusWidget() : dialog, Qt::Key_Tab);
    return wanted->hasFocus();
}

}

class WindowChangeTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        qputenv("XDG_STATE_HOME", m_folder.path().toUtf8());
        m_rig = std::make_unique<test::LiveRig>(QStringList{u"--examples"_s, u"--operator"_s, u"--pace"_s, u"1.5"_s});
        if (m_rig->skipped())
            QSKIP(qPrintable(m_rig->why()));
        QVERIFY2(m_rig->ready(), qPrintable(m_rig->why()));
        m_other = std::make_unique<test::SecondClient>(m_rig->kubeconfig());
        QVERIFY2(m_other->trouble().isEmpty(), qPrintable(m_other->trouble()));
        m_shown = std::make_unique<Shown>(QStringList{u"--kubeconfig"_s, m_rig->kubeconfig()}, m_folder.path());
        QVERIFY(QTest::qWaitForWindowActive(m_shown->window()));
        QTRY_VERIFY_WITH_TIMEOUT(m_shown->rowOf(kKind, kDev) >= 0 && m_shown->rowOf(kKind, kMain) >= 0, kPatience);
        // The operator has looked at everything once.
        QTRY_VERIFY_WITH_TIMEOUT(settled(kDevSpace, kDev) && settled(kMainSpace, kMain), kPatience);
    }

    void cleanupTestCase()
    {
        m_shown.reset();
        m_other.reset();
    }

    void cleanup()
    {
        // A failed test leaves its dialog: the next one begins without.
        if (ui::ReviewDialog *dialog = m_shown ? review() : nullptr)
            dialog->reject();
    }

    /// Not production: no name to type. Every step of the review is seen, the change settles, row and details follow.
    void scaleByKeys()
    {
        const QJsonObject before = live(kDevSpace, kDev);
        QCOMPARE(declared(before), 1);
        QCOMPARE(reported(before, "participant"_L1), u"1/1"_s);
        const QStringList pods = m_shown->cell(kKind, kDev, u"components"_s).split(u'/');
        QCOMPARE(pods.size(), 2);
        const qint64 generation = m_shown->row(kKind, kDev)->generation;
        QVERIFY(m_shown->walkTo(kKind, kDev));
        QTest::keyClick(m_shown->table(), Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(m_shown->pane()->details()->isVisible(), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(detailSays(u"participant"_s, u"1/1"_s), kPatience);
        ui::ReviewDialog *dialog = scaleTo(kDev, 2);
        QVERIFY(dialog);
        QTRY_VERIFY_WITH_TIMEOUT(waits(dialog), kPatience);
        const auto *bar = dialog->findChild<ui::StepBar *>();
        QCOMPARE(bar->steps().size(), ChangePipeline::kSteps);
        for (int step = 0; step < int(ChangePipeline::Step::Review); ++step)
            QCOMPARE(bar->steps().at(step).state, network::State::Ready);
        QVERIFY2(bar->steps().at(1).text.contains(before["metadata"_L1]["resourceVersion"_L1].toString()), qPrintable(bar->steps().at(1).text));
        QVERIFY(bar->steps().at(int(ChangePipeline::Step::Review)).current);
        QVERIFY(!dialog->pipeline()->review().production);
        QVERIFY(!dialog->findChild<QLineEdit *>(u"typedName"_s)->isVisible());
        QCOMPARE(test::unnamed(dialog), QStringList());
        QCOMPARE(declared(live(kDevSpace, kDev)), 1);   // the preview changed nothing
        QSignalSpy ended(dialog, &ui::ReviewDialog::ended);
        auto *reason = dialog->findChild<QLineEdit *>(u"reason"_s);
        QVERIFY(tabTo(dialog, reason));
        QTest::keyClicks(reason, u"CANTON-2291"_s);
        auto *confirm = dialog->findChild<QPushButton *>(u"confirm"_s);
        QVERIFY(tabTo(dialog, confirm));
        QTest::keyClick(confirm, Qt::Key_Space);
        QTRY_COMPARE_WITH_TIMEOUT(dialog->pipeline()->step(), ChangePipeline::Step::Follow, kPatience);
        QCOMPARE(declared(live(kDevSpace, kDev)), 2);
        QTRY_COMPARE_WITH_TIMEOUT(m_shown->row(kKind, kDev)->phase, u"Updating"_s, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatience);
        const auto outcome = ended.first().first().value<ChangeOutcome>();
        QVERIFY2(outcome.kind == ChangeOutcome::Kind::Settled, qPrintable(outcome.message));
        QTRY_COMPARE_WITH_TIMEOUT(m_shown->row(kKind, kDev)->phase, u"Ready"_s, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(m_shown->row(kKind, kDev)->generation, generation + 1, kPatience);
        QCOMPARE(reported(live(kDevSpace, kDev), "participant"_L1), u"2/2"_s);
        QTRY_COMPARE_WITH_TIMEOUT(m_shown->cell(kKind, kDev, u"components"_s),
                                  u"%1/%2"_s.arg(pods.at(0).toInt() + 1).arg(pods.at(1).toInt() + 1), kPatience);   // a pod more, all ready
        QTest::keyClick(dialog, Qt::Key_Escape);
        QTRY_VERIFY_WITH_TIMEOUT(!review(), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(detailSays(u"participant"_s, u"2/2"_s), kPatience);
        const QJsonObject record = lastRecord();
        QCOMPARE(record.value("outcome"_L1).toString(), u"settled"_s);
        QCOMPARE(record.value("reason"_L1).toString(), u"CANTON-2291"_s);
    }

    /// A node of a MainNet: nothing goes before its name is typed.
    void productionWantsTheName()
    {
        QVERIFY(m_shown->walkTo(kKind, kMain));
        ui::ReviewDialog *dialog = scaleTo(kMain, 2);
        QVERIFY(dialog);
        QTRY_VERIFY_WITH_TIMEOUT(waits(dialog), kPatience);
        QVERIFY(dialog->pipeline()->review().production);
        auto *typed = dialog->findChild<QLineEdit *>(u"typedName"_s);
        QTRY_VERIFY_WITH_TIMEOUT(typed->hasFocus(), kPatience);
        auto *confirm = dialog->findChild<QPushButton *>(u"confirm"_s);
        QVERIFY(!confirm->isEnabled());
        QTest::keyClicks(typed, kMain.chopped(1));
        QVERIFY(!confirm->isEnabled());
        QTest::keyClick(typed, Qt::Key_Return);
        QVERIFY(waits(dialog));
        QCOMPARE(declared(live(kMainSpace, kMain)), 1);
        QSignalSpy ended(dialog, &ui::ReviewDialog::ended);
        QTest::keyClicks(typed, kMain.right(1));
        QVERIFY(confirm->isEnabled());
        QTest::keyClick(typed, Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatience);
        const auto outcome = ended.first().first().value<ChangeOutcome>();
        QVERIFY2(outcome.kind == ChangeOutcome::Kind::Settled, qPrintable(outcome.message));
        QCOMPARE(declared(live(kMainSpace, kMain)), 2);
        QTRY_COMPARE_WITH_TIMEOUT(m_shown->row(kKind, kMain)->phase, u"Ready"_s, kPatience);
        QTest::keyClick(dialog, Qt::Key_Escape);
        QTRY_VERIFY_WITH_TIMEOUT(!review(), kPatience);
    }

    /// Between opening the dialog and its review somebody declares another number: yours or theirs is asked, by keys.
    void theSameFieldAsks()
    {
        QTRY_VERIFY_WITH_TIMEOUT(settled(kDevSpace, kDev), kPatience);
        QVERIFY(m_shown->walkTo(kKind, kDev));
        auto *asks = openScale();
        QVERIFY(asks);
        m_other->write(ports::Verb::MergePatch, target(kDevSpace, kDev), replicas(3));
        ui::ReviewDialog *dialog = fill(asks, 4);
        QVERIFY(dialog);
        QTRY_VERIFY_WITH_TIMEOUT(dialog->findChild<ui::ConflictDialog *>(), kPatience);
        auto *chooser = dialog->findChild<ui::ConflictDialog *>();
        QVERIFY(QTest::qWaitForWindowActive(chooser));
        QCOMPARE(chooser->undecided(), 1);
        auto *result = chooser->findChild<QPushButton *>(u"reviewResult"_s);
        QVERIFY(!result->isEnabled());
        auto *yours = chooser->findChildren<QRadioButton *>().constFirst();
        QVERIFY(tabTo(chooser, yours));
        QTest::keyClick(yours, Qt::Key_Space);
        QCOMPARE(chooser->undecided(), 0);
        QVERIFY(tabTo(chooser, result));
        QTest::keyClick(result, Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(waits(dialog), kPatience);
        QCOMPARE(declared(live(kDevSpace, kDev)), 3);
        QVERIFY(confirmAndSettle(dialog));
        QCOMPARE(declared(live(kDevSpace, kDev)), 4);
    }

    /// While the review stands open somebody changes another field: applied without a question, nothing of theirs is lost.
    void anotherFieldIsRebasedSilently()
    {
        QTRY_VERIFY_WITH_TIMEOUT(settled(kDevSpace, kDev), kPatience);
        QVERIFY(m_shown->walkTo(kKind, kDev));
        ui::ReviewDialog *dialog = scaleTo(kDev, 1);
        QVERIFY(dialog);
        QTRY_VERIFY_WITH_TIMEOUT(waits(dialog), kPatience);
        const QString based = dialog->pipeline()->review().edits.first().liveVersion;
        m_other->write(ports::Verb::MergePatch, target(kDevSpace, kDev), {{u"spec"_s, QJsonObject{{u"contactPoint"_s, u"night@northgate.example"_s}}}});
        QVERIFY(confirmAndSettle(dialog));
        const QJsonObject now = live(kDevSpace, kDev);
        QCOMPARE(declared(now), 1);
        QCOMPARE(now["spec"_L1]["contactPoint"_L1].toString(), u"night@northgate.example"_s);
        QVERIFY(lastRecord().value("edits"_L1).toArray().first()["resourceVersion"_L1].toString() != based);
    }

    /// While the review stands open somebody changes the same field: the confirmed change is not sent over theirs.
    void theSameFieldAsksAgainAtApply()
    {
        QTRY_VERIFY_WITH_TIMEOUT(settled(kDevSpace, kDev), kPatience);
        QVERIFY(m_shown->walkTo(kKind, kDev));
        ui::ReviewDialog *dialog = scaleTo(kDev, 2);
        QVERIFY(dialog);
        QTRY_VERIFY_WITH_TIMEOUT(waits(dialog), kPatience);
        m_other->write(ports::Verb::MergePatch, target(kDevSpace, kDev), replicas(5));
        auto *confirm = dialog->findChild<QPushButton *>(u"confirm"_s);
        QVERIFY(tabTo(dialog, confirm));
        QTest::keyClick(confirm, Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(dialog->findChild<ui::ConflictDialog *>(), kPatience);
        QCOMPARE(declared(live(kDevSpace, kDev)), 5);
        auto *chooser = dialog->findChild<ui::ConflictDialog *>();
        QVERIFY(QTest::qWaitForWindowActive(chooser));
        QTest::keyClick(chooser, Qt::Key_Escape);
        QTRY_VERIFY_WITH_TIMEOUT(!review(), kPatience);
        QCOMPARE(declared(live(kDevSpace, kDev)), 5);
        QTRY_COMPARE_WITH_TIMEOUT(lastRecord().value("outcome"_L1).toString(), u"cancelled"_s, kPatience);
    }

private:
    [[nodiscard]] ui::ReviewDialog *review() const { return m_shown->window()->findChild<ui::ReviewDialog *>(); }

    [[nodiscard]] test::SecondClient::Target target(const QString &ns, const QString &name) const
    {
        return {m_shown->session->kinds()->find(kKind)->gvr, ns, name};
    }
    QJsonObject live(const QString &ns, const QString &name) { return m_other->get(target(ns, name).gvr, ns, name); }

    bool settled(const QString &ns, const QString &name)
    {
        const QJsonObject object = live(ns, name);
        return object["status"_L1]["observedGeneration"_L1].toInt() == object["metadata"_L1]["generation"_L1].toInt()
            && object["status"_L1]["phase"_L1].toString() == "Ready"_L1;
    }

    /// The shortcut on the row that is current; the dialog when it is there.
    ui::ActionDialog *openScale()
    {
        const auto dialog = [this] { return m_shown->window()->findChild<ui::ActionDialog *>(); };
        m_shown->window()->activateWindow();   // a window manager does it when a dialog goes
        // A notice that was on the dialog is a window of its own until it goes: not before that is the list itself active.
        if (!QTest::qWaitFor([this] { return m_shown->table()->hasFocus(); }, kPatience)) {
            qWarning("The list has no focus, %s has", QApplication::focusWidget() ? QApplication::focusWidget()->metaObject()->className() : "nothing");
            return nullptr;
        }
        const QAction *scale = m_shown->window()->actionRegistry()->action(u"change.scale"_s);
        if (!QTest::qWaitFor([scale] { return scale->isEnabled(); }, kPatience)) {
            qWarning("Scale stays disabled: %s", qPrintable(scale->toolTip()));
            return nullptr;
        }
        QTest::keyClick(m_shown->table(), Qt::Key_S, Qt::ControlModifier | Qt::ShiftModifier);
        return QTest::qWaitFor([&dialog] { return dialog() && dialog()->isVisible(); }, kPatience) ? dialog() : nullptr;
    }

    /// Component and replicas by keys, then Review; the review dialog when it is there.
    ui::ReviewDialog *fill(ui::ActionDialog *dialog, int count)
    {
        auto *component = dialog->findChild<QComboBox *>();
        if (!QTest::qWaitForWindowActive(dialog) || !component || !tabTo(dialog, component))
            return nullptr;
        while (component->currentText() != "participant"_L1 && component->currentIndex() + 1 < component->count())
            QTest::keyClick(component, Qt::Key_Down);
        QTest::keyClick(component, Qt::Key_Tab);
        auto *number = qobject_cast<QLineEdit *>(dialog->focusWidget());
        if (!number)
            return nullptr;
        QTest::keyClicks(number, QString::number(count));
        QTest::keyClick(number, Qt::Key_Return);
        const auto shown = [this] { return review() && review()->isVisible(); };
        if (!QTest::qWaitFor(shown, kPatience))
            qWarning("No review: %s", qPrintable(test::textsOf(dialog)));
        return QTest::qWaitFor(shown, kPatience) && QTest::qWaitForWindowActive(review()) ? review() : nullptr;
    }

    ui::ReviewDialog *scaleTo(const QString &name, int count)
    {
        ui::ActionDialog *dialog = openScale();
        if (!dialog || m_shown->table()->currentIndex().row() != m_shown->rowOf(kKind, name))
            qWarning("dialog %d, row %d, wanted %d", dialog != nullptr, m_shown->table()->currentIndex().row(), m_shown->rowOf(kKind, name));
        return dialog && m_shown->table()->currentIndex().row() == m_shown->rowOf(kKind, name) ? fill(dialog, count) : nullptr;
    }

    /// By keys; closes the dialog when the change is settled.
    bool confirmAndSettle(ui::ReviewDialog *dialog)
    {
        QSignalSpy ended(dialog, &ui::ReviewDialog::ended);
        auto *confirm = dialog->findChild<QPushButton *>(u"confirm"_s);
        dialog->activateWindow();   // a window manager does it when the chooser goes
        if (!QTest::qWaitForWindowActive(dialog) || !tabTo(dialog, confirm))
            return false;
        QTest::keyClick(confirm, Qt::Key_Space);
        if (!QTest::qWaitFor([&ended] { return ended.count() == 1; }, kPatience))
            return false;
        const auto outcome = ended.first().first().value<ChangeOutcome>();
        if (outcome.kind != ChangeOutcome::Kind::Settled)
            qWarning("%s", qPrintable(outcome.message));
        QTest::keyClick(dialog, Qt::Key_Escape);
        return QTest::qWaitFor([this] { return !review(); }, kPatience) && outcome.kind == ChangeOutcome::Kind::Settled;
    }

    /// Whether the overview's line of that component says so many are ready.
    [[nodiscard]] bool detailSays(const QString &component, const QString &ready) const
    {
        const auto *overview = m_shown->pane()->details()->findChild<ui::OverviewTab *>();
        const QList<ui::FactValue *> values = overview->findChildren<ui::FactValue *>();
        return std::any_of(values.begin(), values.end(), [&](const ui::FactValue *value) {
            return value->isVisibleTo(overview) && value->accessibleName().contains(component) && value->fact().text.startsWith(ready);
        });
    }

    [[nodiscard]] QJsonObject lastRecord() const
    {
        QFile file(m_folder.filePath(u"quarterdeck/journal.jsonl"_s));
        if (!file.open(QIODevice::ReadOnly))
            return {};
        return QJsonDocument::fromJson(file.readAll().trimmed().split('\n').constLast()).object();
    }

    QTemporaryDir m_folder;
    std::unique_ptr<test::LiveRig> m_rig;
    std::unique_ptr<test::SecondClient> m_other;
    std::unique_ptr<Shown> m_shown;
};

QTEST_MAIN(WindowChangeTest)
#include "tst_windowchange.moc"
