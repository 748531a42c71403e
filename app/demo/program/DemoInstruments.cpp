// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/program/DemoInstruments.h"

#include "app/demo/instruments/Configs.h"
#include "app/demo/program/Serve.h"
#include "app/yaml/Yaml.h"
#include "models/core/Json.h"

#include <QDir>
#include <QFile>
#include <QSaveFile>

#include <chrono>

namespace qd::demo {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QString kPrometheus = u"prometheus"_s;
const QString kAlertmanager = u"prometheus-alertmanager"_s;
const QString kTargets = u"targets.json"_s;
const QString kSince = u"alerts-since.yml"_s;
const QString kPast = u"alerts-past.yml"_s;
constexpr int kShortest = 5;            ///< seconds between scrapes
constexpr int kLongest = 15;
constexpr auto kLook = 500ms;           ///< after pods that came or went
constexpr int kMostLooks = 40;          ///< until the history begins, whatever comes
constexpr int kStillLooks = 3;          ///< without a new pod they are all there

/// The pages of kubelet, kube-state-metrics and postgres_exporter, and whatever the network's pods answer.
class InstrumentServers : public PodServers {
public:
    InstrumentServers(std::shared_ptr<Workload> workload, std::shared_ptr<ClusterState> cluster) : m_workload(std::move(workload)), m_cluster(std::move(cluster)) { }

    bool listens(const QString &ns, const QString &pod, quint16 port) const override
    {
        return pageOf(ns, pod, port) || m_workload->listens(ns, pod, port);
    }

    std::optional<Response> answer(const QString &ns, const QString &pod, quint16 port, const Request &request) const override
    {
        const auto page = pageOf(ns, pod, port);
        if (!page)
            return m_workload->answer(ns, pod, port, request);
        Response response;
        response.contentType = "text/plain; version=0.0.4; charset=utf-8";
        response.status = request.path == "/metrics"_L1 ? 200 : 404;
        response.body = response.status == 200 ? m_cluster->text(*page, QDateTime::currentDateTimeUtc()) : QByteArray("404 page not found\n");
        return response;
    }

private:
    static std::optional<ClusterState::Page> pageOf(const QString &ns, const QString &pod, quint16 port)
    {
        if (ns != QLatin1String(kInstrumentNamespace) || pod != QLatin1String(kStatePod))
            return std::nullopt;
        return port == kKubeletPage.port ? std::optional(ClusterState::Page::Kubelet)
            : port == kStatePage.port    ? std::optional(ClusterState::Page::StateMetrics)
            : port == kPostgresPage.port ? std::optional(ClusterState::Page::Postgres)
                                         : std::nullopt;
    }

    std::shared_ptr<Workload> m_workload;
    std::shared_ptr<ClusterState> m_cluster;
};

}

DemoInstruments::DemoInstruments(const InstrumentsOptions &options, std::shared_ptr<ServeRig> rig, std::shared_ptr<Workload> workload, QObject *parent)
    : QObject(parent), m_options(options), m_folder(QDir(options.dir).filePath(u"instruments"_s)), m_rig(std::move(rig)), m_workload(std::move(workload)),
      m_cluster(std::make_shared<ClusterState>(options.seed)), m_servers(std::make_shared<InstrumentServers>(m_workload, m_cluster))
{
    m_looks.setInterval(kLook);
    connect(&m_looks, &QTimer::timeout, this, &DemoInstruments::lookForPods);
    m_prometheus.process = std::make_unique<InstrumentProcess>(kPrometheus);
    m_alertmanager.process = std::make_unique<InstrumentProcess>(kAlertmanager);
    for (const auto &[instrument, program] : {std::pair(&m_prometheus, kPrometheus), std::pair(&m_alertmanager, kAlertmanager)}) {
        if (InstrumentProcess::pathOf(program).isEmpty())
            instrument->missing = tr("The program %1 is not installed; on Debian the package %1 has it (./run setup installs it).").arg(program);
    }
}

DemoInstruments::~DemoInstruments()
{
    m_history.reset();
    m_tool.reset();
    m_prometheus.process.reset();
    m_alertmanager.process.reset();
    QDir(m_folder).removeRecursively();
}

void DemoInstruments::start(std::shared_ptr<Kubelet> kubelet)
{
    m_kubelet = std::move(kubelet);
    QDir(m_folder).removeRecursively();   // of a run that was killed
    if (!QDir().mkpath(QDir(m_folder).filePath(u"storage"_s))) {
        for (Instrument *one : {&m_prometheus, &m_alertmanager})
            giveUp(*one, tr("The folder %1 cannot be made.").arg(m_folder));
    }
    connect(m_alertmanager.process.get(), &InstrumentProcess::listening, this, &DemoInstruments::startPrometheus);
    connect(m_alertmanager.process.get(), &InstrumentProcess::ended, this, [this](bool, const QString &why) {
        giveUp(m_alertmanager, tr("Alertmanager has ended: %1").arg(why));
        if (!m_settled)
            startPrometheus();
    });
    connect(m_prometheus.process.get(), &InstrumentProcess::listening, this, &DemoInstruments::appear);
    connect(m_prometheus.process.get(), &InstrumentProcess::ready, this, [this] {
        if (std::exchange(m_awaited, false))
            tellAlerts();
    });
    connect(m_prometheus.process.get(), &InstrumentProcess::ended, this, [this](bool, const QString &why) {
        giveUp(m_prometheus, tr("Prometheus has ended: %1").arg(why));
        appear();
    });
    if (m_alertmanager.missing.isEmpty())
        startAlertmanager();
    else
        startPrometheus();
}

void DemoInstruments::giveUp(Instrument &instrument, const QString &why)
{
    instrument.missing = why;
    if (m_settled)
        Q_EMIT troubled(Error{ErrorKind::Internal, why, tr("Restart the demo network; until then there are no readings.")});
}

std::optional<Error> DemoInstruments::write(const QString &name, const QByteArray &bytes) const
{
    QSaveFile file(QDir(m_folder).filePath(name));   // Prometheus reads the targets as they change
    if (file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit())
        return std::nullopt;
    return Error{ErrorKind::Storage, tr("%1 cannot be written: %2.").arg(file.fileName(), file.errorString())};
}

void DemoInstruments::startAlertmanager()
{
    if (const auto failed = write(u"alertmanager.yml"_s, json::compact(alertmanagerConfig()))) {
        giveUp(m_alertmanager, failed->message);
        startPrometheus();
        return;
    }
    const QDir folder(m_folder);
    m_alertmanager.process->start({QString(u"--config.file="_s + folder.filePath(u"alertmanager.yml"_s)), QString(u"--storage.path="_s + folder.filePath(u"alerts"_s)),
        u"--web.listen-address=127.0.0.1:0"_s, u"--cluster.listen-address="_s, u"--data.retention=24h"_s});
}

std::optional<Error> DemoInstruments::writePrometheusFiles()
{
    const Persona persona{u"prometheus"_s, prometheusUser(), {u"system:serviceaccounts"_s, u"system:authenticated"_s}};
    const auto pair = m_rig->clientPair(persona);
    if (!pair)
        return pair.error();
    m_setup.apiServer = m_rig->url();
    m_setup.alertmanager = m_alertmanager.process->port();
    m_setup.intervalSeconds = std::clamp(int(kLongest / m_options.speed), kShortest, kLongest);
    m_setup.targets = kTargets;
    m_setup.authority = u"ca.pem"_s;
    m_setup.certificate = u"client.pem"_s;
    m_setup.key = u"client.key"_s;
    m_setup.rules = u"rules.yml"_s;
    QList<QJsonObject> documents;
    const QDir rules(u":/rules"_s);
    for (const QString &name : rules.entryList({u"canton-*.yaml"_s}, QDir::Files, QDir::Name)) {
        QFile file(rules.filePath(name));
        const auto read = file.open(QIODevice::ReadOnly) ? yaml::makeYamlCodec()->parse(file.readAll()) : Result<ports::YamlDocument>(Error{});
        if (!read)
            return Error{ErrorKind::Storage, tr("%1 could not be read.").arg(file.fileName())};
        documents.append(read->value.toObject());
    }
    const auto groups = ruleFile(documents, m_options.speed);
    if (!groups)
        return groups.error();
    m_recorders = QStringList{kSince, kPast};
    for (const auto &[name, bytes] : {std::pair(kSince, json::compact(alertRecorder(*groups, true))), std::pair(kPast, json::compact(alertRecorder(*groups, false))),
             std::pair(kTargets, QByteArray("[]")), std::pair(m_setup.authority, m_rig->authority()), std::pair(m_setup.certificate, pair->certificate),
             std::pair(m_setup.key, pair->key), std::pair(m_setup.rules, json::compact(*groups))}) {
        if (const auto failed = write(name, bytes))
            return failed;
    }
    return writePrometheusConfig(m_options.historyHours <= 0);
}

std::optional<Error> DemoInstruments::writePrometheusConfig(bool rules) const
{
    PrometheusSetup setup = m_setup;
    if (!rules)
        setup.rules.clear();
    return write(u"prometheus.yml"_s, json::compact(prometheusConfig(setup)));
}

QStringList DemoInstruments::prometheusArguments(quint16 port) const
{
    const QDir folder(m_folder);
    return {QString(u"--config.file="_s + folder.filePath(u"prometheus.yml"_s)), QString(u"--storage.tsdb.path="_s + folder.filePath(u"storage"_s)),
        QString(u"--web.listen-address=127.0.0.1:"_s + QString::number(port)), u"--storage.tsdb.retention.time=2d"_s, u"--storage.tsdb.retention.size=512MB"_s,
        u"--query.max-concurrency=8"_s,
        u"--rules.alert.for-grace-period=0s"_s};
}

void DemoInstruments::startPrometheus()
{
    if (!m_prometheus.missing.isEmpty()) {
        appear();
        return;
    }
    if (const auto failed = writePrometheusFiles()) {
        giveUp(m_prometheus, failed->message);
        appear();
        return;
    }
    m_prometheus.process->start(prometheusArguments(0));
}

void DemoInstruments::appear()
{
    if (std::exchange(m_settled, true))
        return;
    const bool prometheus = m_prometheus.process->port() != 0;
    const bool alertmanager = m_alertmanager.process->port() != 0;
    QList<Kept> kept;
    for (const auto &[plural, object] : instrumentObjects(prometheus, alertmanager))
        kept.append({plural, object});
    const QString ns = QString::fromLatin1(kInstrumentNamespace);
    const auto play = [&](const char *pod, const QString &container, quint16 podPort, quint16 port) {
        m_kubelet->runs(ns, QString::fromLatin1(pod), {container});
        if (port != 0)
            m_kubelet->setPort(ns, QString::fromLatin1(pod), podPort, port);
    };
    if (prometheus) {
        play(kPrometheusPod, kPrometheus, 9090, m_prometheus.process->port());
        play(kStatePod, u"kube-state-metrics"_s, kStatePage.port, 0);
    }
    if (alertmanager)
        play(kAlertmanagerPod, u"alertmanager"_s, 9093, m_alertmanager.process->port());
    if (prometheus || alertmanager)
        m_rig->restore(kept);
    Q_EMIT settled();
}

void DemoInstruments::networkWorks()
{
    if (m_prometheus.process->port() != 0)
        m_looks.start();
}

void DemoInstruments::lookForPods()
{
    const QByteArray targets = json::compact(podTargets(m_workload->measured(), m_rig->url()));
    m_still = targets == m_targets ? m_still + 1 : 0;
    if (m_still == 0) {
        m_targets = targets;
        if (const auto failed = write(kTargets, targets))
            Q_EMIT troubled(*failed);
    }
    if (m_looked < 0 || (++m_looked < kMostLooks && (m_still < kStillLooks || targets.size() < 3)))
        return;
    m_looked = -1;
    if (m_options.historyHours > 0)
        tellHistory();
}

void DemoInstruments::tellHistory()
{
    m_history = std::make_unique<History>(m_workload, m_cluster, m_folder, QDir(m_folder).filePath(u"storage"_s));
    connect(m_history.get(), &History::finished, this, [this](const QString &trouble) {
        if (!trouble.isEmpty())
            Q_EMIT troubled(Error{ErrorKind::Internal, tr("promtool could not tell the hours before: %1").arg(trouble)});
        m_historyEnd = m_history->end();
        m_history.release()->deleteLater();
        m_awaited = trouble.isEmpty();
        m_awaited ? restartPrometheus() : evaluateRules();
    });
    m_history->make(m_options.historyHours);
}

/// It reads new blocks when it starts, else once a minute.
void DemoInstruments::restartPrometheus()
{
    if (m_prometheus.process->port() != 0)
        m_prometheus.process->again(prometheusArguments(m_prometheus.process->port()));
}

/// Only now: Prometheus goes on from the newest word of since when an alert is active, and one of its own would be newer than the history's.
void DemoInstruments::evaluateRules()
{
    if (const auto failed = writePrometheusConfig(true))
        Q_EMIT troubled(*failed);
    restartPrometheus();
}

/// What ailed the network before it began is no news: the rules are asked of the hours before, and Prometheus goes on from there.
void DemoInstruments::tellAlerts()
{
    if (m_recorders.isEmpty()) {
        evaluateRules();
        return;
    }
    const QString name = m_recorders.takeFirst();
    const bool since = name == kSince;
    const qint64 end = m_historyEnd / 1000;
    m_tool = std::make_unique<InstrumentProcess>(u"promtool"_s);
    connect(m_tool.get(), &InstrumentProcess::ended, this, [this](bool well, const QString &why) {
        m_tool.release()->deleteLater();
        if (!well)
            Q_EMIT troubled(Error{ErrorKind::Internal, tr("promtool could not tell the alerts of the hours before: %1").arg(why)});
        tellAlerts();
    });
    m_tool->start({u"tsdb"_s, u"create-blocks-from"_s, u"rules"_s, QString(u"--url="_s + m_prometheus.url()),
        QString(u"--start="_s + QString::number(since ? end - 60 : end - m_options.historyHours * 3600)), QString(u"--end="_s + QString::number(end)),
        QString(u"--eval-interval="_s + (since ? u"60s"_s : u"120s"_s)), QString(u"--output-dir="_s + QDir(m_folder).filePath(u"storage"_s)),
        QDir(m_folder).filePath(name)});
}

void DemoInstruments::tell(QJsonObject &ready, QJsonObject &missing) const
{
    for (const auto &[name, instrument] : {std::pair(u"prometheus"_s, &m_prometheus), std::pair(u"alertmanager"_s, &m_alertmanager)}) {
        const bool there = instrument->process->port() != 0;
        ready.insert(name, there ? QJsonValue(instrument->url()) : QJsonValue());
        if (!there)
            missing.insert(name, instrument->missing);
    }
}

}
