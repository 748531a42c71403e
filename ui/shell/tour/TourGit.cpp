// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/tour/TourGit.h"

#include "models/core/Json.h"
#include "models/state/JsonDiff.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

QString node()
{
    return u"validators/northgate-validator-2"_s;
}

}

void addTourApplication(TourWorld &world)
{
    const QJsonObject kept{{u"group"_s, u"canton.quarterdeck.io"_s}, {u"kind"_s, u"Validator"_s}, {u"status"_s, u"OutOfSync"_s},
                           {u"namespace"_s, u"canton-mainnet"_s}, {u"name"_s, u"northgate-validator-2"_s}};
    QJsonValue owner = QJsonObject{{u"apiVersion"_s, u"argoproj.io/v1alpha1"_s}, {u"kind"_s, u"Application"_s}};
    json::set(owner, u"/metadata/name"_s, u"northgate-mainnet"_s);
    json::set(owner, u"/metadata/namespace"_s, u"argocd"_s);
    json::set(owner, u"/metadata/resourceVersion"_s, u"88120102"_s);
    json::set(owner, u"/spec/syncPolicy/automated/selfHeal"_s, true);
    json::set(owner, u"/spec/source/repoURL"_s, u"https://git.northgate.example/canton/deploy"_s);
    json::set(owner, u"/spec/source/path"_s, u"mainnet"_s);
    json::set(owner, u"/spec/source/targetRevision"_s, u"main"_s);
    json::set(owner, u"/status/sync/status"_s, u"OutOfSync"_s);
    json::set(owner, u"/status/sync/revision"_s, u"7c1e04a9d5b2f6a8c3e1047d9b2f5a6c8e0d1f23"_s);
    json::set(owner, u"/status/resources"_s, QJsonArray{kept});
    world.gateway(0)->objects.insert(u"applications/northgate-mainnet"_s, owner.toObject());
}

void addTourApplied(TourWorld &world)
{
    QJsonValue object = world.gateway(0)->objects.value(node());
    QJsonValue applied = state::withoutServerFields(object.toObject(), true);
    json::set(applied, u"/spec/imageTag"_s, u"0.4.14"_s);
    json::set(applied, u"/spec/resources/memoryLimit"_s, u"1Gi"_s);
    json::set(object, u"/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration"_s,
              QString::fromUtf8(json::compact(applied)));
    world.gateway(0)->objects.insert(node(), object.toObject());
}

QJsonObject tourSchema()
{
    return QJsonDocument::fromJson(R"({"components": {"schemas": {"v": {"type": "object",
        "x-kubernetes-group-version-kind": [{"group": "canton.quarterdeck.io", "version": "v1alpha1", "kind": "Validator"}],
        "properties": {"spec": {"type": "object", "required": ["networkRef", "partyHint"], "properties": {
            "networkRef": {"type": "object", "description": "The network it belongs to.", "properties": {"name": {"type": "string"}}},
            "partyHint": {"type": "string", "description": "Begins the name of its operator's party."},
            "imageTag": {"type": "string", "description": "The version its components run."},
            "suspend": {"type": "boolean", "description": "Stops every component; data is kept.", "default": false},
            "storageSize": {"type": "string", "description": "Of the validator app's volume; it only grows."},
            "resources": {"type": "object", "description": "What the validator app may use.", "properties": {"cpuLimit": {"type": "string"}}},
            "traffic": {"type": "object", "description": "How the node buys traffic.", "properties": {
                "topup": {"type": "object", "description": "Buys by itself.", "properties": {
                    "enabled": {"type": "boolean", "description": "Buys traffic when it runs low.", "default": true},
                    "targetThroughput": {"type": "integer", "description": "Bytes a second of traffic kept ready ahead.", "default": 20000, "minimum": 0, "maximum": 1000000},
                    "minInterval": {"type": "string", "description": "Shortest time between purchases.", "default": "10m"},
                    "walletRef": {"type": "object", "description": "Pays from another wallet of the node.", "properties": {"name": {"type": "string"}}}}}}}}}}}}}})").object();
}

}
