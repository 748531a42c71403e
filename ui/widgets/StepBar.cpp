// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/StepBar.h"

#include "ui/theme/Metrics.h"
#include "ui/theme/StatePainter.h"
#include "ui/theme/Type.h"
#include "ui/widgets/Label.h"

namespace qd::ui {

using namespace Qt::StringLiterals;
using network::State;

namespace {

constexpr int kGlyphSpace = 20;
constexpr int kLine = 24;
constexpr int kLineGap = 14;

QString stepWord(const StepBar::Step &step)
{
    switch (step.state) {
    case State::Ready:
    case State::Succeeded: return StepBar::tr("done");
    case State::Failed: return StepBar::tr("failed");
    case State::Progressing: return StepBar::tr("running");
    case State::Waiting: return StepBar::tr("waits for you");
    default: return step.current ? StepBar::tr("current") : StepBar::tr("not begun");
    }
}

}

StepBar::StepBar(QWidget *parent) : QWidget(parent), m_turning(new StateGlyph(State::Progressing, metrics::kGlyph, this))
{
    setAccessibleRole(this, QAccessible::Graphic);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_turning->hide();
}

void StepBar::setSteps(const QList<Step> &steps)
{
    if (steps == m_steps)
        return;
    m_steps = steps;
    QStringList words;
    for (const Step &step : steps)
        words.append(step.text + u' ' + stepWord(step));
    setAccessibleName(tr("Steps: %1").arg(words.join(u", "_s)));
    updateGeometry();
    update();
}

TableTwin StepBar::twin() const
{
    TableTwin out{tr("Steps"), {tr("Step"), tr("State")}, {}};
    for (const Step &step : m_steps)
        out.rows.append({step.text, stepWord(step)});
    return out;
}

QSize StepBar::sizeHint() const
{
    const QFontMetrics strong(typeFont(Type::Strong));
    int width = 2 * metrics::kPageEdge;
    for (const Step &step : m_steps)
        width += kGlyphSpace + strong.horizontalAdvance(step.text) + kLine + 2 * kLineGap;
    return {width, metrics::atLeast(34, strong)};
}

QSize StepBar::minimumSizeHint() const
{
    return {400, sizeHint().height()};
}

void StepBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens t = tokens(this);
    painter.fillRect(rect(), t[Token::Window]);
    painter.fillRect(QRect(0, height() - 1, width(), 1), t[Token::Line]);
    int total = 2 * metrics::kPageEdge - kLine - 2 * kLineGap;
    const QFont body = typeFont(Type::Body);
    const QFont strong = typeFont(Type::Strong);
    for (const Step &step : std::as_const(m_steps))
        total += kGlyphSpace + QFontMetrics(step.current ? strong : body).horizontalAdvance(step.text) + kLine + 2 * kLineGap;
    // Lines give way first, then the words of the steps that are not current.
    const int excess = qMax(0, total - width());
    const int gaps = static_cast<int>(m_steps.size()) - 1;
    const int line = gaps > 0 ? qMax(0, kLine - (excess + gaps - 1) / gaps) : kLine;
    const int gap = line == 0 && gaps > 0 ? qMax(6, kLineGap - (excess - kLine * gaps + 2 * gaps - 1) / (2 * gaps)) : kLineGap;
    const int saved = gaps * (kLine - line + 2 * (kLineGap - gap));
    const int cut = gaps > 0 ? (qMax(0, excess - saved) + gaps - 1) / gaps : 0;
    int x = metrics::kPageEdge;
    bool turns = false;
    const auto visual = [this](const QRect &r) { return QStyle::visualRect(layoutDirection(), rect(), r); };
    const QPen linePen(t[Token::Edge], 1);
    for (int i = 0; i < m_steps.size(); ++i) {
        const Step &step = m_steps.at(i);
        const QRect glyph = visual(QRect(x, (height() - 14) / 2, 14, 14));
        if (step.state == State::Progressing) {
            turns = true;
            m_turning->move(glyph.topLeft());
        } else if (step.current && (step.state == State::NotBegun || step.state == State::Waiting)) {
            painter.setRenderHint(QPainter::Antialiasing);
            painter.setPen(QPen(t[Token::Accent], 4));
            painter.setBrush(t[Token::Window]);
            painter.drawEllipse(QRectF(glyph).adjusted(2.5, 2.5, -2.5, -2.5));
        } else {
            paintState(&painter, glyph, step.state, t);
        }
        x += kGlyphSpace;
        painter.setFont(step.current ? strong : body);
        painter.setPen(t[step.state == State::Failed ? Token::Bad : step.current || step.state == State::Ready ? Token::Text : Token::Text2]);
        const QFontMetrics fm(painter.font());
        const int own = fm.horizontalAdvance(step.text);
        const int room = step.current ? own : qMax(20, own - cut);
        painter.drawText(visual(QRect(x, 0, room + 1, height())), Qt::AlignVCenter | Qt::TextSingleLine,
                         room < own ? fm.elidedText(step.text, Qt::ElideRight, room) : step.text);
        x += room + gap;
        if (i + 1 < m_steps.size() && line > 0) {
            painter.setRenderHint(QPainter::Antialiasing, false);
            painter.fillRect(visual(QRect(x, height() / 2, line, 1)), linePen.color());
        }
        x += line + gap;
    }
    m_turning->setVisible(turns);
}

}
