// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/telemetry/AlertsModel.h"
#include "models/items/telemetry/AlertsSession.h"
#include "ui/panes/telemetry/TelemetryPage.h"
#include "ui/shell/ShellContext.h"

#include <QPointer>

class QComboBox;
class QPushButton;
class QSplitter;
class QStackedWidget;
class QVBoxLayout;

namespace qd::ui {

class AlertDetails;
class AlertsTable;
class ElidedLabel;
class FilterField;
class NoticeBar;
class PillButton;
class SilenceDialog;
class SilenceExpireDialog;
class SilenceFrame;
class SilencesTable;
class StatePage;

/// The tab "Alerts": what fires, waits and is silenced in all clusters, in groups; the selected one in full with what can be done; the
/// silences as a list of their own. What it shows is the session's, which the counts and notices share.
class AlertsPage : public TelemetryPage {
    Q_OBJECT
public:
    AlertsPage(const ShellContext &context, QWidget *parent = nullptr);
    ~AlertsPage() override;
    [[nodiscard]] items::AlertsSession *session() const { return m_session; }
    [[nodiscard]] items::AlertsModel *model() const { return m_model; }
    [[nodiscard]] AlertsTable *table() const { return m_table; }
    [[nodiscard]] AlertDetails *details() const { return m_details; }
    [[nodiscard]] StatePage *statePage() const { return m_page; }
    /// Null: none is open.
    [[nodiscard]] SilenceDialog *silenceDialog() const;
    [[nodiscard]] SilenceExpireDialog *expireDialog() const;
    /// What is said above the lists: what is old, missing or not evaluated, and what came of a silence.
    [[nodiscard]] QList<NoticeBar *> bars() const;
    [[nodiscard]] SilencesTable *silencesTable() const { return m_silenceTable; }
    /// Selects an alert (Alert::key) and opens its details; false when there is none.
    bool showAlert(const QString &key);
    void setFilterText(const QString &text);
    /// Dialogs: of what is selected, else of matchers that are written; of the silence that is current in the list, or that holds the
    /// alert in the details.
    void newSilence();
    void extendCurrent();
    void expireCurrent();
    /// The list of silences instead of the alerts.
    void showSilences(bool shown);
    void addEnvironment(state::Environment *environment) override;
    void removeEnvironment(state::Environment *environment) override;
    void setShown(bool shown) override;
    void setUtc(bool utc) override;
    void setPaused(bool paused) override;
    void refresh() override;
    void setNarrow(bool narrow) override;
    void setDensity(Density density) override;
    void tick() override;
    void saveState() const override;
    [[nodiscard]] QString keyHints() const override;
    void enter() override;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    struct Remark {
        network::State state;
        QString title, detail;
    };
    void build();
    QWidget *buildBar();
    QWidget *buildLists();
    void connectSignals();
    void connectDetails();
    void update();
    void updateState();
    void updateBars();
    [[nodiscard]] QList<Remark> remarks() const;
    [[nodiscard]] QString stateOfAlerts();
    void updateDetails();
    void applyFilter(const QString &text);
    void openDetails();
    void closeDetails();
    void forget(const QString &cluster);
    void silence(const QList<items::Alert> &alerts);
    void extend(const QString &cluster, const QString &id);
    void expire(const QString &cluster, const QString &id);
    void follow(SilenceFrame *dialog);
    [[nodiscard]] bool isAsking() const;
    [[nodiscard]] const items::SilenceLine *currentSilence() const;
    void openLink(const QString &url);
    void showLogs(const items::Alert &alert);
    void showMenu(const QPoint &global);
    void showSilenceMenu(const QPoint &global);
    void say(network::State state, const QString &title, const QString &detail);
    [[nodiscard]] const items::SilenceLine *silenceOf(const QString &cluster, const QString &id) const;
    const ShellContext &m_context;
    items::AlertsSession *m_session;
    items::AlertsModel *m_model;
    items::SilencesModel *m_silenceModel;
    AlertsTable *m_table = nullptr;
    SilencesTable *m_silenceTable = nullptr;
    QStackedWidget *m_stack = nullptr;
    AlertDetails *m_details = nullptr;
    StatePage *m_page = nullptr;
    StatePage *m_silencePage = nullptr;
    QSplitter *m_splitter = nullptr;
    QVBoxLayout *m_bars = nullptr;
    QList<NoticeBar *> m_remarks;       ///< as many as were ever needed at once
    NoticeBar *m_said = nullptr;        ///< what came of a silence
    FilterField *m_filter = nullptr;
    QComboBox *m_group = nullptr;
    ElidedLabel *m_counts = nullptr;
    PillButton *m_silences = nullptr;
    QPushButton *m_new = nullptr;
    QPointer<SilenceFrame> m_dialog;
    QString m_filterError;
    QString m_shownState;
    bool m_shown = false;
    bool m_utc = false;
};

}
