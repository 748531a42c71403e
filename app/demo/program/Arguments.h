// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QHash>
#include <QString>
#include <QStringList>

#include <chrono>

namespace qd::demo {

enum ExitCode { Ok = 0, Failed = 1, Usage = 2, Unreachable = 3, NotAllowed = 4 };

/// The command line of quarterdeck-demo as typed, checked against the table of commands.
struct Arguments {
    QString command;                        ///< "help" and "version" too
    QStringList words;                      ///< what follows the command
    QHash<QString, QString> flags;          ///< without dashes; a flag without a value holds "true"
    [[nodiscard]] bool has(const QString &flag) const { return flags.contains(flag); }
    [[nodiscard]] QString value(const QString &flag, const QString &otherwise = {}) const { return flags.value(flag, otherwise); }
};

/// Errors name the argument and what is possible instead. Numbers are checked here: port, pid, seed, scale, speed.
[[nodiscard]] Result<Arguments> parseArguments(const QStringList &arguments);
/// --token-lifetime; else a quarter of an hour by the network's --speed, ten seconds at least.
[[nodiscard]] std::chrono::seconds tokenLifetime(const Arguments &arguments);
[[nodiscard]] QString helpText(const QString &command);

}
