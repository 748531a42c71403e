// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/seed/Seeder.h"
#include "models/core/Result.h"
#include "models/ports/YamlCodec.h"

#include <QDateTime>
#include <QJsonObject>
#include <QList>

namespace qd::demo {

struct SeedOptions {
    QDateTime now;                      ///< UTC; every time in the documents is told relative to it
    int scale = 0;                      ///< so many more parties, and a tenth of it more nodes
    quint64 seed = 1;
    bool firstOnly = false;             ///< of the additional ones only the first node and its party: Likeness makes the others
};

/// The consortium as documents with spec and status, in the order in which they are to be made: the examples built in
/// (:/examples/consortium) as if their moment were now, with the faults that explain what is broken, and what a living network
/// has besides: days of backups and identity dumps, schedules, upgrades past and half-way. Pure: the same options give the same.
[[nodiscard]] Result<QList<QJsonObject>> consortium(const SeedOptions &options, const ports::YamlCodec &yaml);

/// What persons did to it: harbor-bridge runs two participants since somebody scaled it, and has connections for one.
[[nodiscard]] QList<SeedEdit> consortiumEdits(const SeedOptions &options);

/// A document by kind and name; empty when it is not there.
[[nodiscard]] QJsonObject documentOf(const QList<QJsonObject> &documents, const QString &kind, const QString &name);
// The parts consortium() is made of:
void addRecoveryHistory(QList<QJsonObject> &documents, const SeedOptions &options);     ///< History.cpp
void addUpgradeHistory(QList<QJsonObject> &documents, const SeedOptions &options);      ///< UpgradeHistory.cpp
void addScale(QList<QJsonObject> &documents, const SeedOptions &options);               ///< Scale.cpp

}
