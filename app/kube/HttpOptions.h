// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/Http.h"

namespace qd::kube {

/// What HttpClient::make leaves at its defaults.
struct HttpOptions
{
    bool http2 = true; ///< DISABLE_HTTP2 in the environment turns it off as well
    int writeAskMs = 5000; ///< a write over HTTP/2 without an answer for so long: does its connection live?
    int overdueMs = 3000; ///< that question without an answer for so long: does a new connection?
    qint64 readBufferBytes = 0; ///< what an exchange reads ahead while paused (HTTP/1.1); 0: no limit
};

[[nodiscard]] std::unique_ptr<HttpClient> makeHttpClient(
    const ClusterConfig &config, std::shared_ptr<ports::TokenSource> tokens, const HttpOptions &options);

/// reason of an Error when the request certainly never reached the server (refused, no name, no trust, no credential).
inline constexpr char kNotSent[] = "NotSent";
/// reason of an Error when the answer was given up for its size.
inline constexpr char kTooLarge[] = "TooLarge";
/// reason of an Error of a stream (no headMs) when the server has ended the HTTP/2 connection and did not serve the stream
/// on (GOAWAY): it may be opened again at once, on a new connection.
inline constexpr char kGoneAway[] = "GoneAway";

}
