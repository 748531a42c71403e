// SPDX-License-Identifier: GPL-3.0-or-later
// Parse rate of a long answer of query_range: our reader beside QJsonDocument on the same bytes in the same run, by processor time of the
// thread. Fails when the two do not read the same, or when ours is not at least three times as fast.
//   bench_series [MEGABYTES]
#include "app/telemetry/SeriesReader.h"
#include "tests/bench/ThreadTime.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QTextStream>

#include <algorithm>

using namespace qd;
using namespace Qt::StringLiterals;

namespace {

constexpr int kPoints = 11'000;

/// Series of 11,000 points as Prometheus writes them: whole seconds, values of counters and of rates.
QByteArray matrix(qsizetype bytes)
{
    QRandomGenerator random(1);
    QByteArray out = R"({"status":"success","data":{"resultType":"matrix","result":[)";
    for (int series = 0; out.size() < bytes; ++series) {
        out += QByteArray(series > 0 ? "," : "") + R"({"metric":{"__name__":"splice_sequencer_events","node_name":"validator-)" + QByteArray::number(series)
            + R"(","job":"canton","namespace":"canton-mainnet","instance":"10.0.0.1:10013"},"values":[)";
        double counter = series;
        for (int point = 0; point < kPoints; ++point) {
            counter += random.bounded(5.0);
            out += QByteArray(point > 0 ? ",[" : "[") + QByteArray::number(1'700'000'000 + 15 * point) + ",\""
                + QByteArray::number(series % 2 == 0 ? double(qint64(counter)) : counter / 7, 'g', series % 2 == 0 ? 12 : 17) + "\"]";
        }
        out += "]}";
    }
    return out + "]}}";
}

struct Sum {
    qsizetype samples = 0;
    double values = 0;
};

Sum added(const Result<telemetry::SeriesBody> &read)
{
    Sum out;
    if (!read)
        return out;
    for (const network::TimeSeries &series : read->answer.series) {
        out.samples += qsizetype(series.samples.size());
        for (const network::Sample &sample : series.samples)
            out.values += sample.value;
    }
    return out;
}

Sum qjson(const QByteArray &body)
{
    Sum out;
    const QJsonArray result = QJsonDocument::fromJson(body)["data"_L1]["result"_L1].toArray();
    for (const QJsonValue &series : result) {
        const QJsonArray values = series["values"_L1].toArray();
        out.samples += values.size();
        for (const QJsonValue &pair : values)
            out.values += pair[1].toString().toDouble();
    }
    return out;
}

}

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    const int megabytes = argc > 1 ? std::max(1, QString::fromLocal8Bit(argv[1]).toInt()) : 64;
    const QByteArray body = matrix(qsizetype(megabytes) << 20);
    const double size = double(body.size()) / 1e6;
    Sum mine, theirs;
    double best = 1e9;
    for (int round = 0; round < 3; ++round) {   // the machine is shared
        QByteArray received;   // grown piece by piece, with room behind its end
        received.reserve(body.size() + 4096);
        received += body;
        Result<telemetry::SeriesBody> read;
        best = std::min(best, bench::milliseconds([&] { read = telemetry::readSeries(std::move(received)); }));
        mine = added(read);
    }
    const double qt = bench::milliseconds([&] { theirs = qjson(body); });
    QTextStream out(stdout);
    out << mine.samples << " samples, " << QString::number(size, 'f', 1) << " MB\n\n| reader | CPU ms | MB/s | times QJsonDocument |\n|---|---|---|---|\n"
        << "| series as they are kept | " << QString::number(best, 'f', 0) << " | " << QString::number(1000 * size / best, 'f', 0) << " | "
        << QString::number(qt / best, 'f', 1) << " |\n| QJsonDocument, added up | " << QString::number(qt, 'f', 0) << " | "
        << QString::number(1000 * size / qt, 'f', 0) << " | 1.0 |\n";
    if (mine.samples == 0 || mine.samples != theirs.samples || mine.values != theirs.values) {
        out << "the two do not read the same\n";
        return 1;
    }
    return qt / best >= 3 ? 0 : 1;
}
