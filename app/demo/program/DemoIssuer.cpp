// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/program/DemoIssuer.h"

#include "app/demo/http/HttpServer.h"
#include "app/demo/issuer/Issuer.h"
#include "app/demo/operator/Faults.h"
#include "app/demo/program/Serve.h"
#include "models/core/Json.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QUuid>

#include <future>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::hours kValidity{24 * 30};
constexpr int kSessionTokens = 32;      // lifetimes of a token in a session: eight hours of a quarter each
const QString kAudience = u"quarterdeck"_s;
const QString kSystem = u"system:"_s;

QString tr(const char *text)
{
    return QCoreApplication::translate("qd::demo::Issuer", text);
}

QList<IssuerPerson> people()
{
    struct About {
        const char *user;
        const char *name;
        const char *role;
        const char *about;
    };
    static const About all[] = {
        {"paula", "Paula Lindqvist", QT_TRANSLATE_NOOP("qd::demo::Issuer", "Platform administrator"),
            QT_TRANSLATE_NOOP("qd::demo::Issuer", "Changes everything of the network, upgrades and restores included.")},
        {"nora", "Nora Okafor", QT_TRANSLATE_NOOP("qd::demo::Issuer", "Node operator"),
            QT_TRANSLATE_NOOP("qd::demo::Issuer", "Runs validators, participants and synchronizers.")},
        {"lea", "Lea Brandt", QT_TRANSLATE_NOOP("qd::demo::Issuer", "Ledger operator"),
            QT_TRANSLATE_NOOP("qd::demo::Issuer", "Keeps parties, users, DARs and applications.")},
        {"vera", "Vera Santos", QT_TRANSLATE_NOOP("qd::demo::Issuer", "Viewer"),
            QT_TRANSLATE_NOOP("qd::demo::Issuer", "Sees everything but secrets, and changes nothing.")},
    };
    QList<IssuerPerson> persons;
    for (const About &one : all) {
        for (const Persona &persona : ServeRig::personas()) {
            if (persona.user == QLatin1StringView(one.user))
                persons.append({persona.user, QString::fromUtf8(one.name), tr(one.role), tr(one.about), persona.groups});
        }
    }
    persons.append({u"nils"_s, u"Nils Berg"_s, tr("Newcomer"), tr("Is known, but nobody has given him a role yet."), {}});
    return persons;
}

class Server : public DemoIssuer {
public:
    std::optional<Error> begin(const Authority &authority, std::chrono::seconds tokenLifetime, bool tls)
    {
        const auto serving = authority.server(u"demo-issuer"_s, {}, kValidity);
        if (!serving)
            return serving.error();
        ServerOptions options;
        options.certificate = serving->certificate;
        options.key = serving->key;
        options.plain = !tls;
        options.maxBody = 64 * 1024;
        options.maxHeader = 32 * 1024;
        options.maxConnections = 256;
        options.admits = [this] { return !m_issuer || m_issuer->reachable(); };
        // Its URL needs the port: until it is made, on the server's thread, requests are asked to come back.
        auto started = HttpServer::start(options, [this](Request &request) { return m_issuer ? m_issuer->handle(request) : notYet(); });
        if (!started)
            return started.error();
        m_server = *started;
        IssuerOptions issuer;
        issuer.url = m_url = QString((tls ? u"https"_s : u"http"_s) + u"://127.0.0.1:"_s + QString::number(m_server->port()));
        issuer.persons = people();
        issuer.tokenLifetime = tokenLifetime;
        issuer.sessionLifetime = kSessionTokens * tokenLifetime;
        issuer.now = [] { return QDateTime::currentDateTimeUtc(); };
        issuer.later = [server = m_server.get()](std::chrono::milliseconds after, std::function<void()> task) {
            server->postAfter(after, std::move(task));
        };
        std::promise<std::optional<Error>> done;
        m_server->post([&] {
            auto made = Issuer::make(issuer);
            if (made)
                m_issuer = *made;
            done.set_value(made ? std::nullopt : std::optional(made.error()));
        });
        return done.get_future().get();
    }

    QString url() const override { return m_url; }

    std::optional<User> userOf(const QByteArray &token) const override
    {
        const auto claims = m_issuer->claimsOf(token, kAudience);
        const QString name = claims ? claims->value("preferred_username"_L1).toString() : QString();
        if (name.isEmpty() || name.startsWith(kSystem))
            return std::nullopt;
        User user{name, claims->value("sub"_L1).toString(), {}, {}};
        for (const QJsonValue &group : claims->value("groups"_L1).toArray()) {
            if (const QString one = group.toString(); !one.isEmpty() && !one.startsWith(kSystem))
                user.groups.append(one);
        }
        user.groups.append(u"system:authenticated"_s);
        user.extra.insert(u"authentication.kubernetes.io/credential-id"_s, {QString(u"JTI="_s + claims->value("jti"_L1).toString())});
        return user;
    }

    void objectChanged(const QString &resource, const QJsonObject &object, bool removed) override
    {
        if (resource != "configmaps"_L1 || json::at(object, u"/metadata/name"_s).toString() != objectName()
            || json::at(object, u"/metadata/namespace"_s).toString() != objectNamespace())
            return;
        const QJsonObject annotations = json::at(object, u"/metadata/annotations"_s).toObject();
        const QString fault = removed ? QString() : annotations.value(QLatin1String(kFaultAnnotation)).toString();
        m_server->post([this, fault] { m_issuer->play(fault); });
    }

    QJsonObject object(const QByteArray &authority) const override
    {
        const QString now = QDateTime::currentDateTimeUtc().toString(u"yyyy-MM-ddTHH:mm:ssZ"_s);
        return {{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"ConfigMap"_s},
            {u"metadata"_s, QJsonObject{{u"name"_s, objectName()}, {u"namespace"_s, objectNamespace()}, {u"creationTimestamp"_s, now},
                {u"uid"_s, QUuid::createUuid().toString(QUuid::WithoutBraces)}}},
            {u"data"_s, QJsonObject{{u"issuer"_s, m_url}, {u"clientId"_s, kAudience}, {u"ca.pem"_s, QString::fromLatin1(authority)}}}};
    }

    QJsonObject profiles(const QString &caFile, const QString &kubeconfig, const QString &context) const override
    {
        QJsonObject signIn{{u"issuer"_s, m_url}, {u"clientId"_s, kAudience},
            {u"scopes"_s, QJsonArray{u"openid"_s, u"profile"_s, u"email"_s, u"groups"_s, u"offline_access"_s}}, {u"bearer"_s, u"idToken"_s},
            {u"roles"_s, QJsonArray{u"/groups"_s}}};
        if (m_url.startsWith("https:"_L1))
            signIn.insert("caFile"_L1, caFile);
        return {{u"schema"_s, 1}, {u"profiles"_s, QJsonArray{QJsonObject{{u"name"_s, u"demo"_s}, {u"kubeconfig"_s, kubeconfig},
                                                    {u"contexts"_s, QJsonArray{context}}, {u"signIn"_s, signIn}}}}};
    }

private:
    static Response notYet()
    {
        Response response;
        response.status = 503;
        response.contentType = "text/plain; charset=utf-8";
        response.headers.insert("retry-after", "1");
        response.body = "the issuer is starting\n";
        return response;
    }

    QString m_url;
    std::shared_ptr<Issuer> m_issuer;       // outlives the server, which asks it
    std::shared_ptr<HttpServer> m_server;
};

}

QString DemoIssuer::objectName()
{
    return u"demo-issuer"_s;
}

QString DemoIssuer::objectNamespace()
{
    return u"kube-system"_s;
}

Result<std::shared_ptr<DemoIssuer>> DemoIssuer::start(const Authority &authority, std::chrono::seconds tokenLifetime, bool tls)
{
    auto server = std::make_shared<Server>();
    if (auto failed = server->begin(authority, tokenLifetime, tls))
        return *failed;
    return std::shared_ptr<DemoIssuer>(std::move(server));
}

}
