// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Ids.h"
#include "models/items/telemetry/TimeRange.h"
#include "models/state/Environment.h"
#include "ui/theme/Metrics.h"

#include <QWidget>

namespace qd::ui {

/// A tab of the Telemetry pane: a dashboard, the alerts, the logs. The pane around it knows tabs by this only and owns the time range.
/// Works nothing out and asks nothing while it is not the tab on screen. GUI thread; borrows the environments.
class TelemetryPage : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;
    virtual void addEnvironment(state::Environment *environment) = 0;
    /// Nothing may point to it afterwards.
    virtual void removeEnvironment(state::Environment *environment) = 0;
    /// It is the tab on screen now, or no longer (also when another pane is).
    virtual void setShown(bool shown) = 0;
    virtual void setRange(const items::TimeRange &range) { Q_UNUSED(range) }
    virtual void setUtc(bool utc) { Q_UNUSED(utc) }
    /// Nothing on screen moves until it goes on.
    virtual void setPaused(bool paused) { Q_UNUSED(paused) }
    /// Ask again now (F5).
    virtual void refresh() { }
    virtual void setNarrow(bool narrow) { Q_UNUSED(narrow) }
    virtual void setDensity(Density density) { Q_UNUSED(density) }
    /// Once a second while on screen.
    virtual void tick() { }
    virtual void saveState() const { }
    [[nodiscard]] virtual QString keyHints() const { return {}; }
    /// Keyboard goes to where work goes on.
    virtual void enter() { setFocus(); }

Q_SIGNALS:
    void objectWanted(const qd::ObjectId &object);
    void tabWanted(const qd::ObjectId &object, const QString &tab);
    void changeWanted(const QString &changeId);
    /// Zoomed, panned, or back to live.
    void rangeWanted(const qd::items::TimeRange &range);
    /// The logs of this object in this time are wanted.
    void nodeLogsWanted(const qd::ObjectId &object, const qd::items::TimeRange &range);
    /// The count on its tab ("Alerts (3)") or of the navigation is another.
    void countChanged();
    void hintsChanged();
};

}
