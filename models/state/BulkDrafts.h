// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/ActionCatalogue.h"

namespace qd::state {

/// One of several objects a verb acts on: its kind, as it was read, and where it lies.
struct BulkObject
{
    network::KindInfo kind;
    QJsonObject live;
    QString cluster;
    QString user = {}; ///< who is signed in there
};

/// A verb on several objects, asked for once: one draft for each cluster, an edit or two for each object. Kinds may be
/// mixed where the verb applies to all of them. Errors name the object that cannot, and the parameter.
class BulkDrafts
{
public:
    BulkDrafts(const ActionCatalogue *catalogue, QString actionId, QList<BulkObject> objects);
    /// The verb as all the kinds have it: every parameter one of them has, of choices those they have in common. Error: it
    /// does not apply to all, needs one object (edit), or there is nothing in common.
    [[nodiscard]] Result<ActionInfo> action() const;
    /// What the parameters stand at where all objects agree; the others are absent.
    [[nodiscard]] QMap<QString, QString> current(const QString &component) const;
    /// Objects that are so already are left out and named in ChangeDraft::unchanged; error when that is all of them.
    [[nodiscard]] Result<QList<ChangeDraft>> build(const QMap<QString, QString> &params, const DraftContext &context) const;
    [[nodiscard]] const QList<BulkObject> &objects() const { return m_objects; }
    /// "Scale 5 objects".
    [[nodiscard]] QString title() const;

private:
    [[nodiscard]] const ActionInfo *exact(const QList<ActionInfo> &actions) const;
    const ActionCatalogue *m_catalogue;
    QString m_actionId;
    QList<BulkObject> m_objects;
};

}
