// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

namespace qd::demo::exposition {

using Labels = QList<std::pair<QString, QString>>;

// Pieces of Prometheus' text format 0.0.4.
[[nodiscard]] QByteArray numberText(double value);
[[nodiscard]] QByteArray escaped(const QString &value);
/// a="b",c="d"
[[nodiscard]] QByteArray labelText(const Labels &labels);
/// "8Gi" in bytes; 0 for what is no quantity.
[[nodiscard]] double bytesOf(const QString &quantity);

}
