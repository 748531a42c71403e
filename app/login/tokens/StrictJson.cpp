// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/tokens/StrictJson.h"

#include "app/login/tokens/TokenErrors.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>
#include <QStringDecoder>

#include <optional>

namespace qd::login {

using namespace Qt::StringLiterals;

namespace {

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(StrictJson)
};

/// Looks at member names only; the text is known to be JSON.
class NameScan {
public:
    explicit NameScan(const QByteArray &text) : m_text(text) { }

    /// The first name that stands twice in one object.
    std::optional<QString> twice()
    {
        for (; m_at < m_text.size(); ++m_at) {
            const char c = m_text.at(m_at);
            if (c == '"') {
                const QString name = string();
                if (!nameWanted())
                    continue;
                m_levels.last().name = false;
                if (m_levels.last().names.contains(name))
                    return name;
                m_levels.last().names.insert(name);
            } else if (c == '{' || c == '[') {
                m_levels.append({c == '{', c == '{', {}});
            } else if ((c == '}' || c == ']') && !m_levels.isEmpty()) {
                m_levels.removeLast();
            } else if (c == ',' && !m_levels.isEmpty()) {
                m_levels.last().name = m_levels.last().object;
            }
        }
        return std::nullopt;
    }

private:
    struct Level {
        bool object = false;
        bool name = false;      ///< the next string is a member's name
        QSet<QString> names;
    };

    [[nodiscard]] bool nameWanted() const { return !m_levels.isEmpty() && m_levels.last().name; }

    /// The string that begins here; ends at its closing quote.
    QString string()
    {
        const qsizetype from = m_at;
        bool escaped = false;
        for (++m_at; m_at < m_text.size() && m_text.at(m_at) != '"'; ++m_at) {
            if (m_text.at(m_at) == '\\') {
                escaped = true;
                ++m_at;
            }
        }
        const QByteArray quoted = m_text.mid(from, m_at - from + 1);
        if (!escaped)
            return QString::fromUtf8(quoted.mid(1, quoted.size() - 2));
        return QJsonDocument::fromJson('[' + quoted + ']').array().at(0).toString();
    }

    const QByteArray &m_text;
    qsizetype m_at = 0;
    QList<Level> m_levels;
};

}

Result<QJsonObject> strictObject(const QByteArray &text, const QString &what)
{
    QStringDecoder utf8(QStringConverter::Utf8, QStringConverter::Flag::Stateless);
    const QString decoded = utf8.decode(text);
    if (utf8.hasError() || decoded.contains(QChar(u'\0')))
        return badDocument(Tr::tr("%1 is not UTF-8 text.").arg(what));
    QJsonParseError parse;
    const QJsonDocument document = QJsonDocument::fromJson(text, &parse);
    if (parse.error != QJsonParseError::NoError)
        return badDocument(Tr::tr("%1 is not JSON.").arg(what), parse.errorString());
    if (!document.isObject())
        return badDocument(Tr::tr("%1 is not a JSON object.").arg(what));
    if (const std::optional<QString> name = NameScan(text).twice())
        return badDocument(Tr::tr("%1 has the member \"%2\" twice.").arg(what, quoted(name->left(60))));
    return document.object();
}

}
