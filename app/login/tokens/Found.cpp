// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/tokens/Found.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QJsonArray>
#include <QUrl>

namespace qd::login {

using namespace Qt::StringLiterals;

namespace {

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(Found)
};

/// --flag=value and --flag value.
QStringList flag(const QStringList &arguments, const QString &name)
{
    QStringList out;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        if (arguments.at(i) == name && i + 1 < arguments.size())
            out.append(arguments.at(++i));
        else if (arguments.at(i).startsWith(QString(name + u'=')))
            out.append(arguments.at(i).mid(name.size() + 1));
    }
    return out;
}

QString last(const QStringList &values)
{
    return values.isEmpty() ? QString() : values.last();
}

bool isKubelogin(const QString &command, const QStringList &arguments)
{
    const QString program = QFileInfo(command).fileName();
    if (program == "kubectl"_L1)
        return arguments.value(0) == "oidc-login"_L1 && arguments.value(1) == "get-token"_L1;
    return (program == "kubelogin"_L1 || program == "kubectl-oidc_login"_L1) && arguments.value(0) == "get-token"_L1;
}

/// Registered for kubelogin: http://localhost:8000, or 18000 when that is taken.
void asKubelogin(ports::SignInSettings &settings)
{
    settings.localhostName = true;
    settings.redirectPath.clear();
    settings.redirectPorts = {8000, 18000};
}

void takeRedirect(const QString &text, ports::SignInSettings &settings)
{
    const QUrl url(text, QUrl::StrictMode);
    if (!url.isValid() || url.scheme() != "http"_L1)
        return;
    settings.localhostName = url.host() == "localhost"_L1;
    settings.redirectPath = url.path(QUrl::FullyEncoded);
    if (url.port() > 0)
        settings.redirectPorts = {quint16(url.port())};
}

QString secretProblem()
{
    return Tr::tr("It is registered with a client secret, which a program on a desktop cannot keep. Register a public client with PKCE.");
}

}

std::optional<FoundSignIn> fromExec(const QString &command, const QStringList &arguments)
{
    if (!isKubelogin(command, arguments))
        return std::nullopt;
    FoundSignIn out;
    out.settings.issuer = last(flag(arguments, u"--oidc-issuer-url"_s));
    out.settings.clientId = last(flag(arguments, u"--oidc-client-id"_s));
    if (out.settings.issuer.isEmpty() || out.settings.clientId.isEmpty())
        return std::nullopt;
    asKubelogin(out.settings);
    out.settings.scopes = {u"openid"_s};
    for (const QString &scopes : flag(arguments, u"--oidc-extra-scope"_s))
        out.settings.scopes += scopes.split(u',', Qt::SkipEmptyParts);
    out.settings.caFile = last(flag(arguments, u"--certificate-authority"_s));
    out.caPem = QByteArray::fromBase64(last(flag(arguments, u"--certificate-authority-data"_s)).toLatin1());
    QList<quint16> ports;
    for (const QString &addresses : flag(arguments, u"--listen-address"_s)) {
        for (const QString &address : addresses.split(u',', Qt::SkipEmptyParts)) {
            const uint port = address.section(u':', -1).toUInt();
            if (port > 0 && port < 65536)
                ports.append(quint16(port));
        }
    }
    if (!ports.isEmpty())
        out.settings.redirectPorts = ports;
    takeRedirect(last(flag(arguments, u"--oidc-redirect-url"_s)), out.settings);
    if (flag(arguments, u"--oidc-use-access-token"_s).contains(u"true"_s) || arguments.contains(u"--oidc-use-access-token"_s))
        out.settings.bearer = ports::BearerToken::AccessToken;
    if (!last(flag(arguments, u"--oidc-client-secret"_s)).isEmpty())
        out.problem = secretProblem();
    return out;
}

std::optional<FoundSignIn> fromAuthProvider(const QJsonObject &authProvider)
{
    const QJsonObject config = authProvider.value("config"_L1).toObject();
    FoundSignIn out;
    out.settings.issuer = config.value("idp-issuer-url"_L1).toString();
    out.settings.clientId = config.value("client-id"_L1).toString();
    if (authProvider.value("name"_L1).toString() != "oidc"_L1 || out.settings.issuer.isEmpty() || out.settings.clientId.isEmpty())
        return std::nullopt;
    asKubelogin(out.settings);
    out.settings.scopes = QStringList{u"openid"_s} + config.value("extra-scopes"_L1).toString().split(u',', Qt::SkipEmptyParts);
    out.settings.caFile = config.value("idp-certificate-authority"_L1).toString();
    out.caPem = QByteArray::fromBase64(config.value("idp-certificate-authority-data"_L1).toString().toLatin1());
    if (!config.value("client-secret"_L1).toString().isEmpty())
        out.problem = secretProblem();
    return out;
}

std::optional<FoundSignIn> fromArgoSettings(const QJsonObject &settings, const QString &server)
{
    FoundSignIn out;
    const QJsonObject oidc = settings.value("oidcConfig"_L1).toObject();
    if (!oidc.isEmpty()) {
        out.settings.issuer = oidc.value("issuer"_L1).toString();
        out.settings.clientId = oidc.value("cliClientID"_L1).toString();
        if (out.settings.clientId.isEmpty())
            out.settings.clientId = oidc.value("clientID"_L1).toString();
        const QJsonArray scopes = oidc.value("scopes"_L1).toArray();
        for (const QJsonValue &scope : scopes)
            out.settings.scopes.append(scope.toString());
    } else if (!settings.value("dexConfig"_L1).toObject().value("connectors"_L1).toArray().isEmpty() && !server.isEmpty()) {
        QString at = server;
        while (at.endsWith(u'/'))
            at.chop(1);
        out.settings.issuer = QString(at + u"/api/dex"_s);
        out.settings.clientId = u"argo-cd-cli"_s;
        out.settings.scopes = {u"openid"_s, u"profile"_s, u"email"_s, u"groups"_s, u"offline_access"_s};
    }
    if (out.settings.issuer.isEmpty() || out.settings.clientId.isEmpty())
        return std::nullopt;
    // Registered for its command line: http://localhost:8085/auth/callback.
    out.settings.localhostName = true;
    out.settings.redirectPorts = {8085};
    out.settings.redirectPath = u"/auth/callback"_s;
    return out;
}

}
