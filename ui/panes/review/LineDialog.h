// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/panes/review/DialogFrame.h"

#include <functional>

class QLineEdit;
class QPushButton;

namespace qd::ui {

class FormField;

/// One line of text, for a note, a title or an address. Not accepted while check() names a problem, which stands at the field.
class LineDialog final : public DialogFrame {
    Q_OBJECT
public:
    /// `context` stands under the heading; `help` under the field; `button` is the verb that accepts.
    LineDialog(const QString &heading, const QString &context, const QString &label, const QString &help, const QString &button, QWidget *parent);
    /// What is wrong with a text, or nothing; by default an empty one is.
    std::function<QString(const QString &)> check;
    [[nodiscard]] QString text() const;         ///< without spaces around it
    void setText(const QString &text);

private:
    QLineEdit *m_edit;
    FormField *m_field;
    QPushButton *m_ok;
};

}
