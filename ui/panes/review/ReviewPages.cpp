// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/review/ReviewPages.h"

#include "models/state/KubectlCommand.h"
#include "ui/panes/review/ObjectList.h"
#include "ui/panes/review/ReviewTexts.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/Type.h"
#include "ui/widgets/DiffView.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/Tabs.h"
#include "ui/widgets/YamlView.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPlainTextEdit>
#include <QStackedWidget>
#include <QTreeWidget>

namespace qd::ui {

using namespace Qt::StringLiterals;

ReviewPages::ReviewPages(const ports::YamlCodec *yaml, const QString &context, QWidget *parent)
    : QWidget(parent), m_yaml(yaml), m_context(context), m_objects(new ObjectList(this)), m_below(new Hairline(Qt::Horizontal, this)), m_chooser(new QComboBox(this)), m_tabs(new Tabs(this)),
      m_summary(new Label({}, Type::Caption, Token::Text2, this)), m_stack(new QStackedWidget(this)), m_diff(new DiffView(this)),
      m_fields(new QTreeWidget(this)), m_after(new YamlView(this)), m_command(new QPlainTextEdit(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_objects);
    column->addWidget(m_below);
    m_objects->hide();
    m_below->hide();
    auto *head = new QHBoxLayout;
    head->setContentsMargins(14, 0, metrics::kCard, 0);
    head->setSpacing(metrics::kGap);
    m_tabs->setProperty("bare", true);
    m_tabs->addTab(u"diff"_s, tr("Diff"));
    m_tabs->addTab(u"fields"_s, tr("Fields"));
    m_tabs->addTab(u"after"_s, tr("YAML after"));
    m_tabs->addTab(u"kubectl"_s, tr("kubectl"));
    m_tabs->setName(tr("Views of the change"));
    head->addWidget(m_tabs, 1);
    m_chooser->setAccessibleName(tr("Object of the change"));
    m_chooser->setMaximumWidth(240);
    m_chooser->hide();
    head->addWidget(m_chooser);
    head->addWidget(m_summary);
    column->addLayout(head);
    column->addWidget(new Hairline(Qt::Horizontal, this));
    column->addWidget(m_stack, 1);

    m_fields->setHeaderLabels({tr("Field"), tr("Before"), tr("After")});
    m_fields->setAccessibleName(tr("Changed fields"));
    m_fields->setObjectName(u"fields"_s);
    m_fields->setRootIsDecorated(false);
    m_fields->setIndentation(0);
    m_fields->setProperty("bare", true);
    m_fields->setFrameShape(QFrame::NoFrame);
    m_fields->header()->setStretchLastSection(false);
    m_fields->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_after->setReadOnly(true);
    m_after->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_after->setAccessibleName(tr("The object after the change"));
    m_command->setLayoutDirection(Qt::LeftToRight);
    m_command->setReadOnly(true);
    m_command->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_command->setProperty("bare", true);
    m_command->setFrameShape(QFrame::NoFrame);
    m_command->setFont(typeFont(Type::Mono));
    m_command->setTabChangesFocus(true);
    m_command->document()->setDocumentMargin(metrics::kCard);
    m_command->setAccessibleName(tr("The same change with kubectl"));
    for (QWidget *page : std::initializer_list<QWidget *>{m_diff, m_fields, m_after, m_command})
        m_stack->addWidget(page);
    connect(m_tabs, &Tabs::currentChanged, this, [this](const QString &id) { m_stack->setCurrentIndex(static_cast<int>(m_tabs->ids().indexOf(id))); });
    connect(m_chooser, &QComboBox::activated, this, &ReviewPages::showEdit);
    connect(m_objects, &QTreeWidget::currentItemChanged, this, [this](QTreeWidgetItem *item) { showEdit(m_objects->indexOfTopLevelItem(item)); });
}

void ReviewPages::setReview(const state::Review &review, bool over)
{
    m_review = review;
    m_kubectl = state::kubectlCommands(review.draft, m_context);
    m_command->setPlainText(m_kubectl);
    m_summary->setText(tr("%n field(s) change", nullptr, review.fieldsChanged) + u", "_s + tr("%n rebased", nullptr, review.fieldsRebased));
    m_tabs->setTabText(u"fields"_s, tr("Fields (%1)").arg(review.fieldsChanged));
    const bool several = review.objects() > 1;
    setOutcomes(review, over);
    m_objects->setVisible(several);
    m_below->setVisible(several);
    if (several)
        return showEdit(qMax(0, m_objects->indexOfTopLevelItem(m_objects->currentItem())));
    const int now = m_chooser->currentIndex();
    m_chooser->clear();
    for (const state::EditReview &edit : review.edits) {
        const QString name = edit.edit.object.shortName();
        m_chooser->addItem(edit.causes.isEmpty() ? QIcon() : icon(u"state-failed"_s, Token::Bad), name);
    }
    m_chooser->setVisible(review.edits.size() > 1);
    const int shown = now >= 0 && now < review.edits.size() ? now : 0;
    m_chooser->setCurrentIndex(shown);
    showEdit(shown);
}

void ReviewPages::setOutcomes(const state::Review &review, bool over)
{
    if (review.objects() < 2)
        return;
    const QSignalBlocker quiet(m_objects);
    m_objects->setReview(review, over);
}

QString ReviewPages::textForGit() const
{
    QStringList texts;
    for (const state::EditReview &edit : m_review.edits) {
        if (!edit.after.isEmpty())
            texts.append(ui::textForGit(edit.after, m_yaml));
    }
    return texts.join(u"---\n"_s);
}

void ReviewPages::showEdit(int index)
{
    if (index < 0 || index >= m_review.edits.size())
        return;
    const state::EditReview &edit = m_review.edits.at(index);
    const QString before = objectText(edit.before, m_yaml);
    const QString after = objectText(edit.after, m_yaml);
    QList<LineNote> notes = notesOf(edit, after, m_yaml);
    if (edit.notPreviewable)
        notes.prepend({0, network::State::Unknown, tr("Not previewed: %1").arg(edit.notPreviewableReason)});
    m_diff->setTexts(before, after);
    m_diff->setNotes(notes);
    m_after->setPlainText(after);
    m_after->setBaseText(before);
    m_after->setProblems(problemsOf(edit.causes, after, m_yaml));
    fillFields(edit);
}

void ReviewPages::fillFields(const state::EditReview &edit)
{
    m_fields->clear();
    const QFont mono = typeFont(Type::Mono);
    QList<ErrorCause> open = edit.causes;
    const auto causeItem = [](const ErrorCause &cause, QTreeWidgetItem *under) {
        auto *item = new QTreeWidgetItem(under, {cause.field.isEmpty() ? cause.message : QString(cause.field + u": "_s + cause.message)});
        item->setFirstColumnSpanned(true);
        item->setForeground(0, QApplication::palette().brush(QPalette::BrightText));
        item->setIcon(0, icon(u"state-failed"_s, Token::Bad));
        item->setToolTip(0, item->text(0));
        return item;
    };
    for (const state::JsonChange &change : edit.diff) {
        auto *item = new QTreeWidgetItem(m_fields, {change.label.isEmpty() ? change.path : change.label, valueText(change.from), valueText(change.to)});
        for (int column = 0; column < 3; ++column) {
            item->setFont(column, mono);
            item->setToolTip(column, item->text(column));
        }
        item->setForeground(1, QApplication::palette().brush(QPalette::PlaceholderText));
        item->setExpanded(true);
        for (qsizetype i = open.size() - 1; i >= 0; --i) {
            if (FieldLines::pointerOf(open.at(i).field) == change.path || open.at(i).field == change.label)
                causeItem(open.takeAt(i), item);
        }
    }
    for (const ErrorCause &cause : std::as_const(open)) {
        auto *item = new QTreeWidgetItem(m_fields, {cause.field, QString(), QString()});
        item->setFont(0, mono);
        causeItem(cause, item);
        item->setExpanded(true);
    }
    m_fields->expandAll();
    m_fields->setColumnWidth(1, 140);
    m_fields->setColumnWidth(2, 160);
}

}
