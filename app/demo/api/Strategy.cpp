// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/Strategy.h"

#include "models/core/Json.h"

#include <QHash>
#include <QJsonArray>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

void insertAt(QJsonObject &object, const QString &pointer, const QJsonValue &value)
{
    QJsonValue whole = object;
    json::set(whole, pointer, value);
    object = whole.toObject();
}

void prepareNamespace(const QJsonObject &old, QJsonObject &object)
{
    insertAt(object, u"/metadata/labels/kubernetes.io~1metadata.name"_s, json::at(object, u"/metadata/name"_s));
    if (!old.isEmpty())
        return;
    insertAt(object, u"/spec/finalizers"_s, QJsonArray{u"kubernetes"_s});
    insertAt(object, u"/status/phase"_s, u"Active"_s);
}

void prepareSecret(const QJsonObject &, QJsonObject &object)
{
    const QJsonObject texts = object.value("stringData"_L1).toObject();
    object.remove("stringData"_L1);
    if (texts.isEmpty())
        return;
    QJsonObject data = object.value("data"_L1).toObject();
    for (auto text = texts.begin(); text != texts.end(); ++text)
        data.insert(text.key(), QString::fromLatin1(text->toString().toUtf8().toBase64()));
    object.insert("data"_L1, data);
}

/// An address of 10.96.0.0/12, told by the name, so that the same network looks the same each time.
QString addressOf(const QJsonObject &object)
{
    const QString name = QString(json::at(object, u"/metadata/namespace"_s).toString() + u'/' + json::at(object, u"/metadata/name"_s).toString());
    const auto hash = quint32(qHash(name.toUtf8(), 7));
    return u"10.%1.%2.%3"_s.arg(96 + hash % 16).arg((hash >> 8) % 256).arg(1 + (hash >> 16) % 254);
}

void prepareService(const QJsonObject &old, QJsonObject &object)
{
    const QString type = json::at(object, u"/spec/type"_s).toString();
    if (type == "ExternalName"_L1)
        return;
    QString address = json::at(object, u"/spec/clusterIP"_s).toString();
    if (address.isEmpty())
        address = json::at(old, u"/spec/clusterIP"_s).toString();
    if (address.isEmpty())
        address = addressOf(object);
    insertAt(object, u"/spec/clusterIP"_s, address);
    insertAt(object, u"/spec/clusterIPs"_s, QJsonArray{address});
    QJsonArray ports = json::at(object, u"/spec/ports"_s).toArray();
    for (qsizetype i = 0; i < ports.size(); ++i) {
        QJsonObject port = ports.at(i).toObject();
        if (!port.contains("targetPort"_L1))
            port.insert("targetPort"_L1, port.value("port"_L1));
        ports.replace(i, port);
    }
    if (!ports.isEmpty())
        insertAt(object, u"/spec/ports"_s, ports);
    if (old.isEmpty())
        insertAt(object, u"/status/loadBalancer"_s, QJsonObject());
}

void preparePod(const QJsonObject &old, QJsonObject &object)
{
    if (!old.isEmpty())
        return;
    bool asks = false;
    for (const QJsonValue &container : json::at(object, u"/spec/containers"_s).toArray())
        asks = asks || !json::at(container, u"/resources/requests"_s).isUndefined() || !json::at(container, u"/resources/limits"_s).isUndefined();
    object.insert("status"_L1, QJsonObject{{u"phase"_s, u"Pending"_s}, {u"qosClass"_s, asks ? u"Burstable"_s : u"BestEffort"_s}});
}

void prepareClaim(const QJsonObject &old, QJsonObject &object)
{
    if (old.isEmpty())
        object.insert("status"_L1, QJsonObject{{u"phase"_s, u"Pending"_s}});
}

}

void prepareBuiltin(const Kind &kind, const QJsonObject &old, QJsonObject &object)
{
    using Prepare = void (*)(const QJsonObject &, QJsonObject &);
    static const QHash<QString, Prepare> all{{u"namespaces"_s, prepareNamespace}, {u"secrets"_s, prepareSecret},
        {u"services"_s, prepareService}, {u"pods"_s, preparePod}, {u"persistentvolumeclaims"_s, prepareClaim}};
    if (kind.custom)
        return;
    if (const Prepare prepare = all.value(kind.resource()))
        prepare(old, object);
}

}
