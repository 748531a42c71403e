// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/telemetry/SeriesReader.h"

#include <QCoreApplication>

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>
#include <unordered_map>

namespace qd::telemetry {

using network::Sample;
using network::TimeSeries;
namespace od = simdjson::ondemand;
using Code = simdjson::error_code;

namespace {

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(Telemetry)
};

#define QD_TRY(expression)                                                                                                         \
    if (const Code qdError = (expression); qdError != simdjson::SUCCESS)                                                          \
        return qdError

/// Between two looks at the stop token.
constexpr std::size_t kSamplesAtOnce = 65'536;

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

class Reader {
public:
    Reader(const QByteArray &body, std::stop_token stop) : m_end(body.constData() + body.size()), m_stop(std::move(stop)) { }

    Code document(od::document &document, SeriesBody *out)
    {
        m_out = out;
        od::object envelope;
        QD_TRY(document.get_object().get(envelope));
        for (auto field : envelope) {
            QD_TRY(field.error());
            std::string_view key;
            QD_TRY(field.unescaped_key().get(key));
            QD_TRY(part(std::string(key), field.value()));
        }
        return document.current_location().error() == simdjson::OUT_OF_BOUNDS ? simdjson::SUCCESS : simdjson::TRAILING_CONTENT;
    }

    [[nodiscard]] bool complete() const { return m_status && (m_out->failed || m_result); }
    [[nodiscard]] bool stopped() const { return m_stopped; }

private:
    Code part(const std::string &key, od::value value)
    {
        if (key == "status") {
            QString status;
            QD_TRY(text(value, &status));
            m_out->failed = status == QLatin1String("error");
            m_status = m_out->failed || status == QLatin1String("success");
        } else if (key == "errorType") {
            return text(value, &m_out->errorType);
        } else if (key == "error") {
            return text(value, &m_out->error);
        } else if (key == "warnings") {
            return texts(value, &m_out->answer.warnings);
        } else if (key == "infos") {
            return texts(value, &m_out->answer.infos);
        } else if (key == "isPartial") {   // VictoriaMetrics
            bool partial = false;
            if (value.get_bool().get(partial) == simdjson::SUCCESS && partial)
                m_out->answer.warnings.append(Tr::tr("The answer is partial: not every storage node answered."));
        } else if (key == "data") {
            od::json_type type{};
            QD_TRY(value.type().get(type));
            return type == od::json_type::object ? data(value) : simdjson::SUCCESS;
        }
        return simdjson::SUCCESS;
    }

    Code data(od::value value)
    {
        od::object object;
        QD_TRY(value.get_object().get(object));
        for (auto field : object) {
            QD_TRY(field.error());
            std::string_view key;
            QD_TRY(field.unescaped_key().get(key));
            if (key == "result")
                QD_TRY(result(field.value()));
        }
        return simdjson::SUCCESS;
    }

    Code result(od::value value)
    {
        m_result = true;
        od::json_type type{};
        QD_TRY(value.type().get(type));
        if (type == od::json_type::null)
            return simdjson::SUCCESS;
        od::array entries;
        QD_TRY(value.get_array().get(entries));
        int at = 0;
        Sample scalar;
        bool isNumber = false;
        for (auto entry : entries) {
            QD_TRY(entry.error());
            QD_TRY(entry.type().get(type));
            Code code = simdjson::SUCCESS;
            if (type == od::json_type::object)
                code = series(entry.value_unsafe());
            else if (at == 0)   // a scalar or a text: [time, "value"]
                code = entry.get_double().get(scalar.at);
            else if (at == 1)
                code = number(entry.value_unsafe(), &scalar.value, &isNumber);
            QD_TRY(code);
            ++at;
        }
        if (isNumber)
            m_out->answer.series.push_back({{}, {scalar}});
        return simdjson::SUCCESS;
    }

    Code series(od::value value)
    {
        if (m_stop.stop_requested()) {
            m_stopped = true;
            return simdjson::UNINITIALIZED;
        }
        TimeSeries made;
        std::vector<Sample> histograms;
        od::object object;
        QD_TRY(value.get_object().get(object));
        for (auto field : object) {
            QD_TRY(field.error());
            std::string_view key;
            QD_TRY(field.unescaped_key().get(key));
            QD_TRY(member(key, field.value(), &made, &histograms));
        }
        m_usual = std::max(m_usual / 2, made.samples.size());
        if (!histograms.empty()) {
            const auto middle = qint64(made.samples.size());
            made.samples.insert(made.samples.end(), histograms.begin(), histograms.end());
            std::inplace_merge(made.samples.begin(), made.samples.begin() + middle, made.samples.end(), [](const Sample &a, const Sample &b) { return a.at < b.at; });
        }
        m_out->answer.series.push_back(std::move(made));
        return simdjson::SUCCESS;
    }

    Code member(std::string_view key, od::value value, TimeSeries *made, std::vector<Sample> *histograms)
    {
        if (key == "values")
            return samples(value, false, &made->samples);
        if (key == "metric")
            return labels(value, &made->labels);
        if (key == "value")
            return one(value, false, &made->samples);
        if (key == "histograms")
            return samples(value, true, histograms);
        return key == "histogram" ? one(value, true, histograms) : simdjson::SUCCESS;
    }

    Code samples(od::value value, bool histogram, std::vector<Sample> *out)
    {
        od::array array;
        QD_TRY(value.get_array().get(array));
        out->reserve(m_usual);
        for (auto entry : array) {
            QD_TRY(entry.error());
            if (out->size() % kSamplesAtOnce == 0 && m_stop.stop_requested()) {
                m_stopped = true;
                return simdjson::UNINITIALIZED;
            }
            QD_TRY(one(entry.value_unsafe(), histogram, out));
        }
        return simdjson::SUCCESS;
    }

    /// [time, "value"], or [time, {"count": "12", …}]
    Code one(od::value value, bool histogram, std::vector<Sample> *out)
    {
        od::array pair;
        QD_TRY(value.get_array().get(pair));
        Sample sample;
        int at = 0;
        bool isNumber = false;
        for (auto entry : pair) {
            QD_TRY(entry.error());
            Code code = simdjson::SUCCESS;
            if (at == 0)
                code = entry.get_double().get(sample.at);
            else if (at == 1)
                code = histogram ? count(entry.value_unsafe(), &sample.value, &isNumber) : number(entry.value_unsafe(), &sample.value, &isNumber);
            QD_TRY(code);
            ++at;
        }
        if (!isNumber)
            return simdjson::NUMBER_ERROR;
        out->push_back(sample);
        return simdjson::SUCCESS;
    }

    Code count(od::value value, double *out, bool *isNumber)
    {
        od::object object;
        QD_TRY(value.get_object().get(object));
        for (auto field : object) {
            QD_TRY(field.error());
            std::string_view key;
            QD_TRY(field.unescaped_key().get(key));
            if (key == "count")
                QD_TRY(number(field.value(), out, isNumber));
        }
        return simdjson::SUCCESS;
    }

    /// A number in quotes (or, of others than Prometheus, without); *isNumber stays false for any other text.
    Code number(od::value value, double *out, bool *isNumber)
    {
        od::raw_json_string raw;
        if (value.get_raw_json_string().get(raw) == simdjson::SUCCESS) {
            const char *begin = raw.raw();
            const auto *quote = static_cast<const char *>(memchr(begin, '"', std::size_t(m_end - begin)));
            *isNumber = quote && readValue(begin, quote, out);
            return simdjson::SUCCESS;
        }
        *isNumber = true;
        return value.get_double().get(*out);
    }

    Code labels(od::value value, network::Labels *out)
    {
        od::object object;
        QD_TRY(value.get_object().get(object));
        for (auto field : object) {
            QD_TRY(field.error());
            std::string_view key;
            QD_TRY(field.unescaped_key().get(key));
            const QString name = shared(key);
            std::string_view content;
            QD_TRY(field.value().get_string().get(content));
            out->insert(name, shared(content));
        }
        return simdjson::SUCCESS;
    }

    /// The same text once in memory: a thousand series say the same job.
    QString shared(std::string_view utf8)
    {
        if (const auto it = m_texts.find(utf8); it != m_texts.end())
            return it->second;
        return m_texts.emplace(std::string(utf8), QString::fromUtf8(utf8.data(), qsizetype(utf8.size()))).first->second;
    }

    static Code text(od::value value, QString *out)
    {
        std::string_view content;
        QD_TRY(value.get_string().get(content));
        *out = QString::fromUtf8(content.data(), qsizetype(content.size()));
        return simdjson::SUCCESS;
    }

    static Code texts(od::value value, QStringList *out)
    {
        od::json_type type{};
        QD_TRY(value.type().get(type));
        if (type != od::json_type::array)
            return simdjson::SUCCESS;
        od::array array;
        QD_TRY(value.get_array().get(array));
        for (auto entry : array) {
            QString content;
            QD_TRY(entry.error());
            QD_TRY(text(entry.value_unsafe(), &content));
            out->append(content);
        }
        return simdjson::SUCCESS;
    }

    const char *m_end;
    std::stop_token m_stop;
    SeriesBody *m_out = nullptr;
    std::unordered_map<std::string, QString, TextHash, std::equal_to<>> m_texts;
    std::size_t m_usual = 0;
    bool m_status = false;
    bool m_result = false;
    bool m_stopped = false;
};

}

bool readValue(const char *begin, const char *end, double *out)
{
    if (begin != end && *begin == '+')
        ++begin;
    const std::from_chars_result read = std::from_chars(begin, end, *out);
    return begin != end && read.ec == std::errc() && read.ptr == end;
}

Result<SeriesBody> readSeries(QByteArray body, std::stop_token stop)
{
    const qsizetype padded = body.size() + qsizetype(simdjson::SIMDJSON_PADDING);
    body.reserve(std::max(body.capacity(), padded));
    od::parser parser;
    od::document document;
    SeriesBody out;
    Reader reader(body, std::move(stop));
    Code code = parser.iterate(simdjson::padded_string_view(body.constData(), std::size_t(body.size()), std::size_t(padded))).get(document);
    if (code == simdjson::SUCCESS)
        code = reader.document(document, &out);
    if (reader.stopped())
        return Error{ErrorKind::Cancelled, Tr::tr("Cancelled.")};
    if (code != simdjson::SUCCESS)
        return Error{ErrorKind::Invalid, QString::fromLatin1(simdjson::error_message(code))};
    if (!reader.complete())
        return Error{ErrorKind::Invalid, Tr::tr("it is JSON, but no answer of the Prometheus API")};
    return out;
}

}
