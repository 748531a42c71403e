// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/LogSession.h"
#include "models/items/PodList.h"
#include "models/items/telemetry/LogGaps.h"
#include "ui/panes/details/DetailsTab.h"

#include <QTimer>

#include <optional>

class QPushButton;
class QToolButton;
class QSplitter;

namespace qd::ui {

class LogSources;
class LogView;

/// The logs of an object's pods: those chosen in the tree of sources merged by time, or one container, now or its run before. Reads
/// while it is looked at; what a crashed container comes back with is followed on. The tree stands at the left where there is room,
/// else it is one button away.
class LogsTab : public DetailsTab {
    Q_OBJECT
public:
    LogsTab(const ports::BodyCodec *bodies, const Clock *clock, QWidget *parent = nullptr);
    ~LogsTab() override;
    void present(const DetailsSubject &subject) override;
    void leave() override;
    void setInWindow() override;
    void openLog(const QString &pod, const QString &container, bool previous) override;
    [[nodiscard]] LogView *view() const { return m_view; }
    [[nodiscard]] items::LogModel *model() { return &m_model; }
    [[nodiscard]] items::LogSession *session() { return &m_session; }
    [[nodiscard]] LogSources *sources() const { return m_sources; }
    [[nodiscard]] QPushButton *sourcesButton() const { return m_toggle; }
    [[nodiscard]] QPushButton *previousButton() const { return m_previous; }

protected:
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void buildControls();
    void connectParts();
    void arrange();
    void sizeTree();
    void podsChanged();
    void chosenChanged();
    void choose();
    void updateSources();
    void updatePage();
    void updateNotes();
    void updateRates();
    void findStore();
    [[nodiscard]] bool showWhatWaits();
    [[nodiscard]] QList<items::LogSource> wanted() const;
    const Clock *m_clock;
    items::LogModel m_model;
    items::LogSession m_session;
    items::PodList m_pods;
    items::LogGaps m_gaps;
    QTimer m_rates;
    QTimer m_soon;                           ///< lines came: what is counted is counted again
    QSplitter *m_splitter;
    LogSources *m_sources;
    LogView *m_view;
    QPushButton *m_toggle;
    QPushButton *m_previous;
    QToolButton *m_window;
    ObjectId m_object;
    QPointer<state::Environment> m_environment;
    QDateTime m_pausedAt;
    QDateTime m_asOf;                   ///< when it was read last: not now while it is paused
    QString m_words;                         ///< of the button that shows the tree
    std::optional<bool> m_sourcesWanted;     ///< by the person; else by the room there is
    bool m_arranging = false;
    bool m_moved = false;                    ///< the tree has the size a person gave it
};

}
