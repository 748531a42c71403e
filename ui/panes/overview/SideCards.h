// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/overview/OverviewReport.h"
#include "ui/panes/overview/Card.h"

namespace qd::ui {

class Label;
class StateGlyph;
class StepTrack;

/// "Backups": how many nodes are within the policy, overdue, not determined.
class BackupsCard : public Card {
    Q_OBJECT
public:
    explicit BackupsCard(QWidget *parent = nullptr);
    void setReport(const items::overview::Report &report);

Q_SIGNALS:
    void listWanted(const QString &pane, const QString &kind);

private:
    class Figure;
    Figure *m_within;
    Figure *m_overdue;
    Figure *m_undetermined;
};

/// "Certificates and secrets": what ends within 30 days.
class EndingsCard : public ListCard {
    Q_OBJECT
public:
    explicit EndingsCard(QWidget *parent = nullptr);
    ~EndingsCard() override;
    void setReport(const items::overview::Report &report, qint64 now);

private:
    struct Row;
    QHash<JumpRow *, Row> m_parts;
    Label *m_none;
    Label *m_unknown;   ///< what is not determined, and why
};

/// "In progress": upgrades and restores under way, as tracks of steps.
class ProgressCard : public ListCard {
    Q_OBJECT
public:
    explicit ProgressCard(QWidget *parent = nullptr);
    ~ProgressCard() override;
    void setReport(const items::overview::Report &report);

private:
    struct Row;
    QHash<JumpRow *, Row> m_parts;
    Label *m_none;
};

/// "Latest changes": made here in the last 24 h.
class ChangesCard : public ListCard {
    Q_OBJECT
public:
    explicit ChangesCard(QWidget *parent = nullptr);
    ~ChangesCard() override;
    /// `problem` not empty: the journal could not be read.
    void setChanges(const QList<items::overview::ChangeLine> &changes, int more, const QString &problem, qint64 now);
    void tick(qint64 now);

Q_SIGNALS:
    void changeWanted(const QString &id);

private:
    struct Row;
    JumpRow *makeRow();
    QHash<JumpRow *, Row> m_parts;
    QList<items::overview::ChangeLine> m_changes;
    Label *m_none;
};

}
