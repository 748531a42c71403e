// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/http/Exchange.h"
#include "app/demo/store/Store.h"
#include "models/core/Result.h"

#include <QDateTime>
#include <QJsonObject>

#include <chrono>
#include <functional>
#include <memory>

namespace qd::demo {

struct ApiOptions {
    QString auditFile = {};             ///< audit.k8s.io/v1 events as JSON Lines, level Metadata, ours Request; empty: none
    QStringList unaudited = {};         ///< users of level None
    std::function<QDateTime()> now;     ///< UTC
    /// Runs a task on the server's thread later: watch timeouts, bookmarks, the garbage collector.
    std::function<void(std::chrono::milliseconds, std::function<void()>)> later;
    bool backdated = false;             ///< Objects::backdate
    /// Who a bearer token says somebody is; nobody: 401, for whatever reason. None: every token is refused.
    std::function<std::optional<User>(const QByteArray &token)> bearer = {};
    /// Told of every change of an object, on the server's thread.
    std::function<void(const QString &resource, const QJsonObject &object, bool removed)> changed = {};
    QString gitVersion = QStringLiteral("v1.36.3+quarterdeck-demo");
};

/// The Kubernetes API of one small cluster in memory: routes a request to discovery, OpenAPI, reviews, objects, lists,
/// watches, logs and proxies. Everything runs on the server's thread; answers are whole or pulled.
class Api {
public:
    /// Loads the definitions, policies and roles that are compiled into the program; an Error names the document that does not fit.
    [[nodiscard]] static Result<std::shared_ptr<Api>> make(const ApiOptions &options);
    virtual ~Api() = default;
    [[nodiscard]] virtual Response handle(Request &request) = 0;
    /// Forgets history: watches behind it get 410.
    virtual void compact() = 0;
    /// To be called every five minutes: forgets, as kube-apiserver's compactor, what was history at the call before.
    virtual void tidy() = 0;
    [[nodiscard]] virtual qint64 objects() const = 0;
    /// The object and those that name it as their owner, as they are kept; empty when it is not there.
    [[nodiscard]] virtual QList<Kept> family(const QString &resource, const QString &ns, const QString &name) const = 0;
    /// Puts whole objects in (uid, status, managed fields and all), as etcd takes back a snapshot: each gets a revision and is
    /// watched like any other, nothing is judged or audited.
    virtual void restore(const QList<Kept> &objects) = 0;
};

}
