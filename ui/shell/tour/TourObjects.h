// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/Row.h"
#include "ui/shell/tour/TourWorld.h"

#include <QJsonObject>

namespace qd::ui {

/// A row as a list would have it, of an object and its kind: enough of the decoder for pictures and tests of the window.
[[nodiscard]] network::Row tourRow(const QJsonObject &object, const network::KindInfo &kind);
/// The object is there: in the store of its kind and for the gateway. False when the kind is not known.
bool addTourObject(TourWorld &world, int environment, const QJsonObject &object);
/// Every object of `:/examples/FOLDER` (good, consortium), which are the same as resources/examples; returns them.
QList<QJsonObject> addTourExamples(TourWorld &world, int environment, const QString &folder);
/// What an operator made for the object (sets, pods, secrets), and who set its fields; for Relations and Managed fields.
void addTourOwned(TourWorld &world, int environment, const QString &plural, const QString &name);
/// Three changes of the object in the journal: settled, failed, without a result.
void addTourHistory(TourWorld &world, const ObjectId &object, const QString &kind);

}
