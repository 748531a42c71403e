// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/api/Kinds.h"
#include "app/demo/http/Exchange.h"

#include <optional>

namespace qd::demo {

/// /api, /apis, /apis/G, /apis/G/V, /api/v1 in the legacy and the aggregated form (apidiscovery.k8s.io/v2 and v2beta1, by Accept,
/// with ETag), /openapi/v3 and its documents with hashes (If-None-Match, immutable), /version. Nothing for other paths.
class Discovery {
public:
    Discovery(const Kinds &kinds, const QString &gitVersion);
    [[nodiscard]] std::optional<Response> answer(const Request &request) const;

private:
    [[nodiscard]] QJsonObject version() const;
    [[nodiscard]] QJsonObject apiVersions() const;
    [[nodiscard]] QJsonObject groupList() const;
    [[nodiscard]] QJsonObject versionList(const QString &group, const QString &version) const;
    struct Document {
        QByteArray text;
        QString hash;
    };
    [[nodiscard]] const Document &document(const QString &group, const QString &version) const;
    [[nodiscard]] std::optional<Response> openApiAnswer(const Request &request, const QStringList &parts) const;
    const Kinds &m_kinds;
    QString m_gitVersion;
    mutable QHash<QString, Document> m_documents;
};

}
