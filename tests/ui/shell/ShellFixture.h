// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/yaml/Yaml.h"
#include "models/network/KindTable.h"

#include <QFile>

namespace qd::test {

/// resources/kinds.yaml, as the program reads it.
inline std::shared_ptr<const network::KindTable> shippedKinds()
{
    QFile file(QStringLiteral(QD_SOURCE_DIR "/resources/kinds.yaml"));
    if (!file.open(QIODevice::ReadOnly))
        return std::make_shared<const network::KindTable>();
    const auto document = yaml::makeYamlCodec()->parse(file.readAll());
    const Result<network::KindTable> table = network::KindTable::fromJson(document.ok() ? document->value.toObject() : QJsonObject());
    return std::make_shared<const network::KindTable>(table.ok() ? *table : network::KindTable());
}

}
