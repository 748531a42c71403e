// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/Discovery.h"
#include "app/kube/Gateway.h"
#include "app/kube/GatewayPaths.h"

#include <QCoreApplication>

#include <optional>

namespace qd::kube {

using namespace Qt::StringLiterals;

namespace {

struct Tr
{
    Q_DECLARE_TR_FUNCTIONS(Gateway)
};

HttpCall readCall(const QString &path, const QString &what, const std::stop_token &stop)
{
    HttpCall call;
    call.request.pathAndQuery = path;
    call.what = what;
    call.lane = Lane::Background;
    call.retry = true;
    call.stop = stop;
    return call;
}

}

/// /api and /apis at once; each group version has a slot, so that the order is the server's.
struct GatewayWorker::Discovery
{
    std::stop_token stop;
    Reply<QList<ports::ServedResource>> reply;
    QList<QList<ports::ServedResource>> slots_{{}, {}};
    int open = 2;
    std::optional<Error> failure;

    void done()
    {
        if (--open > 0)
            return;
        if (failure)
            return reply(*failure);
        QList<ports::ServedResource> all;
        for (const QList<ports::ServedResource> &slot : slots_)
            all += slot;
        reply(all);
    }
};

void GatewayWorker::discover(std::stop_token stop, Reply<QList<ports::ServedResource>> reply)
{
    auto state = std::make_shared<Discovery>();
    state->stop = stop;
    state->reply = std::move(reply);
    discoverRoot(state, u"/api"_s);
    discoverRoot(state, u"/apis"_s);
}

void GatewayWorker::discoverRoot(const std::shared_ptr<Discovery> &state, const QString &root)
{
    HttpCall call = readCall(root, Tr::tr("Discovery (%1)").arg(root), state->stop);
    call.request.accept = kDiscoveryAccept;
    if (const auto known = m_discovered.constFind(root); known != m_discovered.constEnd())
        call.request.headers.insert("If-None-Match", known->first);
    fetch(std::move(call), [this, state, root](Result<Answer> answer) {
        const bool core = root == "/api"_L1;
        if (!answer) {
            // A server of aggregated APIs only has no /api.
            if (!(core && answer.error().httpStatus == 404))
                state->failure = answer.error();
            return state->done();
        }
        if (answer->head.status == 304) {
            state->slots_[core ? 0 : 1] = m_discovered.value(root).second;
            return state->done();
        }
        m_discovered.remove(root);
        if (isAggregated(answer->head.headers.value("content-type"))) {
            const QList<ports::ServedResource> found = parseAggregated(answer->object);
            if (const QByteArray etag = answer->head.headers.value("etag"); !etag.isEmpty())
                m_discovered.insert(root, {etag, found});
            state->slots_[core ? 0 : 1] = found;
            return state->done();
        }
        const QStringList versions = groupVersionsOf(answer->object);
        state->open += int(versions.size());
        for (const QString &version : versions) {
            state->slots_.append(QList<ports::ServedResource>());
            discoverLegacy(state, state->slots_.size() - 1, version);
        }
        state->done();
    });
}

void GatewayWorker::discoverLegacy(const std::shared_ptr<Discovery> &state, qsizetype slot, const QString &apiVersion)
{
    const QString path = (apiVersion.contains(u'/') ? u"/apis/"_s : u"/api/"_s) + apiVersion;
    fetch(readCall(path, Tr::tr("Discovery of %1").arg(apiVersion), state->stop),
        [state, slot, apiVersion](Result<Answer> answer) {
            if (answer)
                state->slots_[slot] = parseResourceList(apiVersion, answer->object);
            else if (answer.error().kind == ErrorKind::Cancelled)
                state->failure = answer.error();
            else // one broken API service is not the end of discovery
                state->slots_[slot] = {staleGroup(apiVersion)};
            state->done();
        });
}

void GatewayWorker::openApi(const Gvr &gvr, std::stop_token stop, Reply<QJsonObject> reply)
{
    const QString group = groupPath(gvr).mid(1);
    const QString what = Tr::tr("Schema of %1").arg(gvr.apiVersion());
    fetch(readCall(u"/openapi/v3"_s, what, stop), [this, group, what, stop, reply](Result<Answer> index) {
        if (!index)
            return reply(index.error());
        const QJsonObject entry = index->object.value("paths"_L1).toObject().value(group).toObject();
        const QString url = entry.value("serverRelativeURL"_L1).toString();
        if (url.isEmpty())
            return reply(Error{ErrorKind::Unsupported, Tr::tr("%1: the server publishes none.").arg(what),
                Tr::tr("Check that the resource definitions are installed.")});
        if (const auto known = m_schemas.constFind(url); known != m_schemas.constEnd())
            return reply(*known);
        const auto keep = [this, group, url](const QJsonObject &schema) {
            // The hash in the address changes with the schema: an older one of the same group is of no use any more.
            m_schemas.removeIf(
                [&group](const auto &it) { return it.key().startsWith(QString(u"/openapi/v3/"_s + group + u'?')); });
            m_schemas.insert(url, schema);
        };
        const bool hashed = url.contains(u"hash="_s);
        if (const auto known = hashed ? m_disk.read(m_serverUrl, url) : std::nullopt) {
            keep(*known);
            return reply(*known);
        }
        fetch(readCall(url, what, stop), [this, url, hashed, keep, reply](Result<Answer> schema) {
            if (!schema)
                return reply(schema.error());
            if (hashed)
                m_disk.write(m_serverUrl, url, schema->object);
            keep(schema->object);
            reply(std::move(schema->object));
        });
    });
}

}
