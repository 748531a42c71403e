// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonArray>
#include <QString>

#include <optional>

namespace qd::demo {

/// What is in a DAR, as a participant that reads it would tell.
struct DarFacts
{
    QString packageId;
    QString name;
    QString version;
    QString lfVersion;
    QString sdkVersion;
    qint64 size = 0;
    QJsonArray dependencies = {}; ///< {packageId, name, version}
};

/// Published DARs by the SHA-256 of the file: their ids, versions and packages as they really are.
[[nodiscard]] std::optional<DarFacts> knownDar(const QString &sha256);
/// Any other file: name and version as its name says them, the id made of its SHA-256, the packages every DAR has.
[[nodiscard]] DarFacts darNamed(const QString &fileName, const QString &sha256, qint64 size);
/// 1.10.0 after 1.9.2.
[[nodiscard]] bool olderVersion(const QString &left, const QString &right);

}
