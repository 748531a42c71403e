// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/Printer.h"

#include "app/demo/api/EventForms.h"
#include "app/demo/api/PrinterKinds.h"

#include "models/core/Json.h"

#include <QHash>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

const QString kNone = u"<none>"_s;
const QString kUnknown = u"<unknown>"_s;

QDateTime timeAt(const QJsonObject &object, const char *pointer)
{
    return QDateTime::fromString(json::at(object, QLatin1String(pointer)).toString(), Qt::ISODate);
}

QString age(const QDateTime &since, const QDateTime &now)
{
    return since.isValid() ? humanDuration(since.secsTo(now)) : kUnknown;
}

/// kubectl's JSONPath without braces: .a.b, [0], [*], ['a.b'], [?(@.type=="Ready")]. All values it leads to.
QJsonArray jsonPath(const QJsonValue &root, const QString &path)
{
    static const QRegularExpression step(
        u"\\.([A-Za-z0-9_-]+)|\\['([^']+)'\\]|\\[(\\d+)\\]|\\[(\\*)\\]|\\[\\?\\(@\\.([A-Za-z0-9_.-]+)\\s*==\\s*[\"']([^\"']*)[\"']\\)\\]"_s);
    QJsonArray values{root};
    auto steps = step.globalMatch(QString(path).replace(u"\\."_s, u"\u0001"_s));
    while (steps.hasNext()) {
        const auto match = steps.next();
        QJsonArray next;
        for (const QJsonValue &value : values) {
            const QString name = QString(match.captured(1) + match.captured(2)).replace(u'\u0001', u'.');
            if (!name.isEmpty()) {
                if (value.toObject().contains(name))
                    next.append(value.toObject().value(name));
            } else if (!match.captured(3).isEmpty()) {
                if (match.captured(3).toInt() < value.toArray().size())
                    next.append(value.toArray().at(match.captured(3).toInt()));
            } else {
                const QString field = match.captured(5);
                for (const QJsonValue &element : value.toArray()) {
                    const QJsonValue is = json::at(element, QString(u'/' + QString(field).replace(u'.', u'/')));
                    if (field.isEmpty() || is.toString() == match.captured(6))
                        next.append(element);
                }
            }
        }
        values = next;
    }
    return values;
}

/// A value as the column's type shows it; null when there is none.
QJsonValue cell(const PrinterColumn &column, const QJsonArray &values, const QDateTime &now)
{
    if (values.isEmpty())
        return QJsonValue::Null;
    const QJsonValue first = values.first();
    if (column.type == "integer"_L1)
        return first.isDouble() ? QJsonValue(first.toInteger()) : QJsonValue(QJsonValue::Null);
    if (column.type == "number"_L1 || column.type == "boolean"_L1)
        return first;
    if (column.type == "date"_L1 || (column.name == "Age"_L1 && column.jsonPath == ".metadata.creationTimestamp"_L1))
        return age(QDateTime::fromString(first.toString(), Qt::ISODate), now);
    QStringList texts;
    for (const QJsonValue &value : values)
        texts.append(value.isString() ? value.toString() : QString::fromUtf8(json::compact(value)));
    return texts.join(u',');
}

QString labelled(const QJsonObject &object, const QString &prefix)
{
    const QJsonObject labels = json::at(object, u"/metadata/labels"_s).toObject();
    QStringList roles;
    for (auto label = labels.begin(); label != labels.end(); ++label) {
        if (label.key().startsWith(prefix))
            roles.append(label.key().mid(prefix.size()));
    }
    return roles.isEmpty() ? kNone : roles.join(u',');
}

QString podStatus(const QJsonObject &pod, qint64 &restarts, int &ready)
{
    QString reason = json::at(pod, u"/status/reason"_s).toString();
    if (reason.isEmpty())
        reason = json::at(pod, u"/status/phase"_s).toString();
    bool running = false;
    for (const QJsonValue &value : json::at(pod, u"/status/containerStatuses"_s).toArray()) {
        const QJsonObject container = value.toObject();
        restarts += container.value("restartCount"_L1).toInteger(0);
        ready += container.value("ready"_L1).toBool() ? 1 : 0;
        const QString waiting = json::at(container, u"/state/waiting/reason"_s).toString();
        const QString ended = json::at(container, u"/state/terminated/reason"_s).toString();
        if (!waiting.isEmpty())
            reason = waiting;
        else if (!ended.isEmpty())
            reason = ended;
        else
            running = running || container.value("ready"_L1).toBool();
    }
    if (reason == "Completed"_L1 && running)
        reason = u"Running"_s;
    if (!json::at(pod, u"/metadata/deletionTimestamp"_s).isUndefined())
        reason = u"Terminating"_s;
    return reason.isEmpty() ? kUnknown : reason;
}

QJsonArray podCells(const QJsonObject &pod, const QDateTime &now)
{
    qint64 restarts = 0;
    int ready = 0;
    const QString status = podStatus(pod, restarts, ready);
    const auto orNone = [&pod](const char *pointer) {
        const QString text = json::at(pod, QLatin1String(pointer)).toString();
        return text.isEmpty() ? kNone : text;
    };
    const qsizetype containers = json::at(pod, u"/spec/containers"_s).toArray().size();
    return {json::at(pod, u"/metadata/name"_s), QString(QString::number(ready) + u'/' + QString::number(containers)), status,
        QString::number(restarts), age(timeAt(pod, "/metadata/creationTimestamp"), now), orNone("/status/podIP"), orNone("/spec/nodeName"),
        orNone("/status/nominatedNodeName"), kNone};
}

QJsonArray eventCells(const QJsonObject &event, const QDateTime &now)
{
    const QDateTime happened = timeAt(event, "/eventTime");
    const QDateTime last = timeAt(event, "/lastTimestamp").isValid() ? timeAt(event, "/lastTimestamp") : happened;
    const QDateTime first = timeAt(event, "/firstTimestamp").isValid() ? timeAt(event, "/firstTimestamp") : happened;
    QStringList source{json::at(event, u"/source/component"_s).toString(), json::at(event, u"/source/host"_s).toString()};
    if (source.first().isEmpty())
        source = {event.value("reportingComponent"_L1).toString(), event.value("reportingInstance"_L1).toString()};
    source.removeAll(QString());
    const qint64 count = std::max<qint64>(1, event.value("count"_L1).toInteger(1));
    const QString object = QString(json::at(event, u"/involvedObject/kind"_s).toString().toLower() + u'/' + json::at(event, u"/involvedObject/name"_s).toString());
    const QString lastSeen = age(last, now);
    return {lastSeen, event.value("type"_L1), event.value("reason"_L1), object, json::at(event, u"/involvedObject/fieldPath"_s).toString(),
        source.join(u", "_s), event.value("message"_L1), age(first, now), count,
        json::at(event, u"/metadata/name"_s)};
}

QJsonArray nodeCells(const QJsonObject &node, const QDateTime &now)
{
    QString status = u"Unknown"_s;
    for (const QJsonValue &value : json::at(node, u"/status/conditions"_s).toArray()) {
        if (value.toObject().value("type"_L1).toString() == "Ready"_L1)
            status = value.toObject().value("status"_L1).toString() == "True"_L1 ? u"Ready"_s : u"NotReady"_s;
    }
    const auto info = [&node](const char *field) { return json::at(node, QString(u"/status/nodeInfo/"_s + QLatin1String(field))).toString(); };
    const auto known = [&info](const char *field) { return info(field).isEmpty() ? kUnknown : info(field); };
    const QJsonValue address = jsonPath(node, u".status.addresses[?(@.type==\"InternalIP\")].address"_s).first();
    return {json::at(node, u"/metadata/name"_s), status, labelled(node, u"node-role.kubernetes.io/"_s),
        age(timeAt(node, "/metadata/creationTimestamp"), now), info("kubeletVersion"), address.isString() ? address.toString() : kNone,
        kNone, known("osImage"), known("kernelVersion"), known("containerRuntimeVersion")};
}

QJsonArray serviceCells(const QJsonObject &service, const QDateTime &now)
{
    QStringList ports;
    for (const QJsonValue &value : json::at(service, u"/spec/ports"_s).toArray()) {
        const QJsonObject port = value.toObject();
        const QString protocol = port.value("protocol"_L1).toString();
        ports.append(QString(QString::number(port.value("port"_L1).toInteger()) + u'/' + (protocol.isEmpty() ? u"TCP"_s : protocol)));
    }
    QStringList selector;
    const QJsonObject labels = json::at(service, u"/spec/selector"_s).toObject();
    for (auto label = labels.begin(); label != labels.end(); ++label)
        selector.append(QString(label.key() + u'=' + label->toString()));
    const QString type = json::at(service, u"/spec/type"_s).toString();
    const QString ip = json::at(service, u"/spec/clusterIP"_s).toString();
    return {json::at(service, u"/metadata/name"_s), type.isEmpty() ? u"ClusterIP"_s : type, ip.isEmpty() ? kNone : ip, kNone,
        ports.isEmpty() ? kNone : ports.join(u','), age(timeAt(service, "/metadata/creationTimestamp"), now),
        selector.isEmpty() ? kNone : selector.join(u',')};
}

QJsonArray sizedCells(const QJsonObject &object, const QDateTime &now, bool type)
{
    const qint64 size = json::at(object, u"/data"_s).toObject().size() + json::at(object, u"/binaryData"_s).toObject().size();
    QJsonArray cells{json::at(object, u"/metadata/name"_s)};
    if (type)
        cells.append(object.value("type"_L1).toString());
    cells.append(size);
    cells.append(age(timeAt(object, "/metadata/creationTimestamp"), now));
    return cells;
}

using Cells = QJsonArray (*)(const QJsonObject &, const QDateTime &);

/// Kinds whose columns no JSONPath can say.
Cells special(const Kind &kind)
{
    static const QHash<QString, Cells> all{{u"pods"_s, podCells}, {u"events"_s, eventCells}, {u"events.events.k8s.io"_s, [](const QJsonObject &o, const QDateTime &now) { return eventCells(eventOfView(o), now); }},
        {u"nodes"_s, nodeCells}, {u"services"_s, serviceCells},
        {u"configmaps"_s, [](const QJsonObject &o, const QDateTime &now) { return sizedCells(o, now, false); }},
        {u"secrets"_s, [](const QJsonObject &o, const QDateTime &now) { return sizedCells(o, now, true); }}};
    return kind.custom ? nullptr : all.value(kind.resource(), cellsOf(kind.resource()));
}

/// Their titles; a name beginning with '-' is shown with -o wide only.
QList<PrinterColumn> specialColumns(const Kind &kind)
{
    static const QHash<QString, QStringList> titles{
        {u"pods"_s, {u"Name"_s, u"Ready"_s, u"Status"_s, u"Restarts"_s, u"Age"_s, u"-IP"_s, u"-Node"_s, u"-Nominated Node"_s, u"-Readiness Gates"_s}},
        {u"events"_s, {u"Last Seen"_s, u"Type"_s, u"Reason"_s, u"Object"_s, u"-Subobject"_s, u"-Source"_s, u"Message"_s, u"-First Seen"_s, u"-Count"_s, u"-Name"_s}},
        {u"nodes"_s, {u"Name"_s, u"Status"_s, u"Roles"_s, u"Age"_s, u"Version"_s, u"-Internal-IP"_s, u"-External-IP"_s, u"-OS-Image"_s, u"-Kernel-Version"_s, u"-Container-Runtime"_s}},
        {u"services"_s, {u"Name"_s, u"Type"_s, u"Cluster-IP"_s, u"External-IP"_s, u"Port(s)"_s, u"Age"_s, u"-Selector"_s}},
        {u"configmaps"_s, {u"Name"_s, u"Data"_s, u"Age"_s}}, {u"secrets"_s, {u"Name"_s, u"Type"_s, u"Data"_s, u"Age"_s}}};
    QList<PrinterColumn> columns;
    for (const QString &title : titles.value(kind.gvr.resource, titlesOf(kind.gvr.resource))) {
        const bool wide = title.startsWith(u'-');
        const QString name = wide ? title.mid(1) : title;
        columns.append({name, typeOf(kind.gvr.resource, name), name == "Name"_L1 ? u"name"_s : QString(), {}, wide ? 1 : 0, {}});
    }
    return columns;
}

QList<PrinterColumn> columnsOf(const Kind &kind)
{
    if (special(kind) != nullptr)
        return specialColumns(kind);
    QList<PrinterColumn> columns{{u"Name"_s, u"string"_s, u"name"_s, u"Name must be unique within a namespace."_s, 0, u".metadata.name"_s}};
    columns += kind.columns;
    const bool dated = kind.custom || kind.gvr.group == "rbac.authorization.k8s.io"_L1;
    for (PrinterColumn &column : columns) {
        if (!dated && column.name == "Age"_L1)
            column.type = u"string"_s;
    }
    if (kind.columns.isEmpty())
        columns.append({u"Age"_s, dated ? u"date"_s : u"string"_s, {}, u"CreationTimestamp is when the object was created."_s, 0, u".metadata.creationTimestamp"_s});
    return columns;
}

}

QString humanDuration(qint64 seconds)
{
    if (seconds < -1)
        return u"<invalid>"_s;
    seconds = std::max<qint64>(0, seconds);
    const auto part = [](qint64 value, const char *unit) { return value == 0 ? QString() : QString(QString::number(value) + QLatin1String(unit)); };
    const qint64 minutes = seconds / 60, hours = minutes / 60, days = hours / 24;
    if (seconds < 120)
        return QString(QString::number(seconds) + u's');
    if (minutes < 10)
        return QString(QString::number(minutes) + u'm' + part(seconds % 60, "s"));
    if (minutes < 180)
        return QString(QString::number(minutes) + u'm');
    if (hours < 8)
        return QString(QString::number(hours) + u'h' + part(minutes % 60, "m"));
    if (hours < 48)
        return QString(QString::number(hours) + u'h');
    if (hours < 192)
        return QString(QString::number(days) + u'd' + part(hours % 24, "h"));
    if (days < 730)
        return QString(QString::number(days) + u'd');
    if (days < 2920)
        return QString(QString::number(days / 365) + u'y' + part(days % 365, "d"));
    return QString(QString::number(days / 365) + u'y');
}

QJsonArray tableColumns(const Kind &kind)
{
    QJsonArray columns;
    for (const PrinterColumn &column : columnsOf(kind)) {
        const bool created = column.name == "Created At"_L1;   // a time as it is stored, and yet a date
        columns.append(QJsonObject{{u"name"_s, column.name}, {u"type"_s, created ? u"date"_s : column.type}, {u"format"_s, column.format},
            {u"description"_s, column.description}, {u"priority"_s, column.priority}});
    }
    return columns;
}

QJsonArray tableCells(const Kind &kind, const QJsonObject &object, const QDateTime &now)
{
    if (const Cells cells = special(kind))
        return cells(object, now);
    QJsonArray cells;
    for (const PrinterColumn &column : columnsOf(kind))
        cells.append(cell(column, jsonPath(object, column.jsonPath), now));
    return cells;
}

}
