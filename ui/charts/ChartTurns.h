// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QObject>
#include <QPointer>
#include <QTimer>
#include <QWidget>

namespace qd::ui {

/// Charts that become others at once, because a page comes or its time is another, are drawn a few in a turn of the event loop: between them
/// the window answers. Shared by the charts of a page. GUI thread. Internal to ui/charts.
class ChartTurns : public QObject {
    Q_OBJECT
public:
    /// Drawing that begins within so many milliseconds of a turn goes on.
    static constexpr int kBudgetMs = 6;
    explicit ChartTurns(QObject *parent = nullptr);
    /// Whether `canvas` may draw its picture now; where not, it is updated in a later turn.
    [[nodiscard]] bool mayDraw(QWidget *canvas);
    /// It took so long.
    void drew(qint64 nanoseconds);
    [[nodiscard]] qsizetype waiting() const { return m_waiting.size(); }

private:
    void next();
    QList<QPointer<QWidget>> m_waiting;
    QTimer m_next{this};
    qint64 m_spent = 0;         ///< nanoseconds, in this turn
};

}
