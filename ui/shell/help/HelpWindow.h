// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/SettingsStore.h"

#include <QTextBrowser>
#include <QWidget>

class QLineEdit;
class QListWidget;
class QToolButton;

namespace qd::ui {

class Label;

/// The pages of help in a window of their own: list and search left, the page right, links between pages and into the window.
/// Everything is inside the program; nothing is ever fetched. Esc closes it. One per main window.
class HelpWindow : public QWidget {
    Q_OBJECT
public:
    explicit HelpWindow(SettingsStore *settings, QWidget *parent);
    /// Shows a page; one that is not known shows the first steps.
    void open(const QString &id);
    [[nodiscard]] QString current() const { return m_current; }
    [[nodiscard]] QTextBrowser *browser() const { return m_text; }
    [[nodiscard]] QListWidget *list() const { return m_list; }
    [[nodiscard]] QLineEdit *field() const { return m_field; }

Q_SIGNALS:
    /// A page of the main window is wanted.
    void paneWanted(const QString &pane);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;
    void closeEvent(QCloseEvent *event) override;

private:
    void connectAll();
    void go(const QString &id, bool remember);
    void follow(const QUrl &link);
    void search(const QString &text);
    void findNext();
    void step(int by);
    SettingsStore *m_settings;
    QLineEdit *m_field;
    QListWidget *m_list;
    QTextBrowser *m_text;
    Label *m_none;
    QToolButton *m_back;
    QToolButton *m_forward;
    QStringList m_history;
    qsizetype m_at = -1;
    QString m_current;
};

}
