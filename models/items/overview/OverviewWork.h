// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/overview/Overview.h"
#include "models/items/overview/TrafficForecast.h"

#include <QCoreApplication>

namespace qd::items::overview {

struct OverviewWords {
    Q_DECLARE_TR_FUNCTIONS(Overview)
};

/// What ends by itself: certificates, which are not a kind of ours, and the secrets of onboarding. Watched for this page.
inline bool isEnding(const network::KindInfo &kind)
{
    return kind.own ? kind.kind == QLatin1StringView("ValidatorOnboarding") : kind.kind == QLatin1StringView("Certificate");
}

/// A store and its rows that are problems by themselves.
struct Overview::Watched {
    state::Environment *environment = nullptr;
    state::ResourceStore *store = nullptr;
    bool node = false;
    bool ending = false;
    bool mayBeHistory = false;   ///< a run or a schedule: another object may say it better
    qsizetype traffic = -1, balance = -1, backup = -1;   ///< columns
    bool schedules = false;
    QHash<QString, state::RowPtr> bad;
    std::vector<Node> nodes;                 ///< of a store of nodes: what this page needs of each row
    QHash<QString, size_t> places;           ///< of nodes, by uid
    QHash<QString, QString> uids;            ///< of nodes, by namespace and name
    Watched();
    ~Watched();
    [[nodiscard]] const network::KindInfo &kind() const { return store->kind(); }
    void adoptNode(const network::Row &row);
    void dropNode(const QString &uid);
    [[nodiscard]] const Node *find(const QString &ns, const QString &name) const;
};

struct Overview::Schedule {
    ObjectId object;           ///< the schedule that counts; no name: there is none
    qint64 every = 0;
    qint64 lastSuccess = 0;
    bool suspended = false;
};

/// What the page needs of a node, read once when its row changes: thousands are looked through at each report.
struct Overview::Node {
    const Watched *watched = nullptr;
    QString uid, ns, name;
    State state = State::Unknown;
    qint64 reported = 0;       ///< last backup, as the node says itself
    std::optional<double> left, balance;
    const Schedule *schedule = nullptr;
    bool placed = false;       ///< its schedule was looked for
    qint64 lastBackup = 0;
    qint64 every = 0;
    Standing standing = Standing::NotDetermined;
    bool wanted = true;        ///< false: no backup is wanted of it now
    Forecast forecast;
    qint64 forecastAt = 0;     ///< 0: to be made
    [[nodiscard]] ObjectId object() const { return {watched->store->cluster(), watched->kind().gvr, ns, name, uid}; }
};

struct Overview::Candidate {
    const Watched *watched = nullptr;
    const network::Row *row = nullptr;
};

/// One report in the making.
struct Overview::Work {
    qint64 now = 0;
    Report report;
    QHash<NodeKey, const network::Row *> lastTry;   ///< the newest failed backup of a node
    QList<Problem> problems;
    int notListed = 0;                       ///< problems that are not in the list
    QHash<QString, More> byKind;             ///< by Gvr::name: all problems
    void count(const network::KindInfo &kind, int problems)
    {
        More &more = byKind[kind.gvr.name()];
        more.pane = kind.pane;
        more.kind = kind.kind;
        more.title = kind.title;
        more.count += problems;
    }
};

}
