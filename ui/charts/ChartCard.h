// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/telemetry/ChartData.h"
#include "models/network/State.h"

#include <QFrame>

class QBoxLayout;
class QMenu;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace qd::items {
class ChartTable;
}

namespace qd::ui {

class ChartGroup;
class ChartLegend;
class ChartView;
class ElidedLabel;
class Label;
class OverflowMenuButton;
class StateGlyph;
class StatePage;

/// A chart in its box (picture 07): title, note, the chart, its legend right or below, and "…" with what can be done: show as table,
/// copy as picture, as CSV, the queries, open in Grafana, and what the owner adds. What it has not (a metric that is missing, an error,
/// no data in this time) stands in the chart's place; after an error the last picture stays, greyed, with its age. GUI thread.
class ChartCard : public QFrame {
    Q_OBJECT
public:
    enum class Legend : quint8 { Right, Below, None };
    /// `group` is borrowed; null: it stands alone.
    explicit ChartCard(ChartGroup *group, QWidget *parent = nullptr);

    ~ChartCard() override;

    void setData(const items::ChartData &data);
    void setLegend(Legend legend);
    [[nodiscard]] Legend legend() const { return m_place; }
    [[nodiscard]] ChartView *view() const { return m_view; }
    /// "Open in Grafana" is there while this is true.
    void setGrafana(bool known);
    /// The owner's verbs go below ours: `menu()->addAction(…)`.
    [[nodiscard]] QMenu *menu() const { return m_menu; }
    void showTable(bool table);
    [[nodiscard]] bool tableShown() const;
    [[nodiscard]] QTableView *table() const { return m_table; }
    void copyPicture();
    void copyCsv();
    void copyQueries();

Q_SIGNALS:
    /// Grafana is to show these queries at the time that the chart shows (epoch seconds).
    void grafanaWanted(const QStringList &queries, double from, double to);
    void retryWanted();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void makeMenu();
    void showState();
    void showPlace();
    void say(network::State state, const QString &sentence, const QString &tip, bool retry);
    ChartView *m_view;
    ChartLegend *m_legend;
    items::ChartTable *m_readings = nullptr;   ///< made when the table is wanted
    QTableView *m_table = nullptr;
    ElidedLabel *m_title;
    Label *m_note;
    QWidget *m_state;
    StateGlyph *m_glyph;
    ElidedLabel *m_sentence;
    QPushButton *m_retry;
    QStackedWidget *m_stack;
    StatePage *m_page = nullptr;               ///< in the chart's place; made when there is something to say there
    QBoxLayout *m_body;
    OverflowMenuButton *m_more;
    QMenu *m_menu;
    QAction *m_grafana = nullptr;
    QAction *m_asTable = nullptr;
    QAction *m_queries = nullptr;
    Legend m_place = Legend::Below;
    bool m_tableWanted = false;
};

}
