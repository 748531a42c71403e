// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/DashboardDesk.h"

#include "app/config/Dashboards.h"
#include "models/core/OnPool.h"

#include <QDir>

namespace qd::console {

namespace {

ports::DashboardFiles filesOf(const QString &folder, const ports::YamlCodec &codec)
{
    const config::DashboardList list = config::readDashboards(folder, codec);
    return {list.dashboards, list.errors, list.warnings};
}

}

DashboardDesk::DashboardDesk(QString folder, std::shared_ptr<const ports::YamlCodec> codec, std::function<bool(const QString &)> openFolder)
    : m_folder(std::move(folder)), m_codec(std::move(codec)), m_openFolder(std::move(openFolder))
{
}

QFuture<Result<ports::DashboardFiles>> DashboardDesk::read()
{
    return onPool<ports::DashboardFiles>([folder = m_folder, codec = m_codec] { return Result<ports::DashboardFiles>(filesOf(folder, *codec)); });
}

QFuture<Result<ports::DashboardFiles>> DashboardDesk::savePanel(const network::Dashboard &dashboard, const network::Panel &panel)
{
    return onPool<ports::DashboardFiles>([folder = m_folder, codec = m_codec, dashboard, panel] {
        const Result<QString> saved = config::savePanel(folder, dashboard, panel, *codec);
        return saved ? Result<ports::DashboardFiles>(filesOf(folder, *codec)) : Result<ports::DashboardFiles>(saved.error());
    });
}

bool DashboardDesk::openFolder()
{
    return QDir().mkpath(m_folder) && m_openFolder && m_openFolder(m_folder);
}

}
