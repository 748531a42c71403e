// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QFuture>
#include <QPromise>

#include <stop_token>

namespace qd::ports {

/// How the place of the secrets stands, for the screen. Each but Ready and MemoryOnly comes with an Error that says the way out.
enum class SecretState {
    Unknown,         ///< not asked yet
    Ready,
    Locked,          ///< there, but closed: whether an entry exists cannot be said. unlock() asks the person
    NoKeyring,       ///< a service without a place for entries yet: unlock() lets the person make one
    NotResponding,   ///< the service does not answer in time
    Absent,          ///< no keychain on this machine or in this session
    MemoryOnly       ///< nothing is kept beyond this run, because the person said so
};

/// Where secrets are kept.
enum class SecretPlace { Keychain, MemoryOnly };

/// Error::reason of a store, so that the caller need not compare texts.
namespace secret {
inline constexpr char kLocked[] = "KeyringLocked";             ///< Forbidden; the entry may exist: keep the login, offer unlock()
inline constexpr char kNoKeyring[] = "NoKeyring";              ///< Unsupported; as Locked, unlock() makes one
inline constexpr char kNotResponding[] = "KeyringNotResponding";   ///< Timeout
inline constexpr char kAbsent[] = "NoKeychain";                ///< Unsupported
inline constexpr char kVanished[] = "KeyringVanished";         ///< Network: ended under the request; another try may do
inline constexpr char kRefused[] = "KeyringRefused";           ///< Forbidden: the person or the system said no
inline constexpr char kDamaged[] = "EntryDamaged";             ///< Invalid: not whole, or not written by us
inline constexpr char kMissing[] = "EntryNotFound";            ///< NotFound, and nothing else is: there is no such entry
}

/// The system keychain, or memory. Entries are byte strings under one key (secretKey() of app/login makes it); nothing is ever written
/// elsewhere, and an entry is there as a whole or not at all. Errors name the entry and the way out, never its value; only kind
/// NotFound means "there is none": a keychain that is locked, silent or gone has an error of its own, and the caller keeps what it
/// knows. No call but unlock() asks the person anything. Callable from any thread; results come as futures, in the order of the calls.
class SecretStore {
public:
    virtual ~SecretStore() = default;
    [[nodiscard]] virtual QFuture<Result<QByteArray>> read(const QString &key) = 0;
    /// Ends well only after the entry was read back.
    [[nodiscard]] virtual QFuture<Result<Done>> write(const QString &key, const QByteArray &value) = 0;
    /// Ends well only when the entry is known to be gone; of one that was not there, too.
    [[nodiscard]] virtual QFuture<Result<Done>> remove(const QString &key) = 0;

    /// Asks how it stands now. `why` of the answer is empty where nothing is wrong.
    struct Standing {
        SecretState state = SecretState::Ready;
        Error why = {};
        friend bool operator==(const Standing &, const Standing &) = default;
    };
    [[nodiscard]] virtual QFuture<Result<Standing>> standing()
    {
        QPromise<Result<Standing>> promise;
        promise.start();
        promise.addResult(Result<Standing>(Standing{place() == SecretPlace::MemoryOnly ? SecretState::MemoryOnly : SecretState::Ready}));
        promise.finish();
        return promise.future();
    }
    /// Asks the person to unlock it (a dialog of the desktop's), until they answer, or `stop` takes the dialog away.
    [[nodiscard]] virtual QFuture<Result<Done>> unlock(std::stop_token stop = {})
    {
        Q_UNUSED(stop)
        return finished();
    }
    [[nodiscard]] virtual SecretPlace place() const { return SecretPlace::Keychain; }
    /// From now on. Back to the keychain: what memory holds is written there first, and the place stays where that fails.
    [[nodiscard]] virtual QFuture<Result<Done>> keepIn(SecretPlace place)
    {
        Q_UNUSED(place)
        return finished();
    }

protected:
    static QFuture<Result<Done>> finished()
    {
        QPromise<Result<Done>> promise;
        promise.start();
        promise.addResult(Result<Done>(Done{}));
        promise.finish();
        return promise.future();
    }
};

}
