// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QJsonArray>
#include <QJsonObject>
#include <QStringList>

namespace qd::demo {

using CellsOf = QJsonArray (*)(const QJsonObject &, const QDateTime &);

/// The cells of a built-in kind that Printer.cpp does not know itself; null for others.
[[nodiscard]] CellsOf cellsOf(const QString &resource);
/// Their titles; a name beginning with '-' is shown with -o wide only.
[[nodiscard]] QStringList titlesOf(const QString &plural);
[[nodiscard]] QString typeOf(const QString &plural, const QString &title);

}
