// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QMap>
#include <QString>
#include <QStringList>

namespace qd::console {

/// Exit codes of the command line (commands.md).
enum ExitCode : int {
    Ok = 0, Failed = 1, Usage = 2, Unreachable = 3, NotAllowed = 4, Conflict = 5, Unsettled = 6, Interrupted = 130
};

/// The exit code an error stands for.
[[nodiscard]] int exitCodeOf(const Error &error);

/// What was asked for: flags by long name without dashes, words in order. A flag without value is "true".
struct Invocation {
    QString command;                         ///< "", "config view", doctor, watch, show, actions, do, login, logout, whoami, journal, tour, help, version
    QStringList words;                       ///< what follows the command
    QMap<QString, QStringList> flags;
    [[nodiscard]] bool has(const QString &flag) const { return flags.contains(flag); }
    [[nodiscard]] QString value(const QString &flag, const QString &otherwise = {}) const;
    [[nodiscard]] bool json() const { return value(QStringLiteral("output")) == QLatin1String("json"); }
};

/// Parses the arguments after the program's name. Errors name the word and the nearest known one, or what the command takes.
[[nodiscard]] Result<Invocation> parseCommandLine(const QStringList &arguments);
/// "config" stands for "config view".
[[nodiscard]] bool isCommand(const QString &name);
/// First words of all of them, "config" once.
[[nodiscard]] QStringList commandNames();
/// The help text, of everything or of one command.
[[nodiscard]] QString helpText(const QString &command = {});

}
