// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/secrets/KeychainSecrets.h"

#include "app/login/secrets/KeychainWorker.h"
#include "app/login/secrets/KeyringThread.h"
#include "app/login/secrets/QtKeychainBackend.h"
#include "models/core/Async.h"

namespace qd::login {

using ports::SecretPlace;

namespace {

/// Runs `call(worker, end)` on the worker's thread; `end` finishes the future.
template <typename T, typename Call>
QFuture<Result<T>> onWorker(KeychainWorker *worker, Call call)
{
    const SharedPromise<T> promise;
    QMetaObject::invokeMethod(worker, [worker, promise, call = std::move(call)]() mutable {
        call(*worker, [promise](Result<T> result) { promise.finish(std::move(result)); });
    }, Qt::QueuedConnection);
    return promise.future();
}

}

KeychainSecrets::KeychainSecrets(std::unique_ptr<KeychainBackend> backend, std::unique_ptr<Keyring> keyring, const KeychainOptions &options)
    : m_worker(std::make_unique<KeychainWorker>(std::move(backend), std::move(keyring), options))
{
}

KeychainSecrets::~KeychainSecrets() = default;

QFuture<Result<QByteArray>> KeychainSecrets::read(const QString &key)
{
    return onWorker<QByteArray>(m_worker.get(), [key](KeychainWorker &worker, auto end) {
        if (worker.place == SecretPlace::MemoryOnly)
            end(worker.memory.read(key).result());
        else
            worker.read(key, std::move(end));
    });
}

QFuture<Result<Done>> KeychainSecrets::write(const QString &key, const QByteArray &value)
{
    return onWorker<Done>(m_worker.get(), [key, value](KeychainWorker &worker, auto end) {
        if (worker.place == SecretPlace::MemoryOnly)
            end(worker.memory.write(key, value).result());
        else
            worker.write(key, value, std::move(end));
    });
}

QFuture<Result<Done>> KeychainSecrets::remove(const QString &key)
{
    return onWorker<Done>(m_worker.get(), [key](KeychainWorker &worker, auto end) {
        const bool memoryOnly = worker.place == SecretPlace::MemoryOnly;
        (void)worker.memory.remove(key);
        worker.remove(key, memoryOnly, std::move(end));
    });
}

QFuture<Result<ports::SecretStore::Standing>> KeychainSecrets::standing()
{
    return onWorker<Standing>(m_worker.get(), [](KeychainWorker &worker, auto end) { worker.standing(std::move(end)); });
}

QFuture<Result<Done>> KeychainSecrets::unlock(std::stop_token stop)
{
    return onWorker<Done>(m_worker.get(), [stop](KeychainWorker &worker, auto end) { worker.unlock(stop, std::move(end)); });
}

SecretPlace KeychainSecrets::place() const
{
    return m_worker->place;
}

QFuture<Result<Done>> KeychainSecrets::keepIn(SecretPlace place)
{
    return onWorker<Done>(m_worker.get(), [place](KeychainWorker &worker, auto end) { worker.keepIn(place, std::move(end)); });
}

std::unique_ptr<ports::SecretStore> makeKeychainSecrets(const KeychainOptions &options)
{
    std::unique_ptr<Keyring> keyring;
#if defined(Q_OS_UNIX) && !defined(Q_OS_DARWIN)
    if (!keychainIsKWallet())
        keyring = std::make_unique<KeyringThread>(SecretService::Options{.service = options.service, .answer = options.answer, .patience = options.patience});
#endif
    return std::make_unique<KeychainSecrets>(std::make_unique<QtKeychainBackend>(options.service), std::move(keyring), options);
}

}
