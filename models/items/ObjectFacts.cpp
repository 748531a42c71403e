// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/ObjectFacts.h"

#include "models/core/Format.h"
#include "models/core/Json.h"
#include "models/items/ObjectSections.h"
#include "models/items/overview/ProblemWords.h"
#include "models/network/Drift.h"
#include "models/network/Pods.h"

#include <QCoreApplication>
#include <QJsonArray>

#include <algorithm>

namespace qd::items {

using namespace Qt::StringLiterals;
using network::Cell;
using network::KindInfo;
using network::State;

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("ObjectFacts", text);
}

QString textAt(const QJsonObject &object, const QString &pointer)
{
    return json::at(object, pointer).toString();
}

QDateTime timeAt(const QJsonObject &object, const QString &pointer)
{
    return QDateTime::fromString(textAt(object, pointer), Qt::ISODate);
}

Cell cellFrom(const QJsonValue &value)
{
    Cell cell;
    if (value.isString()) {
        cell.is = Cell::Is::Text;
        cell.text = value.toString();
    } else if (value.isBool()) {
        cell.is = Cell::Is::Boolean;
        cell.integer = value.toBool();
    } else if (value.isDouble()) {
        const double number = value.toDouble();
        cell.is = number == double(qint64(number)) ? Cell::Is::Integer : Cell::Is::Number;
        if (cell.is == Cell::Is::Integer)
            cell.integer = qint64(number);
        else
            cell.number = number;
    } else if (value.isArray() || value.isObject()) {
        cell.is = Cell::Is::Text;
        cell.text = QString::fromUtf8(json::compact(value));
    }
    return cell;
}

/// Conditions that want to be False.
bool wantsFalse(const QString &type)
{
    static const QStringList names{u"Degraded"_s, u"Progressing"_s, u"Upgrading"_s, u"Updating"_s, u"Stalled"_s,
                                   u"DeletionBlocked"_s, u"Reconciling"_s};
    return names.contains(type);
}

ConditionFact conditionFrom(const QJsonObject &object, State node)
{
    ConditionFact out;
    out.type = object.value("type"_L1).toString();
    out.status = object.value("status"_L1).toString();
    out.reason = object.value("reason"_L1).toString();
    out.message = object.value("message"_L1).toString();
    out.since = QDateTime::fromString(object.value("lastTransitionTime"_L1).toString(), Qt::ISODate);
    if (out.status != "True"_L1 && out.status != "False"_L1) {
        out.good = false;
        out.state = State::Unknown;
        return out;
    }
    out.good = (out.status == "True"_L1) != wantsFalse(out.type);
    if (out.good)
        out.state = State::Ready;
    else if (out.type == "Progressing"_L1 || out.type == "Upgrading"_L1 || out.type == "Updating"_L1 || out.type == "Reconciling"_L1)
        out.state = State::Updating;
    else if (node == State::Provisioning || node == State::Suspended)
        out.state = node;
    else
        out.state = node == State::Failed ? State::Failed : State::Degraded;
    return out;
}

void readConditions(ObjectFacts &out, const QJsonObject &object)
{
    const QJsonArray conditions = json::at(object, u"/status/conditions"_s).toArray();
    for (const QJsonValue &value : conditions)
        out.conditions.append(conditionFrom(value.toObject(), out.state));
    std::stable_sort(out.conditions.begin(), out.conditions.end(), [](const ConditionFact &a, const ConditionFact &b) {
        return a.state != b.state ? a.state < b.state : a.since > b.since;
    });
    out.conditionsGood = int(std::count_if(out.conditions.begin(), out.conditions.end(), [](const auto &c) { return c.good; }));
}

/// Bytes a second as people read them: "20 kB/s".
QString throughput(double bytes)
{
    return tr("%1 kB/s").arg(formatNumber(bytes / 1000, qint64(bytes) % 1000 == 0 ? 0 : 1));
}

void withUnit(Cell &cell)
{
    if (cell.is == Cell::Is::Integer || cell.is == Cell::Is::Number) {
        cell.text = throughput(cell.is == Cell::Is::Integer ? double(cell.integer) : cell.number);
        cell.is = Cell::Is::Text;
    }
}

void readTruths(ObjectFacts &out, const QJsonObject &object, const KindInfo &kind)
{
    const bool hasStatus = object.value("status"_L1).isObject();
    const QList<network::Difference> differences = network::differencesOf(kind, object);
    for (const network::Comparison &pair : kind.comparisons) {
        TruthLine line{pair.id, pair.title, cellFrom(json::at(object, pair.declared)), cellFrom(json::at(object, pair.reported)),
                       {}, false, {}};
        if (line.declared.is == Cell::Is::Absent && line.reported.is == Cell::Is::Absent)
            continue;
        if (line.reported.is == Cell::Is::Absent) {
            line.reported.is = Cell::Is::Unknown;
            line.reported.text = hasStatus ? tr("The operator does not report it") : tr("The operator has not reported yet");
        }
        line.observed.is = Cell::Is::Unknown;
        line.observed.text = tr("The node was not asked");
        const auto difference = std::find_if(differences.begin(), differences.end(), [&pair](const auto &d) { return d.pair == &pair; });
        line.differs = difference != differences.end();
        if (line.differs)
            line.why = !difference->acted
                ? tr("The operator has not acted on the last change yet")
                : tr("The operator has seen this version, and reports another value");
        if (pair.id == "trafficTarget"_L1) {
            withUnit(line.declared);
            withUnit(line.reported);
        }
        out.truths.append(line);
    }
}

void readComponents(ObjectFacts &out, const QJsonObject &object)
{
    const QJsonArray list = json::at(object, u"/status/components"_s).toArray();
    for (const QJsonValue &value : list) {
        const QJsonObject item = value.toObject();
        ComponentFact fact;
        fact.name = item.value("name"_L1).toString();
        fact.image = item.value("image"_L1).toString();
        fact.phase = item.value("phase"_L1).toString();
        fact.ready = item.value("ready"_L1).toInteger();
        fact.desired = network::PodCount::of(item).desired;
        fact.restarts = item.value("restarts"_L1).toInteger();
        fact.state = fact.ready >= fact.desired ? State::Ready : out.state == State::Failed ? State::Failed : State::Degraded;
        if (fact.desired == 0)
            fact.state = State::Suspended;
        else if (fact.ready < fact.desired && (out.state == State::Updating || out.state == State::Provisioning))
            fact.state = out.state;
        out.components.append(fact);
    }
    std::stable_sort(out.components.begin(), out.components.end(),
                     [](const ComponentFact &a, const ComponentFact &b) { return a.state < b.state; });
}

void addId(QList<Fact> &to, const QJsonObject &object, const QString &title, const QString &pointer)
{
    const QString value = textAt(object, pointer);
    if (!value.isEmpty())
        to.append({title, value, value, true});
}

void addText(QList<Fact> &to, const QJsonObject &object, const QString &title, const QString &pointer)
{
    const QString value = textAt(object, pointer);
    if (!value.isEmpty())
        to.append({title, value, value});
}

void addTime(QList<Fact> &to, const QJsonObject &object, const QString &title, const QString &pointer, const QDateTime &now)
{
    const QDateTime time = timeAt(object, pointer);
    if (time.isValid())
        to.append({title, formatWhen(time.secsTo(now)), formatRfc3339(time)});
}

void addReference(ObjectFacts &out, const QJsonObject &object, const QString &title, const QString &pointer, const QString &field)
{
    const QString value = textAt(object, pointer);
    if (value.isEmpty())
        return;
    Fact fact{title, value, value};
    for (const Relation &relation : std::as_const(out.relations)) {
        if (relation.field == field && relation.object.name == value && !relation.object.gvr.resource.isEmpty()) {
            fact.link = relation.object;
            fact.linkKind = relation.objectKind;
        }
    }
    out.identity.append(fact);
}

QString managedBy(const QJsonObject &object)
{
    const QJsonObject annotations = json::at(object, u"/metadata/annotations"_s).toObject();
    const QString tracking = annotations.value("argocd.argoproj.io/tracking-id"_L1).toString();
    if (!tracking.isEmpty())
        return tr("Argo CD: %1").arg(tracking.section(u':', 0, 0));
    const QString instance = json::at(object, u"/metadata/labels/app.kubernetes.io~1instance"_s).toString();
    return instance.isEmpty() ? QString() : tr("Release %1 (label only)").arg(instance);
}

void readIdentity(ObjectFacts &out, const QJsonObject &object, const QDateTime &now)
{
    addId(out.identity, object, tr("Participant id"), u"/status/participantId"_s);
    addId(out.identity, object, tr("Owner party"), u"/status/ownerParty"_s);
    addId(out.identity, object, tr("SV party"), u"/status/svParty"_s);
    addId(out.identity, object, tr("DSO party"), u"/status/dsoParty"_s);
    addId(out.identity, object, tr("Domain id"), u"/status/domainId"_s);
    addReference(out, object, tr("Network"), u"/spec/networkRef/name"_s, u"spec.networkRef"_s);
    addText(out.identity, object, tr("Sponsor"), u"/status/sponsor"_s);
    const QJsonArray domains = json::at(object, u"/status/connectedDomains"_s).toArray();
    QStringList aliases;
    for (const QJsonValue &domain : domains)
        aliases.append(domain.toObject().value("alias"_L1).toString());
    if (!aliases.isEmpty())
        out.identity.append({tr("Connected domains"), aliases.join(u", "_s), aliases.join(u", "_s)});
    addTime(out.identity, object, tr("Onboarded"), u"/status/onboardedTime"_s, now);
    addText(out.identity, object, tr("Sign-in"), u"/status/identity/authUrl"_s);
    addText(out.identity, object, tr("Audience"), u"/status/identity/targetAudience"_s);
    for (Fact &fact : out.identity)
        fact.isAddress = fact.value.contains("://"_L1);
    addText(out.identity, object, tr("Ledger user"), u"/status/identity/ledgerApiUser"_s);
    if (const QString git = managedBy(object); !git.isEmpty())
        out.identity.append({tr("Managed by"), git, git, false, false, State::Ready, false, false, u"managedBy"_s});
}

void readBalances(ObjectFacts &out, const QJsonObject &object, const QDateTime &now)
{
    const QJsonObject balances = json::at(object, u"/status/balances"_s).toObject();
    const std::pair<const char *, QString> amounts[]{{"available", tr("Available")}, {"unlocked", tr("Unlocked")},
                                                     {"locked", tr("Locked")}, {"total", tr("Total")}};
    for (const auto &[key, title] : amounts) {
        const QJsonValue value = balances.value(QLatin1StringView(key));
        if (value.isUndefined())
            continue;
        bool number = value.isDouble();
        const double amount = number ? value.toDouble() : value.toString().toDouble(&number);
        if (number && QLatin1StringView(key) == "available"_L1)
            out.balance = amount;
        out.balances.append({title, number ? tr("%1 CC").arg(formatNumber(amount, 2)) : value.toString(), value.toString()});
    }
    addTime(out.balances, object, tr("As of"), u"/status/balances/recordTime"_s, now);
}

QString megabytes(double bytes)
{
    return tr("%1 MB").arg(formatNumber(bytes / 1e6, 1));
}

void readTraffic(ObjectFacts &out, const QJsonObject &object, const QDateTime &now)
{
    const QJsonObject traffic = json::at(object, u"/status/traffic"_s).toObject();
    const double limit = traffic.value("limit"_L1).toDouble(-1), consumed = traffic.value("consumed"_L1).toDouble(-1);
    if (limit > 0 && consumed >= 0) {
        const double left = std::max(0.0, 100 * (limit - consumed) / limit);
        out.trafficLeft = left;
        out.trafficLimit = megabytes(limit);
        out.traffic.append({tr("Left"), tr("%1 %, %2 of %3").arg(formatNumber(left, 0), megabytes(std::max(0.0, limit - consumed)), megabytes(limit)),
                            {}, false, false, left < 10 ? State::Failed : left < 25 ? State::Degraded : State::Ready});
    }
    if (const QJsonValue target = traffic.value("targetThroughput"_L1); target.isDouble())
        out.traffic.append({tr("Top-up target"), throughput(target.toDouble()), {}});
    addTime(out.traffic, object, tr("Last top-up"), u"/status/traffic/lastTopupTime"_s, now);
    addId(out.traffic, object, tr("Member id"), u"/status/traffic/memberId"_s);
}

/// What a condition means, as the overview says it, then why and since when. Of one nobody knows the type and its reason.
Headline headlineOf(const ConditionFact &worst, const QString &message, State state, const QDateTime &now)
{
    const QString known = overview::conditionTitle(worst.type);
    const QString howLong = worst.since.isValid() ? tr("for %1").arg(formatAge(worst.since, now)) : QString();
    QStringList cause;
    if (!known.isEmpty() && !worst.reason.isEmpty())
        cause.append(overview::wordsOf(worst.reason));
    if (!howLong.isEmpty())
        cause.append(cause.isEmpty() ? QString(howLong.at(0).toUpper() + howLong.mid(1)) : howLong);
    QString detail = cause.join(u", "_s);
    if (!detail.isEmpty())
        detail += u'.';
    if (const QString &text = worst.message.isEmpty() ? message : worst.message; !text.isEmpty())
        detail += (detail.isEmpty() ? QString() : u" "_s) + text;
    const QString title = known.isEmpty() ? tr("%1: %2").arg(worst.type, worst.reason.isEmpty() ? worst.status : worst.reason) : known;
    return {std::min(worst.state, state), title, detail, worst.type};
}

void readHeadline(ObjectFacts &out, const QJsonObject &object, const QDateTime &now)
{
    const QString message = textAt(object, u"/status/message"_s);
    if (!object.value("status"_L1).isObject()) {
        out.headline = Headline{State::Unknown, tr("The operator has not reported on this object yet"),
                                tr("It was created %1 ago.").arg(formatAge(timeAt(object, u"/metadata/creationTimestamp"_s), now))};
        return;
    }
    const auto bad = std::find_if(out.conditions.begin(), out.conditions.end(),
                                  [](const ConditionFact &c) { return !c.good && c.type != "Ready"_L1 && c.state != State::Unknown; });
    const auto ready = std::find_if(out.conditions.begin(), out.conditions.end(),
                                    [](const ConditionFact &c) { return !c.good && c.type == "Ready"_L1; });
    const auto worst = bad != out.conditions.end() ? bad : ready;
    const bool calm = out.state == State::Ready || out.state == State::Suspended;
    if (worst != out.conditions.end() && !(calm && worst->state >= State::Deleting)) {
        out.headline = headlineOf(*worst, message, out.state, now);
    } else if (network::isProblem(out.state)) {
        out.headline = Headline{out.state, message.isEmpty() ? tr("Phase %1").arg(out.phase) : message, {}};
    } else if (out.observedGeneration >= 0 && out.observedGeneration < out.generation) {
        out.headline = Headline{State::Updating, tr("The operator has not acted on the last change yet"),
                                tr("Version %1 is declared, %2 was acted on.").arg(out.generation).arg(out.observedGeneration)};
    }
}

}

ObjectFacts objectFacts(const QJsonObject &object, const KindInfo &kind, const network::KindTable &kinds, const QString &cluster,
                    const QDateTime &now)
{
    ObjectFacts out;
    out.object = {cluster, kind.gvr, textAt(object, u"/metadata/namespace"_s), textAt(object, u"/metadata/name"_s),
                  textAt(object, u"/metadata/uid"_s)};
    out.kind = kind.kind;
    out.icon = kind.icon;
    out.phase = kind.phasePointer.isEmpty() ? textAt(object, u"/status/phase"_s) : textAt(object, kind.phasePointer);
    out.state = kind.stateOf(out.phase);
    if (!textAt(object, u"/metadata/deletionTimestamp"_s).isEmpty())
        out.state = State::Deleting;
    out.generation = json::at(object, u"/metadata/generation"_s).toInteger();
    out.observedGeneration = json::at(object, u"/status/observedGeneration"_s).toInteger(-1);
    readConditions(out, object);
    readTruths(out, object, kind);
    readComponents(out, object);
    out.relations = relationsOf(object, kind, kinds, cluster);
    readIdentity(out, object, now);
    readBalances(out, object, now);
    readTraffic(out, object, now);
    readHeadline(out, object, now);
    readSections(out, object, kind, now);
    return out;
}

}
