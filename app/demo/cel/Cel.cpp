// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/cel/Cel.h"

#include "app/demo/cel/CelNode.h"

#include <QJsonArray>
#include <QJsonObject>

namespace qd::demo {

using namespace Qt::StringLiterals;
using cel::Outcome;
using cel::Value;

namespace {

using Node = CelProgram::Node;
using Variables = QHash<QString, QJsonValue>;

Outcome failed(const QString &why)
{
    return {QJsonValue(), why};
}

std::optional<bool> asBool(const Outcome &outcome)
{
    const auto *json = std::get_if<QJsonValue>(&outcome.value);
    if (!outcome.ok() || json == nullptr || !json->isBool())
        return std::nullopt;
    return json->toBool();
}

class Evaluation {
public:
    explicit Evaluation(const Variables &variables) : m_variables(variables) { }

    Outcome of(const Node &node)
    {
        switch (node.kind) {
        case Node::Kind::Literal:
            return {node.value, {}};
        case Node::Kind::Variable:
            return variable(node.text);
        case Node::Kind::Select:
            return select(of(*node.children[0]), node.text);
        case Node::Kind::Has:
            return has(of(*node.children[0]), node.text);
        case Node::Kind::Index:
            return index(node);
        case Node::Kind::Call:
            return call(node);
        case Node::Kind::Method:
            return withArguments(node, &cel::callMethod);
        case Node::Kind::Macro:
            return macro(node);
        case Node::Kind::List:
            return list(node);
        case Node::Kind::Map:
            return map(node);
        }
        return failed(u"no such node"_s);
    }

private:
    Outcome variable(const QString &name)
    {
        const auto found = m_variables.constFind(name);
        if (found == m_variables.constEnd())
            return failed(QString(u"undeclared reference to '"_s + name + u"'"_s));
        return {*found, {}};
    }

    static Outcome select(const Outcome &target, const QString &field)
    {
        if (!target.ok())
            return target;
        const auto *json = std::get_if<QJsonValue>(&target.value);
        if (json == nullptr || !json->isObject())
            return failed(QString(u"no such key: "_s + field));
        const QJsonObject object = json->toObject();
        const auto found = object.constFind(field);
        if (found == object.constEnd())
            return failed(QString(u"no such key: "_s + field));
        return {QJsonValue(*found), {}};
    }

    static Outcome has(const Outcome &target, const QString &field)
    {
        if (!target.ok())
            return target;
        const auto *json = std::get_if<QJsonValue>(&target.value);
        return {QJsonValue(json != nullptr && json->toObject().contains(field)), {}};
    }

    Outcome index(const Node &node)
    {
        const Outcome target = of(*node.children[0]);
        if (!target.ok())
            return target;
        const Outcome key = of(*node.children[1]);
        if (!key.ok())
            return key;
        const auto *json = std::get_if<QJsonValue>(&target.value);
        const auto *at = std::get_if<QJsonValue>(&key.value);
        if (json == nullptr || at == nullptr)
            return failed(u"no such overload"_s);
        if (json->isArray() && at->isDouble()) {
            const qint64 place = at->toInteger(-1);
            const QJsonArray array = json->toArray();
            if (place < 0 || place >= array.size())
                return failed(QString(u"index out of bounds: "_s + QString::number(place)));
            return {array.at(place), {}};
        }
        if (json->isObject() && at->isString())
            return select(target, at->toString());
        return failed(u"no such overload"_s);
    }

    Outcome call(const Node &node)
    {
        if (node.text == "_&&_"_L1)
            return logic(node, false);
        if (node.text == "_||_"_L1)
            return logic(node, true);
        if (node.text == "_?_:_"_L1) {
            const Outcome condition = of(*node.children[0]);
            if (!condition.ok())
                return condition;
            const auto yes = asBool(condition);
            return yes ? of(*node.children[*yes ? 1 : 2]) : failed(u"no such overload"_s);
        }
        return withArguments(node, &cel::callFunction);
    }

    /// && and ||: one side that decides makes an error on the other side not matter.
    Outcome logic(const Node &node, bool deciding)
    {
        const Outcome left = of(*node.children[0]);
        const auto l = asBool(left);
        if (l && *l == deciding)
            return {QJsonValue(deciding), {}};
        const Outcome right = of(*node.children[1]);
        const auto r = asBool(right);
        if (r && *r == deciding)
            return {QJsonValue(deciding), {}};
        if (l && r)
            return {QJsonValue(!deciding), {}};
        if (!left.ok())
            return left;
        return !right.ok() ? right : failed(u"no such overload"_s);
    }

    Outcome withArguments(const Node &node, Outcome (*function)(const QString &, const std::vector<Value> &))
    {
        std::vector<Value> arguments;
        arguments.reserve(node.children.size());
        for (const auto &child : node.children) {
            Outcome one = of(*child);
            if (!one.ok())
                return one;
            arguments.push_back(std::move(one.value));
        }
        return function(node.text, arguments);
    }

    static QJsonArray elements(const Value &value, bool &usable)
    {
        const auto *json = std::get_if<QJsonValue>(&value);
        usable = json != nullptr && (json->isArray() || json->isObject());
        if (!usable)
            return {};
        if (json->isArray())
            return json->toArray();
        return QJsonArray::fromStringList(json->toObject().keys());
    }

    Outcome macro(const Node &node)
    {
        const Outcome range = of(*node.children[0]);
        if (!range.ok())
            return range;
        bool usable = false;
        const QJsonArray all = elements(range.value, usable);
        if (!usable)
            return failed(u"no such overload"_s);
        const auto outer = m_variables.constFind(node.variable) == m_variables.constEnd()
            ? std::optional<QJsonValue>()
            : std::optional<QJsonValue>(m_variables.value(node.variable));
        const Outcome result = node.text == "filter"_L1 || node.text == "map"_L1 ? collect(node, all) : quantify(node, all);
        if (outer)
            m_variables.insert(node.variable, *outer);
        else
            m_variables.remove(node.variable);
        return result;
    }

    Outcome quantify(const Node &node, const QJsonArray &all)
    {
        int hits = 0;
        QString trouble;
        for (const QJsonValue &element : all) {
            m_variables.insert(node.variable, element);
            const Outcome one = of(*node.children[1]);
            const auto holds = asBool(one);
            if (!holds) {
                trouble = one.ok() ? u"no such overload"_s : one.error;
                continue;
            }
            hits += *holds ? 1 : 0;
            if (node.text == "all"_L1 && !*holds)
                return {QJsonValue(false), {}};
            if (node.text == "exists"_L1 && *holds)
                return {QJsonValue(true), {}};
        }
        if (!trouble.isEmpty())
            return failed(trouble);
        if (node.text == "exists_one"_L1)
            return {QJsonValue(hits == 1), {}};
        return {QJsonValue(node.text == "all"_L1), {}};
    }

    /// filter(x, p), map(x, f) and map(x, p, f).
    Outcome collect(const Node &node, const QJsonArray &all)
    {
        const bool map = node.text == "map"_L1;
        const bool filtered = !map || node.children.size() == 3;
        QJsonArray out;
        for (const QJsonValue &element : all) {
            m_variables.insert(node.variable, element);
            if (filtered) {
                const Outcome wanted = of(*node.children[1]);
                const auto holds = asBool(wanted);
                if (!holds)
                    return wanted.ok() ? failed(u"no such overload"_s) : wanted;
                if (!*holds)
                    continue;
            }
            const Outcome made = map ? of(*node.children.back()) : Outcome{element, {}};
            if (!made.ok())
                return made;
            const auto *json = std::get_if<QJsonValue>(&made.value);
            if (json == nullptr)
                return failed(u"no such overload"_s);
            out.append(*json);
        }
        return {QJsonValue(out), {}};
    }

    Outcome list(const Node &node)
    {
        QJsonArray out;
        for (const auto &child : node.children) {
            const Outcome one = of(*child);
            if (!one.ok())
                return one;
            const auto *json = std::get_if<QJsonValue>(&one.value);
            if (json == nullptr)
                return failed(u"no such overload"_s);
            out.append(*json);
        }
        return {QJsonValue(out), {}};
    }

    Outcome map(const Node &node)
    {
        QJsonObject out;
        for (size_t i = 0; i + 1 < node.children.size(); i += 2) {
            const Outcome key = of(*node.children[i]);
            const Outcome value = of(*node.children[i + 1]);
            if (!key.ok() || !value.ok())
                return key.ok() ? value : key;
            const auto *name = std::get_if<QJsonValue>(&key.value);
            const auto *json = std::get_if<QJsonValue>(&value.value);
            if (name == nullptr || !name->isString() || json == nullptr)
                return failed(u"no such overload"_s);
            out.insert(name->toString(), *json);
        }
        return {QJsonValue(out), {}};
    }

    Variables m_variables;
};

bool names(const Node &node, const QString &variable)
{
    if (node.kind == Node::Kind::Variable && node.text == variable)
        return true;
    for (const auto &child : node.children) {
        if (names(*child, variable))
            return true;
    }
    return false;
}

}

Result<CelProgram> CelProgram::compile(const QString &expression)
{
    const auto root = cel::parse(expression);
    if (!root)
        return root.error();
    CelProgram program;
    program.m_root = *root;
    return program;
}

Result<QJsonValue> CelProgram::evaluate(const QHash<QString, QJsonValue> &variables) const
{
    const Outcome outcome = Evaluation(variables).of(*m_root);
    const auto *json = std::get_if<QJsonValue>(&outcome.value);
    if (outcome.ok() && json != nullptr)
        return *json;
    Error error{ErrorKind::Invalid, outcome.ok() ? u"no such overload"_s : outcome.error};
    return error;
}

bool CelProgram::uses(const QString &variable) const
{
    return names(*m_root, variable);
}

}
