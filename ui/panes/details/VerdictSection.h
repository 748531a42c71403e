// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/telemetry/Verdict.h"

#include <QWidget>

namespace qd::ui {

class ConditionList;
class Label;

/// Whether a node gets on, as its metrics say: the verdict, why, and each piece of evidence with the age of its reading. What the operator
/// reports stands elsewhere; this is observed.
class VerdictSection : public QWidget {
    Q_OBJECT
public:
    explicit VerdictSection(QWidget *parent = nullptr);
    void setVerdict(const state::NodeVerdict &verdict, const QDateTime &now);

private:
    ConditionList *m_list;
    Label *m_why;
};

/// "Last event", "Connections": what a piece of evidence is about.
[[nodiscard]] QString evidenceTitle(const QString &signal);

}
