// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/yaml/Yaml.h"
#include "models/network/KindTable.h"

#include <QFile>

namespace qd::test {

/// A file of this repository ("resources/kinds.yaml"); ends the program when it cannot be read.
inline QByteArray shippedText(const QString &path)
{
    QFile file(QStringLiteral(QD_SOURCE_DIR "/") + path);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s cannot be read", qPrintable(path));
    return file.readAll();
}

/// resources/kinds.yaml, as the program reads it; ends the program when it is broken.
inline std::shared_ptr<const network::KindTable> shippedKinds()
{
    const auto document = yaml::makeYamlCodec()->parse(shippedText(QStringLiteral("resources/kinds.yaml")));
    if (!document)
        qFatal("resources/kinds.yaml: %s", qPrintable(document.error().text()));
    const Result<network::KindTable> table = network::KindTable::fromJson(document->value.toObject());
    if (!table)
        qFatal("resources/kinds.yaml: %s", qPrintable(table.error().text()));
    return std::make_shared<const network::KindTable>(*table);
}

}
