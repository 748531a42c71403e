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
    PUBLIC qd_network qd_resources
    PRIVATE Qt6::Svg)
