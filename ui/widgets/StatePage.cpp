// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/StatePage.h"

#include "models/core/Format.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Faces.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/NoticeBar.h"

#include <QHBoxLayout>
#include <QTimer>

namespace qd::ui {

using namespace Qt::StringLiterals;
using network::State;

namespace {
constexpr qint64 kSkeletonAfterMs = 200;
constexpr qint64 kBusyAfterMs = 3000;
}

Skeleton::Skeleton(QWidget *parent) : QWidget(parent)
{
    setAccessibleRole(this, QAccessible::Graphic);
    setAccessibleName(tr("Loading"));
}

QSize Skeleton::sizeHint() const
{
    return {400, 6 * metrics::kControl};
}

void Skeleton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens t = tokens(this);
    const QColor grey = mix(t[Token::Base], t[Token::Sunken], t.dark() ? 1.0 : 0.9);
    const QColor fill = t.dark() ? t[Token::Hover] : grey;
    // Widths vary so that it reads as rows of text; fixed numbers, nothing moves.
    static constexpr int kName[6] = {91, 104, 65, 82, 74, 97};
    static constexpr int kWord[6] = {61, 90, 56, 83, 68, 79};
    static constexpr int kNumber[6] = {34, 30, 38, 31, 36, 30};
    const int height = metrics::rowHeight(Density::Compact, fontMetrics());
    const bool rtl = layoutDirection() == Qt::RightToLeft;
    const auto bar = [&](int x, int y, int width, int h) {
        QRect r(x, y + (height - h) / 2, width, h);
        if (rtl)
            r.moveLeft(this->width() - r.x() - r.width());
        style::box(&painter, r, 3, fill, Qt::transparent);
    };
    for (int row = 0; row < 6; ++row) {
        const int y = row * height;
        painter.fillRect(QRect(0, y + height - 1, width(), 1), mix(t[Token::Base], t[Token::Line], 0.6));
        bar(12, y, 13, 13);
        bar(36, y, kName[row], 9);
        bar(width() * 44 / 100, y, kWord[row], 9);
        bar(width() * 83 / 100 - kNumber[row], y, kNumber[row], 9);
        bar(width() - 9 - kNumber[5 - row], y, kNumber[5 - row], 9);
    }
}

StatePage::StatePage(QWidget *parent)
    : QWidget(parent), m_skeleton(new Skeleton(this)), m_busy(new NoticeBar(State::Progressing, {}, {}, this)),
      m_message(new QWidget(this)), m_glyph(new StateGlyph(State::Failed, 14, m_message)),
      m_title(new Label({}, Type::Strong, Token::Text, m_message)), m_detail(new Label({}, Type::Caption, Token::Text2, m_message)),
      m_buttons(new QHBoxLayout), m_timer(new QTimer(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_busy);
    column->addWidget(m_skeleton);
    column->addWidget(m_message, 1);
    column->addStretch(0);

    auto *inner = new QVBoxLayout(m_message);
    inner->setContentsMargins(metrics::kPageEdge, 26, metrics::kPageEdge, metrics::kCard);
    inner->setSpacing(6);
    auto *head = new QHBoxLayout;
    head->setSpacing(8);
    head->addStretch();
    head->addWidget(m_glyph);
    head->addWidget(m_title);
    head->addStretch();
    m_title->setAlignment(Qt::AlignCenter);
    m_title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_detail->setAlignment(Qt::AlignHCenter);
    m_detail->setWordWrap(true);
    m_detail->setTextInteractionFlags(Qt::TextSelectableByMouse);
    inner->addLayout(head);
    inner->addWidget(m_detail);
    m_buttons->setSpacing(metrics::kGap);
    m_buttons->setContentsMargins(0, 6, 0, 0);
    inner->addLayout(m_buttons);
    inner->addStretch(1);

    m_timer->setInterval(250);
    connect(m_timer, &QTimer::timeout, this, &StatePage::tick);
    QPushButton *cancel = m_busy->addButton(tr("Cancel"));
    connect(cancel, &QPushButton::clicked, this, [this] { Q_EMIT clicked(Button::Cancel); });
    reset();
}

QWidget *StatePage::takeBusyBar()
{
    layout()->removeWidget(m_busy);
    return m_busy;
}

void StatePage::reset()
{
    m_timer->stop();
    m_retryAt = {};
    m_since = {};
    m_skeleton->hide();
    m_busy->hide();
    m_message->hide();
    m_glyph->hide();
    while (QLayoutItem *item = m_buttons->takeAt(0)) {
        if (item->widget()) {
            item->widget()->hide();
            item->widget()->deleteLater();   // the click that brought us here may be its own
        }
        delete item;
    }
}

void StatePage::setTexts(const QString &title, const QString &detail)
{
    m_message->show();
    m_title->setText(title);
    fitTitle();
    m_detail->setText(detail);
    m_detail->setVisible(!detail.isEmpty());
    m_detailText = detail;
    setAccessibleName(title);
    setAccessibleDescription(detail);
}

/// A long sentence wraps into lines of like lengths, and in a narrow pane a short one too.
void StatePage::fitTitle()
{
    const int room = std::clamp(width() - 2 * metrics::kPageEdge - 40, 160, 560);
    const int advance = m_title->fontMetrics().horizontalAdvance(m_title->text());
    const bool wide = advance > room;
    constexpr int kBreak = 48;   // about a word, which may not fit the end of a line
    m_title->setWordWrap(wide);
    m_title->setMinimumWidth(wide ? std::min(advance / (1 + advance / room) + kBreak, room) : 0);
}

void StatePage::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitTitle();
}

void StatePage::addButton(Button id, const QString &text, const QString &iconName, int kind)
{
    if (m_buttons->count() == 0) {
        m_buttons->addStretch();
        m_buttons->addStretch();
    }
    auto *button = makeButton(text, static_cast<ButtonKind>(kind), iconName, m_message);
    connect(button, &QPushButton::clicked, this, [this, id] { Q_EMIT clicked(id); });
    m_buttons->insertWidget(m_buttons->count() - 1, button);
}

void StatePage::showLoading(const QString &waitingFor)
{
    if (m_since.isValid() && m_waitingFor == waitingFor)
        return;
    reset();
    m_waitingFor = waitingFor;
    m_since = QDateTime::currentDateTimeUtc();
    setAccessibleName(tr("Loading %1").arg(waitingFor));
    showElapsed(0);
    if (isVisible())
        m_timer->start();
}

void StatePage::showLoadingSince(const QString &waitingFor, qint64 ms)
{
    reset();
    m_waitingFor = waitingFor;
    setAccessibleName(tr("Loading %1").arg(waitingFor));
    showElapsed(ms);
}

void StatePage::showElapsed(qint64 ms)
{
    m_skeleton->setVisible(ms >= kSkeletonAfterMs);
    m_busy->setVisible(ms >= kBusyAfterMs);
    if (ms >= kBusyAfterMs)
        m_busy->setTexts(tr("Waiting for %1, %2").arg(m_waitingFor, formatAge(ms / 1000)));
}

void StatePage::tick()
{
    const QDateTime now = QDateTime::currentDateTimeUtc();
    const QDateTime told = m_clock ? m_clock->now() : now;
    if (m_since.isValid())
        showElapsed(m_since.msecsTo(now));
    if (m_retryAt.isValid()) {
        const qint64 left = told.secsTo(m_retryAt);
        const QString next = left > 0 ? tr("Retrying in %1.").arg(formatAge(left)) : tr("Retrying now.");
        m_detail->setText(m_detailText.isEmpty() ? next : QString(m_detailText + u' ' + next));
        m_detail->show();
    }
}

void StatePage::showEmpty(const QString &sentence, const QString &detail, const QString &createText)
{
    reset();
    setTexts(sentence, detail);
    if (!createText.isEmpty())
        addButton(Button::Create, createText, u"plus"_s, static_cast<int>(ButtonKind::Primary));
}

void StatePage::showFiltered(const QString &sentence, const QString &detail)
{
    reset();
    setTexts(sentence, detail);
    addButton(Button::ClearFilter, tr("Clear filter"));
}

void StatePage::showError(const Error &error, const QDateTime &retryAt)
{
    reset();
    setTexts(error.message, error.remedy);
    m_glyph->setState(State::Failed);
    m_glyph->show();
    addButton(Button::RetryNow, tr("Retry now"));
    if (!error.detail.isEmpty())
        addButton(Button::Details, tr("Details"), {}, static_cast<int>(ButtonKind::Ghost));
    m_retryAt = retryAt;
    if (retryAt.isValid()) {
        tick();
        if (isVisible())
            m_timer->start();
    }
}

void StatePage::showForbidden(const Error &error)
{
    reset();
    setTexts(error.message, error.remedy);
    m_glyph->setSymbol(u"lock"_s, Token::Text2, tr("Not allowed"));
    m_glyph->show();
    addButton(Button::CopyRequest, tr("Copy request"), u"copy"_s);
}

void StatePage::showNotServed(const QString &sentence, const QString &detail)
{
    reset();
    setTexts(sentence, detail);
    m_glyph->setState(State::Unknown);
    m_glyph->show();
    addButton(Button::CheckAgain, tr("Check again"), u"refresh"_s);
}

void StatePage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (m_since.isValid() || m_retryAt.isValid())
        m_timer->start();
}

void StatePage::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_timer->stop();
}

void StatePage::setVisible(bool visible)
{
    QWidget::setVisible(visible);
    if (visible)
        return;
    m_timer->stop();
    if (m_busy->parentWidget() != this)
        m_busy->hide();
}

}
