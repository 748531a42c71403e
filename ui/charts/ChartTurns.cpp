// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartTurns.h"

namespace qd::ui {

ChartTurns::ChartTurns(QObject *parent) : QObject(parent)
{
    m_next.setSingleShot(true);
    m_next.setInterval(0);      // with the next turn
    connect(&m_next, &QTimer::timeout, this, &ChartTurns::next);
}

bool ChartTurns::mayDraw(QWidget *canvas)
{
    if (m_spent < qint64(kBudgetMs) * 1'000'000) {
        m_waiting.removeAll(canvas);
        return true;
    }
    if (!m_waiting.contains(canvas))
        m_waiting.append(canvas);
    m_next.start();
    return false;
}

void ChartTurns::drew(qint64 nanoseconds)
{
    m_spent += nanoseconds;
    m_next.start();
}

void ChartTurns::next()
{
    m_spent = 0;
    while (!m_waiting.isEmpty()) {
        const QPointer<QWidget> canvas = m_waiting.takeFirst();
        if (!canvas || !canvas->isVisible())
            continue;           // who is shown again is painted anyway
        canvas->update();
        break;
    }
    if (!m_waiting.isEmpty())
        m_next.start();
}

}
