// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLineEdit;
class QPushButton;

namespace qd::ui {

class Label;

/// One disagreeing field of the conflict chooser in full (picture 15): its path, what the server's schema says of it, either
/// value as a button, another one to type, and what each would do.
class ConflictField : public QWidget {
    Q_OBJECT
public:
    struct Shown {
        QString label;
        QString limits = {};        ///< "integer, 0 to 1000000"; empty: no schema
        QString mine, theirs;
        QString result = {};        ///< what is typed or chosen
        QString effect = {};        ///< what the values would do, or what the field is
        QString problem = {};       ///< why the typed one is no value
        bool typed = false;         ///< the result is neither of both
        bool mayType = true;        ///< a secret is chosen, not typed
    };
    explicit ConflictField(QWidget *parent = nullptr);
    void present(const Shown &shown);

Q_SIGNALS:
    void mineWanted();
    void theirsWanted();
    void valueTyped(const QString &text);

private:
    Label *m_name;
    Label *m_limits;
    QPushButton *m_mine;
    QPushButton *m_theirs;
    Label *m_or;
    QLineEdit *m_other;
    Label *m_effect;
};

}
