// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/YamlCodec.h"
#include "models/state/ChangeDraft.h"

#include <QDateTime>
#include <QMap>
#include <QStringList>

namespace qd::state {

struct ActionParam
{
    QString name; ///< as on the command line: replicas
    QString type; ///< text, integer, quantity, boolean, choice, yaml
    bool required = false;
    QStringList values = {}; ///< allowed values (of the kind asked for); empty: free
    QString label = {}; ///< translated
    QString help = {}; ///< translated
    QString defaultValue = {};
};

struct ActionRight
{
    QString verb;
    QString group; ///< "*" in the general list: the group of the kind acted on
    QString resource;
    QString subresource = {};
};

/// One verb of the console, as data: QActions, the palette and `do` are made of it (commands.md "Names").
struct ActionInfo
{
    QString id;
    QString title; ///< translated: "Scale…"
    QString icon = {};
    QStringList keys = {}; ///< portable key sequences; rarer verbs have none (menus and the palette reach them)
    QStringList kinds = {}; ///< kind names it applies to
    QList<ActionParam> params = {};
    ActionRight right = {};
    QList<ActionRight> also = {}; ///< what its further edits need beside `right`, on other kinds
    Danger danger = Danger::Routine;
};

/// What a builder may need beside the object.
struct DraftContext
{
    QString cluster;
    QString defaultNamespace = {}; ///< create without metadata.namespace
    QDateTime now = {}; ///< UTC
    const ports::YamlCodec *yaml = nullptr; ///< edit and create; JSON is read without it
    QString user = {}; ///< who is signed in: approvals carry the name
};

/// Every action of the console; constant once made. `params` and `right` are general in actions() and exact in
/// forKind().
class ActionCatalogue
{
public:
    explicit ActionCatalogue(const network::KindTable &kinds);
    [[nodiscard]] const QList<ActionInfo> &actions() const { return m_actions; }
    [[nodiscard]] const ActionInfo *find(const QString &id) const;
    /// The actions of one kind, with allowed values (components) and the right spelt out.
    [[nodiscard]] QList<ActionInfo> forKind(const network::KindInfo &kind) const;
    [[nodiscard]] bool applies(const QString &id, const network::KindInfo &kind) const;
    /// The access review to ask before offering an action on an object (or on the kind, with empty names).
    [[nodiscard]] static ports::AccessQuestion question(
        const ActionInfo &action, const network::KindInfo &kind, const QString &ns, const QString &name);
    /// All an action needs: beside question(), what its further edits ask for (the connection of a bridge, the annotation
    /// before a guarded deletion).
    [[nodiscard]] static QList<ports::AccessQuestion> questions(
        const ActionInfo &action, const network::KindInfo &kind, const QString &ns, const QString &name);
    /// What the parameters of an action stand at in `live`: replicas, sizes, the tag; what is not set there is absent.
    [[nodiscard]] QMap<QString, QString> current(const QString &actionId, const network::KindInfo &kind,
        const QJsonObject &live, const QString &componentName) const;
    /// A draft of the action on `live` (empty for create). For edit and create, params["file"] is the text of the file.
    /// Errors name the parameter, what was wrong and the allowed values; reason NothingToChange: it is already so.
    [[nodiscard]] Result<ChangeDraft> buildDraft(const QString &actionId, const network::KindInfo &kind,
        const QJsonObject &live, const QMap<QString, QString> &params, const DraftContext &context) const;

private:
    QList<ActionInfo> m_actions;
    QHash<QString, network::KindInfo> m_made; ///< by action id: the kind it makes
};

}
