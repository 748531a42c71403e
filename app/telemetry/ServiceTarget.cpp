// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/telemetry/ServiceTarget.h"

#include "app/telemetry/Chain.h"

#include <QCoreApplication>
#include <QHostAddress>
#include <QRegularExpression>
#include <QUrl>

namespace qd::telemetry {

using namespace Qt::StringLiterals;

namespace {

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(Telemetry)
};

constexpr qsizetype kExcerpt = 200;

QByteArray form(const QList<std::pair<QString, QString>> &items)
{
    QByteArray out;
    for (const auto &[name, value] : items) {
        if (!out.isEmpty())
            out += '&';
        out += QUrl::toPercentEncoding(name) + '=' + QUrl::toPercentEncoding(value);
    }
    return out;
}

ports::ServiceCall callOf(const ServiceTarget &target, const TargetCall &call)
{
    ports::ServiceCall out;
    out.to = target.address;
    out.method = call.method;
    out.pathAndQuery = QString(target.prefix + call.path);
    out.headers = call.headers;
    out.headers.insert("Accept", "application/json");
    out.body = call.body;
    out.harmless = call.harmless;
    out.largest = call.largest;
    out.deadlineMs = call.deadlineMs;
    const bool asForm = call.method == "POST" && call.body.isEmpty();
    if (asForm)
        out.body = form(call.query);
    else if (!call.query.isEmpty())
        out.pathAndQuery += u'?' + QString::fromLatin1(form(call.query));
    const QByteArray type = asForm ? QByteArray("application/x-www-form-urlencoded") : call.contentType;
    if (!type.isEmpty())
        out.headers.insert("Content-Type", type);
    if (!target.tenant.isEmpty())
        out.headers.insert("X-Scope-OrgID", target.tenant.toUtf8());
    return out;
}

/// A token in the clear is anybody's on the way.
bool mayCarryToken(const QString &address)
{
    const QUrl url(address);
    return url.scheme() == "https"_L1 || url.host() == "localhost"_L1 || QHostAddress(url.host()).isLoopback();
}

Error notEncrypted(const ServiceTarget &target)
{
    return Error{ErrorKind::Invalid, Tr::tr("%1 at %2 is not encrypted; no token is sent there.").arg(target.what, target.place()),
                 Tr::tr("Write https:// into the profile, or leave bearer out, under telemetry.")};
}

/// What the API server wants for a method that goes through its service proxy (live-rig.md 5.2).
QString verbOf(const QByteArray &method)
{
    return method == "POST" ? u"create"_s : method == "DELETE" ? u"delete"_s : method == "PUT" ? u"update"_s : method == "PATCH" ? u"patch"_s : u"get"_s;
}

/// The words of the API server's service proxy (live-rig.md 5.2), which tell what part is missing.
Error explained(const ServiceTarget &target, const QByteArray &method, Error error)
{
    if (error.reason == "TooLarge"_L1)
        error.remedy = Tr::tr("Ask for a shorter time, a longer step or fewer series.");
    if (error.kind == ErrorKind::Cancelled)
        return error;
    if (!target.address.url.isEmpty()) {
        if (error.kind != ErrorKind::Network || error.httpStatus != 0)
            return error;
        // Whoever sent it speaks of a cluster and its kubeconfig.
        error.message = Tr::tr("%1: %2").arg(target.what, error.message);
        error.remedy = Tr::tr("Check that it runs and that its address in the profile, under telemetry, is right; who signed its certificate has to be known to this machine, or stand in caFile there.");
        return error;
    }
    const QString service = QString(target.address.ns + u'/' + target.address.service);
    const QString says = error.message + error.detail;
    error.detail = error.message;
    if (error.httpStatus == 503 && says.contains("no endpoints available"_L1)) {
        error.kind = ErrorKind::NotFound;
        error.message = Tr::tr("The service %1 of %2 has no pod that is ready behind port %3.").arg(service, target.what, target.address.port);
        error.remedy = Tr::tr("Look at its pods in namespace %1; a wrong port name in the profile reads the same.").arg(target.address.ns);
    } else if (error.httpStatus == 503 && says.contains("no service port"_L1)) {
        error.kind = ErrorKind::NotFound;
        error.message = Tr::tr("The service %1 of %2 has no port %3.").arg(service, target.what, target.address.port);
        error.remedy = Tr::tr("Write the port the service has into the profile, under telemetry.");
    } else if (error.httpStatus == 503 && says.contains("error trying to reach service"_L1)) {
        error.kind = ErrorKind::Network;
        error.message = Tr::tr("The pod behind the service %1 of %2 does not answer the API server.").arg(service, target.what);
        error.remedy = Tr::tr("It may be starting, or a network policy or the wrong scheme (http or https) stands in between.");
    } else if (error.kind == ErrorKind::NotFound) {
        error.message = Tr::tr("There is no service %1 for %2 in this cluster.").arg(service, target.what);
        error.remedy = Tr::tr("Write its address into the profile, under telemetry.");
    } else if (error.kind == ErrorKind::Forbidden) {
        error.message = Tr::tr("%1 cannot be asked through the API server: the right to %2 services/proxy in %3 is missing.").arg(target.what, verbOf(method), target.address.ns);
        error.remedy = Tr::tr("Ask for a role that grants it, or write a URL into the profile, under telemetry.");
    } else {
        error.detail.clear();
    }
    return error;
}

QFuture<Result<ports::HttpAnswer>> sendWithToken(const ServiceTarget &target, const ports::ServiceCall &call, bool again, std::stop_token stop)
{
    return chainTo<ports::HttpAnswer>(target.tokens->credential(stop), [target, call, again, stop](const ports::Credential &credential) {
        ports::ServiceCall signedCall = call;
        if (!credential.bearer.isEmpty())
            signedCall.headers.insert("Authorization", "Bearer " + credential.bearer);
        return chainTo<ports::HttpAnswer>(target.http->send(signedCall, stop), [target, call, again, stop, credential](const ports::HttpAnswer &answer) {
            if (answer.status == 401)
                target.tokens->rejected(credential);
            return answer.status == 401 && again ? sendWithToken(target, call, false, stop) : readyFuture<ports::HttpAnswer>(answer);
        });
    });
}

ErrorKind kindOf(int status)
{
    switch (status) {
    case 400: case 409: case 413: case 422: return ErrorKind::Invalid;
    case 401: return ErrorKind::Unauthenticated;
    case 403: return ErrorKind::Forbidden;
    case 404: return ErrorKind::NotFound;
    case 405: case 406: case 415: case 501: return ErrorKind::Unsupported;
    case 408: case 504: return ErrorKind::Timeout;
    case 429: return ErrorKind::TooMany;
    case 407: case 502: return ErrorKind::Network;
    default: return status < 400 ? ErrorKind::Network : ErrorKind::Internal;
    }
}

QString remedyOf(ErrorKind kind, bool byUrl)
{
    switch (kind) {
    case ErrorKind::Unauthenticated:
        return Tr::tr("Write the token (bearer) or the tenant it wants into the profile, under telemetry, or sign in again.");
    case ErrorKind::Forbidden:
        return Tr::tr("Ask who runs it for the right, or write your tenant into the profile, under telemetry.");
    case ErrorKind::NotFound:
        return byUrl ? Tr::tr("Check the address in the profile, under telemetry, with the path in front of /api.") : QString();
    case ErrorKind::TooMany:
    case ErrorKind::Timeout:
        return Tr::tr("Ask for a shorter time or fewer series, or try again in a moment.");
    case ErrorKind::Network:
        return Tr::tr("A proxy or sign-in page may stand in between: check the address in the profile, under telemetry.");
    case ErrorKind::Internal:
        return Tr::tr("Try again in a moment; its own log tells more.");
    default:
        return {};
    }
}

}

bool saysJson(const ports::HttpAnswer &answer)
{
    const QByteArray type = answer.headers.value("content-type").toLower();
    const QByteArray name = type.left(type.indexOf(';') < 0 ? type.size() : type.indexOf(';')).trimmed();
    return name == "application/json" || name.endsWith("+json");
}

QString plainExcerpt(const QByteArray &text, const QByteArray &contentType)
{
    QString out = QString::fromUtf8(text.left(64 * kExcerpt));
    if (contentType.toLower().contains("html") || text.trimmed().startsWith("<")) {
        static const QRegularExpression hidden(u"<(script|style|head)\\b.*?(</\\1\\s*>|\\z)"_s,
                                               QRegularExpression::CaseInsensitiveOption | QRegularExpression::DotMatchesEverythingOption);
        static const QRegularExpression tags(u"<[^>]*(>|\\z)"_s);
        out.replace(hidden, u" "_s).replace(tags, u" "_s);
    }
    out = out.simplified();
    if (out.size() > kExcerpt)
        out = QString(out.left(kExcerpt - 1).trimmed() + u'…');
    return out;
}

QString ServiceTarget::place() const
{
    if (!address.url.isEmpty())
        return QUrl(address.url).toDisplayString(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment);
    const QString service = QString(address.ns + u'/' + address.service + (address.port.isEmpty() ? QString() : QString(u':' + address.port)));
    return Tr::tr("%1 through the API server").arg(service);
}

QFuture<Result<ports::HttpAnswer>> ServiceTarget::request(const TargetCall &call, std::stop_token stop) const
{
    const ports::ServiceCall made = callOf(*this, call);
    const bool withToken = tokens && !address.url.isEmpty();
    if (withToken && !mayCarryToken(address.url))
        return readyFuture<ports::HttpAnswer>(notEncrypted(*this));
    QFuture<Result<ports::HttpAnswer>> sent = withToken ? sendWithToken(*this, made, call.harmless, stop) : http->send(made, stop);
    return sent.then(QtFuture::Launch::Sync, [target = *this, method = call.method](const Result<ports::HttpAnswer> &answer) {
        return answer ? answer : Result<ports::HttpAnswer>(explained(target, method, answer.error()));
    });
}

QFuture<Result<ports::SocketCall>> ServiceTarget::socketCall(const TargetCall &call, std::stop_token stop) const
{
    const ports::ServiceCall made = callOf(*this, call);
    ports::SocketCall out{made.to, made.pathAndQuery, made.headers};
    if (!tokens || address.url.isEmpty())
        return readyFuture<ports::SocketCall>(out);
    if (!mayCarryToken(address.url))
        return readyFuture<ports::SocketCall>(notEncrypted(*this));
    return chainTo<ports::SocketCall>(tokens->credential(stop), [out](const ports::Credential &credential) mutable {
        if (!credential.bearer.isEmpty())
            out.headers.insert("Authorization", "Bearer " + credential.bearer);
        return readyFuture<ports::SocketCall>(out);
    });
}

Error ServiceTarget::errorOf(int status, const QString &says) const
{
    Error error;
    error.kind = kindOf(status);
    error.httpStatus = status;
    error.message = says.isEmpty() ? Tr::tr("%1 at %2 answers with status %3.").arg(what, place()).arg(status)
                                   : Tr::tr("%1 at %2 answers with status %3: %4").arg(what, place()).arg(status).arg(says);
    error.remedy = remedyOf(error.kind, !address.url.isEmpty());
    return error;
}

Error ServiceTarget::errorOf(const ports::HttpAnswer &answer) const
{
    const QByteArray type = answer.headers.value("content-type");
    const QString says = plainExcerpt(answer.body, type);
    if (answer.status >= 400)
        return errorOf(answer.status, says);
    Error error = errorOf(answer.status, says);
    error.kind = ErrorKind::Network;
    error.remedy = remedyOf(ErrorKind::Network, true);
    const QUrl to = QUrl::fromEncoded(answer.headers.value("location"));
    if (answer.status >= 300 && to.isValid())
        error.message = Tr::tr("%1 at %2 sends us on to %3, which is not followed.")
                            .arg(what, place(), to.toDisplayString(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment));
    else if (type.toLower().contains("html"))
        error.message = Tr::tr("%1 at %2: a web page came in place of an answer: %3").arg(what, place(), says);
    else if (!says.isEmpty())
        error.message = Tr::tr("%1 at %2 does not answer as it should: %3").arg(what, place(), says);
    else
        error.message = Tr::tr("%1 at %2 gives an empty answer.").arg(what, place());
    return error;
}

}
