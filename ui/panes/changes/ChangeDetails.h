// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/ChangesModel.h"
#include "models/ports/YamlCodec.h"

#include <QWidget>

class QPlainTextEdit;
class QPushButton;
class QStackedWidget;

namespace qd::ui {

class ConditionList;
class CopyButton;
class DiffView;
class ElidedLabel;
class FactTable;
class NoticeBar;
class OverflowMenuButton;
class StateGlyph;
class Tabs;

/// One change beside the list: how it ended in words, who, where and why, its steps with their times, the diff as journaled
/// (secrets masked), and the kubectl commands that are equal to it. Verbs are the owner's.
class ChangeDetails : public QWidget {
    Q_OBJECT
public:
    ChangeDetails(const network::KindTable *kinds, const ports::YamlCodec *yaml, QWidget *parent = nullptr);
    void setChange(const state::ChangePtr &change, const items::ChangeStanding &standing);
    [[nodiscard]] const state::ChangePtr &change() const { return m_change; }
    /// Empty: it can be done; else the tooltip of the disabled button.
    void setVerbs(const QString &whyNotRevert, const QString &whyNotRepeat);
    void addMenuAction(QAction *action);
    void setTab(const QString &id);
    [[nodiscard]] QString tab() const;
    /// Both versions as the text that is compared; for several objects one after another.
    [[nodiscard]] static std::pair<QString, QString> diffTexts(const state::JournaledChange &change, const ports::YamlCodec *yaml);

Q_SIGNALS:
    void closeWanted();
    void revertWanted();
    void repeatWanted();
    void objectWanted(const qd::ObjectId &object);

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void buildHeader();
    void buildTabs();
    [[nodiscard]] QWidget *buildOverview();
    void showFacts(const items::ChangeStanding &standing);
    void showSteps(const items::ChangeStanding &standing);
    const network::KindTable *m_kinds;
    const ports::YamlCodec *m_yaml;
    state::ChangePtr m_change;
    QString m_shown;            ///< what diff and commands are made of
    StateGlyph *m_glyph;
    ElidedLabel *m_title;
    QPushButton *m_revert;
    QPushButton *m_repeat;
    OverflowMenuButton *m_more;
    Tabs *m_tabs;
    NoticeBar *m_headline;
    QStackedWidget *m_stack;
    FactTable *m_facts;
    FactTable *m_objects;
    FactTable *m_records;
    ConditionList *m_steps;
    DiffView *m_diff;
    QPlainTextEdit *m_kubectl;
    CopyButton *m_copy;
};

}
