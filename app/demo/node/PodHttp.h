// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/http/Exchange.h"

namespace qd::demo {

/// A connection to a program inside this process that speaks HTTP/1.1: what is written are requests, what is read are the answers.
/// The handler's nothing ends the connection. `post` runs a task on the server's thread, later; everything happens there.
[[nodiscard]] std::shared_ptr<RawStream> podHttp(std::function<void(std::function<void()>)> post,
    std::function<std::optional<Response>(const Request &)> handler);

}
