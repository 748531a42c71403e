// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/operator/StatusDraft.h"

#include <QHash>
#include <QJsonArray>

namespace qd::demo {

/// A part of a node that runs as pods, as the spec wants it.
struct Component {
    QString name;                       ///< participant: pods are NODE-participant-0, the container participant
    QString image;
    int desired = 1;
    QJsonObject resources = {};         ///< our flat block: cpuRequested, cpuLimit, memoryRequested, memoryLimit, imagePullSecret
    QJsonArray env = {};
    QString logLevel = {};
    QString pullPolicy = {};
    int stage = 0;                      ///< starts when all of the stages before are ready
    std::chrono::milliseconds boot = std::chrono::seconds(5);   ///< from the start of the container to ready, nominal
    QList<int> ports = {};
    QString storage = {};               ///< size of its volume; empty: none
    bool database = false;              ///< not part of a restart
    QStringList secrets = {};           ///< mounted as volumes
};

/// The address of a pod, told by its name.
[[nodiscard]] QString podAddress(const QString &ns, const QString &pod);

/// What a component's containers suffer from.
struct Ailment {
    enum class Kind { Crash, Unready, Unmounted };  ///< Unmounted: the container is not even made
    Kind kind = Kind::Crash;
    QString reason;                     ///< CamelCase, for conditions: CrashLoop, DiskFull
    QString message;
    QStringList lines = {};             ///< "LEVEL|text", written when the container ends or stops answering
    int from = 0;                       ///< index of the first replica that suffers; those before it are well
};

/// A component as its pods are.
struct ComponentState {
    Component component;
    int ready = 0;
    int pods = 0;
    int restarts = 0;
    int outdated = 0;                   ///< pods of an older template
    int arriving = 0;                   ///< adopted pods that have no status yet
    bool crashing = false;
    QString image = {};                 ///< of the first pod; empty without pods
    QDateTime startedAt = {};           ///< container of the first pod; not valid while it does not run
    QString storage = {};               ///< size the first pod's volume has
    [[nodiscard]] bool complete() const { return ready >= component.desired && outdated == 0; }
};

/// Drives the pods of one owner in one look: what a controller (create, replace one by one, delete) and a kubelet (status) would do
/// to them with pods that start, get ready, crash and back off in the time that takes on a real network. Pods stand on the virtual
/// Node: nobody schedules them. Pure: everything it remembers stands in the pods.
class Pods {
public:
    Pods(const QJsonObject &owner, const World &world, const Moment &moment, StatusDraft &draft);
    /// Pods of restartable components that do not carry it are replaced.
    void setRestart(const QString &token) { m_restart = token; }
    /// The network is taken over as it is: so many pods of a component are there and ready at once.
    void adopt(const QHash<QString, int> &ready) { m_adopted = ready; }
    /// Components of later stages wait.
    void holdAt(int stage) { m_lastStage = stage; }
    void ail(const QString &component, const Ailment &ailment) { m_ailments.insert(component, ailment); }
    [[nodiscard]] const Ailment *ailment(const QString &component) const;
    /// What that replica of it suffers from.
    [[nodiscard]] const Ailment *ailmentOf(const QString &component, int index) const;

    /// stopped: all pods go. former: names of components that may have pods but are not wanted any more.
    [[nodiscard]] QList<ComponentState> play(const QList<Component> &components, bool stopped, const QStringList &former = {});
    /// Resizes the volume of a component's pods: the annotation that tells its size.
    void resize(const QString &component, const QString &size);

private:
    struct Pod {
        QJsonObject object;
        int index = 0;
    };
    [[nodiscard]] QList<Pod> podsOf(const QString &component, int desired) const;
    [[nodiscard]] int toldRestarts(const QString &component) const;
    [[nodiscard]] QString templateOf(const Component &component) const;
    [[nodiscard]] QJsonObject make(const Component &component, int index, bool adopted) const;
    [[nodiscard]] QJsonObject container(const Component &component) const;
    void start(const Component &component, const Pod &pod);
    [[nodiscard]] ComponentState look(const Component &component);
    void create(const Component &component, int index, bool adopted);
    void remove(const QString &pod, const QString &why);
    void replaceNext(const QList<ComponentState> &states);
    void advance(const Component &component, const Pod &pod);
    void begin(const Component &component, const Pod &pod);
    void tend(const Component &component, const Pod &pod, const QJsonObject &container);
    void crash(const Component &component, const Pod &pod, const QJsonObject &container, const Ailment &ailment);
    void back(const Component &component, const Pod &pod, const QJsonObject &container);
    void writeStatus(const Component &component, const Pod &pod, bool ready, const QJsonObject &state,
                     const QJsonObject &lastState, int restarts, const QDateTime &started = {});
    void log(const Component &component, const Pod &pod, const QString &level, const QString &text);
    /// Whether so long has passed since; asks to be looked at again when not.
    bool passed(const QString &since, std::chrono::milliseconds nominal);

    QJsonObject m_owner;
    const World &m_world;
    Moment m_moment;
    StatusDraft &m_draft;
    QString m_ns;
    QString m_node;
    QString m_restart;
    QHash<QString, int> m_adopted;
    QHash<QString, Ailment> m_ailments;
    int m_lastStage = 1000;
};

[[nodiscard]] QString podName(const QString &node, const QString &component, int index);

extern const char kVirtualNode[];       ///< canton-demo
extern const char kVirtualTaint[];      ///< virtual-kubelet.io/provider=quarterdeck-demo:NoSchedule, the key

}
