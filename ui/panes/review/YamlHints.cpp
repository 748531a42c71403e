// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/review/YamlHints.h"

#include "ui/panes/review/EditSide.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/theme/Tokens.h"
#include "ui/theme/Type.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/YamlView.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>
#include <QTextBlock>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using Field = state::SchemaHints::Field;

namespace {

constexpr int kOffered = 7;
constexpr int kPopupWidth = 420;
constexpr int kTypedBefore = 2;
constexpr int kTypedRole = Qt::UserRole + 3;

/// A frame as popups have it.
class OfferFrame : public QFrame {
public:
    using QFrame::QFrame;

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Tokens t = tokens(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(mix(t[Token::Line], t[Token::Edge], 0.3));
        painter.setBrush(t[Token::Base]);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), metrics::kRadiusPopup, metrics::kRadiusPopup);
    }
};

/// What fits: the letters that were typed in the accent, the type at the right.
class OfferDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Tokens t = tokens(option.palette);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (option.state.testFlag(QStyle::State_Selected))
            style::box(painter, QRectF(option.rect), metrics::kRadiusControl, t[Token::Sel], Qt::transparent);
        const QRect row = option.rect.adjusted(10, 0, -10, 0);
        const QString name = index.data().toString(), word = index.data(kTypedRole).toString();
        QFont mono = typeFont(Type::Mono);
        const qsizetype at = word.isEmpty() ? -1 : name.indexOf(word, 0, Qt::CaseInsensitive);
        int x = row.x();
        const auto part = [&](const QString &text, bool hit) {
            mono.setBold(hit);
            painter->setFont(mono);
            painter->setPen(t[hit ? Token::Accent : Token::Text]);
            painter->drawText(QRect(x, row.y(), row.right() - x, row.height()), Qt::AlignVCenter | Qt::TextSingleLine, text);
            x += painter->fontMetrics().horizontalAdvance(text);
        };
        part(at < 0 ? name : name.left(at), false);
        if (at >= 0) {
            part(name.mid(at, word.size()), true);
            part(name.mid(at + word.size()), false);
        }
        painter->setFont(typeFont(Type::Caption));
        painter->setPen(t[Token::Text2]);
        painter->drawText(QRect(x + 10, row.y(), row.right() - x - 10, row.height()), Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine,
                          index.data(TwoLineDelegate::WordRole).toString());
        painter->restore();
    }
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const override
    {
        return {100, std::max(metrics::kControl, option.fontMetrics.height() + 8)};
    }
};

QTreeWidget *makeList(const QString &name, QWidget *parent)
{
    auto *list = new QTreeWidget(parent);
    list->setColumnCount(2);
    list->setHeaderHidden(true);
    list->setRootIsDecorated(false);
    list->setIndentation(0);
    list->setAllColumnsShowFocus(true);
    list->setProperty("bare", true);
    list->setFrameShape(QFrame::NoFrame);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list->setAccessibleName(name);
    list->header()->setStretchLastSection(false);
    list->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    list->setColumnHidden(1, true);
    list->setProperty("plain", true);
    return list;
}

QTreeWidgetItem *addField(QTreeWidget *list, const Field &field)
{
    const QString type = field.required ? YamlHints::tr("%1, needed").arg(field.type) : field.type;
    auto *item = new QTreeWidgetItem(list, {field.name, type});
    item->setData(0, TwoLineDelegate::WordRole, type);
    item->setData(0, TwoLineDelegate::BelowRole, field.limits.isEmpty() ? field.description
                                                     : field.description.isEmpty() ? field.limits : QString(field.description + u' ' + field.limits.left(1).toUpper() + field.limits.mid(1) + u'.'));
    item->setData(0, Qt::UserRole, field.description);
    item->setData(0, Qt::UserRole + 1, field.limits);
    item->setData(0, Qt::UserRole + 2, field.isList ? u"list"_s : field.isMap ? u"map"_s : QString());
    item->setData(0, Qt::AccessibleTextRole, QString(field.name + u", "_s + type + u". "_s + field.description));
    item->setToolTip(0, field.description);
    return item;
}


}

YamlHints::YamlHints(YamlView *editor, QWidget *parent)
    : QObject(parent), m_editor(editor), m_panel(new QWidget(parent)), m_where(new ElidedLabel({}, Type::Strong, Token::Text, Qt::ElideLeft, m_panel)),
      m_version(new Label({}, Type::Caption, Token::Text2, m_panel)), m_fields(makeList(tr("Fields of the schema"), m_panel)),
      m_about(new Label({}, Type::Caption, Token::Text2, m_panel)), m_popup(new OfferFrame(editor->viewport())),
      m_offer(makeList(tr("What fits"), m_popup)), m_offerAbout(new Label({}, Type::CaptionStrong, Token::Text, m_popup)),
      m_offerLimits(new Label({}, Type::Caption, Token::Text2, m_popup)), m_offerFoot(new Label({}, Type::Caption, Token::Text2, m_popup))
{
    auto *column = new QVBoxLayout(m_panel);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(metrics::kCard, 4, metrics::kCard, 0);
    head->addWidget(m_where, 1);
    head->addWidget(m_version);
    column->addLayout(head);
    column->addWidget(m_fields, 1);
    m_about->setWordWrap(true);
    m_about->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_about->setContentsMargins(metrics::kCard, 0, metrics::kCard, 0);
    m_about->hide();
    m_fields->setItemDelegate(new TwoLineDelegate(true, m_fields));
    m_fields->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_fields->viewport()->installEventFilter(this);
    column->addWidget(m_about);
    m_version->setText(tr("reading the schema"));

    auto *inner = new QVBoxLayout(m_popup);
    inner->setContentsMargins(1, 6, 1, 8);
    inner->setSpacing(6);
    m_offer->setFocusPolicy(Qt::NoFocus);
    m_offer->setItemDelegate(new OfferDelegate(m_offer));
    auto *rows = new QHBoxLayout;
    rows->setContentsMargins(5, 0, 5, 0);
    rows->addWidget(m_offer);
    inner->addLayout(rows);
    inner->addWidget(new Hairline(Qt::Horizontal, m_popup));
    for (Label *label : {m_offerAbout, m_offerLimits, m_offerFoot}) {
        label->setContentsMargins(15, 0, 15, 0);
        if (label == m_offerFoot)
            inner->addWidget(new Hairline(Qt::Horizontal, m_popup));
        label->setWordWrap(true);
        inner->addWidget(label);
    }
    m_popup->setObjectName(u"yamlOffer"_s);
    m_popup->hide();
    m_editor->installEventFilter(this);
    connect(m_editor, &QPlainTextEdit::cursorPositionChanged, this, &YamlHints::follow);
    connect(m_editor, &QPlainTextEdit::textChanged, this, [this] {
        if (std::exchange(m_typed, false))
            offer(false);
    });
    connect(m_offer, &QTreeWidget::currentItemChanged, this, &YamlHints::describe);
    connect(m_offer, &QTreeWidget::itemClicked, this, &YamlHints::take);
}

void YamlHints::setSchema(const state::SchemaHints &schema, const QString &version)
{
    m_schema = schema;
    m_version->setText(schema.isEmpty() ? tr("no schema") : tr("schema %1").arg(version));
    m_shownPath = {u"-"_s};   // anything else than what is shown
    follow();
}

void YamlHints::setUnavailable(const QString &why)
{
    m_version->setText(tr("no schema"));
    m_about->setText(why);
    m_about->show();
}

bool YamlHints::offering() const
{
    return m_popup->isVisible();
}

QStringList YamlHints::offered() const
{
    QStringList out;
    for (int i = 0; offering() && i < m_offer->topLevelItemCount(); ++i)
        out.append(m_offer->topLevelItem(i)->text(0));
    return out;
}

state::YamlPlace YamlHints::place() const
{
    const QTextCursor cursor = m_editor->textCursor();
    return state::yamlPlaceAt(m_editor->toPlainText().split(u'\n'), cursor.blockNumber(), cursor.positionInBlock());
}

void YamlHints::describe()
{
    const QTreeWidgetItem *item = m_offer->currentItem();
    m_offerAbout->setText(item ? item->data(0, Qt::UserRole).toString() : QString());
    m_offerLimits->setText(item ? item->data(0, Qt::UserRole + 1).toString() : QString());
    m_offerAbout->setVisible(!m_offerAbout->text().isEmpty());
    m_offerLimits->setVisible(!m_offerLimits->text().isEmpty());
    if (offering())
        showOffer();
}

void YamlHints::follow()
{
    if (m_schema.isEmpty())
        return;
    const state::YamlPlace here = place();
    if (here.path != m_shownPath) {
        m_shownPath = here.path;
        const QSignalBlocker quiet(m_fields);
        m_fields->clear();
        m_where->setText(here.path.isEmpty() ? tr("The object") : QString(here.path.join(u'.')).replace(u".-"_s, u"[]"_s));
        for (const Field &field : m_schema.fields(here.path))
            addField(m_fields, field);
    }
    const QList<QTreeWidgetItem *> found = m_fields->findItems(here.key, Qt::MatchExactly, 0);
    m_fields->setCurrentItem(found.isEmpty() ? nullptr : found.first());
    if (!found.isEmpty())
        m_fields->scrollToItem(found.first());
    const bool none = m_fields->topLevelItemCount() == 0;
    m_about->setText(none ? tr("The schema says nothing about what stands here.") : QString());
    m_about->setVisible(none);
}

/// Fields that begin with what is typed first, then those that contain it.
void YamlHints::offer(bool asked)
{
    m_popup->hide();
    const state::YamlPlace here = place();
    if (m_schema.isEmpty() || m_editor->isReadOnly() || (!asked && here.word.size() < kTypedBefore))
        return;
    m_offer->clear();
    QList<Field> fits;
    if (here.inValue) {
        const auto field = m_schema.field(QStringList(here.path) << here.key);
        for (const QString &value : field ? field->values : QStringList())
            fits.append({value, field->type, field->description, {}, {}, false, false, false});
    } else {
        fits = m_schema.fields(here.path);
    }
    const QString word = here.word;
    fits.removeIf([&word](const Field &f) { return !f.name.contains(word, Qt::CaseInsensitive); });
    std::stable_sort(fits.begin(), fits.end(), [&word](const Field &a, const Field &b) {
        return a.name.startsWith(word, Qt::CaseInsensitive) && !b.name.startsWith(word, Qt::CaseInsensitive);
    });
    if (fits.isEmpty() || (!asked && fits.size() == 1 && fits.first().name == word))
        return;
    for (const Field &field : std::as_const(fits))
        addField(m_offer, field)->setData(0, kTypedRole, word);
    m_offerFoot->setText(here.inValue ? tr("Enter takes    Esc closes")
                                      : tr("Enter takes    Ctrl+Space all %n field(s)    Esc closes", nullptr, int(m_schema.fields(here.path).size())));
    m_offer->setCurrentItem(m_offer->topLevelItem(0));
    showOffer();
}

void YamlHints::showOffer()
{
    QPalette palette = m_editor->palette();   // what Enter takes looks chosen, though the keys go to the editor
    palette.setColor(QPalette::Inactive, QPalette::Highlight, palette.color(QPalette::Active, QPalette::Highlight));
    m_offer->setPalette(palette);
    const int row = qMax(m_offer->sizeHintForRow(0), metrics::kControl);
    m_offer->setFixedHeight(row * qMin(kOffered, m_offer->topLevelItemCount()) + 2);
    m_popup->setFixedWidth(qMin(kPopupWidth, m_editor->viewport()->width() - 2 * metrics::kGap));
    m_popup->adjustSize();
    const QRect cursor = m_editor->cursorRect();
    const int left = qBound(metrics::kGap, cursor.left() - 12, m_editor->viewport()->width() - m_popup->width() - metrics::kGap);
    const bool below = cursor.bottom() + 4 + m_popup->height() < m_editor->viewport()->height();
    m_popup->move(left, below ? cursor.bottom() + 4 : qMax(0, cursor.top() - 4 - m_popup->height()));
    m_popup->raise();
    m_popup->show();
}

void YamlHints::take()
{
    const QTreeWidgetItem *item = m_offer->currentItem();
    m_popup->hide();
    if (!item)
        return;
    const state::YamlPlace here = place();
    QTextCursor cursor = m_editor->textCursor();
    cursor.beginEditBlock();
    cursor.movePosition(QTextCursor::Left, QTextCursor::KeepAnchor, static_cast<int>(here.word.size()));
    const int indent = cursor.selectionStart() - cursor.block().position();
    const QString behind = cursor.block().text().mid(cursor.selectionEnd() - cursor.block().position());
    QString text = item->text(0);
    if (!here.inValue && behind.trimmed().isEmpty()) {
        const QString shape = item->data(0, Qt::UserRole + 2).toString();
        text += shape == "map"_L1 ? QString(u":\n"_s + QString(indent + 2, u' '))
            : shape == "list"_L1  ? QString(u":\n"_s + QString(indent, u' ') + u"- "_s)
                                  : u": "_s;
    }
    cursor.insertText(text);
    cursor.endEditBlock();
    m_editor->setTextCursor(cursor);
}

bool YamlHints::handleKey(int key, bool control, const QString &text)
{
    if (control && key == Qt::Key_Space) {
        offer(true);
        return true;
    }
    if (!offering()) {
        m_typed = !control && !text.isEmpty() && text.at(0).isLetterOrNumber();
        return false;
    }
    const int rows = m_offer->topLevelItemCount();
    const int now = m_offer->indexOfTopLevelItem(m_offer->currentItem());
    switch (key) {
    case Qt::Key_Up: m_offer->setCurrentItem(m_offer->topLevelItem((now + rows - 1) % rows)); return true;
    case Qt::Key_Down: m_offer->setCurrentItem(m_offer->topLevelItem((now + 1) % rows)); return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Tab: take(); return true;
    case Qt::Key_Escape: m_popup->hide(); return true;
    default: break;
    }
    m_typed = key == Qt::Key_Backspace || (!control && !text.isEmpty() && text.at(0).isLetterOrNumber());
    if (!m_typed && key != Qt::Key_Shift && key != Qt::Key_Control)
        m_popup->hide();
    return false;
}

bool YamlHints::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_editor && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (handleKey(key->key(), key->modifiers().testFlag(Qt::ControlModifier), key->text()))
            return true;
    } else if (watched == m_fields->viewport() && event->type() == QEvent::Resize) {
        m_fields->doItemsLayout();   // descriptions wrap
    } else if (watched == m_editor && event->type() == QEvent::FocusOut) {
        m_popup->hide();
    }
    return QObject::eventFilter(watched, event);
}

}
