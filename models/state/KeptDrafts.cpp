// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/KeptDrafts.h"

#include "models/core/Format.h"
#include "models/core/Json.h"
#include "models/state/Redaction.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLockFile>
#include <QSaveFile>

#include <algorithm>

namespace qd::state {

using namespace Qt::StringLiterals;

namespace {

constexpr int kLockMs = 3000;

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(KeptDrafts)
};

QJsonObject gvrToJson(const Gvr &gvr)
{
    return {{u"group"_s, gvr.group}, {u"version"_s, gvr.version}, {u"resource"_s, gvr.resource}};
}

QJsonArray idsOf(const QSet<network::State> &states)
{
    QStringList ids;
    for (const network::State state : states)
        ids.append(network::stateId(state));
    ids.sort();
    return QJsonArray::fromStringList(ids);
}

QSet<network::State> statesOf(const QJsonValue &ids)
{
    QSet<network::State> out;
    const QJsonArray list = ids.toArray();
    for (const QJsonValue &id : list)
        out.insert(network::stateFromId(id.toString()));
    return out;
}

QJsonObject followToJson(const FollowTarget &follow)
{
    QJsonObject phases;
    for (auto it = follow.phases.begin(); it != follow.phases.end(); ++it)
        phases.insert(it.key(), network::stateId(it.value()));
    return {{u"until"_s, int(follow.until)}, {u"request"_s, follow.request}, {u"value"_s, follow.requestValue},
        {u"phasePointer"_s, follow.phasePointer}, {u"phases"_s, phases}, {u"good"_s, idsOf(follow.good)}, {u"bad"_s, idsOf(follow.bad)}};
}

FollowTarget followFrom(const QJsonObject &json)
{
    FollowTarget out;
    out.until = FollowTarget::Until(std::clamp(json.value("until"_L1).toInt(), 0, int(FollowTarget::Until::Gone)));
    out.request = json.value("request"_L1).toString();
    out.requestValue = json.value("value"_L1).toString();
    out.phasePointer = json.value("phasePointer"_L1).toString();
    const QJsonObject phases = json.value("phases"_L1).toObject();
    for (auto it = phases.begin(); it != phases.end(); ++it)
        out.phases.insert(it.key(), network::stateFromId(it.value().toString()));
    out.good = statesOf(json.value("good"_L1));
    out.bad = statesOf(json.value("bad"_L1));
    return out;
}

/// For keys of the patch: what the object has there, lists and plain values whole.
QJsonObject touched(const QJsonObject &object, const QJsonObject &patch)
{
    QJsonObject out;
    for (auto it = patch.begin(); it != patch.end(); ++it) {
        if (!object.contains(it.key()))
            continue;
        const QJsonValue own = object.value(it.key());
        out.insert(it.key(), it.value().isObject() && own.isObject() ? QJsonValue(touched(own.toObject(), it.value().toObject())) : own);
    }
    return out;
}

QJsonObject editToJson(const Edit &edit)
{
    const ObjectId &object = edit.object;
    return {{u"cluster"_s, object.cluster}, {u"gvr"_s, gvrToJson(object.gvr)}, {u"namespace"_s, object.ns}, {u"name"_s, object.name},
        {u"uid"_s, object.uid}, {u"kind"_s, edit.kind}, {u"own"_s, edit.own}, {u"verb"_s, int(edit.verb)},
        {u"subresource"_s, edit.subresource}, {u"base"_s, touchedBase(edit.base, edit.body.toObject())}, {u"baseVersion"_s, edit.baseVersion},
        {u"body"_s, edit.body}, {u"propagation"_s, edit.propagation}, {u"needsEarlier"_s, edit.needsEarlier},
        {u"follow"_s, followToJson(edit.follow)}};
}

Edit editFrom(const QJsonObject &json)
{
    const auto text = [&json](QLatin1StringView key) { return json.value(key).toString(); };
    const QJsonObject gvr = json.value("gvr"_L1).toObject();
    Edit out;
    out.object = {text("cluster"_L1),
        {gvr.value("group"_L1).toString(), gvr.value("version"_L1).toString(), gvr.value("resource"_L1).toString()},
        text("namespace"_L1), text("name"_L1), text("uid"_L1)};
    out.kind = text("kind"_L1);
    out.own = json.value("own"_L1).toBool();
    out.verb = ports::Verb(json.value("verb"_L1).toInt());
    out.subresource = text("subresource"_L1);
    out.base = json.value("base"_L1).toObject();
    out.partialBase = true;
    out.baseVersion = text("baseVersion"_L1);
    out.body = json.value("body"_L1);
    out.propagation = text("propagation"_L1);
    out.needsEarlier = json.value("needsEarlier"_L1).toBool();
    out.follow = followFrom(json.value("follow"_L1).toObject());
    return out;
}

KeptDraft draftFrom(const QJsonObject &json)
{
    const auto text = [&json](QLatin1StringView key) { return json.value(key).toString(); };
    KeptDraft out;
    out.kept = QDateTime::fromString(text("kept"_L1), Qt::ISODate).toUTC();
    out.onDisk = true;
    out.draft.id = text("id"_L1);
    out.draft.actionId = text("action"_L1);
    out.draft.title = text("title"_L1);
    out.draft.verbText = text("verbText"_L1);
    out.draft.reason = text("reason"_L1);
    out.draft.danger = Danger(std::clamp(json.value("danger"_L1).toInt(), 0, int(Danger::Destructive)));
    const QJsonArray edits = json.value("edits"_L1).toArray();
    for (const QJsonValue &edit : edits)
        out.draft.edits.append(editFrom(edit.toObject()));
    return out;
}

QJsonObject draftToJson(const KeptDraft &kept)
{
    const ChangeDraft &draft = kept.draft;
    QJsonArray edits;
    for (const Edit &edit : draft.edits)
        edits.append(editToJson(edit));
    return {{u"id"_s, draft.id}, {u"kept"_s, formatRfc3339(kept.kept)}, {u"action"_s, draft.actionId}, {u"title"_s, draft.title},
        {u"verbText"_s, draft.verbText}, {u"reason"_s, draft.reason}, {u"danger"_s, int(draft.danger)}, {u"edits"_s, edits}};
}

Error storage(const QString &sentence)
{
    return {ErrorKind::Storage, sentence, Words::tr("Make room or make the folder writable; until then drafts are kept in memory.")};
}

Error notKept(const QString &name, const QString &why)
{
    return storage(Words::tr("Drafts could not be kept in %1: %2.").arg(name, why));
}

/// As they stand in the file; an absent file has none.
Result<QJsonArray> readList(const QString &name)
{
    QFile file(name);
    if (!file.exists())
        return QJsonArray();
    if (!file.open(QIODevice::ReadOnly))
        return storage(Words::tr("The drafts in %1 could not be read: %2.").arg(name, file.errorString()));
    QJsonParseError problem;
    const QJsonObject root = QJsonDocument::fromJson(file.readAll(), &problem).object();
    if (problem.error != QJsonParseError::NoError || root.value("schema"_L1).toInt() != 1)
        return storage(Words::tr("The drafts in %1 could not be read: it is not a file of drafts.").arg(name));
    return root.value("drafts"_L1).toArray();
}

QList<KeptDraft> draftsOf(const QJsonArray &list)
{
    QList<KeptDraft> out;
    for (const QJsonValue &value : list) {
        KeptDraft kept = draftFrom(value.toObject());
        if (!kept.draft.id.isEmpty() && !kept.draft.edits.isEmpty() && kept.kept.isValid())
            out.append(std::move(kept));
    }
    return out;
}

bool isPlain(QJsonObject object, const QString &kind)
{
    object.insert("kind"_L1, kind); // a patch does not say its kind; the masks go by it
    return masked(object) == object;
}

}

QJsonObject touchedBase(const QJsonObject &base, const QJsonObject &patch)
{
    QJsonValue out = touched(base, patch);
    const QString network = u"/spec/networkRef"_s; // production goes by it
    if (const QJsonValue ref = json::at(base, network); ref.isObject())
        json::set(out, network, ref);
    return out.toObject();
}

QJsonObject wholeBase(const QJsonObject &live, const QJsonObject &was, const QJsonObject &patch)
{
    QJsonObject out = live;
    for (auto it = patch.begin(); it != patch.end(); ++it) {
        const QJsonValue before = was.value(it.key());
        const QJsonValue now = live.value(it.key());
        if (!was.contains(it.key()))
            out.remove(it.key());
        else if (it.value().isObject() && before.isObject() && now.isObject())
            out.insert(it.key(), wholeBase(now.toObject(), before.toObject(), it.value().toObject()));
        else
            out.insert(it.key(), before);
    }
    return out;
}

bool mayLieOnDisk(const ChangeDraft &draft)
{
    return !draft.edits.isEmpty() && std::all_of(draft.edits.begin(), draft.edits.end(), [](const Edit &edit) {
        // operations of a JSON patch stand alone: what a value belongs to is not to be seen
        return !edit.body.isArray() && isPlain(edit.body.toObject(), edit.kind) && isPlain(touchedBase(edit.base, edit.body.toObject()), edit.kind);
    });
}

Result<QList<KeptDraft>> mergeDrafts(const QString &name, const QList<KeptDraft> &drafts, const QSet<QString> &changed)
{
    if (!QFile::exists(name) && std::none_of(drafts.begin(), drafts.end(), [](const KeptDraft &kept) { return mayLieOnDisk(kept.draft); }))
        return QList<KeptDraft>();
    QDir().mkpath(QFileInfo(name).absolutePath());
    QLockFile lock(name + u".lock"_s);
    if (!lock.tryLock(kLockMs))
        return notKept(name,
            lock.error() == QLockFile::LockFailedError ? Words::tr("another program holds its lock")
                                                       : Words::tr("its lock file cannot be made"));
    const bool absent = !QFile::exists(name); // taken away by hand: all that is here is put there again
    const Result<QJsonArray> there = readList(name);
    if (!there)
        return there.error();
    QJsonArray list;
    for (const KeptDraft &kept : drafts) {
        if ((absent || changed.contains(kept.draft.id)) && mayLieOnDisk(kept.draft))
            list.append(draftToJson(kept));
    }
    // As it stands, also what this version cannot read.
    for (const QJsonValue &other : *there) {
        if (!changed.contains(other["id"_L1].toString()))
            list.append(other);
    }
    QSaveFile file(name);
    if (!file.open(QIODevice::WriteOnly))
        return notKept(name, file.errorString());
    file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    file.write(QJsonDocument(QJsonObject{{u"schema"_s, 1}, {u"drafts"_s, list}}).toJson());
    if (!file.commit())
        return notKept(name, file.errorString());
    return draftsOf(list);
}

Result<QList<KeptDraft>> loadDrafts(const QString &name)
{
    const Result<QJsonArray> list = readList(name);
    return list ? Result<QList<KeptDraft>>(draftsOf(*list)) : list.error();
}

}
