// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/login/secrets/KeychainEntry.h"
#include "app/login/secrets/KeychainSecrets.h"
#include "app/login/secrets/MemorySecrets.h"
#include "app/login/secrets/SecretErrors.h"

#include <QObject>
#include <QQueue>

#include <functional>

namespace qd::login {

/// The queue of KeychainSecrets, on the main thread. A request is a chain of steps; each step ends in exactly one call of its handler,
/// from the keychain or from the limit, whichever comes first.
class KeychainWorker final : public QObject {
    Q_OBJECT
public:
    KeychainWorker(std::unique_ptr<KeychainBackend> backend, std::unique_ptr<Keyring> keyring, const KeychainOptions &options);
    ~KeychainWorker() override;

    using ReadEnd = std::function<void(Result<QByteArray>)>;
    using End = std::function<void(Result<Done>)>;
    void read(const QString &key, ReadEnd end);
    void write(const QString &key, const QByteArray &value, End end);
    /// `ifThere`: a keyring that has no such entry, as far as it says, need not be ready.
    void remove(const QString &key, bool ifThere, End end);
    void standing(std::function<void(Result<ports::SecretStore::Standing>)> end);
    void unlock(std::stop_token stop, End end);
    void keepIn(ports::SecretPlace place, End end);

    std::atomic<ports::SecretPlace> place{ports::SecretPlace::Keychain};
    MemorySecrets memory;

private:
    using View = Keyring::View;
    using Code = KeychainAnswer::Code;
    using Answered = std::function<void(const KeychainAnswer &)>;
    struct Request {
        SecretDeed deed = SecretDeed::Look;
        QString key;
        QByteArray value;
        ReadEnd end;
        bool ifThere = false;
        int tries = 0;
        int changesBefore = 0;
    };
    void enqueue(const std::shared_ptr<Request> &request);
    void next();
    void begin();
    void finish(Result<QByteArray> result);
    void fail(const char *reason, const QString &detail);
    void explain(const KeychainAnswer &answer);
    void look(const QString &key, std::function<void(const View &)> seen);

    void job(const std::function<void(KeychainBackend &, KeychainBackend::Handler)> &start, Answered answered);
    void readEntry(const QString &key, std::function<void(const KeychainEntry &, const QByteArray &)> done, std::function<void()> missing);
    void readOthers(const KeychainEntry &entry, QList<QByteArray> others, std::function<void(const KeychainEntry &, const QByteArray &)> done);
    void beginRead();
    void beginWrite();
    void writeInto(char slot);
    void writeOthers(const KeychainLayout &layout, int number);
    void writeFirst(const KeychainLayout &layout);
    void readBack(const KeychainLayout &layout);
    void beginRemove();
    void confirmRemoved();
    void removeOthers(char slot, int first, std::function<void()> done);
    void countOthers(char slot, int number, std::function<void(int)> counted);
    void removeDown(char slot, int number, int last, std::function<void()> done);
    void flush(const QHash<QString, QByteArray> &written, End end);
    void settle(const End &end);

    std::unique_ptr<KeychainBackend> m_backend;
    std::unique_ptr<Keyring> m_keyring;
    KeychainOptions m_options;
    QQueue<std::shared_ptr<Request>> m_waiting;
    std::shared_ptr<Request> m_now;
    int m_changes = 0;   ///< how often the service ended or changed
};

}
