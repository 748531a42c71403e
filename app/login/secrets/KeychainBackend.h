// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/SecretStore.h"

#include <QByteArray>
#include <QString>

#include <functional>
#include <stop_token>

namespace qd::login {

/// What a keychain says to one request.
struct KeychainAnswer {
    enum class Code { Done, NotFound, Denied, Failed };
    Code code = Code::Done;
    QByteArray value = {};
    QString detail = {};   ///< in the keychain's words; no secret
};

/// The keychain of the system, entry by entry: small byte strings, no parts, no questions before. One thread. A handler is called once,
/// later, or never: a keychain may hang.
class KeychainBackend {
public:
    using Handler = std::function<void(const KeychainAnswer &)>;
    virtual ~KeychainBackend() = default;
    /// Bytes an entry may hold; 0: as many as there are.
    [[nodiscard]] virtual qsizetype limit() const = 0;
    /// Why it cannot work at all on this machine; empty: it can.
    [[nodiscard]] virtual QString unusable() const { return {}; }
    virtual void read(const QString &key, Handler handler) = 0;
    virtual void write(const QString &key, const QByteArray &value, Handler handler) = 0;
    virtual void remove(const QString &key, Handler handler) = 0;
    /// The service behind it ended or is another one now: nothing that was agreed with it holds.
    virtual void serviceChanged() { }
};

/// How the keyring stands, found out without touching a secret and without asking the person; and the one way to ask them. One thread.
class Keyring {
public:
    struct View {
        ports::SecretState state = ports::SecretState::Ready;
        bool hasEntry = false;   ///< it says that it has the entry; false says nothing
        QString detail = {};
    };
    virtual ~Keyring() = default;
    /// Answers within its own time, always.
    virtual void look(const QString &key, std::function<void(const View &)> handler) = 0;
    /// Shows the desktop's own dialog. Ends with Done only when the keyring is open.
    virtual void unlock(std::stop_token stop, std::function<void(Result<Done>)> handler) = 0;
    /// Called when the service ended or another one took its place.
    void whenChanged(std::function<void()> handler) { m_changed = std::move(handler); }

protected:
    std::function<void()> m_changed;
};

}
