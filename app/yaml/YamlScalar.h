// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonValue>
#include <QString>

#include <optional>

namespace qd::yaml {

/// What a scalar is, as go-yaml v2 (resolve.go) decides.
struct Scalar {
    enum class Type { Null, Bool, Int, BigInt, Float, NotFinite, Text };
    Type type = Type::Text;
    QJsonValue value;
    /// The text this scalar becomes as a key of a JSON object; none: not allowed as a key.
    [[nodiscard]] std::optional<QString> key() const;
};

/// Resolves an untagged plain scalar.
[[nodiscard]] Scalar resolvePlain(const QByteArray &text);
/// Resolves a scalar with a short tag (!!str, !!int, !!float, !!bool, !!null, !!timestamp, !!binary); any other tag makes a
/// text. None: the text cannot be had as that type.
[[nodiscard]] std::optional<Scalar> resolveTagged(const QByteArray &shortTag, const QByteArray &text);
/// UTF-8 to text; U+FEFF stays where it is.
[[nodiscard]] QString textValue(const QByteArray &utf8);
/// Whether a plain text would be taken for a date or time by some reader.
[[nodiscard]] bool looksLikeTimestamp(const QByteArray &text);

}
