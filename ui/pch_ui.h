// SPDX-License-Identifier: GPL-3.0-or-later
// Precompiled for ui/ and its tests.
#pragma once
#include "models/core/pch_core.h"
#include <QAbstractItemModel>
#include <QAction>
#include <QApplication>
#include <QBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPalette>
#include <QStyle>
#include <QStyleOption>
#include <QWidget>
