// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Interrupt.h"
#include "app/console/Output.h"
#include "app/console/Times.h"
#include "app/console/commands/AlertLook.h"
#include "app/console/commands/Command.h"
#include "models/core/Async.h"
#include "models/core/Format.h"
#include "models/items/telemetry/AlertMatch.h"

#include <algorithm>

namespace qd::console {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kUnlessGivenMs = 2 * 3600 * 1000;

/// `silence create MATCHER…`, `silence extend ID`, `silence expire ID`: what the page of alerts does, with the terminal as its dialog.
class Silence final : public Command {
public:
    using Command::Command;

    void run() override
    {
        m_verb = invocation().command.section(u' ', 1);
        if (const Result<Done> ready = readWords(); !ready)
            return wrong(ready.error());
        whenFinished(session().gateway()->whoAmI(), this, [this](const Result<ports::Identity> &identity) {
            const bool untold = !identity && (identity.error().kind == ErrorKind::NotFound || identity.error().kind == ErrorKind::Unsupported);
            if (!identity && !untold)
                return fail(identity.error());
            m_look = std::make_unique<AlertLook>(&session());
            m_cluster = session().cluster().info.name;
            m_look->environment(m_cluster)->setIdentity(identity ? *identity : ports::Identity{});
            connect(m_look.get(), &AlertLook::ready, this, &Silence::looked);
            m_look->start();
        });
    }

private:
    Result<Done> readWords()
    {
        if (m_verb == "create"_L1) {
            for (const QString &word : invocation().words) {
                const Result<ports::Matcher> matcher = items::parseMatcher(word);
                if (!matcher)
                    return matcher.error();
                m_wish.matchers.append(*matcher);
            }
            if (const Result<items::AlertMatchers> good = items::AlertMatchers::make(m_wish.matchers); !good)
                return good.error();
        }
        if (invocation().has(u"until"_s)) {
            const Result<QDateTime> until = readTime(u"--until"_s, invocation().value(u"until"_s));
            if (!until)
                return until.error();
            m_wish.endsAt = *until;
            if (invocation().has(u"for"_s))
                return Error{ErrorKind::Invalid, Session::tr("--for and --until say the same thing twice."), Session::tr("Give one of them.")};
        }
        if (m_verb == "extend"_L1 && !invocation().has(u"for"_s) && !invocation().has(u"until"_s))
            return Error{ErrorKind::Invalid, Session::tr("silence extend needs --for or --until."), Session::tr("--for counts from now.")};
        return Done{};
    }

    void wrong(const Error &error)
    {
        sayError(error);
        Q_EMIT finished(Usage);
    }

    void looked()
    {
        const items::AlertsStanding standing = m_look->alerts()->standing(m_cluster);
        if (standing.alertmanager.phase != ports::TelemetryState::Phase::Found)
            return fail(standing.alertmanager.why.message.isEmpty() ? Error{ErrorKind::Timeout, Session::tr("No Alertmanager of %1 answered in time.").arg(m_cluster)} : standing.alertmanager.why);
        if (standing.alertmanagerError)
            return fail(*standing.alertmanagerError);
        if (m_verb != "create"_L1 && !findBefore())
            return;
        const QDateTime now = session().clock()->now();
        if (m_verb == "expire"_L1)
            return m_before->state == "expired"_L1 ? alreadyEnded() : confirm();
        ports::Silence wish = m_verb == "extend"_L1 ? *m_before : m_wish;
        // One that holds keeps its begin: Alertmanager would end it and make another.
        if (m_verb == "create"_L1 || m_before->state == "expired"_L1) {
            wish.startsAt = now;
            wish.id.clear();
        }
        const qint64 ms = invocation().has(u"for"_s) ? parseDuration(invocation().value(u"for"_s)) : kUnlessGivenMs;
        wish.endsAt = m_wish.endsAt.isValid() ? m_wish.endsAt : now.addMSecs(ms);
        if (invocation().has(u"comment"_s))
            wish.comment = invocation().value(u"comment"_s);
        wish.createdBy = items::silenceAuthor(*m_look->environment(m_cluster));
        if (wish.createdBy.isEmpty())
            wish.createdBy = invocation().value(u"author"_s);
        m_wish = wish;
        if (const Result<Done> good = items::checkSilence(m_wish, now); !good)
            return wrong(withFlag(good.error()));
        confirm();
    }

    /// Which option is missing, in the words of the command line.
    static Error withFlag(Error error)
    {
        const QString field = error.causes.isEmpty() ? QString() : error.causes.first().field;
        if (field == "comment"_L1)
            error.remedy = Session::tr("Add --comment TEXT.");
        else if (field == "createdBy"_L1)
            error.remedy = Session::tr("The cluster does not say who you are: add --author NAME.");
        else if (field == "endsAt"_L1)
            error.remedy = Session::tr("Give --for or --until.");
        return error;
    }

    bool findBefore()
    {
        const QString id = invocation().words.first();
        QStringList near;
        for (const items::SilenceLine &line : m_look->alerts()->silences()) {
            if (line.silence.id == id)
                m_before = line.silence;
            else if (line.silence.id.startsWith(id) && !id.isEmpty())
                near.append(line.silence.id);
        }
        if (m_before)
            return true;
        fail({ErrorKind::NotFound, Session::tr("There is no silence %1 in %2.").arg(id, m_cluster),
              near.isEmpty() ? Session::tr("quarterdeck alerts --silences lists them.") : Session::tr("Do you mean %1?").arg(near.join(u", "_s))});
        return false;
    }

    void alreadyEnded()
    {
        if (invocation().json())
            printJson(silenceJson(m_cluster, *m_before, std::nullopt));
        else
            printLine(Session::tr("The silence %1 had ended already.").arg(m_before->id));
        Q_EMIT finished(Ok);
    }

    /// Nothing: it cannot be told here.
    [[nodiscard]] std::optional<int> matching(const ports::Silence &silence) const
    {
        const Result<items::AlertMatchers> matchers = items::AlertMatchers::make(silence.matchers);
        const Result<int> count = matchers ? items::countMatched(*matchers, m_cluster, m_look->alerts()->alerts()) : Result<int>(matchers.error());
        return count ? std::optional(*count) : std::nullopt;
    }

    /// As other writes: asked at a terminal unless --yes; production wants the name of the context.
    void confirm()
    {
        const ports::Silence &silence = m_verb == "expire"_L1 ? *m_before : m_wish;
        const std::optional<int> count = matching(silence);
        const QString matched = count ? QString::number(*count) : Session::tr("unknown");
        const QString plan = m_verb == "expire"_L1
            ? Session::tr("Expire the silence of %1 in %2, which matches %3 alerts now").arg(items::matchersText(silence.matchers), m_cluster, matched)
            : Session::tr("Silence %1 in %2 until %3, which matches %4 alerts now").arg(items::matchersText(silence.matchers), m_cluster, formatRfc3339(silence.endsAt), matched);
        if (!invocation().json())
            printLine(QString(plan + u'.'));
        if (m_verb == "create"_L1 && count == 0)
            say(Session::tr("No alert has these labels now: it would hold for those to come."));
        if (invocation().has(u"dry-run"_s)) {
            if (invocation().json())
                printJson(silenceJson(m_cluster, silence, count));
            Q_EMIT finished(Ok);
            return;
        }
        const bool typed = session().cluster().info.mark == state::Mark::Production;
        const bool asks = stdinIsTerminal() && !invocation().has(u"yes"_s);
        QString name = invocation().value(u"confirm"_s);
        if (typed && name.isEmpty() && asks)
            name = askLine(Session::tr("Type %1 to confirm:").arg(m_cluster));
        else if (!typed && asks && askLine(Session::tr("%1? [y/N]").arg(plan)).compare("y"_L1, Qt::CaseInsensitive) != 0)
            return refuse(Session::tr("Nothing was changed."), Interrupt::caught() ? int(Interrupted) : int(Failed));
        else if (!invocation().has(u"yes"_s) && !stdinIsTerminal())
            return refuse(Session::tr("Nothing was changed: there is no terminal to confirm at. Add --yes."), Usage);
        if (typed && name != m_cluster)
            return refuse(name.isEmpty() ? Session::tr("Nothing was changed: this change needs --confirm %1.").arg(m_cluster)
                                         : Session::tr("Nothing was changed: \"%1\" is not the name to confirm, %2 is.").arg(name, m_cluster), Usage);
        write();
    }

    void refuse(const QString &why, int code)
    {
        say(why);
        Q_EMIT finished(code);
    }

    void write()
    {
        const auto then = [this](const Result<ports::Silence> &written) {
            if (!written)
                return fail(written.error());
            if (invocation().json())
                printJson(silenceJson(m_cluster, *written, m_verb == "expire"_L1 ? std::nullopt : matching(*written)));
            else if (m_verb == "expire"_L1)
                printLine(Session::tr("The silence %1 has ended.").arg(written->id));
            else
                printLine(Session::tr("The silence %1 holds until %2.").arg(written->id, formatRfc3339(written->endsAt)));
            Q_EMIT finished(Ok);
        };
        if (m_verb == "expire"_L1)
            m_look->alerts()->expireSilence(m_cluster, *m_before, then);
        else
            m_look->alerts()->setSilence(m_cluster, m_wish, m_before, then);
    }

    QString m_verb;
    QString m_cluster;
    ports::Silence m_wish;
    std::optional<ports::Silence> m_before;
    std::unique_ptr<AlertLook> m_look;
};

}

std::unique_ptr<Command> makeSilence(const Invocation &invocation, Session *session)
{
    return std::make_unique<Silence>(invocation, session);
}

}
