// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/program/Serve.h"
#include "app/demo/seed/Likeness.h"
#include "models/core/Result.h"

#include <QObject>
#include <QTimer>

#include <memory>

namespace qd::demo {

/// Makes a large network of a small one: waits until the operator has nothing more to do with the first additional node and party,
/// then, while no operator runs, puts the others in after their likeness and tells the kubelet of their pods. On the main thread, in
/// slices.
class Crowd : public QObject {
    Q_OBJECT
public:
    /// Networks of more parties than that are made this way; smaller ones are written through the API like everything else.
    static constexpr int kFrom = 200;

    /// `ns`: where the additional ones live.
    Crowd(std::shared_ptr<ServeRig> rig, std::shared_ptr<Kubelet> kubelet, QString ns, const SeedOptions &options, QObject *parent = nullptr);
    void awaitModels();
    void make();

Q_SIGNALS:
    void modelsSettled();
    void made();
    /// The operator did not come to an end with the models.
    void failed(const qd::Error &error);

private:
    void look();
    void slice();
    void tellKubelet(const QList<Kept> &objects);

    std::shared_ptr<ServeRig> m_rig;
    std::shared_ptr<Kubelet> m_kubelet;
    QString m_ns;
    SeedOptions m_options;
    QTimer m_timer;
    QList<Kept> m_node, m_party;
    QStringList m_versions;
    int m_looks = 0;
    int m_quiet = 0;
    std::unique_ptr<Likeness> m_likeness;
    int m_nextNode = 2;
    int m_nextParty = 2;
};

}
