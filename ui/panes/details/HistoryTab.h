// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Clock.h"
#include "models/items/ObjectHistory.h"
#include "models/ports/ResourceGateway.h"
#include "models/state/JournalLog.h"
#include "ui/panes/details/DetailsTab.h"
#include "ui/widgets/Throttle.h"

#include <QPointer>
#include <QThreadPool>

#include <stop_token>

class QStackedLayout;
class QTreeWidget;

namespace qd::ui {

class Label;
class StatePage;

/// What happened to an object: the changes made with this console (from the journal, read on a thread of its own), who else
/// set what is declared (from the live object's managedFields) and the cluster's events, by time. A change leads to its record.
class HistoryTab : public DetailsTab {
    Q_OBJECT
public:
    /// Without a journal only events are shown. `log` says when it is written to; may be null.
    HistoryTab(const Clock *clock, state::Journal *journal, const state::JournalLog *log, QWidget *parent = nullptr);
    ~HistoryTab() override;
    void present(const DetailsSubject &subject) override;
    void renew() override;
    void leave() override;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void load();
    void loadChanges();
    void loadEvents();
    void fill();
    [[nodiscard]] QString wholeOf(const items::HistoryEntry &entry, const QString &what) const;
    void choose(const QList<items::HistoryEntry> &entries, const QString &was);
    void addEntry(const items::HistoryEntry &entry, const QDateTime &now);
    void showNotes();
    void journalChanged();
    [[nodiscard]] QString journalFace() const;
    const Clock *m_clock;
    state::Journal *m_journal;
    QPointer<const state::JournalLog> m_log;
    QString m_journalFace;   ///< what the log had of the object when it was read last
    QWidget *m_rows;
    QStackedLayout *m_stack;
    QTreeWidget *m_tree;
    Label *m_whole;
    Label *m_note;
    StatePage *m_page;
    QThreadPool m_reader{this};
    Throttle m_loading{kAgainMs, [this] { load(); }};
    Throttle m_renewing{kAgainMs, [this] { loadEvents(); }};   ///< the journal tells what is new in it
    std::stop_source m_stop;
    std::shared_ptr<ports::ResourceGateway> m_gateway;
    ObjectId m_object;
    QString m_version;
    QString m_ownChoice;   ///< the entry that fill() made current, not a person
    QJsonObject m_live;   ///< with managedFields; empty: not known yet
    std::optional<Result<QList<items::HistoryEntry>>> m_changes, m_events;   ///< empty: not there yet
};

}
