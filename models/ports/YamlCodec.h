// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QByteArray>
#include <QJsonValue>
#include <QList>
#include <QString>

namespace qd::ports {

/// Where a value stands in a text; both from 1.
struct TextPosition {
    int line = 0;
    int column = 0;
    friend bool operator==(const TextPosition &, const TextPosition &) = default;
};

struct YamlDocument {
    QJsonValue value;                                ///< YAML 1.1 core scalars as kubectl reads them (sigs.k8s.io/yaml)
    QHash<QString, TextPosition> positions;          ///< JSON pointer -> start of the value
};

/// YAML text to values and back. Limits: size, depth and alias expansion; every error names line and column.
class YamlCodec {
public:
    virtual ~YamlCodec() = default;
    /// One document; an empty text is null.
    [[nodiscard]] virtual Result<YamlDocument> parse(const QByteArray &text) const = 0;
    [[nodiscard]] virtual Result<QList<YamlDocument>> parseAll(const QByteArray &text) const = 0;
    /// Block style, two spaces, keys in the given order of Kubernetes (apiVersion, kind, metadata, spec, status first).
    [[nodiscard]] virtual QByteArray emitText(const QJsonValue &value) const = 0;
};

}
