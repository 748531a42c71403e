// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/telemetry/Verdicts.h"

namespace qd::state {

Verdicts::Verdicts(const Clock *clock, QObject *parent) : QObject(parent), m_clock(clock) { }
Verdicts::~Verdicts() = default;

void Verdicts::addEnvironment(Environment *environment)
{
    const QString cluster = environment->name();
    if (m_of.contains(cluster))
        return;
    Of &of = m_of[cluster];
    of.environment = environment;
    of.verdicts = std::make_unique<VerdictSession>(environment, m_clock);
    of.availability = std::make_unique<AvailabilitySession>(environment, m_clock);
    connect(of.verdicts.get(), &VerdictSession::changed, this, [this, cluster] { Q_EMIT changed(cluster); });
    connect(of.availability.get(), &AvailabilitySession::changed, this, [this, cluster] { Q_EMIT availabilityChanged(cluster); });
    connect(environment, &QObject::destroyed, this, [this, environment] { removeEnvironment(environment); });
    for (QObject *who : std::as_const(m_lookers))
        of.verdicts->look(who);
}

void Verdicts::removeEnvironment(Environment *environment)
{
    disconnect(environment, nullptr, this, nullptr);
    std::erase_if(m_of, [environment](const auto &entry) { return entry.second.environment == environment; });
}

VerdictSession *Verdicts::session(const QString &cluster) const
{
    const auto of = m_of.find(cluster);
    return of == m_of.end() ? nullptr : of->second.verdicts.get();
}

AvailabilitySession *Verdicts::availability(const QString &cluster) const
{
    const auto of = m_of.find(cluster);
    return of == m_of.end() ? nullptr : of->second.availability.get();
}

NodeVerdict Verdicts::of(const ObjectId &node) const
{
    const VerdictSession *known = session(node.cluster);
    return known ? known->of(node) : NodeVerdict();
}

void Verdicts::look(QObject *who)
{
    if (m_lookers.contains(who))
        return;
    m_lookers.insert(who);
    connect(who, &QObject::destroyed, this, &Verdicts::leave);
    for (const auto &[cluster, of] : m_of)
        of.verdicts->look(who);
}

void Verdicts::leave(QObject *who)
{
    if (!m_lookers.remove(who))
        return;
    disconnect(who, &QObject::destroyed, this, &Verdicts::leave);
    for (const auto &[cluster, of] : m_of)
        of.verdicts->leave(who);
}

}
