// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/ProfileDesk.h"

#include "app/config/ProfilesFile.h"
#include "app/console/FoundSignIns.h"
#include "app/console/ProfileTrial.h"
#include "models/core/Async.h"
#include "models/core/OnPool.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QSslCertificate>

#include <algorithm>

namespace qd::console {

using namespace Qt::StringLiterals;

namespace {

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(ProfileDesk)
};

/// What there is to say of a certificate authority.
void lookAtCa(const QString &path, const QString &folder, const QString &field, const QDateTime &now, ports::ProfileSurroundings &out)
{
    if (path.isEmpty())
        return;
    const QList<QSslCertificate> found = QFileInfo::exists(path) ? QSslCertificate::fromPath(path, QSsl::Pem) : QList<QSslCertificate>();
    if (found.isEmpty()) {
        out.faults.append({field, QFileInfo::exists(path) ? Tr::tr("%1 holds no certificate in PEM form.").arg(path) : Tr::tr("%1 is not there.").arg(path)});
        return;
    }
    QDateTime ends = found.first().expiryDate();
    for (const QSslCertificate &one : found)
        ends = std::min(ends, one.expiryDate());
    const QString day = QLocale().toString(ends.toUTC().date(), QLocale::ShortFormat);
    if (ends < now)
        out.faults.append({field, Tr::tr("%1 ended on %2.").arg(path, day)});
    else
        out.facts.append({field, path.startsWith(QString(folder + u'/')) ? Tr::tr("Relative to profiles.yaml. Ends %1.").arg(day) : Tr::tr("Ends %1.").arg(day)});
}

Result<ports::ProfileSurroundings> lookAt(const config::Profile &profile, const kube::KubeConfigOptions &options, const QString &folder, const QString &certificates, const QDateTime &now)
{
    ports::ProfileSurroundings out;
    const Result<kube::KubeConfig> config = kube::KubeConfig::load(options);
    if (!config) {
        out.faults.append({u"kubeconfig"_s, config.error().message});
    } else {
        const QList<kube::KubeContext> known = config->contexts();
        for (const kube::KubeContext &context : known) {
            ports::ProfileContext one{context.name, context.cluster, context.name == config->currentContext(), {}, {}};
            if (const std::optional<FoundInContext> found = foundIn(*config, context.name)) {
                const Result<ports::SignInSettings> settings = settingsOf(found->found, certificates);
                one.signIn = settings ? *settings : found->found.settings;
                one.signInProblem = settings ? QString() : settings.error().text();
            }
            out.contexts.append(one);
        }
        QStringList missing;
        for (const QString &name : profile.contexts) {
            if (std::none_of(known.begin(), known.end(), [&name](const kube::KubeContext &context) { return context.name == name; }))
                missing.append(name);
        }
        if (!missing.isEmpty())
            out.faults.append({u"contexts"_s, Tr::tr("The kubeconfig has no context %1.").arg(missing.join(u", "_s))});
        if (!profile.kubeconfig.isEmpty())
            out.facts.append({u"kubeconfig"_s, Tr::tr("%n context(s).", nullptr, int(known.size()))});
    }
    if (profile.signIn)
        lookAtCa(profile.signIn->caFile, folder, u"signIn.caFile"_s, now, out);
    const auto lookAtTarget = [&](const std::optional<config::TelemetryTarget> &target, const QString &field) {
        if (target)
            lookAtCa(target->address.caFile, folder, field, now, out);
    };
    if (profile.telemetry) {
        lookAtTarget(profile.telemetry->prometheus, u"telemetry.prometheus.caFile"_s);
        lookAtTarget(profile.telemetry->alertmanager, u"telemetry.alertmanager.caFile"_s);
        lookAtTarget(profile.telemetry->loki, u"telemetry.loki.caFile"_s);
    }
    if (profile.ledger) {
        for (qsizetype i = 0; i < profile.ledger->endpoints.size(); ++i)
            lookAtCa(profile.ledger->endpoints.at(i).caFile, folder, u"ledger.endpoints[%1].tls.caFile"_s.arg(i), now, out);
    }
    return out;
}

QList<TrialQuestion> questionsOf(const network::KindTable &kinds)
{
    QList<TrialQuestion> out;
    const network::KindInfo *validators = kinds.find(u"Validator"_s);
    if (validators) {
        out.append({Tr::tr("See nodes"), {u"list"_s, validators->gvr}});
        out.append({Tr::tr("Change nodes"), {u"patch"_s, validators->gvr}});
        out.append({Tr::tr("Create nodes"), {u"create"_s, validators->gvr}});
        out.append({Tr::tr("Delete nodes"), {u"delete"_s, validators->gvr}});
    }
    out.append({Tr::tr("Read secrets"), {u"get"_s, {{}, u"v1"_s, u"secrets"_s}}});
    return out;
}

}

ProfileDesk::ProfileDesk(Session *session, ports::BrowserOpener openBrowser, std::function<bool(const QString &path)> openFile)
    : m_session(session), m_openBrowser(std::move(openBrowser)), m_openFile(std::move(openFile))
{
}

QFuture<Result<ports::ProfileFile>> ProfileDesk::read()
{
    return onPool<ports::ProfileFile>([path = path(), codec = m_session->yamlCodec()] { return config::readProfilesFile(path, *codec); });
}

QFuture<Result<ports::ProfileFile>> ProfileDesk::save(const ports::ProfileFile &base, const ports::ProfileChange &change)
{
    const QFuture<Result<ports::ProfileFile>> saved
        = onPool<ports::ProfileFile>([base, change, codec = m_session->yamlCodec()] { return config::saveProfile(base, change, *codec); });
    whenFinished(saved, this, [this, base, change](const Result<ports::ProfileFile> &file) {
        if (!file)
            return;
        m_session->readProfilesAgain();     // its guards and its sign-in hold for what is opened from now on
        endStranded(base, change);
    });
    return saved;
}

/// The keychain knows a sign-in by profile, issuer and client. Under other ones nobody would find it again, and its refresh token would live
/// on at the provider: it is signed out, unless an open environment uses it, whose person can do that.
void ProfileDesk::endStranded(const ports::ProfileFile &base, const ports::ProfileChange &change)
{
    const QJsonObject *before = base.find(change.name);
    const std::optional<config::SignIn> was = before ? config::readProfile(*before, path()).signIn : std::nullopt;
    if (!was)
        return;
    const config::Profile now = change.value.isEmpty() ? config::Profile{} : config::readProfile(change.value, path());
    const bool found = now.name == change.name && now.signIn && now.signIn->issuer == was->issuer && now.signIn->clientId == was->clientId;
    const bool used = std::any_of(m_session->clusters().begin(), m_session->clusters().end(), [&](const SessionCluster &cluster) {
        return cluster.signIn && cluster.signIn->profile() == change.name && cluster.signIn->settings().issuer == was->issuer
            && cluster.signIn->settings().clientId == was->clientId;
    });
    const ports::SignInSettings settings = signInSettings(*was);
    if (!found && !used && m_session->signIns().remembers(change.name, settings))
        (void)m_session->signIns().end(change.name, settings);
}

QList<ports::ProfileNote> ProfileDesk::check(const ports::ProfileFile &base, const ports::ProfileChange &change) const
{
    return config::checkProfile(base, change);
}

kube::KubeConfigOptions ProfileDesk::kubeOptions(const config::Profile &profile) const
{
    kube::KubeConfigOptions out = kube::KubeConfigOptions::fromEnvironment();
    out.explicitPath = profile.kubeconfig;
    return out;
}

QFuture<Result<ports::ProfileSurroundings>> ProfileDesk::look(const QJsonObject &profile)
{
    const config::Profile read = config::readProfile(profile, path());
    return onPool<ports::ProfileSurroundings>([read, options = kubeOptions(read), folder = m_session->configDir(), certificates = m_session->signIns().folder(), now = m_session->clock()->now()] {
        return lookAt(read, options, folder, certificates, now);
    });
}

QFuture<Result<ports::IssuerCheck>> ProfileDesk::checkIssuer(const QJsonObject &profile, std::stop_token stop)
{
    const config::Profile read = config::readProfile(profile, path());
    if (!read.signIn)
        return readyFuture(Result<ports::IssuerCheck>(Error{ErrorKind::Invalid, Tr::tr("The profile has no sign-in.")}));
    return m_session->signIns().gateway()->check(signInSettings(*read.signIn), stop);
}

/// Nothing of a cluster is asked: the connection is there for its client, and ends with the answer.
QFuture<Result<ports::SignInSettings>> ProfileDesk::askArgo(const QUrl &server, std::stop_token stop)
{
    Q_UNUSED(stop)
    kube::ClusterConfig config;
    config.server = server;
    std::shared_ptr<kube::KubeCluster> client = kube::KubeCluster::make(config);
    const SharedPromise<ports::SignInSettings> promise;
    auto *context = new QObject;
    ports::ServiceAddress address;
    address.url = server.toString(QUrl::RemoveUserInfo | QUrl::StripTrailingSlash);
    whenFinished(argoSignIn(client->services(), address), context, [context, client, promise, folder = m_session->signIns().folder()](const Result<login::FoundSignIn> &found) {
        promise.finish(found ? settingsOf(*found, folder) : Result<ports::SignInSettings>(found.error()));
        context->deleteLater();
    });
    return promise.future();
}

std::unique_ptr<ports::ProfileTrial> ProfileDesk::tryProfile(const QJsonObject &profile)
{
    const config::Profile read = config::readProfile(profile, path());
    ProfileTrial::Parts parts;
    parts.kube = kubeOptions(read);
    parts.openBrowser = m_openBrowser;
    parts.questions = questionsOf(*m_session->kinds());
    parts.inUse = [session = m_session](const ports::SignInSettings &settings) {
        const bool open = std::any_of(session->clusters().begin(), session->clusters().end(), [&settings](const SessionCluster &cluster) {
            return cluster.signIn && cluster.signIn->settings().issuer == settings.issuer && cluster.signIn->settings().clientId == settings.clientId
                && cluster.signIn->state().identity;
        });
        // Also what a command or an earlier run keeps in the keychain.
        const QList<config::Profile> &known = session->profiles().profiles;
        return open || std::any_of(known.begin(), known.end(), [&settings, session](const config::Profile &one) {
            return one.signIn && one.signIn->issuer == settings.issuer && one.signIn->clientId == settings.clientId
                && session->signIns().remembers(one.name, signInSettings(*one.signIn));
        });
    };
    return std::make_unique<ProfileTrial>(read, parts);
}

}
