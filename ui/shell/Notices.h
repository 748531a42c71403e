// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/State.h"

#include <QWidget>

#include <functional>

class QVBoxLayout;

namespace qd::ui {

class NoticeBar;

/// The one thing that helps: "Details", "Review…". The notice goes when it is done.
struct NoticeAction {
    QString text = {};
    std::function<void()> call = {};
};

/// Bars at the bottom right of the window: 8 s, at most three, repeats counted "(4)", failures stay until dismissed. While a
/// dialog is open over the window they belong to it: above the scrim and usable. Asks the desktop for attention when nobody
/// looks at the program.
class Notices : public QWidget {
    Q_OBJECT
public:
    explicit Notices(QWidget *parent);
    void show(network::State state, const QString &title, const QString &detail = {}, const NoticeAction &action = {});
    [[nodiscard]] int count() const { return int(m_notices.size()); }
    /// To the bottom right of the parent, above `bottom` pixels.
    void place();

protected:
    bool event(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    struct Notice {
        QString title;
        network::State state;
        NoticeBar *bar;
        std::function<void()> call = {};   ///< of the last one
        int times = 1;
    };
    void drop(NoticeBar *bar);
    void act(NoticeBar *bar);
    void follow();
    void comeBack();
    void appear();
    QWidget *m_window;
    bool m_windowGoes = false;
    QWidget *m_dialog = nullptr;   ///< whose they are now; null: the window's
    QVBoxLayout *m_layout;
    QList<Notice> m_notices;
};

}
