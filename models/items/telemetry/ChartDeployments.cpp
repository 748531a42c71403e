// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/telemetry/ChartDeployments.h"

#include "models/core/Async.h"
#include "models/ports/ResourceGateway.h"

namespace qd::items {

using namespace Qt::StringLiterals;

ChartDeployments::ChartDeployments(QObject *parent) : QObject(parent) { }

ChartDeployments::~ChartDeployments()
{
    for (std::stop_source &stop : m_stops)
        stop.request_stop();
}

void ChartDeployments::ask(state::Environment *environment)
{
    static const Gvr applications{u"argoproj.io"_s, u"v1alpha1"_s, u"applications"_s};
    const network::KindInfo *kind = environment->kinds().find(applications);
    if (environment->needsSignIn() || !kind || !environment->serves(*kind))
        return;
    const QString cluster = environment->name();
    m_stops[cluster].request_stop();
    m_stops[cluster] = std::stop_source();
    const std::stop_token stop = m_stops[cluster].get_token();
    whenFinished(environment->gateway()->list(applications, {}, stop), this, [this, cluster, stop](const Result<QJsonObject> &list) {
        if (!stop.stop_requested())
            take(cluster, list);
    });
}

void ChartDeployments::take(const QString &cluster, const Result<QJsonObject> &list)
{
    if (!list)
        return;
    const QList<ChartMark> marks = argoMarks(*list);
    if (std::exchange(m_marks[cluster], marks) != marks)
        Q_EMIT changed();
}

void ChartDeployments::forget(const QString &cluster)
{
    m_stops[cluster].request_stop();
    m_stops.remove(cluster);
    if (!m_marks.take(cluster).isEmpty())
        Q_EMIT changed();
}

}
