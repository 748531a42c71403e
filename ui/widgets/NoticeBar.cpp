// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/NoticeBar.h"

#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/theme/StatePainter.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Faces.h"
#include "ui/widgets/Label.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QResizeEvent>

namespace qd::ui {

using namespace Qt::StringLiterals;

NoticeBar::NoticeBar(network::State state, const QString &title, const QString &detail, QWidget *parent)
    : QFrame(parent), m_state(state), m_glyph(new StateGlyph(state, 16, this)),
      m_title(new Label(title, Type::Strong, Token::Text, this)), m_detail(new Label(detail, Type::Caption, Token::Text, this)),
      m_times(new Label({}, Type::Strong, Token::Text2, this)), m_buttons(new QHBoxLayout)
{
    setAccessibleRole(this, QAccessible::AlertMessage);   // read out when it is shown
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(12, 7, 12, 7);
    row->setSpacing(10);
    auto *texts = new QGridLayout;
    texts->setHorizontalSpacing(10);
    texts->setVerticalSpacing(1);
    texts->setColumnStretch(1, 1);
    // Centred by empty rows: an alignment would give the texts their guessed height, not the one for their width.
    texts->setRowStretch(0, 1);
    texts->setRowStretch(3, 1);
    texts->addWidget(m_glyph, 1, 0, Qt::AlignTop);
    auto *head = m_head = new QHBoxLayout;
    head->setSpacing(7);
    head->addWidget(m_title, 1);
    head->addWidget(m_times);
    head->addStretch();
    m_times->hide();
    texts->addLayout(head, 1, 1);
    texts->addWidget(m_detail, 2, 1);
    m_title->setWordWrap(true);
    m_detail->setWordWrap(true);
    row->addLayout(texts, 1);
    m_buttons->setSpacing(metrics::kGap);
    row->addLayout(m_buttons);
    row->setAlignment(m_buttons, Qt::AlignVCenter);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setTexts(title, detail);
}

void NoticeBar::setState(network::State state)
{
    m_state = state;
    m_glyph->setState(state);
    update();
}

void NoticeBar::setTexts(const QString &title, const QString &detail, int times)
{
    m_times->setText(times > 1 ? tr("(%1)").arg(times) : QString());
    m_times->setVisible(times > 1);
    // Beside a count the title takes what it needs; alone it may wrap.
    m_title->setWordWrap(times <= 1);
    m_head->setStretch(0, times > 1 ? 0 : 1);
    m_head->setStretch(2, times > 1 ? 1 : 0);
    m_title->setText(title);
    m_title->setType(detail.isEmpty() ? Type::Body : Type::Strong);
    m_detail->setText(detail);
    m_detail->setVisible(!detail.isEmpty());
    const QString between = title.endsWith(u'.') ? u" "_s : u". "_s;
    const QString said = times > 1 ? tr("%1 (%2)").arg(title).arg(times) : title;
    setAccessibleName(detail.isEmpty() ? said : QString(said + between + detail));
}

QPushButton *NoticeBar::addButton(const QString &text, const QString &iconName)
{
    auto *button = makeButton(text, ButtonKind::Normal, iconName, this);
    m_buttons->insertWidget(m_close ? m_buttons->indexOf(m_close) : -1, button);
    return button;
}

void NoticeBar::clearButtons()
{
    while (QLayoutItem *item = m_buttons->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_close = nullptr;
}

void NoticeBar::setRounded(bool rounded)
{
    m_rounded = rounded;
    update();
}

void NoticeBar::setDismissable(bool dismissable)
{
    if (dismissable && !m_close) {
        QToolButton *close = makeIconButton(u"x"_s, tr("Close this notice"), this);
        connect(close, &QToolButton::clicked, this, [this] {
            hide();
            Q_EMIT dismissed();
        });
        m_buttons->addWidget(close);
        m_close = close;
    } else if (m_close) {
        m_close->setVisible(dismissable);
    }
}

QSize NoticeBar::sizeHint() const
{
    // Wrapping labels guess a width; the bar knows its own.
    QSize size = QFrame::sizeHint();
    if (width() > 0 && layout()->hasHeightForWidth())
        size.setHeight(layout()->totalHeightForWidth(width()));
    return size;
}

void NoticeBar::resizeEvent(QResizeEvent *event)
{
    QFrame::resizeEvent(event);
    if (event->oldSize().width() != event->size().width())
        updateGeometry();
}

void NoticeBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens t = tokens(this);
    const QColor soft = t[stateSoftToken(m_state)];
    if (m_rounded)   // lies over the window: outlined
        style::box(&painter, rect(), metrics::kRadiusCard, soft, mix(soft, t[Token::Edge], 0.45));
    else
        painter.fillRect(rect(), soft);
}

Scrim::Scrim(QWidget *parent) : QWidget(parent)
{
    parent->installEventFilter(this);
    setGeometry(parent->rect());
    setFocusPolicy(Qt::NoFocus);
}

bool Scrim::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == parentWidget() && event->type() == QEvent::Resize)
        setGeometry(parentWidget()->rect());
    return QWidget::eventFilter(watched, event);
}

void Scrim::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    // Over one of our dialogs the veil has the dialog's corners.
    const bool rounded = parentWidget()->testAttribute(Qt::WA_TranslucentBackground);
    style::box(&painter, rect(), rounded ? metrics::kRadiusPopup : 0, tokens(this).dark() ? QColor(0, 0, 0, 150) : QColor(15, 18, 21, 102),
               Qt::transparent);
}

}
