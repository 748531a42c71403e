// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/yaml/YamlReader.h"

#include "app/yaml/YamlScalar.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonObject>
#include <QSet>
#include <QStringDecoder>

#include <algorithm>
#include <istream>
#include <streambuf>
#include <string>

namespace qd::yaml {

using namespace Qt::StringLiterals;
using ports::TextPosition;
using ports::YamlDocument;

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(qd::yaml)
};

constexpr QByteArrayView kTagPrefix = "tag:yaml.org,2002:";

/// Stops the parser; turned into an Error where readYaml began.
struct Refusal {
    YAML::Mark mark;
    QString what;
};

class MemoryBuffer : public std::streambuf {
public:
    explicit MemoryBuffer(const QByteArray &text)
    {
        char *begin = const_cast<char *>(text.constData());   // never written: there is no put area
        setg(begin, begin, begin + text.size());
    }
};

/// Line starts, so that columns count characters and not bytes.
class Lines {
public:
    explicit Lines(const QByteArray &text) : m_text(text)
    {
        m_starts.append(0);
        for (qsizetype at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1))
            m_starts.append(at + 1);
    }
    [[nodiscard]] TextPosition at(const YAML::Mark &mark) const
    {
        const bool known = mark.line >= 0 && mark.line < m_starts.size();   // else the end of the text
        const qsizetype line = known ? mark.line : m_starts.size() - 1;
        const qsizetype start = m_starts.at(line);
        const qsizetype end = known ? std::min(start + mark.column, m_text.size()) : m_text.size();
        int column = 1;
        for (qsizetype i = start; i < end; ++i)
            column += (static_cast<unsigned char>(m_text.at(i)) & 0xc0) != 0x80 ? 1 : 0;
        return {int(line) + 1, column};
    }

    /// A key on a last line without line feed is reported at that line's beginning, too, although it has its colon.
    [[nodiscard]] bool lastEndsWithColon(const YAML::Mark &mark) const
    {
        if (mark.line + 1 != m_starts.size())
            return false;
        QByteArray line = m_text.mid(m_starts.last());
        if (const qsizetype comment = line.indexOf(" #"); comment >= 0)
            line.truncate(comment);
        return line.trimmed().endsWith(':');
    }
    [[nodiscard]] char byteAt(const YAML::Mark &mark) const
    {
        const qsizetype at = offset(mark);
        return at < m_text.size() ? m_text.at(at) : '\0';
    }
    /// Whether the quoted text that begins at a node has its closing quote; yaml-cpp takes the end of the input for one.
    [[nodiscard]] bool closed(const YAML::Mark &mark) const
    {
        qsizetype at = offset(mark);
        const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n'; };
        for (; at < m_text.size() && (blank(m_text.at(at)) || QByteArrayView("&!#").contains(m_text.at(at))); ++at) {
            const bool comment = m_text.at(at) == '#';   // between the properties and the text
            while (!blank(m_text.at(at)) || (comment && m_text.at(at) != '\n')) {
                if (++at >= m_text.size())
                    return true;
            }
        }
        const char quote = at < m_text.size() ? m_text.at(at) : '\0';
        if (quote != '"' && quote != '\'')
            return true;   // a literal block
        for (++at; at < m_text.size(); ++at) {
            if (quote == '"' && m_text.at(at) == '\\') {
                ++at;
            } else if (m_text.at(at) == quote) {
                if (quote == '"' || at + 1 >= m_text.size() || m_text.at(at + 1) != '\'')
                    return true;
                ++at;
            }
        }
        return false;
    }
    /// The name of the alias at a node.
    [[nodiscard]] std::string aliasAt(const YAML::Mark &mark) const
    {
        const qsizetype from = std::min(offset(mark) + 1, m_text.size());
        qsizetype to = from;
        while (to < m_text.size() && !QByteArrayView(" \t\n[]{},").contains(m_text.at(to)))
            ++to;
        return m_text.sliced(from, to - from).toStdString();
    }
    /// Whether a further document may begin here: at --- or a directive, or after a line with "...".
    [[nodiscard]] bool separated(const YAML::Mark &mark) const
    {
        if (mark.line < 0 || mark.line >= m_starts.size())
            return false;
        const QByteArrayView here = QByteArrayView(m_text).sliced(std::min(m_starts.at(mark.line) + mark.column, m_text.size()));
        if (here.startsWith("---") || (here.startsWith('%') && mark.column == 0))
            return true;
        if (!QByteArrayView(m_text).sliced(m_starts.at(mark.line)).first(m_text.size() - m_starts.at(mark.line) - here.size()).trimmed().isEmpty())
            return false;
        for (qsizetype line = mark.line - 1; line >= 0; --line) {
            const QByteArrayView before = QByteArrayView(m_text).sliced(m_starts.at(line), m_starts.at(line + 1) - m_starts.at(line)).trimmed();
            if (!before.isEmpty() && !before.startsWith('#'))
                return before.startsWith("...");
        }
        return false;
    }

private:
    [[nodiscard]] qsizetype offset(const YAML::Mark &mark) const
    {
        const bool known = mark.line >= 0 && mark.line < m_starts.size();
        return known ? std::min(m_starts.at(mark.line) + mark.column, m_text.size()) : m_text.size();
    }

    const QByteArray &m_text;
    QList<qsizetype> m_starts;
};

struct Anchored {
    QJsonValue value;
    std::optional<QString> key;   ///< when it may stand as a key
    qint64 nodes = 0;
    qint64 bytes = 0;             ///< of all its texts
    bool complete = false;
};

struct Frame {
    bool isMap = false;
    bool block = false;
    QJsonObject object;
    QJsonArray array;
    QString pointer;
    QString key;
    bool haveKey = false;
    bool merging = false;
    QSet<QString> seen;
    YAML::anchor_t anchor = 0;
    qint64 nodes = 1;
    qint64 bytes = 0;
};

class Builder : public YAML::EventHandler {
public:
    Builder(const Lines &lines, const Options &options) : m_lines(lines), m_options(options) { }

    [[nodiscard]] YamlDocument take()
    {
        YamlDocument out{std::move(m_root), std::move(m_positions)};
        m_root = QJsonValue(QJsonValue::Null);
        m_positions = {};
        m_anchors.clear();
        m_nodes = m_aliasNodes = m_aliasBytes = 0;
        return out;
    }

    void OnDocumentStart(const YAML::Mark &mark) override
    {
        // yaml-cpp makes null documents without end of a token that cannot begin a value
        const bool stuck = m_documents > 0 && mark.line == m_start.line && mark.column == m_start.column;
        m_start = mark;
        if (m_documents++ > 0 && (stuck || !m_lines.separated(mark)))
            throw Refusal{mark, Text::tr("the document has ended, but more follows without ---")};
        m_root = QJsonValue(QJsonValue::Null);
    }
    void OnDocumentEnd() override
    {
        if (m_quoted && !m_lines.closed(*m_quoted))
            throw Refusal{*m_quoted, Text::tr("the quoted text is not closed")};
    }
    void OnNull(const YAML::Mark &mark, YAML::anchor_t anchor) override
    {
        m_quoted.reset();
        if (m_stack.empty() && QByteArrayView(",]}").contains(m_lines.byteAt(mark)))
            throw Refusal{mark, Text::tr("a value cannot begin here")};
        // yaml-cpp takes a line without a colon for a key with the value null, and reports the value at the key
        const bool value = !m_stack.empty() && m_stack.back().block && m_stack.back().haveKey;
        const bool atKey = value && mark.line == m_keyMark.line && mark.column == m_keyMark.column;
        if (atKey && m_lines.byteAt(mark) != '?' && !m_lines.lastEndsWithColon(mark))
            throw Refusal{mark, Text::tr("there is no colon after this key")};
        scalar(mark, anchor, {Scalar::Type::Null, QJsonValue::Null}, false);
    }

    void OnScalar(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor, const std::string &value) override
    {
        const QByteArray text = QByteArray::fromStdString(value);
        m_quoted = tag == "?" ? std::nullopt : std::optional(mark);
        QByteArray name = QByteArray::fromStdString(tag);
        if (name == "?" || name.isEmpty()) {
            scalar(mark, anchor, resolvePlain(text), text == "<<");
            return;
        }
        if (name == "!") {
            scalar(mark, anchor, {Scalar::Type::Text, textValue(text)}, false);
            return;
        }
        if (name.startsWith(kTagPrefix))
            name = "!!" + name.mid(kTagPrefix.size());
        const std::optional<Scalar> resolved = resolveTagged(name, text);
        if (!resolved)
            throw Refusal{mark, Text::tr("\"%1\" cannot be read as %2").arg(QString::fromUtf8(text.left(40)), QString::fromUtf8(name))};
        scalar(mark, anchor, *resolved, name == "!!merge" && text == "<<");
    }

    void OnAlias(const YAML::Mark &mark, YAML::anchor_t anchor) override
    {
        m_quoted.reset();
        const auto it = m_anchors.constFind(anchor);
        if (it == m_anchors.cend() || !it->complete)
            throw Refusal{mark, Text::tr("an anchor's value contains itself")};
        const Anchored anchored = *it;
        m_aliasNodes += anchored.nodes;
        m_aliasBytes += anchored.bytes;
        m_nodes += anchored.nodes;
        checkAliases(mark);
        if (wantsKey()) {
            if (!anchored.key)
                throw Refusal{mark, Text::tr("a list, an object or null cannot be a key")};
            takeKey(mark, *anchored.key);
            return;
        }
        place(mark);
        put(mark, anchored.value, anchored.nodes, anchored.bytes);
    }

    void OnSequenceStart(const YAML::Mark &mark, const std::string &, YAML::anchor_t anchor, YAML::EmitterStyle::value) override
    {
        open(mark, anchor, false, false);
    }
    void OnSequenceEnd() override
    {
        m_quoted.reset();
        close();
    }
    void OnMapStart(const YAML::Mark &mark, const std::string &, YAML::anchor_t anchor, YAML::EmitterStyle::value style) override
    {
        open(mark, anchor, true, style == YAML::EmitterStyle::Block);
    }
    void OnMapEnd() override { close(); }

private:
    [[nodiscard]] bool wantsKey() const { return !m_stack.empty() && m_stack.back().isMap && !m_stack.back().haveKey; }

    [[nodiscard]] QString pointerHere() const
    {
        if (m_stack.empty())
            return {};
        const Frame &top = m_stack.back();
        if (!top.isMap)
            return top.pointer + u'/' + QString::number(top.array.size());
        QString token = top.key;
        return top.pointer + u'/' + token.replace("~"_L1, "~0"_L1).replace("/"_L1, "~1"_L1);
    }

    void place(const YAML::Mark &mark)
    {
        if (m_stack.empty() || !m_stack.back().merging)
            m_positions.insert(pointerHere(), m_lines.at(mark));
    }

    /// go-yaml's bound on what aliases may add to a document (decode.go, allowedAliasRatio).
    void checkAliases(const YAML::Mark &mark) const
    {
        constexpr double low = 400000;
        constexpr double high = 4000000;
        const double all = double(m_nodes);
        const double allowed = all <= low ? 0.99 : all >= high ? 0.10 : 0.99 - 0.89 * ((all - low) / (high - low));
        const bool manyNodes = m_aliasNodes > 100 && m_nodes > 1000 && double(m_aliasNodes) / all > allowed;
        if (manyNodes || m_aliasBytes > 4 * m_options.maxBytes)
            throw Refusal{mark, Text::tr("the document repeats anchors too often")};
    }

    void takeKey(const YAML::Mark &mark, const QString &key)
    {
        Frame &top = m_stack.back();
        if (!m_options.duplicateKeys && top.seen.contains(key))
            throw Refusal{mark, Text::tr("the key \"%1\" stands here twice").arg(key.left(80))};
        top.seen.insert(key);
        top.key = key;
        top.haveKey = true;
        m_keyMark = mark;
    }

    void scalar(const YAML::Mark &mark, YAML::anchor_t anchor, const Scalar &value, bool merge)
    {
        ++m_nodes;
        const qint64 size = value.type == Scalar::Type::Text ? value.value.toString().size() : 0;
        if (value.type == Scalar::Type::NotFinite && !wantsKey())
            throw Refusal{mark, Text::tr("infinity and not-a-number have no place in JSON")};
        if (anchor)
            m_anchors.insert(anchor, {value.value, value.key(), 1, size, true});
        if (!wantsKey()) {
            place(mark);
            put(mark, value.value, 1, size);
        } else if (merge) {
            m_stack.back().haveKey = m_stack.back().merging = true;
            m_keyMark = mark;
        } else if (const std::optional<QString> key = value.key()) {
            takeKey(mark, *key);
        } else {
            throw Refusal{mark, Text::tr("null or such a large number cannot be a key")};
        }
    }

    void open(const YAML::Mark &mark, YAML::anchor_t anchor, bool isMap, bool block)
    {
        ++m_nodes;
        if (wantsKey())
            throw Refusal{mark, Text::tr("a list or an object cannot be a key")};
        if (int(m_stack.size()) >= m_options.maxDepth)
            throw Refusal{mark, Text::tr("nested deeper than %1 levels").arg(m_options.maxDepth)};
        place(mark);
        Frame frame;
        frame.isMap = isMap;
        frame.block = block;
        frame.pointer = pointerHere();
        frame.anchor = anchor;
        if (anchor)
            m_anchors.insert(anchor, {});
        m_marks.push_back(mark);
        m_stack.push_back(std::move(frame));
    }

    void close()
    {
        const Frame frame = std::move(m_stack.back());
        m_stack.pop_back();
        const YAML::Mark mark = m_marks.back();
        m_marks.pop_back();
        const QJsonValue value = frame.isMap ? QJsonValue(frame.object) : QJsonValue(frame.array);
        if (frame.anchor)
            m_anchors.insert(frame.anchor, {value, std::nullopt, frame.nodes, frame.bytes, true});
        put(mark, value, frame.nodes, frame.bytes);
    }

    void put(const YAML::Mark &mark, const QJsonValue &value, qint64 nodes, qint64 bytes)
    {
        if (m_stack.empty()) {
            m_root = value;
            return;
        }
        Frame &top = m_stack.back();
        top.nodes += nodes;
        top.bytes += bytes;
        if (!top.isMap) {
            top.array.append(value);
            return;
        }
        top.haveKey = false;
        if (top.merging) {
            top.merging = false;
            merge(mark, top.object, value);
        } else {
            top.object.insert(top.key, value);
        }
    }

    /// As go-yaml v2: set where the merge stands, so keys before it are overwritten and keys after it win; in a list of
    /// maps the earlier one wins.
    static void merge(const YAML::Mark &mark, QJsonObject &into, const QJsonValue &value)
    {
        QJsonArray sources = value.toArray();
        if (value.isObject())
            sources = {value};
        else if (!value.isArray())
            throw Refusal{mark, Text::tr("only an object or a list of objects can be merged with <<")};
        for (qsizetype i = sources.size() - 1; i >= 0; --i) {
            if (!sources.at(i).isObject())
                throw Refusal{mark, Text::tr("only an object or a list of objects can be merged with <<")};
            const QJsonObject source = sources.at(i).toObject();
            for (auto it = source.begin(); it != source.end(); ++it)
                into.insert(it.key(), it.value());
        }
    }

    const Lines &m_lines;
    const Options &m_options;
    std::vector<Frame> m_stack;
    std::vector<YAML::Mark> m_marks;
    QHash<YAML::anchor_t, Anchored> m_anchors;
    QHash<QString, TextPosition> m_positions;
    QJsonValue m_root = QJsonValue(QJsonValue::Null);
    qint64 m_nodes = 0;
    qint64 m_aliasNodes = 0;
    qint64 m_aliasBytes = 0;
    qint64 m_documents = 0;
    YAML::Mark m_start;
    YAML::Mark m_keyMark;
    std::optional<YAML::Mark> m_quoted;   ///< where the last event was a text that may be quoted
};

Error refused(const QString &message, const QString &remedy = {})
{
    Error error{ErrorKind::Invalid, message};
    error.remedy = remedy;
    return error;
}

Error refusedAt(const TextPosition &position, const QString &what)
{
    return refused(Text::tr("Line %1, column %2: %3.").arg(position.line).arg(position.column).arg(what));
}

/// What to do about a syntax error of yaml-cpp, by its own words (its exceptions.h).
QString wayOut(const std::string &says)
{
    const auto any = [&says](std::initializer_list<const char *> parts) {
        return std::any_of(parts.begin(), parts.end(), [&says](const char *part) { return says.find(part) != std::string::npos; });
    };
    if (any({"end of map", "end of sequence", "flow end"}))
        return Text::tr("Close each [ and { once, or put quotes around a text that begins with one.");
    if (any({"illegal tab"}))
        return Text::tr("Indent with blanks: YAML takes no tabs.");
    if (any({"anchor", "alias"}))
        return Text::tr("Define the anchor above its first use, or write the value out.");
    if (any({"EOF in scalar", "in scalar", "escape"}))
        return Text::tr("Close the quotes, and write a backslash twice between double ones.");
    return Text::tr("Compare it with the lines above: indentation, a blank after each colon, quotes around a text that holds a colon and a blank.");
}

/// Whether a code point may stand in YAML (the reader of libyaml, which kubectl uses).
bool allowed(char32_t c)
{
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0x7e) || c == 0x85 || (c >= 0xa0 && c <= 0xd7ff)
        || (c >= 0xe000 && c <= 0xfffd && c != 0xfeff) || (c >= 0x10000 && c <= 0x10ffff);
}

/// Length of the well-formed UTF-8 sequence at `at`, 0 if there is none.
int sequence(const QByteArray &text, qsizetype at, char32_t *point)
{
    const auto byte = [&text](qsizetype i) { return i < text.size() ? static_cast<unsigned char>(text.at(i)) : 0U; };
    const unsigned first = byte(at);
    const int length = first < 0x80 ? 1 : (first & 0xe0) == 0xc0 ? 2 : (first & 0xf0) == 0xe0 ? 3 : (first & 0xf8) == 0xf0 ? 4 : 0;
    if (length == 0)
        return 0;
    char32_t value = length == 1 ? first : first & (0x7fU >> length);
    for (int i = 1; i < length; ++i) {
        if ((byte(at + i) & 0xc0) != 0x80)
            return 0;
        value = (value << 6) | (byte(at + i) & 0x3fU);
    }
    constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < smallest[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return 0;
    *point = value;
    return length;
}

std::optional<Error> badBytes(const QByteArray &text)
{
    int line = 1;
    int column = 1;
    for (qsizetype i = 0; i < text.size();) {
        char32_t point = 0;
        const int length = sequence(text, i, &point);
        if (length == 0)
            return refused(Text::tr("Byte %1 (line %2, column %3) is not valid UTF-8.").arg(i).arg(line).arg(column),
                           Text::tr("Save the file as UTF-8."));
        if (!allowed(point))
            return refused(Text::tr("Byte %1 (line %2, column %3) is the control character U+%4, which YAML does not allow.")
                               .arg(i).arg(line).arg(column).arg(QString::number(point, 16).toUpper().rightJustified(4, u'0')),
                           Text::tr("Remove it, or write it as an escape in a double-quoted text."));
        i += length;
        ++column;
        if (point == '\n') {
            ++line;
            column = 1;
        }
    }
    return std::nullopt;
}

/// Every line ends with a line feed, and blanks after the last one are dropped: yaml-cpp takes them for text.
QByteArray withLineFeeds(QByteArray text)
{
    text.replace("\r\n", "\n").replace('\r', '\n');
    qsizetype end = text.size();
    while (end > 0 && (text.at(end - 1) == ' ' || text.at(end - 1) == '\t'))
        --end;
    return end > 0 && text.at(end - 1) == '\n' ? text.first(end) : text;
}

/// Drops the byte order mark and makes UTF-8 of UTF-16 (what a redirection in PowerShell writes).
QByteArray withoutMark(const QByteArray &text)
{
    if (text.startsWith("\xef\xbb\xbf"))
        return text.mid(3);
    const bool little = text.startsWith("\xff\xfe");
    if (!little && !text.startsWith("\xfe\xff"))
        return text;
    QStringDecoder decode(little ? QStringDecoder::Utf16LE : QStringDecoder::Utf16BE);
    const QString decoded = decode(text.mid(2));
    return decode.hasError() ? text : decoded.toUtf8();
}

}

Result<QList<YamlDocument>> readYaml(const QByteArray &bytes, const Options &options)
{
    if (bytes.size() > options.maxBytes)
        return refused(Text::tr("The text has %1 bytes; at most %2 are read.").arg(bytes.size()).arg(options.maxBytes));
    QByteArray text = withoutMark(bytes);
    if (const std::optional<Error> error = badBytes(text))
        return *error;
    text = withLineFeeds(std::move(text));
    const Lines lines(text);
    Builder builder(lines, options);
    QList<YamlDocument> documents;
    try {
        MemoryBuffer buffer(text);
        std::istream stream(&buffer);
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(builder)) {
            documents.append(builder.take());
            if (options.firstDocumentOnly)
                break;
        }
    } catch (const Refusal &refusal) {
        return refusedAt(lines.at(refusal.mark), refusal.what);
    } catch (const YAML::Exception &exception) {
        // yaml-cpp reports a missing end at the beginning of the text
        const bool missingEnd = exception.msg.starts_with("end of ");
        std::string says = exception.msg;
        if (says.ends_with("anchor is not defined"))   // yaml-cpp names it from 0.8 on
            says += ": " + lines.aliasAt(exception.mark);
        Error error = refusedAt(lines.at(missingEnd ? YAML::Mark::null_mark() : exception.mark), QString::fromStdString(says));
        error.remedy = wayOut(exception.msg);
        return error;
    } catch (const std::exception &exception) {
        return refused(Text::tr("The text cannot be read as YAML: %1.").arg(QString::fromUtf8(exception.what())));
    }
    return documents;
}

}
