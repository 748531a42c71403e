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
    const bool same = fact.text == m_fact.text && fact.is == m_fact.is && fact.mono == m_fact.mono && fact.reason == m_fact.reason && fact.state == m_fact.state;
    if (same && !accessibleName().isEmpty())
        return;
    m_fact = fact;
    setText(fact.text);
    setType(fact.mono ? Type::Mono : Type::Body);
    setToken(fact.is == Fact::Is::Value ? Token::Text : Token::Text2);
    setToolTip(fact.reason);
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
    const bool loud = m_fact.state && network::isProblem(*m_fact.state);
    const QColor color = !isEnabled() ? t[Token::Text3] : m_drift ? t[Token::Warn] : loud ? t[stateWordToken(*m_fact.state)] : t[m_fact.is == Fact::Is::Value ? Token::Text : Token::Text2];
    painter.setFont(font);
    painter.setPen(color);
    const QFontMetrics fm(font);
    const QString shown = m_fact.mono ? elideId(fm, this->text(), text.width()) : fm.elidedText(this->text(), Qt::ElideRight, text.width());
    painter.drawText(text, Qt::AlignVCenter | Qt::TextSingleLine | (Qt::AlignAbsolute | (rtl ? Qt::AlignRight : Qt::AlignLeft)), shown);
    if (hasFocus())
        style::focusRing(&painter, rect(), metrics::kRadiusControl, t[Token::Accent]);
}

void FactValue::keyPressEvent(QKeyEvent *event)
{
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
};

FactTable::FactTable(const QString &title, QWidget *parent) : QWidget(parent), m_grid(new QGridLayout(this))
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
    }
    ++m_next;
    m_grid->addWidget(new Hairline(Qt::Horizontal, this), m_next++, 0, 1, -1);
}

FactTable::Row &FactTable::row(const QString &key, const QString &label, int values)
{
    if (const auto known = m_rows.constFind(key); known != m_rows.constEnd()) {
        (*known)->label->setText(label);
        return **known;
    }
    auto made = std::make_shared<Row>();
    made->label = new Label(label, Type::Body, Token::Text2, this);
    m_grid->addWidget(made->label, m_next, 0);
    for (int i = 0; i < values; ++i) {
        const QString name = m_headers.isEmpty() ? label : QString(label + u", "_s + m_headers.value(i));
        auto *value = new FactValue(name, this);
        if (!m_headers.isEmpty())
            value->setContentsMargins(8, 0, 0, 0);
        m_grid->addWidget(value, m_next, i + 1);
        made->values.append(value);
    }
    ++m_next;
    m_keys.append(key);
    m_rows.insert(key, made);
    return *made;
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
    m_grid->setColumnMinimumWidth(0, width);
}

void FactTable::setFact(const QString &key, const QString &label, const Fact &fact)
{
    Row &r = row(key, label, 1);
    r.values.first()->setFact(fact);
    const bool copy = fact.mono && fact.is == Fact::Is::Value;
    if (copy && !r.copy) {
        r.copy = new CopyButton(label, this);
        int at = 0, column = 0, rows = 0, columns = 0;
        m_grid->getItemPosition(m_grid->indexOf(r.label), &at, &column, &rows, &columns);
        m_grid->addWidget(r.copy, at, 2);
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

void FactTable::removeFact(const QString &key)
{
    const std::shared_ptr<Row> gone = m_rows.take(key);
    if (!gone)
        return;
    m_keys.removeAll(key);
    delete gone->label;
    qDeleteAll(gone->values);
    delete gone->copy;
}

void FactTable::clear()
{
    const QStringList all = m_keys;
    for (const QString &key : all)
        removeFact(key);
}

ConditionList::ConditionList(QWidget *parent) : QWidget(parent), m_rows(new QVBoxLayout)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    auto *head = new QHBoxLayout;
    head->addWidget(new Label(tr("Conditions"), Type::CaptionStrong, Token::Text2, this));
    head->addStretch();
    m_summary = new Label({}, Type::Caption, Token::Text2, this);
    head->addWidget(m_summary);
    column->addLayout(head);
    m_rows->setSpacing(0);
    column->addLayout(m_rows);
    setAccessibleName(tr("Conditions"));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
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
