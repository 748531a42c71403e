// SPDX-License-Identifier: GPL-3.0-or-later
// The window of the soak (soak_window.py): the real graph on the cluster of a kubeconfig, and somebody who walks through it with
// keyboard and mouse: pages, kinds, filters, order, details, palette.
//   soak_window --kubeconfig FILE --config-dir DIR [--pause MS] [--telemetry] [--everything]
// With --everything each page, kind, tab of details and dashboard is looked at once before they come as they come.
// With --telemetry the tabs of Telemetry are looked at in turn: each dashboard, the alerts, the logs.
// A line of JSON a second on stdout: the turns of the event loop in it, memory, CPU, page. On stdin: "rest" (nobody touches it any
// more; the list of nodes stays in front), "end".
#include "app/console/CommandLine.h"
#include "app/console/Session.h"
#include "app/console/WindowGraph.h"
#include "tests/bench/WindowMeter.h"
#include "translations/Translations.h"
#include "ui/charts/ChartCard.h"
#include "ui/charts/ChartView.h"
#include "ui/panes/details/DetailsPane.h"
#include "ui/panes/resources/ResourcePane.h"
#include "ui/panes/telemetry/AlertsPage.h"
#include "ui/panes/telemetry/LogsPage.h"
#include "ui/panes/telemetry/TelemetryPane.h"
#include "ui/shell/PaneHost.h"
#include "ui/widgets/GroupedTable.h"
#include "ui/widgets/Tabs.h"

#include <QElapsedTimer>
#include <QFile>
#include <QHeaderView>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QKeySequence>
#include <QLineEdit>
#include <QRandomGenerator>
#include <QSocketNotifier>
#include <QTabBar>
#include <QTest>
#include <QTextStream>
#include <QTimer>
#include <QWheelEvent>

#include <deque>

#include <malloc.h>
#include <unistd.h>

using namespace qd;
using namespace qd::bench;
using namespace Qt::StringLiterals;

namespace {

constexpr int kHeapEvery = 10;
constexpr int kDashboards = 12;     // tabs of Telemetry, about
constexpr double kSlow = 33;   // ms: two frames, what look.md allows while much changes

qint64 anonymousMemory()
{
    QFile file(u"/proc/self/status"_s);
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    const QByteArray status = file.readAll();
    const qsizetype at = status.indexOf("RssAnon:");
    return status.mid(at + 8, status.indexOf('\n', at) - at - 8).trimmed().split(' ').first().toLongLong() * 1024;
}

qint64 heapInUse()
{
    const auto heap = mallinfo2();
    return qint64(heap.uordblks + heap.hblkhd);
}

/// Somebody at the window: one key, click or turn of the wheel at a time.
class Person {
public:
    Person(WindowMeter *app, ui::MainWindow *window, bool telemetry, bool everything) : m_app(app), m_window(window), m_telemetry(telemetry)
    {
        if (everything)
            lookAtEverything();
    }

    /// The next small thing; what it belongs to is said by doing().
    void act()
    {
        if (m_steps.empty())
            plan();
        const auto step = std::move(m_steps.front());
        m_steps.pop_front();
        step();
    }
    /// Leaves the list of nodes in front, nothing open.
    void leave()
    {
        m_steps.clear();
        m_doing = u"leaves"_s;
        const auto close = [this] { key(Qt::Key_Escape); };
        for (int i = 0; i < 4; ++i)
            m_steps.emplace_back(close);
        goTo(u"nodes"_s);
        clearFilter();
        for (int i = 0; i < 2; ++i)
            m_steps.emplace_back(close);
    }
    [[nodiscard]] bool idle() const { return m_steps.empty(); }
    [[nodiscard]] QString doing() const { return m_doing; }

private:
    void plan()
    {
        using Scene = void (Person::*)();
        static constexpr Scene scenes[] = {&Person::page, &Person::page, &Person::page, &Person::page, &Person::kind, &Person::filter, &Person::sort, &Person::walk,
            &Person::walk, &Person::details, &Person::details, &Person::palette, &Person::wheel, &Person::problems, &Person::back};
        if (m_telemetry && m_plans++ % 4 == 3)
            return telemetry();
        const bool list = m_window->panes()->current() != "overview"_L1;   // there is more to do in lists
        (this->*scenes[list ? m_random.bounded(int(std::size(scenes))) : 0])();
    }

    /// Each page, kind, tab of details and dashboard once: what is made when it is looked at first is there when memory is judged.
    void lookAtEverything()
    {
        for (const ui::PaneInfo &pane : m_window->panes()->panes()) {
            goTo(pane.id);
            pauses(3);
            next([this] { lookAtKinds(); });
        }
        for (int i = 0; m_telemetry && i < kDashboards; ++i)
            telemetry();
        m_doing = u"everything"_s;
    }
    void lookAtKinds()
    {
        const auto *tabs = seen<ui::Tabs>();
        const auto *bar = tabs ? tabs->findChild<QTabBar *>() : nullptr;
        for (int i = 0; i < (bar ? bar->count() : 1); ++i) {
            m_steps.emplace_back([this, i] {
                const auto *now = seen<ui::Tabs>();
                auto *at = now ? now->findChild<QTabBar *>() : nullptr;
                if (at && i < at->count())
                    QTest::mouseClick(at, Qt::LeftButton, {}, at->tabRect(i).center());
            });
            pauses(2);
            sort();
            openRow();
            pauses(2);
            next([this] { lookAtDetails(); });
            keyTimes(Qt::Key_Escape, 2);
        }
        m_doing = u"everything"_s;
    }
    void lookAtDetails()
    {
        const auto *details = seen<ui::DetailsPane>();
        for (const QString &id : details ? details->tabs() : QStringList()) {
            m_steps.emplace_back([this, id] {
                if (auto *now = seen<ui::DetailsPane>())
                    now->setTab(id);
            });
            pauses(1);
        }
    }
    /// What is planned only then comes before all that is planned already.
    void next(const std::function<void()> &plan)
    {
        m_steps.emplace_back([this, plan] {
            std::deque<std::function<void()>> later = std::exchange(m_steps, {});
            plan();
            std::move(later.begin(), later.end(), std::back_inserter(m_steps));
        });
    }

    [[nodiscard]] QWidget *front() const
    {
        QWidget *popup = QApplication::activePopupWidget();
        QWidget *active = popup ? popup : QApplication::activeModalWidget() ? QApplication::activeModalWidget() : QApplication::activeWindow();
        if (!active)
            active = m_window;
        return active->focusWidget() ? active->focusWidget() : active;
    }
    void key(Qt::Key code, Qt::KeyboardModifiers modifiers = Qt::NoModifier) { QTest::keyClick(front(), code, modifiers); }
    void keys(const QString &sequence)
    {
        const QKeyCombination combination = QKeySequence(sequence, QKeySequence::PortableText)[0];
        key(combination.key(), combination.keyboardModifiers());
    }
    void keyTimes(Qt::Key code, int times)
    {
        for (int i = 0; i < times; ++i)
            m_steps.emplace_back([this, code] { key(code); });
    }
    /// Letters are for fields; elsewhere they are commands.
    void type(const QString &text)
    {
        for (const QChar letter : text) {
            m_steps.emplace_back([this, letter] {
                if (qobject_cast<QLineEdit *>(front()))
                    QTest::keyClick(front(), letter.toLatin1());
            });
        }
    }
    void press(const QString &sequence)
    {
        m_steps.emplace_back([this, sequence] { keys(sequence); });
    }

    template <typename T> [[nodiscard]] T *seen() const
    {
        const QList<T *> visible = m_app->own([this] {
            const ui::Pane *pane = m_window->panes()->currentPane();
            QList<T *> all = pane ? pane->findChildren<T *>() : QList<T *>();
            all.removeIf([](T *one) { return !one->isVisible(); });
            return all;
        });
        return visible.isEmpty() ? nullptr : visible.at(m_random.bounded(visible.size()));
    }
    [[nodiscard]] ui::GroupedTable *table() const { return seen<ui::GroupedTable>(); }

    void goTo(const QString &id)
    {
        for (const ui::PaneInfo &pane : m_window->panes()->panes()) {
            if (pane.id == id)
                press(pane.key);
        }
    }

    void page()
    {
        const auto &panes = m_window->panes()->panes();
        const QString id = panes.at(m_random.bounded(panes.size())).id;
        m_doing = u"page "_s + id;
        goTo(id);
        pauses(3);
    }
    /// The next tab, a while; the time of its charts changed, and back; then the crosshair over one of them.
    void telemetry()
    {
        m_doing = u"telemetry"_s;
        goTo(u"telemetry"_s);
        pauses(1);
        m_steps.emplace_back([this] {
            auto *pane = qobject_cast<ui::TelemetryPane *>(m_window->panes()->currentPane());
            const QStringList tabs = pane ? pane->tabs()->ids() : QStringList();
            if (tabs.isEmpty())
                return;
            const QString tab = tabs.at(m_tab++ % tabs.size());
            m_doing = u"telemetry "_s + tab;
            (void)pane->showTab(tab);
        });
        pauses(10);
        for (const qint64 last : {3600, 6 * 3600}) {
            m_steps.emplace_back([this, last] {
                if (auto *pane = qobject_cast<ui::TelemetryPane *>(m_window->panes()->currentPane()))
                    pane->setRange({last, 0, 0});
            });
            pauses(6);
        }
        for (int i = 0; i < 6; ++i) {
            m_steps.emplace_back([this] {
                ui::ChartView *chart = seen<ui::ChartView>();
                QWidget *over = chart ? chart->childAt(chart->rect().center()) : nullptr;
                if (over && over->width() > 80)
                    QTest::mouseMove(over, QPoint(60 + m_random.bounded(over->width() - 70), over->height() / 2));
            });
        }
    }
    void kind()
    {
        m_doing = u"kind"_s;
        m_steps.emplace_back([this] {
            const auto *tabs = seen<ui::Tabs>();
            auto *bar = tabs ? tabs->findChild<QTabBar *>() : nullptr;
            if (bar && bar->count() > 0)
                QTest::mouseClick(bar, Qt::LeftButton, {}, bar->tabRect(m_random.bounded(bar->count())).center());
        });
        pauses(3);
    }
    void clearFilter()
    {
        press(u"/"_s);
        m_steps.emplace_back([this] {
            if (!qobject_cast<QLineEdit *>(front()))
                return;
            keys(u"Ctrl+A"_s);
            key(Qt::Key_Backspace);
            key(Qt::Key_Escape);
        });
    }
    void filter()
    {
        static const QStringList words{u"dev-00"_s, u"party-0042"_s, u"participant"_s, u"ready"_s, u"degraded"_s};
        m_doing = u"filter"_s;
        press(u"/"_s);
        type(words.at(m_random.bounded(words.size())));
        pauses(3);
        clearFilter();
    }
    void sort()
    {
        m_doing = u"sort"_s;
        for (int i = 0; i < 2; ++i) {
            m_steps.emplace_back([this] {
                const ui::GroupedTable *rows = table();
                QHeaderView *header = rows ? rows->horizontalHeader() : nullptr;
                if (header && header->width() > 40)
                    QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, QPoint(20 + m_random.bounded(header->width() - 40), header->height() / 2));
            });
            pauses(2);
        }
    }
    void clickRow()
    {
        m_steps.emplace_back([this] {
            ui::GroupedTable *rows = table();
            if (rows && rows->viewport()->height() > 40)
                QTest::mouseClick(rows->viewport(), Qt::LeftButton, {}, QPoint(60, 4 + m_random.bounded(rows->viewport()->height() - 8)));
        });
    }
    void openRow()
    {
        clickRow();
        m_steps.emplace_back([this] {
            if (qobject_cast<ui::GroupedTable *>(front()))
                key(Qt::Key_Return);
        });
    }
    void walk()
    {
        m_doing = u"walk"_s;
        clickRow();
        keyTimes(Qt::Key_Down, 4 + m_random.bounded(8));
        keyTimes(Qt::Key_PageDown, m_random.bounded(4));
        keyTimes(m_random.bounded(2) == 0 ? Qt::Key_End : Qt::Key_Home, 1);
        keyTimes(Qt::Key_Up, 3);
    }
    void details()
    {
        m_doing = u"details"_s;
        openRow();
        pauses(3);
        kind();
        kind();
        m_doing = u"details"_s;
        keyTimes(Qt::Key_Down, 3);
        if (m_random.bounded(3) > 0)
            keyTimes(Qt::Key_Escape, 1);
    }
    void palette()
    {
        m_doing = u"palette"_s;
        press(u"Ctrl+K"_s);
        type(u"node"_s);
        keyTimes(Qt::Key_Down, 2);
        keyTimes(Qt::Key_Escape, 2);
    }
    void wheel()
    {
        m_doing = u"wheel"_s;
        for (int i = 0; i < 6; ++i) {
            m_steps.emplace_back([this] {
                const ui::GroupedTable *rows = table();
                if (!rows)
                    return;
                QWidget *view = rows->viewport();
                const QPoint at = view->rect().center();
                QWheelEvent event(at, view->mapToGlobal(at), {}, {0, m_random.bounded(3) == 0 ? 240 : -360}, Qt::NoButton, Qt::NoModifier,
                    Qt::NoScrollPhase, false);
                QApplication::sendEvent(view, &event);
            });
        }
    }
    void problems()
    {
        m_doing = u"problems"_s;
        press(u"Ctrl+P"_s);
        pauses(3);
        press(u"Ctrl+P"_s);
    }
    void back()
    {
        m_doing = u"back"_s;
        press(m_random.bounded(3) == 0 ? u"Alt+Right"_s : u"Alt+Left"_s);
        pauses(2);
    }
    void pauses(int steps)
    {
        for (int i = 0; i < steps; ++i)
            m_steps.emplace_back([] { });
    }

    WindowMeter *m_app;
    ui::MainWindow *m_window;
    bool m_telemetry;
    int m_plans = 0;
    qsizetype m_tab = 0;
    std::deque<std::function<void()>> m_steps;
    QString m_doing;
    mutable QRandomGenerator m_random{1};
};

/// Lines that come on stdin.
class Words : public QObject {
public:
    explicit Words(std::function<void(const QByteArray &)> heard)
    {
        connect(&m_input, &QSocketNotifier::activated, this, [this, heard = std::move(heard)] {
            char bytes[256];
            const ssize_t count = read(STDIN_FILENO, bytes, sizeof bytes);
            if (count <= 0) {
                m_input.setEnabled(false);
                heard("end");
                return;
            }
            m_part.append(bytes, count);
            for (qsizetype at = m_part.indexOf('\n'); at >= 0; at = m_part.indexOf('\n')) {
                const QByteArray word = m_part.left(at);
                m_part.remove(0, at + 1);
                heard(word);
            }
        });
    }

private:
    QSocketNotifier m_input{STDIN_FILENO, QSocketNotifier::Read};
    QByteArray m_part;
};

class Soak : public QObject {
public:
    Soak(WindowMeter *app, const console::WindowGraph &graph, int pause, bool telemetry, bool everything)
        : Soak(app, graph.window(), pause, telemetry, everything)
    {
        for (const auto &environment : graph.environments()) {
            const QList<state::ResourceStore *> stores = environment->stores();
            for (state::ResourceStore *store : stores)
                listen(store);
            connect(environment.get(), &state::Environment::storeAdded, this, &Soak::listen);
        }
    }
    Soak(WindowMeter *app, ui::MainWindow *window, int pause, bool telemetry, bool everything)
        : m_app(app), m_window(window), m_person(app, window, telemetry, everything), m_words([this](const QByteArray &word) { hear(word); })
    {
        connect(&m_acts, &QTimer::timeout, this, [this] { act(); });
        connect(&m_seconds, &QTimer::timeout, this, [this] { m_app->own([this] { tell(); }); });
        m_seconds.setTimerType(Qt::PreciseTimer);
        m_acts.start(pause);
        m_seconds.start(1000);
        m_clock.start();
        m_app->record();
    }
    [[nodiscard]] bool over() const { return m_over; }

private:
    void act()
    {
        if (m_resting && m_person.idle()) {
            m_acts.stop();
            return;
        }
        if (QApplication::activeWindow() == nullptr)   // no window manager gave it the keyboard
            m_window->activateWindow();
        else
            m_person.act();
    }

    void hear(const QByteArray &word)
    {
        if (word == "end") {
            m_over = true;
        } else if (word == "rest") {
            m_resting = true;
            m_person.leave();
        } else if (word == "silent") {
            // This meter ticks too: what is measured now is the window alone, from outside.
            m_seconds.stop();
            m_app->record();
        }
    }

    /// What happens to a list once it was complete: read again as a whole, or old for a while.
    void listen(state::ResourceStore *store)
    {
        connect(store, &state::ResourceStore::loadStateChanged, this, [this, store] {
            const LoadState &state = store->loadState();
            if (!store->complete() || state.phase == m_phases.value(store, LoadState::Phase::Ready))
                return;
            m_phases.insert(store, state.phase);
            if (state.phase == LoadState::Phase::Refreshing)
                m_lists.append(store->kind().title + u" read again"_s);
            else if (state.phase != LoadState::Phase::Ready)
                m_lists.append(store->kind().title + u": "_s + state.error.text());
        });
    }

    /// What telemetry shows now: the tab, and how much is in it (lines of charts, alerts, lines of logs).
    static void tellTelemetry(const ui::Pane *pane, QJsonObject &line)
    {
        const auto *telemetry = qobject_cast<const ui::TelemetryPane *>(pane);
        if (!telemetry || !telemetry->currentPage())
            return;
        qsizetype shown = 0;
        const QList<ui::ChartCard *> cards = telemetry->currentPage()->findChildren<ui::ChartCard *>();
        for (const ui::ChartCard *card : cards)
            shown += card->view()->data().lines.size();
        if (auto *logs = qobject_cast<ui::LogsPage *>(telemetry->currentPage()))
            shown = logs->model()->rowCount();
        else if (const auto *alerts = qobject_cast<const ui::AlertsPage *>(telemetry->currentPage()))
            shown = alerts->model()->rowCount();
        line.insert(u"tab"_s, telemetry->tabs()->current());
        line.insert(u"shown"_s, shown);
    }

    void tell()
    {
        QJsonArray turns;
        double worst = 0;
        const QList<double> all = m_app->turns();
        for (const double ms : all) {
            turns.append(double(qRound(ms * 10)) / 10);
            worst = std::max(worst, ms);
        }
        const QList<double> worked = m_app->work();
        const double work = worked.isEmpty() ? 0 : *std::max_element(worked.begin(), worked.end());
        m_app->record();
        // Counting walks through every hole of the heap: now and then.
        if (m_lines++ % kHeapEvery == 0)
            m_heap = heapInUse();
        const ui::Pane *pane = m_window->panes()->currentPane();
        const auto *table = pane ? pane->findChild<QTableView *>() : nullptr;
        QJsonObject line{{u"t"_s, double(m_clock.elapsed()) / 1000}, {u"turns"_s, turns}, {u"rss"_s, anonymousMemory()},
            {u"heap"_s, m_heap}, {u"active"_s, QApplication::activeWindow() != nullptr}, {u"cpu"_s, cpuSeconds()}, {u"page"_s, m_window->panes()->current()}, {u"resting"_s, !m_acts.isActive()},
            {u"rows"_s, table && table->model() ? table->model()->rowCount() : 0}};
        tellTelemetry(pane, line);
        if (worst > kSlow)
            line.insert(u"doing"_s, m_person.doing());
        if (!m_lists.isEmpty())
            line.insert(u"lists"_s, QJsonArray::fromStringList(std::exchange(m_lists, {})));
        line.insert(u"work"_s, double(qRound(work * 10)) / 10);
        QTextStream(stdout) << QJsonDocument(line).toJson(QJsonDocument::Compact) << '\n' << Qt::flush;
    }

    WindowMeter *m_app;
    ui::MainWindow *m_window;
    Person m_person;
    Words m_words;
    QTimer m_acts, m_seconds;
    QElapsedTimer m_clock;
    QHash<state::ResourceStore *, LoadState::Phase> m_phases;
    QStringList m_lists;   ///< since the last line
    qint64 m_heap = 0;
    int m_lines = 0;
    bool m_resting = false;
    bool m_over = false;
};

}

int main(int argc, char *argv[])
{
    WindowMeter app(argc, argv);
    QCoreApplication::setApplicationName(u"quarterdeck"_s);
    installTranslations(app);
    QStringList words = app.arguments().mid(1);
    int pause = 400;
    if (const qsizetype at = words.indexOf(u"--pause"_s); at >= 0) {
        pause = words.value(at + 1).toInt();
        words.remove(at, 2);
    }
    const bool telemetry = words.removeAll(u"--telemetry"_s) > 0;
    const bool everything = words.removeAll(u"--everything"_s) > 0;
    const auto invocation = console::parseCommandLine(words);
    auto session = invocation ? console::Session::make(*invocation) : Result<std::unique_ptr<console::Session>>(invocation.error());
    if (!session) {
        QTextStream(stderr) << "soak_window: " << session.error().text() << '\n';
        return 1;
    }
    QStringList problems;
    if (const Result<Done> connected = (*session)->connectClusters(); !connected)
        problems.append(connected.error().text());
    console::WindowGraph graph(session->get(), app, problems);
    graph.show();
    const Soak soak(&app, graph, pause, telemetry, everything);
    (void)app.until([&soak] { return soak.over(); }, 24 * 3600);
    return 0;
}
