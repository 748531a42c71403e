// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Clock.h"
#include "models/items/telemetry/ChartData.h"
#include "models/items/telemetry/PanelState.h"
#include "models/items/telemetry/TimeRange.h"
#include "models/network/telemetry/Dashboard.h"
#include "models/network/telemetry/Steps.h"
#include "models/ports/Metrics.h"

#include <QHash>
#include <QMap>
#include <QObject>
#include <QSet>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace qd::items {

/// A cluster whose Prometheus is asked.
struct MetricsOf {
    QString cluster;
    std::shared_ptr<ports::MetricsSource> source;
    /// The node of ours that a series is about, as a person names it; empty: none is known.
    std::function<QString(const network::Labels &)> nodeOf = {};
    friend bool operator==(const MetricsOf &a, const MetricsOf &b) { return a.cluster == b.cluster && a.source == b.source; }
};

/// A node as the variables "nodes" and "networks" offer it.
struct DashboardNode {
    QString cluster, network, ns, name;
    friend bool operator==(const DashboardNode &, const DashboardNode &) = default;
};

/// A variable of the dashboard as it stands.
struct VariableState {
    network::DashboardVariable variable;
    QStringList values;             ///< that can be chosen
    QStringList chosen;             ///< empty: all
    bool loading = false;
    QString problem = {};           ///< why there are no values
    friend bool operator==(const VariableState &, const VariableState &) = default;
};

/// One dashboard over one or several clusters: asks for what is on screen only, at its step, again every so often the newest part alone, and keeps
/// what it has while an answer fails. The newest request of a panel wins; at most six are under way. Has no time of its own: tick() once a
/// second. GUI thread.
class DashboardSession : public QObject {
    Q_OBJECT
public:
    static constexpr int kAtOnce = 6;
    static constexpr int kMostLines = 200;      ///< drawn of a panel
    explicit DashboardSession(const Clock *clock, QObject *parent = nullptr);
    ~DashboardSession() override;

    void setDashboard(const network::Dashboard &dashboard);
    [[nodiscard]] const network::Dashboard &dashboard() const { return m_dashboard; }
    void setSources(const QList<MetricsOf> &sources);
    [[nodiscard]] const QList<MetricsOf> &sources() const { return m_sources; }
    void setNodes(const QList<DashboardNode> &nodes);
    void setRange(const TimeRange &range);
    [[nodiscard]] const TimeRange &range() const { return m_range; }
    /// Seconds between refreshes of a live range; 0: by hand only.
    void setInterval(int seconds);
    void setUtc(bool utc);      ///< steps of hours and days begin at midnight of UTC, else of the machine's zone
    /// The page is on screen; nothing is asked otherwise.
    void setShown(bool shown);
    void setPaused(bool paused);
    /// The panels that are seen, in the order of the page, with the width of their plot in device-independent pixels.
    void setVisiblePanels(const QList<std::pair<QString, int>> &panels);

    [[nodiscard]] const QList<VariableState> &variables() const { return m_variables; }
    /// None: all of them.
    void choose(const QString &variable, const QStringList &values);

    /// Events of what is not chosen are left out, those of one reason that are close together are one.
    void setMarks(const QList<ChartMark> &marks);
    [[nodiscard]] QMap<QString, QStringList> namespaces() const;    ///< by cluster: those of the nodes that are chosen, in order
    [[nodiscard]] ChartData data(const QString &panel) const;
    /// Everything again from the start (F5).
    void refresh();
    void tick();
    /// Requests on their way.
    [[nodiscard]] int underWay() const { return int(m_underWay.size()); }
    /// When the last answer came that was no error; invalid: none yet.
    [[nodiscard]] QDateTime asOf() const { return m_asOf; }

Q_SIGNALS:
    void panelChanged(const QString &panel);
    void variablesChanged();

private:
    [[nodiscard]] PanelState *state(const QString &panel) const;
    [[nodiscard]] double at() const;
    [[nodiscard]] double onGrid(double at, double step) const;
    [[nodiscard]] bool variablesReady() const;
    void makeSlots();
    [[nodiscard]] static std::unique_ptr<PanelSlot> slotFor(const std::vector<std::unique_ptr<PanelState>> &before, const QString &panel,
                                                            const MetricsOf &source, qsizetype query);
    void forgetAnswers();
    void tellAll();
    void wantAll(bool all);
    void wantPanel(PanelState &panel, int width, bool all);
    void askScrapes();
    void takeScrapes(double seconds);
    void pump();
    void ask(PanelSlot *slot);
    void answered(quint64 number, const Result<network::SeriesAnswer> &answer);
    void lookForMetrics(PanelState &panel);
    void loadVariables(const QString &after = {});
    void loadLabels(qsizetype at);
    void forgetLabels();
    void setValues(VariableState &variable, const QStringList &values);
    [[nodiscard]] QHash<QString, network::VariableValue> chosenValues(const QString &cluster) const;
    void fillLines(ChartData &out, const PanelState &panel) const;
    void fillWords(ChartData &out, const PanelState &panel) const;
    [[nodiscard]] QSet<QString> chosenNodes() const;
    [[nodiscard]] std::optional<QSet<QString>> chosenNamespaces(const QString &cluster) const;
    void chooseMarks();
    [[nodiscard]] QList<ChartMark> marks(const QString &panel, double from, double to) const;
    [[nodiscard]] QList<ChartSpan> spans(const QStringList &alerts) const;
    void addSpans(QList<ChartSpan> &out, ChartSpan span, const std::vector<network::Sample> &samples, double step) const;
    [[nodiscard]] QString nodeText(const QString &cluster, const network::Labels &labels, bool *known) const;
    const Clock *m_clock;
    network::Dashboard m_dashboard;
    QList<MetricsOf> m_sources;
    QList<DashboardNode> m_nodes;
    QList<VariableState> m_variables;
    QList<ChartMark> m_marks, m_chosenMarks;            ///< the latter: of what is chosen, as last told
    std::vector<std::unique_ptr<PanelState>> m_panels;
    std::vector<std::unique_ptr<PanelSlot>> m_spans;    ///< ALERTS of each cluster
    QList<std::pair<QString, int>> m_visible;
    QHash<quint64, PanelSlot *> m_underWay;             ///< by number of the request
    TimeRange m_range;
    QDateTime m_at, m_asOf;         ///< the former: "now" of a live range, the moment of the last refresh
    qint64 m_refreshedMs = 0;
    quint64 m_number = 0;           ///< of the newest request
    std::stop_source m_scrapesStop;
    QHash<QString, std::stop_source> m_labelStops;      ///< by variable: of its newest request
    double m_scrape = 15;           ///< seconds between readings of the time that is seen; rate() needs two of them
    std::pair<double, double> m_scrapesOf{0, 0};        ///< the time it was asked for
    int m_interval = 15;
    bool m_shown = false, m_paused = false, m_utc = true;
};

}
