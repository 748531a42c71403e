// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/http/Exchange.h"

#include <string>
#include <utility>
#include <vector>

namespace qd::demo {

/// The head fields of an answer as everybody here writes them, in order: date, type, the answer's own and its warnings (RFC 7234 5.5:
/// `299 - "text"`, several times). Status, body, and whether the connection stays, are the caller's.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> headFields(const Response &response);

}
