// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Clock.h"
#include "models/items/ObjectHistory.h"
#include "models/ports/ResourceGateway.h"
#include "ui/panes/details/DetailsTab.h"

#include <QThreadPool>

#include <stop_token>

class QStackedLayout;
class QTreeWidget;

namespace qd::ui {

class Label;
class StatePage;

/// What happened to an object: the changes made with this console (from the journal, read on a thread of its own) and the
/// cluster's events, by time. A change leads to its record.
class HistoryTab : public DetailsTab {
    Q_OBJECT
public:
    /// Without a journal only events are shown.
    HistoryTab(const Clock *clock, state::Journal *journal, QWidget *parent = nullptr);
    ~HistoryTab() override;
    void present(const DetailsSubject &subject) override;
    void leave() override;

private:
    void load();
    void loadChanges();
    void loadEvents();
    void fill();
    void showNotes();
    const Clock *m_clock;
    state::Journal *m_journal;
    QWidget *m_rows;
    QStackedLayout *m_stack;
    QTreeWidget *m_tree;
    Label *m_note;
    StatePage *m_page;
    QThreadPool m_reader;
    std::stop_source m_stop;
    std::shared_ptr<ports::ResourceGateway> m_gateway;
    ObjectId m_object;
    QString m_version;
    std::optional<Result<QList<items::HistoryEntry>>> m_changes, m_events;   ///< empty: not there yet
};

}
