// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Facts.h"

#include "ui/theme/Icons.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/theme/StatePainter.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/ConditionRow.h"

#include <QClipboard>
#include <QGridLayout>
#include <QGuiApplication>
#include <QKeyEvent>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {
constexpr int kLabelWidth = 108;
}

Fact Fact::unknown(const QString &reason)
{
    return {QCoreApplication::translate("Fact", "unknown"), Is::Unknown, false, reason};
}

FactValue::FactValue(const QString &label, QWidget *parent)
    : ElidedLabel({}, Type::Body, Token::Text, Qt::ElideRight, parent), m_label(label)
{
    setFocusPolicy(Qt::TabFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void FactValue::setFact(const Fact &fact)
{
    const bool same = fact.text == m_fact.text && fact.is == m_fact.is && fact.mono == m_fact.mono && fact.reason == m_fact.reason && fact.state == m_fact.state
        && fact.link == m_fact.link && fact.address == m_fact.address;
    if (same && !accessibleName().isEmpty())
        return;
    m_fact = fact;
    setText(fact.text);
    setType(fact.mono ? Type::Mono : Type::Body);
    setToken(fact.is == Fact::Is::Value ? Token::Text : Token::Text2);
    setOwnTip(fact.reason);
    setCursor(fact.link ? Qt::PointingHandCursor : Qt::ArrowCursor);
    setAccessibleDescription(fact.link ? tr("link") : QString());
    QString name = m_label + u": "_s
        + (fact.is == Fact::Is::Absent ? tr("does not apply") : fact.text);
    if (fact.state && *fact.state != network::State::Ready)
        name += u", "_s + network::stateWord(*fact.state);
    if (fact.is == Fact::Is::Unknown && !fact.reason.isEmpty())
        name += u", "_s + fact.reason;
    setAccessibleName(name);
}

void FactValue::setDrift(bool drift)
{
    m_drift = drift;
    setAccessibleDescription(drift ? tr("differs from what is declared") : QString());
    update();
}

QSize FactValue::sizeHint() const
{
    const QSize size = ElidedLabel::sizeHint();
    return {qMin(size.width(), 260) + (m_drift ? 28 : 0) + (m_fact.state ? 20 : 0), qMax(fontMetrics().height() + 6, 22)};
}

void FactValue::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens t = tokens(this);
    const int lead = contentsMargins().left();
    QRect text = rect().adjusted(lead, 0, -2, 0);
    const bool rtl = layoutDirection() == Qt::RightToLeft;
    QFont font = this->font();
    if (m_drift) {
        font.setWeight(QFont::DemiBold);
        style::box(&painter, rect().adjusted(0, 1, 0, -1), metrics::kRadiusControl, t[Token::WarnSoft], Qt::transparent);
        text = rect().adjusted(rtl ? 23 : 8, 0, rtl ? -8 : -23, 0);
        const int shown = qMin(text.width(), QFontMetrics(font).horizontalAdvance(this->text()));
        paintIcon(&painter, QRectF(rtl ? text.right() - shown - 20 : text.x() + shown + 6, height() / 2.0 - 7, 14, 14),
                  u"state-degraded"_s, t[Token::Warn], t[Token::OnAccent]);
    }
    if (m_fact.state) {
        paintState(&painter, QRectF(rtl ? text.right() - metrics::kGlyph : text.x(), height() / 2.0 - 7, metrics::kGlyph, metrics::kGlyph),
                   *m_fact.state, t);
        text.adjust(rtl ? 0 : metrics::kGlyph + 6, 0, rtl ? -metrics::kGlyph - 6 : 0, 0);
    }
    painter.setFont(font);
    paintText(painter, text, rtl);
    if (hasFocus())
        style::focusRing(&painter, rect(), metrics::kRadiusControl, t[Token::Accent]);
}

void FactValue::paintText(QPainter &painter, const QRect &text, bool rtl)
{
    const Tokens t = tokens(this);
    const bool loud = m_fact.state && network::isProblem(*m_fact.state);
    Token token = m_fact.is == Fact::Is::Value ? Token::Text : Token::Text2;
    if (!isEnabled())
        token = Token::Text3;
    else if (m_drift)
        token = Token::Warn;
    else if (loud)
        token = stateWordToken(*m_fact.state);
    else if (m_fact.link)
        token = Token::Accent;
    QFont font = painter.font();
    font.setUnderline(m_fact.link && underMouse());
    painter.setFont(font);
    painter.setPen(t[token]);
    const QFontMetrics fm(font);
    const QString shown = m_fact.mono ? elideId(fm, this->text(), text.width())
                                      : fm.elidedText(this->text(), m_fact.address ? Qt::ElideMiddle : Qt::ElideRight, text.width());
    painter.drawText(text, Qt::AlignVCenter | Qt::TextSingleLine | (Qt::AlignAbsolute | (rtl ? Qt::AlignRight : Qt::AlignLeft)), shown);
}

void FactValue::mouseReleaseEvent(QMouseEvent *event)
{
    if (m_fact.link && event->button() == Qt::LeftButton && rect().contains(event->position().toPoint()))
        Q_EMIT followed();
    else
        ElidedLabel::mouseReleaseEvent(event);
}

void FactValue::enterEvent(QEnterEvent *event)
{
    ElidedLabel::enterEvent(event);
    update();
}

void FactValue::leaveEvent(QEvent *event)
{
    ElidedLabel::leaveEvent(event);
    update();
}

void FactValue::keyPressEvent(QKeyEvent *event)
{
    if (m_fact.link && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Space)) {
        Q_EMIT followed();
        return;
    }
    if (event->matches(QKeySequence::Copy)) {
        QGuiApplication::clipboard()->setText(text());
        return;
    }
    QWidget::keyPressEvent(event);
}

struct FactTable::Row {
    Label *label = nullptr;
    QList<FactValue *> values;
    CopyButton *copy = nullptr;
    int at = 0;                  ///< grid row of the label; the one below it is for values that are stacked
};

FactTable::FactTable(const QString &title, QWidget *parent) : QWidget(parent), m_grid(new QGridLayout(this)), m_labelWidth(kLabelWidth)
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(6);
    m_grid->setVerticalSpacing(2);
    m_title = new Label(title, Type::CaptionStrong, Token::Text2, this);
    m_title->setVisible(!title.isEmpty());
    setAccessibleName(title);
    m_grid->addWidget(m_title, m_next++, 0, 1, -1);
    m_grid->setColumnMinimumWidth(0, kLabelWidth);
    m_grid->setColumnStretch(1, 1);
    m_first = m_next;
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
}

void FactTable::setTruths(const QStringList &headers)
{
    m_headers = headers;
    for (int i = 0; i < headers.size(); ++i) {
        auto *head = new Label(headers.at(i), Type::Caption, Token::Text2, this);
        head->setContentsMargins(8, 3, 0, 4);
        m_grid->addWidget(head, m_next, i + 1);
        m_grid->setColumnStretch(i + 1, 1);
        m_heads.append(head);
    }
    ++m_next;
    m_grid->addWidget(new Hairline(Qt::Horizontal, this), m_next++, 0, 1, -1);
    m_first = m_next;
}

FactTable::Row &FactTable::row(const QString &key, const QString &label, int values)
{
    if (const auto known = m_rows.constFind(key); known != m_rows.constEnd()) {
        (*known)->label->setText(label);
        return **known;
    }
    auto made = std::make_shared<Row>();
    made->label = new Label(label, Type::Body, Token::Text2, this);
    made->at = m_next;
    m_next += 2;
    for (int i = 0; i < values; ++i) {
        const QString name = m_headers.isEmpty() ? label : QString(label + u", "_s + m_headers.value(i));
        auto *value = new FactValue(name, this);
        if (!m_headers.isEmpty())
            value->setContentsMargins(8, 0, 0, 0);
        connect(value, &FactValue::followed, this, [this, key] { Q_EMIT followed(key); });
        made->values.append(value);
    }
    m_keys.append(key);
    m_rows.insert(key, made);
    place(*made);
    return *made;
}

/// Values beside the label, or below it where there is no room.
void FactTable::place(const Row &row)
{
    const auto put = [this](QWidget *widget, int at, int column, int columns) {
        m_grid->removeWidget(widget);
        m_grid->addWidget(widget, at, column, 1, columns);
    };
    const bool noLabel = row.label->text().isEmpty();
    row.label->setVisible(!(m_stacked && noLabel));
    put(row.label, row.at, 0, m_stacked ? -1 : 1);
    const int at = m_stacked ? row.at + 1 : row.at;
    for (int i = 0; i < row.values.size(); ++i) {
        const bool first = m_stacked && m_headers.isEmpty();
        put(row.values.at(i), at, first ? 0 : i + 1, first ? 2 : 1);
    }
    if (row.copy)
        put(row.copy, at, 2, 1);
}

int FactTable::valueRoom() const
{
    const QFontMetrics fm(typeFont(Type::Body, font()));
    int room = fm.averageCharWidth() * 18;
    if (!m_heads.isEmpty()) {
        room = 0;
        for (const Label *head : m_heads)
            room += head->sizeHint().width() + m_grid->horizontalSpacing();
    }
    return room;
}

void FactTable::stack()
{
    // Until it was laid out its width says nothing.
    const bool wanted = m_laidOut && width() < m_labelWidth + m_grid->horizontalSpacing() + valueRoom();
    m_grid->setColumnMinimumWidth(0, wanted ? 0 : m_labelWidth);
    if (wanted == m_stacked)
        return;
    m_stacked = wanted;
    for (const QString &key : std::as_const(m_keys))
        place(*m_rows.value(key));
    updateGeometry();
}

/// As narrow as it may become: values below their labels.
QSize FactTable::minimumSizeHint() const
{
    return {valueRoom(), QWidget::minimumSizeHint().height()};
}

void FactTable::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_laidOut = true;
    stack();
}

void FactTable::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        stack();
}

int FactTable::labelWidth() const
{
    int width = kLabelWidth;
    for (const std::shared_ptr<Row> &row : m_rows)
        width = qMax(width, row->label->sizeHint().width());
    return width;
}

void FactTable::setLabelWidth(int width)
{
    m_labelWidth = width;
    stack();
}

void FactTable::setFact(const QString &key, const QString &label, const Fact &fact)
{
    Row &r = row(key, label, 1);
    r.values.first()->setFact(fact);
    const bool copy = (fact.mono || fact.address) && fact.is == Fact::Is::Value;
    if (copy && !r.copy) {
        r.copy = new CopyButton(label, this);
        place(r);
    }
    if (r.copy) {
        r.copy->setText(fact.text);
        r.copy->setVisible(copy);
    }
}

void FactTable::setTruth(const QString &key, const QString &label, const QList<Fact> &facts, int drift)
{
    Row &r = row(key, label, static_cast<int>(facts.size()));
    for (int i = 0; i < facts.size() && i < r.values.size(); ++i) {
        r.values.at(i)->setFact(facts.at(i));
        r.values.at(i)->setDrift(i == drift);
    }
}

/// A link of it may be what led here: what goes is deleted later.
void FactTable::removeFact(const QString &key)
{
    const std::shared_ptr<Row> gone = m_rows.take(key);
    if (!gone)
        return;
    m_keys.removeAll(key);
    QWidgetList widgets{gone->label};
    for (FactValue *value : std::as_const(gone->values))
        widgets.append(value);
    if (gone->copy)
        widgets.append(gone->copy);
    for (QWidget *widget : std::as_const(widgets)) {
        m_grid->removeWidget(widget);
        widget->hide();     // without its parent it would walk through every widget of the window
        widget->deleteLater();
    }
}

void FactTable::clear()
{
    const QStringList all = m_keys;
    for (const QString &key : all)
        removeFact(key);
    m_next = m_first;
}

ConditionList::ConditionList(QWidget *parent) : QWidget(parent), m_rows(new QVBoxLayout)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    auto *head = new QHBoxLayout;
    m_title = new Label(tr("Conditions"), Type::CaptionStrong, Token::Text2, this);
    head->addWidget(m_title);
    head->addStretch();
    m_summary = new Label({}, Type::Caption, Token::Text2, this);
    head->addWidget(m_summary);
    column->addLayout(head);
    m_rows->setSpacing(0);
    column->addLayout(m_rows);
    setAccessibleName(tr("Conditions"));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
}

void ConditionList::setTitle(const QString &title)
{
    m_title->setText(title);
    setAccessibleName(title);
}

void ConditionList::setConditions(const QList<ConditionFact> &conditions, const QString &summary)
{
    m_summary->setText(summary);
    m_conditions = conditions;
    while (m_rows->count() > conditions.size()) {
        QLayoutItem *item = m_rows->takeAt(m_rows->count() - 1);
        delete item->widget();
        delete item;
    }
    while (m_rows->count() < conditions.size())
        m_rows->addWidget(new ConditionRow(this));
    int typeWidth = 0;
    const QFontMetrics fm(typeFont(Type::Body));
    for (const ConditionFact &condition : conditions)
        typeWidth = qMax(typeWidth, fm.horizontalAdvance(condition.type));
    for (int i = 0; i < conditions.size(); ++i)
        static_cast<ConditionRow *>(m_rows->itemAt(i)->widget())->setCondition(conditions.at(i), typeWidth);
}

}
