// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/telemetry/LogsPage.h"

#include "models/core/Format.h"
#include "ui/panes/telemetry/LogNodes.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/LogTable.h"
#include "ui/widgets/LogView.h"
#include "ui/widgets/StatePage.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QSplitter>
#include <QTreeWidget>

#include <algorithm>
#include <tuple>

namespace qd::ui {

using namespace Qt::StringLiterals;
using ports::TelemetryPart;

namespace {

/// Choices made one after the other are one.
constexpr int kSoonMs = 150;
constexpr int kRatesMs = 2000;
constexpr int kCountedMs = 300;
/// At the body size of look.md: from here on the tree stands at the left by itself; below, it stands above the lines.
constexpr int kWithTree = 1080;
constexpr int kBeside = 720;
constexpr int kHighEnough = 280;
constexpr int kBodyHeight = 16;
constexpr int kTree = 280;

/// Pods of these kinds are their own.
bool hasNodes(const network::KindInfo &kind)
{
    return items::hasPods(kind) && items::podSelection(kind, {}, u"x"_s).ownerUid.isEmpty();
}

}

QString LogsPage::keyOf(const ObjectId &node)
{
    return node.cluster + u'\n' + node.gvr.name() + u'\n' + node.uid;
}

LogsPage::LogsPage(const ShellContext &context, QWidget *parent)
    : TelemetryPage(parent)
    , m_context(context)
    , m_model(this)
    , m_pods(&m_model, context.bodies, context.clock, this)
    , m_gaps(&m_model, m_pods.session(), context.clock, this)
    , m_reader([this](QList<items::LogLine> lines) {
        m_model.append(std::move(lines));
        hold();
        updatePage();
    }, this)
    , m_soon(this)
    , m_rates(this)
    , m_counted(this)
    , m_clusters(new QComboBox(this))
    , m_nodesButton(new PillButton({}, this))
    , m_podsButton(new PillButton(tr("From the pods"), this))
    , m_traceButton(new PillButton(tr("Its trace in all nodes"), this))
    , m_source(new ElidedLabel({}, Type::Caption, Token::Text2, Qt::ElideRight, this))
    , m_splitter(new QSplitter(Qt::Horizontal, this))
    , m_nodes(new LogNodes(m_splitter))
    , m_view(new LogView(&m_model, m_splitter))
{
    setAccessibleName(tr("Logs"));
    buildBar();
    m_view->page()->setClock(context.clock);
    m_view->setFileName(u"logs.log"_s);
    m_soon.setSingleShot(true);
    m_soon.setInterval(kSoonMs);
    m_rates.setInterval(kRatesMs);
    m_counted.setSingleShot(true);
    m_counted.setInterval(kCountedMs);
    connectParts();
    arrange();
}

LogsPage::~LogsPage() = default;

void LogsPage::buildBar()
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(12, 8, 12, 4);
    bar->setSpacing(8);
    m_clusters->setAccessibleName(tr("Cluster"));
    m_clusters->setToolTip(tr("Of which cluster logs are read"));
    m_clusters->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_nodesButton->setIcon(icon(u"applications"_s));
    m_nodesButton->setToolTip(tr("Which nodes and components are read"));
    m_podsButton->setIcon(icon(u"nodes"_s));
    m_podsButton->setToolTip(tr("Read the pods themselves instead of Loki"));
    m_traceButton->setIcon(icon(u"search"_s));
    for (QWidget *control : {static_cast<QWidget *>(m_clusters), static_cast<QWidget *>(m_nodesButton), static_cast<QWidget *>(m_podsButton),
                             static_cast<QWidget *>(m_traceButton)})
        bar->addWidget(control);
    bar->addWidget(m_source, 1);
    bar->addStretch();
    column->addLayout(bar);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(1);
    m_splitter->addWidget(m_nodes);
    m_splitter->addWidget(m_view);
    m_splitter->setStretchFactor(0, 0);
    m_splitter->setStretchFactor(1, 1);
    column->addWidget(m_splitter, 1);
    setFocusProxy(m_view);
}

void LogsPage::connectParts()
{
    connect(&m_soon, &QTimer::timeout, this, &LogsPage::restart);
    connect(&m_rates, &QTimer::timeout, this, &LogsPage::updateRates);
    connect(m_view->table(), &LogTable::gapWanted, &m_gaps, &items::LogGaps::load);
    connect(&m_counted, &QTimer::timeout, this, &LogsPage::updateRates);
    connect(&m_model, &items::LogModel::countsChanged, this, [this] {
        if (m_shown && !m_counted.isActive())
            m_counted.start();
    });
    connect(&m_pods, &items::NodeLogs::changed, this, &LogsPage::podsChanged);
    connect(&m_model, &items::LogModel::countsChanged, this, &LogsPage::updatePage);
    connect(m_view, &LogView::pauseWanted, this, [this](bool paused) {
        m_viewPaused = paused;
        m_pausedAt = m_context.clock->now();
        hold();
        showPause();
        updateRates();
        if (!paused)
            levelsChanged();
    });
    connect(m_view, &LogView::levelsChanged, this, &LogsPage::levelsChanged);
    connect(m_view, &LogView::searchWanted, this, &LogsPage::search);
    connect(m_view->table()->selectionModel(), &QItemSelectionModel::currentChanged, this, &LogsPage::updateTrace);
    connect(m_view->page(), &StatePage::clicked, this, [this](StatePage::Button button) {
        if (button == StatePage::Button::ClearFilter && m_nodes->chosenNodes().isEmpty())
            return m_nodes->chooseAll();
        button == StatePage::Button::ClearFilter ? m_view->clearFilters() : refresh();
    });
    connect(m_clusters, &QComboBox::currentIndexChanged, this, [this] {
        takeObjects({});
        m_watch.reset();
        fillNodes();
        m_soon.start();
    });
    connect(m_nodes, &LogNodes::componentsWanted, this, &LogsPage::learnComponents);
    connect(m_nodes, &LogNodes::chosenChanged, this, [this] {
        m_text.clear();
        m_traceButton->setChecked(false);
        arrange();
        m_soon.start();
    });
    connect(m_nodesButton, &QPushButton::clicked, this, [this](bool on) {
        m_treeWanted = on;
        arrange();
        on ? m_nodes->tree()->setFocus() : m_view->focusLines();
    });
    connect(m_podsButton, &QPushButton::clicked, this, [this] { m_soon.start(); });
    connect(m_traceButton, &QPushButton::clicked, this, [this](bool on) {
        const int row = m_view->table()->currentRow();
        if (on && row >= 0 && !m_model.lineAt(row).trace.isEmpty())
            return search(QString::fromUtf8(m_model.lineAt(row).trace));
        m_text.clear();
        m_soon.start();
    });
    connect(m_splitter, &QSplitter::splitterMoved, this, [this] { m_moved = true; });
}

/// The tree at the left where there is room for it and the lines, else on demand: beside them, or above them when it is narrow.
void LogsPage::arrange()
{
    if (std::exchange(m_arranging, true))
        return;
    const int unit = std::max(1, fontMetrics().height());
    const auto atLeast = [unit](int have, int wanted) { return have * kBodyHeight >= wanted * unit; };
    const bool beside = atLeast(width(), kBeside);
    const bool shown = m_treeWanted.value_or(atLeast(width(), kWithTree) && atLeast(height(), kHighEnough));
    const Qt::Orientation orientation = beside ? Qt::Horizontal : Qt::Vertical;
    m_moved = m_moved && !m_nodes->isHidden() && m_splitter->orientation() == orientation;
    m_splitter->setOrientation(orientation);
    m_nodes->setVisible(shown);
    m_nodes->setMinimumWidth(beside ? kTree * unit * 3 / 4 / kBodyHeight : 0);
    m_nodesButton->setChecked(shown);
    if (shown && !m_moved) {
        const int all = beside ? width() : height();
        const int part = beside ? kTree * unit / kBodyHeight : std::min(240 * unit / kBodyHeight, height() / 2);
        m_splitter->setSizes({part, std::max(1, all - part)});
    }
    const QString words = tr("Sources %1").arg(m_nodes->counts());
    m_nodesButton->setAccessibleName(words);
    m_nodesButton->setText(shown && beside ? QString() : words);   // the tree says it itself
    m_arranging = false;
}

void LogsPage::resizeEvent(QResizeEvent *event)
{
    TelemetryPage::resizeEvent(event);
    arrange();
}

void LogsPage::addEnvironment(state::Environment *environment)
{
    m_environments.append(environment);
    if (const auto &telemetry = environment->telemetry())
        connect(telemetry.get(), &ports::Telemetry::changed, this, [this] {
            const state::Environment *now = this->environment();
            if (!m_shown || !now || !now->telemetry() || now->needsSignIn())
                return;
            // Loki was found or lost
            if ((now->telemetry()->logs() != nullptr) == m_wasMissing)
                m_soon.start();
            else if (m_wasMissing && !m_soon.isActive())
                readPods(whyPods(now->telemetry()->state(TelemetryPart::Logs)));
        });
    connect(environment, &state::Environment::signInChanged, this, [this, environment] {
        if (this->environment() != environment)
            return;
        if (environment->needsSignIn())
            forget();       // what was read as somebody is nobody else's
        if (m_shown)
            m_soon.start();
    });
    fillClusters();
}

void LogsPage::removeEnvironment(state::Environment *environment)
{
    const bool read = this->environment() == environment;
    environment->disconnect(this);
    if (const auto &telemetry = environment->telemetry())
        telemetry->disconnect(this);
    if (read)
        forget();
    m_environments.removeOne(environment);
    m_begun.remove(environment->name());
    if (read) {
        takeObjects({});
        m_watch.reset();
    }
    fillClusters();
    if (m_shown && read)
        m_soon.start();
}

state::Environment *LogsPage::environment() const
{
    return m_environments.value(std::max(0, m_clusters->currentIndex()));
}

const ObjectId *LogsPage::object(const QString &key) const
{
    const auto found = std::find_if(m_objects.cbegin(), m_objects.cend(), [&key](const ObjectId &one) { return keyOf(one) == key; });
    return found == m_objects.cend() ? nullptr : &*found;
}

state::RowPtr LogsPage::rowOf(const ObjectId &node) const
{
    const state::Environment *environment = this->environment();
    const network::KindInfo *kind = environment && environment->name() == node.cluster ? environment->kinds().find(node.gvr) : nullptr;
    const state::ResourceStore *store = kind ? environment->known(*kind) : nullptr;
    return store ? store->row(node.uid) : nullptr;
}

void LogsPage::fillClusters()
{
    const QString before = m_clusters->currentText();
    {
        const QSignalBlocker still(m_clusters);
        m_clusters->clear();
        for (const state::Environment *environment : std::as_const(m_environments))
            m_clusters->addItem(environment->name());
        m_clusters->setCurrentIndex(m_environments.isEmpty() ? -1 : std::max(0, m_clusters->findText(before)));
    }
    m_clusters->setVisible(m_environments.size() > 1);
    if (m_shown || m_environments.isEmpty())
        fillNodes();
}

/// True: they are other nodes than before, not only these otherwise.
bool LogsPage::takeObjects(const Rows &rows)
{
    const QString cluster = environment() ? environment()->name() : QString();
    QList<ObjectId> objects;
    objects.reserve(rows.size());
    for (const auto &[kind, row] : rows)
        objects.append({cluster, kind->gvr, row->ns, row->name, row->uid});
    if (objects == m_objects)
        return false;
    m_objects = std::move(objects);
    m_byUid.clear();
    m_byName.clear();
    m_ofPod.clear();
    m_cutOf.clear();
    for (qsizetype i = 0; i < m_objects.size(); ++i) {
        const ObjectId &one = m_objects.at(i);
        for (const QString &name : {QString(one.ns + u'/' + one.name), QString(u'/' + one.name)}) {
            if (!m_byName.contains(name))
                m_byName.insert(name, i);
        }
        m_byUid.insert(one.uid, i);
    }
    return true;
}

LogNodeEntry LogsPage::entryOf(const ObjectId &node, const network::Row &row)
{
    return {keyOf(node), row.name, u"%1, %2, %3"_s.arg(row.name, node.gvr.resource, row.ns), row.state,
            row.phase.isEmpty() ? network::stateWord(row.state) : row.phase};
}

/// Of the kinds whose pods are their own; the kinds are the environment's.
LogsPage::Rows LogsPage::nodeRows() const
{
    Rows rows;
    state::Environment *environment = this->environment();
    if (!environment)
        return rows;
    for (const network::KindInfo &kind : environment->kinds().kinds()) {
        if (!hasNodes(kind))
            continue;
        const state::ResourceStore *store = environment->known(kind);
        for (const state::RowPtr &row : store ? store->rows() : QHash<QString, state::RowPtr>())
            rows.append({&kind, row});
    }
    return rows;
}

/// Each second, of thousands: only what is otherwise is made again.
void LogsPage::fillChanged()
{
    const QSet<QString> uids = m_watch->take();
    for (const QString &uid : uids) {
        const ObjectId &one = m_objects.at(m_byUid.value(uid));
        if (const state::RowPtr row = rowOf(one))
            m_nodes->setNode(entryOf(one, *row));
    }
}

/// The nodes that are known, by name.
void LogsPage::fillNodes()
{
    if (m_watch && m_watch->of(environment()) && !m_watch->others())
        return fillChanged();
    Rows rows = nodeRows();
    m_watch = std::make_unique<state::RowWatch>(environment(), hasNodes);
    std::sort(rows.begin(), rows.end(), [](const auto &a, const auto &b) { return std::tie(a.second->name, a.second->ns, a.second->uid) < std::tie(b.second->name, b.second->ns, b.second->uid); });
    const bool others = takeObjects(rows);
    QList<LogNodeEntry> entries;
    for (qsizetype i = 0; i < rows.size(); ++i)
        entries.append(entryOf(m_objects.at(i), *rows.at(i).second));
    m_nodes->setNodes(entries);
    const bool begins = !entries.isEmpty() && !m_begun.contains(environment()->name());
    if (begins)
        m_begun.insert(environment()->name());
    if (begins && m_nodes->chosenNodes().isEmpty())
        m_nodes->choose(entries.first().key);     // the first node rather than all: pods are read of some
    // of the nodes that are read too, where one is known now whose pods are named alike
    else if (others && m_shown && !entries.isEmpty() && (m_log ? expression() != m_expr : m_nodes->chosenNodes() != m_read))
        m_soon.start();
    arrange();
}

/// As the node's status names them.
void LogsPage::learnComponents(const QString &key)
{
    const ObjectId *one = object(key);
    const state::RowPtr row = one ? rowOf(*one) : nullptr;
    if (!row || !m_context.bodies)
        return;
    const Result<QJsonObject> body = m_context.bodies->open(row->body);
    QStringList names;
    const QJsonArray components = body ? (*body)["status"_L1]["components"_L1].toArray() : QJsonArray();
    for (const QJsonValue &component : components)
        names.append(component["name"_L1].toString());
    m_nodes->addComponents(key, names);
}

void LogsPage::setShown(bool shown)
{
    if (std::exchange(m_shown, shown) == shown)
        return;
    if (!shown) {
        m_soon.stop();
        m_rates.stop();
        m_counted.stop();
        forget();       // what it shows is read anew when it is shown: until then its lines would only take room
        return;
    }
    fillNodes();
    m_rates.start();
    m_soon.start();
}

void LogsPage::setRange(const items::TimeRange &range)
{
    if (std::exchange(m_range, range) == range)
        return;
    m_cutOf.clear();
    if (m_shown)
        m_soon.start();
}

void LogsPage::setUtc(bool utc)
{
    m_model.setUtc(utc);
}

void LogsPage::setPaused(bool paused)
{
    m_panePaused = paused;
    hold();
    if (m_shown)
        updateRates();
    updatePage();
}

void LogsPage::refresh()
{
    if (environment() && environment()->telemetry())
        environment()->telemetry()->look();
    m_podsOf.clear();
    m_soon.start();
}

void LogsPage::setNarrow(bool narrow)
{
    m_source->setVisible(!narrow);
}

void LogsPage::tick()
{
    fillNodes();
}

void LogsPage::enter()
{
    m_view->focusLines();
}

QString LogsPage::source() const
{
    return m_source->text();
}

bool LogsPage::choose(const ObjectId &object)
{
    const auto cluster = std::find_if(m_environments.cbegin(), m_environments.cend(), [&object](const auto *one) { return one->name() == object.cluster; });
    if (cluster == m_environments.cend())
        return false;
    m_clusters->setCurrentIndex(int(cluster - m_environments.cbegin()));
    fillNodes();
    const auto found = std::find_if(m_objects.cbegin(), m_objects.cend(), [&object](const ObjectId &one) {
        return one.gvr == object.gvr && one.ns == object.ns && one.name == object.name;
    });
    if (found == m_objects.cend())
        return false;
    m_nodes->choose(keyOf(*found));
    return true;
}

void LogsPage::search(const QString &text, bool everywhere)
{
    m_text = text;
    m_everywhere = everywhere;
    m_podsButton->setChecked(false);
    m_traceButton->setChecked(true);
    m_soon.start();
}

void LogsPage::updateTrace()
{
    const int row = m_view->table()->currentRow();
    const bool has = row >= 0 && row < m_model.rowCount() && !m_model.lineAt(row).trace.isEmpty();
    m_traceButton->setEnabled(has || m_traceButton->isChecked());
    m_traceButton->setText(m_text.isEmpty() ? tr("Its trace in all nodes") : m_everywhere ? tr("“%1” in all nodes").arg(textShort()) : tr("Only “%1”").arg(textShort()));
    if (!m_text.isEmpty())
        return m_traceButton->setToolTip(plainTip(tr("Only lines with %1 are read. Press to read all lines of the chosen sources.").arg(m_text)));
    m_traceButton->setToolTip(has || m_traceButton->isChecked() ? tr("All lines of this trace, of all nodes") : tr("Choose a line that says its trace"));
}

}
