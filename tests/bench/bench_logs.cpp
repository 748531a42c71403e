// SPDX-License-Identifier: GPL-3.0-or-later
// bench_logs [LINES [SECONDS]]: the log view beside QPlainTextEdit, the widget one would take otherwise. First both take the same lines in
// batches, with the same limit: heap at the limit and behind it, the time a batch takes, a frame while scrolling, and the whole search.
// Then 100,000 lines a second come as a followed pod log brings them, to LogSession and LogView here, to appendPlainText there: what a
// turn of the GUI thread costs, painting included, and how many lines are taken. Times are CPU of the GUI thread, so that a busy machine
// spoils nothing. Fails when our heap goes on growing behind the limit or passes its budget, and when a line is lost or not counted.
#include "models/items/LogSession.h"
#include "tests/bench/WindowMeter.h"
#include "translations/Translations.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/LogTable.h"
#include "ui/widgets/LogView.h"

#include <QDateTime>
#include <QElapsedTimer>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QTextDocument>
#include <QThread>
#include <QTimer>

#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cstdio>

using namespace qd;
using namespace Qt::StringLiterals;

namespace {

constexpr int kBatch = 500;
constexpr int kFrames = 60;
constexpr int kRate = 100'000;
constexpr int kTickMs = 10;
/// So many lines are on their way at most, as a paused log leaves them at the server.
constexpr int kAhead = 20'000;
/// Longer nobody waits for the other widget.
constexpr double kPatience = 4;
constexpr QSize kSize{1000, 700};

double heapMb()
{
    const struct mallinfo2 now = mallinfo2();
    return double(now.uordblks + now.hblkhd) / (1024 * 1024);
}

/// As Canton writes it, ten microseconds behind the one before.
QString stamped(qint64 i)
{
    static const qint64 begin = QDateTime(QDate(2026, 11, 27), QTime(11, 0), Qt::UTC).toMSecsSinceEpoch();
    const QString second = QDateTime::fromMSecsSinceEpoch(begin + i / 100'000 * 1000, Qt::UTC).toString(u"yyyy-MM-ddTHH:mm:ss."_s);
    const QString fraction = QString::number(i % 100'000).rightJustified(5, u'0');
    return second + fraction + u"0000Z {\"@timestamp\":\""_s + second + fraction.left(3)
        + u"Z\",\"@version\":\"1\",\"message\":\"Commands completed: "_s + QString::number(i)
        + u" succeeded, 0 failed\",\"logger_name\":\"c.d.c.p.s.InFlightSubmissionTracker:participant=participant1\",\"thread_name\":\"canton-env-ec-41\","
          "\"level\":\""_s + (i % 97 == 0 ? u"ERROR"_s : u"INFO"_s) + u"\",\"level_value\":20000,\"trace-id\":\"7f1c09a6d2b44e0f"_s
        + QString::number(i % 100'000, 16).rightJustified(8, u'0') + u"\"}"_s;
}

struct Figures {
    double atLimit = 0, after = 0;       ///< MB of heap
    double batchMs = 0, worstMs = 0;     ///< of one batch, behind the limit
    double frameMs = 0, worstFrameMs = 0;
    double searchMs = 0;
    int lines = 0;                       ///< that were fed
};

/// Three times the limit in batches, or what is done in `patience` seconds of work; `add` takes one.
template <typename Add> void feed(int limit, double patience, Figures &out, Add add)
{
    const double before = heapMb();
    QList<double> times;
    double spent = 0;
    for (int i = 0; i < 3 * limit && spent < patience * 1000; i += kBatch) {
        QStringList lines;
        for (int j = i; j < std::min(i + kBatch, 3 * limit); ++j)
            lines.append(stamped(j));
        const double ms = bench::milliseconds([&] { add(lines); });
        spent += ms;
        if (i >= limit)
            times.append(ms);
        if (i + kBatch <= limit)
            out.atLimit = heapMb() - before;
        out.lines = std::min(i + kBatch, 3 * limit);
    }
    out.after = heapMb() - before;
    out.batchMs = bench::quantile(times, 0.5);
    out.worstMs = bench::quantile(times, 1);
}

void scroll(QScrollBar *bar, QWidget *viewport, Figures &out)
{
    QList<double> times;
    for (int i = 0; i < kFrames; ++i) {
        times.append(bench::milliseconds([&] {
            bar->setValue(int(qint64(bar->maximum()) * ((i * 37) % kFrames) / kFrames));
            (void)viewport->grab();
        }));
    }
    out.frameMs = bench::quantile(times, 0.5);
    out.worstFrameMs = bench::quantile(times, 1);
}

Figures ours(int limit)
{
    Figures out;
    items::LogModel model;
    model.setLimits(limit, items::LogModel::kMostBytes);
    ui::LogView view(&model);
    view.resize(kSize);
    view.show();
    feed(limit, 60, out, [&](const QStringList &lines) {
        QList<items::LogLine> read;
        for (const QString &line : lines)
            read.append(items::readLogLine(line, 0));
        model.append(std::move(read));
    });
    scroll(view.table()->verticalScrollBar(), view.table()->viewport(), out);
    out.searchMs = bench::milliseconds([&] { model.setSearch(u"Commands completed: %1 "_s.arg(out.lines - 5)); });
    return out;
}

void setUp(QPlainTextEdit &view, int limit)
{
    view.setReadOnly(true);
    view.setUndoRedoEnabled(false);
    view.setMaximumBlockCount(limit);
    view.setLineWrapMode(QPlainTextEdit::NoWrap);
    view.resize(kSize);
    view.show();
}

/// Each batch costs more the more it holds: its limit is less than ours.
Figures plain(int limit)
{
    Figures out;
    QPlainTextEdit view;
    setUp(view, limit);
    feed(limit, kPatience, out, [&](const QStringList &lines) { view.appendPlainText(lines.join(u'\n')); });
    scroll(view.verticalScrollBar(), view.viewport(), out);
    out.searchMs = bench::milliseconds([&] { (void)view.document()->find(u"Commands completed: %1 "_s.arg(out.lines - 5)); });
    return out;
}

void print(const char *name, const Figures &f)
{
    std::printf("| %s | %d | %.1f | %.1f | %.2f | %.2f | %.2f | %.2f | %.1f |\n", name, f.lines, f.atLimit, f.after, f.batchMs, f.worstMs, f.frameMs,
                f.worstFrameMs, f.searchMs);
}

/// A pod log that is written faster than anybody reads: lines are made beside the GUI thread, at the rate, for so long.
class Flood final : public ports::LogFeed {
    Q_OBJECT
public:
    explicit Flood(qint64 lines) : m_lines(lines) { m_thread.start(); }
    ~Flood() override
    {
        m_thread.quit();
        m_thread.wait();
    }
    void start() override
    {
        auto *timer = new QTimer;
        timer->setTimerType(Qt::PreciseTimer);
        timer->setInterval(kTickMs);
        timer->moveToThread(&m_thread);
        connect(&m_thread, &QThread::finished, timer, &QObject::deleteLater);
        connect(timer, &QTimer::timeout, timer, [this] { produce(); });
        QMetaObject::invokeMethod(timer, [this, timer] {
            m_since.start();
            timer->start();
        });
    }
    void setPaused(bool paused) override { m_paused = paused; }
    [[nodiscard]] bool all() const { return m_told == m_lines; }
    [[nodiscard]] qint64 told() const { return m_told; }

private:
    void produce()
    {
        const qint64 due = std::min(m_lines, m_since.elapsed() * kRate / 1000);
        if (m_paused || m_sent >= due || m_sent - m_told > kAhead)
            return;
        QStringList lines;
        for (const qint64 to = std::min(due, m_sent + 5'000); m_sent < to; ++m_sent)
            lines.append(stamped(m_sent));
        QMetaObject::invokeMethod(this, [this, lines] {
            m_told += lines.size();
            Q_EMIT this->lines(lines);
        });
    }
    QThread m_thread;
    QElapsedTimer m_since;
    qint64 m_lines;
    qint64 m_sent = 0;                   ///< of the thread
    std::atomic<qint64> m_told = 0;
    std::atomic<bool> m_paused = false;
};

struct Stream {
    qint64 sent = 0, taken = 0;
    double seconds = 0;                  ///< until the last was taken
    double share = 0;                    ///< of the GUI thread, of a core
    QList<double> turns;
    int paints = 0;
    bool counted = true;
};

template <typename Taken> void follow(bench::WindowMeter &app, Flood &flood, double patience, Stream &out, Taken taken)
{
    QElapsedTimer timer;
    timer.start();
    const double before = bench::threadSeconds();
    const int paints = app.paints();
    app.record();
    (void)app.until([&] { return flood.all() && taken() == flood.told(); }, patience);
    out.seconds = double(timer.nsecsElapsed()) / 1e9;
    out.share = (bench::threadSeconds() - before) / out.seconds;
    out.turns = app.work();
    out.paints = app.paints() - paints;
    out.sent = flood.told();
    out.taken = taken();
}

Stream oursFollowed(bench::WindowMeter &app, int limit, double seconds)
{
    items::LogModel model;
    model.setLimits(limit, items::LogModel::kMostBytes);
    ui::LogView view(&model);
    view.resize(kSize);
    view.show();
    app.waitFor(0.2);
    SystemClock clock;
    items::LogSession session(&model, &clock);
    Flood *flood = nullptr;
    session.setOpener([&](const ports::LogRequest &) {
        auto made = std::make_unique<Flood>(qint64(seconds * kRate));
        flood = made.get();
        return made;
    });
    session.setSources({{u"p/c"_s, u"participant-0"_s, {u"ns"_s, u"participant-0"_s, u"c"_s}}});
    const auto kept = [&model] {
        qint64 lines = 0;
        for (const items::LogLevel level : {items::LogLevel::None, items::LogLevel::Debug, items::LogLevel::Info, items::LogLevel::Warn, items::LogLevel::Error})
            lines += model.count(level);
        return lines;
    };
    Stream out;
    follow(app, *flood, seconds + 30, out, [&] { return kept() + qint64(model.dropped()); });
    out.counted = out.taken == out.sent && out.sent == qint64(seconds * kRate) && kept() <= limit && model.bytes() <= items::LogModel::kMostBytes
        && model.plainText(model.rowCount() - 1).contains(u"Commands completed: %1 "_s.arg(out.sent - 1));
    return out;
}

Stream plainFollowed(bench::WindowMeter &app, int limit, double seconds)
{
    QPlainTextEdit view;
    setUp(view, limit);
    app.waitFor(0.2);
    Flood flood(qint64(seconds * kRate));
    qint64 taken = 0;
    QObject::connect(&flood, &Flood::lines, &view, [&](const QStringList &lines) {
        view.appendPlainText(lines.join(u'\n'));
        taken += lines.size();
    });
    flood.start();
    Stream out;
    follow(app, flood, std::min(seconds, kPatience), out, [&] { return taken; });
    return out;
}

void print(const char *name, const Stream &s)
{
    std::printf("| %s | %.0f | %.2f | %.2f | %.2f | %.1f | %.0f %% |\n", name, double(s.taken) / s.seconds, bench::quantile(s.turns, 0.5),
                bench::quantile(s.turns, 0.99), bench::quantile(s.turns, 1), s.paints / s.seconds, 100 * s.share);
}

}

int main(int argc, char **argv)
{
    bench::WindowMeter app(argc, argv);
    installTranslations(app);
    ui::Theme theme;
    theme.apply(app);
    const int limit = argc > 1 ? std::max(2 * kBatch, QByteArray(argv[1]).toInt()) : int(items::LogModel::kMost);
    const double seconds = argc > 2 ? std::clamp(QByteArray(argv[2]).toDouble(), 0.5, 60.0) : 5;
    std::printf("| %d lines at a time, CPU ms | lines fed | MB at the limit | MB after | batch, median | longest | frame while scrolling, median | longest "
                "| search of all |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|\n", kBatch);
    const Figures log = ours(limit);
    print(qPrintable(u"log view, %1 lines"_s.arg(limit)), log);
    const int less = std::min(limit, 10'000);
    print(qPrintable(u"QPlainTextEdit, %1 lines"_s.arg(less)), plain(less));
    std::printf("\n| %d lines a second for %.0f s, %d x %d | lines a second taken | turn of the GUI thread, CPU ms, median | p99 | longest | frames a second "
                "| of a core |\n|---|--:|--:|--:|--:|--:|--:|\n", kRate, seconds, kSize.width(), kSize.height());
    const Stream followed = oursFollowed(app, limit, seconds);
    print("log view", followed);
    print("QPlainTextEdit with setMaximumBlockCount", plainFollowed(app, limit, seconds));
    const double budget = double(items::LogModel::kMostBytes) / (1024 * 1024);
    if (log.after > log.atLimit * 1.1 + 2 || log.after > budget) {
        std::fprintf(stderr, "the log view takes %.1f MB, its budget is %.0f and at its limit it took %.1f\n", log.after, budget, log.atLimit);
        return 1;
    }
    if (!followed.counted) {
        std::fprintf(stderr, "of %lld lines that came the view counts %lld, or keeps more than its limit, or not the newest\n",
                     static_cast<long long>(followed.sent), static_cast<long long>(followed.taken));
        return 1;
    }
    return 0;
}

#include "bench_logs.moc"
