// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/State.h"
#include "ui/theme/Tokens.h"

#include <QFrame>

class QHBoxLayout;
class QPushButton;

namespace qd::ui {

class Label;
class StateGlyph;

/// An inline bar: glyph, a sentence, a second line, buttons beside the text. Degraded is a warn bar, Failed bad,
/// Progressing busy, Ready ok, Stale warn with the clock. Named for screen readers by its texts.
class NoticeBar : public QFrame {
    Q_OBJECT
public:
    explicit NoticeBar(network::State state, const QString &title, const QString &detail = {}, QWidget *parent = nullptr);
    void setState(network::State state);
    [[nodiscard]] network::State state() const { return m_state; }
    /// `times`: how often it was said, behind the title from two on.
    void setTexts(const QString &title, const QString &detail = {}, int times = 1);
    /// Before the X, where there is one.
    QPushButton *addButton(const QString &text, const QString &iconName = {});
    void clearButtons();
    /// Rounded when it stands alone (in a dialog), square across a page.
    void setRounded(bool rounded);
    /// An X at the right; clicking it hides the bar and emits dismissed().
    void setDismissable(bool dismissable);
    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void dismissed();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    network::State m_state;
    StateGlyph *m_glyph;
    Label *m_title;
    Label *m_detail;
    Label *m_times;
    QHBoxLayout *m_head = nullptr;
    QHBoxLayout *m_buttons;
    QWidget *m_close = nullptr;
    bool m_rounded = false;
};

/// The veil over a window behind a dialog. Covers its parent and follows its size; eats the mouse.
class Scrim : public QWidget {
    Q_OBJECT
public:
    explicit Scrim(QWidget *parent);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
};

}
