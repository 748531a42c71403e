// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/HttpHeaders.h"

#include "models/core/Version.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <QSysInfo>
#include <QTimeZone>

#include <algorithm>

namespace qd::kube {

using namespace Qt::StringLiterals;

namespace {

struct Tr
{
    Q_DECLARE_TR_FUNCTIONS(HttpHeaders)
};

/// Reads one `code agent "text" ["date"]` at `at` and moves behind the comma that ends it. False when it is broken.
bool readWarning(const QByteArray &value, qsizetype &at, QByteArray &code, QByteArray &text)
{
    const auto word = [&] {
        while (at < value.size() && value.at(at) == ' ')
            ++at;
        const qsizetype from = at;
        while (at < value.size() && value.at(at) != ' ' && value.at(at) != ',')
            ++at;
        return value.mid(from, at - from);
    };
    while (at < value.size() && (value.at(at) == ' ' || value.at(at) == ','))
        ++at;
    code = word();
    const QByteArray agent = word();
    while (at < value.size() && value.at(at) == ' ')
        ++at;
    if (code.size() != 3 || agent.isEmpty() || at >= value.size() || value.at(at) != '"')
        return false;
    text.clear();
    for (++at; at < value.size() && value.at(at) != '"'; ++at) {
        if (value.at(at) == '\\' && at + 1 < value.size())
            ++at;
        text += value.at(at);
    }
    if (at >= value.size())
        return false;
    ++at;
    // An optional date in quotes, then the comma.
    bool quoted = false;
    while (at < value.size() && (quoted || value.at(at) != ',')) {
        if (value.at(at) == '"')
            quoted = !quoted;
        ++at;
    }
    return true;
}

bool safeName(const QString &name)
{
    return !name.isEmpty()
        && std::none_of(name.begin(), name.end(), [](QChar c) { return c.unicode() < 0x20 || c.unicode() == 0x7f; });
}

/// Lower case, everything but the token characters of a header name percent-escaped in UTF-8.
QByteArray extraKey(const QString &key)
{
    return QUrl::toPercentEncoding(key.toLower(), "!#$&'*+^`|", "%");
}

}

QStringList parseWarnings(const QByteArray &value)
{
    QStringList texts;
    qsizetype at = 0;
    while (at < value.size()) {
        QByteArray code;
        QByteArray text;
        if (!readWarning(value, at, code, text)) {
            const qsizetype comma = value.indexOf(',', at);
            at = comma < 0 ? value.size() : comma + 1;
            continue;
        }
        const QString sentence = QString::fromUtf8(text);
        if (code == "299" && !sentence.isEmpty() && !texts.contains(sentence))
            texts.append(sentence);
    }
    return texts;
}

Result<HeaderLines> impersonationHeaders(const Impersonation &as)
{
    HeaderLines lines;
    if (!as.active())
        return lines;
    if (as.user.isEmpty())
        return Error{ErrorKind::Invalid, Tr::tr("Impersonation of a uid, group or extra value needs a user as well."),
            Tr::tr("Set “as” of the user in the kubeconfig.")};
    const auto add = [&lines](const QByteArray &name, const QString &value) { lines.append({name, value.toUtf8()}); };
    const auto refuse = [](const QString &field) {
        return Error{ErrorKind::Invalid,
            Tr::tr("The impersonated %1 is empty or holds a line break or another control character.").arg(field),
            Tr::tr("Correct “as” values of the user in the kubeconfig.")};
    };
    if (!safeName(as.user))
        return refuse(u"user"_s);
    add("Impersonate-User", as.user);
    if (!as.uid.isEmpty()) {
        if (!safeName(as.uid))
            return refuse(u"uid"_s);
        add("Impersonate-Uid", as.uid);
    }
    for (const QString &group : as.groups) {
        if (!safeName(group))
            return refuse(u"group"_s);
        add("Impersonate-Group", group);
    }
    for (auto it = as.extra.cbegin(); it != as.extra.cend(); ++it) {
        if (!safeName(it.key()))
            return refuse(u"extra key"_s);
        for (const QString &value : it.value()) {
            if (!value.isEmpty() && !safeName(value))
                return refuse(u"extra value"_s);
            add("Impersonate-Extra-" + extraKey(it.key()), value);
        }
    }
    return lines;
}

HeaderLines joinRepeated(const HeaderLines &lines)
{
    HeaderLines joined;
    for (const auto &[name, value] : lines) {
        Q_ASSERT(!value.contains('\r') && !value.contains('\n'));
        const auto same
            = std::find_if(joined.begin(), joined.end(), [&n = name](const auto &l) { return l.first == n; });
        if (same == joined.end())
            joined.append({name, value});
        else
            same->second += "\r\n" + name + ": " + value;
    }
    return joined;
}

bool hasRepeated(const HeaderLines &lines)
{
    return joinRepeated(lines).size() != lines.size();
}

int parseRetryAfter(const QByteArray &value, const QDateTime &now)
{
    bool ok = false;
    const int seconds = value.trimmed().toInt(&ok);
    if (ok)
        return qMax(0, seconds);
    QDateTime at = QLocale::c().toDateTime(QString::fromLatin1(value.trimmed()), u"ddd, dd MMM yyyy hh:mm:ss 'GMT'"_s);
    if (!at.isValid())
        return -1;
    at.setTimeZone(QTimeZone::utc());
    return int(qBound(qint64(0), now.secsTo(at), qint64(86400)));
}

QByteArray userAgent()
{
    return QByteArray("quarterdeck/") + kVersion + " (" + QSysInfo::kernelType().toUtf8() + '/'
        + QSysInfo::currentCpuArchitecture().toUtf8() + ')';
}

}
