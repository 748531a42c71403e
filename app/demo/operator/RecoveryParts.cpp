// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/RecoveryParts.h"

#include "app/demo/operator/Faults.h"
#include "models/core/Json.h"

#include <QCryptographicHash>
#include <QHash>
#include <QJsonArray>

#include <algorithm>

namespace qd::demo::recovery {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

const char kArtifactFinalizer[] = "canton.quarterdeck.io/artifact";
const char kTeardownFinalizer[] = "canton.quarterdeck.io/teardown";

QString text(const QJsonObject &object, const QString &pointer)
{
    return json::at(object, pointer).toString();
}

QDateTime timeOf(const QJsonObject &object, const QString &pointer)
{
    return QDateTime::fromString(text(object, pointer), Qt::ISODateWithMs);
}

QString stampOf(const QDateTime &time)
{
    return time.toUTC().toString(u"yyyy-MM-ddTHH:mm:ssZ"_s);
}

QString nameOf(const QJsonObject &object)
{
    return text(object, u"/metadata/name"_s);
}

QString nsOf(const QJsonObject &object)
{
    return text(object, u"/metadata/namespace"_s);
}

QString phaseOf(const QJsonObject &object)
{
    return text(object, u"/status/phase"_s);
}

bool conditionTrue(const QJsonObject &object, const QString &type)
{
    for (const QJsonValue &one : json::at(object, u"/status/conditions"_s).toArray()) {
        if (one.toObject().value("type"_L1).toString() == type)
            return one.toObject().value("status"_L1).toString() == "True"_L1;
    }
    return false;
}

bool deleting(const QJsonObject &object)
{
    return json::at(object, u"/metadata/deletionTimestamp"_s).isString();
}

qint64 secondsOf(const QString &duration)
{
    static const QHash<QChar, qint64> units{{u's', 1}, {u'm', 60}, {u'h', 3600}, {u'd', 86400}};
    bool number = false;
    const qint64 count = duration.chopped(duration.isEmpty() ? 0 : 1).toLongLong(&number);
    const qint64 unit = duration.isEmpty() ? 0 : units.value(duration.back());
    // A hundred years is as good as ever, and cannot overflow.
    return number && unit > 0 ? std::min(count, qint64(3155760000) / unit) * unit : -1;
}

void wakeAt(StatusDraft &draft, const Moment &moment, const QDateTime &time)
{
    // Far off: once a day is enough, and the Engine's timers stay small.
    const qint64 left = std::clamp<qint64>(moment.now.msecsTo(time), 1, 86400000);
    draft.again(milliseconds(qint64(double(left) * moment.speed) + 1));
}

QString pluralOfNode(const QString &kind)
{
    static const QHash<QString, QString> plurals{{u"Validator"_s, u"validators"_s}, {u"Participant"_s, u"participants"_s},
        {u"SuperValidator"_s, u"supervalidators"_s}, {u"SyncDomain"_s, u"syncdomains"_s}};
    return plurals.value(kind);
}

QJsonObject nodeOf(const World &world, const QString &ns, const QJsonObject &ref)
{
    return world.find(pluralOfNode(ref.value("kind"_L1).toString()), ns, ref.value("name"_L1).toString());
}

QString nodeText(const QJsonObject &ref)
{
    return QString(ref.value("kind"_L1).toString() + u' ' + ref.value("name"_L1).toString());
}

bool refersTo(const QJsonObject &object, const QString &pointer, const QJsonObject &node)
{
    return text(object, QString(pointer + u"/name"_s)) == nameOf(node) && nsOf(object) == nsOf(node)
        && text(object, QString(pointer + u"/kind"_s)) == text(node, u"/kind"_s);
}

bool serving(const QJsonObject &node)
{
    const QString phase = phaseOf(node);
    if (phase == "Ready"_L1 || phase == "Updating"_L1)
        return true;
    if (phase != "Degraded"_L1)
        return false;
    for (const QJsonValue &one : json::at(node, u"/status/conditions"_s).toArray()) {
        if (one.toObject().value("type"_L1).toString() == "DatabaseReady"_L1)
            return one.toObject().value("status"_L1).toString() != "False"_L1;
    }
    return true;
}

QString versionOf(const QJsonObject &node)
{
    const QString version = text(node, u"/status/version"_s);
    return version.isEmpty() ? text(node, u"/spec/imageTag"_s) : version;
}

std::optional<qint64> migrationOf(const QJsonObject &node)
{
    QJsonValue id = json::at(node, u"/status/currentMigrationId"_s);
    if (!id.isDouble())
        id = json::at(node, u"/spec/migrationId"_s);
    return id.isDouble() ? std::optional<qint64>(id.toInteger()) : std::nullopt;
}

bool hasFault(const QJsonObject &node, const Moment &moment, const QString &fault)
{
    const std::optional<Fault> found = faultOf(node, moment.now);
    return found && found->name == fault;
}

QString networkTypeOf(const World &world, const QJsonObject &node)
{
    return text(world.find(u"cantonnetworks"_s, nsOf(node), text(node, u"/spec/networkRef/name"_s)), u"/spec/type"_s);
}

QList<QJsonObject> ownedBy(const World &world, const QString &plural, const QJsonObject &owner)
{
    const QString uid = text(owner, u"/metadata/uid"_s);
    QList<QJsonObject> owned;
    for (const QJsonObject &object : world.all(plural, nsOf(owner))) {
        for (const QJsonValue &one : json::at(object, u"/metadata/ownerReferences"_s).toArray()) {
            if (one.toObject().value("uid"_L1).toString() == uid)
                owned.append(object);
        }
    }
    // By creation, then by name: the same order whatever the hash's.
    std::sort(owned.begin(), owned.end(), [](const QJsonObject &a, const QJsonObject &b) {
        const QString left = text(a, u"/metadata/creationTimestamp"_s);
        const QString right = text(b, u"/metadata/creationTimestamp"_s);
        return left == right ? nameOf(a) < nameOf(b) : left < right;
    });
    return owned;
}

ports::WriteRequest creation(const QString &kind, const QString &plural, const QString &name, const QJsonObject &owner,
    const QJsonObject &node, const QJsonObject &spec)
{
    QJsonObject labels{{u"canton.quarterdeck.io/node"_s, nameOf(node)}};
    for (const QString &label : {u"canton.quarterdeck.io/network"_s, u"canton.quarterdeck.io/environment"_s}) {
        const QJsonValue value = json::at(node, u"/metadata/labels"_s).toObject().value(label);
        if (value.isString())
            labels.insert(label, value);
    }
    const QJsonObject reference{{u"apiVersion"_s, u"canton.quarterdeck.io/v1alpha1"_s},
        {u"kind"_s, text(owner, u"/kind"_s)}, {u"name"_s, nameOf(owner)}, {u"uid"_s, text(owner, u"/metadata/uid"_s)},
        {u"controller"_s, true}};
    ports::WriteRequest request{ports::Verb::Create, canton(plural), nsOf(owner), name};
    request.body = QJsonObject{{u"apiVersion"_s, u"canton.quarterdeck.io/v1alpha1"_s}, {u"kind"_s, kind},
        {u"metadata"_s,
            QJsonObject{{u"name"_s, name}, {u"namespace"_s, nsOf(owner)}, {u"labels"_s, labels},
                {u"ownerReferences"_s, QJsonArray{reference}}}},
        {u"spec"_s, spec}};
    return request;
}

ports::WriteRequest deletion(const QString &plural, const QJsonObject &object)
{
    ports::WriteRequest request{ports::Verb::Delete, canton(plural), nsOf(object), nameOf(object)};
    request.uid = text(object, u"/metadata/uid"_s);
    return request;
}

QString derivedName(const QString &prefix, const QString &suffix)
{
    QString head = prefix.left(62 - suffix.size());
    while (head.endsWith(u'-'))
        head.chop(1);
    return QString(head + u'-' + suffix);
}

QString digest(const QString &text, int digits)
{
    return QString::fromLatin1(QCryptographicHash::hash(text.toUtf8(), QCryptographicHash::Sha256).toHex().left(digits));
}

QString readByRestore(const World &world, const QJsonObject &object, const QString &reference)
{
    for (const QJsonObject &restore : world.referring(u"restores"_s, reference, nsOf(object), {}, nameOf(object))) {
        if (phaseOf(restore) == "Running"_L1)
            return u"Deletion waits: Restore %1 reads it."_s.arg(nameOf(restore));
    }
    return {};
}

void releaseArtifacts(StatusDraft &draft, const QJsonObject &object, const QString &phase, const QString &why)
{
    if (why.isEmpty()) {
        wantFinalizer(draft, object, QLatin1String(kArtifactFinalizer), false);
        return;
    }
    if (draft.at(u"/message"_s).toString() != why)
        draft.event(u"Warning"_s, u"DeletionBlocked"_s, why);
    draft.setPhase(phase, why);
    draft.again(std::chrono::seconds(10));
}

void wantFinalizer(StatusDraft &draft, const QJsonObject &object, const QString &finalizer, bool wanted)
{
    const QJsonArray now = json::at(object, u"/metadata/finalizers"_s).toArray();
    QJsonArray next;
    for (const QJsonValue &one : now) {
        if (one.toString() != finalizer)
            next.append(one);
    }
    if (wanted)
        next.append(finalizer);
    if (next.size() != now.size())
        draft.setMetadata(u"/finalizers"_s, next);
}

void refuse(StatusDraft &draft, const QString &phase, const QString &reason, const QString &message)
{
    const QJsonObject old = draft.condition(u"SpecAccepted"_s);
    if (old.value("status"_L1).toString() != "False"_L1 || old.value("message"_L1).toString() != message)
        draft.event(u"Warning"_s, u"SpecRefused"_s, message);
    draft.setCondition(u"SpecAccepted"_s, u"False"_s, reason, message);
    draft.setPhase(phase, message);
}

void accept(StatusDraft &draft)
{
    draft.setCondition(u"SpecAccepted"_s, u"True"_s, u"Accepted"_s);
}

void observe(StatusDraft &draft)
{
    draft.observed();
    if (draft.openRequest(u"reconcile"_s).isEmpty())
        return;
    draft.handled(u"reconcile"_s);
    draft.event(u"Normal"_s, u"Reconciled"_s, u"Looked at again, as asked"_s);
}

StepPlay::StepPlay(StatusDraft &draft, const Moment &moment, const QStringList &names) : m_draft(draft), m_moment(moment)
{
    const QJsonArray live = draft.at(u"/steps"_s).toArray();
    for (const QString &name : names) {
        QJsonObject step{{u"name"_s, name}, {u"state"_s, u"Pending"_s}};
        for (const QJsonValue &one : live) {
            if (one.toObject().value("name"_L1).toString() == name)
                step = one.toObject();
        }
        m_steps.append(step);
    }
}

qsizetype StepPlay::indexOf(const QString &name) const
{
    for (qsizetype i = 0; i < m_steps.size(); ++i) {
        if (m_steps.at(i).value("name"_L1).toString() == name)
            return i;
    }
    return -1;
}

QString StepPlay::state(const QString &name) const
{
    const qsizetype at = indexOf(name);
    return at < 0 ? u"Pending"_s : m_steps.at(at).value("state"_L1).toString();
}

QString StepPlay::message(const QString &name) const
{
    const qsizetype at = indexOf(name);
    return at < 0 ? QString() : m_steps.at(at).value("message"_L1).toString();
}

bool StepPlay::finished(const QString &name) const
{
    const QString now = state(name);
    return now == "Succeeded"_L1 || now == "Skipped"_L1;
}

QDateTime StepPlay::startOf(const QString &name) const
{
    const qsizetype at = indexOf(name);
    return at < 0 ? QDateTime() : timeOf(m_steps.at(at), u"/startTime"_s);
}

milliseconds StepPlay::elapsed(const QString &name) const
{
    const QDateTime start = startOf(name);
    return milliseconds(qint64(double(m_moment.passed(start).count()) * m_moment.speed));
}

StepAnswer StepPlay::timed(const QString &name, milliseconds nominal, const QString &message) const
{
    const milliseconds left = nominal - elapsed(name);
    if (left.count() <= 0)
        return {};
    return {StepAnswer::What::Wait, message, left};
}

void StepPlay::end(const QString &name, const QString &state, const QString &message)
{
    const qsizetype at = indexOf(name);
    if (at < 0)
        return;
    QJsonObject &step = m_steps[at];
    step.insert("state"_L1, state);
    if (state != "Skipped"_L1)
        step.insert("endTime"_L1, m_moment.stamp());
    else
        step.remove("startTime"_L1);
    if (message.isEmpty())
        step.remove("message"_L1);
    else
        step.insert("message"_L1, message.left(1024));
    store();
}

void StepPlay::stop(const QString &message)
{
    const QList<QJsonObject> steps = m_steps;
    for (const QJsonObject &step : steps) {
        const QString name = step.value("name"_L1).toString();
        if (state(name) == "Running"_L1)
            end(name, u"Failed"_s, message);
        else if (state(name) == "Pending"_L1)
            end(name, u"Skipped"_s);
    }
}

StepResult StepPlay::play(const std::function<StepAnswer(const QString &)> &ask, bool hold)
{
    using What = StepAnswer::What;
    const QList<QJsonObject> steps = m_steps;
    StepResult result;
    for (const QJsonObject &one : steps) {
        const QString name = one.value("name"_L1).toString();
        if (finished(name))
            continue;
        result.current = name;
        if (state(name) == "Failed"_L1) {
            result.failed = true;
            break;
        }
        QJsonObject &step = m_steps[indexOf(name)];
        if (!begun(name)) {
            if (hold)
                break;
            step.insert("state"_L1, u"Running"_s);
            step.insert("startTime"_L1, m_moment.stamp());
            if (m_job != nullptr)
                m_job->log(u"INFO"_s, u"step %1: begins"_s.arg(name));
        }
        const StepAnswer answer = ask(name);
        if (answer.what == What::Wait) {
            if (answer.message.isEmpty())
                step.remove("message"_L1);
            else
                step.insert("message"_L1, answer.message.left(1024));
            m_draft.again(answer.again);
            break;
        }
        end(name, answer.what == What::Done ? u"Succeeded"_s : answer.what == What::Skip ? u"Skipped"_s : u"Failed"_s,
            answer.message);
        result.failed = answer.what == What::Fail;
        if (m_job != nullptr)
            m_job->log(result.failed ? u"ERROR"_s : u"INFO"_s,
                QString(u"step %1: %2"_s.arg(name, result.failed ? u"failed"_s : answer.what == What::Skip ? u"skipped"_s : u"done"_s)
                    + (answer.message.isEmpty() ? QString() : QString(u": "_s + answer.message))));
        if (result.failed)
            break;
        result.current.clear();
    }
    result.done = result.current.isEmpty();
    store();
    return result;
}

void StepPlay::store()
{
    QJsonArray list;
    for (const QJsonObject &step : m_steps)
        list.append(step);
    m_draft.set(u"/steps"_s, list);
}

}
