// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/yaml/Yaml.h"
#include "ui/charts/ChartCard.h"
#include "ui/charts/ChartView.h"
#include "ui/panes/telemetry/DashboardPage.h"
#include "ui/panes/telemetry/TelemetryPane.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/PaneHost.h"
#include "ui/shell/tour/TourTelemetry.h"
#include "ui/shell/tour/TourWorld.h"

#include <QLabel>
#include <QTest>

namespace qd::test {

using namespace qd::ui;
using namespace Qt::StringLiterals;

/// The window at its telemetry.
struct TelemetryStage {
    TelemetryStage(Theme *theme, const std::shared_ptr<const network::KindTable> &kinds, const std::function<void(TourWorld &)> &fill = fillTelemetry,
                   const QSize &size = {1440, 900})
        : world(kinds, codec.get(), theme)
    {
        fill(world);
        window = std::make_unique<MainWindow>(world.context());
        window->resize(size);
        window->show();
        (void)QTest::qWaitForWindowExposed(window.get());
        window->panes()->show(u"telemetry"_s);
        pane = qobject_cast<TelemetryPane *>(window->panes()->currentPane());
    }
    [[nodiscard]] DashboardPage *page(const QString &id = u"validator"_s) const { return pane->dashboard(id); }
    [[nodiscard]] const items::ChartData &data(const QString &panel) const { return page()->card(panel)->view()->data(); }
    [[nodiscard]] TourDashboards *dashboards() const { return static_cast<TourDashboards *>(world.dashboards()); }
    std::shared_ptr<ports::YamlCodec> codec = yaml::makeYamlCodec();
    TourWorld world;
    std::unique_ptr<MainWindow> window;
    TelemetryPane *pane = nullptr;
};

/// What the labels say that are seen.
inline QString words(const QWidget *root)
{
    QString out;
    for (const QLabel *label : root->findChildren<QLabel *>())
        out += label->isVisible() ? QString(label->text() + u'\n') : QString();
    return out;
}

}
