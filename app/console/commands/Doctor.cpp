// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Output.h"
#include "app/console/commands/Command.h"
#include "models/core/Async.h"

#include <QJsonArray>

#include <algorithm>

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
    QStringList verbs;  ///< what the person may do
};

const QStringList &askedVerbs()
{
    static const QStringList verbs{u"get"_s, u"list"_s, u"watch"_s, u"create"_s, u"patch"_s, u"delete"_s};
    return verbs;
}

/// `doctor`: one question after another to the server, each with what to do about a bad answer. The exit code is that of
/// the first failure.
class Doctor final : public Command {
public:
    using Command::Command;

    void run() override
    {
        whenFinished(session().gateway()->version(), this, [this](const Result<ports::ServerVersion> &version) {
            if (!version) {
                add(u"reachable"_s, u"failed"_s, version.error().message, version.error().remedy);
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

private:
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
                add(u"identity"_s, u"failed"_s, identity.error().message, identity.error().remedy);
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
                m_kinds.append({kind.kind, kind.gvr.group, known, kind.own, {}});
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

    void askRights()
    {
        const QString ns = invocation().has(u"all-namespaces"_s) ? QString() : session().targetNamespace();
        for (qsizetype i = 0; i < m_kinds.size(); ++i) {
            const network::KindInfo &kind = session().kinds()->kinds().at(i);
            if (!m_kinds.at(i).served)
                continue;
            for (const QString &verb : askedVerbs()) {
                ++m_open;
                const ports::AccessQuestion question{verb, kind.gvr, {}, kind.namespaced ? ns : QString()};
                whenFinished(session().gateway()->mayI(question), this, [this, i, verb](const Result<ports::AccessAnswer> &answer) {
                    if (answer && answer->allowed)
                        m_kinds[i].verbs.append(verb);
                    else if (!answer)
                        m_rightsError = answer.error();
                    if (--m_open == 0)
                        sayRights();
                });
            }
        }
        if (m_open == 0)
            askServices();
    }

    void sayRights()
    {
        for (KindLine &line : m_kinds)
            std::sort(line.verbs.begin(), line.verbs.end(), [](const QString &a, const QString &b) {
                return askedVerbs().indexOf(a) < askedVerbs().indexOf(b);
            });
        QStringList blind;
        for (const KindLine &line : std::as_const(m_kinds)) {
            if (line.served && line.own && !(line.verbs.contains(u"list"_s) && line.verbs.contains(u"watch"_s)))
                blind.append(line.kind);
        }
        if (m_rightsError)
            add(u"permissions"_s, u"unknown"_s, m_rightsError->message, m_rightsError->remedy);
        else if (!blind.isEmpty())
            add(u"permissions"_s, u"warning"_s, Session::tr("May not list and watch: %1.").arg(blind.join(u", "_s)),
                Session::tr("Ask for a role of resources/rbac, for example quarterdeck viewer."));
        else
            add(u"permissions"_s, u"ok"_s, Session::tr("May list and watch every served kind in %1.")
                    .arg(invocation().has(u"all-namespaces"_s) ? Session::tr("all namespaces") : session().targetNamespace()));
        askServices();
    }

    void askServices()
    {
        ports::ListQuery query;
        query.labelSelector = u"app.kubernetes.io/name in (prometheus,alertmanager,loki)"_s;
        whenFinished(session().gateway()->list({{}, u"v1"_s, u"services"_s}, query), this, [this](const Result<QJsonObject> &list) {
            sayTelemetry(list);
            askLedgers();
        });
    }

    void sayTelemetry(const Result<QJsonObject> &list)
    {
        if (!list) {
            add(u"telemetry"_s, u"unknown"_s, list.error().message, Session::tr("Give the addresses in the profile, under telemetry."));
            return;
        }
        QStringList found;
        const QJsonArray items = list->value("items"_L1).toArray();
        for (const QJsonValue &item : items)
            found.append(QString(item["metadata"_L1]["namespace"_L1].toString() + u'/' + item["metadata"_L1]["name"_L1].toString()));
        if (found.isEmpty())
            add(u"telemetry"_s, u"unknown"_s, Session::tr("No Prometheus, Alertmanager or Loki service was found in the cluster."),
                Session::tr("Give their addresses in the profile, under telemetry."));
        else
            add(u"telemetry"_s, u"ok"_s, Session::tr("Found %1.").arg(found.join(u", "_s)));
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
                    with > 0 ? QString() : Session::tr("Give the addresses in the profile, under ledger."));
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
            kinds.append(QJsonObject{{u"kind"_s, line.kind}, {u"group"_s, line.group}, {u"served"_s, line.served}, {u"verbs"_s, QJsonArray::fromStringList(line.verbs)}});
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
            rows.append({line.own ? line.kind : QString(line.kind + u'.' + line.group), line.served ? u"served"_s : u"not served"_s, line.verbs.join(u' ')});
        printLine({});
        printTable({u"KIND"_s, u"SERVED"_s, u"ALLOWED"_s}, rows);
    }

    ports::ServerVersion m_version;
    ports::Identity m_identity;
    qint64 m_offsetMs = 0;
    QList<Check> m_checks;
    QList<KindLine> m_kinds;
    std::optional<Error> m_rightsError;
    int m_open = 0;
    int m_exit = Ok;
};

}

std::unique_ptr<Command> makeDoctor(const Invocation &invocation, Session *session)
{
    return std::make_unique<Doctor>(invocation, session);
}

}
