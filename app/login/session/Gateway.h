// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/login/session/SessionParts.h"

namespace qd::login {

/// The sessions of the program, see ports::SignInGateway. `parts.secrets` and `parts.lock` must be there.
[[nodiscard]] std::shared_ptr<ports::SignInGateway> makeSignInGateway(const SessionParts &parts);

}
