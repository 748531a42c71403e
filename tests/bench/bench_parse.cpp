// SPDX-License-Identifier: GPL-3.0-or-later
// Parse rate of the watch stream: our decoder, parsed and stored, beside QJsonDocument on the same bytes in the same run.
//   bench_parse [EVENTS]
#include "app/kube/ReflectorBatches.h"
#include "app/kube/RowDecoder.h"
#include "models/core/Json.h"
#include "models/network/KindTable.h"
#include "models/state/ResourceStore.h"

#include <QCoreApplication>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QTextStream>

#include <algorithm>
#include <ctime>
#include <functional>
#include <memory>

using namespace qd;
using namespace qd::kube;
using namespace Qt::StringLiterals;

namespace {

using Store = state::ResourceStore;

constexpr qsizetype kChunk = 64 * 1024;   // as the network gives them

QByteArray hex(QRandomGenerator *random, int length)
{
    static constexpr char digits[] = "0123456789abcdef";
    QByteArray out(length, Qt::Uninitialized);
    for (char &c : out)
        c = digits[random->bounded(16)];
    return out;
}

/// The kind of resources/kinds.yaml, as far as the decoder sees it.
network::KindInfo partyKind()
{
    static const char table[] = R"({"schema":1,"kinds":[{"kind":"Party","group":"canton.quarterdeck.io","version":"v1alpha1","plural":"parties",
        "phase":"/status/phase","network":"/metadata/labels/canton.quarterdeck.io~1network","phases":{"Pending":"provisioning","Ready":"ready"},
        "columns":[{"id":"node","title":"Node","type":"ref","pointer":"/spec/nodeRef"},
        {"id":"displayName","title":"Display name","type":"text","pointer":"/spec/displayName"},
        {"id":"type","title":"Type","type":"text","pointer":"/spec/type"},
        {"id":"partyId","title":"Party id","type":"text","pointer":"/status/partyId"},
        {"id":"hosts","title":"Hosts","type":"count","pointer":"/status/hostedOn"},
        {"id":"hint","title":"Hint","type":"text","pointer":"/spec/hint"},
        {"id":"threshold","title":"Threshold","type":"integer","pointer":"/spec/threshold"},
        {"id":"ansName","title":"Name service","type":"text","pointer":"/status/ansName"},
        {"id":"since","title":"Effective","type":"time","pointer":"/status/effectiveSince"},
        {"id":"message","title":"Message","type":"text","pointer":"/status/message"}]}]})";
    const Result<network::KindTable> kinds = network::KindTable::fromJson(QJsonDocument::fromJson(table).object());
    return kinds ? kinds->kinds().first() : network::KindInfo{};
}

/// What tests/live/load.py makes, as the API server sends it: about 2.5 KB, annotation values half random, managedFields.
QByteArray party(QRandomGenerator *random, int number)
{
    const QByteArray id = QByteArray::number(number).rightJustified(6, '0');
    const QByteArray filler = QByteArray("Settlement party of the consortium, hosted on one validator. ").repeated(4).left(200);
    QByteArray notes;
    QByteArray owned;
    for (int i = 0; i < 4; ++i) {
        const QByteArray key = "example.com/note-" + QByteArray::number(i);
        notes += (i > 0 ? ",\"" : "\"") + key + "\":\"" + hex(random, 200) + filler + '"';
        owned += ",\"f:" + key + "\":{}";
    }
    return R"({"type":"ADDED","object":{"apiVersion":"canton.quarterdeck.io/v1alpha1","kind":"Party","metadata":{"annotations":{)" + notes
        + R"(},"creationTimestamp":"2026-01-01T00:00:00Z","generation":1,"labels":{"canton.quarterdeck.io/network":"devnet"},"managedFields":)"
          R"([{"apiVersion":"canton.quarterdeck.io/v1alpha1","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:annotations":{".":{})"
        + owned + R"(},"f:labels":{".":{},"f:canton.quarterdeck.io/network":{}}},"f:spec":{".":{},"f:displayName":{},"f:hint":{},"f:nodeRef":{)"
        + R"(".":{},"f:kind":{},"f:name":{}}}},"manager":"python","operation":"Update","time":"2026-01-01T00:00:00Z"}],"name":"party-)" + id
        + R"(","namespace":"canton-devnet","resourceVersion":")" + QByteArray::number(1000 + number) + R"(","uid":")" + hex(random, 8) + "-"
        + hex(random, 4) + "-4" + hex(random, 3) + "-a" + hex(random, 3) + "-" + hex(random, 12)
        + R"("},"spec":{"displayName":"Party number )" + QByteArray::number(number) + R"(","hint":"party-)" + id
        + R"(","nodeRef":{"kind":"Validator","name":"load"},"type":"Local"}}})" + "\n";
}

qint64 residentBytes()
{
    QFile file(u"/proc/self/statm"_s);
    return file.open(QIODevice::ReadOnly) ? file.readAll().split(' ').value(1).toLongLong() * 4096 : 0;
}

void inChunks(const QByteArray &stream, const std::function<void(const QByteArray &)> &take)
{
    for (qsizetype at = 0; at < stream.size(); at += kChunk)
        take(QByteArray::fromRawData(stream.constData() + at, std::min(kChunk, stream.size() - at)));
}

qsizetype framed(const QByteArray &stream)
{
    EventFramer framer;
    qsizetype count = 0;
    inChunks(stream, [&](const QByteArray &bytes) {
        framer.append(bytes);
        while (framer.next())
            ++count;
    });
    return count;
}

qsizetype decoded(const QByteArray &stream, bool bodies, Store *store)
{
    WatchDecoder decoder(partyKind(), bodies);
    ReflectorBatches batches(false);
    batches.beginSync();
    qsizetype count = 0;
    int chunks = 0;
    const auto flush = [&] { store->applyBatch(batches.take()); };
    inChunks(stream, [&](const QByteArray &bytes) {
        decoder.append(bytes);
        while (std::optional<DecodedEvent> event = decoder.next()) {
            count += event->type == DecodedEvent::Type::Added ? 1 : 0;
            if (store)
                batches.upsert(std::move(event->row));
        }
        if (store && ++chunks % 64 == 0)
            flush();
    });
    if (store)
        flush();
    return count;
}

qsizetype qjson(const QByteArray &stream)
{
    const network::KindInfo kind = partyKind();
    EventFramer framer;
    qsizetype count = 0;
    inChunks(stream, [&](const QByteArray &bytes) {
        framer.append(bytes);
        while (const std::optional<Frame> frame = framer.next()) {
            const QJsonDocument document = QJsonDocument::fromJson(QByteArray::fromRawData(frame->data, qsizetype(frame->size)));
            const QJsonValue object = document.object().value("object"_L1);
            qsizetype found = 0;
            for (const network::Column &column : kind.columns)
                found += json::at(object, column.pointer).isUndefined() ? 0 : 1;
            count += found > 0 ? 1 : 0;
        }
    });
    return count;
}

struct Line {
    QString name;
    double seconds = 0;
    qsizetype events = 0;
};

/// Processor time of this process, the best of three: the machine is shared. `after` is not counted.
Line timed(const QString &name, const std::function<qsizetype()> &work, int rounds = 3, const std::function<void()> &after = {})
{
    Line line{name, 1e9, 0};
    for (int i = 0; i < rounds; ++i) {
        const std::clock_t begin = std::clock();
        line.events = work();
        line.seconds = std::min(line.seconds, double(std::clock() - begin) / CLOCKS_PER_SEC);
        if (after)
            after();
    }
    return line;
}

}

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    const int events = argc > 1 ? std::max(1, QString::fromLocal8Bit(argv[1]).toInt()) : 50000;
    QRandomGenerator random(1);
    QByteArray stream;
    for (int i = 0; i < events; ++i)
        stream += party(&random, i);

    const qint64 before = residentBytes();
    Store store({}, partyKind());
    const Line stored = timed(u"parsed and stored, bodies kept"_s, [&] { return decoded(stream, true, &store); }, 1);
    const qint64 grown = residentBytes() - before;
    qsizetype bodies = 0;
    for (const auto &row : store.rows())
        bodies += row->body.size();

    std::unique_ptr<Store> again;
    const auto fresh = [&again] { again = std::make_unique<Store>(QString(), partyKind()); };
    fresh();
    QList<Line> lines{timed(u"framed only"_s, [&] { return framed(stream); }),
                      timed(u"parsed, bodies not kept"_s, [&] { return decoded(stream, false, nullptr); }),
                      timed(u"parsed, bodies packed"_s, [&] { return decoded(stream, true, nullptr); }),
                      timed(u"parsed and stored, bodies kept"_s, [&] { return decoded(stream, true, again.get()); }, 3, fresh),
                      timed(u"QJsonDocument, same columns, nothing kept"_s, [&] { return qjson(stream); }, 1)};
    QTextStream out(stdout);
    const double megabytes = double(stream.size()) / 1e6;
    out << events << " events of " << stream.size() / events << " bytes, " << QString::number(megabytes, 'f', 1) << " MB\n\n"
        << "| reader | CPU s | MB/s | events/s | times QJsonDocument |\n|---|---|---|---|---|\n";
    const double base = lines.last().seconds;
    bool complete = stored.events == events && store.rows().size() == events;
    for (const Line &line : std::as_const(lines)) {
        out << "| " << line.name << " | " << QString::number(line.seconds, 'f', 3) << " | " << QString::number(megabytes / line.seconds, 'f', 0)
            << " | " << QString::number(events / line.seconds, 'f', 0) << " | " << QString::number(base / line.seconds, 'f', 1) << " |\n";
        complete = complete && line.events == events;
    }
    out << "\nmemory of the stored rows: " << QString::number(double(grown) / 1e6, 'f', 1) << " MB, " << grown / events << " bytes a row, of which "
        << bodies / events << " bytes packed body (first fill took " << QString::number(stored.seconds, 'f', 3) << " s)\n";
    if (!complete)
        out << "NOT EVERY EVENT WAS READ\n";
    return complete ? 0 : 1;
}
