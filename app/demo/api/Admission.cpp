// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/Admission.h"

#include "app/demo/cel/Cel.h"
#include "models/core/Json.h"

#include <QJsonArray>
#include <QLoggingCategory>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

const QString kPolicies = u"validatingadmissionpolicies.admissionregistration.k8s.io"_s;
const QString kBindings = u"validatingadmissionpolicybindings.admissionregistration.k8s.io"_s;
const QString kNamespaces = u"namespaces"_s;

struct Check {
    CelProgram rule;
    std::optional<CelProgram> messageRule;
    QString expression;
    QString message;
    QString reason;
};

struct Policy {
    QString name;
    QString binding;
    bool failClosed = true;
    QStringList actions;
    QJsonArray resourceRules;
    QJsonObject objectSelector;
    QList<CelProgram> conditions;
    QList<Check> checks;
    QString broken;   // why it cannot be evaluated
};

bool has(const QJsonValue &list, const QString &value)
{
    const QJsonArray array = list.toArray();
    return array.contains(u"*"_s) || array.contains(value);
}

bool selects(const QJsonObject &selector, const QJsonObject &object)
{
    const QJsonObject labels = json::at(object, u"/metadata/labels"_s).toObject();
    const QJsonObject exact = selector.value("matchLabels"_L1).toObject();
    for (auto label = exact.begin(); label != exact.end(); ++label) {
        if (labels.value(label.key()) != *label)
            return false;
    }
    for (const QJsonValue &value : selector.value("matchExpressions"_L1).toArray()) {
        const QJsonObject expression = value.toObject();
        const QString key = expression.value("key"_L1).toString();
        const QString op = expression.value("operator"_L1).toString();
        const bool there = labels.contains(key);
        const bool listed = there && expression.value("values"_L1).toArray().contains(labels.value(key));
        const bool holds = op == "Exists"_L1 ? there : op == "DoesNotExist"_L1 ? !there : op == "In"_L1 ? listed : !listed;
        if (!holds)
            return false;
    }
    return true;
}

}

class Admission::Impl {
public:
    explicit Impl(Store &s) : store(s)
    {
        store.onAnyChange([this](const QString &resource, const Change &) {
            if (resource == kPolicies || resource == kBindings)
                stale = true;
        });
    }

    const QList<Policy> &policies()
    {
        if (!std::exchange(stale, false))
            return m_policies;
        m_policies.clear();
        for (const StoredPtr &stored : *store.snapshot(kBindings).objects)
            load(stored->object());
        return m_policies;
    }

    Store &store;
    bool stale = true;

private:
    void load(const QJsonObject &binding)
    {
        const QString name = json::at(binding, u"/spec/policyName"_s).toString();
        const StoredPtr stored = store.find(kPolicies, {}, name);
        if (!stored)
            return;
        const QJsonObject spec = stored->object().value("spec"_L1).toObject();
        Policy policy;
        policy.name = name;
        policy.binding = json::at(binding, u"/metadata/name"_s).toString();
        policy.failClosed = spec.value("failurePolicy"_L1).toString() != "Ignore"_L1;
        for (const QJsonValue &action : json::at(binding, u"/spec/validationActions"_s).toArray())
            policy.actions.append(action.toString());
        policy.resourceRules = json::at(spec, u"/matchConstraints/resourceRules"_s).toArray();
        policy.objectSelector = json::at(spec, u"/matchConstraints/objectSelector"_s).toObject();
        for (const QJsonValue &condition : spec.value("matchConditions"_L1).toArray()) {
            if (const auto rule = compiled(policy, condition.toObject().value("expression"_L1).toString()))
                policy.conditions.append(*rule);
        }
        for (const QJsonValue &value : spec.value("validations"_L1).toArray())
            addCheck(policy, value.toObject());
        m_policies.append(policy);
    }

    static std::optional<CelProgram> compiled(Policy &policy, const QString &expression)
    {
        const auto rule = CelProgram::compile(expression);
        if (rule)
            return *rule;
        policy.broken = rule.error().text();
        qWarning("%s", qPrintable(policy.broken));
        return std::nullopt;
    }

    static void addCheck(Policy &policy, const QJsonObject &validation)
    {
        const QString expression = validation.value("expression"_L1).toString();
        const auto rule = compiled(policy, expression);
        if (!rule)
            return;
        Check check{*rule, {}, expression, validation.value("message"_L1).toString(), validation.value("reason"_L1).toString()};
        if (const QString text = validation.value("messageExpression"_L1).toString(); !text.isEmpty())
            check.messageRule = compiled(policy, text);
        policy.checks.append(check);
    }

    QList<Policy> m_policies;
};

namespace {

bool regards(const Policy &policy, const Admission::Review &review)
{
    const Gvr &gvr = review.kind->gvr;
    const bool hit = std::any_of(policy.resourceRules.begin(), policy.resourceRules.end(), [&](const QJsonValue &value) {
        const QJsonObject rule = value.toObject();
        return has(rule.value("apiGroups"_L1), gvr.group) && has(rule.value("apiVersions"_L1), gvr.version)
            && has(rule.value("operations"_L1), review.operation) && has(rule.value("resources"_L1), gvr.resource);
    });
    return hit && (selects(policy.objectSelector, review.object) || selects(policy.objectSelector, review.oldObject));
}

QHash<QString, QJsonValue> variablesOf(const Admission::Review &review)
{
    const QJsonObject user{{u"username"_s, review.user.name}, {u"groups"_s, QJsonArray::fromStringList(review.user.groups)}};
    const QJsonObject request{{u"operation"_s, review.operation}, {u"name"_s, review.name}, {u"namespace"_s, review.ns},
        {u"userInfo"_s, user}, {u"dryRun"_s, review.dryRun}};
    const auto orNull = [](const QJsonObject &object) { return object.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(object); };
    return {{u"request"_s, request}, {u"object"_s, orNull(review.object)}, {u"oldObject"_s, orNull(review.oldObject)}};
}

int codeOf(const QString &reason)
{
    return reason == "Forbidden"_L1 ? 403 : reason == "Unauthorized"_L1 ? 401 : reason == "RequestEntityTooLarge"_L1 ? 413 : 422;
}

Failure refused(const Policy &policy, const Check &check, const QString &text, const Admission::Review &review)
{
    const QString reason = check.reason.isEmpty() ? u"Invalid"_s : check.reason;
    const QString why = QString(u"ValidatingAdmissionPolicy '"_s + policy.name + u"' with binding '"_s + policy.binding + u"' denied request: "_s + text);
    Failure failure{codeOf(reason), reason, QString(review.kind->resource() + u" \""_s + review.name + u"\" is forbidden: "_s + why)};
    failure.name = review.name;
    failure.group = review.kind->gvr.group;
    failure.kind = review.kind->gvr.resource;
    failure.causes = {{{}, {}, why}};
    return failure;
}

void apply(const Policy &policy, const Admission::Review &review, Admission::Verdict &verdict)
{
    const auto variables = variablesOf(review);
    for (const CelProgram &condition : policy.conditions) {
        const auto holds = condition.evaluate(variables);
        if (holds && !holds->toBool())
            return;
    }
    const auto say = [&](const Check &check, const QString &text) {
        if (policy.actions.contains(u"Deny"_s) && !verdict.refused)
            verdict.refused = refused(policy, check, text, review);
        if (policy.actions.contains(u"Warn"_s)) {
            verdict.warnings.append(QString(u"Validation failed for ValidatingAdmissionPolicy '"_s + policy.name
                + u"' with binding '"_s + policy.binding + u"': "_s + text));
        }
    };
    if (!policy.broken.isEmpty() && policy.failClosed)
        say({}, policy.broken);
    for (const Check &check : policy.checks) {
        const auto holds = check.rule.evaluate(variables);
        if (!holds && policy.failClosed) {
            say(check, QString(u"expression '"_s + check.expression + u"' resulted in error: "_s + holds.error().message));
            continue;
        }
        if (!holds || holds->toBool())
            continue;
        const auto made = check.messageRule ? check.messageRule->evaluate(variables) : Result<QJsonValue>(QJsonValue());
        QString text = made && made->isString() ? made->toString() : check.message;
        if (text.isEmpty())
            text = QString(u"failed expression: "_s + check.expression);
        say(check, text);
    }
}

Failure namespaceFailure(const Admission::Review &review, bool terminating)
{
    if (!terminating) {
        Failure failure{404, u"NotFound"_s, QString(u"namespaces \""_s + review.ns + u"\" not found"_s)};
        failure.name = review.ns;
        failure.kind = u"namespaces"_s;
        return failure;
    }
    const QString why = QString(u"unable to create new content in namespace "_s + review.ns + u" because it is being terminated"_s);
    Failure failure{403, u"Forbidden"_s, QString(review.kind->resource() + u" \""_s + review.name + u"\" is forbidden: "_s + why)};
    failure.name = review.name;
    failure.group = review.kind->gvr.group;
    failure.kind = review.kind->gvr.resource;
    failure.causes = {{u"metadata.namespace"_s, u"NamespaceTerminating"_s, QString(u"namespace "_s + review.ns + u" is being terminated"_s)}};
    return failure;
}

}

Admission::Admission(Store &store) : m_impl(std::make_unique<Impl>(store)) { }
Admission::~Admission() = default;

Admission::Verdict Admission::review(const Review &review) const
{
    Verdict verdict;
    if (review.kind->namespaced && review.operation == "CREATE"_L1) {
        const StoredPtr ns = m_impl->store.find(kNamespaces, {}, review.ns);
        const bool terminating = ns && !json::at(ns->object(), u"/metadata/deletionTimestamp"_s).isUndefined();
        if (!ns || terminating) {
            verdict.refused = namespaceFailure(review, terminating);
            return verdict;
        }
    }
    for (const Policy &policy : m_impl->policies()) {
        if (regards(policy, review))
            apply(policy, review, verdict);
    }
    return verdict;
}

}
