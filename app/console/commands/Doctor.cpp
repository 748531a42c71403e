// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Output.h"
#include "app/console/commands/Command.h"
#include "app/console/commands/SignInSteps.h"
#include "models/core/Async.h"

#include <QJsonArray>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

namespace qd::console {

using namespace Qt::StringLiterals;

namespace {

struct Check {
    QString id;
    QString state;      ///< ok, warning, failed, unknown
    QString message;
    QString remedy;
};

struct KindLine {
    QString kind;
    QString group;
    bool served = false;
    bool own = false;
    QStringList verbs = {};        ///< what the person may do in the namespace asked about
    QStringList everywhere = {};   ///< and in all namespaces
};

constexpr std::array kTelemetryParts{ports::TelemetryPart::Metrics, ports::TelemetryPart::Alerts, ports::TelemetryPart::Logs};

const QStringList &askedVerbs()
{
    static const QStringList verbs{u"get"_s, u"list"_s, u"watch"_s, u"create"_s, u"patch"_s, u"delete"_s};
    return verbs;
}

QStringList inNamespaceOnly(const KindLine &line)
{
    QStringList out;
    for (const QString &verb : line.verbs) {
        if (!line.everywhere.contains(verb))
            out.append(verb);
    }
    return out;
}

/// `doctor`: one question after another to the server, each with what to do about a bad answer. The exit code is that of
/// the first failure.
class Doctor final : public Command {
public:
    using Command::Command;

    void run() override
    {
        const std::shared_ptr<ports::SignInSession> signIn = session().cluster().signIn;
        if (!signIn)
            return askVersion();
        takeUpSignIn(session(), signIn, this, [this](const Result<ports::SignInIdentity> &identity) {
            if (!identity) {
                add(u"signIn"_s, u"failed"_s, identity.error().message, identity.error().remedy);
                m_exit = signInExitCode(identity.error());
                return finish();
            }
            add(u"signIn"_s, identity->remembered ? u"ok"_s : u"warning"_s, Session::tr("%1 is signed in at %2.").arg(identity->user, identity->issuer),
                identity->notes.join(u' '));
            askVersion();
        });
    }

private:
    void askVersion()
    {
        whenFinished(session().gateway()->version(), this, [this](const Result<ports::ServerVersion> &version) {
            if (!version) {
                const Error error = explained(version.error(), session(), session().cluster());
                add(u"reachable"_s, u"failed"_s, error.message, error.remedy);
                m_exit = exitCodeOf(version.error());
                return finish();
            }
            m_version = *version;
            add(u"reachable"_s, u"ok"_s, Session::tr("%1 answers in %2 ms.").arg(version->url).arg(version->roundTripMs));
            add(u"version"_s, u"ok"_s, Session::tr("Kubernetes %1.").arg(version->gitVersion));
            checkTls();
            checkClock();
            askIdentity();
        });
    }

    void add(const QString &id, const QString &state, const QString &message, const QString &remedy = {})
    {
        m_checks.append({id, state, message, remedy});
    }

    void checkTls()
    {
        if (m_version.tls.isEmpty())
            add(u"tls"_s, u"warning"_s, Session::tr("The connection is not encrypted; credentials are not sent over it."),
                Session::tr("Use an https server in the kubeconfig."));
        else if (session().cluster().config.insecureSkipTlsVerify)
            add(u"tls"_s, u"warning"_s, Session::tr("%1, but the server's certificate is not verified.").arg(m_version.tls),
                Session::tr("Give certificate-authority-data instead of insecure-skip-tls-verify."));
        else
            add(u"tls"_s, u"ok"_s, m_version.tls);
    }

    void checkClock()
    {
        if (!m_version.date.isValid()) {
            add(u"clock"_s, u"unknown"_s, Session::tr("The server sends no Date header, its clock is not known."));
            return;
        }
        // The header has whole seconds; half of the round trip lies after it was written.
        m_offsetMs = session().clock()->now().msecsTo(m_version.date) + m_version.roundTripMs / 2 + 500;
        const bool far = std::abs(m_offsetMs) > 10'000;
        const bool near = std::abs(m_offsetMs) < 1'000;
        const QString seconds = QString::number(std::abs(double(m_offsetMs)) / 1000, 'f', 1);
        add(u"clock"_s, far ? u"warning"_s : u"ok"_s,
            near ? Session::tr("The server's clock agrees with this one to the second.")
                 : m_offsetMs > 0 ? Session::tr("The server's clock is %1 s ahead of this one.").arg(seconds)
                                  : Session::tr("The server's clock is %1 s behind this one.").arg(seconds),
            far ? Session::tr("Set the clock here: tokens and ages depend on it.") : QString());
    }

    void askIdentity()
    {
        whenFinished(session().gateway()->whoAmI(), this, [this](const Result<ports::Identity> &identity) {
            if (identity) {
                m_identity = *identity;
                const bool anonymous = identity->user == "system:anonymous"_L1;
                add(u"identity"_s, anonymous ? u"warning"_s : u"ok"_s, Session::tr("Signed in as %1.").arg(identity->user),
                    anonymous ? Session::tr("The kubeconfig gives no credentials; add a user to the context.") : QString());
            } else {
                const Error error = explained(identity.error(), session(), session().cluster());
                add(u"identity"_s, u"failed"_s, error.message, error.remedy);
                m_exit = exitCodeOf(identity.error());
                if (identity.error().kind == ErrorKind::Unauthenticated)
                    return finish();
            }
            askKinds();
        });
    }

    void askKinds()
    {
        whenFinished(session().gateway()->discover(), this, [this](const Result<QList<ports::ServedResource>> &served) {
            if (!served) {
                add(u"kinds"_s, u"failed"_s, served.error().message, served.error().remedy);
                m_exit = exitCodeOf(served.error());
                return finish();
            }
            for (const network::KindInfo &kind : session().kinds()->kinds()) {
                const bool known = std::any_of(served->begin(), served->end(), [&kind](const auto &r) { return r.gvr == kind.gvr; });
                m_kinds.append({kind.kind, kind.gvr.group, known, kind.own});
            }
            sayKinds();
            askRights();
        });
    }

    void sayKinds()
    {
        QStringList missing;
        int own = 0;
        for (const KindLine &line : std::as_const(m_kinds)) {
            own += line.own ? 1 : 0;
            if (line.own && !line.served)
                missing.append(line.kind);
        }
        if (missing.isEmpty())
            add(u"kinds"_s, u"ok"_s, Session::tr("All %n kind(s) of Quarterdeck are served.", nullptr, own));
        else
            add(u"kinds"_s, u"failed"_s,
                missing.size() == own ? Session::tr("None of the kinds of canton.quarterdeck.io is served.")
                                      : Session::tr("Not served: %1.").arg(missing.join(u", "_s)),
                Session::tr("Install the definitions: kubectl apply -f resources/crds"));
        if (!missing.isEmpty())
            m_exit = Failed;
    }

    /// Empty: only all namespaces are asked about.
    [[nodiscard]] QString oneNamespace() const
    {
        return invocation().has(u"all-namespaces"_s) ? QString() : session().targetNamespace();
    }

    /// All namespaces first, as the window lists them; what is not allowed there, in the context's namespace.
    void askRights()
    {
        QList<std::pair<qsizetype, QString>> questions;
        for (qsizetype i = 0; i < m_kinds.size(); ++i) {
            for (const QString &verb : askedVerbs()) {
                if (m_kinds.at(i).served)
                    questions.append({i, verb});
            }
        }
        askRights(questions, QString(), [this] { askRightsInNamespace(); });
    }

    void askRightsInNamespace()
    {
        QList<std::pair<qsizetype, QString>> questions;
        for (qsizetype i = 0; i < m_kinds.size(); ++i) {
            KindLine &line = m_kinds[i];
            line.everywhere = std::exchange(line.verbs, {});
            for (const QString &verb : askedVerbs()) {
                if (line.everywhere.contains(verb))
                    line.verbs.append(verb);
                else if (line.served && session().kinds()->kinds().at(i).namespaced && !oneNamespace().isEmpty())
                    questions.append({i, verb});
            }
        }
        askRights(questions, oneNamespace(), [this] { sayRights(); });
    }

    void askRights(const QList<std::pair<qsizetype, QString>> &questions, const QString &ns, const std::function<void()> &then)
    {
        if (questions.isEmpty())
            return then();
        m_open = questions.size();
        for (const auto &[kind, verb] : questions) {
            const ports::AccessQuestion question{verb, session().kinds()->kinds().at(kind).gvr, {}, ns};
            whenFinished(session().gateway()->mayI(question), this,
                         [this, i = kind, asked = verb, then](const Result<ports::AccessAnswer> &answer) {
                             if (answer && answer->allowed)
                                 m_kinds[i].verbs.append(asked);
                             else if (!answer)
                                 m_rightsError = answer.error();
                             if (--m_open == 0)
                                 then();
                         });
        }
    }

    void sayRights()
    {
        const auto sorted = [](QStringList &verbs) {
            std::sort(verbs.begin(), verbs.end(), [](const QString &a, const QString &b) {
                return askedVerbs().indexOf(a) < askedVerbs().indexOf(b);
            });
        };
        const auto seen = [](const QStringList &verbs) { return verbs.contains(u"list"_s) && verbs.contains(u"watch"_s); };
        QStringList blind, narrow;
        for (KindLine &line : m_kinds) {
            sorted(line.verbs);
            sorted(line.everywhere);
            if (line.served && line.own && !seen(line.verbs))
                blind.append(line.kind);
            else if (line.served && line.own && !seen(line.everywhere))
                narrow.append(line.kind);
        }
        judgeRights(blind, narrow);
        askTelemetry();
    }

    void judgeRights(const QStringList &blind, const QStringList &narrow)
    {
        const QString ns = oneNamespace();
        if (m_rightsError)
            return add(u"permissions"_s, u"unknown"_s, m_rightsError->message, m_rightsError->remedy);
        if (!blind.isEmpty())
            return add(u"permissions"_s, u"warning"_s,
                       ns.isEmpty() ? Session::tr("May not list and watch in all namespaces: %1.").arg(blind.join(u", "_s))
                                    : Session::tr("May not list and watch, neither in all namespaces nor in %1: %2.").arg(ns, blind.join(u", "_s)),
                       Session::tr("Ask for a role of resources/rbac, for example quarterdeck viewer."));
        const QStringList &chosen = session().cluster().info.namespaces;   // else the window lists all
        if (!narrow.isEmpty() && chosen.contains(ns))
            return add(u"permissions"_s, u"ok"_s, Session::tr("May list and watch every served kind in %1.").arg(ns));
        if (!narrow.isEmpty())
            return add(u"permissions"_s, u"warning"_s,
                       Session::tr("May list and watch in namespace %1 only, not in all namespaces: %2.").arg(ns, narrow.join(u", "_s)),
                       Session::tr("Name the namespaces in the profile (namespaces: [%1]), or ask for a cluster role of resources/rbac.").arg(ns));
        add(u"permissions"_s, u"ok"_s, Session::tr("May list and watch every served kind in all namespaces."));
    }

    /// What the window would use is found the same way, and then asked what it is.
    void askTelemetry()
    {
        m_telemetry = session().telemetryOf(session().cluster());
        connect(m_telemetry.get(), &ports::Telemetry::changed, this, &Doctor::lookAtTelemetry);
        m_telemetry->look();
        lookAtTelemetry();
    }

    void lookAtTelemetry()
    {
        using Phase = ports::TelemetryState::Phase;
        const auto looking = [this](ports::TelemetryPart part) { return m_telemetry->state(part).phase == Phase::Looking; };
        if (m_telemetryAsked || std::any_of(kTelemetryParts.begin(), kTelemetryParts.end(), looking))
            return;
        m_telemetryAsked = true;
        m_open = qsizetype(kTelemetryParts.size());
        for (const ports::TelemetryPart part : kTelemetryParts) {
            whenFinished(buildOf(part), this, [this, part](const Result<QString> &build) {
                m_builds.insert(part, build);
                if (--m_open > 0)
                    return;
                sayTelemetry();
                askLedgers();
            });
        }
    }

    /// A Loki tells nothing of itself that could be relied on; that it answers is enough.
    [[nodiscard]] QFuture<Result<QString>> buildOf(ports::TelemetryPart part) const
    {
        const ports::TelemetryState state = m_telemetry->state(part);
        if (state.phase != ports::TelemetryState::Phase::Found)
            return readyFuture<QString>(state.why);
        if (part == ports::TelemetryPart::Metrics)
            return m_telemetry->metrics()->build();
        if (part == ports::TelemetryPart::Alerts)
            return m_telemetry->alerts()->build();
        const qint64 now = QDateTime::currentMSecsSinceEpoch() * 1'000'000;
        return m_telemetry->logs()->labelValues(u"job"_s, now - 3'600'000'000'000, now)
            .then([](const Result<QStringList> &values) { return values ? Result<QString>(u"Loki"_s) : Result<QString>(values.error()); });
    }

    void sayTelemetry()
    {
        QStringList says;
        QString remedy;
        bool good = false, wrong = false;   // what the profile names has to answer; what was only looked for may not be there
        for (const ports::TelemetryPart part : kTelemetryParts) {
            const ports::TelemetryState state = m_telemetry->state(part);
            const Result<QString> build = m_builds.value(part);
            good = good || build.ok();
            wrong = wrong || (state.fromProfile && !build);
            if (build) {
                const QString name = !build->isEmpty() ? *build : part == ports::TelemetryPart::Metrics ? u"Prometheus"_s : u"Alertmanager"_s;
                says.append(Session::tr("%1 at %2.").arg(name, state.address));
            } else {
                says.append(build.error().message);
                remedy = remedy.isEmpty() ? build.error().remedy : remedy;
            }
        }
        add(u"telemetry"_s, wrong ? u"warning"_s : good ? u"ok"_s : u"unknown"_s, says.join(u' '), remedy);
    }

    void askLedgers()
    {
        const network::KindInfo *kind = session().kinds()->find(u"Validator"_s);
        if (!kind)
            return finish();
        whenFinished(session().gateway()->list(kind->gvr, {}), this, [this](const Result<QJsonObject> &list) {
            int with = 0, without = 0;
            const QJsonArray items = list ? list->value("items"_L1).toArray() : QJsonArray();
            for (const QJsonValue &item : items)
                (item["status"_L1]["endpoints"_L1]["ledgerApi"_L1].isString() ? with : without) += 1;
            if (!list || with + without == 0)
                add(u"ledger"_s, u"unknown"_s, list ? Session::tr("There is no validator to name a ledger endpoint.") : list.error().message);
            else
                add(u"ledger"_s, with > 0 ? u"ok"_s : u"unknown"_s,
                    Session::tr("%1 of %n validator(s) name a Ledger API endpoint.", nullptr, with + without).arg(with),
                    with > 0 ? QString() : Session::tr("The operator reports it in status.endpoints.ledgerApi."));
            finish();
        });
    }

    void finish()
    {
        const bool ok = std::none_of(m_checks.begin(), m_checks.end(), [](const Check &c) { return c.state == "failed"_L1; });
        invocation().json() ? printJson(document(ok)) : printText();
        Q_EMIT finished(ok ? Ok : m_exit == Ok ? int(Failed) : m_exit);
    }

    QJsonObject document(bool ok) const
    {
        QJsonArray checks, kinds;
        for (const Check &check : m_checks)
            checks.append(QJsonObject{{u"id"_s, check.id}, {u"state"_s, check.state}, {u"message"_s, check.message}, {u"remedy"_s, check.remedy}});
        for (const KindLine &line : m_kinds)
            kinds.append(QJsonObject{{u"kind"_s, line.kind}, {u"group"_s, line.group}, {u"served"_s, line.served}, {u"verbs"_s, QJsonArray::fromStringList(line.verbs)},
                                     {u"allNamespacesVerbs"_s, QJsonArray::fromStringList(line.everywhere)}});
        return {{u"ok"_s, ok},
                {u"server"_s, QJsonObject{{u"url"_s, session().gateway()->serverUrl()}, {u"version"_s, m_version.gitVersion}}},
                {u"identity"_s, QJsonObject{{u"user"_s, m_identity.user}, {u"groups"_s, QJsonArray::fromStringList(m_identity.groups)}}},
                {u"clockOffsetMs"_s, m_offsetMs}, {u"checks"_s, checks}, {u"kinds"_s, kinds}};
    }

    void printText() const
    {
        QList<QStringList> rows;
        for (const Check &check : m_checks)
            rows.append({check.state, check.id, check.remedy.isEmpty() ? check.message : QString(check.message + u' ' + check.remedy)});
        printTable({u"STATE"_s, u"CHECK"_s, u"WHAT"_s}, rows);
        if (m_kinds.isEmpty())
            return;
        rows.clear();
        for (const KindLine &line : m_kinds)
            rows.append({line.own ? line.kind : QString(line.kind + u'.' + line.group), line.served ? u"served"_s : u"not served"_s, line.everywhere.join(u' '),
                         inNamespaceOnly(line).join(u' ')});
        printLine({});
        QStringList heading{u"KIND"_s, u"SERVED"_s, u"ALLOWED IN ALL NAMESPACES"_s};
        if (std::any_of(m_kinds.begin(), m_kinds.end(), [](const KindLine &line) { return !inNamespaceOnly(line).isEmpty(); }))
            heading.append(u"AND IN "_s + oneNamespace());
        for (QStringList &row : rows)
            row.resize(heading.size());
        printTable(heading, rows);
    }

    ports::ServerVersion m_version;
    ports::Identity m_identity;
    qint64 m_offsetMs = 0;
    QList<Check> m_checks;
    QList<KindLine> m_kinds;
    std::optional<Error> m_rightsError;
    std::shared_ptr<ports::Telemetry> m_telemetry;
    QHash<ports::TelemetryPart, Result<QString>> m_builds;
    bool m_telemetryAsked = false;
    qsizetype m_open = 0;
    int m_exit = Ok;
};

}

std::unique_ptr<Command> makeDoctor(const Invocation &invocation, Session *session)
{
    return std::make_unique<Doctor>(invocation, session);
}

}
