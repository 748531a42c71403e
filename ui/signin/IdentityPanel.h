// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/ShellContext.h"

#include <functional>

namespace qd::ui {

class Popup;

/// What a person does to a session where it is told of.
enum class SessionVerb : quint8 { SignIn, SignOut, SignOutEverywhere };
using SessionDo = std::function<void(state::Environment *, SessionVerb)>;

/// Who one is in each environment: way, groups, the session with the roles of its token and where each comes from, what one may do with
/// the nodes. Without `call` sessions are told, not changed.
[[nodiscard]] Popup *makeIdentityPanel(const ShellContext &context, const SessionDo &call, QWidget *parent);

}
