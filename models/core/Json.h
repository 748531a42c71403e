// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QJsonValue>
#include <QString>
#include <QStringList>

namespace qd::json {

/// RFC 6901. Pointers are texts such as /spec/participant/spec/resources; "" is the whole value.
[[nodiscard]] QStringList split(const QString &pointer);
[[nodiscard]] QString join(const QStringList &tokens);
/// Undefined when there is nothing at the pointer.
[[nodiscard]] QJsonValue at(const QJsonValue &root, const QString &pointer);
/// Sets a value, making the objects on the way; arrays on the way must exist ("-" appends). False if the way is blocked.
bool set(QJsonValue &root, const QString &pointer, const QJsonValue &value);
bool remove(QJsonValue &root, const QString &pointer);
/// RFC 7386 merge patch.
[[nodiscard]] QJsonValue mergePatch(const QJsonValue &target, const QJsonValue &patch);
/// Compact text of any value.
[[nodiscard]] QByteArray compact(const QJsonValue &value);

}
