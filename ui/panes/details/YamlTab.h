// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/panes/details/DetailsTab.h"
#include "ui/shell/ShellContext.h"

class QBoxLayout;
class QCheckBox;
class QPushButton;

namespace qd::ui {

class Label;
class YamlView;

/// The object as YAML, read-only, with Edit… and Copy. It follows what is watched; managedFields, on demand, are of the live object that
/// was read last. What is scrolled to, selected and folded stays.
class YamlTab : public DetailsTab {
    Q_OBJECT
public:
    YamlTab(const ShellContext &context, ActionRegistry *actions, QWidget *parent = nullptr);
    void present(const DetailsSubject &subject) override;
    [[nodiscard]] QString text() const;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void fitBar();
    void render();
    void updateEdit();
    const ShellContext &m_context;
    ActionRegistry *m_actions;
    ActionTarget m_target;
    YamlView *m_text;
    QPushButton *m_edit;
    QPushButton *m_compare;
    QCheckBox *m_managed;
    Label *m_source;
    QBoxLayout *m_bar;
    ObjectId m_shown;       ///< whose text is shown
    QJsonObject m_object;   ///< the newest
    QJsonObject m_lastLive; ///< with managedFields; empty: not known
};

}
