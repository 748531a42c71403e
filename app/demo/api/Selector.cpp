// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/Lists.h"

#include "app/demo/api/EventForms.h"
#include "app/demo/api/LabelSelector.h"
#include "models/core/Json.h"

#include <QHash>
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

/// Most built-in kinds are asked by apimachinery's default conversion, which says it in its own words.
QString unknownField(const Kind &kind, const QString &key)
{
    static const QStringList own{u"pods"_s, u"nodes"_s, u"events"_s, u"namespaces"_s, u"secrets"_s, u"services"_s, u"jobs.batch"_s, u"events.events.k8s.io"_s};
    if (kind.resource() == "jobs.batch"_L1)
        return QString(u"field label \""_s + key + u"\" not supported for Job"_s);
    if (kind.custom || own.contains(kind.resource()))
        return QString(u"field label not supported: "_s + key);
    return QString(u'"' + key + u"\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""_s);
}

QStringList pieces(const QString &text)
{
    return text.trimmed().isEmpty() ? QStringList() : text.split(u',');
}

}

Outcome<Selector> Selector::parse(const Kind &kind, const QString &labels, const QString &fields)
{
    using Op = Term::Op;
    static const QRegularExpression compare(u"^\\s*([^\\s=!<>]*)\\s*(==|=|!=|>|<)\\s*([^\\s=!<>]*)\\s*$"_s);
    static const QHash<QString, Op> operators{{u"exists"_s, Op::Exists}, {u"!"_s, Op::NotExists}, {u"in"_s, Op::In}, {u"notin"_s, Op::NotIn},
        {u"="_s, Op::Equals}, {u"=="_s, Op::Equals}, {u"!="_s, Op::NotEquals}, {u">"_s, Op::Greater}, {u"<"_s, Op::Less}};
    Selector selector;
    const auto add = [&selector](Op op, const QString &key, const QStringList &values) {
        selector.m_terms.append(std::make_shared<const Term>(Term{op, key, values}));
    };
    const auto requirements = parseLabelSelector(labels);
    if (!requirements)
        return requirements.failure();
    for (const LabelRequirement &one : *requirements)
        add(operators.value(one.op), one.key, one.values);
    for (const QString &part : pieces(fields)) {
        const auto m = compare.match(part);
        if (!m.hasMatch() || m.captured(2) == ">"_L1 || m.captured(2) == "<"_L1)
            return badRequest(QString(u"invalid selector: '"_s + part + u"'; can't understand '"_s + part + u"'"_s));
        const QString key = m.captured(1);
        if (key != "metadata.name"_L1 && key != "metadata.namespace"_L1 && !kind.selectableFields.contains(key))
            return badRequest(unknownField(kind, key));
        add(m.captured(2) == "!="_L1 ? Op::FieldNotEquals : Op::FieldEquals, kind.storedAs.isEmpty() ? key : storedEventField(key), {m.captured(3)});
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
        if (path == "source"_L1) {   // of an event: its component, or who reports it
            const QString component = json::at(body, u"/source/component"_s).toString();
            return component.isEmpty() ? body.value("reportingComponent"_L1).toString() : component;
        }
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
