// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/telemetry/ChartEvents.h"

#include "models/core/Async.h"
#include "models/core/Json.h"
#include "models/items/ObjectHistory.h"
#include "models/ports/ResourceGateway.h"
#include "models/state/telemetry/VerdictSubjects.h"

#include <QJsonArray>

#include <algorithm>
#include <array>

namespace qd::items {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kKept = 86'400;    ///< seconds, back from the newest one
constexpr int kSoonMs = 500;

/// The server leaves out all the rest: in an hour there are thousands of a busy namespace.
constexpr std::array kWanted{"type=Warning"_L1, "reason=Killing,type=Normal"_L1, "reason=Pulled,type=Normal"_L1};

/// What eventMarks() reads of an event.
QJsonObject kept(const QJsonObject &event)
{
    QJsonObject out;
    for (const auto key : {"involvedObject"_L1, "reason"_L1, "type"_L1, "count"_L1, "series"_L1, "firstTimestamp"_L1, "lastTimestamp"_L1, "eventTime"_L1}) {
        if (event.contains(key))
            out.insert(key, event.value(key));
    }
    out.insert("message"_L1, event.value("message"_L1).toString().left(400));
    const QJsonObject meta = event.value("metadata"_L1).toObject();
    out.insert("metadata"_L1, QJsonObject{{u"uid"_s, meta.value("uid"_L1)}, {u"creationTimestamp"_s, meta.value("creationTimestamp"_L1)}});
    return out;
}

/// The oldest ones go.
void prune(QMap<QString, QJsonObject> &events)
{
    QList<std::pair<QDateTime, QString>> byTime;
    for (auto it = events.cbegin(); it != events.cend(); ++it)
        byTime.append({eventTime(*it), it.key()});
    std::sort(byTime.begin(), byTime.end(), std::greater<>());
    for (qsizetype i = 0; i < byTime.size(); ++i) {
        if (i >= ChartEvents::kMost || byTime.at(i).first.secsTo(byTime.first().first) > kKept)
            events.remove(byTime.at(i).second);
    }
}

}

ChartEvents::ChartEvents(QObject *parent)
    : QObject(parent)
    , m_soon(this)
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(kSoonMs);
    connect(&m_soon, &QTimer::timeout, this, &ChartEvents::tell);
}

ChartEvents::~ChartEvents()
{
    for (const auto &of : std::as_const(m_of))
        of->stop.request_stop();
}

void ChartEvents::ask(state::Environment *environment, const QStringList &namespaces)
{
    const QString cluster = environment->name();
    std::shared_ptr<Of> &of = m_of[cluster];
    if (!of)
        of = std::make_shared<Of>();
    of->stop.request_stop();
    of->stop = std::stop_source();
    of->open = 0;
    if (environment->needsSignIn())
        return;
    QStringList may, asked;
    std::copy_if(namespaces.cbegin(), namespaces.cend(), std::back_inserter(may), [&of](const QString &ns) { return !of->refused.contains(ns); });
    for (qsizetype i = 0; i < std::min<qsizetype>(may.size(), kMostNamespaces); ++i)
        asked.append(may.at((of->turn + i) % may.size()));
    of->turn = may.isEmpty() ? 0 : (of->turn + asked.size()) % may.size();
    of->open = int(asked.size()) * int(kWanted.size());
    of->nodes = state::nodesOf(*environment);
    for (const QString &ns : std::as_const(asked)) {
        for (const auto wanted : kWanted) {
            ports::ListQuery query;
            query.ns = ns;
            query.fieldSelector = wanted;
            query.reduce = kept;
            whenFinished(environment->gateway()->list(Gvr{{}, u"v1"_s, u"events"_s}, query, of->stop.get_token()), this,
                         [this, cluster, ns, stop = of->stop.get_token()](const Result<QJsonObject> &list) {
                             if (!stop.stop_requested())
                                 arrived(cluster, ns, list);
                         });
        }
    }
}

void ChartEvents::arrived(const QString &cluster, const QString &ns, const Result<QJsonObject> &list)
{
    const std::shared_ptr<Of> of = m_of.value(cluster);
    if (!of)
        return;
    if (!list && list.error().kind == ErrorKind::Forbidden)
        of->refused.insert(ns);
    // What could not be read now may be read the next time; what was known stays.
    const QJsonArray items = list ? list->value("items"_L1).toArray() : QJsonArray();
    for (const QJsonValue &item : items) {
        const QJsonObject event = item.toObject();
        if (const QString uid = json::at(event, u"/metadata/uid"_s).toString(); !uid.isEmpty())
            of->events.insert(uid, event);
    }
    of->came = true;
    if (--of->open <= 0)
        return tell();
    // Its lists are told of together, but the last one may be long in coming.
    if (!m_soon.isActive())
        m_soon.start();
}

void ChartEvents::tell()
{
    bool others = false;
    for (auto it = m_of.cbegin(); it != m_of.cend(); ++it) {
        Of &of = **it;
        if (!std::exchange(of.came, false))
            continue;
        prune(of.events);
        const QList<ChartMark> marks = eventMarks(of.events.values(), it.key(), state::NodeLabels(of.nodes));
        others = std::exchange(of.marks, marks) != marks || others;
    }
    if (others)
        Q_EMIT changed();
}

void ChartEvents::forget(const QString &cluster)
{
    const std::shared_ptr<Of> of = m_of.take(cluster);
    if (!of)
        return;
    of->stop.request_stop();
    Q_EMIT changed();
}

QList<ChartMark> ChartEvents::marks() const
{
    QList<ChartMark> out;
    for (const auto &of : m_of)
        out += of->marks;
    std::stable_sort(out.begin(), out.end(), [](const ChartMark &a, const ChartMark &b) { return a.at < b.at; });
    return out;
}

}
