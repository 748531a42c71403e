// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/SchemaCache.h"

#include "models/core/Json.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QJsonDocument>
#include <QSaveFile>

namespace qd::kube {

using namespace Qt::StringLiterals;

namespace {

constexpr QFileDevice::Permissions kOwnFolder = QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner;
constexpr QFileDevice::Permissions kOwnFile = QFileDevice::ReadOwner | QFileDevice::WriteOwner;

QByteArray sumOf(const QByteArray &bytes)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
}

}

SchemaCache::SchemaCache(QString folder, qint64 limit)
    : m_folder(std::move(folder))
    , m_limit(limit)
{
}

QString SchemaCache::fileOf(const QString &server, const QString &url) const
{
    return m_folder + u'/' + QString::fromLatin1(sumOf(QString(server + u'\n' + url).toUtf8())) + u".json"_s;
}

std::optional<QJsonObject> SchemaCache::read(const QString &server, const QString &url) const
{
    QFile file(fileOf(server, url));
    if (m_folder.isEmpty() || file.size() > m_limit || !file.open(QIODevice::ReadOnly))
        return std::nullopt;
    const QByteArray sum = file.readLine(128).trimmed();
    const QByteArray bytes = file.readAll();
    const QJsonDocument document = sum == sumOf(bytes) ? QJsonDocument::fromJson(bytes) : QJsonDocument();
    if (!document.isObject()) {
        file.close();
        file.remove();
        return std::nullopt;
    }
    file.setFileTime(QDateTime::currentDateTimeUtc(), QFileDevice::FileModificationTime);   // used last
    return document.object();
}

void SchemaCache::write(const QString &server, const QString &url, const QJsonObject &document) const
{
    const QByteArray bytes = json::compact(document);
    if (m_folder.isEmpty() || bytes.size() > m_limit / 2 || !QDir().mkpath(m_folder)
        || !QFile::setPermissions(m_folder, kOwnFolder))
        return;
    QSaveFile file(fileOf(server, url));
    if (!file.open(QIODevice::WriteOnly) || !file.setPermissions(kOwnFile))
        return;
    file.write(sumOf(bytes) + '\n' + bytes);
    if (file.commit())
        shrink();
}

void SchemaCache::shrink() const
{
    const QFileInfoList files = QDir(m_folder).entryInfoList({u"*.json"_s}, QDir::Files, QDir::Time);   // newest first
    qint64 sum = 0;
    for (const QFileInfo &file : files) {
        sum += file.size();
        if (sum > m_limit)
            QFile::remove(file.filePath());
    }
}

}
