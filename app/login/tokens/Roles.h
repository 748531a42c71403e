// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/SignInState.h"

namespace qd::login {

/// Verified claims of one origin, in the order they are looked at: ID token, userinfo, access token.
struct ClaimSource {
    QString name;           ///< "ID token"
    QJsonObject claims;
};

struct RolesRead {
    QList<ports::RoleGrant> roles;
    QStringList notes;      ///< a token too small for its groups is never read as "no rights" silently
};

/// The roles at the JSON pointers: for each pointer of the first source that has something there; text, list of text or
/// text with spaces. Each role of each source once.
[[nodiscard]] RolesRead readRoles(const QList<ClaimSource> &sources, const QStringList &pointers);

}
