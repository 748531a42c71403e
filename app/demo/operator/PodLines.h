// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QDateTime>
#include <QStringList>

namespace qd::demo {

/// What the programs in the pods write. Lines are "LEVEL|text"; formatLine makes of them what stands in the log: Canton's JSON
/// (LogstashEncoder: @timestamp, message, logger_name, thread_name, level, trace-id) for the Canton nodes and Splice apps,
/// PostgreSQL's, nginx' and CometBFT's own text for theirs.
[[nodiscard]] QByteArray formatLine(const QString &component, const QString &level, const QString &text, const QDateTime &now);
[[nodiscard]] QStringList startLines(const QString &component, const QString &version);
[[nodiscard]] QStringList readyLines(const QString &component);
/// One line of the everyday life of a component; which one depends on the chance, 0 to 1.
[[nodiscard]] QString dailyLine(const QString &component, double chance, const QDateTime &now);

}
