// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Clock.h"
#include "models/core/LoadState.h"

#include <QFrame>

class QPushButton;
class QTimer;
class QVBoxLayout;

namespace qd::ui {

class Label;
class NoticeBar;
class StateGlyph;

/// Six grey rows in the shape of a table. `columns` are the x shares of its columns.
class Skeleton : public QWidget {
    Q_OBJECT
public:
    explicit Skeleton(QWidget *parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
};

/// What stands in place of rows (look.md "States", picture 11): loading, empty, filtered to nothing, error, no permission,
/// not served. Upper third, one button, no picture. Show it below a table's header while the table has no rows.
class StatePage : public QWidget {
    Q_OBJECT
public:
    enum class Button : quint8 { None, Create, ClearFilter, RetryNow, Details, CopyRequest, CheckAgain, Cancel };
    Q_ENUM(Button)
    explicit StatePage(QWidget *parent = nullptr);
    /// What "retrying in 8 s" counts by; null: the machine's.
    void setClock(const Clock *clock) { m_clock = clock; }
    /// The bar of showLoading, to be put above a table's header; it still comes and goes with the page.
    [[nodiscard]] QWidget *takeBusyBar();

    /// Nothing for 200 ms, then the skeleton, after 3 s the busy bar "Waiting for infra-prod: validators, 4 s" and Cancel.
    void showLoading(const QString &waitingFor);
    /// Tests and the tour: as after that many milliseconds.
    void showLoadingSince(const QString &waitingFor, qint64 ms);
    void showEmpty(const QString &sentence, const QString &detail = {}, const QString &createText = {});
    void showFiltered(const QString &sentence, const QString &detail);
    /// Counts down to `retryAt` when it is set.
    void showError(const Error &error, const QDateTime &retryAt = {});
    void showForbidden(const Error &error);
    void showNotServed(const QString &sentence, const QString &detail);
    /// Hidden on a page nobody has opened yet there is no hideEvent: what ticks ends here.
    void setVisible(bool visible) override;

Q_SIGNALS:
    void clicked(qd::ui::StatePage::Button button);

protected:
    void showEvent(QShowEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void reset();
    void fitTitle();
    void setTexts(const QString &title, const QString &detail);
    void addButton(Button id, const QString &text, const QString &iconName = {}, int kind = 0);
    void tick();
    void showElapsed(qint64 ms);
    const Clock *m_clock = nullptr;
    Skeleton *m_skeleton;
    NoticeBar *m_busy;
    QWidget *m_message;
    StateGlyph *m_glyph;
    Label *m_title;
    Label *m_detail;
    class QHBoxLayout *m_buttons;
    QTimer *m_timer;
    QString m_waitingFor;
    QString m_detailText;
    QDateTime m_since;
    QDateTime m_retryAt;
};

}
