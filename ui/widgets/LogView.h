// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/LogModel.h"

#include <QWidget>

#include <array>

class QBoxLayout;
class QHBoxLayout;
class QLabel;
class QMenu;
class QPushButton;
class QStackedLayout;
class QToolButton;

namespace qd::ui {

class Label;
class LogTable;
class NoticeBar;
class SearchField;
class StatePage;

/// A log with everything to read it by (look.md "Logs", picture 13): search, levels, fields to filter by, wrap, clock, follow,
/// pause, copy, save. Shows a LogModel and knows nothing of where its lines come from: who owns it answers pauseWanted() and
/// says what waits. GUI thread.
class LogView : public QWidget {
    Q_OBJECT
public:
    /// `model` is borrowed and outlives this.
    explicit LogView(items::LogModel *model, QWidget *parent = nullptr);
    [[nodiscard]] LogTable *table() const { return m_table; }
    [[nodiscard]] StatePage *page() const { return m_page; }
    /// In place of the lines while there are none: the page is filled by the owner before.
    void showPage(bool page);
    /// Wide: all controls in one row.
    void setWide(bool wide);
    /// Paused since then, with so much waiting; `held`: more than is kept waits at the server.
    void setPaused(bool paused, const QDateTime &since = {}, int waiting = 0, int errors = 0, bool held = false);
    [[nodiscard]] bool paused() const { return m_paused; }
    /// What keeps the log from being complete, as a bar; empty takes it away.
    void setTrouble(const QString &title, const QString &detail = {});
    /// What a saved file is called.
    void setFileName(const QString &name) { m_fileName = name; }
    /// All levels, no field filters, no search.
    void clearFilters();
    void jumpToLastError();
    void focusLines();
    [[nodiscard]] QPushButton *chip(items::LogLevel level) const { return m_chips.value(level); }

Q_SIGNALS:
    void pauseWanted(bool paused);
    /// Copied or saved, or why not.
    void noticed(const QString &sentence, bool bad);

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void buildSearch();
    void buildLevels();
    void buildMenu();
    void buildFoot();
    [[nodiscard]] QAction *addEntry(const QString &text, const QString &iconName, const QString &key, bool checkable);
    void addChip(items::LogLevel level, const QString &iconName, int token);
    void updateCounts();
    void showFilters();
    void addFilter(const items::LogFilter &filter);
    void find(bool forward);
    void copyLines();
    void saveLines();
    void writeTo(const QString &path);
    void say(const QString &sentence);
    items::LogModel *m_model;
    QBoxLayout *m_bars;
    QHBoxLayout *m_first;
    QHBoxLayout *m_second;
    SearchField *m_search;
    Label *m_found;
    QHash<items::LogLevel, QPushButton *> m_chips;
    QPushButton *m_follow;
    QToolButton *m_more;
    QMenu *m_menu;
    QWidget *m_filterBar;
    NoticeBar *m_trouble;
    QStackedLayout *m_stack;
    LogTable *m_table;
    StatePage *m_page;
    QWidget *m_foot;
    Label *m_footTitle;
    Label *m_footText;
    QPushButton *m_resume;
    QString m_fileName;
    bool m_wide = false;
    bool m_paused = false;
};

}
