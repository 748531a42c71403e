// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/api/Kinds.h"
#include "app/demo/api/Status.h"
#include "app/demo/store/Store.h"

#include <QDateTime>

#include <functional>

namespace qd::demo {

class Admission;

/// How a write was asked for.
struct WriteOptions {
    bool dryRun = false;
    enum class Validation { Ignore, Warn, Strict } validation = Validation::Warn;
    QString manager;                    ///< fieldManager, else from the User-Agent up to '/'
    bool patch = false;                 ///< the object is what a patch made of the stored one
    bool force = false;                 ///< apply: take over conflicting fields
    QString subresource = {};           ///< "", "status", "scale"
    QStringList unknown = {};           ///< fields the caller found to be unknown already
    QStringList duplicates = {};        ///< fields the body named twice ("spec.a"), found while parsing
};

/// meta/v1 DeleteOptions.
struct DeleteOptions {
    QString uid = {};
    QString resourceVersion = {};
    QString propagation = {};           ///< Background, Foreground, Orphan; empty: the kind's default (Background)
    int gracePeriodSeconds = -1;
    bool dryRun = false;
};

struct Written {
    QJsonObject object;
    bool created = false;
    QStringList warnings = {};
};

/// The writing half of the server's generic registry: what kube-apiserver does between a decoded body and etcd.
/// Names, uid, creationTimestamp, generation, managedFields, preconditions, pruning, defaults, validation, immutable
/// metadata, status subresource, admission (delete guard, warnings, namespace lifecycle), finalizers, deletion. One thread.
class Objects {
public:
    using Now = std::function<QDateTime()>;
    Objects(Store &store, Admission &admission, Now now);
    /// What carries the annotation demo.quarterdeck.io/created-at was made then: a network that is set up with its history is not of
    /// one age. Only `quarterdeck-demo up` asks for it; Kubernetes knows no such thing.
    void backdate() { m_backdated = true; }
    [[nodiscard]] Outcome<QJsonObject> get(const Kind &kind, const QString &ns, const QString &name) const;
    [[nodiscard]] Outcome<Written> create(const Kind &kind, const QString &ns, QJsonObject object, const User &user,
                                          const WriteOptions &options);
    [[nodiscard]] Outcome<Written> update(const Kind &kind, const QString &ns, const QString &name, QJsonObject object,
                                          const User &user, const WriteOptions &options);
    /// type: application/merge-patch+json, application/json-patch+json, application/strategic-merge-patch+json (built-in kinds).
    [[nodiscard]] Outcome<Written> patch(const Kind &kind, const QString &ns, const QString &name, const QByteArray &type,
                                         const QJsonValue &patch, const User &user, const WriteOptions &options);
    /// application/apply-patch+yaml: server-side apply by leaf ownership (KEP-555); conflicts are 409 with causes FieldManagerConflict.
    [[nodiscard]] Outcome<Written> apply(const Kind &kind, const QString &ns, const QString &name, const QJsonObject &configuration,
                                         const User &user, const WriteOptions &options);
    /// The object while finalizers or a grace period keep it, or Status Success when it is gone at once.
    [[nodiscard]] Outcome<QJsonObject> remove(const Kind &kind, const QString &ns, const QString &name, const User &user,
                                              const DeleteOptions &options);

private:
    [[nodiscard]] std::optional<Failure> named(const Kind &kind, const QString &ns, QJsonObject &object) const;
    [[nodiscard]] Outcome<Written> replace(const Kind &kind, const StoredPtr &before, QJsonObject object, const User &user,
                                           const WriteOptions &options, bool applied);
    [[nodiscard]] std::optional<Failure> judge(const Kind &kind, const QJsonObject &old, QJsonObject &object, const User &user,
                                               const WriteOptions &options, QStringList &warnings, QJsonObject *owned) const;

    Store &m_store;
    Admission &m_admission;
    [[nodiscard]] QDateTime bornAt(const QJsonObject &object, const QDateTime &now) const;
    [[nodiscard]] QDateTime changedAt(const QJsonObject &before, const QJsonObject &after, const QDateTime &now) const;
    Now m_now;
    bool m_backdated = false;
};

/// Strategic merge patch (k8s.io/apimachinery strategicpatch): list maps by their keys, sets unite, $patch, $deleteFromPrimitiveList,
/// $retainKeys; $setElementOrder is ignored.
[[nodiscard]] QJsonObject strategicMerge(const Schema &schema, const QJsonObject &object, const QJsonObject &patch);

}
