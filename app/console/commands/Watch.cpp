// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Output.h"
#include "app/console/RowWriter.h"
#include "app/console/commands/Command.h"
#include "models/core/Format.h"

#include <QHash>
#include <QTimer>

namespace qd::console {

using namespace Qt::StringLiterals;

namespace {

/// `watch KIND`: the feed of the window, printed. Rows are not kept: only what a later line needs of them.
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
    void begin(const network::KindInfo &kind)
    {
        m_kind = kind;
        m_writer = std::make_unique<RowWriter>(session().cluster().info.name, m_kind, invocation().json());
        ports::WatchRequest request{m_kind, ns(), invocation().value(u"selector"_s), false};
        ports::ClusterFeed *cluster = session().cluster().kube->feed();
        m_feed = cluster->watch(request);
        connect(m_feed.get(), &ports::ResourceFeed::batch, this, &Watch::adopt);
        connect(m_feed.get(), &ports::ResourceFeed::loadStateChanged, this, &Watch::judge);
        connect(m_feed.get(), &ports::ResourceFeed::refused, this, &Watch::sayRefused);
        connect(cluster, &ports::ClusterFeed::freshnessChanged, this, &Watch::sayFreshness);
        m_feed->start();
    }

    struct Known {
        QString ns;
        QString name;
    };

    [[nodiscard]] QString ns() const
    {
        if (!m_kind.namespaced || invocation().has(u"all-namespaces"_s))
            return {};
        return session().targetNamespace();
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

    void adopt(const network::RowBatch &batch)
    {
        QByteArray out;
        m_writer->measure(out, batch.upserts);
        QSet<QString> seen;
        for (const network::Row &row : batch.upserts) {
            const bool known = m_known.contains(row.uid);
            if (batch.replace)
                seen.insert(row.uid);
            m_known.insert(row.uid, {row.ns, row.name});
            m_writer->row(out, known ? "modified" : "added", row, batch.asOf);
        }
        for (const QString &uid : batch.removedUids)
            remove(out, uid, batch);
        if (batch.replace) {
            const QStringList all = m_known.keys();
            for (const QString &uid : all) {
                if (!seen.contains(uid))
                    remove(out, uid, batch);
            }
        }
        print(out);
        if (batch.sync == network::RowBatch::Sync::Complete)
            synced(batch);
    }

    void remove(QByteArray &out, const QString &uid, const network::RowBatch &batch)
    {
        const auto it = m_known.constFind(uid);
        if (it == m_known.constEnd())
            return;
        m_writer->deleted(out, it->ns, it->name, uid, batch.resourceVersion, batch.asOf);
        m_known.erase(it);
    }

    void synced(const network::RowBatch &batch)
    {
        m_synced = true;
        QByteArray out;
        m_writer->synced(out, m_known.size(), batch.resourceVersion, batch.asOf);
        print(out);
        if (invocation().has(u"until-synced"_s))
            Q_EMIT finished(Ok);
    }

    /// One object that cannot be read: the others go on.
    void sayRefused(const Error &error)
    {
        QByteArray out;
        m_writer->event(out, "error", session().clock()->now(), error.text());
        print(out);
    }

    void judge(const LoadState &state)
    {
        using Phase = LoadState::Phase;
        const bool bad = state.phase == Phase::Failed || state.phase == Phase::Forbidden || state.phase == Phase::NotServed
            || (state.phase == Phase::Stale && !state.error.message.isEmpty());
        if (!bad || state.error.message == m_lastError)
            return;
        m_lastError = state.error.message;
        QByteArray out;
        m_writer->event(out, "error", session().clock()->now(), state.error.text());
        print(out);
        // A busy server says when to come again, and the feed does.
        if (!m_synced && state.phase != Phase::Stale && state.error.retryAfterSeconds <= 0)
            fail(state.error);
    }

    void sayFreshness(const Freshness &freshness)
    {
        const bool stale = freshness.state == Freshness::State::Stale;
        const bool fresh = freshness.state == Freshness::State::Fresh;
        if ((!stale && !fresh) || stale == m_stale)
            return;
        m_stale = stale;
        QByteArray out;
        m_writer->event(out, stale ? "stale" : "fresh", freshness.lastAnswer, freshness.reason);
        print(out);
    }

    network::KindInfo m_kind;
    std::unique_ptr<RowWriter> m_writer;
    std::unique_ptr<ports::ResourceFeed> m_feed;
    QHash<QString, Known> m_known;
    QString m_lastError;
    bool m_synced = false;
    bool m_stale = false;
};

}

std::unique_ptr<Command> makeWatch(const Invocation &invocation, Session *session)
{
    return std::make_unique<Watch>(invocation, session);
}

}
