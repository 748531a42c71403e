// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/telemetry/VariableButton.h"

#include "ui/theme/Icons.h"
#include "ui/theme/Metrics.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Label.h"

#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMouseEvent>
#include <QVBoxLayout>
#include <QWidgetAction>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {
constexpr int kFindFrom = 10;   ///< values; fewer are seen at once

/// A click in the row is one, on its box as beside it; two are two.
class TickList final : public QListWidget {
public:
    using QListWidget::QListWidget;

protected:
    void mouseDoubleClickEvent(QMouseEvent *event) override { mousePressEvent(event); }
    bool edit(const QModelIndex &index, EditTrigger trigger, QEvent *event) override
    {
        const bool byMouse = event && (event->type() == QEvent::MouseButtonPress || event->type() == QEvent::MouseButtonRelease || event->type() == QEvent::MouseButtonDblClick);
        return byMouse ? false : QListWidget::edit(index, trigger, event);
    }
};

}

VariableButton::VariableButton(const QString &title, bool multiple, QWidget *parent)
    : QPushButton(parent), m_title(title), m_multiple(multiple), m_menu(new QMenu(this))
{
    auto *panel = new QWidget(m_menu);
    auto *column = new QVBoxLayout(panel);
    column->setContentsMargins(8, 6, 8, 6);
    column->setSpacing(6);
    m_find = new QLineEdit(panel);
    m_find->setPlaceholderText(tr("Find"));
    m_find->setAccessibleName(tr("Find in %1").arg(title));
    column->addWidget(m_find);
    m_list = new TickList(panel);
    m_list->setAccessibleName(title);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setUniformItemSizes(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    column->addWidget(m_list);
    m_all = makeButton(tr("All"), ButtonKind::Normal, {}, panel);
    m_all->setVisible(multiple);
    column->addWidget(m_all);
    auto *action = new QWidgetAction(m_menu);
    action->setDefaultWidget(panel);
    m_menu->addAction(action);
    setMenu(m_menu);
    connect(m_menu, &QMenu::aboutToShow, this, &VariableButton::fill);
    connect(m_find, &QLineEdit::textChanged, this, [this](const QString &text) {
        for (int i = 0; i < m_list->count(); ++i)
            m_list->item(i)->setHidden(!m_list->item(i)->text().contains(text, Qt::CaseInsensitive));
    });
    connect(m_list, &QListWidget::itemChanged, this, [this] {
        if (!m_filling)
            take();
    });
    // One click, whatever the desktop wants for files; Return activates.
    connect(m_list, &QListWidget::itemClicked, this, &VariableButton::choose);
    connect(m_list, &QListWidget::itemActivated, this, &VariableButton::choose);
    connect(m_all, &QPushButton::clicked, this, [this] {
        m_chosen.clear();
        showText();
        m_menu->close();
        Q_EMIT chosenChanged(m_chosen);
    });
    showText();
}

void VariableButton::choose(QListWidgetItem *item)
{
    if (m_multiple) {
        item->setCheckState(item->checkState() == Qt::Checked ? Qt::Unchecked : Qt::Checked);
        return;
    }
    m_chosen = {item->data(Qt::UserRole).toString()};
    showText();
    m_menu->close();
    Q_EMIT chosenChanged(m_chosen);
}

bool VariableButton::gone(const QString &value) const
{
    return !m_values.isEmpty() && !m_values.contains(value);
}

QString VariableButton::wordsOf(const QString &value) const
{
    return gone(value) ? tr("%1, not there now").arg(value) : value;
}

void VariableButton::setValues(const QStringList &values, const QStringList &chosen)
{
    if (values == m_values && chosen == m_chosen)
        return;
    m_values = values;
    m_chosen = chosen;
    if (m_menu->isVisible() && !m_filling)
        fill();
    showText();
}

void VariableButton::setProblem(const QString &problem)
{
    setToolTip(plainTip(problem));
    setAccessibleDescription(problem);
}

void VariableButton::fill()
{
    m_filling = true;
    m_list->clear();
    QStringList shown = m_values;
    for (const QString &value : std::as_const(m_chosen)) {
        if (!shown.contains(value))
            shown.append(value);   // chosen before, not there now
    }
    int width = fontMetrics().horizontalAdvance(u'0') * 20;
    for (const QString &value : std::as_const(shown)) {
        auto *item = new QListWidgetItem(wordsOf(value), m_list);
        item->setData(Qt::UserRole, value);
        if (gone(value))
            item->setForeground(palette().color(QPalette::PlaceholderText));
        if (m_multiple)
            item->setCheckState(m_chosen.contains(value) ? Qt::Checked : Qt::Unchecked);
        else if (m_chosen.contains(value))
            m_list->setCurrentItem(item);
        width = std::max(width, fontMetrics().horizontalAdvance(item->text()) + 60);
    }
    m_find->clear();
    m_find->setVisible(shown.size() >= kFindFrom);
    const int row = metrics::rowHeight(Density::Compact, fontMetrics());
    m_list->setFixedSize(std::min(width, 420), row * int(std::clamp<qsizetype>(shown.size(), 1, 12)) + 4);
    (m_find->isHidden() ? static_cast<QWidget *>(m_list) : m_find)->setFocus();
    m_filling = false;
}

void VariableButton::take()
{
    QStringList chosen;
    for (int i = 0; i < m_list->count(); ++i) {
        if (m_list->item(i)->checkState() == Qt::Checked)
            chosen.append(m_list->item(i)->data(Qt::UserRole).toString());
    }
    m_chosen = chosen;
    showText();
    m_filling = true;   // the values that come of it are the same
    Q_EMIT chosenChanged(m_chosen);
    m_filling = false;
}

void VariableButton::showText()
{
    QString value = m_chosen.isEmpty() ? tr("all") : m_chosen.first();
    if (m_chosen.size() > 1)
        value = tr("%1 and %n more", nullptr, int(m_chosen.size()) - 1).arg(value);
    const QString shown = fontMetrics().elidedText(value, Qt::ElideMiddle, fontMetrics().horizontalAdvance(u'0') * 26);
    setText(u"%1: %2"_s.arg(m_title, QString(shown).replace(u'&', u"&&"_s)));
    QStringList lost;
    std::copy_if(m_chosen.cbegin(), m_chosen.cend(), std::back_inserter(lost), [this](const QString &one) { return gone(one); });
    setIcon(lost.isEmpty() ? QIcon() : ui::icon(u"state-degraded"_s, Token::Warn));
    setAccessibleName(lost.isEmpty() ? u"%1: %2"_s.arg(m_title, value) : u"%1: %2; %3"_s.arg(m_title, value, wordsOf(lost.join(u", "_s))));
}

}
