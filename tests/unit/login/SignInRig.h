// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/login/session/FileLock.h"
#include "app/login/session/Session.h"
#include "app/login/session/Vault.h"
#include "tests/support/FakeSecrets.h"
#include "tests/support/ManualClock.h"
#include "tests/support/TestProvider.h"

#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

namespace qd::test {

using ports::SignInFault;
using ports::SignInPhase;

/// A provider, a keychain, a state folder, time in the test's hand, and as many sessions ("processes") as wanted.
class SignInRig
{
public:
    explicit SignInRig(const std::optional<QSslConfiguration> &tls = {})
        : provider(tls)
    {
        provider.now = [this] { return clock->now(); };
        settings = {.issuer = provider.issuer(), .clientId = QStringLiteral("quarterdeck"), .roleClaims = {QStringLiteral("/groups")}};
    }
    [[nodiscard]] login::SessionParts parts()
    {
        login::SessionParts out;
        out.secrets = secrets;
        out.lock = login::makeFileLock(folder.path());
        out.clock = clock;
        out.later = time.scheduler();
        out.openBrowser = [this](const QUrl &url) {
            opened.append(url);
            if (atOpen)
                atOpen();
            return browserWorks;
        };
        out.stateFolder = folder.path();
        out.limits.timeoutMs = timeoutMs;
        return out;
    }
    [[nodiscard]] std::unique_ptr<login::Session> session(const QString &profile = QStringLiteral("prod"))
    {
        return std::make_unique<login::Session>(profile, settings, parts());
    }
    /// The browser goes there; the status line it gets.
    static QByteArray visit(const QUrl &url)
    {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, quint16(url.port()));
        socket.write("GET " + url.path().toLatin1() + '?' + url.query(QUrl::FullyEncoded).toLatin1()
            + " HTTP/1.1\r\nHost: 127.0.0.1:" + QByteArray::number(url.port()) + "\r\nSec-Fetch-Mode: navigate\r\n\r\n");
        if (!QTest::qWaitFor([&] { return socket.state() == QAbstractSocket::UnconnectedState; }))
            return "open";
        return socket.readAll().split('\r').first();
    }
    static bool reaches(const login::Session &session, SignInPhase phase)
    {
        return QTest::qWaitFor([&] { return session.state().phase == phase; }, 10'000);
    }
    /// Through the browser, until it is in or not.
    bool signIn(login::Session &session)
    {
        session.start(ports::SignInWay::Browser);
        if (!QTest::qWaitFor([&] { return session.state().phase != SignInPhase::Discovering; }, 10'000)
            || session.state().phase != SignInPhase::WaitingForBrowser)
            return false;
        visit(provider.agree(session.state().browserUrl));
        return QTest::qWaitFor([&] { return session.state().phase == SignInPhase::SignedIn || session.state().phase == SignInPhase::Failed; }, 10'000)
            && session.state().phase == SignInPhase::SignedIn;
    }
    static Result<ports::Credential> credential(ports::TokenSource &source)
    {
        QFuture<Result<ports::Credential>> future = source.credential();
        if (!QTest::qWaitFor([&] { return future.isFinished(); }, 10'000) || future.resultCount() == 0)
            return Error{ErrorKind::Timeout, QStringLiteral("never answered")};
        return future.result();
    }
    /// The record in the keychain; nothing when there is none.
    [[nodiscard]] std::optional<login::StoredSignIn> stored() const
    {
        return secrets->entries.size() == 1 ? login::decodeStored(secrets->entries.first()) : std::nullopt;
    }

    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
    ManualScheduler time{clock.get()};
    support::TestProvider provider;
    std::shared_ptr<FakeSecrets> secrets = std::make_shared<FakeSecrets>();
    QTemporaryDir folder;
    ports::SignInSettings settings;
    QList<QUrl> opened;
    bool browserWorks = true;
    std::function<void()> atOpen;
    int timeoutMs = 5'000;
};

}
