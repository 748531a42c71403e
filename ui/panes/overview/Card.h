// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Ids.h"
#include "ui/theme/Tokens.h"
#include "ui/theme/Type.h"

#include <QAbstractButton>
#include <QFrame>
#include <QHash>

class QHBoxLayout;
class QVBoxLayout;

namespace qd::ui {

class ElidedLabel;
class Label;

/// A box of the overview: title, a remark at the right, rows. Named for screen readers by its title and remark.
class Card : public QFrame {
    Q_OBJECT
public:
    explicit Card(const QString &title, QWidget *parent = nullptr);
    void setRemark(const QString &remark);
    [[nodiscard]] QString remark() const;
    [[nodiscard]] QHBoxLayout *head() const { return m_head; }
    /// Where rows go; rows reach both edges and keep 16 px inside.
    [[nodiscard]] QVBoxLayout *body() const { return m_body; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_name;
    Label *m_remark;
    QHBoxLayout *m_head;
    QVBoxLayout *m_body;
};

/// An accent text that leads somewhere; elides. Enter, Space and click.
class LinkButton : public QAbstractButton {
    Q_OBJECT
public:
    explicit LinkButton(QWidget *parent = nullptr, Type type = Type::Body);
    /// `iconName` stands before the text; may be empty.
    void setLink(const QString &text, const QString &iconName = {}, const QString &spoken = {});
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool event(QEvent *event) override;

private:
    void restyle();
    Type m_type;
    QString m_icon;
    bool m_restyling = false;
};

/// A row that leads to the thing it tells of: labels in a line, hover, focus ring, Enter. Its accessible name is what it says.
class JumpRow : public QAbstractButton {
    Q_OBJECT
public:
    explicit JumpRow(QWidget *parent = nullptr);
    [[nodiscard]] QHBoxLayout *line() const { return m_line; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    QHBoxLayout *m_line;
};

/// As many rows of one kind as a list has, made when they are needed and hidden when they are not: nothing flickers while values
/// change.
template <typename Row>
class Rows {
public:
    template <typename Make>
    QList<Row *> take(qsizetype count, Make make)
    {
        while (m_rows.size() < count)
            m_rows.append(make());
        for (qsizetype i = 0; i < m_rows.size(); ++i)
            m_rows.at(i)->setVisible(i < count);
        return m_rows.mid(0, count);
    }
    [[nodiscard]] const QList<Row *> &all() const { return m_rows; }

private:
    QList<Row *> m_rows;
};

/// A card that lists things: rows that lead to an object, a link below to the list with all of them.
class ListCard : public Card {
    Q_OBJECT
public:
    ListCard(const QString &title, int spacing, QWidget *parent);

Q_SIGNALS:
    void objectWanted(const qd::ObjectId &object);
    /// A page, and the kind in it; empty: its first.
    void listWanted(const QString &pane, const QString &kind);

protected:
    /// The link below, hidden until showMore(); it leads to a page.
    void addMore(const QString &pane);
    void showMore(bool shown, const QString &text);
    /// A new row at the end; a click leads to what lead() named last.
    JumpRow *addRow();
    void lead(JumpRow *row, const ObjectId &object) { m_objects.insert(row, object); }
    Rows<JumpRow> m_rows;

private:
    QVBoxLayout *m_list;
    QHash<JumpRow *, ObjectId> m_objects;
    LinkButton *m_more = nullptr;
};

/// Labels below each other take the width of the widest.
template <typename Row, typename LabelOf>
void alignColumn(const QList<Row *> &rows, LabelOf labelOf)
{
    int width = 0;
    for (Row *row : rows) {
        labelOf(row)->setMinimumWidth(0);
        width = std::max(width, labelOf(row)->sizeHint().width());
    }
    for (Row *row : rows)
        labelOf(row)->setMinimumWidth(width);
}

/// An eliding label that leaves clicks to its row.
ElidedLabel *quietLabel(QWidget *parent, Type type, Token token);

/// A label of fixed width in digits of the body font, so that rows below each other make columns.
Label *columnLabel(QWidget *parent, Type type, Token token, int digits, Qt::Alignment alignment = Qt::AlignRight);

}
