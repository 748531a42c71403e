// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/telemetry/Alertmanager.h"

#include "app/telemetry/Chain.h"
#include "app/telemetry/ServiceAnswer.h"
#include "app/telemetry/Sources.h"
#include "models/core/Async.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUuid>

#include <algorithm>

namespace qd::telemetry {

using namespace Qt::StringLiterals;

namespace {

struct Tr
{
    Q_DECLARE_TR_FUNCTIONS(Alertmanager)
};

QDateTime timeOf(const QJsonObject &object, QLatin1StringView key)
{
    const QDateTime time = QDateTime::fromString(object.value(key).toString(), Qt::ISODateWithMs).toUTC();
    return time.isValid() && time.date().year() > 1 ? time : QDateTime();    // Go's zero time
}

network::Labels labelsOf(const QJsonValue &value)
{
    network::Labels labels;
    const QJsonObject object = value.toObject();
    for (auto it = object.begin(); it != object.end(); ++it)
        labels.insert(it.key(), it.value().toString());
    return labels;
}

QStringList textsOf(const QJsonValue &value, QLatin1StringView key = {})
{
    QStringList out;
    for (const QJsonValue &item : value.toArray())
        out.append(key.isEmpty() ? item.toString() : item[key].toString());
    return out;
}

ports::ManagedAlert alertOf(const QJsonObject &object)
{
    ports::ManagedAlert alert;
    alert.labels = labelsOf(object["labels"_L1]);
    alert.annotations = labelsOf(object["annotations"_L1]);
    alert.startsAt = timeOf(object, "startsAt"_L1);
    alert.endsAt = timeOf(object, "endsAt"_L1);
    alert.updatedAt = timeOf(object, "updatedAt"_L1);
    alert.fingerprint = object["fingerprint"_L1].toString();
    alert.generatorUrl = object["generatorURL"_L1].toString();
    alert.receivers = textsOf(object["receivers"_L1], "name"_L1);
    const QJsonObject status = object["status"_L1].toObject();
    alert.state = status["state"_L1].toString();
    alert.silencedBy = textsOf(status["silencedBy"_L1]);
    alert.inhibitedBy = textsOf(status["inhibitedBy"_L1]);
    return alert;
}

ports::AlertGroup groupOf(const QJsonObject &object)
{
    return {labelsOf(object["labels"_L1]), object["receiver"_L1]["name"_L1].toString(), textsOf(object["alerts"_L1], "fingerprint"_L1)};
}

ports::Silence silenceOf(const QJsonObject &object)
{
    ports::Silence silence;
    silence.id = object["id"_L1].toString();
    for (const QJsonValue &value : object["matchers"_L1].toArray())
        silence.matchers.append({value["name"_L1].toString(), value["value"_L1].toString(), value["isRegex"_L1].toBool(),
                                 value["isEqual"_L1].toBool(true)});   // before 0.22 there was no isEqual: it was true
    silence.startsAt = timeOf(object, "startsAt"_L1);
    silence.endsAt = timeOf(object, "endsAt"_L1);
    silence.updatedAt = timeOf(object, "updatedAt"_L1);
    silence.createdBy = object["createdBy"_L1].toString();
    silence.comment = object["comment"_L1].toString();
    silence.state = object["status"_L1]["state"_L1].toString();
    return silence;
}

Result<QJsonDocument> documentOf(const ports::HttpAnswer &answer, const ServiceTarget &from)
{
    if (answer.status != 200)
        return errorOfService(answer, from);
    QJsonParseError parse;
    QJsonDocument document = QJsonDocument::fromJson(answer.body, &parse);
    if (parse.error != QJsonParseError::NoError)
        return errorUnreadable(answer, from, parse.errorString());
    return document;
}

template <typename T>
Result<QList<T>> listOf(const ports::HttpAnswer &answer, const ServiceTarget &from, T (*read)(const QJsonObject &))
{
    const Result<QJsonDocument> document = documentOf(answer, from);
    if (!document)
        return document.error();
    if (!document->isArray())
        return errorUnreadable(answer, from, Tr::tr("a list was expected"));
    QList<T> out;
    for (const QJsonValue &value : document->array())
        out.append(read(value.toObject()));
    return out;
}

/// Which field of a silence the server's words are about (0.25: "silence invalid: invalid label matcher 0: …", "start time must be
/// before end time", "matchers in body should have at least 1 items", "comment in body is required").
QString fieldOf(const QString &says)
{
    const auto about = [&says](QLatin1StringView word) { return says.contains(word, Qt::CaseInsensitive); };
    if (about("matcher"_L1))
        return u"matchers"_s;
    if (about("end time"_L1) || about("endsAt"_L1))
        return u"endsAt"_s;
    if (about("start time"_L1) || about("startsAt"_L1))
        return u"startsAt"_s;
    if (about("comment"_L1))
        return u"comment"_s;
    if (about("created by"_L1) || about("createdBy"_L1) || about("creator"_L1))
        return u"createdBy"_s;
    return {};
}

QString remedyOfField(const QString &field)
{
    if (field == "matchers"_L1)
        return Tr::tr("Name at least one label with a value; a regular expression has to be complete.");
    if (field == "endsAt"_L1 || field == "startsAt"_L1)
        return Tr::tr("Choose an end that lies ahead of now and of the start.");
    return {};
}

/// A refusal of a silence: Invalid names the field.
Error errorOfSilence(const ports::HttpAnswer &answer, const ServiceTarget &from)
{
    const QString says = wordsOfService(answer);
    Error error = errorOfService(answer, from);
    // 0.25 answers 500 when a silence to expire is not there
    if (answer.status == 404 || (answer.status == 500 && says == "silence not found"_L1)) {
        error.kind = ErrorKind::NotFound;
        error.message = Tr::tr("This silence is not there any more.");
        error.remedy = Tr::tr("Make a new one.");
        return error;
    }
    if (error.kind != ErrorKind::Invalid)
        return error;
    if (const QString field = fieldOf(says); !field.isEmpty()) {
        error.causes = {{field, u"FieldValueInvalid"_s, says}};
        error.remedy = remedyOfField(field);
    }
    return error;
}

QString stamp(const QDateTime &time)
{
    return time.toUTC().toString(Qt::ISODateWithMs);
}

}

template <typename T>
QFuture<Result<T>> Alertmanager::ask(const TargetCall &call, std::stop_token stop,
                                     Result<T> (*read)(const ports::HttpAnswer &, const ServiceTarget &)) const
{
    return readOnPool<T>(m_target.request(call, std::move(stop)),
                         [read, target = m_target](const ports::HttpAnswer &answer) { return read(answer, target); });
}

Result<QList<ports::ManagedAlert>> readAlerts(const ports::HttpAnswer &answer, const ServiceTarget &from)
{
    return listOf<ports::ManagedAlert>(answer, from, &alertOf);
}

Result<QList<ports::AlertGroup>> readGroups(const ports::HttpAnswer &answer, const ServiceTarget &from)
{
    return listOf<ports::AlertGroup>(answer, from, &groupOf);
}

Result<QList<ports::Silence>> readSilences(const ports::HttpAnswer &answer, const ServiceTarget &from)
{
    return listOf<ports::Silence>(answer, from, &silenceOf);
}

Result<QString> readSilenceId(const ports::HttpAnswer &answer, const ServiceTarget &from)
{
    if (answer.status != 200)
        return errorOfSilence(answer, from);
    const Result<QJsonDocument> document = documentOf(answer, from);
    if (!document)
        return document.error();
    const QString id = document->object()["silenceID"_L1].toString();
    if (id.isEmpty())
        return errorUnreadable(answer, from, Tr::tr("it does not say the id of the silence"));
    return id;
}

Result<QString> readBuild(const ports::HttpAnswer &answer, const ServiceTarget &from)
{
    const Result<QJsonDocument> document = documentOf(answer, from);
    if (!document)
        return document.error();
    const QJsonObject object = document->object();
    if (!object.contains("versionInfo"_L1) && !object.contains("cluster"_L1))
        return errorUnreadable(answer, from, Tr::tr("this is not the status of an Alertmanager"));
    const QString version = object["versionInfo"_L1]["version"_L1].toString();
    return version.isEmpty() ? QString(u"Alertmanager"_s) : QString(u"Alertmanager "_s + version);
}

QByteArray silenceBody(const ports::Silence &silence)
{
    QJsonArray matchers;
    for (const ports::Matcher &matcher : silence.matchers)
        matchers.append(QJsonObject{{u"name"_s, matcher.name}, {u"value"_s, matcher.value}, {u"isRegex"_s, matcher.isRegex},
                                    {u"isEqual"_s, matcher.isEqual}});
    QJsonObject object{{u"matchers"_s, matchers}, {u"startsAt"_s, stamp(silence.startsAt)}, {u"endsAt"_s, stamp(silence.endsAt)},
                       {u"createdBy"_s, silence.createdBy}, {u"comment"_s, silence.comment}};
    if (!silence.id.isEmpty())
        object.insert(u"id"_s, silence.id);
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

Result<Done> readExpired(const ports::HttpAnswer &answer, const ServiceTarget &from)
{
    if (answer.status == 200)
        return Done();
    return errorOfSilence(answer, from);
}

QFuture<Result<QList<ports::ManagedAlert>>> Alertmanager::alerts(std::stop_token stop)
{
    return ask<QList<ports::ManagedAlert>>({.path = u"/api/v2/alerts"_s}, std::move(stop), &readAlerts);
}

QFuture<Result<QList<ports::AlertGroup>>> Alertmanager::groups(std::stop_token stop)
{
    return ask<QList<ports::AlertGroup>>({.path = u"/api/v2/alerts/groups"_s}, std::move(stop), &readGroups);
}

QFuture<Result<QList<ports::Silence>>> Alertmanager::silences(std::stop_token stop)
{
    return ask<QList<ports::Silence>>({.path = u"/api/v2/silences"_s}, std::move(stop), &readSilences);
}

QFuture<Result<QString>> Alertmanager::setSilence(const ports::Silence &silence, std::stop_token stop)
{
    if (!silence.startsAt.isValid() || !silence.endsAt.isValid()) {
        const QString field = silence.startsAt.isValid() ? u"endsAt"_s : u"startsAt"_s;
        return readyFuture<QString>(Error{ErrorKind::Invalid, Tr::tr("A silence needs a start and an end."), remedyOfField(field), {}, {}, 0, -1,
                                          {{field, u"FieldValueRequired"_s, Tr::tr("There is no time.")}}});
    }
    return ask<QString>({.method = "POST", .path = u"/api/v2/silences"_s, .body = silenceBody(silence), .contentType = "application/json",
                         .harmless = false}, std::move(stop), &readSilenceId);
}

QFuture<Result<Done>> Alertmanager::expireSilence(const QString &id, std::stop_token stop)
{
    // The id goes into the path: only what it can be gets there.
    const QUuid uuid = QUuid::fromString(id);
    if (uuid.isNull())
        return readyFuture<Done>(Error{ErrorKind::Invalid, Tr::tr("“%1” is not the id of a silence.").arg(id),
                                       Tr::tr("An id looks like 6e0e3dd5-d1fb-4b0d-a1cb-f0c1d2c4c1a4.")});
    return ask<Done>({.method = "DELETE", .path = u"/api/v2/silence/"_s + uuid.toString(QUuid::WithoutBraces), .harmless = false},
                     std::move(stop), &readExpired);
}

QFuture<Result<QString>> Alertmanager::build(std::stop_token stop)
{
    return ask<QString>({.path = u"/api/v2/status"_s}, std::move(stop), &readBuild);
}

std::shared_ptr<ports::AlertsSource> makeAlertmanager(ServiceTarget target)
{
    return std::make_shared<Alertmanager>(std::move(target));
}

}
