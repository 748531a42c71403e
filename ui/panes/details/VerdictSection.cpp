// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/details/VerdictSection.h"

#include "models/core/Format.h"
#include "ui/widgets/Facts.h"
#include "ui/widgets/Label.h"

#include <QVBoxLayout>

namespace qd::ui {

using namespace Qt::StringLiterals;

QString evidenceTitle(const QString &signal)
{
    static const QHash<QString, const char *> titles{
        {u"last-event"_s, QT_TRANSLATE_NOOP("qd::ui::VerdictSection", "Last event")},
        {u"ingestion"_s, QT_TRANSLATE_NOOP("qd::ui::VerdictSection", "Ingestion")},
        {u"commitment"_s, QT_TRANSLATE_NOOP("qd::ui::VerdictSection", "Commitment")},
        {u"checkpoint"_s, QT_TRANSLATE_NOOP("qd::ui::VerdictSection", "Checkpoint")},
        {u"blocks"_s, QT_TRANSLATE_NOOP("qd::ui::VerdictSection", "Blocks")},
        {u"block-delay"_s, QT_TRANSLATE_NOOP("qd::ui::VerdictSection", "Block delay")},
        {u"mediator"_s, QT_TRANSLATE_NOOP("qd::ui::VerdictSection", "Mediator")},
        {u"cometbft"_s, QT_TRANSLATE_NOOP("qd::ui::VerdictSection", "CometBFT")},
        {u"connection-pool"_s, QT_TRANSLATE_NOOP("qd::ui::VerdictSection", "Connections")},
        {u"back-pressure"_s, QT_TRANSLATE_NOOP("qd::ui::VerdictSection", "Back-pressure")},
        {u"traffic"_s, QT_TRANSLATE_NOOP("qd::ui::VerdictSection", "Traffic")},
        {u"top-up"_s, QT_TRANSLATE_NOOP("qd::ui::VerdictSection", "Top-up")},
        {u"catch-up"_s, QT_TRANSLATE_NOOP("qd::ui::VerdictSection", "Catch-up")},
        {u"pruning"_s, QT_TRANSLATE_NOOP("qd::ui::VerdictSection", "Pruning")},
        {u"database"_s, QT_TRANSLATE_NOOP("qd::ui::VerdictSection", "Database")},
        {u"automation"_s, QT_TRANSLATE_NOOP("qd::ui::VerdictSection", "Automation")},
        {u"rounds"_s, QT_TRANSLATE_NOOP("qd::ui::VerdictSection", "Rounds")},
        {u"health"_s, QT_TRANSLATE_NOOP("qd::ui::VerdictSection", "Own health")},
        {u"target"_s, QT_TRANSLATE_NOOP("qd::ui::VerdictSection", "Scrape")},
        {u"metrics"_s, QT_TRANSLATE_NOOP("qd::ui::VerdictSection", "Metrics")},
        {u"suspended"_s, QT_TRANSLATE_NOOP("qd::ui::VerdictSection", "Suspended")},
        {u"reported"_s, QT_TRANSLATE_NOOP("qd::ui::VerdictSection", "Operator")}};
    const char *title = titles.value(signal);
    return title ? VerdictSection::tr(title) : signal;
}

VerdictSection::VerdictSection(QWidget *parent) : QWidget(parent), m_list(new ConditionList(this)), m_why(new Label({}, Type::Body, Token::Text, this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    m_list->setTitle(tr("Progress, observed"));
    m_why->setWordWrap(true);
    m_why->setTextFormat(Qt::PlainText);
    m_why->setTextInteractionFlags(Qt::TextSelectableByMouse);
    layout->addWidget(m_list);
    layout->addWidget(m_why);
}

void VerdictSection::setVerdict(const state::NodeVerdict &verdict, const QDateTime &now)
{
    QList<ConditionFact> facts;
    for (const state::Evidence &evidence : verdict.evidence) {
        // What is well and nothing hangs on takes no room.
        if (evidence.argues == state::VerdictState::Progressing && !evidence.needed && evidence.signal != "reported"_L1 && evidence.signal != "health"_L1)
            continue;
        ConditionFact fact{evidenceTitle(evidence.signal), state::shapeOf(evidence.argues), state::verdictWord(evidence.argues), evidence.says, {}, {}};
        if (evidence.at > 0) {
            const QDateTime at = QDateTime::fromSecsSinceEpoch(qint64(evidence.at), Qt::UTC);
            fact.age = formatAge(std::max<qint64>(0, at.secsTo(now)));
            fact.since = tr("read %1").arg(formatRfc3339(at));
        }
        if (!evidence.metric.isEmpty())
            fact.message += u'\n' + evidence.metric;
        facts.append(fact);
    }
    const QString word = state::verdictWord(verdict.state);
    m_list->setConditions(facts, verdict.evidence.isEmpty() ? tr("not read yet") : verdict.stale ? tr("%1, not read since").arg(word) : word);
    m_list->setMinimumHeight(m_list->sizeHint().height());   // the sentence below wraps: nothing is to be squeezed for it
    const bool good = verdict.state == state::VerdictState::Progressing;
    m_why->setText(verdict.why());
    m_why->setVisible(!good && !verdict.evidence.isEmpty());
}

}
