// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/node/Kubelet.h"

#include "app/demo/http/HttpServer.h"
#include "app/demo/node/LogBook.h"
#include "app/demo/node/PodHttp.h"
#include "app/demo/node/PodServers.h"
#include "app/demo/node/PortForward.h"

#include <atomic>
#include <future>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

const QByteArray kChannels = "v4.channel.k8s.io";
const QByteArray kTunnel = "SPDY/3.1+portforward.k8s.io";
const QByteArray kForward = "portforward.k8s.io";
const QByteArray kPodStream = "quarterdeck-pod-stream";
constexpr qsizetype kMaxPorts = 127;                     // a channel is one byte, and a port has two
constexpr qint64 kMaxMessage = 4 * 1024 * 1024;

QList<QByteArray> listOf(const Request &request, const QByteArray &header)
{
    QList<QByteArray> values;
    for (const QByteArray &value : request.headers.value(header).split(',')) {
        if (const QByteArray text = value.trimmed(); !text.isEmpty())
            values.append(text);
    }
    return values;
}

bool upgradesTo(const Request &request, const QByteArray &protocol)
{
    return request.headers.value("connection").toLower().contains("upgrade")
        && request.headers.value("upgrade").toLower().contains(protocol);
}

/// The ports of a WebSocket request: `port` from an API server, `ports` from a client. Otherwise why not.
std::optional<Response> readPorts(const Request &request, QList<quint16> &ports)
{
    QStringList given = request.query.allQueryItemValues(u"port"_s, QUrl::FullyDecoded);
    given += request.query.allQueryItemValues(u"ports"_s, QUrl::FullyDecoded);
    if (given.isEmpty())
        return plainText(400, u"query parameter \"port\" is required"_s);
    for (const QString &value : given) {
        if (value.isEmpty())
            return plainText(400, u"query parameter \"port\" cannot be empty"_s);
        for (const QString &text : value.split(u',')) {
            bool number = false;
            const quint16 port = text.toUShort(&number);
            if (!number)
                return plainText(400, u"unable to parse \""_s + value + u"\" as a port"_s);
            if (port == 0)
                return plainText(400, u"port \""_s + value + u"\" must be > 0"_s);
            ports.append(port);
        }
    }
    if (ports.size() > kMaxPorts)
        return plainText(400, u"at most "_s + QString::number(kMaxPorts) + u" ports at once"_s);
    return std::nullopt;
}

Response forbidden()
{
    Response response;
    response.status = 403;
    response.contentType.clear();
    return response;
}

/// What the server's thread needs; kept by the server's handler.
class Node : public std::enable_shared_from_this<Node> {
public:
    Response answer(const Request &request)
    {
        const QStringList parts = request.path.split(u'/', Qt::SkipEmptyParts);
        if (parts == QStringList{u"healthz"_s})
            return healthy();
        const QString what = parts.value(0);
        if (what == "containerLogs"_L1 && parts.size() == 4)
            return logs(request, parts);
        if (what == "portForward"_L1 && (parts.size() == 3 || parts.size() == 4))   // the fourth is the pod's uid
            return forward(request, parts.at(1), parts.at(2));
        if (what == "podConnect"_L1 && parts.size() == 4)
            return connect(request, parts);
        return plainText(404, u"404 page not found\n"_s);
    }

    void post(std::function<void()> task)
    {
        if (HttpServer *at = server.load())
            at->post(std::move(task));
    }

    /// On the server's thread: nothing is forwarded any more.
    void endSessions()
    {
        m_ending = true;
        std::exchange(m_sessions, {}).clear();
    }

    std::atomic<HttpServer *> server{nullptr};
    std::shared_ptr<PodServers> servers;                 // set before the server runs
    LogBook book{[this](std::function<void()> task) { post(std::move(task)); }};

    void setPort(const QString &ns, const QString &pod, quint16 podPort, quint16 localPort)
    {
        const std::lock_guard lock(m_mutex);
        m_ports[{ns, pod}][podPort] = localPort;
    }

    void forget(const QString &ns, const QString &pod)
    {
        const std::lock_guard lock(m_mutex);
        m_ports.erase({ns, pod});
    }

private:
    using PodName = std::pair<QString, QString>;

    static Response healthy()
    {
        Response response;
        response.contentType = "text/plain; charset=utf-8";
        response.body = "ok";
        return response;
    }

    Response logs(const Request &request, const QStringList &parts)
    {
        if (request.method != "GET")
            return plainText(405, u"Method Not Allowed"_s);
        LogQuery query;
        if (auto refusal = readLogQuery(request, query))
            return *refusal;
        return book.open(parts.at(1), parts.at(2), parts.at(3), query);
    }

    Response forward(const Request &request, const QString &ns, const QString &pod)
    {
        if (request.method != "GET" && request.method != "POST")
            return plainText(405, u"Method Not Allowed"_s);
        if (!book.knows(ns, pod))
            return plainText(404, u"pod does not exist"_s);
        if (upgradesTo(request, "websocket"))
            return messages(request, ns, pod);
        if (upgradesTo(request, "spdy/3.1"))
            return spdy(request, ns, pod);
        return plainText(400, u"unable to upgrade: missing upgrade headers in request: an Upgrade to websocket or SPDY/3.1 is needed\n"_s);
    }

    Response messages(const Request &request, const QString &ns, const QString &pod)
    {
        const QList<QByteArray> offered = listOf(request, "sec-websocket-protocol");
        const bool tunnel = offered.contains(kTunnel);
        if (!tunnel && !offered.isEmpty() && !offered.contains(kChannels))
            return forbidden();
        QList<quint16> ports;
        if (!tunnel) {
            if (auto refusal = readPorts(request, ports))
                return *refusal;
        }
        WebSocketAccept accept;
        accept.subprotocol = tunnel ? kTunnel : offered.isEmpty() ? QByteArray() : kChannels;
        accept.maxMessage = kMaxMessage;
        accept.handler = [weak = weak_from_this(), ns, pod, ports, tunnel](std::shared_ptr<WebSocket> socket) {
            const auto node = weak.lock();
            if (!node)
                return;
            node->keep(tunnel ? spdyForward(node->host(ns, pod), streamOver(std::move(socket)))
                              : channelForward(node->host(ns, pod), ports, std::move(socket)));
        };
        Response response;
        response.webSocket = accept;
        return response;
    }

    Response spdy(const Request &request, const QString &ns, const QString &pod)
    {
        const QList<QByteArray> offered = listOf(request, "x-stream-protocol-version");
        if (offered.isEmpty())
            return plainText(400, u"unable to upgrade: X-Stream-Protocol-Version is required\n"_s);
        if (!offered.contains(kForward)) {
            Response refusal = plainText(403, u"unable to upgrade: unable to negotiate protocol: client supports ["_s
                    + QString::fromUtf8(offered.join(' ')) + u"], server accepts ["_s + QString::fromUtf8(kForward) + u"]\n"_s);
            refusal.headers.insert("X-Accepted-Stream-Protocol-Versions", kForward);
            return refusal;
        }
        Response response;
        response.status = 101;
        response.headers = {{"Upgrade", "SPDY/3.1"}, {"X-Stream-Protocol-Version", kForward}};
        response.upgraded = [weak = weak_from_this(), ns, pod](std::shared_ptr<RawStream> stream) {
            if (const auto node = weak.lock())
                node->keep(spdyForward(node->host(ns, pod), std::move(stream)));
        };
        return response;
    }

    /// A connection to a pod's port, for the API server's proxies.
    Response connect(const Request &request, const QStringList &parts)
    {
        bool number = false;
        const quint16 port = parts.at(3).toUShort(&number);
        if (!number || !upgradesTo(request, kPodStream))
            return plainText(400, u"a port and an upgrade to "_s + QString::fromLatin1(kPodStream) + u" are needed\n"_s);
        Response response;
        response.status = 101;
        response.headers = {{"Upgrade", kPodStream}};
        response.upgraded = [weak = weak_from_this(), pod = PodName{parts.at(1), parts.at(2)}, port](std::shared_ptr<RawStream> client) {
            const auto node = weak.lock();
            if (!node)
                return;
            node->dial(pod, port, [client](std::shared_ptr<RawStream> stream, const QString &why) {
                const QByteArray line = stream ? QByteArray("connected\n") : QByteArray(why.toUtf8() + '\n');
                client->write(line, [client, stream](bool ok) {
                    if (ok && stream)
                        copyBoth(client, stream);
                    else
                        client->close();
                });
            });
        };
        return response;
    }

    ForwardHost host(const QString &ns, const QString &pod)
    {
        ForwardHost host;
        host.pod = pod;
        host.dial = [weak = weak_from_this(), ns, pod](quint16 port, auto handler) {
            if (const auto node = weak.lock())
                node->dial({ns, pod}, port, std::move(handler));
        };
        host.after = [weak = weak_from_this()](std::chrono::milliseconds after, std::function<void()> task) {
            const auto node = weak.lock();
            if (HttpServer *at = node ? node->server.load() : nullptr)
                at->postAfter(after, std::move(task));
        };
        return host;
    }

    void dial(const PodName &pod, quint16 podPort, std::function<void(std::shared_ptr<RawStream>, const QString &)> handler)
    {
        quint16 port = 0;
        {
            const std::lock_guard lock(m_mutex);
            const auto ports = m_ports.find(pod);
            if (ports != m_ports.end()) {
                const auto found = ports->second.find(podPort);
                port = found == ports->second.end() ? quint16(0) : found->second;
            }
        }
        HttpServer *at = server.load();
        if (port != 0 && at != nullptr)
            at->dial(port, std::move(handler));
        else if (port == 0 && servers && servers->listens(pod.first, pod.second, podPort))
            post([weak = weak_from_this(), stream = inside(pod, podPort), handler = std::move(handler)] { handler(stream, {}); });
        else
            post([handler = std::move(handler)] { handler({}, u"connection refused"_s); });
    }

    std::shared_ptr<RawStream> inside(const PodName &pod, quint16 port)
    {
        return podHttp(
            [weak = weak_from_this()](std::function<void()> task) {
                if (const auto node = weak.lock())
                    node->post(std::move(task));
            },
            [served = servers, pod, port](const Request &request) { return served->answer(pod.first, pod.second, port, request); });
    }

    void keep(const std::shared_ptr<ForwardSession> &session)
    {
        if (m_ending)
            return;
        m_sessions.emplace(session.get(), session);
        session->onOver([weak = weak_from_this()](ForwardSession *over) {
            if (const auto node = weak.lock())
                node->m_sessions.erase(over);
        });
        session->start();
    }

    std::mutex m_mutex;                                  // guards the ports
    std::map<PodName, std::map<quint16, quint16>> m_ports;
    std::map<ForwardSession *, std::shared_ptr<ForwardSession>> m_sessions;   // the server's thread only
    bool m_ending = false;
};

class NodeServer : public Kubelet {
public:
    ~NodeServer() override
    {
        if (!m_server)
            return;
        // Sessions hold sockets of the server's loop: they go first, on its thread.
        std::promise<void> ended;
        m_server->post([&] {
            m_node->endSessions();
            ended.set_value();
        });
        ended.get_future().wait();
        m_node->server = nullptr;
    }

    std::optional<Error> listen(const KubeletOptions &options)
    {
        m_node->servers = options.servers;
        ServerOptions wanted;
        wanted.port = options.port;
        wanted.certificate = options.certificate;
        wanted.key = options.key;
        wanted.clientAuthority = options.clientAuthority;
        wanted.requireClientCertificate = true;
        auto server = HttpServer::start(wanted, [node = m_node](Request &request) { return node->answer(request); });
        if (!server)
            return server.error();
        m_server = *server;
        m_node->server = m_server.get();
        return std::nullopt;
    }

    quint16 port() const override { return m_server->port(); }

    void runs(const QString &ns, const QString &pod, const QStringList &containers) override { m_node->book.runs(ns, pod, containers); }

    void addLine(const QString &ns, const QString &pod, const QString &container, const QByteArray &line) override
    {
        m_node->book.addLine(ns, pod, container, line);
    }

    void restarted(const QString &ns, const QString &pod, const QString &container) override
    {
        m_node->book.restarted(ns, pod, container);
    }

    void forget(const QString &ns, const QString &pod) override
    {
        m_node->book.forget(ns, pod);
        m_node->forget(ns, pod);
    }

    void setPort(const QString &ns, const QString &pod, quint16 podPort, quint16 localPort) override
    {
        m_node->book.runs(ns, pod, {});
        m_node->setPort(ns, pod, podPort, localPort);
    }

private:
    std::shared_ptr<Node> m_node = std::make_shared<Node>();
    std::shared_ptr<HttpServer> m_server;
};

}

Result<std::shared_ptr<Kubelet>> Kubelet::start(const KubeletOptions &options)
{
    if (options.clientAuthority.isEmpty()) {
        Error error{ErrorKind::Invalid, QStringLiteral("The kubelet has no authority for client certificates")};
        error.remedy = QStringLiteral("Set KubeletOptions::clientAuthority.");
        return error;
    }
    auto node = std::make_shared<NodeServer>();
    if (auto failed = node->listen(options))
        return *failed;
    return std::shared_ptr<Kubelet>(std::move(node));
}

}
