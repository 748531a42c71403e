// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/CellText.h"

#include "models/core/Format.h"

#include <QCoreApplication>

#include <algorithm>
#include <cstring>

namespace qd::items {

using namespace Qt::StringLiterals;
using network::Cell;
using network::CellType;

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("CellText", text);
}
}

QString cellText(const Cell &cell, CellType type, qint64 now, bool end)
{
    switch (cell.is) {
    case Cell::Is::Absent:
        return u"\u2013"_s;
    case Cell::Is::Unknown:
        return tr("unknown");
    case Cell::Is::Text:
        return cell.text;
    case Cell::Is::Integer:
        if (type == CellType::Time)
            return end ? formatEnd(now - cell.integer) : formatMoment(now - cell.integer);
        return type == CellType::List ? cell.text : formatInteger(cell.integer);
    case Cell::Is::Number:
        if (type == CellType::Left)
            return tr("%1 %").arg(formatNumber(cell.number, 0));
        return type == CellType::Quantity ? cell.text : formatNumber(cell.number, 2);
    case Cell::Is::Boolean:
        return cell.integer ? tr("yes") : tr("no");
    case Cell::Is::Ratio:
        return u"%1/%2"_s.arg(cell.integer).arg(cell.whole);
    }
    return {};
}

QString cellToolTip(const Cell &cell, CellType type)
{
    switch (cell.is) {
    case Cell::Is::Absent:
        return tr("Does not apply, or is not there");
    case Cell::Is::Unknown:
        return cell.text.isEmpty() ? tr("Not determined") : tr("Not determined: %1").arg(cell.text);
    case Cell::Is::Integer:
        return type == CellType::Time ? formatRfc3339(QDateTime::fromSecsSinceEpoch(cell.integer, Qt::UTC))
            : type == CellType::List  ? cell.text
                                      : QString();
    case Cell::Is::Text:
        return cell.text;
    default:
        return {};
    }
}

int cellSeverity(const Cell &cell, CellType type)
{
    if (type == CellType::Left && cell.is == Cell::Is::Number)
        return cell.number < 10 ? 2 : cell.number < 25 ? 1 : 0;
    return cell.is == Cell::Is::Ratio && cell.integer < cell.whole ? 1 : 0;
}

bool standsRight(CellType type)
{
    switch (type) {
    case CellType::Text:
    case CellType::List:
    case CellType::Ref:
    case CellType::Boolean:
        return false;
    default:
        return true;
    }
}

QByteArray naturalKey(const QString &text)
{
    QByteArray out;
    out.reserve(text.size() + 8);
    const QByteArray folded = text.toCaseFolded().toUtf8();
    for (qsizetype i = 0; i < folded.size();) {
        const char c = folded.at(i);
        if (c < '0' || c > '9') {
            out.append(c);
            ++i;
            continue;
        }
        qsizetype end = i;
        while (end < folded.size() && folded.at(end) >= '0' && folded.at(end) <= '9')
            ++end;
        while (i + 1 < end && folded.at(i) == '0')
            ++i;
        // The length in front orders runs by value; it stays in the range of the digits, so texts keep their order too.
        out.append(char('0' + std::min<qsizetype>(end - i, 60)));
        out.append(folded.constData() + i, end - i);
        i = end;
    }
    return out;
}

int SortKey::compareValue(const SortKey &a, const SortKey &b)
{
    if (a.number != b.number)
        return a.number < b.number ? -1 : 1;
    return std::memcmp(a.text.data(), b.text.data(), a.text.size());
}

SortKey sortKey(const Cell &cell, CellType type)
{
    SortKey key;
    key.rank = 0;
    switch (cell.is) {
    case Cell::Is::Absent:
    case Cell::Is::Unknown:
        key.rank = cell.is == Cell::Is::Unknown ? 1 : 2;
        return key;
    case Cell::Is::Text: {
        const QByteArray text = naturalKey(cell.text);
        std::copy_n(text.constData(), std::min(text.size(), qsizetype(key.text.size())), key.text.begin());
        return key;
    }
    case Cell::Is::Integer:
    case Cell::Is::Boolean:
        key.number = type == CellType::Time ? -double(cell.integer) : double(cell.integer);
        return key;
    case Cell::Is::Number:
        key.number = cell.number;
        return key;
    case Cell::Is::Ratio:
        key.number = cell.whole > 0 ? double(cell.integer) / double(cell.whole) : 0;
        return key;
    }
    return key;
}

}
