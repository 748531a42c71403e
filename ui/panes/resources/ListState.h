// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Clock.h"
#include "models/state/Environment.h"
#include "ui/panes/resources/ListSpec.h"

#include <QCoreApplication>

namespace qd::ui {

/// What a pane of several kinds in several clusters says beside, or in place of, its rows (picture 11). Plain decisions,
/// no widget: computed from the stores, shown by ResourcePane.
struct ListState {
    Q_DECLARE_TR_FUNCTIONS(ListState)
public:
    enum class Page : quint8 { Rows, Loading, Empty, Error, Forbidden, NotServed };
    struct Bar {
        network::State state;                   ///< Stale, Failed, Unknown (no right, not served), Progressing (waiting)
        QString title;
        QString detail;
        state::Environment *environment = nullptr;
        QList<state::ResourceStore *> stores;   ///< to try again
        bool retry = false;
        QString copyText = {};                  ///< "Copy request"
    };
    Page page = Page::Rows;
    QString waitingFor;          ///< Loading
    Error error{};               ///< Error, Forbidden
    QDateTime retryAt;
    QString title;               ///< NotServed, Empty
    QString detail;
    QList<state::ResourceStore *> stores;
    QList<Bar> bars;             ///< above the rows, worst first

    /// `total`: rows there are, filtered or not. `headed`: the clusters that have a heading among the rows, which says how old they
    /// are; a filter may have hidden it.
    [[nodiscard]] static ListState of(const QList<state::Environment *> &environments, const ListSpec &spec, int total,
                                      const QStringList &headed, const QDateTime &now);
};

}
