// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/HttpErrors.h"

#include "app/kube/HttpOptions.h"
#include "app/kube/TlsSetup.h"

#include <QCoreApplication>

namespace qd::kube {

using namespace Qt::StringLiterals;

namespace {

struct Tr
{
    Q_DECLARE_TR_FUNCTIONS(HttpErrors)
};

Error proxyError(const TransportFailure &failure)
{
    Error error{ErrorKind::Network, {},
        Tr::tr("Check proxy-url of the kubeconfig, or HTTPS_PROXY and NO_PROXY of the environment."), failure.says};
    const QString place = placeOf(failure.url);
    switch (failure.code) {
    case QNetworkReply::ProxyConnectionRefusedError:
        error.message = Tr::tr("Nothing answers at the proxy %1 (on the way to %2).").arg(failure.proxy, place);
        break;
    case QNetworkReply::ProxyNotFoundError:
        error.message
            = Tr::tr("The name of the proxy %1 cannot be resolved (on the way to %2).").arg(failure.proxy, place);
        break;
    case QNetworkReply::ProxyAuthenticationRequiredError:
        error.kind = ErrorKind::Unauthenticated;
        error.message = Tr::tr("The proxy %1 asks for a user name and password it accepts.").arg(failure.proxy);
        break;
    case QNetworkReply::ProxyTimeoutError:
        error.kind = ErrorKind::Timeout;
        error.message = Tr::tr("The proxy %1 did not open the way to %2 in time.").arg(failure.proxy, place);
        break;
    default:
        error.message = Tr::tr("The proxy %1 does not open the way to %2: %3.").arg(failure.proxy, place, failure.says);
    }
    error.reason = QLatin1String(kNotSent);
    return error;
}

}

QString placeOf(const QUrl &url)
{
    const int standard = url.scheme() == "https"_L1 ? 443 : 80;
    const QString host = url.host().contains(u':') ? QString(u'[' + url.host() + u']') : url.host();
    return url.scheme() + u"://"_s + host + u':' + QString::number(url.port(standard));
}

Error deadlineError(const QUrl &url, int milliseconds)
{
    return Error{ErrorKind::Timeout,
        Tr::tr("%1 did not answer within %2 s.").arg(placeOf(url)).arg(milliseconds / 1000.0),
        Tr::tr("Check the network and the load of the server, then try again.")};
}

Error silenceError(const QUrl &url, int milliseconds)
{
    return Error{ErrorKind::Timeout,
        Tr::tr("%1 has been silent for %2 s.").arg(placeOf(url)).arg(milliseconds / 1000.0),
        Tr::tr("The connection is opened again.")};
}

Error errorFromTransport(const TransportFailure &failure, const ClusterConfig &config)
{
    using N = QNetworkReply;
    const QString place = placeOf(failure.url);
    Error error{ErrorKind::Network, {}, {}, failure.says};
    // An HTTP proxy's 403 and 405 to CONNECT arrive as an unknown error.
    const bool denied = failure.code == N::UnknownNetworkError && !failure.proxy.isEmpty() && !failure.answered;
    if (denied || (failure.code >= N::ProxyConnectionRefusedError && failure.code <= N::UnknownProxyError))
        return proxyError(failure);
    switch (failure.code) {
    case N::SslHandshakeFailedError: {
        const QString host = config.tlsServerName.isEmpty() ? failure.url.host() : config.tlsServerName;
        error = errorFromTls(failure.tls, failure.says, config, place, host);
        error.reason = QLatin1String(kNotSent);
        return error;
    }
    case N::ConnectionRefusedError:
        error.message = Tr::tr("Nothing answers at %1.").arg(place);
        error.remedy = Tr::tr("Check that the cluster runs and that the server address of context “%1” is right.")
                           .arg(config.context);
        error.reason = QLatin1String(kNotSent);
        return error;
    case N::HostNotFoundError:
        error.message = Tr::tr("The name %1 cannot be resolved.").arg(failure.url.host());
        error.remedy = Tr::tr("Check the server address of context “%1”, the VPN and DNS.").arg(config.context);
        error.reason = QLatin1String(kNotSent);
        return error;
    case N::RemoteHostClosedError:
    case N::ContentReSendError:
        // TLS 1.3 reports the refusal of a client certificate only after the handshake.
        if (failure.says.contains("alert"_L1, Qt::CaseInsensitive))
            return errorFromTls({}, failure.says, config, place, failure.url.host());
        error.message = Tr::tr("%1 closed the connection before the answer was complete.").arg(place);
        error.remedy = failure.answered || failure.url.scheme() != "https"_L1
            ? Tr::tr("The server or a proxy was restarted or is overloaded; try again.")
            : Tr::tr("The server or a proxy was restarted or is overloaded, or it asks for a client certificate; try "
                     "again.");
        return error;
    case N::TimeoutError:
        error.kind = ErrorKind::Timeout;
        error.message = Tr::tr("%1 cannot be reached: no answer in time.").arg(place);
        error.remedy = Tr::tr("Check the network, the VPN and the firewall.");
        return error;
    case N::ProtocolFailure:
    case N::ProtocolInvalidOperationError:
    case N::ProtocolUnknownError:
        error.message = Tr::tr("%1 does not answer in HTTP.").arg(place);
        error.remedy = Tr::tr("Check port and scheme of the server address of context “%1”.").arg(config.context);
        return error;
    default:
        if (failure.says.contains("alert"_L1, Qt::CaseInsensitive))
            return errorFromTls({}, failure.says, config, place, failure.url.host());
        error.message = Tr::tr("%1 cannot be reached: %2.").arg(place, failure.says);
        error.remedy = Tr::tr("Check the network, the VPN and the firewall.");
        return error;
    }
}

}
