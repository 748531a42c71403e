// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/telemetry/SilenceWriter.h"

#include "models/core/Async.h"
#include "models/core/Format.h"
#include "models/items/telemetry/AlertMatch.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QSysInfo>
#include <QTimer>
#include <QUuid>

#include <algorithm>
#include <array>

namespace qd::items {

using namespace Qt::StringLiterals;
using ports::Silence;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(SilenceWriter)
};

/// Of several Alertmanagers behind one address the one that reads may not have heard yet what another one took: they gossip.
constexpr std::array kReadAgainMs{300, 700, 1500};

/// The server decided: nothing was written.
bool isNo(const Error &error)
{
    switch (error.kind) {
    case ErrorKind::Invalid:
    case ErrorKind::Forbidden:
    case ErrorKind::Unauthenticated:
    case ErrorKind::NotFound:
    case ErrorKind::Conflict:
    case ErrorKind::Unsupported:
    case ErrorKind::TooMany:
        return true;
    default:
        return false;
    }
}

bool near(const QDateTime &a, const QDateTime &b)
{
    return std::abs(a.secsTo(b)) <= 2;
}

/// Alertmanager moves a begin in the past to now, so that it is not compared.
bool isThat(const Silence &there, const Silence &wanted)
{
    return there.state != "expired"_L1 && sameMatchers(there.matchers, wanted.matchers) && there.comment == wanted.comment
        && there.createdBy == wanted.createdBy && near(there.endsAt, wanted.endsAt);
}

QJsonObject faceOf(const Silence &silence)
{
    return {{u"matchers"_s, matchersText(silence.matchers)}, {u"endsAt"_s, formatRfc3339(silence.endsAt)},
            {u"createdBy"_s, silence.createdBy}, {u"comment"_s, silence.comment}};
}

}

struct SilenceWriter::Run {
    SilencePlace place;
    Silence silence;
    std::optional<Silence> before;
    bool expires = false;
    QString id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    QSet<QString> known = {};       ///< ids before it was sent; not known: empty
    Then then;
    QString foundId = {};
    std::size_t reads = 0;          ///< how often it was read back
};

SilencePlace SilencePlace::of(const state::Environment &environment, const QString &profile)
{
    SilencePlace out;
    out.cluster = environment.name();
    out.server = environment.gateway() ? environment.gateway()->serverUrl() : QString();
    out.profile = profile;
    out.user = environment.identity().user;
    out.production = environment.isProduction();
    out.readOnly = environment.readOnly();
    if (const auto &telemetry = environment.telemetry()) {
        out.source = telemetry->alerts();
        out.alertmanager = telemetry->state(ports::TelemetryPart::Alerts).address;
    }
    return out;
}

QString silenceAuthor(const state::Environment &environment)
{
    if (const auto &session = environment.signIn()) {
        const auto identity = session->state().identity;
        if (identity && !identity->user.isEmpty())
            return identity->user;
    }
    return environment.identity().user;
}

Result<Done> checkSilence(const Silence &silence, const QDateTime &now)
{
    QList<ErrorCause> causes;
    if (const Result<AlertMatchers> matchers = AlertMatchers::make(silence.matchers); !matchers)
        causes += matchers.error().causes;
    if (!silence.endsAt.isValid())
        causes.append({u"endsAt"_s, u"FieldValueRequired"_s, Words::tr("A silence needs an end.")});
    else if (silence.endsAt <= now)
        causes.append({u"endsAt"_s, u"FieldValueInvalid"_s, Words::tr("The end is in the past.")});
    else if (silence.startsAt.isValid() && silence.endsAt <= silence.startsAt)
        causes.append({u"endsAt"_s, u"FieldValueInvalid"_s, Words::tr("The end is before the begin.")});
    if (silence.comment.trimmed().isEmpty())
        causes.append({u"comment"_s, u"FieldValueRequired"_s, Words::tr("A silence needs a comment: others have to know why nobody is called.")});
    if (silence.createdBy.trimmed().isEmpty())
        causes.append({u"createdBy"_s, u"FieldValueRequired"_s, Words::tr("A silence needs an author.")});
    if (causes.isEmpty())
        return Done{};
    return Error{ErrorKind::Invalid, causes.first().message, {}, {}, {}, 0, -1, causes};
}

SilenceWriter::SilenceWriter(state::Journal *journal, const Clock *clock, QObject *parent)
    : QObject(parent)
    , m_journal(journal)
    , m_clock(clock)
{
}

void SilenceWriter::set(const SilencePlace &place, const Silence &silence, const std::optional<Silence> &before, Then then)
{
    begin(std::make_shared<Run>(Run{.place = place, .silence = silence, .before = before, .then = std::move(then)}));
}

void SilenceWriter::expire(const SilencePlace &place, const Silence &silence, Then then)
{
    begin(std::make_shared<Run>(Run{.place = place, .silence = silence, .before = silence, .expires = true, .then = std::move(then)}));
}

/// What can be told without the server is told before anything is recorded.
void SilenceWriter::begin(const RunPtr &run)
{
    const auto refuse = [&run](const Error &error) { run->then(error); };
    if (run->place.readOnly)
        return refuse({ErrorKind::Forbidden, Words::tr("%1 is read-only here: nothing is silenced.").arg(run->place.cluster), Words::tr("Switch it to read-write first.")});
    if (!run->place.source)
        return refuse({ErrorKind::NotFound, Words::tr("No Alertmanager is known of %1.").arg(run->place.cluster), {}});
    if (!m_journal)
        return refuse({ErrorKind::Storage, Words::tr("There is no journal."), Words::tr("Nothing is changed without a record.")});
    if (!run->expires) {
        if (const Result<Done> good = checkSilence(run->silence, m_clock->now()); !good)
            return refuse(good.error());
    }
    ++m_running;
    QJsonObject json = record(*run);
    json.insert("type"_L1, u"intent"_s);
    whenFinished(m_journal->append(json), this, [this, run](const Result<Done> &recorded) {
        if (!recorded) {
            --m_running;
            run->then(recorded.error());
            return;
        }
        // An answer that is lost leaves one more silence there than before: those there are now are not it.
        whenFinished(run->place.source->silences(), this, [this, run](const Result<QList<Silence>> &there) {
            for (const Silence &silence : there ? *there : QList<Silence>())
                run->known.insert(silence.id);
            send(run);
        });
    });
}

void SilenceWriter::send(const RunPtr &run)
{
    if (!run->expires) {
        whenFinished(run->place.source->setSilence(run->silence), this, [this, run](const Result<QString> &answer) { readBack(run, answer); });
        return;
    }
    whenFinished(run->place.source->expireSilence(run->silence.id), this, [this, run](const Result<Done> &answer) {
        readBack(run, answer ? Result<QString>(run->silence.id) : Result<QString>(answer.error()));
    });
}

void SilenceWriter::readBack(const RunPtr &run, const Result<QString> &answer)
{
    if (!answer && isNo(answer.error()))
        return finish(run, u"refused"_s, answer.error());
    whenFinished(run->place.source->silences(), this,
                 [this, run, answer](const Result<QList<Silence>> &there) { compare(run, answer, there); });
}

void SilenceWriter::compare(const RunPtr &run, const Result<QString> &answer, const Result<QList<Silence>> &there)
{
    const QString what = run->expires ? Words::tr("The end of the silence") : Words::tr("The silence");
    if (!there) {
        if (answer)
            return finish(run, u"applied"_s, Error{there.error().kind, Words::tr("%1 was taken and could not be read back: %2").arg(what, there.error().message), Words::tr("Look at the list of silences.")});
        return finish(run, u"timeout"_s, Error{answer.error().kind, Words::tr("It is not known whether it was written: %1").arg(answer.error().message), Words::tr("Look at the list of silences before you try again.")});
    }
    const auto wanted = [&run, &answer](const Silence &silence) {
        if (run->expires)
            return silence.id == run->silence.id && silence.state == "expired"_L1;
        if (answer)
            return silence.id == *answer && isThat(silence, run->silence);
        return isThat(silence, run->silence) && (silence.id == run->silence.id || !run->known.contains(silence.id));
    };
    const auto found = std::find_if(there->begin(), there->end(), wanted);
    if (found != there->end()) {
        run->foundId = found->id;
        return finish(run, u"settled"_s, *found);
    }
    // One that was ended may be forgotten already.
    const bool gone = run->expires && std::none_of(there->begin(), there->end(), [&run](const Silence &silence) { return silence.id == run->silence.id; });
    if (answer && gone) {
        Silence ended = run->silence;
        ended.state = u"expired"_s;
        return finish(run, u"settled"_s, ended);
    }
    if (run->reads < kReadAgainMs.size()) {
        QTimer::singleShot(kReadAgainMs.at(run->reads++), this, [this, run, answer] { readBack(run, answer); });
        return;
    }
    if (answer)
        return finish(run, u"failed"_s, Error{ErrorKind::Internal, Words::tr("%1 was taken, and the Alertmanager does not have it as it was written.").arg(what), Words::tr("Look at the list of silences.")});
    Error error = answer.error();
    error.message = Words::tr("%1 was not written, as far as can be seen: %2").arg(what, error.message);
    finish(run, u"failed"_s, error);
}

void SilenceWriter::finish(const RunPtr &run, const QString &outcome, const Result<Silence> &result)
{
    QJsonObject json = record(*run);
    json.insert("type"_L1, u"result"_s);
    json.insert("outcome"_L1, outcome);
    json.insert("message"_L1, result ? QString() : result.error().message);
    // Its result counts even where the record of it cannot be written: the intent is there, and the log of the journal says why.
    whenFinished(m_journal->append(json), this, [this, run, result](const Result<Done> &) {
        --m_running;
        Q_EMIT written(run->place.cluster);
        run->then(result);
    });
}

QJsonObject SilenceWriter::record(const Run &run) const
{
    const QString matchers = matchersText(run.silence.matchers);
    const QString title = run.expires ? Words::tr("Expire silence of %1").arg(matchers)
        : run.before                  ? Words::tr("Change silence of %1").arg(matchers)
                                      : Words::tr("Silence %1").arg(matchers);
    const QString name = !run.foundId.isEmpty() ? run.foundId : run.silence.id;
    QJsonArray diff;
    const QJsonObject before = run.before ? faceOf(*run.before) : QJsonObject();
    const QJsonObject after = run.expires ? QJsonObject() : faceOf(run.silence);
    for (const QString &key : (run.expires ? before : after).keys()) {
        if (before.value(key) == after.value(key))
            continue;
        QJsonObject change{{u"op"_s, !before.contains(key) ? u"add"_s : run.expires ? u"remove"_s : u"replace"_s}, {u"path"_s, QString(u'/' + key)}, {u"label"_s, key}};
        if (before.contains(key))
            change.insert("from"_L1, before.value(key));
        if (!run.expires)
            change.insert("to"_L1, after.value(key));
        diff.append(change);
    }
    const QJsonObject edit{{u"resource"_s, QString(u"silences.alertmanager/"_s + name)}, {u"kind"_s, u"Silence"_s}, {u"namespace"_s, QString()},
                           {u"uid"_s, name}, {u"verb"_s, run.expires ? u"delete"_s : run.before ? u"update"_s : u"create"_s},
                           {u"resourceVersion"_s, QString()}, {u"applied"_s, !run.foundId.isEmpty()}, {u"diff"_s, diff},
                           {u"follow"_s, QJsonObject{{u"until"_s, u"applied"_s}}}};
    return {{u"id"_s, run.id}, {u"action"_s, run.expires ? u"silence.expire"_s : run.before ? u"silence.extend"_s : u"silence.create"_s},
            {u"title"_s, title}, {u"user"_s, run.place.user}, {u"host"_s, QSysInfo::machineHostName()}, {u"cluster"_s, run.place.cluster},
            {u"server"_s, run.place.server}, {u"profile"_s, run.place.profile}, {u"production"_s, run.place.production}, {u"danger"_s, u"routine"_s},
            {u"reason"_s, run.silence.comment}, {u"alertmanager"_s, run.place.alertmanager}, {u"edits"_s, QJsonArray{edit}}};
}

}
