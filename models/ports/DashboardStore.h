// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"
#include "models/network/telemetry/Dashboard.h"

#include <QFuture>
#include <QObject>

namespace qd::ports {

/// The dashboards there are, and what is wrong with files of the person's folder: each error names file, line and column.
struct DashboardFiles {
    QList<network::Dashboard> dashboards;   ///< in their order
    QList<Error> errors;
    QStringList warnings;
};

/// Those that are shipped, and those of the person's folder over them by their id. GUI thread; files are read and written elsewhere.
class DashboardStore : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    [[nodiscard]] virtual QString folder() const = 0;
    [[nodiscard]] virtual QFuture<Result<DashboardFiles>> read() = 0;
    /// The panel as it is now, in the person's file of this dashboard: a copy of the shipped one is made first where there is none. Of a file
    /// that is there everything else stays as it is written; Unsupported, Invalid: it cannot be changed safely, and was not.
    [[nodiscard]] virtual QFuture<Result<DashboardFiles>> savePanel(const network::Dashboard &dashboard, const network::Panel &panel) = 0;
    /// The folder in the person's file manager, made first; false where none could be started.
    [[nodiscard]] virtual bool openFolder() = 0;
};

}
