// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonValue>

namespace qd::yaml {

/// Block style as kubectl prints it: lists at their key's column, texts quoted whenever a reader would take them for
/// something else, texts of several lines as literal blocks. apiVersion, kind, metadata, spec and status come first in an
/// object that has apiVersion and kind; all other keys in the order of their bytes. Ends with a line feed.
[[nodiscard]] QByteArray emitYaml(const QJsonValue &value);

}
