// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"
#include "models/ports/Alerts.h"

#include <QWidget>

class QComboBox;
class QLineEdit;
class QToolButton;
class QVBoxLayout;

namespace qd::ui {

class LinkButton;

/// The matchers of a silence as lines that are edited: label, sign, value.
class MatcherEditor : public QWidget {
    Q_OBJECT
public:
    explicit MatcherEditor(QWidget *parent = nullptr);
    void setMatchers(const QList<ports::Matcher> &matchers);
    /// Lines that are empty are left out.
    [[nodiscard]] QList<ports::Matcher> matchers() const;
    [[nodiscard]] int count() const { return int(m_lines.size()); }
    /// Bad border on the line of this index among matchers(); -1: none.
    void setProblem(int index);

Q_SIGNALS:
    void edited();

private:
    struct Line {
        QWidget *host;
        QLineEdit *name;
        QComboBox *sign;
        QLineEdit *value;
        QToolButton *remove;
    };
    Line &add(const ports::Matcher &matcher);
    void remove(QWidget *host);
    [[nodiscard]] static bool isEmpty(const Line &line);
    void rename();
    QVBoxLayout *m_column;
    LinkButton *m_more;
    QList<Line> m_lines;
};

}
