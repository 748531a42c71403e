// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/Async.h"
#include "models/core/Json.h"
#include "ui/shell/tour/TourWorld.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {
QJsonObject event(const QString &type, const QString &reason, const QString &message, int count, const QString &time)
{
    return {{u"type"_s, type}, {u"reason"_s, reason}, {u"message"_s, message}, {u"count"_s, count}, {u"lastTimestamp"_s, time}};
}
}

QDateTime TourClock::now() const
{
    return QDateTime(QDate(2026, 11, 27), QTime(12, 4, 31), Qt::UTC).addSecs(-ago);
}

Result<QJsonObject> TourBodies::open(const network::PackedBody &body) const
{
    return QJsonDocument::fromJson(body.bytes).object();
}

Error TourGateway::none(const QString &what)
{
    return {ErrorKind::Unsupported, u"The tour has no %1."_s.arg(what)};
}

QString TourGateway::serverUrl() const
{
    return u"https://api.%1.example:6443"_s.arg(m_cluster);
}

QFuture<Result<ports::ServerVersion>> TourGateway::version(std::stop_token)
{
    return readyFuture(Result<ports::ServerVersion>(ports::ServerVersion{u"v1.36.3"_s, {}, serverUrl(), u"TLSv1.3"_s, {}, 12}));
}

QFuture<Result<ports::Identity>> TourGateway::whoAmI(std::stop_token)
{
    return readyFuture(Result<ports::Identity>(ports::Identity{u"mira.koenig"_s, {}, {u"canton-operators"_s, u"oncall"_s}}));
}

QFuture<Result<QList<ports::ServedResource>>> TourGateway::discover(std::stop_token)
{
    return readyFuture(Result<QList<ports::ServedResource>>(QList<ports::ServedResource>()));
}

QFuture<Result<QJsonObject>> TourGateway::get(const Gvr &gvr, const QString &, const QString &name, std::stop_token)
{
    ++asked[u"get"_s];
    if (fails)
        return readyFuture(Result<QJsonObject>(*fails));
    const QJsonObject object = objects.value(gvr.resource + u'/' + name);
    if (object.isEmpty())
        return readyFuture(Result<QJsonObject>(Error{ErrorKind::NotFound, u"%1 \"%2\" is not there."_s.arg(gvr.resource, name)}));
    return readyFuture(Result<QJsonObject>(object));
}

QFuture<Result<QJsonObject>> TourGateway::list(const Gvr &gvr, const ports::ListQuery &, std::stop_token)
{
    if (const auto known = lists.constFind(gvr.resource); known != lists.constEnd())
        return readyFuture(Result<QJsonObject>(*known));
    return readyFuture(Result<QJsonObject>(none(u"lists"_s)));
}

QFuture<Result<QJsonObject>> TourGateway::table(const Gvr &, const ports::ListQuery &, std::stop_token)
{
    return readyFuture(Result<QJsonObject>(none(u"tables"_s)));
}

/// A dry run answers with the object as it would be; nothing is ever kept.
QFuture<Result<ports::WriteOutcome>> TourGateway::write(const ports::WriteRequest &request, std::stop_token)
{
    if (!allowed)
        return readyFuture(Result<ports::WriteOutcome>(Error{ErrorKind::Forbidden, u"%1 may not be changed."_s.arg(request.name)}));
    const QString key = request.gvr.resource + u'/' + request.name;
    if (refusals.contains(key))
        return readyFuture(Result<ports::WriteOutcome>(refusals.value(key)));
    QJsonObject object = objects.value(key);
    if (request.verb == ports::Verb::MergePatch)
        object = json::mergePatch(object, request.body).toObject();
    else if (request.verb == ports::Verb::Create || request.verb == ports::Verb::Update)
        object = request.body.toObject();
    return readyFuture(Result<ports::WriteOutcome>(ports::WriteOutcome{object, {}}));
}

QFuture<Result<ports::AccessAnswer>> TourGateway::mayI(const ports::AccessQuestion &question, std::stop_token)
{
    const bool reading = question.verb == "list"_L1 || question.verb == "get"_L1 || question.verb == "watch"_L1;
    const bool given = allowed && (onlyIn.isEmpty() || question.ns == onlyIn) && question.verb != "delete"_L1 && !withheld.contains(QString(question.verb + u' ' + question.gvr.resource));
    return readyFuture(Result<ports::AccessAnswer>(ports::AccessAnswer{reading || given, {}}));
}

QFuture<Result<QJsonObject>> TourGateway::rules(const QString &, std::stop_token)
{
    return readyFuture(Result<QJsonObject>(QJsonObject()));
}

QFuture<Result<QJsonObject>> TourGateway::events(const ObjectId &, std::stop_token)
{
    ++asked[u"events"_s];
    const QJsonArray items{event(u"Warning"_s, u"TopUpFailed"_s, u"The top-up needs 1,240.00 CC, 812.40 CC are available."_s, 4, u"2026-11-27T11:26:31Z"_s),
                           event(u"Normal"_s, u"BackupSucceeded"_s, u"Backup northgate-validator-2-3 is complete and verified."_s, 1, u"2026-11-27T09:24:31Z"_s),
                           event(u"Normal"_s, u"Reconciled"_s, u"Version 12 was acted on."_s, 31 + moreEvents, u"2026-11-27T09:20:11Z"_s),
                           event(u"Warning"_s, u"ProbeFailed"_s, u"participant: the health probe did not answer within 5 s."_s, 2, u"2026-11-27T04:02:00Z"_s),
                           event(u"Normal"_s, u"LicenseRenewed"_s, u"The validator licence was renewed by Lighthouse SV."_s, 1, u"2026-11-26T22:58:31Z"_s)};
    return readyFuture(Result<QJsonObject>(QJsonObject{{u"items"_s, items}}));
}

QFuture<Result<QJsonObject>> TourGateway::openApi(const Gvr &, std::stop_token)
{
    return readyFuture(schema.isEmpty() ? Result<QJsonObject>(none(u"schema"_s)) : Result<QJsonObject>(schema));
}

QFuture<Result<QByteArray>> TourGateway::podLog(const QString &, const QString &, const QString &, int, bool, std::stop_token)
{
    return readyFuture(Result<QByteArray>(none(u"logs"_s)));
}

}
