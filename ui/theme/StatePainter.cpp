// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/StatePainter.h"

#include "ui/theme/Icons.h"

namespace qd::ui {

using namespace Qt::StringLiterals;
using network::State;

Token stateToken(State state)
{
    switch (state) {
    case State::Failed: return Token::Bad;
    case State::Degraded:
    case State::Stale: return Token::Warn;
    case State::Updating:
    case State::Provisioning:
    case State::Progressing:
    case State::Waiting: return Token::Busy;
    case State::Ready: return Token::Ok;
    case State::NotBegun: return Token::Edge;
    case State::Unknown:
    case State::Deleting:
    case State::Suspended:
    case State::Succeeded:
    case State::Cancelled: break;
    }
    return Token::Idle;
}

Token stateSoftToken(State state)
{
    switch (stateToken(state)) {
    case Token::Bad: return Token::BadSoft;
    case Token::Warn: return Token::WarnSoft;
    case Token::Busy: return Token::BusySoft;
    case Token::Ok: return Token::OkSoft;
    default: return Token::IdleSoft;
    }
}

Token stateWordToken(State state)
{
    if (state == State::Ready)
        return Token::Text;
    return state == State::NotBegun ? Token::Text2 : stateToken(state);
}

bool stateIsLoud(State state)
{
    return state == State::Failed || state == State::Degraded || state == State::Stale;
}

QString stateIcon(State state)
{
    switch (state) {
    case State::Failed: return u"state-failed"_s;
    case State::Degraded: return u"state-degraded"_s;
    case State::Stale: return u"state-stale"_s;
    case State::Updating: return u"state-updating"_s;
    case State::Provisioning: return u"state-provisioning"_s;
    case State::Progressing: return u"state-progressing"_s;
    case State::Suspended: return u"state-suspended"_s;
    case State::Ready:
    case State::Succeeded: return u"state-ready"_s;
    case State::Deleting:
    case State::Cancelled: return u"state-deleting"_s;
    case State::Waiting: return u"user"_s;
    case State::NotBegun: return u"state-not-begun"_s;
    case State::Unknown: break;
    }
    return u"state-unknown"_s;
}

void paintState(QPainter *painter, const QRectF &rect, State state, const Tokens &t, qreal turn)
{
    paintState(painter, rect, state, t[stateToken(state)], t[Token::OnAccent], turn);
}

void paintState(QPainter *painter, const QRectF &rect, State state, const QColor &color, const QColor &knockout, qreal turn)
{
    if (state != State::Progressing || qFuzzyIsNull(turn)) {
        paintIcon(painter, rect, stateIcon(state), color, knockout);
        return;
    }
    painter->save();
    painter->translate(rect.center());
    painter->rotate(360 * turn);
    paintIcon(painter, QRectF(-rect.width() / 2, -rect.height() / 2, rect.width(), rect.height()), stateIcon(state), color,
              knockout);
    painter->restore();
}

}
