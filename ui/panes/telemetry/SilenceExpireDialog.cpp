// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/telemetry/SilenceExpireDialog.h"

#include "models/items/telemetry/AlertMatch.h"
#include "ui/panes/telemetry/AlertDetails.h"
#include "ui/theme/Metrics.h"
#include "ui/widgets/Label.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QScrollArea>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::SilenceLine;

namespace {
constexpr int kWidth = 540;
constexpr int kNamed = 4;
}

SilenceExpireDialog::SilenceExpireDialog(items::AlertsSession *session, const SilenceLine &line, bool utc, QWidget *parent)
    : SilenceFrame(session, line.cluster, parent)
    , m_line(line)
    , m_utc(utc)
    , m_column(addScrolledForm())
{
    QWidget *content = m_column->parentWidget();
    setTitle(tr("Expire the silence"));
    setMinimumWidth(400);
    addNotice(m_column);
    auto *facts = new QGridLayout;
    facts->setHorizontalSpacing(16);
    facts->setVerticalSpacing(6);
    facts->setColumnStretch(1, 1);
    m_matchers = addFact(facts, tr("Matches"));
    m_until = addFact(facts, tr("Until"));
    m_author = addFact(facts, tr("Author"));
    m_comment = addFact(facts, tr("Comment"));
    m_column->addLayout(facts);
    m_matches = new Label({}, Type::Body, Token::Text, content);
    m_matches->setWordWrap(true);
    m_column->addWidget(m_matches);
    addName(m_column);
    m_column->addStretch();
    confirmButton()->setText(tr("Expire the silence"));
    confirmButton()->setObjectName(u"expire"_s);
    setButtonKind(confirmButton(), ButtonKind::Danger);
    connect(session, &items::AlertsSession::changed, this, &SilenceExpireDialog::showAll);
    showAll();
}

Label *SilenceExpireDialog::addFact(QGridLayout *facts, const QString &name)
{
    QWidget *content = m_column->parentWidget();
    auto *label = new Label(name, Type::Body, Token::Text2, content);
    auto *value = new Label({}, Type::Body, Token::Text, content);
    value->setWordWrap(true);
    value->setObjectName(name);
    value->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    label->setBuddy(value);
    const int row = facts->rowCount();
    facts->addWidget(label, row, 0, Qt::AlignTop);
    facts->addWidget(value, row, 1);
    return value;
}

QString SilenceExpireDialog::matchText() const
{
    return m_matches->text();
}

const SilenceLine *SilenceExpireDialog::now() const
{
    const QList<SilenceLine> &lines = session()->silences();
    const auto found = std::find_if(lines.begin(), lines.end(), [this](const SilenceLine &line) { return line.cluster == m_line.cluster && line.silence.id == m_line.silence.id; });
    return found == lines.end() ? nullptr : &*found;
}

QString SilenceExpireDialog::missing() const
{
    if (const QString why = session()->whyNotExpire(cluster()); !why.isEmpty())
        return why;
    const SilenceLine *line = now();
    // Only a look that was answered tells that it is gone.
    const items::AlertsStanding standing = session()->standing(cluster());
    if (!line && (!standing.asOf.isValid() || standing.stale()))
        return tr("The silences of %1 are not known now.").arg(cluster());
    return !line || line->silence.state == "expired"_L1 ? tr("It has ended already.") : QString();
}

void SilenceExpireDialog::showAll()
{
    if (const SilenceLine *line = now())
        m_line = *line;
    const auto say = [](Label *value, const QString &text) {
        value->setText(text.isEmpty() ? QString(QChar(0x2013)) : text);
        value->setAccessibleName(QString(value->objectName() + u": "_s + value->text()));
    };
    say(m_matchers, items::matchersText(m_line.silence.matchers));
    say(m_until, alertMoment(m_line.silence.endsAt, session()->clock()->now(), m_utc));
    say(m_author, m_line.silence.createdBy);
    say(m_comment, m_line.silence.comment);
    showMatches();
    showConfirm();
}

/// Those that nothing else holds back call again; the others are matched, and stay quiet.
void SilenceExpireDialog::showMatches()
{
    const bool ended = m_line.silence.state == "expired"_L1 || !now();
    m_matches->setVisible(!ended);
    if (ended)
        return;
    if (m_line.problem || !m_line.alerts) {
        m_matches->setToken(Token::Warn);
        return m_matches->setText(tr("Which alerts it holds back is not known: %1").arg(m_line.problem ? m_line.problem->text() : tr("it was not tried.")));
    }
    QStringList names;
    int calling = 0;
    for (const items::Alert &alert : session()->alerts()) {
        const bool alone = alert.cluster == cluster() && alert.state == items::AlertState::Silenced && alert.silencedBy == QStringList{m_line.silence.id} && alert.inhibitedBy.isEmpty();
        calling += alone ? 1 : 0;
        if (alone && names.size() < kNamed)
            names.append(alert.subject.text.isEmpty() ? alert.name : QString(alert.name + u" ("_s + alert.subject.text + u')'));
    }
    QString text = *m_line.alerts == 0 ? tr("Matches no alert now: nobody is called again.")
        : calling == 0                 ? tr("Matches %n alert(s) now, of which none calls again: it does not fire, or something else holds it back.", nullptr, *m_line.alerts)
        : calling == *m_line.alerts    ? tr("Matches %n alert(s) now: they call again.", nullptr, calling)
                                       : tr("Matches %n alert(s) now; of them call again: %1.", nullptr, *m_line.alerts).arg(calling);
    if (!names.isEmpty())
        text += u'\n' + names.join(u", "_s) + (calling > names.size() ? tr(" and %1 more").arg(calling - names.size()) : QString());
    if (session()->standing(cluster()).stale())
        text += u'\n' + tr("What fires is not up to date.");
    m_matches->setToken(calling > 0 ? Token::Text : Token::Text2);
    m_matches->setText(text);
}

void SilenceExpireDialog::write(const items::SilenceWriter::Then &then)
{
    session()->expireSilence(cluster(), m_line.silence, then);
}

/// As high as its words at this width; what is longer than the window scrolls.
QSize SilenceExpireDialog::wished() const
{
    const auto *area = qobject_cast<QScrollArea *>(m_column->parentWidget()->parentWidget()->parentWidget());
    const int width = kWidth * std::max(16, fontMetrics().height()) / 16;
    const int frame = sizeHint().height() - (area ? area->sizeHint().height() : 0);
    m_column->activate();
    return {width, frame + m_column->totalHeightForWidth(width - 2)};
}

/// What went wrong needs room, too.
void SilenceExpireDialog::showError(const Error &error)
{
    SilenceFrame::showError(error);
    const int most = parentWidget() ? parentWidget()->window()->height() - 24 : wished().height();
    resize(width(), std::max(height(), std::min(most, wished().height())));
}

void SilenceExpireDialog::showEvent(QShowEvent *event)
{
    setWishedSize(wished());
    SilenceFrame::showEvent(event);
    // Where a name is wanted the keyboard begins there; else nothing is ended by an Enter too much.
    if (typedName())
        typedName()->setFocus(Qt::TabFocusReason);
    else
        footerRight()->itemAt(0)->widget()->setFocus(Qt::TabFocusReason);
}

}
