// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Output.h"
#include "app/console/commands/Command.h"
#include "app/console/commands/VerdictLook.h"
#include "models/core/Async.h"
#include "models/core/Format.h"
#include "models/core/Json.h"
#include "models/network/Drift.h"
#include "models/state/Redaction.h"

#include <QJsonArray>

namespace qd::console {

using namespace Qt::StringLiterals;

namespace {

QString text(const QJsonValue &value)
{
    if (value.isUndefined() || value.isNull())
        return u"unknown"_s;
    return value.isString() ? value.toString() : QString::fromUtf8(json::compact(value));
}

/// The spec; of a kind that has none (ConfigMap, Secret, Role) all it has besides metadata.
QJsonObject declaredOf(const QJsonObject &object)
{
    if (object.contains("spec"_L1))
        return object.value("spec"_L1).toObject();
    QJsonObject out = object;
    for (const auto &key : {"apiVersion"_L1, "kind"_L1, "metadata"_L1, "status"_L1})
        out.remove(key);
    return out;
}

/// What was declared and what is reported, where they disagree, and whether the operator has seen the declaration.
QJsonArray driftOf(const network::KindInfo &kind, const QJsonObject &object)
{
    QJsonArray out;
    const qint64 generation = object.value("metadata"_L1)["generation"_L1].toInteger();
    for (const network::Difference &difference : network::differencesOf(kind, object)) {
        const QString why = difference.acted
            ? Session::tr("the operator has acted on generation %1, yet reports another value").arg(generation)
            : Session::tr("the operator has not acted on generation %1 yet").arg(generation);
        out.append(QJsonObject{{u"path"_s, difference.pair->declared}, {u"declared"_s, difference.declared},
                               {u"reported"_s, difference.reported}, {u"observed"_s, QJsonValue::Null}, {u"why"_s, why}});
    }
    return out;
}

/// What the object says of itself: phase and the conditions that do not hold.
QJsonObject reportedVerdict(const network::KindInfo &kind, const QJsonObject &object)
{
    const QString phase = json::at(object, kind.phasePointer).toString();
    network::State state = kind.stateOf(phase);
    if (object.value("metadata"_L1)["deletionTimestamp"_L1].isString())
        state = network::State::Deleting;
    QJsonArray evidence;
    evidence.append(phase.isEmpty() ? Session::tr("no phase is reported") : Session::tr("phase %1").arg(phase));
    const QJsonArray conditions = object.value("status"_L1)["conditions"_L1].toArray();
    for (const QJsonValue &condition : conditions) {
        const QString status = condition["status"_L1].toString();
        if (status == "True"_L1)
            continue;
        evidence.append(QString(condition["type"_L1].toString() + u'=' + status + u", "_s + condition["reason"_L1].toString()
                                + u": "_s + condition["message"_L1].toString()));
    }
    return {{u"state"_s, network::stateId(state)}, {u"evidence"_s, evidence}};
}

/// `show KIND/NAME`: the details pane as text or JSON.
class Show final : public Command {
public:
    using Command::Command;

    void run() override
    {
        static const QStringList sections{u"declared"_s, u"reported"_s, u"observed"_s, u"drift"_s,
                                          u"verdict"_s, u"conditions"_s, u"events"_s};
        if (invocation().has(u"section"_s) && !sections.contains(invocation().value(u"section"_s))) {
            sayError({ErrorKind::Invalid, Session::tr("--section %1 is not known.").arg(invocation().value(u"section"_s)),
                      Session::tr("Known are %1.").arg(sections.join(u", "_s))});
            Q_EMIT finished(Usage);
            return;
        }
        const auto target = splitTarget(invocation().words.first());
        if (!target) {
            sayError(target.error());
            Q_EMIT finished(Usage);
            return;
        }
        withKind(target->first, [this, name = target->second](const network::KindInfo &kind) {
            m_target = {kind, {}, name};
            m_open = session().clusters().size();
            m_answers.resize(m_open, Error{});
            for (size_t i = 0; i < m_answers.size(); ++i)
                read(i);
        });
    }

private:
    [[nodiscard]] const SessionCluster &at(size_t cluster) const { return session().clusters().at(cluster); }
    [[nodiscard]] QString nsIn(size_t cluster) const
    {
        return m_target.kind.namespaced ? session().targetNamespace(at(cluster)) : QString();
    }

    void read(size_t cluster)
    {
        whenFinished(at(cluster).kube->gateway()->get(m_target.kind.gvr, nsIn(cluster), m_target.name), this,
                     [this, cluster](const Result<QJsonObject> &object) {
                         m_answers[cluster] = object;
                         if (--m_open == 0)
                             choose();
                     });
    }

    /// The one cluster that has it. Two that do are a question; one that cannot be asked is said.
    void choose()
    {
        QStringList having, names;
        const Error *worst = nullptr;
        for (size_t i = 0; i < m_answers.size(); ++i) {
            names.append(at(i).info.name);
            if (m_answers[i]) {
                having.append(at(i).info.name);
                m_cluster = i;
            } else if (!worst || worst->kind == ErrorKind::NotFound) {
                worst = &m_answers[i].error();
            }
        }
        if (having.size() > 1) {
            sayError({ErrorKind::Invalid, Session::tr("%1 is in several clusters: %2.").arg(invocation().words.first(), having.join(u", "_s)),
                      Session::tr("Say which with --context, for example --context %1.").arg(having.first())});
            Q_EMIT finished(Usage);
            return;
        }
        if (having.isEmpty() && several() && worst->kind == ErrorKind::NotFound)
            return fail({ErrorKind::NotFound, Session::tr("%1 is in none of the clusters %2.").arg(invocation().words.first(), names.join(u", "_s)),
                         Session::tr("Check the name and the namespace (-n).")});
        if (having.isEmpty())
            return fail(*worst);
        if (worst && worst->kind != ErrorKind::NotFound)
            sayError(*worst);
        m_target.ns = nsIn(m_cluster);
        m_object = state::masked(*m_answers[m_cluster]);
        const QString section = invocation().value(u"section"_s);
        const bool node = m_target.kind.own && m_target.kind.pane == "nodes"_L1;
        if (!node || (invocation().has(u"section"_s) && section != "verdict"_L1 && section != "observed"_L1))
            return askEvents();
        // Its silence is compared with all nodes, as in `verdicts`; who may not list those gets those of its namespace.
        m_look = std::make_unique<VerdictLook>(&session(), at(m_cluster), QString(), m_target.ns);
        connect(m_look.get(), &VerdictLook::ready, this, &Show::askEvents, Qt::QueuedConnection);
        m_look->start();
    }

    /// Of a node what its metrics say, beside what it reports itself; of anything else the latter.
    [[nodiscard]] QJsonObject verdict() const
    {
        const QJsonObject reported = reportedVerdict(m_target.kind, m_object);
        if (!m_look)
            return reported;
        const ObjectId id{at(m_cluster).info.name, m_target.kind.gvr, m_target.ns, m_target.name, m_object.value("metadata"_L1)["uid"_L1].toString()};
        QJsonObject out = state::verdictJson(m_look->of(id));
        out.insert(u"reported"_s, reported);
        return out;
    }

    void askEvents()
    {
        if (invocation().has(u"section"_s) && invocation().value(u"section"_s) != "events"_L1)
            return answer({});
        const QJsonObject metadata = m_object.value("metadata"_L1).toObject();
        const ObjectId id{at(m_cluster).info.name, m_target.kind.gvr, m_target.ns, m_target.name,
                          metadata.value("uid"_L1).toString()};
        whenFinished(at(m_cluster).kube->gateway()->events(id), this, [this](const Result<QJsonObject> &events) {
            if (!events && invocation().value(u"section"_s) == "events"_L1)
                return fail(events.error());
            answer(events ? events->value("items"_L1).toArray() : QJsonArray());
        });
    }

    void answer(const QJsonArray &events)
    {
        QJsonObject out{{u"declared"_s, declaredOf(m_object)}, {u"reported"_s, m_object.value("status"_L1).toObject()},
                        {u"observed"_s, observed()}, {u"drift"_s, driftOf(m_target.kind, m_object)},
                        {u"verdict"_s, verdict()}};
        out.insert("conditions"_L1, m_object.value("status"_L1)["conditions"_L1].toArray());
        out.insert("events"_L1, events);
        out.insert("cluster"_L1, at(m_cluster).info.name);
        if (invocation().has(u"section"_s))
            out = {{invocation().value(u"section"_s), out.value(invocation().value(u"section"_s))}};
        if (invocation().json())
            printJson(out);
        else
            printText(out);
        Q_EMIT finished(Ok);
    }

    void printText(const QJsonObject &out) const
    {
        const QJsonObject metadata = m_object.value("metadata"_L1).toObject();
        QString where = m_target.ns.isEmpty() ? QString() : Session::tr(", namespace %1").arg(m_target.ns);
        if (several())
            where += Session::tr(", cluster %1").arg(at(m_cluster).info.name);
        printLine(u"%1 %2%3, version %4, generation %5"_s.arg(m_target.kind.kind, m_target.name, where,
                                                              metadata.value("resourceVersion"_L1).toString())
                      .arg(metadata.value("generation"_L1).toInteger()));
        if (out.contains("verdict"_L1)) {
            const QJsonValue verdict = out.value("verdict"_L1), reported = m_look ? verdict["reported"_L1] : verdict;
            printLine(u"state: "_s + reported["state"_L1].toString());
            for (const QJsonValue &line : reported["evidence"_L1].toArray())
                printLine(u"  "_s + line.toString());
            if (m_look)
                printLine(u"progress: "_s + verdict["state"_L1].toString());
            for (const QJsonValue &line : m_look ? verdict["evidence"_L1].toArray() : QJsonArray())
                printLine(u"  "_s + line["says"_L1].toString());
        }
        printComparisons(out);
        if (invocation().value(u"section"_s) == "observed"_L1)
            printObserved(out);
        for (const auto &section : {"declared"_L1, "reported"_L1}) {
            if (out.contains(section))
                printLine(u"\n%1:"_s.arg(section)), print(session().yaml()->emitText(out.value(section)));
        }
        if (invocation().has(u"section"_s))
            printConditions(out);
        printEvents(out);
    }

    void printObserved(const QJsonObject &out) const
    {
        const QJsonObject observed = out.value("observed"_L1).toObject();
        if (observed.isEmpty())
            return printLine(Session::tr("Nothing is observed of it: no metric of it is read."));
        for (auto it = observed.begin(); it != observed.end(); ++it)
            printLine(u"%1: %2"_s.arg(it.key(), it->toString()));
    }

    /// When it did what it does last, as its metrics say.
    [[nodiscard]] QJsonObject observed() const
    {
        QJsonObject out;
        if (!m_look)
            return out;
        const state::NodeVerdict verdict = m_look->of({at(m_cluster).info.name, m_target.kind.gvr, m_target.ns, m_target.name, m_object.value("metadata"_L1)["uid"_L1].toString()});
        for (const auto &[key, moment] : {std::pair(u"lastEvent"_s, verdict.lastEvent), std::pair(u"lastIngestion"_s, verdict.lastIngestion), std::pair(u"lastCommitment"_s, verdict.lastCommitment)}) {
            if (moment)
                out.insert(key, formatRfc3339(QDateTime::fromSecsSinceEpoch(qint64(*moment), Qt::UTC)));
        }
        return out;
    }

    /// Asked for alone; else they stand under reported.
    void printConditions(const QJsonObject &out) const
    {
        if (!out.contains("conditions"_L1))
            return;
        const QJsonArray conditions = out.value("conditions"_L1).toArray();
        if (conditions.isEmpty())
            return printLine(Session::tr("No condition is reported."));
        QList<QStringList> rows;
        for (const QJsonValue &condition : conditions)
            rows.append({condition["type"_L1].toString(), condition["status"_L1].toString(), condition["reason"_L1].toString(),
                         condition["lastTransitionTime"_L1].toString(), condition["message"_L1].toString()});
        printTable({u"CONDITION"_s, u"STATUS"_s, u"REASON"_s, u"SINCE"_s, u"MESSAGE"_s}, rows);
    }

    void printComparisons(const QJsonObject &out) const
    {
        if (!out.contains("drift"_L1))
            return;
        QList<QStringList> rows;
        const QJsonArray drift = out.value("drift"_L1).toArray();
        for (const network::Comparison &pair : m_target.kind.comparisons) {
            QString why;
            for (const QJsonValue &entry : drift) {
                if (entry["path"_L1].toString() == pair.declared)
                    why = Session::tr("drift: %1").arg(entry["why"_L1].toString());
            }
            rows.append({pair.title, text(json::at(m_object, pair.declared)), text(json::at(m_object, pair.reported)),
                         u"unknown"_s, why});
        }
        if (!rows.isEmpty()) {
            printLine({});
            printTable({QString(), u"DECLARED"_s, u"REPORTED"_s, u"OBSERVED"_s, QString()}, rows);
        }
    }

    void printEvents(const QJsonObject &out) const
    {
        const QJsonArray events = out.value("events"_L1).toArray();
        if (events.isEmpty()) {
            if (invocation().value(u"section"_s) == "events"_L1)
                printLine(Session::tr("No event is known of it."));
            return;
        }
        QList<QStringList> rows;
        for (const QJsonValue &event : events)
            rows.append({event["lastTimestamp"_L1].toString(event["eventTime"_L1].toString()), event["type"_L1].toString(),
                         event["reason"_L1].toString(), event["message"_L1].toString()});
        printLine({});
        printTable({u"TIME"_s, u"TYPE"_s, u"REASON"_s, u"MESSAGE"_s}, rows);
    }

    Target m_target;
    std::vector<Result<QJsonObject>> m_answers;   ///< of each cluster
    size_t m_open = 0;
    size_t m_cluster = 0;                         ///< that has it
    QJsonObject m_object;
    std::unique_ptr<VerdictLook> m_look;          ///< of a node
};

}

std::unique_ptr<Command> makeShow(const Invocation &invocation, Session *session)
{
    return std::make_unique<Show>(invocation, session);
}

}
