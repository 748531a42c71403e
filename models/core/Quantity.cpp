// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/Quantity.h"

#include <QHash>
#include <QRegularExpression>

namespace qd {

using namespace Qt::StringLiterals;

std::optional<double> parseQuantity(const QString &text)
{
    static const QRegularExpression pattern(
        u"^([+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+))(?:([eE][+-]?[0-9]+)|([numkMGTPE]|[KMGTPE]i))?$"_s);
    static const QHash<QString, double> factors{
        {u""_s, 1}, {u"n"_s, 1e-9}, {u"u"_s, 1e-6}, {u"m"_s, 1e-3}, {u"k"_s, 1e3}, {u"M"_s, 1e6}, {u"G"_s, 1e9},
        {u"T"_s, 1e12}, {u"P"_s, 1e15}, {u"E"_s, 1e18}, {u"Ki"_s, 1024.}, {u"Mi"_s, 1048576.}, {u"Gi"_s, 1073741824.},
        {u"Ti"_s, 1099511627776.}, {u"Pi"_s, 1125899906842624.}, {u"Ei"_s, 1152921504606846976.}};
    const QRegularExpressionMatch match = pattern.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    return QString(match.captured(1) + match.captured(2)).toDouble() * factors.value(match.captured(3), 1);
}

}
