// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/KindTable.h"

#include <QCoreApplication>

namespace qd::ui {

/// What a list of objects says about itself: the kinds in it and its words. Everything else a list does is the same for
/// every kind (kinds.yaml).
struct ListSpec {
    Q_DECLARE_TR_FUNCTIONS(ListSpec)
public:
    QString id;                   ///< prefix of its settings: "nodes", "backups/backupschedules"
    QString title;                ///< of the page
    QString tab = {};             ///< beside its sisters of the same page
    QString name;                 ///< accessible name of the table
    QList<network::KindInfo> kinds;
    QString filterHint;
    QString create = {};          ///< kind made by the primary button; empty: nothing is created here
    QString createText = {};
    QString none;                 ///< "No validators yet."
    QString noneDetail = {};
    QString noProblem;            ///< "No node needs attention."
    QString noMatch;              ///< "No node matches %1."
    bool readings = false;        ///< keeps what the rows said for the small charts

    /// "14 nodes".
    [[nodiscard]] QString counted(int count) const;
    /// Whether a kind of some environment's table belongs here; a site's mapping may give it another group.
    [[nodiscard]] bool shows(const network::KindInfo &kind) const;

    /// The lists of a pane: all nodes in one, else one for each kind.
    [[nodiscard]] static QList<ListSpec> ofPane(const QString &pane, const network::KindTable &kinds);
    [[nodiscard]] static QString paneTitle(const QString &pane);
};

}
