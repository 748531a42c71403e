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
    /// that is there everything else stays as it is written; Unsupported, Invalid: it cannot be changed safely, and was not. A panel that
    /// `dashboard` has not is added as its last; Conflict: the file has become another meanwhile.
    [[nodiscard]] virtual QFuture<Result<DashboardFiles>> savePanel(const network::Dashboard &dashboard, const network::Panel &panel) = 0;
    /// The dashboard without this panel, in the same way.
    [[nodiscard]] virtual QFuture<Result<DashboardFiles>> removePanel(const network::Dashboard &dashboard, const QString &panel) = 0;
    /// A new file of the person's; Conflict: there is one of this name.
    [[nodiscard]] virtual QFuture<Result<DashboardFiles>> create(const network::Dashboard &dashboard) = 0;
    /// The folder in the person's file manager, made first; false where none could be started.
    [[nodiscard]] virtual bool openFolder() = 0;
};

}
