// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/YamlCodec.h"

#include <QStringList>

namespace qd::config {

/// The text that says `wanted`, changed only where it says something else now: comments, order, quotes, line ends and keys nobody asked
/// about stay. New keys stand in the order of `keys` (others behind). What is answered has been read back and says exactly `wanted`.
/// Errors (Unsupported) name the line that cannot be changed safely: anchors, aliases, blocks with a comment, comments inside flow style; a text
/// that cannot be read at all is Invalid.
[[nodiscard]] Result<QByteArray> editYaml(const QByteArray &text, const QJsonValue &wanted, const QStringList &keys, const ports::YamlCodec &codec);

}
