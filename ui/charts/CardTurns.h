// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QStringList>
#include <QTimer>

#include <functional>

namespace qd::ui {

/// Cards of a page that get other data at once, because it comes, its time is another or an answer is for all: the first ones at once, the
/// others in the next turns of the event loop, so that the window answers between them. Each once, with what is known by then. GUI thread.
class CardTurns : public QObject {
    Q_OBJECT
public:
    /// Cards that begin within so many milliseconds of a turn are shown in it.
    static constexpr int kBudgetMs = 6;
    /// `show` is called with the card's panel.
    explicit CardTurns(std::function<void(const QString &panel)> show, QObject *parent = nullptr);
    void want(const QString &panel);
    /// Nobody waits any more: the page goes, or other cards come.
    void clear();
    [[nodiscard]] qsizetype waiting() const { return m_waiting.size(); }

private:
    void next();
    std::function<void(const QString &)> m_show;
    QStringList m_waiting;
    QTimer m_next{this};
    qint64 m_spent = 0;     ///< nanoseconds, in this turn
};

}
