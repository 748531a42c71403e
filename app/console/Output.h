// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Error.h"

#include <QJsonValue>
#include <QString>
#include <QStringList>

namespace qd::console {

/// Standard output is for results only; messages go to standard error. A closed pipe ends the program quietly.
void print(const QByteArray &text);
void printLine(const QString &text);
/// One document, indented.
void printJson(const QJsonValue &value);
/// One object on one line (NDJSON).
void printJsonLine(const QJsonValue &value);
/// Columns padded to their widest cell, two spaces between; the last one is not padded.
void printTable(const QStringList &header, const QList<QStringList> &rows);
void say(const QString &message);
void sayError(const Error &error);
[[nodiscard]] bool stdinIsTerminal();
/// A line typed at the terminal; empty at the end of input.
[[nodiscard]] QString askLine(const QString &question);

}
