// SPDX-License-Identifier: GPL-3.0-or-later
// The page Changes in the real window on the demo network: a change is made and settles there, is reverted as a change of its
// own, the chain is verified and exported; and a console that starts again finds out what became of one it did not see end.
// With QD_GRAB=DIR the page is drawn there.
#include "models/items/ObjectHistory.h"
#include "tests/live/LiveWindow.h"
#include "tests/ui/support/UiTest.h"
#include "ui/panes/changes/ChangeDetails.h"
#include "ui/panes/changes/ChangesPane.h"
#include "ui/panes/changes/ChangesTable.h"
#include "ui/panes/details/DetailsPane.h"
#include "ui/panes/resources/ResourceTable.h"
#include "ui/panes/review/ReviewDialog.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/PaneHost.h"
#include "ui/widgets/NoticeBar.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeWidget>

using namespace Qt::StringLiterals;
using namespace qd;
using items::ChangesModel;
using state::ChangePipeline;
using test::kPatience;
using test::Shown;

namespace {
const QString kKind = u"Validator"_s;
const QString kNode = u"northgate-dev-1"_s;
constexpr int kSettles = 60000;
}

class ChangesLive : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        auto started = test::startDemo(m_folder.path());
        QVERIFY2(started, qPrintable(started ? QString() : started.error().text()));
        m_demo = std::move(*started);
        open();
    }

    void cleanupTestCase()
    {
        m_shown.reset();
        m_demo.reset();
    }

    void aChangeSettlesInTheList()
    {
        QVERIFY(!suspended());
        verb(u"change.suspend"_s);
        ui::ReviewDialog *dialog = confirmed(u"CANTON-2291"_s);
        QVERIFY(dialog);
        const QString id = dialog->pipeline()->draft().id;
        QTRY_VERIFY_WITH_TIMEOUT(changes()->model()->rowOf(id) > 0, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(cell(id, ChangesModel::Outcome), u"Settled"_s, kSettles);
        if (ui::ReviewDialog *still = review())
            still->close();
        QCOMPARE(cell(id, ChangesModel::Reason), u"CANTON-2291"_s);
        QVERIFY(cell(id, ChangesModel::Change).contains(kNode));
        QTRY_VERIFY_WITH_TIMEOUT(suspended(), kPatience);
        QVERIFY(changes()->showChange(id));
        QCOMPARE(changes()->details()->change()->steps.size(), 3); // confirmed, applied, settled
        grab(u"changes-settled"_s);
        m_suspended = id;
    }

    /// The same in the object's own history: the record of the journal with its reason, and what the cluster reported of it.
    void theObjectsHistoryHasBoth()
    {
        const state::RowPtr row = m_shown->row(kKind, kNode);
        const ObjectId object{m_shown->graph->environments().front()->name(), m_shown->session->kinds()->find(kKind)->gvr, row->ns, kNode, row->uid};
        m_shown->window()->panes()->openTab(object, u"history"_s);
        const auto tree = [this] {
            const QList<QTreeWidget *> all = m_shown->pane()->details()->findChildren<QTreeWidget *>();
            const auto it = std::find_if(all.begin(), all.end(), [](const QTreeWidget *t) { return t->accessibleName() == "History"_L1 && t->isVisible(); });
            return it == all.end() ? nullptr : *it;
        };
        QTRY_VERIFY_WITH_TIMEOUT(tree() && tree()->topLevelItemCount() > 0, kPatience);
        const auto item = [&tree](const QString &what, const QString &who) -> QTreeWidgetItem * {
            for (int i = 0; tree() && i < tree()->topLevelItemCount(); ++i) {
                if (tree()->topLevelItem(i)->text(0).section(u" ("_s, 0, 0) == what && tree()->topLevelItem(i)->text(1) == who)
                    return tree()->topLevelItem(i);
            }
            return nullptr;
        };
        const QString me = m_shown->graph->environments().front()->identity().user;
        QTRY_VERIFY_WITH_TIMEOUT(item(u"Suspend"_s, me), kPatience);
        tree()->setCurrentItem(item(u"Suspend"_s, me));
        QVERIFY2(test::textsOf(m_shown->pane()->details()).contains(u"CANTON-2291"_s), qPrintable(test::textsOf(m_shown->pane()->details())));
        // What the server has of it since the change, each of its reasons is there.
        const QDateTime changed = QDateTime::fromString(m_shown->session->journal()->read()->first().json["time"_L1].toString(), Qt::ISODate);
        const auto reasons = [this, &object, changed] {
            auto events = m_shown->graph->environments().front()->gateway()->events(object);
            events.waitForFinished();
            QList<std::pair<QString, QString>> out;
            const QList<items::HistoryEntry> entries = events.result() ? items::eventsOf(*events.result()) : QList<items::HistoryEntry>();
            for (const items::HistoryEntry &entry : entries) {
                if (entry.time >= changed)
                    out.append({entry.what, entry.who});
            }
            return out;
        };
        QTRY_VERIFY_WITH_TIMEOUT(!reasons().isEmpty(), kPatience);
        const QList<std::pair<QString, QString>> since = reasons();
        for (const std::pair<QString, QString> &reason : since)
            QTRY_VERIFY2_WITH_TIMEOUT(item(reason.first, reason.second), qPrintable(reason.first), kPatience);
        grab(u"history-both"_s);
    }

    void revertedAsAChangeOfItsOwn()
    {
        QVERIFY(changes()->showChange(m_suspended));
        changes()->revert();
        ui::ReviewDialog *dialog = confirmed({});
        QVERIFY2(dialog, qPrintable(changes()->bar() ? changes()->bar()->accessibleName() : QString()));
        const QString id = dialog->pipeline()->draft().id;
        QVERIFY(id != m_suspended);
        QTRY_COMPARE_WITH_TIMEOUT(cell(id, ChangesModel::Outcome), u"Settled"_s, kSettles);
        if (ui::ReviewDialog *still = review())
            still->close();
        QVERIFY(!suspended());
        QVERIFY(cell(id, ChangesModel::Change).startsWith("Revert: "_L1));
        QVERIFY(changes()->showChange(id));
        changes()->details()->setTab(u"diff"_s);
        grab(u"changes-reverted"_s);
    }

    void theChainIsWholeAndExported()
    {
        changes()->verify();
        QTRY_VERIFY_WITH_TIMEOUT(barText().contains(u"The journal is whole"_s), kPatience);
        const QString file = m_folder.filePath(u"out.jsonl"_s);
        changes()->exportTo(file, state::Journal::Format::Json, false);
        QTRY_VERIFY_WITH_TIMEOUT(barText().contains(u"exported"_s), kPatience);
        QFile out(file);
        QVERIFY(out.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = out.readAll().trimmed().split('\n');
        QCOMPARE(lines.size(), 6); // two changes, three records each
        QString prev;
        for (const QByteArray &line : lines) {
            const QJsonObject record = QJsonDocument::fromJson(line).object();
            QCOMPARE(record["prev"_L1].toString(), prev);
            prev = record["hash"_L1].toString();
        }
    }

    /// The window ends right after the server took the change; the next one says what became of it.
    void anotherConsoleFindsOut()
    {
        verb(u"change.restart"_s);
        ui::ReviewDialog *dialog = confirmed(u"before the window closes"_s);
        QVERIFY(dialog);
        const QString id = dialog->pipeline()->draft().id;
        QTRY_VERIFY_WITH_TIMEOUT(changes()->model()->rowOf(id) > 0 && m_shown->session->journal()->read()->last().json["outcome"_L1].toString() == "applied"_L1, kPatience);
        m_shown.reset();
        open();
        QTRY_VERIFY_WITH_TIMEOUT(changes()->model()->rowOf(id) > 0, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(cell(id, ChangesModel::Outcome), u"Settled since"_s, kSettles);
        QVERIFY(changes()->showChange(id));
        QTRY_VERIFY_WITH_TIMEOUT(changes()->details()->change()->steps.last().readBack, kPatience);
        QCOMPARE(m_shown->session->journal()->read()->last().json["readBack"_L1].toBool(), true);
        changes()->verify();
        QTRY_VERIFY_WITH_TIMEOUT(barText().contains(u"The journal is whole"_s), kPatience);
        grab(u"changes-settled-since"_s);
    }

private:
    void open()
    {
        m_shown = std::make_unique<Shown>(QStringList{u"--kubeconfig"_s, m_demo->kubeconfig()}, m_folder.path());
        QTRY_VERIFY_WITH_TIMEOUT(m_shown->rowOf(kKind, kNode) >= 0, kPatience);
    }

    ui::ChangesPane *changes() const
    {
        m_shown->window()->panes()->show(u"changes"_s);
        return qobject_cast<ui::ChangesPane *>(m_shown->window()->panes()->currentPane());
    }

    QString cell(const QString &id, int column) const
    {
        ChangesModel *model = changes()->model();
        return model->index(model->rowOf(id), column).data().toString();
    }

    QString barText() const { return changes()->bar() ? changes()->bar()->accessibleName() : QString(); }

    ui::ReviewDialog *review() const { return m_shown->window()->findChild<ui::ReviewDialog *>(); }

    bool suspended() const
    {
        const network::KindInfo *kind = m_shown->session->kinds()->find(kKind);
        const state::RowPtr row = m_shown->row(kKind, kNode);
        auto live = m_shown->graph->environments().front()->gateway()->get(kind->gvr, row->ns, kNode);
        live.waitForFinished();
        return live.result() && (*live.result())["spec"_L1]["suspend"_L1].toBool();
    }

    void verb(const QString &id) const
    {
        m_shown->window()->panes()->show(u"nodes"_s);
        QVERIFY(m_shown->walkTo(kKind, kNode));
        QAction *action = m_shown->window()->actionRegistry()->action(id);
        QTRY_VERIFY2_WITH_TIMEOUT(action->isEnabled(), qPrintable(action->toolTip()), kPatience);
        action->trigger();
    }

    ui::ReviewDialog *confirmed(const QString &reason) const
    {
        const auto waits = [this] {
            const ui::ReviewDialog *dialog = review();
            const ChangePipeline *p = dialog ? dialog->pipeline() : nullptr;
            return p && p->step() == ChangePipeline::Step::Review && p->stepState(ChangePipeline::Step::Review) == ChangePipeline::StepState::Waiting;
        };
        if (!QTest::qWaitFor(waits, kPatience))
            return nullptr;
        ui::ReviewDialog *dialog = review();
        if (!reason.isEmpty())
            dialog->findChild<QLineEdit *>(u"reason"_s)->setText(reason);
        auto *typed = dialog->findChild<QLineEdit *>(u"typedName"_s);
        if (dialog->pipeline()->review().needsTypedName)
            typed->setText(dialog->pipeline()->review().expectedName);
        auto *confirm = dialog->findChild<QPushButton *>(u"confirm"_s);
        if (!QTest::qWaitFor([confirm] { return confirm->isEnabled(); }, kPatience))
            return nullptr;
        confirm->click();
        return dialog;
    }

    void grab(const QString &name) const
    {
        const QString folder = qEnvironmentVariable("QD_GRAB");
        if (folder.isEmpty())
            return;
        QCoreApplication::sendPostedEvents();
        QVERIFY(m_shown->window()->grab().save(folder + u'/' + name + u".png"_s));
    }

    QTemporaryDir m_folder;
    std::unique_ptr<console::DemoProcess> m_demo;
    std::unique_ptr<Shown> m_shown;
    QString m_suspended;
};

QTEST_MAIN(ChangesLive)
#include "tst_changes.moc"
