// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"
#include "models/network/Row.h"

#include <QJsonObject>

namespace qd::ports {

/// Opens the packed body of a network::Row.
class BodyCodec {
public:
    virtual ~BodyCodec() = default;
    [[nodiscard]] virtual Result<QJsonObject> open(const network::PackedBody &body) const = 0;
    [[nodiscard]] virtual network::PackedBody pack(const QByteArray &json) const = 0;
};

}
