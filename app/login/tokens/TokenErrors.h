// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/SignInState.h"

namespace qd::login {

/// Errors of a sign-in, with their fault as reason (ports::faultOf). No text ever holds a token, a code or a verifier.
[[nodiscard]] Error signInError(ports::SignInFault fault, const QString &message, const QString &remedy = {},
                                const QString &detail = {});
/// A document of the provider breaks a rule: IssuerInvalid.
[[nodiscard]] Error badDocument(const QString &message, const QString &detail = {});
/// A rule of a token does not hold: TokenInvalid. Sign-in ends; nothing of the token is used.
[[nodiscard]] Error badToken(const QString &message, const QString &remedy = {});
/// A time in the token does not hold; ClockOff when this computer's clock may be the cause.
[[nodiscard]] Error badTime(const QString &message);
/// Whether badTime() made it.
[[nodiscard]] bool aboutTime(const Error &error);
/// What a provider wrote, shortened, on one line, without secrets: for the detail of an error.
[[nodiscard]] QString quoted(const QString &text);

}
