// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QVBoxLayout;

namespace qd::ui {

/// A rounded panel over the window: operations, who am I, keys. Closes on Esc and on a click elsewhere, gives the focus back.
class Popup : public QFrame {
    Q_OBJECT
public:
    explicit Popup(const QString &name, QWidget *parent);
    [[nodiscard]] QVBoxLayout *body() const { return m_body; }
    /// Below `anchor`, right edges together, inside the window.
    void popupBelow(QWidget *anchor);
    void popupCentered();
    /// Texts in it have changed.
    void refit();

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void fit();
    QVBoxLayout *m_body;
};

}
