// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/seed/Consortium.h"

#include "app/demo/operator/Faults.h"
#include "app/demo/seed/Documents.h"
#include "models/core/Json.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QHash>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using namespace documents;

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("qd::demo::Seed", text);
}

/// The moment the examples speak of (their first lines say so).
QDateTime momentOfExamples()
{
    return {QDate(2026, 11, 27), QTime(12, 4, 31), Qt::UTC};
}

Result<QList<QJsonObject>> examples(const ports::YamlCodec &yaml)
{
    const QDir dir(u":/examples/consortium"_s);
    QList<QJsonObject> found;
    for (const QString &name : dir.entryList({u"*.yaml"_s}, QDir::Files, QDir::Name)) {
        QFile file(dir.filePath(name));
        if (!file.open(QIODevice::ReadOnly))
            return Error{ErrorKind::Storage, tr("%1 could not be read: %2.").arg(file.fileName(), file.errorString())};
        const Result<QList<ports::YamlDocument>> read = yaml.parseAll(file.readAll());
        if (!read) {
            Error error = read.error();
            error.message = QString(name + u": "_s + error.message);
            return error;
        }
        for (const ports::YamlDocument &document : *read) {
            if (!gvrOf(document.value.toObject()))
                return Error{ErrorKind::Invalid, tr("%1 holds an object that is none of ours.").arg(name)};
            found.append(document.value.toObject());
        }
    }
    if (found.isEmpty())
        return Error{ErrorKind::Storage, tr("This program was built without the consortium's documents.")};
    return found;
}

/// What the operator plays so that a node is, and stays, as the examples show it, until someone heals it.
void addFault(QList<QJsonObject> &documents, const QString &kind, const QString &name, const Fault &fault)
{
    for (QJsonObject &document : documents) {
        if (document.value("kind"_L1).toString() != kind || json::at(document, u"/metadata/name"_s).toString() != name)
            continue;
        QJsonValue changed = document;
        json::set(changed, json::join({u"metadata"_s, u"annotations"_s, QString::fromLatin1(kFaultAnnotation)}), fault.annotation());
        document = changed.toObject();
    }
}

/// Users whose primary party was in force when the status was written.
void addPrimaryParties(QList<QJsonObject> &documents)
{
    const QList<QJsonObject> known = documents;
    for (QJsonObject &document : documents) {
        const QString party = json::at(document, u"/spec/primaryParty/name"_s).toString();
        if (document.value("kind"_L1).toString() != "LedgerUser"_L1 || party.isEmpty())
            continue;
        QJsonValue changed = document;
        json::set(changed, u"/status/primaryParty"_s, json::at(documentOf(known, u"Party"_s, party), u"/status/partyId"_s));
        document = changed.toObject();
    }
}

/// When something was made that the examples do not date: what ran once as it began, what lives on a node some days after the node.
QDateTime bornOf(const QJsonObject &document, const QHash<QString, QDateTime> &nodes, const SeedOptions &options)
{
    const auto at = [&document](const QString &pointer) { return QDateTime::fromString(json::at(document, pointer).toString(), Qt::ISODate); };
    if (const QDateTime told = at(u"/metadata/creationTimestamp"_s); told.isValid())
        return told;
    if (const QDateTime begun = at(u"/status/startTime"_s); begun.isValid())
        return begun.addSecs(-2);
    if (const QDateTime done = at(u"/status/completionTime"_s); done.isValid())
        return done.addSecs(-120);
    QDateTime since = options.now.addDays(-300);
    for (const QString &pointer : {u"/spec/nodeRef"_s, u"/spec/template/nodeRef"_s}) {
        const QJsonObject ref = json::at(document, pointer).toObject();
        since = nodes.value(QString(ref.value("kind"_L1).toString() + u'/' + ref.value("name"_L1).toString()), since);
    }
    // Most things are made in the first weeks.
    const double chance = chanceOf(QString(titleOf(document) + u"/born"_s), options.seed);
    return since.addSecs(qint64(double(since.secsTo(options.now)) * chance * chance * 0.9));
}

/// The server sets creationTimestamp; one that lets a network come with its history reads the annotation.
void tellBirths(QList<QJsonObject> &documents, const SeedOptions &options)
{
    QHash<QString, QDateTime> nodes;
    for (const QJsonObject &document : std::as_const(documents)) {
        const QDateTime made = QDateTime::fromString(json::at(document, u"/metadata/creationTimestamp"_s).toString(), Qt::ISODate);
        if (made.isValid())
            nodes.insert(QString(document.value("kind"_L1).toString() + u'/' + json::at(document, u"/metadata/name"_s).toString()), made);
    }
    for (QJsonObject &document : documents) {
        QJsonValue changed = document;
        if (waveOf(document) > 0 || document.value("kind"_L1).toString() == "Namespace"_L1)
            json::set(changed, json::join({u"metadata"_s, u"annotations"_s, u"demo.quarterdeck.io/created-at"_s}),
                stampOf(bornOf(document, nodes, options)));
        json::remove(changed, u"/metadata/creationTimestamp"_s);
        document = changed.toObject();
    }
}

}

QJsonObject documentOf(const QList<QJsonObject> &documents, const QString &kind, const QString &name)
{
    for (const QJsonObject &document : documents) {
        if (document.value("kind"_L1).toString() == kind && json::at(document, u"/metadata/name"_s).toString() == name)
            return document;
    }
    return {};
}

Result<QList<QJsonObject>> consortium(const SeedOptions &options, const ports::YamlCodec &yaml)
{
    Result<QList<QJsonObject>> read = examples(yaml);
    if (!read)
        return read.error();
    const std::chrono::seconds by(momentOfExamples().secsTo(options.now));
    QList<QJsonObject> documents;
    for (const QJsonObject &document : *read)
        documents.append(movedTimes(document, by).toObject());
    addFault(documents, u"Validator"_s, u"northgate-validator-2"_s, {u"out-of-traffic"_s});
    addFault(documents, u"Participant"_s, u"bob-custody"_s, {u"crash"_s, u"participant"_s});
    addFault(documents, u"Validator"_s, u"harbor-bridge"_s, {u"few-connections"_s, u"participant"_s});
    addPrimaryParties(documents);
    addRecoveryHistory(documents, options);
    addUpgradeHistory(documents, options);
    addScale(documents, options);
    tellBirths(documents, options);
    std::stable_sort(documents.begin(), documents.end(),
        [](const QJsonObject &a, const QJsonObject &b) { return waveOf(a) < waveOf(b); });
    return documents;
}

QList<SeedEdit> consortiumEdits(const SeedOptions &options)
{
    const QJsonObject one{{u"participant"_s, QJsonObject{{u"spec"_s, QJsonObject{{u"resources"_s, QJsonObject{{u"replicas"_s, 1}}}}}}}};
    return {{u"validators/canton-private/harbor-bridge"_s, one, u"jonas.weber"_s, u"Standby for Friday's settlement"_s,
        options.now.addSecs(-(3 * 3600 + 11 * 60))}};
}

}
