// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/EventForms.h"

#include <QList>
#include <QString>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

/// Core, view.
const QList<std::pair<QString, QString>> &names()
{
    static const QList<std::pair<QString, QString>> all{{u"involvedObject"_s, u"regarding"_s}, {u"message"_s, u"note"_s}, {u"source"_s, u"deprecatedSource"_s},
        {u"firstTimestamp"_s, u"deprecatedFirstTimestamp"_s}, {u"lastTimestamp"_s, u"deprecatedLastTimestamp"_s}, {u"count"_s, u"deprecatedCount"_s},
        {u"reportingComponent"_s, u"reportingController"_s}};
    return all;
}

void fallback(QJsonObject &object, const QString &name, const QJsonValue &value)
{
    if (!object.contains(name))
        object.insert(name, value);
}

}

QJsonObject eventView(const QJsonObject &core)
{
    QJsonObject view = core;
    for (const auto &[stored, shown] : names()) {
        if (const QJsonValue value = view.take(stored); !value.isUndefined() && !(value.isString() && value.toString().isEmpty()))
            view.insert(shown, value);
    }
    if (view.value("reportingInstance"_L1).toString().isEmpty())
        view.remove("reportingInstance"_L1);
    for (const QString &time : {u"eventTime"_s, u"deprecatedFirstTimestamp"_s, u"deprecatedLastTimestamp"_s})
        fallback(view, time, QJsonValue::Null);
    fallback(view, u"deprecatedSource"_s, QJsonObject());
    view.insert("apiVersion"_L1, u"events.k8s.io/v1"_s);
    return view;
}

QJsonObject eventOfView(const QJsonObject &view)
{
    QJsonObject core = view;
    for (const auto &[stored, shown] : names()) {
        if (const QJsonValue value = core.take(shown); !value.isUndefined())
            core.insert(stored, value);
    }
    core.insert("apiVersion"_L1, u"v1"_s);
    return core;
}

QString storedEventField(const QString &path)
{
    const QString first = path.section(u'.', 0, 0);
    for (const auto &[stored, shown] : names()) {
        if (first == shown)
            return QString(stored + path.mid(first.size()));
    }
    return path;
}

}
