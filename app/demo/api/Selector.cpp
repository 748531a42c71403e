// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/Lists.h"

#include "models/core/Json.h"

#include <QRegularExpression>

namespace qd::demo {

using namespace Qt::StringLiterals;

struct Selector::Term {
    enum class Op { Equals, NotEquals, In, NotIn, Exists, NotExists, Greater, Less, FieldEquals, FieldNotEquals };
    Op op = Op::Equals;
    QString key;
    QStringList values;
};

namespace {

Failure unable(const QString &why)
{
    return badRequest(QString(u"unable to parse requirement: "_s + why));
}

/// Splits at commas outside of parentheses.
QStringList requirements(const QString &text)
{
    QStringList parts;
    QString part;
    int depth = 0;
    for (const QChar c : text) {
        depth += c == u'(' ? 1 : c == u')' ? -1 : 0;
        if (c == u',' && depth == 0)
            parts.append(std::exchange(part, {}));
        else
            part += c;
    }
    if (!part.trimmed().isEmpty() || !parts.isEmpty())
        parts.append(part);
    return parts;
}

bool qualifiedName(const QString &key)
{
    static const QRegularExpression name(
        u"^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$"_s);
    return name.match(key).hasMatch();
}

}

Outcome<Selector> Selector::parse(const Kind &kind, const QString &labels, const QString &fields)
{
    using Op = Term::Op;
    static const QRegularExpression set(u"^\\s*(\\S+)\\s+(in|notin)\\s*\\(([^()]*)\\)\\s*$"_s);
    static const QRegularExpression compare(u"^\\s*([^\\s=!<>]+)\\s*(==|=|!=|>|<)\\s*([^\\s=!<>]*)\\s*$"_s);
    static const QRegularExpression exists(u"^\\s*(!?)\\s*([^\\s=!<>()]+)\\s*$"_s);
    Selector selector;
    const auto add = [&selector](Op op, const QString &key, const QStringList &values) {
        selector.m_terms.append(std::make_shared<const Term>(Term{op, key, values}));
    };
    for (const QString &part : requirements(labels)) {
        if (const auto m = set.match(part); m.hasMatch()) {
            QStringList values;
            for (const QString &value : m.captured(3).split(u','))
                values.append(value.trimmed());
            add(m.captured(2) == "in"_L1 ? Op::In : Op::NotIn, m.captured(1), values);
        } else if (const auto n = compare.match(part); n.hasMatch()) {
            const QString sign = n.captured(2);
            add(sign == "!="_L1 ? Op::NotEquals : sign == ">"_L1 ? Op::Greater : sign == "<"_L1 ? Op::Less : Op::Equals,
                n.captured(1), {n.captured(3)});
        } else if (const auto e = exists.match(part); e.hasMatch()) {
            add(e.captured(1).isEmpty() ? Op::Exists : Op::NotExists, e.captured(2), {});
        } else {
            return unable(QString(u"found '"_s + part.trimmed() + u"', expected: a requirement such as key=value"_s));
        }
        if (!qualifiedName(selector.m_terms.last()->key))
            return unable(QString(u"<nil>: Invalid value: \""_s + selector.m_terms.last()->key + u"\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"_s));
    }
    for (const QString &part : requirements(fields)) {
        const auto m = compare.match(part);
        if (!m.hasMatch() || m.captured(2) == ">"_L1 || m.captured(2) == "<"_L1)
            return badRequest(QString(u"invalid selector: '"_s + part + u"'; can't understand '"_s + part + u"'"_s));
        const QString key = m.captured(1);
        if (key != "metadata.name"_L1 && key != "metadata.namespace"_L1 && !kind.selectableFields.contains(key)) {
            return badRequest(kind.custom ? QString(u"field label not supported: "_s + key)
                                          : QString(u"field label not supported: "_s + key));
        }
        add(m.captured(2) == "!="_L1 ? Op::FieldNotEquals : Op::FieldEquals, key, {m.captured(3)});
    }
    return selector;
}

bool Selector::everything() const
{
    return m_terms.isEmpty();
}

bool Selector::matches(const Stored &object) const
{
    using Op = Term::Op;
    QJsonObject body;
    const auto field = [&](const QString &path) {
        if (path == "metadata.name"_L1)
            return object.name;
        if (path == "metadata.namespace"_L1)
            return object.ns;
        if (body.isEmpty())
            body = object.object();
        const QJsonValue value = json::at(body, QString(u'/' + QString(path).replace(u'.', u'/')));
        if (value.isBool())
            return value.toBool() ? u"true"_s : u"false"_s;
        return value.isDouble() ? QString::number(value.toInteger()) : value.toString();
    };
    for (const auto &term : m_terms) {
        const auto label = object.labels.constFind(term->key);
        const bool there = label != object.labels.constEnd();
        bool holds = false;
        switch (term->op) {
        case Op::Equals:
            holds = there && *label == term->values.first();
            break;
        case Op::NotEquals:
            holds = !there || *label != term->values.first();
            break;
        case Op::In:
            holds = there && term->values.contains(*label);
            break;
        case Op::NotIn:
            holds = !there || !term->values.contains(*label);
            break;
        case Op::Exists:
            holds = there;
            break;
        case Op::NotExists:
            holds = !there;
            break;
        case Op::Greater:
        case Op::Less: {
            bool ok = false;
            const qint64 number = there ? label->toLongLong(&ok) : 0;
            const qint64 limit = term->values.first().toLongLong();
            holds = ok && (term->op == Op::Greater ? number > limit : number < limit);
            break;
        }
        case Op::FieldEquals:
            holds = field(term->key) == term->values.first();
            break;
        case Op::FieldNotEquals:
            holds = field(term->key) != term->values.first();
            break;
        }
        if (!holds)
            return false;
    }
    return true;
}

}
