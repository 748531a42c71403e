// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/login/secrets/SecretService.h"

class QThread;

namespace qd::login {

/// SecretService on a thread of its own, so that a session bus that stands still stops nobody: QtDBus waits for the bus to connect and
/// to watch it. Each question has a limit here too, whatever becomes of that thread. Made, called and destroyed on one thread, where
/// the answers come.
class KeyringThread final : public QObject, public Keyring {
    Q_OBJECT
public:
    explicit KeyringThread(const SecretService::Options &options);
    ~KeyringThread() override;
    void look(const QString &key, std::function<void(const View &)> handler) override;
    void unlock(std::stop_token stop, std::function<void(Result<Done>)> handler) override;

private:
    SecretService::Options m_options;
    std::chrono::steady_clock::time_point m_patientUntil;
    std::unique_ptr<QThread> m_thread;
    std::unique_ptr<QObject> m_here;   ///< what the other thread calls; stays with it where it does not end
    SecretService *m_service;          ///< of the other thread, which deletes it
};

}
