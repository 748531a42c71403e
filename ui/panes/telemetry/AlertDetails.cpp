// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/telemetry/AlertDetails.h"

#include "models/core/Format.h"
#include "models/items/telemetry/AlertMatch.h"
#include "ui/charts/ChartView.h"
#include "ui/panes/telemetry/AlertHistory.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/Tokens.h"
#include "ui/theme/Type.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Facts.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/NoticeBar.h"

#include <QKeyEvent>
#include <QLocale>
#include <QPainter>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::Alert;
using items::AlertState;
using network::State;

QString alertMoment(const QDateTime &at, const QDateTime &now, bool utc)
{
    const QDateTime shown = utc ? at.toUTC() : at.toLocalTime();
    const QString zone = utc ? u"UTC"_s : shown.timeZoneAbbreviation();
    return at.isValid() ? AlertDetails::tr("%1 %2, %3").arg(QLocale().toString(shown, u"d MMM yyyy, HH:mm:ss"_s), zone, formatWhen(at.secsTo(now))) : QString();
}

namespace {

Fact textFact(const QString &text, const QString &tip = {})
{
    Fact fact = text.isEmpty() ? Fact::absent() : Fact::value(text);
    fact.reason = tip;
    return fact;
}

}

AlertDetails::AlertDetails(items::AlertsSession *session, QWidget *parent)
    : QWidget(parent)
    , m_session(session)
{
    setAccessibleName(tr("Details of the alert"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    buildHeader();
    layout->addWidget(new Hairline(Qt::Horizontal, this));
    m_headline = new NoticeBar(State::Failed, {}, {}, this);
    layout->addWidget(m_headline);
    layout->addWidget(buildBody(), 1);
    setMinimumSize(std::max(320, layout->minimumSize().width()), 180);
}

void AlertDetails::buildHeader()
{
    auto *column = static_cast<QVBoxLayout *>(layout());
    auto *head = new QHBoxLayout;
    head->setContentsMargins(16, 10, 10, 2);
    head->setSpacing(8);
    m_glyph = new StateGlyph(State::Unknown, 18, this);
    m_title = new ElidedLabel({}, Type::Title, Token::Text, Qt::ElideRight, this);
    auto *close = makeIconButton(u"x"_s, tr("Close the details (Esc)"), this);
    head->addWidget(m_glyph);
    head->addWidget(m_title, 1);
    head->addWidget(close);
    column->addLayout(head);
    auto *verbs = new QHBoxLayout;
    verbs->setContentsMargins(16, 4, 10, 10);
    verbs->setSpacing(6);
    m_silence = makeButton(tr("Silence…"), ButtonKind::Normal, u"bell"_s, this);
    m_runbook = makeButton(tr("Runbook"), ButtonKind::Normal, u"external"_s, this);
    m_logs = makeButton(tr("Logs"), ButtonKind::Normal, u"terminal"_s, this);
    for (QPushButton *button : {m_silence, m_runbook, m_logs})
        verbs->addWidget(button);
    verbs->addStretch(1);
    column->addLayout(verbs);
    connect(close, &QToolButton::clicked, this, &AlertDetails::closeWanted);
    connect(m_silence, &QPushButton::clicked, this, &AlertDetails::silenceWanted);
    connect(m_logs, &QPushButton::clicked, this, &AlertDetails::logsWanted);
    connect(m_runbook, &QPushButton::clicked, this, [this] {
        if (m_alert)
            Q_EMIT runbookWanted(m_alert->runbook());
    });
}

QWidget *AlertDetails::buildBody()
{
    auto *area = new QScrollArea(this);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setAccessibleName(tr("What is known of the alert"));
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *page = new QWidget(area);
    page->setBackgroundRole(QPalette::Base);
    auto *rows = new QVBoxLayout(page);
    rows->setContentsMargins(16, 10, 16, 16);
    rows->setSpacing(14);
    m_facts = new FactTable(tr("Alert"), page);
    m_silenceFacts = new FactTable(tr("Silence"), page);
    m_silenceVerbs = new QWidget(page);
    auto *verbs = new QHBoxLayout(m_silenceVerbs);
    verbs->setContentsMargins(0, 0, 0, 0);
    verbs->setSpacing(6);
    m_extend = makeButton(tr("Extend…"), ButtonKind::Normal, u"clock"_s, m_silenceVerbs);
    m_expire = makeButton(tr("Expire…"), ButtonKind::Normal, u"x"_s, m_silenceVerbs);
    verbs->addWidget(m_extend);
    verbs->addWidget(m_expire);
    verbs->addStretch(1);
    m_history = new AlertHistory(m_session, page);
    m_labels = new FactTable(tr("Labels"), page);
    m_annotations = new FactTable(tr("Annotations"), page);
    m_rule = new FactTable(tr("Rule"), page);
    m_exprBox = new QWidget(page);
    auto *expr = new QVBoxLayout(m_exprBox);
    expr->setContentsMargins(0, 0, 0, 0);
    expr->setSpacing(4);
    auto *line = new QHBoxLayout;
    line->addWidget(new Label(tr("Expression"), Type::Caption, Token::Text2, m_exprBox), 1);
    m_copy = new CopyButton(tr("the expression"), m_exprBox);
    line->addWidget(m_copy);
    expr->addLayout(line);
    m_expr = new QPlainTextEdit(m_exprBox);
    m_expr->setReadOnly(true);
    m_expr->setTabChangesFocus(true);
    m_expr->setAccessibleName(tr("Expression of the rule"));
    m_expr->setFont(monoFont(font()));
    m_expr->setFixedHeight(5 * m_expr->fontMetrics().lineSpacing() + 14);
    expr->addWidget(m_expr);
    for (QWidget *part : {static_cast<QWidget *>(m_facts), static_cast<QWidget *>(m_silenceFacts), m_silenceVerbs, static_cast<QWidget *>(m_history), static_cast<QWidget *>(m_rule), m_exprBox,
                          static_cast<QWidget *>(m_annotations), static_cast<QWidget *>(m_labels)})
        rows->addWidget(part);
    rows->addStretch(1);
    area->setWidget(page);
    connect(m_facts, &FactTable::followed, this, [this](const QString &key) {
        if (key == "about"_L1 && m_alert)
            Q_EMIT objectWanted(m_alert->subject.object);
    });
    connect(m_rule, &FactTable::followed, this, [this](const QString &key) {
        if (key == "grafana"_L1)
            openGrafana();
        else if (m_alert)
            Q_EMIT sourceWanted(m_alert->generatorUrl);
    });
    const auto silenceId = [this] { return silence() ? silence()->silence.id : QString(); };
    connect(m_extend, &QPushButton::clicked, this, [this, silenceId] { Q_EMIT extendWanted(silenceId()); });
    connect(m_expire, &QPushButton::clicked, this, [this, silenceId] { Q_EMIT expireWanted(silenceId()); });
    return area;
}

void AlertDetails::setAlert(const Alert *alert)
{
    m_gone = !alert;
    // Rows that stand for the next one too are kept: to make them anew takes as long as all the rest.
    if (alert && m_alert && m_alert->key != alert->key) {
        if (m_alert->labels.keys() != alert->labels.keys())
            m_labels->clear();
        if (m_alert->annotations.keys() != alert->annotations.keys())
            m_annotations->clear();
        m_rule->clear();
    }
    if (alert)
        m_alert = *alert;
    if (!m_alert)
        return;
    showAll();
}

void AlertDetails::clear()
{
    m_alert.reset();
    for (FactTable *table : {m_facts, m_silenceFacts, m_labels, m_annotations, m_rule})
        table->clear();
    m_title->setText({});
    m_headline->setTexts({}, {});
    m_expr->clear();
    m_copy->setText({});
    m_history->clear();
}

void AlertDetails::setUtc(bool utc)
{
    m_history->chart()->setUtc(utc);
    if (std::exchange(m_utc, utc) != utc && m_alert)
        showAll();
}

void AlertDetails::tick()
{
    if (!m_alert)
        return;
    showFacts();
    m_history->tick();
}

void AlertDetails::showAll()
{
    m_glyph->setState(m_gone ? State::Ready : m_alert->face());
    m_title->setText(m_alert->name.isEmpty() ? tr("Without a name") : m_alert->name);
    const QString why = m_gone ? tr("It does not fire any more.") : m_session->whyNotSilence(m_alert->cluster);
    m_silence->setEnabled(why.isEmpty());
    m_silence->setToolTip(plainTip(why.isEmpty() ? tr("Nobody is called while a silence holds") : why));
    m_runbook->setEnabled(!m_alert->runbook().isEmpty());
    m_runbook->setToolTip(plainTip(m_runbook->isEnabled() ? m_alert->runbook() : tr("The alert names no runbook that can be opened (annotation runbook_url, http or https).")));
    m_logs->setEnabled(m_alert->subject.node);
    m_logs->setToolTip(m_logs->isEnabled() ? QString() : tr("It is not known which node it is about."));
    showHeadline();
    showFacts();
    showSilence();
    m_history->setAlert(*m_alert);
    showRule();
    for (auto it = m_alert->annotations.begin(); it != m_alert->annotations.end(); ++it)
        m_annotations->setFact(it.key(), it.key(), textFact(it.value(), it.value()));
    m_annotations->setVisible(!m_alert->annotations.isEmpty());
    for (auto it = m_alert->labels.begin(); it != m_alert->labels.end(); ++it)
        m_labels->setFact(it.key(), it.key(), textFact(it.value(), it.value()));
    const int width = std::max({m_facts->labelWidth(), m_labels->labelWidth(), m_rule->labelWidth(), m_silenceFacts->labelWidth()});
    for (FactTable *table : {m_facts, m_labels, m_annotations, m_rule, m_silenceFacts})
        table->setLabelWidth(width);
}

void AlertDetails::showHeadline()
{
    const QString summary = m_alert->summary();
    if (m_gone) {
        m_headline->setState(State::Ready);
        m_headline->setTexts(tr("It does not fire any more."), tr("What it said last stands below."));
    } else if (m_alert->state == AlertState::Firing && !m_alert->managed) {
        m_headline->setState(m_alert->face());
        m_headline->setTexts(summary.isEmpty() ? tr("It fires.") : summary, tr("Prometheus says so; no Alertmanager tells it, so that nobody may be called."));
    } else {
        m_headline->setState(m_alert->face());
        m_headline->setTexts(summary.isEmpty() ? tr("Nobody wrote what it means: it has neither a summary nor a description.") : summary);
    }
}

void AlertDetails::showFacts()
{
    const QDateTime now = m_session->clock()->now();
    Fact state = Fact::value(items::alertStateWord(m_alert->state));
    state.state = m_alert->face();
    m_facts->setFact(u"state"_s, tr("State"), state);
    m_facts->setFact(u"severity"_s, tr("Severity"), textFact(m_alert->severityText()));
    Fact about = textFact(m_alert->subject.text);
    about.link = !m_alert->subject.object.name.isEmpty();
    if (!about.link && !m_alert->subject.text.isEmpty())
        about.reason = tr("None of the objects known here is meant without doubt.");
    m_facts->setFact(u"about"_s, tr("About"), about);
    m_facts->setFact(u"since"_s, tr("Since"), textFact(alertMoment(m_alert->since, now, m_utc), formatRfc3339(m_alert->since)));
    m_facts->setFact(u"value"_s, tr("Value"), m_alert->value.isEmpty() ? Fact::unknown(tr("Prometheus does not tell this alert.")) : textFact(m_alert->valueText(), m_alert->value));
    m_facts->setFact(u"environment"_s, tr("Environment"), Fact::value(m_alert->cluster));
    const QString source = m_alert->managed && m_alert->evaluated ? tr("Alertmanager and Prometheus") : m_alert->managed ? tr("Alertmanager") : tr("Prometheus");
    m_facts->setFact(u"source"_s, tr("Told by"), Fact::value(source));
    m_facts->setFact(u"receivers"_s, tr("Receivers"), m_alert->managed ? textFact(m_alert->receivers.join(u", "_s)) : Fact::unknown(tr("No Alertmanager tells this alert.")));
}

const items::SilenceLine *AlertDetails::silence() const
{
    if (!m_alert || m_gone)
        return nullptr;
    const items::SilenceLine *out = nullptr;
    for (const items::SilenceLine &line : m_session->silences()) {
        if (line.cluster == m_alert->cluster && m_alert->silencedBy.contains(line.silence.id) && (!out || out->silence.endsAt < line.silence.endsAt))
            out = &line;
    }
    return out;
}

void AlertDetails::showSilence()
{
    const items::SilenceLine *line = silence();
    m_silenceFacts->setVisible(line != nullptr);
    m_silenceVerbs->setVisible(line != nullptr);
    if (!line)
        return;
    const QDateTime now = m_session->clock()->now();
    m_silenceFacts->setFact(u"until"_s, tr("Until"), textFact(alertMoment(line->silence.endsAt, now, m_utc), formatRfc3339(line->silence.endsAt)));
    m_silenceFacts->setFact(u"author"_s, tr("Author"), textFact(line->silence.createdBy));
    m_silenceFacts->setFact(u"comment"_s, tr("Comment"), textFact(line->silence.comment, line->silence.comment));
    m_silenceFacts->setFact(u"matchers"_s, tr("Matches"), textFact(items::matchersText(line->silence.matchers), items::matchersText(line->silence.matchers)));
    for (QPushButton *button : {m_extend, m_expire}) {
        const QString why = button == m_expire ? m_session->whyNotExpire(m_alert->cluster) : m_session->whyNotSilence(m_alert->cluster);
        button->setEnabled(why.isEmpty());
        button->setToolTip(plainTip(why));
    }
}

void AlertDetails::showRule()
{
    const ports::Rule *rule = m_session->ruleOf(*m_alert);
    m_exprBox->setVisible(rule != nullptr);
    m_rule->setVisible(rule || !m_alert->generatorUrl.isEmpty());
    if (rule) {
        m_rule->setFact(u"group"_s, tr("Group"), textFact(rule->group));
        m_rule->setFact(u"for"_s, tr("Has to hold"), Fact::value(formatAge(qint64(rule->forSeconds))));
        if (m_expr->toPlainText() != rule->expr)
            m_expr->setPlainText(rule->expr);
        m_copy->setText(rule->expr);
        Fact link = Fact::value(tr("Open the expression"));
        link.link = true;
        link.reason = tr("Opens the expression in the browser, from an hour before it began.");
        m_rule->setFact(u"grafana"_s, tr("In Grafana"), link);
    }
    if (!m_alert->generatorUrl.isEmpty()) {
        Fact link = Fact::value(m_alert->generatorUrl);
        link.link = items::isSafeLink(m_alert->generatorUrl);
        link.reason = link.link ? tr("Opens in the browser: %1").arg(m_alert->generatorUrl) : tr("It is no http or https address, so that it is not opened.");
        m_rule->setFact(u"source"_s, tr("In Prometheus"), link);
    }
}

void AlertDetails::openGrafana()
{
    const ports::Rule *rule = m_alert ? m_session->ruleOf(*m_alert) : nullptr;
    if (!rule)
        return;
    items::TimeRange range;
    if (m_alert->since.isValid())
        range = {0, double(m_alert->since.addSecs(-3600).toSecsSinceEpoch()), double(m_session->clock()->now().toSecsSinceEpoch())};
    Q_EMIT grafanaWanted(rule->expr, range);
}

void AlertDetails::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens t = tokens(this);
    painter.fillRect(rect(), t[Token::Base]);
    painter.fillRect(isRightToLeft() ? QRect(width() - 1, 0, 1, height()) : QRect(0, 0, 1, height()), t[Token::Line]);
}

void AlertDetails::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        Q_EMIT closeWanted();
    else
        QWidget::keyPressEvent(event);
}

}
