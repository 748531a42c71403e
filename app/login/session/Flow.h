// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/login/session/ProviderClient.h"
#include "app/login/tokens/Callback.h"

#include <QPointer>

#include <memory>

namespace qd::login {

class LoopbackListener;

/// What a flow ends with: tokens whose ID token is verified.
struct FlowEnd {
    TokenSet tokens;
    IdClaims claims;
};

/// One attempt to sign in, from the first request to the verified tokens. Ends once; destruction ends it at once, with
/// its port and its secrets.
class Flow : public QObject {
    Q_OBJECT
public:
    Flow(ProviderClient *client, const ports::SignInSettings &settings, const SessionParts &parts)
        : m_client(client), m_settings(settings), m_parts(parts) { }
    virtual void start() = 0;
    /// The waiting phases and what belongs to them; Discovering and Exchanging.
    [[nodiscard]] const ports::SignInState &progress() const { return m_progress; }
    virtual void openBrowserAgain() { }
    /// Nobody waits for it any more: what is asked is dropped and the port closes now, not with the object. The client may go then.
    virtual void abandon();

Q_SIGNALS:
    void progressed();
    void ended(const qd::Result<qd::login::FlowEnd> &end);

protected:
    void show(const ports::SignInState &progress);
    void end(const Result<FlowEnd> &result);
    [[nodiscard]] bool over() const { return m_over; }
    /// Context of all that is asked and waited for; null once it was abandoned.
    [[nodiscard]] QObject *attempt() const { return m_attempt.get(); }
    void finishWith(const TokenSet &tokens, const std::optional<QByteArray> &nonce);
    /// Ends as TimedOut then.
    void deadline(const QDateTime &at);

    ProviderClient *m_client;
    ports::SignInSettings m_settings;
    SessionParts m_parts;
    ports::SignInState m_progress;

private:
    std::unique_ptr<QObject> m_attempt = std::make_unique<QObject>();
    bool m_over = false;
};

/// Authorization code with PKCE through the system's browser and a port of 127.0.0.1 (RFC 8252, 7636, 9207).
class CodeFlow final : public Flow {
    Q_OBJECT
public:
    using Flow::Flow;
    ~CodeFlow() override;
    void start() override;
    void openBrowserAgain() override;
    void abandon() override;

private:
    void wait(const ProviderMetadata &provider);
    void take(const CallbackVerdict &verdict);
    void redeem(const QByteArray &code);

    QPointer<LoopbackListener> m_listener;
    QByteArray m_nonce;
    QByteArray m_verifier;
    QString m_redirect;
};

/// Device grant (RFC 8628): no browser here, or no port.
class DeviceFlow final : public Flow {
    Q_OBJECT
public:
    using Flow::Flow;
    void start() override;
    /// The page, without the code: command lines are seen by others, and whoever has the code can sign this session in as themselves.
    void openBrowserAgain() override;

private:
    void begin(const ProviderMetadata &provider);
    void wait(const QJsonObject &answer);
    void poll();
    void polled(const Result<TokenSet> &tokens);

    QByteArray m_deviceCode;
    QByteArray m_verifier;
    int m_interval = 5;
};

}
