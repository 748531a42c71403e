// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/Readings.h"

#include <algorithm>

namespace qd::items {

using namespace Qt::StringLiterals;
using network::Cell;

namespace {

constexpr qint64 kDay = 86400;
constexpr qint64 kThinned = 120;      ///< seconds between readings once there are many
constexpr qsizetype kMany = 720;
constexpr qint64 kShortest = 15;      ///< seconds, the first step when all together are too many
constexpr qint64 kSpans[]{600, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, kDay};

QString keyOf(const QString &cluster, const QString &uid, const QString &column)
{
    return cluster + u'\n' + uid + u'\n' + column;
}

const QStringList &keptColumns()
{
    static const QStringList columns{u"traffic"_s, u"balance"_s};
    return columns;
}

}

Readings::Readings(const Clock *clock, QObject *parent, qsizetype most)
    : QObject(parent)
    , m_clock(clock)
    , m_most(most)
{
}

Readings::~Readings() = default;

void Readings::addEnvironment(state::Environment *environment, const QList<const network::KindInfo *> &kinds)
{
    connect(environment, &state::Environment::freshnessChanged, this, [this, environment] { freshness(environment); });
    freshness(environment);
    for (const network::KindInfo *kind : kinds) {
        const bool kept = std::any_of(kind->columns.begin(), kind->columns.end(),
                                      [](const network::Column &c) { return keptColumns().contains(c.id); });
        if (!kept)
            continue;
        state::ResourceStore *store = environment->store(*kind);
        connect(store, &state::ResourceStore::changed, this,
                [this, store](const QStringList &upserted, const QStringList &removed) { adopt(store, upserted, removed); });
        adopt(store, store->rows().keys(), {});
    }
}

void Readings::adopt(state::ResourceStore *store, const QStringList &upserted, const QStringList &removed)
{
    const qint64 now = m_clock->now().toSecsSinceEpoch();
    const QList<network::Column> &columns = store->kind().columns;
    for (qsizetype i = 0; i < columns.size(); ++i) {
        const QString &column = columns.at(i).id;
        if (!keptColumns().contains(column))
            continue;
        for (const QString &uid : upserted) {
            const state::RowPtr row = store->row(uid);
            if (!row || i >= row->cells.size())
                continue;
            const Cell cell = row->cells.at(i);
            const std::optional<double> value = cell.is == Cell::Is::Number ? std::optional(cell.number)
                : cell.is == Cell::Is::Integer                              ? std::optional(double(cell.integer))
                                                                            : std::nullopt;
            add(store->cluster(), uid, column, {now, value});
        }
        for (const QString &uid : removed)
            m_count -= m_readings.take(keyOf(store->cluster(), uid, column)).size();
    }
}

void Readings::add(const QString &cluster, const QString &uid, const QString &column, const Reading &reading)
{
    const QString key = keyOf(cluster, uid, column);
    const auto known = m_readings.find(key);
    if (known == m_readings.end()) {
        if (reading.value) {
            m_readings.insert(key, {reading});
            ++m_count;
        }
    } else if (reading.at < known->last().at) {   // of a recording
        known->insert(std::upper_bound(known->begin(), known->end(), reading.at, [](qint64 at, const Reading &r) { return at < r.at; }),
                      reading);
        ++m_count;
    } else {
        append(*known, reading);
    }
    if (m_count > m_most)
        thinAll(reading.at);
}

void Readings::append(QList<Reading> &readings, const Reading &reading)
{
    const std::optional<double> last = readings.last().value;
    if (last == reading.value)
        return;
    const bool close = readings.size() > 1 && reading.at - readings.at(readings.size() - 2).at < m_step;
    if (close && last && reading.value) {
        readings.last() = reading;
        return;
    }
    readings.append(reading);
    ++m_count;
    if (readings.size() > kMany)
        thin(readings, reading.at, kThinned);
}

/// What is older than a day goes, but for the reading that held at its beginning; of the others one in a step stays.
void Readings::thin(QList<Reading> &readings, qint64 now, qint64 step)
{
    QList<Reading> kept;
    for (qsizetype i = 0; i < readings.size(); ++i) {
        const bool last = i + 1 == readings.size();
        if (!last && readings.at(i + 1).at <= now - kDay)
            continue;
        if (last || kept.isEmpty() || readings.at(i).at - kept.last().at >= step || !readings.at(i).value)
            kept.append(readings.at(i));
    }
    m_count -= readings.size() - kept.size();
    kept.squeeze();
    readings = kept;
}

/// There are too many: of each object one in a longer step stays, until a quarter of the room is free. What every object has at least stays.
void Readings::thinAll(qint64 now)
{
    while (m_count > m_most / 4 * 3 && m_step < kDay) {
        m_step = std::max(kShortest, 2 * m_step);
        for (QList<Reading> &readings : m_readings)
            thin(readings, now, m_step);
    }
}

void Readings::freshness(const state::Environment *environment)
{
    const Freshness fresh = environment->freshness();
    QList<Gap> &gaps = m_gaps[environment->name()];
    const bool open = !gaps.isEmpty() && gaps.last().to == 0;
    if (fresh.state == Freshness::State::Stale && !open && fresh.lastAnswer.isValid())
        gaps.append({fresh.lastAnswer.toSecsSinceEpoch(), 0});
    else if (fresh.state == Freshness::State::Fresh && open)
        gaps.last().to = m_clock->now().toSecsSinceEpoch();
    const qint64 old = m_clock->now().toSecsSinceEpoch() - kDay;
    gaps.removeIf([old](const Gap &gap) { return gap.to > 0 && gap.to < old; });
}

void Readings::addGap(const QString &cluster, qint64 from, qint64 to)
{
    m_gaps[cluster].append({from, to});
}

bool Readings::heard(const QString &cluster, qint64 at) const
{
    const QList<Gap> gaps = m_gaps.value(cluster);
    return std::none_of(gaps.begin(), gaps.end(), [at](const Gap &gap) { return at > gap.from && (gap.to == 0 || at < gap.to); });
}

QList<Readings::Reading> Readings::of(const QString &cluster, const QString &uid, const QString &column) const
{
    return m_readings.value(keyOf(cluster, uid, column));
}

Readings::Trend Readings::trend(const QString &cluster, const QString &uid, const QString &column, int points) const
{
    const QList<Reading> all = of(cluster, uid, column);
    const qint64 now = m_clock->now().toSecsSinceEpoch();
    const qint64 age = all.isEmpty() ? 0 : now - all.first().at;
    const auto *span = std::find_if(std::begin(kSpans), std::end(kSpans), [age](qint64 s) { return s >= age; });
    Trend out;
    out.span = span == std::end(kSpans) ? kDay : *span;
    if (all.isEmpty()) {
        out.values.resize(points);
        return out;
    }
    out.first = std::max(all.first().at, now - out.span);
    qsizetype next = 0;
    std::optional<double> value;
    for (int i = 0; i < points; ++i) {
        const qint64 at = now - out.span + out.span * i / std::max(1, points - 1);
        while (next < all.size() && all.at(next).at <= at)
            value = all.at(next++).value;
        out.values.append(heard(cluster, at) ? value : std::nullopt);
    }
    return out;
}

}
