// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/secrets/BusProbe.h"

#include <QFile>
#include <QLocalSocket>
#include <QTimer>
#include <QUrl>

#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

namespace qd::login {

using namespace Qt::StringLiterals;

namespace {

QString runtimeFolder()
{
    return qEnvironmentVariable("XDG_RUNTIME_DIR");
}

/// AUTH EXTERNAL with the user's id in hexadecimal digits of its decimal ones, after the one zero byte a connection begins with.
QByteArray greeting()
{
#ifdef Q_OS_UNIX
    const QByteArray user = QByteArray::number(static_cast<qulonglong>(::geteuid())).toHex();
#else
    const QByteArray user;
#endif
    return QByteArray(1, '\0') + "AUTH EXTERNAL " + user + "\r\n";
}

}

QList<BusSocket> busSockets(const QString &addresses, const QString &runtimeFolder)
{
    QList<BusSocket> out;
    for (const QString &address : addresses.split(u';', Qt::SkipEmptyParts)) {
        if (!address.startsWith("unix:"_L1))
            continue;
        for (const QString &part : address.mid(5).split(u',')) {
            const QString key = part.section(u'=', 0, 0);
            const QString value = QUrl::fromPercentEncoding(part.section(u'=', 1).toUtf8());
            if (key == "path"_L1)
                out.append({value, false});
            else if (key == "abstract"_L1)
                out.append({value, true});
            else if (key == "runtime"_L1 && !runtimeFolder.isEmpty())
                out.append({QString(runtimeFolder + u"/bus"_s), false});
        }
    }
    return out;
}

bool hasSessionBus()
{
    return !qEnvironmentVariableIsEmpty("DBUS_SESSION_BUS_ADDRESS")
        || (!runtimeFolder().isEmpty() && QFile::exists(QString(runtimeFolder() + u"/bus"_s)));
}

BusProbe::BusProbe(std::chrono::milliseconds limit, QObject *parent, Handler handler)
    : QObject(parent), m_handler(std::move(handler))
{
    const QString said = qEnvironmentVariable("DBUS_SESSION_BUS_ADDRESS");
    m_sockets = busSockets(said.isEmpty() ? u"unix:runtime=yes"_s : said, runtimeFolder());
    QTimer::singleShot(limit, this, [this] { finish(Answer::Silent); });
    QMetaObject::invokeMethod(this, &BusProbe::next, Qt::QueuedConnection);
}

/// In the order libdbus tries them; a socket nobody listens at is passed over.
void BusProbe::next()
{
    if (m_sockets.isEmpty())
        return finish(Answer::Unknown);
    const BusSocket at = m_sockets.takeFirst();
    auto *socket = new QLocalSocket(this);
    if (at.abstract)
        socket->setSocketOptions(QLocalSocket::AbstractNamespaceOption);
    connect(socket, &QLocalSocket::connected, this, [socket] { socket->write(greeting()); });
    connect(socket, &QLocalSocket::readyRead, this, [this, socket] {
        if (socket->canReadLine() || socket->bytesAvailable() > 512)
            finish(Answer::Answers);
    });
    connect(socket, &QLocalSocket::errorOccurred, this, [this, socket] {
        socket->disconnect(this);
        QMetaObject::invokeMethod(this, &BusProbe::next, Qt::QueuedConnection);
    });
    socket->connectToServer(at.name);
}

void BusProbe::finish(Answer answer)
{
    if (const Handler handler = std::exchange(m_handler, {})) {
        deleteLater();
        handler(answer);
    }
}

}
