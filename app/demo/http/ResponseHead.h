// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/http/Exchange.h"

#include <QDateTime>
#include <QLocale>

#include <boost/beast/http/message.hpp>

namespace qd::demo {

/// The head of an answer as everybody here writes it: status, date, type, the answer's own fields and its warnings (RFC 7234
/// 5.5: `299 - "text"`). The body, and whether the connection stays, are the caller's.
template <typename Message> void fillHead(Message &message, const Response &response)
{
    using namespace Qt::StringLiterals;
    namespace http = boost::beast::http;
    message.result(unsigned(response.status));
    message.version(11);
    message.set(http::field::date, QLocale::c().toString(QDateTime::currentDateTimeUtc(), u"ddd, dd MMM yyyy hh:mm:ss 'GMT'"_s).toStdString());
    if (!response.contentType.isEmpty())
        message.set(http::field::content_type, response.contentType.toStdString());
    for (auto header = response.headers.begin(); header != response.headers.end(); ++header)
        message.set(header.key().toStdString(), header.value().toStdString());
    for (const QString &warning : response.warnings) {
        QString text = warning;
        text.replace(u'\\', u"\\\\"_s).replace(u'"', u"\\\""_s).replace(u'\n', u' ');
        message.insert(http::field::warning, QString(u"299 - \""_s + text + u'"').toStdString());
    }
}

}
