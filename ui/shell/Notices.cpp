// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/Notices.h"

#include "ui/theme/Metrics.h"
#include "ui/widgets/NoticeBar.h"

#include <QEvent>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {
constexpr int kSeconds = 8;
constexpr qsizetype kMost = 3;
constexpr int kWidth = 400;
}

Notices::Notices(QWidget *parent)
    : QWidget(parent)
    , m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(8);
    setAccessibleName(tr("Notices"));
    parent->installEventFilter(this);
    hide();
}

void Notices::show(network::State state, const QString &title, const QString &detail)
{
    const auto same = std::find_if(m_notices.begin(), m_notices.end(),
                                   [&](const Notice &n) { return n.title == title && n.state == state; });
    if (same != m_notices.end()) {
        ++same->times;
        same->bar->setTexts(u"%1 (%2)"_s.arg(title).arg(same->times), detail);
        return;
    }
    if (m_notices.size() >= kMost)
        drop(m_notices.first().bar);
    auto *bar = new NoticeBar(state, title, detail, this);
    bar->setRounded(true);
    bar->setDismissable(true);
    connect(bar, &NoticeBar::dismissed, this, [this, bar] { drop(bar); });
    m_layout->addWidget(bar);
    m_notices.append({title, state, bar});
    if (state != network::State::Failed)
        QTimer::singleShot(kSeconds * 1000, bar, [this, bar] { drop(bar); });
    QWidget::show();
    raise();
    place();
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
    const QWidget *window = parentWidget();
    const int width = std::min(kWidth, window->width() - 32);
    int height = 0;
    for (const Notice &notice : std::as_const(m_notices)) {
        const int own = notice.bar->layout()->hasHeightForWidth() ? notice.bar->layout()->heightForWidth(width) : 0;
        height += std::max(own, notice.bar->sizeHint().height()) + (height > 0 ? m_layout->spacing() : 0);
    }
    setGeometry(window->width() - width - 16, window->height() - height - metrics::kStatusBar - 16, width, height);
}

bool Notices::event(QEvent *event)
{
    if (event->type() == QEvent::LayoutRequest)
        place();
    return QWidget::event(event);
}

bool Notices::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == parentWidget() && event->type() == QEvent::Resize)
        place();
    return QWidget::eventFilter(watched, event);
}

}
