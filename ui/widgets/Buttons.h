// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPushButton>
#include <QToolButton>

namespace qd::ui {

/// What a push button is for; sets the style's properties.
enum class ButtonKind : quint8 { Normal, Primary, Production, Danger, Ghost };
[[nodiscard]] QPushButton *makeButton(const QString &text, ButtonKind kind = ButtonKind::Normal, const QString &iconName = {},
                                      QWidget *parent = nullptr);
void setButtonKind(QPushButton *button, ButtonKind kind);

/// An icon alone; `name` is its accessible name and tooltip.
[[nodiscard]] QToolButton *makeIconButton(const QString &iconName, const QString &name, QWidget *parent = nullptr);

/// A toggle that looks like a button ("Problems only").
class PillButton : public QPushButton {
    Q_OBJECT
public:
    explicit PillButton(const QString &text, QWidget *parent = nullptr);
};

/// "…" that opens a menu of the verbs that have no button. Its menu is filled by the owner with addAction.
class OverflowMenuButton : public QToolButton {
    Q_OBJECT
public:
    explicit OverflowMenuButton(const QString &name, QWidget *parent = nullptr);

protected:
    void actionEvent(QActionEvent *event) override;
};

/// Copies a text; says so in its tooltip for a moment.
class CopyButton : public QToolButton {
    Q_OBJECT
public:
    explicit CopyButton(const QString &what, QWidget *parent = nullptr);
    void setText(const QString &text) { m_text = text; }

private:
    QString m_text;
};

}
