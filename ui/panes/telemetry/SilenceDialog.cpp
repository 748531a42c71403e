// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/telemetry/SilenceDialog.h"

#include "models/core/Format.h"
#include "models/items/telemetry/AlertMatch.h"
#include "ui/panes/telemetry/MatcherEditor.h"
#include "ui/theme/Metrics.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/NoticeBar.h"

#include <QButtonGroup>
#include <QDateTimeEdit>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSignalBlocker>

#include <array>

namespace qd::ui {

using namespace Qt::StringLiterals;
using network::State;
using ports::Silence;

namespace {

constexpr std::array kPresets{30, 120, 480, 1440, 4320, 10080};   ///< minutes
constexpr int kNamed = 4;

QDateTime asShown(const QDateTime &at)
{
    const QDateTime local = at.toLocalTime();
    return local.addMSecs(-local.time().msec()).addSecs(-local.time().second());
}

/// What all of these have, so that one silence holds for them; the name of the alert first.
QList<ports::Matcher> commonMatchers(const QList<items::Alert> &alerts)
{
    network::Labels common = alerts.isEmpty() ? network::Labels() : alerts.first().labels;
    for (const items::Alert &alert : alerts) {
        for (auto it = common.begin(); it != common.end();)
            it = alert.labels.value(it.key()) == it.value() ? std::next(it) : common.erase(it);
    }
    return items::matchersOf(common);
}

bool isSame(const Silence &a, const Silence &b)
{
    return b.state != "expired"_L1 && a.endsAt == b.endsAt && a.comment == b.comment && items::sameMatchers(a.matchers, b.matchers);
}

}

SilenceDialog::SilenceDialog(items::AlertsSession *session, const Start &start, QWidget *parent)
    : DialogFrame(parent)
    , m_session(session)
    , m_start(start)
    , m_notice(new NoticeBar(State::Failed, {}, {}, this))
    , m_matchers(new MatcherEditor(this))
    , m_confirm(makeButton({}, ButtonKind::Primary, {}, this))
{
    const state::Environment *environment = session->environment(start.cluster);
    setHeading(start.before ? tr("Change the silence") : tr("Silence alerts"), environment ? state::markId(environment->info().mark) : QString(), start.cluster);
    if (environment && environment->isProduction())
        setButtonKind(m_confirm, ButtonKind::Production);
    setWishedSize({620, 700});
    setMinimumWidth(460);
    build();
    buildFooter();
    m_matchers->setMatchers(start.silence.matchers);
    m_comment->setPlainText(start.silence.comment);
    // One that holds keeps its end until somebody chooses another.
    if (start.before && start.before->state != "expired"_L1 && start.before->endsAt > session->clock()->now()) {
        m_minutes = 0;
        setUntil(start.before->endsAt);
    } else {
        choose(m_minutes);
    }
    connect(m_matchers, &MatcherEditor::edited, this, &SilenceDialog::update);
    connect(m_session, &items::AlertsSession::changed, this, &SilenceDialog::update);
    connect(m_comment, &QPlainTextEdit::textChanged, this, [this] {
        m_commentField->setError({});
        update();
    });
    update();
    m_comment->setFocus(Qt::TabFocusReason);
}

void SilenceDialog::build()
{
    QVBoxLayout *column = addScrolledForm();
    QWidget *content = column->parentWidget();
    m_notice->setRounded(true);
    m_notice->hide();
    column->addWidget(m_notice);
    column->addWidget(new FormField(tr("Alerts with all of these labels"), m_matchers, {}, false, content));
    m_matches = new Label({}, Type::Caption, Token::Text2, content);
    m_matches->setWordWrap(true);
    column->addWidget(m_matches);
    column->addWidget(buildTimes());
    m_comment = new QPlainTextEdit(content);
    m_comment->setTabChangesFocus(true);
    m_comment->setFixedHeight(3 * fontMetrics().lineSpacing() + 14);
    m_commentField = new FormField(tr("Why"), m_comment, tr("Everybody who looks at the alerts reads it."), false, content);
    column->addWidget(m_commentField);
    const state::Environment *environment = m_session->environment(m_start.cluster);
    m_author = new QLineEdit(environment ? items::silenceAuthor(*environment) : QString(), content);
    // Who is signed in is not asked who they are; only where nobody is known, somebody has to say it.
    m_author->setReadOnly(!m_author->text().isEmpty());
    m_authorField = new FormField(tr("Author"), m_author, m_author->isReadOnly() ? tr("As you are known to %1.").arg(m_start.cluster) : tr("%1 does not say who you are.").arg(m_start.cluster), false, content);
    connect(m_author, &QLineEdit::textChanged, this, &SilenceDialog::update);
    column->addWidget(m_authorField);
    if (environment && environment->isProduction()) {
        m_typed = new QLineEdit(content);
        column->addWidget(new FormField(tr("Type %1 to confirm").arg(m_start.cluster), m_typed, {}, false, content));
        connect(m_typed, &QLineEdit::textChanged, this, &SilenceDialog::update);
    }
    column->addStretch();
}

QWidget *SilenceDialog::buildTimes()
{
    auto *host = new QWidget(this);
    auto *column = new QVBoxLayout(host);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kGap);
    auto *row = new QHBoxLayout;
    row->setSpacing(6);
    m_presets = new QButtonGroup(this);
    m_presets->setExclusive(false);
    for (const int minutes : kPresets) {
        auto *button = new PillButton(formatAge(qint64(minutes) * 60), host);
        button->setAccessibleName(tr("For %1").arg(button->text()));
        m_presets->addButton(button, minutes);
        row->addWidget(button);
    }
    row->addStretch(1);
    column->addLayout(row);
    m_until = new QDateTimeEdit(host);
    m_until->setCalendarPopup(true);
    m_until->setDisplayFormat(u"yyyy-MM-dd HH:mm"_s);
    m_until->setMaximumWidth(220);
    m_untilField = new FormField(tr("Until"), m_until, {}, false, host);
    column->addWidget(m_untilField);
    connect(m_presets, &QButtonGroup::idClicked, this, &SilenceDialog::choose);
    // Whoever sets it means it, by keyboard, calendar or assistive technology; the presets set it silently.
    connect(m_until, &QDateTimeEdit::dateTimeChanged, this, [this] { choose(0); });
    return host;
}

void SilenceDialog::buildFooter()
{
    QPushButton *cancel = makeButton(tr("Cancel"), ButtonKind::Normal, {}, this);
    footerRight()->addWidget(cancel);
    footerRight()->addWidget(m_confirm);
    m_confirm->setObjectName(u"silence"_s);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_confirm, &QPushButton::clicked, this, &SilenceDialog::confirm);
}

SilenceDialog *SilenceDialog::openFor(items::AlertsSession *session, const QList<items::Alert> &alerts, QWidget *parent)
{
    if (alerts.isEmpty())
        return nullptr;
    Start start{alerts.first().cluster};
    start.silence.matchers = commonMatchers(alerts);
    auto *dialog = new SilenceDialog(session, start, parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
    return dialog;
}

SilenceDialog *SilenceDialog::openExtend(items::AlertsSession *session, const items::SilenceLine &line, QWidget *parent)
{
    auto *dialog = new SilenceDialog(session, Start{line.cluster, line.silence, line.silence}, parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
    return dialog;
}

void SilenceDialog::choose(int minutes)
{
    m_minutes = minutes;
    for (QAbstractButton *button : m_presets->buttons())
        button->setChecked(m_presets->id(button) == minutes);
    showUntil();
    update();
}

void SilenceDialog::setUntil(const QDateTime &until)
{
    m_until->setDateTime(asShown(until));
    choose(0);
}

/// A preset counts from the moment it is confirmed; the field shows what that is now.
void SilenceDialog::showUntil()
{
    const QSignalBlocker still(m_until);
    if (m_minutes > 0)
        m_until->setDateTime(m_session->clock()->now().addSecs(qint64(m_minutes) * 60).toLocalTime());
    m_untilField->setHelp(tr("%1 from now, %2").arg(formatAge(std::max<qint64>(0, m_session->clock()->now().secsTo(m_until->dateTime()))), formatRfc3339(m_until->dateTime().toUTC())));
}

Silence SilenceDialog::silence() const
{
    Silence out = m_start.before.value_or(Silence());
    const QDateTime now = m_session->clock()->now();
    out.matchers = m_matchers->matchers();
    // One that is active keeps its begin: Alertmanager would end it and make another.
    if (!m_start.before || m_start.before->state == "expired"_L1)
        out.startsAt = now;
    if (m_start.before && m_start.before->state == "expired"_L1)
        out.id.clear();
    // The field has no seconds of its own: what nobody touched is as it was.
    const bool kept = m_start.before && m_until->dateTime() == asShown(m_start.before->endsAt);
    out.endsAt = m_minutes > 0 ? now.addSecs(qint64(m_minutes) * 60) : kept ? m_start.before->endsAt : m_until->dateTime().toUTC();
    out.comment = m_comment->toPlainText().trimmed();
    out.createdBy = m_author->text().trimmed();
    out.state.clear();
    return out;
}

QString SilenceDialog::matchText() const
{
    return m_matches->text();
}

void SilenceDialog::setComment(const QString &comment)
{
    m_comment->setPlainText(comment);
}

void SilenceDialog::showMatches()
{
    const Result<items::AlertMatchers> matchers = items::AlertMatchers::make(m_matchers->matchers());
    m_matching = 0;
    m_matchers->setProblem(-1);
    if (!matchers) {
        const QString field = matchers.error().causes.isEmpty() ? QString() : matchers.error().causes.first().field;
        if (field.startsWith("matchers["_L1) && !m_matchers->matchers().isEmpty())
            m_matchers->setProblem(field.mid(9).chopped(1).toInt());
        m_matches->setToken(Token::Bad);
        m_matches->setText(matchers.error().text());
        return;
    }
    QStringList names;
    int all = 0;
    for (const items::Alert &alert : m_session->alerts()) {
        if (alert.cluster != m_start.cluster)
            continue;
        ++all;
        const Result<bool> matches = matchers->matches(alert.labels);
        if (!matches) {
            m_matching = 0;
            m_matches->setToken(Token::Warn);
            m_matches->setText(matches.error().text());
            return;
        }
        if (!*matches)
            continue;
        ++m_matching;
        if (names.size() < kNamed)
            names.append(alert.subject.text.isEmpty() ? alert.name : QString(alert.name + u" ("_s + alert.subject.text + u')'));
    }
    const int more = m_matching - int(names.size());
    QString text = tr("Matches %1 of %n alert(s) now", nullptr, all).arg(m_matching);
    if (!names.isEmpty())
        text += u": "_s + names.join(u", "_s) + (more > 0 ? tr(" and %1 more").arg(more) : QString());
    m_matches->setToken(m_matching == 0 ? Token::Warn : Token::Text2);
    m_matches->setText(m_matching == 0 ? QString(text + u". "_s + tr("It would hold for those to come.")) : QString(text + u'.'));
}

void SilenceDialog::update()
{
    showMatches();
    const QString why = m_session->whyNotSilence(m_start.cluster);
    const Result<Done> good = items::checkSilence(silence(), m_session->clock()->now());
    m_confirm->setText(m_start.before ? tr("Change the silence") : m_matching > 0 ? tr("Silence %n alert(s)", nullptr, m_matching) : tr("Silence"));
    const bool same = m_start.before && isSame(silence(), *m_start.before);
    const bool typed = !m_typed || m_typed->text() == m_start.cluster;
    const QString missing = !why.isEmpty() ? why
        : !good                            ? good.error().message
        : same                             ? tr("Nothing is changed yet.")
        : typed                            ? QString()
                                           : tr("Type %1 to confirm.").arg(m_start.cluster);
    m_confirm->setEnabled(missing.isEmpty() && !m_writing);
    footerText()->setText(m_writing ? tr("Waiting for the Alertmanager.") : missing);
    m_confirm->setToolTip(m_confirm->isEnabled() ? QString() : footerText()->text());
}

void SilenceDialog::confirm()
{
    if (m_writing || !m_confirm->isEnabled())
        return;
    m_writing = true;
    m_notice->hide();
    update();
    m_session->setSilence(m_start.cluster, silence(), m_start.before, [self = QPointer(this)](const Result<Silence> &written) {
        if (!self)
            return;
        self->m_writing = false;
        if (!written)
            return self->showError(written.error());
        Q_EMIT self->silenced(self->m_start.cluster, *written);
        self->accept();
    });
}

void SilenceDialog::showError(const Error &error)
{
    for (const ErrorCause &cause : error.causes) {
        if (cause.field == "comment"_L1)
            m_commentField->setError(cause.message);
        else if (cause.field == "endsAt"_L1)
            m_untilField->setError(cause.message);
        else if (cause.field == "createdBy"_L1)
            m_authorField->setError(cause.message);
    }
    m_notice->setTexts(error.message, error.remedy);
    m_notice->show();
    update();
}

}
