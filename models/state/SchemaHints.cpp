// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/SchemaHints.h"

#include "models/core/Json.h"

#include <QCoreApplication>
#include <QJsonArray>

#include <algorithm>

namespace qd::state {

using namespace Qt::StringLiterals;

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(SchemaHints)
};

constexpr int kDeepest = 8; ///< of references to references

QString plainText(const QJsonValue &value)
{
    return value.isString() ? value.toString() : QString::fromUtf8(json::compact(value));
}

QString typeWord(const QJsonObject &schema)
{
    if (schema.value("x-kubernetes-int-or-string"_L1).toBool())
        return Words::tr("number or text");
    const QString type = schema.value("type"_L1).toString();
    if (type == "integer"_L1)
        return Words::tr("integer");
    if (type == "number"_L1)
        return Words::tr("number");
    if (type == "boolean"_L1)
        return Words::tr("boolean");
    if (type == "string"_L1)
        return schema.value("format"_L1).toString() == "date-time"_L1 ? Words::tr("time") : Words::tr("text");
    return Words::tr("object");
}

struct YamlLine
{
    int indent = 0; ///< of the key, behind the dashes
    QList<int> dashes = {}; ///< columns of "- " in front of it
    QString key = {};
    bool blank = true;
};

YamlLine readLine(const QString &text)
{
    YamlLine out;
    int at = 0;
    const auto skipSpaces = [&] {
        while (at < text.size() && text.at(at) == u' ')
            ++at;
    };
    skipSpaces();
    while (at < text.size() && text.at(at) == u'-' && (at + 1 == text.size() || text.at(at + 1) == u' ')) {
        out.dashes.append(at++);
        skipSpaces();
    }
    out.indent = out.dashes.isEmpty() || at < text.size() ? at : out.dashes.last() + 2;
    const QString rest = text.mid(at);
    out.blank = out.dashes.isEmpty() && (rest.isEmpty() || rest.startsWith(u'#'));
    const qsizetype colon = rest.indexOf(u':');
    if (colon > 0 && (colon + 1 == rest.size() || rest.at(colon + 1) == u' '))
        out.key = rest.left(colon).remove(u'"').remove(u'\'').trimmed();
    return out;
}

}

SchemaHints SchemaHints::of(const QJsonObject &document, const QString &group, const QString &version, const QString &kind)
{
    SchemaHints out;
    out.m_schemas = document.value("components"_L1).toObject().value("schemas"_L1).toObject();
    for (auto it = out.m_schemas.constBegin(); it != out.m_schemas.constEnd(); ++it) {
        const QJsonArray marks = it.value().toObject().value("x-kubernetes-group-version-kind"_L1).toArray();
        for (const QJsonValue &mark : marks) {
            if (mark["group"_L1].toString() == group && mark["version"_L1].toString() == version && mark["kind"_L1].toString() == kind)
                out.m_root = it.value().toObject();
        }
    }
    return out;
}

QJsonObject SchemaHints::resolved(const QJsonObject &schema, int depth) const
{
    if (depth > kDeepest)
        return schema;
    const QString ref = schema.value("$ref"_L1).toString();
    if (!ref.isEmpty())
        return resolved(m_schemas.value(ref.section(u'/', -1)).toObject(), depth + 1);
    const QJsonArray parts = schema.value("allOf"_L1).toArray();
    if (parts.isEmpty())
        return schema;
    QJsonObject out;
    for (const QJsonValue &part : parts) {
        const QJsonObject one = resolved(part.toObject(), depth + 1);
        for (auto it = one.constBegin(); it != one.constEnd(); ++it)
            out.insert(it.key(), it.value());
    }
    for (auto it = schema.constBegin(); it != schema.constEnd(); ++it) {
        if (it.key() != "allOf"_L1)
            out.insert(it.key(), it.value());
    }
    return out;
}

QJsonObject SchemaHints::at(const QStringList &path) const
{
    QJsonObject now = resolved(m_root);
    for (const QString &token : path) {
        QJsonObject next;
        if (token == "-"_L1)
            next = now.value("items"_L1).toObject();
        else if (const QJsonObject properties = now.value("properties"_L1).toObject(); properties.contains(token))
            next = properties.value(token).toObject();
        else
            next = now.value("additionalProperties"_L1).toObject();
        if (next.isEmpty())
            return {};
        now = resolved(next);
    }
    return now;
}

SchemaHints::Field SchemaHints::described(const QString &name, const QJsonObject &schema, bool required) const
{
    Field out{name, typeWord(schema), schema.value("description"_L1).toString(), {}, {}, required, false, false};
    const QString type = schema.value("type"_L1).toString();
    if (type == "array"_L1) {
        const QJsonObject items = resolved(schema.value("items"_L1).toObject());
        out.isList = true;
        out.isMap = items.contains("properties"_L1);
        out.type = out.isMap ? Words::tr("list of objects") : Words::tr("list, each %1").arg(typeWord(items));
    } else if (schema.contains("properties"_L1)) {
        out.isMap = true;
    } else if (schema.value("additionalProperties"_L1).isObject()) {
        out.isMap = true;
        out.type = Words::tr("map, each %1").arg(typeWord(resolved(schema.value("additionalProperties"_L1).toObject())));
    }
    const QJsonArray allowed = schema.value("enum"_L1).toArray();
    for (const QJsonValue &value : allowed)
        out.values.append(plainText(value));
    if (type == "boolean"_L1)
        out.values = {u"true"_s, u"false"_s};
    QStringList limits;
    if (const QJsonValue value = schema.value("default"_L1); !value.isUndefined() && !value.isObject())
        limits.append(Words::tr("default %1").arg(plainText(value)));
    const QJsonValue low = schema.value("minimum"_L1), high = schema.value("maximum"_L1);
    if (!low.isUndefined() && !high.isUndefined())
        limits.append(Words::tr("%1 to %2").arg(plainText(low), plainText(high)));
    else if (!low.isUndefined())
        limits.append(Words::tr("at least %1").arg(plainText(low)));
    else if (!high.isUndefined())
        limits.append(Words::tr("at most %1").arg(plainText(high)));
    if (!allowed.isEmpty())
        limits.append(Words::tr("one of %1").arg(out.values.join(u", "_s)));
    out.limits = limits.join(u", "_s);
    return out;
}

QList<SchemaHints::Field> SchemaHints::fields(const QStringList &path) const
{
    QList<Field> out;
    const QJsonObject schema = at(path);
    const QJsonObject properties = schema.value("properties"_L1).toObject();
    const QJsonArray required = schema.value("required"_L1).toArray();
    for (auto it = properties.constBegin(); it != properties.constEnd(); ++it)
        out.append(described(it.key(), resolved(it.value().toObject()), required.contains(it.key())));
    std::stable_sort(out.begin(), out.end(), [](const Field &a, const Field &b) { return a.required && !b.required; });
    return out;
}

std::optional<SchemaHints::Field> SchemaHints::field(const QStringList &path) const
{
    if (path.isEmpty() || path.last() == "-"_L1)
        return std::nullopt;
    const QList<Field> all = fields(path.mid(0, path.size() - 1));
    const auto it = std::find_if(all.begin(), all.end(), [&path](const Field &f) { return f.name == path.last(); });
    return it == all.end() ? std::nullopt : std::optional<Field>(*it);
}

YamlPlace yamlPlaceAt(const QStringList &lines, int line, int column)
{
    YamlPlace out;
    const QString text = lines.value(line);
    const QString before = text.left(column);
    const YamlLine here = readLine(text);
    const QString typed = before.mid(qMin(here.indent, int(before.size())));
    const qsizetype colon = typed.indexOf(u": "_s);
    out.inValue = colon > 0;
    out.key = here.key;
    out.word = out.inValue ? typed.mid(colon + 2).trimmed() : typed.trimmed();
    if (out.key.isEmpty())
        out.key = typed.trimmed();
    int need = here.blank ? qMin(column, int(text.size())) : here.indent; // parents stand left of it
    QList<int> dashes = here.dashes;
    for (int at = line; at >= 0; --at) {
        const YamlLine other = at == line ? here : readLine(lines.value(at));
        if (at != line) {
            if (other.blank || other.indent > need || (other.indent == need && other.dashes.isEmpty()))
                continue;
            if (other.indent < need && !other.key.isEmpty()) {
                out.path.prepend(other.key);
                need = other.indent;
            } else if (other.indent < need) {
                continue;
            }
            dashes = other.dashes;
        }
        for (qsizetype i = dashes.size() - 1; i >= 0; --i) {
            out.path.prepend(u"-"_s);
            need = dashes.at(i) + 1; // the list may stand as far left as its key
        }
    }
    return out;
}

}
