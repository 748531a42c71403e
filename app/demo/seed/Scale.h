// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QString>

namespace qd::demo::scale {

/// The additional nodes and parties of a large network: their names, and what differs from one to the other. Numbers begin with 1.
[[nodiscard]] int nodesFor(int parties);
[[nodiscard]] QString nodeName(int number);
[[nodiscard]] QString partyName(int number);
/// The node a party is on; 0: there are none of these nodes.
[[nodiscard]] int hostOf(int party, int nodes);
[[nodiscard]] QString partyTitle(int number);
/// Balance, traffic used and parties of the node, by chance.
void varyNode(QJsonObject &node, const QString &name, quint64 seed);

}
