// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Clock.h"

#include <QObject>

#include <memory>

namespace qd::kube {

/// A single-shot timer. Lives on the thread of its parent.
class Alarm : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    /// Starts, or starts again.
    virtual void start(int ms) = 0;
    virtual void stop() = 0;
    [[nodiscard]] virtual bool active() const = 0;

Q_SIGNALS:
    void fired();
};

/// Clock, timers and chance of the live lists; tests move it by hand (tests/support/ManualTime.h).
class ReflectorTime {
public:
    virtual ~ReflectorTime() = default;
    [[nodiscard]] virtual const Clock &clock() const = 0;
    [[nodiscard]] virtual Alarm *makeAlarm(QObject *parent) = 0;
    /// [0, 1)
    [[nodiscard]] virtual double chance() = 0;
};

[[nodiscard]] std::shared_ptr<ReflectorTime> makeSystemTime();

}
