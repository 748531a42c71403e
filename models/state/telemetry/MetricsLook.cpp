// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/telemetry/MetricsLook.h"

#include "models/state/telemetry/VerdictRules.h"

#include <algorithm>

namespace qd::state {

using namespace Qt::StringLiterals;
using ports::TelemetryPart;

QString partialOf(const network::SeriesAnswer &answer)
{
    // What it remarks about the query itself says nothing of what is missing.
    const auto is = std::find_if(answer.warnings.begin(), answer.warnings.end(), [](const QString &warning) { return !warning.startsWith("PromQL "_L1); });
    return is == answer.warnings.end() ? QString() : VerdictWords::tr("Not all readings arrived: %1").arg(*is);
}

Result<std::shared_ptr<ports::MetricsSource>> MetricsLook::look(const Environment &environment)
{
    if (environment.needsSignIn())
        return Error{ErrorKind::Unauthenticated, VerdictWords::tr("Nobody is signed in to %1.").arg(environment.name())};
    ports::Telemetry *telemetry = environment.telemetry().get();
    if (!telemetry)
        return Error{ErrorKind::NotFound, VerdictWords::tr("Nothing measures this cluster here.")};
    const quint64 mine = ++m_looks;
    telemetry->look();
    if (mine != m_looks)
        return m_source;    // changed() came from within, and who heard it looked
    m_standing = telemetry->state(TelemetryPart::Metrics);
    m_source = telemetry->metrics();
    if (m_standing.phase == ports::TelemetryState::Phase::Missing)
        return m_standing.why;
    return m_source;
}

bool MetricsLook::moved(const Environment &environment) const
{
    const ports::Telemetry &telemetry = *environment.telemetry();
    return telemetry.metrics() != m_source || telemetry.state(TelemetryPart::Metrics) != m_standing;
}

}
