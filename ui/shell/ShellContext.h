// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/BodyCodec.h"
#include "models/ports/DesktopNotices.h"
#include "models/ports/DashboardStore.h"
#include "models/ports/ProfileStore.h"
#include "models/ports/SecretStore.h"
#include "models/ports/YamlCodec.h"
#include "models/state/Environment.h"
#include "models/state/Journal.h"
#include "models/state/JournalSettling.h"
#include "models/state/Operations.h"
#include "ui/actions/ActionRegistry.h"
#include "ui/shell/EnvironmentSource.h"
#include "ui/shell/SettingsStore.h"
#include "ui/theme/Theme.h"

namespace qd::items {
class AlertsSession;
}
namespace qd::state {
class Verdicts;
}

namespace qd::ui {

/// What the window stands on; everything is borrowed and outlives it. Made by the composition root.
struct ShellContext {
    const Clock *clock = nullptr;
    const network::KindTable *kinds = nullptr;
    const state::ActionCatalogue *catalogue = nullptr;
    const ports::BodyCodec *bodies = nullptr;     ///< may be null: details wait for the live object
    const ports::YamlCodec *yaml = nullptr;       ///< may be null: YAML tab shows JSON
    state::Operations *operations = nullptr;
    SettingsStore *settings = nullptr;
    Theme *theme = nullptr;
    state::Journal *journal = nullptr;            ///< without it nothing can be changed
    QString profile = {};                         ///< for the journal
    state::JournalLog *changeLog = nullptr;       ///< the window's own (WindowJournal); null without a journal
    state::JournalSettling *settling = nullptr;   ///< likewise
    /// How a change is followed in an environment; empty: GET every 2 s.
    std::function<state::WatcherFactory(state::Environment *)> watchers = {};
    items::AlertsSession *alerts = nullptr;       ///< the window's own (WindowAlerts): one look serves pages, counts and notices; may be null
    state::Verdicts *verdicts = nullptr;          ///< the window's own: whether nodes get on, one look for all pages; may be null
    ports::DesktopNotices *desktopNotices = nullptr;   ///< may be null: only the window tells what fires
    ChangeStarter *changes = nullptr;             ///< null: the window's own (WindowChanges)
    std::shared_ptr<ports::SecretStore> secrets = {};   ///< where sign-ins are remembered; may be null
    ports::DashboardStore *dashboards = nullptr;  ///< null: there are no dashboards
    ports::ProfileStore *profiles = nullptr;      ///< null: profiles.yaml is not edited here
    EnvironmentSource *source = nullptr;          ///< null: what is open stays, nothing else can be opened
    QList<state::Environment *> environments;
    QStringList problems = {};                    ///< kubeconfig, profiles.yaml: what is wrong; on the next line what to do
};

}
