// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/Faults.h"

#include "models/core/Json.h"

#include <QCoreApplication>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;

const char kFaultAnnotation[] = "demo.quarterdeck.io/fault";

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("qd::demo::Faults", text);
}

const QStringList kNodes{u"validators"_s, u"participants"_s, u"supervalidators"_s, u"syncdomains"_s};

const FaultInfo *infoOf(const QString &name)
{
    const auto found = std::find_if(
        faults().begin(), faults().end(), [&name](const FaultInfo &fault) { return fault.name == name; });
    return found == faults().end() ? nullptr : &*found;
}

}

const QList<FaultInfo> &faults()
{
    static const QList<FaultInfo> all{
        {u"crash"_s, kNodes, true, tr("a component's container ends with an error again and again (CrashLoopBackOff)")},
        {u"disk-full"_s, kNodes, false, tr("the database's volume is full: the node is degraded and writes fail")},
        {u"out-of-traffic"_s, {u"validators"_s}, false, tr("the validator has no traffic left: submissions are rejected")},
        {u"stalled-sync"_s, {u"syncdomainconnections"_s}, false,
            tr("the connection stands, but nothing is sequenced any more: the last sequenced time ages")},
        {u"expired-certificate"_s, {u"syncdomains"_s, u"identityproviderconfigs"_s}, false,
            tr("the TLS certificate has expired: whoever connects is refused")},
        {u"broken-backup"_s, {u"validators"_s, u"participants"_s, u"supervalidators"_s, u"syncdomains"_s}, false,
            tr("backups of the node fail at upload: the bucket refuses the credentials")},
        {u"disconnected-domain"_s, {u"syncdomainconnections"_s}, false,
            tr("the sequencer closes the connection: the node is disconnected and tries again")},
        {u"failed-gate"_s, {u"upgrades"_s}, false, tr("the observation after an upgrade finds the node unhealthy: the gate fails")},
        {u"few-connections"_s, kNodes, true,
            tr("the database has connections for one replica of a component: those behind it end with an error until it is scaled back")},
    };
    return all;
}

QString Fault::annotation() const
{
    QString text = component.isEmpty() ? name : QString(name + u':' + component);
    if (until.isValid())
        text += u" until "_s + until.toUTC().toString(Qt::ISODate);
    return text;
}

std::optional<Fault> faultOf(const QJsonObject &object, const QDateTime &now)
{
    const QJsonObject annotations = json::at(object, u"/metadata/annotations"_s).toObject();
    const QString text = annotations.value(QLatin1String(kFaultAnnotation)).toString();
    const qsizetype until = text.indexOf(" until "_L1);
    const QString what = (until < 0 ? text : text.left(until)).trimmed();
    Fault fault{what.section(u':', 0, 0), what.section(u':', 1), {}};
    if (infoOf(fault.name) == nullptr)
        return std::nullopt;
    if (until >= 0) {
        fault.until = QDateTime::fromString(text.mid(until + 7).trimmed(), Qt::ISODate);
        if (!fault.until.isValid() || fault.until <= now)
            return std::nullopt;
    }
    return fault;
}

Result<Fault> parseFault(const QString &text, const QString &plural)
{
    const FaultInfo *info = infoOf(text.section(u':', 0, 0));
    QStringList possible;
    for (const FaultInfo &fault : faults()) {
        if (fault.kinds.contains(plural))
            possible.append(fault.component ? QString(fault.name + u"[:COMPONENT]"_s) : fault.name);
    }
    Error error{ErrorKind::Invalid, {}};
    error.remedy = possible.isEmpty()
        ? tr("Nothing can be broken on %1; quarterdeck-demo chaos --list shows what can.").arg(plural)
        : tr("Possible on %1: %2").arg(plural, possible.join(u", "_s));
    if (info == nullptr || !info->kinds.contains(plural)) {
        error.message = tr("The fault %1 cannot be played on %2.").arg(text, plural);
        return error;
    }
    if (text.contains(u':') && !info->component) {
        error.message = tr("The fault %1 takes no component.").arg(info->name);
        return error;
    }
    if (text.endsWith(u':')) {
        error.message = tr("%1 names no component.").arg(text);
        return error;
    }
    return Fault{info->name, text.section(u':', 1), {}};
}

}
