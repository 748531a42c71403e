// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Clock.h"
#include "models/ports/ResourceGateway.h"

#include <QHash>
#include <QObject>
#include <QSet>

namespace qd::state {

/// What the signed-in person may do in one cluster, asked of the server (SelfSubjectAccessReview) and kept for five
/// minutes. GUI thread. Not yet known is not allowed: controls say "asking".
class Permissions : public QObject {
    Q_OBJECT
public:
    enum class Verdict : quint8 { Unknown, Allowed, Denied };
    Permissions(std::shared_ptr<ports::ResourceGateway> gateway, const Clock *clock, QObject *parent = nullptr);

    /// The verdict as known now; asks in the background when unknown or older than five minutes, then changed() follows.
    [[nodiscard]] Verdict verdict(const ports::AccessQuestion &question);
    /// Forget a verdict the server contradicted (a 403 to an allowed action).
    void forget(const ports::AccessQuestion &question);
    void forgetAll();

Q_SIGNALS:
    void changed();

private:
    struct Entry {
        Verdict verdict = Verdict::Unknown;
        qint64 askedMs = 0;
    };
    void ask(const ports::AccessQuestion &question);
    std::shared_ptr<ports::ResourceGateway> m_gateway;
    const Clock *m_clock;
    QHash<ports::AccessQuestion, Entry> m_known;
    QSet<ports::AccessQuestion> m_asking;
};

}
