// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/LogModel.h"
#include "models/items/telemetry/LokiLog.h"
#include "ui/actions/ActionTarget.h"
#include "ui/panes/telemetry/TelemetryPage.h"
#include "ui/shell/ShellContext.h"

#include <QTimer>

#include <deque>
#include <memory>
#include <optional>

class QComboBox;
class QPushButton;
class QStackedWidget;

namespace qd::ui {

class ElidedLabel;
class LogsTab;
class LogView;

/// The tab "Logs": what the pods of a node, or of all nodes of a cluster, wrote. From Loki for the chosen time, followed while that is
/// live; from the pods themselves where there is no Loki, and it says so. The lines of a trace are looked for over all nodes.
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
    /// All lines with this text (a trace id) of all nodes of the cluster that is chosen.
    void search(const QString &text);
    [[nodiscard]] items::LogModel *model() { return &m_model; }
    [[nodiscard]] LogView *view() const { return m_view; }
    [[nodiscard]] LogsTab *pods() const { return m_pods; }
    [[nodiscard]] bool readsLoki() const { return m_log != nullptr; }
    [[nodiscard]] QComboBox *nodes() const { return m_nodes; }
    [[nodiscard]] QComboBox *components() const { return m_components; }
    [[nodiscard]] QPushButton *podsButton() const { return m_podsButton; }
    [[nodiscard]] QPushButton *traceButton() const { return m_traceButton; }
    [[nodiscard]] QString source() const;

private:
    void buildBar();
    void fillNodes();
    void restart();
    [[nodiscard]] static QString whyPods(const ports::TelemetryState &state);
    void readPods(const QString &why);
    void readLoki(state::Environment *environment, const std::shared_ptr<ports::LogSearch> &logs, const QString &address);
    [[nodiscard]] QString expression() const;
    void took(const QList<ports::LogEntry> &entries);
    [[nodiscard]] int numberOf(const network::Labels &stream);
    [[nodiscard]] int numberOfSource(const QString &node, const QString &component);
    [[nodiscard]] QString nodeOfPod(const QString &pod) const;
    void gap(const QString &sentence, bool missing);
    void readSome();
    void hold();
    void updatePage();
    void updateTrace();
    [[nodiscard]] const ActionTarget *chosen() const;
    [[nodiscard]] state::Environment *environment() const;
    ShellContext m_context;
    QList<state::Environment *> m_environments;
    QList<ActionTarget> m_targets;      ///< of the nodes in the list; one without a row: all of the cluster
    items::LogModel m_model;
    std::unique_ptr<items::LokiLog> m_log;
    items::TimeRange m_range;
    /// What came and is not read yet: a line, or a sentence of its own.
    struct Waiting {
        ports::LogEntry entry;
        QString gap = {};
        bool missing = false;
    };
    std::deque<Waiting> m_waiting;
    QTimer m_read;
    bool m_held = false;                ///< too much waits: Loki waits too
    QStringList m_names;
    QHash<QString, int> m_numbers;      ///< of sources by name
    QHash<QString, int> m_ofPod;        ///< the same by pod
    QStringList m_seenComponents;
    QString m_expr;                     ///< what m_log reads
    QString m_text;                     ///< only lines with it
    QString m_podsOf;                   ///< the uid the pods are read of
    std::optional<Error> m_failure;
    QString m_trouble;
    QTimer m_soon;                      ///< another choice: read anew
    QComboBox *m_nodes;
    QComboBox *m_components;
    QPushButton *m_podsButton;
    QPushButton *m_traceButton;
    ElidedLabel *m_source;
    QStackedWidget *m_stack;
    LogView *m_view;
    LogsTab *m_pods;
    bool m_shown = false;
    bool m_filling = false;
    bool m_caughtUp = false;
    bool m_wasMissing = false;
    bool m_viewPaused = false;
    bool m_panePaused = false;
    QDateTime m_pausedAt;
};

}
