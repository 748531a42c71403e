// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/DashboardStore.h"
#include "models/ports/YamlCodec.h"

#include <QThreadPool>

#include <functional>
#include <memory>

namespace qd::console {

/// See ports::DashboardStore: the shipped dashboards and those of CONFIGDIR/dashboards. Each call reads or writes when the one before is
/// done, and is answered in this order.
class DashboardDesk final : public ports::DashboardStore {
    Q_OBJECT
public:
    /// `openFolder`: in the person's file manager.
    DashboardDesk(QString folder, std::shared_ptr<const ports::YamlCodec> codec, std::function<bool(const QString &)> openFolder);
    [[nodiscard]] QString folder() const override { return m_folder; }
    [[nodiscard]] QFuture<Result<ports::DashboardFiles>> read() override;
    [[nodiscard]] QFuture<Result<ports::DashboardFiles>> savePanel(const network::Dashboard &dashboard, const network::Panel &panel) override;
    [[nodiscard]] QFuture<Result<ports::DashboardFiles>> removePanel(const network::Dashboard &dashboard, const QString &panel) override;
    [[nodiscard]] QFuture<Result<ports::DashboardFiles>> create(const network::Dashboard &dashboard) override;
    [[nodiscard]] bool openFolder() override;

private:
    using Write = std::function<Result<QString>(const QString &folder, const ports::YamlCodec &codec)>;
    [[nodiscard]] QFuture<Result<ports::DashboardFiles>> write(Write write);
    [[nodiscard]] QFuture<Result<ports::DashboardFiles>> inTurn(std::function<Result<ports::DashboardFiles>()> call);
    QString m_folder;
    std::shared_ptr<const ports::YamlCodec> m_codec;
    std::function<bool(const QString &)> m_openFolder;
    QThreadPool m_one;      ///< one thread; what was begun is written before it goes
};

}
