// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/ChangesModel.h"
#include "ui/panes/ListPane.h"

#include <stop_token>

class QMenu;
class QPushButton;

namespace qd::ui {

class ChangeDetails;
class ChangesTable;
class NoticeBar;

/// The journal as a page: every change made here with its outcome, what is still settling, revert and repeat as new drafts,
/// export, and whether the chain of records is whole. Thin: decisions are in ChangesModel and models/state/Journal*.
class ChangesPane : public ListPane {
    Q_OBJECT
public:
    ChangesPane(const ShellContext &context, ActionRegistry *actions, QWidget *parent = nullptr);
    ~ChangesPane() override;
    [[nodiscard]] items::ChangesModel *model() const { return m_model; }
    [[nodiscard]] ChangesTable *table() const { return m_table; }
    [[nodiscard]] ChangeDetails *details() const { return m_details; }
    /// Null: none is shown.
    [[nodiscard]] NoticeBar *bar() const { return m_bar; }
    /// Selects a change and opens its details; false when it is not among the loaded ones.
    bool showChange(const QString &id);
    bool openChange(const QString &changeId) override { return showChange(changeId); }
    void setNarrow(bool narrow) override;
    void addEnvironment(state::Environment *environment) override;
    void removeEnvironment(state::Environment *environment) override;
    void tick() override;
    void saveState() const override;
    void enter() override;

    void verify();
    /// Asks for a file in a dialog that does not block; `shownOnly`: what the filter keeps.
    void exportRecords(bool shownOnly);
    void exportTo(const QString &file, state::Journal::Format format, bool shownOnly);
    void revert();
    void repeat();

protected:
    void applyFilter(const QString &text) override;
    [[nodiscard]] bool hasCurrent() const override;
    [[nodiscard]] int keyColumn() const override { return items::ChangesModel::Change; }

private:
    void build();
    void registerActions();
    void connectSignals();
    void updateState();
    void updateDetails();
    void openDetails();
    void shareHeight();
    void closeDetails();
    void showMenu(const QPoint &global);
    void fillExportMenu();
    NoticeBar *showBar(network::State state, const QString &title, const QString &detail, const QString &copyPath = {});
    void hideBar();
    [[nodiscard]] state::Environment *environmentOf(const state::JournaledChange &change) const;
    [[nodiscard]] QString whyNot(const state::JournaledChange &change, bool back) const;
    void readLive(const state::ChangePtr &change, bool back);
    void makeDraft(const state::ChangePtr &change, bool back, const QList<Result<QJsonObject>> &live);
    bool createAgain(const state::JournaledChange &change);

    items::ChangesModel *m_model;
    ChangesTable *m_table = nullptr;
    ChangeDetails *m_details = nullptr;
    QPushButton *m_verify = nullptr;
    QPushButton *m_export = nullptr;
    QMenu *m_exportMenu = nullptr;
    NoticeBar *m_bar = nullptr;
    QString m_filterError;
    QString m_pageShown;
    QString m_wanted;            ///< a change to be shown once its page is loaded
    std::stop_source m_stop;
    bool m_verifying = false;
};

}
