// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/secrets/SecretErrors.h"

#include "app/login/secrets/SecretKey.h"

#include <QCoreApplication>

namespace qd::login {

using namespace Qt::StringLiterals;

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(Secrets)
};

/// The first half of the sentence: what does not go.
QString whatFails(SecretDeed deed, const QString &key)
{
    const SecretKeyParts parts = secretKeyParts(key);
    const bool ours = !parts.issuer.isEmpty();
    const QString name = ours ? parts.issuer : key;
    switch (deed) {
    case SecretDeed::Read:
        return ours ? Texts::tr("The saved sign-in at %1 cannot be read").arg(name) : Texts::tr("The saved secret %1 cannot be read").arg(name);
    case SecretDeed::Write:
        return ours ? Texts::tr("The sign-in at %1 cannot be saved").arg(name) : Texts::tr("The secret %1 cannot be saved").arg(name);
    case SecretDeed::Remove:
        return ours ? Texts::tr("The saved sign-in at %1 cannot be removed").arg(name) : Texts::tr("The saved secret %1 cannot be removed").arg(name);
    case SecretDeed::Look:
        break;
    }
    return Texts::tr("Sign-ins cannot be saved on this machine now");
}

struct Why {
    const char *reason;
    ErrorKind kind;
    const char *message;
    const char *remedy;
};

const Why kWhys[] = {
    {ports::secret::kLocked, ErrorKind::Forbidden, QT_TRANSLATE_NOOP("Secrets", "%1: the keyring is locked."),
     QT_TRANSLATE_NOOP("Secrets", "Unlock the keyring, here or in the desktop's password manager; or keep sign-ins in memory only, and sign in again after each start.")},
    {ports::secret::kNoKeyring, ErrorKind::Unsupported, QT_TRANSLATE_NOOP("Secrets", "%1: the desktop has no keyring yet."),
     QT_TRANSLATE_NOOP("Secrets", "Make one (“Unlock…” asks for its password); or keep sign-ins in memory only, and sign in again after each start.")},
    {ports::secret::kNotResponding, ErrorKind::Timeout, QT_TRANSLATE_NOOP("Secrets", "%1: the keyring does not answer."),
     QT_TRANSLATE_NOOP("Secrets", "It may wait for a password in a window of its own: answer there. Otherwise restart the desktop's keyring service and try again; or keep sign-ins in memory only.")},
    {ports::secret::kAbsent, ErrorKind::Unsupported, QT_TRANSLATE_NOOP("Secrets", "%1: this session has no keyring service."),
     QT_TRANSLATE_NOOP("Secrets", "Install and start one (GNOME Keyring, KWallet or KeePassXC, and the package libsecret-1-0) in this desktop session; or keep sign-ins in memory only, and sign in again after each start.")},
    {ports::secret::kVanished, ErrorKind::Network, QT_TRANSLATE_NOOP("Secrets", "%1: the keyring service ended meanwhile."),
     QT_TRANSLATE_NOOP("Secrets", "Try again; it may have to be unlocked first.")},
    {ports::secret::kRefused, ErrorKind::Forbidden, QT_TRANSLATE_NOOP("Secrets", "%1: the keyring refuses."),
     QT_TRANSLATE_NOOP("Secrets", "Allow Quarterdeck to use the keyring when it asks; or keep sign-ins in memory only.")},
    {ports::secret::kDamaged, ErrorKind::Invalid, QT_TRANSLATE_NOOP("Secrets", "%1: its entry in the keyring is damaged."),
     QT_TRANSLATE_NOOP("Secrets", "Sign in again: that replaces the entry.")},
    {ports::secret::kMissing, ErrorKind::NotFound, QT_TRANSLATE_NOOP("Secrets", "%1: there is none."), QT_TRANSLATE_NOOP("Secrets", "Sign in.")},
};

}

Error secretError(const char *reason, SecretDeed deed, const QString &key, const QString &detail)
{
    for (const Why &why : kWhys) {
        if (qstrcmp(why.reason, reason) == 0)
            return {.kind = why.kind,
                    .message = QCoreApplication::translate("Secrets", why.message).arg(whatFails(deed, key)),
                    .remedy = QCoreApplication::translate("Secrets", why.remedy),
                    .detail = detail,
                    .reason = QString::fromLatin1(reason)};
    }
    return {.kind = ErrorKind::Internal, .message = whatFails(deed, key) + u'.', .detail = detail, .reason = QString::fromLatin1(reason)};
}

Error secretError(ports::SecretState state, SecretDeed deed, const QString &key, const QString &detail)
{
    switch (state) {
    case ports::SecretState::Locked:
        return secretError(ports::secret::kLocked, deed, key, detail);
    case ports::SecretState::NoKeyring:
        return secretError(ports::secret::kNoKeyring, deed, key, detail);
    case ports::SecretState::Absent:
        return secretError(ports::secret::kAbsent, deed, key, detail);
    case ports::SecretState::NotResponding:
    case ports::SecretState::Unknown:
    case ports::SecretState::Ready:
    case ports::SecretState::MemoryOnly:
        break;
    }
    return secretError(ports::secret::kNotResponding, deed, key, detail);
}

}
