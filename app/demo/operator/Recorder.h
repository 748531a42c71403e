// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/operator/Plan.h"
#include "models/core/Clock.h"

#include <QCache>
#include <QObject>

#include <memory>

namespace qd::demo {

/// Records core/v1 Events as client-go's recorder does: the same reason and message for the same object raises the count of
/// one Event instead of adding another; one the server has forgotten is made anew. Failures are dropped: an event is never worth more than the work.
class Recorder : public QObject {
    Q_OBJECT
public:
    Recorder(std::shared_ptr<ports::ResourceGateway> gateway, const Clock &clock, QString component, QObject *parent = nullptr,
             qsizetype remembered = 4096);
    void record(const QJsonObject &object, const EventDraft &event);

private:
    struct Known {
        QString name;
        int count = 1;
    };
    void create(const QJsonObject &object, const EventDraft &event, const QString &key);
    void raise(const QJsonObject &object, const EventDraft &event, const QString &key);

    std::shared_ptr<ports::ResourceGateway> m_gateway;
    const Clock &m_clock;
    QString m_component;
    QCache<QString, Known> m_known;     ///< least recently used goes first, as in client-go
    qint64 m_serial = 0;
};

}
