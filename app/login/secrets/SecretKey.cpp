// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/secrets/SecretKey.h"

#include <QStringList>
#include <QUrl>

namespace qd::login {

using namespace Qt::StringLiterals;

namespace {

/// What a URL needs stays readable; the separator, the sign of percent-encoding and blanks do not.
QString part(const QString &text)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(text, ":/@.", "|"));
}

constexpr auto kPrefix = "quarterdeck"_L1;

}

QString secretKey(const QString &issuer, const QString &clientId, const QString &subject)
{
    return QStringList{QString(kPrefix), part(issuer), part(clientId), part(subject)}.join(u'|');
}

SecretKeyParts secretKeyParts(const QString &key)
{
    const QStringList parts = key.split(u'|');
    if (parts.size() != 4 || parts.first() != kPrefix)
        return {};
    const auto plain = [&parts](qsizetype i) { return QUrl::fromPercentEncoding(parts.at(i).toLatin1()); };
    return {plain(1), plain(2), plain(3)};
}

}
