// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <optional>

namespace qd::login {

/// base64url without padding (RFC 7515 section 2). Decoding is strict: the alphabet only, no '=', no white space, no bits
/// left over, so that one value has one text.
[[nodiscard]] QByteArray toBase64Url(const QByteArray &bytes);
[[nodiscard]] std::optional<QByteArray> fromBase64Url(const QByteArray &text);

}
