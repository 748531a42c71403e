// SPDX-License-Identifier: GPL-3.0-or-later
// What the page of the map is made of, and its actions.
#include "ui/panes/map/MapPane.h"

#include "ui/panes/details/DetailsPane.h"
#include "ui/panes/map/MapLegend.h"
#include "ui/panes/map/MapView.h"
#include "ui/shell/Popup.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/StatePage.h"

#include <QBoxLayout>
#include <QClipboard>
#include <QGuiApplication>
#include <QScrollArea>
#include <QSplitter>

namespace qd::ui {

using namespace Qt::StringLiterals;

void MapPane::buildBar(QVBoxLayout *layout)
{
    auto *bar = new QWidget(m_page);
    bar->setFixedHeight(metrics::kPageBar);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(metrics::kPageEdge, 0, 16, 0);
    row->setSpacing(8);
    row->addWidget(new Label(tr("Map"), Type::Heading, Token::Text, bar));
    row->addSpacing(6);
    m_counts = new ElidedLabel({}, Type::Body, Token::Text2, Qt::ElideRight, bar);
    row->addWidget(m_counts, 1);
    m_find = new FilterField(bar);
    m_find->setPlaceholderText(tr("Find a node"));
    m_find->setAccessibleName(tr("Find a node on the map"));
    m_find->setMinimumWidth(120);
    m_find->setMaximumWidth(220);
    m_find->installEventFilter(this);
    row->addWidget(m_find, 1);
    m_latency = new PillButton(tr("Show latency"), bar);
    row->addWidget(m_latency);
    m_problems = new PillButton(tr("Problems only"), bar);
    row->addWidget(m_problems);
    m_primary = makeButton(tr("Connect…"), ButtonKind::Primary, u"link"_s, bar);
    row->addWidget(m_primary);
    layout->addWidget(bar);
    m_tabsHost = new QVBoxLayout;
    layout->addLayout(m_tabsHost);
    layout->addWidget(new Hairline(Qt::Horizontal, m_page));
    connect(m_find, &FilterField::filterEdited, this, &MapPane::refresh);
    connect(m_problems, &QPushButton::toggled, this, &MapPane::refresh);
    connect(m_latency, &QPushButton::toggled, this, &MapPane::refresh);
    connect(m_primary, &QPushButton::clicked, this, &MapPane::connectNodes);
    connect(m_actions, &ActionRegistry::refreshed, this, &MapPane::updatePrimary);
}

void MapPane::buildBody(QVBoxLayout *layout)
{
    m_splitter = new QSplitter(Qt::Horizontal, m_page);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(1);
    auto *drawing = new QWidget(m_splitter);
    auto *column = new QVBoxLayout(drawing);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_state = new StatePage(drawing);
    m_state->setClock(m_context.clock);
    column->addWidget(m_state->takeBusyBar());
    column->addWidget(m_state, 1);
    m_scroll = new QScrollArea(drawing);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setBackgroundRole(QPalette::Window);
    m_view = new MapView;
    m_scroll->setWidget(m_view);
    m_scroll->installEventFilter(this);
    column->addWidget(m_scroll, 1);
    column->addWidget(new Hairline(Qt::Horizontal, drawing));
    m_legend = new MapLegend(drawing);
    column->addWidget(m_legend);
    m_details = new DetailsPane(m_context, m_actions, m_splitter);
    m_details->hide();
    m_splitter->addWidget(drawing);
    m_splitter->addWidget(m_details);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setStretchFactor(1, 0);
    layout->addWidget(m_splitter, 1);
    connect(m_view, &MapView::currentChanged, this, &MapPane::updateTargets);
    connect(m_view, &MapView::openWanted, this, &MapPane::openCurrent);
    connect(m_view, &MapView::closeWanted, this, &MapPane::closeDetails);
    connect(m_view, &MapView::listWanted, this, [this] { showMap(false); });
    connect(m_view, &MapView::menuWanted, this, &MapPane::showMenu);
    connect(m_view, &MapView::seeWanted, this, [this](const QRect &part) { m_scroll->ensureVisible(part.center().x(), part.center().y(), part.width() / 2, part.height() / 2); });
    connect(m_details, &DetailsPane::closeWanted, this, &MapPane::closeDetails);
    connect(m_details, &DetailsPane::placeToggled, this, [this] {
        const bool below = m_splitter->orientation() == Qt::Vertical;
        m_splitter->setOrientation(below ? Qt::Horizontal : Qt::Vertical);
        m_details->setBelow(!below);
        m_context.settings->setValue(u"map/detailsBelow"_s, !below);
        applySplit();
    });
    connect(m_details, &DetailsPane::maximizeToggled, this, [this, drawing](bool alone) {
        drawing->setVisible(!alone);
        m_details->focusTab();
    });
    connect(m_details, &DetailsPane::objectWanted, this, [this](const ObjectId &object) {
        if (m_view->itemOf(object) == MapView::Item())
            Q_EMIT objectWanted(object);
        else
            (void)openObject(object);
    });
    connect(m_details, &DetailsPane::changeWanted, this, &Pane::changeWanted);
    connect(m_state, &StatePage::clicked, this, [this](StatePage::Button button) { onStateButton(int(button)); });
}

void MapPane::onStateButton(int button)
{
    switch (StatePage::Button(button)) {
    case StatePage::Button::ClearFilter:
        m_problems->setChecked(false);
        break;
    case StatePage::Button::CopyRequest:
        QGuiApplication::clipboard()->setText(m_error.text());
        break;
    case StatePage::Button::Cancel:
        m_notWaiting = true;
        updatePage();
        break;
    case StatePage::Button::Details: {
        auto *panel = new Popup(tr("Details of the error"), this);
        panel->setFixedWidth(560);
        QStringList lines{m_error.text(), m_error.detail};
        lines.removeAll(QString());
        auto *text = new Label(lines.join(u"\n\n"_s), Type::Body, Token::Text, panel);
        text->setWordWrap(true);
        text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        panel->body()->addWidget(text);
        panel->popupCentered();
        break;
    }
    default:
        m_notWaiting = false;
        if (QAction *again = m_actions->action(u"list.refresh"_s))
            again->trigger();
    }
}

void MapPane::registerActions()
{
    // The lists have made them: they act in the page that is on screen.
    const auto share = [this](const QString &id, auto call) {
        if (m_actions->action(id))
            m_actions->share({id, {}}, m_page, call);
    };
    share(u"list.filter"_s, [this] {
        m_find->setFocus(Qt::ShortcutFocusReason);
        m_find->selectAll();
    });
    share(u"list.problems"_s, [this] { m_problems->toggle(); });
    share(u"list.pin"_s, [this] { Q_EMIT m_details->placeToggled(); });
    share(u"list.alone"_s, [this] {
        if (m_details->isVisible())
            m_details->setMaximized(!m_details->maximized());
    });
    share(u"list.refresh"_s, [this] {
        for (state::Environment *environment : m_context.environments) {
            for (state::ResourceStore *store : environment->stores()) {
                if (m_nodes.shows(store->kind()))
                    store->retryNow();
            }
        }
        refresh();
    });
    m_actions->share({u"map.lists"_s, tr("Map or its lists"), u"map"_s, {QKeySequence(u"M"_s)}, u"list"_s}, this, [this] { showMap(!m_onMap); });
    const QList<QAction *> all = m_actions->actions();
    for (QAction *action : all) {
        if (action->objectName().startsWith("change."_L1) || action->objectName().startsWith("object."_L1))
            m_view->addAction(action);
    }
}

}
