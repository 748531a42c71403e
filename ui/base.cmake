# SPDX-License-Identifier: GPL-3.0-or-later
# What every part of ui/ stands on: theme and widgets.
qd_library(qd_ui_base UI SOURCES
    theme/Icons.cpp
    theme/Icons.h
    theme/Metrics.h
    theme/QuarterdeckStyle.cpp
    theme/QuarterdeckStyle.h
    theme/StatePainter.cpp
    theme/StatePainter.h
    theme/StyleControls.cpp
    theme/StyleMenus.cpp
    theme/StyleViews.cpp
    theme/Theme.cpp
    theme/Theme.h
    theme/Tokens.cpp
    theme/Tokens.h
    theme/Type.cpp
    theme/Type.h
    widgets/Buttons.cpp
    widgets/Buttons.h
    widgets/CellDelegate.cpp
    widgets/CellDelegate.h
    widgets/CellPainter.cpp
    widgets/CellPainter.h
    widgets/Charts.cpp
    widgets/Charts.h
    widgets/ConditionRow.cpp
    widgets/ConditionRow.h
    widgets/DiffView.cpp
    widgets/DiffView.h
    widgets/EnvironmentMark.cpp
    widgets/EnvironmentMark.h
    widgets/Facts.cpp
    widgets/Facts.h
    widgets/Fields.cpp
    widgets/Fields.h
    widgets/Label.cpp
    widgets/Label.h
    widgets/NoticeBar.cpp
    widgets/NoticeBar.h
    widgets/StatePage.cpp
    widgets/StatePage.h
    widgets/StepBar.cpp
    widgets/StepBar.h
    widgets/Tabs.cpp
    widgets/Tabs.h
    widgets/YamlGutter.cpp
    widgets/YamlGutter.h
    widgets/YamlView.cpp
    widgets/YamlView.h
    PUBLIC qd_items qd_resources
    PRIVATE Qt6::Svg)
