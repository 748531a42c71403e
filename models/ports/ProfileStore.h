// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/SignIn.h"

#include <QFuture>
#include <QJsonObject>

namespace qd::ports {

/// Something about a profile: at which field ("signIn.issuer", "signIn.roles[1]"; empty: the profile as a whole), and where in the file
/// (from 1; 0: nowhere).
struct ProfileNote {
    QString field;
    QString message;
    int line = 0;
    int column = 0;
    friend bool operator==(const ProfileNote &, const ProfileNote &) = default;
};

/// profiles.yaml as it was read. With errors it is broken: it is shown and never written.
struct ProfileFile {
    QString path;
    bool there = false;
    QByteArray text;                    ///< as it was read; a save goes out only over this
    QList<QJsonObject> profiles;        ///< as they are written, unknown keys too
    QList<ProfileNote> errors;
    QList<ProfileNote> warnings;
    [[nodiscard]] const QJsonObject *find(const QString &name) const;
};

/// One change of the file: of the profile with this name (empty: one more), to this value (empty: it is removed).
struct ProfileChange {
    QString name;
    QJsonObject value;
};

/// A context of the kubeconfig a profile names, and the sign-in it describes, if it does (kubelogin, auth-provider).
struct ProfileContext {
    QString name;
    QString cluster;
    bool current = false;
    std::optional<SignInSettings> signIn = {};
    QString signInProblem = {};         ///< why it cannot be used as it is
};

/// What is around a profile on this computer.
struct ProfileSurroundings {
    QList<ProfileContext> contexts;     ///< in the order of the file
    QList<ProfileNote> facts;           ///< what is good and worth saying ("Ends 4 Mar 2027.")
    QList<ProfileNote> faults;          ///< a file that is not there, a certificate that ended; does not keep from saving
};

enum class TrialState : quint8 { NotBegun, Running, Waiting, Passed, Warned, Failed, Skipped };

/// One step of a trial: what was done, how long it took, what came of it and, where it failed, the way out.
struct TrialStep {
    QString title;
    TrialState state = TrialState::NotBegun;
    qint64 ms = -1;                     ///< -1: not known (yet)
    QString words = {};
    QString remedy = {};
    friend bool operator==(const TrialStep &, const TrialStep &) = default;
};

/// A profile tried from end to end: issuer, keys, sign-in in the browser, token, API server, rights. Its session is in memory only and
/// signed out at the end, whatever the end is; nothing of it is kept. GUI thread; destroying it cancels.
class ProfileTrial : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    virtual void start(SignInWay way = SignInWay::Browser) = 0;
    virtual void cancel() = 0;
    [[nodiscard]] virtual bool running() const = 0;
    /// In their order, all of them from the start on.
    [[nodiscard]] virtual QList<TrialStep> steps() const = 0;
    /// Of the sign-in while a person is waited for: link, code, deadline.
    [[nodiscard]] virtual SignInState signIn() const = 0;
    virtual void openBrowserAgain() = 0;

Q_SIGNALS:
    void changed();
};

/// The editor's view of profiles.yaml and of what profiles name. GUI thread; files are read and written elsewhere, so that nobody waits
/// for a disk.
class ProfileStore : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    /// The profile this program runs with; may be empty.
    [[nodiscard]] virtual QString chosen() const = 0;
    [[nodiscard]] virtual QString path() const = 0;
    /// A file that cannot be read is an error (Storage); one that is broken is not: see ProfileFile::errors.
    [[nodiscard]] virtual QFuture<Result<ProfileFile>> read() = 0;
    /// Writes one change and answers the file as it is then. Conflict: the file is another than `base` by now; Unsupported: it cannot be
    /// changed safely where it would have to be; Invalid: what check() says; Storage: the disk.
    [[nodiscard]] virtual QFuture<Result<ProfileFile>> save(const ProfileFile &base, const ProfileChange &change) = 0;
    /// What would be wrong with the profile, by the rules the file is read with. Cheap: asked at every key.
    [[nodiscard]] virtual QList<ProfileNote> check(const ProfileFile &base, const ProfileChange &change) const = 0;
    [[nodiscard]] virtual QFuture<Result<ProfileSurroundings>> look(const QJsonObject &profile) = 0;
    /// The issuer of the profile: discovery, keys and clock.
    [[nodiscard]] virtual QFuture<Result<IssuerCheck>> checkIssuer(const QJsonObject &profile, std::stop_token stop) = 0;
    /// What an Argo CD at this address says of its sign-in (GET /api/v1/settings).
    [[nodiscard]] virtual QFuture<Result<SignInSettings>> askArgo(const QUrl &server, std::stop_token stop) = 0;
    /// The file in the person's editor; false where none could be started.
    [[nodiscard]] virtual bool openFile() = 0;
    [[nodiscard]] virtual std::unique_ptr<ProfileTrial> tryProfile(const QJsonObject &profile) = 0;
};

}
