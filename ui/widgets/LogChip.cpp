// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/LogChip.h"

#include "models/core/Format.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/theme/StatePainter.h"
#include "ui/theme/Type.h"
#include "ui/widgets/CellPainter.h"

#include <QEvent>
#include <QPainter>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::LogLevel;

namespace {

constexpr int kEdge = 9;
constexpr int kGlyph = 13;
constexpr int kGap = 6;

}

LogChip::LogChip(LogLevel level, QWidget *parent)
    : QAbstractButton(parent)
    , m_level(level)
{
    setCheckable(true);
    setChecked(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAttribute(Qt::WA_Hover);
    connect(this, &QAbstractButton::toggled, this, [this] {
        say();
        updateGeometry();
    });
    say();
}

void LogChip::say()
{
    const QString word = items::logLevelWord(m_level);
    setAccessibleName(m_count < 0 ? tr("%1: not read").arg(word) : tr("%1: %n line(s)", nullptr, m_count).arg(word));
    setToolTip(isChecked() ? tr("Hide lines of level %1").arg(word) : tr("Show lines of level %1").arg(word));
    if (m_short)
        setToolTip(u"%1. %2"_s.arg(accessibleName(), toolTip()));
}

void LogChip::setCount(int count)
{
    if (std::exchange(m_count, count) == count)
        return;
    say();
    updateGeometry();
    update();
}

void LogChip::setShort(bool on)
{
    if (std::exchange(m_short, on) == on)
        return;
    say();
    updateGeometry();
    update();
}

QString LogChip::countText(bool words) const
{
    if (!isChecked())
        return tr("off", "lines of a level are hidden");
    if (m_count < 0)
        return u"–"_s;
    return !words && m_count >= 10'000 ? u"%1k"_s.arg(m_count / 1000) : formatInteger(m_count);
}

QSize LogChip::sizeHint() const
{
    return {widthFor(!m_short), metrics::atLeast(metrics::kControl, QFontMetrics(typeFont(Type::Body)))};
}

int LogChip::widthFor(bool words) const
{
    const QFontMetrics strong(typeFont(Type::Strong));
    const int word = words ? strong.horizontalAdvance(items::logLevelWord(m_level)) + kGap : 0;
    return 2 * kEdge + kGlyph + kGap + word + tabularWidth(QFontMetrics(typeFont(Type::Body)), countText(words));
}

bool LogChip::event(QEvent *event)
{
    if (event->type() == QEvent::ApplicationFontChange)
        updateGeometry();
    if (event->type() == QEvent::HoverEnter || event->type() == QEvent::HoverLeave)
        update();
    return QAbstractButton::event(event);
}

void LogChip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tokens t = tokens(this);
    const bool on = isChecked();
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    const QColor fill = isDown() ? t[Token::ButtonDown] : underMouse() ? t[Token::ButtonHover] : on ? t[Token::Button] : QColor(Qt::transparent);
    style::box(&painter, frame, metrics::kRadiusControl, fill, t[on ? Token::Edge : Token::Line]);
    if (hasFocus())
        style::focusRing(&painter, QRectF(rect()).adjusted(1, 1, -1, -1), metrics::kRadiusControl, t[Token::Accent]);
    const QRectF glyph(kEdge, (height() - kGlyph) / 2.0, kGlyph, kGlyph);
    if (m_level == LogLevel::Error && on)
        paintState(&painter, glyph, network::State::Failed, t);
    else if (m_level == LogLevel::Warn && on)
        paintState(&painter, glyph, network::State::Degraded, t);
    else
        paintIcon(&painter, glyph, m_level == LogLevel::Error ? u"state-failed"_s : m_level == LogLevel::Warn ? u"state-degraded"_s
                                   : m_level == LogLevel::Info                                                  ? u"info"_s
                                                                                                                : u"dot"_s, t[Token::Text2], t[Token::Base]);
    int x = kEdge + kGlyph + kGap;
    if (!m_short) {
        painter.setFont(typeFont(Type::Strong));
        painter.setPen(t[on ? Token::Text : Token::Text2]);
        const QString word = items::logLevelWord(m_level);
        painter.drawText(QRect(x, 0, width() - x, height()), Qt::AlignVCenter | Qt::TextSingleLine, word);
        x += painter.fontMetrics().horizontalAdvance(word) + kGap;
    }
    painter.setFont(typeFont(Type::Body));
    painter.setPen(t[Token::Text2]);
    drawTabular(&painter, QRect(x, 0, width() - x - kEdge + 1, height()), Qt::AlignLeft | Qt::AlignVCenter, countText(!m_short));
}

}
