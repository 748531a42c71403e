// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/ClusterConfig.h"
#include "models/core/Result.h"

#include <QDir>
#include <QJsonObject>

#include <optional>

namespace qd::kube {

/// What the command line puts over the file; the names are kubectl's flags. Empty: as the file says.
struct KubeOverrides {
    QString context;
    QString cluster;
    QString user;
    QString ns;
    QString server;
    QString tlsServerName;
    QString certificateAuthority;   ///< replaces any CA of the file and its insecure flag
    bool insecureSkipTlsVerify = false;
    QString token;
    QString clientCertificate;
    QString clientKey;
    QString as;
    QString asUid;
    QStringList asGroups;
    int requestTimeoutMs = 0;
};

/// Where to look. `fromEnvironment()` fills what kubectl reads; tests inject.
struct KubeConfigOptions {
    QString explicitPath;           ///< --kubeconfig: this file only; it must exist
    QString kubeconfigEnv;          ///< $KUBECONFIG, a list
    QString homeDir;                ///< its .kube/config when nothing else is said
    QString workDir;                ///< relative paths start here
    KubeOverrides overrides = {};
    QString serviceAccountDir = QStringLiteral("/var/run/secrets/kubernetes.io/serviceaccount");
    QString serviceHost;            ///< $KUBERNETES_SERVICE_HOST
    QString servicePort;            ///< $KUBERNETES_SERVICE_PORT
    [[nodiscard]] static KubeConfigOptions fromEnvironment();
    /// Where it is looked for, in order, as written.
    [[nodiscard]] QStringList files() const;
};

/// One named entry as its file says it: known fields only, defaults filled in, bytes as base64.
struct KubeEntry {
    QString name;
    QString file;
    QJsonObject fields;
};

struct KubeContext {
    QString name;
    QString cluster;
    QString user;
    QString ns;                     ///< as written; empty means "default"
    QString file;
};

/// A loaded, merged kubeconfig: first file wins whole entries, first current-context that is not empty wins
/// (client-go clientcmd v0.36; kubernetes.md 2.3). A value; never written back.
class KubeConfig {
public:
    /// Every file that cannot be read or understood is named, all at once. Missing files of a list are skipped; a missing
    /// explicit file is an error. An empty result is not an error here; resolve() says what to do about it.
    [[nodiscard]] static Result<KubeConfig> load(const KubeConfigOptions &options);

    [[nodiscard]] QString currentContext() const;   ///< --context, else the file's
    [[nodiscard]] QList<KubeContext> contexts() const;
    [[nodiscard]] const QStringList &files() const { return m_files; }          ///< read
    [[nodiscard]] const QStringList &missingFiles() const { return m_missing; }
    [[nodiscard]] bool inCluster() const;           ///< resolve() will use the pod's service account

    /// All a connection needs, overrides applied. Empty: the current context. One Invalid error holds everything that is
    /// wrong; each of its causes names the field, the message names file and entry.
    /// Without the user's credentials (who signs in otherwise) nothing of them is read or sent; whom to impersonate stays.
    enum class Credentials { OfUser, None };
    [[nodiscard]] Result<ClusterConfig> resolve(const QString &contextName = {}, Credentials credentials = Credentials::OfUser) const;
    /// The user's entry of a context, as written; empty: the current context. Nothing when it has none.
    [[nodiscard]] std::optional<KubeEntry> userOf(const QString &contextName = {}) const;
    /// A path as an entry of that file means it.
    [[nodiscard]] QString path(const QString &reference, const QString &file) const;

    /// What `kubectl config view --flatten` prints: files inlined; secrets as DATA+OMITTED and REDACTED unless raw.
    [[nodiscard]] Result<QJsonObject> document(bool raw) const;

private:
    friend class KubeConfigResolver;
    [[nodiscard]] const KubeEntry *find(const QList<KubeEntry> &list, const QString &name) const;

    KubeConfigOptions m_options;
    QList<KubeEntry> m_clusters;    ///< sorted by the bytes of their names
    QList<KubeEntry> m_users;
    QList<KubeEntry> m_contexts;
    QList<KubeEntry> m_extensions;
    QList<KubeEntry> m_preferenceExtensions;
    bool m_colors = false;
    QString m_current;
    QStringList m_files;
    QStringList m_missing;
};

/// JSON as `kubectl -o json` prints it: four spaces, Go's escapes and numbers, the key order of the kubeconfig types,
/// a line feed at the end.
[[nodiscard]] QByteArray kubectlJson(const QJsonObject &document);

}
