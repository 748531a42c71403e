// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/ArgoApplication.h"

#include "models/core/Async.h"
#include "models/core/Json.h"

#include <QCoreApplication>
#include <QJsonArray>

#include <algorithm>

namespace qd::state {

using namespace Qt::StringLiterals;

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(ArgoApplication)
};

constexpr QLatin1StringView kUsualNamespace{"argocd"};

}

ArgoApplication::Way ArgoApplication::wayOf(const QJsonObject &application)
{
    const QJsonValue automated = json::at(application, u"/spec/syncPolicy/automated"_s);
    // An empty map switches it on; Argo CD 3 has a switch inside.
    if (!automated.isObject() || automated.toObject().value("enabled"_L1) == QJsonValue(false))
        return Way::ByHand;
    return automated.toObject().value("selfHeal"_L1).toBool() ? Way::Heals : Way::Syncs;
}

bool ArgoApplication::keeps(const QJsonObject &application, const ObjectId &object, const QString &kind)
{
    const QJsonArray resources = json::at(application, u"/status/resources"_s).toArray();
    return std::any_of(resources.begin(), resources.end(), [&](const QJsonValue &value) {
        const QJsonObject one = value.toObject();
        return one.value("group"_L1).toString() == object.gvr.group && one.value("kind"_L1).toString() == kind
            && one.value("namespace"_L1).toString() == object.ns && one.value("name"_L1).toString() == object.name;
    });
}

void readArgoApplication(const std::shared_ptr<ports::ResourceGateway> &gateway, const ArgoOwner &owner, const Edit &edit,
    QObject *context, std::stop_token stop, std::function<void(const ArgoApplication &)> then)
{
    ArgoApplication found;
    found.id = {gateway->cluster(), {u"argoproj.io"_s, u"v1alpha1"_s, u"applications"_s},
        owner.ns.isEmpty() ? QString(kUsualNamespace) : owner.ns, owner.application, {}};
    const ObjectId object = edit.object;
    whenFinished(gateway->get(found.id.gvr, found.id.ns, found.id.name, stop), context,
        [gateway, found, object, kind = edit.kind, context, stop, then = std::move(then)](
            const Result<QJsonObject> &application) mutable {
            if (stop.stop_requested())
                return;
            if (!application) {
                found.problem = application.error().message;
                return then(found);
            }
            if (!ArgoApplication::keeps(*application, object, kind)) {
                found.problem = Words::tr("The application %1 in %2 does not list this object.").arg(found.id.name, found.id.ns);
                return then(found);
            }
            found.object = *application;
            found.id.uid = json::at(*application, u"/metadata/uid"_s).toString();
            found.way = ArgoApplication::wayOf(*application);
            const ports::AccessQuestion question{u"patch"_s, found.id.gvr, {}, found.id.ns, found.id.name};
            whenFinished(gateway->mayI(question, stop), context,
                [found, question, stop, then = std::move(then)](const Result<ports::AccessAnswer> &answer) mutable {
                    if (stop.stop_requested())
                        return;
                    found.mayPause = answer && answer->allowed;
                    if (!found.mayPause)
                        found.missingRight = question.text();
                    then(found);
                });
        });
}

ChangeDraft pauseSelfHeal(const ArgoApplication &application)
{
    Edit edit;
    edit.object = application.id;
    edit.kind = u"Application"_s;
    edit.own = false;
    edit.base = application.object;
    edit.baseVersion = json::at(application.object, u"/metadata/resourceVersion"_s).toString();
    QJsonValue body = QJsonObject();
    json::set(body, u"/spec/syncPolicy/automated/selfHeal"_s, false);
    edit.body = body;
    ChangeDraft draft;
    draft.id = newChangeId();
    draft.actionId = u"pause-self-heal"_s;
    draft.title = Words::tr("Pause self-heal of %1").arg(application.id.name);
    draft.verbText = draft.title;
    draft.danger = Danger::Disruptive;
    draft.edits = {edit};
    return draft;
}

}
