// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/ChangesModel.h"
#include "ui/shell/ShellContext.h"

#include <QObject>

namespace qd::ui {

/// The window's look into the journal: the live list of changes and what is still settling, from the start on, whatever
/// page is shown. Puts both into the context; the drafts kept on disk too.
class WindowJournal : public QObject {
    Q_OBJECT
public:
    /// Does nothing without a journal.
    WindowJournal(ShellContext &context, QWidget *window);
    /// Changes of today that failed or are not settled.
    [[nodiscard]] items::Attention::Count today() const;
    /// A cluster came or went.
    void environmentsChanged();

Q_SIGNALS:
    void changed();
    void failed(const qd::Error &error);

private:
    const ShellContext &m_context;
};

}
