// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/login/secrets/KeychainBackend.h"

#include <QMap>
#include <QObject>
#include <QStringList>

namespace qd::test {

/// A keychain in memory that does what the real ones do wrong: entries of a few bytes only, refusals, answers that never come, an end in
/// the middle. Answers come from the event loop. What it holds outlives the store on it, as a keychain outlives a program.
struct FakeKeychainState {
    QMap<QString, QByteArray> entries;
    qsizetype limit = 0;
    bool locked = false;            ///< as libsecret: read "not found", write refused, remove "done" and nothing removed
    int hangAt = -1;                ///< the n-th request from here on gets no answer
    int failAt = -1;                ///< the n-th request from here on fails, and nothing is changed
    int dieAt = -1;                 ///< from the n-th request on there is no answer and nothing is changed: the program was killed
    bool forgetsWrites = false;     ///< "done", and nothing is kept
    bool keepsRemoved = false;      ///< "done", and the entry stays
    int requests = 0;
    int serviceChanges = 0;
    qsizetype largest = 0;          ///< bytes ever given to one entry
    QStringList log = {};           ///< "read KEY", …
};

class FakeKeychain final : public QObject, public login::KeychainBackend {
public:
    using Answer = login::KeychainAnswer;
    explicit FakeKeychain(FakeKeychainState &state) : m_state(state) { }
    [[nodiscard]] qsizetype limit() const override { return m_state.limit; }
    void read(const QString &key, Handler handler) override
    {
        request(QStringLiteral("read ") + key, std::move(handler), [this, key]() -> Answer {
            if (m_state.locked || !m_state.entries.contains(key))
                return {.code = Answer::Code::NotFound, .value = {}, .detail = QStringLiteral("Entry not found")};
            return {.code = Answer::Code::Done, .value = m_state.entries.value(key), .detail = {}};
        });
    }
    void write(const QString &key, const QByteArray &value, Handler handler) override
    {
        request(QStringLiteral("write ") + key, std::move(handler), [this, key, value]() -> Answer {
            m_state.largest = std::max(m_state.largest, value.size());
            if (m_state.locked)
                return {.code = Answer::Code::Denied, .value = {}, .detail = QStringLiteral("Cannot create an item in a locked collection")};
            if (m_state.limit > 0 && value.size() > m_state.limit)
                return {.code = Answer::Code::Failed, .value = {}, .detail = QStringLiteral("too large")};
            if (!m_state.forgetsWrites)
                m_state.entries.insert(key, value);
            return {};
        });
    }
    void remove(const QString &key, Handler handler) override
    {
        request(QStringLiteral("remove ") + key, std::move(handler), [this, key]() -> Answer {
            if (!m_state.locked && !m_state.keepsRemoved)
                m_state.entries.remove(key);
            return {};
        });
    }
    void serviceChanged() override { ++m_state.serviceChanges; }

private:
    template <typename Act>
    void request(const QString &what, Handler handler, Act act)
    {
        const int number = m_state.requests++;
        m_state.log.append(what);
        if (number == m_state.hangAt || (m_state.dieAt >= 0 && number >= m_state.dieAt))
            return;
        if (number == m_state.failAt) {
            later(std::move(handler), {.code = Answer::Code::Failed, .value = {}, .detail = QStringLiteral("Message recipient disconnected")});
            return;
        }
        later(std::move(handler), act());
    }
    void later(Handler handler, const Answer &answer)
    {
        QMetaObject::invokeMethod(this, [handler = std::move(handler), answer] { handler(answer); }, Qt::QueuedConnection);
    }
    FakeKeychainState &m_state;
};

/// What a keyring says of itself; `views` first, one a look, then `view` for ever.
struct FakeKeyringState {
    using View = login::Keyring::View;
    View view = {};
    QList<View> views = {};
    QStringList looks = {};
    std::function<void()> changed = {};
};

class FakeKeyring final : public QObject, public login::Keyring {
public:
    explicit FakeKeyring(FakeKeyringState &state) : m_state(state)
    {
        m_state.changed = [this] { m_changed(); };
    }
    void look(const QString &key, std::function<void(const View &)> handler) override
    {
        m_state.looks.append(key);
        const View view = m_state.views.isEmpty() ? m_state.view : m_state.views.takeFirst();
        QMetaObject::invokeMethod(this, [handler = std::move(handler), view] { handler(view); }, Qt::QueuedConnection);
    }
    void unlock(std::stop_token, std::function<void(Result<Done>)> handler) override
    {
        m_state.view.state = ports::SecretState::Ready;
        handler(Done{});
    }

private:
    FakeKeyringState &m_state;
};

}
