// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/Json.h"
#include "models/state/DraftParts.h"
#include "models/state/OwnVerbs.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QRegularExpression>

#include <algorithm>

namespace qd::state {

using namespace Qt::StringLiterals;
using namespace drafts;
using network::State;

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(OwnVerbs)
};

using Edits = Result<QList<Edit>>;

QString nameOf(const DraftInput &in)
{
    return json::at(in.live, u"/metadata/name"_s).toString();
}

QString given(const DraftInput &in, const QString &name)
{
    return in.params.value(name);
}

/// Settled once the operator has seen it: kinds whose condition Ready says no when they are switched off.
FollowTarget untilSeen(const DraftInput &in)
{
    FollowTarget out = followOf(in.kind);
    out.phases.clear();
    return out;
}

FollowTarget untilState(const DraftInput &in, const QSet<State> &good)
{
    FollowTarget out = followOf(in.kind);
    out.good = good;
    return out;
}

std::optional<Error> noDuration(const QString &param, const QString &text, const QString &units)
{
    const QRegularExpression form(u"^[0-9]{1,15}["_s + units + u"]$"_s);
    if (form.match(text).hasMatch())
        return std::nullopt;
    return paramError(param, Words::tr("%1=%2 is no duration.").arg(param, text),
        Words::tr("A number and one of %1, for example 30%2.").arg(units.split(QString(), Qt::SkipEmptyParts).join(u", "_s), units.right(1)));
}

std::optional<Error> noName(const QString &param, const QString &text)
{
    static const QRegularExpression kName(u"^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$"_s);
    if (kName.match(text).hasMatch())
        return std::nullopt;
    return paramError(param, Words::tr("%1=%2 is no name of an object.").arg(param, text),
        Words::tr("Small letters, digits, - and . are allowed; it begins and ends with a letter or a digit."));
}

Edits topup(const DraftInput &in)
{
    const QString base = u"/spec/traffic/topup/"_s;
    const bool off = parseBoolean(given(in, u"off"_s)).value_or(false);
    const bool more = in.params.contains(u"throughput"_s) || in.params.contains(u"interval"_s);
    if (off) {
        if (!json::at(in.live, base + u"enabled"_s).toBool())
            return nothingToChange(Words::tr("The top-up of %1 is off already: there is nothing to change.").arg(objectName(in)));
        return setValues(in, {{base + u"enabled"_s, false}}, followOf(in.kind));
    }
    const QMap<QString, QString> now = currentOfOwnVerb(in.action.id, in.live);
    const QString throughput = in.params.value(u"throughput"_s, now.value(u"throughput"_s));
    const QString interval = in.params.value(u"interval"_s, now.value(u"interval"_s));
    if (throughput.isEmpty() || interval.isEmpty())
        return paramError(throughput.isEmpty() ? u"throughput"_s : u"interval"_s,
            Words::tr("The top-up of %1 needs both, throughput and interval.").arg(objectName(in)),
            more ? Words::tr("Give the other one as well.") : Words::tr("For example throughput=20000 interval=10m; off=true switches it off."));
    bool ok = false;
    const qint64 bytes = throughput.toLongLong(&ok);
    if (!ok || bytes < 0)
        return paramError(u"throughput"_s, Words::tr("throughput=%1 is no number of bytes a second.").arg(throughput),
            Words::tr("A whole number, 0 or more."));
    if (const std::optional<Error> problem = noDuration(u"interval"_s, interval, u"smh"_s))
        return *problem;
    return setValues(in, {{base + u"enabled"_s, true}, {base + u"targetThroughput"_s, bytes}, {base + u"minTopupInterval"_s, interval}},
        followOf(in.kind));
}

/// An object made for the live one: beside it, in its namespace.
Edit made(const DraftInput &in, const QString &name, const QJsonObject &spec)
{
    const network::KindInfo &kind = *in.makes;
    const QString ns = json::at(in.live, u"/metadata/namespace"_s).toString();
    Edit edit;
    edit.object = {in.context.cluster, kind.gvr, ns, name, {}};
    edit.kind = kind.kind;
    edit.own = kind.own;
    edit.verb = ports::Verb::Create;
    edit.body = QJsonObject{{u"apiVersion"_s, kind.gvr.apiVersion()}, {u"kind"_s, kind.kind},
        {u"metadata"_s, QJsonObject{{u"name"_s, name}, {u"namespace"_s, ns}}}, {u"spec"_s, spec}};
    edit.follow = followOf(kind);
    if (kind.runOnce) {
        edit.follow.good = {State::Succeeded, State::Waiting};
        edit.follow.bad = {State::Failed, State::Cancelled};
    }
    return edit;
}

/// A text as the beginning of a name: "Mira.Koenig@north" becomes "mira-koenig-north".
QString asName(const QString &text)
{
    static const QRegularExpression kOther(u"[^a-z0-9]+"_s);
    QString out = text.toLower().replace(kOther, u"-"_s).left(34);
    while (out.startsWith(u'-'))
        out.remove(0, 1);
    while (out.endsWith(u'-'))
        out.chop(1);
    return out.isEmpty() ? u"user"_s : out;
}

QJsonObject nodeRef(const DraftInput &in)
{
    return {{u"kind"_s, in.kind.kind}, {u"name"_s, nameOf(in)}};
}

Edits bridge(const DraftInput &in)
{
    FollowTarget follow = followOf(in.kind);
    Edits role = setValues(in, {{u"/spec/role"_s, u"Bridge"_s}}, follow);
    const QString domain = given(in, u"domain"_s);
    if (!role || domain.isEmpty())
        return role;
    if (const std::optional<Error> problem = noName(u"domain"_s, domain))
        return *problem;
    const QJsonObject spec{{u"nodeRef"_s, nodeRef(in)}, {u"target"_s, QJsonObject{{u"syncDomainRef"_s, QJsonObject{{u"name"_s, domain}}}}},
        {u"alias"_s, QString(domain).replace(u'.', u'-').left(40)}, {u"state"_s, u"Connected"_s}};
    QString name = QString(asName(nameOf(in)) + u'-' + domain).left(63);
    while (!name.back().isLetterOrNumber())   // cut in the middle
        name.chop(1);
    return QList<Edit>{made(in, name, spec), role->first()};
}

Edits walletUser(const DraftInput &in)
{
    static const QRegularExpression kUser(u"^[a-zA-Z0-9@^$.!`#+'~_|:()-]{1,128}$"_s);
    const QString user = given(in, u"username"_s);
    if (!kUser.match(user).hasMatch())
        return paramError(u"username"_s, Words::tr("username=%1 is no id of a user.").arg(user),
            Words::tr("Up to 128 letters, digits and @^$.!`#+'~_|:()- are allowed, no spaces."));
    QJsonObject spec{{u"validatorRef"_s, QJsonObject{{u"name"_s, nameOf(in)}}}, {u"username"_s, user}};
    if (const QString hint = given(in, u"hint"_s); !hint.isEmpty())
        spec.insert("party"_L1, QJsonObject{{u"mode"_s, u"Hint"_s}, {u"hint"_s, hint}});
    return QList<Edit>{made(in, generatedName(asName(user) + u'-'), spec)};
}

Edits invite(const DraftInput &in)
{
    static const QRegularExpression kValidator(u"^[a-zA-Z0-9_-]{1,100}$"_s);
    const QString validator = given(in, u"validator"_s);
    if (!kValidator.match(validator).hasMatch())
        return paramError(u"validator"_s, Words::tr("validator=%1 is no name of a validator.").arg(validator),
            Words::tr("Up to 100 letters, digits, _ and - are allowed."));
    const QString good = in.params.value(u"expiresIn"_s, u"48h"_s);
    if (const std::optional<Error> problem = noDuration(u"expiresIn"_s, good, u"smh"_s))
        return *problem;
    return QList<Edit>{made(in, generatedName(asName(validator) + u'-'),
        {{u"superValidatorRef"_s, QJsonObject{{u"name"_s, nameOf(in)}}}, {u"validatorName"_s, validator}, {u"expiresIn"_s, good}})};
}

Edits backup(const DraftInput &in)
{
    const QString method = given(in, u"method"_s);
    const QString bucket = given(in, u"bucket"_s);
    if (method == "PgDump"_L1 && bucket.size() < 3)
        return paramError(u"bucket"_s, Words::tr("A dump of %1 needs a bucket to be written to.").arg(objectName(in)),
            Words::tr("Give its name, or take another method."));
    QJsonObject spec{{u"nodeRef"_s, nodeRef(in)}, {u"type"_s, method == "VolumeSnapshot"_L1 ? u"Volume"_s : u"Database"_s},
        {u"method"_s, method}};
    if (!bucket.isEmpty()) {
        QJsonObject store{{u"bucket"_s, bucket}};
        if (const QString secret = given(in, u"secret"_s); !secret.isEmpty())
            store.insert("secretRef"_L1, QJsonObject{{u"name"_s, secret}});
        spec.insert("storage"_L1, QJsonObject{{u"s3"_s, store}});
    }
    QJsonObject retention;
    if (const QString keep = given(in, u"keepFor"_s); !keep.isEmpty()) {
        if (const std::optional<Error> problem = noDuration(u"keepFor"_s, keep, u"smhd"_s))
            return *problem;
        retention.insert("keepFor"_L1, keep);
    }
    if (parseBoolean(given(in, u"hold"_s)).value_or(false))
        retention.insert("hold"_L1, true);
    if (!retention.isEmpty())
        spec.insert("retention"_L1, retention);
    if (parseBoolean(given(in, u"verify"_s)).value_or(false))
        spec.insert("verify"_L1, true);
    return QList<Edit>{made(in, generatedName(nameOf(in) + u"-now-"_s), spec)};
}

Edits dump(const DraftInput &in)
{
    const QString name = generatedName(nameOf(in) + u"-identity-"_s);
    const QString secret = in.params.value(u"secret"_s, name);
    if (const std::optional<Error> problem = noName(u"secret"_s, secret))
        return *problem;
    return QList<Edit>{made(in, name,
        {{u"nodeRef"_s, nodeRef(in)}, {u"kind"_s, in.kind.kind}, {u"destination"_s, QJsonObject{{u"secretName"_s, secret}}}})};
}

std::optional<Error> nameless(const DraftInput &in)
{
    if (!in.context.user.isEmpty())
        return std::nullopt;
    return Error{ErrorKind::Unsupported, Words::tr("The server does not tell who you are, so a decision on %1 would have no name.").arg(objectName(in)),
        Words::tr("Write it with edit, with your name in it.")};
}

/// Two pairs of eyes: who asked for an upgrade does not approve it (catbm.md 4.23).
Edits approve(const DraftInput &in)
{
    if (const std::optional<Error> problem = nameless(in))
        return *problem;
    const QString user = in.context.user;
    if (in.kind.kind != "Upgrade"_L1)
        return setValues(in, {{u"/spec/authorize/approved"_s, true}, {u"/spec/authorize/rejected"_s, false}, {u"/spec/authorize/by"_s, user}},
            followOf(in.kind));
    const QString asked = json::at(in.live, u"/metadata/annotations"_s + json::join({annotation::kRequestedBy})).toString().trimmed();
    if (asked.compare(user, Qt::CaseInsensitive) == 0)
        return Error{ErrorKind::Invalid, Words::tr("%1 has requested %2 and cannot approve it.").arg(user, objectName(in)),
            Words::tr("Another person has to approve it.")};
    // It waits until the operator has taken the approval: a refused one leaves it waiting.
    return setValues(in, {{u"/spec/promotion/approvedBy"_s, user}}, untilState(in, {State::Updating, State::Progressing, State::Succeeded}));
}

Edits reject(const DraftInput &in)
{
    if (const std::optional<Error> problem = nameless(in))
        return *problem;
    return setValues(in, {{u"/spec/authorize/rejected"_s, true}, {u"/spec/authorize/approved"_s, false}, {u"/spec/authorize/by"_s, in.context.user}},
        untilState(in, {State::Cancelled}));
}

Edits rollback(const DraftInput &in)
{
    static const QRegularExpression kTag(u"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$"_s);
    const QString tag = given(in, u"tag"_s);
    if (!kTag.match(tag).hasMatch())
        return paramError(u"tag"_s, Words::tr("tag=%1 is no image tag.").arg(tag), Words::tr("Write it as 0.4.15."));
    FollowTarget follow = untilState(in, {State::Cancelled});
    follow.bad.clear(); // it may stand at Failed until the operator takes it up
    return setValues(in, {{u"/spec/rollback/toRevision"_s, tag}}, follow);
}

Edits activation(const DraftInput &in)
{
    const bool on = in.action.id == "activate"_L1;
    if (in.kind.kind == "IdentityProviderConfig"_L1)
        return setValues(in, {{u"/spec/ledger/deactivated"_s, !on}}, untilSeen(in));
    return setValues(in, {{in.kind.kind == "LedgerUser"_L1 ? u"/spec/active"_s : u"/spec/enabled"_s, on}}, untilSeen(in));
}

Edits deploy(const DraftInput &in)
{
    const QString node = given(in, u"node"_s);
    if (const std::optional<Error> problem = noName(u"node"_s, node))
        return *problem;
    if (json::at(in.live, u"/spec/selector"_s).isObject())
        return paramError(u"node"_s, Words::tr("%1 takes its nodes by their labels.").arg(objectName(in)), Words::tr("Label the node instead."));
    QJsonArray targets = json::at(in.live, u"/spec/targets"_s).toArray();
    const QJsonObject target{{u"kind"_s, given(in, u"kind"_s)}, {u"name"_s, node}};
    if (targets.contains(target))
        return nothingToChange(Words::tr("%1 goes to %2 already: there is nothing to change.").arg(objectName(in), node));
    targets.append(target);
    return setValues(in, {{u"/spec/targets"_s, targets}}, followOf(in.kind));
}

}

Result<QList<Edit>> buildOwnVerb(const DraftInput &in)
{
    using Builder = Edits (*)(const DraftInput &);
    static const QHash<QString, Builder> kBuilders{
        {u"topup"_s, topup}, {u"bridge"_s, bridge}, {u"walletuser"_s, walletUser}, {u"invite"_s, invite}, {u"backup"_s, backup},
        {u"dump"_s, dump}, {u"approve"_s, approve}, {u"reject"_s, reject}, {u"rollback"_s, rollback}, {u"activate"_s, activation},
        {u"deactivate"_s, activation}, {u"deploy"_s, deploy},
        {u"connect"_s, [](const DraftInput &i) { return setValues(i, {{u"/spec/state"_s, u"Connected"_s}}, untilState(i, {State::Ready, State::Waiting})); }},
        {u"disconnect"_s, [](const DraftInput &i) { return setValues(i, {{u"/spec/state"_s, u"Disconnected"_s}}, untilState(i, {State::Suspended})); }},
        {u"restrict"_s, [](const DraftInput &i) {
             return setValues(i, {{u"/spec/audience"_s, given(i, u"audience"_s)}, {u"/spec/allowAllAudiences"_s, false}}, untilSeen(i));
         }},
        {u"probe"_s, [](const DraftInput &i) { return request(i, annotation::kTrigger, u"trigger"_s); }},
        {u"vet"_s, [](const DraftInput &i) { return setValues(i, {{u"/spec/vet"_s, true}}, followOf(i.kind)); }},
        {u"unvet"_s, [](const DraftInput &i) { return setValues(i, {{u"/spec/vet"_s, false}}, followOf(i.kind)); }},
        {u"verify"_s, [](const DraftInput &i) { return setValues(i, {{u"/spec/verify"_s, true}}, untilSeen(i)); }},
        {u"hold"_s, [](const DraftInput &i) { return setValues(i, {{u"/spec/retention/hold"_s, true}}, untilSeen(i)); }},
        {u"release"_s, [](const DraftInput &i) { return setValues(i, {{u"/spec/retention/hold"_s, false}}, untilSeen(i)); }},
    };
    if (const QString why = whyNotNow(in.action.id, in.kind, in.live); !why.isEmpty())
        return nothingToChange(Words::tr("%1: there is nothing to change.").arg(why));
    const Builder builder = kBuilders.value(in.action.id, nullptr);
    return builder ? builder(in) : Edits(Error{ErrorKind::Unsupported, Words::tr("The action %1 cannot be carried out.").arg(in.action.id)});
}

}
