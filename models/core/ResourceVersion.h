// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <algorithm>

namespace qd {

/// Whether one resourceVersion is older than another of the same resource (KEP-5504, stable in Kubernetes 1.35; etcd's before it
/// were the same): decimal numbers of any length, compared by length, then digit by digit. Of what is no such number nothing is
/// known, so it is never older.
[[nodiscard]] inline bool olderVersion(QStringView left, QStringView right)
{
    const auto number = [](QStringView text) {
        return !text.isEmpty() && (text.size() == 1 || text.front() != u'0') && std::all_of(text.begin(), text.end(), [](QChar c) { return c >= u'0' && c <= u'9'; });
    };
    if (!number(left) || !number(right))
        return false;
    return left.size() != right.size() ? left.size() < right.size() : left < right;
}

}
