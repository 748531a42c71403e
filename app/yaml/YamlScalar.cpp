// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/yaml/YamlScalar.h"

#include <QRegularExpression>
#include <QStringDecoder>

#include <charconv>
#include <cmath>
#include <limits>

namespace qd::yaml {

using namespace Qt::StringLiterals;

namespace {

Scalar number(double value)
{
    return {std::isfinite(value) ? Scalar::Type::Float : Scalar::Type::NotFinite, QJsonValue(value)};
}

std::optional<Scalar> wordOf(const QByteArray &text)
{
    static const QHash<QByteArray, Scalar> words = [] {
        QHash<QByteArray, Scalar> map;
        for (const char *word : {"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"})
            map.insert(word, {Scalar::Type::Bool, true});
        for (const char *word : {"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"})
            map.insert(word, {Scalar::Type::Bool, false});
        for (const char *word : {"", "~", "null", "Null", "NULL"})
            map.insert(word, {Scalar::Type::Null, QJsonValue::Null});
        const double infinity = std::numeric_limits<double>::infinity();
        for (const char *word : {".nan", ".NaN", ".NAN"})
            map.insert(word, number(std::numeric_limits<double>::quiet_NaN()));
        for (const char *word : {".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"})
            map.insert(word, number(infinity));
        for (const char *word : {"-.inf", "-.Inf", "-.INF"})
            map.insert(word, number(-infinity));
        return map;
    }();
    const auto it = words.constFind(text);
    return it == words.cend() ? std::nullopt : std::optional(*it);
}

int digitOf(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 99;
}

std::optional<quint64> digits(QByteArrayView text, int base)
{
    if (text.isEmpty())
        return std::nullopt;
    quint64 value = 0;
    for (const char c : text) {
        const int digit = digitOf(c);
        if (digit >= base)
            return std::nullopt;
        const quint64 next = value * quint64(base) + quint64(digit);
        if (value > (std::numeric_limits<quint64>::max() - quint64(digit)) / quint64(base))
            return std::nullopt;
        value = next;
    }
    return value;
}

std::optional<Scalar> signedInteger(bool negative, std::optional<quint64> magnitude, bool plus)
{
    if (!magnitude)
        return std::nullopt;
    constexpr quint64 limit = quint64(1) << 63;
    if (negative && *magnitude <= limit)
        return Scalar{Scalar::Type::Int, QJsonValue(*magnitude == limit ? std::numeric_limits<qint64>::min() : -qint64(*magnitude))};
    if (!negative && *magnitude < limit)
        return Scalar{Scalar::Type::Int, QJsonValue(qint64(*magnitude))};
    if (!negative && !plus)   // strconv.ParseUint takes no sign
        return Scalar{Scalar::Type::BigInt, QJsonValue(double(*magnitude))};
    return std::nullopt;
}

/// strconv.ParseInt(text, 0, 64), then ParseUint.
std::optional<Scalar> integer(QByteArrayView text)
{
    const bool negative = text.startsWith('-');
    const bool plus = text.startsWith('+');
    QByteArrayView rest = negative || plus ? text.sliced(1) : text;
    int base = 10;
    if (rest.size() > 1 && rest.front() == '0') {
        const char mark = rest.at(1);
        base = mark == 'x' || mark == 'X' ? 16 : mark == 'b' || mark == 'B' ? 2 : 8;
        const bool prefixed = base != 8 || mark == 'o' || mark == 'O';
        rest = rest.sliced(prefixed ? 2 : 1);
    }
    return signedInteger(negative, digits(rest, base), plus);
}

/// go-yaml's second look at 0b: strconv.ParseInt of the rest, which may carry a sign of its own.
std::optional<Scalar> binaryRest(QByteArrayView text)
{
    if (!text.startsWith("0b"))
        return std::nullopt;
    QByteArrayView rest = text.sliced(2);
    const bool negative = rest.startsWith('-');
    const bool plus = rest.startsWith('+');
    return signedInteger(negative, digits(negative || plus ? rest.sliced(1) : rest, 2), plus);
}

std::optional<Scalar> floating(const QByteArray &text)
{
    static const QRegularExpression pattern(u"\\A[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?\\z"_s);
    if (!pattern.match(QString::fromLatin1(text)).hasMatch())
        return std::nullopt;
    const QByteArrayView digits = text.startsWith('+') ? QByteArrayView(text).sliced(1) : QByteArrayView(text);
    double value = 0;
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), value);
    if (error == std::errc::result_out_of_range) {
        if (!text.contains("e-") && !text.contains("E-"))
            return std::nullopt;   // too large stays a text
        value = 0;
    }
    return number(value);
}

Scalar textOf(const QByteArray &text)
{
    return {Scalar::Type::Text, textValue(text)};
}

}

QString textValue(const QByteArray &utf8)
{
    QStringDecoder decode(QStringDecoder::Utf8, QStringConverter::Flag::ConvertInitialBom);
    return decode(utf8);
}

std::optional<QString> Scalar::key() const
{
    switch (type) {
    case Type::Text:
        return value.toString();
    case Type::Bool:
        return value.toBool() ? u"true"_s : u"false"_s;
    case Type::Int:
        return QString::number(value.toInteger());
    case Type::Float:   // go-yaml prints them with the precision of a float
        return QString::fromLatin1(QByteArray::number(double(float(value.toDouble())), 'g', 7));
    case Type::NotFinite:
        return std::isnan(value.toDouble()) ? u".nan"_s : value.toDouble() > 0 ? u".inf"_s : u"-.inf"_s;
    case Type::Null:
    case Type::BigInt:
        break;
    }
    return std::nullopt;
}

bool looksLikeTimestamp(const QByteArray &text)
{
    static const QRegularExpression pattern(
        u"\\A[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(([Tt ]|[ \\t]+)[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}.*)?\\z"_s);
    return pattern.match(QString::fromUtf8(text)).hasMatch();
}

Scalar resolvePlain(const QByteArray &text)
{
    if (const std::optional<Scalar> word = wordOf(text))
        return *word;
    const char first = text.front();
    if (first == '.') {
        static const QRegularExpression misplaced(u"(?<![0-9])_|_(?![0-9])"_s);   // Go wants a digit on both sides
        QByteArray plain = text;
        if (!QString::fromUtf8(text).contains(misplaced))
            plain.replace('_', QByteArrayView());
        if (const std::optional<Scalar> value = floating(plain))
            return *value;
    } else if ((first >= '0' && first <= '9') || first == '+' || first == '-') {
        QByteArray plain = text;
        plain.replace('_', QByteArrayView());
        if (const std::optional<Scalar> value = integer(plain))
            return *value;
        if (const std::optional<Scalar> value = floating(plain))
            return *value;
        if (const std::optional<Scalar> value = binaryRest(plain))
            return *value;
    }
    return textOf(text);
}

std::optional<Scalar> resolveTagged(const QByteArray &shortTag, const QByteArray &text)
{
    if (shortTag == "!!binary") {
        const auto decoded = QByteArray::fromBase64Encoding(text.simplified().replace(' ', QByteArrayView()),
                                                            QByteArray::Base64Encoding | QByteArray::AbortOnBase64DecodingErrors);
        return decoded ? std::optional(textOf(*decoded)) : std::nullopt;
    }
    if (shortTag == "!!timestamp")
        return looksLikeTimestamp(text) ? std::optional(textOf(text)) : std::nullopt;
    static const QHash<QByteArray, Scalar::Type> types = {{"!!int", Scalar::Type::Int},
                                                          {"!!float", Scalar::Type::Float},
                                                          {"!!bool", Scalar::Type::Bool},
                                                          {"!!null", Scalar::Type::Null}};
    const auto wanted = types.constFind(shortTag);
    if (wanted == types.cend())
        return textOf(text);
    Scalar found = resolvePlain(text);
    if (found.type == *wanted || (*wanted == Scalar::Type::Float && found.type == Scalar::Type::NotFinite)
        || (*wanted == Scalar::Type::Int && found.type == Scalar::Type::BigInt))
        return found;
    if (*wanted == Scalar::Type::Float && found.type == Scalar::Type::Int)
        return Scalar{Scalar::Type::Float, QJsonValue(found.value.toDouble())};
    return std::nullopt;
}

}
