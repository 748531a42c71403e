// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/ObjectFacts.h"
#include "models/items/Readings.h"

#include <QScrollArea>

class QBoxLayout;
class QGridLayout;

namespace qd::ui {

class ConditionList;
class FactTable;
class Label;
class Sparkline;

/// Components, the three truths, identity, balances, traffic, conditions. One column right of the list, two below it.
class OverviewTab : public QScrollArea {
    Q_OBJECT
public:
    explicit OverviewTab(QWidget *parent = nullptr);
    void setFacts(const items::ObjectFacts &facts, const QDateTime &now);
    /// What was seen of the traffic left, or of the balance, since the console is open; after setFacts.
    void setTrend(const items::ObjectFacts &facts, const items::Readings &readings, const QString &cluster, const QDateTime &now);
    void setWide(bool wide);

private:
    void alignLabels();
    void setTruths(const items::ObjectFacts &facts);
    void setComponents(const items::ObjectFacts &facts);
    QBoxLayout *m_columns;
    QWidget *m_left;
    QWidget *m_right;
    FactTable *m_truths;
    FactTable *m_identity;
    FactTable *m_balances;
    FactTable *m_traffic;
    FactTable *m_components;
    ConditionList *m_conditions;
    QWidget *m_trend;
    Label *m_trendTitle;
    Label *m_trendValue;
    Sparkline *m_spark;
    QWidget *m_divider;
    QString m_object;
};

/// All conditions with their messages.
class ConditionsTab : public QScrollArea {
    Q_OBJECT
public:
    explicit ConditionsTab(QWidget *parent = nullptr);
    void setFacts(const items::ObjectFacts &facts, const QDateTime &now);

private:
    ConditionList *m_list;
};

}
