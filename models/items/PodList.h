// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/State.h"
#include "models/ports/BodyCodec.h"
#include "models/ports/ResourceFeed.h"

#include <QDateTime>
#include <QJsonObject>
#include <QMap>

#include <memory>
#include <optional>

namespace qd::items {

/// A container as its pod's status has it.
struct ContainerFacts {
    QString name;
    QString image = {};
    bool init = false;
    bool ready = false;
    network::State state = network::State::Unknown;
    QString word = {};                ///< Running, CrashLoopBackOff, OOMKilled, ImagePullBackOff, ContainerCreating, Completed…
    QString message = {};             ///< the kubelet's, for what waits or ended
    int restarts = 0;
    QDateTime startedAt = {};
    bool previous = false;            ///< there was a run before: its log may be there
    std::optional<int> lastExit = {}; ///< of the run that ended last
    QString lastReason = {};
    QString lastMessage = {};
    QDateTime lastEnded = {};
};

/// A pod, in the words of its status.
struct PodFacts {
    QString uid;
    QString ns;
    QString name;
    QString component = {};           ///< label canton.quarterdeck.io/component; empty: not said
    QString node = {};
    QDateTime created = {};
    QStringList ownerUids = {};
    network::State state = network::State::Unknown;
    QString word = {};                ///< of the worst container, else the phase
    QString message = {};
    int ready = 0;
    int restarts = 0;
    bool waitsForNothingSaid = false; ///< it is not up and its status says no cause: the events may (FailedMount)
    QList<ContainerFacts> containers = {};   ///< init containers first
    QList<quint16> ports = {};
};

[[nodiscard]] PodFacts podFacts(const QJsonObject &pod);
/// Pods that status.components of the object wants and that are not there, by name ("node-participant-1").
[[nodiscard]] QStringList missingPods(const QJsonObject &object, const QList<PodFacts> &pods);
/// "exit 137 (OOMKilled)"; empty: none has ended.
[[nodiscard]] QString lastExitText(const ContainerFacts &container);

/// Which pods are an object's: the operator's labels, and for what works in pods of its own (backup, restore, upgrade) who owns
/// them. Empty: it has none.
struct PodSelection {
    QString labels;
    QString ownerUid = {};
    [[nodiscard]] bool isEmpty() const { return labels.isEmpty(); }
};
[[nodiscard]] PodSelection podSelection(const network::KindInfo &kind, const QString &name, const QString &uid);
/// Whether objects of the kind have pods at all.
[[nodiscard]] bool hasPods(const network::KindInfo &kind);

/// The pods of one object, watched while this is open. GUI thread.
class PodList : public QObject {
    Q_OBJECT
public:
    explicit PodList(const ports::BodyCodec *bodies, QObject *parent = nullptr);
    ~PodList() override;
    void watch(ports::ClusterFeed *feed, const QString &ns, const PodSelection &selection);
    void close();
    void retry();
    /// By component, then name.
    [[nodiscard]] QList<PodFacts> pods() const;
    [[nodiscard]] const PodFacts *find(const QString &name) const;
    [[nodiscard]] const LoadState &state() const { return m_state; }
    /// The first list is whole.
    [[nodiscard]] bool complete() const { return m_complete; }

Q_SIGNALS:
    void changed();

private:
    void adopt(const network::RowBatch &batch);
    const ports::BodyCodec *m_bodies;
    std::unique_ptr<ports::ResourceFeed> m_feed;
    PodSelection m_selection;
    QMap<QString, PodFacts> m_pods;   ///< by uid
    LoadState m_state;
    bool m_complete = false;
};

}
