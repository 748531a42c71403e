// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/SignIn.h"

#include <QPromise>

namespace qd::ui {

/// A session that is what a scene says it is, and remembers what was asked of it. Also used by tests/ui.
class TourSession final : public ports::SignInSession {
    Q_OBJECT
public:
    explicit TourSession(ports::SignInSettings settings) : m_settings(std::move(settings)) { }
    QStringList asked;              ///< "start browser", "cancel", …, in order
    Result<ports::SignOutEnd> signedOut{ports::SignOutEnd{true, true}}; ///< what a sign-out answers
    void become(const ports::SignInState &state);
    [[nodiscard]] QString profile() const override { return QStringLiteral("northgate"); }
    [[nodiscard]] const ports::SignInSettings &settings() const override { return m_settings; }
    [[nodiscard]] ports::SignInState state() const override { return m_state; }
    void restore() override { asked.append(QStringLiteral("restore")); }
    void start(ports::SignInWay way) override;
    void cancel() override { asked.append(QStringLiteral("cancel")); }
    void openBrowserAgain() override { asked.append(QStringLiteral("open again")); }
    void refresh() override { asked.append(QStringLiteral("refresh")); }
    [[nodiscard]] QFuture<Result<ports::SignOutEnd>> signOut(bool everywhere) override;
    void keepInMemoryOnly(bool on) override { asked.append(on ? QStringLiteral("memory only") : QStringLiteral("keychain")); }
    [[nodiscard]] std::shared_ptr<ports::TokenSource> apiServerTokens() override { return nullptr; }
    [[nodiscard]] std::shared_ptr<ports::TokenSource> accessTokens(const QString &audience) override { Q_UNUSED(audience) return nullptr; }

private:
    ports::SignInSettings m_settings;
    ports::SignInState m_state;
};

/// The states of picture 16 at noon, by name: "browser", "nobrowser", "device", "in", "ending", "locked", "absent", "expired", "clock",
/// "audience", "refused", "unreachable", "timeout", "exchanging", "out".
[[nodiscard]] ports::SignInState tourSignIn(const QString &name, const QDateTime &now);
[[nodiscard]] std::shared_ptr<TourSession> tourSession(const QString &name, const QDateTime &now);

}
