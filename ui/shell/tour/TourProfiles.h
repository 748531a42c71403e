// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/ProfileStore.h"

namespace qd::ui {

/// A trial that is where a scene says: "running", "waiting", "discovery", "refused", "green".
class TourTrial final : public ports::ProfileTrial {
    Q_OBJECT
public:
    TourTrial(const QString &state, const QDateTime &now);
    QStringList asked;
    void start(ports::SignInWay way) override;
    void cancel() override;
    [[nodiscard]] bool running() const override { return m_running; }
    [[nodiscard]] QList<ports::TrialStep> steps() const override { return m_steps; }
    [[nodiscard]] ports::SignInState signIn() const override { return m_signIn; }
    void openBrowserAgain() override { asked.append(QStringLiteral("open again")); }
    void become(const QList<ports::TrialStep> &steps, bool running);

private:
    QList<ports::TrialStep> m_steps;
    ports::SignInState m_signIn;
    bool m_running = false;
};

/// Profiles in memory. What is wrong with one is what the scene says. Also used by tests/ui.
class TourProfiles final : public ports::ProfileStore {
    Q_OBJECT
public:
    explicit TourProfiles(const QDateTime &now) : m_now(now) { }
    ports::ProfileFile file;
    QList<ports::ProfileNote> wrong;        ///< of every profile
    ports::ProfileSurroundings around;
    Result<ports::IssuerCheck> issuer = Error{ErrorKind::Network, QStringLiteral("id.northgate.example refused the connection on port 443.")};
    Result<ports::SignInSettings> argo = Error{ErrorKind::NotFound, QStringLiteral("There is no Argo CD.")};
    std::optional<Error> saving;            ///< what the next save answers
    QString trialState = QStringLiteral("green");
    QStringList asked;
    TourTrial *lastTrial = nullptr;
    [[nodiscard]] QString chosen() const override { return QStringLiteral("prod"); }
    [[nodiscard]] QString path() const override { return QStringLiteral("/home/mira/.config/quarterdeck/profiles.yaml"); }
    [[nodiscard]] QFuture<Result<ports::ProfileFile>> read() override;
    [[nodiscard]] QFuture<Result<ports::ProfileFile>> save(const ports::ProfileFile &base, const ports::ProfileChange &change) override;
    [[nodiscard]] QList<ports::ProfileNote> check(const ports::ProfileFile &base, const ports::ProfileChange &change) const override;
    [[nodiscard]] QFuture<Result<ports::ProfileSurroundings>> look(const QJsonObject &profile) override;
    [[nodiscard]] QFuture<Result<ports::IssuerCheck>> checkIssuer(const QJsonObject &profile, std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<ports::SignInSettings>> askArgo(const QUrl &server, std::stop_token stop) override;
    [[nodiscard]] bool openFile() override;
    [[nodiscard]] std::unique_ptr<ports::ProfileTrial> tryProfile(const QJsonObject &profile) override;

private:
    QDateTime m_now;
};

/// Three profiles: prod with everything, dev by the kubeconfig, an old one.
[[nodiscard]] std::shared_ptr<TourProfiles> makeTourProfiles(const QDateTime &now);

}
