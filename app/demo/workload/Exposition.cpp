// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/workload/Exposition.h"

#include <QHash>

#include <cmath>

namespace qd::demo::exposition {

using namespace Qt::StringLiterals;

QByteArray numberText(double value)
{
    if (std::abs(value) < 1e18 && std::floor(value) == value)
        return QByteArray::number(qint64(value));
    return QByteArray::number(value, 'g', 12);
}

QByteArray escaped(const QString &value)
{
    QString text = value;
    return text.replace(u'\\', u"\\\\"_s).replace(u'"', u"\\\""_s).replace(u'\n', u"\\n"_s).toUtf8();
}

QByteArray labelText(const Labels &labels)
{
    QByteArray text;
    for (const auto &[name, value] : labels)
        text += (text.isEmpty() ? "" : ",") + name.toUtf8() + "=\"" + escaped(value) + '"';
    return text;
}

double bytesOf(const QString &quantity)
{
    static const QHash<QString, double> units{{u"Ki"_s, 1024.0}, {u"Mi"_s, 1048576.0}, {u"Gi"_s, 1073741824.0},
        {u"Ti"_s, 1099511627776.0}, {u"k"_s, 1e3}, {u"M"_s, 1e6}, {u"G"_s, 1e9}};
    qsizetype digits = 0;
    while (digits < quantity.size() && (quantity.at(digits).isDigit() || quantity.at(digits) == u'.'))
        ++digits;
    return quantity.left(digits).toDouble() * units.value(quantity.mid(digits), 1.0);
}

}
