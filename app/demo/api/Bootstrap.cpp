// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/Bootstrap.h"

#include "app/demo/api/Metadata.h"
#include "app/yaml/Yaml.h"
#include "models/core/Json.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonArray>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

const QString kDefinitions = u"customresourcedefinitions.apiextensions.k8s.io"_s;

Error broken(const QString &file, const QString &why)
{
    Error error{ErrorKind::Internal, {}};
    error.message = QCoreApplication::translate("qd::demo::Bootstrap", "The built-in file %1 cannot be used: %2").arg(file, why);
    return error;
}

Result<QList<QJsonObject>> documents(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return broken(path, file.errorString());
    const auto parsed = yaml::makeYamlCodec()->parseAll(file.readAll());
    if (!parsed)
        return broken(path, parsed.error().text());
    QList<QJsonObject> objects;
    for (const ports::YamlDocument &document : *parsed) {
        if (!document.value.isNull())
            objects.append(document.value.toObject());
    }
    return objects;
}

Result<QList<QJsonObject>> folder(const QString &path)
{
    QList<QJsonObject> all;
    const QStringList files = QDir(path).entryList({u"*.yaml"_s}, QDir::Files, QDir::Name);
    if (files.isEmpty())
        return broken(path, QCoreApplication::translate("qd::demo::Bootstrap", "it holds no YAML"));
    for (const QString &file : files) {
        const auto objects = documents(QString(path + u'/' + file));
        if (!objects)
            return objects.error();
        all += *objects;
    }
    return all;
}

QJsonObject established(QJsonObject definition, const QString &now)
{
    const QJsonObject names = json::at(definition, u"/spec/names"_s).toObject();
    const auto condition = [&now](const QString &type, const QString &reason, const QString &message) {
        return QJsonObject{{u"type"_s, type}, {u"status"_s, u"True"_s}, {u"reason"_s, reason}, {u"message"_s, message}, {u"lastTransitionTime"_s, now}};
    };
    definition.insert("status"_L1,
        QJsonObject{{u"acceptedNames"_s, names}, {u"storedVersions"_s, QJsonArray{json::at(definition, u"/spec/versions/0/name"_s)}},
            {u"conditions"_s,
                QJsonArray{condition(u"NamesAccepted"_s, u"NoConflicts"_s, u"no conflicts found"_s),
                    condition(u"Established"_s, u"InitialNamesAccepted"_s, u"the initial names have been accepted"_s)}}});
    return definition;
}

}

Result<Kinds> bootstrapKinds()
{
    const auto builtin = folder(u":/demo/kinds"_s);
    if (!builtin)
        return builtin.error();
    const auto ours = folder(u":/crds"_s);
    if (!ours)
        return ours.error();
    return Kinds::load(*builtin + *ours);
}

std::optional<Error> bootstrap(Store &store, const Kinds &kinds, const QDateTime &now)
{
    QList<QJsonObject> all;
    for (const QString &path : {u":/demo/bootstrap"_s, u":/crds"_s, u":/policies"_s, u":/rbac"_s}) {
        const auto objects = folder(path);
        if (!objects)
            return objects.error();
        all += *objects;
    }
    const QString stamp = now.toUTC().toString(u"yyyy-MM-ddTHH:mm:ssZ"_s);
    for (QJsonObject object : all) {
        const Kind *kind = kinds.byKind(object.value("apiVersion"_L1).toString(), object.value("kind"_L1).toString());
        if (kind == nullptr)
            return broken(json::at(object, u"/metadata/name"_s).toString(), QCoreApplication::translate("qd::demo::Bootstrap", "its kind is not served"));
        object.insert("metadata"_L1, metadata::fresh(object.value("metadata"_L1).toObject(), *kind, now));
        if (kind->resource() == kDefinitions)
            object = established(object, stamp);
        store.put(kind->resource(), object);
    }
    return std::nullopt;
}

}
