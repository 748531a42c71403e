// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/operator/Recovery.h"
#include "app/demo/operator/StatusDraft.h"
#include "models/core/Json.h"
#include "tests/support/demo/PlanPlayer.h"
#include "tests/support/demo/ShippedSchemas.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

namespace qd::test {

inline QJsonObject fromJson(const QByteArray &text)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(text, &error);
    if (error.error != QJsonParseError::NoError)
        qFatal("%s: %s", qPrintable(error.errorString()), text.constData());
    return document.object();
}

/// A node that serves, in canton-dev.
inline QJsonObject servingNode(const QString &kind, const QString &name, const QByteArray &more = "{}")
{
    const QByteArray plain = R"({"apiVersion":"canton.quarterdeck.io/v1alpha1",
        "metadata":{"namespace":"canton-dev","labels":{"canton.quarterdeck.io/network":"devnet"}},
        "spec":{"networkRef":{"name":"devnet"},"imageTag":"0.4.15","migrationId":3},
        "status":{"observedGeneration":1,"phase":"Ready","version":"0.4.15","currentMigrationId":3,
            "participantId":"PAR::validator::1220aa","components":[{"name":"participant","image":"p:0.4.15","ready":1,"desired":1}],
            "conditions":[{"type":"Ready","status":"True","reason":"Serving","message":"","lastTransitionTime":"2026-11-01T00:00:00Z"}]}})";
    QJsonObject object = json::mergePatch(fromJson(plain), fromJson(more)).toObject();
    QJsonValue value = object;
    json::set(value, QStringLiteral("/kind"), kind);
    json::set(value, QStringLiteral("/metadata/name"), name);
    return value.toObject();
}

/// Nodes that do in 40 s what they are told to: stop for a Restore, run another image, migrate.
class QuickNodes final : public demo::Reconciler {
public:
    explicit QuickNodes(QString plural) : m_plural(std::move(plural)) { }
    QString plural() const override { return m_plural; }

    demo::Plan reconcile(const QJsonObject &object, const demo::World &world, const demo::Moment &moment) const override
    {
        using namespace Qt::StringLiterals;
        demo::StatusDraft draft(object, moment);
        if (json::at(object, u"/metadata/annotations/stubborn"_s).isString())
            return {};
        const QString tag = json::at(object, u"/spec/imageTag"_s).toString();
        const QJsonValue migration = json::at(object, u"/spec/migrationId"_s);
        if (!demo::runningRestoreOf(world, object).isEmpty()) {
            draft.setPhase(u"Restoring"_s);
            setReady(draft, 0);
        } else if (draft.at(u"/version"_s).toString() != tag || draft.at(u"/currentMigrationId"_s) != migration || draft.phase() == "Restoring"_L1) {
            draft.setPhase(u"Updating"_s);
            draft.setCondition(u"Ready"_s, u"False"_s, u"Updating"_s);
            if (draft.sinceCondition(u"Ready"_s) >= moment.real(std::chrono::seconds(40))) {
                draft.set(u"/version"_s, tag);
                draft.set(u"/currentMigrationId"_s, migration);
                draft.observed();
                setReady(draft, 1);
                draft.setPhase(u"Ready"_s);
                draft.setCondition(u"Ready"_s, u"True"_s, u"Serving"_s);
            } else {
                draft.again(std::chrono::seconds(41));
            }
        } else if (draft.phase() == "Updating"_L1) {
            draft.setPhase(u"Ready"_s);
            draft.setCondition(u"Ready"_s, u"True"_s, u"Serving"_s);
        } else if (draft.phase() == "Ready"_L1) {
            draft.observed();
        }
        return draft.take();
    }

private:
    static void setReady(demo::StatusDraft &draft, int ready)
    {
        QJsonArray components = draft.at(QStringLiteral("/components")).toArray();
        for (qsizetype i = 0; i < components.size(); ++i) {
            QJsonObject component = components.at(i).toObject();
            component.insert(QStringLiteral("ready"), ready);
            components.replace(i, component);
        }
        draft.set(QStringLiteral("/components"), components);
    }
    QString m_plural;
};

/// What the CRD's schema and rules say against the object as it is; empty when nothing.
inline QString strictVerdict(const QString &plural, const QJsonObject &object)
{
    static const QStringList ours{QStringLiteral("backups"), QStringLiteral("backupschedules"), QStringLiteral("restores"),
        QStringLiteral("identitydumps"), QStringLiteral("identitydumpschedules"), QStringLiteral("pruningschedules"),
        QStringLiteral("upgrades")};
    const demo::Schema *schema = ours.contains(plural) ? shippedSchema(plural) : nullptr;
    return schema ? schemaProblems(*schema, object).join(QStringLiteral("; ")) : QString();
}

/// A player with recovery, upgrades and quick nodes; every status is checked against its schema.
inline std::unique_ptr<PlanPlayer> recoveryPlayer(double speed = 1.0, quint64 seed = 1)
{
    std::vector<std::unique_ptr<demo::Reconciler>> all;
    demo::addRecoveryReconcilers(all);
    demo::addUpgradeReconcilers(all);
    for (const QString &plural : {QStringLiteral("validators"), QStringLiteral("participants"), QStringLiteral("supervalidators")})
        all.push_back(std::make_unique<QuickNodes>(plural));
    auto player = std::make_unique<PlanPlayer>(std::move(all), speed, seed);
    player->check = strictVerdict;
    player->create(QStringLiteral("cantonnetworks"), fromJson(R"({"kind":"CantonNetwork","metadata":{"name":"devnet","namespace":"canton-dev"},
        "spec":{"type":"DevNet","migrationId":3}})"));
    player->create(QStringLiteral("validators"), servingNode(QStringLiteral("Validator"), QStringLiteral("v1")));
    return player;
}

/// An object of ours in canton-dev, with this spec.
inline QJsonObject made(const QString &kind, const QString &name, const QByteArray &spec)
{
    return {{QStringLiteral("apiVersion"), QStringLiteral("canton.quarterdeck.io/v1alpha1")}, {QStringLiteral("kind"), kind},
        {QStringLiteral("metadata"), QJsonObject{{QStringLiteral("name"), name}, {QStringLiteral("namespace"), QStringLiteral("canton-dev")}}},
        {QStringLiteral("spec"), fromJson(spec)}};
}

}
