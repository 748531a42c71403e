// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/DemoProcess.h"
#include "app/console/Session.h"
#include "app/console/WindowGraph.h"
#include "tests/live/LiveClient.h"
#include "ui/panes/resources/ResourcePane.h"

#include <functional>
#include <memory>

namespace qd::test {

/// A session and its window, as main() composes them.
struct Shown {
    std::unique_ptr<console::Session> session;
    std::unique_ptr<console::WindowGraph> graph;

    /// `prepare` sees the session before it connects; `flags` are what the program adds to the invocation by itself.
    Shown(const QStringList &arguments, const QString &configDir, const std::function<void(console::Session &)> &prepare = {},
          const QMap<QString, QStringList> &flags = {});

    [[nodiscard]] ui::MainWindow *window() const { return graph->window(); }
    [[nodiscard]] ui::ResourcePane *pane() const { return window()->nodes(); }
    [[nodiscard]] items::ResourceModel *model() const { return pane()->model(); }
    [[nodiscard]] ui::ResourceTable *table() const;
    /// Row of the table, -1 when it is not there.
    [[nodiscard]] int rowOf(const QString &kind, const QString &name) const;
    /// The object of that row; never null, empty when it is not there.
    [[nodiscard]] state::RowPtr row(const QString &kind, const QString &name) const;
    /// What a person reads in a cell.
    [[nodiscard]] QString cell(const QString &kind, const QString &name, const QString &column) const;
    /// Makes the row current with the arrow keys, as a person does.
    bool walkTo(const QString &kind, const QString &name) const;
};

/// The demo network of the program QD_DEMO names; journal, drafts and log of this program go below `folder`.
[[nodiscard]] Result<std::unique_ptr<console::DemoProcess>> startDemo(const QString &folder);

/// Every text a person could read in a widget.
[[nodiscard]] QString textsOf(const QWidget *root);

}
