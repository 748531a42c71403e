// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/Decode.h"

#include "models/core/Json.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>

#include <cstring>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kShownBytes = 30;

/// What an error shows of a body: text of an object, bytes of anything else (runtime.summarizeData).
QString summary(const QByteArray &body)
{
    if (body.isEmpty())
        return u"<empty>"_s;
    const bool more = body.size() > kShownBytes;
    const QByteArray head = body.left(kShownBytes);
    return QString(QString::fromUtf8(body.startsWith('{') ? head : head.toHex()) + (more ? u" ..."_s : QString()));
}

QString unmarshal(const Kind &kind, const QJsonValue &value, const QString &field, const QString &type)
{
    return QString(u"json: cannot unmarshal "_s + goType(value) + u" into Go struct field ObjectMeta."_s + (kind.custom ? QString() : u"metadata."_s)
        + field + u" of type "_s + type);
}

}

QString jsonProblem(const QByteArray &body)
{
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(body, &problem);
    Q_UNUSED(document)
    const QByteArray rest = body.mid(problem.offset).trimmed();
    const bool ended = body.trimmed().isEmpty() || rest.isEmpty() || problem.error == QJsonParseError::UnterminatedObject
        || problem.error == QJsonParseError::UnterminatedArray || problem.error == QJsonParseError::UnterminatedString;
    if (ended)
        return u"unexpected end of JSON input"_s;
    return QString(u"invalid character '"_s + QString::fromUtf8(rest).left(1) + u"' looking for beginning of value"_s);
}

namespace {

/// Reads over JSON that was parsed already and notes the members named twice.
class Scan {
public:
    Scan(const QByteArray &text, QStringList &found) : m_text(text), m_found(found) { }

    void value(const QString &path)
    {
        space();
        const char c = at();
        if (c == '{')
            object(path);
        else if (c == '[')
            array(path);
        else if (c == '"')
            string();
        else
            while (m_at < m_text.size() && !strchr(",]} \t\r\n", at()))
                ++m_at;
        space();
    }

private:
    char at() const { return m_at < m_text.size() ? m_text.at(m_at) : '\0'; }

    void space()
    {
        while (m_at < m_text.size() && strchr(" \t\r\n", at()))
            ++m_at;
    }

    QByteArray string()
    {
        const qsizetype from = ++m_at;
        while (m_at < m_text.size() && at() != '"')
            m_at += at() == '\\' ? 2 : 1;
        return m_text.mid(from, m_at++ - from);
    }

    void object(const QString &path)
    {
        QSet<QByteArray> seen;
        ++m_at;
        for (space(); m_at < m_text.size() && at() != '}'; space()) {
            const QByteArray key = string();
            const QString where = path.isEmpty() ? QString::fromUtf8(key) : QString(path + u'.' + QString::fromUtf8(key));
            if (seen.contains(key) && !m_found.contains(where))
                m_found.append(where);
            seen.insert(key);
            space();
            ++m_at;   // :
            value(where);
            if (at() == ',')
                ++m_at;
        }
        ++m_at;
    }

    void array(const QString &path)
    {
        ++m_at;
        int index = 0;
        for (space(); m_at < m_text.size() && at() != ']'; space()) {
            value(QString(path + u'[' + QString::number(index++) + u']'));
            if (at() == ',')
                ++m_at;
        }
        ++m_at;
    }

    const QByteArray &m_text;
    QStringList &m_found;
    qsizetype m_at = 0;
};

}

QStringList duplicateFields(const QByteArray &body)
{
    QStringList found;
    Scan(body, found).value({});
    return found;
}

QString goType(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Bool:
        return u"bool"_s;
    case QJsonValue::Double:
        return u"number"_s;
    case QJsonValue::String:
        return u"string"_s;
    case QJsonValue::Array:
        return u"array"_s;
    default:
        return u"object"_s;
    }
}

Failure unrecognized(const Kind &kind, const QString &why, const QByteArray &body)
{
    return badRequest(QString(u"the object provided is unrecognized (must be of type "_s + kind.kind + u"): "_s + why + u" ("_s + summary(body) + u')'));
}

Failure undecodable(const Kind &kind, const QString &given, const QString &why)
{
    return badRequest(QString((given.isEmpty() ? kind.kind : given) + u" in version \""_s + kind.gvr.version + u"\" cannot be handled as a "_s + kind.kind
        + u": "_s + why));
}

Failure badPatch(const QJsonObject &patched, const QString &why)
{
    const QString shown = QString::fromUtf8(json::compact(QString::fromUtf8(QJsonDocument(patched).toJson(QJsonDocument::Compact))));
    Failure failure{422, u"Invalid"_s, {}};
    failure.causes = {{u"patch"_s, u"FieldValueInvalid"_s, QString(u"Invalid value: "_s + shown + u": "_s + why)}};
    failure.message = QString(u" \"\" is invalid: patch: "_s + failure.causes.first().message);
    return failure;
}

std::optional<QString> mistyped(const Kind &kind, const QJsonObject &object)
{
    const QJsonObject metadata = object.value("metadata"_L1).toObject();
    for (const QString &field : {u"name"_s, u"generateName"_s, u"namespace"_s, u"uid"_s, u"resourceVersion"_s}) {
        const QJsonValue value = metadata.value(field);
        if (!value.isUndefined() && !value.isNull() && !value.isString())
            return unmarshal(kind, value, field, u"string"_s);
    }
    for (const QString &field : {u"labels"_s, u"annotations"_s}) {
        const QJsonValue value = metadata.value(field);
        if (!value.isUndefined() && !value.isNull() && !value.isObject())
            return unmarshal(kind, value, field, u"map[string]string"_s);
        const QJsonObject members = value.toObject();
        for (auto member = members.begin(); member != members.end(); ++member) {
            if (!member->isString() && !member->isNull())
                return unmarshal(kind, *member, field, u"string"_s);
        }
    }
    for (const auto &[field, type] : {std::pair(u"finalizers"_s, u"[]string"_s), std::pair(u"ownerReferences"_s, u"[]v1.OwnerReference"_s)}) {
        const QJsonValue value = metadata.value(field);
        if (!value.isUndefined() && !value.isNull() && !value.isArray())
            return unmarshal(kind, value, field, type);
    }
    return std::nullopt;
}

std::optional<Failure> wrongKind(const Kind &kind, const QJsonObject &object)
{
    const QString apiVersion = object.value("apiVersion"_L1).toString();
    const QString given = object.value("kind"_L1).toString();
    if (!kind.custom) {
        if ((apiVersion.isEmpty() || apiVersion == kind.gvr.apiVersion()) && (given.isEmpty() || given == kind.kind))
            return std::nullopt;
        return undecodable(kind, given, QString(u"no kind \""_s + given + u"\" is registered for version \""_s + apiVersion
            + u"\" in scheme \"pkg/runtime/scheme.go:111\""_s));
    }
    if (given.isEmpty()) {
        const QByteArray body = QJsonDocument(object).toJson(QJsonDocument::Compact);
        return unrecognized(kind, QString(u"Object 'Kind' is missing in '"_s + QString::fromUtf8(body) + u'\''), body);
    }
    if (apiVersion != kind.gvr.apiVersion()) {
        return badRequest(QString(u"the API version in the data ("_s + apiVersion + u") does not match the expected API version ("_s
            + kind.gvr.apiVersion() + u')'));
    }
    if (given == kind.kind)
        return std::nullopt;
    const QString why = QString(u"Invalid value: \""_s + given + u"\": must be "_s + kind.kind);
    Failure failure = invalid(kind, json::at(object, u"/metadata/name"_s).toString(), {{u"kind"_s, u"FieldValueInvalid"_s, why}});
    failure.message = QString(given + failure.message.mid(kind.kind.size()));
    failure.kind = given;
    return failure;
}

}
