// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/telemetry/SeriesNumbers.h"

#include <algorithm>
#include <array>

namespace qd::items {

int SeriesNumbers::hashed(const QString &key)
{
    // FNV-1a: qHash differs between machines and runs.
    quint32 hash = 2166136261U;
    const QByteArray bytes = key.toUtf8();
    for (const char byte : bytes)
        hash = (hash ^ quint8(byte)) * 16777619U;
    return int((hash >> 4) % kSeriesStyles);
}

QHash<QString, int> SeriesNumbers::assign(const QStringList &keys)
{
    // Pods come and go for weeks. Whoever begins anew gets the number of its hash, as nearly all have it anyway.
    constexpr qsizetype kMostKnown = 5000;
    if (m_known.size() > kMostKnown)
        m_known.clear();
    QStringList sorted = keys;
    sorted.sort();
    sorted.removeDuplicates();
    // Who has a number already comes first and keeps it.
    std::stable_partition(sorted.begin(), sorted.end(), [this](const QString &key) { return m_known.contains(key); });
    std::array<int, kSeriesStyles> used{};
    QHash<QString, int> out;
    out.reserve(sorted.size());
    for (const QString &key : std::as_const(sorted)) {
        const int wanted = m_known.value(key, hashed(key));
        const int least = *std::min_element(used.begin(), used.end());
        int number = wanted;
        while (used.at(size_t(number)) > least)
            number = (number + 1) % kSeriesStyles;
        ++used.at(size_t(number));
        if (!m_known.contains(key))
            m_known.insert(key, number);
        out.insert(key, number);
    }
    return out;
}

}
