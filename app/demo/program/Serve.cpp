// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/program/Serve.h"

#include "app/demo/api/Api.h"
#include "app/demo/http/HttpServer.h"
#include "app/demo/program/DemoIssuer.h"
#include "app/demo/program/StateFolder.h"
#include "app/yaml/Yaml.h"

#include <QJsonArray>
#include <QJsonObject>

#include <future>

#include <malloc.h>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::hours kValidity{24 * 30};
constexpr std::chrono::minutes kCompaction{5};
constexpr std::chrono::seconds kTrim{20};
const QString kCluster = u"demo"_s;

class Rig : public ServeRig {
public:
    Rig(std::shared_ptr<StateFolder> folder, Authority authority) : m_folder(std::move(folder)), m_authority(std::move(authority)) { }

    std::optional<Error> begin(const ServeOptions &options)
    {
        const auto serving = m_authority.server(u"kube-apiserver"_s, {u"kubernetes"_s, u"kubernetes.default.svc"_s}, kValidity);
        const auto toKubelet = m_authority.client(u"kube-apiserver-kubelet-client"_s, {u"system:masters"_s}, kValidity);
        if (!serving || !toKubelet)
            return (serving ? toKubelet : serving).error();
        ServerOptions server;
        server.port = options.port;
        server.certificate = serving->certificate;
        server.key = serving->key;
        server.clientAuthority = m_authority.certificate();
        server.backendCertificate = toKubelet->certificate;
        server.backendKey = toKubelet->key;
        server.backendAuthority = m_authority.certificate();
        // The API lives on the server's thread from its first moment on; until it is there, requests are asked to come back.
        auto started = HttpServer::start(server, [this](Request &request) { return m_api ? m_api->handle(request) : notYet(); });
        if (!started)
            return started.error();
        m_server = *started;
        if (options.issuer) {
            auto issuer = DemoIssuer::start(m_authority, options.tokenLifetime, options.issuerTls);
            if (!issuer)
                return issuer.error();
            m_issuer = *issuer;
        }
        if (auto failed = makeApi(options.audit ? m_folder->file(u"audit.log"_s) : QString(), options.unaudited, options.backdated))
            return failed;
        if (auto failed = m_issuer ? writeSignIn() : std::nullopt)
            return failed;
        scheduleCompaction();
        scheduleTrim();
        return writeKubeconfig();
    }

    QString url() const override { return u"https://127.0.0.1:%1"_s.arg(m_server->port()); }
    QString kubeconfig() const override { return m_folder->file(u"kubeconfig"_s); }

    QString issuer() const override { return m_issuer ? m_issuer->url() : QString(); }
    QString profiles() const override { return m_issuer ? m_folder->file(u"profiles.yaml"_s) : QString(); }

    QByteArray authority() const override { return m_authority.certificate(); }

    Result<KeyPair> clientPair(const Persona &persona) const override { return m_authority.client(persona.user, persona.groups, kValidity); }

    Result<QByteArray> kubeconfigFor(const Persona &persona) const override { return kubeconfigOf({persona}); }

    Result<KubeletOptions> kubeletOptions() const override
    {
        const auto serving = m_authority.server(u"kubelet"_s, {}, kValidity);
        if (!serving)
            return serving.error();
        return KubeletOptions{0, serving->certificate, serving->key, m_authority.certificate()};
    }

    void onServerThread(const std::function<void()> &task) const override
    {
        std::promise<void> done;
        m_server->post([&] {
            task();
            done.set_value();
        });
        done.get_future().wait();
    }

    void compact() override
    {
        onServerThread([this] { m_api->compact(); });
    }

    qint64 objects() const override
    {
        qint64 count = 0;
        onServerThread([&] { count = m_api->objects(); });
        return count;
    }

    QList<Kept> family(const QString &resource, const QString &ns, const QString &name) const override
    {
        QList<Kept> found;
        onServerThread([&] { found = m_api->family(resource, ns, name); });
        return found;
    }

    void restore(const QList<Kept> &objects) override
    {
        onServerThread([&] { m_api->restore(objects); });
    }

    int connections() const override { return m_server->connections(); }

private:
    static Response notYet()
    {
        Response response;
        response.status = 503;
        response.contentType = "text/plain; charset=utf-8";
        response.headers.insert("retry-after", "1");
        response.body = "the server is starting\n";
        return response;
    }

    std::optional<Error> makeApi(const QString &auditFile, const QStringList &unaudited, bool backdated)
    {
        std::optional<Error> failed;
        onServerThread([&] {
            ApiOptions options;
            options.auditFile = auditFile;
            options.unaudited = unaudited;
            options.backdated = backdated;
            options.now = [] { return QDateTime::currentDateTimeUtc(); };
            options.later = [server = m_server.get()](std::chrono::milliseconds after, std::function<void()> task) {
                server->postAfter(after, std::move(task));
            };
            if (m_issuer) {
                options.bearer = [issuer = m_issuer](const QByteArray &token) { return issuer->userOf(token); };
                options.changed = [issuer = m_issuer](const QString &resource, const QJsonObject &object, bool removed) {
                    issuer->objectChanged(resource, object, removed);
                };
            }
            auto api = Api::make(options);
            if (api)
                m_api = *api;
            else
                failed = api.error();
        });
        return failed;
    }

    /// Objects of all sizes come and go all day, crowds of watches with them: now and then the pages of their holes go back
    /// to the system, or the process grows by them.
    void scheduleTrim()
    {
        m_server->postAfter(kTrim, [this] {
            malloc_trim(0);
            scheduleTrim();
        });
    }

    void scheduleCompaction()
    {
        m_server->postAfter(kCompaction, [this] {
            m_api->tidy();
            scheduleCompaction();
        });
    }

    /// What the console signs in with: a kubeconfig that says nothing of who one is, the authority, and the profile that names both.
    /// The object the chaos command finds the issuer by comes into the store.
    std::optional<Error> writeSignIn()
    {
        restore({{u"configmaps"_s, m_issuer->object(m_authority.certificate())}});
        const QJsonObject config = kubeconfigWith({QJsonObject{{u"name"_s, u"signed-in"_s}, {u"user"_s, QJsonObject()}}},
            {QJsonObject{{u"name"_s, kCluster}, {u"context"_s, QJsonObject{{u"cluster"_s, kCluster}, {u"user"_s, u"signed-in"_s}}}}}, kCluster);
        const auto codec = yaml::makeYamlCodec();
        if (auto failed = m_folder->write(u"ca.pem"_s, m_authority.certificate(), true))
            return failed;
        if (auto failed = m_folder->write(u"sign-in.kubeconfig"_s, codec->emitText(config), true))
            return failed;
        return m_folder->write(u"profiles.yaml"_s, codec->emitText(m_issuer->profiles(u"ca.pem"_s, u"sign-in.kubeconfig"_s, kCluster)), true);
    }

    static QString encoded(const QByteArray &pem) { return QString::fromLatin1(pem.toBase64()); }

    QJsonObject kubeconfigWith(const QJsonArray &users, const QJsonArray &contexts, const QString &current) const
    {
        const QJsonObject cluster{{u"server"_s, url()}, {u"certificate-authority-data"_s, encoded(m_authority.certificate())}};
        return {{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Config"_s}, {u"current-context"_s, current},
            {u"clusters"_s, QJsonArray{QJsonObject{{u"name"_s, kCluster}, {u"cluster"_s, cluster}}}}, {u"contexts"_s, contexts}, {u"users"_s, users}};
    }

    Result<QByteArray> kubeconfigOf(const QList<Persona> &people) const
    {
        QJsonArray users, contexts;
        for (const Persona &persona : people) {
            const auto pair = m_authority.client(persona.user, persona.groups, kValidity);
            if (!pair)
                return pair.error();
            users.append(QJsonObject{{u"name"_s, persona.context},
                {u"user"_s, QJsonObject{{u"client-certificate-data"_s, encoded(pair->certificate)}, {u"client-key-data"_s, encoded(pair->key)}}}});
            contexts.append(QJsonObject{{u"name"_s, persona.context},
                {u"context"_s, QJsonObject{{u"cluster"_s, kCluster}, {u"user"_s, persona.context}}}});
        }
        return yaml::makeYamlCodec()->emitText(kubeconfigWith(users, contexts, people.first().context));
    }

    std::optional<Error> writeKubeconfig()
    {
        const auto bytes = kubeconfigOf(personas());
        if (!bytes)
            return bytes.error();
        return m_folder->write(u"kubeconfig"_s, *bytes, true);
    }

    std::shared_ptr<StateFolder> m_folder;
    Authority m_authority;
    std::shared_ptr<DemoIssuer> m_issuer;
    std::shared_ptr<Api> m_api;             // outlives the server, whose streams read from it
    std::shared_ptr<HttpServer> m_server;
};

}

const QList<Persona> &ServeRig::personas()
{
    // The first one is the current context: who tries the demo wants to change things.
    static const QList<Persona> all{{u"platform-admin"_s, u"paula"_s, {u"qd:platform-admin"_s}},
        {u"node-operator"_s, u"nora"_s, {u"qd:node-operator"_s}}, {u"ledger-operator"_s, u"lea"_s, {u"qd:ledger-operator"_s}},
        {u"viewer"_s, u"vera"_s, {u"qd:viewer"_s}}, {u"admin"_s, u"admin"_s, {u"system:masters"_s}}};
    return all;
}

Result<std::shared_ptr<ServeRig>> ServeRig::start(const ServeOptions &options)
{
    auto folder = StateFolder::open(options.dir);
    if (!folder)
        return folder.error();
    auto authority = Authority::make(u"quarterdeck-demo-ca"_s);
    if (!authority)
        return authority.error();
    auto rig = std::make_shared<Rig>(*folder, *authority);
    if (auto failed = rig->begin(options))
        return *failed;
    return std::shared_ptr<ServeRig>(std::move(rig));
}

}
