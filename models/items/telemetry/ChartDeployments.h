// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"
#include "models/items/telemetry/ChartMarks.h"
#include "models/state/Environment.h"

#include <QHash>
#include <QObject>

#include <stop_token>

namespace qd::items {

/// Deployments of the clusters as Argo CD remembers them, where its Applications can be read; read each time it is asked for. Who may not
/// read them has none; what was read stays while a later answer fails, until forget(). GUI thread.
class ChartDeployments : public QObject {
    Q_OBJECT
public:
    explicit ChartDeployments(QObject *parent = nullptr);
    ~ChartDeployments() override;

    /// What is still under way of this cluster is dropped.
    void ask(state::Environment *environment);
    /// Nobody may see them any more: somebody signed out, or the cluster was closed.
    void forget(const QString &cluster);
    [[nodiscard]] QList<ChartMark> marks(const QString &cluster) const { return m_marks.value(cluster); }

Q_SIGNALS:
    void changed();

private:
    void take(const QString &cluster, const Result<QJsonObject> &list);
    QHash<QString, std::stop_source> m_stops;
    QHash<QString, QList<ChartMark>> m_marks;
};

}
