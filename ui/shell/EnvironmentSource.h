// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/Environment.h"

#include <optional>

namespace qd::ui {

/// The clusters this console could show: contexts of the kubeconfig. Implemented by the composition root. GUI thread.
class EnvironmentSource {
public:
    struct Context {
        QString name;
        QString cluster;
        QString ns;                               ///< the context's own, may be empty
        state::Mark mark = state::Mark::Plain;
        bool open = false;
        QString issuer = {};                      ///< where a person signs in for it; empty: as the kubeconfig says
    };
    virtual ~EnvironmentSource() = default;
    /// In the order of the file.
    [[nodiscard]] virtual QList<Context> contexts() const = 0;
    /// Connects one more cluster and starts it. Errors name file, entry and way out; nothing is half open then.
    [[nodiscard]] virtual Result<state::Environment *> open(const QString &context) = 0;
    /// A context once more as another user, by impersonation, read-only; its name tells them apart.
    [[nodiscard]] virtual Result<state::Environment *> openAs(const QString &context, const QString &user, const QStringList &groups) = 0;
    /// An open one that signs in through another program, which this one could do itself.
    struct SignInOffer {
        QString program;
        QString issuer;
        QString problem;                          ///< why it cannot; empty: it can
    };
    [[nodiscard]] virtual std::optional<SignInOffer> signInOffer(const state::Environment *) const { return std::nullopt; }
    /// Gives it a session of this program's own, from now on.
    [[nodiscard]] virtual Result<Done> signInHere(state::Environment *)
    {
        return Error{ErrorKind::Unsupported, QStringLiteral("No sign-in is known for it.")};
    }
    /// Ends the watches of one and forgets it; whoever showed it has let go of it before.
    virtual void close(state::Environment *environment) = 0;
    /// Where the clusters were looked for, for the page that stands when there is none.
    struct Origin {
        enum class From : quint8 { Home, Environment, CommandLine, Profile };
        struct File {
            QString path;
            bool there = false;
        };
        From from = From::Home;
        QList<File> files;                        ///< in the order they were looked at
        QString profilesFile;
        bool profilesThere = false;
        QStringList profiles;                     ///< named in it
        QString profile = {};                     ///< the chosen one
        bool contextsGiven = false;               ///< the command line or the profile say what is open, not the last window
    };
    [[nodiscard]] virtual Origin origin() const = 0;
    /// Reads the files again and connects what they name now; only while nothing is open. Errors as at the start.
    [[nodiscard]] virtual Result<QList<state::Environment *>> readAgain() = 0;
    /// Another window of this program on a demo network of its own.
    [[nodiscard]] virtual Result<Done> startDemo() = 0;
};

}
