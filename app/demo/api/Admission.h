// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/api/Kinds.h"
#include "app/demo/api/Status.h"
#include "app/demo/http/Exchange.h"
#include "app/demo/store/Store.h"

namespace qd::demo {

/// Admission after decoding and defaulting: ValidatingAdmissionPolicies (and their bindings) as stored, evaluated with CEL;
/// namespace lifecycle (404 for a missing namespace, 403 in one that is being deleted).
class Admission {
public:
    explicit Admission(Store &store);
    ~Admission();
    struct Review {
        QString operation;              ///< CREATE, UPDATE, DELETE
        const Kind *kind = nullptr;
        QString ns;
        QString name;
        QJsonObject object = {};        ///< empty on DELETE
        QJsonObject oldObject = {};     ///< empty on CREATE
        User user;
        bool dryRun = false;
    };
    struct Verdict {
        QStringList warnings;           ///< validationActions [Warn]
        std::optional<Failure> refused; ///< validationActions [Deny]
    };
    [[nodiscard]] Verdict review(const Review &review) const;

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

}
