// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/api/Admission.h"
#include "app/demo/api/Lists.h"
#include "app/demo/api/Objects.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

namespace qd::demo::test {

/// JSON; in a text without double quotes ' stands for " and ` for an escaped one (moc 6.4 stumbles over raw strings in classes).
inline QJsonObject object(QByteArray text)
{
    if (!text.contains('"'))
        text.replace('`', "\\\"").replace('\'', '"');
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(text, &problem);
    if (document.isNull())
        qFatal("%s: %s", text.constData(), qPrintable(problem.errorString()));
    return document.object();
}

inline QJsonArray array(const QByteArray &text)
{
    return object("{'list':" + text + "}").value(QLatin1String("list")).toArray();
}

/// A store with two kinds: widgets.example.com (namespaced, status subresource) and namespaces; the namespace "n" is there.
struct ApiRig {
    static QJsonObject definition(const QString &group, const QString &kind, const QString &plural, bool namespaced, const QByteArray &spec)
    {
        const QByteArray schema = R"({"type":"object","properties":{"apiVersion":{"type":"string"},"kind":{"type":"string"},"metadata":{"type":"object"},"spec":)"
            + spec + R"(,"status":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}})";
        QJsonObject version = object(R"({"name":"v1","served":true,"storage":true,"subresources":{"status":{}}})");
        version.insert(QLatin1String("schema"), QJsonObject{{QStringLiteral("openAPIV3Schema"), object(schema)}});
        version.insert(QLatin1String("selectableFields"), QJsonArray{QJsonObject{{QStringLiteral("jsonPath"), QStringLiteral(".spec.colour")}}});
        QJsonObject names{{QStringLiteral("kind"), kind}, {QStringLiteral("plural"), plural}, {QStringLiteral("singular"), kind.toLower()}};
        QJsonObject metadata{{QStringLiteral("name"), QString(plural + QLatin1Char('.') + group)}};
        if (group == QLatin1String("core"))
            metadata.insert(QLatin1String("annotations"), object(R"({"demo.quarterdeck.io/builtin":"nogeneration"})"));
        return {{QStringLiteral("metadata"), metadata},
            {QStringLiteral("spec"),
                QJsonObject{{QStringLiteral("group"), group}, {QStringLiteral("scope"), namespaced ? QStringLiteral("Namespaced") : QStringLiteral("Cluster")},
                    {QStringLiteral("names"), names}, {QStringLiteral("versions"), QJsonArray{version}}}}};
    }

    ApiRig()
        : kinds(*Kinds::load({definition(QStringLiteral("example.com"), QStringLiteral("Widget"), QStringLiteral("widgets"), true,
                                  R"({"type":"object","properties":{"colour":{"type":"string","enum":["red","blue"]},"size":{"type":"integer","default":1},
                                   "env":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],"items":{"type":"object",
                                   "properties":{"name":{"type":"string"},"value":{"type":"string"}}}}}})"),
              definition(QStringLiteral("core"), QStringLiteral("Namespace"), QStringLiteral("namespaces"), false,
                  R"({"type":"object","x-kubernetes-preserve-unknown-fields":true})")})),
          admission(store), objects(store, admission, [this] { return now; }), widgets(*kinds.byResource(QStringLiteral("widgets.example.com")))
    {
        store.put(QStringLiteral("namespaces"), object(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"n","uid":"ns"}})"));
    }

    static QJsonObject widget(const QString &name, const QString &colour = QStringLiteral("red"))
    {
        return {{QStringLiteral("apiVersion"), QStringLiteral("example.com/v1")}, {QStringLiteral("kind"), QStringLiteral("Widget")},
            {QStringLiteral("metadata"), QJsonObject{{QStringLiteral("name"), name}}},
            {QStringLiteral("spec"), QJsonObject{{QStringLiteral("colour"), colour}}}};
    }

    Outcome<Written> create(const QJsonObject &what, WriteOptions options = {})
    {
        if (options.manager.isEmpty())
            options.manager = QStringLiteral("test");
        return objects.create(widgets, QStringLiteral("n"), what, user, options);
    }

    Outcome<Written> merge(const QString &name, const QByteArray &patch, WriteOptions options = {})
    {
        if (options.manager.isEmpty())
            options.manager = QStringLiteral("test");
        return objects.patch(widgets, QStringLiteral("n"), name, "application/merge-patch+json", object(patch), user, options);
    }

    Outcome<Written> apply(const QString &name, const QByteArray &configuration, const QString &manager, bool force = false)
    {
        WriteOptions options;
        options.manager = manager;
        options.force = force;
        QJsonObject given = object(configuration);
        given.insert(QLatin1String("apiVersion"), QStringLiteral("example.com/v1"));
        given.insert(QLatin1String("kind"), QStringLiteral("Widget"));
        return objects.apply(widgets, QStringLiteral("n"), name, given, user, options);
    }

    QDateTime now = QDateTime(QDate(2026, 11, 28), QTime(12, 0), Qt::UTC);
    Store store;
    Kinds kinds;
    Admission admission;
    Objects objects;
    const Kind &widgets;
    User user{QStringLiteral("tester"), {}, {QStringLiteral("system:masters")}, {}};
};

}
