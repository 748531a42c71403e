// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/KubeConfig.h"
#include "app/kube/KubeConfigDecode.h"

#include <QJsonArray>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace qd::kube {

using namespace Qt::StringLiterals;

namespace {

constexpr FieldSpec kRoot[] = {
    {"kind", FieldType::Text, false},        {"apiVersion", FieldType::Text, false}, {"preferences", FieldType::Any, true},
    {"clusters", FieldType::Any, false},     {"users", FieldType::Any, false},       {"contexts", FieldType::Any, false},
    {"current-context", FieldType::Text, false}, {"extensions", FieldType::Extensions, true},
};
constexpr FieldSpec kPreferences[] = {{"colors", FieldType::Bool, true}, {"extensions", FieldType::Extensions, true}};
constexpr FieldSpec kNamed[] = {{"name", FieldType::Text, false}, {"cluster", FieldType::Any, false}, {"user", FieldType::Any, false},
                                {"context", FieldType::Any, false}, {"extension", FieldType::Any, false}};

/// encoding/json: shortest digits, 'e' below 1e-6 and from 1e21, no leading zero in the exponent.
QByteArray goNumber(const QJsonValue &value)
{
    if (value.toInteger(1) == value.toInteger(2))
        return QByteArray::number(value.toInteger());
    const double number = value.toDouble();
    const double size = std::fabs(number);
    if (number >= 9223372036854775808.0 && number < 18446744073709551616.0 && std::trunc(number) == number)
        return QByteArray::number(quint64(number));   // Go keeps what fits uint64 as an integer
    if (size >= 1e-6 && size < 1e21)
        return QByteArray::number(number, 'f', QLocale::FloatingPointShortest);
    QByteArray text = QByteArray::number(number, 'e', QLocale::FloatingPointShortest);
    return text.replace("e-0", "e-").replace("e+0", "e+");
}

/// encoding/json with HTML escaping.
QByteArray goText(const QString &text)
{
    QByteArray out = "\"";
    const QByteArray utf8 = text.toUtf8();
    for (qsizetype i = 0; i < utf8.size(); ++i) {
        const auto c = static_cast<unsigned char>(utf8.at(i));
        if (c == '"' || c == '\\')
            out += '\\' + QByteArray(1, char(c));
        else if (c == '\n')
            out += "\\n";
        else if (c == '\r')
            out += "\\r";
        else if (c == '\t')
            out += "\\t";
        else if (c == '\b')
            out += "\\b";
        else if (c == '\f')
            out += "\\f";
        else if (c < 0x20 || c == '<' || c == '>' || c == '&')
            out += "\\u00" + QByteArray::number(c, 16).rightJustified(2, '0');
        else if (QByteArrayView(utf8).sliced(i).startsWith("\xe2\x80\xa8") || QByteArrayView(utf8).sliced(i).startsWith("\xe2\x80\xa9")) {
            out += utf8.at(i + 2) == char(0xa8) ? "\\u2028" : "\\u2029";
            i += 2;
        } else {
            out += char(c);
        }
    }
    return out + '"';
}

class Printer {
public:
    QByteArray root(const QJsonObject &object)
    {
        if (object.value("kind"_L1) == "Config"_L1)
            structure(object, kRoot, 0);
        else
            any(object, 0);
        return m_out + '\n';
    }

private:
    void pad(int depth) { m_out += '\n' + QByteArray(depth * 4, ' '); }

    void members(const QJsonObject &object, const QStringList &keys, int depth, std::span<const FieldSpec> fields)
    {
        if (keys.isEmpty()) {
            m_out += "{}";
            return;
        }
        m_out += '{';
        bool first = true;
        for (const QString &key : keys) {
            if (!std::exchange(first, false))
                m_out += ',';
            pad(depth + 1);
            m_out += goText(key) + ": ";
            member(key, object.value(key), depth + 1, fields);
        }
        pad(depth);
        m_out += '}';
    }

    void structure(const QJsonObject &object, std::span<const FieldSpec> fields, int depth)
    {
        QStringList keys;
        for (const FieldSpec &field : fields) {
            if (object.contains(QLatin1String(field.name)))
                keys.append(QString::fromLatin1(field.name));
        }
        members(object, keys, depth, fields);
    }

    void member(const QString &key, const QJsonValue &value, int depth, std::span<const FieldSpec> fields)
    {
        const bool root = fields.data() == kRoot;
        const bool named = fields.data() == kNamed;
        if (root && key == "preferences"_L1)
            structure(value.toObject(), kPreferences, depth);
        else if (value.isArray() && ((root && (key == "clusters"_L1 || key == "users"_L1 || key == "contexts"_L1)) || key == "extensions"_L1) && !fields.empty())
            structures(value.toArray(), kNamed, depth);
        else if (value.isArray() && key == "env"_L1 && fields.data() == execFields().data())
            structures(value.toArray(), envFields(), depth);
        else if (value.isObject() && named && key != "extension"_L1)
            structure(value.toObject(), key == "cluster"_L1 ? clusterFields() : key == "user"_L1 ? userFields() : contextFields(), depth);
        else if (value.isObject() && fields.data() == userFields().data() && key == "exec"_L1)
            structure(value.toObject(), execFields(), depth);
        else if (value.isObject() && fields.data() == userFields().data() && key == "auth-provider"_L1)
            structure(value.toObject(), authProviderFields(), depth);
        else
            any(value, depth);
    }

    void structures(const QJsonArray &array, std::span<const FieldSpec> fields, int depth)
    {
        elements(array, depth, [this, fields, depth](const QJsonValue &value) { structure(value.toObject(), fields, depth + 1); });
    }

    template <typename Each>
    void elements(const QJsonArray &array, int depth, Each each)
    {
        if (array.isEmpty()) {
            m_out += "[]";
            return;
        }
        m_out += '[';
        bool first = true;
        for (const QJsonValue &value : array) {
            if (!std::exchange(first, false))
                m_out += ',';
            pad(depth + 1);
            each(value);
        }
        pad(depth);
        m_out += ']';
    }

    void any(const QJsonValue &value, int depth)
    {
        if (value.isObject()) {
            QStringList keys = value.toObject().keys();
            std::sort(keys.begin(), keys.end(), [](const QString &a, const QString &b) { return a.toUtf8() < b.toUtf8(); });
            members(value.toObject(), keys, depth, {});
        } else if (value.isArray()) {
            elements(value.toArray(), depth, [this, depth](const QJsonValue &element) { any(element, depth + 1); });
        } else if (value.isString()) {
            m_out += goText(value.toString());
        } else if (value.isDouble()) {
            m_out += goNumber(value);
        } else {
            m_out += value.isBool() ? (value.toBool() ? "true" : "false") : "null";
        }
    }

    QByteArray m_out;
};

}

QByteArray kubectlJson(const QJsonObject &document)
{
    return Printer().root(document);
}

}
