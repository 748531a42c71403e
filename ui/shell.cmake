# SPDX-License-Identifier: GPL-3.0-or-later
# The window: shell, actions and panes.
qd_library(qd_ui UI SOURCES
    actions/ActionRegistry.cpp
    actions/ActionRegistry.h
    actions/ActionTarget.h
    panes/details/DetailsPane.cpp
    panes/details/DetailsPane.h
    panes/details/EventsTab.cpp
    panes/details/EventsTab.h
    panes/details/OverviewTab.cpp
    panes/details/OverviewTab.h
    panes/details/RelationsTab.cpp
    panes/details/RelationsTab.h
    panes/details/YamlTab.cpp
    panes/details/YamlTab.h
    panes/nodes/NodesPane.cpp
    panes/nodes/NodesPane.h
    panes/nodes/NodesPaneState.cpp
    panes/nodes/NodesState.cpp
    panes/nodes/NodesState.h
    panes/nodes/NodesTable.cpp
    panes/nodes/NodesTable.h
    shell/CommandPalette.cpp
    shell/CommandPalette.h
    shell/EnvironmentBar.cpp
    shell/EnvironmentBar.h
    shell/MainWindow.cpp
    shell/MainWindow.h
    shell/Navigation.cpp
    shell/Navigation.h
    shell/Notices.cpp
    shell/Notices.h
    shell/Panels.cpp
    shell/Panels.h
    shell/Popup.cpp
    shell/Popup.h
    shell/SettingsStore.h
    shell/ShellContext.h
    shell/StatusBar.cpp
    shell/StatusBar.h
    shell/tour/Tour.cpp
    shell/tour/Tour.h
    shell/tour/TourGateway.cpp
    shell/tour/TourScenes.cpp
    shell/tour/TourWorld.cpp
    shell/tour/TourWorld.h
    PUBLIC qd_ui_base qd_items)
