// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/http/ResponseHead.h"

#include <QDateTime>
#include <QLocale>

namespace qd::demo {

using namespace Qt::StringLiterals;

void joinField(Headers &headers, const QByteArray &name, const QByteArray &value)
{
    QByteArray &place = headers[name];
    place = place.isEmpty() ? value : QByteArray(place + ", " + value);
}

std::vector<std::pair<std::string, std::string>> headFields(const Response &response)
{
    const QString date = QLocale::c().toString(QDateTime::currentDateTimeUtc(), u"ddd, dd MMM yyyy hh:mm:ss 'GMT'"_s);
    std::vector<std::pair<std::string, std::string>> fields;
    if (!response.headers.contains("date"))
        fields.emplace_back("date", date.toStdString());
    if (!response.contentType.isEmpty() && !response.headers.contains("content-type"))
        fields.emplace_back("content-type", response.contentType.toStdString());
    for (auto header = response.headers.begin(); header != response.headers.end(); ++header)
        fields.emplace_back(header.key().toStdString(), header.value().toStdString());
    for (const QString &warning : response.warnings) {
        QString text = warning;
        text.replace(u'\\', u"\\\\"_s).replace(u'"', u"\\\""_s).replace(u'\n', u' ');
        fields.emplace_back("warning", QString(u"299 - \""_s + text + u'"').toStdString());
    }
    return fields;
}

}
