// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/program/Serve.h"

#include "app/demo/api/Api.h"
#include "app/demo/http/HttpServer.h"
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
        if (auto failed = makeApi(options.audit ? m_folder->file(u"audit.log"_s) : QString(), options.backdated))
            return failed;
        scheduleCompaction();
        scheduleTrim();
        return writeKubeconfig();
    }

    QString url() const override { return u"https://127.0.0.1:%1"_s.arg(m_server->port()); }
    QString kubeconfig() const override { return m_folder->file(u"kubeconfig"_s); }

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

    std::optional<Error> makeApi(const QString &auditFile, bool backdated)
    {
        std::optional<Error> failed;
        onServerThread([&] {
            ApiOptions options;
            options.auditFile = auditFile;
            options.backdated = backdated;
            options.now = [] { return QDateTime::currentDateTimeUtc(); };
            options.later = [server = m_server.get()](std::chrono::milliseconds after, std::function<void()> task) {
                server->postAfter(after, std::move(task));
            };
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

    Result<QByteArray> kubeconfigOf(const QList<Persona> &people) const
    {
        const auto text = [](const QByteArray &pem) { return QString::fromLatin1(pem.toBase64()); };
        QJsonArray users, contexts;
        for (const Persona &persona : people) {
            const auto pair = m_authority.client(persona.user, persona.groups, kValidity);
            if (!pair)
                return pair.error();
            users.append(QJsonObject{{u"name"_s, persona.context},
                {u"user"_s, QJsonObject{{u"client-certificate-data"_s, text(pair->certificate)}, {u"client-key-data"_s, text(pair->key)}}}});
            contexts.append(QJsonObject{{u"name"_s, persona.context},
                {u"context"_s, QJsonObject{{u"cluster"_s, kCluster}, {u"user"_s, persona.context}}}});
        }
        const QJsonObject cluster{{u"server"_s, url()}, {u"certificate-authority-data"_s, text(m_authority.certificate())}};
        const QJsonObject config{{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Config"_s}, {u"current-context"_s, people.first().context},
            {u"clusters"_s, QJsonArray{QJsonObject{{u"name"_s, kCluster}, {u"cluster"_s, cluster}}}}, {u"contexts"_s, contexts},
            {u"users"_s, users}};
        return yaml::makeYamlCodec()->emitText(config);
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
