// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/changes/ChangeDetails.h"

#include "models/core/Format.h"
#include "models/state/JournalUndo.h"
#include "ui/theme/Type.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/DiffView.h"
#include "ui/widgets/Facts.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/Tabs.h"

#include <QJsonDocument>
#include <QKeyEvent>
#include <QPainter>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace qd::ui {

using namespace Qt::StringLiterals;
using network::State;

namespace {

QString dayAndTime(const QDateTime &time)
{
    return QLocale().toString(time.toLocalTime(), u"d MMM yyyy, HH:mm:ss"_s);
}

QString dangerWord(const QString &danger)
{
    if (danger == "destructive"_L1)
        return ChangeDetails::tr("destructive");
    return danger == "disruptive"_L1 ? ChangeDetails::tr("disruptive") : ChangeDetails::tr("routine");
}

QString textOf(const QJsonValue &value, const ports::YamlCodec *yaml)
{
    if (value.isUndefined() || value.isNull())
        return {};
    return QString::fromUtf8(yaml ? yaml->emitText(value) : QJsonDocument(value.toObject()).toJson());
}

QString stepWord(const state::JournalStep &step, bool more)
{
    if (step.intent)
        return ChangeDetails::tr("Confirmed");
    if (step.readBack)
        return ChangeDetails::tr("Read back");
    if (step.outcome == "applied"_L1)
        return ChangeDetails::tr("Applied");
    return more ? ChangeDetails::tr("Answered") : ChangeDetails::tr("Ended");
}

QString outcomeWord(const QString &outcome)
{
    const QHash<QString, QString> words{{u"settled"_s, ChangeDetails::tr("settled")}, {u"applied"_s, ChangeDetails::tr("by the server")},
                                        {u"refused"_s, ChangeDetails::tr("refused")}, {u"conflict"_s, ChangeDetails::tr("conflict")},
                                        {u"failed"_s, ChangeDetails::tr("failed")}, {u"timeout"_s, ChangeDetails::tr("timed out")},
                                        {u"cancelled"_s, ChangeDetails::tr("cancelled")}};
    return words.value(outcome, outcome);
}

State stateOf(const state::JournalStep &step)
{
    if (step.intent || step.outcome == "settled"_L1 || step.outcome == "applied"_L1)
        return State::Ready;
    if (step.outcome == "cancelled"_L1)
        return State::Cancelled;
    return step.outcome == "timeout"_L1 || step.outcome == "conflict"_L1 ? State::Degraded : State::Failed;
}

}

ChangeDetails::ChangeDetails(const network::KindTable *kinds, const ports::YamlCodec *yaml, QWidget *parent)
    : QWidget(parent)
    , m_kinds(kinds)
    , m_yaml(yaml)
{
    setAccessibleName(tr("Details of the change"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    buildHeader();
    buildTabs();
    setMinimumSize(320, 180);
}

void ChangeDetails::buildHeader()
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
    verbs->setContentsMargins(16, 4, 10, 8);
    verbs->setSpacing(6);
    m_revert = makeButton(tr("Revert…"), ButtonKind::Normal, u"undo"_s, this);
    m_repeat = makeButton(tr("Repeat…"), ButtonKind::Normal, u"refresh"_s, this);
    m_more = new OverflowMenuButton(tr("More actions"), this);
    verbs->addWidget(m_revert);
    verbs->addWidget(m_repeat);
    verbs->addStretch(1);
    verbs->addWidget(m_more);
    column->addLayout(verbs);
    connect(close, &QToolButton::clicked, this, &ChangeDetails::closeWanted);
    connect(m_revert, &QPushButton::clicked, this, &ChangeDetails::revertWanted);
    connect(m_repeat, &QPushButton::clicked, this, &ChangeDetails::repeatWanted);
}

void ChangeDetails::buildTabs()
{
    auto *column = static_cast<QVBoxLayout *>(layout());
    m_tabs = new Tabs(this);
    m_tabs->setName(tr("Details of the change"));
    m_tabs->setIndent(10);
    m_tabs->addTab(u"overview"_s, tr("Overview"));
    m_tabs->addTab(u"diff"_s, tr("Diff"));
    m_tabs->addTab(u"kubectl"_s, tr("kubectl"));
    column->addWidget(m_tabs);
    m_headline = new NoticeBar(State::Ready, {}, {}, this);
    column->addWidget(m_headline);
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(buildOverview());
    m_diff = new DiffView(m_stack);
    m_diff->setAccessibleName(tr("Before and after"));
    m_diff->setFrameShape(QFrame::NoFrame);
    m_stack->addWidget(m_diff);
    auto *commands = new QWidget(m_stack);
    auto *rows = new QVBoxLayout(commands);
    rows->setContentsMargins(16, 8, 10, 12);
    auto *line = new QHBoxLayout;
    line->addWidget(new Label(tr("What would have done the same"), Type::Caption, Token::Text2, commands), 1);
    m_copy = new CopyButton(tr("the commands"), commands);
    line->addWidget(m_copy);
    rows->addLayout(line);
    m_kubectl = new QPlainTextEdit(commands);
    m_kubectl->setReadOnly(true);
    m_kubectl->setAccessibleName(tr("kubectl commands"));
    m_kubectl->setFont(monoFont(font()));
    m_kubectl->setTabChangesFocus(true);
    rows->addWidget(m_kubectl, 1);
    m_stack->addWidget(commands);
    column->addWidget(m_stack, 1);
    connect(m_tabs, &Tabs::currentChanged, this, [this](const QString &id) { m_stack->setCurrentIndex(int(m_tabs->ids().indexOf(id))); });
    m_tabs->setCurrent(u"overview"_s);
}

QWidget *ChangeDetails::buildOverview()
{
    auto *area = new QScrollArea(m_stack);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setAccessibleName(tr("Overview of the change"));
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *page = new QWidget(area);
    page->setBackgroundRole(QPalette::Base);
    auto *rows = new QVBoxLayout(page);
    rows->setContentsMargins(16, 10, 16, 16);
    rows->setSpacing(14);
    m_facts = new FactTable(tr("Change"), page);
    m_objects = new FactTable(tr("Objects"), page);
    m_steps = new ConditionList(page);
    m_steps->setTitle(tr("Steps"));
    m_records = new FactTable(tr("Record"), page);
    for (QWidget *part : {static_cast<QWidget *>(m_facts), static_cast<QWidget *>(m_objects), static_cast<QWidget *>(m_steps), static_cast<QWidget *>(m_records)})
        rows->addWidget(part);
    rows->addStretch(1);
    area->setWidget(page);
    connect(m_objects, &FactTable::followed, this, [this](const QString &key) {
        const qsizetype index = key.toInt();
        if (m_change && index < m_change->edits.size())
            Q_EMIT objectWanted(m_change->edits.at(index).object(m_change->cluster, *m_kinds));
    });
    return area;
}

void ChangeDetails::setChange(const state::ChangePtr &change, const items::ChangeStanding &standing)
{
    const bool other = !m_change || m_change->id != change->id;
    m_change = change;
    m_glyph->setState(standing.state);
    m_title->setText(change->title);
    // Good news is in the glyph and the steps; what is open or went wrong stands on top.
    const bool quiet = !standing.problem && standing.state != State::Progressing;
    m_headline->setVisible(!quiet);
    m_headline->setState(standing.state);
    m_headline->setTexts(standing.word, standing.text);
    if (other) {
        m_facts->clear();
        m_objects->clear();
        m_records->clear();
    }
    showFacts(standing);
    showSteps(standing);
    const QString shown = change->id + u' ' + QString::number(change->steps.last().seq);
    if (std::exchange(m_shown, shown) == shown)
        return;
    const auto [before, after] = diffTexts(*change, m_yaml);
    m_diff->setTexts(before, after);
    const QString commands = state::journaledKubectl(*change, *m_kinds);
    m_kubectl->setPlainText(commands);
    m_copy->setText(commands);
}

void ChangeDetails::showFacts(const items::ChangeStanding &standing)
{
    const state::JournaledChange &change = *m_change;
    const auto text = [](const QString &value) { return value.isEmpty() ? Fact::absent() : Fact::value(value); };
    Fact outcome = Fact::value(standing.word);
    outcome.state = standing.state;
    outcome.reason = standing.text;
    m_facts->setFact(u"outcome"_s, tr("Outcome"), outcome);
    m_facts->setFact(u"who"_s, tr("Who"), change.user.isEmpty() ? Fact::unknown(tr("The server had not said who is signed in.")) : Fact::value(change.user));
    m_facts->setFact(u"from"_s, tr("From"), text(change.host));
    Fact when = Fact::value(dayAndTime(change.begun()));
    when.reason = formatRfc3339(change.begun());
    m_facts->setFact(u"when"_s, tr("When"), when);
    m_facts->setFact(u"env"_s, tr("Environment"), Fact::value(change.production ? tr("%1, production").arg(change.cluster) : change.cluster));
    m_facts->setFact(u"reason"_s, tr("Reason"), text(change.reason));
    m_facts->setFact(u"danger"_s, tr("Danger"), Fact::value(dangerWord(change.danger)));
    for (qsizetype i = 0; i < change.edits.size(); ++i) {
        const state::JournaledEdit &edit = change.edits.at(i);
        const ObjectId object = edit.object(change.cluster, *m_kinds);
        Fact link = Fact::value(edit.name.isEmpty() ? tr("named by the server") : edit.name);
        link.link = !edit.name.isEmpty() && !object.gvr.resource.isEmpty();
        link.reason = edit.ns.isEmpty() ? edit.shortName() : QString(edit.ns + u'/' + edit.shortName());
        m_objects->setFact(QString::number(i), edit.kind.isEmpty() ? edit.resource : edit.kind, link);
    }
    Fact server = text(change.server);
    server.address = !change.server.isEmpty();
    m_records->setFact(u"server"_s, tr("Server"), server);
    m_records->setFact(u"id"_s, tr("Id"), Fact::id(change.id));
    QStringList numbers;
    for (const state::JournalStep &step : change.steps)
        numbers.append(QString::number(step.seq));
    m_records->setFact(u"numbers"_s, tr("Records"), Fact::value(numbers.join(u", "_s)));
    m_records->setFact(u"hash"_s, tr("Last hash"), Fact::id(change.steps.last().hash));
    const int width = std::max({m_facts->labelWidth(), m_objects->labelWidth(), m_records->labelWidth()});
    for (FactTable *table : {m_facts, m_objects, m_records})
        table->setLabelWidth(width);
}

void ChangeDetails::showSteps(const items::ChangeStanding &standing)
{
    QList<ConditionFact> out;
    const QList<state::JournalStep> &steps = m_change->steps;
    for (qsizetype i = 0; i < steps.size(); ++i) {
        const state::JournalStep &step = steps.at(i);
        const QString reason = step.intent ? tr("by %1").arg(m_change->user.isEmpty() ? tr("unknown") : m_change->user) : outcomeWord(step.outcome);
        out.append({stepWord(step, i + 1 < steps.size()), stateOf(step), reason, step.message,
                    step.time.toLocalTime().toString(u"HH:mm:ss"_s), formatRfc3339(step.time)});
    }
    if (standing.state == State::Progressing || (standing.problem && !steps.last().readBack && m_change->isOpen()))
        out.append({standing.word, standing.state, {}, standing.text, {}, {}});
    const QDateTime end = m_change->ended();
    const bool known = end.isValid() && !steps.last().readBack && standing.state != State::Progressing;
    m_steps->setConditions(out, known ? tr("took %1").arg(formatAge(m_change->begun().secsTo(end))) : QString());
}

void ChangeDetails::setVerbs(const QString &whyNotRevert, const QString &whyNotRepeat)
{
    for (const auto &[button, why, text] : {std::tuple{m_revert, whyNotRevert, tr("Back to what it was before, as a new change to be reviewed")},
                                            std::tuple{m_repeat, whyNotRepeat, tr("The same again, as a new change to be reviewed")}}) {
        button->setEnabled(why.isEmpty());
        button->setToolTip(why.isEmpty() ? text : why);
        button->setAccessibleDescription(why);
    }
}

void ChangeDetails::addMenuAction(QAction *action)
{
    m_more->addAction(action);
}

void ChangeDetails::setTab(const QString &id)
{
    m_tabs->setCurrent(id);
}

QString ChangeDetails::tab() const
{
    return m_tabs->current();
}

std::pair<QString, QString> ChangeDetails::diffTexts(const state::JournaledChange &change, const ports::YamlCodec *yaml)
{
    QStringList before, after;
    for (const state::JournaledEdit &edit : change.edits) {
        const auto [was, is] = state::beforeAndAfter(edit);
        const QString head = change.edits.size() > 1 ? QString(u"# "_s + edit.shortName() + u'\n') : QString();
        before.append(head + textOf(was, yaml));
        after.append(head + textOf(is, yaml));
    }
    return {before.join(QString()), after.join(QString())};
}

void ChangeDetails::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        Q_EMIT closeWanted();
    else
        QWidget::keyPressEvent(event);
}

void ChangeDetails::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), tokens(this)[Token::Base]);
}

}
