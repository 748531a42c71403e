// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/instruments/Configs.h"
#include "app/demo/instruments/History.h"
#include "app/demo/node/Kubelet.h"
#include "app/demo/node/PodServers.h"

#include <QJsonObject>
#include <QObject>
#include <QTimer>

#include <memory>

namespace qd::demo {

class ServeRig;

struct InstrumentsOptions {
    QString dir;                        ///< the state folder; what they write goes to its folder "instruments"
    double speed = 1;
    quint64 seed = 1;
    int historyHours = 6;               ///< back-filled once the network stands; 0: none
};

/// Debian's real Prometheus and Alertmanager beside the demo network, on 127.0.0.1 with ports they choose: children that end with it.
/// On the network they are the Services monitoring/prometheus-operated:9090 and monitoring/alertmanager-operated:9093, as the Prometheus
/// Operator names them, so that whoever looks for them by the API server finds them; its service proxy leads to the real ones. Prometheus
/// asks the pods by the pod proxy and evaluates resources/rules. What is not installed, or did not start, is left out with the reason.
class DemoInstruments : public QObject {
    Q_OBJECT
public:
    DemoInstruments(const InstrumentsOptions &options, std::shared_ptr<ServeRig> rig, std::shared_ptr<Workload> workload, QObject *parent = nullptr);
    ~DemoInstruments() override;
    /// What the pods answer: the workload's, and the pages the instruments need besides.
    [[nodiscard]] std::shared_ptr<PodServers> servers() const { return m_servers; }
    /// settled() follows, soon: when each runs or is given up.
    void start(std::shared_ptr<Kubelet> kubelet);
    /// What the operator sees.
    void put(const QString &plural, const QJsonObject &object) { m_cluster->put(plural, object); }
    void remove(const QString &plural, const QString &ns, const QString &name) { m_cluster->remove(plural, ns, name); }
    /// The operator works: as soon as its pods stand, the hours before are told.
    void networkWorks();
    [[nodiscard]] bool isSettled() const { return m_settled; }
    /// Puts "prometheus" and "alertmanager" in: URLs, or null and the reason in missing.
    void tell(QJsonObject &ready, QJsonObject &missing) const;

Q_SIGNALS:
    void settled();
    /// Not vital: the network goes on without.
    void troubled(const qd::Error &error);

private:
    struct Instrument {
        std::unique_ptr<InstrumentProcess> process;
        QString missing;                ///< why it is not there
        [[nodiscard]] QString url() const { return QString(QStringLiteral("http://127.0.0.1:") + QString::number(process->port())); }
    };
    void startAlertmanager();
    void startPrometheus();
    [[nodiscard]] std::optional<Error> writePrometheusFiles();
    [[nodiscard]] std::optional<Error> writePrometheusConfig(bool rules) const;
    [[nodiscard]] std::optional<Error> write(const QString &name, const QByteArray &bytes) const;
    [[nodiscard]] QStringList prometheusArguments(quint16 port) const;
    void giveUp(Instrument &instrument, const QString &why);
    void appear();
    void lookForPods();
    void tellHistory();
    void tellAlerts();
    void restartPrometheus();
    void evaluateRules();

    InstrumentsOptions m_options;
    QString m_folder;
    std::shared_ptr<ServeRig> m_rig;
    std::shared_ptr<Workload> m_workload;
    std::shared_ptr<ClusterState> m_cluster;
    std::shared_ptr<PodServers> m_servers;
    std::shared_ptr<Kubelet> m_kubelet;
    Instrument m_prometheus, m_alertmanager;
    PrometheusSetup m_setup;
    std::unique_ptr<History> m_history;
    qint64 m_historyEnd = 0;            ///< ms; 0: not told, or its alerts are told, too
    QStringList m_recorders;            ///< rules of alerts still to be told
    std::unique_ptr<InstrumentProcess> m_tool;
    QTimer m_looks;
    QByteArray m_targets;               ///< as they are written
    int m_still = 0;                    ///< looks at which they were the same
    int m_looked = 0;                   ///< looks before the history; -1: it has begun
    bool m_awaited = false;             ///< the Prometheus that has the history starts
    bool m_settled = false;
};

}
