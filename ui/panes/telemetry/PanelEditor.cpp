// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/telemetry/PanelEditor.h"

#include "models/network/telemetry/PanelMerge.h"
#include "ui/charts/ChartCard.h"
#include "ui/charts/ChartView.h"
#include "ui/panes/telemetry/MetricNames.h"
#include "ui/panes/telemetry/QueryEdit.h"
#include "ui/shell/ShellContext.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/NoticeBar.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QRegularExpression>
#include <QScrollArea>
#include <QTextBlock>
#include <QToolButton>
#include <QSpinBox>
#include <QTimer>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using network::LegendSide;

namespace {

constexpr int kSoon = 500;
constexpr int kForm = 460;

struct UnitWord {
    const char *id;
    const char *text;
};
constexpr UnitWord kUnits[]{
    {"none", QT_TRANSLATE_NOOP("PanelEditor", "plain numbers")}, {"count", QT_TRANSLATE_NOOP("PanelEditor", "counts")},
    {"percent", QT_TRANSLATE_NOOP("PanelEditor", "percent, 0 to 100")}, {"ratio", QT_TRANSLATE_NOOP("PanelEditor", "ratio, 0 to 1")},
    {"seconds", QT_TRANSLATE_NOOP("PanelEditor", "seconds")}, {"bytes", QT_TRANSLATE_NOOP("PanelEditor", "bytes")},
    {"bytesPerSecond", QT_TRANSLATE_NOOP("PanelEditor", "bytes per second")}, {"perSecond", QT_TRANSLATE_NOOP("PanelEditor", "per second")},
    {"coin", QT_TRANSLATE_NOOP("PanelEditor", "Canton Coin")}, {"dollars", QT_TRANSLATE_NOOP("PanelEditor", "US dollars")},
    {"dateTime", QT_TRANSLATE_NOOP("PanelEditor", "moments, in seconds since 1970")}, {"state", QT_TRANSLATE_NOOP("PanelEditor", "states in words")}};

/// One that is not there yet: known by this while it is written, its id is made of its title.
const QString kNew = u"new"_s;

network::Panel panelOf(const network::Dashboard &dashboard, const QString &id)
{
    if (const network::Panel *panel = dashboard.panel(id))
        return *panel;
    network::Panel out;
    out.id = kNew;
    out.span = 6;
    out.queries.append(network::PanelQuery{});
    return out;
}

std::optional<double> numberIn(const QLineEdit *edit)
{
    bool number = false;
    const double out = edit->text().trimmed().toDouble(&number);
    return number ? std::optional(out) : std::nullopt;
}

QString textOf(std::optional<double> number)
{
    return number ? QString::number(*number, 'g', 15) : QString();
}

std::shared_ptr<MetricNames> namesOf(const QList<items::MetricsOf> &sources)
{
    QList<std::shared_ptr<ports::MetricsSource>> out;
    for (const items::MetricsOf &source : sources)
        out.append(source.source);
    return std::make_shared<MetricNames>(out);
}

void drop(QWidget *row)
{
    row->hide();
    row->deleteLater();
}

/// The dashboard with this panel alone.
network::Dashboard only(network::Dashboard dashboard, const network::Panel &panel)
{
    dashboard.rows = {{{}, {panel}}};
    return dashboard;
}

}

PanelEditor::PanelEditor(const ShellContext &context, const network::Dashboard &dashboard, const QString &panel, const QList<items::MetricsOf> &sources,
                         const QList<items::DashboardNode> &nodes, const items::TimeRange &range, QWidget *parent)
    : DialogFrame(parent), m_context(context), m_dashboard(dashboard), m_before(panelOf(dashboard, panel)), m_session(new items::DashboardSession(context.clock, this)), m_names(namesOf(sources)), m_range(range), m_soon(new QTimer(this)), m_new(panel.isEmpty())
{
    setHeading(m_new ? tr("Add panel") : tr("Edit panel"), {}, dashboard.title);
    setWishedSize({1120, 680});
    auto *sides = new QHBoxLayout;
    sides->setContentsMargins(0, 0, 0, 0);
    sides->setSpacing(0);
    body()->addLayout(sides, 1);
    auto *scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setFixedWidth(kForm);
    auto *form = new QWidget;
    auto *formColumn = new QVBoxLayout(form);
    formColumn->setContentsMargins(20, 16, 20, 16);
    formColumn->setSpacing(12);
    buildForm(formColumn);
    scroll->setWidget(form);
    sides->addWidget(scroll);
    sides->addWidget(new Hairline(Qt::Vertical, this));
    auto *right = new QVBoxLayout;
    right->setContentsMargins(20, 16, 20, 16);
    right->setSpacing(12);
    sides->addLayout(right, 1);
    buildPreview(right);
    QPushButton *cancel = makeButton(tr("Cancel"), ButtonKind::Normal, {}, this);
    m_save = makeButton(m_new ? tr("Add panel") : tr("Save panel"), ButtonKind::Primary, {}, this);
    footerRight()->addWidget(cancel);
    footerRight()->addWidget(m_save);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_save, &QPushButton::clicked, this, &PanelEditor::save);
    m_soon->setSingleShot(true);
    m_soon->setInterval(kSoon);
    connect(m_soon, &QTimer::timeout, this, &PanelEditor::applyNow);
    connect(m_session, &items::DashboardSession::panelChanged, this, &PanelEditor::showAnswer);
    m_session->setInterval(0);
    m_session->setSources(sources);
    m_session->setNodes(nodes);
    m_session->setRange(range);
    m_session->setShown(true);
    fill(m_before);
    applyNow();
}

void PanelEditor::buildForm(QVBoxLayout *column)
{
    m_title = new QLineEdit(this);
    column->addWidget(new FormField(tr("Title"), m_title, {}, false, this));
    m_note = new QLineEdit(this);
    column->addWidget(new FormField(tr("Remark beside it"), m_note, tr("Empty: the step and the number of series."), true, this));
    auto *line = new QHBoxLayout;
    line->setSpacing(12);
    m_unit = new QComboBox(this);
    for (const UnitWord &unit : kUnits)
        m_unit->addItem(tr(unit.text), QString::fromLatin1(unit.id));
    line->addWidget(new FormField(tr("Values are"), m_unit, {}, false, this), 2);
    m_span = new QSpinBox(this);
    m_span->setRange(2, 12);
    line->addWidget(new FormField(tr("Columns of 12"), m_span, {}, false, this), 1);
    m_legend = new QComboBox(this);
    m_legend->addItems({tr("below"), tr("right"), tr("none")});
    line->addWidget(new FormField(tr("Legend"), m_legend, {}, false, this), 1);
    column->addLayout(line);
    m_words = new QLineEdit(this);
    m_words->setPlaceholderText(u"0 = disconnected, 1 = connected"_s);
    m_wordsField = new FormField(tr("Words of the values"), m_words, tr("A number, = and its word, with commas between them."), false, this);
    column->addWidget(m_wordsField);
    column->addWidget(new Label(tr("Queries"), Type::Strong, Token::Text, this));
    m_queryRows = new QVBoxLayout;
    m_queryRows->setSpacing(12);
    column->addLayout(m_queryRows);
    QPushButton *more = makeButton(tr("Add query"), ButtonKind::Ghost, u"plus"_s, this);
    column->addWidget(more, 0, Qt::AlignLeft);
    column->addWidget(new Label(tr("Thresholds"), Type::Strong, Token::Text, this));
    m_thresholdRows = new QVBoxLayout;
    m_thresholdRows->setSpacing(8);
    column->addLayout(m_thresholdRows);
    QPushButton *level = makeButton(tr("Add threshold"), ButtonKind::Ghost, u"plus"_s, this);
    column->addWidget(level, 0, Qt::AlignLeft);
    buildAxis(column);
    column->addStretch(1);
    connect(more, &QPushButton::clicked, this, [this] { addQuery({}); });
    connect(level, &QPushButton::clicked, this, [this] { addThreshold({}); });
    for (QLineEdit *edit : {m_title, m_note, m_words})
        connect(edit, &QLineEdit::textChanged, this, &PanelEditor::changed);
    for (QComboBox *box : {m_unit, m_legend})
        connect(box, &QComboBox::currentIndexChanged, this, &PanelEditor::changed);
    connect(m_span, &QSpinBox::valueChanged, this, &PanelEditor::changed);
    connect(m_unit, &QComboBox::currentIndexChanged, this, [this] { m_wordsField->setVisible(m_unit->currentData() == u"state"_s); });
}

/// Writes a panel into the form; what the form does not have is of m_before.
void PanelEditor::fill(const network::Panel &panel)
{
    m_title->setText(panel.title);
    m_note->setText(panel.note);
    m_unit->setCurrentIndex(std::max(0, m_unit->findData(panel.unit)));
    m_words->setText(network::stateWordsText(panel.words));
    m_wordsField->setVisible(panel.unit == "state"_L1);
    m_span->setValue(panel.span);
    m_legend->setCurrentIndex(int(panel.legend));
    while (!m_queries.isEmpty())
        drop(m_queries.takeLast().row);
    while (!m_thresholds.isEmpty())
        drop(m_thresholds.takeLast().row);
    for (const network::PanelQuery &query : panel.queries)
        addQuery(query);
    for (const network::PanelThreshold &threshold : panel.thresholds)
        addThreshold(threshold);
    m_fromZero->setChecked(panel.fromZero);
    m_log->setChecked(panel.logarithmic);
    m_min->setText(textOf(panel.softMin));
    m_max->setText(textOf(panel.softMax));
    m_alerts->setText(panel.alerts.join(u", "_s));
}

/// How the values are laid out, and whose firing is shown below them.
void PanelEditor::buildAxis(QVBoxLayout *column)
{
    column->addWidget(new Label(tr("Axis"), Type::Strong, Token::Text, this));
    auto *ticks = new QHBoxLayout;
    ticks->setSpacing(16);
    m_fromZero = new QCheckBox(tr("From zero"), this);
    m_log = new QCheckBox(tr("Logarithmic"), this);
    ticks->addWidget(m_fromZero);
    ticks->addWidget(m_log);
    ticks->addStretch(1);
    column->addLayout(ticks);
    auto *ends = new QHBoxLayout;
    ends->setSpacing(12);
    m_min = new QLineEdit(this);
    m_max = new QLineEdit(this);
    ends->addWidget(new FormField(tr("Shows down to"), m_min, {}, true, this), 1);
    ends->addWidget(new FormField(tr("Shows up to"), m_max, {}, true, this), 1);
    column->addLayout(ends);
    m_alerts = new QLineEdit(this);
    column->addWidget(new FormField(tr("Alerts on its axis"), m_alerts, tr("Names with commas between them. * is any alert of the nodes in the chart."), true, this));
    for (QCheckBox *box : {m_fromZero, m_log})
        connect(box, &QCheckBox::toggled, this, &PanelEditor::changed);
    for (QLineEdit *edit : {m_min, m_max, m_alerts})
        connect(edit, &QLineEdit::textChanged, this, &PanelEditor::changed);
}

void PanelEditor::buildPreview(QVBoxLayout *column)
{
    m_failed = new NoticeBar(network::State::Failed, {}, {}, this);
    m_failed->setRounded(true);
    m_failed->hide();
    column->addWidget(m_failed);
    m_preview = new ChartCard(nullptr, this);
    m_preview->setMinimumHeight(320);
    column->addWidget(m_preview, 1);
    m_check = new Label({}, Type::Body, Token::Text2, this);
    m_check->setWordWrap(true);
    m_check->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_check->setAccessibleName(tr("What the server says of the queries"));
    column->addWidget(m_check);
    m_where = new ElidedLabel({}, Type::Caption, Token::Text2, Qt::ElideMiddle, this);
    column->addWidget(m_where);
    showWhere();
}

void PanelEditor::showWhere()
{
    const QString where = m_dashboard.own ? m_dashboard.path : QString(m_context.dashboards->folder() + u'/' + m_dashboard.id + u".yaml"_s);
    m_where->setText(m_dashboard.own ? tr("Saved in %1; what else it says stays as it is written.").arg(where) : tr("Saved in a copy of the dashboard: %1").arg(where));
}

void PanelEditor::addQuery(const network::PanelQuery &query)
{
    Query out;
    out.row = new QWidget(this);
    auto *column = new QVBoxLayout(out.row);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    out.expr = new QueryEdit(query.expr, out.row);
    out.expr->setNames(m_names);
    connect(out.expr, &QueryEdit::namesWanted, this, [this] {
        const double now = double(m_context.clock->now().toSecsSinceEpoch());
        m_names->ask(m_range.start(now), m_range.end(now));
    });
    out.expr->setPlaceholderText(u"sum by (namespace, pod) (up)"_s);
    out.expr->setAccessibleName(tr("Query (PromQL)"));
    column->addWidget(out.expr);
    auto *line = new QHBoxLayout;
    line->setSpacing(8);
    auto *label = new Label(tr("Names"), Type::Caption, Token::Text2, out.row);
    line->addWidget(label);
    out.legend = new QLineEdit(query.legend, out.row);
    out.legend->setPlaceholderText(u"{{@node}}"_s);
    out.legend->setAccessibleName(tr("Names of the series; {{label}} is replaced by its value, {{@node}} by the node"));
    out.legend->setToolTip(out.legend->accessibleName());
    line->addWidget(out.legend, 1);
    QToolButton *remove = makeIconButton(u"trash"_s, tr("Remove the query"), out.row);
    line->addWidget(remove);
    column->addLayout(line);
    m_queryRows->addWidget(out.row);
    m_queries.append(out);
    connect(out.expr, &QueryEdit::textChanged, this, &PanelEditor::changed);
    connect(out.legend, &QLineEdit::textChanged, this, &PanelEditor::changed);
    connect(remove, &QToolButton::clicked, this, [this, row = out.row] {
        m_queries.removeIf([row](const Query &one) { return one.row == row; });
        drop(row);
        changed();
    });
}

void PanelEditor::addThreshold(const network::PanelThreshold &threshold)
{
    Threshold out;
    out.row = new QWidget(this);
    auto *line = new QHBoxLayout(out.row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(8);
    out.value = new QLineEdit(threshold.words.isEmpty() ? QString() : QString::number(threshold.value, 'g', 15), out.row);
    out.value->setFixedWidth(80);
    out.value->setPlaceholderText(tr("level"));
    out.value->setAccessibleName(tr("Level of the threshold"));
    out.words = new QLineEdit(threshold.words, out.row);
    out.words->setPlaceholderText(tr("alert above …"));
    out.words->setAccessibleName(tr("Words of the threshold"));
    out.level = new QComboBox(out.row);
    out.level->addItems({tr("critical"), tr("warning")});
    out.level->setCurrentIndex(threshold.critical ? 0 : 1);
    out.level->setAccessibleName(tr("How bad it is"));
    QToolButton *remove = makeIconButton(u"trash"_s, tr("Remove the threshold"), out.row);
    line->addWidget(out.value);
    line->addWidget(out.words, 1);
    line->addWidget(out.level);
    line->addWidget(remove);
    m_thresholdRows->addWidget(out.row);
    m_thresholds.append(out);
    connect(out.value, &QLineEdit::textChanged, this, &PanelEditor::changed);
    connect(out.words, &QLineEdit::textChanged, this, &PanelEditor::changed);
    connect(out.level, &QComboBox::currentIndexChanged, this, &PanelEditor::changed);
    connect(remove, &QToolButton::clicked, this, [this, row = out.row] {
        m_thresholds.removeIf([row](const Threshold &one) { return one.row == row; });
        drop(row);
        changed();
    });
}

network::Panel PanelEditor::panel() const
{
    network::Panel out = m_before;
    out.title = m_title->text().trimmed();
    out.note = m_note->text().trimmed();
    out.unit = m_unit->currentData().toString() == "none"_L1 ? (m_before.unit.isEmpty() ? QString() : u"none"_s) : m_unit->currentData().toString();
    if (out.unit == "state"_L1)
        out.words = network::stateWordsOf(m_words->text()).value_or(QMap<double, QString>());
    out.span = m_span->value();
    out.legend = LegendSide(m_legend->currentIndex());
    out.queries.clear();
    for (const Query &query : m_queries) {
        if (const QString expr = query.expr->toPlainText().trimmed(); !expr.isEmpty())
            out.queries.append({expr, query.legend->text().trimmed()});
    }
    out.thresholds.clear();
    for (const Threshold &threshold : m_thresholds) {
        if (!threshold.words->text().trimmed().isEmpty())
            out.thresholds.append({threshold.value->text().toDouble(), threshold.words->text().trimmed(), threshold.level->currentIndex() == 0});
    }
    out.fromZero = m_fromZero->isChecked();
    out.logarithmic = m_log->isChecked();
    out.softMin = numberIn(m_min);
    out.softMax = numberIn(m_max);
    out.alerts.clear();
    const QStringList alerts = m_alerts->text().split(u',', Qt::SkipEmptyParts);
    for (const QString &alert : alerts) {
        if (const QString name = alert.trimmed(); !name.isEmpty() && !out.alerts.contains(name))
            out.alerts.append(name);
    }
    return out;
}

QString PanelEditor::problemOfAxis() const
{
    for (const QLineEdit *edit : {m_min, m_max}) {
        if (!edit->text().trimmed().isEmpty() && !numberIn(edit))
            return tr("\"%1\" is no number; an axis ends at one.").arg(edit->text());
    }
    const std::optional<double> low = numberIn(m_min), high = numberIn(m_max);
    if (low && high && *low >= *high)
        return tr("The axis would begin at %1, above its end.").arg(m_min->text());
    return {};
}

/// What keeps it from being saved; the server's own word on a query does not: it may not be reachable.
QString PanelEditor::problem() const
{
    const network::Panel panel = this->panel();
    if (panel.title.isEmpty())
        return tr("It has no title.");
    if (panel.queries.isEmpty())
        return tr("It has no query.");
    if (panel.unit == "state"_L1 && panel.words.isEmpty()) {
        QString wrong;
        return network::stateWordsOf(m_words->text(), &wrong) ? tr("Its values have no words.") : tr("\"%1\" is no number with = and a word of its own.").arg(wrong);
    }
    for (const Threshold &threshold : m_thresholds) {
        bool number = false;
        (void)threshold.value->text().toDouble(&number);
        if (!number && !(threshold.value->text().isEmpty() && threshold.words->text().isEmpty()))
            return tr("\"%1\" is no number; a threshold stands at one.").arg(threshold.value->text());
        if (number && threshold.words->text().trimmed().isEmpty())
            return tr("The threshold at %1 has no words.").arg(threshold.value->text());
    }
    if (const QString axis = problemOfAxis(); !axis.isEmpty())
        return axis;
    QStringList known, several;
    for (const network::DashboardVariable &variable : m_dashboard.variables) {
        known.append(variable.name);
        if (variable.multiple)
            several.append(variable.name);
    }
    for (const network::PanelQuery &query : panel.queries) {
        const QStringList used = network::variablesOf(query.expr);
        for (const QString &name : used) {
            if (!known.contains(name))
                return tr("There is no variable \"%1\" in this dashboard.").arg(name);
        }
        if (const QString wrong = network::variableBehindEquals(query.expr, several); !wrong.isEmpty())
            return tr("$%1 may be several values: they stand behind =~ or !~.").arg(wrong);
    }
    return {};
}

void PanelEditor::changed()
{
    const QString why = problem();
    m_save->setEnabled(why.isEmpty() && !m_saving);
    m_save->setToolTip(plainTip(why));
    footerText()->setText(why);
    m_soon->start();
}

void PanelEditor::applyNow()
{
    m_soon->stop();
    const network::Panel panel = this->panel();
    m_session->setDashboard(only(m_dashboard, panel));
    m_session->setVisiblePanels({{panel.id, std::max(300, int(m_preview->view()->plotArea().width()))}});
    m_preview->setLegend(panel.legend == LegendSide::None ? ChartCard::Legend::None : ChartCard::Legend::Below);
    showAnswer();
}

void PanelEditor::showAnswer()
{
    items::ChartData data = m_session->data(m_before.id);
    const bool nothing = panel().queries.isEmpty();
    if (nothing)
        data.loading = data.waiting = false;    // nobody is asked
    m_preview->setData(data);
    const bool refused = data.error && data.error->kind == ErrorKind::Invalid;
    m_check->setToken(data.error ? Token::Bad : Token::Text2);
    if (data.error)
        m_check->setText(data.error->text());
    else if (nothing)
        m_check->setText(tr("What a query gives is shown above as it is written."));
    else if (m_session->sources().isEmpty())
        m_check->setText(tr("No Prometheus is there to check the queries."));
    else if (data.waiting)
        m_check->setText(tr("Asking…"));
    else if (!data.missing.isEmpty())
        m_check->setText(data.missing);
    else
        m_check->setText(tr("%n series.", nullptr, int(data.lines.size()) + data.left));
    markError(refused ? data.error->text() + u' ' + data.error->detail : QString());
}

/// Underlines what the server could not read: "1:14: parse error: …" is line and column of the first query that is asked as written.
void PanelEditor::markError(const QString &message)
{
    static const QRegularExpression place(u"(\\d+):(\\d+): parse error"_s);
    const QRegularExpressionMatch match = place.match(message);
    for (qsizetype i = 0; i < m_queries.size(); ++i) {
        QueryEdit *edit = m_queries.at(i).expr;
        QList<QTextEdit::ExtraSelection> marks;
        // Behind a variable the server's columns are not those of what is written here.
        const bool asWritten = match.hasMatch() && m_queries.size() == 1
            && !edit->toPlainText().section(u'\n', 0, match.captured(1).toInt() - 1).left(match.captured(2).toInt()).contains(u'$');
        const QTextBlock line = asWritten ? edit->document()->findBlockByNumber(match.captured(1).toInt() - 1) : QTextBlock();
        if (line.isValid()) {
            QTextEdit::ExtraSelection mark;
            mark.cursor = QTextCursor(line);
            mark.cursor.setPosition(line.position() + std::clamp(match.captured(2).toInt() - 1, 0, std::max(0, line.length() - 2)));
            mark.cursor.movePosition(QTextCursor::EndOfWord, QTextCursor::KeepAnchor);
            if (!mark.cursor.hasSelection())
                mark.cursor.movePosition(QTextCursor::PreviousCharacter, QTextCursor::KeepAnchor);
            mark.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
            mark.format.setUnderlineColor(tokens(this)[Token::Bad]);
            marks.append(mark);
        }
        edit->setExtraSelections(marks);
    }
}

}
