// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/seed/Likeness.h"

#include "app/demo/api/Strategy.h"
#include "app/demo/operator/Ambient.h"
#include "app/demo/operator/Pods.h"
#include "app/demo/seed/Documents.h"
#include "app/demo/seed/Scale.h"
#include "models/core/Json.h"

#include <QJsonDocument>
#include <QUuid>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using namespace documents;

namespace {

const QString kPods = u"pods"_s;
const QString kServices = u"services"_s;

QString addressIn(const QString &resource, const QJsonObject &object)
{
    return resource == kPods ? json::at(object, u"/status/podIP"_s).toString()
        : resource == kServices ? json::at(object, u"/spec/clusterIP"_s).toString()
                                : QString();
}

QString addressFor(const QString &resource, const QString &ns, const QString &name)
{
    return resource == kPods ? podAddress(ns, name) : serviceAddress(ns, name);
}

/// Two uids are never the same, and the same network has the same ones.
QString uidFor(const QString &resource, const QString &ns, const QString &name, quint64 seed)
{
    static const QUuid space(u"8f6f1f0e-52c2-4c0a-9c3e-6a1d6f0b7d11"_s);
    const QString text = resource + u'/' + ns + u'/' + name + u'|' + QString::number(seed);
    return QUuid::createUuidV5(space, text).toString(QUuid::WithoutBraces);
}

}

Likeness::Likeness(const QList<Kept> &node, const QList<Kept> &party, const SeedOptions &options, std::chrono::milliseconds tick)
    : m_node(models(node)), m_party(models(party)), m_options(options), m_tick(tick)
{
}

std::vector<Likeness::Model> Likeness::models(const QList<Kept> &kept)
{
    std::vector<Model> all;
    for (const Kept &one : kept) {
        const QJsonObject metadata = one.object.value("metadata"_L1).toObject();
        all.push_back({one.resource, metadata.value("namespace"_L1).toString(), metadata.value("name"_L1).toString(),
            metadata.value("uid"_L1).toString(), addressIn(one.resource, one.object),
            QJsonDocument(one.object).toJson(QJsonDocument::Compact)});
    }
    return all;
}

int Likeness::nodes() const
{
    return scale::nodesFor(m_options.scale);
}

int Likeness::partiesOn(int node) const
{
    return m_options.scale / nodes() + (node <= m_options.scale % nodes() ? 1 : 0);
}

QList<Kept> Likeness::made(const std::vector<Model> &models, Texts texts, const QString &from, const QString &to) const
{
    // Uids before names: an object's own is said by those it owns as well.
    std::vector<QString> names;
    for (const Model &model : models) {
        names.push_back(QString(model.name).replace(from, to));
        texts.emplace_back(model.uid.toUtf8(), uidFor(model.resource, model.ns, names.back(), m_options.seed).toUtf8());
    }
    QList<Kept> all;
    for (size_t i = 0; i < models.size(); ++i) {
        const Model &model = models[i];
        QByteArray json = model.json;
        for (const auto &[before, after] : texts)
            json.replace(before, after);
        if (!model.address.isEmpty())
            json.replace(model.address.toUtf8(), addressFor(model.resource, model.ns, names[i]).toUtf8());
        all.append({model.resource, QJsonDocument::fromJson(json).object()});
    }
    return all;
}

void Likeness::vary(QJsonObject &node, const QString &name, int number) const
{
    scale::varyNode(node, name, m_options.seed);
    QJsonValue value = node;
    const qint64 told = json::at(node, u"/status/counts/localParties"_s).toInteger();
    json::set(value, u"/status/counts/localParties"_s, std::max<qint64>(told, partiesOn(number) + 1));
    // Where a tenth or less of the traffic is left the operator has bought some already.
    const qint64 limit = json::at(node, u"/status/traffic/limit"_s).toInteger();
    double unlocked = json::at(node, u"/status/balances/unlocked"_s).toString().toDouble();
    if ((limit - json::at(node, u"/status/traffic/consumed"_s).toInteger()) * 10 <= limit && unlocked >= kTopUpCost) {
        json::set(value, u"/status/traffic/limit"_s, limit + kTopUpBytes);
        json::set(value, u"/status/traffic/purchased"_s, json::at(node, u"/status/traffic/purchased"_s).toInteger() + kTopUpBytes);
        unlocked -= kTopUpCost;
    }
    const double locked = json::at(node, u"/status/balances/locked"_s).toString().toDouble();
    for (const QString &pointer : {u"/status/balances/unlocked"_s, u"/status/balances/available"_s})
        json::set(value, pointer, QString::number(unlocked, 'f', 10));
    json::set(value, u"/status/balances/total"_s, QString::number(unlocked + locked, 'f', 10));
    // They are told in turn, not all at once.
    const auto ago = qint64(0.9 * double(m_tick.count()) * chanceOf(QString(name + u"/told"_s), m_options.seed));
    for (const QString &pointer : {u"/status/balances/recordTime"_s, u"/status/lastReconcileTime"_s})
        json::set(value, pointer, stampOf(m_options.now.addMSecs(-ago)));
    node = value.toObject();
}

QList<Kept> Likeness::node(int number) const
{
    const QString from = scale::nodeName(1), to = scale::nodeName(number);
    QList<Kept> all = made(m_node,
        {{fingerprintOf(from, m_options.seed).toUtf8(), fingerprintOf(to, m_options.seed).toUtf8()}, {from.toUtf8(), to.toUtf8()}}, from, to);
    if (!all.isEmpty())
        vary(all.first().object, to, number);
    return all;
}

QList<Kept> Likeness::party(int number) const
{
    const QString from = scale::nodeName(1), to = scale::nodeName(scale::hostOf(number, nodes()));
    const auto quoted = [](const QString &text) { return QByteArray('"' + text.toUtf8() + '"'); };
    return made(m_party,
        {{fingerprintOf(from, m_options.seed).toUtf8(), fingerprintOf(to, m_options.seed).toUtf8()}, {from.toUtf8(), to.toUtf8()},
            {quoted(scale::partyTitle(1)), quoted(scale::partyTitle(number))},
            {scale::partyName(1).toUtf8(), scale::partyName(number).toUtf8()}},
        scale::partyName(1), scale::partyName(number));
}

}
