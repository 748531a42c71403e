// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/overview/NodeCards.h"

#include "models/core/Format.h"
#include "models/items/overview/Overview.h"
#include "models/items/overview/ProblemWords.h"
#include "ui/theme/Metrics.h"
#include "ui/widgets/Charts.h"
#include "ui/widgets/Faces.h"
#include "ui/widgets/Label.h"

#include <QCoreApplication>
#include <QHBoxLayout>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::overview::AvailabilityLine;
using items::overview::Report;
using items::overview::TrafficLine;

namespace {

constexpr int kNameWidth = 190;
constexpr int kPitch = 11;
constexpr int kCell = 8;
constexpr int kCellHeight = 16;
constexpr double kTarget = 0.001;        ///< 99.9 %
constexpr double kHardly = 0.02;         ///< of a cell: as good as nothing is known of it
constexpr double kNearlyAll = 0.95;
constexpr double kWhole = 0.99995;       ///< no moment that was looked at was an outage
constexpr double kBad = 0.98;            ///< below: half an hour a day
constexpr qint64 kMonth = 30 * 86400;

}

QList<ObservedWindow> ObservedWindow::all()
{
    const auto tr = [](const char *text) { return QCoreApplication::translate("ObservedWindow", text); };
    return {{u"24h"_s, tr("Last 24 hours"), tr("24 hours, one cell an hour"), 24, 86400},
            {u"7d"_s, tr("Last 7 days"), tr("7 days, one cell in 6 h"), 28, 7 * 86400},
            {u"30d"_s, tr("Last 30 days"), tr("30 days, one cell a day"), 30, 30 * 86400},
            {u"90d"_s, tr("Last 90 days"), tr("90 days, one cell in 3 d"), 30, 90 * 86400}};
}

AvailabilityCells::AvailabilityCells(QWidget *parent) : QWidget(parent)
{
    setAccessibleRole(this, QAccessible::Graphic);
    setAccessibleName(tr("Availability by day: not determined"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void AvailabilityCells::setCells(const QList<state::Availability::Cell> &cells)
{
    if (cells == m_cells)
        return;
    m_cells = cells;
    int known = 0, down = 0;
    for (const state::Availability::Cell &cell : cells) {
        known += cell.known > kHardly;
        down += cell.known > kHardly && cell.up < kWhole;
    }
    setAccessibleName(known == 0 ? tr("Availability by day: not determined") : tr("Availability: %1 of %2 cells known, %3 with an outage").arg(known).arg(cells.size()).arg(down));
    update();
}

void AvailabilityCells::setCount(int count)
{
    m_count = count;
    updateGeometry();
    update();
}

QSize AvailabilityCells::sizeHint() const
{
    return {m_count * kPitch, kCellHeight + 2};
}

QSize AvailabilityCells::minimumSizeHint() const
{
    return {m_count * 4, kCellHeight + 2};
}

void AvailabilityCells::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const qreal pitch = std::min<qreal>(kPitch, qreal(width()) / m_count);
    const qreal side = std::min<qreal>(kCell, pitch - 2);
    for (int i = 0; i < m_count; ++i) {
        const QRectF box(std::floor(i * pitch) + 0.5, (height() - kCellHeight) / 2.0 + 0.5, side - 1, kCellHeight - 1);
        paintCell(painter, isRightToLeft() ? QRectF(width() - box.right(), box.y(), box.width(), box.height()) : box, m_cells.value(i));
    }
}

/// Height says it too: an outage stands above the others.
void AvailabilityCells::paintCell(QPainter &painter, const QRectF &box, const state::Availability::Cell &cell) const
{
    const Tokens t = tokens(this);
    if (cell.known < kNearlyAll) {
        QPen pen(t[Token::Edge], 1);
        pen.setDashPattern({1.6, 1.6});
        painter.setPen(pen);
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(box, 2, 2);
    }
    if (cell.known <= kHardly)
        return;
    painter.setPen(Qt::NoPen);
    const bool whole = cell.up >= kWhole;
    painter.setBrush(whole ? mix(t[Token::Base], t[Token::Ok], 0.36) : t[cell.up >= kBad ? Token::Warn : Token::Bad]);
    QRectF fill = box.adjusted(-0.5, whole ? 3.5 : -0.5, 0.5, 0.5);
    // As wide as what is known of it, the end of it last: that is where a history begins.
    if (cell.known < kNearlyAll)
        fill.setLeft(fill.right() - std::max(2.0, fill.width() * cell.known));
    painter.drawRoundedRect(fill, 1.5, 1.5);
}

struct AvailabilityCard::Row {
    ElidedLabel *name;
    AvailabilityCells *cells;
    Label *value;
    Label *budget;
};

AvailabilityCard::~AvailabilityCard() = default;

AvailabilityCard::AvailabilityCard(QWidget *parent)
    : ListCard(tr("Availability against 99.9 %"), 0, parent)
    , m_why(new Label({}, Type::Caption, Token::Text2, this))
{
    addMore(u"nodes"_s);
    m_why->setWordWrap(true);
    m_why->setContentsMargins(metrics::kCard, 6, metrics::kCard, 14);
    body()->addWidget(m_why);
}

void AvailabilityCard::setReport(const Report &report, const ObservedWindow &window)
{
    setRemark(window.cells);
    const QList<JumpRow *> rows = m_rows.take(report.availability.size(), [this] {
        JumpRow *row = addRow();
        row->line()->setSpacing(12);
        Row parts{quietLabel(row, Type::Body, Token::Text), new AvailabilityCells(row), columnLabel(row, Type::Body, Token::Text2, 0), columnLabel(row, Type::Body, Token::Text2, 0)};
        parts.name->setFixedWidth(kNameWidth * row->fontMetrics().height() / 16 - 12);
        row->line()->addWidget(parts.name);
        row->line()->addWidget(parts.cells);
        row->line()->addStretch(1);
        row->line()->addWidget(parts.value);
        row->line()->addWidget(parts.budget);
        m_parts.insert(row, parts);
        return row;
    });
    const QString why = items::overview::availabilityWhy(report);
    const QString allowed = tr("%1 allowed").arg(formatAge(qint64(double(window.seconds) * kTarget)));
    for (qsizetype i = 0; i < rows.size(); ++i) {
        const AvailabilityLine &line = report.availability.at(i);
        const Row parts = m_parts.value(rows.at(i));
        lead(rows.at(i), line.object);
        parts.name->setText(line.object.name);
        parts.cells->setCount(window.count);
        const std::optional<double> share = line.measured ? line.measured->share() : std::nullopt;
        parts.cells->setCells(share ? line.measured->cells : QList<state::Availability::Cell>());
        const QString value = items::overview::shareText(line), budget = share || !line.target ? items::overview::budgetText(line) : allowed;
        const bool over = share && line.target && line.measured->budgetLeft() < 0;
        parts.value->setText(value);
        parts.value->setType(share ? Type::Strong : Type::Body);
        parts.value->setToken(over ? Token::Bad : share ? Token::Text : Token::Text2);
        parts.budget->setText(budget);
        parts.budget->setToken(over ? Token::Bad : Token::Text2);
        if (!share) {
            rows.at(i)->setToolTip(tr("%1 in %2: not determined. %3").arg(line.object.name, line.object.cluster, line.why.isEmpty() ? why : line.why));
            rows.at(i)->setAccessibleName(tr("%1, availability not determined, %2").arg(line.object.name, budget));
            continue;
        }
        rows.at(i)->setToolTip(tr("%1 in %2: available %3 of the time that is known, which is %4 of %5. Not available for %6.")
                                   .arg(line.object.name, line.object.cluster, value, formatAge(qint64(line.measured->knownSeconds())),
                                        formatAge(qint64(line.measured->seconds())), formatAge(qint64(line.measured->downSeconds()))));
        rows.at(i)->setAccessibleName(tr("%1, available %2, %3").arg(line.object.name, value, budget));
    }
    // Two columns, as wide as their longest words; the cells give way.
    for (Label *Row::*column : {&Row::value, &Row::budget}) {
        int widest = 0;
        for (JumpRow *row : rows)
            widest = std::max(widest, (m_parts.value(row).*column)->sizeHint().width());
        for (JumpRow *row : rows)
            (m_parts.value(row).*column)->setMinimumWidth(widest);
    }
    showMore(report.availabilityMore > 0, tr("and %n more node(s)", nullptr, report.availabilityMore));
    m_why->setText(!report.availability.isEmpty() ? why : report.known() ? tr("There are no nodes yet.") : tr("Not known yet."));
}

struct TrafficCard::Row {
    ElidedLabel *name;
    Meter *meter;
    Label *lasts;
    Label *balance;
};

TrafficCard::~TrafficCard() = default;

TrafficCard::TrafficCard(QWidget *parent)
    : ListCard(tr("Traffic and coin"), 0, parent)
    , m_none(new Label(tr("No node reports traffic or a balance."), Type::Body, Token::Text2, this))
{
    setRemark(tr("runs out first"));
    addMore(u"nodes"_s);
    m_none->setContentsMargins(metrics::kCard, 2, metrics::kCard, 0);
    m_none->setWordWrap(true);
    body()->addWidget(m_none);
    body()->addSpacing(12);
}

void TrafficCard::setReport(const Report &report)
{
    const QList<JumpRow *> rows = m_rows.take(report.traffic.size(), [this] {
        JumpRow *row = addRow();
        Row parts{quietLabel(row, Type::Body, Token::Text), new Meter(tr("Traffic left"), row), columnLabel(row, Type::Strong, Token::Text, 0), columnLabel(row, Type::Body, Token::Text2, 0)};
        parts.meter->setFixedWidth(56);
        row->line()->setSpacing(6);
        row->line()->addWidget(parts.name, 1);
        row->line()->addWidget(parts.meter);
        row->line()->addWidget(parts.lasts);
        row->line()->addWidget(parts.balance);
        m_parts.insert(row, parts);
        return row;
    });
    for (qsizetype i = 0; i < rows.size(); ++i) {
        const TrafficLine &line = report.traffic.at(i);
        const Row parts = m_parts.value(rows.at(i));
        lead(rows.at(i), line.object);
        parts.name->setText(line.object.name);
        parts.meter->setVisible(line.left.has_value());
        if (line.left)
            parts.meter->setPercent(*line.left);
        const bool known = line.lasts.has_value();
        const QString lasts = !known ? tr("unknown") : *line.lasts > kMonth ? tr("> 30 d") : *line.lasts == 0 ? tr("none left") : items::overview::roughly(*line.lasts);
        parts.lasts->setText(lasts);
        parts.lasts->setType(known ? Type::Strong : Type::Body);
        parts.lasts->setToken(!known ? Token::Text2 : *line.lasts < 86400 ? Token::Bad : *line.lasts < 3 * 86400 ? Token::Warn : Token::Text);
        parts.balance->setText(line.balance ? tr("%1 CC").arg(formatNumber(*line.balance, 2)) : QString(QChar(0x2013)));
        const QString left = line.left ? tr("%1 % left").arg(formatNumber(*line.left, 0)) : tr("traffic not reported");
        rows.at(i)->setToolTip(known ? tr("%1 in %2: %3").arg(line.object.name, line.object.cluster, left)
                                     : tr("%1 in %2: %3. When it runs out is not determined: %4").arg(line.object.name, line.object.cluster, left, line.why));
        rows.at(i)->setAccessibleName(tr("%1: %2, runs out: %3, balance %4").arg(line.object.name, left, lasts, parts.balance->text()));
    }
    alignColumn(rows, [this](JumpRow *row) { return m_parts.value(row).lasts; });
    alignColumn(rows, [this](JumpRow *row) { return m_parts.value(row).balance; });
    m_none->setVisible(report.traffic.isEmpty());
    m_none->setText(report.known() ? tr("No node reports traffic or a balance.") : tr("Not known yet."));
    showMore(report.trafficMore > 0, tr("and %n more node(s)", nullptr, report.trafficMore));
}

}
