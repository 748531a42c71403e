// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/telemetry/LokiRead.h"

#include <QCoreApplication>

#include <simdjson.h>

#include <algorithm>
#include <charconv>

namespace qd::telemetry {

namespace dom = simdjson::dom;

namespace {

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(Loki)
};

QString textOf(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

Error unreadable(const QString &says)
{
    return Error{ErrorKind::Invalid, says};
}

Error wrongShape()
{
    return unreadable(Tr::tr("it holds no log streams"));
}

void addLabels(const dom::element &value, network::Labels *to)
{
    dom::object object;
    if (value.get(object) != simdjson::SUCCESS)
        return;
    for (const auto &field : object) {
        std::string_view text;
        if (field.value.get(text) == simdjson::SUCCESS)
            to->insert(textOf(field.key), textOf(text));
    }
}

/// The third part of a value: {"structuredMetadata": {…}, "parsed": {…}} as asked for, or the pairs themselves.
network::Labels metadataOf(const dom::element &value)
{
    network::Labels out;
    dom::element part;
    bool categorised = false;
    for (const char *name : {"structuredMetadata", "parsed"}) {
        if (value[name].get(part) == simdjson::SUCCESS && part.is_object()) {
            categorised = true;
            addLabels(part, &out);
        }
    }
    if (!categorised)
        addLabels(value, &out);
    return out;
}

bool readTime(const dom::element &value, qint64 *time)
{
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS) {
        const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), *time);
        return code == std::errc() && end == text.data() + text.size();
    }
    int64_t number = 0;
    if (value.get(number) != simdjson::SUCCESS)
        return false;
    *time = number;
    return true;
}

/// ["<ns>", "line", metadata?]
bool readValue(const dom::element &value, ports::LogEntry *entry)
{
    dom::array parts;
    if (value.get(parts) != simdjson::SUCCESS || parts.size() < 2)
        return false;
    auto part = parts.begin();
    std::string_view line;
    if (!readTime(*part, &entry->at) || (*++part).get(line) != simdjson::SUCCESS)
        return false;
    entry->line = textOf(line);
    if (parts.size() > 2)
        entry->metadata = metadataOf(*++part);
    return true;
}

size_t markWith(size_t labels, const ports::LogEntry &entry)
{
    return qHashMulti(labels, entry.at, entry.line);
}

size_t markOfLabels(const network::Labels &labels)
{
    return qHashRange(labels.keyValueBegin(), labels.keyValueEnd(), 7);
}

template <typename Take>
bool eachEntry(const dom::element &streams, Take take)
{
    dom::array list;
    if (streams.get(list) != simdjson::SUCCESS)
        return streams.is_null();
    for (const dom::element &stream : list) {
        network::Labels labels;
        dom::element part;
        if (stream["stream"].get(part) == simdjson::SUCCESS)
            addLabels(part, &labels);
        dom::array values;
        if (stream["values"].get(values) != simdjson::SUCCESS)
            return false;
        const size_t mark = markOfLabels(labels);
        for (const dom::element &value : values) {
            ports::LogEntry entry;
            if (!readValue(value, &entry))
                return false;
            entry.stream = labels;
            const size_t own = entry.metadata.isEmpty() ? markWith(mark, entry) : markOf(entry);
            take(std::move(entry), own);
        }
    }
    return true;
}

void addDropped(const dom::element &value, TailMessage *to)
{
    dom::array list;
    if (value.get(list) != simdjson::SUCCESS)
        return;
    for (const dom::element &entry : list) {
        ++to->dropped;
        qint64 at = 0;
        dom::element time;
        if (entry["timestamp"].get(time) != simdjson::SUCCESS || !readTime(time, &at))
            continue;
        to->droppedFrom = to->droppedFrom == 0 ? at : std::min(to->droppedFrom, at);
        to->droppedTo = std::max(to->droppedTo, at);
    }
}

}

size_t markOf(const ports::LogEntry &entry)
{
    if (entry.metadata.isEmpty())
        return markWith(markOfLabels(entry.stream), entry);
    network::Labels all = entry.stream;
    all.insert(entry.metadata);
    return markWith(markOfLabels(all), entry);
}

Result<QList<ports::LogEntry>> readStreams(const QByteArray &body)
{
    dom::parser parser;
    dom::element root;
    if (const simdjson::error_code code = parser.parse(body.constData(), size_t(body.size())).get(root))
        return unreadable(QString::fromLatin1(simdjson::error_message(code)));
    std::string_view type;
    dom::element result;
    if (root["data"]["resultType"].get(type) != simdjson::SUCCESS || type != "streams" || root["data"]["result"].get(result) != simdjson::SUCCESS)
        return type == "matrix" || type == "vector" ? unreadable(Tr::tr("it holds numbers, not lines: this is a metric query")) : wrongShape();
    QList<ports::LogEntry> entries;
    if (!eachEntry(result, [&entries](ports::LogEntry &&entry, size_t) { entries.append(std::move(entry)); }))
        return wrongShape();
    return entries;
}

Result<TailMessage> readTail(const QByteArray &message)
{
    dom::parser parser;
    dom::element root;
    if (const simdjson::error_code code = parser.parse(message.constData(), size_t(message.size())).get(root))
        return unreadable(QString::fromLatin1(simdjson::error_message(code)));
    TailMessage out;
    dom::element part;
    if (root["streams"].get(part) == simdjson::SUCCESS
        && !eachEntry(part, [&out](ports::LogEntry &&entry, size_t mark) {
               out.entries.append(std::move(entry));
               out.marks.push_back(mark);
           }))
        return wrongShape();
    if (root["dropped_entries"].get(part) == simdjson::SUCCESS)
        addDropped(part, &out);
    return out;
}

Result<QStringList> readLabelValues(const QByteArray &body)
{
    dom::parser parser;
    dom::element root;
    if (const simdjson::error_code code = parser.parse(body.constData(), size_t(body.size())).get(root))
        return unreadable(QString::fromLatin1(simdjson::error_message(code)));
    std::string_view status;
    if (root["status"].get(status) != simdjson::SUCCESS || status != "success")
        return unreadable(Tr::tr("it holds no values of a label"));
    QStringList out;
    dom::array values;
    if (root["data"].get(values) == simdjson::SUCCESS) {
        for (const dom::element &value : values) {
            std::string_view text;
            if (value.get(text) == simdjson::SUCCESS)
                out.append(textOf(text));
        }
    }
    out.sort();
    return out;
}

}
