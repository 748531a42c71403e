// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/overview/ProblemCard.h"

#include "models/core/Format.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/StatePainter.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Faces.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/StatePage.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QGridLayout>
#include <QMenu>
#include <QMouseEvent>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::overview::Problem;
using items::overview::Report;
using network::State;

namespace {
constexpr int kMoreLinks = 4;
}

ProblemRow::ProblemRow(QWidget *parent)
    : QWidget(parent)
    , m_glyph(new StateGlyph(State::Unknown, metrics::kIcon, this))
    , m_title(new ElidedLabel({}, Type::Strong, Token::Text, Qt::ElideRight, this))
    , m_age(new Label({}, Type::Body, Token::Text2, this))
    , m_link(new LinkButton(this))
    , m_detail(new ElidedLabel({}, Type::Body, Token::Text2, Qt::ElideRight, this))
    , m_acknowledge(makeIconButton(u"check"_s, tr("Acknowledge: hide until it changes"), this))
    , m_step(makeButton({}, ButtonKind::Normal, {}, this))
{
    setAccessibleRole(this, QAccessible::Grouping);
    setAttribute(Qt::WA_Hover);
    auto *line = new QHBoxLayout(this);
    line->setContentsMargins(18, 8, 12, 7);
    line->setSpacing(14);
    line->addWidget(m_glyph, 0, Qt::AlignVCenter);
    auto *texts = new QGridLayout;
    texts->setContentsMargins(0, 0, 0, 0);
    texts->setHorizontalSpacing(12);
    texts->setVerticalSpacing(0);
    texts->addWidget(m_title, 0, 0);
    texts->addWidget(m_age, 0, 1, Qt::AlignRight | Qt::AlignVCenter);
    auto *second = new QHBoxLayout;
    second->setSpacing(8);
    second->setContentsMargins(0, 0, 0, 0);
    m_link->setContentsMargins(0, 0, 0, 0);
    second->addWidget(m_link);
    second->addWidget(m_detail, 1);
    texts->addLayout(second, 1, 0);
    m_acknowledge->setFixedSize(24, 20);
    texts->addWidget(m_acknowledge, 1, 1, Qt::AlignRight | Qt::AlignVCenter);
    texts->setColumnStretch(0, 1);
    line->addLayout(texts, 1);
    line->addWidget(m_step, 0, Qt::AlignVCenter);
    // The room of the tick stays: nothing moves when the pointer comes.
    QSizePolicy keep = m_acknowledge->sizePolicy();
    keep.setRetainSizeWhenHidden(true);
    m_acknowledge->setSizePolicy(keep);
    connect(m_link, &QAbstractButton::clicked, this, &ProblemRow::openWanted);
    connect(m_step, &QPushButton::clicked, this, &ProblemRow::stepWanted);
    connect(m_acknowledge, &QToolButton::clicked, this, &ProblemRow::acknowledgeWanted);
    for (QWidget *part : {static_cast<QWidget *>(m_link), static_cast<QWidget *>(m_step), static_cast<QWidget *>(m_acknowledge)})
        part->installEventFilter(this);
    showTools();
}

void ProblemRow::setProblem(const Problem &problem, qint64 now)
{
    m_problem = problem;
    m_glyph->setState(problem.state);
    m_title->setText(problem.title);
    m_title->setToken(problem.acknowledged ? Token::Text2 : Token::Text);
    m_detail->setText(problem.detail);
    const QString name = problem.object.name.isEmpty() ? problem.object.cluster : problem.object.name;
    m_link->setLink(name, problem.icon, tr("Open %1").arg(name));
    m_link->setToolTip(problem.object.name.isEmpty() ? name : tr("%1 in %2, %3").arg(name, problem.object.cluster, problem.object.ns));
    const QString what = problem.acknowledged ? tr("Show it again") : tr("Acknowledge: hide until it changes");
    m_acknowledge->setIcon(icon(problem.acknowledged ? u"undo"_s : u"check"_s));
    m_acknowledge->setToolTip(what);
    m_acknowledge->setAccessibleName(tr("%1: %2, %3").arg(what, problem.title, name));
    setAccessibleName(tr("%1: %2, %3. %4").arg(network::stateWord(problem.state), problem.title, name, problem.detail));
    tick(now);
    showTools();
}

void ProblemRow::setStep(const QString &text, const QString &whyNot)
{
    m_step->setText(text);
    m_step->setEnabled(whyNot.isEmpty());
    m_step->setToolTip(whyNot);
    const QString name = m_problem.object.name.isEmpty() ? m_problem.object.cluster : m_problem.object.name;
    m_step->setAccessibleName(tr("%1: %2, %3").arg(text, m_problem.title, name));
    m_step->setAccessibleDescription(whyNot);
}

void ProblemRow::tick(qint64 now)
{
    const QString age = m_problem.since > 0 ? formatAge(std::max<qint64>(0, now - m_problem.since)) : QString();
    if (m_age->text() == age)
        return;
    m_age->setText(age);
    m_age->setToolTip(m_problem.since > 0 ? tr("Since %1").arg(formatRfc3339(QDateTime::fromSecsSinceEpoch(m_problem.since, Qt::UTC))) : QString());
}

/// The tick is there for the row one is at; acknowledged rows keep theirs.
void ProblemRow::showTools()
{
    const bool here = underMouse() || m_link->hasFocus() || m_step->hasFocus() || m_acknowledge->hasFocus() || m_problem.acknowledged;
    m_acknowledge->setVisible(here);
}

bool ProblemRow::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)
        showTools();
    return QWidget::eventFilter(watched, event);
}

bool ProblemRow::event(QEvent *event)
{
    if (event->type() == QEvent::HoverEnter || event->type() == QEvent::HoverLeave) {
        showTools();
        update();
    }
    return QWidget::event(event);
}

void ProblemRow::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_link->setMaximumWidth(std::max(80, width() * 2 / 5));
}

void ProblemRow::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens t = tokens(this);
    if (underMouse())
        painter.fillRect(rect().adjusted(1, 1, -1, 0), t[Token::Hover]);
    painter.fillRect(QRect(1, 0, width() - 2, 1), t[Token::Line]);
}

void ProblemRow::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && rect().contains(event->pos()))
        Q_EMIT openWanted();
}

void ProblemRow::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Delete)
        Q_EMIT acknowledgeWanted();
    else
        QWidget::keyPressEvent(event);
}

void ProblemRow::contextMenuEvent(QContextMenuEvent *event)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    connect(menu->addAction(tr("Open details")), &QAction::triggered, this, &ProblemRow::openWanted);
    QAction *step = menu->addAction(m_step->text());
    step->setEnabled(m_step->isEnabled());
    step->setToolTip(m_step->toolTip());
    connect(step, &QAction::triggered, this, &ProblemRow::stepWanted);
    menu->addSeparator();
    QAction *hide = menu->addAction(m_acknowledge->icon(), m_acknowledge->toolTip());
    hide->setShortcut(QKeySequence(Qt::Key_Delete));
    connect(hide, &QAction::triggered, this, &ProblemRow::acknowledgeWanted);
    menu->setToolTipsVisible(true);
    menu->popup(event->globalPos());
}

ProblemCard::ProblemCard(QWidget *parent)
    : Card(tr("Needs attention"), parent)
    , m_list(new QVBoxLayout)
    , m_none(new QWidget(this))
    , m_noneGlyph(new StateGlyph(State::Ready, metrics::kIcon, m_none))
    , m_noneText(new Label({}, Type::Strong, Token::Text, m_none))
    , m_noneDetail(new Label({}, Type::Body, Token::Text2, m_none))
    , m_skeleton(new Skeleton(this))
    , m_rest(new QWidget(this))
    , m_restText(new Label({}, Type::Body, Token::Text2, m_rest))
    , m_restLine(new QHBoxLayout(m_rest))
    , m_notes(new QVBoxLayout)
    , m_hidden(new LinkButton(this, Type::Caption))
{
    head()->addWidget(m_hidden);
    m_list->setSpacing(0);
    body()->addLayout(m_list);
    body()->addWidget(m_skeleton);
    auto *none = new QHBoxLayout(m_none);
    none->setContentsMargins(18, 10, 16, 16);
    none->setSpacing(14);
    none->addWidget(m_noneGlyph);
    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(m_noneText);
    words->addWidget(m_noneDetail);
    m_noneDetail->setWordWrap(true);
    none->addLayout(words, 1);
    body()->addWidget(m_none);
    m_restLine->setContentsMargins(metrics::kCard + 34, 6, metrics::kCard, 6);
    m_restLine->setSpacing(10);
    m_restLine->addWidget(m_restText);
    m_restLine->addStretch(1);
    body()->addWidget(m_rest);
    m_notes->setContentsMargins(0, 0, 0, 0);
    body()->addLayout(m_notes);
    body()->addSpacing(4);
    connect(m_hidden, &QAbstractButton::clicked, this, [this] { Q_EMIT showAcknowledgedWanted(!m_showsHidden); });
}

ProblemRow *ProblemCard::makeRow()
{
    auto *row = new ProblemRow(this);
    m_list->addWidget(row);
    connect(row, &ProblemRow::openWanted, this, [this, row] { Q_EMIT openWanted(row->problem()); });
    connect(row, &ProblemRow::stepWanted, this, [this, row] { Q_EMIT stepWanted(row->problem()); });
    connect(row, &ProblemRow::acknowledgeWanted, this, [this, row] { Q_EMIT acknowledgeWanted(row->problem(), !row->problem().acknowledged); });
    for (QAbstractButton *part : row->findChildren<QAbstractButton *>())
        part->installEventFilter(this);
    return row;
}

/// Up and Down go by rows, Left and Right within one; beyond the last row the page goes on.
bool ProblemCard::eventFilter(QObject *watched, QEvent *event)
{
    auto *part = qobject_cast<QWidget *>(watched);
    auto *row = part ? qobject_cast<ProblemRow *>(part->parentWidget()) : nullptr;
    if (event->type() != QEvent::KeyPress || !row)
        return Card::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent *>(event)->key();
    if (key != Qt::Key_Down && key != Qt::Key_Up)
        return Card::eventFilter(watched, event);
    const QList<ProblemRow *> all = rows();
    const qsizetype to = all.indexOf(row) + (key == Qt::Key_Down ? 1 : -1);
    if (to < 0 || to >= all.size()) {
        (to < 0 ? static_cast<QWidget *>(row->link()) : row->stepButton())->setFocus(Qt::TabFocusReason);
        return false;
    }
    all.at(to)->link()->setFocus(Qt::TabFocusReason);
    Q_EMIT rowEntered(all.at(to));
    return true;
}

QList<ProblemRow *> ProblemCard::rows() const
{
    QList<ProblemRow *> out;
    for (ProblemRow *row : m_rows.all()) {
        if (!row->isHidden())
            out.append(row);
    }
    return out;
}

void ProblemCard::setReport(const Report &report, qint64 now)
{
    const QWidget *at = focusWidget();
    const auto *row = at && at->hasFocus() ? qobject_cast<const ProblemRow *>(at->parentWidget()) : nullptr;
    const QString key = row ? row->problem().key : QString();
    const bool step = row && at == row->stepButton();
    const QList<ProblemRow *> rows = m_rows.take(report.problems.size(), [this] { return makeRow(); });
    for (qsizetype i = 0; i < rows.size(); ++i)
        rows.at(i)->setProblem(report.problems.at(i), now);
    // The keyboard stays with the problem, wherever it stands now: Enter opens what was looked at.
    if (row && (row->isHidden() || row->problem().key != key)) {
        const auto same = std::find_if(rows.begin(), rows.end(), [&key](const ProblemRow *r) { return r->problem().key == key; });
        if (same != rows.end())
            (step ? static_cast<QWidget *>((*same)->stepButton()) : (*same)->link())->setFocus();
    }
    m_hiddenCount = report.acknowledged;
    setRemark(report.acknowledged > 0 ? tr("worst first,") : report.problemCount > 1 ? tr("worst first") : QString());
    setShowAcknowledged(m_showsHidden);
    m_hidden->setVisible(report.acknowledged > 0);
    showNone(report);
    showRest(report);
    const QList<QWidget *> notes = m_caveats.take(report.caveats.size(), [this]() -> QWidget * {
        auto *note = new QWidget(this);
        auto *line = new QHBoxLayout(note);
        line->setContentsMargins(19, 6, metrics::kCard, 6);
        line->setSpacing(15);
        line->addWidget(new StateGlyph(State::Unknown, metrics::kGlyph, note), 0, Qt::AlignTop);
        auto *text = new Label({}, Type::Caption, Token::Text2, note);
        text->setWordWrap(true);
        line->addWidget(text, 1);
        m_notes->addWidget(note);
        return note;
    });
    for (qsizetype i = 0; i < notes.size(); ++i) {
        const items::overview::Caveat &caveat = report.caveats.at(i);
        auto *glyph = notes.at(i)->findChild<StateGlyph *>();
        if (caveat.state == State::Suspended)
            glyph->setSymbol(u"lock"_s, Token::Text2, tr("Not allowed"));
        else
            glyph->setState(caveat.state);
        notes.at(i)->findChild<Label *>()->setText(caveat.text);
    }
}

void ProblemCard::setShowAcknowledged(bool shown)
{
    m_showsHidden = shown;
    m_hidden->setLink(shown ? tr("%n acknowledged shown", nullptr, m_hiddenCount) : tr("%n acknowledged hidden", nullptr, m_hiddenCount), {},
                      shown ? tr("Hide the acknowledged ones again") : tr("Show the %n acknowledged", nullptr, m_hiddenCount));
}

/// Nothing is called fine before it is known to be.
void ProblemCard::showNone(const Report &report)
{
    const bool none = report.problems.isEmpty();
    const bool waits = none && report.loading;
    m_skeleton->setVisible(waits);
    m_none->setVisible(none);
    if (!none)
        return;
    m_noneGlyph->setState(waits ? State::Progressing : report.caveats.isEmpty() ? State::Ready : State::Unknown);
    if (waits) {
        m_noneText->setText(tr("Waiting for %1").arg(report.waitingFor));
        m_noneDetail->setText(tr("Problems show here as soon as they are known."));
    } else if (report.caveats.isEmpty()) {
        m_noneText->setText(tr("Nothing needs attention."));
        m_noneDetail->setText(report.acknowledged > 0 ? tr("What was acknowledged is hidden until it changes.")
                                                      : tr("Failing objects, late backups, low traffic and certificates that end would stand here."));
    } else {
        m_noneText->setText(tr("Nothing that is known needs attention."));
        m_noneDetail->setText(tr("Not everything is known."));
    }
}

void ProblemCard::showRest(const Report &report)
{
    int rest = 0;
    for (const items::overview::More &more : report.more)
        rest += more.count;
    m_rest->setVisible(rest > 0);
    m_restText->setText(tr("and %n more:", nullptr, rest));
    const QList<LinkButton *> links = m_more.take(std::min<qsizetype>(report.more.size(), kMoreLinks), [this] {
        auto *link = new LinkButton(m_rest);
        m_restLine->insertWidget(m_restLine->count() - 1, link);
        connect(link, &QAbstractButton::clicked, this, [this, link] {
            Q_EMIT listWanted(link->property("pane").toString(), link->property("kind").toString());
        });
        return link;
    });
    for (qsizetype i = 0; i < links.size(); ++i) {
        const items::overview::More &more = report.more.at(i);
        links.at(i)->setLink(tr("%1 (%2)").arg(more.title).arg(formatInteger(more.count)));
        links.at(i)->setProperty("pane", more.pane);
        links.at(i)->setProperty("kind", more.kind);
    }
}

void ProblemCard::tick(qint64 now)
{
    for (ProblemRow *row : m_rows.all())
        row->tick(now);
}

}
