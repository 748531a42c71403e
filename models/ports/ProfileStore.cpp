// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/ports/ProfileStore.h"

#include <algorithm>

namespace qd::ports {

const QJsonObject *ProfileFile::find(const QString &name) const
{
    const auto it = std::find_if(profiles.begin(), profiles.end(), [&name](const QJsonObject &one) { return one.value(QLatin1String("name")).toString() == name; });
    return it == profiles.end() ? nullptr : &*it;
}

}
