// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Error.h"

#include <QDateTime>

namespace qd {

/// The state of a list as data (look.md "Tables, States"). Rows, if any, stay valid in every phase.
struct LoadState {
    enum class Phase {
        NotYet,       ///< nothing asked for
        Loading,      ///< first synchronisation runs; provisional rows may be there
        Ready,        ///< complete and fresh
        Refreshing,   ///< a later synchronisation runs
        Stale,
        Failed,       ///< error holds why, retryAt when
        Forbidden,    ///< error names the missing right
        NotServed     ///< the cluster does not serve this kind
    };
    Phase phase = Phase::NotYet;
    QDateTime since = {};      ///< UTC, when the phase began
    QDateTime asOf = {};       ///< UTC, last truth
    QDateTime retryAt = {};
    Error error = {};
    friend bool operator==(const LoadState &, const LoadState &) = default;
};

}
