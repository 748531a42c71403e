// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Output.h"
#include "app/console/commands/Command.h"
#include "models/core/Async.h"
#include "models/core/Format.h"
#include "models/items/LogLine.h"
#include "models/items/PodList.h"
#include "models/items/telemetry/LokiLog.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QPointer>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>

namespace qd::console {

using namespace Qt::StringLiterals;
using items::LogLevel;
using items::LogLine;

namespace {

constexpr qint64 kHourMs = 3'600'000;
/// Lines kept until all logs are read, to be told in order of time.
constexpr size_t kMost = 200'000;
constexpr qsizetype kMostBytes = qsizetype(512) << 20;

std::optional<LogLevel> levelOf(const QString &word)
{
    const QString low = word.toLower();
    if (low == "debug"_L1)
        return LogLevel::Debug;
    if (low == "info"_L1)
        return LogLevel::Info;
    if (low == "warn"_L1 || low == "warning"_L1)
        return LogLevel::Warn;
    return low == "error"_L1 ? std::optional(LogLevel::Error) : std::nullopt;
}

QString wordOf(LogLevel level)
{
    return level == LogLevel::None ? QString() : items::logLevelWord(level).toLower();
}

/// `logs KIND/NAME`: Loki where there is one, else the pods.
class Logs final : public Command {
public:
    using Command::Command;

    void run() override
    {
        if (const Result<Done> read = readFlags(); !read) {
            sayError(read.error());
            return Q_EMIT finished(Usage);
        }
        const Result<Target> target = parseTarget(session(), invocation().words.first());
        if (!target) {
            sayError(target.error());
            return Q_EMIT finished(Usage);
        }
        m_target = *target;
        if (!items::hasPods(m_target.kind)) {
            sayError({ErrorKind::Invalid, Session::tr("%1 has no pods, and so no logs.").arg(invocation().words.first()), {}});
            return Q_EMIT finished(Usage);
        }
        whenFinished(session().gateway()->get(m_target.kind.gvr, m_target.ns, m_target.name), this, [this](const Result<QJsonObject> &object) {
            if (!object)
                return fail(object.error());
            m_uid = (*object)["metadata"_L1]["uid"_L1].toString();
            m_telemetry = session().telemetryOf(session().cluster());
            connect(m_telemetry.get(), &ports::Telemetry::changed, this, &Logs::choose);
            m_telemetry->look();
            choose();
        });
    }

private:
    struct Told {
        LogLine line;
        QString component;
        QString stream;                 ///< whose line it is: a line that goes on is of the one before it there
        network::Labels metadata = {};
    };

    Result<Done> readFlags()
    {
        m_sinceMs = invocation().has(u"since"_s) ? parseDuration(invocation().value(u"since"_s)) : kHourMs;
        if (m_sinceMs <= 0)
            return Error{ErrorKind::Invalid, Session::tr("--since %1 is no duration.").arg(invocation().value(u"since"_s)), Session::tr("For example 30s or 2h.")};
        if (invocation().has(u"level"_s)) {
            m_level = levelOf(invocation().value(u"level"_s));
            if (!m_level)
                return Error{ErrorKind::Invalid, Session::tr("--level %1 is no level.").arg(invocation().value(u"level"_s)), Session::tr("It is debug, info, warn or error.")};
        }
        m_component = invocation().value(u"component"_s);
        m_grep = invocation().value(u"grep"_s);
        m_follow = invocation().has(u"follow"_s);
        return Done{};
    }

    void choose()
    {
        const ports::TelemetryState state = m_telemetry->state(ports::TelemetryPart::Logs);
        if (m_chosen || state.phase == ports::TelemetryState::Phase::Looking)
            return;
        m_chosen = true;
        if (state.phase == ports::TelemetryState::Phase::Missing)
            return readPods(state.why.message);
        listOthers();
    }

    /// Nodes whose names go on from this one's: Loki tells pods apart by their names.
    void listOthers()
    {
        QList<network::KindInfo> kinds;
        for (const network::KindInfo &kind : session().kinds()->kinds())
            if (items::hasPods(kind) && items::podSelection(kind, u"x"_s, u"x"_s).ownerUid.isEmpty())
                kinds.append(kind);
        m_lists = kinds.size();
        for (const network::KindInfo &kind : kinds) {
            ports::ListQuery query{m_target.ns};
            query.metadataOnly = true;
            whenFinished(session().gateway()->list(kind.gvr, query), this, [this](const Result<QJsonObject> &list) {
                const QJsonArray items = list ? list->value("items"_L1).toArray() : QJsonArray();
                for (const QJsonValue &item : items)
                    m_others.append(item["metadata"_L1]["name"_L1].toString());
                if (!list && list.error().kind != ErrorKind::NotFound && !std::exchange(m_unlisted, true))
                    say(Session::tr("%1 Lines of nodes whose names begin with “%2-” may be among these.").arg(list.error().message, m_target.name));
                if (--m_lists == 0)
                    readLoki();
            });
        }
    }

    /// What Loki itself leaves out, so that the newest lines are those that are wanted. A level takes further lines of an exception along,
    /// whatever they say: then the text is looked for here.
    [[nodiscard]] QString narrowed() const { return m_level ? items::logqlFrom(*m_level) : items::logqlWith(m_grep, false); }

    void readLoki()
    {
        const qint64 now = session().clock()->now().toMSecsSinceEpoch();
        m_expr = items::podLogsExpr(m_target.ns, m_target.name, m_component, m_others);
        m_loki = std::make_unique<items::LokiLog>(m_telemetry->logs(),
            items::LokiRequest{m_expr + narrowed(), (now - m_sinceMs) * 1'000'000, 0, int(kMost), m_follow, kMostBytes}, now * 1'000'000);
        connect(m_loki.get(), &items::LokiLog::entries, this, &Logs::tookEntries);
        connect(m_loki.get(), &items::LokiLog::caughtUp, this, &Logs::lokiCaughtUp);
        connect(m_loki.get(), &items::LokiLog::warned, this, [](const QString &sentence) { say(sentence); });
        connect(m_loki.get(), &items::LokiLog::dropped, this, [this](int count, qint64 from, qint64 to) {
            problem({ErrorKind::TooMany, from == 0 ? Session::tr("Lines that Loki left out: %1.").arg(count)
                                                   : Session::tr("Lines that Loki left out, of %2 to %3: %1.").arg(QString::number(count), items::logStamp(from), items::logStamp(to))});
        });
        connect(m_loki.get(), &items::LokiLog::interrupted, this, [this](const Error &why) { problem(why); });
        connect(m_loki.get(), &items::LokiLog::ended, this, [this](const Error &error) { error.kind == ErrorKind::Cancelled ? lokiEnded() : lokiFailed(error); });
        m_loki->start();
    }

    void lokiCaughtUp()
    {
        if (m_loki->cut())
            say(m_grep.isEmpty() && !m_level ? Session::tr("Older lines were left out: only the last %1 are told.").arg(formatInteger(m_loki->count()))
                                             : Session::tr("Older lines were not looked through: Loki gave the last %1 of this time.").arg(formatInteger(m_loki->count())));
        if (m_any)
            return;
        if (narrowed().isEmpty())
            return readPods(noLine());
        // none of these lines, or none at all
        m_asksAny = true;
        ports::LogQuery query = m_loki->query();
        query.expr = m_expr;
        query.limit = 1;
        whenFinished(m_telemetry->logs()->page(query), this, [this](const Result<ports::LogPage> &page) {
            m_asksAny = false;
            if (page && page->entries.isEmpty() && !m_any)
                return readPods(noLine());
            if (std::exchange(m_lokiOver, false))
                end();
        });
    }

    [[nodiscard]] QString noLine() const { return Session::tr("Loki has no line of the pods of %1 for this time.").arg(m_target.name); }

    void lokiEnded()
    {
        if (m_asksAny)
            m_lokiOver = true;
        else
            end();
    }

    void lokiFailed(const Error &error)
    {
        if (m_any || error.kind == ErrorKind::Invalid)
            return failStream(error);
        readPods(error.message);
    }

    /// The lines end: with -o json that stands among them.
    void failStream(const Error &error)
    {
        if (!invocation().json())
            return fail(error);
        problem(error);
        Q_EMIT finished(exitCodeOf(error));
    }

    void readPods(const QString &why)
    {
        say(Session::tr("%1 The pods are read instead.").arg(why));
        if (m_loki) {
            m_loki->disconnect(this);
            m_loki.release()->deleteLater();
        }
        m_bodies = kube::makeBodyCodec();
        m_pods = std::make_unique<items::PodList>(m_bodies.get());
        connect(m_pods.get(), &items::PodList::changed, this, &Logs::podsChanged);
        m_pods->watch(session().cluster().kube->feed(), m_target.ns, items::podSelection(m_target.kind, m_target.name, m_uid));
    }

    void podsChanged()
    {
        const LoadState &state = m_pods->state();
        if (!m_pods->complete()) {
            if (state.phase == LoadState::Phase::Forbidden || state.phase == LoadState::Phase::Failed)
                failStream(state.error);
            return;
        }
        const bool first = !std::exchange(m_listed, true);
        if (!first && !m_follow)
            return;
        const QList<items::PodFacts> pods = m_pods->pods();
        for (const items::PodFacts &pod : pods)
            for (const items::ContainerFacts &container : pod.containers)
                if (m_component.isEmpty() || pod.component == m_component || container.name == m_component)
                    open(pod, container.name);
        if (first && m_feeds.empty() && m_follow)
            return say(Session::tr("%1 has no pods now; its logs are followed when it has.").arg(m_target.name));
        if (first && m_feeds.empty()) {
            failStream({ErrorKind::NotFound, m_component.isEmpty() ? Session::tr("%1 has no pods now.").arg(m_target.name)
                                                             : Session::tr("%1 has no pod or container of “%2”.").arg(m_target.name, m_component),
                  Session::tr("Logs of pods that are gone are not in the cluster any more.")});
        }
    }

    void open(const items::PodFacts &pod, const QString &container)
    {
        const QString key = pod.uid + u'/' + container;
        if (m_feeds.contains(key))
            return;
        ports::LogRequest request{pod.ns, pod.name, container, -1, false, true};
        request.follow = m_follow;
        request.sinceSeconds = int(std::min<qint64>((m_sinceMs + 999) / 1000, 366 * 86400));
        std::unique_ptr<ports::LogFeed> &feed = m_feeds[key];
        feed = session().cluster().kube->openLog(request);
        ++m_open;
        const QString component = pod.component.isEmpty() ? container : pod.component;
        connect(feed.get(), &ports::LogFeed::lines, this, [this, component, key](const QStringList &lines) {
            for (const QString &line : lines)
                take({items::readLogLine(line, 0), component, key});
        });
        connect(feed.get(), &ports::LogFeed::interrupted, this, [this](const Error &why) { problem(why); });
        connect(feed.get(), &ports::LogFeed::ended, this, [this, name = QString(pod.name + u'/' + container)](const Error &error) {
            if (error.kind != ErrorKind::Cancelled) {
                problem({error.kind, u"%1: %2"_s.arg(name, error.message), error.remedy});
                m_failed = m_failed == Ok ? exitCodeOf(error) : m_failed;
            }
            if (--m_open == 0 && !m_follow)
                end();
        });
        feed->start();
    }

    void tookEntries(const QList<ports::LogEntry> &entries)
    {
        m_any = true;
        for (const ports::LogEntry &entry : entries) {
            LogLine line = items::readLogText(entry.line, entry.at, 0);
            if (line.level == LogLevel::None)
                line.level = items::levelOfEntry(entry);
            QString component = entry.stream.value(u"component"_s);
            if (component.isEmpty())
                component = items::componentOfPod(m_target.name, entry.stream.value(u"pod"_s));
            take({std::move(line), component, entry.stream.value(u"pod"_s) + u'/' + entry.stream.value(u"container"_s), entry.metadata});
        }
    }

    void take(Told told)
    {
        // Where Loki leaves lines out, the one before may be another's
        auto &[last, at] = m_last[told.stream];
        const bool near = !m_loki || narrowed().isEmpty() || told.line.time - at < items::kLogTogether;
        if (told.line.level == LogLevel::None && near && items::continuesLine(told.line.raw))
            told.line.level = last;
        last = told.line.level;
        at = told.line.time;
        if (m_level && told.line.level < *m_level)
            return;
        if (!m_grep.isEmpty() && !QString::fromUtf8(told.line.raw).contains(m_grep, Qt::CaseInsensitive)
            && !told.line.message.contains(m_grep, Qt::CaseInsensitive))
            return;
        // Loki has them in order; of pods they are told together when all are read, followed ones as they come
        if (m_loki || m_follow)
            return tell(told);
        m_kept.push_back(std::move(told));
        if (m_kept.size() > kMost) {
            m_kept.pop_front();
            ++m_left;
        }
    }

    void tell(const Told &told)
    {
        const LogLine &line = told.line;
        if (!invocation().json())
            return printLine(u"%1 %2 %3 %4"_s.arg(items::logStamp(line.time), told.component, wordOf(line.level).leftJustified(5), line.message));
        QJsonObject fields;
        for (auto it = told.metadata.begin(); it != told.metadata.end(); ++it)
            fields.insert(it.key(), it.value());
        for (const auto &[name, value] : items::logFields(line))
            fields.insert(name, value);
        printJsonLine(QJsonObject{{u"time"_s, items::logStamp(line.time)}, {u"node"_s, m_target.name}, {u"component"_s, told.component},
                                  {u"level"_s, wordOf(line.level)}, {u"message"_s, line.message}, {u"fields"_s, fields}});
    }

    void problem(const Error &error) { invocation().json() ? printJsonLine(QJsonObject{{u"event"_s, u"error"_s}, {u"message"_s, error.text()}}) : sayError(error); }

    void end()
    {
        std::stable_sort(m_kept.begin(), m_kept.end(), [](const Told &a, const Told &b) { return a.line.time < b.line.time; });
        if (m_left > 0)
            say(Session::tr("Older lines were left out: only the last %1 are told.").arg(formatInteger(int(kMost))));
        for (const Told &told : m_kept)
            tell(told);
        Q_EMIT finished(m_failed);
    }

    Target m_target;
    QString m_uid;
    qint64 m_sinceMs = kHourMs;
    std::optional<LogLevel> m_level;
    QString m_component;
    QString m_grep;
    bool m_follow = false;
    std::shared_ptr<ports::Telemetry> m_telemetry;
    bool m_chosen = false;
    bool m_any = false;
    bool m_asksAny = false;         ///< whether Loki has any line of the pods
    bool m_lokiOver = false;        ///< it ended meanwhile
    QString m_expr;                 ///< all lines of the pods
    QStringList m_others;           ///< names of the namespace's nodes
    qsizetype m_lists = 0;          ///< of them that are awaited
    bool m_unlisted = false;
    std::unique_ptr<items::LokiLog> m_loki;
    std::shared_ptr<ports::BodyCodec> m_bodies;
    std::unique_ptr<items::PodList> m_pods;
    bool m_listed = false;
    std::map<QString, std::unique_ptr<ports::LogFeed>> m_feeds;
    int m_open = 0;
    int m_failed = Ok;
    std::map<QString, std::pair<LogLevel, qint64>> m_last;   ///< of each stream, level and time of its last line
    std::deque<Told> m_kept;
    size_t m_left = 0;
};

}

std::unique_ptr<Command> makeLogs(const Invocation &invocation, Session *session)
{
    return std::make_unique<Logs>(invocation, session);
}

}
