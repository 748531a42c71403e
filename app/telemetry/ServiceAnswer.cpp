// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/telemetry/ServiceAnswer.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>

namespace qd::telemetry {

using namespace Qt::StringLiterals;

namespace {

struct Tr
{
    Q_DECLARE_TR_FUNCTIONS(ServiceAnswer)
};

/// More of a refusal is not read.
constexpr qsizetype kRead = 16384;

bool isWebPage(const ports::HttpAnswer &answer)
{
    return answer.body.left(64).trimmed().startsWith('<') || answer.headers.value("content-type").toLower().startsWith("text/html");
}

}

QString wordsOfService(const ports::HttpAnswer &answer)
{
    const QByteArray body = answer.body.left(kRead).trimmed();
    if (isWebPage(answer))
        return {};
    if (body.startsWith('{')) {
        const QJsonObject object = QJsonDocument::fromJson(body).object();
        for (const QLatin1StringView key : {"message"_L1, "error"_L1})
            if (const QString says = object.value(key).toString(); !says.isEmpty())
                return plainExcerpt(says.toUtf8(), "text/plain");
    }
    // QJsonDocument wants an array around a text.
    if (body.startsWith('"'))
        if (const QJsonDocument text = QJsonDocument::fromJson('[' + body + ']'); !text.isNull())
            return plainExcerpt(text[0].toString().toUtf8(), "text/plain");
    return plainExcerpt(body, "text/plain");
}

Error errorOfService(const ports::HttpAnswer &answer, const ServiceTarget &target)
{
    const QString says = wordsOfService(answer);
    return says.isEmpty() ? target.errorOf(answer) : target.errorOf(answer.status, says);
}

Error errorUnreadable(const ports::HttpAnswer &answer, const ServiceTarget &target, const QString &readerSays)
{
    if (isWebPage(answer) || answer.body.isEmpty())
        return target.errorOf(answer);
    Error error{ErrorKind::Network, Tr::tr("%1 at %2: the answer cannot be read (%3).").arg(target.what, target.place(), readerSays),
                Tr::tr("The connection or a proxy cut it, or another program answers at this address."), wordsOfService(answer)};
    error.httpStatus = answer.status;
    return error;
}

}
