// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/secrets/KeyringThread.h"

#include "app/login/secrets/SecretErrors.h"

#include <QPointer>
#include <QThread>
#include <QTimer>

namespace qd::login {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::milliseconds kEndMs{2000};

}

KeyringThread::KeyringThread(const SecretService::Options &options)
    : m_options(options)
    , m_patientUntil(std::chrono::steady_clock::now() + options.patience)
    , m_thread(std::make_unique<QThread>())
    , m_here(std::make_unique<QObject>())
    , m_service(new SecretService(options))
{
    m_service->whenChanged([here = m_here.get(), self = QPointer(this)] {
        QMetaObject::invokeMethod(here, [self] {
            if (self && self->m_changed)
                self->m_changed();
        }, Qt::QueuedConnection);
    });
    m_service->moveToThread(m_thread.get());
    connect(m_thread.get(), &QThread::finished, m_service, &QObject::deleteLater);
    m_thread->setObjectName(u"keyring"_s);
    m_thread->start();
}

KeyringThread::~KeyringThread()
{
    m_thread->quit();
    if (m_thread->wait(QDeadlineTimer(kEndMs)))
        return;
    // It waits for a bus that stands still, and may go on when that does: what it uses stays, and its answers go nowhere.
    (void)m_thread.release();
    (void)m_here.release();
}

void KeyringThread::look(const QString &key, std::function<void(const View &)> handler)
{
    const auto once = std::make_shared<std::function<void(const View &)>>(std::move(handler));
    const auto answer = [once, self = QPointer(this)](const View &view) {
        const auto call = std::exchange(*once, {});
        if (self && call)
            call(view);
    };
    const auto patience = std::chrono::duration_cast<std::chrono::milliseconds>(m_patientUntil - std::chrono::steady_clock::now());
    const auto limit = 2 * m_options.answer + std::max(patience, std::chrono::milliseconds(0));
    QTimer::singleShot(limit, this, [answer] { answer({ports::SecretState::NotResponding, false, u"the keyring's thread does not answer"_s}); });
    QMetaObject::invokeMethod(m_service, [service = m_service, here = m_here.get(), key, answer] {
        service->look(key, [here, answer](const View &view) {
            QMetaObject::invokeMethod(here, [answer, view] { answer(view); }, Qt::QueuedConnection);
        });
    }, Qt::QueuedConnection);
}

void KeyringThread::unlock(std::stop_token stop, std::function<void(Result<Done>)> handler)
{
    const auto once = std::make_shared<std::function<void(Result<Done>)>>(std::move(handler));
    const auto answer = [once, self = QPointer(this)](const Result<Done> &result) {
        const auto call = std::exchange(*once, {});
        if (self && call)
            call(result);
    };
    QTimer::singleShot(m_options.session + 6 * m_options.answer, this, [answer] {
        answer(secretError(ports::SecretState::NotResponding, SecretDeed::Look, {}, u"the keyring's thread does not answer"_s));
    });
    QMetaObject::invokeMethod(m_service, [service = m_service, here = m_here.get(), stop = std::move(stop), answer] {
        service->unlock(stop, [here, answer](const Result<Done> &result) {
            QMetaObject::invokeMethod(here, [answer, result] { answer(result); }, Qt::QueuedConnection);
        });
    }, Qt::QueuedConnection);
}

}
