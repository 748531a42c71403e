// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/secrets/SecretService.h"

#include "app/login/secrets/BusProbe.h"
#include "app/login/secrets/SecretErrors.h"

#include <QDBusError>
#include <QDBusMetaType>
#include <QDBusPendingCallWatcher>
#include <QDBusServiceWatcher>
#include <QDBusVariant>
#include <QTimer>
#include <QUuid>

using SecretAttributes = QMap<QString, QString>;
Q_DECLARE_METATYPE(SecretAttributes)

namespace qd::login {

using namespace Qt::StringLiterals;
using ports::SecretState;

namespace {

constexpr auto kService = "org.freedesktop.secrets"_L1;
constexpr auto kPath = "/org/freedesktop/secrets"_L1;
constexpr auto kServiceInterface = "org.freedesktop.Secret.Service"_L1;
constexpr auto kCollectionInterface = "org.freedesktop.Secret.Collection"_L1;
constexpr auto kPromptInterface = "org.freedesktop.Secret.Prompt"_L1;
constexpr auto kProperties = "org.freedesktop.DBus.Properties"_L1;

/// What an answer that is none says of the service.
SecretState stateOf(const QDBusMessage &reply)
{
    const QDBusError error(reply);
    // The bus answers for a service that ended under the request (dbus-daemon "… disconnected from message bus without replying", dbus-broker alike).
    if (error.type() == QDBusError::NoReply && error.message().contains("disconnected"_L1))
        return SecretState::Absent;
    switch (error.type()) {
    case QDBusError::NoReply:
    case QDBusError::Timeout:
    case QDBusError::TimedOut:
        return SecretState::NotResponding;
    default:
        // Nobody has the name, nobody could be started for it, it may not be asked (a sandbox), or whoever has it is no keyring.
        return SecretState::Absent;
    }
}

QString busNameOf(const char *what)
{
    return QString(u"quarterdeck-secrets-"_s + QLatin1StringView(what) + u'-' + QUuid::createUuid().toString(QUuid::WithoutBraces));
}

QVariant bare(QVariant value)
{
    while (value.metaType() == QMetaType::fromType<QDBusVariant>())
        value = value.value<QDBusVariant>().variant();
    return value;
}

}

struct SecretService::Look {
    QString key;                        // null: any entry of ours
    std::function<void(const View &)> handler;
    View view;
    QList<QDBusObjectPath> closed;      // what Unlock is asked to open
    bool waited = false;
};

struct SecretService::Unlocking {
    struct Waiter {
        int number = 0;
        std::function<void(Result<Done>)> handler;
        std::unique_ptr<std::stop_callback<std::function<void()>>> stop;
    };
    std::vector<Waiter> waiters;
    QString busName = busNameOf("dialog");
    QDBusConnection bus{u"quarterdeck-no-session"_s};   // till there is something to ask
    QString prompt;
    QTimer limit;

    /// A service ends the dialogs of who left the bus.
    ~Unlocking() { QDBusConnection::disconnectFromBus(busName); }
};

SecretService::SecretService(Options options)
    : m_options(std::move(options))
    , m_bus(u"quarterdeck-no-session"_s)
    , m_patientUntil(std::chrono::steady_clock::now() + m_options.patience)
{
    qDBusRegisterMetaType<SecretAttributes>();
}

SecretService::~SecretService()
{
    m_unlocking.reset();
    m_watcher.reset();
    if (!m_busName.isEmpty())
        QDBusConnection::disconnectFromBus(m_busName);
}

/// A bus that takes nobody in would stop this thread, and QtDBus for all of the program: whether it does is asked first.
void SecretService::whenConnected(const std::shared_ptr<Look> &look)
{
    if (!hasSessionBus())
        return answer(look, SecretState::Absent, u"no session bus"_s);
    m_joining.append(look);
    if (m_joining.size() > 1)
        return;
    new BusProbe(m_options.answer, this, [this](BusProbe::Answer bus) {
        if (bus != BusProbe::Answer::Silent)
            connectNow();
        for (const auto &one : std::exchange(m_joining, {})) {
            if (bus == BusProbe::Answer::Silent)
                answer(one, SecretState::NotResponding, u"the session bus does not answer"_s);
            else if (m_bus.isConnected())
                search(one);
            else
                answer(one, SecretState::Absent, m_bus.lastError().message());
        }
    });
}

void SecretService::connectNow()
{
    m_watcher.reset();
    if (!m_busName.isEmpty())
        QDBusConnection::disconnectFromBus(m_busName);
    m_busName = busNameOf("state");
    m_bus = QDBusConnection::connectToBus(QDBusConnection::SessionBus, m_busName);
    if (!m_bus.isConnected())
        return;
    m_watcher = std::make_unique<QDBusServiceWatcher>(kService, m_bus, QDBusServiceWatcher::WatchForOwnerChange);
    connect(m_watcher.get(), &QDBusServiceWatcher::serviceOwnerChanged, this,
            [this](const QString &, const QString &before) {
                if (!before.isEmpty())
                    ownerChanged();
                for (const auto &look : std::exchange(m_patient, {}))
                    search(look);
            });
}

void SecretService::ask(const QDBusConnection &bus, const QString &path, const QString &interface, const QString &method, const QVariantList &arguments, Reply reply)
{
    QDBusMessage question = QDBusMessage::createMethodCall(kService, path, interface, method);
    question.setArguments(arguments);
    auto *watcher = new QDBusPendingCallWatcher(bus.asyncCall(question, static_cast<int>(m_options.answer.count())), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [watcher, reply = std::move(reply)] {
        watcher->deleteLater();
        reply(watcher->reply());
    });
}

void SecretService::look(const QString &key, std::function<void(const View &)> handler)
{
    auto look = std::make_shared<Look>();
    look->key = key;
    look->handler = std::move(handler);
    QMetaObject::invokeMethod(this, [this, look] { search(look); }, Qt::QueuedConnection);
}

void SecretService::search(const std::shared_ptr<Look> &look)
{
    if (!m_bus.isConnected())
        return whenConnected(look);
    look->view = {};
    look->closed.clear();
    SecretAttributes wanted{{u"server"_s, m_options.service}};
    if (!look->key.isNull())
        wanted.insert(u"user"_s, look->key);
    ask(m_bus, kPath, kServiceInterface, u"SearchItems"_s, {QVariant::fromValue(wanted)}, [this, look](const QDBusMessage &reply) {
        if (failed(look, reply))
            return;
        if (reply.signature() != "aoao"_L1) {
            answer(look, SecretState::Absent, u"SearchItems answers %1"_s.arg(reply.signature()));
            return;
        }
        const auto open = qdbus_cast<QList<QDBusObjectPath>>(reply.arguments().at(0));
        const auto locked = qdbus_cast<QList<QDBusObjectPath>>(reply.arguments().at(1));
        look->view.hasEntry = !open.isEmpty() || !locked.isEmpty();
        look->closed = locked;
        if (!locked.isEmpty())
            answer(look, SecretState::Locked);
        else
            askAlias(look);
    });
}

void SecretService::askAlias(const std::shared_ptr<Look> &look)
{
    ask(m_bus, kPath, kServiceInterface, u"ReadAlias"_s, {u"default"_s}, [this, look](const QDBusMessage &reply) {
        if (failed(look, reply))
            return;
        const auto collection = reply.arguments().value(0).value<QDBusObjectPath>();
        if (collection.path().isEmpty() || collection.path() == "/"_L1)
            answer(look, look->view.hasEntry ? SecretState::Ready : SecretState::NoKeyring);
        else
            askLocked(look, collection.path());
    });
}

void SecretService::askLocked(const std::shared_ptr<Look> &look, const QString &collection)
{
    ask(m_bus, collection, kProperties, u"Get"_s, {QString(kCollectionInterface), u"Locked"_s}, [this, look, collection](const QDBusMessage &reply) {
        if (failed(look, reply))
            return;
        const QVariant locked = bare(reply.arguments().value(0));
        look->closed = {QDBusObjectPath(collection)};
        if (locked.metaType() != QMetaType::fromType<bool>())
            answer(look, SecretState::Absent, u"the collection does not say whether it is locked"_s);
        else
            answer(look, locked.toBool() ? SecretState::Locked : SecretState::Ready);
    });
}

bool SecretService::failed(const std::shared_ptr<Look> &look, const QDBusMessage &reply)
{
    if (reply.type() == QDBusMessage::ReplyMessage)
        return false;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(m_patientUntil - std::chrono::steady_clock::now());
    const SecretState state = stateOf(reply);
    if (state == SecretState::Absent && left.count() > 0 && !look->waited && m_bus.isConnected()) {
        look->waited = true;   // a session that starts: wait for it, or till the patience ends
        m_patient.append(look);
        QTimer::singleShot(left, this, [this, look] {
            if (m_patient.removeOne(look))
                search(look);
        });
        return true;
    }
    answer(look, state, QString(reply.errorName() + u": "_s + reply.errorMessage()));
    return true;
}

void SecretService::answer(const std::shared_ptr<Look> &look, SecretState state, const QString &detail)
{
    look->view.state = state;
    look->view.detail = detail;
    if (const auto handler = std::exchange(look->handler, {}))
        handler(look->view);
}

void SecretService::ownerChanged()
{
    if (m_changed)
        m_changed();
    endUnlock(m_unlocking, secretError(ports::secret::kVanished, SecretDeed::Look, {}));
}

void SecretService::unlock(std::stop_token stop, std::function<void(Result<Done>)> handler)
{
    static int numbers = 0;
    const int number = ++numbers;
    const bool first = !m_unlocking;
    if (first)
        m_unlocking = std::make_shared<Unlocking>();
    m_unlocking->waiters.push_back({number, std::move(handler), {}});
    m_unlocking->waiters.back().stop = std::make_unique<std::stop_callback<std::function<void()>>>(stop, [this, number] {
        QMetaObject::invokeMethod(this, [this, number] {
            if (!m_unlocking)
                return;
            auto &waiters = m_unlocking->waiters;
            const auto it = std::find_if(waiters.begin(), waiters.end(), [number](const auto &waiter) { return waiter.number == number; });
            if (it == waiters.end())
                return;
            const auto gone = std::move(it->handler);
            waiters.erase(it);
            if (waiters.empty())
                m_unlocking.reset();
            gone(Result<Done>());
        }, Qt::QueuedConnection);
    });
    if (first)
        beginUnlock();
}

void SecretService::beginUnlock()
{
    const auto state = std::make_shared<Look>();
    state->handler = [this, dialog = Dialog(m_unlocking), asked = std::weak_ptr<Look>(state)](const View &view) {
        const auto seen = asked.lock();
        openFor(dialog, view, seen ? seen->closed : QList<QDBusObjectPath>());
    };
    QMetaObject::invokeMethod(this, [this, state] { search(state); }, Qt::QueuedConnection);
}

void SecretService::openFor(const Dialog &dialog, const View &view, const QList<QDBusObjectPath> &closed)
{
    if (!current(dialog))
        return;
    if (view.state == SecretState::Ready)
        return endUnlock(dialog, Done{});
    if (view.state != SecretState::Locked && view.state != SecretState::NoKeyring)
        return endUnlock(dialog, secretError(view.state, SecretDeed::Look, {}, view.detail));
    const auto then = [this, dialog](const QDBusMessage &reply) {
        if (reply.type() == QDBusMessage::ReplyMessage)
            startPrompt(dialog, reply.arguments().value(1).value<QDBusObjectPath>().path());
        else
            endUnlock(dialog, secretError(stateOf(reply), SecretDeed::Look, {}, QString(reply.errorName() + u": "_s + reply.errorMessage())));
    };
    m_unlocking->bus = QDBusConnection::connectToBus(QDBusConnection::SessionBus, m_unlocking->busName);
    if (view.state == SecretState::Locked)
        ask(m_unlocking->bus, kPath, kServiceInterface, u"Unlock"_s, {QVariant::fromValue(closed)}, then);
    else
        ask(m_unlocking->bus, kPath, kServiceInterface, u"CreateCollection"_s,
            {QVariantMap{{QString(kCollectionInterface + ".Label"_L1), u"Default keyring"_s}}, u"default"_s}, then);
}

void SecretService::startPrompt(const Dialog &dialog, const QString &path)
{
    if (!current(dialog))
        return;
    if (path.isEmpty() || path == "/"_L1)   // nothing to ask
        return lookAgain(dialog, {});
    m_unlocking->prompt = path;
    m_unlocking->bus.connect(kService, path, kPromptInterface, u"Completed"_s, this, SLOT(promptCompleted(QDBusMessage)));
    m_unlocking->limit.setSingleShot(true);
    connect(&m_unlocking->limit, &QTimer::timeout, this, [this, dialog] {
        endUnlock(dialog, secretError(ports::secret::kNotResponding, SecretDeed::Look, {}, u"the dialog was not answered"_s));
    });
    m_unlocking->limit.start(m_options.session);
    ask(m_unlocking->bus, path, kPromptInterface, u"Prompt"_s, {QString()}, [this, dialog](const QDBusMessage &reply) {
        if (reply.type() != QDBusMessage::ReplyMessage && current(dialog) && !m_unlocking->prompt.isEmpty())
            endUnlock(dialog, secretError(stateOf(reply), SecretDeed::Look, {}, QString(reply.errorName() + u": "_s + reply.errorMessage())));
    });
}

void SecretService::promptCompleted(const QDBusMessage &message)
{
    if (!m_unlocking || m_unlocking->prompt != message.path())
        return;
    m_unlocking->limit.stop();
    m_unlocking->prompt.clear();
    lookAgain(m_unlocking, message.arguments().value(0).toBool() ? u"the dialog was closed without a password"_s : QString());
}

/// What came of it is what the keyring says now.
void SecretService::lookAgain(const Dialog &dialog, const QString &otherwise)
{
    look({}, [this, dialog, otherwise](const View &view) {
        if (view.state == SecretState::Ready)
            endUnlock(dialog, Done{});
        else
            endUnlock(dialog, secretError(view.state, SecretDeed::Look, {}, otherwise.isEmpty() ? view.detail : otherwise));
    });
}

void SecretService::endUnlock(const Dialog &dialog, const Result<Done> &result)
{
    if (!current(dialog))
        return;
    const std::shared_ptr<Unlocking> ended = std::move(m_unlocking);
    m_unlocking.reset();
    for (auto &waiter : ended->waiters)
        waiter.handler(result);
}

}
