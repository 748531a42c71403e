// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/Readings.h"
#include "models/state/telemetry/Verdicts.h"
#include "ui/panes/details/DetailsTab.h"

class QBoxLayout;
class QScrollArea;
class QVBoxLayout;

namespace qd::ui {

class ConditionList;
class FactTable;
class Label;
class Sparkline;
class VerdictSection;

/// What an object is: its message, its steps, the three truths, facts by section, what was seen of traffic or balance,
/// conditions, components. What is not there takes no room. One column right of the list, two below it.
class OverviewTab : public DetailsTab {
    Q_OBJECT
public:
    explicit OverviewTab(const Clock *clock, QWidget *parent = nullptr);
    void present(const DetailsSubject &subject) override;
    void leave() override;
    void setWide(bool wide) override;
    /// Where the small chart has its values from; outlives the tab. Null: no chart.
    void setReadings(const items::Readings *readings) { m_readings = readings; }
    /// Who judges nodes; outlives the tab. Null: nothing is observed. It looks while a node is on screen.
    void setVerdicts(state::Verdicts *verdicts);
    /// A minute went by: the chart moves on.
    void refreshTrend(const DetailsSubject &subject);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void showVerdict();
    void build();
    [[nodiscard]] FactTable *addTable(const QString &id, const QString &title, QVBoxLayout *to);
    [[nodiscard]] QWidget *makeTrend(QWidget *parent);
    void show(const QString &table, const QList<items::Fact> &facts, bool glyphs = false);
    void showSteps(const items::ObjectFacts &facts, const QDateTime &now);
    void showTruths(const items::ObjectFacts &facts);
    void showComponents(const items::ObjectFacts &facts);
    void alignLabels();
    void placeRest();
    const Clock *m_clock;
    const items::Readings *m_readings = nullptr;
    state::Verdicts *m_verdicts = nullptr;
    VerdictSection *m_verdict = nullptr;
    ObjectId m_node;                     ///< that is shown; no name: it is no node
    QScrollArea *m_scroll;
    QBoxLayout *m_columns = nullptr;
    QWidget *m_left = nullptr;
    QWidget *m_right = nullptr;
    QWidget *m_rest = nullptr;           ///< facts below the conditions of a node that has its chart, else before them
    Label *m_message = nullptr;
    FactTable *m_truths = nullptr;
    QHash<QString, FactTable *> m_tables;
    QHash<QString, QHash<QString, ObjectId>> m_links;   ///< by table and fact
    ConditionList *m_steps = nullptr;
    ConditionList *m_conditions = nullptr;
    QWidget *m_trend = nullptr;
    Label *m_trendTitle = nullptr;
    Label *m_trendValue = nullptr;
    Sparkline *m_spark = nullptr;
    QWidget *m_divider = nullptr;
    QString m_object;
    bool m_wide = false;
    bool m_restBelow = false;
};

/// All conditions with their messages.
class ConditionsTab : public DetailsTab {
    Q_OBJECT
public:
    explicit ConditionsTab(const Clock *clock, QWidget *parent = nullptr);
    void present(const DetailsSubject &subject) override;

private:
    const Clock *m_clock;
    QScrollArea *m_scroll;
    ConditionList *m_list;
};

}
