// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/telemetry/Availability.h"
#include "models/state/telemetry/VerdictSession.h"

#include <map>
#include <memory>

namespace qd::state {

/// The verdicts and the availability of all environments of a window: one session each, shared by the pages, made when first asked for.
/// GUI thread; borrows clock and environments.
class Verdicts : public QObject {
    Q_OBJECT
public:
    explicit Verdicts(const Clock *clock, QObject *parent = nullptr);
    ~Verdicts() override;
    /// Watches this environment until it dies or is removed.
    void addEnvironment(Environment *environment);
    void removeEnvironment(Environment *environment);
    [[nodiscard]] VerdictSession *session(const QString &cluster) const;
    [[nodiscard]] AvailabilitySession *availability(const QString &cluster) const;
    /// Not determined, without evidence, when nobody looked yet.
    [[nodiscard]] NodeVerdict of(const ObjectId &node) const;
    /// `who` looks at all clusters from now on, those that come later too.
    void look(QObject *who);
    void leave(QObject *who);

Q_SIGNALS:
    /// Of a cluster's nodes.
    void changed(const QString &cluster);
    void availabilityChanged(const QString &cluster);

private:
    struct Of {
        Environment *environment;
        std::unique_ptr<VerdictSession> verdicts;
        std::unique_ptr<AvailabilitySession> availability;
    };
    const Clock *m_clock;
    std::map<QString, Of> m_of;
    QSet<QObject *> m_lookers;
};

}
