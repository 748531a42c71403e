// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/Corners.h"

#include <QEvent>
#include <QGuiApplication>
#include <QPainterPath>
#include <QRegion>
#include <QWidget>

#if QT_CONFIG(xcb)
#include <cstdlib>
#include <memory>
#include <xcb/xcb.h>
#endif

namespace qd::ui {

namespace {

/// Cuts the corners whenever the window gets another size. Child of the window.
class CornerMask : public QObject {
public:
    CornerMask(QWidget *window, int radius) : QObject(window), m_radius(radius) { window->installEventFilter(this); }

    bool eventFilter(QObject *watched, QEvent *event) override
    {
        auto *window = static_cast<QWidget *>(watched);
        if (event->type() == QEvent::Resize || event->type() == QEvent::Show) {
            QPainterPath path;
            path.addRoundedRect(window->rect(), m_radius, m_radius);
            window->setMask(QRegion(path.toFillPolygon().toPolygon()));
        }
        return QObject::eventFilter(watched, event);
    }

private:
    int m_radius;
};

#if QT_CONFIG(xcb)
template <typename Reply> using Owned = std::unique_ptr<Reply, decltype(&std::free)>;

bool compositorOwnsScreen(xcb_connection_t *connection)
{
    const QByteArray name = "_NET_WM_CM_S0";
    const auto asked = xcb_intern_atom(connection, 1, uint16_t(name.size()), name.constData());
    const Owned<xcb_intern_atom_reply_t> atom(xcb_intern_atom_reply(connection, asked, nullptr), &std::free);
    if (!atom || atom->atom == XCB_ATOM_NONE)
        return false;
    const auto wanted = xcb_get_selection_owner(connection, atom->atom);
    const Owned<xcb_get_selection_owner_reply_t> owner(xcb_get_selection_owner_reply(connection, wanted, nullptr), &std::free);
    return owner && owner->owner != XCB_NONE;
}
#endif

}

bool desktopBlends()
{
#if QT_CONFIG(xcb)
    if (const auto *x11 = qGuiApp->nativeInterface<QNativeInterface::QX11Application>(); x11 && x11->connection())
        return compositorOwnsScreen(x11->connection());
#endif
    return true;
}

void roundCorners(QWidget *window, int radius)
{
    if (desktopBlends())
        window->setAttribute(Qt::WA_TranslucentBackground);
    else
        new CornerMask(window, radius);
}

}
