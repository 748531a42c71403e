// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QMap>
#include <QString>
#include <QStringList>

#include <optional>

namespace qd::network {

struct PanelQuery {
    QString expr;
    QString legend;                 ///< "{{pod}}: {{state}}"; empty: all labels
    friend bool operator==(const PanelQuery &, const PanelQuery &) = default;
};

/// A level with words: "alert above 600 ms for 5 m".
struct PanelThreshold {
    double value = 0;
    QString words;
    bool critical = true;           ///< else a warning
    friend bool operator==(const PanelThreshold &, const PanelThreshold &) = default;
};

enum class LegendSide : quint8 { Below, Right, None };

/// A chart of a dashboard, as its file says.
struct Panel {
    QString id;                     ///< of its dashboard
    QString title;
    QString note;                   ///< right of the title; empty: step and number of series
    QString unit;                   ///< one of panelUnits(); empty: none
    int decimals = -1;              ///< -1: as the values need
    int span = 4;                   ///< of 12 columns
    LegendSide legend = LegendSide::Below;
    bool fromZero = true;
    bool logarithmic = false;
    std::optional<double> softMin, softMax;
    QMap<double, QString> words;    ///< of the unit "state"
    QList<PanelQuery> queries;
    QList<PanelThreshold> thresholds;
    QStringList metrics;            ///< names it needs, so that "not there" is told from nothing; empty: those of its queries
    QStringList alerts;             ///< names of alerts whose firing it shows on its time axis; "*": any
    friend bool operator==(const Panel &, const Panel &) = default;
};

struct PanelRow {
    QString title;                  ///< may be empty
    QList<Panel> panels;
    friend bool operator==(const PanelRow &, const PanelRow &) = default;
};

/// What a person narrows a dashboard to. Its values are those of a label, of the series that match, or a list, or what the console knows.
struct DashboardVariable {
    QString name;                   ///< $name in queries
    QString title;
    QString of;                     ///< "nodes": the console's, for pod=~"$name"; "networks": theirs, for namespace=~"$name"; else empty
    QString label;                  ///< label_values: of this label
    QString match;                  ///< … of these series, variables before it may be in it
    QStringList values;             ///< fixed; then label and match are empty
    bool multiple = true;
    QString first;                  ///< of what is not multiple: chosen when nothing was; empty: the first value
    friend bool operator==(const DashboardVariable &, const DashboardVariable &) = default;
};

struct Dashboard {
    QString id;
    QString title;
    QString tab;                    ///< short, for the tab
    int order = 1000;
    bool first = false;             ///< a tab of its own from the start; others are under "more"
    QList<DashboardVariable> variables;
    QList<PanelRow> rows;
    QString path;                   ///< the file it came from; ":/dashboards/…" of those that are shipped
    bool own = false;               ///< of the person's folder
    [[nodiscard]] const Panel *panel(const QString &panelId) const;
    friend bool operator==(const Dashboard &, const Dashboard &) = default;
};

/// "percent", "ratio", "seconds", …: the words a file may have as a unit.
[[nodiscard]] const QStringList &panelUnits();

/// The names of metrics an expression asks for, each once, in their order; those told by a name matcher only are left out.
/// Works on the text alone: an expression that does not parse gives what looks like names.
[[nodiscard]] QStringList metricNames(const QString &expr);

/// The name of a metric that is being written before `cursor`; empty: none is (inside of braces, brackets, quotes, a comment, a number or
/// a variable). Its begin, when wanted.
[[nodiscard]] QString metricBefore(const QString &expr, qsizetype cursor, qsizetype *begin = nullptr);

/// An id for a dashboard or panel of this title: lower case letters, digits and "-", other than those that are taken; `usual` where the
/// title has no such letters.
[[nodiscard]] QString freeId(const QString &title, const QStringList &taken, const QString &usual);

/// The legend of a series: {{label}} replaced by its value, nothing where it has none. Without a format all labels but the name.
[[nodiscard]] QString legendText(const QString &format, const QMap<QString, QString> &labels);

}
