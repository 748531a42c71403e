// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/JournalChange.h"

#include "models/core/Json.h"
#include "models/state/ActionDrafts.h"
#include "models/state/JsonDiff.h"

#include <algorithm>

namespace qd::state {

using namespace Qt::StringLiterals;

namespace {

JournaledEdit editOf(const QJsonObject &json)
{
    const QString resource = json.value("resource"_L1).toString();
    JournaledEdit out;
    out.resource = resource.section(u'/', 0, 0);
    out.name = resource.section(u'/', 1);
    out.kind = json.value("kind"_L1).toString();
    out.ns = json.value("namespace"_L1).toString();
    out.uid = json.value("uid"_L1).toString();
    out.verb = json.value("verb"_L1).toString();
    out.subresource = json.value("subresource"_L1).toString();
    out.version = json.value("resourceVersion"_L1).toString();
    out.generation = json.value("generation"_L1).toInteger();
    out.applied = json.value("applied"_L1).toBool();
    out.diff = json.value("diff"_L1).toArray();
    out.follow = json.value("follow"_L1).toObject();
    return out;
}

FollowTarget::Until untilOf(const JournaledEdit &edit)
{
    using Until = FollowTarget::Until;
    const QString until = edit.follow.value("until"_L1).toString();
    if (until == "generation"_L1)
        return Until::Generation;
    if (until == "request"_L1)
        return Until::Request;
    return until == "gone"_L1 || (until.isEmpty() && edit.verb == "delete"_L1) ? Until::Gone : Until::Applied;
}

/// "[kind/name=Validator/acme]": the fields and what they hold.
std::pair<QStringList, QString> keyOf(const QString &step)
{
    const QString inside = step.mid(1, step.size() - 2);
    const qsizetype equals = inside.indexOf(u'=');
    return {inside.left(equals).split(u'/'), inside.mid(equals + 1)};
}

bool isElement(const QString &step)
{
    return step.startsWith(u'[') && step.endsWith(u']') && step.contains(u'=');
}

/// Puts a value into the small object people compare; list elements become members named by their key.
QJsonValue withValue(QJsonValue root, const QStringList &steps, qsizetype at, const QJsonValue &value)
{
    if (at == steps.size())
        return value;
    QJsonObject object = root.toObject();
    const QString &step = steps.at(at);
    const QString name = isElement(step) ? keyOf(step).second : step;
    object.insert(name, withValue(object.value(name), steps, at + 1, value));
    return object;
}

}

QString JournaledEdit::shortName() const
{
    const QString plural = resource.section(u'.', 0, 0);
    return name.isEmpty() ? plural : QString(plural + u'/' + name);
}

ObjectId JournaledEdit::object(const QString &cluster, const network::KindTable &kinds) const
{
    const network::KindInfo *info = kinds.find(resource);
    return {cluster, info ? info->gvr : Gvr(), ns, name, uid};
}

FollowTarget JournaledEdit::target(const network::KindTable &kinds) const
{
    FollowTarget out;
    if (const network::KindInfo *info = kinds.find(resource))
        out = followOf(*info);
    out.until = untilOf(*this);
    out.request = follow.value("request"_L1).toString();
    out.requestValue = follow.value("value"_L1).toString();
    for (const auto &[key, states] : {std::pair{"good"_L1, &out.good}, std::pair{"bad"_L1, &out.bad}}) {
        const QJsonArray ids = follow.value(key).toArray();
        if (!ids.isEmpty())
            states->clear();
        for (const QJsonValue &id : ids)
            states->insert(network::stateFromId(id.toString()));
    }
    return out;
}

bool JournaledChange::isOpen() const
{
    if (steps.last().intent)
        return true;
    if (outcome() != "applied"_L1 && outcome() != "timeout"_L1)
        return false;
    return std::any_of(edits.begin(), edits.end(), [](const JournaledEdit &edit) {
        return edit.applied && untilOf(edit) != FollowTarget::Until::Applied;
    });
}

const JournaledEdit *JournaledChange::onlyEdit() const
{
    const auto other = [this](const JournaledEdit &edit) {
        return edit.resource != edits.first().resource || edit.ns != edits.first().ns || edit.name != edits.first().name;
    };
    return edits.isEmpty() || std::any_of(edits.begin(), edits.end(), other) ? nullptr : &edits.last();
}

void JournaledChange::add(const JournalRecord &record)
{
    const QJsonObject &json = record.json;
    JournalStep step;
    step.seq = json.value("seq"_L1).toInteger();
    const auto at = std::lower_bound(steps.begin(), steps.end(), step.seq, [](const JournalStep &s, qint64 seq) { return s.seq < seq; });
    if (at != steps.end() && at->seq == step.seq)
        return;
    const auto text = [&json](QLatin1StringView key) { return json.value(key).toString(); };
    step.time = QDateTime::fromString(text("time"_L1), Qt::ISODate).toUTC();
    step.intent = text("type"_L1) == "intent"_L1;
    step.outcome = text("outcome"_L1);
    step.message = text("message"_L1);
    step.hash = record.hash;
    step.readBack = json.value("readBack"_L1).toBool();
    const bool newest = at == steps.end();
    steps.insert(at, step);
    if (!newest)
        return;
    id = text("id"_L1);
    action = text("action"_L1);
    title = text("title"_L1);
    user = text("user"_L1);
    host = text("host"_L1);
    cluster = text("cluster"_L1);
    server = text("server"_L1);
    profile = text("profile"_L1);
    danger = text("danger"_L1);
    reason = text("reason"_L1);
    production = json.value("production"_L1).toBool();
    recordedEdits = json.value("edits"_L1).toArray();
    edits.clear();
    for (const QJsonValue &edit : std::as_const(recordedEdits))
        edits.append(editOf(edit.toObject()));
}

std::pair<QJsonValue, QJsonValue> beforeAndAfter(const JournaledEdit &edit)
{
    QJsonValue before, after;
    for (const QJsonValue &value : edit.diff) {
        const QJsonObject change = value.toObject();
        const QString place = change.contains("at"_L1) ? change.value("at"_L1).toString() : change.value("path"_L1).toString();
        const QStringList steps = json::split(place);
        if (change.contains("from"_L1))
            before = withValue(before, steps, 0, change.value("from"_L1));
        if (change.contains("to"_L1))
            after = withValue(after, steps, 0, change.value("to"_L1));
    }
    return {before, after};
}

QString stablePath(const QJsonValue &root, const QString &path)
{
    QStringList out;
    QJsonValue here = root;
    const QStringList steps = json::split(path);
    for (const QString &step : steps) {
        if (!here.isArray()) {
            out.append(step);
            here = here.toObject().value(step);
            continue;
        }
        const QStringList keys = listMapKeys({here.toArray()});
        here = here.toArray().at(step.toInt());
        out.append(keys.isEmpty() ? step : QString(u'[' + keys.join(u'/') + u'=' + listMapId(here, keys) + u']'));
    }
    return json::join(out);
}

std::optional<QString> pointerIn(const QJsonValue &root, const QString &stablePath)
{
    QStringList out;
    QJsonValue here = root;
    const QStringList steps = json::split(stablePath);
    for (qsizetype i = 0; i < steps.size(); ++i) {
        const QString &step = steps.at(i);
        if (!isElement(step) || (!here.isArray() && !here.isUndefined() && !here.isNull())) {
            if (here.isArray() && step.toInt() >= here.toArray().size())
                return std::nullopt;
            out.append(step);
            here = here.isArray() ? here.toArray().at(step.toInt()) : here.toObject().value(step);
            continue;
        }
        const auto [keys, id] = keyOf(step);
        const QJsonArray list = here.toArray();
        qsizetype found = -1;
        for (qsizetype k = 0; k < list.size(); ++k) {
            if (listMapId(list.at(k), keys) == id)
                found = k;
        }
        if (found < 0 && i + 1 < steps.size())
            return std::nullopt;
        out.append(found < 0 ? u"-"_s : QString::number(found));
        here = found < 0 ? QJsonValue(QJsonValue::Undefined) : list.at(found);
    }
    return json::join(out);
}

bool isMasked(const QJsonValue &value)
{
    if (value.isString())
        return value.toString() == "***"_L1 || value.toString() == "*** (before)"_L1 || value.toString() == "*** (after)"_L1;
    if (value.isArray()) {
        const QJsonArray list = value.toArray();
        return std::any_of(list.begin(), list.end(), [](const QJsonValue &v) { return isMasked(v); });
    }
    const QJsonObject object = value.toObject();
    return std::any_of(object.begin(), object.end(), [](const QJsonValue &v) { return isMasked(v); });
}

}
