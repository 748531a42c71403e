// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/config/YamlLayout.h"

#include <algorithm>

namespace qd::config {

using namespace Qt::StringLiterals;

namespace {

constexpr int kDeepest = 100;

/// Thrown inside this file only: a form that is not known.
struct Unknown {
    qsizetype at;
};

class Scanner {
public:
    explicit Scanner(const QString &text) : m_text(text) { }

    YamlNode document()
    {
        qsizetype at = content(!m_text.isEmpty() && m_text.front() == QChar(0xfeff) ? 1 : 0);
        if (marker(at, u"---"_s)) {
            if (!lineEnds(at + 3))
                throw Unknown{at};
            at = content(lineAfter(m_text, at));
        }
        if (at >= m_text.size())
            return {};
        if (m_text.at(at) == u'%' || marker(at, u"..."_s))
            throw Unknown{at};
        YamlNode root = block(at, -1, false);
        if (const qsizetype rest = content(lineAfter(m_text, root.end)); rest < m_text.size())
            throw Unknown{rest};
        return root;
    }

private:
    [[nodiscard]] QChar at(qsizetype i) const { return i < m_text.size() ? m_text.at(i) : QChar(); }
    [[nodiscard]] bool ends(qsizetype i) const { return i >= m_text.size() || m_text.at(i) == u'\n' || (m_text.at(i) == u'\r' && at(i + 1) == u'\n'); }
    [[nodiscard]] bool blankOrEnd(qsizetype i) const { return ends(i) || m_text.at(i) == u' ' || m_text.at(i) == u'\t'; }
    [[nodiscard]] qsizetype column(qsizetype i) const { return i - lineBegin(m_text, i); }
    [[nodiscard]] qsizetype skip(qsizetype i) const
    {
        while (!ends(i) && (m_text.at(i) == u' ' || m_text.at(i) == u'\t'))
            ++i;
        return i;
    }
    /// Nothing but a comment stands from here to the end of the line.
    [[nodiscard]] bool lineEnds(qsizetype i) const
    {
        const qsizetype next = skip(i);
        return ends(next) || (m_text.at(next) == u'#' && (next > i || column(next) == 0));
    }
    [[nodiscard]] qsizetype lineEnd(qsizetype i) const
    {
        while (!ends(i))
            ++i;
        return i;
    }
    [[nodiscard]] bool marker(qsizetype i, const QString &what) const
    {
        return QStringView(m_text).sliced(std::min(i, m_text.size())).startsWith(what) && blankOrEnd(i + 3) && column(i) == 0;
    }
    /// The first character of the next line with content, from a line's begin on.
    [[nodiscard]] qsizetype content(qsizetype i) const
    {
        while (i < m_text.size()) {
            qsizetype first = i;
            while (at(first) == u' ')
                ++first;
            if (at(first) == u'\t' && !lineEnds(first))
                throw Unknown{first};
            if (!lineEnds(first) && at(skip(first)) != u'#')
                return first;
            i = lineAfter(m_text, i);
        }
        return m_text.size();
    }
    [[nodiscard]] bool dash(qsizetype i) const { return at(i) == u'-' && blankOrEnd(i + 1); }

    /// Behind the closing quote.
    [[nodiscard]] qsizetype quoted(qsizetype i) const
    {
        const QChar quote = m_text.at(i);
        for (qsizetype j = i + 1; j < m_text.size(); ++j) {
            if (quote == u'"' && m_text.at(j) == u'\\')
                ++j;
            else if (m_text.at(j) == quote && quote == u'\'' && at(j + 1) == quote)
                ++j;
            else if (m_text.at(j) == quote)
                return j + 1;
        }
        throw Unknown{i};
    }

    /// The colon of a key that begins here and ends on this line; -1: no key.
    [[nodiscard]] qsizetype colon(qsizetype i) const
    {
        if (at(i) == u'"' || at(i) == u'\'') {
            const qsizetype next = skip(quoted(i));
            return at(next) == u':' && blankOrEnd(next + 1) ? next : -1;
        }
        if (u"[{&*!|>%@`#"_s.contains(at(i)))
            return -1;
        for (qsizetype j = i; !ends(j); ++j) {
            if (m_text.at(j) == u':' && blankOrEnd(j + 1))
                return j;
            if (m_text.at(j) == u'#' && j > i && blankOrEnd(j - 1))
                return -1;
        }
        return -1;
    }
    [[nodiscard]] QString key(qsizetype from, qsizetype to) const
    {
        const QString written = m_text.mid(from, to - from).trimmed();
        const bool quotes = written.size() > 1 && (written.front() == u'"' || written.front() == u'\'');
        return quotes ? written.mid(1, written.size() - 2) : written;   // an escape in a key: the value read back will tell
    }

    YamlNode block(qsizetype i, qsizetype parent, bool inMap)
    {
        if (++m_depth > kDeepest)
            throw Unknown{i};
        YamlNode out = dash(i) ? list(i) : at(i) == u'?' && blankOrEnd(i + 1) ? throw Unknown{i} : colon(i) >= 0 ? map(i) : value(i, parent, inMap);
        --m_depth;
        return out;
    }

    YamlNode map(qsizetype i)
    {
        YamlNode out{YamlNode::Kind::Map, i, i, column(i)};
        while (i < m_text.size() && column(i) == out.column && !marker(i, u"..."_s) && !marker(i, u"---"_s)) {
            const qsizetype behind = colon(i) + 1;
            if (behind == 0)
                throw Unknown{i};
            YamlEntry entry{key(i, behind - 1), i, behind, behind, {}};
            if (!lineEnds(behind)) {
                entry.value = value(skip(behind), out.column, true);
            } else {
                const qsizetype next = content(lineAfter(m_text, behind));
                const bool deeper = next < m_text.size() && column(next) > out.column;
                const bool list = next < m_text.size() && column(next) == out.column && dash(next);
                entry.value = deeper || list ? block(next, out.column, true) : YamlNode{YamlNode::Kind::Null, behind, behind};
            }
            i = close(entry);
            out.end = entry.end;
            out.entries.push_back(std::move(entry));
        }
        if (i < m_text.size() && column(i) > out.column)
            throw Unknown{i};
        return out;
    }

    YamlNode list(qsizetype i)
    {
        YamlNode out{YamlNode::Kind::List, i, i, column(i)};
        while (i < m_text.size() && column(i) == out.column && dash(i)) {
            YamlEntry entry{{}, i, i + 1, i + 1, {}};
            const qsizetype next = lineEnds(i + 1) ? content(lineAfter(m_text, i)) : skip(i + 1);
            const bool there = next < m_text.size() && (!lineEnds(i + 1) || column(next) > out.column);
            entry.value = there ? block(next, out.column, false) : YamlNode{YamlNode::Kind::Null, i + 1, i + 1};
            i = close(entry);
            out.end = entry.end;
            out.entries.push_back(std::move(entry));
        }
        if (i < m_text.size() && column(i) > out.column)
            throw Unknown{i};
        return out;
    }

    /// Where the next line with content begins.
    qsizetype close(YamlEntry &entry)
    {
        entry.end = std::max(entry.slot, entry.value.end);
        if (!lineEnds(entry.end))
            throw Unknown{entry.end};
        return content(lineAfter(m_text, entry.end));
    }

    YamlNode value(qsizetype i, qsizetype parent, bool inMap)
    {
        const QChar first = m_text.at(i);
        if (first == u'[' || first == u'{') {
            YamlNode out = flow(i);
            return out;
        }
        if (first == u'"' || first == u'\'')
            return {YamlNode::Kind::Scalar, i, quoted(i), 0};
        if (u"|>&*!%@`"_s.contains(first))
            return opaque(i, parent, inMap);
        const qsizetype next = content(lineAfter(m_text, i));
        if (next < m_text.size() && column(next) > parent)
            return opaque(i, parent, inMap);   // goes on in the next line
        return {YamlNode::Kind::Scalar, i, plainEnd(i), 0};
    }

    [[nodiscard]] qsizetype plainEnd(qsizetype i) const
    {
        qsizetype end = lineEnd(i);
        for (qsizetype j = i + 1; j < end; ++j) {
            if (m_text.at(j) == u'#' && blankOrEnd(j - 1))
                end = j;
        }
        while (end > i && m_text.at(end - 1).isSpace())
            --end;
        return end;
    }

    YamlNode opaque(qsizetype i, qsizetype parent, bool inMap) const
    {
        qsizetype end = lineEnd(i);
        for (qsizetype line = lineAfter(m_text, i); line < m_text.size(); line = lineAfter(m_text, line)) {
            const qsizetype first = skip(line);
            if (ends(first))
                continue;
            const bool inside = first - line > parent || (inMap && first - line == parent && dash(first));
            if (!inside || marker(line, u"..."_s) || marker(line, u"---"_s))
                break;
            end = lineEnd(first);
        }
        while (end > i && m_text.at(end - 1).isSpace())
            --end;
        const bool oneLine = lineBegin(m_text, end) == lineBegin(m_text, i);
        return {YamlNode::Kind::Opaque, i, oneLine ? plainEnd(i) : end, 0};
    }

    qsizetype flowSpace(qsizetype i, bool &comments) const
    {
        while (i < m_text.size() && (m_text.at(i).isSpace() || m_text.at(i) == u'#')) {
            if (m_text.at(i) == u'#') {
                comments = true;
                i = lineEnd(i);
            } else {
                ++i;
            }
        }
        return i;
    }

    YamlNode flow(qsizetype i)
    {
        if (++m_depth > kDeepest)
            throw Unknown{i};
        const bool isMap = m_text.at(i) == u'{';
        const QChar last = isMap ? u'}' : u']';
        YamlNode out{isMap ? YamlNode::Kind::FlowMap : YamlNode::Kind::FlowList, i, i, 0};
        qsizetype next = flowSpace(i + 1, out.comments);
        while (at(next) != last) {
            YamlEntry entry{{}, next, next, next, {}};
            if (isMap) {
                const qsizetype end = u"\"'"_s.contains(at(next)) ? quoted(next) : flowPlain(next);
                entry.key = key(next, end);
                entry.slot = flowSpace(end, out.comments);
                if (at(entry.slot) != u':' || entry.key.isEmpty())
                    throw Unknown{next};
                next = flowSpace(++entry.slot, out.comments);
            }
            entry.value = flowValue(next);
            out.comments = out.comments || entry.value.comments;
            entry.end = std::max(entry.slot, entry.value.end);
            next = flowSpace(entry.end, out.comments);
            out.entries.push_back(std::move(entry));
            if (at(next) == u',')
                next = flowSpace(next + 1, out.comments);
            else if (at(next) != last)
                throw Unknown{next};
        }
        out.end = next + 1;
        --m_depth;
        return out;
    }

    YamlNode flowValue(qsizetype i)
    {
        if (at(i) == u'[' || at(i) == u'{')
            return flow(i);
        if (at(i) == u'"' || at(i) == u'\'')
            return {YamlNode::Kind::Scalar, i, quoted(i), 0};
        if (u",]}"_s.contains(at(i)) || i >= m_text.size())
            return {YamlNode::Kind::Null, i, i, 0};
        const qsizetype end = flowPlain(i);
        if (end == i)
            throw Unknown{i};
        return {u"&*!|>%@`"_s.contains(at(i)) ? YamlNode::Kind::Opaque : YamlNode::Kind::Scalar, i, end, 0};
    }

    [[nodiscard]] qsizetype flowPlain(qsizetype i) const
    {
        qsizetype j = i;
        while (!ends(j) && !u",[]{}"_s.contains(m_text.at(j)) && !(m_text.at(j) == u'#' && j > i && blankOrEnd(j - 1))
               && !(m_text.at(j) == u':' && (blankOrEnd(j + 1) || u",[]{}"_s.contains(at(j + 1)))))
            ++j;
        while (j > i && m_text.at(j - 1).isSpace())
            --j;
        return j;
    }

    const QString &m_text;
    int m_depth = 0;
};

}

const YamlEntry *YamlNode::find(const QString &key) const
{
    const auto it = std::find_if(entries.begin(), entries.end(), [&key](const YamlEntry &entry) { return entry.key == key; });
    return it == entries.end() ? nullptr : &*it;
}

YamlLayout YamlLayout::of(const QString &text)
{
    YamlLayout out;
    try {
        out.root = Scanner(text).document();
    } catch (const Unknown &unknown) {
        out.root = {};
        out.line = lineNumber(text, unknown.at);
    }
    return out;
}

qsizetype lineBegin(const QString &text, qsizetype at)
{
    return at <= 0 ? 0 : text.lastIndexOf(u'\n', std::min(at, text.size()) - 1) + 1;
}

qsizetype lineAfter(const QString &text, qsizetype at)
{
    const qsizetype next = text.indexOf(u'\n', at);
    return next < 0 ? text.size() : next + 1;
}

int lineNumber(const QString &text, qsizetype at)
{
    return int(QStringView(text).first(std::min(at, text.size())).count(u'\n')) + 1;
}

}
