// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/DashboardDesk.h"

#include "app/config/Dashboards.h"

#include <QDir>
#include <QPromise>

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
    m_one.setMaxThreadCount(1);
}

QFuture<Result<ports::DashboardFiles>> DashboardDesk::inTurn(std::function<Result<ports::DashboardFiles>()> call)
{
    auto promise = std::make_shared<QPromise<Result<ports::DashboardFiles>>>();
    promise->start();
    m_one.start([promise, call = std::move(call)] {
        promise->addResult(call());
        promise->finish();
    });
    return promise->future();
}

QFuture<Result<ports::DashboardFiles>> DashboardDesk::read()
{
    return inTurn([folder = m_folder, codec = m_codec] { return Result<ports::DashboardFiles>(filesOf(folder, *codec)); });
}

QFuture<Result<ports::DashboardFiles>> DashboardDesk::write(Write write)
{
    return inTurn([folder = m_folder, codec = m_codec, write = std::move(write)] {
        const Result<QString> saved = write(folder, *codec);
        return saved ? Result<ports::DashboardFiles>(filesOf(folder, *codec)) : Result<ports::DashboardFiles>(saved.error());
    });
}

QFuture<Result<ports::DashboardFiles>> DashboardDesk::savePanel(const network::Dashboard &dashboard, const network::Panel &panel)
{
    return write([dashboard, panel](const QString &folder, const ports::YamlCodec &codec) { return config::savePanel(folder, dashboard, panel, codec); });
}

QFuture<Result<ports::DashboardFiles>> DashboardDesk::removePanel(const network::Dashboard &dashboard, const QString &panel)
{
    return write([dashboard, panel](const QString &folder, const ports::YamlCodec &codec) { return config::removePanel(folder, dashboard, panel, codec); });
}

QFuture<Result<ports::DashboardFiles>> DashboardDesk::create(const network::Dashboard &dashboard)
{
    return write([dashboard](const QString &folder, const ports::YamlCodec &codec) { return config::createDashboard(folder, dashboard, codec); });
}

bool DashboardDesk::openFolder()
{
    return QDir().mkpath(m_folder) && m_openFolder && m_openFolder(m_folder);
}

}
