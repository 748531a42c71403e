// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/Environment.h"

#include <QObject>
#include <QThreadPool>
#include <QTimer>

namespace qd::console {

/// Gives the pages of the heap's holes back to the system: a list of tens of thousands that came leaves several times its size in
/// holes. Some seconds after lists are complete, and every few minutes while rows change; nothing runs while nothing changes.
/// GUI thread; the work is done on a thread of its own.
class HeapTrim : public QObject {
    Q_OBJECT
public:
    /// Milliseconds after the last list came, and between two times while rows change.
    explicit HeapTrim(int loadedMs = 4000, int busyMs = 120'000);
    ~HeapTrim() override;
    /// What comes for this environment counts from now on.
    void watch(state::Environment *environment);

private:
    void watchStore(state::ResourceStore *store);
    void trim();
    int m_loadedMs, m_busyMs;
    QTimer m_timer;
    QThreadPool m_pool;
};

}
