// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/http/Exchange.h"

#include <string>
#include <utility>
#include <vector>

namespace qd::demo {

/// Adds a field; one that is there already is joined with it (RFC 9110, 5.3).
void joinField(Headers &headers, const QByteArray &name, const QByteArray &value);

/// The head fields of an answer as everybody here writes them, in order: date, type, the answer's own and its warnings (RFC 7234 5.5:
/// `299 - "text"`, several times). Status, body, and whether the connection stays, are the caller's.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> headFields(const Response &response);

}
