// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/review/EditSide.h"

#include "models/core/Json.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/theme/Tokens.h"
#include "ui/theme/Type.h"
#include "ui/widgets/Label.h"

#include <QGridLayout>
#include <QPainter>
#include <QRegularExpression>
#include <QVBoxLayout>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kIcon = 13;
constexpr int kIconRoom = 26;
constexpr int kMostFields = 6;
constexpr int kAbove = 5;

/// Without "Line 22, column 12: ", which stands below.
QString withoutPlace(const QString &message, const QString &place)
{
    static const QRegularExpression line(u"^Line \\d+(?:, column \\d+)?: "_s, QRegularExpression::CaseInsensitiveOption);
    QString text = message;
    text.remove(line);
    const QString server = QCoreApplication::translate("ReviewTexts", "Server: %1").arg(QString());
    if (text.startsWith(server))
        text = text.mid(server.size());
    if (!place.isEmpty() && text.startsWith(QString(place + u": "_s)))
        text = text.mid(place.size() + 2);
    if (!text.isEmpty())
        text[0] = text.at(0).toUpper();
    return text;
}

/// Paths and ids have no spaces; they may break behind their dots and slashes.
QString breakable(QString text)
{
    static const QRegularExpression joint(u"([./:_])(?=\\S)"_s);
    return text.replace(joint, u"\\1\u200b"_s);
}

/// "spec…memoryLimit": the first and the last say which field it is.
QString shortPath(const QString &path)
{
    const QStringList parts = path.split(u'.');
    return parts.size() <= 2 ? path : QString(parts.first() + QChar(0x2026) + parts.last());
}

QString valueText(const QJsonValue &value)
{
    return value.isUndefined() ? QString(QChar(0x2013)) : value.isString() ? value.toString() : QString::fromUtf8(json::compact(value));
}

/// A value on the colour of what was, or of what will be.
class ValueChip final : public ElidedLabel {
public:
    ValueChip(const QString &text, Token fill, QWidget *parent)
        : ElidedLabel(text, Type::Mono, Token::Text, Qt::ElideRight, parent)
        , m_fill(fill)
    {
        setContentsMargins(4, 1, 4, 1);
        setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    }

protected:
    void paintEvent(QPaintEvent *event) override
    {
        QPainter painter(this);
        style::box(&painter, rect(), metrics::kRadiusBadge, tokens(this)[m_fill], Qt::transparent);
        painter.end();
        ElidedLabel::paintEvent(event);
    }

private:
    Token m_fill;
};

}

struct TwoLineDelegate::Place {
    QRect first, below;
    int height = 0;
};

TwoLineDelegate::TwoLineDelegate(bool mono, QAbstractItemView *view) : QStyledItemDelegate(view), m_view(view), m_mono(mono) { }

TwoLineDelegate::Place TwoLineDelegate::placed(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const bool hasIcon = !index.data(Qt::DecorationRole).isNull();
    const int left = hasIcon ? kIconRoom : metrics::kCard;
    const int right = hasIcon ? 0 : metrics::kCard;
    const int width = std::max(40, m_view->viewport()->width() - left - right);
    const QFontMetrics strong(typeFont(m_mono ? Type::Mono : Type::Strong, option.font)), caption(typeFont(Type::Caption, option.font));
    const int flags = Qt::TextWordWrap;
    const int wrap = m_mono ? int(Qt::TextSingleLine) : flags;
    const int first = strong.boundingRect(QRect(0, 0, width, 2000), wrap, breakable(index.data().toString())).height();
    const QString text = index.data(BelowRole).toString();
    const int below = text.isEmpty() ? 0 : caption.boundingRect(QRect(0, 0, width, 2000), flags, breakable(text)).height() + 1;
    Place out;
    out.first = QRect(option.rect.x() + left, option.rect.y() + kAbove, width, first);
    out.below = QRect(out.first.x(), out.first.bottom() + 2, width, below);
    out.height = 2 * kAbove + first + below + 1;
    return out;
}

QSize TwoLineDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    return {60, placed(option, index).height};
}

void TwoLineDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Tokens t = tokens(m_view);
    const Place place = placed(option, index);
    painter->save();
    painter->setLayoutDirection(option.direction);
    const QRect row(0, option.rect.y(), m_view->viewport()->width(), option.rect.height());
    if (option.state.testFlag(QStyle::State_Selected)) {
        painter->fillRect(row, t[m_mono || m_view->hasFocus() ? Token::Sel : Token::Sel2]);
        painter->fillRect(QRect(row.x(), row.y(), 3, row.height()), t[Token::Accent]);
    } else if (option.state.testFlag(QStyle::State_MouseOver)) {
        painter->fillRect(row, t[Token::Hover]);
    }
    const QIcon mark = index.data(Qt::DecorationRole).value<QIcon>();
    if (!mark.isNull())
        mark.paint(painter, QRect(place.first.x() - kIconRoom + 3, place.first.y() + 2, kIcon, kIcon));
    const QString word = index.data(WordRole).toString();
    painter->setFont(typeFont(Type::Caption, option.font));
    const int wordWidth = word.isEmpty() ? 0 : painter->fontMetrics().horizontalAdvance(word) + 10;
    painter->setPen(t[Token::Text2]);
    painter->drawText(place.first, Qt::AlignRight | Qt::AlignVCenter, word);
    painter->drawText(place.below, int(Qt::TextWordWrap), breakable(index.data(BelowRole).toString()));
    painter->setFont(typeFont(m_mono ? Type::Mono : Type::Strong, option.font));
    painter->setPen(t[Token::Text]);
    if (m_mono)
        painter->drawText(place.first.adjusted(0, 0, -wordWidth, 0), Qt::AlignVCenter | Qt::TextSingleLine,
                          painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, place.first.width() - wordWidth));
    else
        painter->drawText(place.first, int(Qt::TextWordWrap), breakable(index.data().toString()));
    painter->restore();
}

ProblemList::ProblemList(QWidget *parent) : QListWidget(parent)
{
    setItemDelegate(new TwoLineDelegate(false, this));
    setAccessibleName(tr("Problems"));
    setProperty("bare", true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
}

void ProblemList::setProblems(const QList<YamlView::Problem> &problems, const QStringList &places, bool fromServer)
{
    clear();
    for (qsizetype i = 0; i < problems.size(); ++i) {
        const YamlView::Problem &problem = problems.at(i);
        const QString place = places.value(i);
        QStringList below{tr("line %1").arg(problem.line)};
        if (!place.isEmpty())
            below.append(place);
        if (fromServer)
            below.append(tr("from the server"));
        auto *item = new QListWidgetItem(problem.warning ? icon(u"state-degraded"_s, Token::Warn) : icon(u"state-failed"_s, Token::Bad),
                                         withoutPlace(problem.message, place), this);
        item->setData(TwoLineDelegate::BelowRole, below.join(u", "_s));
        item->setData(Qt::AccessibleTextRole, QString(item->text() + u", "_s + below.join(u", "_s)));
        item->setToolTip(item->text() + u'\n' + below.join(u", "_s));
        item->setData(Qt::UserRole, problem.line);
    }
    addNote();
    setVisible(count() > 0);
    updateGeometry();
}

void ProblemList::setNote(const QString &title, const QString &below)
{
    if (!m_note.isEmpty() && count() > 0)
        delete takeItem(count() - 1);
    m_note = title;
    m_noteBelow = below;
    addNote();
    setVisible(count() > 0);
    updateGeometry();
}

void ProblemList::addNote()
{
    if (m_note.isEmpty())
        return;
    auto *item = new QListWidgetItem(icon(u"state-degraded"_s, Token::Warn), m_note, this);
    item->setData(TwoLineDelegate::BelowRole, m_noteBelow);
    item->setData(Qt::AccessibleTextRole, QString(m_note + u", "_s + m_noteBelow));
    item->setToolTip(m_note + u'\n' + m_noteBelow);
}

/// As high as what it lists.
QSize ProblemList::sizeHint() const
{
    int height = 2;
    for (int i = 0; i < count(); ++i)
        height += sizeHintForRow(i);
    return {240, height};
}

void ProblemList::resizeEvent(QResizeEvent *event)
{
    QListWidget::resizeEvent(event);
    if (event->size().width() != event->oldSize().width()) {
        scheduleDelayedItemsLayout();
        updateGeometry();
    }
}

ChangedFields::ChangedFields(QWidget *parent) : QWidget(parent), m_grid(nullptr), m_state(new Label(tr("not reviewed"), Type::Caption, Token::Text2, this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    auto *head = new QHBoxLayout;
    head->addWidget(new Label(tr("Changes"), Type::Strong, Token::Text, this));
    head->addStretch(1);
    head->addWidget(m_state);
    column->addLayout(head);
    hide();
}

void ChangedFields::setChanges(const QList<state::JsonChange> &changes)
{
    m_count = int(changes.size());
    delete m_rows;
    m_rows = new QWidget(this);
    m_grid = new QGridLayout(m_rows);
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(6);
    m_grid->setVerticalSpacing(5);
    m_grid->setColumnStretch(0, 1);
    m_grid->setColumnStretch(1, 1);
    for (int i = 0; i < std::min(m_count, kMostFields); ++i) {
        const state::JsonChange &change = changes.at(i);
        const QString path = change.label.isEmpty() ? change.path : change.label;
        auto *name = new ElidedLabel(shortPath(path), Type::Mono, Token::Text2, Qt::ElideMiddle, m_rows);
        name->setOwnTip(path);
        name->setAccessibleName(path);
        m_grid->addWidget(name, i, 0);
        auto *from = new ValueChip(valueText(change.from), Token::DiffRemoved, m_rows);
        auto *to = new ValueChip(valueText(change.to), Token::DiffAdded, m_rows);
        from->setMaximumWidth(84);
        to->setMaximumWidth(96);
        from->setAccessibleName(tr("%1 was %2").arg(path, from->text()));
        to->setAccessibleName(tr("%1 becomes %2").arg(path, to->text()));
        auto *values = new QHBoxLayout;   // they begin below each other
        values->setSpacing(6);
        values->addWidget(from);
        auto *arrow = new StateGlyph(network::State::Ready, 10, m_rows);
        arrow->setSymbol(u"right"_s, Token::Text2, tr("becomes"));
        values->addWidget(arrow);
        values->addWidget(to);
        values->addStretch(1);
        m_grid->addLayout(values, i, 1);
    }
    if (m_count > kMostFields)
        m_grid->addWidget(new Label(tr("and %n more", nullptr, m_count - kMostFields), Type::Caption, Token::Text2, m_rows), kMostFields, 0, 1, 2);
    layout()->addWidget(m_rows);
    setVisible(m_count > 0);
}

}
