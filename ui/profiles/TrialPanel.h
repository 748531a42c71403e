// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Clock.h"
#include "models/ports/ProfileStore.h"

#include <QPointer>
#include <QWidget>

class QLineEdit;
class QPushButton;
class QTimer;
class QVBoxLayout;

namespace qd::ui {

class Label;

/// A profile that is being tried: its steps with state, time and words; the link while the browser is waited for; where it failed, why
/// and the way out. Follows one trial at a time and owns it. GUI thread.
class TrialPanel : public QWidget {
    Q_OBJECT
public:
    explicit TrialPanel(const Clock *clock, QWidget *parent = nullptr);
    ~TrialPanel() override;
    /// Starts it; another one that runs is cancelled. `name` may be empty: a profile that has none yet.
    void run(const QString &name, std::unique_ptr<ports::ProfileTrial> trial);
    [[nodiscard]] bool running() const;
    void cancel();
    /// One sentence about the whole.
    [[nodiscard]] QString summary() const;

Q_SIGNALS:
    void changed();
    void closeWanted();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void follow();
    void tick();
    void addStep(const ports::TrialStep &step);
    [[nodiscard]] int firstIn(ports::TrialState state) const;
    const Clock *m_clock;
    std::unique_ptr<ports::ProfileTrial> m_trial;
    QList<ports::TrialStep> m_shown;
    Label *m_title;
    Label *m_summary;
    QVBoxLayout *m_steps;
    QPointer<QWidget> m_rows;
    QWidget *m_waiting;
    Label *m_waitText;
    QLineEdit *m_link;
    Label *m_code;
    QPushButton *m_again;
    QPushButton *m_byCode;
    QPushButton *m_cancel;
    QTimer *m_timer;
};

}
