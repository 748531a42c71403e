// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/telemetry/GrafanaLink.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUrlQuery>

#include <cmath>

namespace qd::items {

using namespace Qt::StringLiterals;

namespace {

QString since(qint64 seconds)
{
    const qint64 minutes = seconds / 60;
    if (seconds % 60 != 0)
        return u"now-%1s"_s.arg(seconds);
    if (minutes % 60 != 0)
        return u"now-%1m"_s.arg(minutes);
    return minutes % 1440 != 0 ? u"now-%1h"_s.arg(minutes / 60) : u"now-%1d"_s.arg(minutes / 1440);
}

Error wrong(const char *what)
{
    return {ErrorKind::Invalid, QCoreApplication::translate("GrafanaLink", what),
            QCoreApplication::translate("GrafanaLink", "Open Explore in Grafana with the data source of this cluster, and copy the whole address from the browser.")};
}

/// The part of the address before /explore; Grafana may lie under a path.
QUrl baseOf(QUrl url)
{
    QString path = url.path();
    path.truncate(path.lastIndexOf("/explore"_L1));
    url.setPath(path);
    url.setQuery(QString());
    url.setFragment({});
    return url;
}

}

QUrl exploreUrl(const Grafana &grafana, const QStringList &queries, const TimeRange &range)
{
    const QJsonObject source{{u"type"_s, grafana.type}, {u"uid"_s, grafana.uid}};
    QJsonArray asked;
    for (qsizetype i = 0; i < queries.size(); ++i)
        asked.append(QJsonObject{{u"refId"_s, i < 26 ? QString(QChar(char16_t(u'A' + i))) : u"Q%1"_s.arg(i)}, {u"expr"_s, queries.at(i)}, {u"datasource"_s, source}});
    const auto ms = [](double seconds) { return QString::number(std::llround(seconds * 1000)); };
    const QJsonObject time{{u"from"_s, range.live() ? since(range.last) : ms(range.from)}, {u"to"_s, range.live() ? u"now"_s : ms(range.to)}};
    const QJsonObject pane{{u"datasource"_s, grafana.uid}, {u"queries"_s, asked}, {u"range"_s, time}};
    const QByteArray panes = QJsonDocument(QJsonObject{{u"qd"_s, pane}}).toJson(QJsonDocument::Compact);
    QUrl url = grafana.base;
    QString path = url.path();
    while (path.endsWith(u'/'))
        path.chop(1);
    url.setPath(path + "/explore"_L1);
    // Encoded whole: QUrlQuery leaves '+' as it is, and a server reads that as a space.
    url.setQuery(u"schemaVersion=1&orgId=%1&panes="_s.arg(grafana.organisation) + QString::fromLatin1(QByteArray(panes.toPercentEncoding())), QUrl::StrictMode);
    return url;
}

Result<Grafana> grafanaOf(const QString &exploreAddress)
{
    const QUrl url(exploreAddress.trimmed(), QUrl::TolerantMode);
    if (!url.isValid() || url.host().isEmpty() || (url.scheme() != "https"_L1 && url.scheme() != "http"_L1))
        return wrong(QT_TRANSLATE_NOOP("GrafanaLink", "This is no http or https address."));
    if (!url.path().contains("/explore"_L1))
        return wrong(QT_TRANSLATE_NOOP("GrafanaLink", "This is no address of Grafana's Explore."));
    const QUrlQuery query(url);
    const auto document = [&](const QString &name) {
        return QJsonDocument::fromJson(QByteArray::fromPercentEncoding(query.queryItemValue(name, QUrl::FullyEncoded).toLatin1())).object();
    };
    QJsonObject pane = document(u"left"_s);
    if (const QJsonObject panes = document(u"panes"_s); !panes.isEmpty())
        pane = panes.begin().value().toObject();
    Grafana out;
    out.base = baseOf(url);
    const QJsonObject asked = pane.value("queries"_L1).toArray().at(0).toObject().value("datasource"_L1).toObject();
    const QJsonValue whole = pane.value("datasource"_L1);
    out.uid = asked.value("uid"_L1).toString(whole.isObject() ? whole.toObject().value("uid"_L1).toString() : whole.toString());
    out.type = asked.value("type"_L1).toString(out.type);
    out.organisation = std::max(1, query.queryItemValue(u"orgId"_s).toInt());
    if (out.uid.isEmpty())
        return wrong(QT_TRANSLATE_NOOP("GrafanaLink", "The address of Explore names no data source."));
    return out;
}

Result<Grafana> grafanaAt(const QString &profileAddress, const QString &exploreAddress)
{
    if (Result<Grafana> whole = grafanaOf(profileAddress))
        return whole;
    Result<Grafana> learned = grafanaOf(exploreAddress);
    const QUrl base(profileAddress.trimmed(), QUrl::TolerantMode);
    if (learned && base.isValid() && !base.host().isEmpty() && (base.scheme() == "https"_L1 || base.scheme() == "http"_L1)) {
        learned->base = base.adjusted(QUrl::RemoveQuery | QUrl::RemoveFragment | QUrl::StripTrailingSlash);
        if (base.path().contains("/explore"_L1))
            learned->base = baseOf(base);
    }
    return learned;
}

}
