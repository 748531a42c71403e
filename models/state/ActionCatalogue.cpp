// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/ActionCatalogue.h"

#include "models/core/Json.h"
#include "models/state/ActionDrafts.h"
#include "models/state/ComponentPaths.h"
#include "models/state/OwnVerbs.h"

#include <QCoreApplication>

#include <algorithm>

namespace qd::state {

using namespace Qt::StringLiterals;

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(ActionCatalogue)
};

/// The fixed part of an action. Titles are marked for translation here and translated when the catalogue is made.
struct Entry
{
    const char *id;
    const char *title;
    const char *verb; ///< button and dialog title, %1 is the object
    const char *icon;
    const char *keys;
    const char *right;
    Danger danger;
};

constexpr Entry kEntries[] = {
    {"scale", QT_TRANSLATE_NOOP("ActionCatalogue", "Scale…"), QT_TRANSLATE_NOOP("ActionCatalogue", "Scale %1"), "scale",
        "Ctrl+Shift+S", "patch", Danger::Disruptive},
    {"resources", QT_TRANSLATE_NOOP("ActionCatalogue", "Resources…"),
        QT_TRANSLATE_NOOP("ActionCatalogue", "Change resources of %1"), "resources", "Ctrl+Shift+M", "patch",
        Danger::Disruptive},
    {"env", QT_TRANSLATE_NOOP("ActionCatalogue", "Environment variable…"),
        QT_TRANSLATE_NOOP("ActionCatalogue", "Change environment of %1"), "env", "Ctrl+Shift+E", "patch",
        Danger::Disruptive},
    {"storage", QT_TRANSLATE_NOOP("ActionCatalogue", "Grow storage…"),
        QT_TRANSLATE_NOOP("ActionCatalogue", "Grow storage of %1"), "storage", "Ctrl+Shift+G", "patch",
        Danger::Disruptive},
    {"restart", QT_TRANSLATE_NOOP("ActionCatalogue", "Restart"), QT_TRANSLATE_NOOP("ActionCatalogue", "Restart %1"),
        "restart", "Ctrl+Shift+R", "patch", Danger::Disruptive},
    {"suspend", QT_TRANSLATE_NOOP("ActionCatalogue", "Suspend"), QT_TRANSLATE_NOOP("ActionCatalogue", "Suspend %1"),
        "pause", "Ctrl+Shift+P", "patch", Danger::Disruptive},
    {"resume", QT_TRANSLATE_NOOP("ActionCatalogue", "Resume"), QT_TRANSLATE_NOOP("ActionCatalogue", "Resume %1"),
        "play", "Ctrl+Shift+U", "patch", Danger::Routine},
    {"version", QT_TRANSLATE_NOOP("ActionCatalogue", "Change version…"),
        QT_TRANSLATE_NOOP("ActionCatalogue", "Change version of %1"), "upgrades", "Ctrl+Shift+V", "patch",
        Danger::Disruptive},
    {"topup", QT_TRANSLATE_NOOP("ActionCatalogue", "Top up traffic…"),
        QT_TRANSLATE_NOOP("ActionCatalogue", "Top up the traffic of %1"), "coin", "", "patch", Danger::Routine},
    {"bridge", QT_TRANSLATE_NOOP("ActionCatalogue", "Make it a bridge…"),
        QT_TRANSLATE_NOOP("ActionCatalogue", "Make %1 a bridge"), "bridge", "", "patch", Danger::Disruptive},
    {"walletuser", QT_TRANSLATE_NOOP("ActionCatalogue", "Add wallet user…"),
        QT_TRANSLATE_NOOP("ActionCatalogue", "Add a wallet user to %1"), "user", "", "create", Danger::Routine},
    {"invite", QT_TRANSLATE_NOOP("ActionCatalogue", "Invite a validator…"),
        QT_TRANSLATE_NOOP("ActionCatalogue", "Invite a validator by %1"), "key", "", "create", Danger::Routine},
    {"backup", QT_TRANSLATE_NOOP("ActionCatalogue", "Back up now…"),
        QT_TRANSLATE_NOOP("ActionCatalogue", "Back up %1 now"), "backups", "Ctrl+Shift+J", "create", Danger::Routine},
    {"dump", QT_TRANSLATE_NOOP("ActionCatalogue", "Dump the identity now…"),
        QT_TRANSLATE_NOOP("ActionCatalogue", "Dump the identity of %1 now"), "key", "", "create", Danger::Routine},
    {"connect", QT_TRANSLATE_NOOP("ActionCatalogue", "Connect"),
        QT_TRANSLATE_NOOP("ActionCatalogue", "Connect %1"), "link", "", "patch", Danger::Routine},
    {"disconnect", QT_TRANSLATE_NOOP("ActionCatalogue", "Disconnect"),
        QT_TRANSLATE_NOOP("ActionCatalogue", "Disconnect %1"), "x", "", "patch", Danger::Disruptive},
    {"approve", QT_TRANSLATE_NOOP("ActionCatalogue", "Approve"),
        QT_TRANSLATE_NOOP("ActionCatalogue", "Approve %1"), "check", "Ctrl+Shift+Y", "patch", Danger::Disruptive},
    {"reject", QT_TRANSLATE_NOOP("ActionCatalogue", "Reject"),
        QT_TRANSLATE_NOOP("ActionCatalogue", "Reject %1"), "x", "", "patch", Danger::Disruptive},
    {"rollback", QT_TRANSLATE_NOOP("ActionCatalogue", "Roll back…"),
        QT_TRANSLATE_NOOP("ActionCatalogue", "Roll back %1"), "undo", "", "patch", Danger::Disruptive},
    {"activate", QT_TRANSLATE_NOOP("ActionCatalogue", "Activate"),
        QT_TRANSLATE_NOOP("ActionCatalogue", "Activate %1"), "play", "", "patch", Danger::Routine},
    {"deactivate", QT_TRANSLATE_NOOP("ActionCatalogue", "Deactivate"),
        QT_TRANSLATE_NOOP("ActionCatalogue", "Deactivate %1"), "pause", "", "patch", Danger::Disruptive},
    {"restrict", QT_TRANSLATE_NOOP("ActionCatalogue", "Restrict the audience…"),
        QT_TRANSLATE_NOOP("ActionCatalogue", "Restrict the audience of %1"), "lock", "", "patch", Danger::Disruptive},
    {"probe", QT_TRANSLATE_NOOP("ActionCatalogue", "Test the connection"),
        QT_TRANSLATE_NOOP("ActionCatalogue", "Test the connection of %1"), "telemetry", "", "patch", Danger::Routine},
    {"deploy", QT_TRANSLATE_NOOP("ActionCatalogue", "Deploy to another node…"),
        QT_TRANSLATE_NOOP("ActionCatalogue", "Deploy %1 to another node"), "upload", "", "patch", Danger::Routine},
    {"vet", QT_TRANSLATE_NOOP("ActionCatalogue", "Vet"),
        QT_TRANSLATE_NOOP("ActionCatalogue", "Vet %1"), "check", "", "patch", Danger::Routine},
    {"unvet", QT_TRANSLATE_NOOP("ActionCatalogue", "Unvet"),
        QT_TRANSLATE_NOOP("ActionCatalogue", "Unvet %1"), "x", "", "patch", Danger::Disruptive},
    {"verify", QT_TRANSLATE_NOOP("ActionCatalogue", "Verify"),
        QT_TRANSLATE_NOOP("ActionCatalogue", "Verify %1"), "shield", "", "patch", Danger::Routine},
    {"hold", QT_TRANSLATE_NOOP("ActionCatalogue", "Hold"),
        QT_TRANSLATE_NOOP("ActionCatalogue", "Hold %1"), "lock", "", "patch", Danger::Routine},
    {"release", QT_TRANSLATE_NOOP("ActionCatalogue", "Release"),
        QT_TRANSLATE_NOOP("ActionCatalogue", "Release %1"), "unlock", "", "patch", Danger::Routine},
    {"label", QT_TRANSLATE_NOOP("ActionCatalogue", "Label…"), QT_TRANSLATE_NOOP("ActionCatalogue", "Label %1"), "tag",
        "Ctrl+L", "patch", Danger::Routine},
    {"annotate", QT_TRANSLATE_NOOP("ActionCatalogue", "Annotate…"), QT_TRANSLATE_NOOP("ActionCatalogue", "Annotate %1"),
        "tag", "Ctrl+Shift+A", "patch", Danger::Routine},
    {"edit", QT_TRANSLATE_NOOP("ActionCatalogue", "Edit YAML…"), QT_TRANSLATE_NOOP("ActionCatalogue", "Change %1"),
        "edit", "Ctrl+E", "patch", Danger::Disruptive},
    {"create", QT_TRANSLATE_NOOP("ActionCatalogue", "Create…"), QT_TRANSLATE_NOOP("ActionCatalogue", "Create %1"),
        "plus", "Ctrl+N", "create", Danger::Routine},
    {"delete", QT_TRANSLATE_NOOP("ActionCatalogue", "Delete…"), QT_TRANSLATE_NOOP("ActionCatalogue", "Delete %1"),
        "trash", "Del", "delete", Danger::Destructive},
    {"cancel", QT_TRANSLATE_NOOP("ActionCatalogue", "Cancel the run"),
        QT_TRANSLATE_NOOP("ActionCatalogue", "Cancel %1"), "stop", "Ctrl+Shift+X", "patch", Danger::Disruptive},
    {"trigger", QT_TRANSLATE_NOOP("ActionCatalogue", "Run now"), QT_TRANSLATE_NOOP("ActionCatalogue", "Run %1 now"),
        "play", "Ctrl+Shift+N", "patch", Danger::Routine},
    {"reconcile", QT_TRANSLATE_NOOP("ActionCatalogue", "Reconcile"),
        QT_TRANSLATE_NOOP("ActionCatalogue", "Reconcile %1"), "refresh", "Ctrl+Shift+F5", "patch", Danger::Routine},
};

ActionParam param(const QString &name, const QString &type, bool required, const QString &label, const QString &help)
{
    return {name, type, required, {}, label, help, {}};
}

ActionParam componentParam(bool required)
{
    return param(
        u"component"_s, u"choice"_s, required, Words::tr("Component"), Words::tr("The part of the node that changes."));
}

ActionParam removeParam()
{
    ActionParam out = param(
        u"remove"_s, u"boolean"_s, false, Words::tr("Remove"), Words::tr("Takes it away instead of setting a value."));
    out.values = {u"true"_s, u"false"_s};
    return out;
}

QList<ActionParam> resourceParams()
{
    return {componentParam(true),
        param(u"cpuRequested"_s, u"quantity"_s, false, Words::tr("CPU requested"),
            Words::tr("CPU the scheduler reserves: 500m, 2.")),
        param(u"cpuLimit"_s, u"quantity"_s, false, Words::tr("CPU limit"), Words::tr("CPU it may use at most.")),
        param(u"memoryRequested"_s, u"quantity"_s, false, Words::tr("Memory requested"),
            Words::tr("Memory the scheduler reserves: 2Gi.")),
        param(u"memoryLimit"_s, u"quantity"_s, false, Words::tr("Memory limit"),
            Words::tr("Memory it may use at most."))};
}

QList<ActionParam> paramsOf(const QString &id)
{
    if (id == "scale"_L1)
        return {componentParam(true),
            param(u"replicas"_s, u"integer"_s, true, Words::tr("Replicas"),
                Words::tr("Number of pods; 0 stops the component."))};
    if (id == "resources"_L1)
        return resourceParams();
    if (id == "env"_L1)
        return {componentParam(true),
            param(u"name"_s, u"text"_s, true, Words::tr("Name"), Words::tr("Name of the variable.")),
            param(u"value"_s, u"text"_s, false, Words::tr("Value"), Words::tr("New value; never a secret.")),
            removeParam()};
    if (id == "storage"_L1)
        return {componentParam(false),
            param(u"size"_s, u"quantity"_s, true, Words::tr("Size"),
                Words::tr("New size, for example 200Gi; it can only grow."))};
    if (id == "version"_L1)
        return {param(u"tag"_s, u"text"_s, true, Words::tr("Version"), Words::tr("Image tag, for example 0.4.15."))};
    if (id == "label"_L1 || id == "annotate"_L1)
        return {param(u"key"_s, u"text"_s, true, Words::tr("Key"),
                    Words::tr("With or without a prefix: example.com/team.")),
            param(u"value"_s, u"text"_s, false, Words::tr("Value"), Words::tr("New value.")), removeParam()};
    if (id == "edit"_L1 || id == "create"_L1)
        return {param(u"file"_s, u"yaml"_s, true, Words::tr("File"), Words::tr("The object as YAML or JSON."))};
    return paramsOfOwnVerb(id);
}

bool actionApplies(const QString &id, const network::KindInfo &kind)
{
    static const QStringList kAny{u"label"_s, u"annotate"_s, u"edit"_s, u"create"_s, u"delete"_s};
    static const QStringList kScheduled{u"BackupSchedule"_s, u"IdentityDumpSchedule"_s, u"PruningSchedule"_s};
    if (kAny.contains(id))
        return true;
    if (!kind.own)
        return false;
    if (isOwnVerb(id))
        return kindsOfOwnVerb(id).contains(kind.kind);
    const QList<ComponentPath> components = componentsOf(kind.kind);
    if (id == "scale"_L1 || id == "resources"_L1 || id == "env"_L1)
        return !components.isEmpty();
    if (id == "storage"_L1)
        return isNodeKind(kind.kind);
    if (id == "version"_L1)
        return isNodeKind(kind.kind) || kind.kind == "Application"_L1;
    if (id == "restart"_L1)
        return isNodeKind(kind.kind) || kind.kind == "Application"_L1;
    if (id == "suspend"_L1 || id == "resume"_L1)
        return !suspendPointer(kind.kind).isEmpty();
    if (id == "cancel"_L1)
        return !cancelPointer(kind.kind).isEmpty();
    return id == "trigger"_L1 ? kScheduled.contains(kind.kind) : id == "reconcile"_L1;
}

const Entry *entryOf(const QString &id)
{
    const auto *it = std::find_if(
        std::begin(kEntries), std::end(kEntries), [&id](const Entry &e) { return id == QLatin1StringView(e.id); });
    return it == std::end(kEntries) ? nullptr : it;
}

/// Fills in what depends on the kind: components, which parameters are needed, the right.
ActionInfo exact(ActionInfo action, const network::KindInfo &kind)
{
    const QList<ComponentPath> components = componentsOf(kind.kind);
    for (ActionParam &p : action.params) {
        if (p.name != "component"_L1)
            continue;
        for (const ComponentPath &component : components) {
            if (action.id != "storage"_L1 || !component.storage.isEmpty())
                p.values.append(component.name);
        }
        if (action.id == "storage"_L1 && kind.kind != "SuperValidator"_L1)
            p.values.clear();
        p.required = p.values.size() > 1;
        p.defaultValue = p.values.size() == 1 ? p.values.first() : QString();
    }
    if (action.id == "storage"_L1 && kind.kind != "SuperValidator"_L1)
        action.params.removeIf([](const ActionParam &p) { return p.name == "component"_L1; });
    if (action.right.resource == "*"_L1) {
        action.right.group = kind.gvr.group;
        action.right.resource = kind.gvr.resource;
    }
    if (action.id == "suspend"_L1 && !isNodeKind(kind.kind) && kind.kind != "Application"_L1)
        action.danger = Danger::Routine;
    return action;
}

ports::AccessQuestion questionOf(const ActionRight &right, const network::KindInfo &kind, const QString &ns, const QString &name)
{
    ports::AccessQuestion out{right.verb, kind.gvr, right.subresource, kind.namespaced ? ns : QString(), name};
    if (right.resource != "*"_L1) {
        out.gvr.group = right.group;
        out.gvr.resource = right.resource;
    }
    if (right.verb == "create"_L1)
        out.name.clear();
    return out;
}

QString listed(const QStringList &words)
{
    return words.join(u", "_s);
}

Error notApplicable(const ActionInfo &action, const network::KindInfo &kind)
{
    return {ErrorKind::Invalid, Words::tr("%1 is no action of %2.").arg(action.id, kind.kind),
        Words::tr("It applies to: %1.").arg(listed(action.kinds))};
}

QStringList paramNames(const ActionInfo &action)
{
    QStringList names;
    for (const ActionParam &p : action.params)
        names.append(p.name);
    return names;
}

std::optional<Error> checkParam(const ActionInfo &action, const ActionParam &p, QMap<QString, QString> &params)
{
    if (!params.contains(p.name)) {
        if (p.required && !p.values.isEmpty())
            return paramError(p.name, Words::tr("%1 needs the parameter %2.").arg(action.id, p.name),
                Words::tr("Allowed values: %1.").arg(listed(p.values)));
        if (p.required)
            return paramError(p.name, Words::tr("%1 needs the parameter %2.").arg(action.id, p.name), p.help);
        if (!p.defaultValue.isEmpty())
            params.insert(p.name, p.defaultValue);
        return std::nullopt;
    }
    const QString value = params.value(p.name);
    if (p.type == "choice"_L1 && !p.values.isEmpty()) {
        const auto plain = [](QString text) { return text.toLower().remove(u'-').remove(u'_'); };
        const auto it = std::find_if(
            p.values.begin(), p.values.end(), [&](const QString &allowed) { return plain(allowed) == plain(value); });
        if (it == p.values.end())
            return paramError(p.name, Words::tr("%1=%2 is not known.").arg(p.name, value),
                Words::tr("Allowed values: %1.").arg(listed(p.values)));
        params.insert(p.name, *it);
    }
    if (p.type == "boolean"_L1 && !parseBoolean(value))
        return paramError(p.name, Words::tr("%1=%2 is neither true nor false.").arg(p.name, value),
            Words::tr("Allowed values: %1.").arg(listed(p.values)));
    return std::nullopt;
}

std::optional<Error> checkParams(const ActionInfo &action, QMap<QString, QString> &params)
{
    const QStringList known = paramNames(action);
    for (auto it = params.constBegin(); it != params.constEnd(); ++it) {
        if (!known.contains(it.key()))
            return paramError(it.key(), Words::tr("%1 has no parameter %2.").arg(action.id, it.key()),
                known.isEmpty() ? Words::tr("It has none.") : Words::tr("Its parameters are: %1.").arg(listed(known)));
    }
    for (const ActionParam &p : action.params) {
        if (const std::optional<Error> problem = checkParam(action, p, params))
            return problem;
    }
    return std::nullopt;
}

}

QString actionTitle(const QString &actionId, const QString &object)
{
    const Entry *entry = entryOf(actionId);
    return entry ? Words::tr(entry->verb).arg(object) : QString();
}

ActionCatalogue::ActionCatalogue(const network::KindTable &kinds)
{
    for (const Entry &entry : kEntries) {
        ActionInfo info;
        info.id = QString::fromLatin1(entry.id);
        info.title = Words::tr(entry.title);
        info.icon = QString::fromLatin1(entry.icon);
        if (*entry.keys)
            info.keys = {QString::fromLatin1(entry.keys)};
        info.right = {QString::fromLatin1(entry.right), u"*"_s, u"*"_s};
        if (const network::KindInfo *made = kinds.find(kindMadeBy(info.id))) {
            m_made.insert(info.id, *made);
            const ActionRight makes{u"create"_s, made->gvr.group, made->gvr.resource};
            if (info.right.verb == makes.verb)
                info.right = makes;
            else
                info.also = {makes};
        }
        info.danger = entry.danger;
        info.params = paramsOf(info.id);
        for (const network::KindInfo &kind : kinds.kinds()) {
            if (actionApplies(info.id, kind) && !info.kinds.contains(kind.kind))
                info.kinds.append(kind.kind);
        }
        m_actions.append(info);
    }
}

const ActionInfo *ActionCatalogue::find(const QString &id) const
{
    const auto it = std::find_if(m_actions.begin(), m_actions.end(), [&id](const ActionInfo &a) { return a.id == id; });
    return it == m_actions.end() ? nullptr : &*it;
}

QList<ActionInfo> ActionCatalogue::forKind(const network::KindInfo &kind) const
{
    QList<ActionInfo> out;
    for (const ActionInfo &action : m_actions) {
        if (actionApplies(action.id, kind))
            out.append(exact(action, kind));
    }
    return out;
}

bool ActionCatalogue::applies(const QString &id, const network::KindInfo &kind) const
{
    return find(id) && actionApplies(id, kind);
}

ports::AccessQuestion ActionCatalogue::question(
    const ActionInfo &action, const network::KindInfo &kind, const QString &ns, const QString &name)
{
    return questionOf(action.right, kind, ns, name);
}

QList<ports::AccessQuestion> ActionCatalogue::questions(
    const ActionInfo &action, const network::KindInfo &kind, const QString &ns, const QString &name)
{
    QList<ports::AccessQuestion> out{question(action, kind, ns, name)};
    for (const ActionRight &right : action.also)
        out.append(questionOf(right, kind, ns, {}));
    if (action.id == "delete"_L1 && kind.own && deleteIsGuarded(kind.kind)) {
        ports::AccessQuestion annotates = out.first(); // the policy wants confirm-delete first
        annotates.verb = u"patch"_s;
        out.append(annotates);
    }
    return out;
}

QMap<QString, QString> ActionCatalogue::current(const QString &actionId, const network::KindInfo &kind,
    const QJsonObject &live, const QString &componentName) const
{
    QMap<QString, QString> out;
    if (live.isEmpty() || !applies(actionId, kind))
        return out;
    if (isOwnVerb(actionId))
        return currentOfOwnVerb(actionId, live);
    const QList<ComponentPath> components = componentsOf(kind.kind);
    const ComponentPath path = componentName.isEmpty() && !components.isEmpty() ? components.first()
                                                                                 : findComponent(kind.kind, componentName);
    const auto take = [&out, &live](const QString &name, const QString &pointer) {
        const QJsonValue value = pointer.isEmpty() ? QJsonValue(QJsonValue::Undefined) : json::at(live, pointer);
        if (value.isDouble())
            out.insert(name, QString::number(value.toInteger()));
        else if (!value.toString().isEmpty())
            out.insert(name, value.toString());
    };
    if (actionId == "scale"_L1) {
        take(u"replicas"_s, path.replicas);
        if (!path.replicas.isEmpty() && !out.contains(u"replicas"_s))
            out.insert(u"replicas"_s, u"1"_s); // what the operator makes of nothing
    } else if (actionId == "resources"_L1) {
        for (const ActionParam &p : resourceParams()) {
            if (p.name != "component"_L1)
                take(p.name, path.resources + u'/' + p.name);
        }
    } else if (actionId == "storage"_L1) {
        take(u"size"_s, path.storage.isEmpty() ? u"/spec/storageSize"_s : path.storage);
    } else if (actionId == "version"_L1) {
        take(u"tag"_s, kind.kind == "Application"_L1 ? u"/spec/source/image/imageTag"_s : u"/spec/imageTag"_s);
    }
    return out;
}

Result<ChangeDraft> ActionCatalogue::buildDraft(const QString &actionId, const network::KindInfo &kind,
    const QJsonObject &live, const QMap<QString, QString> &params, const DraftContext &context) const
{
    const ActionInfo *general = find(actionId);
    if (!general) {
        QStringList ids;
        for (const ActionInfo &action : m_actions)
            ids.append(action.id);
        return Error{ErrorKind::Invalid, Words::tr("There is no action %1.").arg(actionId),
            Words::tr("Actions are: %1.").arg(listed(ids))};
    }
    if (!actionApplies(actionId, kind))
        return notApplicable(*general, kind);
    const ActionInfo action = exact(*general, kind);
    QMap<QString, QString> checked = params;
    if (const std::optional<Error> problem = checkParams(action, checked))
        return *problem;
    if (live.isEmpty() && actionId != "create"_L1)
        return Error{ErrorKind::NotFound, Words::tr("%1 needs the object it acts on.").arg(actionId)};
    const auto made = m_made.constFind(actionId);
    const Result<QList<Edit>> edits
        = buildEdits({action, kind, live, checked, context, made == m_made.constEnd() ? nullptr : &*made});
    if (!edits)
        return edits.error();
    ChangeDraft draft;
    draft.id = newChangeId();
    draft.actionId = actionId;
    draft.danger = action.danger;
    draft.edits = *edits;
    const bool makes = made != m_made.constEnd();
    draft.title = actionTitle(
        actionId, makes ? json::at(live, u"/metadata/name"_s).toString() : draft.objectText());
    draft.verbText = draft.title;
    return draft;
}

}
