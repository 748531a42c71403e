// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace qd::login {

/// What the one attempt that listens expects.
struct CallbackRules {
    QStringList hosts;          ///< 127.0.0.1:PORT, and localhost:PORT where the redirect says so
    QString path;
    QByteArray state;
    QString issuer;
    bool issNeeded = false;     ///< RFC 9207, from discovery
};

/// What a request to the listener is.
struct CallbackVerdict {
    enum class Kind {
        Refused,        ///< answered with `status`; the listener goes on waiting
        Code,
        ProviderSaysNo, ///< error, description: of the right attempt
        WrongIssuer     ///< the right attempt, but another provider answers: it ends, and the code is not used
    };
    Kind kind = Kind::Refused;
    int status = 400;
    QByteArray code = {};
    QString error = {};
    QString description = {};
};

/// Judges the head of one request (up to the empty line), fact sheet 1.8: GET only, the path exactly, the Host exactly, no
/// Origin, no prefetch, no parameter twice; then state, then iss, then error or code. Any bytes are fine.
[[nodiscard]] CallbackVerdict judgeCallback(const QByteArray &head, const CallbackRules &rules);

}
