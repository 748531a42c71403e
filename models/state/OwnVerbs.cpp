// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/OwnVerbs.h"

#include "models/core/Json.h"
#include "models/state/ComponentPaths.h"

#include <QCoreApplication>

#include <algorithm>
#include <functional>

namespace qd::state {

using namespace Qt::StringLiterals;
using network::State;

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(OwnVerbs)
};

struct Verb
{
    QLatin1StringView id;
    QStringList kinds;
    QLatin1StringView makes = {};
};

const QList<Verb> &verbs()
{
    static const QStringList kNodes{u"Validator"_s, u"Participant"_s, u"SuperValidator"_s, u"SyncDomain"_s};
    static const QStringList kSignIn{u"LedgerUser"_s, u"IdentityProviderConfig"_s, u"WalletProvider"_s};
    static const QList<Verb> kVerbs{
        {"topup"_L1, {u"Validator"_s}},
        {"bridge"_L1, {u"Validator"_s}, "SyncDomainConnection"_L1},
        {"walletuser"_L1, {u"Validator"_s}, "WalletUser"_L1},
        {"invite"_L1, {u"SuperValidator"_s}, "ValidatorOnboarding"_L1},
        {"backup"_L1, kNodes, "Backup"_L1},
        {"dump"_L1, kNodes.mid(0, 3), "IdentityDump"_L1},
        {"connect"_L1, {u"SyncDomainConnection"_s}},
        {"disconnect"_L1, {u"SyncDomainConnection"_s}},
        {"approve"_L1, {u"TopologyChange"_s, u"Upgrade"_s}},
        {"reject"_L1, {u"TopologyChange"_s}},
        {"rollback"_L1, {u"Upgrade"_s}},
        {"activate"_L1, kSignIn},
        {"deactivate"_L1, kSignIn},
        {"restrict"_L1, {u"IdentityProviderConfig"_s}},
        {"probe"_L1, {u"IdentityProviderConfig"_s, u"WalletProvider"_s, u"KmsConfig"_s}},
        {"deploy"_L1, {u"DarDeployment"_s}},
        {"vet"_L1, {u"DarDeployment"_s}},
        {"unvet"_L1, {u"DarDeployment"_s}},
        {"verify"_L1, {u"Backup"_s}},
        {"hold"_L1, {u"Backup"_s}},
        {"release"_L1, {u"Backup"_s}},
    };
    return kVerbs;
}

const Verb *verbOf(const QString &id)
{
    const QList<Verb> &all = verbs();
    const auto it = std::find_if(all.begin(), all.end(), [&id](const Verb &verb) { return verb.id == id; });
    return it == all.end() ? nullptr : &*it;
}

ActionParam param(const QString &name, const QString &type, bool required, const QString &label, const QString &help)
{
    return {name, type, required, {}, label, help, {}};
}

ActionParam flag(const QString &name, const QString &label, const QString &help)
{
    ActionParam out = param(name, u"boolean"_s, false, label, help);
    out.values = {u"true"_s, u"false"_s};
    return out;
}

ActionParam choice(const QString &name, const QStringList &values, const QString &label, const QString &help)
{
    ActionParam out = param(name, u"choice"_s, false, label, help);
    out.values = values;
    out.defaultValue = values.first();
    return out;
}

QList<ActionParam> backupParams()
{
    return {choice(u"method"_s, {u"VolumeSnapshot"_s, u"PgDump"_s, u"ManagedPitr"_s, u"CNPG"_s, u"External"_s}, Words::tr("Method"),
                Words::tr("PgDump needs a bucket; External only records that somebody took one.")),
        param(u"bucket"_s, u"text"_s, false, Words::tr("Bucket"), Words::tr("Where a dump is written: canton-backups.")),
        param(u"secret"_s, u"text"_s, false, Words::tr("Secret"), Words::tr("Name of the Secret with the bucket's credentials.")),
        param(u"keepFor"_s, u"text"_s, false, Words::tr("Keep for"), Words::tr("How long it is kept: 30d.")),
        flag(u"verify"_s, Words::tr("Verify"), Words::tr("Reads every artifact once it is written.")),
        flag(u"hold"_s, Words::tr("Hold"), Words::tr("Keeps it until it is released."))};
}

/// What a row or an object says at a pointer; nothing: it cannot tell.
using Read = std::function<std::optional<QJsonValue>(const QString &)>;

std::optional<bool> flagAt(const Read &read, const QString &pointer, bool otherwise)
{
    const std::optional<QJsonValue> value = read(pointer);
    return value ? std::optional<bool>(value->toBool(otherwise)) : std::nullopt;
}

/// The switch of a verb, and how it must stand for the verb to change something.
struct Switch
{
    QString pointer;
    bool otherwise = false; ///< where it is not set
    bool wanted = false; ///< what the verb sets
    const char *already = nullptr;
};

Switch switchOf(const QString &id, const QString &kind)
{
    const bool on = id == "activate"_L1 || id == "deactivate"_L1;
    if (id == "suspend"_L1)
        return {suspendPointer(kind), false, true, QT_TRANSLATE_NOOP("OwnVerbs", "%1 is suspended already")};
    if (id == "resume"_L1)
        return {suspendPointer(kind), false, false, QT_TRANSLATE_NOOP("OwnVerbs", "%1 is not suspended")};
    if (on && kind == "IdentityProviderConfig"_L1)
        return {u"/spec/ledger/deactivated"_s, false, id == "deactivate"_L1,
            id == "activate"_L1 ? QT_TRANSLATE_NOOP("OwnVerbs", "%1 is active already") : QT_TRANSLATE_NOOP("OwnVerbs", "%1 is not active")};
    if (on)
        return {kind == "LedgerUser"_L1 ? u"/spec/active"_s : u"/spec/enabled"_s, true, id == "activate"_L1,
            id == "activate"_L1 ? QT_TRANSLATE_NOOP("OwnVerbs", "%1 is active already") : QT_TRANSLATE_NOOP("OwnVerbs", "%1 is not active")};
    if (id == "vet"_L1)
        return {u"/spec/vet"_s, true, true, QT_TRANSLATE_NOOP("OwnVerbs", "%1 is vetted already")};
    if (id == "unvet"_L1)
        return {u"/spec/vet"_s, true, false, QT_TRANSLATE_NOOP("OwnVerbs", "%1 is not vetted")};
    if (id == "verify"_L1)
        return {u"/spec/verify"_s, false, true, QT_TRANSLATE_NOOP("OwnVerbs", "%1 is to be verified already; its condition Verified tells the result")};
    if (id == "hold"_L1)
        return {u"/spec/retention/hold"_s, false, true, QT_TRANSLATE_NOOP("OwnVerbs", "%1 is held already")};
    if (id == "release"_L1)
        return {u"/spec/retention/hold"_s, false, false, QT_TRANSLATE_NOOP("OwnVerbs", "%1 is not held")};
    return {};
}

QString textAt(const Read &read, const QString &pointer, const QString &otherwise = {})
{
    const std::optional<QJsonValue> value = read(pointer);
    return value ? value->toString(otherwise) : QString();
}

QString ofUpgrade(const QString &id, const QString &name, const QString &phase, const Read &read)
{
    // One that still waits although somebody has approved it was approved by who asked for it: another person may.
    if (id == "approve"_L1 && phase != "AwaitingApproval"_L1) {
        const QString by = textAt(read, u"/spec/promotion/approvedBy"_s);
        return by.isEmpty() ? Words::tr("%1 does not wait for an approval now").arg(name) : Words::tr("%1 is approved already, by %2").arg(name, by);
    }
    if (id == "rollback"_L1) {
        const std::optional<bool> can = flagAt(read, u"/status/canRollback"_s, false);
        if (can && !*can)
            return Words::tr("%1 cannot be rolled back").arg(name);
    }
    return {};
}

QString notNow(const QString &id, const network::KindInfo &kind, const QString &name, const QString &phase, const Read &read)
{
    const State state = kind.stateOf(phase);
    const bool ended = state == State::Succeeded || state == State::Failed || state == State::Cancelled;
    static const QStringList kWhileItRuns{u"cancel"_s, u"approve"_s, u"reject"_s, u"suspend"_s, u"resume"_s};
    if (kind.runOnce && ended && kWhileItRuns.contains(id))
        return Words::tr("%1 has ended (%2)").arg(name, network::stateWord(state));
    const Switch at = switchOf(id, kind.kind);
    if (!at.pointer.isEmpty()) {
        if (const std::optional<bool> now = flagAt(read, at.pointer, at.otherwise); now && *now == at.wanted)
            return Words::tr(at.already).arg(name);
    }
    if (id == "verify"_L1 && state != State::Succeeded)
        return Words::tr("%1 has not succeeded, there is nothing to verify").arg(name);
    if (id == "verify"_L1 && textAt(read, u"/spec/method"_s) == "External"_L1)
        return Words::tr("%1 was taken elsewhere, its parts cannot be read").arg(name);
    if (id == "connect"_L1 && textAt(read, u"/spec/state"_s, u"Connected"_s) == "Connected"_L1)
        return Words::tr("%1 is to be connected already").arg(name);
    if (id == "disconnect"_L1 && textAt(read, u"/spec/state"_s, u"Connected"_s) == "Disconnected"_L1)
        return Words::tr("%1 is to be disconnected already").arg(name);
    if (id == "bridge"_L1 && textAt(read, u"/spec/role"_s) == "Bridge"_L1)
        return Words::tr("%1 is a bridge already").arg(name);
    if (kind.kind == "TopologyChange"_L1 && id == "approve"_L1 && flagAt(read, u"/spec/authorize/approved"_s, false).value_or(false))
        return Words::tr("%1 is approved already").arg(name);
    return kind.kind == "Upgrade"_L1 ? ofUpgrade(id, name, phase, read) : QString();
}

/// A cell as the JSON it was read from, for the types a verb asks about.
std::optional<QJsonValue> cellAt(const network::KindInfo &kind, const network::Row &row, const QString &pointer)
{
    using Is = network::Cell::Is;
    for (qsizetype i = 0; i < std::min(row.cells.size(), kind.columns.size()); ++i) {
        if (kind.columns.at(i).pointer != pointer)
            continue;
        const network::Cell &cell = row.cells.at(i);
        if (cell.is == Is::Boolean)
            return QJsonValue(cell.integer != 0);
        if (cell.is == Is::Text)
            return QJsonValue(cell.text);
        return cell.is == Is::Absent ? std::optional<QJsonValue>(QJsonValue(QJsonValue::Undefined)) : std::nullopt;
    }
    return std::nullopt;
}

}

bool isOwnVerb(const QString &id)
{
    return verbOf(id);
}

QStringList kindsOfOwnVerb(const QString &id)
{
    const Verb *verb = verbOf(id);
    return verb ? verb->kinds : QStringList();
}

QString kindMadeBy(const QString &id)
{
    const Verb *verb = verbOf(id);
    return verb ? QString(verb->makes) : QString();
}

QList<ActionParam> paramsOfOwnVerb(const QString &id)
{
    if (id == "topup"_L1)
        return {param(u"throughput"_s, u"integer"_s, false, Words::tr("Bytes a second"), Words::tr("What the bought traffic must allow: 20000.")),
            param(u"interval"_s, u"text"_s, false, Words::tr("Shortest interval"), Words::tr("Between two purchases, in s, m or h: 10m.")),
            flag(u"off"_s, Words::tr("Switch off"), Words::tr("Nothing is bought any more."))};
    if (id == "bridge"_L1)
        return {param(u"domain"_s, u"text"_s, false, Words::tr("Sync domain"),
            Words::tr("The private domain to connect to; empty when the connection is there already."))};
    if (id == "walletuser"_L1)
        return {param(u"username"_s, u"text"_s, true, Words::tr("User"), Words::tr("Id of the user, as in the identity provider's sub.")),
            param(u"hint"_s, u"text"_s, false, Words::tr("Party hint"), Words::tr("Of the new party; empty: made of the user."))};
    if (id == "invite"_L1)
        return {param(u"validator"_s, u"text"_s, true, Words::tr("Validator"), Words::tr("Name of the validator that is invited.")),
            param(u"expiresIn"_s, u"text"_s, false, Words::tr("Good for"), Words::tr("How long the secret can be used, in s, m or h: 48h."))};
    if (id == "backup"_L1)
        return backupParams();
    if (id == "dump"_L1)
        return {param(u"secret"_s, u"text"_s, false, Words::tr("Secret"), Words::tr("Name of the Secret the dump goes to; empty: made of the node's."))};
    if (id == "rollback"_L1)
        return {param(u"tag"_s, u"text"_s, true, Words::tr("Version"), Words::tr("The version to go back to."))};
    if (id == "restrict"_L1)
        return {param(u"audience"_s, u"text"_s, true, Words::tr("Audience"), Words::tr("The only audience whose tokens are taken from now on."))};
    if (id == "deploy"_L1)
        return {choice(u"kind"_s, {u"Validator"_s, u"Participant"_s, u"SuperValidator"_s}, Words::tr("Kind"), Words::tr("What the node is.")),
            param(u"node"_s, u"text"_s, true, Words::tr("Node"), Words::tr("Name of the node that gets the DAR as well."))};
    return {};
}

QMap<QString, QString> currentOfOwnVerb(const QString &id, const QJsonObject &live)
{
    QMap<QString, QString> out;
    const auto take = [&out, &live](const QString &name, const QString &pointer) {
        const QJsonValue value = json::at(live, pointer);
        if (value.isDouble())
            out.insert(name, QString::number(value.toInteger()));
        else if (!value.toString().isEmpty())
            out.insert(name, value.toString());
    };
    if (id == "topup"_L1) {
        take(u"throughput"_s, u"/spec/traffic/topup/targetThroughput"_s);
        take(u"interval"_s, u"/spec/traffic/topup/minTopupInterval"_s);
    } else if (id == "rollback"_L1) {
        take(u"tag"_s, u"/status/perTarget/0/from"_s);
    } else if (id == "restrict"_L1) {
        take(u"audience"_s, u"/spec/audience"_s);
    }
    return out;
}

QString whyNotNow(const QString &actionId, const network::KindInfo &kind, const network::Row &row)
{
    return notNow(actionId, kind, row.name, row.phase, [&](const QString &pointer) { return cellAt(kind, row, pointer); });
}

QString whyNotNow(const QString &actionId, const network::KindInfo &kind, const QJsonObject &live)
{
    return notNow(actionId, kind, json::at(live, u"/metadata/name"_s).toString(), json::at(live, kind.phasePointer).toString(),
        [&live](const QString &pointer) { return std::optional<QJsonValue>(json::at(live, pointer)); });
}

}
