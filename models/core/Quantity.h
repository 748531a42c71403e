// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>

namespace qd {

/// A Kubernetes quantity ("500m", "4Gi", "1e3") as a number, for comparing and totals; nothing when the text is none.
/// Suffixes as in apimachinery resource.Quantity: n u m "" k M G T P E, Ki Mi Gi Ti Pi Ei, exponents.
[[nodiscard]] std::optional<double> parseQuantity(const QString &text);

}
