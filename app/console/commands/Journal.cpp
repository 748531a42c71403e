// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Output.h"
#include "app/console/commands/Command.h"
#include "models/core/Format.h"

#include <QJsonArray>

namespace qd::console {

using namespace Qt::StringLiterals;

namespace {

/// `journal`: the local record of changes, and whether its hash chain is whole.
class JournalCommand final : public Command {
public:
    using Command::Command;

    void run() override
    {
        if (invocation().has(u"verify"_s))
            return verify();
        QDateTime since;
        if (invocation().has(u"since"_s)) {
            const qint64 ms = parseDuration(invocation().value(u"since"_s));
            if (ms < 0) {
                sayError({ErrorKind::Invalid, Session::tr("--since %1 is no duration.").arg(invocation().value(u"since"_s)),
                          Session::tr("For example 2h or 7d.")});
                Q_EMIT finished(Usage);
                return;
            }
            since = session().clock()->now().addMSecs(-ms);
        }
        const auto records = session().journal()->read(since);
        if (!records)
            return fail(records.error());
        printRecords(*records);
        Q_EMIT finished(Ok);
    }

private:
    void verify()
    {
        const auto check = session().journal()->verify();
        if (!check)
            return fail(check.error());
        if (invocation().json())
            printJson(QJsonObject{{u"ok"_s, check->ok}, {u"records"_s, check->records}, {u"brokenRecord"_s, check->brokenLine},
                                  {u"message"_s, check->message}, {u"file"_s, session().journal()->path()}});
        else
            printLine(check->message.isEmpty() ? Session::tr("%n record(s), the chain is whole.", nullptr, check->records) : check->message);
        Q_EMIT finished(check->ok ? Ok : Failed);
    }

    void printRecords(const QList<state::JournalRecord> &records) const
    {
        const QString format = invocation().value(u"output"_s);
        if (format == "cef"_L1 || format == "syslog"_L1) {
            for (const state::JournalRecord &record : records)
                print(state::Journal::exportLine(record, format == "cef"_L1 ? state::Journal::Format::Cef
                                                                           : state::Journal::Format::Syslog) + '\n');
            return;
        }
        if (format == "json"_L1) {
            QJsonArray all;
            for (const state::JournalRecord &record : records) {
                QJsonObject object = record.json;
                object.insert("hash"_L1, record.hash);
                all.append(object);
            }
            printJson(all);
            return;
        }
        QList<QStringList> rows;
        for (const state::JournalRecord &record : records) {
            const QJsonObject &r = record.json;
            rows.append({r.value("time"_L1).toString(), r.value("type"_L1).toString(), r.value("user"_L1).toString(),
                         r.value("cluster"_L1).toString(), r.value("edits"_L1)[0]["namespace"_L1].toString(), r.value("title"_L1).toString(), r.value("outcome"_L1).toString(), r.value("reason"_L1).toString()});
        }
        printTable({u"TIME"_s, u"TYPE"_s, u"USER"_s, u"CLUSTER"_s, u"NAMESPACE"_s, u"CHANGE"_s, u"OUTCOME"_s, u"REASON"_s}, rows);
    }
};

}

std::unique_ptr<Command> makeJournal(const Invocation &invocation, Session *session)
{
    return std::make_unique<JournalCommand>(invocation, session);
}

}
