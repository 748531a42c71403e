// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/Journal.h"

#include "models/core/Format.h"
#include "models/state/JournalWorker.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QLockFile>

#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

namespace qd::state {

using namespace Qt::StringLiterals;

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(Journal)
};

constexpr QByteArrayView kHashKey{",\"hash\":\""};
constexpr int kLockMs = 5000;

QString sha256(QByteArrayView bytes)
{
    return QString::fromLatin1(QCryptographicHash::hash(bytes.toByteArray(), QCryptographicHash::Sha256).toHex());
}

Error storageError(const QString &sentence, const QString &remedy)
{
    return {ErrorKind::Storage, sentence, remedy};
}

Error cannotWrite(const QString &path, const QString &why)
{
    return storageError(Words::tr("The journal %1 cannot be written: %2.").arg(path, why),
        Words::tr("Make room or make the file writable, then try again. Nothing is changed without a record."));
}

Error cannotRead(const QString &path, const QString &why)
{
    return storageError(
        Words::tr("The journal %1 cannot be read: %2.").arg(path, why), Words::tr("Make the file readable."));
}

/// A line as it stands in the file, taken apart.
struct Line
{
    QByteArray body; ///< what the hash covers
    QString hash;
    QJsonObject json;
    bool ok = false;
};

Line takeApart(const QByteArray &text)
{
    Line line;
    const qsizetype at = text.lastIndexOf(kHashKey, -1);
    if (at < 0 || !text.endsWith("\"}"))
        return line;
    line.body = text.left(at);
    line.hash = QString::fromLatin1(text.mid(at + kHashKey.size(), text.size() - at - kHashKey.size() - 2));
    line.json = QJsonDocument::fromJson(QByteArray(line.body + '}')).object();
    line.ok = !line.json.isEmpty();
    return line;
}

JournalPage pageOf(const QByteArray &block, qint64 begin)
{
    JournalPage out;
    out.begin = begin;
    out.end = begin + block.size();
    qsizetype at = 0;
    while (at < block.size()) {
        const qsizetype end = block.indexOf('\n', at);
        const QByteArray text = block.mid(at, end - at).trimmed();
        at = end + 1;
        const Line line = takeApart(text);
        if (line.ok)
            out.records.append({0, line.hash, line.json});
        else if (!text.isEmpty())
            ++out.unreadable;
    }
    return out;
}

/// The end of the chain: what the next record follows.
struct ChainEnd
{
    QString hash;
    qint64 seq = 0;
    bool torn = false; ///< the file does not end with a line end: a write was cut off
};

/// Last complete line of the file, read from its end.
QByteArray lastLine(QFile &file, bool &torn)
{
    qint64 block = 16 * 1024;
    const qint64 size = file.size();
    while (size > 0) {
        const qint64 start = std::max<qint64>(0, size - block);
        file.seek(start);
        const QByteArray tail = file.read(size - start);
        torn = !tail.endsWith('\n');
        const qsizetype end = tail.lastIndexOf('\n');
        const qsizetype before = end <= 0 ? -1 : tail.lastIndexOf('\n', end - 1);
        if (end >= 0 && (before >= 0 || start == 0))
            return tail.mid(before + 1, end - before - 1);
        if (start == 0)
            return {};
        block *= 8;
    }
    return {};
}

ChainEnd chainEnd(QFile &file)
{
    ChainEnd out;
    const QByteArray text = lastLine(file, out.torn);
    if (text.isEmpty())
        return out;
    const Line line = takeApart(text);
    out.hash = line.ok ? line.hash : sha256(text);
    out.seq = line.json.value("seq"_L1).toInteger();
    return out;
}

bool syncToDisk(QFile &file)
{
#ifdef Q_OS_UNIX
    return ::fsync(file.handle()) == 0;
#else
    return file.flush();
#endif
}

QString firstProblem(const QByteArray &text, bool complete, const QString &prev, qint64 seq)
{
    const Line line = takeApart(text);
    if (!complete)
        return Words::tr("the record is cut off");
    if (!line.ok)
        return Words::tr("it is no record of a journal");
    if (sha256(line.body) != line.hash)
        return Words::tr("its content does not match its hash: it was changed");
    if (line.json.value("prev"_L1).toString() != prev)
        return Words::tr("it does not follow the record before it: records were taken out or put in");
    return line.json.value("seq"_L1).toInteger() == seq ? QString() : Words::tr("its number is not %1").arg(seq);
}

QString cefHeader(QString text)
{
    return text.replace(u'\\', u"\\\\"_s).replace(u'|', u"\\|"_s).replace(u'\n', u' ');
}

QString cefValue(QString text)
{
    return text.replace(u'\\', u"\\\\"_s).replace(u'=', u"\\="_s).replace(u'\r', QString()).replace(u'\n', u"\\n"_s);
}

QString sdValue(QString text)
{
    return text.replace(u'\\', u"\\\\"_s).replace(u'"', u"\\\""_s).replace(u']', u"\\]"_s);
}

/// namespace/resource/name: a name alone may stand for several objects.
QString objectOf(const QJsonObject &edit)
{
    const QString ns = edit.value("namespace"_L1).toString();
    const QString resource = edit.value("resource"_L1).toString();
    return ns.isEmpty() ? resource : QString(ns + u'/' + resource);
}

QString objectsOf(const QJsonObject &json)
{
    QStringList out;
    const QJsonArray edits = json.value("edits"_L1).toArray();
    for (const QJsonValue &edit : edits)
        out.append(objectOf(edit.toObject()));
    out.removeDuplicates();
    return out.join(u' ');
}

bool wentWrong(const QJsonObject &json)
{
    static const QStringList kWrong{u"refused"_s, u"conflict"_s, u"failed"_s, u"timeout"_s};
    return kWrong.contains(json.value("outcome"_L1).toString());
}

QString cefLine(const JournalRecord &record)
{
    const QJsonObject &json = record.json;
    const auto text = [&json](QLatin1StringView key) { return json.value(key).toString(); };
    const QString danger = text("danger"_L1);
    const int severity = wentWrong(json) ? 8 : danger == "destructive"_L1 ? 7 : danger == "disruptive"_L1 ? 5 : 3;
    QString out = u"CEF:0|Quarterdeck|quarterdeck|1|%1.%2|%3|%4|"_s.arg(cefHeader(text("action"_L1)),
        cefHeader(text("type"_L1)), cefHeader(text("title"_L1)), QString::number(severity));
    const QDateTime time = QDateTime::fromString(text("time"_L1), Qt::ISODate);
    const QList<std::pair<QString, QString>> fields{{u"rt"_s, QString::number(time.toMSecsSinceEpoch())},
        {u"externalId"_s, text("id"_L1)}, {u"suser"_s, text("user"_L1)}, {u"act"_s, text("action"_L1)},
        {u"outcome"_s, text("outcome"_L1)}, {u"reason"_s, text("reason"_L1)}, {u"msg"_s, text("message"_L1)},
        {u"dvchost"_s, text("host"_L1)}, {u"cs1Label"_s, u"cluster"_s}, {u"cs1"_s, text("cluster"_L1)},
        {u"cs2Label"_s, u"objects"_s}, {u"cs2"_s, objectsOf(json)}, {u"cs3Label"_s, u"hash"_s},
        {u"cs3"_s, record.hash}};
    QStringList parts;
    for (const auto &[key, value] : fields) {
        if (!value.isEmpty())
            parts.append(key + u'=' + cefValue(value));
    }
    return QString(out + parts.join(u' '));
}

QString syslogLine(const JournalRecord &record)
{
    const QJsonObject &json = record.json;
    const auto text = [&json](QLatin1StringView key) { return json.value(key).toString(); };
    const int priority = 13 * 8 + (wentWrong(json) ? 4 : 5); // facility "log audit"; warning or notice
    QString host = text("host"_L1).remove(u' ');
    QString data = u"[quarterdeck@32473"_s;
    for (const auto key : {"id"_L1, "action"_L1, "user"_L1, "cluster"_L1, "outcome"_L1, "danger"_L1, "reason"_L1}) {
        if (!text(key).isEmpty())
            data += u' ' + QString(key) + u"=\""_s + sdValue(text(key)) + u'"';
    }
    data += u" objects=\""_s + sdValue(objectsOf(json)) + u"\" hash=\""_s + record.hash + u"\"]"_s;
    QString message = text("message"_L1).startsWith(text("title"_L1)) ? text("message"_L1)
        : text("message"_L1).isEmpty()                                ? text("title"_L1)
                                       : QString(text("title"_L1) + u": "_s + text("message"_L1));
    return u"<%1>1 %2 %3 quarterdeck - change-%4 %5 \uFEFF%6"_s.arg(QString::number(priority), text("time"_L1),
        host.isEmpty() ? u"-"_s : host, text("type"_L1), data, message.replace(u'\n', u' '));
}

}

Journal::Journal(QString path, const Clock *clock)
    : m_path(std::move(path))
    , m_clock(clock)
    , m_worker(std::make_unique<JournalWorker>([this](const QJsonObject &record) { return write(record); }))
{
}

Journal::~Journal() = default;

QFuture<Result<Done>> Journal::append(const QJsonObject &record)
{
    QJsonObject timed = record;
    timed.insert("time"_L1, formatRfc3339(m_clock->now())); // the clock belongs to the caller's thread
    return m_worker->add(timed);
}

Result<Done> Journal::appendNow(const QJsonObject &record)
{
    QJsonObject timed = record;
    timed.insert("time"_L1, formatRfc3339(m_clock->now()));
    return write(timed);
}

Result<Done> Journal::write(const QJsonObject &record)
{
    const std::lock_guard guard(m_mutex);
    const QDir folder = QFileInfo(m_path).absoluteDir();
    if (!folder.exists() && !QDir().mkpath(folder.absolutePath()))
        return cannotWrite(m_path, Words::tr("the folder cannot be made"));
    QLockFile lock(m_path + u".lock"_s);
    if (!lock.tryLock(kLockMs))
        return cannotWrite(m_path,
            lock.error() == QLockFile::LockFailedError ? Words::tr("another program holds its lock")
                                                       : Words::tr("its lock file cannot be made"));
    QFile file(m_path);
    if (!file.open(QIODevice::ReadWrite | QIODevice::Unbuffered))
        return cannotWrite(m_path, file.errorString());
    file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    const ChainEnd end = chainEnd(file);
    QJsonObject json = record;
    json.insert("schema"_L1, 1);
    json.insert("seq"_L1, end.seq + 1);
    json.insert("prev"_L1, end.hash);
    json.remove("hash"_L1);
    QByteArray body = QJsonDocument(json).toJson(QJsonDocument::Compact);
    body.chop(1);
    const QByteArray line = (end.torn ? "\n" : "") + body + kHashKey.toByteArray() + sha256(body).toLatin1() + "\"}\n";
    const qint64 size = file.size();
    file.seek(size);
    if (file.write(line) == line.size() && syncToDisk(file))
        return Done{};
    const QString why
        = file.error() == QFileDevice::NoError ? Words::tr("the disk is full or failing") : file.errorString();
    file.resize(size);
    return cannotWrite(m_path, why);
}

Result<QList<JournalRecord>> Journal::read(const QDateTime &since) const
{
    QList<JournalRecord> out;
    const Result<Done> done = forEach([&](const JournalRecord &record) {
        const QDateTime time = QDateTime::fromString(record.json.value("time"_L1).toString(), Qt::ISODate);
        if (since.isNull() || time >= since)
            out.append(record);
        return true;
    });
    return done ? Result<QList<JournalRecord>>(out) : done.error();
}

Result<Done> Journal::forEach(const std::function<bool(const JournalRecord &)> &take) const
{
    QFile file(m_path);
    if (!file.exists())
        return Done{};
    if (!file.open(QIODevice::ReadOnly))
        return cannotRead(m_path, file.errorString());
    bool goOn = true;
    for (int number = 1; goOn && !file.atEnd(); ++number) {
        if (const Line line = takeApart(file.readLine().trimmed()); line.ok)
            goOn = take({number, line.hash, line.json});
    }
    return Done{};
}

Result<JournalPage> Journal::readBack(qint64 end, qint64 bytes) const
{
    QFile file(m_path);
    if (!file.exists())
        return JournalPage();
    if (!file.open(QIODevice::ReadOnly))
        return cannotRead(m_path, file.errorString());
    const qint64 size = file.size();
    const qint64 until = end < 0 ? size : std::min(end, size);
    while (true) {
        const qint64 from = std::max<qint64>(0, until - bytes);
        file.seek(from);
        const QByteArray block = file.read(until - from);
        // the first line is whole only at the beginning of the file; the last only with its line end
        const qsizetype begin = from == 0 ? 0 : block.indexOf('\n') + 1;
        const qsizetype last = block.lastIndexOf('\n') + 1;
        if (last > begin || from == 0)
            return pageOf(block.mid(begin, std::max<qsizetype>(0, last - begin)), from + begin);
        bytes *= 8;
    }
}

Result<JournalPage> Journal::readOn(qint64 begin) const
{
    QFile file(m_path);
    if (!file.exists())
        return JournalPage();
    if (!file.open(QIODevice::ReadOnly))
        return cannotRead(m_path, file.errorString());
    file.seek(begin);
    const QByteArray block = file.readAll();
    return pageOf(block.left(block.lastIndexOf('\n') + 1), begin);
}

Result<JournalCheck> Journal::verify() const
{
    QFile file(m_path);
    if (file.exists() && !file.open(QIODevice::ReadOnly))
        return cannotRead(m_path, file.errorString());
    JournalCheck check;
    QString prev;
    qint64 seq = 1;
    for (int number = 1; file.isOpen() && !file.atEnd(); ++number, ++seq) {
        QByteArray text = file.readLine();
        const bool complete = text.endsWith('\n');
        if (complete)
            text.chop(1);
        const QString problem = firstProblem(text, complete, prev, seq);
        if (!problem.isEmpty()) {
            check.ok = false;
            check.brokenLine = number;
            check.message = Words::tr("Record %1 of %2 is broken: %3.").arg(QString::number(number), m_path, problem);
            return check;
        }
        prev = takeApart(text).hash;
        ++check.records;
    }
    check.message = Words::tr("%n record(s) of %1, every one unbroken.", nullptr, check.records).arg(m_path);
    return check;
}

QByteArray Journal::exportLine(const JournalRecord &record, Format format)
{
    if (format == Format::Cef)
        return cefLine(record).toUtf8();
    if (format == Format::Syslog)
        return syslogLine(record).toUtf8();
    QJsonObject json = record.json;
    json.insert("hash"_L1, record.hash);
    return QJsonDocument(json).toJson(QJsonDocument::Compact);
}

}
