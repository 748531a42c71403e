// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/Access.h"

#include "models/core/Json.h"

#include <QJsonArray>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

const QString kRoles = u"roles.rbac.authorization.k8s.io"_s;
const QString kClusterRoles = u"clusterroles.rbac.authorization.k8s.io"_s;
const QString kRoleBindings = u"rolebindings.rbac.authorization.k8s.io"_s;
const QString kClusterRoleBindings = u"clusterrolebindings.rbac.authorization.k8s.io"_s;

QStringList texts(const QJsonValue &list)
{
    QStringList all;
    for (const QJsonValue &one : list.toArray())
        all.append(one.toString());
    return all;
}

struct Rule {
    QStringList verbs, groups, resources, names, paths;
    QJsonObject source;
};

struct Subject {
    QString kind, name, ns;
};

/// A binding with its role's rules resolved.
struct Grant {
    QString ns;          // empty: cluster-wide
    QString text;        // RoleBinding "x/ns" of ClusterRole "y"
    QList<Subject> subjects;
    QList<Rule> rules;
};

QList<Rule> rulesOf(const QJsonObject &role)
{
    QList<Rule> rules;
    for (const QJsonValue &value : role.value("rules"_L1).toArray()) {
        const QJsonObject rule = value.toObject();
        rules.append({texts(rule.value("verbs"_L1)), texts(rule.value("apiGroups"_L1)), texts(rule.value("resources"_L1)),
            texts(rule.value("resourceNames"_L1)), texts(rule.value("nonResourceURLs"_L1)), rule});
    }
    return rules;
}

bool has(const QStringList &list, const QString &value)
{
    return list.contains(u"*"_s) || list.contains(value);
}

bool resourceFits(const Rule &rule, const Attributes &wanted)
{
    const QString whole = wanted.subresource.isEmpty() ? wanted.resource : QString(wanted.resource + u'/' + wanted.subresource);
    return std::any_of(rule.resources.begin(), rule.resources.end(), [&](const QString &given) {
        return given == "*"_L1 || given == whole
            || (!wanted.subresource.isEmpty() && given == QString(u"*/"_s + wanted.subresource));
    });
}

bool allows(const Rule &rule, const Attributes &wanted)
{
    if (!has(rule.verbs, wanted.verb))
        return false;
    if (wanted.resource.isEmpty()) {
        return std::any_of(rule.paths.begin(), rule.paths.end(), [&](const QString &path) {
            return path == "*"_L1 || path == wanted.path || (path.endsWith(u'*') && wanted.path.startsWith(path.chopped(1)));
        });
    }
    return has(rule.groups, wanted.group) && resourceFits(rule, wanted)
        && (rule.names.isEmpty() || rule.names.contains(wanted.name));
}

bool regards(const Subject &subject, const User &user)
{
    if (subject.kind == "User"_L1)
        return subject.name == user.name;
    if (subject.kind == "Group"_L1)
        return user.groups.contains(subject.name);
    return subject.kind == "ServiceAccount"_L1
        && user.name == QString(u"system:serviceaccount:"_s + subject.ns + u':' + subject.name);
}

QString named(const Subject &subject)
{
    if (subject.kind == "ServiceAccount"_L1)
        return QString(subject.kind + u" \""_s + subject.name + u'/' + subject.ns + u'"');
    return QString(subject.kind + u" \""_s + subject.name + u'"');
}

}

class Access::Impl {
public:
    explicit Impl(Store &s) : store(s)
    {
        store.onAnyChange([this](const QString &resource, const Change &) {
            if (resource.endsWith(".rbac.authorization.k8s.io"_L1))
                stale = true;
        });
    }

    const QList<Grant> &grants()
    {
        if (!std::exchange(stale, false))
            return m_grants;
        m_grants.clear();
        add(kClusterRoleBindings);
        add(kRoleBindings);
        return m_grants;
    }

    Store &store;
    bool stale = true;

private:
    void add(const QString &resource)
    {
        for (const StoredPtr &stored : *store.snapshot(resource).objects) {
            const QJsonObject binding = stored->object();
            const QString roleKind = json::at(binding, u"/roleRef/kind"_s).toString();
            const QString roleName = json::at(binding, u"/roleRef/name"_s).toString();
            Grant grant{stored->ns, {}, {}, rules(roleKind, roleName, stored->ns)};
            const QString bindingName = stored->ns.isEmpty() ? stored->name : QString(stored->name + u'/' + stored->ns);
            grant.text = QString((stored->ns.isEmpty() ? u"ClusterRoleBinding \""_s : u"RoleBinding \""_s) + bindingName
                + u"\" of "_s + roleKind + u" \""_s + roleName + u"\" to "_s);
            for (const QJsonValue &value : binding.value("subjects"_L1).toArray()) {
                const QJsonObject subject = value.toObject();
                grant.subjects.append({subject.value("kind"_L1).toString(), subject.value("name"_L1).toString(),
                    subject.value("namespace"_L1).toString()});
            }
            m_grants.append(grant);
        }
    }

    QList<Rule> rules(const QString &kind, const QString &name, const QString &ns) const
    {
        const bool cluster = kind == "ClusterRole"_L1;
        const StoredPtr role = store.find(cluster ? kClusterRoles : kRoles, cluster ? QString() : ns, name);
        if (!role)
            return {};
        const QJsonObject object = role->object();
        const QJsonArray selectors = json::at(object, u"/aggregationRule/clusterRoleSelectors"_s).toArray();
        if (selectors.isEmpty())
            return rulesOf(object);
        QList<Rule> all;
        for (const StoredPtr &other : *store.snapshot(kClusterRoles).objects) {
            for (const QJsonValue &selector : selectors) {
                const QJsonObject labels = selector.toObject().value("matchLabels"_L1).toObject();
                bool fits = !labels.isEmpty();
                for (auto label = labels.begin(); label != labels.end(); ++label)
                    fits = fits && other->labels.value(label.key()) == label.value().toString();
                if (fits)
                    all += rulesOf(other->object());
            }
        }
        return all;
    }

    QList<Grant> m_grants;
};

Access::Access(Store &store) : m_impl(std::make_unique<Impl>(store)) { }
Access::~Access() = default;

Decision Access::decide(const User &user, const Attributes &wanted) const
{
    if (user.groups.contains(u"system:masters"_s))
        return {true, {}};
    for (const Grant &grant : m_impl->grants()) {
        if (!grant.ns.isEmpty() && grant.ns != wanted.ns)
            continue;
        const auto subject = std::find_if(
            grant.subjects.begin(), grant.subjects.end(), [&user](const Subject &s) { return regards(s, user); });
        if (subject == grant.subjects.end())
            continue;
        for (const Rule &rule : grant.rules) {
            if (allows(rule, wanted))
                return {true, QString(u"RBAC: allowed by "_s + grant.text + named(*subject))};
        }
    }
    return {false, {}};
}

QJsonObject Access::rules(const User &user, const QString &ns) const
{
    QJsonArray resources, paths;
    const auto add = [&](const Rule &rule) {
        if (rule.paths.isEmpty())
            resources.append(rule.source);
        else
            paths.append(rule.source);
    };
    if (user.groups.contains(u"system:masters"_s)) {
        const QJsonArray all{u"*"_s};
        resources.append(QJsonObject{{u"verbs"_s, all}, {u"apiGroups"_s, all}, {u"resources"_s, all}});
        paths.append(QJsonObject{{u"verbs"_s, all}, {u"nonResourceURLs"_s, all}});
    }
    for (const Grant &grant : m_impl->grants()) {
        if (!grant.ns.isEmpty() && grant.ns != ns)
            continue;
        if (std::any_of(grant.subjects.begin(), grant.subjects.end(), [&user](const Subject &s) { return regards(s, user); }))
            std::for_each(grant.rules.begin(), grant.rules.end(), add);
    }
    return {{u"resourceRules"_s, resources}, {u"nonResourceRules"_s, paths}, {u"incomplete"_s, false}};
}

QString Access::refusal(const User &user, const Attributes &wanted)
{
    if (wanted.resource.isEmpty()) {
        return QString(u"forbidden: User \""_s + user.name + u"\" cannot "_s + wanted.verb + u" path \""_s + wanted.path + u'"');
    }
    const QString resource = wanted.group.isEmpty() ? wanted.resource : QString(wanted.resource + u'.' + wanted.group);
    const QString whole = wanted.subresource.isEmpty() ? wanted.resource : QString(wanted.resource + u'/' + wanted.subresource);
    QString text = QString(resource + (wanted.name.isEmpty() ? u" is forbidden: User \""_s : QString(u" \""_s + wanted.name + u"\" is forbidden: User \""_s))
        + user.name + u"\" cannot "_s + wanted.verb + u" resource \""_s + whole + u"\" in API group \""_s + wanted.group + u'"');
    if (wanted.ns.isEmpty())
        return QString(text + u" at the cluster scope"_s);
    return QString(text + u" in the namespace \""_s + wanted.ns + u'"');
}

}
