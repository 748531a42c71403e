// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Faces.h"

#include <QAbstractItemModel>
#include <QAccessibleWidget>
#include <QHash>
#include <QPointer>
#include <QScrollArea>
#include <QVariant>
#include <QWidget>
#include <QWindow>

namespace qd::ui {

namespace {

constexpr const char *kRole = "qdAccessibleRole";

/// Reads the table of a drawn widget, whichever way the widget tells it.
class Twin {
public:
    explicit Twin(const QWidget *widget)
    {
        const auto *drawn = dynamic_cast<const Drawn *>(widget);
        m_model = drawn ? drawn->twinModel() : nullptr;
        if (drawn && !m_model)
            m_table = drawn->twin();
        m_name = m_model ? widget->accessibleName() : m_table.name;
    }
    [[nodiscard]] const QString &name() const { return m_name; }
    [[nodiscard]] int rows() const { return m_model ? m_model->rowCount() : int(m_table.rows.size()); }
    [[nodiscard]] int columns() const { return m_model ? m_model->columnCount() : int(m_table.columns.size()); }
    [[nodiscard]] QString header(int column) const
    {
        return m_model ? m_model->headerData(column, Qt::Horizontal).toString() : m_table.columns.value(column);
    }
    [[nodiscard]] QString cell(int row, int column) const
    {
        if (!m_model)
            return m_table.rows.value(row).value(column);
        const QModelIndex index = m_model->index(row, column);
        const QString said = index.data(Qt::AccessibleTextRole).toString();
        return said.isEmpty() ? index.data().toString() : said;
    }

private:
    const QAbstractItemModel *m_model = nullptr;
    TableTwin m_table;
    QString m_name;
};

class TwinCell final : public QAccessibleInterface, public QAccessibleTableCellInterface {
public:
    TwinCell(QWidget *widget, QAccessibleInterface *table, int row, int column)
        : m_widget(widget), m_table(table), m_row(row), m_column(column)
    {
    }
    bool isValid() const override { return m_widget && m_row < Twin(m_widget).rows(); }
    QObject *object() const override { return nullptr; }
    QAccessibleInterface *childAt(int, int) const override { return nullptr; }
    QAccessibleInterface *parent() const override { return m_table; }
    QAccessibleInterface *child(int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface *) const override { return -1; }
    QString text(QAccessible::Text what) const override
    {
        return what == QAccessible::Name && m_widget ? Twin(m_widget).cell(m_row, m_column) : QString();
    }
    void setText(QAccessible::Text, const QString &) override { }
    QRect rect() const override { return m_table->rect(); }
    QAccessible::Role role() const override { return QAccessible::Cell; }
    QAccessible::State state() const override { return m_table->state(); }
    void *interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::TableCellInterface ? static_cast<QAccessibleTableCellInterface *>(this) : nullptr;
    }
    bool isSelected() const override { return false; }
    QList<QAccessibleInterface *> columnHeaderCells() const override { return {}; }
    QList<QAccessibleInterface *> rowHeaderCells() const override { return {}; }
    int columnIndex() const override { return m_column; }
    int rowIndex() const override { return m_row; }
    int columnExtent() const override { return 1; }
    int rowExtent() const override { return 1; }
    QAccessibleInterface *table() const override { return m_table; }

private:
    QPointer<QWidget> m_widget;
    QAccessibleInterface *m_table;   // deletes its cells
    int m_row;
    int m_column;
};

class TwinFace final : public QAccessibleInterface, public QAccessibleTableInterface {
public:
    explicit TwinFace(QWidget *widget) : m_widget(widget) { }
    ~TwinFace() override
    {
        for (const QAccessible::Id id : std::as_const(m_cells))
            QAccessible::deleteAccessibleInterface(id);
    }
    bool isValid() const override { return m_widget; }
    QObject *object() const override { return nullptr; }
    QWindow *window() const override { return m_widget ? m_widget->window()->windowHandle() : nullptr; }
    QAccessibleInterface *childAt(int, int) const override { return nullptr; }
    QAccessibleInterface *parent() const override { return m_widget ? QAccessible::queryAccessibleInterface(m_widget) : nullptr; }
    QAccessibleInterface *child(int index) const override { return columnCount() > 0 ? cellAt(index / columnCount(), index % columnCount()) : nullptr; }
    int childCount() const override { return rowCount() * columnCount(); }
    int indexOfChild(const QAccessibleInterface *child) const override
    {
        const QAccessible::Id id = QAccessible::uniqueId(const_cast<QAccessibleInterface *>(child));
        return m_cells.key(id, -1);
    }
    QString text(QAccessible::Text what) const override { return what == QAccessible::Name ? Twin(m_widget).name() : QString(); }
    void setText(QAccessible::Text, const QString &) override { }
    QRect rect() const override
    {
        const QAccessibleInterface *owner = parent();
        return owner ? owner->rect() : QRect();
    }
    QAccessible::Role role() const override { return QAccessible::Table; }
    QAccessible::State state() const override
    {
        QAccessible::State state;
        state.readOnly = true;
        state.invisible = !m_widget || !m_widget->isVisible();
        return state;
    }
    void *interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::TableInterface ? static_cast<QAccessibleTableInterface *>(this) : nullptr;
    }

    QAccessibleInterface *caption() const override { return nullptr; }
    QAccessibleInterface *summary() const override { return nullptr; }
    QAccessibleInterface *cellAt(int row, int column) const override
    {
        if (row < 0 || column < 0 || row >= rowCount() || column >= columnCount())
            return nullptr;
        const int index = row * columnCount() + column;
        if (const QAccessible::Id known = m_cells.value(index))
            return QAccessible::accessibleInterface(known);
        auto *cell = new TwinCell(m_widget, const_cast<TwinFace *>(this), row, column);
        m_cells.insert(index, QAccessible::registerAccessibleInterface(cell));
        return cell;
    }
    int selectedCellCount() const override { return 0; }
    QList<QAccessibleInterface *> selectedCells() const override { return {}; }
    QString columnDescription(int column) const override { return Twin(m_widget).header(column); }
    QString rowDescription(int) const override { return {}; }
    int selectedColumnCount() const override { return 0; }
    int selectedRowCount() const override { return 0; }
    int columnCount() const override { return Twin(m_widget).columns(); }
    int rowCount() const override { return Twin(m_widget).rows(); }
    QList<int> selectedColumns() const override { return {}; }
    QList<int> selectedRows() const override { return {}; }
    bool isColumnSelected(int) const override { return false; }
    bool isRowSelected(int) const override { return false; }
    bool selectRow(int) override { return false; }
    bool selectColumn(int) override { return false; }
    bool unselectRow(int) override { return false; }
    bool unselectColumn(int) override { return false; }
    void modelChange(QAccessibleTableModelChangeEvent *) override { }

private:
    QPointer<QWidget> m_widget;
    mutable QHash<int, QAccessible::Id> m_cells;
};

/// A widget with a role of its own, its value, its table, and for a window what is open over it.
class WidgetFace final : public QAccessibleWidget, public QAccessibleValueInterface {
public:
    WidgetFace(QWidget *widget, QAccessible::Role role) : QAccessibleWidget(widget, role) { }
    ~WidgetFace() override
    {
        if (m_twin)
            QAccessible::deleteAccessibleInterface(m_twin);
    }
    QAccessibleInterface *parent() const override
    {
        const bool panel = widget()->isWindow() && widget()->windowType() == Qt::Popup && widget()->parentWidget();
        return panel ? QAccessible::queryAccessibleInterface(widget()->parentWidget()->window()) : QAccessibleWidget::parent();
    }
    int childCount() const override { return QAccessibleWidget::childCount() + int(over().size()) + (hasTwin() ? 1 : 0); }
    QAccessibleInterface *child(int index) const override
    {
        const int own = QAccessibleWidget::childCount();
        const QWidgetList panels = over();
        if (index < own)
            return QAccessibleWidget::child(index);
        if (index < own + panels.size())
            return QAccessible::queryAccessibleInterface(panels.at(index - own));
        return index == own + panels.size() && hasTwin() ? table() : nullptr;
    }
    int indexOfChild(const QAccessibleInterface *child) const override
    {
        for (int i = QAccessibleWidget::childCount(); i < childCount(); ++i) {
            if (this->child(i) == child)
                return i;
        }
        return QAccessibleWidget::indexOfChild(child);
    }
    void *interface_cast(QAccessible::InterfaceType type) override
    {
        if (type == QAccessible::ValueInterface)
            return percent() ? static_cast<QAccessibleValueInterface *>(this) : nullptr;
        return QAccessibleWidget::interface_cast(type);
    }
    QVariant currentValue() const override { return percent().value_or(0); }
    void setCurrentValue(const QVariant &) override { }
    QVariant maximumValue() const override { return 100.0; }
    QVariant minimumValue() const override { return 0.0; }
    QVariant minimumStepSize() const override { return 0.0; }

private:
    [[nodiscard]] std::optional<double> percent() const
    {
        const auto *drawn = dynamic_cast<const Drawn *>(widget());
        return drawn ? drawn->percent() : std::nullopt;
    }
    [[nodiscard]] bool hasTwin() const { return Twin(widget()).rows() > 0; }
    [[nodiscard]] QAccessibleInterface *table() const
    {
        if (!m_twin)
            m_twin = QAccessible::registerAccessibleInterface(new TwinFace(widget()));
        return QAccessible::accessibleInterface(m_twin);
    }
    [[nodiscard]] QWidgetList over() const
    {
        QWidgetList out;
        if (!widget()->isWindow())
            return out;
        const QList<QWidget *> children = widget()->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly);
        for (QWidget *child : children) {
            if (child->isWindow() && child->windowType() == Qt::Popup && child->isVisible())
                out.append(child);
        }
        return out;
    }
    mutable QAccessible::Id m_twin = 0;
};

QAccessibleInterface *face(const QString &, QObject *object)
{
    auto *widget = qobject_cast<QWidget *>(object);
    const QVariant role = widget ? widget->property(kRole) : QVariant();
    if (role.isValid())
        return new WidgetFace(widget, static_cast<QAccessible::Role>(role.toInt()));
    // A part of a page that is scrolled by keys; Qt says filler.
    return qobject_cast<QScrollArea *>(object) ? new WidgetFace(widget, QAccessible::Pane) : nullptr;
}

}

void setAccessibleRole(QWidget *widget, QAccessible::Role role)
{
    QAccessible::installFactory(face);   // once: Qt keeps one of each
    widget->setProperty(kRole, int(role));
}

void tellCurrentCell(QWidget *widget, int row, int column)
{
    QAccessibleInterface *owner = QAccessible::isActive() ? QAccessible::queryAccessibleInterface(widget) : nullptr;
    QAccessibleInterface *last = owner ? owner->child(owner->childCount() - 1) : nullptr;
    QAccessibleInterface *cell = last && last->tableInterface() ? last->tableInterface()->cellAt(row, column) : nullptr;
    if (!cell)
        return;
    QAccessibleEvent event(cell, QAccessible::Focus);
    QAccessible::updateAccessibility(&event);
}

}
