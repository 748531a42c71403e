// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/ClusterConfig.h"
#include "models/ports/TokenSource.h"

#include <functional>
#include <memory>

namespace qd::kube {

/// What a credential plugin is doing, for a pane that shows it and lets the person wait or cancel.
struct ExecNotice {
    enum class State { Started, Said, Ended };
    State state = State::Started;
    QString command;
    QString user;       ///< entry of the kubeconfig
    QString text;       ///< Said: what it wrote to stderr, without escapes and secrets
};

/// How credential plugins are run here.
struct ExecPrompt {
    bool terminal = false;          ///< stdin is a terminal the plugin may use (commands); false in the window
    std::function<void(const ExecNotice &)> notice = {};   ///< called on the source's own thread
    int timeoutMs = 60'000;
    int failureHoldMs = 1'000;      ///< a failure answers all who ask within this time, so that retries do not fork in a loop
    QString shell = {};             ///< login shell for PATH; empty: $SHELL
    std::function<QDateTime()> now = {};   ///< UTC; empty: the clock
};

/// Credentials of one resolved context: token, tokenFile, basic, client certificate, or an exec plugin on a thread of its
/// own (single flight, expiry cache, one rerun after a 401 to the cached credential). Without TLS nothing is sent. Thread
/// safe; destruction cancels what runs.
[[nodiscard]] std::shared_ptr<ports::TokenSource> makeKubeTokenSource(const ClusterConfig &config, const ExecPrompt &prompt = {});

}
