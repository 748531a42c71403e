// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/tokens/Callback.h"

#include "app/login/tokens/Signature.h"

#include <QHash>
#include <QList>
#include <QStringDecoder>

#include <optional>

namespace qd::login {

using namespace Qt::StringLiterals;

namespace {

CallbackVerdict refuse(int status)
{
    return {CallbackVerdict::Kind::Refused, status};
}

int nibble(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// Percent-decoding, once. Nothing for broken escapes, control characters and what is not UTF-8.
std::optional<QByteArray> decoded(const QByteArray &text)
{
    QByteArray out;
    for (qsizetype i = 0; i < text.size(); ++i) {
        char c = text.at(i);
        if (c == '+') {
            c = ' ';
        } else if (c == '%') {
            const int high = i + 2 < text.size() ? nibble(text.at(i + 1)) : -1;
            const int low = i + 2 < text.size() ? nibble(text.at(i + 2)) : -1;
            if (high < 0 || low < 0)
                return std::nullopt;
            c = char(high * 16 + low);
            i += 2;
        }
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            return std::nullopt;
        out += c;
    }
    QStringDecoder utf8(QStringConverter::Utf8, QStringConverter::Flag::Stateless);
    const QString checked = utf8.decode(out);
    Q_UNUSED(checked)
    return utf8.hasError() ? std::nullopt : std::optional(out);
}

using Parameters = QHash<QByteArray, QByteArray>;

/// Nothing when one cannot be decoded or stands twice.
std::optional<Parameters> parametersOf(const QByteArray &query)
{
    Parameters out;
    for (const QByteArray &item : query.split('&')) {
        if (item.isEmpty())
            continue;
        const qsizetype equals = item.indexOf('=');
        const std::optional<QByteArray> name = decoded(equals < 0 ? item : item.left(equals));
        const std::optional<QByteArray> value = decoded(equals < 0 ? QByteArray() : item.mid(equals + 1));
        if (!name || !value || out.contains(*name))
            return std::nullopt;
        out.insert(*name, *value);
    }
    return out;
}

struct Head {
    QByteArray method;
    QByteArray target;
    QHash<QByteArray, QList<QByteArray>> headers;   ///< names in lower case
    [[nodiscard]] QByteArray one(const QByteArray &name) const { return headers.value(name).value(0); }
};

std::optional<Head> headOf(const QByteArray &bytes)
{
    const qsizetype end = bytes.indexOf("\r\n\r\n");
    if (end < 0 || bytes.contains('\0'))
        return std::nullopt;
    QList<QByteArray> lines;
    for (qsizetype from = 0; from < end;) {
        const qsizetype to = bytes.indexOf("\r\n", from);
        lines.append(bytes.mid(from, to - from));
        from = to + 2;
    }
    if (lines.isEmpty())
        return std::nullopt;
    const QList<QByteArray> words = lines.takeFirst().split(' ');
    if (words.size() != 3 || (words.at(2) != "HTTP/1.1" && words.at(2) != "HTTP/1.0"))
        return std::nullopt;
    Head head{words.at(0), words.at(1), {}};
    for (const QByteArray &line : std::as_const(lines)) {
        const qsizetype colon = line.indexOf(':');
        if (colon <= 0 || line.startsWith(' ') || line.startsWith('\t') || line.at(colon - 1) == ' ' || line.contains('\r')
            || line.contains('\n'))
            return std::nullopt;
        head.headers[line.left(colon).toLower()].append(line.mid(colon + 1).trimmed());
    }
    return head;
}

/// 0: may go on.
int refusalOf(const Head &head, const CallbackRules &rules)
{
    if (head.headers.value("host").size() != 1)
        return 400;
    if (!rules.hosts.contains(QString::fromLatin1(head.one("host")), Qt::CaseInsensitive))
        return 421;
    if (head.method != "GET")
        return 405;
    if (!head.target.startsWith('/') || head.target.contains('#'))
        return 400;
    const qsizetype mark = head.target.indexOf('?');
    if (head.target.left(mark < 0 ? head.target.size() : mark) != rules.path.toLatin1())
        return 404;
    if (head.headers.contains("origin"))
        return 403;
    if (!head.one("sec-fetch-mode").isEmpty() && head.one("sec-fetch-mode") != "navigate")
        return 403;
    if (head.one("purpose") == "prefetch" || head.one("x-purpose") == "preview" || head.one("sec-purpose").startsWith("prefetch"))
        return 403;
    if (head.headers.contains("transfer-encoding") || (head.headers.contains("content-length") && head.one("content-length") != "0"))
        return 400;
    return 0;
}

}

CallbackVerdict judgeCallback(const QByteArray &bytes, const CallbackRules &rules)
{
    const std::optional<Head> head = headOf(bytes);
    if (!head)
        return refuse(400);
    if (const int status = refusalOf(*head, rules); status != 0)
        return refuse(status);
    const qsizetype mark = head->target.indexOf('?');
    const std::optional<Parameters> given = mark < 0 ? std::nullopt : parametersOf(head->target.mid(mark + 1));
    if (!given || rules.state.isEmpty() || !sameSecret(given->value("state"), rules.state))
        return refuse(400);
    if (given->contains("iss") ? given->value("iss") != rules.issuer.toUtf8() : rules.issNeeded)
        return {CallbackVerdict::Kind::WrongIssuer, 400};
    const QByteArray code = given->value("code");
    const QByteArray error = given->value("error");
    if (code.isEmpty() == error.isEmpty())
        return refuse(400);
    if (!error.isEmpty())
        return {CallbackVerdict::Kind::ProviderSaysNo, 200, {}, QString::fromUtf8(error), QString::fromUtf8(given->value("error_description"))};
    return {CallbackVerdict::Kind::Code, 200, code};
}

}
