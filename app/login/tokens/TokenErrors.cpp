// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/tokens/TokenErrors.h"

#include "models/core/Redact.h"

#include <QCoreApplication>

namespace qd::login {

using namespace Qt::StringLiterals;
using ports::SignInFault;

namespace {

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(SignIn)
};

constexpr QLatin1StringView kTime("time");

ErrorKind kindOf(SignInFault fault)
{
    switch (fault) {
    case SignInFault::Cancelled:
        return ErrorKind::Cancelled;
    case SignInFault::TimedOut:
        return ErrorKind::Timeout;
    case SignInFault::IssuerUnreachable:
    case SignInFault::ResponseLost:
        return ErrorKind::Network;
    case SignInFault::IssuerInvalid:
        return ErrorKind::Invalid;
    case SignInFault::NoBrowser:
    case SignInFault::NoListener:
        return ErrorKind::Unsupported;
    case SignInFault::KeychainLocked:
    case SignInFault::KeychainUnavailable:
        return ErrorKind::Storage;
    default:
        return ErrorKind::Unauthenticated;
    }
}

}

Error signInError(SignInFault fault, const QString &message, const QString &remedy, const QString &detail)
{
    return Error{kindOf(fault), message, remedy, detail, ports::faultReason(fault)};
}

Error badDocument(const QString &message, const QString &detail)
{
    return signInError(SignInFault::IssuerInvalid, message,
                       Tr::tr("Check the issuer of the profile, or tell who runs the identity provider."), detail);
}

Error badToken(const QString &message, const QString &remedy)
{
    return signInError(SignInFault::TokenInvalid, message,
                       remedy.isEmpty() ? Tr::tr("Nothing of this token is used. Tell who runs the identity provider.") : remedy);
}

Error badTime(const QString &message)
{
    return signInError(SignInFault::TokenInvalid, message, Tr::tr("Compare this computer's clock with the issuer's."), kTime);
}

bool aboutTime(const Error &error)
{
    return error.detail == kTime && ports::faultOf(error) == SignInFault::TokenInvalid;
}

QString quoted(const QString &text)
{
    QString plain = plainText(text).simplified();
    if (plain.size() > 200)
        plain = QString(plain.left(200) + u'…');
    return redact(plain);
}

}
