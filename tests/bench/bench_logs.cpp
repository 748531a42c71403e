// SPDX-License-Identifier: GPL-3.0-or-later
// bench_logs [LINES]: the log view beside QPlainTextEdit, the widget one would take otherwise, both fed the same lines in batches, both
// with the same limit: heap at the limit and at three times as many lines, the time a batch takes, a frame while scrolling, and the
// whole search. Fails when our heap goes on growing behind the limit or passes its budget.
#include "translations/Translations.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/LogTable.h"
#include "ui/widgets/LogView.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QTextDocument>

#include <malloc.h>

#include <algorithm>
#include <cstdio>

using namespace qd;
using namespace Qt::StringLiterals;

namespace {

constexpr int kBatch = 500;
constexpr int kFrames = 60;
constexpr QSize kSize{1000, 700};

double heapMb()
{
    const struct mallinfo2 now = mallinfo2();
    return double(now.uordblks + now.hblkhd) / (1024 * 1024);
}

QString stamped(int i)
{
    return u"2026-11-27T%1:%2:%3.%4Z {\"@timestamp\":\"2026-11-27T11:00:00.000Z\",\"level\":\"%5\",\"logger_name\":\"c.d.c.p.s.InFlightSubmissionTracker\",\"message\":\"Commands completed: %6 succeeded, 0 failed\",\"trace-id\":\"7f1c09a6d2b44e0f%7\"}"_s
        .arg(i / 3'600'000 % 24, 2, 10, QLatin1Char('0')).arg(i / 60'000 % 60, 2, 10, QLatin1Char('0')).arg(i / 1000 % 60, 2, 10, QLatin1Char('0'))
        .arg(i % 1000, 3, 10, QLatin1Char('0')).arg(i % 97 == 0 ? u"ERROR"_s : u"INFO"_s).arg(i).arg(i % 100'000, 8, 16, QLatin1Char('0'));
}

struct Figures {
    double atLimit = 0, after = 0;       ///< MB of heap
    double batchMs = 0, worstMs = 0;     ///< of one batch, behind the limit
    double frameMs = 0, worstFrameMs = 0;
    double searchMs = 0;
};

/// Three times the limit in batches; `add` takes one.
template <typename Add> void feed(int limit, Figures &out, Add add)
{
    const double before = heapMb();
    QList<double> times;
    for (int i = 0; i < 3 * limit; i += kBatch) {
        QStringList lines;
        for (int j = i; j < std::min(i + kBatch, 3 * limit); ++j)
            lines.append(stamped(j));
        QElapsedTimer timer;
        timer.start();
        add(lines);
        if (i >= limit)
            times.append(double(timer.nsecsElapsed()) / 1e6);
        if (i + kBatch <= limit)
            out.atLimit = heapMb() - before;
    }
    out.after = heapMb() - before;
    std::sort(times.begin(), times.end());
    out.batchMs = times.at(times.size() / 2);
    out.worstMs = times.last();
}

void scroll(QScrollBar *bar, QWidget *viewport, Figures &out)
{
    QList<double> times;
    for (int i = 0; i < kFrames; ++i) {
        QElapsedTimer timer;
        timer.start();
        bar->setValue(int(qint64(bar->maximum()) * ((i * 37) % kFrames) / kFrames));
        (void)viewport->grab();
        times.append(double(timer.nsecsElapsed()) / 1e6);
    }
    std::sort(times.begin(), times.end());
    out.frameMs = times.at(times.size() / 2);
    out.worstFrameMs = times.last();
}

Figures ours(int limit)
{
    Figures out;
    items::LogModel model;
    model.setLimits(limit, items::LogModel::kMostBytes);
    ui::LogView view(&model);
    view.resize(kSize);
    view.show();
    feed(limit, out, [&](const QStringList &lines) {
        QList<items::LogLine> read;
        for (const QString &line : lines)
            read.append(items::readLogLine(line, 0));
        model.append(std::move(read));
    });
    scroll(view.table()->verticalScrollBar(), view.table()->viewport(), out);
    QElapsedTimer timer;
    timer.start();
    model.setSearch(u"Commands completed: %1"_s.arg(3 * limit - 5));
    out.searchMs = double(timer.nsecsElapsed()) / 1e6;
    return out;
}

Figures plain(int limit)
{
    Figures out;
    QPlainTextEdit view;
    view.setReadOnly(true);
    view.setUndoRedoEnabled(false);
    view.setMaximumBlockCount(limit);
    view.setLineWrapMode(QPlainTextEdit::NoWrap);
    view.resize(kSize);
    view.show();
    feed(limit, out, [&](const QStringList &lines) { view.appendPlainText(lines.join(u'\n')); });
    scroll(view.verticalScrollBar(), view.viewport(), out);
    QElapsedTimer timer;
    timer.start();
    (void)view.document()->find(u"Commands completed: %1"_s.arg(3 * limit - 5));
    out.searchMs = double(timer.nsecsElapsed()) / 1e6;
    return out;
}

void print(const char *name, const Figures &f)
{
    std::printf("%-16s %9.1f %9.1f %9.2f %9.2f %9.2f %9.2f %9.1f\n", name, f.atLimit, f.after, f.batchMs, f.worstMs, f.frameMs, f.worstFrameMs, f.searchMs);
}

}

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    installTranslations(app);
    ui::Theme theme;
    theme.apply(app);
    const int limit = argc > 1 ? std::max(2 * kBatch, QByteArray(argv[1]).toInt()) : int(items::LogModel::kMost);
    std::printf("%d lines at most, three times as many come, %d at a time\n", limit, kBatch);
    std::printf("%-16s %9s %9s %9s %9s %9s %9s %9s\n", "", "MB full", "MB after", "batch ms", "worst", "frame ms", "worst", "search");
    const Figures log = ours(limit);
    print("log view", log);
    print("QPlainTextEdit", plain(limit));
    const double budget = double(items::LogModel::kMostBytes) / (1024 * 1024);
    if (log.after > log.atLimit * 1.1 + 2 || log.after > budget) {
        std::fprintf(stderr, "the log view takes %.1f MB, its budget is %.0f and at its limit it took %.1f\n", log.after, budget, log.atLimit);
        return 1;
    }
    return 0;
}
