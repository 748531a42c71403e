// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/review/DialogFrame.h"

#include "ui/theme/Corners.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/theme/Tokens.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/EnvironmentMark.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/NoticeBar.h"

#include <QHBoxLayout>
#include <QMouseEvent>
#include <QScrollArea>
#include <QWindow>

namespace qd::ui {

using namespace Qt::StringLiterals;

DialogFrame::DialogFrame(QWidget *parent)
    : QDialog(parent, Qt::Dialog | Qt::FramelessWindowHint), m_title(new Label({}, Type::Heading, Token::Text, this)),
      m_mark(new EnvironmentMark({}, this)), m_context(new ElidedLabel({}, Type::Body, Token::Text2, Qt::ElideRight, this)),
      m_header(new QWidget(this)), m_close(makeIconButton(u"x"_s, tr("Close this dialog"), m_header)), m_body(new QVBoxLayout),
      m_footerLeft(new QHBoxLayout), m_footerRight(new QHBoxLayout),
      m_footerText(new Label({}, Type::Caption, Token::Text2, this))
{
    setWindowModality(Qt::WindowModal);
    roundCorners(this, metrics::kRadiusPopup);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(1, 1, 1, 1);
    column->setSpacing(0);
    auto *head = new QHBoxLayout(m_header);
    head->setContentsMargins(metrics::kPageEdge, 0, 14, 0);
    head->setSpacing(10);
    m_header->setMinimumHeight(54);
    m_title->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    head->addWidget(m_title);
    head->addWidget(m_mark);
    head->addSpacing(metrics::kCard);
    m_context->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    head->addWidget(m_context, 1);
    m_close->setObjectName(u"dialogClose"_s);
    connect(m_close, &QToolButton::clicked, this, &QDialog::reject);
    head->addWidget(m_close);
    column->addWidget(m_header);
    m_headLine = new Hairline(Qt::Horizontal, this);
    column->addWidget(m_headLine);
    m_body->setSpacing(0);
    column->addLayout(m_body, 1);
    column->addWidget(new Hairline(Qt::Horizontal, this));
    auto *foot = new QHBoxLayout;
    foot->setContentsMargins(metrics::kPageEdge, 10, metrics::kPageEdge, 10);
    foot->setSpacing(metrics::kGap);
    m_footerLeft->setSpacing(metrics::kGap);
    m_footerRight->setSpacing(metrics::kGap);
    foot->addLayout(m_footerLeft);
    m_footerText->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_footerText->setWordWrap(true);
    foot->addWidget(m_footerText, 1);
    foot->addSpacing(4);
    foot->addLayout(m_footerRight);
    column->addLayout(foot);
}

DialogFrame::~DialogFrame()
{
    delete m_scrim;
}

QVBoxLayout *DialogFrame::addScrolledForm()
{
    auto *scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setProperty("bare", true);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto *content = new QWidget(scroll);
    content->setBackgroundRole(QPalette::Base);
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(metrics::kPageEdge, metrics::kCard, metrics::kPageEdge, metrics::kCard);
    column->setSpacing(metrics::kCard);
    scroll->setWidget(content);
    m_body->addWidget(scroll, 1);
    return column;
}

void DialogFrame::setHeading(const QString &title, const QString &markId, const QString &context)
{
    m_title->setText(title);
    m_mark->setMark(markId);
    m_context->setText(context);
    setWindowTitle(title);
    setAccessibleName(title);
    setAccessibleDescription(context);
}

void DialogFrame::setHeadJoined()
{
    m_headLine->hide();
}

void DialogFrame::showEvent(QShowEvent *event)
{
    QWidget *under = parentWidget() ? parentWidget()->window() : nullptr;
    if (under && !m_scrim) {
        m_scrim = new Scrim(under);
        m_scrim->show();
        m_scrim->raise();
    }
    QSize size = m_wished;
    if (under && !qobject_cast<QDialog *>(under))
        size = size.boundedTo(under->size() - QSize(24, 24));
    size = size.expandedTo(minimumSizeHint());
    resize(size);
    if (under)
        move(under->mapToGlobal(QPoint((under->width() - size.width()) / 2, (under->height() - size.height()) / 2)));
    if (!focusWidget())
        focusFirstField();
    QDialog::showEvent(event);
}

/// Qt would take the X, which is the first in the row.
void DialogFrame::focusFirstField()
{
    for (QWidget *next = m_close->nextInFocusChain(); next != m_close; next = next->nextInFocusChain()) {
        if (isAncestorOf(next) && next->isVisibleTo(this) && next->isEnabled() && (next->focusPolicy() & Qt::TabFocus))
            return next->setFocus(Qt::OtherFocusReason);
    }
}

void DialogFrame::hideEvent(QHideEvent *event)
{
    delete m_scrim;
    QDialog::hideEvent(event);
}

void DialogFrame::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens t = tokens(this);
    style::box(&painter, rect(), metrics::kRadiusPopup, t[Token::Base], mix(t[Token::Line], t[Token::Edge], 0.4));
}

void DialogFrame::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && m_header->geometry().contains(event->position().toPoint()) && windowHandle()) {
        windowHandle()->startSystemMove();
        return;
    }
    QDialog::mousePressEvent(event);
}

}
