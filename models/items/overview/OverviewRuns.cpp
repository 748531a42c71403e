// SPDX-License-Identifier: GPL-3.0-or-later
// What ends soon and what is under way.
#include "models/core/Format.h"
#include "models/core/Json.h"
#include "models/items/overview/OverviewWork.h"
#include "models/items/overview/ProblemWords.h"

#include <QJsonArray>

#include <algorithm>

namespace qd::items::overview {

using namespace Qt::StringLiterals;
using network::Cell;
using Words = OverviewWords;

namespace {

constexpr qint64 kHorizon = 30 * 86400;
constexpr qint64 kCertificateSoon = 7 * 86400;
constexpr qsizetype kNamed = 4;

qint64 timeOf(const Cell &cell)
{
    return cell.is == Cell::Is::Integer ? cell.integer : 0;
}

/// A certificate: its first name, whether it renews by itself, when it ends.
std::optional<EndingLine> certificateLine(const state::ResourceStore &store, const network::Row &row, qint64 now)
{
    const network::KindInfo &kind = store.kind();
    EndingLine out;
    out.ends = timeOf(cellOf(kind, row, u"notAfter"_s));
    const qint64 attempts = timeOf(cellOf(kind, row, u"attempts"_s)), renewal = timeOf(cellOf(kind, row, u"renewal"_s));
    if (out.ends <= 0 || out.ends - now > kHorizon)
        return std::nullopt;
    out.object = store.idOf(row);
    out.name = cellOf(kind, row, u"names"_s).text.section(u", "_s, 0, 0);
    if (out.name.isEmpty())
        out.name = row.name;
    if (renewal > 0 && renewal <= now)
        out.since = renewal;
    if (out.ends <= now) {
        out.state = State::Failed;
        out.remark = attempts > 0 ? Words::tr("renewal failed") : Words::tr("not renewed");
    } else if (attempts > 0) {
        out.state = State::Degraded;
        out.remark = Words::tr("renewal failed");
    } else if (renewal > now) {
        out.remark = Words::tr("renews in %1").arg(roughly(renewal - now));
    } else {
        out.state = out.ends - now < kCertificateSoon ? State::Degraded : State::Progressing;
        out.remark = renewal > 0 ? Words::tr("renewal is due") : Words::tr("no renewal planned");
    }
    return out;
}

std::optional<EndingLine> secretLine(const state::ResourceStore &store, const network::Row &row, qint64 now)
{
    const network::KindInfo &kind = store.kind();
    EndingLine out;
    out.ends = timeOf(cellOf(kind, row, u"expires"_s));
    const qint64 issued = timeOf(cellOf(kind, row, u"issued"_s));
    if (row.phase != "Issued"_L1 || out.ends <= now || out.ends - now > kHorizon)
        return std::nullopt;
    out.object = store.idOf(row);
    out.state = State::Progressing;
    const QString validator = cellOf(kind, row, u"validator"_s).text;
    out.name = Words::tr("Onboarding secret, %1").arg(validator.isEmpty() ? row.name : validator);
    out.remark = issued > 0 ? Words::tr("%1, unused").arg(roughly(out.ends - issued)) : Words::tr("unused");
    return out;
}

Problem certificateProblem(const EndingLine &line, const network::KindInfo &kind, qint64 now)
{
    Problem out;
    out.object = line.object;
    out.key = line.object.cluster + u'\n' + line.object.uid + u"\nends"_s;
    out.mark = QString::number(line.ends) + network::stateId(line.state);
    out.icon = kind.icon;
    out.state = line.state;
    out.cause = u"ends"_s;
    out.title = line.ends > now ? Words::tr("Certificate ends in %1").arg(roughly(line.ends - now))
                                : Words::tr("Certificate ended %1 ago").arg(roughly(now - line.ends));
    out.detail = Words::tr("%1: %2").arg(line.name, line.remark);
    out.since = line.since;
    out.step = {Step::Does::Open, Words::tr("Open certificate")};
    return out;
}

QString stepWord(const QString &name)
{
    static const QHash<QString, QString> kWords{
        {u"PreCheck"_s, Words::tr("Checks")}, {u"IdentityDump"_s, Words::tr("Dump")}, {u"Backup"_s, Words::tr("Backup")},
        {u"ApplyVersion"_s, Words::tr("Apply")}, {u"WaitReady"_s, Words::tr("Ready")}, {u"Migrate"_s, Words::tr("Migrate")},
        {u"Observe"_s, Words::tr("Observe")}, {u"AwaitApproval"_s, Words::tr("Approve")}, {u"Promote"_s, Words::tr("Promote")},
        {u"Announce"_s, Words::tr("Announce")}, {u"Validate"_s, Words::tr("Checks")}, {u"StopNode"_s, Words::tr("Stop")},
        {u"RestoreAppDb"_s, Words::tr("App data")}, {u"RestoreParticipantDb"_s, Words::tr("Data")}, {u"ImportIdentity"_s, Words::tr("Identity")},
        {u"StartNode"_s, Words::tr("Start")}, {u"Reconnect"_s, Words::tr("Connect")}, {u"Verify"_s, Words::tr("Verify")}};
    return kWords.value(name, wordsOf(name));
}

ProgressStep stepFrom(const QJsonObject &step, State run)
{
    const QString state = step.value("state"_L1).toString();
    ProgressStep out{stepWord(step.value("name"_L1).toString())};
    out.current = state == "Running"_L1;
    out.state = state == "Succeeded"_L1 ? State::Ready
        : state == "Failed"_L1          ? State::Failed
        : out.current                   ? (run == State::Waiting ? State::Waiting : State::Progressing)
                                        : State::NotBegun;
    return out;
}

qint64 secondsOf(const QString &duration)
{
    const qint64 ms = parseDuration(duration);
    return ms > 0 ? ms / 1000 : 0;
}

/// What a step does, for one whose message is only its name.
QString stepSentence(const QString &name)
{
    static const QHash<QString, QString> kSentences{
        {u"PreCheck"_s, Words::tr("Checks whether it can be done")}, {u"IdentityDump"_s, Words::tr("Dumps the identity")},
        {u"Backup"_s, Words::tr("Makes a backup")}, {u"ApplyVersion"_s, Words::tr("Applies the new version")},
        {u"WaitReady"_s, Words::tr("Waits until the pods are ready")}, {u"Migrate"_s, Words::tr("Migrates the data")},
        {u"Observe"_s, Words::tr("Is observed")}, {u"AwaitApproval"_s, Words::tr("Waits for approval")},
        {u"Promote"_s, Words::tr("Goes on to the next nodes")}, {u"Announce"_s, Words::tr("Is announced")},
        {u"StopNode"_s, Words::tr("Stops the node")}, {u"StartNode"_s, Words::tr("Starts the node")}};
    return kSentences.value(name, wordsOf(name));
}

/// What the operator says, and when a watched time ends.
QString progressSentence(const QJsonObject &body, const QString &running, const QString &started, qint64 now)
{
    QString out = json::at(body, u"/status/message"_s).toString();
    const qint64 duration = secondsOf(json::at(body, u"/spec/observation/duration"_s).toString());
    const QDateTime since = QDateTime::fromString(started, Qt::ISODate);
    const QString told = out.endsWith(u'.') ? out.chopped(1) : out;
    if (!running.isEmpty() && (told.isEmpty() || told == running))
        out = since.isValid() ? Words::tr("%1, for %2.").arg(stepSentence(running), formatAge(std::max<qint64>(0, now - since.toSecsSinceEpoch())))
                              : Words::tr("%1.").arg(stepSentence(running));
    if (running == "Observe"_L1 && duration > 0 && since.isValid()) {
        const qint64 left = since.toSecsSinceEpoch() + duration - now;
        out = left > 0 ? Words::tr("Observation ends in %1.").arg(formatAge(left)) : Words::tr("Observation is over, the checks are evaluated.");
        QStringList at;
        const QJsonArray targets = json::at(body, u"/status/perTarget"_s).toArray();
        for (const QJsonValue &target : targets) {
            if (target["phase"_L1].toString() == "Observing"_L1)
                at.append(target["name"_L1].toString());
        }
        if (!at.isEmpty())
            out += u' ' + Words::tr("Observed: %1.").arg(at.join(u", "_s));
    }
    return out;
}

QString runTitle(const network::KindInfo &kind, const network::Row &row, const QJsonObject &body)
{
    if (kind.kind == "Restore"_L1)
        return Words::tr("Restore of %1").arg(cellOf(kind, row, u"node"_s).text);
    const QJsonArray targets = json::at(body, u"/spec/targets"_s).toArray();
    const QString from = cellOf(kind, row, u"from"_s).text, to = cellOf(kind, row, u"to"_s).text;
    const QString first = json::at(body, u"/spec/order/0"_s).toString(targets.first()["name"_L1].toString());
    const QString versions = from.isEmpty() ? Words::tr("Upgrade to %1").arg(to) : Words::tr("Upgrade %1 to %2").arg(from, to);
    if (first.isEmpty())
        return versions;
    return targets.size() > 1 ? Words::tr("%1, %2 first").arg(versions, first) : Words::tr("%1, %2").arg(versions, first);
}

}

/// Where a list of what ends is not there, an empty card says nothing.
void Overview::findUnknownEndings(Report &out) const
{
    using Phase = LoadState::Phase;
    QStringList forbidden, failed, waiting;
    for (const auto &watched : m_watched) {
        const Phase phase = watched->store->loadState().phase;
        if (!watched->ending || (watched->store->complete() && phase != Phase::Forbidden))
            continue;
        const QString which = Words::tr("%1 in %2").arg(watched->kind().title.toLower(), watched->environment->name());
        if (phase == Phase::Forbidden)
            forbidden.append(which);
        else if (phase == Phase::Failed || phase == Phase::Stale)
            failed.append(which);
        else if (phase == Phase::Loading)
            waiting.append(which);
    }
    const auto say = [&out](QStringList &which, const QString &sentence) {
        if (which.isEmpty())
            return;
        which.sort();
        const qsizetype more = which.size() - kNamed;
        if (more > 0)
            which = which.mid(0, kNamed) + QStringList{Words::tr("%n more", nullptr, int(more))};
        out.endingsUnknown.append(sentence.arg(which.join(u", "_s)));
    };
    say(forbidden, Words::tr("Not determined, as listing them is not allowed: %1."));
    say(failed, Words::tr("Not determined, as they could not be listed: %1."));
    say(waiting, Words::tr("Not read yet: %1."));
}

void Overview::addEndings(Work &work)
{
    QList<EndingLine> all;
    for (const auto &watched : m_watched) {
        if (!watched->ending)
            continue;
        const bool certificate = !watched->kind().own;
        for (const state::RowPtr &row : watched->store->rows()) {
            const std::optional<EndingLine> line = certificate ? certificateLine(*watched->store, *row, work.now) : secretLine(*watched->store, *row, work.now);
            if (!line)
                continue;
            all.append(*line);
            if (certificate && network::isProblem(line->state)) {
                work.problems.append(certificateProblem(*line, watched->kind(), work.now));
                work.count(watched->kind(), 1);
            }
        }
    }
    std::sort(all.begin(), all.end(), [](const EndingLine &a, const EndingLine &b) { return a.ends != b.ends ? a.ends < b.ends : a.name < b.name; });
    work.report.endingsMore = std::max(0, int(all.size()) - kEndings);
    work.report.endings = all.mid(0, kEndings);
}

void Overview::addProgress(Work &work)
{
    QList<Candidate> running;
    for (const auto &watched : m_watched) {
        const QString &kind = watched->kind().kind;
        if (!watched->kind().own || (kind != "Upgrade"_L1 && kind != "Restore"_L1))
            continue;
        for (const state::RowPtr &row : watched->store->rows()) {
            if (row->state == State::Progressing || row->state == State::Updating || row->state == State::Waiting)
                running.append({watched.get(), row.get()});
        }
    }
    // What runs goes before what waits, the newest first.
    std::sort(running.begin(), running.end(), [](const Candidate &a, const Candidate &b) {
        const bool left = a.row->state == State::Waiting, right = b.row->state == State::Waiting;
        return left != right ? right : a.row->created != b.row->created ? a.row->created > b.row->created : a.row->name < b.row->name;
    });
    work.report.progressMore = std::max(0, int(running.size()) - kProgress);
    for (const Candidate &run : running.mid(0, kProgress)) {
        const QJsonObject body = bodyOf(*run.row);
        ProgressLine line;
        line.object = run.watched->store->idOf(*run.row);
        line.title = runTitle(run.watched->kind(), *run.row, body);
        QString current, since;
        const QJsonArray steps = json::at(body, u"/status/steps"_s).toArray();
        for (const QJsonValue &value : steps) {
            const QJsonObject step = value.toObject();
            if (step.value("state"_L1).toString() == "Skipped"_L1)
                continue;
            line.steps.append(stepFrom(step, run.row->state));
            if (line.steps.last().current) {
                current = step.value("name"_L1).toString();
                since = step.value("startTime"_L1).toString();
            }
        }
        line.sentence = progressSentence(body, current, since, work.now);
        if (line.sentence.isEmpty())
            line.sentence = cellOf(run.watched->kind(), *run.row, u"message"_s).text;
        work.report.progress.append(line);
    }
}

}
