// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QPointer>
#include <QWidget>

#include <functional>

class QTimer;

namespace qd::ui {

/// Calls once the window has nothing left to do: journals are read, answers have arrived, and the pauses the window makes
/// by itself (a filter that waits for more letters, a page that gathers changes) are skipped in their order, so that a scene
/// takes as long as its work and comes out the same on a slow machine. Waits of a second and more stay: a notice, the next try.
/// GUI thread; ends with the window.
class TourQuiet : public QObject {
    Q_OBJECT
public:
    using Then = std::function<void()>;
    /// A step of a scene; steps come in the order they were asked for, steps a step asks for before what waits for the end.
    static void then(QWidget *window, Then step);
    /// After all steps.
    static void atEnd(QWidget *window, Then call);

private:
    TourQuiet(QWidget *window, Then call, bool last);
    void look();
    [[nodiscard]] bool mine() const;
    [[nodiscard]] bool reading() const;
    [[nodiscard]] bool skipPause();
    QWidget *m_window;
    Then m_call;
    QTimer *m_poll;
    int m_number;
    bool m_last;
    int m_quiet = 0;
    int m_skipped = 0;
    int m_late = 0;
    QElapsedTimer m_since;   ///< the last look
};

}
