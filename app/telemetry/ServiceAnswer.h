// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/telemetry/ServiceTarget.h"

namespace qd::telemetry {

/// What Alertmanager and Loki say of a refusal: a JSON text, the `message` (or `error`) of a JSON object, or plain text; empty for
/// anything else (a web page). Foreign: one line of plain text.
[[nodiscard]] QString wordsOfService(const ports::HttpAnswer &answer);
/// The refusal as an error, in the service's words when it says any.
[[nodiscard]] Error errorOfService(const ports::HttpAnswer &answer, const ServiceTarget &target);
/// Status 200 with a body that cannot be read.
[[nodiscard]] Error errorUnreadable(const ports::HttpAnswer &answer, const ServiceTarget &target, const QString &readerSays);

}
