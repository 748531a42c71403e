// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/ActionDrafts.h"

#include "models/core/Format.h"
#include "models/core/Json.h"
#include "models/core/Quantity.h"
#include "models/state/ComponentPaths.h"
#include "models/state/DraftParts.h"
#include "models/state/JsonDiff.h"
#include "models/state/OwnVerbs.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QRegularExpression>

namespace qd::state {

using namespace Qt::StringLiterals;
using network::State;

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(ActionDrafts)
};

QJsonObject metadataOf(const QJsonObject &object)
{
    return object.value("metadata"_L1).toObject();
}

}

namespace drafts {

QString objectName(const DraftInput &in)
{
    return QString(in.kind.gvr.resource + u'/' + metadataOf(in.live).value("name"_L1).toString());
}

Error nothingToChange(const QString &sentence)
{
    Error error{ErrorKind::Invalid, sentence};
    error.reason = u"NothingToChange"_s;
    return error;
}

FollowTarget untilGeneration(const DraftInput &in)
{
    return followOf(in.kind);
}

FollowTarget untilRequest(const DraftInput &in, const QString &request, const QString &value)
{
    FollowTarget out = untilGeneration(in);
    out.until = FollowTarget::Until::Request;
    out.request = request;
    out.requestValue = value;
    return out;
}

Edit editOf(const DraftInput &in)
{
    const QJsonObject metadata = metadataOf(in.live);
    Edit edit;
    edit.object
        = {in.context.cluster, in.kind.gvr, in.kind.namespaced ? metadata.value("namespace"_L1).toString() : QString(),
            metadata.value("name"_L1).toString(), metadata.value("uid"_L1).toString()};
    edit.kind = in.kind.kind;
    edit.own = in.kind.own;
    edit.base = in.live;
    edit.baseVersion = metadata.value("resourceVersion"_L1).toString();
    return edit;
}

/// A merge patch that sets the values at the pointers; says so when the object already has them.
Result<QList<Edit>> setValues(
    const DraftInput &in, const QList<std::pair<QString, QJsonValue>> &values, FollowTarget follow)
{
    QJsonValue wanted = in.live;
    for (const auto &[pointer, value] : values) {
        if (!json::set(wanted, pointer, value))
            return Error{ErrorKind::Invalid,
                Words::tr("%1 has a value of another kind at %2; it cannot be set there.")
                    .arg(objectName(in), pointer)};
    }
    Edit edit = editOf(in);
    const QJsonObject patch = mergePatchFor(in.live, wanted.toObject());
    if (patch.isEmpty())
        return nothingToChange(Words::tr("%1 is already so: there is nothing to change.").arg(objectName(in)));
    edit.body = patch;
    edit.follow = std::move(follow);
    return QList<Edit>{edit};
}

/// A request by annotation: the value is the time, unique for the object.
Result<QList<Edit>> request(const DraftInput &in, QLatin1StringView annotation, const QString &name)
{
    const QString old = metadataOf(in.live).value("annotations"_L1).toObject().value(annotation).toString();
    QDateTime at = in.context.now.toUTC();
    if (formatRfc3339(at) == old)
        at = at.addSecs(1);
    const QString value = formatRfc3339(at);
    return setValues(
        in, {{u"/metadata/annotations"_s + json::join({annotation}), value}}, untilRequest(in, name, value));
}

/// The name the API server would make of generateName, made here (same alphabet and length): an answer that does not come
/// can then be read back, and the review shows what will be there.
QString generatedName(const QString &base)
{
    static constexpr QLatin1StringView letters("bcdfghjklmnpqrstvwxz2456789");
    QString name = base.left(58);
    for (int i = 0; i < 5; ++i)
        name += letters.at(QRandomGenerator::global()->bounded(int(letters.size())));
    return name;
}

}

namespace {

using namespace drafts;

Result<ComponentPath> component(const DraftInput &in)
{
    const ComponentPath path = findComponent(in.kind.kind, in.params.value(u"component"_s));
    if (path.name.isEmpty())
        return paramError(u"component"_s,
            Words::tr("%1 has no component %2.").arg(in.kind.kind, in.params.value(u"component"_s)),
            Words::tr("Its components are: %1.").arg(componentNames(in.kind.kind).join(u", "_s)));
    return path;
}

Result<QList<Edit>> scale(const DraftInput &in)
{
    const Result<ComponentPath> path = component(in);
    if (!path)
        return path.error();
    bool ok = false;
    const int replicas = in.params.value(u"replicas"_s).toInt(&ok);
    const int least = path->replicas.endsWith("/instances"_L1) ? 1 : 0;
    const int most = path->replicas.endsWith("/instances"_L1) ? 16 : 64;
    if (!ok || replicas < least || replicas > most)
        return paramError(u"replicas"_s, Words::tr("replicas=%1 is not possible.").arg(in.params.value(u"replicas"_s)),
            Words::tr("Give a whole number from %1 to %2.").arg(QString::number(least), QString::number(most)));
    return setValues(in, {{path->replicas, replicas}}, untilGeneration(in));
}

std::optional<Error> limitBelowRequest(
    const DraftInput &in, const QJsonValue &wanted, const QString &base, const QString &requested, const QString &limit)
{
    const QString low = json::at(wanted, base + u'/' + requested).toString();
    const QString high = json::at(wanted, base + u'/' + limit).toString();
    const std::optional<double> a = parseQuantity(low);
    const std::optional<double> b = parseQuantity(high);
    if (!a || !b || *a <= *b)
        return std::nullopt;
    const QString param = in.params.contains(limit) ? limit : requested;
    const QString name = in.params.value(u"component"_s);
    return paramError(param,
        Words::tr("%1 (%2) of %3 would be more than its %4 (%5).").arg(requested, low, name, limit, high),
        Words::tr("Give a request that is not above the limit."));
}

Result<QList<Edit>> resources(const DraftInput &in)
{
    static const QStringList kNames{u"cpuRequested"_s, u"cpuLimit"_s, u"memoryRequested"_s, u"memoryLimit"_s};
    const Result<ComponentPath> path = component(in);
    if (!path)
        return path.error();
    QList<std::pair<QString, QJsonValue>> values;
    QJsonValue wanted = in.live;
    for (const QString &name : kNames) {
        if (!in.params.contains(name))
            continue;
        const QString text = in.params.value(name);
        const std::optional<double> amount = parseQuantity(text);
        if (!amount || *amount <= 0)
            return paramError(name, Words::tr("%1=%2 is no quantity.").arg(name, text),
                name.startsWith("cpu"_L1) ? Words::tr("Write CPU as 500m or 2.")
                                          : Words::tr("Write memory as 512Mi or 2Gi."));
        values.append({path->resources + u'/' + name, text});
        json::set(wanted, values.last().first, text);
    }
    if (values.isEmpty())
        return paramError(kNames.first(), Words::tr("resources needs at least one new value."),
            Words::tr("Give one or more of: %1.").arg(kNames.join(u", "_s)));
    for (const auto &[low, high] : {std::pair{kNames.at(0), kNames.at(1)}, std::pair{kNames.at(2), kNames.at(3)}}) {
        if (const std::optional<Error> problem = limitBelowRequest(in, wanted, path->resources, low, high))
            return *problem;
    }
    return setValues(in, values, untilGeneration(in));
}

std::optional<Error> valueOrRemove(const DraftInput &in, bool &remove)
{
    remove = parseBoolean(in.params.value(u"remove"_s)).value_or(false);
    if (remove && in.params.contains(u"value"_s))
        return paramError(
            u"value"_s, Words::tr("value and remove=true do not go together."), Words::tr("Give one of the two."));
    if (!remove && !in.params.contains(u"value"_s))
        return paramError(
            u"value"_s, Words::tr("%1 needs a value.").arg(in.action.id), Words::tr("Give value=… or remove=true."));
    return std::nullopt;
}

Result<QList<Edit>> env(const DraftInput &in)
{
    static const QRegularExpression kName(u"^[A-Za-z_.-][A-Za-z0-9_.-]*$"_s);
    const Result<ComponentPath> path = component(in);
    bool remove = false;
    if (!path)
        return path.error();
    if (const std::optional<Error> problem = valueOrRemove(in, remove))
        return *problem;
    const QString name = in.params.value(u"name"_s);
    if (!kName.match(name).hasMatch())
        return paramError(u"name"_s, Words::tr("name=%1 is no name of a variable.").arg(name),
            Words::tr("Letters, digits, _, . and - are allowed; the first is no digit."));
    QJsonArray list = json::at(in.live, path->env).toArray();
    QStringList known;
    qsizetype index = -1;
    for (qsizetype i = 0; i < list.size(); ++i) {
        known.append(list.at(i).toObject().value("name"_L1).toString());
        if (known.last() == name)
            index = i;
    }
    if (remove && index < 0)
        return paramError(u"name"_s, Words::tr("%1 has no variable %2 in %3.").arg(objectName(in), name, path->name),
            known.isEmpty() ? Words::tr("It has none.") : Words::tr("It has: %1.").arg(known.join(u", "_s)));
    if (remove)
        list.removeAt(index);
    else if (index < 0)
        list.append(QJsonObject{{u"name"_s, name}, {u"value"_s, in.params.value(u"value"_s)}});
    else
        list.replace(index, QJsonObject{{u"name"_s, name}, {u"value"_s, in.params.value(u"value"_s)}});
    return setValues(in, {{path->env, list}}, untilGeneration(in));
}

Result<QList<Edit>> storage(const DraftInput &in)
{
    const QString size = in.params.value(u"size"_s);
    const ComponentPath path = findComponent(in.kind.kind, in.params.value(u"component"_s));
    const QString pointer = path.storage.isEmpty() ? u"/spec/storageSize"_s : path.storage;
    const std::optional<double> wanted = parseQuantity(size);
    if (!wanted || *wanted <= 0)
        return paramError(u"size"_s, Words::tr("size=%1 is no size.").arg(size), Words::tr("Write it as 200Gi."));
    const QString old = json::at(in.live, pointer).toString();
    const std::optional<double> now = parseQuantity(old);
    if (now && *wanted < *now)
        return paramError(u"size"_s,
            Words::tr("The storage of %1 can only grow: it is %2 now, and %3 is less.").arg(objectName(in), old, size),
            Words::tr("Give a size over %1. To shrink, set up a new node and restore a backup there.").arg(old));
    if (now && *wanted == *now)
        return nothingToChange(
            Words::tr("The storage of %1 is %2 already: there is nothing to change.").arg(objectName(in), old));
    return setValues(in, {{pointer, size}}, untilGeneration(in));
}

Result<QList<Edit>> suspendOrResume(const DraftInput &in, bool suspend)
{
    const QString pointer = suspendPointer(in.kind.kind);
    if (const QString why = in.kind.runOnce ? whyNotNow(in.action.id, in.kind, in.live) : QString(); !why.isEmpty())
        return nothingToChange(Words::tr("%1: there is nothing to change.").arg(why));
    if (json::at(in.live, pointer).toBool() == suspend)
        return nothingToChange(suspend ? Words::tr("%1 is suspended already.").arg(objectName(in))
                                       : Words::tr("%1 is not suspended.").arg(objectName(in)));
    FollowTarget follow = untilGeneration(in);
    if (suspend)
        follow.good.insert(State::Suspended);
    return setValues(in, {{pointer, suspend}}, follow);
}

Result<QList<Edit>> cancelRun(const DraftInput &in)
{
    const State now = in.kind.stateOf(json::at(in.live, in.kind.phasePointer).toString());
    if (now == State::Succeeded || now == State::Failed || now == State::Cancelled)
        return nothingToChange(
            Words::tr("%1 has ended (%2): there is nothing to cancel.").arg(objectName(in), network::stateWord(now)));
    FollowTarget follow = untilGeneration(in);
    follow.good = {State::Cancelled};
    follow.bad = {State::Failed, State::Succeeded};
    return setValues(in, {{cancelPointer(in.kind.kind), true}}, follow);
}

/// The tag of the node, and of those components that are pinned to the same old tag.
Result<QList<Edit>> version(const DraftInput &in)
{
    static const QRegularExpression kTag(u"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$"_s);
    const QString tag = in.params.value(u"tag"_s);
    if (!kTag.match(tag).hasMatch())
        return paramError(u"tag"_s, Words::tr("tag=%1 is no image tag.").arg(tag), Words::tr("Write it as 0.4.15."));
    const bool application = in.kind.kind == "Application"_L1;
    const QString main = application ? u"/spec/source/image/imageTag"_s : u"/spec/imageTag"_s;
    const QString old = json::at(in.live, main).toString();
    if (application && json::at(in.live, u"/spec/source/image"_s).isUndefined())
        return paramError(u"tag"_s,
            Words::tr("%1 is made of a file, not of an image: it has no tag.").arg(objectName(in)),
            Words::tr("Change spec.source with edit."));
    QList<std::pair<QString, QJsonValue>> values{{main, tag}};
    const QList<ComponentPath> components = componentsOf(in.kind.kind);
    for (const ComponentPath &path : components) {
        const QString pinned = json::at(in.live, path.imageTag).toString();
        if (!application && path.imageTag != main && !pinned.isEmpty() && pinned == old)
            values.append({path.imageTag, tag});
    }
    return setValues(in, values, untilGeneration(in));
}

Result<QList<Edit>> labelOrAnnotate(const DraftInput &in, bool label)
{
    static const QRegularExpression kKey(
        u"^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$"_s);
    static const QRegularExpression kValue(u"^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$"_s);
    bool remove = false;
    if (const std::optional<Error> problem = valueOrRemove(in, remove))
        return *problem;
    const QString key = in.params.value(u"key"_s);
    const QString value = in.params.value(u"value"_s);
    if (!kKey.match(key).hasMatch())
        return paramError(u"key"_s,
            label ? Words::tr("\"%1\" is no key of a label.").arg(key)
                  : Words::tr("\"%1\" is no key of an annotation.").arg(key),
            Words::tr(
                "A name of up to 63 letters, digits, -, _ and ., with a prefix such as example.com/ if you like."));
    if (label && !kValue.match(value).hasMatch())
        return paramError(u"value"_s, Words::tr("value=%1 is no value of a label.").arg(value),
            Words::tr("Up to 63 letters, digits, -, _ and . are allowed; use annotate for other texts."));
    const QString map = label ? u"labels"_s : u"annotations"_s;
    const QJsonObject present = metadataOf(in.live).value(map).toObject();
    if (remove && !present.contains(key))
        return paramError(u"key"_s, Words::tr("%1 has no %2 in its %3.").arg(objectName(in), key, map),
            Words::tr("It has: %1.").arg(present.keys().join(u", "_s)));
    if (!remove)
        return setValues(in, {{u"/metadata/"_s + map + json::join({key}), value}}, {});
    Edit edit = editOf(in);
    edit.body = QJsonObject{{u"metadata"_s, QJsonObject{{map, QJsonObject{{key, QJsonValue::Null}}}}}};
    return QList<Edit>{edit};
}

Result<QJsonObject> parseFile(const DraftInput &in)
{
    const QByteArray text = in.params.value(u"file"_s).toUtf8();
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(text, &problem);
    if (document.isObject())
        return document.object();
    const Error noObject
        = paramError(u"file"_s, Words::tr("The text is no object: it needs apiVersion, kind and metadata."));
    if (!in.context.yaml)
        return problem.error == QJsonParseError::NoError
            ? noObject
            : paramError(u"file"_s,
                Words::tr("The text is no JSON: %1 at character %2.")
                    .arg(problem.errorString(), QString::number(problem.offset + 1)));
    const Result<ports::YamlDocument> yaml = in.context.yaml->parse(text);
    if (!yaml)
        return yaml.error();
    if (!yaml->value.isObject())
        return noObject;
    return yaml->value.toObject();
}

std::optional<Error> wrongKind(const DraftInput &in, const QJsonObject &object)
{
    const QString apiVersion = object.value("apiVersion"_L1).toString();
    const QString kind = object.value("kind"_L1).toString();
    if (kind == in.kind.kind && apiVersion == in.kind.gvr.apiVersion())
        return std::nullopt;
    return paramError(u"file"_s,
        Words::tr("The text is a %1 %2, not a %3 %4.").arg(apiVersion, kind, in.kind.gvr.apiVersion(), in.kind.kind),
        Words::tr("Correct apiVersion and kind, or act on the kind the text is of."));
}

Result<QList<Edit>> create(const DraftInput &in)
{
    const Result<QJsonObject> parsed = parseFile(in);
    if (!parsed)
        return parsed.error();
    if (const std::optional<Error> problem = wrongKind(in, *parsed))
        return *problem;
    QJsonObject object = withoutServerFields(*parsed, in.kind.own);
    QJsonObject metadata = metadataOf(object);
    QString name = metadata.value("name"_L1).toString();
    const QString base = metadata.value("generateName"_L1).toString();
    if (name.isEmpty() && base.isEmpty())
        return paramError(
            u"file"_s, Words::tr("metadata.name is missing."), Words::tr("Give the new %1 a name.").arg(in.kind.kind));
    if (name.isEmpty()) {
        name = generatedName(base);
        metadata.insert("name"_L1, name);
        object.insert("metadata"_L1, metadata);
    }
    if (in.kind.namespaced && metadata.value("namespace"_L1).toString().isEmpty()) {
        if (in.context.defaultNamespace.isEmpty())
            return paramError(u"file"_s, Words::tr("metadata.namespace is missing."),
                Words::tr("Say where it goes, in the text or with -n."));
        metadata.insert("namespace"_L1, in.context.defaultNamespace);
        object.insert("metadata"_L1, metadata);
    }
    Edit edit;
    edit.object = {in.context.cluster, in.kind.gvr, metadata.value("namespace"_L1).toString(), name, {}};
    edit.kind = in.kind.kind;
    edit.own = in.kind.own;
    edit.verb = ports::Verb::Create;
    edit.body = object;
    edit.follow = untilGeneration(in);
    if (in.kind.runOnce) {
        edit.follow.good = {State::Succeeded, State::Waiting};
        edit.follow.bad = {State::Failed, State::Cancelled};
    }
    return QList<Edit>{edit};
}

/// A text read from an older version is still good when only the status has moved since: the generation counts changes
/// of the spec, and labels and annotations are compared.
bool onlyStatusMoved(const QJsonObject &then, const QJsonObject &now)
{
    const QJsonValue generation = then.value("generation"_L1);
    return generation.isDouble() && generation == now.value("generation"_L1)
        && then.value("uid"_L1) == now.value("uid"_L1) && then.value("labels"_L1) == now.value("labels"_L1)
        && then.value("annotations"_L1) == now.value("annotations"_L1);
}

Result<QList<Edit>> editWhole(const DraftInput &in)
{
    const Result<QJsonObject> parsed = parseFile(in);
    if (!parsed)
        return parsed.error();
    if (const std::optional<Error> problem = wrongKind(in, *parsed))
        return *problem;
    const QJsonObject theirs = metadataOf(*parsed);
    const QJsonObject ours = metadataOf(in.live);
    for (const auto key : {"name"_L1, "namespace"_L1, "uid"_L1}) {
        if (theirs.contains(key) && theirs.value(key) != ours.value(key))
            return paramError(u"file"_s,
                Words::tr("metadata.%1 is %2 in the text and %3 in the cluster: it is another object.")
                    .arg(QString(key), theirs.value(key).toString(), ours.value(key).toString()),
                Words::tr("Names cannot be changed; create a new object instead."));
    }
    const QString version = theirs.value("resourceVersion"_L1).toString();
    const QString now = ours.value("resourceVersion"_L1).toString();
    if (!version.isEmpty() && version != now && !onlyStatusMoved(theirs, ours)) {
        Error error{ErrorKind::Conflict,
            Words::tr("The text is based on version %1 of %2, which is at version %3 now.")
                .arg(version, objectName(in), now),
            Words::tr("Read the object again and change that, or take metadata.resourceVersion out of the text to "
                      "compare it with the object of now.")};
        error.causes = {{u"file"_s, u"Conflict"_s, error.message}};
        return error;
    }
    QJsonObject wanted = withoutServerFields(*parsed, true);
    QJsonObject metadata = metadataOf(wanted);
    for (const auto key : {"name"_L1, "namespace"_L1}) {
        if (ours.contains(key))
            metadata.insert(key, ours.value(key));
    }
    wanted.insert("metadata"_L1, metadata);
    const QJsonObject patch = mergePatchFor(withoutServerFields(in.live, true), wanted);
    if (patch.isEmpty())
        return nothingToChange(
            Words::tr("The text says what %1 is already: there is nothing to change.").arg(objectName(in)));
    Edit edit = editOf(in);
    edit.body = patch;
    if (patch.contains("spec"_L1))
        edit.follow = untilGeneration(in);
    return QList<Edit>{edit};
}

Result<QList<Edit>> remove(const DraftInput &in)
{
    Edit edit = editOf(in);
    edit.verb = ports::Verb::Delete;
    edit.propagation = u"Background"_s; // as kubectl: what the object owns goes after it
    edit.follow.until = FollowTarget::Until::Gone;
    if (!in.kind.own || !deleteIsGuarded(in.kind.kind))
        return QList<Edit>{edit};
    const QString pointer = u"/metadata/annotations"_s + json::join({annotation::kConfirmDelete});
    if (json::at(in.live, pointer).toString() == edit.object.name)
        return QList<Edit>{edit};
    const Result<QList<Edit>> first = setValues(in, {{pointer, edit.object.name}}, {});
    if (!first)
        return first.error();
    edit.needsEarlier = true; // the policy lets the delete pass only once the annotation is there
    return QList<Edit>{first->first(), edit};
}

}

FollowTarget followOf(const network::KindInfo &kind)
{
    FollowTarget out;
    if (!kind.own || kind.phasePointer.isEmpty())
        return out;
    out.until = FollowTarget::Until::Generation;
    out.phasePointer = kind.phasePointer;
    out.phases = kind.phases;
    out.bad = {State::Failed};
    if (kind.runOnce)
        out.good = {
            State::NotBegun, State::Waiting, State::Progressing, State::Updating, State::Succeeded, State::Provisioning,
            State::Ready};
    else if (isNodeKind(kind.kind))
        out.good = {State::Ready};
    else
        out.good = {State::Ready, State::Suspended, State::Succeeded};
    return out;
}

std::optional<bool> parseBoolean(const QString &text)
{
    if (text == "true"_L1 || text == "yes"_L1)
        return true;
    if (text == "false"_L1 || text == "no"_L1)
        return false;
    return std::nullopt;
}

Error paramError(const QString &param, const QString &sentence, const QString &remedy)
{
    Error error{ErrorKind::Invalid, sentence, remedy};
    error.causes = {{param, u"FieldValueInvalid"_s, sentence}};
    return error;
}

Result<QList<Edit>> buildEdits(const DraftInput &in)
{
    using Builder = Result<QList<Edit>> (*)(const DraftInput &);
    static const QHash<QString, Builder> kBuilders{
        {u"scale"_s, scale},
        {u"resources"_s, resources},
        {u"env"_s, env},
        {u"storage"_s, storage},
        {u"restart"_s, [](const DraftInput &i) { return request(i, annotation::kRestart, u"restart"_s); }},
        {u"reconcile"_s, [](const DraftInput &i) { return request(i, annotation::kReconcile, u"reconcile"_s); }},
        {u"trigger"_s, [](const DraftInput &i) { return request(i, annotation::kTrigger, u"trigger"_s); }},
        {u"suspend"_s, [](const DraftInput &i) { return suspendOrResume(i, true); }},
        {u"resume"_s, [](const DraftInput &i) { return suspendOrResume(i, false); }},
        {u"cancel"_s, cancelRun},
        {u"version"_s, version},
        {u"label"_s, [](const DraftInput &i) { return labelOrAnnotate(i, true); }},
        {u"annotate"_s, [](const DraftInput &i) { return labelOrAnnotate(i, false); }},
        {u"edit"_s, editWhole},
        {u"create"_s, create},
        {u"delete"_s, remove},
    };
    if (isOwnVerb(in.action.id))
        return buildOwnVerb(in);
    const Builder builder = kBuilders.value(in.action.id, nullptr);
    if (!builder)
        return Error{ErrorKind::Unsupported, Words::tr("The action %1 cannot be carried out.").arg(in.action.id)};
    return builder(in);
}

}
