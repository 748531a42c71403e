// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/overview/SideCards.h"

#include "models/core/Format.h"
#include "models/items/overview/ProblemWords.h"
#include "ui/panes/overview/StepTrack.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/StatePainter.h"
#include "ui/widgets/Label.h"

#include <QHBoxLayout>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::overview::ChangeLine;
using items::overview::EndingLine;
using items::overview::ProgressLine;
using items::overview::Report;
using network::State;

namespace {

constexpr int kCardRoom = 392;     ///< inside a card, at the body size of look.md
constexpr int kBodyHeight = 16;

Label *noneLabel(Card *card, const QString &text)
{
    auto *label = new Label(text, Type::Body, Token::Text2, card);
    label->setContentsMargins(metrics::kCard, 2, metrics::kCard, 2);
    label->setWordWrap(true);
    card->body()->addWidget(label);
    return label;
}

StateGlyph *glyphIn(QWidget *row)
{
    auto *glyph = new StateGlyph(State::Ready, metrics::kGlyph, row);
    glyph->setAttribute(Qt::WA_TransparentForMouseEvents);
    return glyph;
}

}

/// A number, and below it what it counts.
class BackupsCard::Figure final : public JumpRow {
public:
    Figure(State state, const QString &words, QWidget *parent)
        : JumpRow(parent)
        , m_state(state)
        , m_words(words)
        , m_number(new Label({}, Type::Figure, Token::Text, this))
    {
        line()->setContentsMargins(metrics::kCard, 2, 0, 2);
        auto *column = new QVBoxLayout;
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(4);
        column->addWidget(m_number);
        auto *below = new QHBoxLayout;
        below->setSpacing(6);
        auto *glyph = glyphIn(this);
        glyph->setState(state);
        below->addWidget(glyph);
        auto *text = new ElidedLabel(words, Type::Body, Token::Text2, Qt::ElideRight, this);
        text->setAttribute(Qt::WA_TransparentForMouseEvents);
        below->addWidget(text, 1);
        column->addLayout(below);
        line()->addLayout(column, 1);
        m_number->setAttribute(Qt::WA_TransparentForMouseEvents);
    }

    void setNumber(int number, bool known, const QStringList &names)
    {
        m_number->setText(known ? formatInteger(number) : QString(QChar(0x2013)));
        m_number->setToken(number == 0 ? Token::Text2 : m_state == State::Ready ? Token::Text : stateToken(m_state));
        setAccessibleName(BackupsCard::tr("%1: %2").arg(m_words, m_number->text()));
        setToolTip(names.isEmpty() ? QString() : names.join(u'\n'));
    }

private:
    State m_state;
    QString m_words;
    Label *m_number;
};

BackupsCard::BackupsCard(QWidget *parent)
    : Card(tr("Backups"), parent)
    , m_within(new Figure(State::Ready, tr("within policy"), this))
    , m_overdue(new Figure(State::Failed, tr("overdue"), this))
    , m_undetermined(new Figure(State::Unknown, tr("not determined"), this))
{
    auto *line = new QHBoxLayout;
    constexpr int kRight = metrics::kCard + 6;   // the last words end where other cards' do
    line->setContentsMargins(0, 0, kRight, 0);
    line->setSpacing(0);
    const int widest = std::max({m_within->sizeHint().width(), m_overdue->sizeHint().width(), m_undetermined->sizeHint().width()});
    const bool thirds = 3 * widest <= (kCardRoom - metrics::kCard) * std::max(kBodyHeight, fontMetrics().height()) / kBodyHeight;
    for (Figure *figure : {m_within, m_overdue, m_undetermined}) {   // thirds; else as wide as its words, the rest shared
        line->addWidget(figure, thirds ? 1 : figure->sizeHint().width());
        connect(figure, &QAbstractButton::clicked, this, [this, figure] {
            Q_EMIT listWanted(figure == m_undetermined ? u"nodes"_s : u"backups"_s, figure == m_overdue ? u"BackupSchedule"_s : QString());
        });
    }
    body()->addLayout(line);
    body()->addSpacing(14);
}

void BackupsCard::setReport(const Report &report)
{
    const items::overview::BackupFigures &backups = report.backups;
    const QString policy = backups.fromSchedules ? tr("policy %1").arg(formatAge(backups.every)) : tr("no schedule, %1 is common").arg(formatAge(backups.every));
    setRemark(!report.known() ? QString() : backups.kept.isEmpty() ? policy : tr("%1, kept %2").arg(policy, backups.kept));
    m_within->setNumber(backups.within, report.known(), {});
    m_overdue->setNumber(backups.overdue, report.known(), backups.overdueNames);
    m_undetermined->setNumber(backups.undetermined, report.known(), backups.undeterminedNames);
}

struct EndingsCard::Row {
    StateGlyph *glyph;
    ElidedLabel *name;
    Label *remark;
    Label *ends;
};

EndingsCard::~EndingsCard() = default;

EndingsCard::EndingsCard(QWidget *parent) : ListCard(tr("Certificates and secrets"), 0, parent)
{
    setRemark(tr("next 30 days"));
    m_none = noneLabel(this, tr("Nothing that is known here ends within 30 days."));
    m_unknown = noneLabel(this, {});
    m_unknown->setObjectName(u"endingsUnknown"_s);
    m_unknown->hide();
    addMore(u"identity"_s);
    body()->addSpacing(12);
}

void EndingsCard::setReport(const Report &report, qint64 now)
{
    const QList<JumpRow *> rows = m_rows.take(report.endings.size(), [this] {
        JumpRow *row = addRow();
        Row parts{glyphIn(row), quietLabel(row, Type::Body, Token::Text), columnLabel(row, Type::Caption, Token::Text2, 0), columnLabel(row, Type::Strong, Token::Text, 0)};
        row->line()->addWidget(parts.glyph);
        row->line()->addWidget(parts.name, 1);
        row->line()->addWidget(parts.remark);
        row->line()->addWidget(parts.ends);
        m_parts.insert(row, parts);
        return row;
    });
    for (qsizetype i = 0; i < rows.size(); ++i) {
        const EndingLine &line = report.endings.at(i);
        const Row parts = m_parts.value(rows.at(i));
        lead(rows.at(i), line.object);
        parts.glyph->setState(line.state);
        parts.name->setText(line.name);
        parts.remark->setText(line.remark);
        parts.ends->setText(line.ends > now ? items::overview::roughly(line.ends - now) : tr("ended"));
        parts.ends->setToken(network::isProblem(line.state) ? stateToken(line.state) : Token::Text);
        rows.at(i)->setToolTip(tr("%1 in %2, ends %3").arg(line.name, line.object.cluster, formatRfc3339(QDateTime::fromSecsSinceEpoch(line.ends, Qt::UTC))));
        rows.at(i)->setAccessibleName(tr("%1: %2, %3").arg(line.name, line.remark, line.ends > now ? tr("ends in %1").arg(parts.ends->text()) : tr("ended")));
    }
    alignColumn(rows, [this](JumpRow *row) { return m_parts.value(row).ends; });
    m_none->setVisible(report.endings.isEmpty());
    m_none->setText(report.known() ? tr("Nothing that is known here ends within 30 days.") : tr("Not known yet."));
    m_unknown->setVisible(!report.endingsUnknown.isEmpty());
    m_unknown->setText(report.endingsUnknown.join(u'\n'));
    showMore(report.endingsMore > 0, tr("and %n more", nullptr, report.endingsMore));
}

struct ProgressCard::Row {
    ElidedLabel *title;
    StepTrack *track;
    Label *sentence;
};

ProgressCard::~ProgressCard() = default;

ProgressCard::ProgressCard(QWidget *parent) : ListCard(tr("In progress"), 8, parent)
{
    m_none = noneLabel(this, tr("No upgrade or restore is under way."));
    addMore(u"upgrades"_s);
    body()->addSpacing(12);
}

void ProgressCard::setReport(const Report &report)
{
    const QList<JumpRow *> rows = m_rows.take(report.progress.size(), [this] {
        JumpRow *row = addRow();
        row->line()->setContentsMargins(0, 4, 0, 4);
        Row parts{quietLabel(row, Type::Strong, Token::Text), new StepTrack(row), new Label({}, Type::Caption, Token::Text2, row)};
        parts.title->setContentsMargins(metrics::kCard, 0, metrics::kCard, 0);
        parts.sentence->setContentsMargins(metrics::kCard, 0, metrics::kCard, 0);
        parts.sentence->setWordWrap(true);
        parts.sentence->setAttribute(Qt::WA_TransparentForMouseEvents);
        auto *column = new QVBoxLayout;
        column->setSpacing(8);
        column->addWidget(parts.title);
        auto *track = new QHBoxLayout;
        track->setContentsMargins(metrics::kCard, 0, metrics::kCard, 0);
        track->addWidget(parts.track);
        column->addLayout(track);
        column->addWidget(parts.sentence);
        row->line()->addLayout(column, 1);
        m_parts.insert(row, parts);
        return row;
    });
    for (qsizetype i = 0; i < rows.size(); ++i) {
        const ProgressLine &line = report.progress.at(i);
        const Row parts = m_parts.value(rows.at(i));
        lead(rows.at(i), line.object);
        parts.title->setText(line.title);
        parts.track->setSteps(line.steps);
        parts.track->setVisible(!line.steps.isEmpty());
        parts.sentence->setText(line.sentence);
        parts.sentence->setVisible(!line.sentence.isEmpty());
        rows.at(i)->setAccessibleName(tr("%1. %2. %3").arg(line.title, line.steps.isEmpty() ? tr("not begun") : parts.track->accessibleName(), line.sentence));
        rows.at(i)->updateGeometry();
    }
    m_none->setVisible(report.progress.isEmpty());
    m_none->setText(report.known() ? tr("No upgrade or restore is under way.") : tr("Not known yet."));
    showMore(report.progressMore > 0, tr("and %n more", nullptr, report.progressMore));
}

struct ChangesCard::Row {
    StateGlyph *glyph;
    ElidedLabel *title;
    LinkButton *object;
    ElidedLabel *user;
    ElidedLabel *outcome;
    Label *age;
};

ChangesCard::~ChangesCard() = default;

ChangesCard::ChangesCard(QWidget *parent) : ListCard(tr("Latest changes"), 0, parent)
{
    setRemark(tr("made here, last 24 h"));
    m_none = noneLabel(this, {});
    addMore(u"changes"_s);
    body()->addSpacing(12);
}

JumpRow *ChangesCard::makeRow()
{
    JumpRow *row = addRow();
    Row parts{glyphIn(row), quietLabel(row, Type::Body, Token::Text), new LinkButton(row), quietLabel(row, Type::Body, Token::Text2),
              quietLabel(row, Type::Body, Token::Text2), columnLabel(row, Type::Body, Token::Text2, 6)};
    row->line()->addWidget(parts.glyph);
    // Columns by shares, so that rows below each other line up.
    for (QWidget *part : {static_cast<QWidget *>(parts.title), static_cast<QWidget *>(parts.object), static_cast<QWidget *>(parts.user),
                          static_cast<QWidget *>(parts.outcome)})
        part->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    row->line()->addWidget(parts.title, 25);
    row->line()->addWidget(parts.object, 21);
    row->line()->addWidget(parts.user, 12);
    row->line()->addWidget(parts.outcome, 30);
    row->line()->addWidget(parts.age);
    m_parts.insert(row, parts);
    const auto change = [this, row] { return m_changes.value(m_rows.all().indexOf(row)); };
    connect(parts.object, &QAbstractButton::clicked, this, [this, change] { Q_EMIT objectWanted(change().object); });
    connect(row, &QAbstractButton::clicked, this, [this, change] { Q_EMIT changeWanted(change().id); });
    return row;
}

void ChangesCard::setChanges(const QList<ChangeLine> &changes, int more, const QString &problem, qint64 now)
{
    m_changes = changes;
    const QList<JumpRow *> rows = m_rows.take(changes.size(), [this] { return makeRow(); });
    for (qsizetype i = 0; i < rows.size(); ++i) {
        const ChangeLine &line = changes.at(i);
        const Row parts = m_parts.value(rows.at(i));
        parts.glyph->setState(line.state == State::Succeeded ? State::Ready : line.state);
        parts.title->setText(line.title);
        parts.object->setEnabled(!line.object.name.isEmpty());
        parts.object->setLink(line.object.name.isEmpty() ? tr("several objects") : line.object.name);
        parts.object->setToolTip(line.object.name.isEmpty() ? QString() : tr("%1 in %2").arg(line.object.name, line.object.cluster));
        parts.user->setText(line.user);
        parts.outcome->setText(line.outcome);
        parts.outcome->setToken(line.state == State::Failed ? Token::Bad : Token::Text2);
        rows.at(i)->setAccessibleName(tr("%1, %2, by %3: %4").arg(line.title, parts.object->text(), line.user, line.outcome));
        rows.at(i)->setToolTip(tr("Open this change"));
    }
    m_none->setText(problem.isEmpty() ? tr("Nothing was changed here.") : problem);
    m_none->setVisible(changes.isEmpty() || !problem.isEmpty());
    showMore(!changes.isEmpty(), more > 0 ? tr("and %n more", nullptr, more) : tr("All changes"));
    tick(now);
}

void ChangesCard::tick(qint64 now)
{
    for (qsizetype i = 0; i < m_changes.size() && i < m_rows.all().size(); ++i) {
        Label *age = m_parts.value(m_rows.all().at(i)).age;
        const QString text = formatAge(std::max<qint64>(0, now - m_changes.at(i).at));
        if (age->text() != text)
            age->setText(text);
    }
}

}
