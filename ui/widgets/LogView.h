// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/LogBuckets.h"

#include <QTimer>
#include <QWidget>

class QBoxLayout;
class QHBoxLayout;
class QLabel;
class QMenu;
class QPushButton;
class QStackedLayout;
class QTableView;
class QToolButton;

namespace qd::ui {

class Label;
class LogChip;
class LogHistogram;
class LogTable;
class NoticeBar;
class SearchField;
class StatePage;

/// A log with everything to read it by (look.md "Logs", picture 13): search, levels, lines over time, fields and traces to filter by,
/// wrap, clock, follow, pause, copy, save. Arranges itself by the room it has. Shows a LogModel and knows nothing of where its lines
/// come from: who owns it answers pauseWanted() and says what waits. GUI thread.
class LogView : public QWidget {
    Q_OBJECT
public:
    /// `model` is borrowed and outlives this.
    explicit LogView(items::LogModel *model, QWidget *parent = nullptr);
    [[nodiscard]] LogTable *table() const { return m_table; }
    [[nodiscard]] StatePage *page() const { return m_page; }
    [[nodiscard]] LogHistogram *histogram() const { return m_histogram; }
    [[nodiscard]] QTableView *histogramTable() const { return m_twin; }
    /// A control of the owner's in front of the others.
    void addLead(QWidget *control, int stretch = 0);
    /// In place of the lines while there are none: the page is filled by the owner before.
    void showPage(bool page);
    /// Paused since then, with so much waiting (-1: not known, nobody asks); `held`: more than is kept waits at the server.
    void setPaused(bool paused, const QDateTime &since = {}, int waiting = 0, int errors = 0, bool held = false);
    [[nodiscard]] bool paused() const { return m_paused; }
    /// What keeps the log from being complete, as a bar; empty takes it away.
    void setTrouble(const QString &title, const QString &detail = {});
    /// What a saved file is called.
    void setFileName(const QString &name) { m_fileName = name; }
    /// Who keeps the lines can be asked for those with the text of the search alone, see searchWanted().
    void setFarSearch(bool far);
    /// Lines of these levels are not read: how many there are is not known.
    void setUnread(const QList<items::LogLevel> &levels);
    /// Of the chips that are off.
    [[nodiscard]] QList<items::LogLevel> hiddenLevels() const;
    /// All levels, no field filters, no search.
    void clearFilters();
    void jumpToLastError();
    void focusLines();
    [[nodiscard]] LogChip *chip(items::LogLevel level) const { return m_chips.value(level); }
    /// "12 new lines" while one reads above the end.
    [[nodiscard]] QPushButton *newLines() const { return m_pill; }
    /// Counts what is drawn now, not in a moment.
    void countNow();
    [[nodiscard]] QAction *action(const QString &id) const { return m_entries.value(id); }

Q_SIGNALS:
    void pauseWanted(bool paused);
    /// Only lines with this text are to be read, of all nodes or of those that are chosen.
    void searchWanted(const QString &text, bool everywhere);
    void levelsChanged();
    /// Copied or saved, or why not.
    void noticed(const QString &sentence, bool bad);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    bool event(QEvent *event) override;

private:
    void buildSearch();
    void buildLevels();
    void buildMenu();
    void buildKeys();
    void buildHistogram();
    void buildFoot();
    void connectTable();
    void arrange();
    [[nodiscard]] int needed(bool words) const;
    [[nodiscard]] QAction *addEntry(const QString &id, const QString &text, const QString &iconName, const QString &key, bool checkable);
    void addChip(items::LogLevel level);
    void updateCounts();
    void updateSeen();
    void updateFollow();
    void updatePill();
    void showFilters();
    void addFilter(const items::LogFilter &filter);
    void find(bool forward);
    void copyLines();
    void saveLines();
    void writeTo(const QString &path);
    void say(const QString &sentence);
    items::LogModel *m_model;
    items::LogBuckets m_buckets;
    QTimer m_count;
    QBoxLayout *m_bars;
    QBoxLayout *m_upper;             ///< the owner's controls and the search
    QHBoxLayout *m_lead;
    QHBoxLayout *m_first;
    QHBoxLayout *m_second;
    SearchField *m_search;
    Label *m_found;
    QHash<items::LogLevel, LogChip *> m_chips;
    QHash<QString, QAction *> m_entries;
    QPushButton *m_follow;
    QToolButton *m_more;
    QMenu *m_menu;
    QWidget *m_filterBar;
    NoticeBar *m_trouble;
    LogHistogram *m_histogram;
    QTableView *m_twin;
    QWidget *m_body;
    QStackedLayout *m_stack;
    LogTable *m_table;
    StatePage *m_page;
    QPushButton *m_pill;
    QWidget *m_foot;
    Label *m_footTitle;
    Label *m_footText;
    Label *m_footHint;
    QPushButton *m_resume;
    QList<items::LogLevel> m_unread;
    QString m_fileName;
    quint64 m_readArrived = 0;       ///< when the end was left
    quint64 m_readErrors = 0;
    bool m_paused = false;
    bool m_far = false;
};

}
