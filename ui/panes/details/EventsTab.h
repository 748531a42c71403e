// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Clock.h"
#include "models/ports/ResourceGateway.h"
#include "ui/panes/details/DetailsTab.h"
#include "ui/widgets/Throttle.h"

#include <stop_token>

class QTreeWidget;

namespace qd::ui {

class StatePage;

/// The cluster's events of one object, newest first; fetched when the tab is looked at and as the object changes. Cancels on move.
class EventsTab : public DetailsTab {
    Q_OBJECT
public:
    explicit EventsTab(const Clock *clock, QWidget *parent = nullptr);
    void present(const DetailsSubject &subject) override;
    void renew() override;
    void leave() override;

private:
    void load();
    void adopt(const Result<QJsonObject> &events);
    const Clock *m_clock;
    QTreeWidget *m_list;
    StatePage *m_page;
    std::stop_source m_stop;
    bool m_answered = false;    ///< for this object
    bool m_forbidden = false;
    Throttle m_loading{kAgainMs, [this] { load(); }};
    std::shared_ptr<ports::ResourceGateway> m_gateway;
    ObjectId m_object;
    QString m_version;           ///< of the object when its events were asked for
};

}
