// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/StatusDraft.h"

#include "models/core/Json.h"
#include "models/core/JsonPatch.h"

#include <QJsonArray>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace {

/// The annotation that asks for something; status.handledRequests echoes its value.
QString annotationOf(const QString &request)
{
    if (request == "trigger"_L1)
        return u"canton.quarterdeck.io/trigger-at"_s;
    return QString(u"canton.quarterdeck.io/"_s + request + u"-requested-at"_s);
}

QJsonObject annotations(const QJsonObject &object)
{
    return json::at(object, u"/metadata/annotations"_s).toObject();
}

}

StatusDraft::StatusDraft(const QJsonObject &object, const Moment &moment)
    : m_object(object), m_status(object.value("status"_L1).toObject()), m_moment(moment)
{
}

QString StatusDraft::phase() const
{
    return m_status.value("phase"_L1).toString();
}

bool StatusDraft::newGeneration() const
{
    return m_status.value("observedGeneration"_L1).toInteger(0)
        != json::at(m_object, u"/metadata/generation"_s).toInteger(0);
}

QString StatusDraft::openRequest(const QString &request) const
{
    const QString asked = annotations(m_object).value(annotationOf(request)).toString();
    const QString done = m_status.value("handledRequests"_L1).toObject().value(request).toString();
    return asked == done ? QString() : asked;
}

void StatusDraft::handled(const QString &request)
{
    set(QString(u"/handledRequests/"_s + request), annotations(m_object).value(annotationOf(request)).toString());
}

void StatusDraft::observed()
{
    set(u"/observedGeneration"_s, json::at(m_object, u"/metadata/generation"_s).toInteger(0));
}

void StatusDraft::setPhase(const QString &phase, const QString &message)
{
    m_status.insert("phase"_L1, phase);
    if (message.isEmpty())
        m_status.remove("message"_L1);
    else
        m_status.insert("message"_L1, message);
}

void StatusDraft::setCondition(const QString &type, const QString &status, const QString &reason, const QString &message)
{
    QJsonArray conditions = m_status.value("conditions"_L1).toArray();
    QJsonObject wanted{{u"type"_s, type}, {u"status"_s, status}, {u"reason"_s, reason}, {u"message"_s, message},
        {u"observedGeneration"_s, json::at(m_object, u"/metadata/generation"_s).toInteger(0)},
        {u"lastTransitionTime"_s, m_moment.stamp()}};
    for (qsizetype i = 0; i < conditions.size(); ++i) {
        const QJsonObject old = conditions.at(i).toObject();
        if (old.value("type"_L1).toString() != type)
            continue;
        if (old.value("status"_L1).toString() == status)
            wanted.insert("lastTransitionTime"_L1, old.value("lastTransitionTime"_L1));
        conditions.replace(i, wanted);
        m_status.insert("conditions"_L1, conditions);
        return;
    }
    conditions.append(wanted);
    m_status.insert("conditions"_L1, conditions);
}

QJsonObject StatusDraft::condition(const QString &type) const
{
    for (const QJsonValue &one : m_status.value("conditions"_L1).toArray()) {
        if (one.toObject().value("type"_L1).toString() == type)
            return one.toObject();
    }
    return {};
}

bool StatusDraft::conditionTrue(const QString &type) const
{
    return condition(type).value("status"_L1).toString() == "True"_L1;
}

void StatusDraft::set(const QString &pointer, const QJsonValue &value)
{
    QJsonValue status = m_status;
    if (value.isUndefined() || value.isNull())
        json::remove(status, pointer);
    else
        json::set(status, pointer, value);
    m_status = status.toObject();
}

QJsonValue StatusDraft::at(const QString &pointer) const
{
    return json::at(m_status, pointer);
}

milliseconds StatusDraft::sinceCondition(const QString &type) const
{
    const auto then
        = QDateTime::fromString(condition(type).value("lastTransitionTime"_L1).toString(), Qt::ISODateWithMs);
    return m_moment.passed(then);
}

milliseconds StatusDraft::since(const QString &pointer) const
{
    const auto then = QDateTime::fromString(at(pointer).toString(), Qt::ISODateWithMs);
    return m_moment.passed(then);
}

void StatusDraft::event(const QString &type, const QString &reason, const QString &message)
{
    m_plan.events.append({type, reason, message});
}

void StatusDraft::podEvent(const QString &pod, const QString &type, const QString &reason, const QString &message)
{
    m_plan.events.append({type, reason, message, pod});
}

void StatusDraft::write(const ports::WriteRequest &request)
{
    m_plan.writes.append(request);
}

void StatusDraft::log(const QString &component, const QString &level, const QString &text)
{
    m_plan.logLines.append(QString(component + u'|' + level + u'|' + text));
}

void StatusDraft::setMetadata(const QString &pointer, const QJsonValue &value)
{
    QJsonValue metadata = m_plan.metadata;
    json::set(metadata, pointer, value);
    m_plan.metadata = metadata.toObject();
}

void StatusDraft::again(milliseconds nominal)
{
    const milliseconds real = std::max(milliseconds(1), m_moment.real(nominal));
    m_plan.again = m_plan.again ? std::min(*m_plan.again, real) : real;
}

Plan StatusDraft::take()
{
    const QJsonObject live = m_object.value("status"_L1).toObject();
    m_plan.status = json::mergePatchFor(live, m_status);
    if (!m_plan.status.isEmpty())
        m_plan.status.insert("lastReconcileTime"_L1, m_moment.stamp());
    return std::move(m_plan);
}

StepResult playSteps(StatusDraft &draft, const Moment &moment, const QList<Step> &steps)
{
    QJsonArray list = draft.at(u"/steps"_s).toArray();
    while (list.size() < steps.size())
        list.append(QJsonObject{{u"name"_s, steps.at(list.size()).name}, {u"state"_s, u"Pending"_s}});
    StepResult result;
    result.done = true;
    for (qsizetype i = 0; i < steps.size() && result.done; ++i) {
        QJsonObject step = list.at(i).toObject();
        const QString state = step.value("state"_L1).toString();
        if (state == "Succeeded"_L1 || state == "Skipped"_L1)
            continue;
        if (state == "Failed"_L1) {
            result.failed = true;
            result.done = false;
            result.current = steps.at(i).name;
            break;
        }
        if (state == "Pending"_L1) {
            step.insert("state"_L1, u"Running"_s);
            step.insert("startTime"_L1, moment.stamp());
        }
        const auto begun = QDateTime::fromString(step.value("startTime"_L1).toString(), Qt::ISODateWithMs);
        const auto left = moment.real(steps.at(i).nominal) - moment.passed(begun);
        if (left.count() <= 0) {
            step.insert("state"_L1, u"Succeeded"_s);
            step.insert("endTime"_L1, moment.stamp());
        } else {
            result.done = false;
            result.current = steps.at(i).name;
            draft.again(milliseconds(qint64(double(left.count()) * moment.speed)));
        }
        list.replace(i, step);
    }
    draft.set(u"/steps"_s, list);
    return result;
}

void failStep(StatusDraft &draft, const Moment &moment, const QString &name, const QString &message)
{
    QJsonArray list = draft.at(u"/steps"_s).toArray();
    for (qsizetype i = 0; i < list.size(); ++i) {
        QJsonObject step = list.at(i).toObject();
        if (step.value("name"_L1).toString() != name)
            continue;
        step.insert("state"_L1, u"Failed"_s);
        step.insert("endTime"_L1, moment.stamp());
        step.insert("message"_L1, message);
        list.replace(i, step);
    }
    draft.set(u"/steps"_s, list);
}

}
