// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/Session.h"
#include "models/ports/ProfileStore.h"

#include <QCoreApplication>

namespace qd::console {

/// See ports::ProfileStore: profiles.yaml of the session's configuration folder. Borrows the session.
class ProfileDesk final : public ports::ProfileStore {
    Q_OBJECT
public:
    /// `openBrowser`: for the sign-in of a test. `openFile`: in the person's editor.
    ProfileDesk(Session *session, ports::BrowserOpener openBrowser, std::function<bool(const QString &path)> openFile);
    [[nodiscard]] QString chosen() const override { return m_session->profileName(); }
    [[nodiscard]] QString path() const override { return m_session->profilesFile(); }
    [[nodiscard]] QFuture<Result<ports::ProfileFile>> read() override;
    [[nodiscard]] QFuture<Result<ports::ProfileFile>> save(const ports::ProfileFile &base, const ports::ProfileChange &change) override;
    [[nodiscard]] QList<ports::ProfileNote> check(const ports::ProfileFile &base, const ports::ProfileChange &change) const override;
    [[nodiscard]] QFuture<Result<ports::ProfileSurroundings>> look(const QJsonObject &profile) override;
    [[nodiscard]] QFuture<Result<ports::IssuerCheck>> checkIssuer(const QJsonObject &profile, std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<ports::SignInSettings>> askArgo(const QUrl &server, std::stop_token stop) override;
    [[nodiscard]] bool openFile() override { return m_openFile && m_openFile(path()); }
    [[nodiscard]] std::unique_ptr<ports::ProfileTrial> tryProfile(const QJsonObject &profile) override;

private:
    void endStranded(const ports::ProfileFile &base, const ports::ProfileChange &change);
    [[nodiscard]] kube::KubeConfigOptions kubeOptions(const config::Profile &profile) const;
    Session *m_session;
    ports::BrowserOpener m_openBrowser;
    std::function<bool(const QString &path)> m_openFile;
};

}
