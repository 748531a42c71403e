// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QHash>
#include <QJsonValue>
#include <QString>

#include <memory>

namespace qd::demo {

/// The closed subset of CEL (github.com/google/cel-spec, Kubernetes' libraries for URLs, quantities and regular expressions)
/// that our CRDs and policies use: select, index, has(), in, ?:, && || !, == != < <= > >=, + on strings and numbers, lists,
/// string, number and bool literals, size, matches, startsWith, endsWith, contains, all, exists, exists_one, filter, map,
/// isURL, url().getScheme/getHost/…, quantity().compareTo/isGreaterThan/isLessThan/…, isQuantity, string(), int(), double().
/// Anything else is refused at compile with the place and the word. Errors in && and || are absorbed as CEL says.
/// Values are JSON; absent fields are errors unless has() asks.
class CelProgram {
public:
    [[nodiscard]] static Result<CelProgram> compile(const QString &expression);
    /// `variables`: self, oldSelf, object, oldObject, request …: undefined ones are not declared.
    [[nodiscard]] Result<QJsonValue> evaluate(const QHash<QString, QJsonValue> &variables) const;
    /// Whether the expression names that variable (a rule with oldSelf is a transition rule, run on updates only).
    [[nodiscard]] bool uses(const QString &variable) const;

    struct Node;   ///< of the parsed expression (CelNode.h)

private:
    std::shared_ptr<const Node> m_root;
};

}
