// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Interrupt.h"
#include "app/console/Output.h"
#include "app/console/commands/Command.h"
#include "app/console/commands/DoReport.h"
#include "models/core/Async.h"
#include "models/core/Format.h"
#include "models/core/Json.h"
#include "models/items/ObjectFacts.h"

#include <QFile>
#include <QStringDecoder>

#include <cstdio>

namespace qd::console {

using namespace Qt::StringLiterals;
using state::ChangeOutcome;
using state::ChangePipeline;

namespace {

constexpr qsizetype kLargestFile = qsizetype(16) << 20;

/// `do ACTION KIND/NAME key=value …`: the change pipeline of the window, with the terminal as its dialog.
class Do final : public Command {
public:
    using Command::Command;

    void run() override
    {
        const QStringList &words = invocation().words;
        m_action = words.first();
        if (const Result<Done> ready = readWords(); !ready) {
            sayError(ready.error());
            Q_EMIT finished(ready.error().kind == ErrorKind::Storage ? Failed : Usage);
            return;
        }
        whenFinished(session().gateway()->whoAmI(), this, [this](const Result<ports::Identity> &identity) {
            // A server before 1.27 does not tell; what may be done is asked all the same.
            const bool untold = !identity
                && (identity.error().kind == ErrorKind::NotFound || identity.error().kind == ErrorKind::Unsupported);
            if (!identity && !untold)
                return fail(identity.error());
            m_user = identity ? identity->user : QString();
            if (m_action == "create"_L1)
                return begin({});
            readLive();
        });
    }

    void interrupt() override
    {
        m_interrupted = true;
        if (m_pipeline && !m_pipeline->isFinished())
            m_pipeline->cancel();
        else
            Q_EMIT finished(Interrupted);
    }

private:
    Result<Done> readWords()
    {
        const Result<Target> target = parseTarget(session(), invocation().words.at(1));
        if (!target)
            return target.error();
        m_target = *target;
        const state::ActionInfo *action = session().catalogue().find(m_action);
        if (!action) {
            QStringList ids;
            for (const state::ActionInfo &info : session().catalogue().actions())
                ids.append(info.id);
            return Error{ErrorKind::Invalid, Session::tr("\"%1\" is no action.").arg(m_action), Session::tr("Known are %1.").arg(ids.join(u", "_s))};
        }
        for (const QString &word : invocation().words.mid(2)) {
            const qsizetype equals = word.indexOf(u'=');
            if (equals <= 0)
                return Error{ErrorKind::Invalid, Session::tr("\"%1\" is not key=value.").arg(word)};
            m_params.insert(word.left(equals), word.mid(equals + 1));
        }
        if (invocation().has(u"timeout"_s) && parseDuration(invocation().value(u"timeout"_s)) <= 0)
            return Error{ErrorKind::Invalid, Session::tr("--timeout %1 is no duration.").arg(invocation().value(u"timeout"_s)),
                         Session::tr("For example 90s or 10m.")};
        return readFile();
    }

    /// file=PATH of edit and create becomes the text of the file; "-" is standard input.
    Result<Done> readFile()
    {
        if (!m_params.contains(u"file"_s))
            return Done{};
        const QString path = m_params.value(u"file"_s);
        QFile file(path);
        const bool open = path == "-"_L1 ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly);
        if (!open)
            return Error{ErrorKind::Storage, Session::tr("%1 could not be read: %2.").arg(path, file.errorString())};
        QByteArray bytes;
        for (QByteArray part = file.read(65536); !part.isEmpty() && bytes.size() <= kLargestFile; part = file.read(65536))
            bytes += part;
        if (bytes.size() > kLargestFile)
            return Error{ErrorKind::Invalid, Session::tr("%1 is larger than %2 MiB, more than any object can be.").arg(path).arg(kLargestFile >> 20)};
        QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
        const QString text = decoder(bytes);
        if (decoder.hasError())
            return Error{ErrorKind::Invalid, Session::tr("%1 is not UTF-8.").arg(path), Session::tr("Save it as UTF-8.")};
        m_params[u"file"_s] = text;
        return Done{};
    }

    void readLive()
    {
        whenFinished(session().gateway()->get(m_target.kind.gvr, m_target.ns, m_target.name), this,
                     [this](const Result<QJsonObject> &live) { live ? begin(*live) : fail(live.error()); });
    }

    void begin(const QJsonObject &live)
    {
        const state::DraftContext context{session().cluster().info.name, session().targetNamespace(), session().clock()->now(),
                                          session().yaml(), m_user};
        auto draft = session().catalogue().buildDraft(m_action, m_target.kind, live, m_params, context);
        if (!draft) {
            if (draft.error().reason == "NothingToChange"_L1)
                return nothingToChange(draft.error());
            sayError(draft.error());
            Q_EMIT finished(draft.error().kind == ErrorKind::Invalid ? Usage : exitCodeOf(draft.error()));
            return;
        }
        m_draft = *draft;
        askNetworks();
    }

    /// What belongs to a MainNet is production whatever its cluster is called: by itself or by the nodes it refers to.
    void askNetworks()
    {
        const network::KindTable &kinds = *session().kinds();
        for (const state::Edit &edit : std::as_const(m_draft.edits)) {
            const network::KindInfo *kind = kinds.find(edit.object.gvr);
            const QList<QJsonObject> states = kind ? state::statesOf(edit.base, edit) : QList<QJsonObject>();
            for (const QJsonObject &object : states) {
                const QList<ObjectId> networks = items::networksOf(object, *kind, kinds, [this](const ObjectId &node) {
                    if (!m_nodes.contains(node))
                        m_nodes.append(node);
                    return QString();   // asked for below
                });
                for (const ObjectId &network : networks)
                    addNetwork(network);
            }
        }
        askNext();
    }

    void addNetwork(const ObjectId &network)
    {
        if (!network.name.isEmpty() && !m_networks.contains(network))
            m_networks.append(network);
    }

    void askNext()
    {
        if (m_interrupted)
            return;
        const network::KindInfo *known = session().kinds()->find(u"CantonNetwork"_s);
        if (!m_nodes.isEmpty()) {
            const ObjectId node = m_nodes.takeFirst();
            const QString pointer = session().kinds()->find(node.gvr)->networkPointer;
            whenFinished(session().gateway()->get(node.gvr, node.ns, node.name), this, [this, pointer, node, known](const Result<QJsonObject> &found) {
                if (found && known)
                    addNetwork({{}, known->gvr, node.ns, json::at(*found, pointer).toString(), {}});
                else if (!found && found.error().kind != ErrorKind::NotFound)
                    m_mainNet = true;   // it may be one
                askNext();
            });
        } else if (!m_networks.isEmpty() && !m_mainNet && known) {
            const ObjectId network = m_networks.takeFirst();
            whenFinished(session().gateway()->get(known->gvr, network.ns, network.name), this, [this, network](const Result<QJsonObject> &found) {
                m_mainNet = found ? found->value("spec"_L1)["type"_L1].toString() == "MainNet"_L1 : network.name.contains("mainnet"_L1, Qt::CaseInsensitive);
                askNext();
            });
        } else {
            start();
        }
    }

    void start()
    {
        m_draft.reason = invocation().value(u"reason"_s);
        ChangePipeline::Options options;
        options.dryRun = invocation().has(u"dry-run"_s);
        options.follow = !invocation().has(u"no-follow"_s);
        if (invocation().has(u"timeout"_s))
            options.followTimeout = std::chrono::milliseconds(parseDuration(invocation().value(u"timeout"_s)));
        ChangePipeline::Environment environment = session().pipelineEnvironment(session().cluster(), m_user);
        environment.production = environment.production || m_mainNet;
        m_pipeline = std::make_unique<ChangePipeline>(environment);
        connect(m_pipeline.get(), &ChangePipeline::conflictsFound, this, &Do::sayConflicts);
        connect(m_pipeline.get(), &ChangePipeline::confirmationNeeded, this, &Do::confirm);
        connect(m_pipeline.get(), &ChangePipeline::progress, this, [](const QString &text) { say(text); });
        connect(m_pipeline.get(), qOverload<const ChangeOutcome &>(&ChangePipeline::finished), this, &Do::report, Qt::QueuedConnection);
        m_pipeline->start(m_draft, options);
    }

    void nothingToChange(const Error &error)
    {
        ChangeOutcome outcome;
        outcome.kind = ChangeOutcome::Kind::Settled;
        outcome.message = error.message;
        if (invocation().json())
            printJson(reportJson({}, outcome));
        else
            printLine(error.message);
        Q_EMIT finished(Ok);
    }

    /// A person must decide; a script gets exit code 5 and the fields.
    void sayConflicts()
    {
        for (const QString &line : conflictLines(m_pipeline->review()))
            say(line);
        m_conflict = true;
        m_pipeline->cancel();
    }

    void confirm()
    {
        const state::Review &review = m_pipeline->review();
        if (!invocation().json())
            print(reviewText(review, *session().yaml()).toUtf8());
        if (review.hasConflicts())
            return sayConflicts();
        const bool typed = review.needsTypedName || (review.production && review.danger >= state::Danger::Disruptive);
        QString name = invocation().value(u"confirm"_s);
        const bool asks = stdinIsTerminal() && !invocation().has(u"yes"_s);
        if (typed && name.isEmpty() && asks)
            name = askLine(Session::tr("Type %1 to confirm:").arg(review.expectedName));
        else if (!typed && asks && !agreed(askLine(Session::tr("%1? [y/N]").arg(review.draft.verbText))))
            return Interrupt::caught() ? interrupt() : m_pipeline->cancel();
        else if (!invocation().has(u"yes"_s) && !stdinIsTerminal())
            return refuse(Session::tr("Nothing was changed: there is no terminal to confirm at. Add --yes."));
        if (Interrupt::caught())
            return interrupt();
        if (typed && name != review.expectedName)
            return refuse(name.isEmpty()
                              ? Session::tr("Nothing was changed: this change needs --confirm %1.").arg(review.expectedName)
                              : Session::tr("Nothing was changed: \"%1\" is not the name to confirm, %2 is.").arg(name, review.expectedName));
        const QString missing = m_pipeline->confirm(invocation().value(u"reason"_s), name);
        if (!missing.isEmpty())
            refuse(missing);
    }

    static bool agreed(const QString &answer) { return answer.compare("y"_L1, Qt::CaseInsensitive) == 0; }

    void refuse(const QString &why)
    {
        m_refusal = why;
        m_pipeline->cancel();
    }

    void report(ChangeOutcome outcome)
    {
        if (m_conflict)
            outcome.kind = ChangeOutcome::Kind::Conflict;
        if (!m_refusal.isEmpty()) {
            outcome.kind = ChangeOutcome::Kind::Refused;
            outcome.message = m_refusal;
        }
        // commands.md has no word for it: who says no refuses, unless something was sent already. The journal keeps "cancelled".
        if (outcome.kind == ChangeOutcome::Kind::Cancelled) {
            m_cancelled = true;
            const bool sent = outcome.editsApplied > 0 || !outcome.error.message.isEmpty();
            outcome.kind = sent ? ChangeOutcome::Kind::Failed : ChangeOutcome::Kind::Refused;
        }
        if (invocation().json())
            printJson(reportJson(m_pipeline->review(), outcome));
        else
            printText(outcome);
        Q_EMIT finished(exitCode(outcome));
    }

    void printText(const ChangeOutcome &outcome)
    {
        if (outcome.kind == ChangeOutcome::Kind::DryRun)
            print(reviewText(m_pipeline->review(), *session().yaml()).toUtf8());
        const bool good = outcome.kind == ChangeOutcome::Kind::Settled || outcome.kind == ChangeOutcome::Kind::Applied
            || outcome.kind == ChangeOutcome::Kind::DryRun;
        if (good)
            return printLine(outcome.message);
        say(outcome.message);
        for (const ErrorCause &cause : outcome.error.causes)
            if (!outcome.message.contains(cause.message))
                say(u"  "_s + cause.field + u": "_s + cause.message);
        if (!outcome.error.remedy.isEmpty() && !outcome.message.contains(outcome.error.remedy))
            say(outcome.error.remedy);
    }

    int exitCode(const ChangeOutcome &outcome) const
    {
        if (m_cancelled)
            return m_interrupted ? Interrupted : Failed;
        switch (outcome.kind) {
        case ChangeOutcome::Kind::Settled:
        case ChangeOutcome::Kind::Applied:
        case ChangeOutcome::Kind::DryRun: return m_interrupted ? Interrupted : Ok;
        case ChangeOutcome::Kind::Conflict: return Conflict;
        case ChangeOutcome::Kind::Timeout: return m_interrupted ? Interrupted : Unsettled;
        case ChangeOutcome::Kind::Refused:
            if (!m_refusal.isEmpty())
                return Usage;
            return outcome.error.kind == ErrorKind::Forbidden || outcome.error.kind == ErrorKind::Unauthenticated ? NotAllowed : Failed;
        case ChangeOutcome::Kind::Cancelled:
        case ChangeOutcome::Kind::Failed: break;
        }
        return exitCodeOf(outcome.error);
    }

    QString m_action;
    Target m_target;
    QMap<QString, QString> m_params;
    QString m_user;
    QString m_refusal;
    state::ChangeDraft m_draft;
    QList<ObjectId> m_nodes;   ///< whose network is still to be asked for
    QList<ObjectId> m_networks;   ///< of which it is still to be asked what they are
    bool m_conflict = false;
    bool m_mainNet = false;
    bool m_interrupted = false;
    bool m_cancelled = false;
    std::unique_ptr<ChangePipeline> m_pipeline;
};

}

std::unique_ptr<Command> makeDo(const Invocation &invocation, Session *session)
{
    return std::make_unique<Do>(invocation, session);
}

}
