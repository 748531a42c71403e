// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/NodeLogs.h"

#include "models/items/telemetry/LokiLog.h"

#include <algorithm>

namespace qd::items {

using namespace Qt::StringLiterals;

NodeLogs::NodeLogs(LogModel *model, const ports::BodyCodec *bodies, const Clock *clock, QObject *parent)
    : QObject(parent)
    , m_bodies(bodies)
    , m_session(model, clock, this)
{
    connect(&m_session, &LogSession::changed, this, &NodeLogs::changed);
}

NodeLogs::~NodeLogs()
{
    m_session.disconnect(this);
}

void NodeLogs::read(ports::ClusterFeed *feed, ports::LogOpener opener, const QList<LogNode> &nodes, Wanted wanted)
{
    if (feed != m_feed)
        clear();
    m_feed = feed;
    m_wanted = std::move(wanted);
    m_session.setOpener(std::move(opener));
    m_nodes = nodes.mid(0, kMostNodes);
    m_nodesLeftOut = int(nodes.size() - m_nodes.size());
    std::erase_if(m_pods, [this](const auto &entry) {
        return std::none_of(m_nodes.cbegin(), m_nodes.cend(), [&entry](const LogNode &node) { return node.key == entry.first; });
    });
    for (const LogNode &node : std::as_const(m_nodes)) {
        std::unique_ptr<PodList> &pods = m_pods[node.key];
        if (pods || !feed)
            continue;
        pods = std::make_unique<PodList>(m_bodies);
        connect(pods.get(), &PodList::changed, this, &NodeLogs::update);
        pods->watch(feed, node.ns, node.pods);
    }
    update();
}

void NodeLogs::clear()
{
    m_pods.clear();
    m_nodes.clear();
    m_sources.clear();
    m_feed = nullptr;
    m_nodesLeftOut = 0;
    m_logsLeftOut = 0;
    m_leftOut.clear();
    m_logs = 0;
    m_session.clear();
}

void NodeLogs::retry()
{
    for (const auto &[key, pods] : m_pods) {
        if (pods)
            pods->retry();
    }
}

QString NodeLogs::componentOf(const LogNode &node, const PodFacts &pod)
{
    return pod.component.isEmpty() ? componentOfPod(node.name, pod.name) : pod.component;
}

void NodeLogs::update()
{
    QList<LogSource> wanted;
    QHash<QString, Source> sources = m_sources;
    m_logsLeftOut = 0;
    m_leftOut.clear();
    for (const LogNode &node : std::as_const(m_nodes)) {
        const auto list = m_pods.find(node.key);
        const QList<PodFacts> pods = list != m_pods.end() && list->second ? list->second->pods() : QList<PodFacts>();
        for (const PodFacts &pod : pods) {
            const QString component = componentOf(node, pod);
            if (!m_wanted(node.key, component))
                continue;
            const QString part = pod.name.startsWith(QString(node.name + u'-')) ? pod.name.mid(node.name.size() + 1) : pod.name;
            const QString name = m_nodes.size() == 1 ? part : node.name + u' ' + part;
            const auto works = std::count_if(pod.containers.cbegin(), pod.containers.cend(), [](const ContainerFacts &one) { return !one.init; });
            for (const ContainerFacts &container : pod.containers) {
                if (container.init)
                    continue;
                if (wanted.size() == kMostLogs) {
                    ++m_logsLeftOut;
                    m_leftOut.insert({node.key, component});
                    continue;
                }
                LogSource source;
                source.key = pod.uid + u'/' + container.name;
                source.name = works > 1 ? name + u' ' + container.name : name;
                source.request = {pod.ns, pod.name, container.name, -1, false, true};
                source.run = QString::number(container.restarts) + container.startedAt.toString(Qt::ISODate);
                sources.insert(source.key, {node.key, component});
                wanted.append(source);
            }
        }
    }
    // Lines of pods that are gone stay, those of what nobody wants do not.
    const QHash<QString, Source> before = sources;
    QStringList gone;
    for (auto it = before.cbegin(); it != before.cend(); ++it) {
        const bool node = std::any_of(m_nodes.cbegin(), m_nodes.cend(), [&it](const LogNode &one) { return one.key == it->key; });
        if (node && m_wanted(it->key, it->component))
            continue;
        sources.remove(it.key());
        gone.append(it.key());
    }
    m_session.forget(gone);
    m_sources = sources;
    m_logs = int(wanted.size());
    m_session.setSources(wanted);
}

bool NodeLogs::complete() const
{
    return std::all_of(m_pods.begin(), m_pods.end(), [](const auto &entry) {
        const LoadState::Phase phase = entry.second ? entry.second->state().phase : LoadState::Phase::Failed;
        return (entry.second && entry.second->complete()) || phase == LoadState::Phase::Forbidden || phase == LoadState::Phase::Failed;
    });
}

const Error *NodeLogs::failure() const
{
    for (const auto &[key, pods] : m_pods) {
        if (pods && (pods->state().phase == LoadState::Phase::Forbidden || pods->state().phase == LoadState::Phase::Failed))
            return &pods->state().error;
    }
    return nullptr;
}

QStringList NodeLogs::components(const QString &key) const
{
    QStringList out;
    const auto node = std::find_if(m_nodes.cbegin(), m_nodes.cend(), [&key](const LogNode &one) { return one.key == key; });
    const auto list = m_pods.find(key);
    if (node == m_nodes.cend() || list == m_pods.end() || !list->second)
        return out;
    const QList<PodFacts> pods = list->second->pods();
    for (const PodFacts &pod : pods)
        out.append(componentOf(*node, pod));
    out.sort();
    out.removeDuplicates();
    return out;
}

bool NodeLogs::reads(const QString &key, const QString &component) const
{
    const QList<int> of = numbers(key, component);
    return !m_leftOut.contains({key, component})
        && std::all_of(of.cbegin(), of.cend(), [this](int number) { return m_session.reads(number).value_or(true); });
}

QList<int> NodeLogs::numbers(const QString &key, const QString &component) const
{
    QList<int> out;
    for (auto it = m_sources.cbegin(); it != m_sources.cend(); ++it) {
        if (it->key == key && it->component == component && m_session.number(it.key()) >= 0)
            out.append(m_session.number(it.key()));
    }
    std::sort(out.begin(), out.end());
    return out;
}

}
