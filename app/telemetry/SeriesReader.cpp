// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/telemetry/SeriesReader.h"

#include "app/telemetry/JsonCursor.h"

#include <QCoreApplication>

#include <simdjson.h>

#include <algorithm>
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

/// Between two looks at the stop token.
constexpr std::size_t kSamplesAtOnce = 65'536;

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

QString textOf(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), qsizetype(utf8.size()));
}

/// The envelope, the series and their samples by the cursor; labels and sentences, whose escapes and UTF-8 have to be right, by simdjson.
/// Every step is false where the answer is not what it should be.
class Reader {
public:
    Reader(const QByteArray &body, std::stop_token stop, SeriesBody *out) : m_cursor(body), m_stop(std::move(stop)), m_out(out) { }

    bool document()
    {
        bool first = true, good = true;
        while (m_cursor.next('{', '}', &first, &good)) {
            std::string_view key;
            if (!m_cursor.key(&key) || !part(key))
                return false;
        }
        if (m_histograms > 0)
            m_out->answer.infos.append(Tr::tr("Series of native histograms: %1. Their values are how many were counted.").arg(m_histograms));
        return good && m_cursor.atEnd();
    }

    [[nodiscard]] bool complete() const { return m_status && (m_out->failed || m_result); }
    [[nodiscard]] bool stopped() const { return m_stopped; }
    [[nodiscard]] bool cut() { return m_cursor.atEnd(); }
    [[nodiscard]] qsizetype position() const { return m_cursor.position(); }

private:
    bool part(std::string_view key)
    {
        if (key == "data" && m_cursor.peek() == '{')
            return data();
        std::string_view raw;
        if (!m_cursor.value(&raw))
            return false;
        if (key == "warnings")
            return texts(raw, &m_out->answer.warnings);
        if (key == "infos")
            return texts(raw, &m_out->answer.infos);
        if (key == "errorType")
            return text(raw, &m_out->errorType);
        if (key == "error")
            return text(raw, &m_out->error);
        if (key == "isPartial" && raw == "true")   // VictoriaMetrics
            m_out->answer.warnings.append(Tr::tr("The answer is partial: not every storage node answered."));
        if (key == "status") {
            m_out->failed = raw == "\"error\"";
            m_status = m_out->failed || raw == "\"success\"";
        }
        return true;
    }

    bool data()
    {
        bool first = true, good = true;
        while (m_cursor.next('{', '}', &first, &good)) {
            std::string_view key, raw;
            if (!m_cursor.key(&key) || !(key == "result" ? result() : m_cursor.value(&raw)))
                return false;
            if (key == "resultType" && !text(raw, &m_out->answer.type))
                return false;
        }
        return good;
    }

    bool result()
    {
        m_result = true;
        std::string_view raw;
        if (m_cursor.peek() == 'n')
            return m_cursor.value(&raw) && raw == "null";
        double scalar[2] = {0, 0};
        int numbers = 0;
        bool isNumber = false, first = true, good = true;
        while (m_cursor.next('[', ']', &first, &good)) {
            if (m_cursor.peek() == '{') {
                if (!series())
                    return false;
            } else if (numbers == 2 || !m_cursor.number(&scalar[numbers++], &isNumber)) {
                return false;   // but for a scalar or a text: [time, "value"]
            }
        }
        if (numbers == 2 && isNumber)
            m_out->answer.series.push_back({{}, {{scalar[0], scalar[1]}}});
        return good;
    }

    bool series()
    {
        if (stopNow())
            return false;
        TimeSeries made;
        std::vector<Sample> histograms;
        bool first = true, good = true;
        while (m_cursor.next('{', '}', &first, &good)) {
            std::string_view key;
            if (!m_cursor.key(&key) || !member(key, &made, &histograms))
                return false;
        }
        m_usual = std::max(m_usual / 2, made.samples.size());
        if (!histograms.empty()) {
            ++m_histograms;
            const auto middle = qint64(made.samples.size());
            made.samples.insert(made.samples.end(), histograms.begin(), histograms.end());
            std::inplace_merge(made.samples.begin(), made.samples.begin() + middle, made.samples.end(), [](const Sample &a, const Sample &b) { return a.at < b.at; });
        }
        m_out->answer.series.push_back(std::move(made));
        return good;
    }

    bool member(std::string_view key, TimeSeries *made, std::vector<Sample> *histograms)
    {
        if (key == "values")
            return samples(false, &made->samples);
        if (key == "value")
            return one(false, &made->samples);
        if (key == "histograms")
            return samples(true, histograms);
        if (key == "histogram")
            return one(true, histograms);
        std::string_view raw;
        return m_cursor.value(&raw) && (key != "metric" || labels(raw, &made->labels) == simdjson::SUCCESS);
    }

    bool samples(bool histogram, std::vector<Sample> *out)
    {
        out->reserve(m_usual);
        bool first = true, good = true;
        while (m_cursor.next('[', ']', &first, &good)) {
            if ((out->size() % kSamplesAtOnce == 0 && stopNow()) || !one(histogram, out))
                return false;
        }
        return good;
    }

    /// [time, "value"], or [time, {"count": "12", …}]
    bool one(bool histogram, std::vector<Sample> *out)
    {
        Sample sample;
        if (!histogram && m_cursor.pair(&sample.at, &sample.value)) {
            out->push_back(sample);
            return true;
        }
        bool isTime = false, isNumber = false;
        if (!m_cursor.take('[') || !m_cursor.number(&sample.at, &isTime) || !isTime || !m_cursor.take(','))
            return false;
        if (!(histogram ? count(&sample.value, &isNumber) : m_cursor.number(&sample.value, &isNumber)) || !isNumber)
            return false;
        out->push_back(sample);
        return m_cursor.take(']');
    }

    bool count(double *out, bool *isNumber)
    {
        bool first = true, good = true;
        while (m_cursor.next('{', '}', &first, &good)) {
            std::string_view key, raw;
            if (!m_cursor.key(&key) || !(key == "count" ? m_cursor.number(out, isNumber) : m_cursor.value(&raw)))
                return false;
        }
        return good;
    }

    bool stopNow()
    {
        m_stopped = m_stop.stop_requested();
        return m_stopped;
    }

    /// The padding of the body serves any part of it.
    static simdjson::padded_string_view padded(std::string_view raw)
    {
        return simdjson::padded_string_view(raw.data(), raw.size(), raw.size() + simdjson::SIMDJSON_PADDING);
    }

    Code labels(std::string_view raw, network::Labels *out)
    {
        od::document document;
        od::object object;
        Code code = m_parser.iterate(padded(raw)).get(document);
        if (code == simdjson::SUCCESS)
            code = document.get_object().get(object);
        if (code != simdjson::SUCCESS)
            return code;
        for (auto field : object) {
            std::string_view key, content;
            code = field.unescaped_key().get(key);
            if (code != simdjson::SUCCESS)
                return code;
            const QString name = shared(key);
            code = field.value().get_string().get(content);
            if (code != simdjson::SUCCESS)
                return code;
            out->insert(name, shared(content));
        }
        return simdjson::SUCCESS;
    }

    /// The same text once in memory: a thousand series say the same job.
    QString shared(std::string_view utf8)
    {
        if (const auto it = m_texts.find(utf8); it != m_texts.end())
            return it->second;
        return m_texts.emplace(std::string(utf8), textOf(utf8)).first->second;
    }

    bool text(std::string_view raw, QString *out)
    {
        od::document document;
        std::string_view content;
        if (m_parser.iterate(padded(raw)).get(document) != simdjson::SUCCESS || document.get_string().get(content) != simdjson::SUCCESS)
            return false;
        *out = textOf(content);
        return true;
    }

    bool texts(std::string_view raw, QStringList *out)
    {
        od::document document;
        od::array array;
        if (raw == "null")
            return true;
        if (m_parser.iterate(padded(raw)).get(document) != simdjson::SUCCESS || document.get_array().get(array) != simdjson::SUCCESS)
            return false;
        for (auto entry : array) {
            std::string_view content;
            if (entry.get_string().get(content) != simdjson::SUCCESS)
                return false;
            out->append(textOf(content));
        }
        return true;
    }

    JsonCursor m_cursor;
    std::stop_token m_stop;
    SeriesBody *m_out;
    od::parser m_parser;
    std::unordered_map<std::string, QString, TextHash, std::equal_to<>> m_texts;
    std::size_t m_usual = 0;
    int m_histograms = 0;       ///< series that have any
    bool m_status = false;
    bool m_result = false;
    bool m_stopped = false;
};

}

Result<SeriesBody> readSeries(QByteArray body, std::stop_token stop)
{
    body.reserve(std::max(body.capacity(), body.size() + qsizetype(simdjson::SIMDJSON_PADDING)));
    SeriesBody out;
    Reader reader(body, std::move(stop), &out);
    const bool good = reader.document();
    if (reader.stopped())
        return Error{ErrorKind::Cancelled, Tr::tr("Cancelled.")};
    if (!good && reader.cut())
        return Error{ErrorKind::Invalid, Tr::tr("it ends too soon")};
    if (!good)
        return Error{ErrorKind::Invalid, Tr::tr("it is not what it should be at byte %1").arg(reader.position())};
    if (!reader.complete())
        return Error{ErrorKind::Invalid, Tr::tr("it is JSON, but no answer of the Prometheus API")};
    return out;
}

}
