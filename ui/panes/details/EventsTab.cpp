// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/details/EventsTab.h"

#include "models/core/Async.h"
#include "models/core/Format.h"
#include "models/core/Json.h"
#include "models/items/ObjectHistory.h"
#include "ui/panes/details/KeptRows.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/StatePage.h"

#include <QHeaderView>
#include <QStackedLayout>
#include <QTreeWidget>

namespace qd::ui {

using namespace Qt::StringLiterals;

EventsTab::EventsTab(const Clock *clock, QWidget *parent)
    : DetailsTab(parent)
    , m_clock(clock)
    , m_list(new QTreeWidget(this))
    , m_page(new StatePage(this))
{
    auto *layout = new QStackedLayout(this);
    layout->addWidget(m_list);
    layout->addWidget(m_page);
    m_list->setAccessibleName(tr("Events"));
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setIconSize(QSize(14, 14));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setHeaderLabels({tr("Reason"), tr("Message"), tr("Count"), tr("Age")});
    for (const int number : {2, 3})
        m_list->headerItem()->setTextAlignment(number, Qt::AlignRight | Qt::AlignVCenter);
    m_list->header()->setStretchLastSection(false);
    m_list->header()->setSectionResizeMode(0, QHeaderView::Interactive);
    m_list->header()->setSectionResizeMode(1, QHeaderView::Stretch);
    m_list->header()->resizeSection(0, 124);
    for (const int number : {2, 3})   // headings are never cut
        m_list->header()->setSectionResizeMode(number, QHeaderView::ResizeToContents);
    connect(m_page, &StatePage::clicked, this, [this] { m_loading.now(); });
}

void EventsTab::leave()
{
    m_stop.request_stop();
    m_loading.forget();
    m_list->clear();
    m_answered = m_forbidden = false;
    m_object = {};
    m_version.clear();
}

void EventsTab::present(const DetailsSubject &subject)
{
    const ObjectId object = subject.target.object();
    const QString version = json::at(subject.object, u"/metadata/resourceVersion"_s).toString();
    if (object == m_object && version == m_version)
        return;
    if (object != m_object)
        leave();
    m_version = version;
    m_gateway = subject.target.environment ? subject.target.environment->gateway() : nullptr;
    m_object = object;
    m_loading.want();
}

/// No watch tells of events, and many come while the object stays as it is.
void EventsTab::renew()
{
    if (!m_object.name.isEmpty() && !m_forbidden)
        m_loading.want();
}

void EventsTab::load()
{
    m_stop.request_stop();
    m_stop = std::stop_source{};
    const ObjectId object = m_object;
    auto *layout = static_cast<QStackedLayout *>(this->layout());
    if (!m_gateway) {
        m_page->showError({ErrorKind::Network, tr("Events need a connection to %1.").arg(object.cluster)});
        layout->setCurrentWidget(m_page);
        return;
    }
    if (!m_answered) {
        m_page->showLoading(tr("%1: events").arg(object.cluster));
        layout->setCurrentWidget(m_page);
    }
    m_loading.begin();
    whenFinished(m_gateway->events(object, m_stop.get_token()), this, [this, stop = m_stop.get_token()](const Result<QJsonObject> &events) {
        if (stop.stop_requested())
            return;
        m_loading.end();
        adopt(events);
    });
}

void EventsTab::adopt(const Result<QJsonObject> &events)
{
    const QDateTime now = m_clock->now();
    auto *layout = static_cast<QStackedLayout *>(this->layout());
    if (!events && events.error().kind == ErrorKind::Cancelled)
        return;
    m_answered = true;
    m_forbidden = !events && events.error().kind == ErrorKind::Forbidden;
    if (!events) {
        if (events.error().kind == ErrorKind::Forbidden)
            m_page->showForbidden(events.error());
        else
            m_page->showError(events.error());
        layout->setCurrentWidget(m_page);
        return;
    }
    const KeptRows kept(m_list, [](const QTreeWidgetItem *item) { return QString(item->text(0) + u'|' + item->toolTip(1)); });
    m_list->clear();
    const QList<items::HistoryEntry> entries = items::eventsOf(*events);
    for (const items::HistoryEntry &event : entries) {
        auto *item = new QTreeWidgetItem({event.what, event.outcome, formatInteger(event.count), formatAge(event.time, now)});
        const bool warning = event.state == network::State::Degraded;
        item->setIcon(0, warning ? icon(u"state-degraded"_s, Token::Warn) : icon(u"state-ready"_s, Token::Text2));
        item->setData(0, Qt::AccessibleTextRole, u"%1 %2"_s.arg(warning ? tr("Warning") : tr("Normal"), event.what));
        item->setToolTip(0, event.who.isEmpty() ? event.what : tr("%1, reported by %2").arg(event.what, event.who));
        item->setToolTip(1, event.outcome);
        item->setToolTip(3, formatRfc3339(event.time));
        item->setTextAlignment(2, Qt::AlignRight | Qt::AlignVCenter);
        item->setTextAlignment(3, Qt::AlignRight | Qt::AlignVCenter);
        m_list->addTopLevelItem(item);
    }
    kept.restore();
    if (entries.isEmpty()) {
        m_page->showEmpty(tr("No events."), tr("The cluster keeps events for about an hour."));
        layout->setCurrentWidget(m_page);
        return;
    }
    layout->setCurrentWidget(m_list);
}

}
