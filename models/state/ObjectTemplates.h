// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/Environment.h"

#include <QMap>

namespace qd::state {

/// What a new object of a kind begins with: resources/templates/<plural>.yaml, its names filled from what the environment has.
/// A template holds {network}, {node}, {tag} and the like; what is not there is named so that a person sees it is to be filled
/// in. GUI thread; reads the stores that are open and starts no watch but those of the eager kinds.
class ObjectTemplates {
public:
    /// Names for the placeholders.
    [[nodiscard]] static QMap<QString, QString> names(Environment &environment, const network::KindInfo &kind);
    /// The text with its placeholders filled; unknown ones stay as they are.
    [[nodiscard]] static QString fill(const QString &text, const QMap<QString, QString> &names);
    /// Where a new object begins: the namespace that is shown, else that of a network, else the context's.
    [[nodiscard]] static QString namespaceFor(Environment &environment);
    /// The template of a kind, with names filled. Empty: there is none for this kind.
    [[nodiscard]] static QString of(Environment &environment, const network::KindInfo &kind);
};

}
