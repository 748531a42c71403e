// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/CellDelegate.h"

#include "models/network/Row.h"
#include "ui/theme/Icons.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/theme/StatePainter.h"
#include "ui/theme/Tokens.h"
#include "ui/theme/Type.h"
#include "ui/widgets/CellPainter.h"
#include "ui/widgets/EnvironmentMark.h"
#include "ui/widgets/Label.h"

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::CellPaint;
using network::CellType;
using network::State;

namespace {

constexpr int kPadding = 8;
constexpr int kMeterWidth = 34;
constexpr int kTrendWidth = 44;
constexpr int kTrendHeight = 12;

/// "was Ready" with the longest word a state has in its place: rows of a column say "was …" together or not at all.
int longestStaleWord(const QFontMetrics &fm, const QString &shown)
{
    const int own = fm.horizontalAdvance(shown);
    for (int known = 0; known <= static_cast<int>(State::Ready); ++known) {
        const QString word = network::stateWord(State(known));
        if (!shown.endsWith(word) && !shown.startsWith(word))
            continue;
        int longest = 0;
        for (int other = 0; other <= static_cast<int>(State::Ready); ++other)
            longest = qMax(longest, fm.horizontalAdvance(network::stateWord(State(other))));
        return own - fm.horizontalAdvance(word) + longest;
    }
    return own;
}

}

struct CellDelegate::Cell {
    QPainter *painter;
    const QStyleOptionViewItem &option;
    const QModelIndex &index;
    Tokens t;
    QRect rect;          // inside the paddings
    bool stale;
    [[nodiscard]] QColor color() const
    {
        if (!option.state.testFlag(QStyle::State_Enabled))
            return t[Token::Text3];
        const network::Cell raw = index.data(items::CellRole).value<network::Cell>();
        const bool none = index.data(items::CellRole).isValid()
            && (raw.is == network::Cell::Is::Absent || raw.is == network::Cell::Is::Unknown);
        if (none)
            return t[Token::Text2];
        if (index.data(items::DriftRole).toBool())
            return t[Token::Warn];
        const QVariant severity = index.data(items::SeverityRole);
        if (severity.isValid() && !stale)
            return t[stateToken(static_cast<State>(severity.toInt()))];
        return t[stale || index.data(items::MutedRole).toBool() ? Token::Text2 : Token::Text];
    }
    [[nodiscard]] QRect visual(const QRect &r) const { return QStyle::visualRect(option.direction, rect, r); }
};

CellDelegate::CellDelegate(QObject *parent) : QStyledItemDelegate(parent) { }

CellPaint CellDelegate::paintOf(const QModelIndex &index)
{
    const QVariant own = index.data(items::CellPaintRole);
    if (own.isValid() && own.toInt() != static_cast<int>(CellPaint::Auto))
        return static_cast<CellPaint>(own.toInt());
    const QVariant type = index.data(items::CellTypeRole);
    if (!type.isValid())
        return CellPaint::Text;
    switch (static_cast<CellType>(type.toInt())) {
    case CellType::Integer:
    case CellType::Number:
    case CellType::Quantity:
    case CellType::Count: return CellPaint::Number;
    case CellType::Time: return CellPaint::Age;
    case CellType::Ready: return CellPaint::Ratio;
    case CellType::Left: return CellPaint::Meter;
    case CellType::Text:
    case CellType::Boolean:
    case CellType::List:
    case CellType::Ref: break;
    }
    return CellPaint::Text;
}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QFontMetrics fm(option.font);
    if (index.data(items::IsGroupRole).toBool())
        return {fm.horizontalAdvance(index.data().toString()) + 60, metrics::groupRowHeight(fm)};
    const QString text = index.data().toString();
    int width = tabularWidth(fm, text) + 2 * kPadding;
    switch (paintOf(index)) {
    case CellPaint::Name:
        width += 26 + (index.data(items::GitRole).toBool() ? 20 : 0)
            + (index.data(items::DriftRole).toBool() ? drawBadge(nullptr, {}, tr("drift"), Token::Warn, Token::WarnSoft,
                                                                 tokens(option.palette), option.font) + 8 : 0);
        break;
    case CellPaint::Status: width += 22; break;
    case CellPaint::Meter: width += kMeterWidth + 8; break;
    case CellPaint::Trend: width += kTrendWidth + 8; break;
    default: break;
    }
    return {width, metrics::rowHeight(m_density, fm)};
}

void CellDelegate::paint(QPainter *painter, const QStyleOptionViewItem &given, const QModelIndex &index) const
{
    QStyleOptionViewItem option = given;
    initStyleOption(&option, index);
    painter->save();
    painter->setClipRect(option.rect, Qt::IntersectClip);
    if (index.data(items::IsGroupRole).toBool()) {
        paintGroup(painter, option, index);
        painter->restore();
        return;
    }
    const QStyle *itemStyle = option.widget ? option.widget->style() : QApplication::style();
    itemStyle->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter, option.widget);
    Cell cell{painter, option, index, tokens(option.palette), option.rect.adjusted(kPadding, 0, -kPadding, -1),
              index.data(items::StaleRole).toBool()};
    painter->setFont(option.font);
    const CellPaint kind = paintOf(index);
    if (kind != CellPaint::Name && index.data(items::DriftRole).toBool())
        paintDrift(cell);
    if (cell.rect.width() > 0) {
        switch (kind) {
        case CellPaint::Name: paintName(cell); break;
        case CellPaint::Status: paintStatus(cell); break;
        case CellPaint::Meter: paintMeter(cell); break;
        case CellPaint::Trend: paintTrend(cell); break;
        case CellPaint::Number:
        case CellPaint::Age:
        case CellPaint::Ratio: paintRight(cell); break;
        case CellPaint::Id: paintText(cell, true); break;
        case CellPaint::Auto:
        case CellPaint::Text: paintText(cell, false); break;
        }
    }
    painter->restore();
}

/// Warn cell with a corner triangle; on a selected row the text's colour and the badge at the name say it.
void CellDelegate::paintDrift(const Cell &cell) const
{
    if (cell.option.state.testFlag(QStyle::State_Selected))
        return;
    const QRect box = cell.option.rect.adjusted(2, 3, -2, -4);
    style::box(cell.painter, box, metrics::kRadiusBadge, cell.t[Token::WarnSoft], Qt::transparent);
    cell.painter->save();
    cell.painter->setRenderHint(QPainter::Antialiasing);
    cell.painter->setPen(Qt::NoPen);
    cell.painter->setBrush(cell.t[Token::Warn]);
    const QPointF corner(box.right() + 1, box.y());
    cell.painter->drawPolygon(QPolygonF{corner, corner + QPointF(-6, 0), corner + QPointF(0, 6)});
    cell.painter->restore();
}

void CellDelegate::paintGroup(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Tokens t = tokens(option.palette);
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const bool active = option.state.testFlag(QStyle::State_Active);
    painter->fillRect(option.rect, selected ? t[active ? Token::Sel : Token::Sel2] : mix(t[Token::Base], t[Token::Window], 0.75));
    painter->fillRect(QRect(option.rect.x(), option.rect.bottom(), option.rect.width(), 1), t[Token::Line]);
    const QString title = index.data().toString();
    if (title.isEmpty())
        return;   // not the column that carries the group
    const QRect rect = option.rect.adjusted(kPadding, 0, -kPadding, -1);
    if (selected)
        painter->fillRect(QStyle::visualRect(option.direction, option.rect, QRect(option.rect.x(), option.rect.y(), 3, option.rect.height())),
                          t[active ? Token::Accent : Token::Edge]);
    const bool rtl = option.direction == Qt::RightToLeft;
    const QVariant expanded = index.data(items::ExpandedRole);
    const QString chevron = !expanded.isValid() || expanded.toBool() ? u"down"_s : rtl ? u"left"_s : u"right"_s;
    int x = rect.x();
    const auto place = [&](int width) {
        const QRect r = QStyle::visualRect(option.direction, rect, QRect(x, rect.y(), qMin(width, rect.right() + 1 - x), rect.height()));
        x += width;
        return r;
    };
    const QRect arrow = place(18);
    paintIcon(painter, QRectF(arrow.x(), arrow.center().y() - 5, 12, 12), chevron, t[Token::Text2]);
    QFont strong = typeFont(Type::Strong, option.font);
    const QFontMetrics fm(strong);
    painter->setFont(strong);
    painter->setPen(t[Token::Text]);
    const int room = rect.right() + 1 - x;
    const QString name = fm.elidedText(title, Qt::ElideRight, room);
    painter->drawText(place(fm.horizontalAdvance(name) + 1), Qt::AlignVCenter | Qt::TextSingleLine, name);
    x += 8;
    const QString markId = index.data(items::GroupMarkRole).toString();
    const int markWidth = mark::size(markId, option.font).width();
    if (markWidth && x + markWidth <= rect.right()) {
        mark::paint(painter, place(markWidth), markId, option.font, t);
        x += 8;
    }
    const QFont caption = typeFont(Type::Caption, option.font);
    if (rect.right() - x > 40) {
        painter->setFont(caption);
        painter->setPen(t[Token::Text2]);
        const QRect rest = place(rect.right() + 1 - x);
        painter->drawText(rest, Qt::AlignVCenter | Qt::TextSingleLine | (Qt::AlignAbsolute | (rtl ? Qt::AlignRight : Qt::AlignLeft)),
                          QFontMetrics(caption).elidedText(index.data(items::GroupDetailRole).toString(), Qt::ElideRight, rest.width()));
    }
}

void CellDelegate::paintName(const Cell &cell) const
{
    QFont font = cell.option.font;
    font.setWeight(QFont::Medium);
    const QFontMetrics fm(font);
    int x = cell.rect.x() + 2;
    const QString kindIcon = cell.index.data(items::KindIconRole).toString();
    if (!kindIcon.isEmpty()) {
        const QRect r = cell.visual(QRect(x, cell.rect.y(), metrics::kIcon, cell.rect.height()));
        paintIcon(cell.painter, QRectF(r.x(), r.center().y() - 7, metrics::kIcon, metrics::kIcon), kindIcon, cell.t[Token::Text2]);
        x += 25;
    }
    const bool git = cell.index.data(items::GitRole).toBool();
    const bool drift = cell.index.data(items::DriftRole).toBool();
    const QString word = tr("drift");
    const int badge = drift ? drawBadge(nullptr, {}, word, Token::Warn, Token::WarnSoft, cell.t, cell.option.font) : 0;
    const int right = cell.rect.right() + 1;
    int tail = (git ? 20 : 0) + (drift ? badge + 8 : 0);
    if (right - x - tail < fm.averageCharWidth() * 4)
        tail = 0;   // too narrow for both: the name wins, the tooltip has the rest
    const QString name = fm.elidedText(cell.index.data().toString(), Qt::ElideRight, right - x - tail);
    const int width = fm.horizontalAdvance(name);
    cell.painter->setFont(font);
    cell.painter->setPen(cell.t[cell.option.state.testFlag(QStyle::State_Enabled) ? Token::Text : Token::Text3]);
    cell.painter->drawText(cell.visual(QRect(x, cell.rect.y(), width + 1, cell.rect.height())), Qt::AlignVCenter | Qt::TextSingleLine, name);
    x += width + 8;
    if (!tail)
        return;
    if (drift) {
        drawBadge(cell.painter, cell.visual(QRect(x, cell.rect.y(), badge, cell.rect.height())), word, Token::Warn, Token::WarnSoft,
                  cell.t, cell.option.font);
        x += badge + 8;
    }
    if (git) {
        const QRect r = cell.visual(QRect(x, cell.rect.y(), 12, cell.rect.height()));
        paintIcon(cell.painter, QRectF(r.x(), r.center().y() - 5, 12, 12), u"git"_s, cell.t[Token::Text2]);
    }
}

void CellDelegate::paintStatus(const Cell &cell) const
{
    const auto state = static_cast<State>(cell.index.data(items::StateRole).toInt());
    const QString word = cell.index.data().toString();
    const QRect glyph = cell.visual(QRect(cell.rect.x(), cell.rect.y(), metrics::kGlyph, cell.rect.height()));
    paintState(cell.painter, QRectF(glyph.x(), glyph.center().y() - 6, metrics::kGlyph, metrics::kGlyph), state, cell.t);
    const QRect text = cell.visual(cell.rect.adjusted(metrics::kGlyph + 6, 0, 0, 0));
    if (text.width() <= 0)
        return;
    QFont font = cell.option.font;
    if (stateIsLoud(state))
        font.setWeight(QFont::Medium);
    cell.painter->setFont(font);
    const bool enabled = cell.option.state.testFlag(QStyle::State_Enabled);
    cell.painter->setPen(cell.t[enabled ? stateWordToken(state) : Token::Text3]);
    QString shown = word;
    if (state == State::Stale && longestStaleWord(QFontMetrics(font), word) > text.width())
        shown = network::stateWord(state);   // narrow: "Stale" for "was Ready", in all rows alike
    cell.painter->drawText(text, Qt::AlignVCenter | Qt::TextSingleLine
                               | (Qt::AlignAbsolute | (cell.option.direction == Qt::RightToLeft ? Qt::AlignRight : Qt::AlignLeft)),
                           QFontMetrics(font).elidedText(shown, Qt::ElideRight, text.width()));
}

void CellDelegate::paintMeter(const Cell &cell) const
{
    const network::Cell raw = cell.index.data(items::CellRole).value<network::Cell>();
    if (raw.is != network::Cell::Is::Number) {
        paintRight(cell);
        return;
    }
    const QFontMetrics fm(cell.option.font);
    const int number = qMax(tabularWidth(fm, u"100 %"_s), tabularWidth(fm, cell.index.data().toString()));
    const int room = cell.rect.width() - number - 8;
    if (room >= 16) {
        const int width = qMin(kMeterWidth, room);
        const QRect bar = cell.visual(QRect(cell.rect.right() + 1 - number - 8 - width, cell.rect.y(), width, cell.rect.height()));
        drawMeter(cell.painter, bar, raw.number, cell.t);
    }
    paintRight(cell);
}

/// A line of what came before the value, as tall as the text; gaps stay open. With a verdict that is bad its shape stands before the value.
void CellDelegate::paintTrend(const Cell &cell) const
{
    const auto values = cell.index.data(items::TrendRole).value<QList<double>>();
    const QFontMetrics fm(cell.option.font);
    const QVariant severity = cell.stale ? QVariant() : cell.index.data(items::SeverityRole);
    int taken = tabularWidth(fm, cell.index.data().toString()) + 8;
    if (severity.isValid()) {
        taken += metrics::kGlyph - 3;
        const QRect glyph = cell.visual(QRect(cell.rect.right() + 1 - taken, cell.rect.y(), metrics::kGlyph, cell.rect.height()));
        paintState(cell.painter, QRectF(glyph.x(), glyph.center().y() - 6, metrics::kGlyph, metrics::kGlyph), static_cast<State>(severity.toInt()), cell.t);
        taken += 6;
    }
    const int width = std::min(kTrendWidth, cell.rect.width() - taken);
    if (values.size() > 1 && width >= 16) {
        const QRect box = cell.visual(QRect(cell.rect.x(), cell.rect.center().y() - kTrendHeight / 2, width, kTrendHeight));
        drawTrend(cell.painter, box, values, cell.stale ? cell.t[Token::Text3] : severity.isValid() ? cell.t[stateToken(static_cast<State>(severity.toInt()))] : cell.t[Token::Idle]);
    }
    paintRight(cell);
}

void CellDelegate::paintRight(const Cell &cell) const
{
    QString text = cell.index.data().toString();
    const QFontMetrics fm(cell.option.font);
    const network::Cell raw = cell.index.data(items::CellRole).value<network::Cell>();
    if (raw.is == network::Cell::Is::Unknown && cell.index.data(items::CellRole).isValid() && tabularWidth(fm, text) + 1 > cell.rect.width())
        text = u"?"_s;
    cell.painter->setPen(cell.color());
    drawTabular(cell.painter, cell.rect, cell.option.direction == Qt::RightToLeft ? Qt::AlignLeft : Qt::AlignRight, text);
}

void CellDelegate::paintText(const Cell &cell, bool mono) const
{
    const QString text = cell.index.data().toString();
    mono = mono && text.size() > 1;   // "nothing there" looks the same in every column
    const QFont font = mono ? monoFont(cell.option.font) : cell.option.font;
    const QFontMetrics fm(font);
    cell.painter->setFont(font);
    cell.painter->setPen(cell.color());
    const QString shown = mono ? elideId(fm, text, cell.rect.width()) : fm.elidedText(text, Qt::ElideRight, cell.rect.width());
    const bool rtl = cell.option.direction == Qt::RightToLeft;
    cell.painter->drawText(cell.rect, Qt::AlignVCenter | Qt::TextSingleLine | (Qt::AlignAbsolute | (rtl ? Qt::AlignRight : Qt::AlignLeft)), shown);
}

}
