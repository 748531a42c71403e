// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/cel/Cel.h"

#include <QJsonValue>
#include <QString>

#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace qd::demo {

/// One node of a parsed expression. Internal to cel/.
struct CelProgram::Node {
    enum class Kind {
        Literal,     ///< value
        Variable,    ///< text
        Select,      ///< children[0] . text
        Has,         ///< has(children[0] . text)
        Index,       ///< children[0] [ children[1] ]
        Call,        ///< text(children…): functions and operators ("_&&_", "_?_:_", "!_", "_==_", "_in_" …)
        Method,      ///< children[0].text(children[1…])
        Macro,       ///< children[0].text(variable, children[1][, children[2]]): all, exists, exists_one, filter, map
        List,        ///< [children…]
        Map          ///< {children[0]: children[1], …}
    };
    Kind kind = Kind::Literal;
    QJsonValue value = {};
    QString text = {};
    QString variable = {};
    std::vector<std::shared_ptr<const Node>> children = {};
};

namespace cel {

using NodePtr = std::shared_ptr<const CelProgram::Node>;

/// https://example.com:8443/a?b, as Go's net/url sees it.
struct Url {
    QString scheme, host, hostname, port, path, query;
};
[[nodiscard]] std::optional<Url> parseUrl(const QString &text);

struct Quantity {
    double value = 0;
};

/// What an expression yields: JSON, or one of the opaque values of Kubernetes' libraries.
using Value = std::variant<QJsonValue, Url, Quantity>;

/// A value, or why there is none ("no such key: a").
struct Outcome {
    Value value = QJsonValue();
    QString error = {};
    [[nodiscard]] bool ok() const { return error.isEmpty(); }
};

[[nodiscard]] Result<NodePtr> parse(const QString &expression);
/// Whether a function or method of that name and number of arguments (with the target) is known.
[[nodiscard]] bool knownFunction(const QString &name, size_t arguments);
[[nodiscard]] bool knownMethod(const QString &name, size_t arguments);
[[nodiscard]] Outcome callFunction(const QString &name, const std::vector<Value> &arguments);
[[nodiscard]] Outcome callMethod(const QString &name, const std::vector<Value> &arguments);

}

}
