// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/FieldConsequences.h"

#include "models/core/Json.h"
#include "models/network/State.h"

#include <QCoreApplication>

namespace qd::state {

using namespace Qt::StringLiterals;
using network::State;

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(FieldConsequences)
};

/// A switch of a kind: what it means that it is set, or no longer.
struct Field
{
    QLatin1StringView kind;
    QLatin1StringView pointer;
    bool otherwise;
    State whenOn;
    const char *on;
    const char *onDetail;
    State whenOff;
    const char *off;
    const char *offDetail;
};

constexpr Field kFields[] = {
    {"LedgerUser"_L1, "/spec/active"_L1, true, State::Progressing, QT_TRANSLATE_NOOP("FieldConsequences", "%1 can sign in again"), "",
        State::Degraded, QT_TRANSLATE_NOOP("FieldConsequences", "%1 can no longer sign in"),
        QT_TRANSLATE_NOOP("FieldConsequences", "Its rights are kept.")},
    {"WalletProvider"_L1, "/spec/enabled"_L1, true, State::Progressing, QT_TRANSLATE_NOOP("FieldConsequences", "%1 signs again"), "",
        State::Degraded, QT_TRANSLATE_NOOP("FieldConsequences", "%1 signs nothing any more"),
        QT_TRANSLATE_NOOP("FieldConsequences", "Parties bound to it cannot act meanwhile.")},
    {"IdentityProviderConfig"_L1, "/spec/ledger/deactivated"_L1, false, State::Degraded,
        QT_TRANSLATE_NOOP("FieldConsequences", "The ledger refuses the users of %1"),
        QT_TRANSLATE_NOOP("FieldConsequences", "until it is activated again"), State::Progressing,
        QT_TRANSLATE_NOOP("FieldConsequences", "The ledger takes the users of %1 again"), ""},
    {"IdentityProviderConfig"_L1, "/spec/allowAllAudiences"_L1, false, State::Degraded,
        QT_TRANSLATE_NOOP("FieldConsequences", "%1 takes tokens of any audience"),
        QT_TRANSLATE_NOOP("FieldConsequences", "Only while nodes are set up."), State::Degraded,
        QT_TRANSLATE_NOOP("FieldConsequences", "Tokens of any other audience are refused"), ""},
    {"DarDeployment"_L1, "/spec/vet"_L1, true, State::Progressing, QT_TRANSLATE_NOOP("FieldConsequences", "The nodes vet the package"), "",
        State::Degraded, QT_TRANSLATE_NOOP("FieldConsequences", "The nodes take no new transactions with the package"),
        QT_TRANSLATE_NOOP("FieldConsequences", "It stays uploaded; contracts of it rest.")},
    {"Backup"_L1, "/spec/verify"_L1, false, State::Progressing, QT_TRANSLATE_NOOP("FieldConsequences", "Every part of %1 is read and compared"), "",
        State::Progressing, QT_TRANSLATE_NOOP("FieldConsequences", "%1 is not verified"), ""},
    {"Backup"_L1, "/spec/retention/hold"_L1, false, State::Suspended, QT_TRANSLATE_NOOP("FieldConsequences", "%1 is kept until it is released"),
        QT_TRANSLATE_NOOP("FieldConsequences", "also beyond its retention; its deletion waits"), State::Degraded,
        QT_TRANSLATE_NOOP("FieldConsequences", "%1 may be deleted again"), QT_TRANSLATE_NOOP("FieldConsequences", "when its retention says so")},
    {"TopologyChange"_L1, "/spec/authorize/approved"_L1, false, State::Updating,
        QT_TRANSLATE_NOOP("FieldConsequences", "The nodes that are run here sign %1"),
        QT_TRANSLATE_NOOP("FieldConsequences", "It is in force once enough have signed; only another change takes it back."), State::Progressing,
        QT_TRANSLATE_NOOP("FieldConsequences", "%1 is no longer approved"), ""},
    {"TopologyChange"_L1, "/spec/authorize/rejected"_L1, false, State::Degraded, QT_TRANSLATE_NOOP("FieldConsequences", "%1 is rejected for good"),
        QT_TRANSLATE_NOOP("FieldConsequences", "A new change is needed to try again."), State::Progressing,
        QT_TRANSLATE_NOOP("FieldConsequences", "%1 is no longer rejected"), ""},
};

class Teller
{
public:
    explicit Teller(const EditReview &review)
        : m_kind(review.edit.kind)
        , m_name(review.edit.object.name)
        , m_before(review.before)
        , m_after(review.after)
    {
    }

    QList<Consequence> tell()
    {
        for (const Field &field : kFields) {
            if (field.kind == m_kind)
                tell(field);
        }
        traffic();
        if (m_kind == "SyncDomainConnection"_L1 && changes(u"/spec/state"_s)) {
            if (text(m_after, u"/spec/state"_s) == "Disconnected"_L1)
                say(State::Degraded, Words::tr("%1 is disconnected").arg(m_name), Words::tr("Its node takes part in nothing there until it is connected again."));
            else
                say(State::Progressing, Words::tr("%1 connects").arg(m_name), {});
        }
        if (m_kind == "Upgrade"_L1 && changes(u"/spec/promotion/approvedBy"_s))
            say(State::Updating, Words::tr("%1 goes on with the nodes that are left").arg(m_name), Words::tr("approved by %1").arg(text(m_after, u"/spec/promotion/approvedBy"_s)));
        if (m_kind == "Upgrade"_L1 && changes(u"/spec/rollback/toRevision"_s))
            say(State::Degraded, Words::tr("Every node that was changed goes back to %1").arg(text(m_after, u"/spec/rollback/toRevision"_s)),
                Words::tr("The upgrade ends with it."));
        if (m_kind == "Validator"_L1 && text(m_after, u"/spec/role"_s) == "Bridge"_L1 && changes(u"/spec/role"_s))
            say(State::Updating, Words::tr("%1 becomes a bridge").arg(m_name), Words::tr("It needs one connection to a public network and one to a private domain."));
        return m_out;
    }

private:
    static QString text(const QJsonValue &object, const QString &pointer) { return json::at(object, pointer).toString(); }
    [[nodiscard]] bool changes(const QString &pointer) const { return json::at(m_before, pointer) != json::at(m_after, pointer); }
    void say(State state, const QString &headline, const QString &detail) { m_out.append({state, headline, detail}); }

    void tell(const Field &field)
    {
        const bool was = json::at(m_before, field.pointer).toBool(field.otherwise);
        const bool is = json::at(m_after, field.pointer).toBool(field.otherwise);
        if (was == is)
            return;
        const char *detail = is ? field.onDetail : field.offDetail;
        const QString headline = Words::tr(is ? field.on : field.off);
        say(is ? field.whenOn : field.whenOff, headline.contains("%1"_L1) ? headline.arg(m_name) : headline, *detail ? Words::tr(detail) : QString());
    }

    void traffic()
    {
        const QString base = u"/spec/traffic/topup"_s;
        if (m_kind != "Validator"_L1 || !changes(base))
            return;
        const QJsonValue now = json::at(m_after, base);
        if (!now["enabled"_L1].toBool())
            return say(State::Degraded, Words::tr("%1 buys no traffic any more").arg(m_name), Words::tr("Its submissions are rejected once what it has is used up."));
        say(State::Progressing, Words::tr("%1 buys traffic by itself").arg(m_name),
            Words::tr("for %1 bytes a second, at most every %2, paid with its Canton Coin")
                .arg(QString::number(now["targetThroughput"_L1].toInteger()), now["minTopupInterval"_L1].toString()));
    }

    const QString m_kind;
    const QString m_name;
    const QJsonValue m_before;
    const QJsonValue m_after;
    QList<Consequence> m_out;
};

}

QList<Consequence> fieldConsequences(const EditReview &review)
{
    return Teller(review).tell();
}

QList<Consequence> deletionConsequences(const EditReview &review)
{
    const QString kind = review.edit.kind;
    if (!review.edit.own)
        return {};
    const QJsonValue before = review.before;
    if (kind == "ValidatorOnboarding"_L1 && json::at(before, u"/status/phase"_s).toString() == "Issued"_L1)
        return {{State::Degraded, Words::tr("The secret it issued can no longer be used"), Words::tr("The validator has to be invited anew.")}};
    if (kind == "Party"_L1)
        return {{State::Degraded, Words::tr("The party stays on the ledger"), Words::tr("A ledger forgets no party; it is only no longer kept from here.")}};
    if (kind == "LedgerUser"_L1 || kind == "WalletUser"_L1)
        return {{State::Degraded, Words::tr("%1 can no longer sign in").arg(review.edit.object.name), Words::tr("The ledger forgets the user and its rights.")}};
    if (kind == "Backup"_L1 && json::at(before, u"/spec/retention/hold"_s).toBool())
        return {{State::Degraded, Words::tr("Its deletion waits, as it is held"), Words::tr("Release it to let it go.")}};
    return {};
}

}
