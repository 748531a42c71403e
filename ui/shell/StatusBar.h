// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/ShellContext.h"

#include <QWidget>

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

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void updateOperation();
    [[nodiscard]] QString freshnessText() const;
    const ShellContext &m_context;
    bool m_live = false;
    Label *m_fresh;
    Label *m_watched;
    StateGlyph *m_glyph;
    ElidedLabel *m_operation;
    Label *m_hints;
};

}
