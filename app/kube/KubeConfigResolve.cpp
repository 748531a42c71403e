// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/KubeConfig.h"
#include "app/kube/KubeConfigDecode.h"
#include "models/core/Redact.h"

#include <QCoreApplication>
#include <QFile>
#include <QJsonArray>
#include <QSslCertificate>

namespace qd::kube {

using namespace Qt::StringLiterals;

/// Makes a ClusterConfig of one context and says all that is wrong with it.
class KubeConfigResolver {
    Q_DECLARE_TR_FUNCTIONS(qd::kube::KubeConfig)

public:
    KubeConfigResolver(const KubeConfig &config, KubeConfig::Credentials credentials)
        : m_config(config), m_over(config.m_options.overrides), m_ofUser(credentials == KubeConfig::Credentials::OfUser)
    {
    }

    Result<ClusterConfig> run(const QString &contextName);

private:
    Result<ClusterConfig> inCluster();
    Error nothingChosen() const;
    void references(const QString &asked);
    void add(const QString &field, const QString &message, const QString &remedy);
    /// Whether it can be read; says so if not.
    bool readable(const QString &path, const QString &place, const QString &field);
    void checkCa(const QString &place);
    void cluster(const KubeEntry *entry, const QString &place);
    void server(const QString &text, const QString &place);
    void trust(const QJsonObject &fields, const QString &file, const QString &place);
    void user(const KubeEntry *entry, const QString &place);
    void clientCertificate(const QJsonObject &fields, const QString &file, const QString &place);
    void plugin(const QJsonObject &fields, const QString &file, const QString &place);
    void impersonation(const QJsonObject &fields, const QString &place);
    void checkMethods(const QString &place);
    [[nodiscard]] QString names(const QList<KubeEntry> &entries) const;
    [[nodiscard]] QString filesText() const;
    [[nodiscard]] Error problems() const;
    [[nodiscard]] QByteArray bytes(const QJsonObject &fields, const QString &name) const
    {
        return decodeBase64(fields.value(name).toString()).value_or(QByteArray());
    }

    const KubeConfig &m_config;
    const KubeOverrides &m_over;
    const bool m_ofUser;
    ClusterConfig m_out;
    QList<ErrorCause> m_causes;
    QStringList m_remedies;
};

void KubeConfigResolver::add(const QString &field, const QString &message, const QString &remedy)
{
    m_causes.append({field, u"FieldValueInvalid"_s, message});
    if (!remedy.isEmpty() && !m_remedies.contains(remedy))
        m_remedies.append(remedy);
}

QString KubeConfigResolver::names(const QList<KubeEntry> &entries) const
{
    QStringList out;
    for (const KubeEntry &entry : entries)
        out.append(entry.name);
    if (out.size() > 8)
        out = out.mid(0, 8) << u"…"_s;
    return out.isEmpty() ? tr("none") : out.join(u", "_s);
}

QString KubeConfigResolver::filesText() const
{
    const QStringList &files = m_config.m_files.isEmpty() ? m_config.m_missing : m_config.m_files;
    return files.join(u", "_s);
}

Error KubeConfigResolver::problems() const
{
    Error error{ErrorKind::Invalid, {}};
    QStringList messages;
    for (const ErrorCause &cause : m_causes)
        messages.append(cause.message);
    error.message = messages.join(u' ');
    error.remedy = m_remedies.join(u' ');
    error.causes = m_causes;
    return error;
}

Error KubeConfigResolver::nothingChosen() const
{
    Error error{ErrorKind::Invalid, {}};
    if (m_config.m_contexts.isEmpty()) {
        error.message = filesText().isEmpty() ? tr("No cluster is configured: KUBECONFIG names no file.") : m_config.m_files.isEmpty() ? tr("No cluster is configured: %1 does not exist.").arg(filesText())
                                                   : tr("No cluster is configured: %1 has no context.").arg(filesText());
        error.remedy = tr("Name a kubeconfig with --kubeconfig FILE or in KUBECONFIG, or copy the one of your cluster to ~/.kube/config.");
        return error;
    }
    error.message = tr("No cluster is chosen: %1 has no current-context.").arg(filesText());
    error.remedy = tr("Pass --context NAME (there are: %1), or set one with kubectl config use-context NAME.").arg(names(m_config.m_contexts));
    return error;
}

bool KubeConfigResolver::readable(const QString &path, const QString &place, const QString &field)
{
    QFile file(path);
    if (file.open(QIODevice::ReadOnly))
        return true;
    add(field, tr("%1: %2 %3 cannot be read: %4.").arg(place, field, path, file.errorString()), tr("Check the path, its owner and its mode."));
    return false;
}

void KubeConfigResolver::server(const QString &text, const QString &place)
{
    if (text.isEmpty()) {
        add(u"server"_s, tr("%1 has no server.").arg(place), tr("Add server: https://HOST:PORT to it."));
        return;
    }
    const bool tls = !m_out.caData.isEmpty() || !m_out.caFile.isEmpty() || m_out.insecureSkipTlsVerify;
    const QString full = text.contains("://"_L1) ? text : QString((tls ? u"https://"_s : u"http://"_s) + text);
    QUrl url(full, QUrl::StrictMode);
    url.setQuery(QString());
    url.setFragment(QString());
    if (!url.isValid() || url.host().isEmpty() || (url.scheme() != "https"_L1 && url.scheme() != "http"_L1))
        add(u"server"_s, tr("%1: server \"%2\" is not an http or https URL.").arg(place, redact(text)), tr("Write it as https://HOST:PORT."));
    else
        m_out.server = url;
}

void KubeConfigResolver::trust(const QJsonObject &fields, const QString &file, const QString &place)
{
    m_out.insecureSkipTlsVerify = fields.value("insecure-skip-tls-verify"_L1).toBool();
    m_out.caFile = m_config.path(fields.value("certificate-authority"_L1).toString(), file);
    m_out.caData = bytes(fields, u"certificate-authority-data"_s);
    if (m_over.insecureSkipTlsVerify || !m_over.certificateAuthority.isEmpty()) {
        m_out.insecureSkipTlsVerify = m_over.insecureSkipTlsVerify;
        m_out.caFile = m_config.path(m_over.certificateAuthority, u"."_s);
        m_out.caData.clear();
    }
    if (!m_out.caFile.isEmpty() && !m_out.caData.isEmpty())
        add(u"certificate-authority"_s, tr("%1 has both certificate-authority and certificate-authority-data.").arg(place),
            tr("Remove one of them."));
    if (m_out.insecureSkipTlsVerify && (!m_out.caFile.isEmpty() || !m_out.caData.isEmpty()))
        add(u"insecure-skip-tls-verify"_s, tr("%1 has a certificate authority and insecure-skip-tls-verify: true; only one of them makes sense.").arg(place),
            tr("Remove insecure-skip-tls-verify."));
    checkCa(place);
}

void KubeConfigResolver::checkCa(const QString &place)
{
    QByteArray pem = m_out.caData;
    QString field = u"certificate-authority-data"_s;
    if (!m_out.caFile.isEmpty()) {
        field = u"certificate-authority"_s;
        if (!readable(m_out.caFile, place, field))
            return;
        const Result<QByteArray> content = readConfigFile(m_out.caFile, m_out.caFile);
        if (content)
            pem = *content;
    }
    if ((!pem.isEmpty() || !m_out.caFile.isEmpty()) && QSslCertificate::fromData(pem, QSsl::Pem).isEmpty())
        add(field, tr("%1: %2 holds no certificate.").arg(place, m_out.caFile.isEmpty() ? field : QString(field + u' ' + m_out.caFile)),
            tr("It must be PEM: -----BEGIN CERTIFICATE-----."));
}

void KubeConfigResolver::cluster(const KubeEntry *entry, const QString &place)
{
    const QJsonObject fields = entry ? entry->fields : QJsonObject();
    trust(fields, entry ? entry->file : QString(), place);
    server(m_over.server.isEmpty() ? fields.value("server"_L1).toString() : m_over.server, place);
    m_out.tlsServerName = m_over.tlsServerName.isEmpty() && m_over.server.isEmpty() ? fields.value("tls-server-name"_L1).toString()
                                                                                  : m_over.tlsServerName;
    m_out.disableCompression = fields.value("disable-compression"_L1).toBool();
    m_out.proxyUrl = fields.value("proxy-url"_L1).toString();
    if (!m_out.proxyUrl.isEmpty()) {
        const QUrl proxy(m_out.proxyUrl, QUrl::StrictMode);
        const QStringList schemes = {u"http"_s, u"https"_s, u"socks5"_s};
        if (!proxy.isValid() || proxy.host().isEmpty() || !schemes.contains(proxy.scheme()))
            add(u"proxy-url"_s, tr("%1: proxy-url \"%2\" is not an http, https or socks5 URL.").arg(place, proxy.toDisplayString()),
                tr("Write it as http://HOST:PORT."));
    }
}

void KubeConfigResolver::clientCertificate(const QJsonObject &fields, const QString &file, const QString &place)
{
    AuthConfig &auth = m_out.auth;
    auth.clientCertificateFile = m_config.path(fields.value("client-certificate"_L1).toString(), file);
    auth.clientCertificateData = bytes(fields, u"client-certificate-data"_s);
    auth.clientKeyFile = m_config.path(fields.value("client-key"_L1).toString(), file);
    auth.clientKeyData = bytes(fields, u"client-key-data"_s);
    if (!m_over.clientCertificate.isEmpty()) {
        auth.clientCertificateFile = m_config.path(m_over.clientCertificate, u"."_s);
        auth.clientCertificateData.clear();
    }
    if (!m_over.clientKey.isEmpty()) {
        auth.clientKeyFile = m_config.path(m_over.clientKey, u"."_s);
        auth.clientKeyData.clear();
    }
    if (auth.clientCertificateFile.isEmpty() && auth.clientCertificateData.isEmpty()) {
        auth.clientKeyFile.clear();   // a key alone is not used (client-go)
        auth.clientKeyData.clear();
        return;
    }
    const QString one = tr("Remove one of them.");
    if (!auth.clientCertificateFile.isEmpty() && !auth.clientCertificateData.isEmpty())
        add(u"client-certificate"_s, tr("%1 has both client-certificate and client-certificate-data.").arg(place), one);
    if (!auth.clientKeyFile.isEmpty() && !auth.clientKeyData.isEmpty())
        add(u"client-key"_s, tr("%1 has both client-key and client-key-data.").arg(place), one);
    if (auth.clientKeyFile.isEmpty() && auth.clientKeyData.isEmpty())
        add(u"client-key"_s, tr("%1 has a client certificate but no key.").arg(place), tr("Add client-key or client-key-data."));
    if (!auth.clientCertificateFile.isEmpty())
        readable(auth.clientCertificateFile, place, u"client-certificate"_s);
    else if (QSslCertificate::fromData(auth.clientCertificateData, QSsl::Pem).isEmpty())
        add(u"client-certificate-data"_s, tr("%1: client-certificate-data holds no certificate.").arg(place), tr("It must be PEM: -----BEGIN CERTIFICATE-----."));
    if (!auth.clientKeyFile.isEmpty())
        readable(auth.clientKeyFile, place, u"client-key"_s);
}

void KubeConfigResolver::plugin(const QJsonObject &fields, const QString &file, const QString &place)
{
    ExecConfig exec;
    exec.apiVersion = fields.value("apiVersion"_L1).toString();
    exec.command = fields.value("command"_L1).toString();
    if (exec.command.contains(u'/'))
        exec.command = m_config.path(exec.command, file);
    exec.installHint = fields.value("installHint"_L1).toString();
    exec.interactiveMode = fields.value("interactiveMode"_L1).toString();
    exec.provideClusterInfo = fields.value("provideClusterInfo"_L1).toBool();
    const QJsonArray args = fields.value("args"_L1).toArray();
    for (const QJsonValue &arg : args)
        exec.args.append(arg.toString());
    const QJsonArray env = fields.value("env"_L1).toArray();
    for (const QJsonValue &variable : env) {
        const QString name = variable["name"_L1].toString();
        if (name.isEmpty())
            add(u"exec.env"_s, tr("%1: a variable of exec.env has no name.").arg(place), tr("Name it."));
        exec.env.append({name, variable["value"_L1].toString()});
    }
    if (exec.command.isEmpty())
        add(u"exec.command"_s, tr("%1: exec has no command.").arg(place), tr("Name the credential plugin's program in exec.command."));
    if (exec.apiVersion.isEmpty())
        add(u"exec.apiVersion"_s, tr("%1: exec has no apiVersion.").arg(place), tr("Add apiVersion: client.authentication.k8s.io/v1."));
    else if (exec.apiVersion != "client.authentication.k8s.io/v1"_L1 && exec.apiVersion != "client.authentication.k8s.io/v1beta1"_L1)
        add(u"exec.apiVersion"_s, tr("%1: exec.apiVersion \"%2\" is not supported.").arg(place, exec.apiVersion),
            tr("Use client.authentication.k8s.io/v1 or v1beta1; update the plugin if it is older."));
    const QStringList modes = {u"Never"_s, u"IfAvailable"_s, u"Always"_s};
    if (exec.interactiveMode.isEmpty() && !exec.apiVersion.isEmpty())
        add(u"exec.interactiveMode"_s, tr("%1: exec has no interactiveMode.").arg(place), tr("Add interactiveMode: IfAvailable, Never or Always."));
    else if (!exec.interactiveMode.isEmpty() && !modes.contains(exec.interactiveMode))
        add(u"exec.interactiveMode"_s, tr("%1: exec.interactiveMode \"%2\" is unknown.").arg(place, exec.interactiveMode), tr("Use IfAvailable, Never or Always."));
    m_out.auth.exec = exec;
}

void KubeConfigResolver::impersonation(const QJsonObject &fields, const QString &place)
{
    Impersonation &as = m_out.as;
    as.user = m_over.as.isEmpty() ? fields.value("as"_L1).toString() : m_over.as;
    as.uid = m_over.asUid.isEmpty() ? fields.value("as-uid"_L1).toString() : m_over.asUid;
    const QJsonArray groups = fields.value("as-groups"_L1).toArray();
    for (const QJsonValue &group : groups)
        as.groups.append(group.toString());
    if (!m_over.asGroups.isEmpty())
        as.groups = m_over.asGroups;
    const QJsonObject extra = fields.value("as-user-extra"_L1).toObject();
    for (auto it = extra.begin(); it != extra.end(); ++it) {
        QStringList values;
        const QJsonArray array = it.value().toArray();
        for (const QJsonValue &value : array)
            values.append(value.toString());
        as.extra.insert(it.key(), values);
    }
    if (as.active() && as.user.isEmpty())
        add(u"as"_s, tr("%1 impersonates groups, a uid or extra values without a user.").arg(place), tr("Add as: USER, or --as USER on the command line."));
}

void KubeConfigResolver::checkMethods(const QString &place)
{
    AuthConfig &auth = m_out.auth;
    const bool basic = !auth.username.isEmpty() || !auth.password.isEmpty();
    if (!auth.token.isEmpty() && basic)
        add(u"token"_s, tr("%1 has a token and a user name with password; only one is allowed.").arg(place), tr("Remove one of them."));
    if (auth.exec && !auth.authProvider.isEmpty())
        add(u"auth-provider"_s, tr("%1 has exec and auth-provider.").arg(place), tr("Remove auth-provider."));
    const bool certificate = !auth.clientCertificateFile.isEmpty() || !auth.clientCertificateData.isEmpty();
    const bool stated = !auth.token.isEmpty() || !auth.tokenFile.isEmpty() || basic || certificate;
    if (stated)
        auth.exec.reset();   // what is written wins, the plugin is not run (client-go)
    if (!auth.authProvider.isEmpty() && !auth.exec && auth.token.isEmpty()) {
        const QString way = auth.authProvider == "gcp"_L1 ? tr("Install gke-gcloud-auth-plugin and run gcloud container clusters get-credentials again.")
            : auth.authProvider == "azure"_L1 ? tr("Run kubelogin convert-kubeconfig.")
            : auth.authProvider == "oidc"_L1 ? tr("Use an exec plugin such as kubectl oidc-login, or signIn in the profile.")
                                             : tr("Use an exec credential plugin.");
        add(u"auth-provider"_s, tr("%1: the auth-provider \"%2\" was removed from Kubernetes clients and cannot be used.").arg(place, auth.authProvider), way);
    }
}

void KubeConfigResolver::user(const KubeEntry *entry, const QString &place)
{
    const QJsonObject fields = entry ? entry->fields : QJsonObject();
    const QString file = entry ? entry->file : QString();
    if (!m_ofUser)
        return impersonation(fields, place);
    AuthConfig &auth = m_out.auth;
    auth.token = fields.value("token"_L1).toString().toUtf8();
    auth.tokenFile = m_config.path(fields.value("tokenFile"_L1).toString(), file);
    if (!m_over.token.isEmpty()) {
        auth.token = m_over.token.toUtf8();
        auth.tokenFile.clear();
    }
    auth.username = fields.value("username"_L1).toString();
    auth.password = fields.value("password"_L1).toString();
    auth.authProvider = fields.value("auth-provider"_L1)["name"_L1].toString();
    clientCertificate(fields, file, place);
    if (fields.contains("exec"_L1))
        plugin(fields.value("exec"_L1).toObject(), file, place);
    impersonation(fields, place);
    checkMethods(place);
    if (auth.token.isEmpty() && !auth.tokenFile.isEmpty())
        readable(auth.tokenFile, place, u"tokenFile"_s);
}

Result<ClusterConfig> KubeConfigResolver::inCluster()
{
    const QString dir = m_config.m_options.serviceAccountDir;
    const QString host = m_config.m_options.serviceHost;
    m_out.context = m_out.clusterName = u"in-cluster"_s;
    m_out.server = QUrl(u"https://"_s + (host.contains(u':') ? QString(u'[' + host + u']') : host) + u':' + m_config.m_options.servicePort);
    m_out.caFile = dir + u"/ca.crt"_s;
    if (!QFile::exists(m_out.caFile))
        m_out.caFile.clear();
    m_out.auth.tokenFile = m_ofUser ? QString(dir + u"/token"_s) : QString();
    if (!m_ofUser) {
        // Somebody signs in: the pod's own account is not used.
    } else if (!m_over.token.isEmpty()) {
        m_out.auth.token = m_over.token.toUtf8();
        m_out.auth.tokenFile.clear();
    } else {
        readable(m_out.auth.tokenFile, tr("The service account of this pod"), u"token"_s);
    }
    if (!m_over.certificateAuthority.isEmpty())
        m_out.caFile = m_config.path(m_over.certificateAuthority, u"."_s);
    checkCa(tr("The service account of this pod"));
    QFile ns(dir + u"/namespace"_s);
    if (ns.open(QIODevice::ReadOnly))
        m_out.ns = QString::fromUtf8(ns.read(1024)).trimmed();
    impersonation({}, tr("The command line"));
    return m_causes.isEmpty() ? Result<ClusterConfig>(m_out) : Result<ClusterConfig>(problems());
}

/// Cluster and user of the context; `asked` says who names them.
void KubeConfigResolver::references(const QString &asked)
{
    const KubeEntry *cluster = m_config.find(m_config.m_clusters, m_out.clusterName);
    const KubeEntry *user = m_config.find(m_config.m_users, m_out.userName);
    if (m_out.clusterName.isEmpty() && m_over.server.isEmpty())
        add(u"cluster"_s, tr("%1 names no cluster.").arg(asked), tr("Add cluster: NAME to it (there are: %1).").arg(names(m_config.m_clusters)));
    else if (!cluster && !m_out.clusterName.isEmpty())
        add(u"cluster"_s, tr("%1 names the cluster \"%2\", which is in none of %3.").arg(asked, m_out.clusterName, filesText()),
            tr("Correct its cluster (there are: %1), or add the file that has it to KUBECONFIG.").arg(names(m_config.m_clusters)));
    else
        this->cluster(cluster, cluster ? tr("%1: the cluster \"%2\"").arg(cluster->file, cluster->name) : asked);
    if (!user && !m_out.userName.isEmpty() && m_ofUser)
        add(u"user"_s, tr("%1 names the user \"%2\", who is in none of %3.").arg(asked, m_out.userName, filesText()),
            tr("Correct its user (there are: %1), or add the file that has it to KUBECONFIG.").arg(names(m_config.m_users)));
    else
        this->user(user, user ? tr("%1: the user \"%2\"").arg(user->file, user->name) : asked);
    if (cluster && m_out.auth.exec) {
        const QJsonArray extensions = cluster->fields.value("extensions"_L1).toArray();
        for (const QJsonValue &extension : extensions) {
            if (extension["name"_L1] == "client.authentication.k8s.io/exec"_L1)
                m_out.auth.exec->clusterInfoConfig = extension["extension"_L1];
        }
    }
}

Result<ClusterConfig> KubeConfigResolver::run(const QString &contextName)
{
    if (m_over.requestTimeoutMs > 0)
        m_out.requestTimeoutMs = m_over.requestTimeoutMs;
    const QString name = contextName.isEmpty() ? m_config.currentContext() : contextName;
    const KubeEntry *context = name.isEmpty() ? nullptr : m_config.find(m_config.m_contexts, name);
    if (!name.isEmpty() && !context) {
        const QString remedy = m_config.m_contexts.isEmpty()
            ? tr("Name a kubeconfig that has it with --kubeconfig FILE or in KUBECONFIG.")
            : tr("Choose another with --context NAME (there are: %1), or correct current-context.").arg(names(m_config.m_contexts));
        Error error{ErrorKind::NotFound, tr("The context \"%1\" is not in %2.").arg(name, filesText()), remedy};
        error.causes = {{u"current-context"_s, u"FieldValueNotFound"_s, error.message}};
        return error;
    }
    if (name.isEmpty() && m_over.cluster.isEmpty() && m_over.server.isEmpty()) {
        Result<ClusterConfig> pod = m_config.inCluster() ? inCluster() : Result<ClusterConfig>(nothingChosen());
        if (pod && pod->ns.isEmpty())
            pod->ns = u"default"_s;
        if (pod && !m_over.ns.isEmpty())
            pod->ns = m_over.ns;
        return pod;
    }
    const QJsonObject fields = context ? context->fields : QJsonObject();
    m_out.context = name;
    m_out.clusterName = m_over.cluster.isEmpty() ? fields.value("cluster"_L1).toString() : m_over.cluster;
    m_out.userName = m_over.user.isEmpty() ? fields.value("user"_L1).toString() : m_over.user;
    m_out.ns = m_over.ns.isEmpty() ? fields.value("namespace"_L1).toString() : m_over.ns;
    if (m_out.ns.isEmpty())
        m_out.ns = u"default"_s;
    references(context ? tr("%1: the context \"%2\"").arg(context->file, name) : tr("The command line"));
    return m_causes.isEmpty() ? Result<ClusterConfig>(m_out) : Result<ClusterConfig>(problems());
}

Result<ClusterConfig> KubeConfig::resolve(const QString &contextName, Credentials credentials) const
{
    return KubeConfigResolver(*this, credentials).run(contextName);
}

std::optional<KubeEntry> KubeConfig::userOf(const QString &contextName) const
{
    const KubeEntry *context = find(m_contexts, contextName.isEmpty() ? currentContext() : contextName);
    if (!context)
        return std::nullopt;
    const QString name = m_options.overrides.user.isEmpty() ? context->fields.value("user"_L1).toString() : m_options.overrides.user;
    const KubeEntry *user = find(m_users, name);
    return user ? std::optional(*user) : std::nullopt;
}

}
