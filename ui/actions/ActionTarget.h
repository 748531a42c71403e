// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/Environment.h"

#include <QMap>
#include <QPointer>

namespace qd::ui {

/// What a verb acts on: one object of a kind in an environment, or the kind itself (create: `row` is null).
struct ActionTarget {
    QPointer<state::Environment> environment;
    network::KindInfo kind;
    state::RowPtr row;
    [[nodiscard]] ObjectId object() const
    {
        const QString cluster = environment ? environment->name() : QString();
        return row ? ObjectId{cluster, kind.gvr, row->ns, row->name, row->uid} : ObjectId{cluster, kind.gvr, {}, {}, {}};
    }
};

/// Takes a verb further: asks for its parameters, builds the draft and opens the review dialog. One implementation in the
/// composition root, a recording one in tests. Never blocks.
class ChangeStarter {
public:
    virtual ~ChangeStarter() = default;
    virtual void startAction(const QString &actionId, const QList<ActionTarget> &targets,
                             const QMap<QString, QString> &params, QWidget *parent) = 0;
    /// Opens the YAML editor on the live object.
    virtual void editYaml(const ActionTarget &target, QWidget *parent) = 0;
    /// Shows the live object beside what Argo CD declares of it.
    virtual void compareWithGit(const ActionTarget &target, const QJsonObject &live, QWidget *parent) { Q_UNUSED(target) Q_UNUSED(live) Q_UNUSED(parent) }
};

}
