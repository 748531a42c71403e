// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/secrets/QtKeychainBackend.h"

#include <QAbstractEventDispatcher>
#include <QCoreApplication>
#include <QLibrary>
#include <QPointer>
#include <QThread>
#include <qt6keychain/keychain.h>

namespace qd::login {

using namespace Qt::StringLiterals;

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(Secrets)
};

KeychainAnswer answerOf(const QKeychain::Job &job)
{
    using Code = KeychainAnswer::Code;
    KeychainAnswer out;
    out.detail = job.errorString();
    switch (job.error()) {
    case QKeychain::NoError:
        return {};
    case QKeychain::EntryNotFound:
        out.code = Code::NotFound;
        break;
    case QKeychain::AccessDenied:
    case QKeychain::AccessDeniedByUser:
        out.code = Code::Denied;
        break;
    case QKeychain::CouldNotDeleteEntry:
    case QKeychain::NoBackendAvailable:
    case QKeychain::NotImplemented:
    case QKeychain::OtherError:
        out.code = Code::Failed;
        break;
    }
    return out;
}

#if defined(Q_OS_UNIX) && !defined(Q_OS_DARWIN)
// By its soname, which is what is installed without the development package.
QLibrary &libsecret()
{
    static QLibrary library(u"secret-1"_s, 0);
    return library;
}

/// GLib ends a program whose session bus ends, with SIGTERM, once libsecret has it open; this one has work of its own. Its connection is
/// shared by all of the process and lives as long as somebody holds it. Asked for without waiting: a bus may stand still.
void outliveTheBus(std::function<void()> then)
{
    using Ready = void (*)(void *, void *, void *);
    static QLibrary gio(u"gio-2.0"_s, 0);
    static const auto get = reinterpret_cast<void (*)(int, void *, Ready, void *)>(gio.resolve("g_bus_get"));
    static const auto finish = reinterpret_cast<void *(*)(void *, void **)>(gio.resolve("g_bus_get_finish"));
    static const auto isClosed = reinterpret_cast<int (*)(void *)>(gio.resolve("g_dbus_connection_is_closed"));
    static const auto setExit = reinterpret_cast<void (*)(void *, int)>(gio.resolve("g_dbus_connection_set_exit_on_close"));
    static const auto unref = reinterpret_cast<void (*)(void *)>(gio.resolve("g_object_unref"));
    static void *held = nullptr;
    if (!get || !finish || !isClosed || !setExit || !unref || (held && !isClosed(held)))
        return then();
    if (held)
        unref(std::exchange(held, nullptr));
    constexpr int kSessionBus = 2;   // G_BUS_TYPE_SESSION
    const Ready ready = [](void *, void *result, void *data) {
        const std::unique_ptr<std::function<void()>> call(static_cast<std::function<void()> *>(data));
        if (void *bus = finish(result, nullptr)) {
            setExit(bus, 0);
            if (void *before = std::exchange(held, bus))
                unref(before);
        }
        (*call)();
    };
    get(kSessionBus, nullptr, ready, std::make_unique<std::function<void()>>(std::move(then)).release());
}
#endif

template <typename Job>
void start(Job *job, const QString &key, QObject *context, std::function<void(const Job &)> done)
{
    job->setAutoDelete(true);
    job->setInsecureFallback(false);
    job->setKey(key);
    QObject::connect(job, &QKeychain::Job::finished, context, [job, done = std::move(done)](QKeychain::Job *) { done(*job); });
#if defined(Q_OS_UNIX) && !defined(Q_OS_DARWIN)
    if (!keychainIsKWallet()) {
        outliveTheBus([job, alive = QPointer(context)] {
            if (alive)
                job->start();
            else
                delete job;
        });
        return;
    }
#endif
    job->start();
}

}

QtKeychainBackend::QtKeychainBackend(QString service)
    : m_service(std::move(service))
{
}

qsizetype QtKeychainBackend::limit() const
{
#ifdef Q_OS_WIN
    return 2048;   // CRED_MAX_CREDENTIAL_BLOB_SIZE is 2560; newer QtKeychains hold more, and share entries with older ones
#else
    return 0;
#endif
}

QString QtKeychainBackend::unusable() const
{
#if defined(Q_OS_UNIX) && !defined(Q_OS_DARWIN)
    // libsecret's answers come through GLib's main loop; without it a job would wait for ever.
    const QAbstractEventDispatcher *dispatcher = QThread::currentThread()->eventDispatcher();
    if (dispatcher && !dispatcher->inherits("QEventDispatcherGlib"))
        return Texts::tr("Quarterdeck runs without GLib's main loop (is QT_NO_GLIB set?)");
    if (!keychainIsKWallet() && !libsecret().load())
        return Texts::tr("the library libsecret is not installed (package libsecret-1-0)");
#endif
    return {};
}

void QtKeychainBackend::read(const QString &key, Handler handler)
{
    start<QKeychain::ReadPasswordJob>(new QKeychain::ReadPasswordJob(m_service), key, this, [handler = std::move(handler)](const auto &job) {
        KeychainAnswer answer = answerOf(job);
        if (answer.code == KeychainAnswer::Code::Done)
            answer.value = job.binaryData();
        handler(answer);
    });
}

void QtKeychainBackend::write(const QString &key, const QByteArray &value, Handler handler)
{
    auto *job = new QKeychain::WritePasswordJob(m_service);
    job->setBinaryData(value);
    start<QKeychain::WritePasswordJob>(job, key, this, [handler = std::move(handler)](const auto &done) { handler(answerOf(done)); });
}

void QtKeychainBackend::remove(const QString &key, Handler handler)
{
    start<QKeychain::DeletePasswordJob>(new QKeychain::DeletePasswordJob(m_service), key, this,
                                        [handler = std::move(handler)](const auto &job) { handler(answerOf(job)); });
}

void QtKeychainBackend::serviceChanged()
{
#if defined(Q_OS_UNIX) && !defined(Q_OS_DARWIN)
    // libsecret keeps its session with the service that was, and fails with it until it is told.
    if (!libsecret().isLoaded())
        return;
    if (const auto disconnect = reinterpret_cast<void (*)()>(libsecret().resolve("secret_service_disconnect")))
        disconnect();
#endif
}

bool keychainIsKWallet()
{
#if defined(Q_OS_UNIX) && !defined(Q_OS_DARWIN)
    return qgetenv("XDG_CURRENT_DESKTOP") == "KDE" || (!qEnvironmentVariableIsSet("XDG_CURRENT_DESKTOP") && qEnvironmentVariableIsSet("KDE_FULL_SESSION"));
#else
    return false;
#endif
}

}
