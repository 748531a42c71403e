// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Output.h"
#include "app/console/RowWriter.h"
#include "app/console/TableRows.h"
#include "app/console/commands/Command.h"
#include "app/console/commands/SignInSteps.h"
#include "models/core/Async.h"
#include "models/core/Format.h"

#include <QHash>
#include <QTimer>

#include <optional>

namespace qd::console {

using namespace Qt::StringLiterals;

namespace {

/// `watch KIND`: the feeds of the window, printed, one for each cluster of the profile. Rows are not kept: only what a later
/// line needs of them.
class Watch final : public Command {
public:
    using Command::Command;

    void run() override
    {
        const Result<qint64> time = limit();
        if (!time) {
            sayError(time.error());
            Q_EMIT finished(Usage);
            return;
        }
        if (*time > 0)
            QTimer::singleShot(int(*time), this, [this] {
                // synced() ends it before: at the limit it is not complete.
                Q_EMIT finished(invocation().has(u"until-synced"_s) ? Unsettled : Ok);
            });
        withKind(invocation().words.first(), [this](const network::KindInfo &kind) { begin(kind); });
    }

private:
    struct Known {
        QString ns;
        QString name;
    };

    /// One cluster's feed.
    struct Stream {
        QString cluster;
        std::unique_ptr<ports::ResourceFeed> feed;
        QHash<QString, Known> known = {};
        QString lastError = {};
        bool synced = false;
        bool stale = false;
        std::unique_ptr<TableRows> cells = {};   ///< of a kind nobody knows: the server's columns
        std::optional<Error> failure = {};   ///< before it was complete: nothing more will come
    };

    void begin(const network::KindInfo &kind)
    {
        m_kind = kind;
        m_tables.resize(session().clusters().size(), Error{});
        if (session().kinds()->find(kind.gvr))
            return openStreams();
        m_openTables = m_tables.size();
        for (size_t i = 0; i < m_tables.size(); ++i) {
            const SessionCluster &cluster = session().clusters().at(i);
            ports::ListQuery query;
            query.ns = ns(cluster);
            query.labelSelector = invocation().value(u"selector"_s);
            whenFinished(cluster.kube->gateway()->table(kind.gvr, query), this, [this, i](const Result<QJsonObject> &table) {
                m_tables[i] = table;
                if (--m_openTables == 0)
                    openStreams();
            });
        }
    }

    void openStreams()
    {
        network::KindInfo shown = m_kind;
        for (const Result<QJsonObject> &table : m_tables) {
            if (!table || !shown.columns.isEmpty())
                continue;
            shown.columns = TableRows::columnsOf(*table);
            shown.phasePointer.clear();   // the server's columns say what there is
        }
        m_writer = std::make_unique<RowWriter>(session().cluster().info.name, shown, invocation().json(), several());
        for (size_t i = 0; i < m_tables.size(); ++i)
            openStream(session().clusters().at(i), shown, m_tables.at(i));
        m_tables.clear();
        for (const std::unique_ptr<Stream> &stream : m_streams)
            stream->feed->start();
    }

    void openStream(const SessionCluster &cluster, const network::KindInfo &shown, const Result<QJsonObject> &table)
    {
        const ports::WatchRequest request{m_kind, ns(cluster), invocation().value(u"selector"_s), false};
        ports::ClusterFeed *feed = cluster.kube->feed();
        m_streams.push_back(std::make_unique<Stream>(Stream{cluster.info.name, feed->watch(request)}));
        Stream *stream = m_streams.back().get();
        if (m_kind.columns.size() != shown.columns.size()) {
            const TableRows::Scope scope{m_kind.gvr, request.ns, request.labelSelector};
            stream->cells = std::make_unique<TableRows>(cluster.kube->gateway(), scope, shown.columns);
            if (table)
                stream->cells->know(*table);
            connect(stream->feed.get(), &ports::ResourceFeed::batch, stream->cells.get(), &TableRows::add);
            connect(stream->cells.get(), &TableRows::ready, this,
                    [this, stream](const network::RowBatch &batch) { adopt(*stream, batch); });
            connect(stream->cells.get(), &TableRows::refused, this,
                    [this, stream](const Error &error) { sayProblem(*stream, error); });
        } else {
            connect(stream->feed.get(), &ports::ResourceFeed::batch, this,
                    [this, stream](const network::RowBatch &batch) { adopt(*stream, batch); });
        }
        connect(stream->feed.get(), &ports::ResourceFeed::loadStateChanged, this,
                [this, stream](const LoadState &state) { judge(*stream, state); });
        connect(stream->feed.get(), &ports::ResourceFeed::refused, this,
                [this, stream](const Error &error) { sayProblem(*stream, error); });
        connect(feed, &ports::ClusterFeed::freshnessChanged, this,
                [this, stream](const Freshness &freshness) { sayFreshness(*stream, freshness); });
    }

    [[nodiscard]] QString ns(const SessionCluster &cluster) const
    {
        if (!m_kind.namespaced || invocation().has(u"all-namespaces"_s))
            return {};
        return session().targetNamespace(cluster);
    }

    [[nodiscard]] Result<qint64> limit() const
    {
        if (!invocation().has(u"for"_s))
            return qint64(0);
        const qint64 ms = parseDuration(invocation().value(u"for"_s));
        if (ms <= 0)
            return Error{ErrorKind::Invalid, Session::tr("--for %1 is no duration.").arg(invocation().value(u"for"_s)),
                         Session::tr("For example 30s or 2m.")};
        return ms;
    }

    RowWriter &writer(const Stream &stream)
    {
        if (several())
            m_writer->setCluster(stream.cluster);
        return *m_writer;
    }

    void adopt(Stream &stream, const network::RowBatch &batch)
    {
        QByteArray out;
        RowWriter &to = writer(stream);
        // First what went: an object of the same name may have come in its place, and who goes by names would lose it.
        for (const QString &uid : batch.removedUids)
            remove(out, stream, uid, batch);
        if (batch.replace)
            removeOthers(out, stream, batch);
        to.measure(out, batch.upserts);
        for (const network::Row &row : batch.upserts) {
            const bool known = stream.known.contains(row.uid);
            stream.known.insert(row.uid, {row.ns, row.name});
            to.row(out, known ? "modified" : "added", row, batch.asOf);
        }
        if (batch.sync == network::RowBatch::Sync::Complete) {
            stream.synced = true;
            to.synced(out, stream.known.size(), batch.resourceVersion, batch.asOf);
        }
        print(out);
        if (batch.sync == network::RowBatch::Sync::Complete)
            endWhenDone();
    }

    /// The batch is all there is.
    void removeOthers(QByteArray &out, Stream &stream, const network::RowBatch &batch)
    {
        QSet<QString> seen;
        for (const network::Row &row : batch.upserts)
            seen.insert(row.uid);
        const QStringList all = stream.known.keys();
        for (const QString &uid : all) {
            if (!seen.contains(uid))
                remove(out, stream, uid, batch);
        }
    }

    void remove(QByteArray &out, Stream &stream, const QString &uid, const network::RowBatch &batch)
    {
        const auto it = stream.known.constFind(uid);
        if (it == stream.known.constEnd())
            return;
        m_writer->deleted(out, it->ns, it->name, uid, batch.resourceVersion, batch.asOf);
        stream.known.erase(it);
    }

    /// A problem is an event of the stream in JSON, and a message for people: never both. One object that cannot be read,
    /// or one cluster, does not end the others.
    void sayProblem(const Stream &stream, Error error)
    {
        for (const SessionCluster &cluster : session().clusters()) {
            if (cluster.info.name == stream.cluster)
                error = explained(error, session(), cluster);
        }
        if (!invocation().json()) {
            if (several())
                error.message = QString(stream.cluster + u": "_s + error.message);
            return sayError(error);
        }
        QByteArray out;
        writer(stream).event(out, "error", session().clock()->now(), error.text());
        print(out);
    }

    void judge(Stream &stream, const LoadState &state)
    {
        using Phase = LoadState::Phase;
        const bool bad = state.phase == Phase::Failed || state.phase == Phase::Forbidden || state.phase == Phase::NotServed
            || (state.phase == Phase::Stale && !state.error.message.isEmpty());
        if (!bad || state.error.message == stream.lastError)
            return;
        stream.lastError = state.error.message;
        sayProblem(stream, state.error);
        // A busy server says when to come again, and the feed does.
        if (stream.synced || state.phase == Phase::Stale || state.error.retryAfterSeconds > 0)
            return;
        stream.failure = state.error;
        endWhenDone();
    }

    /// Over when every cluster failed, or with --until-synced when every one failed or is complete. The first failure is the
    /// exit code.
    void endWhenDone()
    {
        const bool untilSynced = invocation().has(u"until-synced"_s);
        const Error *first = nullptr;
        for (const std::unique_ptr<Stream> &stream : m_streams) {
            if (!stream->failure && !(untilSynced && stream->synced))
                return;
            if (stream->failure && !first)
                first = &*stream->failure;
        }
        Q_EMIT finished(first ? exitCodeOf(*first) : int(Ok));
    }

    void sayFreshness(Stream &stream, const Freshness &freshness)
    {
        const bool stale = freshness.state == Freshness::State::Stale;
        const bool fresh = freshness.state == Freshness::State::Fresh;
        if ((!stale && !fresh) || stale == stream.stale)
            return;
        stream.stale = stale;
        QByteArray out;
        writer(stream).event(out, stale ? "stale" : "fresh", freshness.lastAnswer, freshness.reason);
        print(out);
    }

    network::KindInfo m_kind;
    std::vector<Result<QJsonObject>> m_tables;   ///< of each cluster, of a kind nobody knows
    size_t m_openTables = 0;
    std::unique_ptr<RowWriter> m_writer;
    std::vector<std::unique_ptr<Stream>> m_streams;
};

}

std::unique_ptr<Command> makeWatch(const Invocation &invocation, Session *session)
{
    return std::make_unique<Watch>(invocation, session);
}

}
