// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/login/secrets/KeychainBackend.h"

#include <QObject>

namespace qd::login {

/// QtKeychain, entry by entry, under the service name `service`; always as bytes, never with its plaintext fallback. Lives on the main
/// thread: QtKeychain has one queue for the process, on the thread that used it first, and libsecret answers through GLib's main loop.
/// A job that hangs stays behind alone; its late answer goes nowhere.
class QtKeychainBackend final : public QObject, public KeychainBackend {
    Q_OBJECT
public:
    explicit QtKeychainBackend(QString service);
    [[nodiscard]] qsizetype limit() const override;
    [[nodiscard]] QString unusable() const override;
    void read(const QString &key, Handler handler) override;
    void write(const QString &key, const QByteArray &value, Handler handler) override;
    void remove(const QString &key, Handler handler) override;
    void serviceChanged() override;

private:
    QString m_service;
};

/// Whether QtKeychain takes KWallet in this session, whose entries the Secret Service does not tell of.
[[nodiscard]] bool keychainIsKWallet();

}
