// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/issuer/Parameters.h"

#include <QSet>
#include <QUrl>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;

Parameters Parameters::ofQuery(const Request &request)
{
    Parameters parameters;
    parameters.add(request.query);
    return parameters;
}

Parameters Parameters::ofForm(const Request &request)
{
    Parameters parameters;
    const QByteArray type = request.headers.value("content-type").split(';').value(0).trimmed().toLower();
    if (type != "application/x-www-form-urlencoded")
        return parameters;
    QByteArray body = request.body;
    body.replace('+', "%20");
    parameters.add(QUrlQuery(QString::fromUtf8(body)));
    return parameters;
}

void Parameters::add(const QUrlQuery &query)
{
    for (const auto &[name, value] : query.queryItems(QUrl::FullyDecoded))
        m_items.append({name, value});
}

QString Parameters::value(QLatin1StringView name) const
{
    const auto found = std::find_if(m_items.begin(), m_items.end(), [name](const auto &item) { return item.first == name; });
    return found == m_items.end() ? QString() : found->second;
}

bool Parameters::has(QLatin1StringView name) const
{
    return std::any_of(m_items.begin(), m_items.end(), [name](const auto &item) { return item.first == name; });
}

QStringList Parameters::words(QLatin1StringView name) const
{
    QStringList words = value(name).split(u' ', Qt::SkipEmptyParts);
    words.removeDuplicates();
    return words;
}

QString Parameters::repeated() const
{
    QSet<QString> seen;
    for (const auto &item : m_items) {
        if (seen.contains(item.first))
            return item.first;
        seen.insert(item.first);
    }
    return {};
}

bool isRegistered(const QString &given, const QStringList &registered)
{
    for (const QString &one : registered) {
        const qsizetype slash = one.indexOf(u'/', one.indexOf("//"_L1) + 2);
        const QString origin = one.left(slash), path = one.mid(slash);
        if (!given.startsWith(origin))
            continue;
        QString rest = given.mid(origin.size());
        if (rest.startsWith(u':')) {
            qsizetype end = 1;
            while (end < rest.size() && rest.at(end) >= u'0' && rest.at(end) <= u'9')
                ++end;
            const QString port = rest.mid(1, end - 1);
            bool fits = false;
            if (port.toUShort(&fits) == 0 || !fits || port.startsWith(u'0'))
                continue;
            rest = rest.mid(end);
        }
        if (rest == path)
            return true;
    }
    return false;
}

QString originOf(const QString &redirect)
{
    return redirect.left(redirect.indexOf(u'/', redirect.indexOf("//"_L1) + 2));
}

QByteArray withQuery(const QString &redirect, const QList<std::pair<QString, QString>> &parameters)
{
    QByteArray text = redirect.toUtf8();
    char separator = '?';
    for (const auto &[name, value] : parameters) {
        if (value.isEmpty())
            continue;
        text += separator + QUrl::toPercentEncoding(name) + '=' + QUrl::toPercentEncoding(value);
        separator = '&';
    }
    return text;
}

QByteArray cookieOf(const Request &request, const QByteArray &name)
{
    for (const QByteArray &one : request.headers.value("cookie").split(';')) {
        const QByteArray pair = one.trimmed();
        if (pair.startsWith(QByteArray(name + '=')))
            return pair.mid(name.size() + 1);
    }
    return {};
}

}
