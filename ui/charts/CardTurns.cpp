// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/CardTurns.h"

#include <QElapsedTimer>

namespace qd::ui {

CardTurns::CardTurns(std::function<void(const QString &)> show, QObject *parent) : QObject(parent), m_show(std::move(show))
{
    m_next.setSingleShot(true);
    m_next.setInterval(0);      // with the next turn
    connect(&m_next, &QTimer::timeout, this, [this] {
        m_spent = 0;
        if (!m_waiting.isEmpty())
            next();
    });
}

void CardTurns::want(const QString &panel)
{
    if (!m_waiting.contains(panel))
        m_waiting.append(panel);
    next();
}

void CardTurns::clear()
{
    m_waiting.clear();
}

void CardTurns::next()
{
    QElapsedTimer clock;
    clock.start();
    while (!m_waiting.isEmpty() && m_spent < qint64(kBudgetMs) * 1'000'000) {
        m_show(m_waiting.takeFirst());
        m_spent += clock.nsecsElapsed();
        clock.start();
    }
    m_next.start();
}

}
