// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/details/EventsTab.h"

#include "models/core/Async.h"
#include "models/core/Format.h"
#include "models/core/Json.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/StatePage.h"

#include <QHeaderView>
#include <QJsonArray>
#include <QStackedLayout>
#include <QTreeWidget>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

/// Old events have lastTimestamp, new ones eventTime and series (kubernetes.md 2.11).
QDateTime timeOf(const QJsonObject &event)
{
    for (const QString &pointer : {u"/series/lastObservedTime"_s, u"/lastTimestamp"_s, u"/eventTime"_s, u"/metadata/creationTimestamp"_s}) {
        const QDateTime time = QDateTime::fromString(json::at(event, pointer).toString(), Qt::ISODate);
        if (time.isValid())
            return time;
    }
    return {};
}

}

EventsTab::EventsTab(const Clock *clock, QWidget *parent)
    : QWidget(parent)
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
    m_list->header()->resizeSection(2, 50);
    m_list->header()->resizeSection(3, 90);
    connect(m_page, &StatePage::clicked, this, [this](StatePage::Button) {
        load(m_gateway, m_object);
    });
}

void EventsTab::clear()
{
    m_stop.request_stop();
    m_list->clear();
    m_object = {};
}

void EventsTab::load(std::shared_ptr<ports::ResourceGateway> gateway, const ObjectId &object)
{
    m_stop.request_stop();
    m_stop = std::stop_source{};
    m_gateway = std::move(gateway);
    m_object = object;
    auto *layout = static_cast<QStackedLayout *>(this->layout());
    if (!m_gateway) {
        m_page->showError({ErrorKind::Network, tr("Events need a connection to %1.").arg(object.cluster)});
        layout->setCurrentWidget(m_page);
        return;
    }
    m_page->showLoading(tr("%1: events").arg(object.cluster));
    layout->setCurrentWidget(m_page);
    whenFinished(m_gateway->events(object, m_stop.get_token()), this, [this, object](const Result<QJsonObject> &events) {
        if (object == m_object)
            adopt(events);
    });
}

void EventsTab::adopt(const Result<QJsonObject> &events)
{
    const QDateTime now = m_clock->now();
    auto *layout = static_cast<QStackedLayout *>(this->layout());
    if (!events) {
        if (events.error().kind == ErrorKind::Cancelled)
            return;
        if (events.error().kind == ErrorKind::Forbidden)
            m_page->showForbidden(events.error());
        else
            m_page->showError(events.error());
        layout->setCurrentWidget(m_page);
        return;
    }
    m_list->clear();
    const QJsonArray items = events->value("items"_L1).toArray();
    for (const QJsonValue &value : items) {
        const QJsonObject event = value.toObject();
        const QDateTime time = timeOf(event);
        const qint64 count = std::max(event.value("count"_L1).toInteger(1), json::at(event, u"/series/count"_s).toInteger(1));
        auto *item = new QTreeWidgetItem({event.value("reason"_L1).toString(), event.value("message"_L1).toString(),
                                          formatInteger(count), formatAge(time, now)});
        if (event.value("type"_L1).toString() == "Warning"_L1)
            item->setIcon(0, icon(u"state-degraded"_s, Token::Warn));
        else
            item->setIcon(0, icon(u"state-ready"_s, Token::Text2));
        item->setData(0, Qt::AccessibleTextRole, u"%1 %2"_s.arg(event.value("type"_L1).toString(), event.value("reason"_L1).toString()));
        item->setToolTip(1, event.value("message"_L1).toString());
        item->setToolTip(3, formatRfc3339(time));
        item->setTextAlignment(2, Qt::AlignRight | Qt::AlignVCenter);
        item->setTextAlignment(3, Qt::AlignRight | Qt::AlignVCenter);
        m_list->addTopLevelItem(item);
    }
    if (items.isEmpty()) {
        m_page->showEmpty(tr("No events."), tr("The cluster keeps events for about an hour."));
        layout->setCurrentWidget(m_page);
        return;
    }
    layout->setCurrentWidget(m_list);
}

}
