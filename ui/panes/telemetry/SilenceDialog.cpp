// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/telemetry/SilenceDialog.h"

#include "models/core/Format.h"
#include "models/items/telemetry/AlertMatch.h"
#include "models/state/telemetry/VerdictSubjects.h"
#include "ui/panes/telemetry/MatcherEditor.h"
#include "ui/theme/Metrics.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/Label.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSignalBlocker>
#include <QStandardItemModel>

#include <array>

namespace qd::ui {

using namespace Qt::StringLiterals;
using ports::Silence;

namespace {

constexpr std::array kPresets{30, 120, 480, 1440, 4320, 10080};   ///< minutes
constexpr int kNamed = 4;

QDateTime asShown(const QDateTime &at)
{
    const QDateTime local = at.toLocalTime();
    return local.addMSecs(-local.time().msec()).addSecs(-local.time().second());
}

bool isSame(const Silence &a, const Silence &b)
{
    return b.state != "expired"_L1 && a.endsAt == b.endsAt && a.comment == b.comment && items::sameMatchers(a.matchers, b.matchers);
}

}

SilenceDialog::SilenceDialog(items::AlertsSession *session, const Start &start, QWidget *parent)
    : SilenceFrame(session, start.cluster, parent)
    , m_start(start)
    , m_matchers(new MatcherEditor(this))
{
    setTitle(start.before ? tr("Change the silence") : tr("Silence alerts"));
    setWishedSize({620, 700});
    setMinimumWidth(460);
    confirmButton()->setObjectName(u"silence"_s);
    build();
    m_matchers->setMatchers(start.silence.matchers);
    m_comment->setPlainText(start.silence.comment);
    // One that holds keeps its end until somebody chooses another.
    if (start.before && start.before->state != "expired"_L1 && start.before->endsAt > session->clock()->now()) {
        m_minutes = 0;
        setUntil(start.before->endsAt);
    } else {
        choose(m_minutes);
    }
    connect(m_matchers, &MatcherEditor::edited, this, &SilenceDialog::showAll);
    connect(session, &items::AlertsSession::changed, this, &SilenceDialog::showAll);
    connect(m_comment, &QPlainTextEdit::textChanged, this, [this] {
        m_commentField->setError({});
        showAll();
    });
    chooseCluster(start.cluster);
    (m_choice && start.cluster.isEmpty() ? static_cast<QWidget *>(m_choice) : m_comment)->setFocus(Qt::TabFocusReason);
}

void SilenceDialog::build()
{
    QVBoxLayout *column = addScrolledForm();
    QWidget *content = column->parentWidget();
    addNotice(column);
    if (m_start.clusters.size() > 1)
        column->addWidget(buildChoice(content));
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
    m_author = new QLineEdit(content);
    m_authorField = new FormField(tr("Author"), m_author, {}, false, content);
    connect(m_author, &QLineEdit::textChanged, this, &SilenceDialog::showAll);
    column->addWidget(m_authorField);
    addName(column);
    column->addStretch();
}

/// Those where nothing can be silenced stand there too, and say why.
QWidget *SilenceDialog::buildChoice(QWidget *content)
{
    m_choice = new QComboBox(content);
    m_choice->setPlaceholderText(tr("Choose…"));
    auto *rows = qobject_cast<QStandardItemModel *>(m_choice->model());
    for (const QString &cluster : std::as_const(m_start.clusters)) {
        m_choice->addItem(cluster);
        const QString why = session()->whyNotSilence(cluster);
        m_choice->setItemData(m_choice->count() - 1, plainTip(why), Qt::ToolTipRole);
        if (rows)
            rows->item(m_choice->count() - 1)->setEnabled(why.isEmpty());
    }
    m_choice->setCurrentIndex(m_choice->findText(m_start.cluster));
    connect(m_choice, &QComboBox::currentTextChanged, this, &SilenceDialog::chooseCluster);
    return new FormField(tr("Environment"), m_choice, tr("A silence holds in one environment."), false, content);
}

void SilenceDialog::chooseCluster(const QString &cluster)
{
    setCluster(cluster);
    setButtonKind(confirmButton(), environment() && environment()->isProduction() ? ButtonKind::Production : ButtonKind::Primary);
    showAuthor();
    showAll();
}

/// Who is signed in is not asked who they are; only where nobody is known, somebody has to say it.
void SilenceDialog::showAuthor()
{
    const QString known = environment() ? items::silenceAuthor(*environment()) : QString();
    const bool told = m_author->isReadOnly();
    m_author->setReadOnly(!known.isEmpty());
    if (!known.isEmpty() || told)
        m_author->setText(known);
    m_authorField->setHelp(cluster().isEmpty() ? QString() : known.isEmpty() ? tr("%1 does not say who you are.").arg(cluster()) : tr("As you are known to %1.").arg(cluster()));
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

SilenceDialog *SilenceDialog::openFor(items::AlertsSession *session, const QList<items::Alert> &alerts, QWidget *parent)
{
    if (alerts.isEmpty())
        return nullptr;
    Start start{alerts.first().cluster};
    const state::Environment *environment = session->environment(start.cluster);
    start.silence.matchers = items::silenceMatchers(alerts, environment ? state::nodesOf(*environment) : QList<ObjectId>());
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
    showAll();
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
        m_until->setDateTime(session()->clock()->now().addSecs(qint64(m_minutes) * 60).toLocalTime());
    m_untilField->setLabel(tr("Until (%1)").arg(m_until->dateTime().timeZoneAbbreviation()));
    m_untilField->setHelp(tr("%1 from now, %2").arg(formatAge(std::max<qint64>(0, session()->clock()->now().secsTo(m_until->dateTime()))), formatRfc3339(m_until->dateTime().toUTC())));
}

Silence SilenceDialog::silence() const
{
    Silence out = m_start.before.value_or(Silence());
    const QDateTime now = session()->clock()->now();
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
    if (cluster().isEmpty()) {
        m_matches->setToken(Token::Text2);
        return m_matches->setText(tr("What it matches is counted once its environment is chosen."));
    }
    QStringList names;
    int all = 0;
    for (const items::Alert &alert : session()->alerts()) {
        if (alert.cluster != cluster())
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

QString SilenceDialog::missing() const
{
    if (cluster().isEmpty())
        return tr("Choose the environment.");
    if (const QString why = session()->whyNotSilence(cluster()); !why.isEmpty())
        return why;
    if (const Result<Done> good = items::checkSilence(silence(), session()->clock()->now()); !good)
        return good.error().message;
    return m_start.before && isSame(silence(), *m_start.before) ? tr("Nothing is changed yet.") : QString();
}

void SilenceDialog::showAll()
{
    if (!m_author)
        return;     // still being built
    showMatches();
    confirmButton()->setText(m_start.before ? tr("Change the silence") : m_matching > 0 ? tr("Silence %n alert(s)", nullptr, m_matching) : tr("Silence"));
    showConfirm();
}

void SilenceDialog::write(const items::SilenceWriter::Then &then)
{
    session()->setSilence(cluster(), silence(), m_start.before, then);
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
    SilenceFrame::showError(error);
}

}
