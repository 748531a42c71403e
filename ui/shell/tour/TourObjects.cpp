// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/tour/TourObjects.h"

#include "models/core/Json.h"
#include "models/network/Pods.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>

namespace qd::ui {

using namespace Qt::StringLiterals;
using network::Cell;
using network::CellType;

namespace {

void readArray(Cell &cell, const network::Column &column, const QJsonArray &list)
{
    if (column.type == CellType::Count) {
        cell.is = Cell::Is::Integer;
        cell.integer = list.size();
        return;
    }
    if (column.type == CellType::Ready) {
        cell.is = Cell::Is::Ratio;
        network::PodCount pods;
        for (const QJsonValue &item : list)
            pods += network::PodCount::of(item.toObject());
        cell.integer = pods.ready;
        cell.whole = pods.desired;
        return;
    }
    QStringList names;
    for (const QJsonValue &item : list)
        names.append(item.isString() ? item.toString() : json::at(item, column.item).toString());
    cell.is = Cell::Is::Text;
    cell.text = names.join(u", "_s);
}

Cell cellOf(const QJsonObject &object, const network::Column &column)
{
    const QJsonValue value = json::at(object, column.pointer);
    Cell cell;
    if (value.isArray()) {
        readArray(cell, column, value.toArray());
    } else if (column.type == CellType::Time && value.isString()) {
        cell.is = Cell::Is::Integer;
        cell.integer = QDateTime::fromString(value.toString(), Qt::ISODate).toSecsSinceEpoch();
    } else if (value.isObject() && column.type == CellType::Ref) {
        cell.is = Cell::Is::Text;
        cell.text = value["name"_L1].toString();
    } else if (value.isBool()) {
        cell.is = Cell::Is::Boolean;
        cell.integer = value.toBool();
    } else if (value.isDouble()) {
        cell.is = Cell::Is::Integer;
        cell.integer = value.toInteger();
    } else if (value.isString()) {
        cell.is = Cell::Is::Text;
        cell.text = value.toString();
    }
    return cell;
}

QJsonObject owner(const QString &kind, const QString &name, const QString &uid)
{
    return {{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, kind}, {u"name"_s, name}, {u"uid"_s, uid}, {u"controller"_s, true}};
}

QJsonObject owned(const QString &name, const QString &ns, const QString &uid, const QJsonObject &by)
{
    return {{u"metadata"_s, QJsonObject{{u"name"_s, name}, {u"namespace"_s, ns}, {u"uid"_s, uid}, {u"ownerReferences"_s, QJsonArray{by}}}}};
}

QJsonObject listOf(const QJsonArray &items)
{
    return {{u"items"_s, items}};
}

QJsonObject managed(const QString &manager, const QString &operation, const QString &subresource, const QString &time, const char *fields)
{
    QJsonObject out{{u"manager"_s, manager}, {u"operation"_s, operation}, {u"time"_s, time}, {u"fieldsType"_s, u"FieldsV1"_s},
                    {u"fieldsV1"_s, QJsonDocument::fromJson(fields).object()}};
    if (!subresource.isEmpty())
        out.insert(u"subresource"_s, subresource);
    return out;
}

QJsonArray managers()
{
    return {managed(u"argocd-controller"_s, u"Apply"_s, {}, u"2026-11-20T08:15:00Z"_s,
                    R"({"f:metadata":{"f:labels":{"f:canton.quarterdeck.io/network":{}}},"f:spec":{"f:imageTag":{},"f:networkRef":{},
                        "f:resources":{"f:cpuLimit":{},"f:replicas":{}},"f:envVars":{"k:{\"name\":\"LOG_LEVEL\"}":{".":{},"f:value":{}}}}})"),
            managed(u"quarterdeck"_s, u"Update"_s, {}, u"2026-11-27T09:20:11Z"_s,
                    R"({"f:metadata":{"f:annotations":{"f:canton.quarterdeck.io/change-reason":{}}},"f:spec":{"f:resources":{"f:replicas":{}}}})"),
            managed(u"canton-operator"_s, u"Update"_s, u"status"_s, u"2026-11-27T12:03:58Z"_s,
                    R"({"f:status":{"f:phase":{},"f:conditions":{"k:{\"type\":\"Ready\"}":{".":{},"f:status":{},"f:reason":{}}},"f:version":{}}})")};
}

}

network::Row tourRow(const QJsonObject &object, const network::KindInfo &kind)
{
    network::Row row;
    const QJsonObject meta = object.value("metadata"_L1).toObject();
    row.name = meta.value("name"_L1).toString();
    row.ns = meta.value("namespace"_L1).toString();
    row.uid = meta.value("uid"_L1).toString(u"tour-"_s + kind.gvr.resource + u'-' + row.name);
    row.resourceVersion = meta.value("resourceVersion"_L1).toString(u"88120417"_s);
    row.created = QDateTime::fromString(meta.value("creationTimestamp"_L1).toString(), Qt::ISODate).toSecsSinceEpoch();
    row.phase = json::at(object, kind.phasePointer).toString();
    row.state = kind.stateOf(row.phase);
    row.network = json::at(object, kind.networkPointer).toString();
    if (row.network.isEmpty())
        row.network = meta.value("labels"_L1).toObject().value("canton.quarterdeck.io/network"_L1).toString();
    row.cells.resize(kind.columns.size());
    for (qsizetype i = 0; i < kind.columns.size(); ++i)
        row.cells[i] = cellOf(object, kind.columns.at(i));
    QJsonValue body = object;
    json::set(body, u"/metadata/uid"_s, row.uid);
    json::set(body, u"/metadata/resourceVersion"_s, row.resourceVersion);
    row.body = QJsonDocument(body.toObject()).toJson(QJsonDocument::Compact);
    return row;
}

bool addTourObject(TourWorld &world, int environment, const QJsonObject &object)
{
    state::Environment *to = world.environment(environment);
    const QString apiVersion = object.value("apiVersion"_L1).toString();
    for (const network::KindInfo &kind : to->kinds().kinds()) {
        if (kind.kind != object.value("kind"_L1).toString() || kind.gvr.apiVersion() != apiVersion)
            continue;
        network::RowBatch batch;
        batch.upserts = {tourRow(object, kind)};
        const network::Row &row = batch.upserts.first();
        world.gateway(environment)->objects.insert(kind.gvr.resource + u'/' + row.name, QJsonDocument::fromJson(row.body.bytes).object());
        to->store(kind)->applyBatch(batch);
        return true;
    }
    return false;
}

QList<QJsonObject> addTourExamples(TourWorld &world, int environment, const QString &folder)
{
    QList<QJsonObject> out;
    const QDir dir(u":/examples/"_s + folder);
    const QStringList names = dir.entryList({u"*.yaml"_s}, QDir::Files, QDir::Name);
    const ports::YamlCodec *yaml = world.context().yaml;
    for (const QString &name : names) {
        QFile file(dir.filePath(name));
        if (!yaml || !file.open(QIODevice::ReadOnly))
            continue;
        const auto documents = yaml->parseAll(file.readAll());
        if (!documents)
            continue;
        for (const ports::YamlDocument &document : *documents) {
            if (addTourObject(world, environment, document.value.toObject()))
                out.append(document.value.toObject());
        }
    }
    return out;
}

void addTourOwned(TourWorld &world, int environment, const QString &plural, const QString &name)
{
    TourGateway *gateway = world.gateway(environment);
    QJsonValue object = gateway->objects.value(plural + u'/' + name);
    const QString ns = json::at(object, u"/metadata/namespace"_s).toString(), uid = json::at(object, u"/metadata/uid"_s).toString();
    const QString kind = json::at(object, u"/kind"_s).toString();
    const QJsonObject by = owner(kind, name, uid);
    QJsonArray sets, pods, claims, secrets;
    for (const QString &part : {u"participant"_s, u"validator-app"_s, u"postgres"_s}) {
        const QString set = name + u'-' + part;
        sets.append(owned(set, ns, set, by));
        pods.append(owned(set + u"-0"_s, ns, set + u"-pod"_s, owner(u"StatefulSet"_s, set, set)));
    }
    claims.append(owned(u"data-"_s + name + u"-postgres-0"_s, ns, u"claim"_s, owner(u"StatefulSet"_s, name, name + u"-postgres"_s)));
    for (const QString &part : {u"-ledger-api-auth"_s, u"-postgres"_s})
        secrets.append(owned(name + part, ns, u"secret"_s + part, by));
    gateway->lists = {{u"statefulsets"_s, listOf(sets)}, {u"pods"_s, listOf(pods)}, {u"persistentvolumeclaims"_s, listOf(claims)},
                      {u"secrets"_s, listOf(secrets)}};
    json::set(object, u"/metadata/managedFields"_s, managers());
    gateway->objects.insert(plural + u'/' + name, object.toObject());
}

void addTourHistory(TourWorld &world, const ObjectId &object, const QString &kind)
{
    const QJsonArray edits{QJsonObject{{u"resource"_s, QString(object.gvr.name() + u'/' + object.name)}, {u"kind"_s, kind},
                                       {u"namespace"_s, object.ns}, {u"uid"_s, object.uid}, {u"applied"_s, true}}};
    const auto record = [&](const QString &id, const QString &title, const QString &reason, const QString &outcome, const QString &message) {
        QJsonObject json{{u"type"_s, u"intent"_s}, {u"id"_s, id}, {u"title"_s, title}, {u"user"_s, u"jonas.weber"_s},
                         {u"cluster"_s, object.cluster}, {u"reason"_s, reason}, {u"edits"_s, edits}};
        (void)world.context().journal->appendNow(json);
        if (outcome.isEmpty())
            return;
        json.insert(u"type"_s, u"result"_s);
        json.insert(u"outcome"_s, outcome);
        json.insert(u"message"_s, message);
        (void)world.context().journal->appendNow(json);
    };
    record(u"tour-1"_s, u"Scale %1"_s.arg(object.name), u"Peak load Friday"_s, u"settled"_s, u"%1 runs with 2 replicas."_s.arg(object.name));
    record(u"tour-2"_s, u"Restart %1"_s.arg(object.name), {}, u"failed"_s, u"The volume of postgres is full."_s);
    record(u"tour-3"_s, u"Label %1"_s.arg(object.name), {}, {}, {});
}

}
