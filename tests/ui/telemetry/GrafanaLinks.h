// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/ChartCard.h"

#include <QAction>
#include <QDesktopServices>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMenu>
#include <QUrl>
#include <QUrlQuery>

namespace qd::test {

using namespace qd::ui;
using namespace Qt::StringLiterals;

/// Stands in for the browser.
class Browser : public QObject {
    Q_OBJECT
public:
    Browser() { QDesktopServices::setUrlHandler(u"https"_s, this, "open"); }
    ~Browser() override { QDesktopServices::unsetUrlHandler(u"https"_s); }
    QList<QUrl> opened;
public Q_SLOTS:
    void open(const QUrl &url) { opened.append(url); }
};

inline QAction *grafanaOf(const ChartCard *card)
{
    for (QAction *action : card->menu()->actions()) {
        if (action->text() == "Open in Grafana"_L1)
            return action;
    }
    return nullptr;
}

/// What an address of Explore asks for: its only pane.
inline QJsonObject explored(const QUrl &url)
{
    const QByteArray panes = QByteArray::fromPercentEncoding(QUrlQuery(url).queryItemValue(u"panes"_s, QUrl::FullyEncoded).toLatin1());
    return QJsonDocument::fromJson(panes).object().value("qd"_L1).toObject();
}

}
