// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/telemetry/PrometheusAnswers.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>

namespace qd::telemetry {

using namespace Qt::StringLiterals;

namespace {

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(Telemetry)
};

/// A refusal longer than this is not in the words of the API.
constexpr qsizetype kRefusal = 1 << 16;

/// A proxy may leave the type out; then the first character decides.
bool isJson(const ports::HttpAnswer &answer)
{
    if (saysJson(answer))
        return true;
    const QByteArray type = answer.headers.value("content-type").toLower();
    return (type.isEmpty() || type.startsWith("text/plain") || type.startsWith("application/octet-stream")) && answer.body.left(64).trimmed().startsWith('{');
}

QJsonObject refusal(const ports::HttpAnswer &answer)
{
    if (!isJson(answer) || answer.body.size() > kRefusal)
        return {};
    const QJsonObject object = QJsonDocument::fromJson(answer.body).object();
    return object.value("status"_L1) == "error"_L1 ? object : QJsonObject();
}

Error errorUnread(const ServiceTarget &target, const ports::HttpAnswer &answer, const QString &reader)
{
    if (!isJson(answer) || answer.body.isEmpty())
        return target.errorOf(answer);
    Error error{ErrorKind::Network, Tr::tr("%1 at %2: the answer cannot be read: %3.").arg(target.what, target.place(), reader),
                Tr::tr("It was cut on the way, or another program answers at this address."), plainExcerpt(answer.body, {})};
    error.httpStatus = answer.status;
    return error;
}

/// Null when it is a good one.
std::optional<Error> refused(const ServiceTarget &target, const ports::HttpAnswer &answer)
{
    if (answer.status >= 200 && answer.status < 300)
        return std::nullopt;
    const QJsonObject object = refusal(answer);
    if (object.isEmpty())
        return target.errorOf(answer);
    return errorOfPrometheus(target, answer.status, object.value("errorType"_L1).toString(), object.value("error"_L1).toString());
}

network::Labels labelsOf(const QJsonValue &value)
{
    network::Labels out;
    const QJsonObject object = value.toObject();
    for (auto it = object.begin(); it != object.end(); ++it)
        out.insert(it.key(), it.value().toString());
    return out;
}

QDateTime timeOf(const QJsonValue &value)
{
    QDateTime out = QDateTime::fromString(value.toString(), Qt::ISODateWithMs);
    if (!out.isValid())   // nanoseconds
        out = QDateTime::fromString(QString(value.toString().left(19) + u'Z'), Qt::ISODate);
    return out.isValid() && out.toSecsSinceEpoch() > 0 ? out.toUTC() : QDateTime();
}

ports::RuleAlert alertOf(const QJsonValue &alert)
{
    return {labelsOf(alert["labels"_L1]), labelsOf(alert["annotations"_L1]), alert["state"_L1].toString(), timeOf(alert["activeAt"_L1]), alert["value"_L1].toString()};
}

ports::Rule ruleOf(const QString &group, const QJsonValue &rule)
{
    ports::Rule out;
    out.group = group;
    out.name = rule["name"_L1].toString();
    out.expr = rule["query"_L1].toString();
    out.type = rule["type"_L1].toString();
    out.forSeconds = rule["duration"_L1].toDouble();
    out.labels = labelsOf(rule["labels"_L1]);
    out.annotations = labelsOf(rule["annotations"_L1]);
    out.state = rule["state"_L1].toString();
    out.health = rule["health"_L1].toString();
    out.lastError = rule["lastError"_L1].toString();
    const QJsonArray alerts = rule["alerts"_L1].toArray();
    for (const QJsonValue &alert : alerts)
        out.alerts.append(alertOf(alert));
    return out;
}

/// `1:4: parse error: …`, at times behind `invalid parameter "query": `.
Error badQuery(const ServiceTarget &target, const QString &says)
{
    static const QRegularExpression front(u"^invalid parameter \"?'?(\\w+)\"?'?: "_s);
    static const QRegularExpression place(u"^(\\d+:\\d+): (?:parse error: )?"_s);
    QString rest = says;
    const QRegularExpressionMatch parameter = front.match(rest);
    if (parameter.hasMatch())
        rest = rest.mid(parameter.capturedEnd());
    const QRegularExpressionMatch at = place.match(rest);
    Error error{ErrorKind::Invalid, {}};
    if (at.hasMatch()) {
        rest = rest.mid(at.capturedEnd());
        error.message = Tr::tr("The query cannot be read at %1: %2.").arg(at.captured(1), rest);
        error.causes = {{u"query"_s, at.captured(1), rest}};
    } else {
        error.message = Tr::tr("%1 refuses the question: %2.").arg(target.what, rest);
        error.causes = {{parameter.hasMatch() ? parameter.captured(1) : u"query"_s, {}, rest}};
    }
    return error;
}

}

Error errorOfPrometheus(const ServiceTarget &target, int status, const QString &type, const QString &says)
{
    const QString words = plainExcerpt(says.toUtf8(), "text/plain");
    if (type == "bad_data"_L1) {
        Error error = badQuery(target, words);
        error.httpStatus = status;
        return error;
    }
    Error error = target.errorOf(status, words);
    error.reason = type;
    if (type == "execution"_L1 || type == "422"_L1) {
        const bool tooMuch = says.contains("too many samples"_L1) || says.contains("exceed"_L1) || says.contains("limit"_L1);
        error.kind = tooMuch ? ErrorKind::TooMany : ErrorKind::Invalid;
        error.message = Tr::tr("%1 cannot work the query out: %2.").arg(target.what, words);
        error.remedy = tooMuch ? Tr::tr("Ask for a shorter time, a longer step or fewer series.") : QString();
    } else if (type == "timeout"_L1 || type == "canceled"_L1) {
        error.kind = ErrorKind::Timeout;
        error.message = Tr::tr("%1 gave the query up before it was done: %2.").arg(target.what, words);
        error.remedy = Tr::tr("Ask for a shorter time, a longer step or fewer series.");
    } else if (type == "unavailable"_L1) {
        error.kind = ErrorKind::Internal;
        error.remedy = Tr::tr("It may still be starting; try again in a moment.");
    } else if (type == "not_found"_L1) {
        error.kind = ErrorKind::NotFound;
    } else if (type == "not_acceptable"_L1) {
        error.kind = ErrorKind::Unsupported;
    }
    return error;
}

Result<network::SeriesAnswer> readSeriesAnswer(const ServiceTarget &target, ports::HttpAnswer answer, std::stop_token stop)
{
    if (const std::optional<Error> error = refused(target, answer))
        return *error;
    if (!isJson(answer) || answer.body.isEmpty())
        return target.errorOf(answer);
    Result<SeriesBody> body = readSeries(std::exchange(answer.body, {}), stop);
    if (!body) {
        answer.body = "{";   // JSON it is; the whole text helps nobody
        return body.error().kind == ErrorKind::Cancelled ? body.error() : errorUnread(target, answer, body.error().message);
    }
    if (body->failed)
        return errorOfPrometheus(target, answer.status, body->errorType, body->error);
    return std::move(body->answer);
}

Result<QJsonValue> readData(const ServiceTarget &target, const ports::HttpAnswer &answer, QJsonValue::Type wanted)
{
    if (const std::optional<Error> error = refused(target, answer))
        return *error;
    QJsonParseError problem;
    const QJsonDocument document = isJson(answer) ? QJsonDocument::fromJson(answer.body, &problem) : QJsonDocument();
    if (!document.isObject())
        return errorUnread(target, answer, problem.errorString());
    const QJsonObject object = document.object();
    if (object.value("status"_L1) == "error"_L1)
        return errorOfPrometheus(target, answer.status, object.value("errorType"_L1).toString(), object.value("error"_L1).toString());
    const QJsonValue data = object.value("data"_L1);
    if (object.value("status"_L1) != "success"_L1 || (data.type() != wanted && !data.isNull()))
        return errorUnread(target, answer, Tr::tr("it is JSON, but no answer of the Prometheus API"));
    return data;
}

QStringList textsOf(const QJsonValue &data)
{
    QStringList out;
    const QJsonArray array = data.toArray();
    out.reserve(array.size());
    for (const QJsonValue &text : array)
        out.append(text.toString());
    std::sort(out.begin(), out.end());
    return out;
}

QList<network::Labels> labelSetsOf(const QJsonValue &data)
{
    QList<network::Labels> out;
    const QJsonArray array = data.toArray();
    for (const QJsonValue &set : array)
        out.append(labelsOf(set));
    return out;
}

QList<ports::MetricInfo> metadataOf(const QJsonValue &data)
{
    QList<ports::MetricInfo> out;
    const QJsonObject object = data.toObject();
    for (auto it = object.begin(); it != object.end(); ++it) {
        const QJsonValue info = it.value()[0];   // one for each target that tells another; the first serves
        out.append({it.key(), info["type"_L1].toString(), info["help"_L1].toString(), info["unit"_L1].toString()});
    }
    return out;
}

QList<ports::Rule> rulesOf(const QJsonValue &data)
{
    QList<ports::Rule> out;
    const QJsonArray groups = data["groups"_L1].toArray();
    for (const QJsonValue &group : groups) {
        const QJsonArray rules = group["rules"_L1].toArray();
        for (const QJsonValue &rule : rules)
            out.append(ruleOf(group["name"_L1].toString(), rule));
    }
    return out;
}

QList<ports::RuleAlert> alertsOf(const QJsonValue &data)
{
    QList<ports::RuleAlert> out;
    const QJsonArray alerts = data["alerts"_L1].toArray();
    for (const QJsonValue &alert : alerts)
        out.append(alertOf(alert));
    return out;
}

QList<ports::ScrapeTarget> targetsOf(const QJsonValue &data)
{
    QList<ports::ScrapeTarget> out;
    const QJsonArray targets = data["activeTargets"_L1].toArray();
    for (const QJsonValue &target : targets) {
        const network::Labels labels = labelsOf(target["labels"_L1]);
        out.append({labels.value(u"job"_s), labels.value(u"instance"_s), target["health"_L1].toString(), target["lastError"_L1].toString(),
                    target["scrapeUrl"_L1].toString(), timeOf(target["lastScrape"_L1]), labels});
    }
    return out;
}

QString buildOf(const QJsonValue &data)
{
    const QString version = data["version"_L1].toString();
    const QString application = data["application"_L1].toString();   // Mimir says it
    return version.isEmpty() ? application : QString((application.isEmpty() ? u"Prometheus"_s : application) + u' ' + version);
}

bool wantsGet(const ports::HttpAnswer &answer)
{
    return answer.status == 405 || answer.status == 501 || (answer.status == 400 && refusal(answer).isEmpty());
}

QString labelInPath(const QString &label)
{
    static const QRegularExpression plain(u"\\A[A-Za-z_][A-Za-z0-9_]*\\z"_s);
    if (plain.match(label).hasMatch())
        return label;
    QString out = u"U__"_s;
    const QList<uint> characters = label.toUcs4();
    for (qsizetype i = 0; i < characters.size(); ++i) {
        const uint c = characters.at(i);
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (i > 0 && c >= '0' && c <= '9');
        if (letter)
            out += QChar(char16_t(c));
        else if (c == '_')
            out += u"__"_s;
        else
            out += QString(u'_' + QString::number(c, 16) + u'_');
    }
    return out;
}

}
