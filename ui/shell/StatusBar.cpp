// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/StatusBar.h"

#include "models/core/Format.h"
#include "ui/theme/Metrics.h"
#include "ui/shell/Panels.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Faces.h"
#include "ui/widgets/Label.h"

#include <QSet>

#include <utility>

namespace qd::ui {

using namespace Qt::StringLiterals;

StatusBar::StatusBar(const ShellContext &context, QWidget *parent)
    : QWidget(parent)
    , m_context(context)
{
    setAccessibleRole(this, QAccessible::StatusBar);
    setAccessibleName(tr("Status"));
    setFixedHeight(metrics::kStatusBar);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(40, 1, 20, 0);
    layout->setSpacing(16);
    m_fresh = new Label({}, Type::Caption, Token::Text, this);
    m_resume = makeIconButton(u"play"_s, tr("Go on with live updates (F8)"), this);
    m_resume->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_resume->setText(tr("Go on"));
    m_resume->setFixedHeight(metrics::kStatusBar - 4);
    m_resume->hide();
    m_watched = new Label({}, Type::Caption, Token::Text2, this);
    m_glyph = new StateGlyph(network::State::Progressing, 12, this);
    m_operation = new ElidedLabel({}, Type::Caption, Token::Text, Qt::ElideRight, this);
    m_hints = new Label({}, Type::Caption, Token::Text2, this);
    layout->addWidget(m_fresh);
    layout->addWidget(m_resume);
    layout->addWidget(m_watched);
    layout->addStretch(1);
    layout->addWidget(m_glyph);
    layout->addWidget(m_operation);
    layout->addSpacing(12);
    layout->addWidget(m_hints);
    if (context.operations)
        connect(context.operations, &state::Operations::changed, this, &StatusBar::updateOperation);
    for (state::Environment *environment : context.environments)
        connect(environment, &state::Environment::freshnessChanged, this, &StatusBar::tick);
    updateOperation();
    tick();
}

QString StatusBar::freshnessText() const
{
    QDateTime newest;
    bool fresh = false, paused = false, connecting = false;
    for (const state::Environment *environment : m_context.environments) {
        const Freshness f = environment->freshness();
        fresh = fresh || f.state == Freshness::State::Fresh;
        paused = paused || f.state == Freshness::State::Paused;
        connecting = connecting || f.state == Freshness::State::Connecting;
        if (f.lastAnswer.isValid() && (!newest.isValid() || f.lastAnswer > newest))
            newest = f.lastAnswer;
    }
    if (m_paused)
        return tr("Paused, showing %1 UTC").arg(m_pausedAt.toUTC().toString(u"HH:mm:ss"_s));
    const QString at = newest.isValid() ? newest.toUTC().toString(u"HH:mm:ss"_s) : QString();
    if (m_context.environments.isEmpty())
        return tr("No environment is open");
    if (fresh)
        return tr("Live, as of %1 UTC").arg(at);
    if (paused)
        return tr("Paused, showing %1 UTC").arg(at);
    if (connecting && at.isEmpty())
        return tr("Connecting");
    return at.isEmpty() ? tr("Not connected") : tr("Not connected, showing %1 UTC").arg(at);
}

void StatusBar::tick()
{
    // Once a second, all day: only what says something else is painted.
    if (const QString text = freshnessText(); text != m_fresh->text())
        m_fresh->setText(text);
    int kinds = 0;
    bool live = false;
    for (const state::Environment *environment : m_context.environments) {
        live = live || environment->freshness().state == Freshness::State::Fresh;
        int watched = 0;
        for (const state::ResourceStore *store : environment->stores()) {
            const LoadState::Phase phase = store->loadState().phase;
            watched += phase == LoadState::Phase::Ready || phase == LoadState::Phase::Refreshing || phase == LoadState::Phase::Stale;
        }
        kinds = std::max(kinds, watched);
    }
    const bool paints = m_live != (live && !m_paused);
    m_live = live && !m_paused;
    if (!m_paused && std::exchange(m_kinds, kinds) != kinds)
        m_watched->setText(kinds > 0 ? tr("%n kind(s) watched", nullptr, kinds) : QString());
    if (m_context.operations && !m_context.operations->list().isEmpty())
        tellOperation(m_context.operations->list().first());
    if (paints)
        update();
}

void StatusBar::setPaused(bool paused, int waiting)
{
    if (paused && !m_paused)
        m_pausedAt = m_context.clock->now();
    m_paused = paused;
    m_resume->setVisible(paused);
    if (paused) {
        m_kinds = -1;   // said again afterwards
        m_watched->setText(waiting > 0 ? tr("%n change(s) waiting", nullptr, waiting) : tr("nothing changed since"));
    }
    m_watched->setVisible(paused || !m_folded);
    tick();
}

void StatusBar::updateOperation()
{
    const bool any = m_context.operations && !m_context.operations->list().isEmpty();
    m_glyph->setVisible(any);
    m_operation->setVisible(any);
    if (!any)
        return;
    const state::Operation &newest = m_context.operations->list().first();
    m_glyph->setState(newest.state);
    tellOperation(newest);
}

/// How long it runs stands behind what it does.
void StatusBar::tellOperation(const state::Operation &newest)
{
    const QString text = operationText(newest);
    const QString said = newest.running() && newest.started.isValid() ? tr("%1, %2").arg(text, formatAge(newest.started, m_context.clock->now())) : text;
    if (said != m_operation->text())
        m_operation->setText(said);
}

void StatusBar::setKeyHints(const QString &hints)
{
    m_hints->setText(hints);
}

void StatusBar::setFolded(bool folded)
{
    m_folded = folded;
    m_watched->setVisible(!folded || m_paused);
    m_hints->setVisible(!folded);
}

void StatusBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens t = tokens(this);
    painter.fillRect(rect(), t[Token::Window]);
    painter.fillRect(QRect(0, 0, width(), 1), t[Token::Line]);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(t[m_live ? Token::Ok : Token::Warn]);
    painter.drawEllipse(QPointF(20.5, height() / 2.0 + 0.5), 3.5, 3.5);
}

}
