// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QDateTime>
#include <QHash>
#include <QString>
#include <QStringList>

#include <chrono>
#include <functional>
#include <optional>
#include <variant>

namespace qd::demo {

/// An error of OAuth 2.0: {"error", "error_description"}.
struct OAuthError {
    const char *code = "invalid_request";
    QString description;
    int status = 400;
};
template <typename T> using OrOAuthError = std::variant<T, OAuthError>;

/// What a person has let a client have.
struct Granted {
    QString client;
    QString user;
    QStringList scopes;
    QString nonce;                      ///< for the first ID token only
    qint64 authTime = 0;                ///< seconds
    QString sid;
};

/// A grant as the token endpoint gives it out, with the next refresh token of its family.
struct Issued {
    Granted granted;
    QString family;
    QByteArray refreshToken;
};

struct BrowserSession {
    QString sid;
    QString user;
    qint64 authTime = 0;
    qint64 until = 0;
};

/// Sessions, codes and refresh tokens: random, kept as digests, each with its end. A code works once, for the client and the
/// redirect it was made for, with its verifier; whatever else is tried with it ends it. A refresh token works once too: used a
/// second time it ends its family. What ends a session ends all that came of it. Bounded: the eldest go first.
class Grants {
public:
    Grants(std::function<QDateTime()> now, std::chrono::seconds sessionLifetime);

    /// The secret of the cookie, and the session.
    [[nodiscard]] std::pair<QByteArray, BrowserSession> beginSession(const QString &user);
    [[nodiscard]] std::optional<BrowserSession> session(const QByteArray &cookie);
    void endSession(const QString &sid);
    void endAll();

    [[nodiscard]] QByteArray code(const Granted &granted, const QString &redirect, const QByteArray &challenge);
    [[nodiscard]] OrOAuthError<Issued> redeem(const QByteArray &code, const QString &client, const QString &redirect, const QByteArray &verifier);
    [[nodiscard]] Issued begin(const Granted &granted);     ///< a new family
    [[nodiscard]] OrOAuthError<Issued> refresh(const QByteArray &token, const QString &client);
    void revoke(const QByteArray &token, const QString &client);
    void revokeFamily(const QString &family);
    [[nodiscard]] bool alive(const QString &family);

private:
    struct Code {
        Granted granted;
        QString redirect;
        QByteArray challenge;
        QString family = {};            ///< what came of it, when it was used
        bool used = false;
        qint64 until = 0;
    };
    struct Family {
        Granted granted;
        qint64 until = 0;
    };
    struct Refresh {
        QString family;
        bool used = false;
        qint64 until = 0;
    };

    [[nodiscard]] qint64 now() const { return m_now().toSecsSinceEpoch(); }
    [[nodiscard]] QByteArray nextRefresh(const QString &family, qint64 until);
    void prune();

    std::function<QDateTime()> m_now;
    qint64 m_sessionLifetime;
    QHash<QByteArray, BrowserSession> m_sessions;
    QHash<QByteArray, Code> m_codes;
    QHash<QString, Family> m_families;
    QHash<QByteArray, Refresh> m_refreshes;
};

/// Takes away what has ended, and the eldest beyond `most`.
template <typename Table> void pruneTable(Table &table, qint64 now, qsizetype most)
{
    for (auto it = table.begin(); it != table.end();)
        it = it->until <= now ? table.erase(it) : std::next(it);
    while (table.size() > most) {
        auto eldest = table.begin();
        for (auto it = table.begin(); it != table.end(); ++it) {
            if (it->until < eldest->until)
                eldest = it;
        }
        table.erase(eldest);
    }
}

}
