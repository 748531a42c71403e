// SPDX-License-Identifier: GPL-3.0-or-later
// Every state of picture 11 on every page of the real window: a demo network that is empty, that is stopped, that is gone, that
// refuses to list, that serves other kinds. With QD_GRAB=DIR the pages are drawn there.
#include "models/items/Roles.h"
#include "tests/live/LiveWindow.h"
#include "tests/ui/support/UiTest.h"
#include "ui/panes/resources/KindsPane.h"
#include "ui/panes/resources/ResourceTable.h"
#include "ui/shell/PaneHost.h"
#include "ui/widgets/StatePage.h"

#include <QAction>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <functional>

using namespace Qt::StringLiterals;
using namespace qd;

using test::kPatience;
using test::Shown;
using test::textsOf;

namespace {

constexpr int kStaleWithin = 40000; // look.md: 15 s without an answered heartbeat, asked every 10 s

/// quarterdeck-demo as a child that can be stopped: its command, and the kubeconfig it says it has written.
class Network {
public:
    Network(const QString &command, const QString &dir)
    {
        const QString program = qEnvironmentVariable("QD_DEMO");
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start(program, {command, u"--dir"_s, dir, u"--parent"_s, QString::number(QCoreApplication::applicationPid())});
        while (!m_process.canReadLine() && m_process.waitForReadyRead(kPatience)) { }
        m_kubeconfig = QJsonDocument::fromJson(m_process.readLine()).object().value("kubeconfig"_L1).toString();
    }
    ~Network()
    {
        signal(SIGCONT);
        m_process.terminate();
        if (!m_process.waitForFinished(10000))
            m_process.kill();
        m_process.waitForFinished(10000);
    }
    Network(const Network &) = delete;
    Network &operator=(const Network &) = delete;
    void signal(int number) const
    {
        if (m_process.state() == QProcess::Running)
            ::kill(pid_t(m_process.processId()), number);
    }
    void end()
    {
        m_process.kill();
        m_process.waitForFinished(10000);
    }
    [[nodiscard]] const QString &kubeconfig() const { return m_kubeconfig; }

private:
    QProcess m_process;
    QString m_kubeconfig;
};

}

class PaneStatesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        qputenv("XDG_STATE_HOME", m_folder.path().toUtf8());
        m_network = std::make_unique<Network>(u"up"_s, m_folder.filePath(u"network"_s));
        QVERIFY(!m_network->kubeconfig().isEmpty());
    }

    void cleanup()
    {
        if (m_network)
            m_network->signal(SIGCONT);
        m_shown.reset();
    }

    void cleanupTestCase() { m_network.reset(); }

    /// An API server with our kinds and nothing in it: each page says so, and leads to the one next step.
    void empty()
    {
        const Network nothing(u"serve"_s, m_folder.filePath(u"nothing"_s));
        QVERIFY(open({u"--kubeconfig"_s, nothing.kubeconfig()}));
        const int seen = everyList([this](ui::ResourcePane *list) {
            const ui::ListSpec &spec = list->spec();
            const QString problem = says(list, {spec.none, spec.noneDetail, spec.createText});
            if (!problem.isEmpty())
                return problem;
            const QPushButton *primary = primaryOf(list);
            (void)QTest::qWaitFor([primary] { return primary->isEnabled(); }, kPatience);
            return primary->isEnabled() ? QString() : primary->toolTip();
        }, u"empty"_s);
        QVERIFY2(seen >= 20, qPrintable(QString::number(seen)));
        m_shown->window()->panes()->show(u"changes"_s);
        QTRY_VERIFY(textsOf(m_shown->window()->panes()->currentPane()).contains(u"Nothing has been changed yet."_s));
        m_shown.reset();
    }

    void filteredToNothing()
    {
        QVERIFY(open({u"--kubeconfig"_s, m_network->kubeconfig()}));
        const int seen = everyList([this](ui::ResourcePane *list) -> QString {
            if (!QTest::qWaitFor([list] { return list->model()->counts().shown > 0; }, kPatience))
                return u"no rows"_s;
            const int total = list->model()->counts().total;
            list->setFilterText(u"no-such-thing"_s);
            const QString problem = says(list, {list->spec().noMatch.arg(u"no-such-thing"_s), u"hidden"_s, u"Clear filter"_s});
            if (!problem.isEmpty())
                return problem;
            const QList<QPushButton *> buttons = list->statePage()->findChildren<QPushButton *>();
            for (QPushButton *button : buttons) {
                if (button->isVisible())
                    button->click();
            }
            if (list->model()->counts().shown != total || list->statePage()->isVisible())
                return u"clearing the filter does not bring the rows back"_s;
            list->setProblemsOnly(true);   // some have problems, the others say that there are none
            const bool none = list->model()->counts().shown == 0;
            const QString noProblem = none ? says(list, {list->spec().noProblem}) : QString();
            list->setProblemsOnly(false);
            return noProblem;
        }, u"filtered"_s);
        QVERIFY(seen >= 20);
    }

    void forbidden()
    {
        QVERIFY(open({u"--kubeconfig"_s, m_network->kubeconfig(), u"--context"_s, u"admin"_s, u"--as"_s, u"nobody"_s}));
        const int seen = everyList([this](ui::ResourcePane *list) {
            const network::KindInfo &kind = list->spec().kinds.first();
            const QString problem = says(list, {u"You may not see"_s, kind.gvr.name(), u"is missing"_s, u"Copy request"_s});
            return problem.isEmpty() ? locked(list, {}) : problem;
        }, u"forbidden"_s);
        QVERIFY(seen >= 20);
    }

    /// A site that maps our kinds on a group which this cluster does not have.
    void notServed()
    {
        const QString config = m_folder.filePath(u"elsewhere"_s);
        QVERIFY(QDir().mkpath(config));
        QFile shipped(QStringLiteral(QD_SOURCE_DIR "/resources/kinds.yaml")), own(config + u"/kinds.yaml"_s);
        QVERIFY(shipped.open(QIODevice::ReadOnly) && own.open(QIODevice::WriteOnly));
        own.write(shipped.readAll().replace("  group: canton.quarterdeck.io\n", "  group: canton.elsewhere.example\n  own: true\n"));
        own.close();
        // Whom RBAC holds back is told that first: the server looks there before it looks for the kind.
        QVERIFY(open({u"--kubeconfig"_s, m_network->kubeconfig(), u"--context"_s, u"admin"_s}, config));
        const int seen = everyList([this](ui::ResourcePane *list) {
            const QString problem = says(list, {u"This cluster does not serve"_s, u"canton.elsewhere.example"_s, u"Check again"_s});
            return problem.isEmpty() ? locked(list, {}) : problem;
        }, u"notserved"_s);
        QVERIFY(seen >= 20);
    }

    /// Reads live, every verb is locked with the reason; and open again when it is switched back.
    void readOnly()
    {
        QVERIFY(open({u"--kubeconfig"_s, m_network->kubeconfig()}));
        QTest::keyClick(m_shown->window(), Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(environment()->readOnly());
        const int seen = everyList([this](ui::ResourcePane *list) -> QString {
            if (!QTest::qWaitFor([list] { return list->model()->counts().shown > 0; }, kPatience))
                return u"no rows"_s;
            selectFirst(list);
            const QList<QAction *> verbs = m_shown->window()->actionRegistry()->changesOf(list->spec().kinds.first());
            for (const QAction *verb : verbs) {
                // what cannot be done as the object stands says that first
                if (verb->isEnabled() || verb->toolTip().isEmpty())
                    return u"not locked: "_s + verb->objectName() + u' ' + verb->toolTip();
            }
            const bool said = std::any_of(verbs.begin(), verbs.end(), [](const QAction *a) { return a->toolTip().startsWith("Read-only"_L1); });
            return said ? locked(list, u"Read-only"_s) : u"no verb says why"_s;
        }, u"readonly"_s);
        QVERIFY(seen >= 20);
        QTest::keyClick(m_shown->window(), Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(!environment()->readOnly());
        m_shown->window()->panes()->show(u"nodes"_s);
        selectFirst(m_shown->pane());
        QTRY_VERIFY_WITH_TIMEOUT(m_shown->window()->actionRegistry()->action(u"change.label"_s)->isEnabled(), kPatience);
    }

    /// A server that takes connections and does not answer: the skeleton, after three seconds whom one waits for; then rows.
    void loading()
    {
        m_network->signal(SIGSTOP);
        QVERIFY(!open({u"--kubeconfig"_s, m_network->kubeconfig()}, {}, 200));
        QTRY_VERIFY_WITH_TIMEOUT(textsOf(m_shown->pane()).contains(u"Waiting for "_s), 10000);
        const int seen = everyList([](ui::ResourcePane *list) -> QString {
            if (!QTest::qWaitFor([list] { return list->statePage()->findChild<ui::Skeleton *>()->isVisible(); }, 3000))
                return u"no skeleton"_s;
            return primaryOf(list) && primaryOf(list)->isEnabled() ? u"something can be made of what is not known yet"_s : QString();
        }, u"loading"_s);
        QVERIFY(seen >= 20);
        m_network->signal(SIGCONT);
        QTRY_VERIFY_WITH_TIMEOUT(m_shown->model()->counts().shown > 0 && !m_shown->pane()->statePage()->isVisible(), kPatience);
    }

    /// The last known word, said to be old, until the server answers again.
    void stale()
    {
        QVERIFY(open({u"--kubeconfig"_s, m_network->kubeconfig()}));
        const auto rows = [](ui::ResourcePane *list) {
            return QTest::qWaitFor([list] { return list->model()->counts().shown > 0; }, kPatience) ? QString() : u"no rows"_s;
        };
        (void)everyList(rows, {});
        m_network->signal(SIGSTOP);
        QTRY_COMPARE_WITH_TIMEOUT(environment()->freshness().state, Freshness::State::Stale, kStaleWithin);
        const int seen = everyList([](ui::ResourcePane *list) -> QString {
            if (list->model()->counts().shown == 0)
                return u"the rows are gone"_s;
            if (!QTest::qWaitFor([list] { return textsOf(list).contains(u"Not connected to"_s); }, 3000))
                return u"no bar: "_s + textsOf(list);
            QString phases;
            for (int row = 0; row < list->model()->rowCount(); ++row)
                phases += list->model()->index(row, list->model()->columnOf(u"phase"_s)).data().toString() + u' ';
            if (list->model()->columnOf(u"phase"_s) >= 0 && !phases.contains("was "_L1))
                return u"phases as if they were of now: "_s + phases;
            return locked(list, u"Not connected"_s);
        }, u"stale"_s);
        QVERIFY(seen >= 20);
        m_network->signal(SIGCONT);
        QTRY_COMPARE_WITH_TIMEOUT(environment()->freshness().state, Freshness::State::Fresh, kPatience);
        (void)everyList([](ui::ResourcePane *list) {
            return QTest::qWaitFor([list] { return !textsOf(list).contains(u"Not connected to"_s); }, 5000) ? QString() : u"the bar stays"_s;
        }, {});
    }

    /// Nobody listens there any more: what was tried, when it is tried again, and a button for now. Ends the network.
    void error()
    {
        m_network->end();
        QVERIFY(!open({u"--kubeconfig"_s, m_network->kubeconfig()}, {}, 200));
        const int seen = everyList([this](ui::ResourcePane *list) {
            const QString problem = says(list, {u"Nothing answers at"_s, u"Retry now"_s});
            return problem.isEmpty() ? locked(list, {}) : problem;
        }, u"error"_s);
        QVERIFY(seen >= 20);
    }

private:
    [[nodiscard]] state::Environment *environment() const { return m_shown->graph->environments().front().get(); }

    /// The window; whether the nodes came within a moment.
    bool open(const QStringList &arguments, const QString &config = {}, int patience = 5000)
    {
        m_shown.reset();
        m_shown = std::make_unique<Shown>(arguments, config.isEmpty() ? m_folder.path() : config);
        const auto settled = [this] {
            const LoadState::Phase phase = environment()->store(*m_shown->session->kinds()->find(u"Validator"_s))->loadState().phase;
            return phase == LoadState::Phase::Ready || phase == LoadState::Phase::Forbidden || phase == LoadState::Phase::NotServed;
        };
        return QTest::qWaitFor(settled, patience);
    }

    /// Looks at every list of every page; what is wrong with any fails the test. How many lists there are.
    int everyList(const std::function<QString(ui::ResourcePane *)> &look, const QString &state)
    {
        QStringList problems;
        int seen = 0;
        qsizetype told = 0;
        const auto at = [&](ui::ResourcePane *list, const QString &name) {
            if (problems.size() >= 3)
                return;   // more of the same would only take time
            ++seen;
            if (const QString problem = look(list); !problem.isEmpty())
                problems.append(name + u": "_s + problem);
            for (const QString &text : test::clipped(list))
                problems.append(name + u" is cut: "_s + text);
            for (const QString &widget : test::unnamed(list))
                problems.append(name + u" has no name: "_s + widget);
            grab(state, name);
            for (qsizetype i = told; i < problems.size(); ++i)
                qWarning("%s", qPrintable(problems.at(i)));
            told = problems.size();
        };
        for (const ui::PaneInfo &page : m_shown->window()->panes()->panes()) {
            m_shown->window()->panes()->show(page.id);
            ui::Pane *pane = m_shown->window()->panes()->currentPane();
            auto *kinds = qobject_cast<ui::KindsPane *>(pane);
            if (auto *list = kinds ? nullptr : qobject_cast<ui::ResourcePane *>(pane))
                at(list, page.id);
            for (const network::KindInfo *kind : kinds ? m_shown->session->kinds()->ofPane(page.id) : QList<const network::KindInfo *>()) {
                if (kind->gvr.group.startsWith("canton."_L1) && kinds->showKind(kind->kind))
                    at(kinds->list(), page.id + u'-' + kind->kind);
            }
        }
        return problems.isEmpty() ? seen : 0;
    }

    /// What the page in place of the rows does not say; empty: it says it all.
    QString says(const ui::ResourcePane *list, const QStringList &wanted) const
    {
        const auto read = [list] {
            QString out = textsOf(list->statePage());
            const QList<QPushButton *> buttons = list->statePage()->findChildren<QPushButton *>();
            for (const QPushButton *button : buttons)
                out += button->isVisible() ? QString(u'\n' + button->text()) : QString();
            return out;
        };
        const auto all = [&] {
            const QString text = read();
            return list->statePage()->isVisible() && std::all_of(wanted.begin(), wanted.end(), [&text](const QString &each) { return text.contains(each); });
        };
        return QTest::qWaitFor(all, 2500) ? QString() : QString(u"\""_s + read() + u"\" instead of "_s + wanted.join(u", "_s));
    }

    static QPushButton *primaryOf(const ui::ResourcePane *list)
    {
        const QList<QPushButton *> buttons = list->findChildren<QPushButton *>();
        const auto it = std::find_if(buttons.begin(), buttons.end(), [list](const QPushButton *button) {
            return button->text() == list->spec().createText && !list->statePage()->isAncestorOf(button);
        });
        return it == buttons.end() ? nullptr : *it;
    }

    /// The button that makes something is disabled and says why.
    static QString locked(const ui::ResourcePane *list, const QString &why)
    {
        const QPushButton *primary = primaryOf(list);
        if (!primary)
            return u"no button "_s + list->spec().createText;
        if (!QTest::qWaitFor([primary] { return !primary->isEnabled(); }, 3000))
            return u"the button is enabled"_s;
        return primary->toolTip().contains(why) && !primary->toolTip().isEmpty() ? QString() : QString(u"the button does not say why: "_s + primary->toolTip());
    }

    static void selectFirst(ui::ResourcePane *list)
    {
        items::ResourceModel *model = list->model();
        for (int row = 0; row < model->rowCount(); ++row) {
            if (const state::RowPtr object = model->rowAt(row)) {
                (void)list->openObject(model->storeAt(row)->idOf(*object));
                return;
            }
        }
    }

    void grab(const QString &state, const QString &name) const
    {
        const QString folder = qEnvironmentVariable("QD_GRAB");
        if (folder.isEmpty() || state.isEmpty())
            return;
        QCoreApplication::sendPostedEvents();
        m_shown->window()->grab().save(folder + u'/' + state + u'-' + name + u".png"_s);
    }

    QTemporaryDir m_folder;
    std::unique_ptr<Network> m_network;
    std::unique_ptr<Shown> m_shown;
};

QTEST_MAIN(PaneStatesTest)
#include "tst_panestates.moc"
