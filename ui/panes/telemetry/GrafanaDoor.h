// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/telemetry/TimeRange.h"
#include "ui/shell/ShellContext.h"

#include <QObject>
#include <QStringList>

#include <functional>

class QWidget;

namespace qd::ui {

/// The way from charts to Explore of Grafana, in the browser. Grafana knows its source of data by an id of its own, which only
/// an address of it tells: where none is kept yet, it is asked for in a dialog over the window of `parent`, which owns this.
class GrafanaDoor : public QObject {
    Q_OBJECT
public:
    GrafanaDoor(const ShellContext &context, QWidget *parent);
    /// `first` is the cluster the charts are of, whose profile may name its Grafana; null: the first profile that names one.
    void open(const QStringList &queries, const items::TimeRange &range, const state::Environment *first = nullptr);
    /// A chart's time on screen: a live range stays live there.
    void openChart(const QStringList &queries, double from, double to, const items::TimeRange &range, const state::Environment *first = nullptr);
    /// Asks for an address of Explore; `then` is called when one was given, without it it is only kept.
    void ask(const std::function<void()> &then = {}, const state::Environment *first = nullptr);

Q_SIGNALS:
    void failed(const QString &title, const QString &detail);

private:
    [[nodiscard]] QString ofProfile(const state::Environment *first) const;
    const ShellContext &m_context;
    QWidget *m_widget;
};

}
