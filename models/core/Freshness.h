// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QString>

namespace qd {

/// How old the truth of a list or an environment is (look.md "Freshness", architecture.md "Fresh means").
struct Freshness {
    enum class State {
        NotConnected,  ///< never had an answer
        Connecting,
        Fresh,         ///< watch open and a heartbeat answered within 15 s
        Stale,         ///< was fresh; lastAnswer says when
        Paused
    };
    State state = State::NotConnected;
    QDateTime lastAnswer = {};   ///< UTC, last byte the server gave
    QDateTime nextTry = {};      ///< UTC, when a reconnect is due; null if none is
    QString reason = {};         ///< translated, why it is stale or not connected
    friend bool operator==(const Freshness &, const Freshness &) = default;
};

}
