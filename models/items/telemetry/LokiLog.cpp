// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/telemetry/LokiLog.h"

#include "models/core/Async.h"

#include <QPointer>
#include <QRegularExpression>

#include <algorithm>

namespace qd::items {

using namespace Qt::StringLiterals;

namespace {
constexpr int kPage = 2000;
/// Lines of other pods may come so much later than theirs: agents send some seconds together, and more when they fall behind.
constexpr qint64 kOverlapNs = 75'000'000'000;

/// By one way metadata stands among the labels, by another apart: it is the same line.
ports::LogEntry flat(ports::LogEntry entry)
{
    if (!entry.metadata.isEmpty())
        entry.stream.insert(std::exchange(entry.metadata, {}));
    return entry;
}

QString exactly(const QString &name)
{
    return QRegularExpression::escape(name).replace(u"\\-"_s, u"-"_s);
}

}

QString logqlQuoted(const QString &text)
{
    QString out = u"\""_s;
    for (const QChar c : text) {
        if (c == u'"' || c == u'\\')
            out += u'\\';
        if (c == u'\n')
            out += u"\\n"_s;
        else if (c.unicode() < 0x20)
            out += u"\\x"_s + QString::number(c.unicode(), 16).rightJustified(2, u'0');
        else
            out += c;
    }
    return out + u'"';
}

bool looksLikeTrace(const QString &text)
{
    static const QRegularExpression trace(u"\\A[0-9a-f]{16,64}\\z"_s);
    return trace.match(text).hasMatch();
}

QString logqlWith(const QString &text, bool exact)
{
    if (text.isEmpty())
        return {};
    if (exact)
        return u" |= "_s + logqlQuoted(text);
    QString pattern = u"(?i)"_s;
    for (const QChar c : text) {
        if (c == u'"' || c == u'/')
            pattern += u"\\\\?"_s;          // JSON may write a backslash before it
        if (uR"(\.+*?()|[]{}^$)"_s.contains(c))
            pattern += u'\\';
        pattern += c;
        if (c == u'\\')
            pattern += u"\\\\?"_s;
    }
    return u" |~ "_s + logqlQuoted(pattern);
}

QString logqlWithout(const QList<LogLevel> &levels)
{
    struct Level {
        LogLevel level;
        QString said;       ///< by a stream, or by Loki
        QString written;    ///< in a line
        QString letter;     ///< in front of a line
    };
    static const QList<Level> all{{LogLevel::Debug, u"trace|debug"_s, u"trace|debug1?|verbose|finer?"_s, u"D"_s},
                                  {LogLevel::Info, u"info"_s, u"info|information|notice|log|statement"_s, u"I"_s},
                                  {LogLevel::Warn, u"warn|warning"_s, u"warn|warning"_s, u"W"_s},
                                  {LogLevel::Error, u"error|critical|fatal"_s, u"error|err|fatal|panic|severe|critical|crit|emerg|alert"_s, u"EF"_s}};
    QStringList without, words;
    QString letters;
    for (const Level &one : all) {
        if (levels.contains(one.level)) {
            without.append(one.said);
        } else {
            words.append(one.written);
            letters += one.letter;
        }
    }
    if (without.isEmpty())
        return {};
    const QString pattern = logqlQuoted(u"(?i)("_s + without.join(u'|') + u')');
    if (words.isEmpty())
        return u" | detected_level!~%1 | level!~%1"_s.arg(pattern);
    // Loki guesses: an "info" anywhere in a line may do. What has a word of another level stays, and is judged here.
    const QString wanted = logqlQuoted(u"(?P<qd_level>^[%1][\\[0-9]|(?i:\\b(?:%2)\\b))"_s.arg(letters, words.join(u'|')));
    return u" | regexp "_s + wanted + u" | qd_level!=\"\" or (detected_level!~%1 and level!~%1) | drop qd_level"_s.arg(pattern);
}

QString logqlFrom(LogLevel least)
{
    QList<LogLevel> less;
    for (const LogLevel level : {LogLevel::Debug, LogLevel::Info, LogLevel::Warn}) {
        if (level < least)
            less.append(level);
    }
    return logqlWithout(less);
}

LogText logTextOf(const ports::LogEntry &entry, int source)
{
    return {entry.line, source, entry.at, entry.metadata.value(u"trace_id"_s).toUtf8(), levelOfEntry(entry), entry.metadata};
}

LogLevel levelOfEntry(const ports::LogEntry &entry)
{
    for (const QString &word : {entry.metadata.value(u"detected_level"_s), entry.stream.value(u"detected_level"_s), entry.stream.value(u"level"_s)}) {
        if (const LogLevel level = logLevelOf(word); level != LogLevel::None)
            return level;
    }
    return LogLevel::None;
}

QString podLogsExpr(const QString &ns, const QString &object, const QString &component, const QStringList &others)
{
    return nodeLogsExpr({{ns, object, component.isEmpty() ? QStringList() : QStringList{component}}}, others);
}

QString nodeLogsExpr(const QList<PodsOfNode> &nodes, const QStringList &others)
{
    QStringList spaces, pods, longer;
    for (const PodsOfNode &node : nodes) {
        spaces.append(exactly(node.ns));
        QStringList parts;
        for (const QString &component : node.components)
            parts.append(exactly(component));
        const QString part = parts.size() > 1 ? u'(' + parts.join(u'|') + u")-"_s : parts.isEmpty() ? QString() : parts.first() + u'-';
        pods.append(exactly(node.name) + u'-' + part + u".+"_s);
        for (const QString &other : others) {
            const bool holdsOne = std::any_of(nodes.cbegin(), nodes.cend(), [&other](const PodsOfNode &one) { return QString(one.name + u'-').startsWith(QString(other + u'-')); });
            if (other.startsWith(QString(node.name + u'-')) && !holdsOne)
                longer.append(exactly(other) + u"-.+"_s);
        }
    }
    for (QStringList *list : {&spaces, &longer}) {
        list->sort();
        list->removeDuplicates();
    }
    const QString in = spaces.size() == 1 ? u"="_s + logqlQuoted(nodes.first().ns) : u"=~"_s + logqlQuoted(spaces.join(u'|'));
    const QString without = longer.isEmpty() ? QString() : QString(u", pod!~"_s + logqlQuoted(longer.join(u'|')));
    return u"{namespace"_s + in + u", pod=~"_s + logqlQuoted(pods.join(u'|')) + without + u'}';
}

QString componentOfPod(const QString &object, const QString &pod)
{
    if (!pod.startsWith(QString(object + u'-')))
        return {};
    // a StatefulSet's number, or a Deployment's two hashes
    static const QRegularExpression tail(u"(-[0-9]+|-[a-z0-9]{6,10}-[a-z0-9]{5})$"_s);
    QString rest = pod.mid(object.size() + 1);
    return rest.remove(tail);
}

LokiLog::LokiLog(std::shared_ptr<ports::LogSearch> logs, LokiRequest request, qint64 now, QObject *parent)
    : QObject(parent)
    , m_logs(std::move(logs))
    , m_request(std::move(request))
    , m_query{m_request.expr, m_request.start, m_request.end > 0 ? m_request.end : now, std::min(kPage, m_request.most), true}
{
}

LokiLog::~LokiLog()
{
    m_stop.request_stop();
}

void LokiLog::start()
{
    ask();
}

void LokiLog::setPaused(bool paused)
{
    if (std::exchange(m_paused, paused) == paused)
        return;
    if (m_tail)
        m_tail->setPaused(paused);
    else if (!paused && std::exchange(m_waits, false))
        ask();
}

void LokiLog::ask()
{
    if (m_paused) {
        m_waits = true;
        return;
    }
    whenFinished(m_logs->page(m_query, m_page, m_stop.get_token()), this, [this](const Result<ports::LogPage> &page) {
        page ? came(*page) : Q_EMIT ended(page.error());
    });
}

void LokiLog::came(const ports::LogPage &page)
{
    m_page = page;
    m_past += page.entries;
    for (const ports::LogEntry &entry : page.entries)
        m_pastBytes += logTextCost(entry.line, entry.metadata);
    const QPointer<LokiLog> self(this);
    for (const QString &warning : page.warnings) {
        Q_EMIT warned(warning);
        if (!self)
            return;
    }
    m_cut = page.rest && (m_past.size() >= m_request.most || m_pastBytes >= m_request.mostBytes);
    if (page.rest && !m_cut)
        return ask();
    tellPast();
}

void LokiLog::tellPast()
{
    std::reverse(m_past.begin(), m_past.end());
    const QList<ports::LogEntry> past = std::exchange(m_past, {});
    m_count = int(past.size());
    m_page.entries.clear();
    // So far back it is read again; what was left out of the past stays out.
    qint64 start = std::max(m_query.start, (past.isEmpty() ? m_query.end : past.back().at) - kOverlapNs);
    if (m_cut && !past.isEmpty())
        start = std::max(start, past.front().at + 1);
    for (auto it = past.rbegin(); m_request.follow && it != past.rend() && it->at >= start; ++it)
        m_atEnd.insert(it->at, flat(*it));
    const QPointer<LokiLog> self(this);
    if (!past.isEmpty())
        Q_EMIT entries(past);
    if (self)
        Q_EMIT caughtUp();
    if (self)
        follow(start);
}

void LokiLog::follow(qint64 start)
{
    if (!m_request.follow)
        return Q_EMIT ended(Error{ErrorKind::Cancelled, tr("All of this time is read.")});
    m_tail = m_logs->tail(m_request.expr, start);
    connect(m_tail.get(), &ports::LogTail::entries, this, [this](const QList<ports::LogEntry> &came) {
        QList<ports::LogEntry> fresh = came;
        // the tail begins with lines that were told
        if (!m_atEnd.isEmpty())
            fresh.removeIf([this](const ports::LogEntry &entry) {
                const auto told = m_atEnd.constFind(entry.at, flat(entry));
                if (told == m_atEnd.constEnd())
                    return false;
                m_atEnd.erase(told);
                return true;
            });
        if (!fresh.isEmpty())
            Q_EMIT entries(fresh);
    });
    connect(m_tail.get(), &ports::LogTail::dropped, this, &LokiLog::dropped);
    connect(m_tail.get(), &ports::LogTail::warned, this, &LokiLog::warned);
    connect(m_tail.get(), &ports::LogTail::interrupted, this, &LokiLog::interrupted);
    connect(m_tail.get(), &ports::LogTail::resumed, this, &LokiLog::resumed);
    connect(m_tail.get(), &ports::LogTail::ended, this, &LokiLog::ended);
    m_tail->setPaused(m_paused);
    m_tail->start();
}

}
