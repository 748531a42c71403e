// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QString>
#include <QStringList>

namespace qd::items {

/// How many colours and dashes there are (look.md "Charts").
inline constexpr int kSeriesStyles = 10;

/// Which of them a line has: by the hash of its key, else the next that is free in its chart. What a key once got it keeps, so that
/// lines that come, go or change places never recolour the others, and the same thing has the same colour all over a page.
class SeriesNumbers {
public:
    /// 0 to kSeriesStyles - 1 for each key of one chart, whatever their order.
    [[nodiscard]] QHash<QString, int> assign(const QStringList &keys);
    /// What the key would like to have; the same on every machine.
    [[nodiscard]] static int hashed(const QString &key);

private:
    QHash<QString, int> m_known;
};

}
