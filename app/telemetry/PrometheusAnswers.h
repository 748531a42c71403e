// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/telemetry/SeriesReader.h"
#include "app/telemetry/ServiceTarget.h"
#include "models/ports/Metrics.h"

#include <QJsonValue>

namespace qd::telemetry {

/// errorType of the API (status of HTTP where it says none of the known ones) as an Error: Invalid with the position as the cause's
/// reason for a query that does not parse, TooMany for one that wants too much.
[[nodiscard]] Error errorOfPrometheus(const ServiceTarget &target, int status, const QString &type, const QString &says);

/// The series of an answer, or what was wrong with the query, the server or the answer. For a thread of the pool.
[[nodiscard]] Result<network::SeriesAnswer> readSeriesAnswer(const ServiceTarget &target, ports::HttpAnswer answer, std::stop_token stop);
/// `data` of any other answer; `wanted` is the type it has.
[[nodiscard]] Result<QJsonValue> readData(const ServiceTarget &target, const ports::HttpAnswer &answer, QJsonValue::Type wanted);

[[nodiscard]] QStringList textsOf(const QJsonValue &data);
[[nodiscard]] QList<network::Labels> labelSetsOf(const QJsonValue &data);
[[nodiscard]] QList<ports::MetricInfo> metadataOf(const QJsonValue &data);
[[nodiscard]] QList<ports::Rule> rulesOf(const QJsonValue &data);
[[nodiscard]] QList<ports::RuleAlert> alertsOf(const QJsonValue &data);
[[nodiscard]] QList<ports::ScrapeTarget> targetsOf(const QJsonValue &data);
/// "Prometheus 2.42.0"
[[nodiscard]] QString buildOf(const QJsonValue &data);

/// Whether this 4xx is of a server that knows the question by GET only: 405, or a refusal that is not in the words of the API.
[[nodiscard]] bool wantsGet(const ports::HttpAnswer &answer);
/// A label in a path: names beyond letters, digits and _ as Prometheus 3 writes them there (U__…), which has no slash.
[[nodiscard]] QString labelInPath(const QString &label);

}
