// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/HeapTrim.h"
#include "app/console/Session.h"
#include "ui/shell/EnvironmentSource.h"

#include <memory>
#include <vector>

namespace qd::console {

/// The environments of a window: those of the session at the start, and contexts opened later. Borrows the session.
class WindowEnvironments final : public ui::EnvironmentSource {
    Q_DECLARE_TR_FUNCTIONS(WindowEnvironments)
public:
    explicit WindowEnvironments(Session *session);
    ~WindowEnvironments() override;
    [[nodiscard]] const std::vector<std::unique_ptr<state::Environment>> &all() const { return m_environments; }

    [[nodiscard]] QList<Context> contexts() const override;
    [[nodiscard]] Result<state::Environment *> open(const QString &context) override;
    [[nodiscard]] Result<state::Environment *> openAs(const QString &context, const QString &user, const QStringList &groups) override;
    [[nodiscard]] std::optional<SignInOffer> signInOffer(const state::Environment *environment) const override;
    [[nodiscard]] Result<Done> signInHere(state::Environment *environment) override;
    void close(state::Environment *environment) override;
    [[nodiscard]] Origin origin() const override;
    [[nodiscard]] Result<QList<state::Environment *>> readAgain() override;
    [[nodiscard]] Result<Done> startDemo() override;

private:
    state::Environment *add(const SessionCluster &cluster);
    static void measure(state::Environment *environment, const std::shared_ptr<ports::Telemetry> &telemetry);
    static void signIn(state::Environment *environment, const std::shared_ptr<ports::SignInSession> &session);
    [[nodiscard]] state::Mark markOf(const QString &context) const;
    Session *m_session;
    HeapTrim m_trim;
    mutable QHash<QString, state::Mark> m_marks;   ///< of contexts that could be described, until the kubeconfig is read again
    std::vector<std::unique_ptr<state::Environment>> m_environments;
};

}
