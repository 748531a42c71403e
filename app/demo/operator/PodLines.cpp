// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/PodLines.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

/// Loggers as Canton and Splice abbreviate them.
QString loggerOf(const QString &component)
{
    if (component == "participant"_L1)
        return u"c.d.c.p.ParticipantNode:participant=participant"_s;
    if (component == "sequencer"_L1)
        return u"c.d.c.s.SequencerNode:sequencer=sequencer"_s;
    if (component == "mediator"_L1)
        return u"c.d.c.m.MediatorNode:mediator=mediator"_s;
    if (component == "validator"_L1)
        return u"o.l.s.v.ValidatorApp:validator=validator_backend"_s;
    if (component == "sv"_L1)
        return u"o.l.s.s.SvApp:sv=sv"_s;
    if (component == "scan"_L1)
        return u"o.l.s.s.ScanApp:scan=scan_app"_s;
    return QString(u"c.d.c.h."_s + component);
}

bool isUi(const QString &component)
{
    return component.endsWith("-ui"_L1) || component == "navigator"_L1 || component == "web"_L1;
}

bool isJob(const QString &component)
{
    return component == "backup"_L1 || component == "restore"_L1 || component == "upgrade"_L1;
}

QString hexOf(const QString &text, int length)
{
    return QString::fromLatin1(QCryptographicHash::hash(text.toUtf8(), QCryptographicHash::Sha256).toHex().left(length));
}

QString pick(const QStringList &lines, double chance)
{
    return lines.at(std::min(qsizetype(chance * double(lines.size())), lines.size() - 1));
}

}

QByteArray formatLine(const QString &component, const QString &level, const QString &text, const QDateTime &now)
{
    const QDateTime utc = now.toUTC();
    if (component.endsWith("postgres"_L1)) {
        const QString word = level == "ERROR"_L1 ? u"PANIC"_s : level == "WARN"_L1 ? u"WARNING"_s : u"LOG"_s;
        return QString(utc.toString(u"yyyy-MM-dd HH:mm:ss.zzz"_s) + u" UTC [1] "_s + word + u":  "_s + text).toUtf8();
    }
    if (component == "cometbft"_L1) {
        const QChar word = level == "ERROR"_L1 ? u'E' : level == "WARN"_L1 ? u'W' : u'I';
        return QString(word + QString(u'[' + utc.toString(u"yyyy-MM-dd|HH:mm:ss.zzz"_s) + u"] "_s) + text).toUtf8();
    }
    if (isJob(component))
        return QString(utc.toString(u"yyyy-MM-ddTHH:mm:ss.zzzZ"_s) + u' ' + level.leftJustified(5) + u' ' + text).toUtf8();
    if (isUi(component)) {
        if (text.startsWith(u'"'))
            return QString(u"127.0.0.1 - - ["_s + utc.toString(u"dd/MMM/yyyy:HH:mm:ss"_s) + u" +0000] "_s + text).toUtf8();
        return QString(utc.toString(u"yyyy/MM/dd HH:mm:ss"_s) + u" ["_s
            + (level == "ERROR"_L1 ? u"emerg"_s : u"notice"_s) + u"] 1#1: "_s + text)
            .toUtf8();
    }
    const QString stamp = utc.toString(u"yyyy-MM-ddTHH:mm:ss.zzzZ"_s);
    const QJsonObject line{{u"@timestamp"_s, stamp}, {u"@version"_s, u"1"_s}, {u"message"_s, text},
        {u"logger_name"_s, loggerOf(component)},
        {u"thread_name"_s, QString(u"canton-env-ec-"_s + QString::number(20 + utc.time().msec() % 40))},
        {u"level"_s, level}, {u"trace-id"_s, hexOf(QString(stamp + component + text), 32)}};
    return QJsonDocument(line).toJson(QJsonDocument::Compact);
}

QStringList startLines(const QString &component, const QString &version)
{
    if (component.endsWith("postgres"_L1))
        return {u"INFO|starting PostgreSQL %1 on x86_64-pc-linux-gnu"_s.arg(version),
            u"INFO|listening on IPv4 address \"0.0.0.0\", port 5432"_s, u"INFO|database system was shut down cleanly"_s};
    if (component == "cometbft"_L1)
        return {u"INFO|Version info tendermint_version=0.37.15 module=main"_s, u"INFO|Starting Node service module=main"_s};
    if (isUi(component))
        return {u"INFO|nginx/1.27.3"_s, u"INFO|start worker processes"_s};
    if (component == "participant"_L1 || component == "sequencer"_L1 || component == "mediator"_L1)
        return {u"INFO|Starting Canton version %1"_s.arg(version), u"INFO|Deciding to run with 4 threads"_s,
            u"INFO|Applying database migrations: the schema is up to date"_s,
            u"INFO|Waiting for the node's identity to be initialized"_s};
    return {u"INFO|Starting Splice version %1"_s.arg(version), u"INFO|Waiting for the participant to be active"_s};
}

QStringList readyLines(const QString &component)
{
    if (component.endsWith("postgres"_L1))
        return {u"INFO|database system is ready to accept connections"_s};
    if (component == "participant"_L1)
        return {u"INFO|Ledger API server is listening on 0.0.0.0:5001, Admin API on 0.0.0.0:5002"_s,
            u"INFO|Successfully started participant: health is SERVING"_s};
    if (component == "sequencer"_L1)
        return {u"INFO|Public API is listening on 0.0.0.0:5008, Admin API on 0.0.0.0:5009"_s,
            u"INFO|Sequencer is initialized and active"_s};
    if (component == "mediator"_L1)
        return {u"INFO|Mediator is active: subscribed to the sequencer"_s};
    if (component == "cometbft"_L1)
        return {u"INFO|Caught up with the chain module=blocksync"_s};
    if (isUi(component))
        return {u"INFO|\"GET /readyz HTTP/1.1\" 200 2 \"-\" \"kube-probe/1.31\""_s};
    return {u"INFO|App is initialized: readiness is true"_s};
}

QString dailyLine(const QString &component, double chance, const QDateTime &now)
{
    const QString number = QString::number(1 + qint64(chance * 400));
    if (component.endsWith("postgres"_L1))
        return pick({u"INFO|checkpoint starting: time"_s,
                        u"INFO|checkpoint complete: wrote %1 buffers (0.6%); 0 WAL file(s) added"_s.arg(number)},
            chance);
    if (component == "cometbft"_L1)
        return u"INFO|committed state height=%1 num_txs=%2 module=state"_s.arg(
            QString::number(now.toSecsSinceEpoch() / 2 - 880000000), QString::number(int(chance * 9)));
    if (isUi(component))
        return u"INFO|\"GET /readyz HTTP/1.1\" 200 2 \"-\" \"kube-probe/1.31\""_s;
    if (component == "sequencer"_L1)
        return u"INFO|Block %1 ordered, %2 events, %3 ms"_s.arg(QString::number(now.toSecsSinceEpoch() / 20),
            QString::number(1 + int(chance * 20)), QString::number(20 + int(chance * 90)));
    if (component == "mediator"_L1)
        return u"INFO|Finalized %1 requests with verdict approve, slowest after %2 ms"_s.arg(
            number, QString::number(200 + int(chance * 900)));
    if (component == "participant"_L1)
        return pick({u"INFO|Prepared %1 confirmations, none rejected"_s.arg(number),
                        u"INFO|Commands completed: %1 succeeded, 0 failed"_s.arg(number),
                        u"INFO|Sent ACS commitments for the period to %1 counter-participants"_s.arg(
                            QString::number(1 + int(chance * 12)))},
            chance);
    if (component == "validator"_L1)
        return pick({u"INFO|CollectRewardsAndMergeAmuletsTrigger: merged %1 coupons"_s.arg(number),
                        u"INFO|ReceiveFaucetCouponTrigger: recorded the validator's activity for the round"_s},
            chance);
    return u"INFO|Polled %1 updates"_s.arg(number);
}

}
