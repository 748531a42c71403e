// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/login/session/SessionParts.h"

#include <QNetworkAccessManager>

namespace qd::login {

struct ProviderAnswer {
    int status = 0;
    QByteArray body;
};

/// Requests to an identity provider. A redirect is an error (Qt would carry the code and the verifier along); answers and
/// times have limits; nothing is sent a second time by itself; no cookies, no cache, HTTP/1.1, a connection for each.
/// GUI thread.
class ProviderHttp : public QObject {
    Q_OBJECT
public:
    using Handler = std::function<void(Result<ProviderAnswer>)>;
    ProviderHttp(const ports::SignInSettings &settings, const SessionParts &parts, QObject *parent = nullptr);
    ~ProviderHttp() override { Q_EMIT closing(); }

    /// The handler is called once, later, never after `context` died (the request ends then too). Errors: IssuerUnreachable,
    /// or ResponseLost when the request of a POST was on its way.
    void get(const QUrl &url, const QByteArray &bearer, QObject *context, Handler handler);
    void post(const QUrl &url, const QByteArray &form, QObject *context, Handler handler);
    /// For what can do without an answer: no request that begins while this is kept waits longer than five seconds.
    [[nodiscard]] std::shared_ptr<void> hurry();
    /// The last request was not made because of a certificate: somebody is there, and who is not known.
    [[nodiscard]] bool untrusted() const { return m_untrusted; }
    /// Of the last answer that had a Date.
    [[nodiscard]] const std::optional<ports::ClockOffset> &clock() const { return m_clock; }

Q_SIGNALS:
    void closing();

private:
    friend class ProviderExchange;
    Result<QNetworkRequest> request(const QUrl &url);
    void sawDate(const QByteArray &date);
    [[nodiscard]] int timeoutMs() const;

    ports::SignInSettings m_settings;
    std::shared_ptr<const Clock> m_time;
    HttpLimits m_limits;
    std::weak_ptr<void> m_hurry;
    bool m_untrusted = false;
    QNetworkAccessManager m_manager;
    std::optional<ports::ClockOffset> m_clock;
};

}
