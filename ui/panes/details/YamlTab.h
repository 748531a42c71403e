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

/// The live object as YAML, read-only, with Edit… and Copy. managedFields on demand.
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
    QJsonObject m_object;
};

}
