// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/FoundSignIns.h"

#include "models/core/Async.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSaveFile>

namespace qd::console {

using namespace Qt::StringLiterals;

namespace {

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(FoundSignIns)
};

constexpr qsizetype kMostSettings = 256 * 1024;

QString nameOf(const ports::ServiceAddress &address)
{
    return address.url.isEmpty() ? QString(address.ns + u'/' + address.service + u':' + address.port) : address.url;
}

Result<login::FoundSignIn> read(const Result<ports::HttpAnswer> &answer, const QString &name, const QString &server)
{
    if (!answer)
        return answer.error();
    const QString remedy = Tr::tr("Name the address of the Argo CD server, as its own command line takes it.");
    if (answer->status != 200)
        return Error{ErrorKind::Invalid, Tr::tr("%1 answers %2 where an Argo CD tells how it signs people in.").arg(name).arg(answer->status), remedy};
    const QJsonDocument document = answer->body.size() > kMostSettings ? QJsonDocument() : QJsonDocument::fromJson(answer->body);
    if (!document.isObject())
        return Error{ErrorKind::Invalid, Tr::tr("%1 does not answer as an Argo CD does.").arg(name), remedy};
    if (const std::optional<login::FoundSignIn> found = login::fromArgoSettings(document.object(), server))
        return *found;
    return Error{ErrorKind::NotFound, Tr::tr("The Argo CD at %1 signs nobody in by OpenID Connect.").arg(name),
                 Tr::tr("Write issuer and client id of your provider.")};
}

}

std::optional<FoundInContext> foundIn(const kube::KubeConfig &config, const QString &context)
{
    const std::optional<kube::KubeEntry> user = config.userOf(context);
    if (!user)
        return std::nullopt;
    for (const QLatin1StringView stated : {"token"_L1, "tokenFile"_L1, "username"_L1, "client-certificate"_L1, "client-certificate-data"_L1}) {
        if (!user->fields.value(stated).toString().isEmpty())
            return std::nullopt;
    }
    const QJsonObject exec = user->fields.value("exec"_L1).toObject();
    if (!exec.isEmpty()) {
        const std::optional<login::FoundSignIn> found = login::fromExec(exec.value("command"_L1).toString(), exec.value("args"_L1).toVariant().toStringList());
        return found ? std::optional(FoundInContext{u"kubelogin"_s, *found}) : std::nullopt;
    }
    std::optional<login::FoundSignIn> found = login::fromAuthProvider(user->fields.value("auth-provider"_L1).toObject());
    if (!found)
        return std::nullopt;
    found->settings.caFile = config.path(found->settings.caFile, user->file);
    return FoundInContext{{}, *found};
}

Result<ports::SignInSettings> settingsOf(const login::FoundSignIn &found, const QString &folder)
{
    if (!found.problem.isEmpty())
        return Error{ErrorKind::Unsupported, found.problem, Tr::tr("Then name it as clientId in signIn of a profile.")};
    ports::SignInSettings out = found.settings;
    if (found.caPem.isEmpty())
        return out;
    const QString name = QString::fromLatin1(QCryptographicHash::hash(found.caPem, QCryptographicHash::Sha256).toHex().left(32));
    out.caFile = QString(folder + u'/' + name + u".pem"_s);
    QSaveFile file(out.caFile);
    if (!QDir().mkpath(folder) || !file.open(QIODevice::WriteOnly) || file.write(found.caPem) != found.caPem.size() || !file.commit())
        return Error{ErrorKind::Storage, Tr::tr("%1 could not be written: %2.").arg(out.caFile, file.errorString()), Tr::tr("Make the folder writable for you.")};
    return out;
}

QFuture<Result<login::FoundSignIn>> argoSignIn(const std::shared_ptr<ports::ServiceHttp> &services, const ports::ServiceAddress &argo, const QString &publicUrl)
{
    // Ends with the answer: until then the watcher is what holds the promise.
    auto *context = new QObject;
    const SharedPromise<login::FoundSignIn> promise;
    const QString server = publicUrl.isEmpty() ? argo.url : publicUrl;
    whenFinished(services->request(argo, "GET", u"/api/v1/settings"_s, {{"accept", "application/json"}}), context,
                 [context, promise, server, name = nameOf(argo)](const Result<ports::HttpAnswer> &answer) {
                     promise.finish(read(answer, name, server));
                     context->deleteLater();
                 });
    return promise.future();
}

}
