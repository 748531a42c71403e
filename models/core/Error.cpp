// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/Error.h"

namespace qd {

QString Error::text() const
{
    return remedy.isEmpty() ? message : QString(message + u' ' + remedy);
}

}
