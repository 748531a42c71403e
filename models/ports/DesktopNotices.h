// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

namespace qd::ports {

/// A notice of the desktop. Texts are plain, whatever they look like.
struct DesktopNotice {
    QString id;                 ///< of ours; one of the same id takes the place of the one before
    QString title;
    QString text = {};
    bool critical = false;      ///< stays until somebody takes it away
    QString actionText = {};    ///< a button, where the desktop has them; a click on the notice does the same
};

/// The desktop's notices. GUI thread; nothing waits.
class DesktopNotices : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    /// There is a service that shows them; it may come and go.
    [[nodiscard]] virtual bool available() const = 0;
    virtual void show(const DesktopNotice &notice) = 0;
    virtual void withdraw(const QString &id) = 0;

Q_SIGNALS:
    /// Somebody clicked it. `token` lets the window come to the front on Wayland; may be empty.
    void activated(const QString &id, const QString &token);
    void availableChanged();
};

}
