// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/map/MapPainter.h"

#include "ui/theme/Icons.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/StatePainter.h"
#include "ui/theme/Type.h"
#include "ui/widgets/EnvironmentMark.h"

#include <QApplication>
#include <QPainterPath>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::MapEdge;
using items::MapNode;
using items::MapZone;
using network::State;

namespace {

constexpr qreal kDimmed = 0.35;
constexpr qreal kZoneRadius = 10, kLabelRadius = 4;

QPen dashed(const QColor &color, qreal width, const QList<qreal> &px)
{
    QPen pen(color, width, px.isEmpty() ? Qt::SolidLine : Qt::CustomDashLine, Qt::FlatCap);
    QList<qreal> pattern;
    for (const qreal length : px)
        pattern.append(length / width);
    if (!pattern.isEmpty())
        pen.setDashPattern(pattern);
    return pen;
}

QFont labelFont()
{
    return typeFont(Type::Caption);
}

}

Token mapToken(MapEdge::Line line)
{
    switch (line) {
    case MapEdge::Line::Connected: return Token::Edge;
    case MapEdge::Line::Degraded: return Token::Warn;
    case MapEdge::Line::Failed: return Token::Bad;
    case MapEdge::Line::Changing: return Token::Busy;
    case MapEdge::Line::Off:
    case MapEdge::Line::Unknown: break;
    }
    return Token::Idle;
}

QPen mapPen(MapEdge::Line line, const Tokens &tokens)
{
    const QColor color = tokens[mapToken(line)];
    switch (line) {
    case MapEdge::Line::Connected: return dashed(color, 1.6, {});
    case MapEdge::Line::Degraded: return dashed(color, 2, {7, 3});
    case MapEdge::Line::Failed: return dashed(color, 2, {});
    case MapEdge::Line::Changing: return dashed(color, 2, {4, 3});
    case MapEdge::Line::Off: return dashed(color, 1.4, {2, 4});
    case MapEdge::Line::Unknown: break;
    }
    return dashed(color, 1.4, {8, 4, 2, 4});
}

void MapPainter::zone(const MapZone &zone, const QRectF &box)
{
    m_painter->setPen(dashed(m_tokens[Token::Edge], 1.2, {6, 4}));
    m_painter->setBrush(Qt::NoBrush);
    m_painter->drawRoundedRect(box, kZoneRadius, kZoneRadius);
    const QFont strong = typeFont(Type::Strong), body = typeFont(Type::Body);
    const QRect line = QRectF(box.x() + 16, box.y() + 4, box.width() - 32, MapLayout::header(m_layout.unit) - 8).toRect();
    const int mark = mark::size(zone.mark, QApplication::font()).width();
    const QFontMetrics titles(strong);
    const int most = std::max(40, line.width() - mark - 24);
    const QString title = titles.elidedText(zone.title, Qt::ElideRight, most);
    m_painter->setFont(strong);
    m_painter->setPen(m_tokens[Token::Text]);
    m_painter->drawText(line, Qt::AlignVCenter | Qt::TextSingleLine, title);
    int x = line.x() + titles.horizontalAdvance(title) + 10;
    if (mark > 0)
        x += mark::paint(m_painter, QRect(x, line.y(), mark, line.height()), zone.mark, QApplication::font(), m_tokens) + 10;
    if (zone.stale) {
        paintState(m_painter, QRectF(x, line.center().y() - 6, metrics::kGlyph, metrics::kGlyph), State::Stale, m_tokens);
        x += metrics::kGlyph + 6;
    }
    m_painter->setFont(body);
    m_painter->setPen(m_tokens[zone.stale ? Token::Warn : Token::Text2]);
    const QRect rest(x, line.y(), std::max(0, line.right() - x), line.height());
    m_painter->drawText(rest, Qt::AlignVCenter | Qt::TextSingleLine, QFontMetrics(body).elidedText(zone.detail, Qt::ElideRight, rest.width()));
}

void MapPainter::edge(const MapEdge &edge, const QLineF &line, bool current, bool focused)
{
    m_painter->save();
    if (!edge.found)
        m_painter->setOpacity(kDimmed);
    if (current) {
        QColor halo = m_tokens[Token::Accent];
        halo.setAlphaF(focused ? 0.45F : 0.28F);
        m_painter->setPen(QPen(halo, 9, Qt::SolidLine, Qt::RoundCap));
        m_painter->drawLine(line);
    }
    m_painter->setPen(mapPen(edge.line, m_tokens));
    m_painter->drawLine(line);
    m_painter->restore();
}

QSizeF MapPainter::labelSize(const MapEdge &edge, qreal unit)
{
    if (edge.label.isEmpty())
        return {};
    const QFontMetrics fm(labelFont());
    const qreal glyph = edge.line == MapEdge::Line::Connected ? 0 : metrics::kGlyph + 4;
    return {fm.horizontalAdvance(edge.label) + glyph + 14, std::max(21 * unit, fm.height() + 6.0)};
}

void MapPainter::label(const MapEdge &edge, const QRectF &box, bool current, bool hovered)
{
    m_painter->save();
    if (!edge.found)
        m_painter->setOpacity(kDimmed);
    const bool normal = edge.line == MapEdge::Line::Connected;
    const QColor color = m_tokens[normal || edge.line == MapEdge::Line::Off || edge.line == MapEdge::Line::Unknown ? Token::Text2 : mapToken(edge.line)];
    m_painter->setPen(QPen(current ? m_tokens[Token::Accent] : normal ? m_tokens[Token::Line] : m_tokens[mapToken(edge.line)], current ? 1.6 : 1));
    m_painter->setBrush(m_tokens[current ? Token::Sel : hovered ? Token::Hover : Token::Base]);
    m_painter->drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), kLabelRadius, kLabelRadius);
    QRectF text = box.adjusted(7, 0, -7, 0);
    if (!normal) {
        const State state = edge.line == MapEdge::Line::Changing && edge.state != State::Updating ? State::Provisioning : edge.state;
        paintState(m_painter, QRectF(text.x(), box.center().y() - metrics::kGlyph / 2.0, metrics::kGlyph, metrics::kGlyph), state, m_tokens);
        text.setLeft(text.left() + metrics::kGlyph + 4);
    }
    m_painter->setFont(labelFont());
    m_painter->setPen(color);
    m_painter->drawText(text, Qt::AlignVCenter | Qt::TextSingleLine, edge.label);
    m_painter->restore();
}

QPen MapPainter::nodePen(const MapNode &node, bool current) const
{
    if (current)
        return QPen(m_tokens[Token::Accent], 2);
    switch (items::isTroubled(node.verdict) ? network::worse(node.state, state::shapeOf(*node.verdict)) : node.state) {
    case State::Failed: return QPen(m_tokens[Token::Bad], 2);
    case State::Degraded: return QPen(m_tokens[Token::Warn], 2);
    case State::Stale: return QPen(m_tokens[Token::Warn], 1.2);
    case State::Suspended:
    case State::Unknown: return dashed(m_tokens[Token::Edge], 1.2, {4, 3});
    default: return QPen(m_tokens[Token::Edge], 1.2);
    }
}

void MapPainter::outline(const MapNode &node, const QRectF &box, const QColor &fill, const QPen &pen)
{
    m_painter->setPen(pen);
    m_painter->setBrush(fill);
    const QRectF inner = box.adjusted(0.5, 0.5, -0.5, -0.5);
    if (node.shape == MapNode::Shape::Domain) {
        m_painter->drawPolygon(MapLayout::outline(inner, node.shape));
        return;
    }
    m_painter->drawRoundedRect(inner, metrics::kRadiusCard, metrics::kRadiusCard);
    if (node.shape == MapNode::Shape::Bridge) {
        m_painter->setBrush(Qt::NoBrush);
        m_painter->drawRoundedRect(inner.adjusted(3, 3, -3, -3), metrics::kRadiusControl, metrics::kRadiusControl);
    }
}

/// At the right end of the line: its shape with the word where it is bad, the shape alone where nothing is known; one that gets on is
/// quiet, and "Degraded" is not told twice. The width it takes.
qreal MapPainter::verdict(const MapNode &node, const QRectF &line)
{
    if (!node.verdict || *node.verdict == state::VerdictState::Progressing)
        return 0;
    const State shape = state::shapeOf(*node.verdict);
    if (shape == State::Degraded && node.state == State::Degraded)
        return 0;
    QFont font = typeFont(Type::Body);
    font.setWeight(QFont::Medium);
    const QString word = items::isTroubled(node.verdict) ? state::verdictWord(*node.verdict) : QString();
    const qreal wide = metrics::kGlyph + (word.isEmpty() ? 0 : 4 + QFontMetrics(font).horizontalAdvance(word) + 1);
    const QRectF place(line.right() - wide, line.y(), wide, line.height());
    paintState(m_painter, QRectF(place.x(), place.center().y() - metrics::kGlyph / 2.0, metrics::kGlyph, metrics::kGlyph), shape, m_tokens);
    if (!word.isEmpty()) {
        m_painter->setFont(font);
        m_painter->setPen(m_tokens[stateWordToken(shape)]);
        m_painter->drawText(place.adjusted(metrics::kGlyph + 4, 0, 0, 0), Qt::AlignVCenter | Qt::TextSingleLine, word);
    }
    return wide + 8;
}

void MapPainter::node(const MapNode &node, const QRectF &box, bool current, bool focused, bool hovered)
{
    m_painter->save();
    if (!node.found)
        m_painter->setOpacity(kDimmed);
    const QColor fill = m_tokens[current ? focused ? Token::Sel : Token::Sel2 : hovered ? Token::Hover : Token::Base];
    if (node.count > 1) {   // many as one: a second sheet behind it
        const QRectF sheet = box.translated(5, 5);
        m_painter->setPen(QPen(m_tokens[Token::Edge], 1.2));
        m_painter->setBrush(m_tokens[Token::Base]);
        m_painter->drawRoundedRect(sheet.adjusted(0.5, 0.5, -0.5, -0.5), metrics::kRadiusCard, metrics::kRadiusCard);
    }
    if (current && focused) {
        QColor halo = m_tokens[Token::Accent];
        halo.setAlphaF(0.35F);
        outline(node, box.adjusted(-3, -3, 3, 3), Qt::transparent, QPen(halo, 4));
    }
    outline(node, box, fill, nodePen(node, current));
    const qreal left = node.shape == MapNode::Shape::Domain ? 28 * m_layout.unit : 13;
    const QFont strong = typeFont(Type::Strong);
    const bool loud = stateIsLoud(node.state);
    QFont body = typeFont(Type::Body);
    if (loud)
        body.setWeight(QFont::Medium);
    const QFontMetrics names(strong), details(body);
    const qreal gap = 4 * m_layout.unit, high = names.height() + gap + details.height();
    const QRectF first(box.x() + left, box.center().y() - high / 2, box.width() - left - 10, names.height());
    const QRectF second(first.x(), first.bottom() + gap, first.width(), details.height());
    paintIcon(m_painter, QRectF(first.x(), first.center().y() - 8, metrics::kIcon, metrics::kIcon), node.icon, m_tokens[Token::Text2]);
    paintState(m_painter, QRectF(first.x() + 1, second.center().y() - metrics::kGlyph / 2.0, metrics::kGlyph, metrics::kGlyph), node.state, m_tokens);
    const qreal text = metrics::kIcon + 7;
    m_painter->setFont(strong);
    m_painter->setPen(m_tokens[Token::Text]);
    m_painter->drawText(first.adjusted(text, 0, 0, 0), Qt::AlignVCenter | Qt::TextSingleLine, names.elidedText(node.name, Qt::ElideRight, int(first.width() - text)));
    const qreal taken = verdict(node, second);
    const int room = int(second.width() - text - taken);
    // Where both have no place, the state's word goes before its number.
    const QString detail = taken > 0 && details.horizontalAdvance(node.detail) > room ? node.detail.section(QStringLiteral(", "), 0, 0) : node.detail;
    m_painter->setFont(body);
    m_painter->setPen(m_tokens[loud || node.state == State::Updating || node.state == State::Provisioning ? stateWordToken(node.state) : Token::Text2]);
    m_painter->drawText(second.adjusted(text, 0, 0, 0), Qt::AlignVCenter | Qt::TextSingleLine, details.elidedText(detail, Qt::ElideRight, room));
    m_painter->restore();
}

}
