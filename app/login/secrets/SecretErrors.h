// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/SecretStore.h"

namespace qd::login {

/// What was to be done with an entry when it failed.
enum class SecretDeed { Look, Read, Write, Remove };

/// The sentence for one of the reasons in ports::secret: what of which sign-in, why not, and the way out. `detail` in the keychain's words.
[[nodiscard]] Error secretError(const char *reason, SecretDeed deed, const QString &key, const QString &detail = {});

/// The same for a keyring that is not ready.
[[nodiscard]] Error secretError(ports::SecretState state, SecretDeed deed, const QString &key, const QString &detail = {});

}
