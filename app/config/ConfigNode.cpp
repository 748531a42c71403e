// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/config/ConfigNode.h"

#include "models/core/Json.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>
#include <numeric>

namespace qd::config {

using namespace Qt::StringLiterals;

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(qd::config)
};

QString fieldOf(const QString &pointer)
{
    QString out;
    const QStringList tokens = json::split(pointer);
    for (const QString &token : tokens) {
        bool number = false;
        token.toInt(&number);
        out += number ? QString(u'[' + token + u']') : out.isEmpty() ? token : QString(u'.' + token);
    }
    return out;
}

qsizetype distance(const QString &a, const QString &b)
{
    QList<qsizetype> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (qsizetype i = 1; i <= a.size(); ++i) {
        qsizetype diagonal = std::exchange(row[0], i);
        for (qsizetype j = 1; j <= b.size(); ++j) {
            const qsizetype replaced = diagonal + (a.at(i - 1) == b.at(j - 1) ? 0 : 1);
            diagonal = row.at(j);
            row[j] = std::min({row.at(j) + 1, row.at(j - 1) + 1, replaced});
        }
    }
    return row.last();
}

}

QString nearest(const QString &word, const QStringList &known)
{
    QString best;
    qsizetype least = std::max<qsizetype>(2, word.size() / 2) + 1;
    for (const QString &candidate : known) {
        const qsizetype away = distance(word.toLower(), candidate.toLower());
        if (away < least) {
            least = away;
            best = candidate;
        }
    }
    return best;
}

ConfigNode::ConfigNode(Findings &findings, const QString &pointer)
    : m_findings(&findings), m_pointer(pointer), m_value(json::at(findings.document.value, pointer))
{
}

bool ConfigNode::exists() const
{
    return !m_value.isUndefined() && !m_value.isNull();
}

QString ConfigNode::field() const
{
    return fieldOf(m_pointer);
}

void ConfigNode::note(QList<FileProblem> &list, const QString &pointer, const QString &message) const
{
    QString known = pointer;   // what is missing stands nowhere: its owner's place is shown
    while (!m_findings->document.positions.contains(known) && !known.isEmpty())
        known.truncate(known.lastIndexOf(u'/'));
    const ports::TextPosition at = m_findings->document.positions.value(known, {1, 1});
    list.append({at.line, at.column, fieldOf(pointer), message});
}

void ConfigNode::error(const QString &message) const
{
    note(m_findings->errors, m_pointer, message);
}

void ConfigNode::wrongType(const QString &wanted) const
{
    const QString found = m_value.isBool() ? Text::tr("true or false") : m_value.isDouble() ? Text::tr("a number") : m_value.isString() ? Text::tr("a text")
        : m_value.isArray() ? Text::tr("a list") : Text::tr("an object");
    error(Text::tr("It must be %1, not %2.").arg(wanted, found));
}

bool ConfigNode::object(const QStringList &keys) const
{
    if (!m_value.isObject()) {
        if (exists())
            wrongType(Text::tr("an object"));
        return false;
    }
    const QStringList written = m_value.toObject().keys();
    for (const QString &key : written) {
        if (keys.contains(key))
            continue;
        const QString near = nearest(key, keys);
        note(m_findings->warnings, m_pointer + json::join({key}),
             near.isEmpty() ? Text::tr("The key \"%1\" is unknown and is ignored.").arg(key)
                            : Text::tr("The key \"%1\" is unknown and is ignored; did you mean \"%2\"?").arg(key, near));
    }
    return true;
}

void ConfigNode::schemaIs(qint64 version) const
{
    const ConfigNode schema = child(u"schema"_s);
    if (!schema.exists())
        schema.error(Text::tr("It is required: schema: %1.").arg(version));
    else if (const std::optional<qint64> said = schema.number(); said && *said != version)
        schema.error(Text::tr("Version %1 is not known here; this program reads %2.").arg(*said).arg(version));
}

ConfigNode ConfigNode::child(const QString &key) const
{
    return {*m_findings, m_pointer + json::join({key})};
}

QList<ConfigNode> ConfigNode::items() const
{
    QList<ConfigNode> out;
    if (exists() && !m_value.isArray())
        wrongType(Text::tr("a list"));
    for (qsizetype i = 0; i < m_value.toArray().size(); ++i)
        out.append({*m_findings, m_pointer + u'/' + QString::number(i)});
    return out;
}

QString ConfigNode::text() const
{
    if (exists() && !m_value.isString())
        wrongType(Text::tr("a text"));
    return m_value.toString();
}

QString ConfigNode::required() const
{
    const QString out = text();
    if (out.isEmpty() && (!exists() || m_value.isString()))
        error(Text::tr("It is required."));
    return out;
}

bool ConfigNode::flag() const
{
    if (exists() && !m_value.isBool())
        wrongType(Text::tr("true or false"));
    return m_value.toBool();
}

std::optional<qint64> ConfigNode::number() const
{
    if (!exists())
        return std::nullopt;
    if (!m_value.isDouble() || m_value.toInteger(1) != m_value.toInteger(2)) {
        wrongType(Text::tr("a whole number"));
        return std::nullopt;
    }
    return m_value.toInteger();
}

std::optional<double> ConfigNode::real() const
{
    if (exists() && !m_value.isDouble())
        wrongType(Text::tr("a number"));
    return m_value.isDouble() ? std::optional(m_value.toDouble()) : std::nullopt;
}

QStringList ConfigNode::keys() const
{
    return m_value.toObject().keys();
}

QStringList ConfigNode::texts() const
{
    QStringList out;
    const QList<ConfigNode> nodes = items();
    for (const ConfigNode &node : nodes)
        out.append(node.required());
    return out;
}

QString ConfigNode::checked(const std::function<bool(const QString &)> &valid, const QString &message) const
{
    const QString out = text();
    if (!out.isEmpty() && !valid(out))
        error(message);
    return out;
}

}
