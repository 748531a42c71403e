// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/yaml/YamlEmitter.h"

#include "app/yaml/YamlScalar.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QLocale>

#include <algorithm>

namespace qd::yaml {

namespace {

constexpr qsizetype kSimpleKeyLimit = 120;   // longer keys are written with "? "; readers allow 1024 bytes

bool printable(char32_t c)
{
    return (c >= 0x20 && c <= 0x7e) || (c >= 0xa0 && c <= 0xd7ff && c != 0x2028 && c != 0x2029) || (c >= 0xe000 && c <= 0xfffd && c != 0xfeff)
        || (c >= 0x10000 && c <= 0x10ffff);
}

bool allPrintable(const QString &text, bool lines)
{
    const QList<uint> points = text.toUcs4();
    return std::all_of(points.begin(), points.end(), [lines](uint c) { return printable(c) || (lines && (c == '\n' || c == '\t')); });
}

bool plainShape(const QByteArray &text)
{
    constexpr QByteArrayView indicators = ",[]{}#&*!|>'\"%@`=";
    const char first = text.front();
    if (indicators.contains(first) || first == ' ' || text.back() == ' ' || text.back() == ':')
        return false;
    if ((first == '-' || first == '?' || first == ':') && (text.size() == 1 || text.at(1) == ' '))
        return false;
    if (first == ':' || first == '?' || text.startsWith("---") || text.startsWith("...") || text == "<<")
        return false;
    return !text.contains(": ") && !text.contains(" #");
}

bool sexagesimal(const QByteArray &text)
{
    const char first = text.front();
    return text.contains(':') && ((first >= '0' && first <= '9') || first == '-' || first == '+')
        && std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || c == ':' || c == '.' || c == '_' || c == '-' || c == '+'; });
}

QByteArray doubleQuoted(const QString &text)
{
    QByteArray out = "\"";
    for (const uint c : text.toUcs4()) {
        if (c == '"' || c == '\\')
            out += '\\' + QByteArray(1, char(c));
        else if (c == '\n')
            out += "\\n";
        else if (c == '\t')
            out += "\\t";
        else if (c == '\r')
            out += "\\r";
        else if (printable(c))
            out += QString::fromUcs4(reinterpret_cast<const char32_t *>(&c), 1).toUtf8();
        else if (c >= 0xd800 && c <= 0xdfff)
            out += "\\ufffd";   // half a surrogate pair has no text
        else if (c <= 0xff)
            out += "\\x" + QByteArray::number(c, 16).rightJustified(2, '0');
        else
            out += "\\u" + QByteArray::number(c, 16).rightJustified(4, '0');
    }
    return out + '"';
}

QByteArray flowText(const QString &text)
{
    const QByteArray utf8 = text.toUtf8();
    if (utf8.isEmpty() || !allPrintable(text, false))
        return doubleQuoted(text);
    if (resolvePlain(utf8).type != Scalar::Type::Text || looksLikeTimestamp(utf8) || sexagesimal(utf8))
        return '"' + QByteArray(utf8).replace('\\', "\\\\").replace('"', "\\\"") + '"';
    if (plainShape(utf8))
        return utf8;
    return '\'' + QByteArray(utf8).replace('\'', "''") + '\'';
}

/// A literal block keeps every line as it is; only texts for which all readers agree are written so.
bool literal(const QString &text)
{
    if (!text.contains(u'\n') || text.front().isSpace() || !allPrintable(text, true))
        return false;
    const QStringList lines = text.split(u'\n');
    return std::none_of(lines.begin(), lines.end(), [](const QString &line) {
        return (!line.isEmpty() && line.trimmed().isEmpty()) || line.startsWith(u'\t');
    });
}

QByteArray literalBlock(const QString &text, int indent)
{
    const QByteArray pad(indent, ' ');
    const bool ends = text.endsWith(u'\n');
    QByteArray out = !ends ? "|-" : text.endsWith(QStringLiteral("\n\n")) ? "|+" : "|";
    QStringList lines = text.split(u'\n');
    if (ends)
        lines.removeLast();
    for (const QString &line : std::as_const(lines))
        out += '\n' + (line.isEmpty() ? QByteArray() : QByteArray(pad + line.toUtf8()));
    return out;
}

QByteArray numberText(const QJsonValue &value)
{
    if (value.toInteger(1) == value.toInteger(2))
        return QByteArray::number(value.toInteger());
    return QByteArray::number(value.toDouble(), 'g', QLocale::FloatingPointShortest);
}

int rankOf(const QString &key)
{
    static const QStringList first = {QStringLiteral("apiVersion"), QStringLiteral("kind"), QStringLiteral("metadata"),
                                      QStringLiteral("spec"), QStringLiteral("status")};
    const qsizetype at = first.indexOf(key);
    return int(at < 0 ? first.size() : at);
}

QStringList orderedKeys(const QJsonObject &object)
{
    QStringList keys = object.keys();
    const bool resource = object.contains(QLatin1String("apiVersion")) && object.contains(QLatin1String("kind"));
    std::sort(keys.begin(), keys.end(), [resource](const QString &a, const QString &b) {
        const int left = resource ? rankOf(a) : 0;
        const int right = resource ? rankOf(b) : 0;
        return left != right ? left < right : a.toUtf8() < b.toUtf8();
    });
    return keys;
}

class Emitter {
public:
    void node(const QJsonValue &value, int indent, bool inList)
    {
        if (value.isObject() && !value.toObject().isEmpty())
            map(value.toObject(), indent, inList);
        else if (value.isArray() && !value.toArray().isEmpty())
            list(value.toArray(), indent, inList);
        else
            m_out += scalar(value, indent) + '\n';
    }
    [[nodiscard]] QByteArray take() { return std::move(m_out); }

private:
    static bool block(const QJsonValue &value)
    {
        return (value.isObject() && !value.toObject().isEmpty()) || (value.isArray() && !value.toArray().isEmpty());
    }

    static QByteArray scalar(const QJsonValue &value, int indent)
    {
        switch (value.type()) {
        case QJsonValue::Bool:
            return value.toBool() ? "true" : "false";
        case QJsonValue::Double:
            return numberText(value);
        case QJsonValue::String:
            return indent > 0 && literal(value.toString()) ? literalBlock(value.toString(), indent) : flowText(value.toString());
        case QJsonValue::Object:
            return "{}";
        case QJsonValue::Array:
            return "[]";
        default:
            return "null";
        }
    }

    /// `indent` is the column of the keys; the first is written where the line already stands after "- ".
    void map(const QJsonObject &object, int indent, bool inList)
    {
        bool first = true;
        const QStringList keys = orderedKeys(object);
        for (const QString &key : keys) {
            if (!(first && inList))
                m_out += QByteArray(indent, ' ');
            first = false;
            const QByteArray name = flowText(key);
            if (name.size() > kSimpleKeyLimit)
                m_out += "? " + name + '\n' + QByteArray(indent, ' ') + ':';
            else
                m_out += name + ':';
            const QJsonValue value = object.value(key);
            if (!block(value)) {
                m_out += ' ' + scalar(value, indent + 2) + '\n';
                continue;
            }
            m_out += '\n';
            node(value, value.isObject() || name.size() > kSimpleKeyLimit ? indent + 2 : indent, false);
        }
    }

    void list(const QJsonArray &array, int indent, bool inList)
    {
        bool first = true;
        for (const QJsonValue &value : array) {
            if (!(first && inList))
                m_out += QByteArray(indent, ' ');
            first = false;
            m_out += "- ";
            node(value, indent + 2, true);
        }
    }

    QByteArray m_out;
};

}

QByteArray emitYaml(const QJsonValue &value)
{
    Emitter emitter;
    emitter.node(value, 0, false);
    return emitter.take();
}

}
