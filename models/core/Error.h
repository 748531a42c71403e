// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

namespace qd {

/// What went wrong, coarse enough for the screen to decide what to do (style.md 7.5). Mapped once, in the adapter.
enum class ErrorKind {
    Network,          ///< not reachable, reset, TLS refused
    Timeout,
    Cancelled,
    Unauthenticated,  ///< 401, or credentials could not be had
    Forbidden,        ///< 403
    NotFound,
    Conflict,         ///< 409, or a failed precondition
    Gone,             ///< 410, Expired: the resource version is too old
    Invalid,          ///< 400/422 or a bad file: see causes
    TooMany,          ///< 429
    Unsupported,      ///< the server does not know it
    Storage,          ///< local disk: full, not writable
    Internal
};

/// One cause of an Invalid error, as in Status.details.causes.
struct ErrorCause {
    QString field;    ///< Kubernetes field path, for example spec.storageSize
    QString reason;   ///< FieldValueInvalid, FieldManagerConflict, …
    QString message;
    friend bool operator==(const ErrorCause &, const ErrorCause &) = default;
};

/// A failure as a value. `message` is a translated sentence that names the thing; `remedy` says the way out (may be empty);
/// `detail` is for "Details" and the log. None of them ever holds a secret.
struct Error {
    ErrorKind kind = ErrorKind::Internal;
    QString message;
    QString remedy = {};
    QString detail = {};
    QString reason = {};          ///< Status.reason of the server, if any
    int httpStatus = 0;
    int retryAfterSeconds = -1;   ///< from Retry-After or details.retryAfterSeconds; -1: not said
    QList<ErrorCause> causes = {};
    friend bool operator==(const Error &, const Error &) = default;

    [[nodiscard]] bool retryable() const
    {
        return kind == ErrorKind::Network || kind == ErrorKind::Timeout || kind == ErrorKind::TooMany
            || (kind == ErrorKind::Internal && httpStatus >= 500);
    }
    /// Message and remedy as one text.
    [[nodiscard]] QString text() const;
};

}
