// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/http/Exchange.h"
#include "app/demo/store/Store.h"

#include <QJsonObject>

namespace qd::demo {

/// What a request wants to do, as the authorizer sees it.
struct Attributes {
    QString verb;                       ///< get list watch create update patch delete deletecollection impersonate …
    QString group = {};
    QString version = {};
    QString resource = {};              ///< empty: a path that is no resource
    QString subresource = {};
    QString ns = {};
    QString name = {};
    QString path = {};
};

struct Decision {
    bool allowed = false;
    QString reason;                     ///< as RBAC says it: RBAC: allowed by ClusterRoleBinding "x" of ClusterRole "y" to Group "z"
};

/// RBAC over the stored Roles, ClusterRoles (aggregation too) and their bindings; system:masters may do everything.
/// Roles are compiled once and again when one changes.
class Access {
public:
    explicit Access(Store &store);
    ~Access();
    [[nodiscard]] Decision decide(const User &user, const Attributes &wanted) const;
    /// SelfSubjectRulesReview.status of a namespace.
    [[nodiscard]] QJsonObject rules(const User &user, const QString &ns) const;
    /// `validators.canton.quarterdeck.io "x" is forbidden: User "u" cannot patch resource "validators" in API group "…" in the namespace "n"`
    [[nodiscard]] static QString refusal(const User &user, const Attributes &wanted);

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

}
