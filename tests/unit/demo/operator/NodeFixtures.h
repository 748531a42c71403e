// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Json.h"
#include "tests/support/demo/PlanPlayer.h"
#include "tests/support/demo/ShippedSchemas.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace qd::test {

/// Objects as the console makes them, and the schemas of resources/crds to check what the reconcilers write.
inline QJsonObject node(const QString &kind, const QString &name, const QJsonObject &more = {})
{
    QJsonObject spec{{QStringLiteral("networkRef"), QJsonObject{{QStringLiteral("name"), QStringLiteral("devnet")}}},
        {QStringLiteral("imageRepo"), QStringLiteral("registry.example.org/splice/validator-app")},
        {QStringLiteral("imageTag"), QStringLiteral("0.4.15")}};
    const auto text = [](const char *json) { return QJsonDocument::fromJson(json).object(); };
    QJsonObject own;
    if (kind == QStringLiteral("Validator"))
        own = text(R"({"partyHint":"acme-main-1","sponsorSvName":"Lighthouse SV","storageSize":"50Gi",
            "auth":{"mode":"IntegratedKeycloak"},"participant":{"spec":{"resources":{"cpuRequested":"1","memoryLimit":"2Gi"}}}})");
    else if (kind == QStringLiteral("SuperValidator"))
        own = text(R"({"onboarding":{"name":"Lighthouse SV","type":"Founding"}})");
    else if (kind == QStringLiteral("SyncDomain"))
        own = text(R"({"alias":"harbor","owners":{"members":["PAR::a::1220aa"],"threshold":1},
            "sequencer":{"spec":{"instances":1}},"mediator":{"spec":{"instances":2}}})");
    for (auto it = own.begin(); it != own.end(); ++it)
        spec.insert(it.key(), it.value());
    spec = json::mergePatch(spec, more).toObject();
    return {{QStringLiteral("apiVersion"), QStringLiteral("canton.quarterdeck.io/v1alpha1")}, {QStringLiteral("kind"), kind},
        {QStringLiteral("metadata"), QJsonObject{{QStringLiteral("name"), name}, {QStringLiteral("namespace"), QStringLiteral("canton-dev")}}},
        {QStringLiteral("spec"), spec}};
}

inline QJsonObject cantonNetwork(const QString &type = QStringLiteral("DevNet"))
{
    return QJsonDocument::fromJson(QByteArray(R"({"apiVersion":"canton.quarterdeck.io/v1alpha1","kind":"CantonNetwork",
        "metadata":{"name":"devnet","namespace":"canton-dev"},"spec":{"type":")" + type.toLatin1() + R"(","migrationId":3,
        "domainName":"dev.example.org","scan":{"scanType":"trust-single","scanAddress":"https://scan.example.org"},"sponsors":[{"name":"Lighthouse SV","svAddress":"https://sv.example.org",
        "scanAddress":"https://scan.example.org"}]}})")).object();
}

/// A Secret somebody makes by hand: nothing tells whose it is.
inline QJsonObject secret(const QString &name, const QStringList &keys)
{
    QJsonObject data;
    for (const QString &key : keys)
        data.insert(key, QStringLiteral("eA=="));
    return {{QStringLiteral("apiVersion"), QStringLiteral("v1")}, {QStringLiteral("kind"), QStringLiteral("Secret")},
        {QStringLiteral("metadata"), QJsonObject{{QStringLiteral("name"), name}, {QStringLiteral("namespace"), QStringLiteral("canton-dev")}}},
        {QStringLiteral("data"), data}};
}

/// What the CRD's schema says against the object; empty when nothing.
inline QString schemaVerdict(const QString &plural, const QJsonObject &object)
{
    const demo::Schema *schema = shippedSchema(plural);
    return schema ? schemaProblems(*schema, object).join(QStringLiteral("; ")) : QString();
}

/// The reconcilers of nodes, played; what is written is held against the schemas.
inline std::unique_ptr<PlanPlayer> nodePlayer(double speed = 1.0, quint64 seed = 7)
{
    std::vector<std::unique_ptr<demo::Reconciler>> reconcilers;
    demo::addNodeReconcilers(reconcilers);
    auto made = std::make_unique<PlanPlayer>(std::move(reconcilers), speed, seed);
    made->check = schemaVerdict;
    return made;
}

}
