// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/StatusError.h"

#include "app/kube/HttpHeaders.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QStringDecoder>
#include <QUrl>

namespace qd::kube {

using namespace Qt::StringLiterals;

namespace {

struct Tr
{
    Q_DECLARE_TR_FUNCTIONS(StatusError)
};

ErrorKind kindOfReason(const QString &reason, int code)
{
    static const QHash<QString, ErrorKind> kinds{{u"Unauthorized"_s, ErrorKind::Unauthenticated},
        {u"Forbidden"_s, ErrorKind::Forbidden}, {u"NotFound"_s, ErrorKind::NotFound},
        {u"AlreadyExists"_s, ErrorKind::Conflict}, {u"Conflict"_s, ErrorKind::Conflict}, {u"Gone"_s, ErrorKind::Gone},
        {u"Expired"_s, ErrorKind::Gone}, {u"Invalid"_s, ErrorKind::Invalid}, {u"BadRequest"_s, ErrorKind::Invalid},
        {u"RequestEntityTooLarge"_s, ErrorKind::Invalid}, {u"ServerTimeout"_s, ErrorKind::Timeout},
        {u"Timeout"_s, ErrorKind::Timeout}, {u"TooManyRequests"_s, ErrorKind::TooMany},
        {u"MethodNotAllowed"_s, ErrorKind::Unsupported}, {u"NotAcceptable"_s, ErrorKind::Unsupported},
        {u"UnsupportedMediaType"_s, ErrorKind::Unsupported}, {u"InternalError"_s, ErrorKind::Internal},
        {u"ServiceUnavailable"_s, ErrorKind::Internal}, {u"StoreReadError"_s, ErrorKind::Internal}};
    if (const auto it = kinds.constFind(reason); it != kinds.constEnd())
        return *it;
    switch (code) {
    case 400:
    case 413:
    case 422:
        return ErrorKind::Invalid;
    case 401:
        return ErrorKind::Unauthenticated;
    case 403:
        return ErrorKind::Forbidden;
    case 404:
        return ErrorKind::NotFound;
    case 405:
    case 406:
    case 415:
    case 501:
        return ErrorKind::Unsupported;
    case 408:
    case 504:
        return ErrorKind::Timeout;
    case 409:
    case 412:
        return ErrorKind::Conflict;
    case 410:
        return ErrorKind::Gone;
    case 429:
        return ErrorKind::TooMany;
    case 407:
    case 502:
        return ErrorKind::Network;
    default:
        return ErrorKind::Internal;
    }
}

void describeForbidden(Error &error, const QString &what, const QString &message)
{
    const QString right = missingRight(message);
    if (right.isEmpty()) {
        error.message = message.isEmpty() ? Tr::tr("Not allowed: %1.").arg(what)
                                          : Tr::tr("Not allowed: %1: %2").arg(what, message);
        error.remedy
            = message.contains("denied request"_L1) ? QString() : Tr::tr("Ask the owner of the cluster for the right.");
        return;
    }
    static const QRegularExpression userPattern(u"User \"([^\"]*)\""_s);
    const QString user = userPattern.match(message).captured(1);
    error.message = Tr::tr("%1: the right to %2 is missing.").arg(what, right);
    error.remedy = user.isEmpty() ? Tr::tr("Ask the owner of the cluster for a role that grants it.")
                                  : Tr::tr("Ask the owner of the cluster for a role that grants it to %1.").arg(user);
}

void describeConflict(Error &error, const QString &what, const QString &message)
{
    if (error.reason == "AlreadyExists"_L1) {
        error.message = Tr::tr("%1 exists already.").arg(what);
        error.remedy = Tr::tr("Choose another name.");
        return;
    }
    error.message = message.contains("Precondition failed"_L1)
        ? Tr::tr("%1 is not the object that was seen: it was deleted and made again, or changed since.").arg(what)
        : Tr::tr("%1 was changed by someone else since it was read.").arg(what);
    error.remedy = Tr::tr("Read it again and repeat the change.");
}

void describeOther(Error &error, const QString &what, const QString &message)
{
    switch (error.kind) {
    case ErrorKind::Gone:
        error.message = Tr::tr("%1: the version asked for is no longer kept by the server.").arg(what);
        error.remedy = Tr::tr("Read the list again.");
        return;
    case ErrorKind::TooMany:
        error.message = Tr::tr("%1: the server is busy and turned the request away.").arg(what);
        error.remedy = error.retryAfterSeconds > 0
            ? Tr::tr("Try again in %n second(s).", nullptr, error.retryAfterSeconds)
            : Tr::tr("Try again in a moment.");
        return;
    case ErrorKind::Timeout:
        error.message = Tr::tr("%1: the server did not finish in time.").arg(what);
        error.remedy = Tr::tr("Try again in a moment.");
        return;
    case ErrorKind::Unsupported:
        error.message = Tr::tr("%1: the server does not support this request.").arg(what);
        return;
    case ErrorKind::Invalid:
        error.message = message.isEmpty() ? Tr::tr("%1: the server refused the request as invalid.").arg(what)
                                          : Tr::tr("%1: %2").arg(what, message);
        if (message.contains("HTTP request to an HTTPS server"_L1))
            error.remedy = Tr::tr("Write https:// in the kubeconfig's server address.");
        return;
    case ErrorKind::Network:
        error.message = error.httpStatus == 407
            ? Tr::tr("%1: the proxy asks for a user name and password.").arg(what)
            : Tr::tr("%1: a gateway in between could not reach the server.").arg(what);
        error.remedy = error.httpStatus == 407 ? Tr::tr("Put them into proxy-url of the kubeconfig.")
                                               : Tr::tr("Try again; if it stays, ask the owner of the gateway.");
        return;
    default:
        break;
    }
    if (error.httpStatus == 503)
        error.message = message.isEmpty() ? Tr::tr("%1: the server is not available now.").arg(what)
                                          : Tr::tr("%1: the server is not available now: %2").arg(what, message);
    else
        error.message = message.isEmpty()
            ? Tr::tr("%1: the server failed with status %2.").arg(what).arg(error.httpStatus)
            : Tr::tr("%1: the server failed: %2").arg(what, message);
    error.remedy = error.retryAfterSeconds > 0 ? Tr::tr("Try again in %n second(s).", nullptr, error.retryAfterSeconds)
                                               : Tr::tr("Try again in a moment.");
}

/// Fills message and remedy from the kind; `message` is the server's own text.
void describe(Error &error, const QString &what, const QString &message)
{
    switch (error.kind) {
    case ErrorKind::Unauthenticated:
        error.message = Tr::tr("%1: the server did not accept the credentials.").arg(what);
        error.remedy = Tr::tr("Sign in again, or renew the token or client certificate of the kubeconfig's user.");
        break;
    case ErrorKind::Forbidden:
        describeForbidden(error, what, message);
        break;
    case ErrorKind::NotFound:
        error.message = Tr::tr("%1 does not exist in this cluster.").arg(what);
        error.remedy = Tr::tr("It may have been deleted meanwhile; check its name and namespace.");
        break;
    case ErrorKind::Conflict:
        describeConflict(error, what, message);
        break;
    default:
        describeOther(error, what, message);
    }
}

Error redirectError(const HttpHead &head, const QString &what)
{
    const QUrl to = QUrl::fromEncoded(head.headers.value("location"));
    const QString place
        = to.adjusted(QUrl::RemoveQuery | QUrl::RemoveFragment | QUrl::RemoveUserInfo).toDisplayString();
    Error error{ErrorKind::Network,
        Tr::tr("%1: the server sends us on to %2, which is not followed: the credentials are not for it.")
            .arg(what, place),
        Tr::tr(
            "A sign-in page or gateway may stand in between. Put the API server's own address into the kubeconfig.")};
    error.httpStatus = head.status;
    return error;
}

Error htmlError(const HttpHead &head, const QByteArray &body, const QString &what)
{
    Error error{ErrorKind::Network,
        Tr::tr("%1: a web page came in place of an answer of the Kubernetes API (status %2).")
            .arg(what)
            .arg(head.status),
        Tr::tr("A proxy, gateway or sign-in page stands in between: check server and proxy-url of the kubeconfig.")};
    error.httpStatus = head.status;
    error.detail = shortText(body);
    return error;
}

}

QString missingRight(const QString &message)
{
    static const QRegularExpression resource(
        u"cannot (\\S+) resource \"([^\"]*)\" in API group \"([^\"]*)\"(?: (in the namespace \"([^\"]*)\"|at the cluster scope))?"_s);
    if (const auto m = resource.match(message); m.hasMatch()) {
        const QString plural = m.captured(2);
        const QString group = m.captured(3);
        const QString verbAndName = m.captured(1) + u' ' + (group.isEmpty() ? plural : QString(plural + u'.' + group));
        if (!m.captured(5).isEmpty())
            return verbAndName + u" in "_s + m.captured(5);
        return m.captured(4).isEmpty() ? verbAndName : QString(verbAndName + u" in all namespaces"_s);
    }
    static const QRegularExpression path(u"cannot (\\S+) path \"([^\"]*)\""_s);
    if (const auto m = path.match(message); m.hasMatch())
        return m.captured(1) + u' ' + m.captured(2);
    return {};
}

QString shortText(const QByteArray &body, qsizetype limit)
{
    QString text = QString::fromUtf8(body.left(limit));
    if (body.size() > limit && text.endsWith(QChar::ReplacementCharacter))
        text.chop(1);
    if (text.trimmed().startsWith(u'<')) {
        static const QRegularExpression hidden(u"<(script|style)[^>]*>.*?(</\\1>|$)"_s,
            QRegularExpression::DotMatchesEverythingOption | QRegularExpression::CaseInsensitiveOption);
        static const QRegularExpression tag(u"<[^>]*>?"_s);
        text.remove(hidden);
        text.replace(tag, u" "_s);
        text = text.simplified();
    }
    if (body.size() > limit)
        text += u'…';
    return text.trimmed();
}

bool looksLikeHtml(const HttpHead &head, const QByteArray &body)
{
    const QByteArray start = body.left(256).trimmed().toLower();
    return head.headers.value("content-type").toLower().startsWith("text/html") || start.startsWith("<!doctype html")
        || start.startsWith("<html");
}

Error errorFromStatus(const QJsonObject &status, const QString &what)
{
    Error error;
    error.reason = status.value("reason"_L1).toString();
    error.httpStatus = status.value("code"_L1).toInt();
    error.kind = kindOfReason(error.reason, error.httpStatus);
    const QString message = status.value("message"_L1).toString();
    error.detail = message;
    const QJsonObject details = status.value("details"_L1).toObject();
    const int retry = details.value("retryAfterSeconds"_L1).toInt(-1);
    error.retryAfterSeconds = retry > 0 ? retry : -1;
    const QJsonArray causes = details.value("causes"_L1).toArray();
    for (const QJsonValue &value : causes) {
        const QJsonObject cause = value.toObject();
        // Beside other causes the server adds that it checked no rules: of no field, and nothing to correct.
        if (causes.size() > 1 && cause.value("field"_L1) == "<nil>"_L1)
            continue;
        error.causes.append(ErrorCause{cause.value("field"_L1).toString(), cause.value("reason"_L1).toString(),
            cause.value("message"_L1).toString()});
    }
    describe(error, what, message);
    // A path nobody serves: no object is named, unlike with an object that is not there.
    if (error.kind == ErrorKind::NotFound && details.value("name"_L1).toString().isEmpty()
        && (message.isEmpty() || message.contains("could not find the requested resource"_L1))) {
        error.kind = ErrorKind::Unsupported;
        error.message = Tr::tr("%1 is not served by this cluster.").arg(what);
        error.remedy = Tr::tr("Check that the operator's resource definitions are installed.");
    }
    return error;
}

Error errorNotJson(const HttpHead &head, const QByteArray &body, const QString &what, const QString &parserSays)
{
    if (looksLikeHtml(head, body))
        return htmlError(head, body, what);
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    static_cast<void>(QString(decoder(body)));
    if (decoder.hasError())
        return Error{ErrorKind::Invalid, Tr::tr("%1: the answer holds bytes that are not UTF-8.").arg(what),
            Tr::tr("Someone wrote them into the object, past the API server: repair it there, then try again."),
            parserSays};
    Error error{ErrorKind::Network, Tr::tr("%1: the answer is not complete JSON (%2).").arg(what, parserSays),
        Tr::tr("The connection or a proxy cut it; try again.")};
    error.httpStatus = head.status;
    error.detail = shortText(body);
    return error;
}

Error errorFromAnswer(const HttpHead &head, const QByteArray &body, const QString &what)
{
    if (head.status >= 300 && head.status < 400)
        return redirectError(head, what);
    Error error;
    const QJsonObject object = QJsonDocument::fromJson(body).object();
    if (object.value("kind"_L1).toString() == "Status"_L1) {
        QJsonObject status = object;
        if (status.value("code"_L1).toInt() == 0)
            status.insert("code"_L1, head.status);
        error = errorFromStatus(status, what);
    } else if (looksLikeHtml(head, body)) {
        error = htmlError(head, body, what);
    } else {
        const QString text = shortText(body);
        error.httpStatus = head.status;
        error.kind = kindOfReason({}, head.status);
        if (error.kind == ErrorKind::NotFound && text.startsWith("404 page not found"_L1))
            error.kind = ErrorKind::Unsupported;
        error.detail = text;
        error.retryAfterSeconds = parseRetryAfter(head.headers.value("retry-after"), QDateTime::currentDateTimeUtc());
        describe(error, what, text);
    }
    error.httpStatus = head.status;
    const int retryAfter = parseRetryAfter(head.headers.value("retry-after"), QDateTime::currentDateTimeUtc());
    if (retryAfter >= 0)
        error.retryAfterSeconds = retryAfter;
    return error;
}

}
