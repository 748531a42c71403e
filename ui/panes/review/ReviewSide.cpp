// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/review/ReviewSide.h"

#include "ui/panes/review/ArgoBar.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/Type.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/Label.h"

#include <QHBoxLayout>
#include <QScrollArea>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using network::State;

namespace {

constexpr int kMostLines = 60;
constexpr int kNamed = 4;
constexpr int kLeastHeight = 36;

/// Whom a line is about, when several objects change and it does not say so itself.
QString whom(const state::Consequence &consequence)
{
    const QStringList &objects = consequence.objects;
    if (objects.isEmpty() || (objects.size() == 1 && consequence.headline.contains(objects.first())))
        return {};
    if (objects.size() <= kNamed)
        return objects.join(u", "_s);
    return ReviewSide::tr("%1 and %2 more").arg(objects.mid(0, kNamed - 1).join(u", "_s), QString::number(objects.size() - kNamed + 1));
}

}

ReviewSide::ReviewSide(QWidget *parent)
    : QWidget(parent), m_list(new QVBoxLayout), m_argo(new ArgoBar(this)), m_reason(new QLineEdit(this)),
      m_typed(new QLineEdit(this)), m_reasonField(new FormField(tr("Reason, goes to the journal"), m_reason, {}, false, this)),
      m_typedField(new FormField(tr("Type the name to confirm"), m_typed, {}, false, this))
{
    setFixedWidth(388);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metrics::kPageEdge, 14, metrics::kPageEdge, 12);
    column->setSpacing(10);
    column->addWidget(new Label(tr("What will happen"), Type::Strong, Token::Text, this));
    auto *scroll = m_scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setProperty("bare", true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setAccessibleName(tr("What will happen"));
    scroll->viewport()->setBackgroundRole(QPalette::Base);
    auto *content = new QWidget(scroll);
    content->setBackgroundRole(QPalette::Base);
    auto *inner = new QVBoxLayout(content);
    inner->setContentsMargins(0, 2, 4, 0);
    inner->setSpacing(14);
    m_list->setSpacing(14);
    inner->addLayout(m_list);
    inner->addStretch(1);
    scroll->setWidget(content);
    content->installEventFilter(this);
    column->addWidget(scroll, 100);
    column->addWidget(m_argo);   // outside the scroll area: always seen
    column->addStretch(1);
    m_reasonField->setQuiet();
    m_typedField->setQuiet();
    m_typed->setFont(typeFont(Type::Mono));
    m_typed->setObjectName(u"typedName"_s);
    m_reason->setObjectName(u"reason"_s);
    m_reason->setPlaceholderText(tr("Ticket or why"));
    column->addWidget(m_reasonField);
    column->addWidget(m_typedField);
    m_typedField->hide();
    connect(m_argo, &ArgoBar::copyWanted, this, &ReviewSide::copyForGitWanted);
    connect(m_argo, &ArgoBar::saveWanted, this, &ReviewSide::saveForGitWanted);
    connect(m_argo, &ArgoBar::pauseWanted, this, &ReviewSide::pauseWanted);
    connect(m_reason, &QLineEdit::textEdited, this, &ReviewSide::edited);
    connect(m_typed, &QLineEdit::textEdited, this, &ReviewSide::edited);
}

void ReviewSide::setArgo(const state::ArgoApplication &application)
{
    m_argo->setApplication(application);
}

void ReviewSide::setEditable(bool editable)
{
    m_reason->setEnabled(editable);
    m_typed->setEnabled(editable);
}

void ReviewSide::setReview(const state::Review &review)
{
    m_review = review;
    if (m_reason->text().isEmpty() && !review.draft.reason.isEmpty())
        m_reason->setText(review.draft.reason);
    fillConsequences(review.consequences);
    m_argo->setOwner(review.argo, review.argoObjects, review.objects());
    fitList();
    m_typedField->setVisible(review.needsTypedName);
    const QString label = tr("Type %1 to confirm").arg(review.expectedName);
    m_typedField->setLabel(label);
}

/// No higher than what it lists, so that the bar of Argo CD follows at once.
void ReviewSide::fitList()
{
    QLayout *layout = m_scroll->widget()->layout();
    layout->activate();
    const int width = m_scroll->viewport()->width();
    const int needed = layout->hasHeightForWidth() ? layout->totalHeightForWidth(width) : layout->totalSizeHint().height();
    m_scroll->setMaximumHeight(needed);
    m_scroll->setMinimumHeight(std::min(needed, kLeastHeight));
}

/// Lines that were just put in are shown, and so measured, a moment later.
bool ReviewSide::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_scroll->widget() && event->type() == QEvent::LayoutRequest)
        fitList();
    return QWidget::eventFilter(watched, event);
}

void ReviewSide::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitList();
}

void ReviewSide::fillConsequences(const QList<state::Consequence> &consequences)
{
    while (QLayoutItem *item = m_list->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    int lines = 0;
    for (const state::Consequence &consequence : consequences) {
        if (++lines > kMostLines) {
            m_list->addWidget(new Label(tr("%1 more, less grave; each object's own change is in the list").arg(consequences.size() - kMostLines),
                                        Type::Caption, Token::Text2, this));
            break;
        }
        const QString about = whom(consequence);
        auto *line = new QWidget(this);
        line->setAccessibleName(QString(network::stateWord(consequence.state) + u": "_s + consequence.headline + u". "_s + consequence.detail + (about.isEmpty() ? QString() : QString(u" "_s + about))));
        auto *row = new QHBoxLayout(line);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(10);
        row->addWidget(new StateGlyph(consequence.state, metrics::kGlyph, line), 0, Qt::AlignTop);
        auto *texts = new QVBoxLayout;
        texts->setSpacing(2);
        auto *headline = new Label(consequence.headline, Type::Strong, Token::Text, line);
        headline->setWordWrap(true);
        texts->addWidget(headline);
        if (!consequence.detail.isEmpty()) {
            auto *detail = new Label(consequence.detail, Type::Caption, Token::Text2, line);
            detail->setWordWrap(true);
            texts->addWidget(detail);
        }
        if (!about.isEmpty()) {
            auto *names = new Label(about, Type::Caption, Token::Text, line);
            names->setWordWrap(true);
            names->setToolTip(consequence.objects.join(u'\n'));
            texts->addWidget(names);
        }
        row->addLayout(texts, 1);
        m_list->addWidget(line);
    }
}

QString ReviewSide::missing() const
{
    if (!m_review.needsTypedName || m_typed->text() == m_review.expectedName)
        return {};
    const QString text = m_typed->text();
    if (text.isEmpty())
        return tr("Type %1 to confirm").arg(m_review.expectedName);
    if (m_review.expectedName.startsWith(text)) {
        const int left = static_cast<int>(m_review.expectedName.size() - text.size());
        return left == 1 ? tr("1 character left to type") : tr("%n characters left to type", nullptr, left);
    }
    return tr("\"%1\" is not %2").arg(text, m_review.expectedName);
}

}
