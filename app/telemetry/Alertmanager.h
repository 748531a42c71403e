// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/telemetry/ServiceTarget.h"
#include "models/ports/Alerts.h"

namespace qd::telemetry {

/// Alertmanager's API v2. See ports::AlertsSource.
class Alertmanager final : public ports::AlertsSource {
public:
    explicit Alertmanager(ServiceTarget target) : m_target(std::move(target)) { }
    [[nodiscard]] QFuture<Result<QList<ports::ManagedAlert>>> alerts(std::stop_token stop = {}) override;
    [[nodiscard]] QFuture<Result<QList<ports::AlertGroup>>> groups(std::stop_token stop = {}) override;
    [[nodiscard]] QFuture<Result<QList<ports::Silence>>> silences(std::stop_token stop = {}) override;
    [[nodiscard]] QFuture<Result<QString>> setSilence(const ports::Silence &silence, std::stop_token stop = {}) override;
    [[nodiscard]] QFuture<Result<Done>> expireSilence(const QString &id, std::stop_token stop = {}) override;
    [[nodiscard]] QFuture<Result<QString>> build(std::stop_token stop = {}) override;

private:
    template <typename T>
    [[nodiscard]] QFuture<Result<T>> ask(const TargetCall &call, std::stop_token stop,
                                         Result<T> (*read)(const ports::HttpAnswer &, const ServiceTarget &)) const;
    ServiceTarget m_target;
};

/// What its answers hold; a body that is none of these, or not complete, is an error.
[[nodiscard]] Result<QList<ports::ManagedAlert>> readAlerts(const ports::HttpAnswer &answer, const ServiceTarget &from);
[[nodiscard]] Result<QList<ports::AlertGroup>> readGroups(const ports::HttpAnswer &answer, const ServiceTarget &from);
[[nodiscard]] Result<QList<ports::Silence>> readSilences(const ports::HttpAnswer &answer, const ServiceTarget &from);
[[nodiscard]] Result<QString> readSilenceId(const ports::HttpAnswer &answer, const ServiceTarget &from);
[[nodiscard]] Result<Done> readExpired(const ports::HttpAnswer &answer, const ServiceTarget &from);
/// "Alertmanager 0.25.0"
[[nodiscard]] Result<QString> readBuild(const ports::HttpAnswer &answer, const ServiceTarget &from);
/// Body of POST /silences.
[[nodiscard]] QByteArray silenceBody(const ports::Silence &silence);

}
