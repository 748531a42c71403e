// SPDX-License-Identifier: GPL-3.0-or-later
// The figures of the window: the real graph on the cluster of KUBECONFIG, with the objects of one kind in its nodes pane.
//   bench_window [--kind parties] [--rows N] [--churn-seconds S] [--no-churn] [--churn-from-stdin]
//   bench_window --demo
// Prints one JSON line. With --churn-from-stdin it says {"ready": true} when the rows are complete, and measures until a line
// comes on stdin; the caller writes to the server meanwhile (figures.py does). With --demo: what `quarterdeck --demo` does, its
// figures when the first rows are painted, and then it stays until a line comes.
#include "app/console/CommandLine.h"
#include "app/console/DemoProcess.h"
#include "app/console/Session.h"
#include "app/console/WindowGraph.h"
#include "tests/bench/WindowMeter.h"
#include "translations/Translations.h"
#include "ui/panes/resources/ResourcePane.h"
#include "ui/shell/PaneHost.h"
#include "ui/panes/resources/ResourceTable.h"
#include "ui/widgets/Fields.h"

#include <QElapsedTimer>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QKeyEvent>
#include <QRandomGenerator>
#include <QSocketNotifier>
#include <QTemporaryDir>
#include <QTextStream>
#include <QTimer>

#include <unistd.h>

using namespace qd;
using namespace qd::bench;
using namespace Qt::StringLiterals;

namespace {

constexpr double kPatience = 300;
constexpr int kBatch = 100;             // changes in a batch, ten of them a second: what the feeds do at 1,000 events/s
constexpr double kBatchSeconds = 0.1;

struct Options {
    QString kind = u"parties"_s;
    int rows = 1;
    double churnSeconds = 20;
    bool churn = true;
    bool fromStdin = false;
    bool demo = false;
};

Options readOptions(const QStringList &words)
{
    Options out;
    for (qsizetype i = 1; i < words.size(); ++i) {
        const QString &word = words.at(i);
        const QString value = words.value(i + 1);
        if (word == "--no-churn"_L1)
            out.churn = false;
        else if (word == "--churn-from-stdin"_L1)
            out.fromStdin = true;
        else if (word == "--demo"_L1)
            out.demo = true;
        else if (word == "--kind"_L1)
            out.kind = words.value(++i);
        else if (word == "--rows"_L1)
            out.rows = words.value(++i).toInt();
        else if (word == "--churn-seconds"_L1)
            out.churnSeconds = words.value(++i).toDouble();
        else
            qFatal("bench_window does not know %s", qUtf8Printable(word));
    }
    return out;
}

/// The kinds table with the measured kind, and only it, in the nodes pane. A site's kinds.yaml replaces the built-in one.
bool writeKinds(const QString &folder, const QString &plural)
{
    QFile from(u":/kinds.yaml"_s), to(QString(folder + u"/kinds.yaml"_s));
    if (!from.open(QIODevice::ReadOnly) || !to.open(QIODevice::WriteOnly))
        return false;
    bool measured = false, found = false;
    while (!from.atEnd()) {
        QByteArray line = from.readLine();
        if (line.startsWith("  plural: "))
            measured = line.trimmed() == "plural: " + plural.toUtf8();
        if (line.startsWith("  pane: "))
            line = measured ? "  pane: nodes\n" : line.trimmed() == "pane: nodes" ? QByteArray("  pane: none\n") : line;
        found = found || measured;
        to.write(line);
    }
    return found;
}

/// Says when a line, or the end, came on stdin.
class LineOnStdin {
public:
    LineOnStdin()
    {
        QObject::connect(&m_input, &QSocketNotifier::activated, &m_input, [this] {
            char byte = 0;
            m_came = read(STDIN_FILENO, &byte, 1) <= 0 || byte == '\n' || m_came;
            m_input.setEnabled(!m_came);
        });
    }
    [[nodiscard]] bool came() const { return m_came; }

private:
    QSocketNotifier m_input{STDIN_FILENO, QSocketNotifier::Read};
    bool m_came = false;
};

class Bench {
public:
    Bench(WindowMeter *app, const Options &options) : m_app(app), m_options(options) { }

    [[nodiscard]] bool start(const QString &folder);
    [[nodiscard]] bool demo(const QString &folder);
    [[nodiscard]] bool load();
    [[nodiscard]] bool keystrokes();
    void churnSynthetic();
    void churnFromServer();
    [[nodiscard]] const QJsonObject &result() const { return m_result; }
    [[nodiscard]] QString trouble() const { return m_trouble; }

private:
    [[nodiscard]] bool rowsPainted();
    [[nodiscard]] bool openWindow(const console::Invocation &invocation);
    [[nodiscard]] bool show();
    void applyChanges();
    void report(const QString &prefix, const QList<double> &turns, double cpu, double wall);
    [[nodiscard]] items::ResourceModel *model() const { return m_graph->window()->nodes()->model(); }
    WindowMeter *m_app;
    Options m_options;
    std::unique_ptr<console::DemoProcess> m_network;
    std::unique_ptr<console::Session> m_session;
    std::unique_ptr<console::WindowGraph> m_graph;
    state::ResourceStore *m_store = nullptr;
    QList<network::Row> m_gone;      ///< rows taken away, to come back
    QStringList m_uids;
    QRandomGenerator m_random{1};
    int m_turn = 0;
    int m_paintsBefore = -1;   ///< begun before the first rows were in the model
    double m_firstRows = 0;
    QJsonObject m_result;
    QString m_trouble;
};

bool Bench::start(const QString &folder)
{
    installTranslations(*m_app);
    const auto invocation = console::parseCommandLine({u"--config-dir"_s, folder});
    if (!invocation || !writeKinds(folder, m_options.kind)) {
        m_trouble = u"no kind has the plural "_s + m_options.kind;
        return false;
    }
    if (!openWindow(*invocation))
        return false;
    m_store = m_graph->environments().front()->store(*m_session->kinds()->ofPane(u"nodes"_s).first());
    return show();
}

bool Bench::openWindow(const console::Invocation &invocation)
{
    auto session = console::Session::make(invocation);
    if (!session) {
        m_trouble = session.error().text();
        return false;
    }
    m_session = std::move(*session);
    QStringList problems;
    if (const Result<Done> connected = m_session->connectClusters(); !connected)
        problems.append(connected.error().text());
    m_graph = std::make_unique<console::WindowGraph>(m_session.get(), *m_app, problems);
    m_trouble = problems.join(u'\n');
    return !m_graph->environments().empty();
}

bool Bench::show()
{
    QObject::connect(model(), &items::ResourceModel::countsChanged, m_app, [this] {
        if (m_paintsBefore < 0 && model()->counts().shown > 0)
            m_paintsBefore = m_app->paintsBegun();
    });
    m_graph->window()->panes()->show(u"nodes"_s);
    m_graph->show();
    const bool shown = m_app->until([this] { return rowsPainted() || m_app->paints() > 0; }, kPatience);
    m_result.insert(u"usable"_s, sinceStart());
    return shown;
}

bool Bench::demo(const QString &folder)
{
    installTranslations(*m_app);
    auto invocation = console::parseCommandLine({u"--demo"_s, u"--config-dir"_s, folder});
    if (!invocation) {
        m_trouble = invocation.error().text();
        return false;
    }
    auto network = console::enterDemo(*invocation);
    if (!network) {
        m_trouble = network.error().text();
        return false;
    }
    m_network = std::move(*network);
    m_result.insert(u"ready"_s, sinceStart());
    if (!openWindow(*invocation) || !show() || !m_app->until([this] { return rowsPainted(); }, kPatience))
        return false;
    m_result.insert(u"firstRows"_s, m_firstRows);
    return true;
}

/// A paint counts when rows were there before it.
bool Bench::rowsPainted()
{
    if (m_firstRows == 0 && m_paintsBefore >= 0 && m_app->paints() > m_paintsBefore)
        m_firstRows = sinceStart();
    return m_firstRows > 0;
}

bool Bench::load()
{
    if (!m_app->until([this] { return rowsPainted(); }, kPatience)) {
        m_trouble = m_store->loadState().error.text();
        return false;
    }
    m_result.insert(u"firstRows"_s, m_firstRows);
    const int wanted = m_options.rows;
    if (!m_app->until([&] { return m_store->complete() && model()->counts().total >= wanted; }, kPatience)) {
        m_trouble = u"only %1 rows of %2"_s.arg(model()->counts().total).arg(wanted);
        return false;
    }
    m_result.insert(u"complete"_s, sinceStart());
    m_result.insert(u"rows"_s, model()->counts().total);
    m_app->waitFor(0.5);   // what comes after completeness (batches given free, ages) belongs to the memory
    m_result.insert(u"memory"_s, double(peakMemory()));
    return true;
}

bool Bench::keystrokes()
{
    auto *field = m_graph->window()->findChild<ui::FilterField *>();
    field->setFocus();
    const QString typed = u"party-0042"_s;
    QList<double> waits, work;
    for (int i = 0; i < 2 * int(typed.size()); ++i) {
        const bool types = i < typed.size();
        const QString text = types ? QString(typed.at(i)) : QString();
        bool painted = false;
        double ms = 0;
        QElapsedTimer timer;
        const auto heard = QObject::connect(field, &ui::FilterField::filterEdited, m_app, [&] {
            m_app->afterPaint([&] {
                painted = true;
                ms = double(timer.nsecsElapsed()) / 1e6;
            });
        });
        const double cpu = threadSeconds();
        timer.start();
        QCoreApplication::postEvent(field, new QKeyEvent(QEvent::KeyPress, types ? Qt::Key_A : Qt::Key_Backspace, Qt::NoModifier, text));
        const bool done = m_app->until([&painted] { return painted; }, 10);
        waits.append(ms);
        work.append(1000 * (threadSeconds() - cpu));
        QObject::disconnect(heard);
        if (!done) {
            m_trouble = u"a keystroke was not followed by a paint within 10 s"_s;
            return false;
        }
    }
    m_result.insert(u"keystroke"_s, quantile(waits, 1));
    m_result.insert(u"keystrokeMedian"_s, quantile(waits, 0.5));
    m_result.insert(u"keystrokeCpu"_s, quantile(work, 1));
    return true;
}

/// A batch as the feed makes one: most rows have another value on screen, one in fifty goes, as many come back.
void Bench::applyChanges()
{
    network::RowBatch batch;
    ++m_turn;
    const int structural = std::min<int>(kBatch / 50, int(m_uids.size()) / 4);
    for (int i = 0; i < kBatch - 2 * structural; ++i) {
        const QString uid = m_uids.at(m_random.bounded(m_uids.size()));
        const state::RowPtr row = m_store->row(uid);
        if (!row)
            continue;
        network::Row next = *row;
        next.resourceVersion = QString::number(m_turn * kBatch + i);
        network::Cell &cell = next.cells[1];
        cell.is = network::Cell::Is::Text;
        cell.text = u"Change %1"_s.arg(m_turn * kBatch + i);
        next.state = m_random.bounded(4) == 0 ? network::State::Degraded : network::State::Ready;
        batch.upserts.append(next);
    }
    for (const network::Row &row : std::as_const(m_gone))
        batch.upserts.append(row);
    m_gone.clear();
    while (m_gone.size() < structural) {
        const QString uid = m_uids.at(m_random.bounded(m_uids.size()));
        if (const state::RowPtr row = m_store->row(uid); row && !batch.removedUids.contains(uid)) {
            m_gone.append(*row);
            batch.removedUids.append(uid);
        }
    }
    batch.asOf = QDateTime::currentDateTimeUtc();
    m_store->applyBatch(batch);
}

void Bench::report(const QString &prefix, const QList<double> &turns, double cpu, double wall)
{
    const auto key = [&prefix](const QString &name) -> QString {
        return prefix.isEmpty() ? name : QString(prefix + name.at(0).toUpper() + name.mid(1));
    };
    m_result.insert(key(u"frames"_s), turns.size());
    m_result.insert(key(u"frameMedian"_s), quantile(turns, 0.5));
    m_result.insert(key(u"frameP99"_s), quantile(turns, 0.99));
    m_result.insert(key(u"frameWorst"_s), quantile(turns, 1));
    m_result.insert(key(u"cpu"_s), 100 * cpu / wall);
}

void Bench::churnSynthetic()
{
    m_uids = m_store->rows().keys();
    QTimer timer;
    timer.setTimerType(Qt::PreciseTimer);
    int batches = 0;
    QObject::connect(&timer, &QTimer::timeout, m_app, [this, &batches] {
        applyChanges();
        ++batches;
    });
    timer.start(int(kBatchSeconds * 1000));
    m_app->record();
    const double cpu = cpuSeconds();
    QElapsedTimer wall;
    wall.start();
    m_app->waitFor(m_options.churnSeconds);
    timer.stop();
    const double seconds = double(wall.nsecsElapsed()) / 1e9;
    report({}, m_app->turns(), cpuSeconds() - cpu, seconds);
    m_result.insert(u"churnSource"_s, u"synthetic"_s);
    m_result.insert(u"churnRate"_s, batches * kBatch / seconds);
}

void Bench::churnFromServer()
{
    qint64 changes = 0;
    const auto heard = QObject::connect(m_store, &state::ResourceStore::changed, m_app,
                                        [&changes](const QStringList &upserted) { changes += upserted.size(); });
    const LineOnStdin line;
    QTextStream(stdout) << "{\"ready\": true}\n" << Qt::flush;
    m_app->record();
    const double cpu = cpuSeconds();
    QElapsedTimer wall;
    wall.start();
    (void)m_app->until([&line] { return line.came(); }, kPatience);
    const double seconds = double(wall.nsecsElapsed()) / 1e9;
    QObject::disconnect(heard);
    report(u"server"_s, m_app->turns(), cpuSeconds() - cpu, seconds);
    m_result.insert(u"serverShownRate"_s, double(changes) / seconds);
}

}

int main(int argc, char *argv[])
{
    WindowMeter app(argc, argv);
    QCoreApplication::setApplicationName(u"quarterdeck"_s);
    const Options options = readOptions(app.arguments());
    const QTemporaryDir folder;
    Bench bench(&app, options);
    if (options.demo && bench.demo(folder.path())) {
        const LineOnStdin line;
        QTextStream(stdout) << QJsonDocument(bench.result()).toJson(QJsonDocument::Compact) << '\n' << Qt::flush;
        (void)app.until([&line] { return line.came(); }, kPatience);
        return 0;
    }
    if (options.demo || !bench.start(folder.path()) || !bench.load() || !bench.keystrokes()) {
        QTextStream(stderr) << "bench_window: " << bench.trouble() << '\n';
        return 1;
    }
    if (options.fromStdin)
        bench.churnFromServer();
    if (options.churn)
        bench.churnSynthetic();
    QTextStream(stdout) << QJsonDocument(bench.result()).toJson(QJsonDocument::Compact) << '\n';
    return 0;
}
