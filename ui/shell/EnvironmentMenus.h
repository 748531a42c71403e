// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/EnvironmentSource.h"
#include "ui/shell/ShellContext.h"

#include <QMenu>

namespace qd::ui {

/// The menu of the "+" beside the chips: contexts of the kubeconfig that are not open, and the demo network.
class OpenEnvironmentMenu : public QMenu {
    Q_OBJECT
public:
    OpenEnvironmentMenu(const EnvironmentSource *source, QWidget *parent);

Q_SIGNALS:
    void contextWanted(const QString &name);
    void demoWanted();
};

/// The namespaces of an environment to choose from: what it may list, else what it has seen and its own. Fills itself when the
/// cluster has answered.
class NamespaceMenu : public QMenu {
    Q_OBJECT
public:
    NamespaceMenu(state::Environment *environment, QWidget *parent);

Q_SIGNALS:
    /// Empty: all namespaces.
    void namespaceWanted(const QString &ns);

private:
    void fill(QStringList names);
    state::Environment *m_environment;
};

}
