// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/Format.h"
#include "models/items/overview/OverviewWork.h"

namespace qd::items::overview {

using namespace Qt::StringLiterals;
using Words = OverviewWords;

namespace {

QString place(const ObjectId &object)
{
    return object.name.isEmpty() ? object.cluster : Words::tr("%1 (%2)").arg(object.name, object.cluster);
}

void heading(QString &out, const QString &text)
{
    out += u"\n## "_s + text + u"\n\n"_s;
}

void line(QString &out, const QString &text)
{
    out += u"- "_s + text + u'\n';
}

void problems(QString &out, const Report &report, qint64 now)
{
    heading(out, Words::tr("Needs attention"));
    for (const Problem &problem : report.problems) {
        const QString age = problem.since > 0 ? Words::tr(", for %1").arg(formatAge(now - problem.since)) : QString();
        const QString acknowledged = problem.acknowledged ? Words::tr(" (acknowledged)") : QString();
        line(out, u"**%1**: %2, %3%4%5%6"_s.arg(network::stateWord(problem.state), problem.title, place(problem.object), age,
                                              problem.detail.isEmpty() ? QString() : u". "_s + problem.detail, acknowledged));
    }
    for (const More &more : report.more)
        line(out, Words::tr("and %n more: %1", nullptr, more.count).arg(more.title));
    if (report.problemCount == 0)
        line(out, report.loading ? Words::tr("Not known yet: waiting for %1.").arg(report.waitingFor) : Words::tr("Nothing needs attention."));
    for (const Caveat &caveat : report.caveats)
        line(out, caveat.text);
}

void nodes(QString &out, const Report &report, const QString &window)
{
    heading(out, Words::tr("Availability against 99.9 %"));
    bool measured = false;
    for (const AvailabilityLine &node : report.availability) {
        if (!node.measured || !node.measured->share())
            continue;
        measured = true;
        line(out, Words::tr("%1: %2, %3").arg(place(node.object), shareText(node), budgetText(node)));
    }
    line(out, measured ? u"%1. %2"_s.arg(window, availabilityWhy(report)) : Words::tr("%1: not determined. %2").arg(window, availabilityWhy(report)));
    heading(out, Words::tr("Traffic and coin"));
    for (const TrafficLine &traffic : report.traffic)
        line(out, Words::tr("%1: %2 left, runs out: %3, balance %4")
                      .arg(place(traffic.object), traffic.left ? Words::tr("%1 %").arg(formatNumber(*traffic.left, 0)) : Words::tr("unknown"),
                           traffic.lasts ? Words::tr("in %1").arg(formatAge(*traffic.lasts)) : Words::tr("not determined"),
                           traffic.balance ? Words::tr("%1 CC").arg(formatNumber(*traffic.balance, 2)) : Words::tr("unknown")));
    if (report.trafficMore > 0)
        line(out, Words::tr("and %n more", nullptr, report.trafficMore));
    heading(out, Words::tr("Backups"));
    const BackupFigures &backups = report.backups;
    line(out, Words::tr("policy %1: %2 within, %3 overdue, %4 not determined").arg(formatAge(backups.every)).arg(backups.within).arg(backups.overdue).arg(backups.undetermined));
}

}

QString shareText(const AvailabilityLine &line)
{
    const std::optional<double> share = line.measured ? line.measured->share() : std::nullopt;
    if (!share)
        return Words::tr("unknown");
    // 100 % is said of what never failed alone.
    const double percent = *share >= 1 ? 100 : std::min(99.99, *share * 100);
    return Words::tr("%1 %").arg(formatNumber(percent, percent >= 100 ? 0 : 2));
}

QString budgetText(const AvailabilityLine &line)
{
    if (!line.target)
        return Words::tr("no target");
    if (!line.measured || !line.measured->share())
        return QString(QChar(0x2013));
    const state::Availability &measured = *line.measured;
    const double left = measured.budgetLeft(), allowed = measured.seconds() * 0.001;
    if (left < 0)
        return Words::tr("used up, %1 over").arg(formatAge(qint64(-left)));
    if (measured.knownSeconds() < 0.95 * measured.seconds())
        return Words::tr("%1 of %2 known").arg(formatAge(qint64(measured.knownSeconds())), formatAge(qint64(measured.seconds())));
    return Words::tr("%1 of %2 left").arg(formatAge(qint64(left)), formatAge(qint64(allowed)));
}

QString availabilityWhy(const Report &report)
{
    QString why;
    for (const AvailabilityLine &line : report.availability) {
        if (line.measured && line.measured->share())
            return Words::tr("Available: scraped, healthy by its own word and not behind its synchronizer, looked at every %1. Time without data is neither up nor down.")
                .arg(formatAge(qint64(line.measured->resolution)));
        if (why.isEmpty())
            why = line.why;
    }
    return why.isEmpty() ? Words::tr("Nothing measures availability here: no telemetry is connected. Prometheus with the history of this time would tell.")
                         : why;
}

QString toMarkdown(const Report &report, const QList<ChangeLine> &changes, const QString &window, const QDateTime &now)
{
    const qint64 seconds = now.toSecsSinceEpoch();
    QString out = Words::tr("# Overview, %1 UTC").arg(now.toUTC().toString(u"yyyy-MM-dd HH:mm:ss"_s)) + u"\n\n"_s;
    out += Words::tr("%n environment(s)", nullptr, report.environments) + u", "_s + Words::tr("%n node(s)", nullptr, report.nodes) + u'\n';
    problems(out, report, seconds);
    nodes(out, report, window);
    heading(out, Words::tr("Certificates and secrets, next 30 days"));
    for (const EndingLine &ending : report.endings)
        line(out, Words::tr("%1: %2, %3").arg(ending.name, ending.remark,
                                              ending.ends > seconds ? Words::tr("ends in %1").arg(formatAge(ending.ends - seconds))
                                                                    : Words::tr("ended %1 ago").arg(formatAge(seconds - ending.ends))));
    if (report.endings.isEmpty())
        line(out, Words::tr("None known."));
    for (const QString &sentence : report.endingsUnknown)
        line(out, sentence);
    heading(out, Words::tr("In progress"));
    for (const ProgressLine &progress : report.progress) {
        QString current;
        for (const ProgressStep &step : progress.steps)
            current = step.current ? step.text : current;
        line(out, Words::tr("%1: %2. %3").arg(progress.title, current.isEmpty() ? Words::tr("not begun") : current, progress.sentence));
    }
    if (report.progress.isEmpty())
        line(out, Words::tr("Nothing."));
    heading(out, Words::tr("Latest changes, made here, last 24 h"));
    for (const ChangeLine &change : changes)
        line(out, Words::tr("%1 UTC, %2: %3, %4").arg(QDateTime::fromSecsSinceEpoch(change.at, Qt::UTC).toString(u"HH:mm"_s), change.user, change.title, change.outcome));
    if (changes.isEmpty())
        line(out, Words::tr("None."));
    return out;
}

}
