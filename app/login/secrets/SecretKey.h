// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace qd::login {

/// The one entry of a sign-in: issuer, client and subject together, so that two persons, two clients or two issuers never share one.
/// It begins with the program's name, because Windows knows an entry by its key alone. Readable, as a person meets it in the desktop's
/// password manager; it is no secret itself.
[[nodiscard]] QString secretKey(const QString &issuer, const QString &clientId, const QString &subject);

/// The parts of such a key; empty issuer: not one of ours.
struct SecretKeyParts {
    QString issuer;
    QString clientId;
    QString subject;
};
[[nodiscard]] SecretKeyParts secretKeyParts(const QString &key);

}
