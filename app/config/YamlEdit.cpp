// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/config/YamlEdit.h"

#include "app/config/YamlLayout.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonObject>
#include <QRegularExpression>
#include <QStringDecoder>

#include <algorithm>

namespace qd::config {

using namespace Qt::StringLiterals;

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(qd::config)
};

/// Thrown inside this file only: this place cannot be changed safely.
struct Refused {
    qsizetype at;
};

struct Replacement {
    qsizetype begin;
    qsizetype end;
    QString text;
    bool lines;     ///< whole lines: stands at the begin of one
};

bool collection(const QJsonValue &value)
{
    return (value.isObject() && !value.toObject().isEmpty()) || (value.isArray() && !value.toArray().isEmpty());
}

bool scalars(const QJsonArray &array)
{
    return std::none_of(array.begin(), array.end(), [](const QJsonValue &value) { return value.isObject() || value.isArray(); });
}

/// Pairs of equal items of both lists, in order: as many as there can be.
QList<QPair<qsizetype, qsizetype>> common(const QJsonArray &a, const QJsonArray &b)
{
    const qsizetype width = b.size() + 1;
    QList<qsizetype> most((a.size() + 1) * width, 0);
    for (qsizetype i = a.size() - 1; i >= 0; --i) {
        for (qsizetype j = b.size() - 1; j >= 0; --j)
            most[i * width + j] = a.at(i) == b.at(j) ? most.at((i + 1) * width + j + 1) + 1 : std::max(most.at((i + 1) * width + j), most.at(i * width + j + 1));
    }
    QList<QPair<qsizetype, qsizetype>> out;
    for (qsizetype i = 0, j = 0; i < a.size() && j < b.size();) {
        if (a.at(i) == b.at(j))
            out.append({i++, j++});
        else if (most.at((i + 1) * width + j) >= most.at(i * width + j + 1))
            ++i;
        else
            ++j;
    }
    out.append({a.size(), b.size()});
    return out;
}

class Editor {
public:
    Editor(const QString &text, const QStringList &keys, const ports::YamlCodec &codec)
        : m_text(text), m_keys(keys), m_codec(codec), m_eol(text.contains("\r\n"_L1) ? u"\r\n"_s : u"\n"_s)
    {
    }

    QString run(const YamlNode &root, const QJsonValue &now, const QJsonValue &wanted)
    {
        if (root.kind == YamlNode::Kind::Null)
            insert(m_text.size(), blockText(wanted, 0, false));
        else
            change(root, now, wanted);
        std::stable_sort(m_edits.begin(), m_edits.end(), [](const Replacement &a, const Replacement &b) {
            return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
        });
        QString out;
        qsizetype at = 0;
        for (const Replacement &edit : std::as_const(m_edits)) {
            if (edit.begin < at)
                throw Refused{edit.begin};
            out += QStringView(m_text).sliced(at, edit.begin - at);
            if (edit.lines && !out.isEmpty() && !out.endsWith(u'\n'))
                out += m_eol;
            out += edit.text;
            at = edit.end;
        }
        return out + QStringView(m_text).sliced(at);
    }

private:
    using Kind = YamlNode::Kind;

    [[nodiscard]] qsizetype rank(const QString &key) const
    {
        const qsizetype at = m_keys.indexOf(key);
        return at < 0 ? m_keys.size() : at;
    }
    [[nodiscard]] QStringList ordered(const QJsonObject &object) const
    {
        QStringList out = object.keys();
        std::stable_sort(out.begin(), out.end(), [this](const QString &a, const QString &b) { return rank(a) < rank(b); });
        return out;
    }

    [[nodiscard]] QString scalarText(const QJsonValue &value, bool inFlow, bool quoted = false) const
    {
        if (value.isArray() || value.isObject())
            return flowText(value);
        QString text = QString::fromUtf8(m_codec.emitText(value)).trimmed();
        static const QRegularExpression special(u"[,\\[\\]{}:#]"_s);
        const bool bare = value.isString() && !text.startsWith(u'"');
        const bool plain = bare && !text.startsWith(u'\'');
        if ((bare && quoted) || (plain && inFlow && text.contains(special)))
            return u'"' + value.toString().replace(u'\\', "\\\\"_L1).replace(u'"', "\\\""_L1) + u'"';
        return text;
    }
    [[nodiscard]] QString flowText(const QJsonValue &value) const
    {
        QStringList parts;
        if (value.isArray()) {
            for (const QJsonValue &item : value.toArray())
                parts.append(scalarText(item, true));
            return u'[' + parts.join(u", "_s) + u']';
        }
        const QJsonObject object = value.toObject();
        for (const QString &key : ordered(object))
            parts.append(QString(scalarText(key, true) + u": "_s + scalarText(object.value(key), true)));
        return u'{' + parts.join(u", "_s) + u'}';
    }
    /// A text of several lines as a literal block whose lines stand below the column; null: it is none, or cannot be one.
    [[nodiscard]] QString literalText(const QJsonValue &value, qsizetype column) const
    {
        const QString whole = value.toString();
        const QString text = whole.contains(u'\n') && !whole.endsWith(u'\n') ? QString::fromUtf8(m_codec.emitText(QJsonObject{{u"k"_s, value}})).chopped(1) : QString();
        if (!text.startsWith("k: |"_L1))
            return {};
        const QStringList lines = text.mid(3).split(u'\n');
        QString out;
        for (const QString &line : lines)
            out += out.isEmpty() ? line : QString(m_eol + (line.isEmpty() ? QString() : QString(column, u' ') + line));
        return out;
    }
    /// What stands behind a colon: on the same line, or on lines of its own.
    [[nodiscard]] QString behindColon(const QJsonValue &value, qsizetype column) const
    {
        if (const QString literal = literalText(value, column); !literal.isNull())
            return u' ' + literal + m_eol;
        if (!collection(value) || (value.isArray() && scalars(value.toArray())))
            return u' ' + scalarText(value, false) + m_eol;
        return m_eol + blockText(value, value.isArray() ? column : column + 2, false);
    }
    /// Whole lines; `inLine`: the first one stands behind a dash already.
    [[nodiscard]] QString blockText(const QJsonValue &value, qsizetype column, bool inLine) const
    {
        QString out;
        const auto pad = [&] { return inLine && out.isEmpty() ? QString() : QString(column, u' '); };
        if (value.isArray() && !value.toArray().isEmpty()) {
            for (const QJsonValue &item : value.toArray())
                out += pad() + u"- "_s + blockText(item, column + 2, true);
        } else if (value.isObject() && !value.toObject().isEmpty()) {
            const QJsonObject object = value.toObject();
            for (const QString &key : ordered(object))
                out += pad() + QString(scalarText(key, false) + u':') + behindColon(object.value(key), column);
        } else {
            out = pad() + scalarText(value, false) + m_eol;
        }
        return out;
    }

    void replace(qsizetype begin, qsizetype end, const QString &text) { m_edits.append({begin, end, text, false}); }
    void insert(qsizetype at, const QString &lines) { m_edits.append({at, at, lines, true}); }

    void change(const YamlNode &node, const QJsonValue &now, const QJsonValue &wanted)
    {
        if (now == wanted)
            return;
        if (node.kind == Kind::Map && wanted.isObject())
            changeMap(node, now.toObject(), wanted.toObject());
        else if (node.kind == Kind::List && wanted.isArray())
            changeList(node, now.toArray(), wanted.toArray());
        else if (node.kind == Kind::FlowMap || node.kind == Kind::FlowList)
            replace(node.begin, node.end, changedFlow(node, now, wanted));
        else if (node.kind == Kind::Scalar && !collection(wanted))
            replace(node.begin, node.end, scalarText(wanted, false, m_text.at(node.begin) == u'"'));
        else
            throw Refused{node.begin};
    }

    /// The value of a key: it may change its form, from nothing or a flow list to lines of its own.
    void changeEntry(const YamlEntry &entry, qsizetype column, const QJsonValue &now, const QJsonValue &wanted)
    {
        const YamlNode &value = entry.value;
        const bool empty = value.entries.empty() && !value.comments;
        const bool vacant = value.kind == Kind::Null || ((value.kind == Kind::FlowList || value.kind == Kind::FlowMap) && empty);
        const bool lines = value.kind == Kind::Map || value.kind == Kind::List;
        if (now == wanted)
            return;
        if (vacant || (value.kind == Kind::Scalar && collection(wanted))) {
            QString text = behindColon(wanted, column);
            text.chop(m_eol.size());
            const qsizetype from = entry.slot;
            const qsizetype to = std::max(value.end, entry.slot);
            // a comment behind the value stays behind the key, lines of its own follow that line
            if (const qsizetype split = text.indexOf(m_eol); split >= 0 && lineAfter(m_text, to) > to + m_eol.size()) {
                replace(from, to, text.left(split));
                insert(lineAfter(m_text, to), text.mid(split + m_eol.size()) + m_eol);
            } else {
                replace(from, to, text);
            }
        } else if (lines && !collection(wanted)) {
            for (const YamlEntry &one : value.entries)
                removeLines(one, value, false);
            replace(entry.slot, entry.slot, QString(u' ' + scalarText(wanted, false)));
        } else if (const QString literal = literalText(wanted, column); (block(value) && wanted.isString()) || (!literal.isNull() && alone(value))) {
            replace(value.begin, value.end, literal.isNull() ? scalarText(wanted, false) : literal);
        } else {
            change(value, now, wanted);
        }
    }

    /// A literal or folded text with nothing but its lines in it.
    [[nodiscard]] bool block(const YamlNode &node) const
    {
        if (node.kind != Kind::Opaque || (m_text.at(node.begin) != u'|' && m_text.at(node.begin) != u'>'))
            return false;
        qsizetype line = lineAfter(m_text, node.begin), least = -1;
        if (QStringView(m_text).sliced(node.begin, line - node.begin).contains(u'#'))
            return false;
        for (; line < node.end; line = lineAfter(m_text, line)) {
            if (blankLine(line))
                continue;
            least = least < 0 ? indent(line) : least;
            if (indent(line) < least)
                return false;   // a comment behind it
        }
        return true;
    }
    /// Written on one line with nothing behind it.
    [[nodiscard]] bool alone(const YamlNode &node) const
    {
        return node.kind == Kind::Scalar && lineBegin(m_text, node.begin) == lineBegin(m_text, node.end)
            && QStringView(m_text).sliced(node.end, lineAfter(m_text, node.end) - node.end).trimmed().isEmpty();
    }

    void changeMap(const YamlNode &node, const QJsonObject &now, const QJsonObject &wanted)
    {
        QStringList added;
        for (const QString &key : ordered(wanted)) {
            const YamlEntry *entry = node.find(key);
            if (!entry)
                added.append(now.value(key) == wanted.value(key) && now.contains(key) ? QString() : key);   // what is merged in is said here anew
            else
                changeEntry(*entry, node.column, now.value(key), wanted.value(key));
        }
        added.removeAll(QString());
        for (const QString &key : now.keys()) {
            if (wanted.contains(key))
                continue;
            const YamlEntry *entry = node.find(key);
            if (!entry || node.entries.size() == 1)
                throw Refused{node.begin};
            removeLines(*entry, node, false);
        }
        for (const QString &key : std::as_const(added)) {
            const YamlEntry *before = nullptr;
            for (const YamlEntry &entry : node.entries) {
                if (wanted.contains(entry.key) && rank(entry.key) <= rank(key) && (!before || rank(entry.key) >= rank(before->key)))
                    before = &entry;
            }
            // what is merged in comes over the keys above it
            if (const YamlEntry *merge = node.find(u"<<"_s); merge && (!before || before->begin < merge->begin))
                before = merge;
            const bool first = !before && column(node.begin) == indent(node.begin);
            if (!before && !first)
                before = &node.entries.front();
            insert(first ? lineBegin(m_text, node.begin) : lineAfter(m_text, before->end),
                   QString(node.column, u' ') + QString(scalarText(key, false) + u':') + behindColon(wanted.value(key), node.column));
        }
    }

    void changeList(const YamlNode &node, const QJsonArray &now, const QJsonArray &wanted)
    {
        if (now.size() != qsizetype(node.entries.size()))
            throw Refused{node.begin};
        qsizetype i = 0;
        qsizetype j = 0;
        for (const auto &[sameNow, sameWanted] : common(now, wanted)) {
            for (; i < sameNow && j < sameWanted; ++i, ++j)
                change(node.entries.at(size_t(i)).value, now.at(i), wanted.at(j));
            for (; i < sameNow; ++i)
                removeLines(node.entries.at(size_t(i)), node, true);
            for (; j < sameWanted; ++j) {
                const qsizetype at = i > 0 ? lineAfter(m_text, node.entries.at(size_t(i) - 1).end) : lineBegin(m_text, node.begin);
                if (i == 0 && indent(node.begin) != column(node.begin))
                    throw Refused{node.begin};
                insert(at, QString(node.column, u' ') + u"- "_s + blockText(wanted.at(j), node.column + 2, true));
            }
            ++i;
            ++j;
        }
    }

    [[nodiscard]] qsizetype column(qsizetype at) const { return at - lineBegin(m_text, at); }
    /// Of the first character on the line that is no blank.
    [[nodiscard]] qsizetype indent(qsizetype at) const
    {
        qsizetype out = lineBegin(m_text, at);
        while (out < m_text.size() && m_text.at(out) == u' ')
            ++out;
        return out - lineBegin(m_text, at);
    }
    [[nodiscard]] bool commentLine(qsizetype at) const
    {
        const qsizetype first = lineBegin(m_text, at) + indent(at);
        return first < m_text.size() && m_text.at(first) == u'#';
    }

    [[nodiscard]] bool blankLine(qsizetype at) const { return QStringView(m_text).sliced(lineBegin(m_text, at), lineAfter(m_text, at) - lineBegin(m_text, at)).trimmed().isEmpty(); }

    /// Comments that are indented below it go with it, and those right above an item that is not the first.
    void removeLines(const YamlEntry &entry, const YamlNode &in, bool withComments)
    {
        qsizetype end = lineAfter(m_text, entry.end);
        while (end < m_text.size() && commentLine(end) && indent(end) > in.column)
            end = lineAfter(m_text, end);
        if (indent(entry.begin) == column(entry.begin)) {
            qsizetype begin = lineBegin(m_text, entry.begin);
            while (withComments && begin > 0 && entry.begin != in.begin && commentLine(begin - 1) && indent(begin - 1) <= in.column)
                begin = lineBegin(m_text, begin - 1);
            const bool between = begin > 0 && end < m_text.size() && blankLine(begin - 1) && blankLine(end);
            if (withComments && between)   // one blank line of the two
                end = lineAfter(m_text, end);
            m_edits.append({begin, end, {}, false});
            return;
        }
        // The first key of a list's item stands behind the dash: the next one moves there.
        const auto next = std::find_if(in.entries.begin(), in.entries.end(), [&entry](const YamlEntry &one) { return one.begin > entry.begin; });
        if (next == in.entries.end() || QStringView(m_text).sliced(entry.end, next->begin - entry.end).contains(u'#'))
            throw Refused{entry.begin};
        replace(entry.begin, next->begin, {});
    }

    /// What did not change is taken as it is written; the collection stays on its line.
    [[nodiscard]] QString changedFlow(const YamlNode &node, const QJsonValue &now, const QJsonValue &wanted)
    {
        if (node.comments || !(now.isArray() ? wanted.isArray() : now.isObject() && wanted.isObject()))
            throw Refused{node.begin};
        const auto written = [this](const YamlEntry &entry) { return m_text.mid(entry.begin, entry.end - entry.begin); };
        QStringList parts;
        if (wanted.isArray()) {
            const QJsonArray old = now.toArray();
            const QJsonArray fresh = wanted.toArray();
            if (old.size() != qsizetype(node.entries.size()))
                throw Refused{node.begin};
            qsizetype i = 0;
            qsizetype j = 0;
            for (const auto &[sameNow, sameWanted] : common(old, fresh)) {
                for (; j < sameWanted; ++j, ++i)
                    parts.append(i < sameNow ? changedInFlow(node.entries.at(size_t(i)).value, old.at(i), fresh.at(j)) : scalarText(fresh.at(j), true));
                if (sameNow < old.size())
                    parts.append(written(node.entries.at(size_t(sameNow))));
                i = sameNow + 1;
                j = sameWanted + 1;
            }
        } else {
            changedKeys(node, now.toObject(), wanted.toObject(), parts);
        }
        const bool spaced = m_text.at(node.begin + 1) == u' ' && !parts.isEmpty();
        const QString inside = spaced ? QString(u' ' + parts.join(u", "_s) + u' ') : parts.join(u", "_s);
        return m_text.at(node.begin) + inside + m_text.at(node.end - 1);
    }
    void changedKeys(const YamlNode &node, const QJsonObject &now, const QJsonObject &wanted, QStringList &parts)
    {
        QStringList left = ordered(wanted);
        for (const YamlEntry &entry : node.entries) {
            if (!now.contains(entry.key))
                throw Refused{entry.begin};
            if (!wanted.contains(entry.key))
                continue;
            left.removeAll(entry.key);
            parts.append(QString(m_text.mid(entry.begin, entry.slot - entry.begin) + u' ' + changedInFlow(entry.value, now.value(entry.key), wanted.value(entry.key))));
        }
        for (const QString &key : std::as_const(left))
            parts.append(QString(scalarText(key, true) + u": "_s + scalarText(wanted.value(key), true)));
    }
    [[nodiscard]] QString changedInFlow(const YamlNode &node, const QJsonValue &now, const QJsonValue &wanted)
    {
        if (now == wanted)
            return m_text.mid(node.begin, node.end - node.begin);
        if ((node.kind == Kind::FlowMap || node.kind == Kind::FlowList) && wanted.type() == now.type())
            return changedFlow(node, now, wanted);
        if (node.kind == Kind::Opaque)
            throw Refused{node.begin};
        return scalarText(wanted, true, node.kind == Kind::Scalar && m_text.at(node.begin) == u'"');
    }

    const QString &m_text;
    const QStringList &m_keys;
    const ports::YamlCodec &m_codec;
    QString m_eol;
    QList<Replacement> m_edits;
};

Error refused(int line)
{
    return {ErrorKind::Unsupported, Text::tr("Line %1 is written in a way that cannot be changed safely from here (an anchor, an alias, a text over several lines or a comment inside brackets).").arg(line),
            Text::tr("Open the file and change it there; the console reads it as it is.")};
}

}

Result<QByteArray> editYaml(const QByteArray &bytes, const QJsonValue &wanted, const QStringList &keys, const ports::YamlCodec &codec)
{
    const Result<ports::YamlDocument> now = codec.parse(bytes);
    if (!now)
        return now.error();
    if (now->value == wanted)
        return bytes;
    const bool mark = bytes.startsWith("\xef\xbb\xbf");
    QStringDecoder decoder(QStringDecoder::Utf8);
    const QString text = decoder(mark ? bytes.mid(3) : bytes);
    if (decoder.hasError() || text.contains(QChar(u'\0')))
        return Error{ErrorKind::Unsupported, Text::tr("The file is not written in UTF-8."), Text::tr("Save it as UTF-8 with another program, then change it here.")};
    const YamlLayout layout = YamlLayout::of(text);
    if (layout.line > 0)
        return refused(layout.line);
    QByteArray out;
    try {
        out = Editor(text, keys, codec).run(layout.root, now->value, wanted).toUtf8();
    } catch (const Refused &place) {
        return refused(lineNumber(text, place.at));
    }
    if (mark)
        out.prepend("\xef\xbb\xbf");
    const Result<ports::YamlDocument> read = codec.parse(out);
    if (!read || read->value != wanted) {
        const qsizetype same = std::mismatch(bytes.begin(), bytes.end(), out.begin(), out.end()).first - bytes.begin();
        return refused(lineNumber(QString::fromUtf8(bytes.first(same)), text.size()));
    }
    return out;
}

}
