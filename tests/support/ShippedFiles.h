// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/yaml/Yaml.h"
#include "models/network/KindTable.h"

#include <QDir>
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

/// The YAML files of a folder of this repository ("resources/crds"), by name; ends the program when there are none.
inline QStringList shippedFiles(const QString &folder)
{
    QStringList out;
    const QStringList names = QDir(QStringLiteral(QD_SOURCE_DIR "/") + folder).entryList({QStringLiteral("*.yaml")}, QDir::Files, QDir::Name);
    for (const QString &name : names)
        out.append(folder + QLatin1Char('/') + name);
    if (out.isEmpty())
        qFatal("%s has no YAML file", qPrintable(folder));
    return out;
}

/// The objects of a YAML file of this repository; ends the program when it is broken.
inline QList<QJsonObject> shippedObjects(const QString &path)
{
    const auto documents = yaml::makeYamlCodec()->parseAll(shippedText(path));
    if (!documents)
        qFatal("%s: %s", qPrintable(path), qPrintable(documents.error().text()));
    QList<QJsonObject> out;
    for (const ports::YamlDocument &document : *documents)
        out.append(document.value.toObject());
    return out;
}

/// The only object of a YAML file of this repository ("resources/kinds.yaml").
inline QJsonObject shippedObject(const QString &path)
{
    const QList<QJsonObject> all = shippedObjects(path);
    if (all.size() != 1)
        qFatal("%s has %d objects", qPrintable(path), int(all.size()));
    return all.first();
}

/// resources/kinds.yaml, as the program reads it; ends the program when it is broken.
inline std::shared_ptr<const network::KindTable> shippedKinds()
{
    const Result<network::KindTable> table = network::KindTable::fromJson(shippedObject(QStringLiteral("resources/kinds.yaml")));
    if (!table)
        qFatal("resources/kinds.yaml: %s", qPrintable(table.error().text()));
    return std::make_shared<const network::KindTable>(*table);
}

}
