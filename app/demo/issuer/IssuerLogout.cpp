// SPDX-License-Identifier: GPL-3.0-or-later
// RP-initiated logout: a program leads the browser here to end the session everywhere.
#include "app/demo/issuer/IssuerCore.h"

#include "app/demo/issuer/IssuerPages.h"

#include <QCoreApplication>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("qd::demo::Issuer", text);
}

Response refused(const QString &why)
{
    return pages::message(400, tr("This sign-out cannot begin"), {why});
}

}

/// With an ID token of ours as id_token_hint, expired or not, its session ends at once; else the person is asked first.
Response IssuerCore::logout(const Request &request)
{
    const Parameters asked = request.method == "POST" ? Parameters::ofForm(request) : Parameters::ofQuery(request);
    if (const QString twice = asked.repeated(); !twice.isEmpty())
        return refused(tr("The program gave %1 twice.").arg(twice.left(64)));
    const auto hint = openToken(asked.value("id_token_hint"_L1).toUtf8(), u"JWT"_s, keys.all());
    const QString audience = hint ? hint->value("aud"_L1).toString() : QString();
    const QString named = asked.value("client_id"_L1);
    if (hint && !named.isEmpty() && named != audience)
        return refused(tr("The token belongs to another program than \"%1\".").arg(named.left(64)));
    const IssuerClient *client = findClient(hint ? audience : named);
    Interaction wish{Interaction::Kind::SignOut};
    wish.client = client != nullptr ? client->id : QString();
    wish.redirect = asked.value("post_logout_redirect_uri"_L1);
    wish.state = asked.value("state"_L1).left(2048);
    if (!wish.redirect.isEmpty() && (client == nullptr || !isRegistered(wish.redirect, client->postLogoutRedirects)))
        return refused(tr("The address to go back to is not registered for this program."));
    if (hint) {
        wish.sid = hint->value("sid"_L1).toString();
        return signedOut(wish);
    }
    if (const auto known = session(request))
        wish.sid = known->sid;
    if (wish.sid.isEmpty())
        return signedOut(wish);   // nobody is signed in here: there is nothing to ask
    QByteArray cookie;
    Response response = pages::askSignOut(begin(wish, request, cookie), client != nullptr ? client->name : QString(),
        wish.redirect.isEmpty() ? QString() : originOf(wish.redirect));
    if (!cookie.isEmpty())
        response.headers.insert("set-cookie", cookie);
    return response;
}

Response IssuerCore::logoutConfirmed(const Request &request)
{
    const Parameters form = Parameters::ofForm(request);
    const auto asked = take(request, form, Interaction::Kind::SignOut);
    if (!asked)
        return tooOld();
    if (form.value("decision"_L1) != "yes"_L1)
        return pages::message(200, tr("Still signed in"), {tr("Nothing was changed. You can close this page.")});
    return signedOut(*asked);
}

Response IssuerCore::signedOut(const Interaction &asked)
{
    if (!asked.sid.isEmpty())
        grants.endSession(asked.sid);
    Response response = asked.redirect.isEmpty()
        ? pages::message(200, tr("Signed out"), {tr("Your session has ended. You can close this page.")})
        : redirectTo(withQuery(asked.redirect, {{u"state"_s, asked.state}}));
    response.headers.insert("set-cookie", cookie("session", {}, "Lax; Max-Age=0"));
    return response;
}

}
