// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/telemetry/AlertsSession.h"
#include "models/items/telemetry/TimeRange.h"

#include <QWidget>

class QPlainTextEdit;
class QPushButton;

namespace qd::ui {

class AlertHistory;
class CopyButton;
class ElidedLabel;
class FactTable;
class Label;
class NoticeBar;
class StateGlyph;

/// "29 Nov 2026, 14:05:31 UTC, 3 m ago", in the zone that is shown; empty: not known.
[[nodiscard]] QString alertMoment(const QDateTime &at, const QDateTime &now, bool utc);

/// One alert beside the list: what it says, about whom, since when, its labels and annotations as plain text, the rule behind it, who
/// silenced it, and what can be done. Verbs are the owner's.
class AlertDetails : public QWidget {
    Q_OBJECT
public:
    explicit AlertDetails(items::AlertsSession *session, QWidget *parent = nullptr);
    /// Null: it is gone; what it was stays on screen, and says so.
    void setAlert(const items::Alert *alert);
    /// Nothing is left of the alert that was shown.
    void clear();
    [[nodiscard]] const std::optional<items::Alert> &alert() const { return m_alert; }
    /// The one that holds it longest; null: it is not silenced, or nobody knows by what.
    [[nodiscard]] const items::SilenceLine *silence() const;
    void setUtc(bool utc);
    void tick();
    [[nodiscard]] QPushButton *silenceButton() const { return m_silence; }
    [[nodiscard]] QPushButton *runbookButton() const { return m_runbook; }
    [[nodiscard]] QPushButton *logsButton() const { return m_logs; }
    [[nodiscard]] FactTable *facts() const { return m_facts; }
    [[nodiscard]] FactTable *labels() const { return m_labels; }
    [[nodiscard]] AlertHistory *history() const { return m_history; }
    [[nodiscard]] NoticeBar *headline() const { return m_headline; }

Q_SIGNALS:
    void closeWanted();
    void silenceWanted();
    void runbookWanted(const QString &url);
    void logsWanted();
    void objectWanted(const qd::ObjectId &object);
    void extendWanted(const QString &silenceId);
    void expireWanted(const QString &silenceId);
    void sourceWanted(const QString &url);
    /// The rule's expression, from an hour before the alert began.
    void grafanaWanted(const QString &expr, const qd::items::TimeRange &range);

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void buildHeader();
    QWidget *buildBody();
    void showAll();
    void showHeadline();
    void showFacts();
    void showSilence();
    void showRule();
    void openGrafana();
    items::AlertsSession *m_session;
    std::optional<items::Alert> m_alert;
    bool m_gone = false;
    bool m_utc = false;
    StateGlyph *m_glyph;
    ElidedLabel *m_title;
    QPushButton *m_silence;
    QPushButton *m_runbook;
    QPushButton *m_logs;
    NoticeBar *m_headline;
    FactTable *m_facts;
    AlertHistory *m_history;
    FactTable *m_silenceFacts;
    QWidget *m_silenceVerbs;
    QPushButton *m_extend;
    QPushButton *m_expire;
    FactTable *m_labels;
    FactTable *m_annotations;
    FactTable *m_rule;
    QWidget *m_exprBox;
    QPlainTextEdit *m_expr;
    CopyButton *m_copy;
};

}
