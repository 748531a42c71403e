// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Json.h"
#include "tests/support/demo/PlanPlayer.h"
#include "tests/support/demo/ShippedSchemas.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

namespace qd::test {

inline const QString kHome = QStringLiteral("canton-dev");

inline QJsonObject json5(const char *text)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(QByteArray(text).replace('\'', '"'), &error);
    if (document.isNull())
        qFatal("%s: %s", qPrintable(error.errorString()), text);
    return document.object();
}

/// An object as a person makes it; quotes in the text may be single.
inline QJsonObject made(const char *kind, const QString &name, const char *spec, const QString &ns = kHome)
{
    return {{QStringLiteral("apiVersion"), QStringLiteral("canton.quarterdeck.io/v1alpha1")},
        {QStringLiteral("kind"), QLatin1String(kind)},
        {QStringLiteral("metadata"), QJsonObject{{QStringLiteral("name"), name}, {QStringLiteral("namespace"), ns}}},
        {QStringLiteral("spec"), json5(spec)}};
}

inline QString keyFor(const QString &name)
{
    return QStringLiteral("1220") + QString::fromLatin1(name.toUtf8().toHex()).leftJustified(64, u'0').left(64);
}

/// A node in its final state: nobody in these tests plays nodes.
inline QJsonObject standing(
    const char *kind, const QString &name, const char *spec = "{}", const QString &phase = QStringLiteral("Ready"))
{
    QJsonObject node = made(kind, name, spec);
    const QString participant = QStringLiteral("PAR::") + name + QStringLiteral("::") + keyFor(name);
    QJsonObject status{{QStringLiteral("phase"), phase}, {QStringLiteral("uid"), keyFor(name)}};
    if (QLatin1String(kind) == QLatin1String("SyncDomain"))
        status.insert(
            QStringLiteral("domainId"), QString(name + QStringLiteral("::") + keyFor(name) + QStringLiteral("::34-0")));
    else if (QLatin1String(kind) != QLatin1String("CantonNetwork"))
        status.insert(QStringLiteral("participantId"), participant);
    node.insert(QStringLiteral("status"), status);
    return node;
}

/// What the schema of the kind's CRD says against an object that the reconcilers wrote; nothing for kinds these tests
/// do not play.
inline QString ledgerVerdict(const QString &plural, const QJsonObject &object)
{
    static const QStringList others{QStringLiteral("validators"), QStringLiteral("participants"),
        QStringLiteral("supervalidators"), QStringLiteral("syncdomains"), QStringLiteral("cantonnetworks")};
    const demo::Schema *schema = others.contains(plural) ? nullptr : shippedSchema(plural);
    return schema ? schemaProblems(*schema, object, true).join(QStringLiteral("; ")) : QString();
}

/// A world with some nodes, a network and the reconcilers of edges, ledger and access.
class LedgerRig : public PlanPlayer
{
public:
    explicit LedgerRig(double speed = 1.0, quint64 seed = 7)
        : PlanPlayer(reconcilers(), speed, seed)
    {
        check = ledgerVerdict;
        create(QStringLiteral("cantonnetworks"),
            standing("CantonNetwork", QStringLiteral("devnet"), "{'type':'DevNet','domainName':'dev.example.org'}"));
        create(QStringLiteral("validators"),
            standing("Validator", QStringLiteral("val-1"), "{'networkRef':{'name':'devnet'}}"));
        create(QStringLiteral("participants"), standing("Participant", QStringLiteral("par-1")));
        create(QStringLiteral("participants"), standing("Participant", QStringLiteral("par-2")));
        create(QStringLiteral("supervalidators"),
            standing("SuperValidator", QStringLiteral("sv-1"), "{'networkRef':{'name':'devnet'}}"));
    }
    [[nodiscard]] static std::vector<std::unique_ptr<demo::Reconciler>> reconcilers()
    {
        std::vector<std::unique_ptr<demo::Reconciler>> all;
        demo::addEdgeReconcilers(all);
        demo::addLedgerReconcilers(all);
        demo::addAccessReconcilers(all);
        return all;
    }
    void setPhase(const QString &plural, const QString &name, const QString &phase)
    {
        patch(plural, kHome, name, {{QStringLiteral("status"), QJsonObject{{QStringLiteral("phase"), phase}}}});
    }
    [[nodiscard]] QString phaseOf(const QString &plural, const QString &name) const
    {
        return phase(plural, kHome, name);
    }
    [[nodiscard]] QJsonValue status(const QString &plural, const QString &name, const QString &pointer) const
    {
        return at(plural, kHome, name, QStringLiteral("/status") + pointer);
    }
    /// "True Reason" of a condition.
    [[nodiscard]] QString is(const QString &plural, const QString &name, const QString &type) const
    {
        const QJsonObject one = condition(plural, kHome, name, type);
        return one.isEmpty() ? QString()
                             : QString(one.value(QStringLiteral("status")).toString() + u' '
                                 + one.value(QStringLiteral("reason")).toString());
    }
    [[nodiscard]] QString said(const QString &plural, const QString &name, const QString &type) const
    {
        return condition(plural, kHome, name, type).value(QStringLiteral("message")).toString();
    }
    [[nodiscard]] bool reaches(const QString &plural, const QString &name, const QString &wanted,
        std::chrono::milliseconds atMost = std::chrono::minutes(5))
    {
        const bool reached = runUntilPhase(plural, kHome, name, wanted, atMost);
        if (!reached)
            qWarning().noquote() << name << "is" << phaseOf(plural, name)
                                 << json::compact(status(plural, name, {})).left(900);
        return reached;
    }
    /// Everything is as it should be: a second look plans nothing.
    [[nodiscard]] QString restless(const QString &plural, const QString &name)
    {
        run(std::chrono::milliseconds(1));
        const demo::Plan plan = look(plural, kHome, name);
        return plan.nothing() ? QString()
                              : QString::fromUtf8(json::compact(plan.status)) + QString::number(plan.writes.size())
                + QString::number(plan.events.size());
    }
};

}
