// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/ShippedFiles.h"
#include "tests/ui/support/UiTest.h"
#include "translations/Translations.h"
#include "ui/panes/details/DetailsPane.h"
#include "ui/panes/map/MapPane.h"
#include "ui/panes/map/MapView.h"
#include "ui/panes/resources/ResourcePane.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/PaneHost.h"
#include "ui/shell/tour/TourMap.h"
#include "ui/widgets/StatePage.h"

#include <QTest>

namespace qd::test {

using namespace qd::ui;
using namespace Qt::StringLiterals;

/// The window at its map, on what `fill` makes of the tour's world.
struct MapStage {
    MapStage(Theme *theme, const std::shared_ptr<const network::KindTable> &kinds, const std::function<void(TourWorld &)> &fill, const QSize &size = {1440, 900})
        : world(kinds, codec.get(), theme)
    {
        world.settings().setValue(u"window/pane"_s, u"map"_s);
        fill(world);
        window = std::make_unique<MainWindow>(world.context());
        window->resize(size);
        window->show();
        (void)QTest::qWaitForWindowExposed(window.get());
        window->activateWindow();
        window->panes()->show(u"map"_s);
        pane = qobject_cast<MapPane *>(window->panes()->currentPane());
        view = pane ? pane->view() : nullptr;
    }
    void key(int key) const { QTest::keyClick(view, Qt::Key(key)); }
    [[nodiscard]] MapView::Item node(const QString &name) const
    {
        for (int i = 0; i < int(view->map().nodes.size()); ++i) {
            if (view->map().nodes.at(i).name == name)
                return {i, -1};
        }
        return {};
    }
    std::shared_ptr<ports::YamlCodec> codec = yaml::makeYamlCodec();
    TourWorld world;
    std::unique_ptr<MainWindow> window;
    MapPane *pane = nullptr;
    MapView *view = nullptr;
};

inline const items::MapNode *named(const items::NetworkMap &map, const QString &name)
{
    const auto at = std::find_if(map.nodes.begin(), map.nodes.end(), [&name](const items::MapNode &n) { return n.name == name; });
    return at == map.nodes.end() ? nullptr : &*at;
}

}
