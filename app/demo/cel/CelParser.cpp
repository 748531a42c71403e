// SPDX-License-Identifier: GPL-3.0-or-later
// Text to nodes: the grammar of the CEL specification, without what our subset leaves out (messages, bytes, unsigned numbers).
#include "app/demo/cel/CelNode.h"

#include <QCoreApplication>
#include <QHash>

#include <utility>

namespace qd::demo::cel {

using namespace Qt::StringLiterals;
using Node = CelProgram::Node;

namespace {

constexpr int kMaxDepth = 100;

struct Token {
    enum class Kind { End, Name, Number, String, Sign };
    Kind kind = Kind::End;
    QString text;
    qsizetype at = 0;
    bool real = false;   // a number with a point or an exponent
};

struct Trouble {
    QString what;
    qsizetype at;
};

class Lexer {
public:
    explicit Lexer(const QString &text) : m_text(text) { }

    Token next()
    {
        while (m_at < m_text.size() && m_text.at(m_at).isSpace())
            ++m_at;
        if (m_at >= m_text.size())
            return {Token::Kind::End, {}, m_at};
        const QChar c = m_text.at(m_at);
        if (c.isLetter() || c == u'_')
            return name();
        if (c.isDigit())
            return number();
        if (c == u'\'' || c == u'"')
            return string(false);
        return sign();
    }

private:
    Token name()
    {
        const qsizetype from = m_at;
        while (m_at < m_text.size() && (m_text.at(m_at).isLetterOrNumber() || m_text.at(m_at) == u'_'))
            ++m_at;
        const QString word = m_text.mid(from, m_at - from);
        if (word == "r"_L1 && m_at < m_text.size() && (m_text.at(m_at) == u'\'' || m_text.at(m_at) == u'"'))
            return string(true);
        return {Token::Kind::Name, word, from};
    }

    Token number()
    {
        const qsizetype from = m_at;
        bool real = false;
        while (m_at < m_text.size()) {
            const QChar c = m_text.at(m_at);
            const bool sign = (c == u'+' || c == u'-') && m_at > from && m_text.at(m_at - 1).toLower() == u'e';
            if (!c.isDigit() && c != u'.' && c.toLower() != u'e' && !sign)
                break;
            real = real || c == u'.' || c.toLower() == u'e';
            ++m_at;
        }
        return {Token::Kind::Number, m_text.mid(from, m_at - from), from, real};
    }

    Token string(bool raw)
    {
        const qsizetype from = m_at;
        const QChar quote = m_text.at(m_at++);
        QString text;
        while (m_at < m_text.size() && m_text.at(m_at) != quote) {
            if (m_text.at(m_at) == u'\\' && !raw)
                text += escape();
            else
                text += m_text.at(m_at++);
        }
        if (m_at >= m_text.size())
            throw Trouble{QCoreApplication::translate("qd::demo::CelProgram", "a text does not end"), from};
        ++m_at;
        return {Token::Kind::String, text, from};
    }

    QString escape()
    {
        static const QHash<QChar, QChar> simple{{u'n', u'\n'}, {u't', u'\t'}, {u'r', u'\r'}, {u'\\', u'\\'},
            {u'\'', u'\''}, {u'"', u'"'}, {u'`', u'`'}, {u'?', u'?'}};
        const qsizetype from = m_at++;
        const QChar c = m_at < m_text.size() ? m_text.at(m_at) : QChar();
        ++m_at;
        if (simple.contains(c))
            return simple.value(c);
        if (c == u'u' && m_at + 4 <= m_text.size()) {
            bool ok = false;
            const ushort code = m_text.mid(m_at, 4).toUShort(&ok, 16);
            m_at += 4;
            if (ok)
                return QChar(code);
        }
        throw Trouble{QCoreApplication::translate("qd::demo::CelProgram", "an escape in a text is not known"), from};
    }

    Token sign()
    {
        static const QStringList two{u"&&"_s, u"||"_s, u"=="_s, u"!="_s, u"<="_s, u">="_s};
        const qsizetype from = m_at;
        const QString pair = m_text.mid(m_at, 2);
        if (two.contains(pair)) {
            m_at += 2;
            return {Token::Kind::Sign, pair, from};
        }
        return {Token::Kind::Sign, m_text.mid(m_at++, 1), from};
    }

    const QString m_text;
    qsizetype m_at = 0;
};

class Parser {
public:
    explicit Parser(const QString &text) : m_lexer(text) { advance(); }

    NodePtr whole()
    {
        NodePtr node = conditional();
        if (m_token.kind != Token::Kind::End)
            fail(QCoreApplication::translate("qd::demo::CelProgram", "\"%1\" is not expected here").arg(m_token.text));
        return node;
    }

private:
    [[noreturn]] void fail(const QString &what) const { throw Trouble{what, m_token.at}; }
    void advance() { m_token = m_lexer.next(); }
    bool is(const char *sign) const
    {
        return m_token.kind == Token::Kind::Sign && m_token.text == QLatin1String(sign);
    }
    bool take(const char *sign)
    {
        if (!is(sign))
            return false;
        advance();
        return true;
    }
    void want(const char *sign)
    {
        if (!take(sign)) {
            fail(QCoreApplication::translate("qd::demo::CelProgram", "\"%1\" is expected, \"%2\" stands here")
                     .arg(QLatin1String(sign), m_token.text));
        }
    }

    static NodePtr call(const QString &name, std::vector<NodePtr> children)
    {
        Node node{Node::Kind::Call, {}, name, {}, std::move(children)};
        return std::make_shared<const Node>(std::move(node));
    }

    NodePtr conditional()
    {
        if (++m_depth > kMaxDepth)
            fail(QCoreApplication::translate("qd::demo::CelProgram", "the expression is nested too deeply"));
        NodePtr condition = disjunction();
        if (take("?")) {
            NodePtr yes = disjunction();
            want(":");
            NodePtr no = conditional();
            condition = call(u"_?_:_"_s, {condition, yes, no});
        }
        --m_depth;
        return condition;
    }

    NodePtr disjunction()
    {
        NodePtr left = conjunction();
        while (take("||"))
            left = call(u"_||_"_s, {left, conjunction()});
        return left;
    }

    NodePtr conjunction()
    {
        NodePtr left = relation();
        while (take("&&"))
            left = call(u"_&&_"_s, {left, relation()});
        return left;
    }

    NodePtr relation()
    {
        NodePtr left = addition();
        while (true) {
            const bool isIn = m_token.kind == Token::Kind::Name && m_token.text == "in"_L1;
            static const QStringList signs{u"=="_s, u"!="_s, u"<"_s, u"<="_s, u">"_s, u">="_s};
            if (!isIn && !(m_token.kind == Token::Kind::Sign && signs.contains(m_token.text)))
                return left;
            const QString name = QString(u'_' + m_token.text + u'_');
            advance();
            left = call(name, {left, addition()});
        }
    }

    NodePtr addition()
    {
        NodePtr left = multiplication();
        while (is("+") || is("-")) {
            const QString name = QString(u'_' + m_token.text + u'_');
            advance();
            left = call(name, {left, multiplication()});
        }
        return left;
    }

    NodePtr multiplication()
    {
        NodePtr left = unary();
        while (is("*") || is("/") || is("%")) {
            const QString name = QString(u'_' + m_token.text + u'_');
            advance();
            left = call(name, {left, unary()});
        }
        return left;
    }

    NodePtr unary()
    {
        if (++m_depth > kMaxDepth)
            fail(QCoreApplication::translate("qd::demo::CelProgram", "the expression is nested too deeply"));
        NodePtr node;
        if (take("!"))
            node = call(u"!_"_s, {unary()});
        else if (take("-"))
            node = call(u"-_"_s, {unary()});
        else
            node = member();
        --m_depth;
        return node;
    }

    NodePtr member()
    {
        NodePtr node = primary();
        while (true) {
            if (take(".")) {
                const QString name = wantName();
                node = is("(") ? method(node, name)
                               : std::make_shared<const Node>(Node{Node::Kind::Select, {}, name, {}, {node}});
            } else if (take("[")) {
                NodePtr index = conditional();
                want("]");
                node = std::make_shared<const Node>(Node{Node::Kind::Index, {}, {}, {}, {node, index}});
            } else {
                return node;
            }
        }
    }

    QString wantName()
    {
        if (m_token.kind != Token::Kind::Name)
            fail(QCoreApplication::translate("qd::demo::CelProgram", "a name is expected, \"%1\" stands here")
                     .arg(m_token.text));
        const QString name = unescaped(m_token.text);
        advance();
        return name;
    }

    /// __namespace__ and the like: how Kubernetes writes fields that are words of the language.
    static QString unescaped(const QString &name)
    {
        if (name.size() > 4 && name.startsWith("__"_L1) && name.endsWith("__"_L1))
            return name.mid(2, name.size() - 4);
        return name;
    }

    std::vector<NodePtr> arguments()
    {
        std::vector<NodePtr> all;
        want("(");
        while (!is(")")) {
            all.push_back(conditional());
            if (!take(","))
                break;
        }
        want(")");
        return all;
    }

    NodePtr method(const NodePtr &target, const QString &name)
    {
        static const QStringList macros{u"all"_s, u"exists"_s, u"exists_one"_s, u"filter"_s, u"map"_s};
        std::vector<NodePtr> given = arguments();
        if (macros.contains(name)) {
            if (given.size() < 2 || given.size() > 3 || given[0]->kind != Node::Kind::Variable)
                fail(QCoreApplication::translate("qd::demo::CelProgram", "%1() needs a variable and an expression").arg(name));
            Node node{Node::Kind::Macro, {}, name, given[0]->text, {target}};
            node.children.insert(node.children.end(), given.begin() + 1, given.end());
            return std::make_shared<const Node>(std::move(node));
        }
        given.insert(given.begin(), target);
        if (!knownMethod(name, given.size()))
            fail(QCoreApplication::translate("qd::demo::CelProgram", "the method %1 is not part of the subset this server knows")
                     .arg(name));
        return std::make_shared<const Node>(Node{Node::Kind::Method, {}, name, {}, std::move(given)});
    }

    NodePtr function(const QString &name)
    {
        std::vector<NodePtr> given = arguments();
        if (name == "has"_L1) {
            if (given.size() != 1 || given[0]->kind != Node::Kind::Select)
                fail(QCoreApplication::translate("qd::demo::CelProgram", "has() needs a field"));
            return std::make_shared<const Node>(
                Node{Node::Kind::Has, {}, given[0]->text, {}, {given[0]->children[0]}});
        }
        if (!knownFunction(name, given.size()))
            fail(QCoreApplication::translate("qd::demo::CelProgram", "the function %1 is not part of the subset this server knows")
                     .arg(name));
        return call(name, std::move(given));
    }

    NodePtr primary()
    {
        const Token token = m_token;
        if (take("(")) {
            NodePtr node = conditional();
            want(")");
            return node;
        }
        if (take("["))
            return list();
        if (take("{"))
            return map();
        if (token.kind == Token::Kind::String) {
            advance();
            return literal(token.text);
        }
        if (token.kind == Token::Kind::Number) {
            advance();
            return token.real ? literal(token.text.toDouble()) : literal(token.text.toLongLong());
        }
        const QString name = wantName();
        if (token.text == "true"_L1 || token.text == "false"_L1)
            return literal(token.text == "true"_L1);
        if (token.text == "null"_L1)
            return literal(QJsonValue(QJsonValue::Null));
        if (is("("))
            return function(name);
        return std::make_shared<const Node>(Node{Node::Kind::Variable, {}, token.text, {}, {}});
    }

    static NodePtr literal(const QJsonValue &value)
    {
        return std::make_shared<const Node>(Node{Node::Kind::Literal, value, {}, {}, {}});
    }

    NodePtr list()
    {
        Node node{Node::Kind::List, {}, {}, {}, {}};
        while (!is("]")) {
            node.children.push_back(conditional());
            if (!take(","))
                break;
        }
        want("]");
        return std::make_shared<const Node>(std::move(node));
    }

    NodePtr map()
    {
        Node node{Node::Kind::Map, {}, {}, {}, {}};
        while (!is("}")) {
            node.children.push_back(conditional());
            want(":");
            node.children.push_back(conditional());
            if (!take(","))
                break;
        }
        want("}");
        return std::make_shared<const Node>(std::move(node));
    }

    Lexer m_lexer;
    Token m_token;
    int m_depth = 0;
};

}

Result<NodePtr> parse(const QString &expression)
{
    try {
        return Parser(expression).whole();
    } catch (const Trouble &trouble) {
        Error error{ErrorKind::Invalid, {}};
        error.message = QCoreApplication::translate("qd::demo::CelProgram", "The rule \"%1\" cannot be read: %2 (character %3)")
                            .arg(expression, trouble.what)
                            .arg(trouble.at + 1);
        return error;
    }
}

}
