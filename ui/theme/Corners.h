// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace qd::ui {

/// Whether the desktop blends what is translucent. Under X11 a compositing manager does, which owns the selection _NET_WM_CM_Sn (EWMH,
/// "Compositing Managers"); where none runs (VNC, thin clients, plain window managers) translucent corners would be black.
[[nodiscard]] bool desktopBlends();

/// Gives a frameless top-level window the corners of the design: blended where the desktop blends, else cut by a mask. Before it is
/// shown for the first time; GUI thread.
void roundCorners(QWidget *window, int radius);

}
