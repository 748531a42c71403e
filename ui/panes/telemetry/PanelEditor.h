// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/telemetry/DashboardSession.h"
#include "models/ports/DashboardStore.h"
#include "ui/panes/review/DialogFrame.h"

class QCheckBox;
class QComboBox;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QTimer;
class QVBoxLayout;

namespace qd::ui {

class ChartCard;
class ElidedLabel;
class FormField;
class Label;
class MetricNames;
class NoticeBar;
class QueryEdit;
struct ShellContext;

/// A panel of a dashboard in a form, beside it how it looks with the clusters' readings. A query that does not parse is said by the server,
/// at its place; names of metrics are offered. Saves into the person's folder; a failure stays in the dialog and nothing is lost. What
/// somebody else wrote into the file meanwhile is told first: what only they changed is taken over into the form, what both did is written
/// over only by a second time.
class PanelEditor : public DialogFrame {
    Q_OBJECT
public:
    /// `panel` empty: a new one is added to the dashboard.
    PanelEditor(const ShellContext &context, const network::Dashboard &dashboard, const QString &panel, const QList<items::MetricsOf> &sources,
                const QList<items::DashboardNode> &nodes, const items::TimeRange &range, QWidget *parent);
    /// As the form has it now.
    [[nodiscard]] network::Panel panel() const;
    [[nodiscard]] ChartCard *preview() const { return m_preview; }
    [[nodiscard]] QueryEdit *query(int at) const { return m_queries.at(at).expr; }
    [[nodiscard]] QString problem() const;
    void save();
    /// Shows what the form has now in the chart, without waiting for more keys.
    void applyNow();

Q_SIGNALS:
    void saved(const qd::ports::DashboardFiles &files);
    /// The files say something else than the dashboard this was made with.
    void foundChanged(const qd::ports::DashboardFiles &files);

private:
    struct Query {
        QWidget *row = nullptr;
        QueryEdit *expr = nullptr;
        QLineEdit *legend = nullptr;
    };
    struct Threshold {
        QWidget *row = nullptr;
        QLineEdit *value = nullptr, *words = nullptr;
        QComboBox *level = nullptr;
    };
    void buildForm(QVBoxLayout *column);
    void fill(const network::Panel &panel);
    void buildAxis(QVBoxLayout *column);
    [[nodiscard]] QString problemOfAxis() const;
    void buildPreview(QVBoxLayout *column);
    void addQuery(const network::PanelQuery &query);
    void addThreshold(const network::PanelThreshold &threshold);
    void changed();
    void showAnswer();
    void markError(const QString &message);
    void showWhere();
    void readAgain(const Error &conflict);
    void takeGround(const ports::DashboardFiles &files, const Error &conflict);
    QString mergeWith(const network::Panel &there, const network::Panel &before);
    const ShellContext &m_context;
    network::Dashboard m_dashboard;
    network::Panel m_before;
    items::DashboardSession *m_session;
    QLineEdit *m_title = nullptr, *m_note = nullptr, *m_words = nullptr;
    FormField *m_wordsField = nullptr;
    QComboBox *m_unit = nullptr, *m_legend = nullptr;
    QSpinBox *m_span = nullptr;
    QCheckBox *m_fromZero = nullptr, *m_log = nullptr;
    QLineEdit *m_min = nullptr, *m_max = nullptr, *m_alerts = nullptr;
    std::shared_ptr<MetricNames> m_names;
    items::TimeRange m_range;
    QVBoxLayout *m_queryRows = nullptr, *m_thresholdRows = nullptr;
    QList<Query> m_queries;
    QList<Threshold> m_thresholds;
    ChartCard *m_preview = nullptr;
    Label *m_check = nullptr;
    ElidedLabel *m_where = nullptr;
    NoticeBar *m_failed = nullptr;
    QPushButton *m_save = nullptr;
    QTimer *m_soon;
    bool m_new = false;
    bool m_saving = false;
};

}
