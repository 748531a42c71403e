// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Output.h"
#include "app/console/commands/AlertLook.h"
#include "app/console/commands/Command.h"
#include "models/core/Format.h"
#include "models/items/telemetry/AlertMatch.h"
#include "models/items/telemetry/AlertsModel.h"

#include <QJsonArray>

namespace qd::console {

using namespace Qt::StringLiterals;

namespace {

/// `alerts [FILTER]`: what fires, waits and is silenced; with --silences what silences there are.
class Alerts final : public Command {
public:
    using Command::Command;

    void run() override
    {
        const Result<items::AlertsFilter> filter = items::AlertsFilter::parse(invocation().words.join(u' '));
        if (!filter) {
            sayError(filter.error());
            Q_EMIT finished(Usage);
            return;
        }
        m_filter = *filter;
        m_look = std::make_unique<AlertLook>(&session());
        connect(m_look.get(), &AlertLook::ready, this, &Alerts::answer);
        m_look->start();
    }

private:
    void answer()
    {
        invocation().has(u"silences"_s) ? tellSilences() : tellAlerts();
        for (const QString &note : m_look->notes())
            say(note);
        const QList<Error> errors = m_look->errors();
        for (const Error &error : errors)
            sayError(error);
        Q_EMIT finished(errors.isEmpty() ? int(Ok) : exitCodeOf(errors.first()));
    }

    /// Nothing that could not be asked is told as nothing that fires.
    [[nodiscard]] bool known() const
    {
        const QList<items::AlertsStanding> standings = m_look->alerts()->standings();
        return std::all_of(standings.begin(), standings.end(), [](const items::AlertsStanding &s) { return s.asOf.isValid(); });
    }

    /// Prometheus knows nothing of silences.
    [[nodiscard]] bool silencesKnown() const
    {
        const QList<items::AlertsStanding> standings = m_look->alerts()->standings();
        return std::any_of(standings.begin(), standings.end(), [](const items::AlertsStanding &s) {
            return s.alertmanager.phase == ports::TelemetryState::Phase::Found && s.asOf.isValid() && !s.alertmanagerError;
        });
    }

    void tellAlerts() const
    {
        const QDateTime now = session().clock()->now();
        QJsonArray json;
        QList<QStringList> rows;
        for (const items::Alert &alert : m_look->alerts()->alerts()) {
            if (!m_filter.isEmpty() && !m_filter.matches(alert, now))
                continue;
            json.append(alertJson(alert));
            const QString dash(QChar(0x2013));
            QStringList row{items::alertStateWord(alert.state), alert.severityText().isEmpty() ? dash : alert.severityText(), alert.name,
                            alert.subject.text.isEmpty() ? dash : alert.subject.text, alert.since.isValid() ? formatAge(alert.since, now) : dash,
                            alert.silencedUntil.isValid() ? formatRfc3339(alert.silencedUntil) : dash, alert.summary().isEmpty() ? dash : alert.summary()};
            if (several())
                row.prepend(alert.cluster);
            rows.append(row);
        }
        if (invocation().json())
            return printJson(json);
        QStringList header{Session::tr("STATE"), Session::tr("SEVERITY"), Session::tr("ALERT"), Session::tr("ABOUT"), Session::tr("AGE"), Session::tr("SILENCED UNTIL"), Session::tr("WHAT")};
        if (several())
            header.prepend(Session::tr("CLUSTER"));
        if (!rows.isEmpty())
            printTable(header, rows);
        else if (known())
            printLine(m_look->alerts()->alerts().isEmpty() ? Session::tr("Nothing fires.") : Session::tr("No alert matches."));
    }

    void tellSilences() const
    {
        const QDateTime now = session().clock()->now();
        QJsonArray json;
        QList<QStringList> rows;
        for (const items::SilenceLine &line : m_look->alerts()->silences()) {
            json.append(silenceJson(line.cluster, line.silence, line.alerts));
            QStringList row{line.silence.id, items::silenceWord(line.silence.state), line.problem ? Session::tr("unknown") : line.alerts ? QString::number(*line.alerts) : QString(QChar(0x2013)),
                            formatEnd(line.silence.endsAt.secsTo(now)), line.silence.createdBy, items::matchersText(line.silence.matchers), line.silence.comment.simplified()};
            if (several())
                row.prepend(line.cluster);
            rows.append(row);
        }
        if (invocation().json())
            return printJson(json);
        QStringList header{Session::tr("ID"), Session::tr("STATE"), Session::tr("ALERTS"), Session::tr("ENDS"), Session::tr("AUTHOR"), Session::tr("MATCHES"), Session::tr("COMMENT")};
        if (several())
            header.prepend(Session::tr("CLUSTER"));
        if (!rows.isEmpty())
            printTable(header, rows);
        else if (silencesKnown())
            printLine(Session::tr("Nothing is silenced."));
    }

    items::AlertsFilter m_filter;
    std::unique_ptr<AlertLook> m_look;
};

}

std::unique_ptr<Command> makeAlerts(const Invocation &invocation, Session *session)
{
    return std::make_unique<Alerts>(invocation, session);
}

}
