// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/api/Status.h"

namespace qd::demo {

/// Whether the query of pods/log is v1.PodLogOptions: 400 for what cannot be read, 422 for what may not be (validation.go).
[[nodiscard]] std::optional<Failure> checkPodLog(const Request &request, const QString &pod);
/// A kubelet's refusal in the API server's words (registry/generic/rest/response_checker.go).
[[nodiscard]] Failure podLogRefused(int status, const QString &pod, const QByteArray &body);

}
