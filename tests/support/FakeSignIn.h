// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Async.h"
#include "models/ports/SignIn.h"

namespace qd::test {

/// A sign-in that is what the test says.
class FakeSignIn final : public ports::SignInSession {
public:
    void become(ports::SignInPhase phase, const QString &subject = {})
    {
        m_state = {};
        m_state.phase = phase;
        if (!subject.isEmpty()) {
            m_state.identity = ports::SignInIdentity{};
            m_state.identity->subject = subject;
        }
        Q_EMIT changed();
    }
    QString profile() const override { return QStringLiteral("prod"); }
    const ports::SignInSettings &settings() const override { return m_settings; }
    ports::SignInState state() const override { return m_state; }
    void restore() override { }
    void start(ports::SignInWay) override { }
    void cancel() override { }
    void openBrowserAgain() override { }
    void refresh() override { }
    QFuture<Result<ports::SignOutEnd>> signOut(bool) override { return readyFuture(Result<ports::SignOutEnd>(ports::SignOutEnd{})); }
    void keepInMemoryOnly(bool) override { }
    std::shared_ptr<ports::TokenSource> apiServerTokens() override { return nullptr; }
    std::shared_ptr<ports::TokenSource> accessTokens(const QString &) override { return nullptr; }

private:
    ports::SignInSettings m_settings;
    ports::SignInState m_state;
};

}
