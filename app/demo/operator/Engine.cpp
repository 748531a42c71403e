// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/Engine.h"

#include "app/demo/node/Kubelet.h"
#include "app/demo/operator/NodesLook.h"
#include "app/demo/operator/PodLines.h"
#include "models/core/Async.h"
#include "models/core/Json.h"

#include <QElapsedTimer>
#include <QJsonArray>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace {

/// So many objects are written at a time.
constexpr size_t kParallel = 8;
constexpr qint64 kSliceMs = 20;
/// The first failures are only repeated; then status says so.
constexpr int kQuiet = 3;

QString uidOf(const QJsonObject &object)
{
    return json::at(object, u"/metadata/uid"_s).toString();
}

/// Who wrote which field is the server's business and half of an object.
QJsonObject bare(QJsonObject object)
{
    QJsonObject metadata = object.value("metadata"_L1).toObject();
    if (!metadata.contains("managedFields"_L1))
        return object;
    metadata.remove("managedFields"_L1);
    object.insert("metadata"_L1, metadata);
    return object;
}

/// Who has a Secret and with which keys is all that reconcilers ask; what is in it stays with the server.
QJsonObject withoutValues(QJsonObject secret)
{
    QJsonObject data = secret.value("data"_L1).toObject();
    for (const QString &key : data.keys())
        data.insert(key, QString());
    secret.insert("data"_L1, data);
    return secret;
}

network::KindInfo kindFor(const Gvr &gvr)
{
    network::KindInfo kind;
    kind.gvr = gvr;
    kind.kind = gvr.resource;
    kind.title = gvr.resource;
    return kind;
}

}

Engine::Engine(std::shared_ptr<ports::ResourceGateway> gateway, ports::ClusterFeed &feed,
    std::shared_ptr<ports::BodyCodec> bodies, const Clock &clock, const OperatorOptions &options, QObject *parent)
    : QObject(parent), m_gateway(gateway), m_feed(feed), m_bodies(std::move(bodies)), m_clock(clock), m_options(options),
      m_recorder(std::move(gateway), clock, u"canton-operator"_s), m_reconcilers(makeReconcilers())
{
    for (const auto &reconciler : m_reconcilers)
        m_byPlural.insert(reconciler->plural(), reconciler.get());
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &Engine::due);
    m_slice.setSingleShot(true);
    connect(&m_slice, &QTimer::timeout, this, &Engine::pump);
}

Engine::~Engine() = default;

void Engine::start()
{
    for (const auto &reconciler : m_reconcilers)
        watch(canton(reconciler->plural()));
    watch(core(u"pods"_s));
    watch(core(u"secrets"_s));
    watch(core(u"services"_s));
}

void Engine::watch(const Gvr &gvr)
{
    ports::WatchRequest request;
    request.kind = kindFor(gvr);
    request.keepBodies = true;
    auto feed = m_feed.watch(request);
    const QString plural = gvr.resource;
    m_unsynchronised.insert(plural);
    connect(feed.get(), &ports::ResourceFeed::batch, this,
        [this, plural](const network::RowBatch &batch) { received(plural, batch); });
    connect(feed.get(), &ports::ResourceFeed::loadStateChanged, this, [this](const LoadState &state) {
        using Phase = LoadState::Phase;
        if (state.phase == Phase::Failed || state.phase == Phase::Forbidden || state.phase == Phase::NotServed)
            Q_EMIT troubled(state.error);
    });
    feed->start();
    m_feeds.push_back(std::move(feed));
}

void Engine::received(const QString &plural, const network::RowBatch &batch)
{
    QSet<QString> seen;
    for (const network::Row &row : batch.upserts) {
        const auto opened = m_bodies->open(row.body);
        if (!opened) {
            Q_EMIT troubled(opened.error());
            continue;
        }
        const QJsonObject body = bare(*opened);
        seen.insert(row.uid);
        m_byUid.insert(row.uid, {plural, row.ns, row.name});
        m_world.put(plural, plural == "secrets"_L1 ? withoutValues(body) : body);
        if (plural == "pods"_L1)
            tellPod(body);
        if (m_options.seen)
            m_options.seen(plural, body);
        queue({plural, row.ns, row.name});
        queueTouched(plural, body);
    }
    for (const QString &uid : batch.removedUids)
        forget(plural, uid);
    if (batch.sync == network::RowBatch::Sync::Complete) {
        if (batch.replace) {
            const QList<QJsonObject> known = m_world.all(plural);
            for (const QJsonObject &object : known) {
                if (!seen.contains(uidOf(object)))
                    forget(plural, uidOf(object));
            }
        }
        if (m_unsynchronised.remove(plural) && m_unsynchronised.isEmpty())
            Q_EMIT allSynchronised();
    }
    pump();
}

void Engine::forget(const QString &plural, const QString &uid)
{
    const auto known = m_byUid.constFind(uid);
    if (known == m_byUid.constEnd())
        return;
    const Key key = *known;
    m_byUid.erase(known);
    const QJsonObject last = m_world.find(plural, key.ns, key.name);
    if (uidOf(last) != uid)
        return;   // another one of that name is there already
    m_world.remove(plural, key.ns, key.name);
    if (plural == "pods"_L1 && m_options.kubelet)
        m_options.kubelet->forget(key.ns, key.name);
    if (m_options.gone)
        m_options.gone(plural, key.ns, key.name);
    m_queue.forget(key);
    queueTouched(plural, last);
}

void Engine::setActive(bool active)
{
    m_active = active;
    pump();
}

void Engine::queue(const Key &key)
{
    if (m_byPlural.contains(key.plural))
        m_queue.add(key);
}

void Engine::queueTouched(const QString &plural, const QJsonObject &object)
{
    // Pods and secrets have an owner among our kinds; our kinds say themselves whom they touch.
    for (const QJsonValue &value : json::at(object, u"/metadata/ownerReferences"_s).toArray()) {
        const QJsonObject owner = value.toObject();
        if (!owner.value("apiVersion"_L1).toString().startsWith("canton.quarterdeck.io/"_L1))
            continue;
        const auto known = m_byUid.constFind(owner.value("uid"_L1).toString());
        if (known != m_byUid.constEnd())
            queue(*known);
    }
    // What stands on a node is counted and shown by it.
    const QJsonObject node = json::at(object, u"/spec/nodeRef"_s).toObject();
    if (const QString nodes = nodePlural(node.value("kind"_L1).toString()); !nodes.isEmpty()) {
        const QString ns = json::at(object, u"/metadata/namespace"_s).toString();
        const QString name = node.value("name"_L1).toString();
        if (!m_world.find(nodes, ns, name).isEmpty())
            queue({nodes, ns, name});
    }
    const Reconciler *reconciler = m_byPlural.value(plural);
    if (reconciler == nullptr)
        return;
    for (const auto &[other, name] : reconciler->touches(object, m_world))
        queue({other, name.section(u'/', 0, 0), name.section(u'/', 1)});
}

void Engine::due()
{
    m_timerAt.reset();
    m_queue.ripen(m_clock.monotonicMs());
    pump();
}

void Engine::scheduleTimer()
{
    const std::optional<qint64> next = m_queue.nextDue();
    if (!next || (m_timerAt && *m_timerAt == *next))
        return;
    const qint64 wait = std::max<qint64>(0, *next - m_clock.monotonicMs());
    m_timerAt = next;
    m_timer.start(milliseconds(std::min<qint64>(wait, 60000)));
}

void Engine::pump()
{
    // A large network is looked at in slices: Leases are renewed and answers heard between them.
    QElapsedTimer slice;
    slice.start();
    while (m_active && synchronised() && m_queue.underWay() < kParallel) {
        if (slice.elapsed() > kSliceMs) {
            m_slice.start(0);
            return;
        }
        const auto key = m_queue.take();
        if (!key)
            break;
        look(*key);
    }
    scheduleTimer();
}

Moment Engine::moment() const
{
    return {m_clock.now(), m_options.speed, m_options.seed};
}

void Engine::look(const Key &key)
{
    const QJsonObject object = m_world.find(key.plural, key.ns, key.name);
    if (object.isEmpty()) {
        m_queue.forget(key);
        return;
    }
    auto work = std::make_shared<Work>();
    work->plan = m_byPlural.value(key.plural)->reconcile(object, m_world, moment());
    work->object = object;
    if (work->plan.again)
        m_queue.addAt(key, m_clock.monotonicMs() + work->plan.again->count());
    if (work->plan.nothing())
        return;
    m_queue.begin(key);
    advance(key, work);
}

void Engine::advance(const Key &key, const std::shared_ptr<Work> &work)
{
    if (work->next < work->plan.writes.size()) {
        const ports::WriteRequest request = work->plan.writes.at(work->next);
        whenFinished(
            m_gateway->write(request), this, [this, key, work, request](const Result<ports::WriteOutcome> &outcome) {
                // There already, gone already: someone was quicker, and that is as good.
                const bool settled = !outcome
                    && ((request.verb == ports::Verb::Create && outcome.error().reason == "AlreadyExists"_L1)
                        || (request.verb == ports::Verb::Delete && outcome.error().kind == ErrorKind::NotFound));
                if (!outcome && !settled) {
                    // What is to be changed is gone: the World need not wait for the watch to know it.
                    if (outcome.error().kind == ErrorKind::NotFound)
                        m_world.remove(request.gvr.resource, request.ns, request.name);
                    failed(key, outcome.error());
                    return;
                }
                learn(request, outcome);
                ++work->next;
                advance(key, work);
            });
        return;
    }
    if (!work->plan.status.isEmpty())
        writeObject(key, work, true);
    else if (!work->plan.metadata.isEmpty())
        writeObject(key, work, false);
    else
        finish(key, work);
}

void Engine::learn(const ports::WriteRequest &request, const Result<ports::WriteOutcome> &outcome)
{
    const QString plural = request.gvr.resource;
    if (plural != "pods"_L1 && plural != "services"_L1)
        return;   // the watches of the others bring it soon enough
    if (request.verb == ports::Verb::Delete) {
        m_world.remove(plural, request.ns, request.name);
        return;
    }
    if (!outcome)
        return;
    const QJsonObject object = bare(outcome->object);
    const QString name = json::at(object, u"/metadata/name"_s).toString();
    const auto versionOf = [](const QJsonObject &one) {
        return json::at(one, u"/metadata/resourceVersion"_s).toString().toULongLong();
    };
    // The watch may have been quicker.
    if (name.isEmpty() || versionOf(m_world.find(plural, request.ns, name)) >= versionOf(object))
        return;
    m_world.put(plural, object);
    m_byUid.insert(uidOf(object), {plural, request.ns, name});
    if (m_options.seen)
        m_options.seen(plural, object);
}

void Engine::writeObject(const Key &key, const std::shared_ptr<Work> &work, bool status)
{
    ports::WriteRequest request;
    request.gvr = canton(key.plural);
    request.ns = key.ns;
    request.name = key.name;
    request.subresource = status ? u"status"_s : QString();
    QJsonObject metadata = status ? QJsonObject() : work->plan.metadata;
    metadata.insert("resourceVersion"_L1, json::at(work->object, u"/metadata/resourceVersion"_s));
    QJsonObject body{{u"metadata"_s, metadata}};
    if (status)
        body.insert("status"_L1, std::exchange(work->plan.status, {}));
    else
        work->plan.metadata = {};
    request.body = body;
    whenFinished(m_gateway->write(request), this, [this, key, work](const Result<ports::WriteOutcome> &outcome) {
        if (!outcome) {
            failed(key, outcome.error());
            return;
        }
        // What was written is known now; the watch will bring the same.
        if (!json::at(outcome->object, u"/metadata/deletionTimestamp"_s).isString()
            || !json::at(outcome->object, u"/metadata/finalizers"_s).toArray().isEmpty())
            m_world.put(key.plural, bare(outcome->object));
        work->object = bare(outcome->object);
        advance(key, work);
    });
}

void Engine::finish(const Key &key, const std::shared_ptr<Work> &work)
{
    for (const EventDraft &event : work->plan.events)
        m_recorder.record(regarded(key, work->object, event), event);
    for (const QString &line : work->plan.logLines)
        tellLog(key, line);
    if (m_queue.recovered(key) >= kQuiet)
        writeRetry(key, QJsonValue::Null);
    // What was done may be the ground for more: look again, until a look plans nothing.
    m_queue.end(key);
    queue(key);
    pump();
}

QJsonObject Engine::regarded(const Key &key, const QJsonObject &object, const EventDraft &event) const
{
    QJsonObject pod = event.pod.isEmpty() ? QJsonObject() : m_world.find(u"pods"_s, key.ns, event.pod);
    if (pod.isEmpty())
        return object;
    pod.insert("apiVersion"_L1, u"v1"_s);   // items of lists leave it out
    pod.insert("kind"_L1, u"Pod"_s);
    return pod;
}

void Engine::tellLog(const Key &key, const QString &line)
{
    if (!m_options.kubelet)
        return;
    // "participant#1|INFO|text": the second replica.
    const QString component = line.section(u'|', 0, 0).section(u'#', 0, 0);
    const QString pod = podName(key.name, component, line.section(u'|', 0, 0).section(u'#', 1, 1).toInt());
    const QString level = line.section(u'|', 1, 1);
    if (level == "RESTARTED"_L1)
        m_options.kubelet->restarted(key.ns, pod, component);
    else
        m_options.kubelet->addLine(
            key.ns, pod, component, formatLine(component, level, line.section(u'|', 2), m_clock.now()));
}

void Engine::tellPod(const QJsonObject &pod)
{
    if (!m_options.kubelet)
        return;
    const QString ns = json::at(pod, u"/metadata/namespace"_s).toString();
    const QString name = json::at(pod, u"/metadata/name"_s).toString();
    QStringList containers;
    for (const QJsonValue &container : json::at(pod, u"/spec/containers"_s).toArray())
        containers.append(container.toObject().value("name"_L1).toString());
    m_options.kubelet->runs(ns, name, containers);
    const QString ports = json::at(pod, u"/metadata/annotations"_s)
                              .toObject()
                              .value("demo.quarterdeck.io/local-ports"_L1)
                              .toString();
    for (const QString &pair : ports.split(u',', Qt::SkipEmptyParts))
        m_options.kubelet->setPort(ns, name, pair.section(u'=', 0, 0).trimmed().toUShort(),
            pair.section(u'=', 1).trimmed().toUShort());
}

void Engine::failed(const Key &key, const Error &error)
{
    const bool dirty = m_queue.end(key);
    if (error.kind == ErrorKind::NotFound || error.kind == ErrorKind::Conflict) {
        // The watch brings the newer object, or its end; until then there is nothing to do but to look a little later.
        if (dirty)
            queue(key);
        else
            m_queue.addAt(key, m_clock.monotonicMs() + 500);
        pump();
        return;
    }
    const int attempts = m_queue.failed(key);
    const milliseconds wait(std::min<qint64>(30000, qint64(200) << std::min(attempts, 8)));
    m_queue.addAt(key, m_clock.monotonicMs() + wait.count());
    if (attempts >= kQuiet)
        tellRetry(key, attempts, wait, error);
    if (attempts == kQuiet)
        Q_EMIT troubled(error);
    pump();
}

void Engine::tellRetry(const Key &key, int attempts, milliseconds wait, const Error &error)
{
    const QString next = m_clock.now().addMSecs(wait.count()).toUTC().toString(u"yyyy-MM-ddTHH:mm:ssZ"_s);
    writeRetry(key,
        QJsonObject{{u"attempts"_s, attempts}, {u"nextRetryTime"_s, next}, {u"lastError"_s, error.text().left(4096)}});
}

void Engine::writeRetry(const Key &key, const QJsonValue &retry)
{
    ports::WriteRequest request;
    request.gvr = canton(key.plural);
    request.ns = key.ns;
    request.name = key.name;
    request.subresource = u"status"_s;
    request.body = QJsonObject{{u"status"_s, QJsonObject{{u"retry"_s, retry}}}};
    // If even this fails there is no place to say so.
    whenFinished(m_gateway->write(request), this, [](const Result<ports::WriteOutcome> &) { });
}

}
