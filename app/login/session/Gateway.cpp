// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/session/Gateway.h"

#include "app/login/session/Session.h"

#include <QElapsedTimer>

#include <map>

namespace qd::login {

using namespace Qt::StringLiterals;

namespace {

class Gateway final : public ports::SignInGateway {
public:
    explicit Gateway(const SessionParts &parts) : m_parts(parts) { }

    std::shared_ptr<ports::SignInSession> session(const QString &profile, const ports::SignInSettings &settings) override
    {
        std::shared_ptr<ports::SignInSession> &kept = m_sessions[profile];
        if (kept && kept->settings() == settings)
            return kept;
        if (kept)
            kept->cancel();
        kept = std::make_shared<Session>(profile, settings, m_parts);
        return kept;
    }

    QFuture<Result<ports::IssuerCheck>> check(const ports::SignInSettings &settings, std::stop_token stop) override
    {
        auto *client = new ProviderClient(settings, m_parts, &m_context);
        SharedPromise<ports::IssuerCheck> promise;
        const auto finish = [client, promise](const Result<ports::IssuerCheck> &result) {
            promise.finish(result);
            client->deleteLater();
        };
        const auto since = std::make_shared<QElapsedTimer>();
        since->start();
        client->metadata(client, [client, since, finish, stop](const Result<ProviderMetadata> &provider) {
            if (!provider || stop.stop_requested())
                return finish(provider ? Result<ports::IssuerCheck>() : Result<ports::IssuerCheck>(provider.error()));
            ports::IssuerCheck check{.roundTripMs = since->elapsed()};
            check.device = !provider->deviceAuthorization.isEmpty();
            check.endSession = !provider->endSession.isEmpty();
            check.revocation = !provider->revocation.isEmpty();
            check.scopes = provider->scopes;
            check.algorithms = provider->algorithms;
            check.clock = client->clock();
            client->keys(client, [check, finish](const Result<JwkSet> &keys) {
                if (!keys) {
                    Error error = keys.error();
                    error.causes.append({u"jwks_uri"_s, error.reason, error.message});   // discovery itself went well
                    return finish(error);
                }
                ports::IssuerCheck whole = check;
                whole.signingKeys = int(keys->keys.size());
                finish(whole);
            });
        });
        return promise.future();
    }

private:
    SessionParts m_parts;
    QObject m_context;
    std::map<QString, std::shared_ptr<ports::SignInSession>> m_sessions;
};

}

std::shared_ptr<ports::SignInGateway> makeSignInGateway(const SessionParts &parts)
{
    return std::make_shared<Gateway>(parts);
}

}
