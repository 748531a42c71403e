// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/config/Profiles.h"
#include "app/kube/KubeCluster.h"
#include "app/kube/KubeConfig.h"
#include "models/ports/ProfileStore.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QPointer>
#include <QTemporaryDir>

#include <memory>

namespace qd::login {
class ProviderHttp;
struct SessionParts;
}

namespace qd::console {

/// A right the trial asks for, in words ("See nodes").
struct TrialQuestion {
    QString words;
    ports::AccessQuestion question;
};

/// See ports::ProfileTrial. Its sign-in has a gateway, a store in memory and a folder of its own: nothing of the program's sessions is
/// read, renewed or ended. GUI thread; the kubeconfig is read elsewhere.
class ProfileTrial final : public ports::ProfileTrial {
    Q_OBJECT
public:
    struct Parts {
        kube::KubeConfigOptions kube;           ///< the profile's own kubeconfig is put over it
        ports::BrowserOpener openBrowser;
        QList<TrialQuestion> questions;
        QString ns;                             ///< to ask for when the profile names none
        /// Whether the program has a live session of this client: revoking the trial's token would end that one at providers that count
        /// per browser (Keycloak), so the trial then only forgets its own.
        std::function<bool(const ports::SignInSettings &)> inUse;
    };
    ProfileTrial(config::Profile profile, Parts parts);
    ~ProfileTrial() override;
    void start(ports::SignInWay way) override;
    void cancel() override;
    [[nodiscard]] bool running() const override { return m_running; }
    [[nodiscard]] QList<ports::TrialStep> steps() const override { return m_steps; }
    [[nodiscard]] ports::SignInState signIn() const override;
    void openBrowserAgain() override;

private:
    void begin(qsizetype step);
    void pass(const QString &words, ports::TrialState state = ports::TrialState::Passed);
    void fail(const Error &error, const QString &remedy = {});
    void readKubeConfig();
    void askIssuer();
    void gotIssuer(const Result<ports::IssuerCheck> &check);
    void signInNow();
    void followSignIn();
    void askPage(const QUrl &link);
    void signedIn(const ports::SignInState &state);
    void nextContext();
    void asked(const Result<ports::Identity> &identity);
    void askRights();
    void rightsKnown();
    void signOut();
    void end();
    void skipRest();
    [[nodiscard]] qint64 took();
    config::Profile m_profile;
    Parts m_parts;
    ports::SignInWay m_way = ports::SignInWay::Browser;
    QList<ports::TrialStep> m_steps;
    qsizetype m_at = -1;
    bool m_running = false;
    bool m_waited = false;                      ///< for the person, in this sign-in
    QElapsedTimer m_since;
    std::stop_source m_stop;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<login::SessionParts> m_login;
    std::unique_ptr<login::ProviderHttp> m_page;    ///< asks for the page the browser is sent to, once
    std::shared_ptr<ports::SignInGateway> m_gateway;
    std::shared_ptr<ports::SignInSession> m_session;
    std::optional<kube::KubeConfig> m_config;
    QStringList m_contexts;
    qsizetype m_context = -1;
    std::unique_ptr<kube::KubeCluster> m_cluster;
    QHash<QString, Result<ports::AccessAnswer>> m_answers;
    std::unique_ptr<QObject> m_life;            ///< what waits for answers of this run
};

}
