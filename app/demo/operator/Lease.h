// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Clock.h"
#include "models/ports/ResourceGateway.h"

#include <QObject>
#include <QTimer>

#include <memory>

namespace qd::demo {

/// Leader election by a coordination.k8s.io/v1 Lease, as client-go does it: held 15 s, renewed every 5 s, taken over when the
/// holder has not renewed it for its whole duration by our own clock (clocks of others are not trusted).
class Lease : public QObject {
    Q_OBJECT
public:
    Lease(std::shared_ptr<ports::ResourceGateway> gateway, const Clock &clock, QString ns, QString name, QString identity,
          QObject *parent = nullptr);
    void start();
    /// Gives the Lease back, so that the next one need not wait; released() follows.
    void release();
    [[nodiscard]] bool held() const { return m_held; }

Q_SIGNALS:
    void heldChanged(bool held);
    void released();
    void troubled(const qd::Error &error);

private:
    void look();
    void seen(const Result<QJsonObject> &lease);
    void take(const QJsonObject &lease);
    void written(const Result<ports::WriteOutcome> &outcome);
    void setHeld(bool held);

    std::shared_ptr<ports::ResourceGateway> m_gateway;
    const Clock &m_clock;
    QString m_ns;
    QString m_name;
    QString m_identity;
    QTimer m_timer;
    QString m_seenVersion;
    qint64 m_seenAt = 0;       ///< monotonic; when the other holder's record last changed
    qint64 m_renewedAt = 0;    ///< monotonic
    bool m_held = false;
    bool m_releasing = false;
};

}
