// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/LabelSelector.h"

#include <QRegularExpression>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

const QString kNameMessage = u"name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"_s;
const QString kValueMessage = u"a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"_s;

/// Why a text is no selector.
struct Trouble {
    QString why;
};

class Parser {
public:
    explicit Parser(const QString &text) : m_text(text) { split(); }

    QList<LabelRequirement> all()
    {
        QList<LabelRequirement> requirements;
        while (!peek().isEmpty()) {
            if (!word(peek()) && peek() != "!"_L1)
                throw Trouble{found(peek(), u"!, identifier, or 'end of string'"_s)};
            try {
                requirements.append(requirement());
            } catch (const Trouble &trouble) {
                throw Trouble{QString(u"unable to parse requirement: "_s + trouble.why)};
            }
            const QString after = take();
            if (after.isEmpty())
                break;
            if (after != ","_L1)
                throw Trouble{found(after, u"',' or 'end of string'"_s)};
            if (!word(peek()) && peek() != "!"_L1)
                throw Trouble{found(peek(), u"identifier after ','"_s)};
        }
        return requirements;
    }

private:
    static QString found(const QString &token, const QString &expected)
    {
        return QString(u"found '"_s + token + u"', expected: "_s + expected);
    }

    static bool special(QChar c) { return u"=!(),<>"_s.contains(c); }
    static bool word(const QString &token) { return !token.isEmpty() && !special(token.front()); }

    void split()
    {
        for (qsizetype i = 0; i < m_text.size();) {
            const qsizetype begin = i;
            if (m_text.at(i).isSpace()) {
                ++i;
                continue;
            }
            const QString two = m_text.mid(i, 2);
            if (two == "=="_L1 || two == "!="_L1) {
                i += 2;
            } else if (special(m_text.at(i))) {
                ++i;
            } else {
                while (i < m_text.size() && !m_text.at(i).isSpace() && !special(m_text.at(i)))
                    ++i;
            }
            m_tokens.append(m_text.mid(begin, i - begin));
        }
    }

    [[nodiscard]] QString peek() const { return m_tokens.value(m_at); }
    QString take() { return m_tokens.value(m_at++); }

    LabelRequirement requirement()
    {
        LabelRequirement one{u"exists"_s, take()};
        if (one.key == "!"_L1)
            one = {u"!"_s, take()};
        if (!word(one.key))
            throw Trouble{found(one.key, u"identifier"_s)};
        checkKey(one.key);
        if (one.op == "!"_L1 || peek().isEmpty() || peek() == ","_L1)
            return one;
        static const QStringList operators{u"in"_s, u"notin"_s, u"="_s, u"=="_s, u"!="_s, u">"_s, u"<"_s};
        one.op = take();
        if (!operators.contains(one.op))
            throw Trouble{found(one.op, u"in, notin, =, ==, !=, gt, lt"_s)};
        one.values = one.op == "in"_L1 || one.op == "notin"_L1 ? several() : QStringList{single()};
        for (qsizetype i = 0; i < one.values.size(); ++i)
            checkValue(one, i);
        return one;
    }

    QString single()
    {
        if (peek().isEmpty() || peek() == ","_L1)
            return {};
        const QString value = take();
        if (!word(value))
            throw Trouble{found(value, u"identifier"_s)};
        return value;
    }

    QStringList several()
    {
        if (const QString open = take(); open != "("_L1)
            throw Trouble{QString(u"found '"_s + open + u"' expected: '('"_s)};
        QStringList values{QString()};
        for (;;) {
            const QString token = take();
            if (token == ")"_L1) {
                values.removeDuplicates();
                return values;
            }
            if (token == ","_L1)
                values.append(QString());
            else if (word(token) && values.last().isEmpty())
                values.last() = token;
            else
                throw Trouble{found(token, u"',' or ')'"_s)};
        }
    }

    static void checkKey(const QString &key)
    {
        static const QRegularExpression name(u"^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$"_s);
        if (!name.match(key).hasMatch())
            throw Trouble{QString(u"<nil>: Invalid value: \""_s + key + u"\": "_s + kNameMessage)};
    }

    static void checkValue(const LabelRequirement &one, qsizetype index)
    {
        static const QRegularExpression form(u"^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$"_s);
        const QString &value = one.values.at(index);
        const QString where = QString(u"values["_s + QString::number(index) + u']');
        bool number = true;
        if (one.op == ">"_L1 || one.op == "<"_L1)
            value.toLongLong(&number);
        if (!number)
            throw Trouble{QString(where + u": Invalid value: \""_s + value + u"\": for 'Gt', 'Lt' operators, the value must be an integer"_s)};
        if (value.size() > 63 || !form.match(value).hasMatch()) {
            throw Trouble{QString(where + u'[' + one.key + u"]: Invalid value: \""_s + value + u"\": "_s
                + (value.size() > 63 ? u"must be no more than 63 bytes"_s : kValueMessage))};
        }
    }

    QString m_text;
    QStringList m_tokens;
    qsizetype m_at = 0;
};

}

Outcome<QList<LabelRequirement>> parseLabelSelector(const QString &text)
{
    try {
        return Parser(text).all();
    } catch (const Trouble &trouble) {
        return badRequest(trouble.why);
    }
}

}
