// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/seed/Consortium.h"
#include "app/demo/store/Store.h"

#include <QByteArray>

#include <chrono>
#include <vector>

namespace qd::demo {

/// Makes the additional nodes and parties of a large network from the first of each as the operator has left them: with pods,
/// services, statuses and managed fields, so that an operator that looks at them finds nothing to do. Names, fingerprints, uids,
/// addresses, balances and counts are each one's own, the same for the same seed. Pure.
class Likeness {
public:
    /// The first node and the first party with what belongs to them, as kept; `tick`: so often a node's balance is told.
    Likeness(const QList<Kept> &node, const QList<Kept> &party, const SeedOptions &options, std::chrono::milliseconds tick);
    /// Nodes are numbered from 1, which is the model; so are parties.
    [[nodiscard]] int nodes() const;
    [[nodiscard]] int parties() const { return m_options.scale; }
    [[nodiscard]] QList<Kept> node(int number) const;
    [[nodiscard]] QList<Kept> party(int number) const;

private:
    struct Model {
        QString resource, ns, name, uid, address;
        QByteArray json;
    };
    using Texts = std::vector<std::pair<QByteArray, QByteArray>>;
    [[nodiscard]] static std::vector<Model> models(const QList<Kept> &kept);
    [[nodiscard]] QList<Kept> made(const std::vector<Model> &models, Texts texts, const QString &from, const QString &to) const;
    void vary(QJsonObject &node, const QString &name, int number) const;
    [[nodiscard]] int partiesOn(int node) const;

    std::vector<Model> m_node, m_party;
    SeedOptions m_options;
    std::chrono::milliseconds m_tick;
};

}
