// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/http/Exchange.h"

namespace qd::demo {

/// Reads a backend's answer to a request without an upgrade and tells it to `answer` once, as soon as its head is there: the
/// body comes as a stream, read from the backend as the client takes it, so that the client's connection outlives the
/// backend's (httputil.ReverseProxy; kube-apiserver keeps it for the next request). Fields of one hop are left out.
///
/// `head`: the request was a HEAD. An answer Forward::refused wants to tell in other words is read to its end (64 KiB) first;
/// without a head Forward::failed is told why. A backend that ends in the middle of a body breaks the stream.
/// Server's thread only; lives as long as it reads, then as long as the answer's stream.
void readAnswer(std::shared_ptr<RawStream> backend, const Forward &forward, bool head, std::function<void(const Response &)> answer);

/// What is answered when the backend cannot be reached: Forward::failed, or 503 with the reason.
[[nodiscard]] Response unreachable(const Forward &forward, const QString &why);

}
