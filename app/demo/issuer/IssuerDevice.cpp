// SPDX-License-Identifier: GPL-3.0-or-later
// The device grant (RFC 8628): the program's side, and the page where a person decides.
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

}

Response IssuerCore::deviceAuthorization(const Request &request)
{
    const Parameters form = Parameters::ofForm(request);
    const auto known = clientOf(request, form);
    if (const auto *refused = std::get_if<Response>(&known))
        return *refused;
    const QStringList scopes = form.words("scope"_L1);
    if (!scopes.contains(u"openid"_s))
        return oauthError({"invalid_scope", u"scope must hold openid"_s});
    const Devices::Begun begun = devices.begin(std::get<IssuerClient>(known).id, scopes);
    const QString page = QString(options.url + u"/device"_s);
    return oauthJson(200, {{u"device_code"_s, QString::fromLatin1(begun.deviceCode)}, {u"user_code"_s, begun.userCode}, {u"verification_uri"_s, page},
                              {u"verification_uri_complete"_s, QString(page + u"?user_code="_s + begun.userCode)},
                              {u"expires_in"_s, Devices::kLifetime}, {u"interval"_s, Devices::kInterval}});
}

/// GET: the field for the code, filled in when the address has it; POST: on to the question who signs in, if somebody waits with it.
Response IssuerCore::device(const Request &request)
{
    QByteArray cookie;
    Response response;
    if (request.method == "GET") {
        const QString given = Parameters::ofQuery(request).value("user_code"_L1).left(16);
        response = pages::askUserCode(begin({Interaction::Kind::UserCode}, request, cookie), given, false);
    } else {
        const Parameters form = Parameters::ofForm(request);
        if (!take(request, form, Interaction::Kind::UserCode))
            return tooOld();
        const QString typed = form.value("user_code"_L1).left(16);
        const auto wish = devices.find(typed);
        const IssuerClient *client = wish ? findClient(wish->client) : nullptr;
        if (client == nullptr) {
            response = pages::askUserCode(begin({Interaction::Kind::UserCode}, request, cookie), typed, true);
        } else {
            Interaction next{Interaction::Kind::Device};
            next.client = client->id;
            next.device = wish->deviceDigest;
            pages::Choice choice{u"/device/decide"_s, begin(next, request, cookie), client->name, {}, {}};
            choice.lead = tr("%1 waits with the code %2. Only go on if that is the one you see there, on a device of yours.").arg(client->name, typed.toUpper());
            response = pages::choose(choice, options.persons);
        }
    }
    if (!cookie.isEmpty())
        response.headers.insert("set-cookie", cookie);
    return response;
}

Response IssuerCore::deviceDecision(const Request &request)
{
    const Parameters form = Parameters::ofForm(request);
    const auto asked = take(request, form, Interaction::Kind::Device);
    if (!asked)
        return tooOld();
    const IssuerPerson *who = person(form.value("persona"_L1));
    if (who == nullptr) {
        devices.deny(asked->device);
        return pages::message(200, tr("Not signed in"), {tr("The device was told. You can close this page.")});
    }
    devices.allow(asked->device, who->user, QString::fromLatin1(randomText(16)), now());
    return pages::message(200, tr("Signed in as %1").arg(who->name), {tr("Go back to the device; it goes on within seconds. You can close this page.")});
}

}
