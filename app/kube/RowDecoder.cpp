// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/RowDecoder.h"

#include "app/kube/BodyCodec.h"
#include "app/kube/RowDecoderWalk.h"
#include "models/network/Pods.h"

#include <QCoreApplication>

#include <simdjson.h>

#include <algorithm>
#include <cstring>

namespace qd::kube {

using namespace Qt::StringLiterals;
using network::Cell;
using Type = DecodedEvent::Type;
namespace od = simdjson::ondemand;

namespace {

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.back() == ' ' || text.back() == '\n' || text.back() == '\r' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

QString textOf(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), qsizetype(utf8.size()));
}

simdjson::error_code readScalar(od::value value, od::json_type type, Scalar *out)
{
    switch (type) {
    case od::json_type::string:
        out->is = Scalar::Is::Text;
        return value.get_string().get(out->text);
    case od::json_type::number:
        out->is = Scalar::Is::Number;
        out->text = trimmed(value.raw_json_token());
        return simdjson::SUCCESS;
    case od::json_type::boolean: {
        bool yes = false;
        const simdjson::error_code error = value.get_bool().get(yes);
        out->is = Scalar::Is::Boolean;
        out->text = yes ? "true" : "false";
        return error;
    }
    default:
        out->is = Scalar::Is::Null;
        out->text = {};
        return simdjson::SUCCESS;
    }
}

Type typeOf(std::string_view word)
{
    if (word == "ADDED")
        return Type::Added;
    if (word == "MODIFIED")
        return Type::Modified;
    if (word == "DELETED")
        return Type::Deleted;
    if (word == "BOOKMARK")
        return Type::Bookmark;
    return word == "ERROR" ? Type::Error : Type::Unknown;
}

}

#define QD_TRY(expression)                                                                                                         \
    if (const simdjson::error_code qdError = (expression); qdError != simdjson::SUCCESS)                                           \
        return qdError

class RowDecoder::Impl {
public:
    Impl(const network::KindInfo &info, bool bodies)
        : m_kind(info), m_keepBodies(bodies), m_plan(m_kind), m_writer(m_kind, m_plan)
    {
    }

    DecodedEvent event(const Frame &frame);
    DecodedEvent item(const Frame &frame);

private:
    using Code = simdjson::error_code;
    Code walk(od::object object, const PlanNode &node);
    Code visit(od::value value, const PlanNode &node, const char *keyBegin);
    Code visitObject(od::object object, const PlanNode &node);
    Code visitArray(od::array array, const PlanNode &node, const char *keyBegin);
    Code arraySink(od::array &array, const Sink &sink, const char *keyBegin);
    /// SUCCESS for what only says that a field is another thing than expected; else the document is broken and the parser must
    /// not be asked again (simdjson gives it up).
    static Code fatal(Code code);
    Code labels(od::object &object);
    Code conditions(od::array &array);
    Code list(od::array &array, const Sink &sink);
    Code ready(od::array &array, const Sink &sink);
    Code object(od::value value, Type type, DecodedEvent *out);
    Code bookmark(od::value value, DecodedEvent *out);
    Code fields(od::document &document, const Frame &frame, DecodedEvent *out, Type *type);
    void finish(std::string_view json, DecodedEvent *out);
    network::PackedBody packed(std::string_view json);
    DecodedEvent refused(const Frame &frame, Code code, bool wrapped);
    void setText(const Sink &sink, const std::string &text, qint64 size);
    static void side(Harvest::Side &to, std::string_view json);

    const network::KindInfo m_kind;
    const bool m_keepBodies;
    const DecodePlan m_plan;
    SinkWriter m_writer;
    Harvest m_harvest;
    od::parser m_parser;
    BodyPacker m_packer;
    std::vector<char> m_scratch;
    std::string m_text;
};

RowDecoder::Impl::Code RowDecoder::Impl::walk(od::object object, const PlanNode &node)
{
    for (auto entry : object) {
        od::field field;
        QD_TRY(std::move(entry).get(field));
        const char *key = field.key().raw();
        const int child = node.find(key);
        if (child >= 0)
            QD_TRY(visit(field.value(), m_plan.nodes[size_t(child)], key - 1));
    }
    return simdjson::SUCCESS;
}

RowDecoder::Impl::Code RowDecoder::Impl::visit(od::value value, const PlanNode &node, const char *keyBegin)
{
    od::json_type type{};
    QD_TRY(value.type().get(type));
    if (type == od::json_type::object) {
        od::object object;
        QD_TRY(value.get_object().get(object));
        return visitObject(object, node);
    }
    if (type == od::json_type::array) {
        od::array array;
        QD_TRY(value.get_array().get(array));
        return visitArray(array, node, keyBegin);
    }
    if (node.sinks.empty())
        return simdjson::SUCCESS;
    Scalar scalar;
    QD_TRY(readScalar(value, type, &scalar));
    for (const Sink &sink : node.sinks)
        m_writer.scalar(sink, scalar, m_harvest);
    return simdjson::SUCCESS;
}

void RowDecoder::Impl::side(Harvest::Side &to, std::string_view json)
{
    to.there = to.container = true;
    to.text.assign(trimmed(json));
}

RowDecoder::Impl::Code RowDecoder::Impl::visitObject(od::object object, const PlanNode &node)
{
    bool used = false;
    for (const Sink &sink : node.sinks) {
        if (used)
            QD_TRY(object.reset().error());
        used = true;
        if (sink.target == Target::Labels) {
            QD_TRY(labels(object));
        } else if (sink.target == Target::Count) {
            size_t count = 0;
            QD_TRY(object.count_fields().get(count));
            m_harvest.cells[sink.index].is = Cell::Is::Integer;
            m_harvest.cells[sink.index].integer = qint64(count);
            used = false;   // count_fields rewinds by itself
        } else if (sink.target == Target::Declared || sink.target == Target::Reported) {
            std::string_view json;
            QD_TRY(object.raw_json().get(json));
            side(m_harvest.side(sink), json);
        } else {
            if (sink.target == Target::Cell || sink.target == Target::List || sink.target == Target::Ready)
                m_harvest.cells[sink.index] = unknownCell(QCoreApplication::translate("RowDecoder", "an object stands here"));
            used = false;
        }
    }
    if (node.children.empty())
        return simdjson::SUCCESS;
    if (used)
        QD_TRY(object.reset().error());
    return walk(object, node);
}

RowDecoder::Impl::Code RowDecoder::Impl::visitArray(od::array array, const PlanNode &node, const char *keyBegin)
{
    bool used = false;
    for (const Sink &sink : node.sinks) {
        if (used)
            QD_TRY(array.reset().error());
        used = true;
        QD_TRY(arraySink(array, sink, keyBegin));
    }
    if (node.children.empty())
        return simdjson::SUCCESS;
    if (used)
        QD_TRY(array.reset().error());
    size_t index = 0;
    for (auto entry : array) {
        QD_TRY(entry.error());
        od::value value = entry.value_unsafe();
        const std::string key = std::to_string(index++) + '"';
        const int child = node.find(key.c_str());
        if (child >= 0)
            QD_TRY(visit(value, m_plan.nodes[size_t(child)], nullptr));
    }
    return simdjson::SUCCESS;
}

RowDecoder::Impl::Code RowDecoder::Impl::arraySink(od::array &array, const Sink &sink, const char *keyBegin)
{
    switch (sink.target) {
    case Target::Conditions:
        return conditions(array);
    case Target::List:
        return list(array, sink);
    case Target::Ready:
        return ready(array, sink);
    case Target::Count: {
        size_t count = 0;
        for (auto entry : array) {
            QD_TRY(entry.error());
            ++count;
        }
        m_harvest.cells[sink.index].is = Cell::Is::Integer;
        m_harvest.cells[sink.index].integer = qint64(count);
        return simdjson::SUCCESS;
    }
    case Target::ManagedFields:
    case Target::Declared:
    case Target::Reported: {
        std::string_view json;
        QD_TRY(array.raw_json().get(json));
        if (sink.target == Target::ManagedFields) {
            m_harvest.fieldsBegin = keyBegin;
            m_harvest.fieldsEnd = json.data() + trimmed(json).size();
            return simdjson::SUCCESS;
        }
        side(m_harvest.side(sink), json);
        return simdjson::SUCCESS;
    }
    case Target::Cell:
        m_harvest.cells[sink.index] = unknownCell(QCoreApplication::translate("RowDecoder", "a list stands here"));
        break;
    default:
        break;
    }
    for (auto entry : array)
        QD_TRY(entry.error());
    return simdjson::SUCCESS;
}

RowDecoder::Impl::Code RowDecoder::Impl::fatal(Code code)
{
    switch (code) {
    case simdjson::INCORRECT_TYPE:
    case simdjson::NO_SUCH_FIELD:
    case simdjson::NUMBER_ERROR:
    case simdjson::NUMBER_OUT_OF_RANGE:
    case simdjson::STRING_ERROR:
        return simdjson::SUCCESS;
    default:
        return code;
    }
}

RowDecoder::Impl::Code RowDecoder::Impl::labels(od::object &object)
{
    m_text.clear();
    bool sorted = true;
    std::string_view last;
    for (auto entry : object) {
        std::string_view key;
        std::string_view value;
        QD_TRY(entry.unescaped_key().get(key));   // not the field's: newer simdjson wants an argument there
        const Code code = entry.value().get_string().get(value);
        if (code != simdjson::SUCCESS) {
            QD_TRY(fatal(code));
            continue;
        }
        sorted = sorted && last < key;
        last = key;
        if (!m_text.empty())
            m_text.push_back(',');
        m_text.append(key).append(1, '=').append(value);
    }
    if (!sorted) {   // the API server writes maps sorted by key; others may not
        QStringList pieces = textOf(m_text).split(u',');
        pieces.sort();
        m_text = pieces.join(u',').toStdString();
    }
    m_harvest.row.labels = m_writer.pool().get(m_text);
    return simdjson::SUCCESS;
}

RowDecoder::Impl::Code RowDecoder::Impl::conditions(od::array &array)
{
    for (auto entry : array) {
        od::object condition;
        std::string_view type;
        std::string_view status;
        Code code = entry.get_object().get(condition);
        if (code == simdjson::SUCCESS)
            code = condition["type"].get_string().get(type);
        if (code == simdjson::SUCCESS)
            code = condition["status"].get_string().get(status);
        if (code != simdjson::SUCCESS) {
            QD_TRY(fatal(code));
            continue;
        }
        m_harvest.failed = m_harvest.failed || (type == "Failed" && status == "True");
        m_harvest.notReady = m_harvest.notReady || (type == "Ready" && status == "False");
        m_harvest.refusedSpec = m_harvest.refusedSpec || (type == "SpecAccepted" && status == "False");
    }
    return simdjson::SUCCESS;
}

void RowDecoder::Impl::setText(const Sink &sink, const std::string &text, qint64 size)
{
    Cell &cell = m_harvest.cells[sink.index];
    cell.is = Cell::Is::Integer;
    cell.text = m_writer.pool().get(text);
    cell.integer = size;
}

RowDecoder::Impl::Code RowDecoder::Impl::list(od::array &array, const Sink &sink)
{
    m_text.clear();
    qint64 size = 0;
    const std::vector<std::string> &path = m_plan.items[size_t(sink.index)];
    for (auto entry : array) {
        QD_TRY(entry.error());
        od::value value = entry.value_unsafe();
        ++size;
        Code code = simdjson::SUCCESS;
        for (size_t i = 0; i < path.size() && code == simdjson::SUCCESS; ++i)
            code = value.find_field_unordered(path[i]).get(value);
        QD_TRY(fatal(code));
        od::json_type type{};
        if (code == simdjson::SUCCESS)
            QD_TRY(value.type().get(type));
        if (code != simdjson::SUCCESS || type == od::json_type::object || type == od::json_type::array)
            continue;
        Scalar scalar;
        QD_TRY(readScalar(value, type, &scalar));
        if (scalar.is == Scalar::Is::Null)
            continue;
        if (!m_text.empty())
            m_text.append(", ");
        m_text.append(scalar.text);
    }
    setText(sink, m_text, size);
    return simdjson::SUCCESS;
}

RowDecoder::Impl::Code RowDecoder::Impl::ready(od::array &array, const Sink &sink)
{
    Cell &cell = m_harvest.cells[sink.index];
    cell.is = Cell::Is::Ratio;
    network::PodCount pods;
    for (auto entry : array) {
        od::object component;
        Code code = entry.get_object().get(component);
        if (code != simdjson::SUCCESS) {
            QD_TRY(fatal(code));
            continue;
        }
        std::optional<qint64> have, want;
        int64_t number = 0;
        bool flag = false;
        od::value value;
        code = component["ready"].get(value);
        if (code == simdjson::SUCCESS && value.get_int64().get(number) == simdjson::SUCCESS) {
            have = number;
        } else if (code == simdjson::SUCCESS) {
            code = value.get_bool().get(flag);
            have = flag ? 1 : 0;
        }
        QD_TRY(fatal(code));
        code = component["desired"].get_int64().get(number);
        QD_TRY(fatal(code));
        if (code == simdjson::SUCCESS)
            want = number;
        pods += network::PodCount::of(have, want);
    }
    cell.integer = pods.ready;
    cell.whole = pods.desired;
    return simdjson::SUCCESS;
}

network::PackedBody RowDecoder::Impl::packed(std::string_view json)
{
    const char *from = m_harvest.fieldsBegin;
    if (!from)
        return m_packer.pack(json);
    const char *to = m_harvest.fieldsEnd;
    const char *const end = json.data() + json.size();
    const auto space = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
    while (to < end && space(*to))
        ++to;
    if (to < end && *to == ',') {
        ++to;
    } else {   // the last field of metadata: its comma stands before it
        while (from > json.data() && (space(from[-1]) || from[-1] == ','))
            --from;
    }
    const auto head = size_t(from - json.data());
    const auto tail = size_t(end - to);
    if (m_scratch.size() < head + tail)
        m_scratch.resize((head + tail) * 2);
    std::memcpy(m_scratch.data(), json.data(), head);
    std::memcpy(m_scratch.data() + head, to, tail);
    return m_packer.pack({m_scratch.data(), head + tail});
}

void RowDecoder::Impl::finish(std::string_view json, DecodedEvent *out)
{
    m_writer.finish(m_harvest);
    if (m_keepBodies && out->type != Type::Deleted)
        m_harvest.row.body = packed(json);
    out->resourceVersion = m_harvest.row.resourceVersion;
    out->row = std::move(m_harvest.row);
}

RowDecoder::Impl::Code RowDecoder::Impl::bookmark(od::value value, DecodedEvent *out)
{
    std::string_view text;
    od::object metadata;
    QD_TRY(value["metadata"].get_object().get(metadata));
    QD_TRY(metadata["resourceVersion"].get_string().get(text));
    out->resourceVersion = textOf(text);
    if (metadata["annotations"]["k8s.io/initial-events-end"].get_string().get(text) == simdjson::SUCCESS)
        out->initialEventsEnd = text == "true";
    return simdjson::SUCCESS;
}

RowDecoder::Impl::Code RowDecoder::Impl::object(od::value value, Type type, DecodedEvent *out)
{
    out->type = type;
    if (type == Type::Bookmark)
        return bookmark(value, out);
    if (type == Type::Unknown)
        return simdjson::SUCCESS;
    od::object object;
    if (type == Type::Error) {
        std::string_view json;
        QD_TRY(value.get_object().get(object));
        QD_TRY(object.raw_json().get(json));
        json = trimmed(json);
        out->status = QByteArray(json.data(), qsizetype(json.size()));
        return simdjson::SUCCESS;
    }
    const char *begin = nullptr;
    QD_TRY(value.current_location().get(begin));
    QD_TRY(value.get_object().get(object));
    m_harvest.reset(m_kind);
    QD_TRY(walk(object, m_plan.nodes[0]));
    // The next token is what closes the event; the object's own brace is the last one before it.
    const char *end = nullptr;
    QD_TRY(value.current_location().get(end));
    while (end > begin && end[-1] != '}')
        --end;
    finish({begin, size_t(end - begin)}, out);
    return simdjson::SUCCESS;
}

RowDecoder::Impl::Code RowDecoder::Impl::fields(od::document &document, const Frame &frame, DecodedEvent *out,
                                                 Type *type)
{
    // kube-apiserver writes type before object; any order is read.
    od::object event;
    QD_TRY(document.get_object().get(event));
    std::string_view word;
    QD_TRY(event.find_field_unordered("type").get_string().get(word));
    *type = typeOf(word);
    od::value value;
    QD_TRY(event.find_field_unordered("object").get(value));
    QD_TRY(object(value, *type, out));
    if (*type != Type::Added && *type != Type::Modified && *type != Type::Deleted) {
        JsonScanner scanner;
        return scanner.scan(frame.data, frame.data + frame.size) == frame.data + frame.size ? simdjson::SUCCESS
                                                                                           : simdjson::TAPE_ERROR;
    }
    const char *next = nullptr;
    QD_TRY(document.current_location().get(next));
    const char *const end = frame.data + frame.size;
    const bool whole = *next == ',' || (*next == '}' && trimmed({next, size_t(end - next)}).size() == 1);
    return whole ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
}

DecodedEvent RowDecoder::Impl::event(const Frame &frame)
{
    DecodedEvent out;
    od::document document;
    Code code = m_parser.iterate(frame.data, frame.size, frame.capacity).get(document);
    Type type = Type::Unknown;
    if (code == simdjson::SUCCESS)
        code = fields(document, frame, &out, &type);
    if (code == simdjson::SUCCESS)
        return out;
    return refused(frame, code, true);
}

DecodedEvent RowDecoder::Impl::item(const Frame &frame)
{
    DecodedEvent out;
    out.type = Type::Added;
    od::document document;
    Code code = m_parser.iterate(frame.data, frame.size, frame.capacity).get(document);
    od::object object;
    if (code == simdjson::SUCCESS)
        code = document.get_object().get(object);
    m_harvest.reset(m_kind);
    if (code == simdjson::SUCCESS)
        code = walk(object, m_plan.nodes[0]);
    if (code != simdjson::SUCCESS)
        return refused(frame, code, false);
    finish({frame.data, frame.size}, &out);
    return out;
}

DecodedEvent RowDecoder::Impl::refused(const Frame &frame, Code code, bool wrapped)
{
    DecodedEvent out;
    out.type = Type::Refused;
    // Invalid bytes are replaced, so that at least the name can be read.
    const QByteArray clean = textOf({frame.data, frame.size}).toUtf8();
    const simdjson::padded_string padded(clean.constData(), size_t(clean.size()));
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    QString name;
    if (parser.parse(padded).get(root) == simdjson::SUCCESS) {
        simdjson::dom::element metadata;
        std::string_view text;
        const char *pointer = wrapped ? "/object/metadata" : "/metadata";
        if (root.at_pointer(pointer).get(metadata) == simdjson::SUCCESS) {
            if (metadata["namespace"].get(text) == simdjson::SUCCESS)
                name = textOf(text) + u'/';
            if (metadata["name"].get(text) == simdjson::SUCCESS)
                name += textOf(text);
            if (metadata["resourceVersion"].get(text) == simdjson::SUCCESS)
                out.resourceVersion = textOf(text);
        }
    } else {
        out.type = Type::NoSingleValue;
    }
    const QString detail = QString::fromLatin1(simdjson::error_message(code));
    out.error = {ErrorKind::Invalid,
                 name.isEmpty() ? QCoreApplication::translate("RowDecoder", "An object of kind %1 cannot be read.").arg(m_kind.kind)
                                : QCoreApplication::translate("RowDecoder", "%1 %2 cannot be read.").arg(m_kind.kind, name),
                 code == simdjson::UTF8_ERROR
                     ? QCoreApplication::translate("RowDecoder", "It holds bytes that are no UTF-8. Write the object again.")
                     : QCoreApplication::translate("RowDecoder", "Look at it with kubectl get -o json and write it again."),
                 detail};
    return out;
}

#undef QD_TRY

RowDecoder::RowDecoder(const network::KindInfo &kind, bool keepBodies) : m_impl(std::make_unique<Impl>(kind, keepBodies)) { }

RowDecoder::~RowDecoder() = default;

DecodedEvent RowDecoder::event(const Frame &frame)
{
    return m_impl->event(frame);
}

DecodedEvent RowDecoder::item(const Frame &frame)
{
    return m_impl->item(frame);
}

std::optional<DecodedEvent> WatchDecoder::next()
{
    const std::optional<Frame> frame = m_framer.next();
    if (!frame)
        return std::nullopt;
    DecodedEvent event = m_rows.event(*frame);
    if (event.type != DecodedEvent::Type::NoSingleValue)
        return event;
    if (m_framer.distrustLines())
        return next();
    event.type = DecodedEvent::Type::Refused;
    return event;
}

}
