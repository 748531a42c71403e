// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/KindTable.h"

#include <QByteArray>

namespace qd::support {

/// A Party-like kind with a column of every type.
[[nodiscard]] network::KindInfo testKind();
/// A small object of that kind; `more` is JSON text put behind metadata (",\"spec\":{…}").
[[nodiscard]] QByteArray object(const QByteArray &name, const QByteArray &uid, int version, const QByteArray &more = {});
[[nodiscard]] QByteArray eventLine(const QByteArray &type, const QByteArray &object);
[[nodiscard]] QByteArray added(const QByteArray &name, int version);
[[nodiscard]] QByteArray bookmark(int version, bool initialEnd = false);
[[nodiscard]] QByteArray status(int code, const QByteArray &reason, const QByteArray &message, const QByteArray &details = "{}");
[[nodiscard]] QByteArray list(const QList<QByteArray> &items, int version, const QByteArray &continueToken = {});
/// One gzip member.
[[nodiscard]] QByteArray gzip(const QByteArray &plain);

}
