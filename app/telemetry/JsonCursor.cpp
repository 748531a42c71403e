// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/telemetry/JsonCursor.h"

#include <charconv>
#include <cstdint>
#include <cstring>

namespace qd::telemetry {

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// A plain number (-12.5) that something else follows: where that stands; null: none, or one with an exponent. Up to 15 digits are exact by
/// one division; more are for from_chars.
const char *plainNumber(const char *begin, double *out)
{
    static constexpr double kPowers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    const bool negative = *begin == '-';
    const char *at = begin + negative;
    const char *first = at;
    std::uint64_t digits = 0;
    for (; isDigit(*at); ++at)
        digits = digits * 10 + std::uint64_t(*at - '0');
    auto count = at - first, decimals = count - count;
    if (count == 0)
        return nullptr;
    if (*at == '.') {
        const char *point = ++at;
        for (; isDigit(*at); ++at)
            digits = digits * 10 + std::uint64_t(*at - '0');
        decimals = at - point;
        count += decimals;
        if (decimals == 0)
            return nullptr;
    }
    if (*at == 'e' || *at == 'E')
        return nullptr;
    if (count > 15)
        return std::from_chars(begin, at, *out).ec == std::errc() ? at : nullptr;
    const double value = double(digits) / kPowers[decimals];
    *out = negative ? -value : value;
    return at;
}

}

bool readValue(const char *begin, const char *end, double *out)
{
    if (begin != end && *begin == '+')
        ++begin;
    const std::from_chars_result read = std::from_chars(begin, end, *out);
    return begin != end && read.ec == std::errc() && read.ptr == end;
}

void JsonCursor::space()
{
    while (*m_at == ' ' || *m_at == '\n' || *m_at == '\r' || *m_at == '\t')
        ++m_at;
}

bool JsonCursor::atEnd()
{
    space();
    return m_at == m_end;
}

char JsonCursor::peek()
{
    space();
    return *m_at;
}

bool JsonCursor::take(char c)
{
    space();
    if (*m_at != c || m_at == m_end)
        return false;
    ++m_at;
    return true;
}

bool JsonCursor::next(char open, char close, bool *first, bool *good)
{
    if (*first) {
        *first = false;
        *good = take(open);
        return *good && !take(close);
    }
    if (!*good || take(close))
        return false;
    *good = take(',');
    return *good;
}

bool JsonCursor::text(std::string_view *out)
{
    if (!take('"'))
        return false;
    const char *from = m_at;
    while (const auto *quote = static_cast<const char *>(memchr(m_at, '"', std::size_t(m_end - m_at)))) {
        const char *slash = quote;
        while (slash > from && slash[-1] == '\\')
            --slash;
        m_at = quote + 1;
        if ((quote - slash) % 2 == 0) {
            *out = {from, std::size_t(quote - from)};
            return true;
        }
    }
    m_at = m_end;
    return false;
}

bool JsonCursor::key(std::string_view *out)
{
    return text(out) && take(':');
}

bool JsonCursor::number(double *out, bool *isNumber)
{
    if (peek() == '"') {
        std::string_view quoted;
        if (!text(&quoted))
            return false;
        *isNumber = readValue(quoted.data(), quoted.data() + quoted.size(), out);
        return true;
    }
    const char *from = m_at;
    while (isDigit(*m_at) || *m_at == '-' || *m_at == '+' || *m_at == '.' || *m_at == 'e' || *m_at == 'E')
        ++m_at;
    *isNumber = (isDigit(*from) || *from == '-') && readValue(from, m_at, out);
    return *isNumber;
}

bool JsonCursor::pair(double *first, double *second)
{
    const char *at = m_at;
    if (*at != '[' || !(at = plainNumber(at + 1, first)) || *at != ',' || at[1] != '"' || !(at = plainNumber(at + 2, second)) || *at != '"' || at[1] != ']')
        return false;
    m_at = at + 2;
    return true;
}

bool JsonCursor::value(std::string_view *out)
{
    const char first = peek();
    const char *from = m_at;
    std::string_view inner;
    qsizetype depth = 0;
    if (first == '"') {
        if (!text(&inner))
            return false;
    } else if (first != '{' && first != '[') {
        while (m_at != m_end && !strchr(",]} \n\r\t", *m_at))
            ++m_at;
        if (m_at == from)
            return false;
    } else {
        do {
            if (m_at == m_end)
                return false;
            if (*m_at == '"') {
                if (!text(&inner))
                    return false;
                continue;
            }
            depth += *m_at == '{' || *m_at == '[';
            depth -= *m_at == '}' || *m_at == ']';
            ++m_at;
        } while (depth > 0);
    }
    *out = {from, std::size_t(m_at - from)};
    return true;
}

}
