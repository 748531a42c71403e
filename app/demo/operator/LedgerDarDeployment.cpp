// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/LedgerParts.h"

#include "models/core/Json.h"

#include <QJsonArray>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr seconds kVet{3};
constexpr qint64 kUploadRate = 512 * 1024; ///< bytes a second
/// Well formed but ill typed: a participant refuses it (canton's own test file illformed.dar).
constexpr auto kIllTyped = "daf8f14fac37dab0a0bc919e0a43f07797a51d4ac3a658716abfecd376709865"_L1;

QJsonObject packageOf(const Look &look)
{
    return look.world.find(u"darpackages"_s, look.ns, look.text(u"/darRef/name"_s));
}

bool labelled(const QJsonObject &node, const QJsonObject &labels)
{
    const QJsonObject has = json::at(node, u"/metadata/labels"_s).toObject();
    const QStringList keys = labels.keys();
    return std::all_of(
        keys.begin(), keys.end(), [&](const QString &key) { return has.value(key) == labels.value(key); });
}

/// {kind, name} of the nodes it is for.
QJsonArray wantedTargets(const Look &look)
{
    if (look.deleting())
        return {};
    if (!look.spec(u"/selector"_s).isObject())
        return look.spec(u"/targets"_s).toArray();
    const QJsonObject labels = look.spec(u"/selector/matchLabels"_s).toObject();
    QStringList found;
    for (const QString &kind : {u"Validator"_s, u"Participant"_s, u"SuperValidator"_s}) {
        for (const QJsonObject &node : look.world.all(pluralOfKind(kind), look.ns)) {
            if (labelled(node, labels))
                found.append(QString(kind + u'/' + textAt(node, u"/metadata/name"_s)));
        }
    }
    found.sort();
    QJsonArray targets;
    for (const QString &one : found.mid(0, 64))
        targets.append(QJsonObject{{u"kind"_s, one.section(u'/', 0, 0)}, {u"name"_s, one.section(u'/', 1)}});
    return targets;
}

/// Why no participant of this release takes the package; empty when one does.
QString unfit(const QJsonObject &package)
{
    const QString lf = textAt(package, u"/status/lfVersion"_s);
    if (lf.startsWith("1."_L1))
        return u"INVALID_ARGUMENT: DAR_PARSE_ERROR: Daml-LF %1 is not supported; build it with an SDK of 3.x."_s.arg(
            lf);
    if (textAt(package, u"/spec/sha256"_s) == kIllTyped)
        return u"INVALID_ARGUMENT: DAR_VALIDATION_ERROR: the package is not well typed; build it anew."_s;
    if (textAt(package, u"/status/upgradeCheck/result"_s) == "Failed"_L1)
        return QString(
            u"INVALID_ARGUMENT: DAR_NOT_VALID_UPGRADE: "_s + textAt(package, u"/status/upgradeCheck/message"_s))
            .left(1024);
    return {};
}

struct Progress
{
    int uploaded = 0, vetted = 0, total = 0;
    QStringList waiting; ///< nodes that cannot be worked on
    bool busy = false;
};

class DarDeploymentReconciler : public Reconciler
{
public:
    [[nodiscard]] QString plural() const override { return u"dardeployments"_s; }
    [[nodiscard]] Plan reconcile(const QJsonObject &object, const World &world, const Moment &moment) const override
    {
        Look look(plural(), object, world, moment);
        if (look.deleting())
            return end(look);
        look.hold({QLatin1String(kLedgerFinalizer)});
        look.accept();
        // A package that is to go serves as long as it can be read.
        std::optional<Need> need;
        if (!json::at(packageOf(look), u"/status/mainPackageId"_s).isString())
            need = objectNeed(look, u"darpackages"_s, u"DarPackage"_s, look.text(u"/darRef/name"_s), {u"Parsed"_s},
                u"spec.darRef"_s);
        if (need) {
            look.enter(u"Pending"_s, need->message);
            look.waitFor(*need);
            return look.take();
        }
        Progress progress;
        const QJsonArray targets = play(look, progress);
        look.draft.set(u"/targets"_s, targets);
        conclude(look, progress);
        return look.take();
    }
    [[nodiscard]] QList<std::pair<QString, QString>> touches(
        const QJsonObject &object, const World &world) const override
    {
        const QString ns = textAt(object, u"/metadata/namespace"_s);
        const QString dar = textAt(object, u"/spec/darRef/name"_s);
        QList<std::pair<QString, QString>> touched{{u"darpackages"_s, QString(ns + u'/' + dar)}};
        for (const QJsonObject &one : world.referring(u"applications"_s, u"/spec/dars"_s, ns, {}, dar))
            touched.append({u"applications"_s, QString(ns + u'/' + textAt(one, u"/metadata/name"_s))});
        return touched;
    }

private:
    /// The targets one step further: one node at a time is uploaded to or vetted.
    static QJsonArray play(Look &look, Progress &progress)
    {
        const QJsonArray before = look.draft.at(u"/targets"_s).toArray();
        const QJsonObject package = packageOf(look);
        QJsonArray after;
        QStringList kept;
        for (const QJsonValue &ref : wantedTargets(look)) {
            QJsonObject target{{u"kind"_s, json::at(ref, u"/kind"_s)}, {u"name"_s, json::at(ref, u"/name"_s)},
                {u"uploaded"_s, false}, {u"vetted"_s, false}};
            for (const QJsonValue &old : before) {
                if (refText(old) == refText(ref))
                    target = old.toObject();
            }
            kept.append(refText(ref));
            step(look, package, target, progress);
            after.append(target);
        }
        // Nodes it is no longer for are unvetted; the package itself stays on them.
        for (const QJsonValue &old : before) {
            if (kept.contains(refText(old)))
                continue;
            QJsonObject target = old.toObject();
            if (!target.value("vetted"_L1).toBool() || !nodeWorks(nodeAt(look, old)))
                continue;
            if (!progress.busy && look.afterWrite(kVet)) {
                look.say(u"Unvetted"_s, u"%1 no longer vets the package."_s.arg(refText(old)));
                continue;
            }
            progress.busy = true;
            after.append(target);
        }
        return after;
    }

    static void step(Look &look, const QJsonObject &package, QJsonObject &target, Progress &progress)
    {
        ++progress.total;
        const QString node = refText(target);
        const bool vet = look.spec(u"/vet"_s).toBool(true);
        const bool done = target.value("uploaded"_L1).toBool() && target.value("vetted"_L1).toBool() == vet;
        QString trouble;
        if (!done) {
            const auto need = nodeNeed(look, target, u"spec.targets"_s);
            trouble = need ? need->reason == "NodeNotFound"_L1 ? QString(u"NOT_FOUND: "_s + need->message)
                                                               : QString(u"UNAVAILABLE: "_s + need->message)
                           : unfit(package);
            // Uploading needs no domain, vetting does.
            if (trouble.isEmpty() && vet && target.value("uploaded"_L1).toBool()) {
                if (const auto apart = synchronizerNeed(look, target))
                    trouble = QString(u"FAILED_PRECONDITION: "_s + apart->message);
            }
        }
        if (!trouble.isEmpty()) {
            if (target.value("message"_L1).toString() != trouble.left(1024))
                look.warn(u"TargetFailed"_s, QString(node + u": "_s + trouble));
            target.insert("message"_L1, trouble.left(1024));
            progress.waiting.append(QString(node + u" ("_s + trouble.section(u": "_s, 0, 0) + u')'));
        } else if (!done) {
            advance(look, package, target, progress, vet);
        } else {
            target.remove("message"_L1);
        }
        progress.uploaded += target.value("uploaded"_L1).toBool() ? 1 : 0;
        progress.vetted += target.value("vetted"_L1).toBool() ? 1 : 0;
    }

    static void advance(Look &look, const QJsonObject &package, QJsonObject &target, Progress &progress, bool vet)
    {
        const bool upload = !target.value("uploaded"_L1).toBool();
        if (progress.busy) {
            target.insert("message"_L1, u"Waits for its turn."_s);
            return;
        }
        progress.busy = true;
        const QString doing = upload ? u"The package is uploaded."_s
            : vet                    ? u"The package is vetted."_s
                                     : u"The vetting is taken back."_s;
        if (target.value("message"_L1).toString() != doing) {
            target.insert("message"_L1, doing);
            look.draft.again(seconds(1));
            return;
        }
        const qint64 size = json::at(package, u"/status/size"_s).toInteger();
        if (!look.afterWrite(upload ? milliseconds(1000 + size * 1000 / kUploadRate) : milliseconds(kVet)))
            return;
        target.remove("message"_L1);
        const QString node = refText(target);
        if (upload) {
            target.insert("uploaded"_L1, true);
            target.insert("packageId"_L1, json::at(package, u"/status/mainPackageId"_s));
            target.insert("knownSince"_L1, look.moment.stamp());
            look.say(u"Uploaded"_s, u"%1 has the package."_s.arg(node));
        } else {
            target.insert("vetted"_L1, vet);
            look.say(vet ? u"Vetted"_s : u"Unvetted"_s,
                vet ? u"%1 vets the package."_s.arg(node) : u"%1 no longer vets the package."_s.arg(node));
        }
        look.draft.again(seconds(1));
    }

    static void conclude(Look &look, const Progress &progress)
    {
        const bool vet = look.spec(u"/vet"_s).toBool(true);
        const bool all = progress.uploaded == progress.total && progress.total > 0;
        const QString count = u"%1 of %2 nodes"_s.arg(progress.uploaded).arg(progress.total);
        const bool whole
            = all && progress.vetted == (vet ? progress.total : 0) && progress.waiting.isEmpty() && !progress.busy;
        look.turn(u"UploadedEverywhere"_s, all,
            all                              ? u"All"_s
                : progress.waiting.isEmpty() ? u"Uploading"_s
                                             : u"NodeDown"_s,
            all ? QString() : QString(count + u" have the package."_s));
        const bool vetted = vet && progress.vetted == progress.total && progress.total > 0;
        look.turn(u"VettedEverywhere"_s, vetted,
            vetted                           ? u"All"_s
                : !vet                       ? u"NotWanted"_s
                : progress.waiting.isEmpty() ? u"Vetting"_s
                                             : u"NodeDown"_s);
        if (whole) {
            look.ready();
            if (look.enter(u"Ready"_s))
                look.say(u"Ready"_s,
                    vet ? u"%1 have and vet the package."_s.arg(count)
                        : u"%1 have the package, none vets it."_s.arg(count));
            return;
        }
        if (progress.busy) {
            look.enter(all ? u"Vetting"_s : u"Uploading"_s,
                u"%1 have the package, %2 vet it."_s.arg(count).arg(progress.vetted));
            return;
        }
        if (progress.total == 0) {
            const Need need{u"NoTargets"_s,
                u"spec.selector: no node of namespace %1 has these labels; label one, or name nodes in spec.targets."_s
                    .arg(look.ns)};
            look.enter(u"Pending"_s, need.message);
            look.waitFor(need);
            return;
        }
        const QString message = u"%1 of %2 nodes failed: %3."_s.arg(progress.waiting.size())
                                    .arg(progress.total)
                                    .arg(progress.waiting.join(u", "_s));
        look.enter(progress.uploaded == 0 ? u"Failed"_s : u"PartiallyFailed"_s, message);
        look.waitFor({u"TargetFailed"_s, message});
    }

    /// Unvetted node by node; the DAR itself cannot be taken from a node.
    static Plan end(Look &look)
    {
        if (!look.held())
            return {};
        Progress progress;
        look.draft.set(u"/targets"_s, play(look, progress));
        if (progress.busy) {
            if (look.enter(u"Deleting"_s, u"The vetting is taken back node by node."_s)) {
                look.say(u"Deleting"_s, u"The vetting is taken back node by node."_s);
                look.draft.again(kVet);
            }
            return look.take();
        }
        look.leave(seconds(1), u"No node vets the package any more; nodes that had it keep it."_s);
        return look.take();
    }
};

}

std::unique_ptr<Reconciler> makeDarDeploymentReconciler()
{
    return std::make_unique<DarDeploymentReconciler>();
}

}
