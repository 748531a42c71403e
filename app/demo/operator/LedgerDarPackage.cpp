// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/LedgerDarTable.h"
#include "app/demo/operator/LedgerParts.h"

#include "models/core/Json.h"

#include <QJsonArray>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr milliseconds kParse{1500};
constexpr seconds kForget{1};
constexpr qint64 kFetchRate = 1024 * 1024; ///< bytes a second

QString sourceOf(const Look &look)
{
    for (const QString &pointer : {u"/source/http/url"_s, u"/source/oci/ref"_s, u"/source/pvc/path"_s}) {
        if (look.spec(pointer).isString())
            return look.text(pointer);
    }
    return u"%1 ConfigMaps"_s.arg(look.spec(u"/source/configMaps"_s).toArray().size());
}

DarFacts factsOf(const Look &look)
{
    const QString sha256 = look.text(u"/sha256"_s);
    if (auto known = knownDar(sha256))
        return *known;
    const qint64 size = look.spec(u"/size"_s).toInteger(480000);
    const QString package = look.text(u"/cpm/package"_s);
    if (!package.isEmpty()) {
        DarFacts facts = darNamed(package, sha256, size);
        facts.name = package;
        facts.version = look.text(u"/cpm/version"_s);
        return facts;
    }
    const QString file = look.text(u"/fileName"_s);
    const bool pieces = look.spec(u"/source/configMaps"_s).isArray();
    return darNamed(!file.isEmpty() ? file : pieces ? look.name : sourceOf(look), sha256, size);
}

/// Two packages of one name and version but with other contents: nodes would refuse the second.
std::optional<Need> clash(const Look &look, const DarFacts &facts)
{
    for (const QJsonObject &other : look.world.all(look.plural(), look.ns)) {
        const QString name = textAt(other, u"/metadata/name"_s);
        if (name == look.name || textAt(other, u"/status/phase"_s) != "Parsed"_L1 || facts.name.isEmpty()
            || textAt(other, u"/status/name"_s) != facts.name || textAt(other, u"/status/version"_s) != facts.version
            || textAt(other, u"/status/mainPackageId"_s) == facts.packageId)
            continue;
        return Need{u"VersionTaken"_s,
            u"spec.sha256: %1 %2 is already in the collection with another package id (%3, DarPackage %4); build it "
            u"with a higher "
            "version."_s.arg(facts.name, facts.version, textAt(other, u"/status/mainPackageId"_s), name)};
    }
    return std::nullopt;
}

/// The newest older version in the collection, and whether this one can upgrade it.
QJsonObject upgradeCheck(const Look &look, const DarFacts &facts)
{
    QJsonObject previous;
    for (const QJsonObject &other : look.world.all(look.plural(), look.ns)) {
        if (textAt(other, u"/status/name"_s) != facts.name || textAt(other, u"/status/phase"_s) != "Parsed"_L1
            || !olderVersion(textAt(other, u"/status/version"_s), facts.version))
            continue;
        if (previous.isEmpty()
            || olderVersion(textAt(previous, u"/status/version"_s), textAt(other, u"/status/version"_s)))
            previous = other;
    }
    if (previous.isEmpty() || facts.name.isEmpty())
        return {{u"result"_s, u"Skipped"_s}, {u"message"_s, u"There is no older version in the collection."_s}};
    QJsonObject check{{u"result"_s, u"Passed"_s}, {u"against"_s, json::at(previous, u"/status/mainPackageId"_s)}};
    const QString lf = textAt(previous, u"/status/lfVersion"_s);
    if (lf.section(u'.', 0, 0) != facts.lfVersion.section(u'.', 0, 0)) {
        check.insert("result"_L1, u"Failed"_s);
        check.insert("message"_L1,
            u"Daml-LF %1 cannot upgrade version %2, which is Daml-LF %3."_s.arg(
                facts.lfVersion, textAt(previous, u"/status/version"_s), lf));
    }
    return check;
}

class DarPackageReconciler : public Reconciler
{
public:
    [[nodiscard]] QString plural() const override { return u"darpackages"_s; }
    [[nodiscard]] Plan reconcile(const QJsonObject &object, const World &world, const Moment &moment) const override
    {
        Look look(plural(), object, world, moment);
        const QStringList deployments = usersOf(look);
        if (look.deleting()) {
            end(look, deployments);
            return look.held() ? look.take() : Plan();
        }
        look.hold({QLatin1String(kArtifactFinalizer)});
        if (!look.draft.conditionTrue(u"Parsed"_s)) {
            if (!fetched(look) || !parsed(look))
                return look.take();
        } else {
            look.accept();
        }
        look.enter(u"Parsed"_s);
        int nodes = 0;
        for (const QJsonObject &deployment :
            look.world.referring(u"dardeployments"_s, u"/spec/darRef"_s, look.ns, {}, look.name)) {
            for (const QJsonValue &target : json::at(deployment, u"/status/targets"_s).toArray())
                nodes += json::at(target, u"/uploaded"_s).toBool() ? 1 : 0;
        }
        look.draft.set(u"/deployedOn"_s, nodes);
        return look.take();
    }
    [[nodiscard]] QList<std::pair<QString, QString>> touches(
        const QJsonObject &object, const World &world) const override
    {
        QList<std::pair<QString, QString>> touched;
        const QString ns = textAt(object, u"/metadata/namespace"_s);
        for (const QJsonObject &one :
            world.referring(u"dardeployments"_s, u"/spec/darRef"_s, ns, {}, textAt(object, u"/metadata/name"_s)))
            touched.append({u"dardeployments"_s, QString(ns + u'/' + textAt(one, u"/metadata/name"_s))});
        return touched;
    }

private:
    /// What has it on nodes or needs it.
    static QStringList usersOf(const Look &look)
    {
        QStringList users;
        for (const QJsonObject &one :
            look.world.referring(u"dardeployments"_s, u"/spec/darRef"_s, look.ns, {}, look.name))
            users.append(QString(u"DarDeployment "_s + textAt(one, u"/metadata/name"_s)));
        for (const QJsonObject &one : look.world.referring(u"applications"_s, u"/spec/dars"_s, look.ns, {}, look.name))
            users.append(QString(u"Application "_s + textAt(one, u"/metadata/name"_s)));
        users.sort();
        return users;
    }

    static void end(Look &look, const QStringList &users)
    {
        if (!look.held())
            return;
        if (!users.isEmpty()) {
            look.block({u"Deployed"_s,
                u"The package is in use by %1; delete those first, and this one goes by itself."_s.arg(
                    users.join(u", "_s))});
            return;
        }
        if (look.leave(kForget, u"The stored bytes are deleted."_s))
            look.say(u"Deleted"_s, u"The stored bytes are deleted; nodes that once had the package keep it."_s);
    }

    static bool fetched(Look &look)
    {
        if (look.draft.conditionTrue(u"Fetched"_s))
            return true;
        const QString source = sourceOf(look);
        look.enter(u"Fetching"_s, u"The file is fetched from %1."_s.arg(source));
        if (neverAnswers(source)) {
            const QString message = u"spec.source: %1 cannot be resolved; correct the address."_s.arg(source);
            if (look.turn(u"Fetched"_s, false, u"FetchFailed"_s, message))
                look.warn(u"FetchFailed"_s, message);
            look.enter(u"Fetching"_s, message);
            look.retry(message);
            return false;
        }
        const QString reason = look.draft.condition(u"Fetched"_s).value("reason"_L1).toString();
        if (reason == "FetchFailed"_L1) { // the clock starts anew
            look.turnUnknown(u"Fetched"_s, u"Fetching"_s);
        } else if (reason.isEmpty()) {
            look.turn(u"Fetched"_s, false, u"Fetching"_s);
            look.say(u"Fetching"_s, u"Fetching %1."_s.arg(source));
        }
        look.draft.set(u"/retry"_s, QJsonValue::Null);
        const qint64 size = factsOf(look).size;
        if (!look.after(u"Fetched"_s, milliseconds(1000 + size * 1000 / kFetchRate)))
            return false;
        look.turn(u"Fetched"_s, true, u"Digest"_s, u"The file has the SHA-256 that was declared."_s);
        look.turn(u"Parsed"_s, false, u"Reading"_s);
        look.draft.set(u"/size"_s, size);
        look.say(u"Fetched"_s, u"Fetched %1 bytes; the SHA-256 is the declared one."_s.arg(size));
        look.draft.again(kParse);
        return false;
    }

    static bool parsed(Look &look)
    {
        const DarFacts facts = factsOf(look);
        if (look.draft.condition(u"SpecAccepted"_s).value("status"_L1).toString() != "False"_L1
            && !look.after(u"Parsed"_s, kParse))
            return false;
        if (const auto why = clash(look, facts)) {
            look.refuse(*why);
            return false;
        }
        look.accept();
        look.turn(u"Parsed"_s, true, u"Read"_s);
        look.draft.set(u"/mainPackageId"_s, facts.packageId);
        if (!facts.name.isEmpty()) {
            look.draft.set(u"/name"_s, facts.name);
            look.draft.set(u"/version"_s, facts.version);
        }
        look.draft.set(u"/sdkVersion"_s, facts.sdkVersion);
        look.draft.set(u"/lfVersion"_s, facts.lfVersion);
        look.draft.set(u"/size"_s, facts.size);
        look.draft.set(u"/dependencies"_s, facts.dependencies);
        const QJsonObject check = upgradeCheck(look, facts);
        look.draft.set(u"/upgradeCheck"_s, check);
        look.say(u"Parsed"_s,
            u"It is %1 %2, package id %3, Daml-LF %4."_s.arg(
                facts.name, facts.version, facts.packageId, facts.lfVersion));
        if (check.value("result"_L1).toString() == "Failed"_L1)
            look.warn(u"UpgradeCheckFailed"_s, check.value("message"_L1).toString());
        return true;
    }
};

}

std::unique_ptr<Reconciler> makeDarPackageReconciler()
{
    return std::make_unique<DarPackageReconciler>();
}

}
