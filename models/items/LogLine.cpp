// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/LogLine.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <optional>

namespace qd::items {

using namespace Qt::StringLiterals;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(LogLine)
};

/// How far into a plain line its level is looked for: behind dates, threads and loggers.
constexpr qsizetype kLevelWithin = 96;
constexpr qint64 kSecond = 1'000'000'000;
/// A message as long as a book is not drawn whole; the line itself is kept.
constexpr qsizetype kLongestMessage = 8000;
/// What a line costs beside its texts.
constexpr qsizetype kOverhead = 192;

LogLevel letterLevel(QChar letter)
{
    switch (letter.unicode()) {
    case u'E':
    case u'F': return LogLevel::Error;
    case u'W': return LogLevel::Warn;
    case u'I': return LogLevel::Info;
    case u'D': return LogLevel::Debug;
    default: return LogLevel::None;
    }
}

/// "E[2026-…]" as CometBFT writes, "E1128 11:59" as Kubernetes does; else the first word that is a level and stands alone in
/// capitals or in brackets, so that "no error" in a sentence is none.
LogLevel guessLevel(const QString &text)
{
    if (text.size() > 2 && (text.at(1) == u'[' || text.at(1).isDigit())) {
        if (const LogLevel level = letterLevel(text.at(0)); level != LogLevel::None)
            return level;
    }
    const QStringView head = QStringView(text).left(kLevelWithin);
    qsizetype from = -1;
    for (qsizetype i = 0; i <= head.size(); ++i) {
        const bool letter = i < head.size() && (head.at(i).isLetter() || (from >= 0 && head.at(i).isDigit()));
        if (letter && from < 0)
            from = i;
        if (letter || from < 0)
            continue;
        const QStringView word = head.mid(from, i - from);
        const QChar before = from > 0 ? head.at(from - 1) : QChar();
        const QChar after = i < head.size() ? head.at(i) : QChar();
        const bool alone = (before.isNull() || before.isSpace() || before == u'[' || before == u'|' || before == u'=' || before == u'"')
            && (after.isNull() || after.isSpace() || after == u']' || after == u':' || after == u'|' || after == u'"' || after == u',');
        const bool loud = word.toString().toUpper() == word || before == u'[' || before == u'=' || before == u'"';
        if (const LogLevel level = alone && loud ? logLevelOf(word) : LogLevel::None; level != LogLevel::None)
            return level;
        from = -1;
    }
    return LogLevel::None;
}

QString textOf(const QJsonValue &value)
{
    if (value.isString())
        return value.toString();
    if (value.isArray())
        return QString::fromUtf8(QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact));
    if (value.isObject())
        return QString::fromUtf8(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
    return value.isNull() ? u"null"_s : value.toVariant().toString();
}

QString firstOf(const QJsonObject &object, std::initializer_list<QLatin1StringView> keys)
{
    for (const QLatin1StringView key : keys) {
        if (const QJsonValue value = object.value(key); value.isString())
            return value.toString();
    }
    return {};
}

/// -1: it is none.
int digit(QChar c)
{
    return c >= u'0' && c <= u'9' ? c.unicode() - u'0' : -1;
}

/// -1: not digits alone.
int number(const QString &text, qsizetype from, qsizetype digits)
{
    int out = 0;
    for (qsizetype i = from; i < from + digits; ++i) {
        const int one = i < text.size() ? digit(text.at(i)) : -1;
        if (one < 0)
            return -1;
        out = 10 * out + one;
    }
    return out;
}

/// Seconds of "Z", "+02:00" or "+0200", which end the stamp; nothing: it is no zone.
std::optional<int> zoneOf(const QString &stamp, qsizetype at)
{
    const qsizetype rest = stamp.size() - at;
    if (rest == 1 && stamp.at(at) == u'Z')
        return 0;
    const bool colon = rest == 6 && stamp.at(at + 3) == u':';
    if ((!colon && rest != 5) || (stamp.at(at) != u'+' && stamp.at(at) != u'-'))
        return std::nullopt;
    const int hours = number(stamp, at + 1, 2), minutes = number(stamp, at + (colon ? 4 : 3), 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
        return std::nullopt;
    return (stamp.at(at) == u'+' ? 1 : -1) * (hours * 3600 + minutes * 60);
}

/// An id of a trace as tracers write it: hexadecimal or a UUID; anything else under that name is none.
QByteArray traceId(const QByteArray &text)
{
    const auto fits = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == '-'; };
    return text.size() >= 8 && text.size() <= 64 && std::all_of(text.begin(), text.end(), fits) ? text : QByteArray();
}

/// "tid:7f1c09a6…" as Canton's plain layout writes it, "trace_id=…" as many others do.
QByteArray plainTrace(const QByteArray &raw)
{
    constexpr qsizetype kWithin = 400;
    for (const char *key : {"tid:", "trace-id=", "trace_id=", "traceId=", "trace-id:"}) {
        const qsizetype at = raw.left(kWithin).indexOf(key);
        if (at < 0 || (at > 0 && raw.at(at - 1) != ' ' && raw.at(at - 1) != '(' && raw.at(at - 1) != '['))
            continue;
        qsizetype end = at + qsizetype(qstrlen(key));
        const qsizetype from = end;
        while (end < raw.size() && !strchr(" ,;)]\"", raw.at(end)))
            ++end;
        return traceId(raw.mid(from, end - from));
    }
    return {};
}

void readJson(LogLine &line, const QJsonObject &object)
{
    line.json = true;
    line.level = logLevelOf(firstOf(object, {"level"_L1, "severity"_L1, "lvl"_L1, "log.level"_L1, "levelname"_L1, "error_severity"_L1}));
    line.message = firstOf(object, {"message"_L1, "msg"_L1, "@message"_L1, "log"_L1, "error"_L1});
    if (line.message.isEmpty())
        line.message = QString::fromUtf8(line.raw);
    if (const QString stack = firstOf(object, {"stack_trace"_L1, "exception"_L1}); !stack.isEmpty())
        line.message += u' ' + stack.section(u'\n', 0, 0);
    line.trace = traceId(firstOf(object, {"trace-id"_L1, "trace_id"_L1, "traceId"_L1, "traceid"_L1, "trace.id"_L1, "trace"_L1}).toLatin1());
    if (line.trace.isEmpty())
        line.trace = traceId(object.value("trace"_L1).toObject().value("id"_L1).toString().toLatin1());
    if (line.time == 0)
        line.time = readLogTime(firstOf(object, {"@timestamp"_L1, "time"_L1, "ts"_L1, "timestamp"_L1}));
}

void addFields(const QJsonObject &object, const QString &path, QList<QPair<QString, QString>> &out, int depth)
{
    for (auto it = object.begin(); it != object.end(); ++it) {
        const QString key = path.isEmpty() ? it.key() : path + u'.' + it.key();
        if (it->isObject() && depth < 4)
            addFields(it->toObject(), key, out, depth + 1);
        else
            out.append({key, visibleText(textOf(*it))});
    }
}

}

LogLevel logLevelOf(QStringView word)
{
    static constexpr std::array<std::pair<const char *, LogLevel>, 22> kWords{{
        {"error", LogLevel::Error}, {"err", LogLevel::Error}, {"fatal", LogLevel::Error}, {"panic", LogLevel::Error},
        {"severe", LogLevel::Error}, {"critical", LogLevel::Error}, {"crit", LogLevel::Error}, {"emerg", LogLevel::Error},
        {"alert", LogLevel::Error}, {"warn", LogLevel::Warn}, {"warning", LogLevel::Warn}, {"info", LogLevel::Info},
        {"information", LogLevel::Info}, {"notice", LogLevel::Info}, {"log", LogLevel::Info}, {"statement", LogLevel::Info},
        {"debug", LogLevel::Debug}, {"trace", LogLevel::Debug}, {"verbose", LogLevel::Debug}, {"fine", LogLevel::Debug},
        {"debug1", LogLevel::Debug}, {"finer", LogLevel::Debug}}};
    const auto found = std::find_if(kWords.begin(), kWords.end(), [word](const auto &one) {
        return word.compare(QLatin1StringView(one.first), Qt::CaseInsensitive) == 0;
    });
    return found == kWords.end() ? LogLevel::None : found->second;
}

QString logLevelWord(LogLevel level)
{
    switch (level) {
    case LogLevel::Error: return Words::tr("Error");
    case LogLevel::Warn: return Words::tr("Warn");
    case LogLevel::Info: return Words::tr("Info");
    case LogLevel::Debug: return Words::tr("Debug");
    case LogLevel::None: break;
    }
    return {};
}

qint64 readLogTime(const QString &stamp)
{
    if (stamp.size() < 20 || stamp.at(4) != u'-' || stamp.at(7) != u'-' || stamp.at(10) != u'T' || stamp.at(13) != u':' || stamp.at(16) != u':')
        return 0;
    qint64 fraction = 0;
    qsizetype end = 19;
    if (stamp.at(19) == u'.') {
        qint64 unit = kSecond / 10;
        for (end = 20; end < stamp.size() && digit(stamp.at(end)) >= 0; ++end, unit /= 10)
            fraction += unit * digit(stamp.at(end));
    }
    const int year = number(stamp, 0, 4), month = number(stamp, 5, 2), day = number(stamp, 8, 2);
    const int hour = number(stamp, 11, 2), minute = number(stamp, 14, 2), second = number(stamp, 17, 2);
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(unsigned(month)), std::chrono::day(unsigned(day))};
    const std::optional<int> zone = zoneOf(stamp, end);
    if (year < 0 || month < 0 || day < 0 || !date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || !zone)
        return 0;
    const qint64 days = std::chrono::sys_days(date).time_since_epoch().count();
    return (days * 86400 + hour * 3600 + minute * 60 + second - *zone) * kSecond + fraction;
}

bool continuesLine(const QByteArray &raw)
{
    return raw.startsWith('\t') || raw.startsWith("  ") || raw.startsWith("Caused by:") || raw.startsWith("... ") || raw.startsWith("at ");
}

LogLine readLogLine(const QString &stamped, int source)
{
    const qsizetype space = stamped.indexOf(u' ');
    const qint64 time = space >= 20 && space <= 36 ? readLogTime(stamped.left(space)) : 0;
    return readLogText(time != 0 ? stamped.mid(space + 1) : stamped, time, source);
}

LogLine readLogText(const QString &text, qint64 time, int source)
{
    LogLine line;
    line.source = source;
    line.time = time;
    line.raw = text.toUtf8();
    const QStringView start = QStringView(text).trimmed();
    if (start.startsWith(u'{') && start.endsWith(u'}')) {
        if (const QJsonDocument document = QJsonDocument::fromJson(line.raw); document.isObject())
            readJson(line, document.object());
    }
    if (!line.json) {
        line.message = text;
        line.level = guessLevel(text);
        line.trace = plainTrace(line.raw);
    }
    if (line.message.size() > kLongestMessage)
        line.message = line.message.left(kLongestMessage) + u'…';
    line.message = visibleText(line.message);
    // UTF-8 is made in three times the room; a hundred thousand lines would keep it.
    line.raw.squeeze();
    line.message.squeeze();
    return line;
}

QList<QPair<QString, QString>> logFields(const LogLine &line)
{
    QList<QPair<QString, QString>> out, beside;
    if (line.json)
        addFields(QJsonDocument::fromJson(line.raw).object(), {}, out, 0);
    if (!line.metadata.isEmpty())
        addFields(QJsonDocument::fromJson(line.metadata).object(), {}, beside, 0);
    beside.removeIf([&out](const auto &field) { return std::any_of(out.cbegin(), out.cend(), [&field](const auto &own) { return own.first == field.first; }); });
    return out + beside;
}

bool logFieldBeside(const LogLine &line, const QString &key)
{
    LogLine own;
    own.json = line.json;
    own.raw = line.raw;
    const QList<QPair<QString, QString>> fields = logFields(own);
    return std::none_of(fields.cbegin(), fields.cend(), [&key](const auto &field) { return field.first == key; });
}

qsizetype logLineCost(const LogLine &line)
{
    const auto bytes = [](const QByteArray &text) { return text.isEmpty() ? 0 : 24 + text.size(); };
    return kOverhead + line.raw.size() + 2 * line.message.size() + bytes(line.trace) + bytes(line.metadata);
}

QString visibleText(const QString &text)
{
    const auto hidden = [](QChar c) {
        const char16_t u = c.unicode();
        return u < 0x20 || (u >= 0x7f && u < 0xa0) || (u >= 0x200b && u <= 0x200f) || (u >= 0x2028 && u <= 0x202e)
            || (u >= 0x2060 && u <= 0x206f) || u == 0xfeff;
    };
    if (std::none_of(text.begin(), text.end(), hidden))
        return text;
    QString out;
    out.reserve(text.size() + 16);
    for (const QChar c : text) {
        const char16_t u = c.unicode();
        if (!hidden(c))
            out += c;
        else if (u == u'\t')
            out += u"    "_s;
        else if (u < 0x20)
            out += QChar(char16_t(0x2400 + u));
        else if (u == 0x7f)
            out += QChar(0x2421);
        else
            out += u"<U+%1>"_s.arg(uint(u), 4, 16, QLatin1Char('0')).toUpper();
    }
    return out;
}

QString logClock(qint64 time, bool utc, bool milliseconds)
{
    if (time == 0)
        return {};
    const QDateTime at = QDateTime::fromMSecsSinceEpoch(time / 1'000'000, Qt::UTC);
    return (utc ? at : at.toLocalTime()).toString(milliseconds ? u"HH:mm:ss.zzz"_s : u"HH:mm:ss"_s);
}

QString shortTrace(const QByteArray &trace)
{
    const QString text = QString::fromLatin1(trace);
    return text.size() <= 11 ? text : text.left(4) + u'…' + text.right(4);
}

QString logStamp(qint64 time)
{
    return time == 0 ? QString() : QDateTime::fromMSecsSinceEpoch(time / 1'000'000, Qt::UTC).toString(Qt::ISODateWithMs);
}

}
