// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/Discovery.h"
#include "app/kube/Gateway.h"
#include "app/kube/GatewayPaths.h"
#include "app/kube/StatusError.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLocale>
#include <QTimeZone>

#include <algorithm>

namespace qd::kube {

using namespace Qt::StringLiterals;

namespace {

struct Tr
{
    Q_DECLARE_TR_FUNCTIONS(Gateway)
};

QDateTime httpDate(const QByteArray &value)
{
    QDateTime date = QLocale::c().toDateTime(QString::fromLatin1(value), u"ddd, dd MMM yyyy hh:mm:ss 'GMT'"_s);
    date.setTimeZone(QTimeZone::utc());
    return date;
}

HttpCall readCall(const QString &path, const QString &what, const std::stop_token &stop, Lane lane = Lane::Interactive)
{
    HttpCall call;
    call.request.pathAndQuery = path;
    call.what = what;
    call.lane = lane;
    call.retry = true;
    call.stop = stop;
    return call;
}

Result<QJsonObject> parseObject(const HttpReply &reply, const QString &what)
{
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(reply.body, &problem);
    if (!document.isObject())
        return errorNotJson(reply.head, reply.body, what,
            problem.error == QJsonParseError::NoError ? Tr::tr("no object") : problem.errorString());
    return document.object();
}

/// When the event was last seen (kubernetes.md 2.11).
QString eventTime(const QJsonObject &event)
{
    for (const QString &time : {event.value("series"_L1).toObject().value("lastObservedTime"_L1).toString(),
             event.value("lastTimestamp"_L1).toString(), event.value("eventTime"_L1).toString(),
             event.value("metadata"_L1).toObject().value("creationTimestamp"_L1).toString()}) {
        if (!time.isEmpty())
            return time;
    }
    return {};
}

}

void GatewayWorker::fetch(HttpCall call, Reply<Answer> reply)
{
    const QString what = call.what;
    m_dispatcher->send(std::move(call), [what, reply](Result<HttpReply> answer) {
        if (!answer)
            return reply(answer.error());
        if (answer->head.status == 304)
            return reply(Answer{{}, answer->head, answer->roundTripMs});
        Result<QJsonObject> object = parseObject(*answer, what);
        if (!object)
            return reply(object.error());
        reply(Answer{std::move(*object), answer->head, answer->roundTripMs});
    });
}

void GatewayWorker::get(const QString &path, const QString &what, std::stop_token stop, Reply<QJsonObject> reply)
{
    fetch(readCall(path, what, stop),
        [reply](Result<Answer> answer) { answer ? reply(std::move(answer->object)) : reply(answer.error()); });
}

void GatewayWorker::version(std::stop_token stop, Reply<ports::ServerVersion> reply)
{
    fetch(readCall(u"/version"_s, m_serverUrl, stop), [this, reply](Result<Answer> answer) {
        if (!answer && answer.error().httpStatus == 404)
            return reply(Error{ErrorKind::Unsupported, Tr::tr("%1 is no Kubernetes API server: it has no /version.").arg(m_serverUrl),
                Tr::tr("Check the server address in the kubeconfig, its path too."), answer.error().detail});
        if (!answer)
            return reply(answer.error());
        ports::ServerVersion version;
        version.gitVersion = answer->object.value("gitVersion"_L1).toString();
        version.platform = answer->object.value("platform"_L1).toString();
        version.url = m_serverUrl;
        version.tls = m_dispatcher->client()->tlsVersion();
        version.date = httpDate(answer->head.headers.value("date"));
        version.roundTripMs = answer->roundTripMs;
        reply(version);
    });
}

void GatewayWorker::podLog(const QString &path, const QString &what, std::stop_token stop, Reply<QByteArray> reply)
{
    HttpCall call = readCall(path, what, stop, Lane::Background);
    call.request.accept = "text/plain, application/json, */*";
    m_dispatcher->send(std::move(call),
        [reply](Result<HttpReply> answer) { answer ? reply(std::move(answer->body)) : reply(answer.error()); });
}

// Lists

struct GatewayWorker::Pages
{
    Gvr gvr;
    ports::ListQuery query;
    QByteArray accept;
    QString key; ///< items, or rows of a Table
    QString what;
    std::stop_token stop;
    Reply<QJsonObject> reply;
    QJsonObject document; ///< the first page without its items
    QJsonArray items;
    bool whole = false; ///< one unpaged list, after a continue token expired
};

void GatewayWorker::list(const Gvr &gvr, const ports::ListQuery &query, const QByteArray &accept, const QString &key,
    std::stop_token stop, Reply<QJsonObject> reply)
{
    auto pages = std::make_shared<Pages>();
    *pages = Pages{gvr, query, accept, key, objectText(gvr, query.ns, {}), stop, std::move(reply), {}, {}, false};
    nextPage(pages, {});
}

void GatewayWorker::nextPage(const std::shared_ptr<Pages> &pages, const QString &continueToken)
{
    // With a continue token nothing else decides the version (kubernetes.md 2.1: no resourceVersion on page 2 and
    // later).
    const QString limit = pages->query.limit > 0 && !pages->whole ? QString::number(pages->query.limit) : QString();
    const QString path = withQuery(resourcePath(pages->gvr, pages->query.ns),
        {{u"labelSelector"_s, pages->query.labelSelector}, {u"fieldSelector"_s, pages->query.fieldSelector},
            {u"limit"_s, limit}, {u"continue"_s, continueToken},
            {u"includeObject"_s, pages->key == "rows"_L1 ? u"Metadata"_s : QString()}});
    HttpCall call = readCall(path, pages->what, pages->stop, Lane::List);
    call.request.accept = pages->accept;
    fetch(std::move(call), [this, pages, first = continueToken.isEmpty()](Result<Answer> answer) {
        tookPage(pages, first, std::move(answer));
    });
}

void GatewayWorker::tookPage(const std::shared_ptr<Pages> &pages, bool first, Result<Answer> answer)
{
    if (!answer) {
        if (answer.error().kind != ErrorKind::Gone || first || pages->whole)
            return pages->reply(answer.error());
        // The token expired while we paged. The one the server offers is inconsistent: start over, in one piece.
        pages->whole = true;
        pages->items = {};
        return nextPage(pages, {});
    }
    const QJsonObject metadata = answer->object.value("metadata"_L1).toObject();
    for (const QJsonValue &item : answer->object.value(pages->key).toArray()) {
        if (!pages->query.reduce)
            pages->items.append(item);
        else if (const QJsonObject kept = pages->query.reduce(item.toObject()); !kept.isEmpty())
            pages->items.append(kept);
    }
    if (first) {
        pages->document = answer->object;
        pages->document.remove(pages->key);
        pages->document.insert(
            "metadata"_L1, QJsonObject{{u"resourceVersion"_s, metadata.value("resourceVersion"_L1)}});
    }
    const QString more = metadata.value("continue"_L1).toString();
    if (!more.isEmpty())
        return nextPage(pages, more);
    pages->document.insert(pages->key, pages->items);
    pages->reply(std::move(pages->document));
}

void GatewayWorker::table(const Gvr &gvr, const ports::ListQuery &query, std::stop_token stop, Reply<QJsonObject> reply)
{
    const QString what = objectText(gvr, query.ns, {});
    list(gvr, query, "application/json;as=Table;v=v1;g=meta.k8s.io,application/json", u"rows"_s, stop,
        [reply, what](Result<QJsonObject> document) {
            if (document && document->value("kind"_L1).toString() != "Table"_L1)
                return reply(Error{
                    ErrorKind::Unsupported, Tr::tr("%1: the server does not print this kind as a table.").arg(what)});
            reply(std::move(document));
        });
}

void GatewayWorker::events(const ObjectId &object, std::stop_token stop, Reply<QJsonObject> reply)
{
    ports::ListQuery query;
    // Events of cluster-scoped objects are written into "default".
    query.ns = object.ns.isEmpty() ? u"default"_s : object.ns;
    query.fieldSelector = object.uid.isEmpty() ? QString(u"involvedObject.name="_s + object.name)
                                               : QString(u"involvedObject.uid="_s + object.uid);
    list(Gvr{{}, u"v1"_s, u"events"_s}, query, "application/json", u"items"_s, stop,
        [reply](Result<QJsonObject> document) {
            if (!document)
                return reply(document.error());
            std::vector<std::pair<QString, QJsonValue>> events;
            for (const QJsonValue &event : document->value("items"_L1).toArray())
                events.emplace_back(eventTime(event.toObject()), event);
            std::stable_sort(
                events.begin(), events.end(), [](const auto &a, const auto &b) { return a.first > b.first; });
            QJsonArray sorted;
            for (const auto &[time, event] : events)
                sorted.append(event);
            document->insert("items"_L1, sorted);
            reply(std::move(document));
        });
}

// Reviews

void GatewayWorker::review(
    const QString &path, const QJsonObject &body, const QString &what, std::stop_token stop, Reply<QJsonObject> reply)
{
    HttpCall call = readCall(path, what, stop);
    call.request.method = "POST";
    call.request.harmless = true;
    call.request.contentType = "application/json";
    call.request.body = QJsonDocument(body).toJson(QJsonDocument::Compact);
    fetch(std::move(call), [reply](Result<Answer> answer) {
        answer ? reply(answer->object.value("status"_L1).toObject()) : reply(answer.error());
    });
}

void GatewayWorker::mayI(const ports::AccessQuestion &question, std::stop_token stop, Reply<ports::AccessAnswer> reply)
{
    QJsonObject attributes{{u"verb"_s, question.verb}, {u"resource"_s, question.gvr.resource}};
    const std::pair<QString, QString> optional[]
        = {{u"group"_s, question.gvr.group}, {u"version"_s, question.gvr.version},
            {u"subresource"_s, question.subresource}, {u"namespace"_s, question.ns}, {u"name"_s, question.name}};
    for (const auto &[key, value] : optional) {
        if (!value.isEmpty())
            attributes.insert(key, value);
    }
    const QJsonObject body{{u"apiVersion"_s, u"authorization.k8s.io/v1"_s}, {u"kind"_s, u"SelfSubjectAccessReview"_s},
        {u"spec"_s, QJsonObject{{u"resourceAttributes"_s, attributes}}}};
    review(u"/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"_s, body,
        Tr::tr("The right to %1").arg(question.text()), stop, [reply](Result<QJsonObject> status) {
            if (!status)
                return reply(status.error());
            const bool denied = status->value("denied"_L1).toBool();
            reply(ports::AccessAnswer{
                status->value("allowed"_L1).toBool() && !denied, status->value("reason"_L1).toString()});
        });
}

void GatewayWorker::rules(const QString &ns, std::stop_token stop, Reply<QJsonObject> reply)
{
    const QJsonObject body{{u"apiVersion"_s, u"authorization.k8s.io/v1"_s}, {u"kind"_s, u"SelfSubjectRulesReview"_s},
        {u"spec"_s, QJsonObject{{u"namespace"_s, ns}}}};
    review(u"/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"_s, body, Tr::tr("Own rights in %1").arg(ns), stop,
        std::move(reply));
}

void GatewayWorker::whoAmI(std::stop_token stop, Reply<ports::Identity> reply)
{
    const auto path = [](const QString &version) {
        return QString(u"/apis/authentication.k8s.io/"_s + version + u"/selfsubjectreviews"_s);
    };
    const auto body = [](const QString &version) {
        return QJsonObject{
            {u"apiVersion"_s, QString(u"authentication.k8s.io/"_s + version)}, {u"kind"_s, u"SelfSubjectReview"_s}};
    };
    const auto told = [reply](Result<QJsonObject> status) {
        if (!status)
            return reply(status.error());
        const QJsonObject user = status->value("userInfo"_L1).toObject();
        ports::Identity identity{user.value("username"_L1).toString(), user.value("uid"_L1).toString(), {}};
        for (const QJsonValue &group : user.value("groups"_L1).toArray())
            identity.groups.append(group.toString());
        reply(identity);
    };
    const QString what = Tr::tr("Own identity");
    // v1 since Kubernetes 1.28, v1beta1 since 1.27.
    review(path(u"v1"_s), body(u"v1"_s), what, stop, [this, told, path, body, what, stop](Result<QJsonObject> status) {
        if (status || status.error().httpStatus != 404)
            return told(std::move(status));
        review(path(u"v1beta1"_s), body(u"v1beta1"_s), what, stop, told);
    });
}

}
