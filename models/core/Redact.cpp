// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/Redact.h"

#include <QList>
#include <QRegularExpression>

#include <utility>

namespace qd {

using namespace Qt::StringLiterals;

QString redact(const QString &text)
{
    const auto insensitive = QRegularExpression::CaseInsensitiveOption;
    static const QString names =
        u"(?:[a-z0-9]+[_-])*(?:token|password|passwd|secret|client-key-data|client-key|private[_-]?key|api[_-]?key|code|code_verifier|assertion)"
        u"|clientKeyData|idToken|accessToken|refreshToken|clientSecret"_s;
    static const QList<std::pair<QRegularExpression, QString>> rules = {
        {QRegularExpression(u"-----BEGIN ([A-Z ]*PRIVATE KEY)-----.*?(-----END [A-Z ]*PRIVATE KEY-----|\\z)"_s,
                            QRegularExpression::DotMatchesEverythingOption), u"REDACTED"_s},
        {QRegularExpression(u"\\b(proxy-)?(authorization|cookie|set-cookie)(\"?\\s*[:=]\\s*\"?)[^\\r\\n\"]+"_s, insensitive), u"\\1\\2\\3REDACTED"_s},
        {QRegularExpression(u"\\b(bearer|basic)(\\s+)[A-Za-z0-9._~+/=-]{6,}"_s, insensitive), u"\\1\\2REDACTED"_s},
        {QRegularExpression(u"\\beyJ[A-Za-z0-9_-]{5,}\\.[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]*)?"_s), u"REDACTED"_s},
        {QRegularExpression(u"(://[^/\\s:@]*:)[^/\\s@]+(@)"_s), u"\\1REDACTED\\2"_s},
        {QRegularExpression(u"(?<![A-Za-z0-9])("_s + names + u")(\\\\?\"\\s*:\\s*\\\\?\")[^\"\\\\]*"_s, insensitive), u"\\1\\2REDACTED"_s},
        {QRegularExpression(u"(?<![A-Za-z0-9])("_s + names + u")([ \\t]*=[ \\t]*)(\"[^\"]*\"|'[^']*'|[^\\s&;,\"']+)"_s, insensitive), u"\\1\\2REDACTED"_s},
        {QRegularExpression(u"(?<![A-Za-z0-9])(?!code)("_s + names + u")(:[ \\t]+)(?!REDACTED)(\"[^\"]*\"|'[^']*'|\\S+)"_s, insensitive), u"\\1\\2REDACTED"_s},
    };
    QString out = text;
    for (const auto &[pattern, replacement] : rules)
        out.replace(pattern, replacement);
    return out;
}

QString plainText(const QString &text)
{
    static const QRegularExpression escapes(
        u"\\x1b\\[[0-?]*[ -/]*[@-~]|\\x1b\\][^\\x07\\x1b]*(\\x07|\\x1b\\\\)|\\x1b[PX^_].*?\\x1b\\\\|\\x1b[ -/]*[0-~]"_s,
        QRegularExpression::DotMatchesEverythingOption);
    QString stripped = text;
    stripped.remove(escapes);
    QString out;
    for (const QChar c : std::as_const(stripped)) {
        if (c.category() != QChar::Other_Control || c == u'\n' || c == u'\t')
            out += c;
    }
    return out;
}

}
