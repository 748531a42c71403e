// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/ShellContext.h"

#include <QDateTime>
#include <QWidget>

class QToolButton;

namespace qd::ui {

class ElidedLabel;
class Label;
class StateGlyph;

/// The bottom line: how fresh the truth is, the newest operation, the keys of the pane.
class StatusBar : public QWidget {
    Q_OBJECT
public:
    explicit StatusBar(const ShellContext &context, QWidget *parent = nullptr);
    void tick();
    void setKeyHints(const QString &hints);
    void setFolded(bool folded);
    /// Live updates wait since now; `waiting` objects have changed meanwhile. Shows a button to go on.
    void setPaused(bool paused, int waiting);
    [[nodiscard]] QToolButton *resumeButton() const { return m_resume; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void updateOperation();
    void tellOperation(const state::Operation &newest);
    [[nodiscard]] QString freshnessText() const;
    const ShellContext &m_context;
    bool m_live = false;
    bool m_paused = false;
    bool m_folded = false;
    QDateTime m_pausedAt;
    QToolButton *m_resume;
    Label *m_fresh;
    Label *m_watched;
    int m_kinds = -1;     ///< how many are watched, as m_watched says
    StateGlyph *m_glyph;
    ElidedLabel *m_operation;
    Label *m_hints;
};

}
