// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/review/ObjectList.h"

#include "ui/theme/Icons.h"
#include "ui/theme/StatePainter.h"
#include "ui/theme/Metrics.h"

#include <QHeaderView>

namespace qd::ui {

using namespace Qt::StringLiterals;
using Kind = state::EditOutcome::Kind;

namespace {

constexpr int kMostRows = 5;
enum Column : int { Name, Where, What, How };

QString changeText(const state::EditReview &edit)
{
    if (edit.edit.verb == ports::Verb::Delete)
        return ObjectList::tr("Deleted");
    if (edit.edit.verb == ports::Verb::Create)
        return ObjectList::tr("New");
    const QStringList &labels = edit.changedFields;
    if (labels.size() == 1)
        return labels.first().section(u'.', -1).section(u'/', -1).section(u'[', -1).remove(u']');
    return labels.isEmpty() ? QString() : ObjectList::tr("%1 fields").arg(labels.size());
}

}

ObjectList::ObjectList(QWidget *parent) : QTreeWidget(parent)
{
    setHeaderLabels({tr("Object"), tr("Namespace"), tr("Change"), tr("Outcome")});
    setAccessibleName(tr("Objects of the change"));
    setRootIsDecorated(false);
    setIndentation(0);
    setUniformRowHeights(true);
    setAllColumnsShowFocus(true);
    setProperty("bare", true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    header()->setStretchLastSection(true);
    header()->setSectionsMovable(false);
}

network::State ObjectList::outcomeState(const state::EditReview &edit, bool over)
{
    if (edit.nothingToDo)
        return network::State::Succeeded;
    switch (edit.outcome.kind) {
    case Kind::Refused:
    case Kind::Failed: return network::State::Failed;
    case Kind::Applied: return network::State::Progressing;
    case Kind::Settled: return network::State::Ready;
    case Kind::Timeout: return network::State::Degraded;
    case Kind::Open: break;
    }
    if (!edit.conflicts.isEmpty())
        return network::State::Degraded;
    return over || !edit.previewed ? network::State::NotBegun : network::State::Waiting;
}

QString ObjectList::outcomeText(const state::EditReview &edit, bool over)
{
    if (edit.nothingToDo)
        return tr("Is so already");
    switch (edit.outcome.kind) {
    case Kind::Refused: return tr("Refused: %1").arg(edit.outcome.text);
    case Kind::Failed: return tr("Failed: %1").arg(edit.outcome.text);
    case Kind::Applied: return tr("Applied, settling");
    case Kind::Settled: return tr("Done");
    case Kind::Timeout: return tr("Not settled: %1").arg(edit.outcome.text);
    case Kind::Open: break;
    }
    if (over)
        return tr("Not sent");
    if (!edit.conflicts.isEmpty())
        return tr("Others changed it too");
    if (edit.notPreviewable)
        return tr("Could not be tried");
    return edit.previewed ? tr("Tried, possible") : QString();
}

void ObjectList::setReview(const state::Review &review, bool over)
{
    const int now = indexOfTopLevelItem(currentItem());
    bool mixed = false;
    for (const state::EditReview &edit : review.edits)
        mixed = mixed || edit.edit.kind != review.edits.first().edit.kind;
    while (topLevelItemCount() > review.edits.size())
        delete takeTopLevelItem(topLevelItemCount() - 1);
    while (topLevelItemCount() < review.edits.size())
        new QTreeWidgetItem(this);
    headerItem()->setText(Where, mixed ? tr("Kind, namespace") : tr("Namespace"));
    for (int i = 0; i < review.edits.size(); ++i) {
        const state::EditReview &edit = review.edits.at(i);
        const network::State state = outcomeState(edit, over);
        QTreeWidgetItem *item = topLevelItem(i);
        const ObjectId &object = edit.edit.object;
        item->setText(Name, object.name);
        item->setText(Where, mixed ? QString(edit.edit.kind + u", "_s + object.ns) : object.ns);
        item->setText(What, changeText(edit));
        item->setText(How, outcomeText(edit, over));
        item->setIcon(How, icon(stateIcon(state), stateToken(state)));
        for (int column = 0; column < columnCount(); ++column)
            item->setToolTip(column, item->text(column));
        item->setData(How, Qt::AccessibleTextRole, item->text(How).isEmpty() ? network::stateWord(state) : item->text(How));
    }
    if (topLevelItemCount() > 0)
        setCurrentItem(topLevelItem(now >= 0 && now < topLevelItemCount() ? now : 0));
    for (const Column column : {Name, Where, What})
        resizeColumnToContents(column);
    updateGeometry();
}

QSize ObjectList::sizeHint() const
{
    const int row = topLevelItemCount() > 0 ? qMax(sizeHintForRow(0), metrics::kControl) : metrics::kControl;
    return {320, header()->sizeHint().height() + qMin(topLevelItemCount(), kMostRows) * row + 2};
}

}
