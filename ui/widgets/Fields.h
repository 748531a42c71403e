// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLineEdit>

class QVBoxLayout;

namespace qd::ui {

class Label;

/// A line edit with a leading icon, a clear button and, while empty, a key hint at the right ("Ctrl+K").
class SearchField : public QLineEdit {
    Q_OBJECT
public:
    SearchField(const QString &iconName, const QString &placeholder, const QString &accessibleName, QWidget *parent = nullptr);
    void setKeyHint(const QString &hint);
    /// Larger, as the one field of a panel: the hint stays while typing, nothing to clear with.
    void setRoomy();
    /// Bad border and tooltip; empty takes it away.
    void setProblem(const QString &problem);

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void updateMargins();
    QString m_icon;
    QString m_hint;
    bool m_roomy = false;
};

/// The filter of a table: SearchField with the filter icon; emits filterEdited 150 ms after the last key, at once on Enter.
class FilterField : public SearchField {
    Q_OBJECT
public:
    explicit FilterField(QWidget *parent = nullptr);

Q_SIGNALS:
    void filterEdited(const QString &text);
};

/// Label above, the editor, help or error below (look.md "Forms"). The editor's accessible name and description follow.
class FormField : public QWidget {
    Q_OBJECT
public:
    FormField(const QString &label, QWidget *editor, const QString &help = {}, bool optional = false, QWidget *parent = nullptr);
    [[nodiscard]] QWidget *editor() const { return m_editor; }
    [[nodiscard]] QString label() const;
    void setLabel(const QString &label);
    /// Quiet where the label stands beside what is read first.
    void setQuiet();
    /// Glyph and sentence below, bad border; empty takes it away.
    void setError(const QString &message);
    [[nodiscard]] bool hasError() const { return m_bad; }
    void setHelp(const QString &help);
    /// What is known to be good about the value, with a tick, in place of the help; empty takes it away.
    void setGood(const QString &message);
    /// What is odd about it and keeps from nothing, likewise.
    void setWarning(const QString &message);

private:
    void refresh();
    Label *m_label;
    QWidget *m_editor;
    class StateGlyph *m_glyph;
    Label *m_below;
    QString m_help;
    QString m_error;
    QString m_good;
    QString m_warning;
    bool m_bad = false;
};

}
