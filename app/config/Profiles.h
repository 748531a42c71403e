// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"
#include "models/ports/ServiceHttp.h"
#include "models/ports/YamlCodec.h"

#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace qd::config {

/// Something in a file the person wrote, where it stands (from 1), and what about it.
struct FileProblem {
    int line = 0;
    int column = 0;
    QString field;      ///< profiles[0].signIn.issuer
    QString message;    ///< a whole sentence, without the place
    friend bool operator==(const FileProblem &, const FileProblem &) = default;
};

/// Which token of the signed-in person is sent.
enum class Bearer : quint8 { None, IdToken, AccessToken };

struct SignIn {
    QString issuer;
    QString clientId;
    QString caFile;                 ///< absolute; empty: the system's
    QStringList scopes;
    QList<quint16> redirectPorts;   ///< empty: any free port on 127.0.0.1
    bool localhostName = false;     ///< "localhost" in the redirect, where the provider knows no 127.0.0.1 (Entra ID)
    QString redirectPath = QStringLiteral("/callback");     ///< as registered; may be empty
    Bearer bearer = Bearer::IdToken;
    QStringList roles;              ///< JSON pointers into the token
    QStringList audiences;          ///< of the ID token beside clientId, that are fine
    QString resource;               ///< audience asked for with the access token
};

/// Prometheus, Alertmanager or Loki: by URL, or a service reached through the API server.
struct TelemetryTarget {
    ports::ServiceAddress address;
    Bearer bearer = Bearer::None;
    QString tenant;
};

struct Telemetry {
    std::optional<TelemetryTarget> prometheus;
    std::optional<TelemetryTarget> alertmanager;
    std::optional<TelemetryTarget> loki;
    QString grafanaUrl;
};

struct LedgerEndpoint {
    QString kind;                   ///< plural as written: validators
    QString name;
    QString ns;
    QString ledgerApi;              ///< host:port
    QString adminApi;
    bool tls = false;
    QString caFile;
};

struct Ledger {
    QString audience;
    QList<LedgerEndpoint> endpoints;
};

struct Profile {
    QString name;
    bool production = false;
    QString accent;                 ///< #rrggbb or empty
    bool readOnly = false;
    QString kubeconfig;             ///< absolute; empty: as kubectl finds it
    QStringList contexts;           ///< empty: the current one
    QStringList namespaces;         ///< empty: all the person may list
    std::optional<SignIn> signIn;
    std::optional<Telemetry> telemetry;
    std::optional<Ledger> ledger;
};

struct Profiles {
    QString path;
    QList<Profile> profiles;
    QList<FileProblem> warnings;    ///< unknown keys, with the nearest known one
    [[nodiscard]] const Profile *find(const QString &name) const;
};

/// What a document says as profiles.yaml, as far as it is good, and all that is wrong with it, by place.
struct CheckedProfiles {
    Profiles profiles;
    QList<FileProblem> errors;
};
[[nodiscard]] CheckedProfiles checkProfiles(const ports::YamlDocument &document, const QString &path);

/// Reads profiles.yaml (commands.md). Every error at once: one Invalid error whose causes carry the field and
/// "PATH:LINE:COLUMN: sentence"; an empty file holds no profiles. Paths are relative to the file, ~ is the home folder.
[[nodiscard]] Result<Profiles> readProfiles(const QByteArray &text, const QString &path, const ports::YamlCodec &codec);

/// The place and the sentence of a problem: "PATH:LINE:COLUMN: field: message".
[[nodiscard]] QString problemText(const QString &path, const FileProblem &problem);

}
