// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/overview/StepTrack.h"

#include "ui/theme/Metrics.h"
#include "ui/theme/StatePainter.h"
#include "ui/theme/Type.h"
#include "ui/widgets/Label.h"

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::overview::ProgressStep;
using network::State;

namespace {
constexpr int kMost = 7;
constexpr int kLeast = 3;

QFont wordFont(bool current)
{
    return current ? typeFont(Type::CaptionStrong) : typeFont(Type::Micro);
}
}

StepTrack::StepTrack(QWidget *parent) : QWidget(parent), m_turning(new StateGlyph(State::Progressing, metrics::kGlyph, this))
{
    setAccessibleRole(this, QAccessible::Graphic);
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_turning->hide();
}

void StepTrack::setSteps(const QList<ProgressStep> &steps)
{
    m_steps = steps;
    QStringList words;
    for (const ProgressStep &step : steps)
        words.append(tr("%1 %2").arg(step.text, stateOf(step)));
    setAccessibleName(tr("Steps: %1").arg(words.join(u", "_s)));
    setToolTip(words.join(u'\n'));
    placeTurning();
    update();
}

QString StepTrack::stateOf(const ProgressStep &step)
{
    return step.state == State::Ready ? tr("done") : step.current ? tr("current") : network::stateWord(step.state);
}

TableTwin StepTrack::twin() const
{
    TableTwin out{tr("Steps"), {tr("Step"), tr("State")}, {}};
    for (const ProgressStep &step : m_steps)
        out.rows.append({step.text, stateOf(step)});
    return out;
}

QSize StepTrack::sizeHint() const
{
    return {320, metrics::kGlyph + 8 + QFontMetrics(wordFont(true)).height()};
}

QSize StepTrack::minimumSizeHint() const
{
    return {160, sizeHint().height()};
}

std::pair<int, int> StepTrack::shown() const
{
    const int count = int(m_steps.size());
    int widest = 1;
    for (const ProgressStep &step : m_steps)
        widest = std::max(widest, QFontMetrics(wordFont(step.current)).horizontalAdvance(step.text) + 2);
    const int most = std::min(count, std::clamp(width() / widest, kLeast, kMost));
    const auto at = std::find_if(m_steps.begin(), m_steps.end(), [](const ProgressStep &s) { return s.current; });
    const int current = at == m_steps.end() ? 0 : int(at - m_steps.begin());
    return {std::clamp(current - most / 2, 0, std::max(0, count - most)), most};
}

qreal StepTrack::centre(int index) const
{
    const auto [first, count] = shown();
    const qreal slot = qreal(width()) / std::max(1, count);
    const qreal x = slot * (index - first + 0.5);
    return layoutDirection() == Qt::RightToLeft ? width() - x : x;
}

void StepTrack::placeTurning()
{
    const auto at = std::find_if(m_steps.begin(), m_steps.end(), [](const ProgressStep &s) { return s.current; });
    const bool turns = at != m_steps.end() && at->state == State::Progressing;
    m_turning->setVisible(turns);
    if (turns)
        m_turning->move(int(centre(int(at - m_steps.begin())) - metrics::kGlyph / 2.0), 2);
}

void StepTrack::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    placeTurning();
}

void StepTrack::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tokens t = tokens(this);
    const auto [first, count] = shown();
    const qreal middle = 2 + metrics::kGlyph / 2.0;
    constexpr qreal gap = metrics::kGlyph / 2.0 + 4;
    const auto line = [&](qreal from, qreal to, bool done) {
        if (to - from < 2)
            return;
        painter.setPen(QPen(t[done ? Token::Text2 : Token::Line], 2));
        painter.drawLine(QPointF(from, middle), QPointF(to, middle));
    };
    const int last = std::min<int>(first + count, int(m_steps.size())) - 1;
    if (first > 0)
        line(0, centre(first) - gap, true);
    if (last + 1 < m_steps.size())
        line(centre(last) + gap, width(), false);
    for (int i = first; i <= last; ++i) {
        const ProgressStep &step = m_steps.at(i);
        const qreal x = centre(i);
        if (i < last)
            line(std::min(x, centre(i + 1)) + gap, std::max(x, centre(i + 1)) - gap, step.state == State::Ready);
        if (!step.current || step.state != State::Progressing)
            paintState(&painter, QRectF(x - metrics::kGlyph / 2.0, 2, metrics::kGlyph, metrics::kGlyph), step.state, t);
        painter.setFont(wordFont(step.current));
        painter.setPen(t[step.current || step.state == State::Failed ? Token::Text : Token::Text2]);
        const qreal slot = qreal(width()) / std::max(1, count);
        const QFontMetrics fm(painter.font());
        painter.drawText(QRectF(x - slot / 2, metrics::kGlyph + 7, slot, fm.height() + 1), Qt::AlignCenter | Qt::TextSingleLine,
                         fm.elidedText(step.text, Qt::ElideRight, int(slot)));
    }
}

}
