// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QPointer>

class QHBoxLayout;
class QToolButton;
class QVBoxLayout;

namespace qd::ui {

class EnvironmentMark;
class Label;
class ElidedLabel;
class Scrim;

/// The frame of our dialogs: title with the environment's mark, context at the right, an X; body; footer with buttons.
/// Window-modal over a scrim, never larger than its parent's window; draws its own edge; Esc rejects. Opened with open(); who has asked
/// for the keyboard before has it, else the first field.
class DialogFrame : public QDialog {
    Q_OBJECT
public:
    explicit DialogFrame(QWidget *parent);
    ~DialogFrame() override;
    void setHeading(const QString &title, const QString &markId, const QString &context);
    /// Wished size; what is there of the parent's window bounds it.
    void setWishedSize(const QSize &size) { m_wished = size; }
    /// The body belongs to the title: no line between them.
    void setHeadJoined();

protected:
    [[nodiscard]] QVBoxLayout *body() const { return m_body; }
    /// A form that scrolls fills the body: its column, whose widget is the parent of what stands in it.
    [[nodiscard]] QVBoxLayout *addScrolledForm();
    [[nodiscard]] QHBoxLayout *footerLeft() const { return m_footerLeft; }
    [[nodiscard]] QHBoxLayout *footerRight() const { return m_footerRight; }
    /// Left of the buttons: what is missing.
    [[nodiscard]] Label *footerText() const { return m_footerText; }
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;

private:
    void focusFirstField();
    Label *m_title;
    EnvironmentMark *m_mark;
    ElidedLabel *m_context;
    QWidget *m_header;
    QToolButton *m_close;
    QWidget *m_headLine;
    QVBoxLayout *m_body;
    QHBoxLayout *m_footerLeft;
    QHBoxLayout *m_footerRight;
    Label *m_footerText;
    QPointer<Scrim> m_scrim;
    QSize m_wished{1090, 664};
};

}
