// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/RowDecoderValue.h"

#include <QCoreApplication>

#include <cctype>
#include <charconv>
#include <cmath>
#include <cstring>
#include <utility>

namespace qd::kube {

using namespace Qt::StringLiterals;
using network::Cell;
using network::CellType;

namespace {

constexpr size_t kPooled = 192;   ///< longer texts are not shared

QString decoded(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), qsizetype(utf8.size()));
}

/// FNV-like over eight bytes at a time; false when there is a byte above 127.
bool hashAscii(std::string_view text, quint64 *out)
{
    quint64 hash = 0x9E3779B97F4A7C15ULL ^ text.size();
    quint64 high = 0;
    size_t i = 0;
    for (; i + 8 <= text.size(); i += 8) {
        quint64 word = 0;
        std::memcpy(&word, text.data() + i, 8);
        high |= word;
        hash = (hash ^ word) * 0xFF51AFD7ED558CCDULL;
        hash ^= hash >> 32U;
    }
    quint64 word = 0;
    std::memcpy(&word, text.data() + i, text.size() - i);
    high |= word;
    hash = (hash ^ word) * 0xC4CEB9FE1A85EC53ULL;
    *out = hash ^ (hash >> 29U);
    return (high & 0x8080808080808080ULL) == 0;
}

bool digits(std::string_view text, size_t from, size_t count, int *out)
{
    int value = 0;
    for (size_t i = from; i < from + count; ++i) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = value * 10 + (text[i] - '0');
    }
    *out = value;
    return true;
}

/// Days since 1970-01-01 of a Gregorian date (Howard Hinnant's days_from_civil).
qint64 days(int year, int month, int day)
{
    year -= month <= 2 ? 1 : 0;
    const int era = (year >= 0 ? year : year - 399) / 400;
    const int ofEra = year - era * 400;
    const int ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    const int dayOfEra = ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear;
    return qint64(era) * 146097 + dayOfEra - 719468;
}

Cell integerCell(qint64 value)
{
    Cell cell;
    cell.is = Cell::Is::Integer;
    cell.integer = value;
    return cell;
}

Cell numberCell(double value)
{
    Cell cell;
    cell.is = Cell::Is::Number;
    cell.number = value;
    return cell;
}

template <typename Value, typename Make>
Cell converted(const std::optional<Value> &value, const Scalar &from, const char *what, Make make)
{
    if (value)
        return make(*value);
    return unknownCell(QCoreApplication::translate("RowDecoder", what).arg(decoded(from.text.substr(0, 80))));
}

Cell booleanCell(const Scalar &value)
{
    const bool yes = value.text == "true";
    if (!yes && value.text != "false")
        return converted(std::optional<bool>(), value, QT_TRANSLATE_NOOP("RowDecoder", "\"%1\" is neither true nor false"),
                         [](bool) { return Cell(); });
    Cell cell = integerCell(yes ? 1 : 0);
    cell.is = Cell::Is::Boolean;
    return cell;
}

}

QString StringPool::get(std::string_view utf8)
{
    quint64 hash = 0;
    if (utf8.size() > kPooled || !hashAscii(utf8, &hash))
        return decoded(utf8);
    const size_t at = hash % m_slots.size();
    QString &slot = m_slots[at];
    const QLatin1StringView latin(utf8.data(), qsizetype(utf8.size()));
    if (m_hashes[at] != hash || slot != latin) {
        slot = QString(latin);
        m_hashes[at] = hash;
    }
    return slot;
}

std::optional<qint64> parseRfc3339(std::string_view text)
{
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    const bool plain = text.size() == 20 && text[19] == 'Z' && text[4] == '-' && text[7] == '-' && text[10] == 'T'
        && text[13] == ':' && text[16] == ':' && digits(text, 0, 4, &year) && digits(text, 5, 2, &month)
        && digits(text, 8, 2, &day) && digits(text, 11, 2, &hour) && digits(text, 14, 2, &minute)
        && digits(text, 17, 2, &second);
    if (plain && month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60 && second <= 60)
        return days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
    const QDateTime time = QDateTime::fromString(decoded(text), Qt::ISODateWithMs);
    return time.isValid() ? std::optional(time.toSecsSinceEpoch()) : std::nullopt;
}

std::optional<qint64> parseInteger(std::string_view text)
{
    qint64 value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc() && end == text.data() + text.size())
        return value;
    const std::optional<double> number = parseNumber(text);
    if (number && std::trunc(*number) == *number && std::abs(*number) < 9.0e15)
        return qint64(*number);
    return std::nullopt;
}

std::optional<double> parseNumber(std::string_view text)
{
    if (!text.empty() && text.front() == '+')
        text.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

std::optional<double> fastQuantity(std::string_view text)
{
    static constexpr std::array<std::pair<std::string_view, double>, 15> factors{{
        {"n", 1e-9}, {"u", 1e-6}, {"m", 1e-3}, {"k", 1e3}, {"M", 1e6}, {"G", 1e9}, {"T", 1e12}, {"P", 1e15}, {"E", 1e18},
        {"Ki", 1024.}, {"Mi", 1048576.}, {"Gi", 1073741824.}, {"Ti", 1099511627776.}, {"Pi", 1125899906842624.},
        {"Ei", 1152921504606846976.}}};
    size_t end = text.size();
    while (end > 0 && !((text[end - 1] >= '0' && text[end - 1] <= '9') || text[end - 1] == '.'))
        --end;
    const std::string_view suffix = text.substr(end);
    const std::optional<double> value = parseNumber(text.substr(0, end));
    if (!value || suffix.empty())
        return value;
    for (const auto &[name, factor] : factors) {
        if (suffix == name)
            return *value * factor;
    }
    return std::nullopt;
}

Cell unknownCell(const QString &reason)
{
    Cell cell;
    cell.is = Cell::Is::Unknown;
    cell.text = reason;
    return cell;
}

Cell cellOf(CellType type, const Scalar &value, StringPool &pool)
{
    if (value.is == Scalar::Is::Null)
        return {};
    switch (type) {
    case CellType::Integer:
        return converted(parseInteger(value.text), value, QT_TRANSLATE_NOOP("RowDecoder", "\"%1\" is no whole number"),
                         integerCell);
    case CellType::Number:
        return converted(parseNumber(value.text), value, QT_TRANSLATE_NOOP("RowDecoder", "\"%1\" is no number"), numberCell);
    case CellType::Time:
        return converted(parseRfc3339(value.text), value, QT_TRANSLATE_NOOP("RowDecoder", "\"%1\" is no time"), integerCell);
    case CellType::Quantity:
        return converted(fastQuantity(value.text), value, QT_TRANSLATE_NOOP("RowDecoder", "\"%1\" is no quantity"),
                         [&](double number) {
                             Cell cell = numberCell(number);
                             cell.text = pool.get(value.text);
                             return cell;
                         });
    case CellType::Boolean:
        return booleanCell(value);
    case CellType::Count:
    case CellType::Ready:
    case CellType::Left:
        return converted(std::optional<bool>(), value, QT_TRANSLATE_NOOP("RowDecoder", "\"%1\" is neither a list nor an object"),
                         [](bool) { return Cell(); });
    case CellType::List:
    case CellType::Ref:
    case CellType::Text:
        break;
    }
    Cell cell;
    cell.is = Cell::Is::Text;
    cell.text = pool.get(value.text);
    return cell;
}

}
