// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/Environment.h"

#include <QHash>
#include <QObject>
#include <QSet>
#include <QTimer>

namespace qd::items {

/// How many objects of each pane need attention, and the worst of their states; for the navigation and the overview's head.
/// Counts the stores there are and starts no watch. GUI thread; borrows the environments. Changes are told at most twice a
/// second.
class Attention : public QObject {
    Q_OBJECT
public:
    struct Count {
        int problems = 0;
        network::State worst = network::State::Ready;
        friend bool operator==(const Count &, const Count &) = default;
    };
    explicit Attention(QObject *parent = nullptr);
    void addEnvironment(state::Environment *environment);
    [[nodiscard]] Count of(const QString &pane) const { return m_panes.value(pane); }
    /// Of one kind, by Gvr::name.
    [[nodiscard]] Count ofKind(const QString &name) const { return m_kinds.value(name); }

Q_SIGNALS:
    void changed();

private:
    /// Of a store: the rows that are problems, by uid.
    using Bad = QHash<QString, network::State>;
    void addStore(state::ResourceStore *store);
    static void adopt(Bad &bad, const state::ResourceStore &store, const QStringList &upserted, const QStringList &removed);
    void recount();
    QList<state::Environment *> m_environments;
    QHash<const state::ResourceStore *, Bad> m_bad;
    QSet<const state::Environment *> m_stale;   ///< what the figures were made with
    QHash<QString, Count> m_panes;
    QHash<QString, Count> m_kinds;
    QTimer m_timer{this};
};

}
