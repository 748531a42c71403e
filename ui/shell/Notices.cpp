// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/Notices.h"

#include "ui/theme/Metrics.h"
#include "ui/widgets/NoticeBar.h"

#include <QApplication>
#include <QEvent>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {
constexpr int kSeconds = 8;
constexpr qsizetype kMost = 3;
constexpr int kWidth = 400;

/// QWidget::isAncestorOf ends at a window.
bool isBelow(const QWidget *widget, const QWidget *ancestor)
{
    while (widget && widget != ancestor)
        widget = widget->parentWidget();
    return widget != nullptr;
}
}

Notices::Notices(QWidget *parent)
    : QWidget(parent)
    , m_window(parent)
    , m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(8);
    setAccessibleName(tr("Notices"));
    parent->installEventFilter(this);
    connect(parent, &QObject::destroyed, this, [this] { m_windowGoes = true; });   // told before its children go
    hide();
}

void Notices::show(network::State state, const QString &title, const QString &detail, const NoticeAction &action)
{
    const auto same = std::find_if(m_notices.begin(), m_notices.end(),
                                   [&](const Notice &n) { return n.id.isEmpty() && n.title == title && n.state == state; });
    if (same != m_notices.end()) {
        ++same->times;
        same->bar->setTexts(title, detail, same->times);
        setAction(*same, action);
        if (same->timer)
            same->timer->start();
        place();
        return;
    }
    setAction(add(state, title, detail), action);
    follow();
    appear();
    if (QGuiApplication::applicationState() != Qt::ApplicationActive)
        QApplication::alert(m_window);
}

void Notices::tell(const QString &id, network::State state, const QString &title, const QString &detail, const NoticeAction &action)
{
    const auto same = std::find_if(m_notices.begin(), m_notices.end(), [&id](const Notice &n) { return n.id == id; });
    if (same == m_notices.end()) {
        Notice &notice = add(state, title, detail);
        notice.id = id;
        setAction(notice, action);
        follow();
        appear();
    } else {
        same->title = title;
        same->state = state;
        same->bar->setState(state);
        same->bar->setTexts(title, detail);
        setAction(*same, action);
        if (same->timer)
            same->timer->start();
        place();
    }
    if (QGuiApplication::applicationState() != Qt::ApplicationActive)
        QApplication::alert(m_window);
}

void Notices::withdraw(const QString &id)
{
    const auto told = std::find_if(m_notices.begin(), m_notices.end(), [&id](const Notice &n) { return n.id == id; });
    if (told != m_notices.end())
        drop(told->bar);
}

bool Notices::tells(const QString &id) const
{
    return std::any_of(m_notices.begin(), m_notices.end(), [&id](const Notice &n) { return n.id == id; });
}

void Notices::reword(const QString &id, const QString &title, const QString &detail)
{
    for (Notice &notice : m_notices) {
        if (notice.id != id)
            continue;
        notice.title = title;
        notice.bar->setTexts(title, detail);
        place();
    }
}

Notices::Notice &Notices::add(network::State state, const QString &title, const QString &detail)
{
    if (m_notices.size() >= kMost) { // failures stay as long as there is another one to go
        const auto other = std::find_if(m_notices.begin(), m_notices.end(), [](const Notice &n) { return n.state != network::State::Failed; });
        drop(other != m_notices.end() ? other->bar : m_notices.first().bar);
    }
    auto *bar = new NoticeBar(state, title, detail, this);
    bar->setRounded(true);
    bar->setDismissable(true);
    connect(bar, &NoticeBar::dismissed, this, [this, bar] { drop(bar); });
    m_layout->addWidget(bar);
    QTimer *timer = nullptr;
    if (state != network::State::Failed) {
        timer = new QTimer(bar);
        timer->setSingleShot(true);
        timer->setInterval(kSeconds * 1000);
        connect(timer, &QTimer::timeout, bar, [this, bar] { drop(bar); });
        timer->start();
    }
    m_notices.append({title, state, bar, timer});
    return m_notices.last();
}

/// Always what was said last wants. The button stays the same one: the keyboard may be on it.
void Notices::setAction(Notice &notice, const NoticeAction &action)
{
    notice.call = action.call;
    if (notice.call && !notice.button) {
        notice.button = notice.bar->addButton(action.text);
        connect(notice.button, &QPushButton::clicked, this, [this, bar = notice.bar] { act(bar); });
    }
    if (!notice.button)
        return;
    if (notice.call)
        notice.button->setText(action.text);
    notice.button->setVisible(bool(notice.call));
}

/// To the dialog that is open over the window, or back.
void Notices::follow()
{
    if (m_windowGoes)
        return;
    QWidget *modal = QApplication::activeModalWidget();
    if (modal && (modal == m_window || !isBelow(modal, m_window) || modal->testAttribute(Qt::WA_DontShowOnScreen)))
        modal = nullptr;
    if (modal == m_dialog)
        return;
    if (m_dialog)
        m_dialog->removeEventFilter(this);
    m_dialog = modal;
    setAttribute(Qt::WA_ShowWithoutActivating, modal != nullptr);
    if (modal) {
        modal->installEventFilter(this);
        setParent(modal, Qt::Tool | Qt::FramelessWindowHint | Qt::NoDropShadowWindowHint);
    } else {
        comeBack();
    }
    if (!m_notices.isEmpty())
        appear();
}

/// Not every window system knows of windows that are shown and not active: the keyboard stays where it was.
void Notices::appear()
{
    const bool dialogActive = m_dialog && (m_dialog->isActiveWindow() || !isVisible());
    QWidget::show();
    raise();
    place();
    if (dialogActive)
        m_dialog->activateWindow();
}

/// A part of the window again. The window of its own goes first: kept as a native child it would hold the keyboard.
void Notices::comeBack()
{
    const bool active = isWindow() && isActiveWindow();
    if (isWindow()) {
        hide();
        destroy();
    }
    setParent(m_window, Qt::Widget);
    if (active)
        m_window->activateWindow();
}

void Notices::act(NoticeBar *bar)
{
    const auto notice = std::find_if(m_notices.begin(), m_notices.end(), [bar](const Notice &n) { return n.bar == bar; });
    if (notice == m_notices.end())
        return;
    const std::function<void()> call = notice->call;   // a copy: the notice goes first, what it calls may open a dialog
    drop(bar);
    if (call)
        call();
}

void Notices::drop(NoticeBar *bar)
{
    m_notices.removeIf([bar](const Notice &n) { return n.bar == bar; });
    m_layout->removeWidget(bar);
    bar->hide();
    bar->deleteLater();
    setVisible(!m_notices.isEmpty());
    place();
}

void Notices::place()
{
    const QWidget *window = m_window;
    const int width = std::min(kWidth * std::max(16, fontMetrics().height()) / 16, window->width() - 32);
    int height = 0;
    for (const Notice &notice : std::as_const(m_notices)) {
        const int own = notice.bar->layout()->hasHeightForWidth() ? notice.bar->layout()->heightForWidth(width) : 0;
        height += std::max(own, notice.bar->sizeHint().height()) + (height > 0 ? m_layout->spacing() : 0);
    }
    const QSize size(width, height);
    setGeometry(m_dialog ? QRect(window->mapToGlobal(besideDialog(size)), size) : QRect(atBottom(size), size));
}

QPoint Notices::atBottom(const QSize &size) const
{
    return {m_window->width() - size.width() - 16, m_window->height() - size.height() - metrics::kStatusBar - 16};
}

/// At the top where as many as there can be would lie over the dialog's buttons: a failure stays, and what confirms must be seen.
QPoint Notices::besideDialog(const QSize &size) const
{
    const int most = std::max(size.height(), int(kMost) * 52);
    const QRect place(m_window->mapToGlobal(atBottom({size.width(), most})), QSize(size.width(), most));
    return place.intersects(m_dialog->geometry()) ? QPoint(m_window->width() - size.width() - 16, 16) : atBottom(size);
}

bool Notices::event(QEvent *event)
{
    if (event->type() == QEvent::LayoutRequest)
        place();
    return QWidget::event(event);
}

bool Notices::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_window && (event->type() == QEvent::Resize || (m_dialog && event->type() == QEvent::Move)))
        place();
    // the dialog stands there only after this event; before it goes they are taken off it
    if (watched == m_window && (event->type() == QEvent::WindowBlocked || event->type() == QEvent::WindowUnblocked))
        QMetaObject::invokeMethod(this, &Notices::follow, Qt::QueuedConnection);
    if (m_windowGoes)
        return false;
    if (watched == m_dialog && event->type() == QEvent::Hide) {
        m_dialog->removeEventFilter(this);
        m_dialog = nullptr;
        setAttribute(Qt::WA_ShowWithoutActivating, false);
        comeBack();
        QWidget::setVisible(!m_notices.isEmpty());
        raise();
        place();
    }
    return QWidget::eventFilter(watched, event);
}

}
