// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/HttpDispatcher.h"
#include "app/kube/SchemaCache.h"
#include "models/core/Async.h"
#include "models/ports/ResourceGateway.h"

namespace qd::kube {

/// The worker's side of the gateway: everything here runs on the adapter's thread.
class GatewayWorker : public QObject
{
    Q_OBJECT
public:
    template <typename T> using Reply = std::function<void(Result<T>)>;

    /// `cacheFolder` for OpenAPI documents; empty: none on disk. `fieldManager` is who owns what is written.
    GatewayWorker(HttpDispatcher *dispatcher, const QString &serverUrl, const QString &cacheFolder = {},
        const QString &fieldManager = QStringLiteral("quarterdeck"))
        : m_dispatcher(dispatcher)
        , m_serverUrl(serverUrl)
        , m_fieldManager(fieldManager)
        , m_disk(cacheFolder)
    {
    }

    void version(std::stop_token stop, Reply<ports::ServerVersion> reply);
    void whoAmI(std::stop_token stop, Reply<ports::Identity> reply);
    void discover(std::stop_token stop, Reply<QList<ports::ServedResource>> reply);
    void get(const QString &path, const QString &what, std::stop_token stop, Reply<QJsonObject> reply);
    void list(const Gvr &gvr, const ports::ListQuery &query, const QByteArray &accept, const QString &key,
        std::stop_token stop, Reply<QJsonObject> reply);
    void table(const Gvr &gvr, const ports::ListQuery &query, std::stop_token stop, Reply<QJsonObject> reply);
    void write(const ports::WriteRequest &request, std::stop_token stop, Reply<ports::WriteOutcome> reply);
    void mayI(const ports::AccessQuestion &question, std::stop_token stop, Reply<ports::AccessAnswer> reply);
    void rules(const QString &ns, std::stop_token stop, Reply<QJsonObject> reply);
    void events(const ObjectId &object, std::stop_token stop, Reply<QJsonObject> reply);
    void openApi(const Gvr &gvr, std::stop_token stop, Reply<QJsonObject> reply);
    void podLog(const QString &path, const QString &what, std::stop_token stop, Reply<QByteArray> reply);

private:
    struct Discovery;
    struct Pages;
    struct Answer
    {
        QJsonObject object;
        HttpHead head;
        qint64 roundTripMs = 0;
    };
    /// A read that must answer with one JSON object.
    void fetch(HttpCall call, Reply<Answer> reply);
    /// POST of a review: no effect, so it is repeated like a read.
    void review(const QString &path, const QJsonObject &body, const QString &what, std::stop_token stop,
        Reply<QJsonObject> reply);
    void discoverRoot(const std::shared_ptr<Discovery> &state, const QString &root);
    void discoverLegacy(const std::shared_ptr<Discovery> &state, qsizetype slot, const QString &apiVersion);
    void nextPage(const std::shared_ptr<Pages> &pages, const QString &continueToken);
    void tookPage(const std::shared_ptr<Pages> &pages, bool first, Result<Answer> answer);
    void written(
        const ports::WriteRequest &request, const HttpReply &answer, const Reply<ports::WriteOutcome> &reply) const;
    void writeFailed(
        const ports::WriteRequest &request, const Error &error, std::stop_token stop, Reply<ports::WriteOutcome> reply);
    void checkTests(
        const ports::WriteRequest &request, const Error &error, std::stop_token stop, Reply<ports::WriteOutcome> reply);

    HttpDispatcher *m_dispatcher;
    QString m_serverUrl;
    QString m_fieldManager;
    SchemaCache m_disk;
    QHash<QString, QJsonObject> m_schemas; ///< by path and hash, as the server's index names them
    /// Aggregated discovery by root: its ETag, and what it said; asked for with If-None-Match.
    QHash<QString, std::pair<QByteArray, QList<ports::ServedResource>>> m_discovered;
};

/// See ResourceGateway. Hands every call to the worker; after the cluster's connection is gone every call is Cancelled.
class Gateway final : public ports::ResourceGateway
{
public:
    Gateway(const QString &cluster, const QString &serverUrl, HttpMailbox worker, GatewayWorker *object);
    QString cluster() const override { return m_cluster; }
    QString serverUrl() const override { return m_serverUrl; }
    QFuture<Result<ports::ServerVersion>> version(std::stop_token stop) override;
    QFuture<Result<ports::Identity>> whoAmI(std::stop_token stop) override;
    QFuture<Result<QList<ports::ServedResource>>> discover(std::stop_token stop) override;
    QFuture<Result<QJsonObject>> get(
        const Gvr &gvr, const QString &ns, const QString &name, std::stop_token stop) override;
    QFuture<Result<QJsonObject>> list(const Gvr &gvr, const ports::ListQuery &query, std::stop_token stop) override;
    QFuture<Result<QJsonObject>> table(const Gvr &gvr, const ports::ListQuery &query, std::stop_token stop) override;
    QFuture<Result<ports::WriteOutcome>> write(const ports::WriteRequest &request, std::stop_token stop) override;
    QFuture<Result<ports::AccessAnswer>> mayI(const ports::AccessQuestion &question, std::stop_token stop) override;
    QFuture<Result<QJsonObject>> rules(const QString &ns, std::stop_token stop) override;
    QFuture<Result<QJsonObject>> events(const ObjectId &object, std::stop_token stop) override;
    QFuture<Result<QJsonObject>> openApi(const Gvr &gvr, std::stop_token stop) override;
    QFuture<Result<QByteArray>> podLog(const QString &ns, const QString &pod, const QString &container, int tailLines,
        bool previous, std::stop_token stop) override;

private:
    template <typename T> QFuture<Result<T>> call(std::function<void(GatewayWorker &, GatewayWorker::Reply<T>)> work);
    QString m_cluster;
    QString m_serverUrl;
    HttpMailbox m_worker;
    GatewayWorker *m_object;
};

}
