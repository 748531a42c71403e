// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

namespace qd::ports {

/// What the desktop says of its appearance. A value; without an answer everything is as a desktop without wishes has it.
struct DesktopLook {
    std::optional<bool> dark = {};   ///< nullopt: no preference, or nobody says
    bool highContrast = false;
    bool reducedMotion = false;
    friend bool operator==(const DesktopLook &, const DesktopLook &) = default;
};

}
