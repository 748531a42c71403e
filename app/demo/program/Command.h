// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/program/Arguments.h"

#include <QJsonObject>
#include <QObject>

#include <memory>

namespace qd::demo {

/// One command of quarterdeck-demo. run() begins, finished() ends the program with that code.
class Command : public QObject {
    Q_OBJECT
public:
    virtual void run() = 0;
    /// SIGINT, SIGTERM, SIGHUP, or the parent is gone: clean up and finish.
    virtual void end() = 0;

Q_SIGNALS:
    void finished(int code);
};

[[nodiscard]] std::unique_ptr<Command> makeServe(const Arguments &arguments);
[[nodiscard]] std::unique_ptr<Command> makeSeed(const Arguments &arguments);
[[nodiscard]] std::unique_ptr<Command> makeOperator(const Arguments &arguments);
[[nodiscard]] std::unique_ptr<Command> makeUp(const Arguments &arguments);

/// One JSON document on one line of stdout.
void printJson(const QJsonObject &object);
void print(const QString &text);
/// To stderr, after the program's name.
void say(const QString &text);
void sayError(const Error &error);

}
