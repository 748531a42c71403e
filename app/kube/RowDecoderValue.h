// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/Row.h"

#include <array>
#include <optional>
#include <string_view>

namespace qd::kube {

/// A JSON scalar as the decoder met it: unescaped text, or the token of a number.
struct Scalar {
    enum class Is : quint8 { Null, Text, Number, Boolean };
    Is is = Is::Null;
    std::string_view text;
};

/// Shares equal short texts (namespaces, versions, phases, names that come again as hints). A cache of fixed size: unique texts
/// pass through without filling it.
class StringPool {
public:
    [[nodiscard]] QString get(std::string_view utf8);

private:
    std::array<QString, 1024> m_slots;
    std::array<quint64, 1024> m_hashes{};   ///< of m_slots: another text is told without going to this one
};

/// Seconds since the epoch of an RFC 3339 text.
[[nodiscard]] std::optional<qint64> parseRfc3339(std::string_view text);
/// Integer of a token or a text ("5", 5, 5.0).
[[nodiscard]] std::optional<qint64> parseInteger(std::string_view text);
[[nodiscard]] std::optional<double> parseNumber(std::string_view text);
/// As qd::parseQuantity, without its regular expression.
[[nodiscard]] std::optional<double> fastQuantity(std::string_view text);
/// The cell of a scalar; a value of another type than the column says is converted where that is safe, else Unknown with
/// the reason.
[[nodiscard]] network::Cell cellOf(network::CellType type, const Scalar &value, StringPool &pool);
[[nodiscard]] network::Cell unknownCell(const QString &reason);

}
