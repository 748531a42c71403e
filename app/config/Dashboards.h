// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/config/Profiles.h"
#include "models/network/telemetry/Dashboard.h"

namespace qd::config {

/// A dashboard's file as far as it is good, and all that is wrong with it, by place.
struct CheckedDashboard {
    network::Dashboard dashboard;
    QList<FileProblem> errors;
    QList<FileProblem> warnings;    ///< unknown keys, with the nearest known one
};
[[nodiscard]] CheckedDashboard checkDashboard(const ports::YamlDocument &document, const QString &path);

/// The bytes of a dashboard's file; Invalid: more than a dashboard has.
[[nodiscard]] Result<QByteArray> dashboardText(const QString &path);

/// Reads one file (resources/dashboards/README.md has the keys). Every error at once: one Invalid error whose causes carry the field and
/// "PATH:LINE:COLUMN: sentence". Warnings are added to `warnings`, with their place.
[[nodiscard]] Result<network::Dashboard> readDashboard(const QByteArray &text, const QString &path, const ports::YamlCodec &codec,
                                                       QStringList *warnings = nullptr);

/// A panel as its file has it, without what is as usual.
[[nodiscard]] QJsonObject panelJson(const network::Panel &panel);
/// The whole file of a dashboard.
[[nodiscard]] QJsonObject dashboardJson(const network::Dashboard &dashboard);

/// Those that are shipped, and those of a folder over them by their id; in their order. A file that cannot be used is an error and leaves
/// the shipped one in place.
struct DashboardList {
    QList<network::Dashboard> dashboards;
    QList<Error> errors;
    QStringList warnings;
};
/// `folder` may not be there. Reads the disk: not on the GUI thread.
[[nodiscard]] DashboardList readDashboards(const QString &folder, const ports::YamlCodec &codec);

/// The panel as it is now in `folder`: in the file that has this dashboard, where everything else stays as it is written (it is read back),
/// or in a new one with a copy of the dashboard. One that `dashboard` has not is added as its last. Never over a file that cannot be read or
/// has errors; Conflict: the file says something else of the panel, or of whose file it is, than `dashboard`, and is as it was. The path
/// that was written.
[[nodiscard]] Result<QString> savePanel(const QString &folder, const network::Dashboard &dashboard, const network::Panel &panel, const ports::YamlCodec &codec);
/// The dashboard without this panel, in the same way.
[[nodiscard]] Result<QString> removePanel(const QString &folder, const network::Dashboard &dashboard, const QString &panel, const ports::YamlCodec &codec);
/// A file of its own, named after its id; Conflict: there is one.
[[nodiscard]] Result<QString> createDashboard(const QString &folder, const network::Dashboard &dashboard, const ports::YamlCodec &codec);

}
