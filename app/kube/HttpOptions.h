// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/Http.h"

namespace qd::kube {

/// What HttpClient::make leaves at its defaults.
struct HttpOptions
{
    bool http2 = true; ///< DISABLE_HTTP2 in the environment turns it off as well
    qint64 readBufferBytes = 0; ///< what an exchange reads ahead while paused (HTTP/1.1); 0: no limit
};

[[nodiscard]] std::unique_ptr<HttpClient> makeHttpClient(
    const ClusterConfig &config, std::shared_ptr<ports::TokenSource> tokens, const HttpOptions &options);

/// reason of an Error when the request certainly never reached the server (refused, no name, no trust, no credential).
inline constexpr char kNotSent[] = "NotSent";

}
