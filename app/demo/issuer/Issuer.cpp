// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/issuer/Issuer.h"

#include "app/demo/issuer/IssuerCore.h"
#include "app/demo/issuer/IssuerPages.h"
#include "models/core/Json.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QLocale>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::seconds kSlow{8};
constexpr std::chrono::hours kSilence{24};
constexpr qint64 kWrongClock = 600;
constexpr qint64 kGrace = 60;           // for nbf

QString tr(const char *text)
{
    return QCoreApplication::translate("qd::demo::Issuer", text);
}

/// A body that comes late; its head comes at once.
class LateBody : public BodySource {
public:
    LateBody(QByteArray body, std::chrono::milliseconds after, const IssuerOptions &options) : m_state(std::make_shared<State>())
    {
        m_state->body = std::move(body);
        options.later(after, [state = m_state] {
            state->due = true;
            if (state->wake)
                state->wake();
        });
    }

    Next next(QByteArray &bytes) override
    {
        if (!m_state->due)
            return Next::Wait;
        bytes = std::exchange(m_state->body, {});
        return bytes.isEmpty() ? Next::End : Next::Bytes;
    }

    void onWake(std::function<void()> wake) override { m_state->wake = std::move(wake); }

private:
    struct State {
        QByteArray body;
        bool due = false;
        std::function<void()> wake;
    };
    std::shared_ptr<State> m_state;
};

class Provider : public Issuer {
public:
    explicit Provider(const IssuerOptions &options) : m_core(options) { }

    std::optional<Error> begin()
    {
        if (m_core.options.keys.isEmpty())
            return m_core.keys.renew();
        m_core.keys.use(m_core.options.keys);
        return std::nullopt;
    }

    Response handle(const Request &request) override
    {
        const QString fault = lasting();
        m_core.clockOffset = fault == "clock-ahead"_L1 ? kWrongClock : fault == "clock-behind"_L1 ? -kWrongClock : 0;
        Response response = fault == "failing"_L1 || fault == "down"_L1
            ? pages::message(503, tr("Not available"), {tr("The sign-in service has a problem. Try again later.")})
            : m_core.answer(request);
        response.headers.insert("x-content-type-options", "nosniff");
        if (m_core.clockOffset != 0)
            response.headers.insert("date", QLocale::c().toString(m_core.shownTime(), u"ddd, dd MMM yyyy hh:mm:ss 'GMT'"_s).toLatin1());
        if (m_core.options.later && (fault == "slow"_L1 || fault == "silent"_L1)) {
            response.stream = std::make_shared<LateBody>(std::exchange(response.body, {}),
                fault == "slow"_L1 ? std::chrono::milliseconds(kSlow) : std::chrono::milliseconds(kSilence), m_core.options);
        }
        return response;
    }

    std::optional<QJsonObject> claimsOf(const QByteArray &idToken, const QString &audience) const override
    {
        const auto claims = openToken(idToken, u"JWT"_s, m_core.keys.all());
        if (!claims)
            return std::nullopt;
        const qint64 at = m_core.now();
        const bool meant = claims->value("iss"_L1).toString() == m_core.options.url && claims->value("aud"_L1).toString() == audience;
        if (!meant || claims->value("exp"_L1).toDouble() <= double(at) || claims->value("nbf"_L1).toDouble() > double(at + kGrace))
            return std::nullopt;
        return claims;
    }

    void play(const QString &fault) override
    {
        if (fault == std::exchange(m_said, fault))
            return;
        m_fault = fault.section(u' ', 0, 0);
        const qsizetype until = fault.indexOf(" until "_L1);
        m_until = until < 0 ? QDateTime() : QDateTime::fromString(fault.mid(until + 7).trimmed(), Qt::ISODate);
        if (m_fault == "rotate-keys"_L1)
            (void)m_core.keys.renew();   // else the old ones stay
        else if (m_fault == "end-sessions"_L1)
            m_core.grants.endAll();
    }

    bool reachable() const override { return lasting() != "down"_L1; }

private:
    [[nodiscard]] QString lasting() const
    {
        return m_until.isValid() && m_until <= m_core.options.now() ? QString() : m_fault;
    }

    IssuerCore m_core;
    QString m_said, m_fault;
    QDateTime m_until;
};

}

const QList<IssuerFaultInfo> &issuerFaults()
{
    static const QList<IssuerFaultInfo> all{
        {u"down"_s, tr("nobody can connect to it; who is signed in goes on until the token ends")},
        {u"failing"_s, tr("every answer is 503")},
        {u"slow"_s, tr("every answer takes eight seconds")},
        {u"silent"_s, tr("it does what it is asked, but its answers never arrive: a refresh is lost on the way")},
        {u"clock-ahead"_s, tr("its clock is ten minutes ahead: tokens come from the future")},
        {u"clock-behind"_s, tr("its clock is ten minutes behind: tokens end early or are born expired")},
        {u"rotate-keys"_s, tr("new signing keys: the API server refuses all tokens that are out, a refresh helps"), true},
        {u"end-sessions"_s, tr("all sessions end: no refresh token is good any more, everybody has to sign in again"), true},
    };
    return all;
}

std::optional<Error> IssuerKeys::renew()
{
    QList<SigningKey> made;
    for (const SigningAlgorithm algorithm : {SigningAlgorithm::RS256, SigningAlgorithm::ES256}) {
        const auto key = SigningKey::make(algorithm);
        if (!key)
            return key.error();
        made.append(*key);
    }
    use(made);
    return std::nullopt;
}

void IssuerKeys::use(const QList<SigningKey> &given)
{
    const std::lock_guard lock(m_mutex);
    m_keys = given;
}

QList<SigningKey> IssuerKeys::all() const
{
    const std::lock_guard lock(m_mutex);
    return m_keys;
}

Result<std::shared_ptr<Issuer>> Issuer::make(const IssuerOptions &options)
{
    auto provider = std::make_shared<Provider>(options);
    if (const auto failed = provider->begin())
        return *failed;
    return std::shared_ptr<Issuer>(std::move(provider));
}

const QList<IssuerClient> &Issuer::clients()
{
    static const QStringList back{u"http://127.0.0.1/callback"_s, u"http://[::1]/callback"_s};
    static const QStringList out{u"http://127.0.0.1/callback"_s, u"http://[::1]/callback"_s, u"http://127.0.0.1/signed-out"_s, u"http://[::1]/signed-out"_s};
    static const QList<IssuerClient> all{{u"quarterdeck"_s, u"Quarterdeck"_s, back, out, SigningAlgorithm::RS256},
        {u"canton-tools"_s, u"Canton tools"_s, back, out, SigningAlgorithm::ES256}};
    return all;
}

const IssuerClient *findClient(const QString &id)
{
    const auto found = std::find_if(Issuer::clients().begin(), Issuer::clients().end(), [&id](const IssuerClient &one) { return one.id == id; });
    return found == Issuer::clients().end() ? nullptr : &*found;
}

Response oauthJson(int status, const QJsonObject &body)
{
    Response response;
    response.status = status;
    response.headers = {{"cache-control", "no-store"}, {"pragma", "no-cache"}};
    response.body = json::compact(body);
    return response;
}

Response oauthError(const OAuthError &error)
{
    Response response = oauthJson(error.status, {{u"error"_s, QLatin1StringView(error.code)}, {u"error_description"_s, error.description}});
    if (error.status == 401)
        response.headers.insert("www-authenticate", "Bearer realm=\"demo\", error=\"" + QByteArray(error.code) + '"');
    return response;
}

Response redirectTo(const QByteArray &location)
{
    Response response;
    response.status = 303;
    response.contentType.clear();
    response.headers = {{"location", location}, {"cache-control", "no-store"}, {"referrer-policy", "no-referrer"}};
    return response;
}

Response tooOld()
{
    return pages::message(400, tr("This page has been used"),
        {tr("It was sent before, is older than ten minutes, or belongs to another browser."), tr("Go back to the program you came from and sign in once more.")});
}

IssuerCore::IssuerCore(const IssuerOptions &given)
    : options(given), grants(given.now, given.sessionLifetime), devices(given.now)
{
}

const QHash<QString, IssuerCore::Route> &IssuerCore::routes()
{
    static const QHash<QString, Route> table{
        {u"/"_s, {&IssuerCore::about, "GET, HEAD"}},
        {u"/.well-known/openid-configuration"_s, {&IssuerCore::discovery, "GET, HEAD"}},
        {u"/jwks"_s, {&IssuerCore::keySet, "GET, HEAD"}},
        {u"/style.css"_s, {&IssuerCore::style, "GET, HEAD"}},
        {u"/authorize"_s, {&IssuerCore::authorize, "GET, POST"}},
        {u"/login"_s, {&IssuerCore::login, "POST"}},
        {u"/token"_s, {&IssuerCore::token, "POST"}},
        {u"/revoke"_s, {&IssuerCore::revoke, "POST"}},
        {u"/userinfo"_s, {&IssuerCore::userInfo, "GET, POST"}},
        {u"/device_authorization"_s, {&IssuerCore::deviceAuthorization, "POST"}},
        {u"/device"_s, {&IssuerCore::device, "GET, POST"}},
        {u"/device/decide"_s, {&IssuerCore::deviceDecision, "POST"}},
        {u"/logout"_s, {&IssuerCore::logout, "GET, POST"}},
        {u"/logout/confirm"_s, {&IssuerCore::logoutConfirmed, "POST"}},
    };
    return table;
}

Response IssuerCore::answer(const Request &request)
{
    // A page that has its name resolve to 127.0.0.1 is nobody we know.
    if (request.headers.value("host") != options.url.section(u'/', 2).toUtf8())
        return pages::message(421, tr("Wrong address"), {tr("This is %1.").arg(options.url)});
    const auto route = routes().constFind(request.path);
    if (route == routes().constEnd())
        return pages::message(404, tr("Nothing here"), {tr("The sign-in service of the demo network has no such page.")});
    if (!route->methods.split(',').contains(request.method) && !route->methods.split(',').contains(' ' + request.method)) {
        Response response = oauthJson(405, {{u"error"_s, u"invalid_request"_s}, {u"error_description"_s, u"the method is not allowed here"_s}});
        response.headers.insert("allow", route->methods);
        return response;
    }
    return (this->*route->endpoint)(request);
}

Response IssuerCore::about(const Request &)
{
    return pages::message(200, tr("The demo network's sign-in"),
        {tr("Programs find what they need at /.well-known/openid-configuration. People come here when a program wants to know who they are.")});
}

Response IssuerCore::style(const Request &)
{
    return pages::styleSheet();
}

Response IssuerCore::discovery(const Request &)
{
    const auto at = [this](const char *path) { return QJsonValue(QString(options.url + QLatin1StringView(path))); };
    const auto list = [](const char *words) { return QJsonValue(QJsonArray::fromStringList(QString::fromLatin1(words).split(u' '))); };
    const QJsonObject document{{u"issuer"_s, options.url}, {u"authorization_endpoint"_s, at("/authorize")}, {u"token_endpoint"_s, at("/token")},
        {u"userinfo_endpoint"_s, at("/userinfo")}, {u"jwks_uri"_s, at("/jwks")}, {u"end_session_endpoint"_s, at("/logout")},
        {u"revocation_endpoint"_s, at("/revoke")}, {u"device_authorization_endpoint"_s, at("/device_authorization")},
        {u"scopes_supported"_s, list("openid profile email groups offline_access")}, {u"response_types_supported"_s, list("code")},
        {u"response_modes_supported"_s, list("query")},
        {u"grant_types_supported"_s, list("authorization_code refresh_token urn:ietf:params:oauth:grant-type:device_code")},
        {u"subject_types_supported"_s, list("public")}, {u"id_token_signing_alg_values_supported"_s, list("RS256 ES256")},
        {u"token_endpoint_auth_methods_supported"_s, list("none")}, {u"revocation_endpoint_auth_methods_supported"_s, list("none")},
        {u"code_challenge_methods_supported"_s, list("S256")}, {u"authorization_response_iss_parameter_supported"_s, true},
        {u"prompt_values_supported"_s, list("none login select_account consent")},
        {u"claims_supported"_s, list("iss sub aud exp iat auth_time nonce at_hash sid name preferred_username email email_verified groups")},
        {u"claims_parameter_supported"_s, false}, {u"request_parameter_supported"_s, false}, {u"request_uri_parameter_supported"_s, false}};
    Response response;
    response.headers = {{"cache-control", "no-cache"}};
    response.body = json::compact(document);
    return response;
}

Response IssuerCore::keySet(const Request &)
{
    QJsonArray all;
    for (const SigningKey &key : keys.all())
        all.append(key.jwk());
    Response response;
    response.headers = {{"cache-control", "no-cache"}};
    response.body = json::compact(QJsonObject{{u"keys"_s, all}});
    return response;
}

const IssuerPerson *IssuerCore::person(const QString &user) const
{
    const auto found = std::find_if(options.persons.begin(), options.persons.end(), [&user](const IssuerPerson &one) { return one.user == user; });
    return found == options.persons.end() ? nullptr : &*found;
}

}
