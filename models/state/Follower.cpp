// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/Follower.h"

#include "models/core/Async.h"
#include "models/core/Format.h"
#include "models/network/Pods.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QJsonArray>

#include <algorithm>

namespace qd::state {

using namespace Qt::StringLiterals;
using network::State;

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(Follower)
};

QJsonObject conditionOf(const QJsonObject &object, QLatin1StringView type)
{
    const QJsonArray conditions = object.value("status"_L1).toObject().value("conditions"_L1).toArray();
    for (const QJsonValue &condition : conditions) {
        if (condition.toObject().value("type"_L1).toString() == type)
            return condition.toObject();
    }
    return {};
}

/// A condition speaks of the present spec unless it says that it is of an older generation.
bool current(const QJsonObject &condition, qint64 generation)
{
    return condition.value("observedGeneration"_L1).toInteger(generation) >= generation;
}

QString reasonOf(const QJsonObject &condition)
{
    const QString message = condition.value("message"_L1).toString();
    return message.isEmpty() ? condition.value("reason"_L1).toString() : message;
}

FollowVerdict waiting(const QString &what)
{
    return {FollowVerdict::Is::Waiting, what};
}

/// What the status counts: steps of a run, else pods of the components of a node.
void measure(FollowVerdict &verdict, const QJsonObject &status)
{
    const QJsonArray steps = status.value("steps"_L1).toArray();
    for (const QJsonValue &step : steps) {
        const QString state = step.toObject().value("state"_L1).toString();
        verdict.done += state == "Succeeded"_L1 || state == "Skipped"_L1;
        ++verdict.of;
    }
    if (verdict.of > 0)
        return;
    network::PodCount pods;
    const QJsonArray components = status.value("components"_L1).toArray();
    for (const QJsonValue &component : components)
        pods += network::PodCount::of(component.toObject());
    verdict.done = int(pods.ready);
    verdict.of = int(pods.desired);
    if (verdict.of > 0 && verdict.done < verdict.of)
        verdict.message = Words::tr("%1, %2 of %3 pods ready").arg(verdict.message).arg(verdict.done).arg(verdict.of);
}

FollowVerdict judgeGone(const QJsonObject &object)
{
    const QJsonObject metadata = object.value("metadata"_L1).toObject();
    if (!metadata.contains("deletionTimestamp"_L1))
        return waiting(Words::tr("waits for the deletion to begin"));
    QStringList finalizers;
    const QJsonArray list = metadata.value("finalizers"_L1).toArray();
    for (const QJsonValue &finalizer : list)
        finalizers.append(finalizer.toString());
    return waiting(finalizers.isEmpty() ? Words::tr("is being deleted")
                                        : Words::tr("is being deleted, waits for %1").arg(finalizers.join(u", "_s)));
}

FollowVerdict judgeRequest(const FollowTarget &target, const QJsonObject &object)
{
    const QString handled
        = object.value("status"_L1).toObject().value("handledRequests"_L1).toObject().value(target.request).toString();
    const QDateTime mine = QDateTime::fromString(target.requestValue, Qt::ISODate);
    const QDateTime theirs = QDateTime::fromString(handled, Qt::ISODate);
    if (handled == target.requestValue || (mine.isValid() && theirs.isValid() && theirs >= mine))
        return {FollowVerdict::Is::Settled, Words::tr("the operator has acted on the request")};
    return waiting(Words::tr("waits for the operator to act on the request"));
}

FollowVerdict judgePhase(const FollowTarget &target, const QJsonObject &object, qint64 generation)
{
    const QJsonObject status = object.value("status"_L1).toObject();
    const qint64 observed = status.value("observedGeneration"_L1).toInteger(-1);
    if (observed < generation)
        return waiting(Words::tr("waits for the operator to see generation %1").arg(generation));
    const QString phase = status.value("phase"_L1).toString();
    if (phase.isEmpty() || target.phases.isEmpty())
        return {FollowVerdict::Is::Settled, Words::tr("the operator has seen generation %1").arg(generation)};
    const State state = target.phases.value(phase, State::Unknown);
    const QString message = status.value("message"_L1).toString();
    if (target.bad.contains(state))
        return {FollowVerdict::Is::Failed,
            message.isEmpty() ? Words::tr("its phase is %1").arg(phase)
                              : Words::tr("its phase is %1: %2").arg(phase, message)};
    const bool asleep = state == State::Suspended && object.value("spec"_L1).toObject().value("suspend"_L1).toBool();
    if (!target.good.contains(state) && !asleep) {
        FollowVerdict verdict = waiting(message.isEmpty() ? Words::tr("its phase is %1").arg(phase)
                                                          : Words::tr("its phase is %1: %2").arg(phase, message));
        measure(verdict, status);
        return verdict;
    }
    const QJsonObject ready = conditionOf(object, "Ready"_L1);
    const bool notReady
        = !ready.isEmpty() && (ready.value("status"_L1).toString() != "True"_L1 || !current(ready, generation));
    if (state == State::Ready && notReady) {
        FollowVerdict verdict = waiting(Words::tr("is not ready yet: %1").arg(reasonOf(ready)));
        measure(verdict, status);
        return verdict;
    }
    return {FollowVerdict::Is::Settled, Words::tr("its phase is %1").arg(phase)};
}

}

FollowVerdict judge(const FollowTarget &target, const QJsonObject &object, qint64 generation)
{
    if (target.until == FollowTarget::Until::Applied)
        return {FollowVerdict::Is::Settled, {}};
    if (target.until == FollowTarget::Until::Gone)
        return judgeGone(object);
    if (target.until == FollowTarget::Until::Request)
        return judgeRequest(target, object);
    const QJsonObject accepted = conditionOf(object, "SpecAccepted"_L1);
    if (accepted.value("status"_L1).toString() == "False"_L1 && current(accepted, generation)
        && object.value("status"_L1).toObject().value("observedGeneration"_L1).toInteger(-1) >= generation)
        return {FollowVerdict::Is::Failed, Words::tr("the operator does not accept it: %1").arg(reasonOf(accepted))};
    return judgePhase(target, object, generation);
}

PollingWatcher::PollingWatcher(std::shared_ptr<ports::ResourceGateway> gateway, Scheduler scheduler,
    std::chrono::milliseconds interval, QObject *parent)
    : ObjectWatcher(parent)
    , m_gateway(std::move(gateway))
    , m_scheduler(std::move(scheduler))
    , m_interval(interval)
{
}

PollingWatcher::~PollingWatcher()
{
    m_stop.request_stop();
}

void PollingWatcher::start(const ObjectId &object)
{
    m_object = object;
    ask();
}

void PollingWatcher::ask()
{
    const QFuture<Result<QJsonObject>> answer
        = m_gateway->get(m_object.gvr, m_object.ns, m_object.name, m_stop.get_token());
    whenFinished(answer, this, [this](const Result<QJsonObject> &object) {
        m_scheduler(m_interval, this, [this] { ask(); });
        if (!object && object.error().kind == ErrorKind::NotFound)
            Q_EMIT gone();
        else if (!object)
            Q_EMIT trouble(object.error());
        else if (!m_object.uid.isEmpty()
            && object->value("metadata"_L1).toObject().value("uid"_L1).toString() != m_object.uid)
            Q_EMIT gone();
        else
            Q_EMIT updated(*object);
    });
}

Follower::Follower(std::unique_ptr<ObjectWatcher> watcher, Scheduler scheduler, QObject *parent)
    : QObject(parent)
    , m_watcher(std::move(watcher))
    , m_scheduler(std::move(scheduler))
{
}

void Follower::start(
    const ObjectId &object, const FollowTarget &target, qint64 generation, std::chrono::milliseconds timeout)
{
    m_object = object;
    m_target = target;
    m_generation = generation;
    connect(m_watcher.get(), &ObjectWatcher::updated, this, [this](const QJsonObject &now) {
        const FollowVerdict verdict = judge(m_target, now, m_generation);
        const QString text = m_object.name + u": "_s + verdict.message;
        if (verdict.is != FollowVerdict::Is::Waiting)
            return end(verdict.is == FollowVerdict::Is::Settled ? End::Settled : End::Failed, text);
        if (text != m_waitingFor)
            Q_EMIT progress(text);
        m_waitingFor = text;
        if (verdict.of != m_parts || verdict.done != m_partsDone)
            Q_EMIT measured(verdict.done, verdict.of);
        m_parts = verdict.of;
        m_partsDone = verdict.done;
    });
    connect(m_watcher.get(), &ObjectWatcher::gone, this, [this] {
        if (m_target.until == FollowTarget::Until::Gone)
            return end(End::Settled, Words::tr("%1 is gone.").arg(m_object.name));
        end(End::Failed, Words::tr("%1 was deleted meanwhile.").arg(m_object.name));
    });
    connect(m_watcher.get(), &ObjectWatcher::trouble, this, [this](const Error &error) {
        Q_EMIT progress(Words::tr("%1: no answer, trying again (%2)").arg(m_object.name, error.message));
    });
    m_scheduler(timeout, this, [this, timeout] {
        const QString age = formatAge(timeout.count() / 1000);
        end(End::Timeout,
            m_waitingFor.isEmpty() ? Words::tr("%1 is not settled after %2.").arg(m_object.name, age)
                                   : Words::tr("Not settled after %1. %2").arg(age, m_waitingFor));
    });
    m_watcher->start(object);
}

void Follower::end(End how, const QString &message)
{
    if (m_done)
        return;
    m_done = true;
    disconnect(m_watcher.get(), nullptr, this, nullptr);
    m_watcher.release()->deleteLater();
    Q_EMIT finished(how, message);
}

}
