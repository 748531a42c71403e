// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"
#include "models/items/telemetry/ChartMarks.h"
#include "models/state/Environment.h"

#include <QHash>
#include <QMap>
#include <QObject>
#include <QSet>
#include <QTimer>

#include <memory>
#include <stop_token>

namespace qd::items {

/// What the clusters told of the nodes on a page of charts, read once each time it is asked for; nothing is watched. A cluster forgets its
/// events after about an hour: what was read stays for a day. Namespaces whose events may not be read are not asked for again until
/// forget(). GUI thread.
class ChartEvents : public QObject {
    Q_OBJECT
public:
    static constexpr int kMostNamespaces = 8;       ///< of a cluster at once; where more are wanted they take turns
    static constexpr qsizetype kMost = 2000;        ///< kept of a cluster, the newest
    explicit ChartEvents(QObject *parent = nullptr);
    ~ChartEvents() override;

    /// What is still under way of this cluster is dropped.
    void ask(state::Environment *environment, const QStringList &namespaces);
    /// Nobody may see them any more: somebody signed out, or the cluster was closed.
    void forget(const QString &cluster);
    /// Of all clusters, by time.
    [[nodiscard]] QList<ChartMark> marks() const;

Q_SIGNALS:
    void changed();

private:
    struct Of {
        std::stop_source stop;
        QMap<QString, QJsonObject> events;          ///< by uid
        QSet<QString> refused;                      ///< namespaces
        QList<ChartMark> marks;
        QList<ObjectId> nodes;                      ///< that were known when it was asked
        qsizetype turn = 0;                         ///< the first namespace of the next time
        int open = 0;
        bool came = false;                          ///< and is in no marks yet
    };
    void arrived(const QString &cluster, const QString &ns, const Result<QJsonObject> &list);
    void tell();
    QHash<QString, std::shared_ptr<Of>> m_of;
    QTimer m_soon;                                  ///< lists came, others of their cluster did not
};

}
