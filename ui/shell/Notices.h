// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/State.h"

#include <QWidget>

#include <functional>

class QPushButton;
class QTimer;
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
    /// A thing that lasts: one notice of that id, said anew in its place and not counted; withdraw() when it is over. 8 s all the
    /// same, as what lasts stands elsewhere too.
    void tell(const QString &id, network::State state, const QString &title, const QString &detail, const NoticeAction &action = {});
    void withdraw(const QString &id);
    [[nodiscard]] bool tells(const QString &id) const;
    /// Other words for what tells(id), if it does; nobody is called.
    void reword(const QString &id, const QString &title, const QString &detail);
    [[nodiscard]] int count() const { return int(m_notices.size()); }
    /// To the bottom right of the window, above the status bar; to its top right while a dialog has its buttons there.
    void place();

protected:
    bool event(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    struct Notice {
        QString title;
        network::State state;
        NoticeBar *bar;
        QTimer *timer = nullptr;           ///< none: it stays
        QString id = {};                   ///< of tell()
        QPushButton *button = nullptr;     ///< there once one was wanted
        std::function<void()> call = {};   ///< of the last one
        int times = 1;
    };
    Notice &add(network::State state, const QString &title, const QString &detail);
    void setAction(Notice &notice, const NoticeAction &action);
    void drop(NoticeBar *bar);
    void act(NoticeBar *bar);
    void follow();
    void comeBack();
    void appear();
    [[nodiscard]] QPoint atBottom(const QSize &size) const;       ///< in the window
    [[nodiscard]] QPoint besideDialog(const QSize &size) const;
    QWidget *m_window;
    bool m_windowGoes = false;
    QWidget *m_dialog = nullptr;   ///< whose they are now; null: the window's
    QVBoxLayout *m_layout;
    QList<Notice> m_notices;
};

}
