// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/tokens/Roles.h"

#include "models/core/Json.h"
#include "models/core/Redact.h"

#include <QCoreApplication>
#include <QJsonArray>

namespace qd::login {

using namespace Qt::StringLiterals;

namespace {

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(Roles)
};

/// Shown on terminals: nothing of a claim moves their cursor.
QStringList rolesAt(const QJsonValue &value)
{
    if (value.isString())
        return plainText(value.toString()).split(u' ', Qt::SkipEmptyParts);
    QStringList out;
    const QJsonArray list = value.toArray();
    for (const QJsonValue &one : list) {
        if (const QString role = plainText(one.toString()); !role.isEmpty())
            out.append(role);
    }
    return out;
}

/// Entra ID: more than 200 groups do not fit, the token has a pointer to them in place of the groups.
bool overflows(const QJsonObject &claims)
{
    const QJsonObject elsewhere = claims.value("_claim_names"_L1).toObject();
    return claims.value("hasgroups"_L1).toBool() || elsewhere.contains("groups"_L1) || elsewhere.contains("roles"_L1);
}

}

RolesRead readRoles(const QList<ClaimSource> &sources, const QStringList &pointers)
{
    RolesRead out;
    for (const QString &pointer : pointers) {
        bool found = false;
        for (const ClaimSource &source : sources) {
            const QJsonValue value = json::at(source.claims, pointer);
            if (value.isUndefined())
                continue;
            found = true;
            const QString from = QString(source.name + u' ' + pointer);
            for (const QString &role : rolesAt(value)) {
                if (!out.roles.contains({role, from}))
                    out.roles.append({role, from});
            }
            break;
        }
        if (!found)
            out.notes.append(Tr::tr("No claim %1 in what the issuer said: no roles from there.").arg(pointer));
    }
    for (const ClaimSource &source : sources) {
        if (overflows(source.claims)) {
            out.notes.prepend(Tr::tr("The %1 has too many groups to carry them. Use app roles, or limit the groups of the token.").arg(source.name));
            break;
        }
    }
    return out;
}

}
