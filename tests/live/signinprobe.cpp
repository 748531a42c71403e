// SPDX-License-Identifier: GPL-3.0-or-later
// The program's sign-in, driven by a test: one session, a request a line on standard input, the state of the session a line on standard
// output whenever it changes, and an answer to each request.
// {"do":"start|device|restore|refresh|cancel|signOut|everywhere|bearer|access","audience":…} -> {"answer":…} / {"state":…}
#include "app/login/session/FileLock.h"
#include "app/login/session/Gateway.h"
#include "models/core/Async.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QSocketNotifier>

#include <cstdio>
#include <unistd.h>

using namespace qd;
using namespace Qt::StringLiterals;

namespace {

/// A keychain in a folder of the test's, which processes share.
class FolderSecrets final : public ports::SecretStore {
public:
    explicit FolderSecrets(const QString &folder) : m_folder(folder) { QDir().mkpath(folder); }
    QFuture<Result<QByteArray>> read(const QString &key) override
    {
        QFile file(path(key));
        return readyFuture<QByteArray>(file.open(QIODevice::ReadOnly) ? Result<QByteArray>(file.readAll())
                                                                      : Result<QByteArray>(Error{ErrorKind::NotFound, u"no entry"_s}));
    }
    QFuture<Result<Done>> write(const QString &key, const QByteArray &value) override
    {
        QFile file(path(key));
        const bool written = file.open(QIODevice::WriteOnly) && file.write(value) == value.size();
        return readyFuture<Done>(written ? Result<Done>(Done{}) : Result<Done>(Error{ErrorKind::Storage, file.errorString()}));
    }
    QFuture<Result<Done>> remove(const QString &key) override
    {
        QFile::remove(path(key));
        return readyFuture<Done>(Done{});
    }

private:
    [[nodiscard]] QString path(const QString &key) const
    {
        return QString(m_folder + u'/' + QString::fromLatin1(QCryptographicHash::hash(key.toUtf8(), QCryptographicHash::Sha256).toHex().left(16)));
    }
    QString m_folder;
};

QJsonObject words(const Error &error)
{
    return {{u"reason"_s, error.reason}, {u"message"_s, error.message}, {u"remedy"_s, error.remedy}, {u"detail"_s, error.detail}, {u"http"_s, error.httpStatus}};
}

QJsonObject words(const ports::SignInState &state)
{
    static constexpr const char *kPhases[] = {"SignedOut", "Restoring", "Discovering", "WaitingForBrowser", "WaitingForDevice",
                                              "Exchanging", "SignedIn", "Refreshing", "Expired", "Failed"};
    QJsonObject out{{u"phase"_s, QString::fromLatin1(kPhases[size_t(state.phase)])}, {u"fault"_s, ports::faultReason(state.fault)},
                    {u"browser"_s, state.browserUrl.toString(QUrl::FullyEncoded)}, {u"code"_s, state.userCode},
                    {u"url"_s, state.verificationUrl.toString()}, {u"complete"_s, state.verificationUrlComplete.toString()}};
    if (state.error)
        out.insert(u"error"_s, words(*state.error));
    if (state.identity) {
        QJsonArray roles;
        for (const ports::RoleGrant &role : state.identity->roles)
            roles.append(QJsonObject{{u"role"_s, role.role}, {u"source"_s, role.source}});
        out.insert(u"user"_s, state.identity->user);
        out.insert(u"subject"_s, state.identity->subject);
        out.insert(u"roles"_s, roles);
        out.insert(u"notes"_s, QJsonArray::fromStringList(state.identity->notes));
        out.insert(u"renews"_s, state.identity->renews);
        out.insert(u"remembered"_s, state.identity->remembered);
        out.insert(u"expiresAt"_s, state.identity->expiresAt.toString(Qt::ISODate));
    }
    return out;
}

class Probe : public QObject {
public:
    explicit Probe(std::shared_ptr<ports::SignInSession> session) : m_session(std::move(session)), m_input(STDIN_FILENO, QSocketNotifier::Read)
    {
        connect(&m_input, &QSocketNotifier::activated, this, [this] { more(); });
        connect(m_session.get(), &ports::SignInSession::changed, this, [this] { say({{u"state"_s, words(m_session->state())}}); });
    }
    static void say(const QJsonObject &what)
    {
        std::fputs(QJsonDocument(what).toJson(QJsonDocument::Compact).append('\n').constData(), stdout);
        std::fflush(stdout);
    }

private:
    void more()
    {
        char part[4096];
        const ssize_t got = ::read(STDIN_FILENO, part, sizeof part);
        if (got <= 0) {
            m_input.setEnabled(false);
            return QCoreApplication::quit();
        }
        m_line.append(part, got);
        for (qsizetype end; (end = m_line.indexOf('\n')) >= 0; m_line.remove(0, end + 1))
            request(QJsonDocument::fromJson(m_line.left(end)).object());
    }
    void request(const QJsonObject &asked)
    {
        const QString what = asked.value("do"_L1).toString();
        if (what == "start"_L1)
            m_session->start(ports::SignInWay::Browser);
        else if (what == "device"_L1)
            m_session->start(ports::SignInWay::DeviceCode);
        else if (what == "restore"_L1)
            m_session->restore();
        else if (what == "refresh"_L1)
            m_session->refresh();
        else if (what == "cancel"_L1)
            m_session->cancel();
        else if (what == "signOut"_L1 || what == "everywhere"_L1)
            whenFinished(m_session->signOut(what == "everywhere"_L1), this, [](const Result<ports::SignOutEnd> &done) {
                say({{u"answer"_s, done ? QJsonObject{{u"ok"_s, true}} : words(done.error())}});
            });
        else
            token(what == "access"_L1 ? m_session->accessTokens(asked.value("audience"_L1).toString()) : m_session->apiServerTokens());
    }
    void token(std::shared_ptr<ports::TokenSource> source)
    {
        m_source = std::move(source);
        whenFinished(m_source->credential(), this, [](const Result<ports::Credential> &credential) {
            say({{u"answer"_s, credential ? QJsonObject{{u"token"_s, QString::fromLatin1(credential->bearer)}} : words(credential.error())}});
        });
    }

    std::shared_ptr<ports::SignInSession> m_session;
    std::shared_ptr<ports::TokenSource> m_source;
    QSocketNotifier m_input;
    QByteArray m_line;
};

}

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    for (const char *name : {"issuer", "client", "ca", "scopes", "roles", "folder", "browser", "bearer", "resource"})
        parser.addOption(QCommandLineOption(QString::fromLatin1(name), {}, u"value"_s));
    parser.process(app);
    const auto list = [&](const QString &name) { return parser.value(name).split(u' ', Qt::SkipEmptyParts); };
    ports::SignInSettings settings{.issuer = parser.value(u"issuer"_s), .clientId = parser.value(u"client"_s), .caFile = parser.value(u"ca"_s)};
    settings.scopes = list(u"scopes"_s);
    settings.roleClaims = list(u"roles"_s);
    settings.resource = parser.value(u"resource"_s);
    settings.bearer = parser.value(u"bearer"_s) == "accessToken"_L1 ? ports::BearerToken::AccessToken : ports::BearerToken::IdToken;
    const QString folder = parser.value(u"folder"_s);
    login::SessionParts parts;
    parts.secrets = std::make_shared<FolderSecrets>(QString(folder + u"/keychain"_s));
    parts.stateFolder = QString(folder + u"/state"_s);
    parts.lock = login::makeFileLock(parts.stateFolder);
    parts.openBrowser = [program = parser.value(u"browser"_s)](const QUrl &url) {
        return !program.isEmpty() && QProcess::startDetached(program, {url.toString(QUrl::FullyEncoded)});
    };
    const auto gateway = login::makeSignInGateway(parts);
    const Probe probe(gateway->session(u"probe"_s, settings));
    Probe::say({{u"ready"_s, true}});
    return QCoreApplication::exec();
}
