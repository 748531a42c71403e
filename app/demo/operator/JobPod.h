// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/operator/StatusDraft.h"

namespace qd::demo {

/// The pod a backup, restore or upgrade works in: OBJECT-COMPONENT-0, owned by the object. It runs as long as the work goes on and
/// ends with it; its log tells the steps. One that succeeded goes an hour later (a Job's ttlSecondsAfterFinished), one that failed
/// stays as long as its object, to be looked at. Used within one look; remembers nothing.
class JobPod {
public:
    /// `node`: the object it works on, whose label the pod carries; empty when it is not there. World and draft outlive this.
    JobPod(const QJsonObject &owner, const QJsonObject &node, QString component, const World &world, const Moment &moment,
           StatusDraft &draft);
    /// It is there and runs; `first` is its log's first line.
    void run(const QString &first);
    void log(const QString &level, const QString &text);
    /// Ends it with exit code 0 or 1; nothing when there is none.
    void end(bool succeeded, const QString &message);
    /// Deletes one that succeeded an hour ago.
    void sweep();
    [[nodiscard]] QString name() const;

private:
    [[nodiscard]] QString began() const;    ///< when the work did: one taken over in the middle is older than its pod
    [[nodiscard]] QJsonObject find() const;
    [[nodiscard]] QJsonObject made() const;
    void writeStatus(const QString &phase, bool ready, const QJsonObject &state);

    QJsonObject m_owner;
    QJsonObject m_node;
    QString m_component;
    const World &m_world;
    Moment m_moment;
    StatusDraft &m_draft;
    bool m_begun = false;               ///< by this look
};

}
