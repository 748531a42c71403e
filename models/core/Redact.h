// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace qd {

/// The text with secrets replaced by REDACTED, for logs and for what other programs said: Authorization headers, bearer
/// and basic credentials, JSON web tokens, PEM private keys, and the values of fields whose names say that they are
/// secret (token, id_token, refresh_token, access_token, password, client-key-data, client_secret, code, ...) as
/// name=value, name: value, "name":"value" and in a URL's query or user info. Never fails; errs on the side of hiding.
[[nodiscard]] QString redact(const QString &text);

/// Without terminal escape sequences and control characters; line feeds and tabs stay.
[[nodiscard]] QString plainText(const QString &text);

}
