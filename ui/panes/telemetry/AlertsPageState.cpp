// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/telemetry/AlertsPage.h"

#include "models/core/Format.h"
#include "ui/panes/telemetry/AlertDetails.h"
#include "ui/panes/telemetry/AlertsTable.h"
#include "ui/panes/telemetry/SilenceDialog.h"
#include "ui/panes/telemetry/SilenceExpireDialog.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/StatePage.h"

#include <QDesktopServices>
#include <QMenu>
#include <QStackedWidget>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::AlertsStanding;
using network::State;
using Phase = ports::TelemetryState::Phase;

namespace {

/// Seconds of logs around the moment at which an alert began.
constexpr qint64 kLogsBefore = 900, kLogsAfter = 2700;

QString clockOf(const QDateTime &at)
{
    return at.toUTC().toString(u"HH:mm:ss 'UTC'"_s);
}

const Error *firstError(const AlertsStanding &standing)
{
    return standing.alertmanagerError ? &*standing.alertmanagerError : standing.prometheusError ? &*standing.prometheusError : nullptr;
}

}

void AlertsPage::update()
{
    Q_EMIT countChanged();
    if (!m_shown)
        return;     // shown, it looks
    const items::AlertCounts &counts = m_session->counts();
    const bool several = m_session->environments().size() > 1;
    m_table->setSeveral(several);
    m_silenceTable->setSeveral(several);
    QStringList texts{tr("%1 firing").arg(formatInteger(counts.firing))};
    if (counts.pending > 0)
        texts.append(tr("%1 pending").arg(formatInteger(counts.pending)));
    if (counts.silenced > 0)
        texts.append(tr("%1 silenced").arg(formatInteger(counts.silenced)));
    if (counts.inhibited > 0)
        texts.append(tr("%1 inhibited").arg(formatInteger(counts.inhibited)));
    const QList<AlertsStanding> standings = m_session->standings();
    const bool known = std::any_of(standings.begin(), standings.end(), [](const AlertsStanding &s) { return s.asOf.isValid(); });
    m_counts->setText(known ? texts.join(u", "_s) : QString());
    const auto active = std::count_if(m_session->silences().begin(), m_session->silences().end(), [](const items::SilenceLine &line) { return line.silence.state == "active"_L1; });
    m_silences->setText(active > 0 ? tr("Silences (%1)").arg(active) : tr("Silences"));
    const QList<state::Environment *> environments = m_session->environments();
    QString why = environments.isEmpty() ? tr("No environment is open.") : QString();
    for (const state::Environment *environment : environments) {
        why = m_session->whyNotSilence(environment->name());
        if (why.isEmpty())
            break;
    }
    m_new->setEnabled(why.isEmpty());
    m_new->setToolTip(plainTip(why));
    updateState();
    updateBars();
    updateDetails();
}

/// Empty: rows are shown. Else what stands in their place, as one text that tells whether it is still that.
QString AlertsPage::stateOfAlerts()
{
    if (m_model->shown() > 0)
        return {};
    if (!m_session->alerts().isEmpty())
        return u"filtered "_s + m_filter->text();
    const QList<AlertsStanding> standings = m_session->standings();
    if (standings.isEmpty())
        return u"none"_s;
    const auto all = [&standings](auto is) { return std::all_of(standings.begin(), standings.end(), is); };
    if (all([](const AlertsStanding &s) { return s.asOf.isValid(); }))
        return u"good"_s;
    // What one answered says nothing of the others.
    if (std::any_of(standings.begin(), standings.end(), [](const AlertsStanding &s) { return s.asOf.isValid(); }))
        return u"partly"_s;
    for (const AlertsStanding &standing : standings) {
        if (standing.loading)
            return u"loading "_s + standing.cluster;
    }
    for (const AlertsStanding &standing : standings) {
        if (const Error *error = firstError(standing))
            return u"error "_s + error->text();
    }
    return all([](const AlertsStanding &s) { return !s.any(); }) ? u"missing"_s : u"loading "_s + standings.first().cluster;
}

void AlertsPage::updateState()
{
    const bool silences = m_session->silences().isEmpty();
    m_silencePage->setVisible(silences);
    if (silences)
        m_silencePage->showEmpty(tr("Nothing is silenced."), tr("A silence holds back the notices of alerts for a while, by what their labels are."));
    const QString page = stateOfAlerts();
    if (page == m_shownState)
        return;
    m_shownState = page;
    m_page->setVisible(!page.isEmpty());
    m_page->raise();
    const QList<AlertsStanding> standings = m_session->standings();
    if (page.startsWith("filtered"_L1)) {
        m_page->showFiltered(tr("No alert matches %1.").arg(m_filter->text()), tr("%n alert(s) hidden.", nullptr, int(m_session->alerts().size())));
    } else if (page == "none"_L1) {
        m_page->showEmpty(tr("No environment is open."));
    } else if (page == "good"_L1) {
        m_page->showEmpty(tr("Nothing fires."), tr("No alert fires and none is pending."));
    } else if (page == "partly"_L1) {
        m_page->showEmpty(tr("Nothing fires where alerts are known."), tr("Of the other environments they are not known."));
    } else if (page.startsWith("loading"_L1)) {
        m_page->showLoading(tr("%1: alerts").arg(page.mid(8)));
    } else if (page == "missing"_L1) {
        const AlertsStanding &first = standings.first();
        m_page->showNotServed(tr("Nothing that tells alerts was found in %1.").arg(first.cluster), first.alertmanager.why.text());
    } else if (page.startsWith("error"_L1)) {
        for (const AlertsStanding &standing : standings) {
            const Error *error = firstError(standing);
            if (!error)
                continue;
            if (error->kind == ErrorKind::Forbidden)
                m_page->showForbidden(*error);
            else
                m_page->showError(*error, m_context.clock->now().addMSecs(items::AlertsSession::kPollMs));
            break;
        }
    }
}

/// What a person has to know to read the list right, worst first.
QList<AlertsPage::Remark> AlertsPage::remarks() const
{
    QList<Remark> out;
    const QList<AlertsStanding> standings = m_session->standings();
    for (const AlertsStanding &standing : standings) {
        const bool managed = standing.alertmanager.phase == Phase::Found, evaluated = standing.prometheus.phase == Phase::Found;
        const QString age = standing.asOf.isValid() ? formatWhen(standing.asOf.secsTo(m_session->clock()->now())) : QString();
        // Alone and unread, the page itself says it.
        const bool beside = standing.asOf.isValid() || !m_session->alerts().isEmpty() || standings.size() > 1;
        if (standing.alertmanagerError && beside)
            out.append({State::Stale, standing.asOf.isValid() ? tr("Alertmanager of %1 does not answer: what is shown is from %2.").arg(standing.cluster, age) : tr("Alertmanager of %1 does not answer.").arg(standing.cluster), standing.alertmanagerError->text()});
        else if (standing.prometheusError && beside)
            out.append({State::Stale, standing.asOf.isValid() ? tr("Prometheus of %1 does not answer: what is pending is from %2.").arg(standing.cluster, age) : tr("Prometheus of %1 does not answer.").arg(standing.cluster), standing.prometheusError->text()});
        if (evaluated && standing.alertmanager.phase == Phase::Missing && !standing.alertmanagerError)
            out.append({State::Degraded, tr("No Alertmanager was found in %1: whether alerts are silenced is not known, and nothing can be silenced.").arg(standing.cluster), standing.alertmanager.why.text()});
        else if (managed && standing.prometheus.phase == Phase::Missing && !standing.prometheusError)
            out.append({State::Degraded, tr("No Prometheus was found in %1: what is pending, and values, are not known.").arg(standing.cluster), standing.prometheus.why.text()});
        else if (!standing.any() && standings.size() > 1 && standing.alertmanager.phase == Phase::Missing)
            out.append({State::Unknown, tr("Nothing that tells alerts was found in %1: its alerts are not known.").arg(standing.cluster), standing.alertmanager.why.text()});
        if (!standing.ruleProblems.isEmpty())
            out.append({State::Degraded, tr("Prometheus of %1 cannot evaluate %n rule(s): what they watch is not watched.", nullptr, int(standing.ruleProblems.size())).arg(standing.cluster), standing.ruleProblems.first(qsizetype(std::min<qsizetype>(3, standing.ruleProblems.size()))).join(u'\n')});
    }
    return out;
}

void AlertsPage::updateBars()
{
    const QList<Remark> now = remarks();
    for (qsizetype i = 0; i < std::max(now.size(), m_remarks.size()); ++i) {
        if (i >= m_remarks.size()) {
            m_remarks.append(new NoticeBar(State::Degraded, {}, {}, this));
            m_bars->insertWidget(int(i), m_remarks.last());
        }
        NoticeBar *bar = m_remarks.at(i);
        bar->setVisible(i < now.size());
        if (i >= now.size())
            continue;
        bar->setState(now.at(i).state);
        bar->setTexts(now.at(i).title, now.at(i).detail);
    }
    QDateTime asOf;
    for (const AlertsStanding &standing : m_session->standings())
        asOf = !asOf.isValid() || (standing.asOf.isValid() && standing.asOf < asOf) ? standing.asOf : asOf;
    m_counts->setToolTip(asOf.isValid() ? tr("As of %1").arg(clockOf(asOf)) : QString());
}

void AlertsPage::say(State state, const QString &title, const QString &detail)
{
    m_said->setState(state);
    m_said->setTexts(title, detail);
    m_said->show();
}

const items::SilenceLine *AlertsPage::silenceOf(const QString &cluster, const QString &id) const
{
    for (const items::SilenceLine &line : m_session->silences()) {
        if (line.cluster == cluster && line.silence.id == id)
            return &line;
    }
    return nullptr;
}

/// One that was closed may still wait for its answer.
bool AlertsPage::isAsking() const
{
    return m_dialog && m_dialog->isVisible();
}

void AlertsPage::silence(const QList<items::Alert> &alerts)
{
    if (alerts.isEmpty() || isAsking())
        return;
    const QString cluster = alerts.first().cluster;
    if (const QString why = m_session->whyNotSilence(cluster); !why.isEmpty())
        return say(State::Degraded, tr("It cannot be silenced."), why);
    QList<items::Alert> same;
    std::copy_if(alerts.begin(), alerts.end(), std::back_inserter(same), [&cluster](const items::Alert &alert) { return alert.cluster == cluster; });
    follow(SilenceDialog::openFor(m_session, same, this));
}

void AlertsPage::newSilence()
{
    if (isAsking())
        return;
    QList<items::Alert> chosen = m_table->selected();
    if (!chosen.isEmpty() && m_stack->currentWidget() == m_table)
        return silence(chosen);
    SilenceDialog::Start start;
    QStringList able;
    for (const state::Environment *environment : m_session->environments()) {
        start.clusters.append(environment->name());
        if (m_session->whyNotSilence(environment->name()).isEmpty())
            able.append(environment->name());
    }
    if (able.isEmpty())
        return;
    // Of several nobody knows which is meant.
    if (able.size() == 1)
        start.cluster = able.first();
    auto *dialog = new SilenceDialog(m_session, start, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
    follow(dialog);
}

void AlertsPage::extend(const QString &cluster, const QString &id)
{
    const items::SilenceLine *line = silenceOf(cluster, id);
    if (line && !isAsking())
        follow(SilenceDialog::openExtend(m_session, *line, this));
}

void AlertsPage::follow(SilenceFrame *dialog)
{
    m_dialog = dialog;
    if (!dialog)
        return;
    connect(dialog, &SilenceFrame::failed, this, [this](const Error &error) { say(State::Failed, error.message, error.remedy); });
    connect(dialog, &SilenceFrame::written, this, [this](const QString &, const ports::Silence &silence) {
        if (silence.state == "expired"_L1)
            return say(State::Ready, tr("The silence has ended."), tr("What nothing else holds back calls again."));
        const QDateTime until = m_utc ? silence.endsAt.toUTC() : silence.endsAt.toLocalTime();
        const QString zone = m_utc ? u"UTC"_s : until.timeZoneAbbreviation();
        say(State::Ready, tr("Silenced until %1 %2.").arg(QLocale().toString(until, u"d MMM HH:mm"_s), zone), tr("By %1: %2").arg(silence.createdBy, silence.comment));
    });
}

void AlertsPage::expire(const QString &cluster, const QString &id)
{
    const items::SilenceLine *line = silenceOf(cluster, id);
    if (!line || line->silence.state == "expired"_L1 || isAsking())
        return;
    if (const QString why = m_session->whyNotExpire(cluster); !why.isEmpty())
        return say(State::Degraded, tr("It cannot be ended."), why);
    auto *dialog = new SilenceExpireDialog(m_session, *line, m_utc, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
    follow(dialog);
}

const items::SilenceLine *AlertsPage::currentSilence() const
{
    if (m_stack->currentWidget() == m_silenceTable)
        return m_silenceTable->current();
    return m_details->isHidden() ? nullptr : m_details->silence();
}

void AlertsPage::extendCurrent()
{
    if (const items::SilenceLine *line = currentSilence())
        extend(line->cluster, line->silence.id);
}

void AlertsPage::expireCurrent()
{
    if (const items::SilenceLine *line = currentSilence())
        expire(line->cluster, line->silence.id);
}

/// Only what was read as a whole http or https address, and only because somebody asked for it.
void AlertsPage::openLink(const QString &url)
{
    if (!items::isSafeLink(url))
        return say(State::Degraded, tr("The address is not opened: it is no http or https address."), url);
    if (!QDesktopServices::openUrl(QUrl(url, QUrl::StrictMode)))
        say(State::Failed, tr("No browser could be opened."), url);
}

/// From a while before it began, for an hour or until now.
void AlertsPage::showLogs(const items::Alert &alert)
{
    if (alert.subject.object.name.isEmpty())
        return;
    const QDateTime now = m_session->clock()->now();
    const QDateTime since = alert.since.isValid() ? std::min(alert.since, now) : now;
    Q_EMIT nodeLogsWanted(alert.subject.object, {0, double(since.addSecs(-kLogsBefore).toSecsSinceEpoch()), double(std::min(since.addSecs(kLogsAfter), now).toSecsSinceEpoch())});
}

void AlertsPage::showMenu(const QPoint &global)
{
    const QList<items::Alert> chosen = m_table->selected();
    if (chosen.isEmpty())
        return;
    const items::Alert alert = chosen.first();
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto add = [menu](const QString &text, bool enabled, auto call) { menu->addAction(text, menu, call)->setEnabled(enabled); };
    add(chosen.size() > 1 ? tr("Silence %n alert(s)…", nullptr, int(chosen.size())) : tr("Silence…"), m_session->whyNotSilence(alert.cluster).isEmpty(), [this, chosen] { silence(chosen); });
    add(tr("Show the object"), !alert.subject.object.name.isEmpty(), [this, alert] { Q_EMIT objectWanted(alert.subject.object); });
    add(tr("Logs"), alert.subject.node, [this, alert] { showLogs(alert); });
    if (const items::SilenceLine *line = m_details->isHidden() ? nullptr : m_details->silence(); line && chosen.size() == 1) {
        const QString cluster = line->cluster, id = line->silence.id;
        add(tr("Extend its silence…"), m_session->whyNotSilence(cluster).isEmpty(), [this, cluster, id] { extend(cluster, id); });
        add(tr("Expire its silence…"), m_session->whyNotExpire(cluster).isEmpty(), [this, cluster, id] { expire(cluster, id); });
    }
    add(tr("Runbook"), !alert.runbook().isEmpty(), [this, alert] { openLink(alert.runbook()); });
    menu->addSeparator();
    add(tr("Only this alert"), true, [this, alert] { setFilterText(u"alert:="_s + alert.name); });
    add(tr("Copy rows as text"), true, [this] { m_table->copyTsv(); });
    menu->popup(global);
}

void AlertsPage::showSilenceMenu(const QPoint &global)
{
    const items::SilenceLine *line = m_silenceTable->current();
    if (!line)
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QString cluster = line->cluster, id = line->silence.id;
    const bool may = m_session->whyNotSilence(cluster).isEmpty(), ended = line->silence.state == "expired"_L1;
    menu->addAction(ended ? tr("Silence again…") : tr("Extend…"), menu, [this, cluster, id] { extend(cluster, id); })->setEnabled(may);
    menu->addAction(tr("Expire…"), menu, [this, cluster, id] { expire(cluster, id); })->setEnabled(m_session->whyNotExpire(cluster).isEmpty() && !ended);
    menu->addSeparator();
    menu->addAction(tr("Copy rows as text"), menu, [this] { m_silenceTable->copyTsv(); });
    menu->popup(global);
}

}
