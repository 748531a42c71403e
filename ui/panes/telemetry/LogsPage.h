// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/LogReader.h"
#include "models/items/NodeLogs.h"
#include "models/items/telemetry/LogGaps.h"
#include "models/items/telemetry/LokiLog.h"
#include "models/state/RowWatch.h"
#include "ui/panes/telemetry/TelemetryPage.h"
#include "ui/shell/ShellContext.h"

#include <memory>
#include <optional>

class QComboBox;
class QPushButton;
class QSplitter;

namespace qd::ui {

class ElidedLabel;
class LogNodes;
class LogView;
struct LogNodeEntry;

/// The tab "Logs": what the pods of the chosen nodes and components of a cluster wrote, merged by time. From Loki for the chosen time,
/// followed while that is live; from the pods themselves where there is no Loki, so many at once, and it says so. The lines of a trace are
/// looked for over all nodes.
class LogsPage : public TelemetryPage {
    Q_OBJECT
public:
    explicit LogsPage(const ShellContext &context, QWidget *parent = nullptr);
    ~LogsPage() override;
    void addEnvironment(state::Environment *environment) override;
    void removeEnvironment(state::Environment *environment) override;
    void setShown(bool shown) override;
    void setRange(const items::TimeRange &range) override;
    void setUtc(bool utc) override;
    void setPaused(bool paused) override;
    void refresh() override;
    void setNarrow(bool narrow) override;
    void tick() override;
    void enter() override;
    /// Loki's lines with this text (a trace id) alone: of all nodes of the cluster that is chosen, or of the chosen ones.
    void search(const QString &text, bool everywhere = true);
    /// This node alone, of those that are known; false: it is not there.
    bool choose(const ObjectId &object);
    [[nodiscard]] items::LogModel *model() { return &m_model; }
    [[nodiscard]] LogView *view() const { return m_view; }
    [[nodiscard]] items::NodeLogs *pods() { return &m_pods; }
    [[nodiscard]] bool readsLoki() const { return m_log != nullptr; }
    [[nodiscard]] bool readsPods() const { return !m_podsOf.isEmpty(); }
    [[nodiscard]] LogNodes *nodes() const { return m_nodes; }
    [[nodiscard]] QComboBox *clusters() const { return m_clusters; }
    [[nodiscard]] QPushButton *nodesButton() const { return m_nodesButton; }
    [[nodiscard]] QPushButton *podsButton() const { return m_podsButton; }
    [[nodiscard]] QPushButton *traceButton() const { return m_traceButton; }
    [[nodiscard]] QString source() const;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void buildBar();
    void connectParts();
    void arrange();
    void fillClusters();
    void fillNodes();
    void fillChanged();
    using Rows = QList<std::pair<const network::KindInfo *, state::RowPtr>>;
    [[nodiscard]] Rows nodeRows() const;
    bool takeObjects(const Rows &rows);
    void learnComponents(const QString &key);
    void forget();
    void restart();
    [[nodiscard]] static QString keyOf(const ObjectId &node);
    [[nodiscard]] static LogNodeEntry entryOf(const ObjectId &node, const network::Row &row);
    /// As it is now; null: it is gone.
    [[nodiscard]] state::RowPtr rowOf(const ObjectId &node) const;
    [[nodiscard]] static QString whyPods(const ports::TelemetryState &state);
    void readPods(const QString &why);
    void podsChanged();
    void readLoki(const std::shared_ptr<ports::LogSearch> &logs, const QString &address);
    void connectLog();
    void levelsChanged();
    [[nodiscard]] QString expression() const;
    [[nodiscard]] bool everywhere() const { return m_everywhere && !m_text.isEmpty(); }
    [[nodiscard]] QString textShort() const;
    [[nodiscard]] QString unreadWords() const;
    void took(const QList<ports::LogEntry> &entries);
    [[nodiscard]] int numberOf(const network::Labels &stream);
    void nameSources();
    [[nodiscard]] const ObjectId *nodeOfPod(const QString &ns, const QString &pod) const;
    void gap(const QString &sentence, bool missing, qint64 time = 0);
    void hold();
    void showPause();
    void updatePage();
    void updateTrace();
    void updateRates();
    [[nodiscard]] QString note() const;
    [[nodiscard]] const ObjectId *object(const QString &key) const;
    [[nodiscard]] state::Environment *environment() const;
    ShellContext m_context;
    QList<state::Environment *> m_environments;
    QList<ObjectId> m_objects;          ///< nodes of the cluster, by name; their rows are the store's
    QHash<QString, qsizetype> m_byUid;  ///< their places
    std::unique_ptr<state::RowWatch> m_watch;   ///< since they were read; null: they are to be read
    QHash<QString, qsizetype> m_byName; ///< their places by "namespace/name", and by "/name"
    items::LogModel m_model;
    items::NodeLogs m_pods;
    items::LogGaps m_gaps;
    items::LogReader m_reader;          ///< of what Loki tells
    std::unique_ptr<items::LokiLog> m_log;
    items::TimeRange m_range;
    QSet<QString> m_begun;              ///< clusters that had a node chosen
    QStringList m_names;                ///< of sources from Loki
    QStringList m_keys;                 ///< of their components in the tree
    QHash<QString, int> m_numbers;      ///< their places by key
    QHash<QString, int> m_ofPod;        ///< sources by pod; -1: nobody wants its lines
    QString m_expr;                     ///< what m_log reads, of all levels
    QString m_cutOf;                    ///< likewise, of which there was more than is read in this time
    QList<items::LogLevel> m_unread;    ///< levels it leaves out
    QStringList m_read;                 ///< nodes chosen when it was read
    QString m_text;                     ///< only lines with it
    QString m_podsOf;                   ///< the cluster whose pods are read
    qint64 m_first = 0;                 ///< time of the oldest line of Loki's
    std::optional<Error> m_failure;
    QTimer m_soon;                      ///< another choice: read anew
    QTimer m_rates;
    QTimer m_counted;                   ///< lines came: what is counted is counted again
    QComboBox *m_clusters;
    QPushButton *m_nodesButton;
    QPushButton *m_podsButton;
    QPushButton *m_traceButton;
    ElidedLabel *m_source;
    QSplitter *m_splitter;
    LogNodes *m_nodes;
    LogView *m_view;
    std::optional<bool> m_treeWanted;   ///< by the person; else by the room there is
    bool m_everywhere = false;          ///< m_text is looked for in all nodes
    bool m_shown = false;
    items::LogHold m_hold;              ///< too much waits: Loki waits too
    QDateTime m_asOf;                   ///< when it was read last: not now while it is paused or interrupted
    bool m_interrupted = false, m_lost = false;   ///< Loki is; and said since then that lines are missing
    bool m_caughtUp = false, m_wasMissing = false, m_viewPaused = false, m_panePaused = false, m_arranging = false;
    bool m_moved = false;               ///< the tree has the size a person gave it
    QDateTime m_pausedAt;
};

}
