// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/map/MapView.h"

#include "ui/panes/map/MapPainter.h"
#include "ui/theme/Metrics.h"
#include "ui/widgets/Label.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::MapEdge;
using items::MapNode;
using items::NetworkMap;

namespace {
constexpr qreal kLeastZoom = 0.5, kMostZoom = 2, kZoomStep = 1.25;
constexpr qreal kLeastFit = 0.85;       ///< texts of 13 px stay larger than the smallest of look.md
constexpr int kBodyHeight = 16;
constexpr qreal kNear = 8;       ///< px from a line that still mean it
}

MapView::MapView(QWidget *parent) : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleRole(this, QAccessible::Chart);
    setAccessibleName(tr("Map"));
}

void MapView::setMap(const NetworkMap &map)
{
    if (map == m_map)
        return;
    const QString was = keyOf(m_current);
    m_map = map;
    m_hovered = {};
    m_current = {};
    for (int i = 0; !was.isEmpty() && i < count(); ++i) {
        if (keyOf(itemNumber(i)) == was)
            m_current = itemNumber(i);
    }
    arrange();
    tell();
    if (!was.isEmpty() && m_current == Item())
        Q_EMIT currentChanged();
}

void MapView::setRoom(const QSize &room)
{
    if (room == m_room)
        return;
    m_room = room;
    arrange();
}

void MapView::fit()
{
    m_fit = true;
    arrange();
}

void MapView::setZoom(qreal zoom)
{
    m_fit = false;
    m_zoom = std::clamp(zoom, kLeastZoom, kMostZoom);
    arrange();
    if (m_current != Item())
        Q_EMIT seeWanted(rectOf(m_current).toAlignedRect().adjusted(-16, -16, 16, 16));
}

/// The map fills the room there is; larger than it, the view around it scrolls.
void MapView::arrange()
{
    const qreal unit = std::max(1.0, qreal(fontMetrics().height()) / kBodyHeight);
    // As it fits: a little smaller rather than with scroll bars.
    const auto fits = [this](const QSizeF &size, qreal zoom) { return std::min(m_room.width() / (size.width() * zoom), m_room.height() / (size.height() * zoom)); };
    if (m_fit) {
        m_zoom = 1;
        m_layout = MapLayout::of(m_map, unit, m_room);
        for (int i = 0; i < 3 && m_zoom > kLeastFit && fits(m_layout.size, m_zoom) < 0.999; ++i) {
            m_zoom = std::max(kLeastFit, m_zoom * fits(m_layout.size, m_zoom));
            m_layout = MapLayout::of(m_map, unit, QSizeF(m_room) / m_zoom);
        }
    } else {
        m_layout = MapLayout::of(m_map, unit, QSizeF(m_room) / m_zoom);
    }
    // What one scroll bar takes shall not make the other.
    if (m_layout.size.height() * m_zoom > m_room.height() + 1 && m_layout.size.width() * m_zoom < m_room.width() + 1)
        m_layout = MapLayout::of(m_map, unit, QSizeF(m_room.width() - metrics::kScrollBar - 1, m_room.height()) / m_zoom);
    placeLabels();
    const QSize size(int(m_layout.size.width() * m_zoom), int(m_layout.size.height() * m_zoom));
    setMinimumSize(size);
    resize(size);
    update();
}

/// In the middle of their lines, or where nothing else stands.
void MapView::placeLabels()
{
    m_labels.clear();
    QList<QRectF> taken = m_layout.nodes;
    for (int i = 0; i < int(m_map.edges.size()); ++i) {
        const QSizeF size = MapPainter::labelSize(m_map.edges.at(i), m_layout.unit);
        if (size.isEmpty()) {
            m_labels.append(QRectF());
            continue;
        }
        QRectF best;
        // At last right beside the node.
        const qreal beside = (size.height() / 2 + 5) / std::max(1.0, m_layout.edges.at(i).length());
        for (const qreal at : {0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, beside}) {
            const QPointF centre = m_layout.edges.at(i).pointAt(at);
            const QRectF box(std::round(centre.x() - size.width() / 2), std::round(centre.y() - size.height() / 2), size.width(), size.height());
            best = box;
            if (std::none_of(taken.begin(), taken.end(), [&box](const QRectF &t) { return t.intersects(box.adjusted(-2, -2, 2, 2)); }))
                break;
        }
        m_labels.append(best);
        taken.append(best);
    }
}

MapView::Item MapView::itemNumber(int number) const
{
    const int nodes = int(m_map.nodes.size());
    return number < 0 || number >= count() ? Item() : number < nodes ? Item{number, -1} : Item{-1, number - nodes};
}

int MapView::numberOf(Item item) const
{
    return item.node >= 0 ? item.node : item.edge >= 0 ? int(m_map.nodes.size()) + item.edge : -1;
}

QString MapView::keyOf(Item item) const
{
    if (item.node >= 0)
        return u"n "_s + m_map.nodes.at(item.node).key;
    return item.edge >= 0 ? QString(u"e "_s + m_map.edges.at(item.edge).key) : QString();
}

QPointF MapView::centreOf(Item item) const
{
    if (item.node >= 0)
        return m_layout.nodes.at(item.node).center();
    const QRectF label = m_labels.at(item.edge);
    return label.isNull() ? m_layout.edges.at(item.edge).center() : label.center();
}

QRectF MapView::rectOf(Item item) const
{
    if (item == Item())
        return {};
    QRectF out;
    if (item.node >= 0)
        out = m_layout.nodes.at(item.node);
    else if (!m_labels.at(item.edge).isNull())
        out = m_labels.at(item.edge);
    else
        out = QRectF(centreOf(item) - QPointF(8, 8), QSizeF(16, 16));
    return {out.topLeft() * m_zoom, out.size() * m_zoom};
}

MapView::Item MapView::itemOf(const ObjectId &object) const
{
    for (int i = 0; i < count(); ++i) {
        const ObjectId own = objectOf(itemNumber(i));
        if (!own.name.isEmpty() && own.cluster == object.cluster && own.gvr == object.gvr && own.ns == object.ns && own.name == object.name)
            return itemNumber(i);
    }
    return {};
}

ObjectId MapView::objectOf(Item item) const
{
    if (item.node >= 0)
        return m_map.nodes.at(item.node).object;
    if (item.edge < 0)
        return {};
    // What only the node reports is the node's.
    const MapEdge &edge = m_map.edges.at(item.edge);
    return edge.object.name.isEmpty() && edge.count == 1 ? m_map.nodes.at(edge.node).object : edge.object;
}

MapView::Item MapView::itemAt(const QPointF &widget) const
{
    const QPointF at = widget / m_zoom;
    for (int i = 0; i < int(m_map.nodes.size()); ++i) {
        if (MapLayout::outline(m_layout.nodes.at(i), m_map.nodes.at(i).shape).containsPoint(at, Qt::OddEvenFill))
            return {i, -1};
    }
    int best = -1;
    qreal least = kNear;
    for (int i = 0; i < int(m_map.edges.size()); ++i) {
        if (m_labels.at(i).contains(at))
            return {-1, i};
        const QLineF line = m_layout.edges.at(i);
        const QPointF along = line.p2() - line.p1(), to = at - line.p1();
        const qreal length = QPointF::dotProduct(along, along);
        const qreal part = length > 0 ? std::clamp(QPointF::dotProduct(to, along) / length, 0.0, 1.0) : 0;
        if (const qreal away = QLineF(at, line.pointAt(part)).length(); away < least) {
            least = away;
            best = i;
        }
    }
    return {-1, best};
}

QString MapView::textOf(Item item) const
{
    if (item.node >= 0) {
        const MapNode &node = m_map.nodes.at(item.node);
        const QString zone = m_map.zones.at(node.zone).title;
        return node.count > 1 ? tr("%1 in %2, %3").arg(node.name, zone, wholeText(node)) : tr("%1 %2 in %3, %4").arg(node.kind, node.name, zone, wholeText(node));
    }
    if (item.edge < 0)
        return tr("Nothing is chosen");
    return tr("Connection %1, %2").arg(m_map.edges.at(item.edge).name, m_map.edges.at(item.edge).detail);
}

TableTwin MapView::twin() const
{
    TableTwin out{tr("Nodes and connections"), {tr("Name"), tr("What it is"), tr("Network"), tr("State")}, {}};
    for (const MapNode &node : m_map.nodes)
        out.rows.append({node.name, node.count > 1 ? tr("Group") : node.kind, m_map.zones.at(node.zone).title, wholeText(node)});
    for (const MapEdge &edge : m_map.edges)
        out.rows.append({edge.name, tr("Connection"), m_map.zones.at(m_map.nodes.at(edge.node).zone).title, edge.detail});
    return out;
}

QSize MapView::sizeHint() const
{
    return minimumSize();
}

void MapView::setCurrent(Item item)
{
    if (item == m_current)
        return;
    m_current = item;
    tell();
    update();
    if (item != Item()) {
        Q_EMIT seeWanted(rectOf(item).toAlignedRect().adjusted(-16, -16, 16, 16));
        if (hasFocus())
            tellCurrentCell(this, numberOf(item));
    }
    Q_EMIT currentChanged();
}

void MapView::tell()
{
    setAccessibleDescription(textOf(m_current));
}

/// The nearest thing in the direction, those straight ahead first.
void MapView::walk(int key)
{
    if (m_current == Item()) {
        setCurrent(itemNumber(0));
        return;
    }
    const QPointF from = centreOf(m_current);
    Item best;
    qreal least = 1e9;
    for (int i = 0; i < count(); ++i) {
        const QPointF to = centreOf(itemNumber(i)) - from;
        const qreal ahead = key == Qt::Key_Left ? -to.x() : key == Qt::Key_Right ? to.x() : key == Qt::Key_Up ? -to.y() : to.y();
        const qreal aside = std::abs(key == Qt::Key_Left || key == Qt::Key_Right ? to.y() : to.x());
        if (ahead < 4 || aside > ahead * 3)
            continue;
        if (const qreal far = ahead + 2 * aside; far < least) {
            least = far;
            best = itemNumber(i);
        }
    }
    if (best != Item())
        setCurrent(best);
}

void MapView::step(int by)
{
    if (count() > 0)
        setCurrent(itemNumber(std::clamp(numberOf(m_current) + by, 0, count() - 1)));
}

void MapView::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down: walk(event->key()); return;
    case Qt::Key_PageDown: step(1); return;
    case Qt::Key_PageUp: step(-1); return;
    case Qt::Key_Home: setCurrent(itemNumber(0)); return;
    case Qt::Key_End: setCurrent(itemNumber(count() - 1)); return;
    case Qt::Key_Return:
    case Qt::Key_Enter: Q_EMIT openWanted(); return;
    case Qt::Key_Escape: Q_EMIT closeWanted(); return;
    case Qt::Key_Plus:
    case Qt::Key_Equal: setZoom(m_zoom * kZoomStep); return;
    case Qt::Key_Minus: setZoom(m_zoom / kZoomStep); return;
    case Qt::Key_0: fit(); return;
    case Qt::Key_L: Q_EMIT listWanted(); return;
    case Qt::Key_Menu: Q_EMIT menuWanted(mapToGlobal(rectOf(m_current).bottomLeft().toPoint())); return;
    default: QWidget::keyPressEvent(event);
    }
}

void MapView::mousePressEvent(QMouseEvent *event)
{
    setFocus(Qt::MouseFocusReason);
    setCurrent(itemAt(event->position()));
}

void MapView::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (itemAt(event->position()) != Item())
        Q_EMIT openWanted();
}

void MapView::mouseMoveEvent(QMouseEvent *event)
{
    const Item at = itemAt(event->position());
    if (at == m_hovered)
        return;
    m_hovered = at;
    setCursor(at == Item() ? Qt::ArrowCursor : Qt::PointingHandCursor);
    update();
}

void MapView::leaveEvent(QEvent *)
{
    m_hovered = {};
    update();
}

void MapView::contextMenuEvent(QContextMenuEvent *event)
{
    if (event->reason() == QContextMenuEvent::Mouse)
        setCurrent(itemAt(event->pos()));
    if (m_current != Item())
        Q_EMIT menuWanted(event->globalPos());
}

/// With Ctrl it zooms, without it scrolls.
void MapView::wheelEvent(QWheelEvent *event)
{
    if (!event->modifiers().testFlag(Qt::ControlModifier)) {
        event->ignore();
        return;
    }
    setZoom(event->angleDelta().y() > 0 ? m_zoom * kZoomStep : m_zoom / kZoomStep);
}

void MapView::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    if (m_current == Item() && count() > 0 && event->reason() != Qt::MouseFocusReason)
        setCurrent(itemNumber(0));
    update();
}

void MapView::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    update();
}

void MapView::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::ApplicationFontChange)
        arrange();
}

bool MapView::event(QEvent *event)
{
    // L is the lists here, whatever it is in them.
    if (event->type() == QEvent::ShortcutOverride) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (key->key() == Qt::Key_L && key->modifiers() == Qt::NoModifier) {
            event->accept();
            return true;
        }
    }
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const Item at = itemAt(help->pos());
        if (at == Item())
            QToolTip::hideText();
        else
            QToolTip::showText(help->globalPos(), plainTip(textOf(at)), this);
        return true;
    }
    return QWidget::event(event);
}

void MapView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tokens t = tokens(this);
    painter.setLayoutDirection(Qt::LeftToRight);
    painter.scale(m_zoom, m_zoom);
    MapPainter paint(&painter, t, m_layout);
    for (int i = 0; i < int(m_map.zones.size()); ++i)
        paint.zone(m_map.zones.at(i), m_layout.zones.at(i));
    for (int i = 0; i < int(m_map.edges.size()); ++i)
        paint.edge(m_map.edges.at(i), m_layout.edges.at(i), m_current == Item{-1, i}, hasFocus());
    for (int i = 0; i < int(m_map.nodes.size()); ++i)
        paint.node(m_map.nodes.at(i), m_layout.nodes.at(i), m_current == Item{i, -1}, hasFocus(), m_hovered == Item{i, -1});
    for (int i = 0; i < int(m_map.edges.size()); ++i) {
        if (!m_labels.at(i).isNull())
            paint.label(m_map.edges.at(i), m_labels.at(i), m_current == Item{-1, i}, m_hovered == Item{-1, i});
    }
}

}
