// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Ids.h"
#include "models/core/Result.h"

#include <QDateTime>
#include <QFuture>
#include <QJsonObject>
#include <QStringList>

#include <functional>
#include <stop_token>

namespace qd::ports {

enum class Verb : quint8 { Create, MergePatch, JsonPatch, Update, Delete };

/// One write to the API server. Sent as is: the gateway adds fieldManager=quarterdeck and nothing else, and never retries it.
struct WriteRequest {
    Verb verb = Verb::MergePatch;
    Gvr gvr;
    QString ns;
    QString name;               ///< empty for Create with generateName
    QString subresource = {};   ///< "", "status", "scale"
    QJsonValue body = {};       ///< object to create or update, merge patch object, or JSON patch array; DELETE: unused
    QString uid = {};           ///< DELETE: preconditions.uid
    QString resourceVersion = {};   ///< DELETE: preconditions.resourceVersion; patches carry theirs in the body
    QString propagation = {};   ///< DELETE: Background, Foreground, Orphan; empty: the server's default
    bool dryRun = false;        ///< dryRun=All
    bool strict = true;         ///< fieldValidation=Strict
};

struct WriteOutcome {
    QJsonObject object;         ///< as answered; for DELETE the object or the Status
    QStringList warnings;       ///< Warning: 299 headers, deduplicated
};

/// SelfSubjectAccessReview. Pods' exec and port-forward must ask verb create (kubernetes.md 2.7).
struct AccessQuestion {
    QString verb;
    Gvr gvr;
    QString subresource = {};
    QString ns = {};            ///< empty: all namespaces
    QString name = {};
    friend bool operator==(const AccessQuestion &, const AccessQuestion &) = default;
    /// "patch validators.canton.quarterdeck.io in canton-mainnet", the missing right in words of RBAC.
    [[nodiscard]] QString text() const;
};

inline size_t qHash(const AccessQuestion &q, size_t seed = 0)
{
    return qHashMulti(seed, q.verb, q.gvr, q.subresource, q.ns, q.name);
}

struct AccessAnswer {
    bool allowed = false;
    QString reason;             ///< the server's, may be empty
};

struct Identity {
    QString user;
    QString uid;
    QStringList groups;
};

struct ServerVersion {
    QString gitVersion;         ///< v1.36.3
    QString platform;
    QString url;
    QString tls;                ///< "TLSv1.3", empty without TLS
    QDateTime date;             ///< the server's Date header, UTC, for the clock offset
    qint64 roundTripMs = 0;
};

/// One resource of discovery.
struct ServedResource {
    Gvr gvr;
    QString kind;
    bool namespaced = true;
    QStringList verbs;
    QStringList subresources;
    QStringList shortNames;
    bool stale = false;         ///< aggregated API that did not answer (freshness Stale)
};

struct ListQuery {
    QString ns = {};
    QString labelSelector = {};
    QString fieldSelector = {};
    int limit = 500;            ///< page size; pages are followed to the end
    bool metadataOnly = false;
    /// What of each item is wanted, an empty object: nothing. On an unspecified thread, as the pages come, so that a list is never
    /// held whole; empty: all of it.
    std::function<QJsonObject(const QJsonObject &item)> reduce = {};
};

/// The requests of one cluster. All futures finish on an unspecified thread: consume with whenFinished. Every call has a
/// deadline; a requested stop finishes it as Cancelled. Reads are retried on 429/5xx with Retry-After, writes never.
/// Thread safe. Errors are mapped from Status (kubernetes.md 2.6): decide on reason, then code.
class ResourceGateway {
public:
    virtual ~ResourceGateway() = default;
    [[nodiscard]] virtual QString cluster() const = 0;
    [[nodiscard]] virtual QString serverUrl() const = 0;
    [[nodiscard]] virtual QFuture<Result<ServerVersion>> version(std::stop_token stop = {}) = 0;
    [[nodiscard]] virtual QFuture<Result<Identity>> whoAmI(std::stop_token stop = {}) = 0;
    [[nodiscard]] virtual QFuture<Result<QList<ServedResource>>> discover(std::stop_token stop = {}) = 0;
    [[nodiscard]] virtual QFuture<Result<QJsonObject>> get(const Gvr &gvr, const QString &ns, const QString &name,
                                                           std::stop_token stop = {}) = 0;
    /// Items of all pages, in one document {items: [...], metadata: {resourceVersion of the first page}}.
    [[nodiscard]] virtual QFuture<Result<QJsonObject>> list(const Gvr &gvr, const ListQuery &query,
                                                            std::stop_token stop = {}) = 0;
    /// meta.k8s.io/v1 Table, the fallback for kinds nobody knows (kubernetes.md 2.9).
    [[nodiscard]] virtual QFuture<Result<QJsonObject>> table(const Gvr &gvr, const ListQuery &query,
                                                             std::stop_token stop = {}) = 0;
    [[nodiscard]] virtual QFuture<Result<WriteOutcome>> write(const WriteRequest &request, std::stop_token stop = {}) = 0;
    [[nodiscard]] virtual QFuture<Result<AccessAnswer>> mayI(const AccessQuestion &question, std::stop_token stop = {}) = 0;
    /// SelfSubjectRulesReview of a namespace: status; a hint only.
    [[nodiscard]] virtual QFuture<Result<QJsonObject>> rules(const QString &ns, std::stop_token stop = {}) = 0;
    /// core/v1 events that regard the object (by uid), newest first.
    [[nodiscard]] virtual QFuture<Result<QJsonObject>> events(const ObjectId &object, std::stop_token stop = {}) = 0;
    /// OpenAPI v3 document of a group version, cached by its hash.
    [[nodiscard]] virtual QFuture<Result<QJsonObject>> openApi(const Gvr &gvr, std::stop_token stop = {}) = 0;
    /// Text of a pod's log, the whole answer (no follow; see LogFeed).
    [[nodiscard]] virtual QFuture<Result<QByteArray>> podLog(const QString &ns, const QString &pod, const QString &container,
                                                             int tailLines, bool previous, std::stop_token stop = {}) = 0;
};

}
