// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonValue>
#include <QList>
#include <QMap>
#include <QString>
#include <QStringList>
#include <QUrl>

#include <optional>
#include <utility>

namespace qd::kube {

/// users[].user.exec of a kubeconfig (client.authentication.k8s.io/v1 and v1beta1).
struct ExecConfig {
    QString apiVersion;
    QString command;            ///< already resolved against the declaring file when it contains a path separator
    QStringList args;
    QList<std::pair<QString, QString>> env;
    QString installHint;
    QString interactiveMode;    ///< Never, IfAvailable, Always
    bool provideClusterInfo = false;
    QJsonValue clusterInfoConfig;   ///< cluster extension client.authentication.k8s.io/exec
    friend bool operator==(const ExecConfig &, const ExecConfig &) = default;
};

/// Who we are, as the kubeconfig says. Data beats file. Files are re-read while running (kubernetes.md 2.3).
struct AuthConfig {
    QByteArray token;
    QString tokenFile;
    QString username;
    QString password;
    QByteArray clientCertificateData;   ///< PEM
    QString clientCertificateFile;
    QByteArray clientKeyData;           ///< PEM
    QString clientKeyFile;
    std::optional<ExecConfig> exec;
    QString authProvider;               ///< name of a legacy auth-provider; refused with the way out
};

struct Impersonation {
    QString user;
    QString uid;
    QStringList groups;
    QMap<QString, QStringList> extra;
    [[nodiscard]] bool active() const { return !user.isEmpty() || !uid.isEmpty() || !groups.isEmpty() || !extra.isEmpty(); }
};

/// One context, resolved: all a connection needs. A value.
struct ClusterConfig {
    QString context;
    QString clusterName;
    QString userName;
    QString ns;                 ///< of the context, "default" when it says nothing
    QUrl server;
    QByteArray caData;          ///< PEM
    QString caFile;
    bool insecureSkipTlsVerify = false;
    QString tlsServerName;
    QString proxyUrl;           ///< http, https, socks5; empty: the environment's
    bool disableCompression = false;
    AuthConfig auth;
    Impersonation as;
    int requestTimeoutMs = 30000;   ///< deadline of one-shot requests
    QString cacheFolder = {};       ///< for OpenAPI documents; empty: nothing is kept on disk
    bool ofProfile = false;         ///< a service by URL, as the profile names it: caFile is the profile's too, and no kubeconfig has to do with it
    QString fieldManager = QStringLiteral("quarterdeck");   ///< owner of what is written, in metadata.managedFields
};

}
