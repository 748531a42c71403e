// SPDX-License-Identifier: GPL-3.0-or-later
// Logs and pods in the real window on the demo network: L on a node follows its pods; a container that crashes is seen to do so,
// its run before shows how it ended, and what it comes back with is followed on. With QD_GRAB=DIR they are drawn there.
#include "tests/live/LiveWindow.h"
#include "ui/panes/details/DetailsPane.h"
#include "ui/panes/details/LogsTab.h"
#include "ui/panes/details/PodsTab.h"
#include "ui/panes/resources/ResourceTable.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/PaneHost.h"
#include "ui/widgets/LogTable.h"
#include "ui/widgets/LogView.h"

#include <QComboBox>
#include <QProcess>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeWidget>

using namespace Qt::StringLiterals;
using namespace qd;
using test::kPatience;
using test::Shown;

namespace {
const QString kNode = u"northgate-dev-1"_s;
constexpr int kSettles = 90000;
}

class NodeLogsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        m_program = qEnvironmentVariable("QD_DEMO");
        auto started = test::startDemo(m_folder.path());
        QVERIFY2(started, qPrintable(started ? QString() : started.error().text()));
        m_demo = std::move(*started);
        m_shown = std::make_unique<Shown>(QStringList{u"--kubeconfig"_s, m_demo->kubeconfig()}, m_folder.path());
        m_shown->window()->resize(1440, 900);
        m_shown->window()->panes()->show(u"nodes"_s);
        QTRY_VERIFY_WITH_TIMEOUT(m_shown->rowOf(u"Validator"_s, kNode) >= 0, kPatience);
    }

    void cleanupTestCase()
    {
        m_shown.reset();
        m_demo.reset();
    }

    void aKeyFollowsTheLogsOfANode()
    {
        m_shown->window()->activateWindow();
        (void)QTest::qWaitForWindowActive(m_shown->window());
        QVERIFY(m_shown->walkTo(u"Validator"_s, kNode));
        QTest::keyClick(m_shown->table(), Qt::Key_L);
        QTRY_VERIFY_WITH_TIMEOUT(logs() && logs()->isVisible(), kPatience);
        QTRY_VERIFY2_WITH_TIMEOUT(model()->kept() > 3, qPrintable(test::textsOf(logs())), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(model()->sources().size() > 1, kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(logs()->view()->table()->hasFocus(), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(logs()->session()->open() > 1, kPatience);
        grab(u"follow"_s);
    }

    void aCrashIsSeenAndTheRunBeforeSaysHow()
    {
        QProcess chaos;
        chaos.start(m_program, {u"chaos"_s, u"--kubeconfig"_s, m_demo->kubeconfig(), u"-n"_s, ns(), u"validators/"_s + kNode, u"crash:participant"_s});
        QVERIFY(chaos.waitForFinished(kPatience));
        QVERIFY2(chaos.exitCode() == 0, (chaos.readAllStandardError().append(chaos.readAllStandardOutput())).constData());
        const int before = model()->count(items::LogLevel::Error);
        QTRY_VERIFY_WITH_TIMEOUT(model()->count(items::LogLevel::Error) > before, kSettles);
        QTest::keyClick(logs()->view()->table(), Qt::Key_N);
        QCOMPARE(model()->lineAt(logs()->view()->table()->currentRow()).level, items::LogLevel::Error);
        grab(u"error"_s);

        details()->setTab(u"pods"_s);
        auto *pods = details()->findChild<ui::PodsTab *>();
        QVERIFY(pods);
        const auto row = [pods]() -> QTreeWidgetItem * {
            const auto found = pods->tree()->findItems(u"participant-0"_s, Qt::MatchContains);
            return found.isEmpty() ? nullptr : found.first();
        };
        QTRY_VERIFY_WITH_TIMEOUT(row() && row()->text(1) == "CrashLoopBackOff"_L1, kSettles);
        QVERIFY2(row()->text(4).startsWith("exit "_L1), qPrintable(row()->text(4)));
        // The demo's kubelet keeps the run before once the container has begun anew.
        QTRY_VERIFY_WITH_TIMEOUT(row() && row()->text(3).toInt() > 0, kSettles);
        pods->tree()->setCurrentItem(row());
        grab(u"pods"_s);
        QPushButton *previous = nullptr;
        for (QPushButton *button : pods->findChildren<QPushButton *>()) {
            if (button->text() == "Previous run"_L1)
                previous = button;
        }
        QVERIFY(previous && previous->isEnabled());
        previous->click();
        QTRY_VERIFY2_WITH_TIMEOUT(model()->rowCount() > 0
                                      && model()->lineAt(model()->rowCount() - 1).message.contains("The log of the run before ends here"_L1),
                                  qPrintable(test::textsOf(logs())), kPatience);
        QVERIFY2(model()->count(items::LogLevel::Error) > 0, "how it ended");
        grab(u"previous"_s);
    }

    void whatItComesBackWithIsFollowedOn()
    {
        logs()->openLog(kNode + u"-participant-0"_s, u"participant"_s, false);
        QTRY_COMPARE_WITH_TIMEOUT(logs()->session()->open() + int(logs()->session()->endings().size()), 1, kPatience);
        QProcess chaos;
        chaos.start(m_program, {u"chaos"_s, u"--kubeconfig"_s, m_demo->kubeconfig(), u"-n"_s, ns(), u"validators/"_s + kNode, u"none"_s});
        QVERIFY(chaos.waitForFinished(kPatience));
        QVERIFY2(chaos.exitCode() == 0, (chaos.readAllStandardError().append(chaos.readAllStandardOutput())).constData());
        const auto has = [this](QLatin1StringView text) {
            for (int i = 0; i < model()->rowCount(); ++i) {
                if (model()->lineAt(i).message.contains(text))
                    return true;
            }
            return false;
        };
        QTRY_VERIFY_WITH_TIMEOUT(has("Successfully started participant"_L1), 2 * kSettles);
        QSet<QPair<qint64, QByteArray>> lines;
        for (int i = 0; i < model()->rowCount(); ++i) {
            const items::LogLine &line = model()->lineAt(i);
            if (line.kind != items::LogLine::Kind::Line)
                continue;
            QVERIFY2(!lines.contains({line.time, line.raw}), line.raw.constData());   // nothing twice
            lines.insert({line.time, line.raw});
        }
        grab(u"back"_s);
    }

private:
    [[nodiscard]] ui::DetailsPane *details() const { return m_shown->pane()->details(); }
    [[nodiscard]] ui::LogsTab *logs() const { return details()->findChild<ui::LogsTab *>(); }
    [[nodiscard]] items::LogModel *model() const { return logs()->model(); }
    [[nodiscard]] QString ns() const { return m_shown->row(u"Validator"_s, kNode)->ns; }
    void grab(const QString &name) const
    {
        if (const QString folder = qEnvironmentVariable("QD_GRAB"); !folder.isEmpty())
            QVERIFY(m_shown->window()->grab().save(folder + u"/logs-"_s + name + u".png"_s));
    }

    QTemporaryDir m_folder;
    QString m_program;
    std::unique_ptr<console::DemoProcess> m_demo;
    std::unique_ptr<Shown> m_shown;
};

QTEST_MAIN(NodeLogsTest)
#include "tst_nodelogs.moc"
