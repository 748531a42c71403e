// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/map/NetworkMap.h"
#include "ui/panes/map/MapLayout.h"
#include "ui/widgets/Faces.h"

#include <QWidget>

namespace qd::ui {

/// The drawing of a map (look.md "Map"). Arrows lead to the next thing in their direction, Tab on; Enter opens, + and - zoom,
/// 0 fits. Its table twin has a row for each node and each connection, in the order they are walked by Page Up and Page Down.
class MapView : public QWidget, public Drawn {
    Q_OBJECT
public:
    /// A node or an edge; both -1: nothing.
    struct Item {
        int node = -1;
        int edge = -1;
        friend bool operator==(const Item &, const Item &) = default;
    };
    explicit MapView(QWidget *parent = nullptr);

    /// What was current stays so while it is there.
    void setMap(const items::NetworkMap &map);
    [[nodiscard]] const items::NetworkMap &map() const { return m_map; }
    [[nodiscard]] const MapLayout &layoutOfMap() const { return m_layout; }
    /// The size there is without scroll bars; the map fills it.
    void setRoom(const QSize &room);
    /// All of it in the room there is, where that leaves texts readable.
    void fit();
    void setZoom(qreal zoom);
    [[nodiscard]] qreal zoom() const { return m_zoom; }
    [[nodiscard]] Item current() const { return m_current; }
    void setCurrent(Item item);
    /// The item of an object; nothing where there is none.
    [[nodiscard]] Item itemOf(const ObjectId &object) const;
    [[nodiscard]] ObjectId objectOf(Item item) const;
    /// What stands there, in this widget's coordinates.
    [[nodiscard]] Item itemAt(const QPointF &at) const;
    [[nodiscard]] QRectF rectOf(Item item) const;
    /// Name, kind and state of an item in words.
    [[nodiscard]] QString textOf(Item item) const;
    [[nodiscard]] TableTwin twin() const override;
    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void currentChanged();
    void openWanted();
    void closeWanted();
    void listWanted();
    void menuWanted(const QPoint &global);
    /// It should be seen.
    void seeWanted(const QRect &part);

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void arrange();
    void placeLabels();
    void walk(int key);
    void step(int by);
    void tell();
    [[nodiscard]] int count() const { return int(m_map.nodes.size() + m_map.edges.size()); }
    [[nodiscard]] Item itemNumber(int number) const;
    [[nodiscard]] int numberOf(Item item) const;
    [[nodiscard]] QString keyOf(Item item) const;
    [[nodiscard]] QPointF centreOf(Item item) const;
    items::NetworkMap m_map;
    MapLayout m_layout;
    QList<QRectF> m_labels;      ///< of edges; null: it says nothing
    QSize m_room{800, 600};
    qreal m_zoom = 1;
    bool m_fit = true;
    Item m_current;
    Item m_hovered;
};

}
