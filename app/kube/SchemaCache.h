// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QString>

#include <optional>

namespace qd::kube {

/// OpenAPI documents on disk, by server and address. The address holds the document's hash, so a file is never out of date
/// (kubernetes.md 2.8). A folder of ours (0700), at most `limit` bytes, the least recently used go first. A file that is
/// broken, or a disk that is full, is as if there were none. No secret is in it. One thread.
class SchemaCache
{
public:
    /// An empty folder: nothing is kept.
    explicit SchemaCache(QString folder, qint64 limit = qint64(48) << 20);
    [[nodiscard]] std::optional<QJsonObject> read(const QString &server, const QString &url) const;
    void write(const QString &server, const QString &url, const QJsonObject &document) const;

private:
    [[nodiscard]] QString fileOf(const QString &server, const QString &url) const;
    void shrink() const;
    QString m_folder;
    qint64 m_limit;
};

}
