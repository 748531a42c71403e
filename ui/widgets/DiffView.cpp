// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/DiffView.h"

#include "ui/theme/Icons.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/theme/StatePainter.h"
#include "ui/theme/Type.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QStyledItemDelegate>

namespace qd::ui {

using namespace Qt::StringLiterals;
using state::DiffLine;

namespace {

const QChar kMinus(0x2212);

/// Where the parts of a line stand, from the digits of the greatest line number.
struct Gutter {
    int oldRight;
    int newRight;
    int sign;
    int text;
    Gutter(const QFontMetrics &mono, int lastNumber)
    {
        const int digits = qMax(3, static_cast<int>(QString::number(lastNumber).size()));
        const int number = mono.horizontalAdvance(u'0') * digits;
        oldRight = 10 + number;
        newRight = oldRight + 10 + number;
        sign = newRight + 10;
        text = sign + 18;
    }
};

class DiffDelegate final : public QStyledItemDelegate {
public:
    DiffDelegate(const DiffModel *model, QObject *parent) : QStyledItemDelegate(parent), m_model(model) { }

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const override
    {
        const QFontMetrics mono(option.font);
        return {Gutter(mono, m_model->lastNumber()).text + mono.horizontalAdvance(u'0') * (m_model->longest() + 2), mono.height() + 6};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        painter->save();
        painter->setClipRect(option.rect, Qt::IntersectClip);
        painter->setLayoutDirection(Qt::LeftToRight);
        const DiffModel::Entry &entry = m_model->entry(index.row());
        const Tokens t = tokens(option.palette);
        if (entry.isNote)
            paintNote(painter, option, entry.note, t);
        else if (entry.line.kind == DiffLine::Kind::Fold)
            paintFold(painter, option, entry.line, t);
        else
            paintLine(painter, option, entry.line, t);
        const bool selected = option.state.testFlag(QStyle::State_Selected);
        if (selected && option.state.testFlag(QStyle::State_Active)) {
            painter->fillRect(QRect(option.rect.x(), option.rect.y(), 3, option.rect.height()), t[Token::Accent]);
            QColor veil = t[Token::Accent];
            veil.setAlpha(24);
            painter->fillRect(option.rect, veil);
        }
        painter->restore();
    }

private:
    void paintLine(QPainter *painter, const QStyleOptionViewItem &option, const DiffLine &line, const Tokens &t) const
    {
        const QFontMetrics fm(option.font);
        const Gutter g(fm, m_model->lastNumber());
        const QRect r = option.rect;
        const bool added = line.kind == DiffLine::Kind::Added;
        const bool removed = line.kind == DiffLine::Kind::Removed;
        if (added || removed)
            painter->fillRect(r, t[added ? Token::DiffAdded : Token::DiffRemoved]);
        painter->setFont(option.font);
        painter->setPen(t[Token::Text2]);
        const auto number = [&](int value, int right) {
            if (value > 0)
                painter->drawText(QRect(r.x(), r.y(), right, r.height()), Qt::AlignRight | Qt::AlignVCenter, QString::number(value));
        };
        number(line.oldNumber, g.oldRight);
        number(line.newNumber, g.newRight);
        if (added || removed) {
            painter->setPen(t[added ? Token::Ok : Token::Bad]);
            painter->drawText(QRect(r.x() + g.sign, r.y(), 12, r.height()), Qt::AlignVCenter, added ? QString(u'+') : QString(kMinus));
            const QColor strong = mix(t[added ? Token::DiffAdded : Token::DiffRemoved], t[added ? Token::Ok : Token::Bad], t.dark() ? 0.28 : 0.22);
            for (const state::ChangedSpan &span : line.changed) {
                const int x = r.x() + g.text + fm.horizontalAdvance(line.text.left(span.start));
                const int width = fm.horizontalAdvance(line.text.mid(span.start, span.length));
                painter->fillRect(QRect(x - 1, r.y() + 1, width + 2, r.height() - 2), strong);
            }
        }
        painter->setPen(t[Token::Text]);
        painter->drawText(QRect(r.x() + g.text, r.y(), r.width(), r.height()), Qt::AlignVCenter | Qt::TextSingleLine, line.text);
    }

    void paintFold(QPainter *painter, const QStyleOptionViewItem &option, const DiffLine &line, const Tokens &t) const
    {
        const Gutter g(QFontMetrics(option.font), m_model->lastNumber());
        const QRect r = option.rect;
        painter->fillRect(r, option.state.testFlag(QStyle::State_MouseOver) ? t[Token::Sunken] : t[Token::Window]);
        paintIcon(painter, QRectF(r.x() + g.sign - 1, r.center().y() - 4.5, 10, 10), u"right"_s, t[Token::Text2]);
        painter->setFont(typeFont(Type::Caption));
        painter->setPen(t[Token::Text2]);
        painter->drawText(r.adjusted(g.text, 0, 0, 0), Qt::AlignVCenter, DiffModel::tr("%n unchanged line(s)", nullptr, line.folded));
    }

    void paintNote(QPainter *painter, const QStyleOptionViewItem &option, const LineNote &note, const Tokens &t) const
    {
        const Gutter g(QFontMetrics(option.font), m_model->lastNumber());
        const QRect r = option.rect.adjusted(g.text - 24, 1, -8, -1);
        style::box(painter, r, metrics::kRadiusBadge, t[stateSoftToken(note.state)], Qt::transparent);
        paintState(painter, QRectF(r.x() + 6, r.center().y() - 5.5, 12, 12), note.state, t);
        painter->setFont(typeFont(Type::Caption));
        painter->setPen(t[Token::Text]);
        painter->drawText(r.adjusted(24, 0, -4, 0), Qt::AlignVCenter | Qt::TextSingleLine,
                          painter->fontMetrics().elidedText(note.text, Qt::ElideRight, r.width() - 28));
    }

    const DiffModel *m_model;
};

}

DiffModel::DiffModel(QObject *parent) : QAbstractListModel(parent) { }

void DiffModel::setTexts(const QString &before, const QString &after)
{
    m_before = before.split(u'\n');
    m_lines = state::diffLines(before, after);
    rebuild();
}

void DiffModel::setNotes(const QList<LineNote> &notes)
{
    m_notes = notes;
    rebuild();
}

void DiffModel::rebuild()
{
    beginResetModel();
    m_entries.clear();
    m_longest = 0;
    m_lastNumber = 0;
    const auto note = [this](auto wanted) {
        for (const LineNote &n : std::as_const(m_notes)) {
            if (!wanted(n))
                continue;
            m_entries.append({{}, true, n});
            m_longest = qMax(m_longest, static_cast<int>(n.text.size()) + 4);
        }
    };
    note([](const LineNote &n) { return n.newNumber <= 0; });
    for (const DiffLine &line : std::as_const(m_lines)) {
        const bool fold = line.kind == DiffLine::Kind::Fold;
        const int from = line.newNumber;
        const int to = fold ? from + line.folded - 1 : from;
        m_entries.append({line});
        m_longest = qMax(m_longest, static_cast<int>(line.text.size()));
        m_lastNumber = qMax(m_lastNumber, qMax(line.oldNumber, line.newNumber) + qMax(0, line.folded - 1));
        if (from > 0)
            note([from, to](const LineNote &n) { return n.newNumber >= from && n.newNumber <= to; });
    }
    endResetModel();
}

void DiffModel::unfold(int row)
{
    if (row < 0 || row >= m_entries.size() || m_entries.at(row).isNote || m_entries.at(row).line.kind != DiffLine::Kind::Fold)
        return;
    const DiffLine fold = m_entries.at(row).line;
    const auto it = std::find(m_lines.cbegin(), m_lines.cend(), fold);
    const qsizetype at = std::distance(m_lines.cbegin(), it);
    QList<DiffLine> open;
    for (int i = 0; i < fold.folded; ++i)
        open.append({DiffLine::Kind::Same, fold.oldNumber + i, fold.newNumber + i, m_before.value(fold.oldNumber - 1 + i)});
    QList<DiffLine> lines = m_lines.mid(0, at);
    lines += open;
    lines += m_lines.mid(at + 1);
    m_lines = lines;
    rebuild();
}

int DiffModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

QVariant DiffModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_entries.size())
        return {};
    const Entry &e = m_entries.at(index.row());
    if (role == Qt::ToolTipRole)
        return e.isNote ? QVariant(e.note.text) : QVariant();
    if (role == Qt::DisplayRole)
        return e.isNote ? e.note.text : e.line.text;
    if (role != Qt::AccessibleTextRole)
        return {};
    if (e.isNote)
        return tr("note: %1").arg(e.note.text);
    switch (e.line.kind) {
    case DiffLine::Kind::Added: return tr("added, line %1: %2").arg(e.line.newNumber).arg(e.line.text);
    case DiffLine::Kind::Removed: return tr("removed, line %1: %2").arg(e.line.oldNumber).arg(e.line.text);
    case DiffLine::Kind::Fold: return tr("%n unchanged line(s), press Enter to show", nullptr, e.line.folded);
    case DiffLine::Kind::Same: break;
    }
    return tr("line %1: %2").arg(e.line.newNumber).arg(e.line.text);
}

DiffView::DiffView(QWidget *parent) : QListView(parent), m_model(new DiffModel(this))
{
    setLayoutDirection(Qt::LeftToRight);   // code is
    setModel(m_model);
    setItemDelegate(new DiffDelegate(m_model, this));
    setUniformItemSizes(true);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setMouseTracking(true);
    setProperty("bare", true);
    setFrameShape(QFrame::NoFrame);
    setAccessibleName(tr("Difference"));
    restyle();
    connect(this, &QListView::clicked, this, [this](const QModelIndex &index) { m_model->unfold(index.row()); });
}

void DiffView::restyle()
{
    setFont(typeFont(Type::Mono));
}

void DiffView::setTexts(const QString &before, const QString &after)
{
    m_model->setTexts(before, after);
}

void DiffView::setNotes(const QList<LineNote> &notes)
{
    m_model->setNotes(notes);
}

void DiffView::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        const int row = currentIndex().row();
        m_model->unfold(row);
        setCurrentIndex(m_model->index(row));
        event->accept();
        return;
    }
    if (event->matches(QKeySequence::Copy)) {
        QModelIndexList chosen = selectionModel()->selectedIndexes();
        std::sort(chosen.begin(), chosen.end());
        QStringList lines;
        for (const QModelIndex &index : std::as_const(chosen))
            lines.append(index.data().toString());
        QGuiApplication::clipboard()->setText(lines.join(u'\n'));
        return;
    }
    QListView::keyPressEvent(event);
}

bool DiffView::event(QEvent *event)
{
    const bool done = QListView::event(event);
    if (event->type() == QEvent::ApplicationFontChange)
        restyle();
    return done;
}

}
