// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QByteArray>
#include <QList>
#include <QString>

namespace qd::login {

/// An entry as a keychain holds it. A keychain with small entries (Windows: 2560 bytes before QtKeychain 0.15) gets it in parts: one
/// under the key itself, which says how many others there are and what they give together, and the others under keys beside it. A new
/// value is laid into the slot the present one does not use and becomes the entry with the write of its first part, so that whatever
/// stops the program leaves the old value or the new one, whole. Plain data, any thread.
struct KeychainEntry {
    char slot = 'a';             ///< 'a' or 'b': where its other parts lie
    int others = 0;              ///< parts besides the first
    qsizetype length = 0;        ///< bytes of the value
    QByteArray digest;           ///< SHA-256 of the value
    QByteArray firstBytes;       ///< what the first part has of the value

    static constexpr int kMostOthers = 63;

    /// What is written under the key: a line that says all of the above, and the first bytes.
    [[nodiscard]] QByteArray firstPart() const;
    /// Invalid for what is none, with a message that does not repeat it.
    [[nodiscard]] static Result<KeychainEntry> read(const QByteArray &firstPart);
    /// The value; Invalid when the parts do not give it.
    [[nodiscard]] Result<QByteArray> value(const QList<QByteArray> &others) const;

    [[nodiscard]] static QString otherKey(const QString &key, char slot, int number);
    [[nodiscard]] char otherSlot() const { return slot == 'a' ? 'b' : 'a'; }
};

/// A value laid out for a keychain whose entries hold `limit` bytes; 0: as much as there is.
struct KeychainLayout {
    KeychainEntry entry;
    QList<QByteArray> others;
};
[[nodiscard]] Result<KeychainLayout> layOut(const QByteArray &value, char slot, qsizetype limit);

}
