// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/api/Lists.h"
#include "app/demo/api/Objects.h"
#include "app/demo/api/Route.h"

namespace qd::demo {

/// The options in a query as meta/v1 decodes and validates them (apimachinery: internalversion/validation, meta/v1/validation).
/// What is no number is 400, what does not go together is 422 of ListOptions, CreateOptions, UpdateOptions, PatchOptions, DeleteOptions.

/// Any text but "false" and "0" is true, as runtime.Convert_Slice_string_To_bool has it.
[[nodiscard]] bool truthy(const Request &request, const QString &name);
[[nodiscard]] Outcome<ListOptions> listOptions(const Request &request, const Route &route);
/// `applied`: the body is an apply patch.
[[nodiscard]] Outcome<WriteOptions> writeOptions(const Request &request, const Route &route, bool applied);
/// From the body, a DeleteOptions, and else from the query.
[[nodiscard]] Outcome<DeleteOptions> deleteOptions(const Request &request, const QJsonObject &body);

}
