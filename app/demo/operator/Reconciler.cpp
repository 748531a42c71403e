// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/Reconciler.h"

#include "models/core/Json.h"

#include <QCryptographicHash>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;

Gvr canton(const QString &plural)
{
    return {u"canton.quarterdeck.io"_s, u"v1alpha1"_s, plural};
}

Gvr core(const QString &plural)
{
    return {{}, u"v1"_s, plural};
}

std::chrono::milliseconds Moment::passed(const QDateTime &since) const
{
    using namespace std::chrono_literals;
    const std::chrono::milliseconds gone(since.isValid() ? since.msecsTo(now) : 0);
    return gone < -1min ? std::chrono::milliseconds(std::chrono::hours(24 * 365)) : std::max(gone, 0ms);
}

double Moment::chance(const QJsonObject &object, const QString &salt) const
{
    // Not the uid: it is another one each time the network is built, and the same seed is to play the same piece.
    const QString text = json::at(object, u"/kind"_s).toString() + u'/' + json::at(object, u"/metadata/namespace"_s).toString()
        + u'/' + json::at(object, u"/metadata/name"_s).toString() + u'|' + salt + u'|' + QString::number(seed);
    const QByteArray hash = QCryptographicHash::hash(text.toUtf8(), QCryptographicHash::Sha256);
    quint64 bits = 0;
    for (int i = 0; i < 7; ++i)
        bits = (bits << 8) | quint8(hash.at(i));
    return double(bits) / double(quint64(1) << 56);
}

QString Moment::stamp() const
{
    return now.toUTC().toString(u"yyyy-MM-ddTHH:mm:ssZ"_s);
}

QList<std::pair<QString, QString>> Reconciler::touches(const QJsonObject &, const World &) const
{
    return {};
}

}
