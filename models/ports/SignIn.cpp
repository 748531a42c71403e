// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/ports/SignIn.h"

#include "models/ports/SecretStore.h"

#include <array>
#include <utility>

namespace qd::ports {

using namespace Qt::StringLiterals;

static constexpr std::array kFaults = {
    std::pair(SignInFault::Cancelled, "SignInCancelled"_L1),
    std::pair(SignInFault::TimedOut, "SignInTimedOut"_L1),
    std::pair(SignInFault::NoBrowser, "NoBrowser"_L1),
    std::pair(SignInFault::NoListener, "NoListener"_L1),
    std::pair(SignInFault::Denied, "SignInDenied"_L1),
    std::pair(SignInFault::IssuerUnreachable, "IssuerUnreachable"_L1),
    std::pair(SignInFault::IssuerInvalid, "IssuerInvalid"_L1),
    std::pair(SignInFault::ClientRefused, "ClientRefused"_L1),
    std::pair(SignInFault::TokenInvalid, "TokenInvalid"_L1),
    std::pair(SignInFault::WrongAudience, "WrongAudience"_L1),
    std::pair(SignInFault::ClockOff, "ClockOff"_L1),
    std::pair(SignInFault::SessionEnded, "SessionEnded"_L1),
    std::pair(SignInFault::ResponseLost, "ResponseLost"_L1),
    std::pair(SignInFault::KeychainLocked, "KeychainLocked"_L1),
    std::pair(SignInFault::KeychainUnavailable, "KeychainUnavailable"_L1),
};

QString faultReason(SignInFault fault)
{
    for (const auto &[which, reason] : kFaults) {
        if (which == fault)
            return reason;
    }
    return {};
}

SignInFault faultOf(const Error &error)
{
    for (const auto &[which, reason] : kFaults) {
        if (error.reason == reason)
            return which;
    }
    if (error.reason == QLatin1String(secret::kLocked) || error.reason == QLatin1String(secret::kNoKeyring))
        return SignInFault::KeychainLocked;
    for (const char *reason : {secret::kNotResponding, secret::kAbsent, secret::kVanished, secret::kRefused, secret::kDamaged}) {
        if (error.reason == QLatin1String(reason))
            return SignInFault::KeychainUnavailable;
    }
    return SignInFault::None;
}

}
