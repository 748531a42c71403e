// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/api/Status.h"

namespace qd::demo {

struct LabelRequirement {
    QString op;                         ///< exists, !, in, notin, =, ==, !=, >, <
    QString key;
    QStringList values = {};
};

/// The grammar of apimachinery's labels.Parse, and its words when something does not fit: a 400.
[[nodiscard]] Outcome<QList<LabelRequirement>> parseLabelSelector(const QString &text);

}
