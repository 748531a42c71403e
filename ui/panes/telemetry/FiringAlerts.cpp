// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/telemetry/FiringAlerts.h"

#include "models/core/Format.h"
#include "ui/panes/telemetry/SilenceDialog.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/theme/Tokens.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/NoticeBar.h"

#include <QDesktopServices>
#include <QHBoxLayout>
#include <QPainter>
#include <QUrl>

#include <algorithm>
#include <utility>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::Alert;
using network::State;

namespace {

constexpr int kMost = 6;

/// Leads to the alert, and looks like the name it is (picture 07); where the keyboard or the pointer is, it is underlined.
class NameLink final : public LinkButton {
public:
    explicit NameLink(QWidget *parent)
        : LinkButton(parent, Type::Strong)
    {
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Tokens t = tokens(this);
        QFont strong = font();
        strong.setUnderline(underMouse());
        painter.setFont(strong);
        painter.setPen(t[Token::Text]);
        const int flags = int(Qt::AlignVCenter | Qt::TextSingleLine | Qt::AlignAbsolute) | int(isRightToLeft() ? Qt::AlignRight : Qt::AlignLeft);
        painter.drawText(rect().adjusted(2, 0, -2, 0), flags, QFontMetrics(strong).elidedText(text(), Qt::ElideRight, width() - 4));
        if (hasFocus())
            style::focusRing(&painter, QRectF(rect()), metrics::kRadiusControl, t[Token::Accent]);
    }
};

}

/// One alert: state, name, about whom, why, what can be done, how long already.
class FiringAlerts::Row final : public QWidget {
public:
    explicit Row(QWidget *parent)
        : QWidget(parent)
        , glyph(new StateGlyph(State::Failed, metrics::kGlyph, this))
        , name(new NameLink(this))
        , about(new LinkButton(this))
        , nobody(new ElidedLabel({}, Type::Body, Token::Text2, Qt::ElideRight, this))
        , what(new ElidedLabel({}, Type::Body, Token::Text2, Qt::ElideRight, this))
        , silence(new LinkButton(this))
        , runbook(new LinkButton(this))
        , age(columnLabel(this, Type::Body, Token::Text2, 9))
    {
        auto *line = new QHBoxLayout(this);
        line->setContentsMargins(metrics::kCard, 2, metrics::kCard, 2);
        line->setSpacing(12);
        line->addWidget(glyph);
        line->addWidget(name, 4);
        auto *whom = new QHBoxLayout;
        whom->addWidget(about);
        whom->addWidget(nobody, 1);
        whom->addStretch(0);
        line->addLayout(whom, 4);
        line->addWidget(what, 10);
        line->addWidget(silence);
        line->addWidget(runbook);
        line->addWidget(age);
        silence->setLink(FiringAlerts::tr("Silence…"));
        runbook->setLink(FiringAlerts::tr("Runbook"));
        // A place of its own, so that ages below each other stand in one line whoever has a runbook.
        QSizePolicy keeps = runbook->sizePolicy();
        keeps.setRetainSizeWhenHidden(true);
        runbook->setSizePolicy(keeps);
    }
    StateGlyph *glyph;
    LinkButton *name;
    LinkButton *about;
    ElidedLabel *nobody;
    ElidedLabel *what;
    LinkButton *silence;
    LinkButton *runbook;
    Label *age;
    Alert alert = {};
};

FiringAlerts::FiringAlerts(const ShellContext &context, QWidget *parent)
    : Card(tr("Alerts firing"), parent)
    , m_session(context.alerts)
    , m_none(new Label({}, Type::Body, Token::Text2, this))
    , m_more(new LinkButton(this))
    , m_list(new QVBoxLayout)
    , m_said(new NoticeBar(State::Failed, {}, {}, this))
{
    m_said->setDismissable(true);
    m_said->hide();
    connect(m_said, &NoticeBar::dismissed, m_said, &QWidget::hide);
    body()->addWidget(m_said);
    m_list->setSpacing(4);
    body()->addLayout(m_list);
    m_none->setContentsMargins(metrics::kCard, 2, metrics::kCard, 2);
    m_none->setWordWrap(true);
    body()->addWidget(m_none);
    auto *more = new QHBoxLayout;
    more->setContentsMargins(metrics::kCard - 2, 0, metrics::kCard, 0);
    more->addWidget(m_more);
    more->addStretch(1);
    body()->addLayout(more);
    body()->addSpacing(10);
    connect(m_more, &QAbstractButton::clicked, this, [this] { Q_EMIT alertWanted({}); });
    if (m_session)
        connect(m_session, &items::AlertsSession::changed, this, [this] {
            if (m_shown)
                update();
        });
    update();
}

FiringAlerts::~FiringAlerts() = default;

void FiringAlerts::setCluster(const QString &cluster)
{
    if (std::exchange(m_cluster, cluster) != cluster && m_shown)
        update();
}

void FiringAlerts::setShown(bool shown)
{
    m_shown = shown;
    if (!m_session)
        return;
    m_session->setWanted(this, shown, [this](const QString &key) {
        return std::any_of(m_rows.all().begin(), m_rows.all().end(),
                           [&key](const Row *row) { return row->alert.key == key && row->isVisible() && !row->visibleRegion().isEmpty(); });
    });
    if (shown)
        update();
}

void FiringAlerts::tick()
{
    for (Row *row : m_rows.all()) {
        if (!row->isHidden() && row->alert.since.isValid())
            row->age->setText(formatAge(row->alert.since, m_session->clock()->now()));
    }
}

int FiringAlerts::rowCount() const
{
    return int(std::count_if(m_rows.all().begin(), m_rows.all().end(), [](const Row *row) { return !row->isHidden(); }));
}

FiringAlerts::Row *FiringAlerts::makeRow()
{
    auto *row = new Row(this);
    m_list->addWidget(row);
    connect(row->name, &QAbstractButton::clicked, this, [this, row] { Q_EMIT alertWanted(row->alert.key); });
    connect(row->about, &QAbstractButton::clicked, this, [this, row] { Q_EMIT objectWanted(row->alert.subject.object); });
    connect(row->silence, &QAbstractButton::clicked, this, [this, row] {
        if (m_dialog && m_dialog->isVisible())
            return;
        m_said->hide();
        m_dialog = SilenceDialog::openFor(m_session, {row->alert}, this);
        connect(m_dialog, &SilenceDialog::failed, this, [this](const Error &error) {
            m_said->setTexts(error.message, error.remedy);
            m_said->show();
        });
    });
    connect(row->runbook, &QAbstractButton::clicked, this, [row] {
        if (items::isSafeLink(row->alert.runbook()))
            QDesktopServices::openUrl(QUrl(row->alert.runbook(), QUrl::StrictMode));
    });
    return row;
}

void FiringAlerts::showRow(Row *row, const Alert &alert)
{
    row->alert = alert;
    row->glyph->setState(alert.face());
    row->name->setLink(alert.name, {}, tr("Alert %1").arg(alert.name));
    const bool known = !alert.subject.object.name.isEmpty();
    row->about->setVisible(known);
    row->nobody->setVisible(!known);
    row->about->setLink(alert.subject.text);
    row->nobody->setText(alert.subject.text.isEmpty() ? QString(QChar(0x2013)) : alert.subject.text);
    row->what->setText(alert.summary().isEmpty() ? QString(QChar(0x2013)) : alert.summary());
    const QString why = m_session->whyNotSilence(alert.cluster);
    row->silence->setEnabled(why.isEmpty());
    row->silence->setToolTip(plainTip(why));
    row->runbook->setVisible(!alert.runbook().isEmpty());
    row->runbook->setToolTip(plainTip(alert.runbook()));
    row->age->setText(alert.since.isValid() ? formatAge(alert.since, m_session->clock()->now()) : QString(QChar(0x2013)));
    row->age->setToolTip(alert.since.isValid() ? formatRfc3339(alert.since) : QString());
}

void FiringAlerts::update()
{
    QList<Alert> firing, all;
    bool known = false, everywhere = true, stale = false;
    QString missing;
    for (const items::AlertsStanding &standing : m_session ? m_session->standings() : QList<items::AlertsStanding>()) {
        if (!m_cluster.isEmpty() && standing.cluster != m_cluster)
            continue;
        known = known || standing.asOf.isValid();
        everywhere = everywhere && standing.asOf.isValid();
        stale = stale || standing.stale();
        if (!standing.any() && standing.alertmanager.phase == ports::TelemetryState::Phase::Missing)
            missing = standing.alertmanager.why.text();
    }
    for (const Alert &alert : m_session ? m_session->alerts() : QList<Alert>()) {
        if (!m_cluster.isEmpty() && alert.cluster != m_cluster)
            continue;
        all.append(alert);
        if (alert.state == items::AlertState::Firing)
            firing.append(alert);
    }
    const QList<Row *> rows = m_rows.take(std::min<qsizetype>(firing.size(), kMost), [this] { return makeRow(); });
    for (qsizetype i = 0; i < rows.size(); ++i)
        showRow(rows.at(i), firing.at(i));
    m_none->setVisible(firing.isEmpty());
    m_none->setText(known ? (everywhere ? tr("Nothing fires.") : tr("Nothing fires where alerts are known.")) : !missing.isEmpty() ? tr("Alerts are not known: %1").arg(missing) : tr("Alerts are not known yet."));
    m_more->setVisible(firing.size() > kMost);
    m_more->setLink(tr("All %n alert(s) that fire", nullptr, int(firing.size())));
    const items::AlertCounts counts = items::countAlerts(all);
    QStringList remark;
    if (known)
        remark = {tr("%1 firing").arg(formatInteger(counts.firing))};
    if (counts.silenced > 0)
        remark.append(tr("%1 silenced").arg(formatInteger(counts.silenced)));
    if (stale)
        remark.append(tr("not up to date"));
    setRemark(remark.join(u", "_s));
}

}
