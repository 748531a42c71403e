// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/Api.h"

#include "app/demo/api/ApiCore.h"
#include "app/demo/api/ApiMetrics.h"
#include "app/demo/api/Bootstrap.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QUuid>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kAuditBytes = 100 * 1024 * 1024;

Failure withoutUser(const QString &uid, const QByteArray &groups)
{
    QStringList quoted;
    for (const QByteArray &group : groups.split('\n')) {
        if (!group.isEmpty())
            quoted.append(QString(u'"' + QString::fromUtf8(group) + u'"'));
    }
    return badRequest(QString(u"requested &user.DefaultInfo{Name:\"\", UID:\""_s + uid + u"\", Groups:[]string{"_s + quoted.join(u", "_s)
        + u"}, Extra:map[string][]string(nil)} without impersonating a user name"_s));
}

/// As kube-apiserver reads it: the scheme in any letters, the token up to the next space.
QByteArray bearerOf(const Request &request)
{
    const QList<QByteArray> words = request.headers.value("authorization").trimmed().split(' ');
    return words.size() > 1 && words.first().toLower() == "bearer" ? words.at(1) : QByteArray();
}

/// user.Info as an audit event has it.
QJsonObject auditUser(const User &user)
{
    QJsonObject info{{u"username"_s, user.name}, {u"groups"_s, QJsonArray::fromStringList(user.groups)}};
    if (!user.uid.isEmpty())
        info.insert("uid"_L1, user.uid);
    QJsonObject extra;
    for (auto one = user.extra.begin(); one != user.extra.end(); ++one)
        extra.insert(one.key(), QJsonArray::fromStringList(one.value()));
    if (!extra.isEmpty())
        info.insert("extra"_L1, extra);
    return info;
}

Failure forbidden(const User &user, const Attributes &wanted)
{
    Failure failure{403, u"Forbidden"_s, Access::refusal(user, wanted)};
    failure.name = wanted.name;
    failure.group = wanted.group;
    failure.kind = wanted.resource;
    failure.generic = true;
    return failure;
}

class Server : public Api {
public:
    Server(const ApiOptions &options, Kinds kinds) : m_core(options, std::move(kinds))
    {
        if (options.backdated)
            m_core.objects.backdate();
        if (options.changed) {
            m_core.store.onAnyChange([told = options.changed](const QString &resource, const Change &change) {
                told(resource, (change.after ? change.after : change.last)->object(), !change.after);
            });
        }
        if (!options.auditFile.isEmpty()) {
            m_audit.setFileName(options.auditFile);
            if (!m_audit.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Unbuffered))
                qWarning("%s", qPrintable(QString(u"The audit log "_s + options.auditFile + u" cannot be written: "_s + m_audit.errorString())));
        }
    }

    std::optional<Error> fill()
    {
        return bootstrap(m_core.store, m_core.kinds, m_core.options.now());
    }

    Response handle(Request &request) override
    {
        const QByteArray given = request.headers.value("audit-id");
        const QByteArray id = given.isEmpty() ? QUuid::createUuid().toByteArray(QUuid::WithoutBraces) : given.left(128);
        const Route route = routeOf(request, m_core.kinds);
        User original = request.user;
        const qint64 before = m_core.store.revision();
        Response response = answer(request, route, original);
        response.headers.insert("audit-id", id);
        if (!response.headers.contains("cache-control"))
            response.headers.insert("cache-control", "no-cache, private");
        record(request, route, original, response.status, id, before);
        return response;
    }

    void compact() override { m_core.store.compact(m_core.store.revision()); }

    void tidy() override
    {
        m_core.store.compact(m_tidied);
        m_tidied = m_core.store.revision();
    }

    qint64 objects() const override
    {
        qint64 all = 0;
        for (const QString &resource : m_core.store.resources())
            all += m_core.store.count(resource);
        return all;
    }

    QList<Kept> family(const QString &resource, const QString &ns, const QString &name) const override
    {
        const StoredPtr head = m_core.store.find(resource, ns, name);
        if (!head)
            return {};
        QList<Kept> all{{resource, head->object()}};
        for (const QString &other : m_core.store.resources()) {
            for (const StoredPtr &one : *m_core.store.snapshot(other).objects) {
                if (one->owners.contains(head->uid))
                    all.append({other, one->object()});
            }
        }
        return all;
    }

    void restore(const QList<Kept> &objects) override
    {
        for (const Kept &one : objects)
            m_core.store.put(one.resource, one.object);
    }

private:
    /// `original`: who asked, before impersonation.
    Response answer(Request &request, const Route &route, User &original)
    {
        if (const auto refused = authenticate(request))
            return refused->response();
        original = request.user;
        if (const auto refused = impersonate(request))
            return refused->response();
        const Attributes wanted = route.attributes(request.path);
        if (!m_core.access.decide(request.user, wanted).allowed)
            return forbidden(request.user, wanted).response();
        if (route.isResource)
            return m_core.resource(request, route);
        if (const auto health = healthOf(request))
            return *health;
        if (const auto found = m_core.discovery.answer(request))
            return *found;
        if (request.path == "/metrics"_L1)
            return metrics();
        if (request.path == "/"_L1)
            return json(200, QJsonObject{{u"paths"_s, QJsonArray{u"/api"_s, u"/apis"_s, u"/livez"_s, u"/metrics"_s, u"/openapi/v3"_s, u"/readyz"_s, u"/version"_s}}});
        return builtinPath(request.path) ? noSuchPath().response() : noSuchPage();
    }

    Response metrics() const
    {
        Response response;
        response.contentType = "text/plain; version=0.0.4; charset=utf-8";
        response.body = serverMetrics(m_core.store);
        return response;
    }

    /// Below a group of kube-apiserver's own the answer is a Status.
    bool builtinPath(const QString &path) const
    {
        const QStringList parts = path.split(u'/', Qt::SkipEmptyParts);
        const QString group = parts.value(0) == "api"_L1 ? QString() : parts.value(1);
        const bool api = parts.value(0) == "api"_L1 || (parts.value(0) == "apis"_L1 && !group.isEmpty());
        return api && std::any_of(m_core.kinds.all().begin(), m_core.kinds.all().end(), [&](const Kind &kind) { return !kind.custom && kind.gvr.group == group; });
    }

    /// Who shows a bad certificate, or a token that says nobody, gets 401 and no reason. A good certificate goes before a token.
    std::optional<Failure> authenticate(Request &request) const
    {
        const QByteArray token = bearerOf(request);
        const bool certificate = !request.certificateRefused && request.user.name != "system:anonymous"_L1;
        if (token.isEmpty() && !request.certificateRefused)
            return std::nullopt;
        if (certificate)
            return std::nullopt;
        if (!token.isEmpty() && m_core.options.bearer) {
            if (auto user = m_core.options.bearer(token)) {
                request.user = *user;
                return std::nullopt;
            }
        }
        return Failure{401, u"Unauthorized"_s, u"Unauthorized"_s};
    }

    std::optional<Failure> impersonate(Request &request) const
    {
        const QByteArray user = request.headers.value("impersonate-user");
        const QByteArray groups = request.headers.value("impersonate-group");
        if (user.isEmpty()) {
            if (!groups.isEmpty() || request.headers.contains("impersonate-uid"))
                return withoutUser(QString::fromUtf8(request.headers.value("impersonate-uid")), groups);
            return std::nullopt;
        }
        User as{QString::fromUtf8(user), QString::fromUtf8(request.headers.value("impersonate-uid")), {}, {}};
        QList<Attributes> needed{{u"impersonate"_s, {}, u"v1"_s, u"users"_s, {}, {}, as.name, {}}};
        for (const QByteArray &group : groups.split('\n')) {
            if (group.isEmpty())
                continue;
            as.groups.append(QString::fromUtf8(group));
            needed.append({u"impersonate"_s, {}, u"v1"_s, u"groups"_s, {}, {}, as.groups.last(), {}});
        }
        for (auto header = request.headers.begin(); header != request.headers.end(); ++header) {
            if (!header.key().startsWith("impersonate-extra-"))
                continue;
            const QString key = QString::fromUtf8(QByteArray::fromPercentEncoding(header.key().mid(18)));
            for (const QByteArray &value : header.value().split(','))
                as.extra[key].append(QString::fromUtf8(value.trimmed()));
            needed.append({u"impersonate"_s, u"authentication.k8s.io"_s, u"v1"_s, u"userextras"_s, key, {}, as.extra[key].first(), {}});
        }
        for (const Attributes &wanted : needed) {
            if (!m_core.access.decide(request.user, wanted).allowed)
                return forbidden(request.user, wanted);
        }
        const QString everybody = as.name == "system:anonymous"_L1 ? u"system:unauthenticated"_s : u"system:authenticated"_s;
        if (!as.groups.contains(everybody))
            as.groups.append(everybody);
        request.user = as;
        return std::nullopt;
    }

    static std::optional<Response> healthOf(const Request &request)
    {
        static const QStringList paths{u"/livez"_s, u"/readyz"_s, u"/healthz"_s, u"/livez/ping"_s, u"/readyz/ping"_s};
        if (!paths.contains(request.path))
            return std::nullopt;
        Response response;
        response.contentType = "text/plain; charset=utf-8";
        response.headers.insert("x-content-type-options", "nosniff");
        const QByteArray name = request.path.section(u'/', 1, 1).toLatin1();
        response.body = request.query.hasQueryItem(u"verbose"_s) ? QByteArray("[+]ping ok\n" + name + " check passed\n") : QByteArray("ok");
        return response;
    }

    void record(const Request &request, const Route &route, const User &original, int code, const QByteArray &id, qint64 before)
    {
        if (!m_audit.isOpen() || request.path.endsWith("livez"_L1) || m_core.options.unaudited.contains(original.name))
            return;
        const QString now = m_core.options.now().toUTC().toString(u"yyyy-MM-ddTHH:mm:ss.zzz000Z"_s);
        QJsonObject event{{u"kind"_s, u"Event"_s}, {u"apiVersion"_s, u"audit.k8s.io/v1"_s}, {u"level"_s, u"Metadata"_s},
            {u"auditID"_s, QString::fromLatin1(id)}, {u"stage"_s, u"ResponseComplete"_s}, {u"requestURI"_s, QString::fromLatin1(request.target)},
            {u"verb"_s, route.verb}, {u"user"_s, auditUser(original)},
            {u"sourceIPs"_s, QJsonArray{u"127.0.0.1"_s}}, {u"userAgent"_s, QString::fromUtf8(request.headers.value("user-agent"))},
            {u"responseStatus"_s, QJsonObject{{u"code"_s, code}}}, {u"requestReceivedTimestamp"_s, now}, {u"stageTimestamp"_s, now}};
        if (request.user.name != original.name)
            event.insert("impersonatedUser"_L1, auditUser(request.user));
        if (route.isResource) {
            QJsonObject object{{u"resource"_s, route.resource}, {u"apiVersion"_s, route.version}};
            const QList<std::pair<QString, QString>> more{{u"apiGroup"_s, route.group}, {u"namespace"_s, route.ns}, {u"name"_s, route.name}, {u"subresource"_s, route.subresource}};
            for (const auto &[key, value] : more) {
                if (!value.isEmpty())
                    object.insert(key, value);
            }
            event.insert("objectRef"_L1, object);
        }
        // What was sent, where it is ours and so holds no secret.
        if (route.group == "canton.quarterdeck.io"_L1 && !request.body.isEmpty()) {
            const QJsonDocument body = QJsonDocument::fromJson(request.body);
            event.insert("level"_L1, u"Request"_s);
            event.insert("requestObject"_L1, body.isArray() ? QJsonValue(body.array()) : QJsonValue(body.object()));
        }
        // Which versions this request made, so that log and watches can be held against each other.
        if (const qint64 last = m_core.store.revision(); last > before) {
            const QString versions = last == before + 1 ? QString::number(last) : QString(QString::number(before + 1) + u'-' + QString::number(last));
            event.insert("annotations"_L1, QJsonObject{{u"demo.quarterdeck.io/resource-versions"_s, versions}});
        }
        rotate();
        writeAudit(QJsonDocument(event).toJson(QJsonDocument::Compact) + '\n');
    }

    /// A full disk costs lines of the log, no memory and no request; it is said once, and a line cut short stays alone on its line.
    void writeAudit(const QByteArray &line)
    {
        const QByteArray bytes = m_auditCut ? QByteArray('\n' + line) : line;
        const qint64 written = m_audit.write(bytes);
        if (written == bytes.size()) {
            m_auditCut = m_auditSaid = false;
            return;
        }
        m_auditCut = m_auditCut || written > 0;
        if (!std::exchange(m_auditSaid, true))
            qWarning("%s", qPrintable(QString(u"The audit log "_s + m_audit.fileName() + u" cannot be written: "_s + m_audit.errorString())));
    }

    /// As --audit-log-maxsize with one backup: a network that runs for days does not fill the disk.
    void rotate()
    {
        if (m_audit.size() < kAuditBytes)
            return;
        const QString old = QString(m_audit.fileName() + u".1");
        m_audit.close();
        QFile::remove(old);
        QFile::rename(m_audit.fileName(), old);
        if (!m_audit.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Unbuffered))
            qWarning("%s", qPrintable(QString(u"The audit log "_s + m_audit.fileName() + u" cannot be written: "_s + m_audit.errorString())));
    }

    ApiCore m_core;
    QFile m_audit;
    qint64 m_tidied = 0;
    bool m_auditCut = false;    ///< it ends within a line
    bool m_auditSaid = false;
};

}

Result<std::shared_ptr<Api>> Api::make(const ApiOptions &options)
{
    auto kinds = bootstrapKinds();
    if (!kinds)
        return kinds.error();
    auto server = std::make_shared<Server>(options, *kinds);
    if (const auto failed = server->fill())
        return *failed;
    return std::shared_ptr<Api>(std::move(server));
}

}
