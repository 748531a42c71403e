// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/session/Vault.h"

#include "app/login/secrets/SecretKey.h"
#include "app/login/tokens/TokenErrors.h"
#include "models/core/Async.h"

#include <QCborArray>
#include <QCborMap>
#include <QCborStreamReader>
#include <QCborValue>
#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QSaveFile>

namespace qd::login {

using namespace Qt::StringLiterals;

namespace {

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(Vault)
};

constexpr int kLockMs = 60'000;     // longer than a renewal may take
constexpr int kFormat = 1;
constexpr qsizetype kLongestKeySet = 16 * 1024;

Error notRemembered()
{
    return Error{ErrorKind::NotFound, Tr::tr("Not signed in."), Tr::tr("Sign in.")};
}

}

QByteArray encodeStored(const StoredSignIn &stored)
{
    QCborMap map;
    map.insert(u"v"_s, kFormat);
    map.insert(u"iss"_s, stored.issuer);
    map.insert(u"client"_s, stored.clientId);
    map.insert(u"sub"_s, stored.subject);
    map.insert(u"refresh"_s, stored.refreshToken);
    map.insert(u"id"_s, stored.idToken);
    map.insert(u"scopes"_s, QCborArray::fromStringList(stored.scopes));
    map.insert(u"at"_s, stored.savedAt.toSecsSinceEpoch());
    if (!stored.keySet.isEmpty() && stored.keySet.size() <= kLongestKeySet) {
        map.insert(u"keys"_s, stored.keySet);
        map.insert(u"algs"_s, QCborArray::fromStringList(stored.algorithms));
    }
    return QCborValue(map).toCbor();
}

std::optional<StoredSignIn> decodeStored(const QByteArray &bytes)
{
    QCborParserError error;
    const QCborValue value = QCborValue::fromCbor(bytes, &error);
    const QCborMap map = value.toMap();
    if (error.error != QCborError::NoError || !value.isMap() || map.value(u"v"_s).toInteger() != kFormat)
        return std::nullopt;
    StoredSignIn out{map.value(u"iss"_s).toString(), map.value(u"client"_s).toString(), map.value(u"sub"_s).toString(),
                     map.value(u"refresh"_s).toByteArray(), map.value(u"id"_s).toByteArray(), {},
                     QDateTime::fromSecsSinceEpoch(map.value(u"at"_s).toInteger(), Qt::UTC)};
    const QCborArray scopes = map.value(u"scopes"_s).toArray();
    for (const QCborValue &scope : scopes)
        out.scopes.append(scope.toString());
    out.keySet = map.value(u"keys"_s).toByteArray();
    const QCborArray algorithms = map.value(u"algs"_s).toArray();
    for (const QCborValue &algorithm : algorithms)
        out.algorithms.append(algorithm.toString());
    if (out.issuer.isEmpty() || out.clientId.isEmpty() || out.subject.isEmpty() || out.refreshToken.isEmpty())
        return std::nullopt;
    return out;
}

Vault::Vault(const QString &profile, const ports::SignInSettings &settings, const SessionParts &parts, QObject *parent)
    : QObject(parent), m_profile(profile), m_settings(settings), m_parts(parts)
{
    const QByteArray name = QCryptographicHash::hash(QString(profile + u'\n' + settings.issuer + u'\n' + settings.clientId).toUtf8(),
                                                     QCryptographicHash::Sha256).toHex().left(32);
    m_file = QString(parts.stateFolder + u'/' + QString::fromLatin1(name) + u".subject"_s);
}

QString Vault::rememberedSubject() const
{
    QFile file(m_file);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.read(1024)) : QString();
}

Result<Done> Vault::remember(const QString &subject) const
{
    if (subject.isEmpty()) {
        QFile::remove(m_file);
        return Done{};
    }
    if (subject == rememberedSubject())
        return Done{};
    QSaveFile file(m_file);
    const QByteArray text = subject.toUtf8();
    if (!QDir().mkpath(m_parts.stateFolder) || !file.open(QIODevice::WriteOnly)
        || !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) || file.write(text) != text.size() || !file.commit())
        return Error{ErrorKind::Storage, Tr::tr("%1 cannot be written: %2").arg(m_file, file.errorString()),
                     Tr::tr("Make the folder writable for you and free some space.")};
    return Done{};
}

QString Vault::entry(const QString &subject) const
{
    return secretKey(m_settings.issuer, m_settings.clientId, QString(subject + u'/' + m_profile));
}

void Vault::read(Handler<StoredSignIn> handler)
{
    const QString subject = rememberedSubject();
    if (subject.isEmpty()) {
        QMetaObject::invokeMethod(this, [handler] { handler(notRemembered()); }, Qt::QueuedConnection);
        return;
    }
    whenFinished(m_parts.secrets->read(entry(subject)), this, [this, subject, handler](const Result<QByteArray> &bytes) {
        if (!bytes)
            return handler(bytes.error().kind == ErrorKind::NotFound ? notRemembered() : bytes.error());
        const std::optional<StoredSignIn> stored = decodeStored(*bytes);
        if (!stored || stored->issuer != m_settings.issuer || stored->clientId != m_settings.clientId || stored->subject != subject)
            return handler(notRemembered());   // not ours, or of an older format: a new sign-in writes over it
        handler(*stored);
    });
}

void Vault::write(const StoredSignIn &stored, Handler<Done> handler)
{
    const QString before = rememberedSubject();
    const bool memoryOnly = m_parts.secrets->place() == ports::SecretPlace::MemoryOnly;
    const int turn = ++m_turn;
    m_writing = stored.subject;
    if (memoryOnly && !before.isEmpty()) {
        // What is at rest of it is wanted there no more, and is worth nothing after the next renewal.
        whenFinished(m_parts.secrets->remove(entry(before)), this, [this](const Result<Done> &done) {
            if (done && m_parts.secrets->place() == ports::SecretPlace::MemoryOnly)
                (void)remember({});
        });
    }
    whenFinished(m_parts.secrets->write(entry(stored.subject), encodeStored(stored)), this,
                 [this, before, memoryOnly, turn, subject = stored.subject, handler](const Result<Done> &done) {
        if (turn == m_turn)
            m_writing.clear();
        if (!done)
            return handler(done.error());
        if (!memoryOnly && !before.isEmpty() && before != subject)
            whenFinished(m_parts.secrets->remove(entry(before)), this, [](const Result<Done> &) { });
        handler(memoryOnly || turn != m_turn ? Result<Done>(Done{}) : remember(subject));
    });
}

void Vault::remove(Handler<Done> handler)
{
    const QString subject = m_writing.isEmpty() ? rememberedSubject() : m_writing;
    if (subject.isEmpty()) {
        QMetaObject::invokeMethod(this, [handler] { handler(Done{}); }, Qt::QueuedConnection);
        return;
    }
    const QString before = rememberedSubject();
    if (!before.isEmpty() && before != subject)
        whenFinished(m_parts.secrets->remove(entry(before)), this, [](const Result<Done> &) { });
    const int turn = ++m_turn;
    m_writing.clear();
    whenFinished(m_parts.secrets->remove(entry(subject)), this, [this, turn, handler](const Result<Done> &done) {
        handler(done ? (turn == m_turn ? remember({}) : Result<Done>(Done{})) : Result<Done>(done.error()));
    });
}

void Vault::removeSpent(const QByteArray &refreshToken, Handler<Done> handler)
{
    read([this, refreshToken, handler](const Result<StoredSignIn> &stored) {
        if (stored && stored->refreshToken != refreshToken)
            return handler(Done{});
        if (!stored && stored.error().kind != ErrorKind::NotFound)
            return handler(stored.error());
        remove(handler);
    });
}

void Vault::lock(Handler<ports::SessionLock::Guard> handler)
{
    whenFinished(m_parts.lock->acquire(m_file, kLockMs), this, std::move(handler));
}

}
