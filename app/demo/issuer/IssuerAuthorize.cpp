// SPDX-License-Identifier: GPL-3.0-or-later
// The authorization endpoint and the login page behind it.
#include "app/demo/issuer/IssuerCore.h"

#include "app/demo/issuer/IssuerPages.h"

#include <QCoreApplication>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kFormLifetime = 600;
constexpr qsizetype kMostForms = 1000;
constexpr qsizetype kLongest = 2048;    // of state and nonce
constexpr qsizetype kChallenge = 43;    // base64url(SHA-256)

QString tr(const char *text)
{
    return QCoreApplication::translate("qd::demo::Issuer", text);
}

Response refused(const QString &why)
{
    return pages::message(400, tr("This sign-in cannot begin"), {why, tr("Nothing was sent back to the program; it may be of another version, or not the one it says it is.")});
}

bool isChallenge(const QString &text)
{
    const auto fits = [](QChar c) { return (c.unicode() < 128 && c.isLetterOrNumber()) || c == u'-' || c == u'_'; };
    return text.size() == kChallenge && std::all_of(text.begin(), text.end(), fits);
}

struct Refusal {
    const char *error = nullptr;
    QString why;
};

/// What is wrong with a request whose client and redirect are good, in the order it is told; nothing else is looked at before.
std::optional<Refusal> refusalOf(const Parameters &asked)
{
    if (const QString twice = asked.repeated(); !twice.isEmpty())
        return Refusal{"invalid_request", QString(twice.left(64) + u" is given twice"_s)};
    if (asked.has("request"_L1))
        return Refusal{"request_not_supported", u"request objects are not supported"_s};
    if (asked.has("request_uri"_L1))
        return Refusal{"request_uri_not_supported", u"request_uri is not supported"_s};
    if (asked.value("response_type"_L1) != "code"_L1)
        return Refusal{"unsupported_response_type", u"response_type must be code"_s};
    if (asked.has("response_mode"_L1) && asked.value("response_mode"_L1) != "query"_L1)
        return Refusal{"invalid_request", u"response_mode must be query"_s};
    if (asked.value("state"_L1).isEmpty())
        return Refusal{"invalid_request", u"state is missing"_s};
    if (asked.value("code_challenge"_L1).isEmpty())
        return Refusal{"invalid_request", u"code_challenge is missing: PKCE is required"_s};
    if (asked.value("code_challenge_method"_L1) != "S256"_L1)
        return Refusal{"invalid_request", u"code_challenge_method must be S256"_s};
    if (!isChallenge(asked.value("code_challenge"_L1)))
        return Refusal{"invalid_request", u"code_challenge is no SHA-256 in base64url"_s};
    if (!asked.words("scope"_L1).contains(u"openid"_s))
        return Refusal{"invalid_scope", u"scope must hold openid"_s};
    if (asked.value("nonce"_L1).size() > kLongest)
        return Refusal{"invalid_request", u"nonce is too long"_s};
    const QStringList prompt = asked.words("prompt"_L1);
    if (prompt.contains(u"none"_s) && prompt.size() > 1)
        return Refusal{"invalid_request", u"prompt=none goes with no other"_s};
    return std::nullopt;
}

}

QByteArray IssuerCore::cookieName(const char *what) const
{
    // Cookies know no port: each demo network has names of its own.
    return (secure() ? "__Host-demo-" : "demo-") + QByteArray(what) + '-' + options.url.section(u':', -1).toUtf8();
}

QByteArray IssuerCore::cookie(const char *what, const QByteArray &value, const char *more) const
{
    return cookieName(what) + '=' + value + (secure() ? "; Path=/; Secure" : "; Path=/") + "; HttpOnly; SameSite=" + more;
}

std::optional<BrowserSession> IssuerCore::session(const Request &request)
{
    const QByteArray secret = cookieOf(request, cookieName("session"));
    return secret.isEmpty() ? std::nullopt : grants.session(secret);
}

QString IssuerCore::begin(Interaction interaction, const Request &request, QByteArray &cookie)
{
    pruneTable(m_interactions, now(), kMostForms);
    QByteArray browser = cookieOf(request, cookieName("browser"));
    if (browser.size() != randomText().size()) {
        browser = randomText();
        cookie = this->cookie("browser", browser, "Strict");
    }
    interaction.browser = digestText(browser);
    interaction.until = now() + kFormLifetime;
    const QByteArray secret = randomText();
    m_interactions.insert(digestText(secret), interaction);
    return QString::fromLatin1(secret);
}

std::optional<Interaction> IssuerCore::take(const Request &request, const Parameters &form, Interaction::Kind kind)
{
    pruneTable(m_interactions, now(), kMostForms);
    const QByteArray origin = request.headers.value("origin"), site = request.headers.value("sec-fetch-site");
    if ((!origin.isEmpty() && origin != options.url.toUtf8()) || (!site.isEmpty() && site != "same-origin"))
        return std::nullopt;
    const QByteArray key = digestText(form.value("request"_L1).toUtf8());
    const auto found = m_interactions.constFind(key);
    if (found == m_interactions.constEnd() || found->kind != kind || !form.repeated().isEmpty()
        || !sameSecret(found->browser, digestText(cookieOf(request, cookieName("browser")))))
        return std::nullopt;
    const Interaction taken = *found;
    m_interactions.erase(found);
    return taken;
}

Response IssuerCore::backWith(const Interaction &asked, const char *error, const QString &description) const
{
    return redirectTo(withQuery(asked.redirect, {{u"error"_s, QString::fromLatin1(error)}, {u"error_description"_s, description},
                                                    {u"state"_s, asked.state}, {u"iss"_s, options.url}}));
}

Response IssuerCore::authorize(const Request &request)
{
    const Parameters asked = request.method == "POST" ? Parameters::ofForm(request) : Parameters::ofQuery(request);
    // Until client and redirect are known to belong together, nothing leads away from here.
    const QString twice = asked.repeated();
    if (twice == "client_id"_L1 || twice == "redirect_uri"_L1)
        return refused(tr("The program gave %1 twice.").arg(twice));
    const IssuerClient *client = findClient(asked.value("client_id"_L1));
    if (client == nullptr)
        return refused(tr("No program is registered as \"%1\".").arg(asked.value("client_id"_L1).left(64)));
    Interaction wish;
    wish.client = client->id;
    wish.redirect = asked.value("redirect_uri"_L1);
    if (!isRegistered(wish.redirect, client->redirects))
        return refused(tr("The address to go back to is not registered for %1. Registered: %2, with any port.").arg(client->name, client->redirects.join(u", "_s)));
    wish.state = asked.value("state"_L1);
    if (wish.state.size() > kLongest)
        return refused(tr("The state the program gave is longer than %1 characters.").arg(kLongest));
    if (const auto wrong = refusalOf(asked))
        return backWith(wish, wrong->error, wrong->why);
    wish.scopes = asked.words("scope"_L1);
    wish.nonce = asked.value("nonce"_L1);
    wish.challenge = asked.value("code_challenge"_L1).toLatin1();

    const auto known = session(request);
    if (asked.words("prompt"_L1).contains(u"none"_s)) {
        if (!known)
            return backWith(wish, "login_required", u"nobody is signed in in this browser"_s);
        return codeFor(wish, *known, {});
    }
    QByteArray cookie;
    const bool anew = asked.words("prompt"_L1).contains(u"login"_s);
    pages::Choice choice{u"/login"_s, begin(wish, request, cookie), client->name, {}, asked.value("login_hint"_L1)};
    choice.lead = tr("%1 wants to know who you are. Choose one; you go back to it on this machine (%2).").arg(client->name, originOf(wish.redirect));
    choice.signedIn = known && !anew && choice.marked.isEmpty();
    if (choice.signedIn)
        choice.marked = known->user;
    choice.formTarget = originOf(wish.redirect);
    Response response = pages::choose(choice, options.persons);
    if (!cookie.isEmpty())
        response.headers.insert("set-cookie", cookie);
    return response;
}

Response IssuerCore::login(const Request &request)
{
    const Parameters form = Parameters::ofForm(request);
    const auto asked = take(request, form, Interaction::Kind::SignIn);
    if (!asked)
        return tooOld();
    if (form.value("decision"_L1) == "cancel"_L1)
        return backWith(*asked, "access_denied", u"the person did not sign in"_s);
    const IssuerPerson *who = person(form.value("persona"_L1));
    if (who == nullptr)
        return backWith(*asked, "access_denied", u"there is no such person"_s);
    // The one who was signed in here leaves only this browser; what programs hold goes on, as elsewhere.
    const auto known = session(request);
    if (known && known->user == who->user)
        return codeFor(*asked, *known, {});
    const auto [secret, begun] = grants.beginSession(who->user);
    return codeFor(*asked, begun, secret);
}

Response IssuerCore::codeFor(const Interaction &asked, const BrowserSession &session, const QByteArray &secret)
{
    const Granted granted{asked.client, session.user, asked.scopes, asked.nonce, session.authTime, session.sid};
    const QByteArray code = grants.code(granted, asked.redirect, asked.challenge);
    Response response = redirectTo(withQuery(asked.redirect, {{u"code"_s, QString::fromLatin1(code)}, {u"state"_s, asked.state}, {u"iss"_s, options.url}}));
    if (!secret.isEmpty())
        response.headers.insert("set-cookie", cookie("session", secret, "Lax"));
    return response;
}

}
