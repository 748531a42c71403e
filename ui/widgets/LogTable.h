// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/LogModel.h"
#include "ui/widgets/Faces.h"

#include <QAbstractItemView>
#include <QPointer>

namespace qd::ui {

class LogFields;
class Tokens;

/// The lines of a LogModel (look.md "Logs", picture 13): time, level, source, message, trace; gaps as hatched rows; one line at a time
/// unfolds its fields; a gap loads its lines where somebody keeps them. Only what is on screen is measured, so 100,000 lines cost what 40 do. Keys: Enter unfolds, n and N next and
/// previous error, T only the lines of its trace, Ctrl+C copies, End follows. Plain text only.
class LogTable : public QAbstractItemView, public Drawn {
    Q_OBJECT
public:
    explicit LogTable(QWidget *parent = nullptr);
    /// Must be a LogModel.
    void setModel(QAbstractItemModel *model) override;
    /// Qt reads only views of its own classes.
    [[nodiscard]] const QAbstractItemModel *twinModel() const override { return model(); }
    [[nodiscard]] items::LogModel *log() const { return m_log; }
    void setWrap(bool wrap);
    [[nodiscard]] bool wrap() const { return m_wrap; }
    /// Stays at the end as lines come.
    void setFollow(bool follow);
    [[nodiscard]] bool follow() const { return m_follow; }
    /// Makes the row current and seen; leaves following.
    void goTo(int row);
    void unfold(int row);
    [[nodiscard]] bool unfolded() const { return m_unfolded != 0; }
    /// Row of the line a match or error is looked for from; -1: none is current.
    [[nodiscard]] int currentRow() const { return currentIndex().row(); }
    [[nodiscard]] QList<int> selectedRows() const;
    /// First and last row on screen; -1 and -1 without rows.
    [[nodiscard]] std::pair<int, int> seenRows() const;
    /// Room for the header and so many lines.
    [[nodiscard]] int heightFor(int lines) const;

    [[nodiscard]] QRect visualRect(const QModelIndex &index) const override;
    void scrollTo(const QModelIndex &index, ScrollHint hint = EnsureVisible) override;
    [[nodiscard]] QModelIndex indexAt(const QPoint &point) const override;
    void reset() override;

Q_SIGNALS:
    void followChanged(bool follow);
    /// + or − at a field.
    void filterWanted(const qd::items::LogFilter &filter);
    void copyWanted();
    /// The lines of a gap, by its line's id.
    void gapWanted(quint64 id);
    void pauseWanted();
    /// Other rows are on screen.
    void seenChanged();

protected:
    [[nodiscard]] QModelIndex moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) override;
    [[nodiscard]] int horizontalOffset() const override;
    [[nodiscard]] int verticalOffset() const override { return 0; }
    [[nodiscard]] bool isIndexHidden(const QModelIndex &) const override { return false; }
    void setSelection(const QRect &rect, QItemSelectionModel::SelectionFlags flags) override;
    [[nodiscard]] QRegion visualRegionForSelection(const QItemSelection &selection) const override;
    void updateGeometries() override;
    void rowsInserted(const QModelIndex &parent, int start, int end) override;
    void rowsAboutToBeRemoved(const QModelIndex &parent, int start, int end) override;
    void dataChanged(const QModelIndex &from, const QModelIndex &to, const QList<int> &roles) override;
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;
    void scrollContentsBy(int dx, int dy) override;
    void paintEvent(QPaintEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    friend class LogHeader;
    /// Where the columns stand.
    struct Lanes {
        bool narrow = false;
        int time = 0, level = 0, source = 0, message = 0;
        int trace = 0;                   ///< 0: no line has one, or there is no room
        int end = 0;                     ///< of the message
        int sourceWidth = 0;             ///< 0: one source, it is not named
        int perLine = 0;                 ///< characters of a message that fit
    };
    [[nodiscard]] Lanes lanes() const;
    void restyle();
    [[nodiscard]] int lineHeight() const;
    [[nodiscard]] int bodyHeight(int row, const Lanes &lanes) const;
    [[nodiscard]] int heightOf(int row, const Lanes &lanes) const;
    [[nodiscard]] int lastTop(const Lanes &lanes) const;
    [[nodiscard]] QRect rectOf(int row) const;
    void placeFields();
    void onlyTrace(int row);
    [[nodiscard]] static QString gapWords() { return tr("Load from Loki"); }
    [[nodiscard]] QRect gapLink(int row) const;
    bool fillGap(int row);
    void restoreCurrent();
    void paintRow(QPainter &painter, const QRect &rect, int row, const Lanes &lanes, const Tokens &t) const;
    void paintGap(QPainter &painter, const QRect &rect, int row, const Tokens &t) const;
    void paintLevel(QPainter &painter, const QRect &rect, items::LogLevel level, bool word, const Tokens &t) const;
    void paintSource(QPainter &painter, const QRect &first, const Lanes &lanes, const items::LogLine &line, const Tokens &t) const;
    void paintMessage(QPainter &painter, const QRect &rect, int row, const Lanes &lanes, const Tokens &t) const;
    items::LogModel *m_log = nullptr;
    QWidget *m_header;
    LogFields *m_fields;
    quint64 m_unfolded = 0;              ///< id of the line
    quint64 m_currentId = 0;
    quint64 m_restore = 0;               ///< the current line is taken off for a moment
    bool m_wrap = false;
    bool m_follow = true;
    int m_hover = -1;
    bool m_scrolling = false;            ///< by ourselves
};

}
