// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/TrayIcon.h"

#include "models/core/Format.h"
#include "ui/theme/Icons.h"
#include "ui/theme/StatePainter.h"
#include "ui/theme/Tokens.h"

#include <QApplication>
#include <QEvent>
#include <QMenu>
#include <QPainter>
#include <QSystemTrayIcon>

namespace qd::ui {

using namespace Qt::StringLiterals;
using network::State;

TrayIcon::TrayIcon(QObject *parent)
    : QObject(parent)
    , m_menu(std::make_unique<QMenu>())
    , m_icon(new QSystemTrayIcon(this))
    , m_words(m_menu->addAction(QString()))
{
    m_words->setEnabled(false);
    m_menu->addSeparator();
    m_menu->addAction(tr("Open Quarterdeck"), this, &TrayIcon::openWanted);
    m_pause = m_menu->addAction(tr("Pause notices for an hour"));
    m_pause->setCheckable(true);
    connect(m_pause, &QAction::triggered, this, &TrayIcon::pauseWanted);
    m_menu->addSeparator();
    m_menu->addAction(tr("Quit"), this, &TrayIcon::quitWanted);
    m_icon->setContextMenu(m_menu.get());
    m_menu->installEventFilter(this);
    connect(m_icon, &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
        if (reason == QSystemTrayIcon::Trigger || reason == QSystemTrayIcon::DoubleClick)
            Q_EMIT openWanted();
    });
    setReading({});
    m_icon->show();     // where no tray is yet, once there is one
}

TrayIcon::~TrayIcon() = default;

/// Never good while one of both is not known.
void TrayIcon::setReading(const TrayReading &reading)
{
    const items::AlertCounts &alerts = reading.alerts;
    QStringList words;
    if (reading.nodesKnown && reading.nodes.problems > 0)
        words.append(tr("%n node(s) need attention", nullptr, reading.nodes.problems));
    else if (!reading.nodesKnown)
        words.append(tr("nodes are not known"));
    else if (!reading.alertsKnown)
        words.append(tr("no node needs attention"));
    if (!reading.alertsKnown) {
        words.append(tr("alerts are not known"));
    } else {
        words.append(alerts.firing == 0 ? tr("nothing fires") : tr("%n alert(s) firing", nullptr, alerts.firing));
        if (alerts.silenced > 0)
            words.append(tr("%1 silenced").arg(formatInteger(alerts.silenced)));
        if (reading.alertsOld)
            words.append(tr("not up to date"));
    }
    const QString text = tr("Quarterdeck: %1").arg(words.join(u", "_s));
    const State fires = !reading.alertsKnown ? State::Unknown : alerts.worst == State::Ready && reading.alertsOld ? State::Stale : alerts.worst;
    const State state = network::worse(fires, reading.nodesKnown ? reading.nodes.worst : State::Unknown);
    if (text == m_text && state == m_state)
        return;
    const bool other = state != m_state || m_text.isEmpty();
    m_text = text;
    m_state = state;
    m_words->setText(text);
    m_icon->setToolTip(text);
    if (other)
        draw();
}

void TrayIcon::setPaused(bool paused)
{
    m_pause->setChecked(paused);
}

/// The menu is told when the program changes its colours; the picture follows.
bool TrayIcon::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::PaletteChange)
        draw();
    return QObject::eventFilter(watched, event);
}

/// The mark, and at its corner the state; both with room around them.
QPixmap TrayIcon::picture(State state, int size, bool dark)
{
    QPixmap out(size, size);
    out.fill(Qt::transparent);
    QPainter painter(&out);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tokens t(Tokens::makePalette(dark));
    painter.setPen(Qt::NoPen);
    painter.setBrush(t[Token::Base]);
    painter.drawRoundedRect(QRectF(0, 0, size, size), size * 0.2, size * 0.2);
    const double edge = size * 0.08;
    paintIcon(&painter, QRectF(edge, edge, size - 2 * edge, size - 2 * edge), u"quarterdeck"_s, t[Token::Text], t[Token::Base]);
    if (state == State::Ready)
        return out;
    const double badge = size * 0.56;
    const QRectF place(size - badge, size - badge, badge, badge);
    painter.setPen(Qt::NoPen);
    painter.setBrush(t[Token::Base]);
    painter.drawRoundedRect(place.adjusted(-size * 0.05, -size * 0.05, 0, 0), size * 0.12, size * 0.12);
    paintState(&painter, place, state, t);
    return out;
}

void TrayIcon::draw()
{
    const bool dark = qApp->palette().color(QPalette::Window).lightness() < 128;
    QIcon pictures;
    for (const int size : {16, 22, 24, 32, 48, 64})
        pictures.addPixmap(picture(m_state, size, dark));
    m_icon->setIcon(pictures);
}

}
