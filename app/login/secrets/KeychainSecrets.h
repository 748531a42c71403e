// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/login/secrets/KeychainBackend.h"

#include <QString>

#include <atomic>
#include <chrono>
#include <memory>

namespace qd::login {

class KeychainWorker;

struct KeychainOptions {
    QString service;                             ///< what entries are filed under; the desktop's password manager shows it
    std::chrono::milliseconds answer{8000};      ///< for each question about the state
    std::chrono::milliseconds job{15000};        ///< for each entry of a keyring that is open
    std::chrono::milliseconds dialog{60000};     ///< for each entry where the keychain itself may ask the person (no Keyring)
    std::chrono::milliseconds patience{0};       ///< at the start of a session, for a keyring that is not there yet
};

/// The store on the system's keychain. Before an entry is touched the keyring is asked how it stands (Keyring), so that a locked one is
/// "locked" and never "not found", no dialog opens by itself, and one that hangs costs the time of a question, not the queue of QtKeychain.
/// Requests run one after another; each has a limit of its own; what failed because the service ended is tried once more. Written entries
/// are read back, removed ones looked for. In memory only when asked to be. Made and destroyed on the main thread, called from any.
class KeychainSecrets final : public ports::SecretStore {
public:
    /// `keyring` may be null: the backend's word is all there is (KWallet, macOS, Windows).
    KeychainSecrets(std::unique_ptr<KeychainBackend> backend, std::unique_ptr<Keyring> keyring, const KeychainOptions &options);
    ~KeychainSecrets() override;
    [[nodiscard]] QFuture<Result<QByteArray>> read(const QString &key) override;
    [[nodiscard]] QFuture<Result<Done>> write(const QString &key, const QByteArray &value) override;
    /// In memory only, the keychain's own entry goes too, where that can be done or told without asking anyone.
    [[nodiscard]] QFuture<Result<Done>> remove(const QString &key) override;
    [[nodiscard]] QFuture<Result<Standing>> standing() override;
    [[nodiscard]] QFuture<Result<Done>> unlock(std::stop_token stop) override;
    [[nodiscard]] ports::SecretPlace place() const override;
    [[nodiscard]] QFuture<Result<Done>> keepIn(ports::SecretPlace place) override;

private:
    std::unique_ptr<KeychainWorker> m_worker;
};

/// The keychain of this system: Secret Service, KWallet, and what QtKeychain knows elsewhere.
[[nodiscard]] std::unique_ptr<ports::SecretStore> makeKeychainSecrets(const KeychainOptions &options);

}
