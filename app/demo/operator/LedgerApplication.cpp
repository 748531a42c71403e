// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/LedgerParts.h"
#include "app/demo/operator/Pods.h"

#include "models/core/Json.h"

#include <QJsonArray>
#include <QRegularExpression>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using std::chrono::seconds;

namespace {

constexpr seconds kFetch{3};
constexpr seconds kAdmit{2};
constexpr seconds kBoot{3};
constexpr qsizetype kHistory = 32;
constexpr auto kWebImage = "docker.io/library/nginx:1.27"_L1;

bool isUi(const Look &look)
{
    return look.text(u"/type"_s) == "ui"_L1;
}

/// What runs, as status.history tells it: an image, or where the files are.
QString sourceOf(const Look &look)
{
    if (!isUi(look))
        return QString(look.text(u"/source/image/imageRepo"_s) + u':' + look.text(u"/source/image/imageTag"_s));
    for (const QString &part :
        {u"/source/artifact/http/url"_s, u"/source/artifact/oci/ref"_s, u"/source/artifact/pvc/path"_s}) {
        if (look.spec(part).isString())
            return look.text(part);
    }
    return u"configmap/"_s + look.text(u"/source/artifact/configMaps/0/name"_s);
}

/// History may tell a source by its end only: 1.9.2, treasury-desk-2.4.0.zip.
bool sameSource(const QString &source, const QString &told)
{
    return source == told
        || (!told.isEmpty() && (source.endsWith(QString(u':' + told)) || source.endsWith(QString(u'/' + told))));
}

int replicasOf(const Look &look)
{
    return look.spec(u"/resources/replicas"_s).toInt(1);
}

QString componentName(const Look &look)
{
    const QString known = look.draft.at(u"/components/0/name"_s).toString();
    if (!known.isEmpty())
        return known;
    static const QRegularExpression other(u"[^a-z0-9-]"_s);
    const QString tail
        = look.text(u"/source/image/imageRepo"_s).section(u'/', -1).toLower().replace(other, u"-"_s).left(24);
    return isUi(look) || tail.isEmpty() ? u"web"_s : tail;
}

QString hostOf(const Look &look)
{
    const QString host = look.text(u"/ingress/host"_s);
    if (!host.isEmpty())
        return host;
    const QJsonObject validator = look.world.find(u"validators"_s, look.ns, look.text(u"/validatorRef/name"_s));
    const QJsonObject network
        = look.world.find(u"cantonnetworks"_s, look.ns, textAt(validator, u"/spec/networkRef/name"_s));
    const QString domain = textAt(network, u"/spec/domainName"_s);
    return QString(look.name + u'.' + (domain.isEmpty() ? look.ns + u".example"_s : domain));
}

/// Reached from outside: every ui, and a backend with an ingress.
bool published(const Look &look)
{
    return isUi(look) || look.spec(u"/ingress"_s).isObject();
}

std::optional<Need> refusal(const Look &look)
{
    const QString host = look.text(u"/ingress/host"_s);
    for (const QJsonObject &other : look.world.all(look.plural())) {
        const bool self
            = textAt(other, u"/metadata/name"_s) == look.name && textAt(other, u"/metadata/namespace"_s) == look.ns;
        if (host.isEmpty() || self || textAt(other, u"/spec/ingress/host"_s) != host || !olderThan(other, look.object)
            || json::at(other, u"/spec/ingress/path"_s).toString(u"/"_s)
                != look.spec(u"/ingress/path"_s).toString(u"/"_s))
            continue;
        return Need{u"HostTaken"_s,
            u"spec.ingress.host: %1%2 is served by Application %3 already; choose another host or path."_s.arg(
                host, look.text(u"/ingress/path"_s), textAt(other, u"/metadata/name"_s))};
    }
    return std::nullopt;
}

/// What is missing of the packages on the validator.
std::optional<Need> darNeed(const Look &look)
{
    for (const QJsonValue &ref : look.spec(u"/dars"_s).toArray()) {
        const QString dar = textAt(ref, u"/name"_s);
        if (auto need = objectNeed(look, u"darpackages"_s, u"DarPackage"_s, dar, {u"Parsed"_s}, u"spec.dars"_s))
            return need;
        bool there = false;
        for (const QJsonObject &one : look.world.referring(u"dardeployments"_s, u"/spec/darRef"_s, look.ns, {}, dar)) {
            for (const QJsonValue &target : json::at(one, u"/status/targets"_s).toArray())
                there = there
                    || (textAt(target, u"/kind"_s) == "Validator"_L1
                        && textAt(target, u"/name"_s) == look.text(u"/validatorRef/name"_s)
                        && json::at(target, u"/vetted"_s).toBool());
        }
        if (!there)
            return Need{u"DarNotDeployed"_s,
                u"DarPackage %1 of spec.dars is not vetted on Validator %2; deploy it there by a DarDeployment."_s.arg(
                    dar, look.text(u"/validatorRef/name"_s))};
    }
    return std::nullopt;
}

/// What keeps it from the ledger: validator, user, provider, parties.
std::optional<Need> ledgerNeed(const Look &look)
{
    const QJsonObject validator{{u"kind"_s, u"Validator"_s}, {u"name"_s, look.text(u"/validatorRef/name"_s)}};
    if (auto need = nodeNeed(look, validator, u"spec.validatorRef"_s))
        return need;
    const QString provider = look.text(u"/auth/identityProviderRef/name"_s);
    if (!provider.isEmpty() && provider != "default"_L1) {
        if (auto need = objectNeed(look, u"identityproviderconfigs"_s, u"IdentityProviderConfig"_s, provider,
                {u"Ready"_s, u"Updating"_s}, u"spec.auth.identityProviderRef"_s))
            return need;
    }
    const QString user = look.text(u"/auth/ledgerUserRef/name"_s);
    if (!user.isEmpty()) {
        if (auto need = objectNeed(look, u"ledgerusers"_s, u"LedgerUser"_s, user, {u"Ready"_s, u"Updating"_s},
                u"spec.auth.ledgerUserRef"_s))
            return need;
        if (!json::at(look.world.find(u"ledgerusers"_s, look.ns, user), u"/status/active"_s).toBool())
            return Need{u"LedgerUserInactive"_s,
                u"LedgerUser %1 of spec.auth.ledgerUserRef may not sign in; set its spec.active."_s.arg(user)};
    }
    for (const QJsonValue &party : look.spec(u"/parties"_s).toArray()) {
        if (partyIdOf(look, party).isEmpty())
            return Need{u"PartyNotReady"_s,
                u"Party %1 of spec.parties does not exist or is not allocated yet; create it, or take it out."_s.arg(
                    partyText(party))};
    }
    return std::nullopt;
}

class ApplicationReconciler : public Reconciler
{
public:
    [[nodiscard]] QString plural() const override { return u"applications"_s; }
    [[nodiscard]] Plan reconcile(const QJsonObject &object, const World &world, const Moment &moment) const override
    {
        Look look(plural(), object, world, moment);
        const bool adopting = look.draft.condition(u"SpecAccepted"_s).isEmpty() && !look.draft.phase().isEmpty();
        if (look.deleting())
            return end(look);
        look.hold({QLatin1String(kTeardownFinalizer)});
        if (const auto why = refusal(look)) {
            look.refuse(*why, u"Failing"_s);
            return look.take();
        }
        look.accept();
        look.draft.set(u"/desiredReplicas"_s, replicasOf(look));
        if (look.spec(u"/suspend"_s).toBool()) {
            suspend(look);
            return look.take();
        }
        const QJsonObject validator = look.world.find(u"validators"_s, look.ns, look.text(u"/validatorRef/name"_s));
        if (validator.isEmpty() && !look.draft.conditionTrue(u"ArtifactReady"_s)) {
            const Need need{u"NodeNotFound"_s,
                u"Validator %1 of spec.validatorRef does not exist in namespace %2; create it, or correct the reference."_s
                    .arg(look.text(u"/validatorRef/name"_s), look.ns)};
            look.enter(u"Pending"_s, need.message);
            look.waitFor(need);
            return look.take();
        }
        artifact(look, adopting);
        run(look, adopting);
        return look.take();
    }

private:
    static Component componentOf(const Look &look)
    {
        Component component;
        component.name = componentName(look);
        const QString running
            = look.draft.at(u"/history"_s).toArray().isEmpty() ? QString() : look.draft.at(u"/image"_s).toString();
        component.image = isUi(look) ? look.draft.at(u"/components/0/image"_s).toString(kWebImage) : running;
        component.desired = replicasOf(look);
        component.resources = look.spec(u"/resources"_s).toObject();
        component.resources.remove("replicas"_L1);
        component.env = look.spec(u"/envVars"_s).toArray();
        if (isUi(look))
            component.env.append(QJsonObject{{u"name"_s, u"ARTIFACT"_s},
                {u"value"_s, look.draft.at(u"/history"_s).toArray().last().toObject().value("source"_L1)}});
        component.pullPolicy = look.text(u"/source/image/imagePullPolicy"_s);
        component.boot = kBoot;
        for (const QJsonValue &port : look.spec(u"/ports"_s).toArray())
            component.ports.append(json::at(port, u"/port"_s).toInt());
        return component;
    }

    /// Fetches what spec.source names; what ran before goes on until it is there.
    static void artifact(Look &look, bool adopting)
    {
        const QString source = sourceOf(look);
        QJsonArray history = look.draft.at(u"/history"_s).toArray();
        const QString last = history.isEmpty() ? QString() : textAt(history.last(), u"/source"_s);
        if (sameSource(source, last)) {
            look.turn(u"ArtifactReady"_s, true, u"Fetched"_s);
            if (adopting && !isUi(look))
                look.draft.set(u"/image"_s, source);
            return;
        }
        if (neverAnswers(source)) {
            const QString message
                = u"spec.source: %1 cannot be pulled: its registry cannot be resolved; correct it."_s.arg(source);
            if (look.turn(u"ArtifactReady"_s, false, u"ImagePullBackOff"_s, message))
                look.warn(u"ImagePullBackOff"_s, message);
            return;
        }
        const QString reason = look.draft.condition(u"ArtifactReady"_s).value("reason"_L1).toString();
        if (reason == "ImagePullBackOff"_L1) { // the clock starts anew
            look.turnUnknown(u"ArtifactReady"_s, u"Fetching"_s);
        } else if (reason != "Fetching"_L1) {
            look.turn(u"ArtifactReady"_s, false, u"Fetching"_s);
            look.say(u"Fetching"_s, u"Fetching %1."_s.arg(source));
        }
        if (!look.after(u"ArtifactReady"_s, kFetch))
            return;
        look.turn(u"ArtifactReady"_s, true, u"Fetched"_s);
        const int revision = history.isEmpty() ? 1 : json::at(history.last(), u"/revision"_s).toInt() + 1;
        history.append(
            QJsonObject{{u"revision"_s, revision}, {u"source"_s, source.left(640)}, {u"time"_s, look.moment.stamp()}});
        while (history.size() > kHistory)
            history.removeFirst();
        look.draft.set(u"/history"_s, history);
        if (!isUi(look))
            look.draft.set(u"/image"_s, source.left(640));
        look.say(u"RolledOut"_s, u"Revision %1: %2."_s.arg(revision).arg(source));
    }

    static void run(Look &look, bool adopting)
    {
        const auto dars = darNeed(look);
        const auto ledger = ledgerNeed(look);
        look.turn(u"DarsDeployed"_s, !dars,
            dars                                            ? dars->reason
                : look.spec(u"/dars"_s).toArray().isEmpty() ? u"NoneNeeded"_s
                                                            : u"All"_s,
            dars ? dars->message : QString());
        if (look.turn(u"LedgerAccess"_s, !ledger, ledger ? ledger->reason : u"TokenAccepted"_s,
                ledger ? ledger->message : QString())
            && ledger && look.draft.phase() == "Ready"_L1)
            look.warn(u"LedgerAccessLost"_s, ledger->message);
        const bool startable = !look.draft.at(u"/history"_s).toArray().isEmpty();
        const bool waits = (dars || ledger) && !look.draft.at(u"/components"_s).isArray();
        ComponentState state;
        if (startable && !waits)
            state = playPods(look, adopting);
        if (state.arriving > 0
            || (adopting && startable && !waits && state.ready < look.draft.at(u"/readyReplicas"_s).toInt()))
            return; // taken over as it is: its pods are about to be there
        if (startable && !waits)
            report(look, state);
        conclude(look, state, dars ? dars : ledger);
    }

    static ComponentState playPods(Look &look, bool adopting)
    {
        Pods pods(look.object, look.world, look.moment, look.draft);
        const QString asked = look.draft.openRequest(u"restart"_s);
        pods.setRestart(asked.isEmpty() ? look.draft.at(u"/handledRequests/restart"_s).toString() : asked);
        const Component component = componentOf(look);
        if (adopting)
            pods.adopt({{component.name, look.draft.at(u"/readyReplicas"_s).toInt()}});
        // Once killed for memory it is killed again, until its spec is changed or it is restarted.
        const QJsonObject ready = look.draft.condition(u"Ready"_s);
        if (ready.value("reason"_L1).toString() == "OutOfMemory"_L1 && !look.edited && asked.isEmpty())
            pods.ail(component.name,
                {Ailment::Kind::Crash, u"OutOfMemory"_s, u"killed: out of memory"_s,
                    {u"ERROR|java.lang.OutOfMemoryError: Java heap space"_s}});
        const ComponentState state = pods.play({component}, false).first();
        if (!asked.isEmpty() && state.complete() && state.arriving == 0) {
            look.draft.handled(u"restart"_s);
            look.say(u"Restarted"_s, u"All pods are new."_s);
        }
        return state;
    }

    static void report(Look &look, const ComponentState &state)
    {
        QJsonObject component{{u"name"_s, state.component.name}, {u"ready"_s, state.ready},
            {u"desired"_s, state.component.desired}, {u"restarts"_s, state.restarts},
            {u"phase"_s,
                state.crashing         ? u"CrashLoopBackOff"_s
                    : state.complete() ? u"Running"_s
                                       : u"Starting"_s}};
        component.insert("image"_L1, state.image.isEmpty() ? state.component.image : state.image);
        look.draft.set(u"/components"_s, QJsonArray{component});
        look.draft.set(u"/readyReplicas"_s, state.ready);
    }

    static void conclude(Look &look, const ComponentState &state, const std::optional<Need> &need)
    {
        const bool was = look.draft.conditionTrue(u"Ready"_s);
        const bool pull
            = look.draft.condition(u"ArtifactReady"_s).value("reason"_L1).toString() == "ImagePullBackOff"_L1;
        const bool memory = look.draft.condition(u"Ready"_s).value("reason"_L1).toString() == "OutOfMemory"_L1;
        if (state.crashing || (memory && !look.edited && !state.complete())) {
            const QString message
                = u"%1 was killed: out of memory; raise spec.resources.memoryLimit, or restart it."_s.arg(
                    podName(look.name, componentName(look), std::max(0, state.component.desired - 1)));
            failing(look,
                {memory ? u"OutOfMemory"_s : u"CrashLoop"_s,
                    memory ? message : u"A container ends again and again."_s});
            return;
        }
        if (pull) {
            const QString message = look.draft.condition(u"ArtifactReady"_s).value("message"_L1).toString();
            failing(look, {u"ImagePullBackOff"_s, message});
            look.retry(message);
            return;
        }
        if (need) {
            if (look.draft.at(u"/components"_s).isArray())
                failing(look, *need);
            else
                progress(look, need->message);
            look.waitFor(*need);
            return;
        }
        look.ready();
        const bool artifact = look.draft.conditionTrue(u"ArtifactReady"_s);
        if (!artifact || !state.complete()) {
            progress(look,
                !artifact ? u"Fetching %1."_s.arg(sourceOf(look))
                          : u"%1 of %2 pods are ready."_s.arg(state.ready).arg(state.component.desired));
            return;
        }
        if (!admitted(look))
            return;
        look.enter(u"Ready"_s);
        look.turn(u"Ready"_s, true, u"Serving"_s);
        if (!was)
            look.say(u"Ready"_s, u"%1 pods serve."_s.arg(state.ready));
        // Validator, user and packages may go from under it.
        look.poll(seconds(15));
    }

    static void progress(Look &look, const QString &message)
    {
        look.enter(u"InProgress"_s, message);
        look.turn(u"Ready"_s, false, u"InProgress"_s, message);
    }

    static void failing(Look &look, const Need &why)
    {
        look.enter(u"Failing"_s, why.message);
        if (look.turn(u"Ready"_s, false, why.reason, why.message))
            look.warn(why.reason, why.message);
    }

    /// True once it can be reached.
    static bool admitted(Look &look)
    {
        if (!published(look)) {
            look.turn(u"IngressReady"_s, true, u"NotWanted"_s);
            return true;
        }
        const QString path = look.text(u"/ingress/path"_s);
        const QString url = QString(u"https://"_s + hostOf(look) + (path == "/"_L1 ? QString() : path)).left(512);
        if (look.draft.conditionTrue(u"IngressReady"_s) && look.draft.at(u"/url"_s).toString() == url)
            return true;
        look.turn(u"IngressReady"_s, false, u"Admitting"_s);
        progress(look, u"The ingress admits %1."_s.arg(hostOf(look)));
        if (!look.after(u"IngressReady"_s, kAdmit))
            return false;
        look.turn(u"IngressReady"_s, true, u"Admitted"_s);
        look.draft.set(u"/url"_s, url);
        return true;
    }

    static QList<ComponentState> stopPods(Look &look)
    {
        Pods pods(look.object, look.world, look.moment, look.draft);
        return pods.play({componentOf(look)}, true);
    }

    static void suspend(Look &look)
    {
        const ComponentState state = stopPods(look).first();
        look.ready();
        if (look.draft.at(u"/components"_s).isArray())
            report(look, state);
        look.draft.set(u"/readyReplicas"_s, state.ready);
        if (!look.draft.openRequest(u"restart"_s).isEmpty())
            look.draft.handled(u"restart"_s);
        if (look.enter(u"Suspended"_s, u"Suspended, as spec.suspend asks."_s))
            look.say(u"Suspended"_s, u"Scaled to zero."_s);
        look.turn(u"Ready"_s, false, u"Suspended"_s);
    }

    static Plan end(Look &look)
    {
        if (!look.held())
            return {};
        const ComponentState state = stopPods(look).first();
        look.draft.set(u"/readyReplicas"_s, state.ready);
        look.turn(u"Ready"_s, false, u"Deleting"_s);
        if (look.leave(seconds(2), u"Pods, service and ingress are removed."_s))
            look.say(u"Uninstalled"_s, u"The application is uninstalled."_s);
        return look.take();
    }
};

}

std::unique_ptr<Reconciler> makeApplicationReconciler()
{
    return std::make_unique<ApplicationReconciler>();
}

void addLedgerReconcilers(std::vector<std::unique_ptr<Reconciler>> &to)
{
    to.push_back(makePartyReconciler());
    to.push_back(makeLedgerUserReconciler());
    to.push_back(makeWalletUserReconciler());
    to.push_back(makeDarPackageReconciler());
    to.push_back(makeDarDeploymentReconciler());
    to.push_back(makeApplicationReconciler());
}

}
