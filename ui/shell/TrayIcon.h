// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/Attention.h"
#include "models/items/telemetry/AlertList.h"

#include <QObject>

class QAction;
class QMenu;
class QSystemTrayIcon;

namespace qd::ui {

/// What a tray tells of.
struct TrayReading {
    items::AlertCounts alerts = {};
    bool alertsKnown = false;       ///< all clusters have answered, or something fires
    bool alertsOld = false;
    items::Attention::Count nodes = {};
    bool nodesKnown = false;        ///< all clusters have told theirs
};

/// The program in the desktop's tray: its mark with the shape and colour of the worst that fires or of the worst node, the same in words, and a menu. Where
/// there is no tray it waits for one. The window stays where it is: nothing is ever hidden in a tray.
class TrayIcon : public QObject {
    Q_OBJECT
public:
    explicit TrayIcon(QObject *parent = nullptr);
    ~TrayIcon() override;
    void setReading(const TrayReading &reading);
    void setPaused(bool paused);
    [[nodiscard]] QString text() const { return m_text; }
    [[nodiscard]] network::State state() const { return m_state; }
    [[nodiscard]] QMenu *menu() const { return m_menu.get(); }
    /// As it is drawn, in this size: on a ground of its own, since trays are light or dark whatever the program is.
    [[nodiscard]] static QPixmap picture(network::State state, int size, bool dark);

Q_SIGNALS:
    void openWanted();
    void pauseWanted(bool pause);
    void quitWanted();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void draw();
    std::unique_ptr<QMenu> m_menu;
    QSystemTrayIcon *m_icon;
    QAction *m_words;
    QAction *m_pause;
    QString m_text;
    network::State m_state = network::State::Unknown;
};

}
