// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/login/secrets/KeychainBackend.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QObject>
#include <QPointer>

#include <chrono>
#include <memory>

class QDBusServiceWatcher;

namespace qd::login {

/// The keyring of a Linux desktop as org.freedesktop.secrets tells of it: locked or not (Collection.Locked), whether there is one at all
/// (ReadAlias), whether an entry is there (SearchItems, also of locked ones), and the dialog that unlocks it (Prompt), which this can
/// take away again: the dialog has a connection of its own, and ends with it. (Prompt.Dismiss is for that too, but gnome-keyring 42.1 falls
/// over an assertion when it gets it.) Never opens a session and sees no secret. Connections are made anew when the bus ended. One thread, and
/// not the GUI's: QtDBus waits for the bus to make a connection, to watch a name and to follow a signal (see KeyringThread).
class SecretService final : public QObject, public Keyring {
    Q_OBJECT
public:
    struct Options {
        QString service;                             ///< the attribute "server" of our entries
        std::chrono::milliseconds answer{8000};      ///< for each question, the start of the service included
        std::chrono::milliseconds patience{0};       ///< from the making of this, for a service that is not there yet (a session that starts)
        std::chrono::milliseconds session{120000};   ///< for the person, in a dialog
    };
    explicit SecretService(Options options);
    ~SecretService() override;
    void look(const QString &key, std::function<void(const View &)> handler) override;
    void unlock(std::stop_token stop, std::function<void(Result<Done>)> handler) override;

private Q_SLOTS:
    void promptCompleted(const QDBusMessage &message);

private:
    struct Look;
    struct Unlocking;
    using Reply = std::function<void(const QDBusMessage &)>;
    void whenConnected(const std::shared_ptr<Look> &look);
    void connectNow();
    void ask(const QDBusConnection &bus, const QString &path, const QString &interface, const QString &method, const QVariantList &arguments, Reply reply);
    void search(const std::shared_ptr<Look> &look);
    void askAlias(const std::shared_ptr<Look> &look);
    void askLocked(const std::shared_ptr<Look> &look, const QString &collection);
    void answer(const std::shared_ptr<Look> &look, ports::SecretState state, const QString &detail = {});
    bool failed(const std::shared_ptr<Look> &look, const QDBusMessage &reply);
    void ownerChanged();
    // Each step knows for which dialog it is: one that was given up may be answered when there is another.
    using Dialog = std::weak_ptr<Unlocking>;
    [[nodiscard]] bool current(const Dialog &dialog) const { return m_unlocking && m_unlocking == dialog.lock(); }
    void beginUnlock();
    void openFor(const Dialog &dialog, const View &view, const QList<QDBusObjectPath> &closed);
    void startPrompt(const Dialog &dialog, const QString &path);
    void lookAgain(const Dialog &dialog, const QString &otherwise);
    void endUnlock(const Dialog &dialog, const Result<Done> &result);

    Options m_options;
    QDBusConnection m_bus;
    QString m_busName;
    std::unique_ptr<QDBusServiceWatcher> m_watcher;
    std::chrono::steady_clock::time_point m_patientUntil;
    QList<std::shared_ptr<Look>> m_patient;   ///< looks that wait for a service to come
    QList<std::shared_ptr<Look>> m_joining;   ///< looks that wait for the bus
    std::shared_ptr<Unlocking> m_unlocking;   ///< one dialog at a time; who asks meanwhile waits for the same
};

}
