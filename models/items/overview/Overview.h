// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/Readings.h"
#include "models/items/overview/BackupPolicy.h"
#include "models/items/overview/OverviewReport.h"
#include "models/ports/BodyCodec.h"
#include "models/state/telemetry/Verdicts.h"

#include <QHash>
#include <QObject>
#include <QTimer>

#include <memory>
#include <vector>

namespace qd::items::overview {

/// A node by its name, as other objects point to it. Shares its texts.
struct NodeKey {
    QString cluster, ns, name;
    friend bool operator==(const NodeKey &, const NodeKey &) = default;
};

inline size_t qHash(const NodeKey &key, size_t seed = 0)
{
    return qHashMulti(seed, key.name, key.ns, key.cluster);
}

/// Everything that needs a person, from the stores of all environments, as one report. Keeps the problem rows of each store, and
/// what it needs of each node, as they come and go; a report is made of them at most twice a second, with the bodies of the few
/// rows that are shown.
/// GUI thread; borrows environments, clock, codec and readings.
class Overview : public QObject {
    Q_OBJECT
public:
    /// `bodies` may be null: problems are told from the rows alone.
    Overview(const Clock *clock, const ports::BodyCodec *bodies, QObject *parent = nullptr);
    ~Overview() override;
    void addEnvironment(state::Environment *environment);
    void removeEnvironment(state::Environment *environment);
    void setReadings(const Readings *readings) { m_readings = readings; }
    /// Who judges nodes and measures how available they were; before the first environment, outlives it. Looks while on screen.
    void setVerdicts(state::Verdicts *verdicts);
    /// The stretch of time availability is looked at in.
    void setWindow(qint64 seconds, int cells);
    /// On screen: watches what only this page shows (certificates, onboarding secrets) and is brought up to date at once.
    void setActive(bool active);
    /// What is shown stays as it is until it goes on.
    void setPaused(bool paused);

    /// Hidden until they change, by hashes that name nothing (settings keep them).
    [[nodiscard]] QHash<quint64, quint64> acknowledged() const { return m_acknowledged; }
    void setAcknowledged(const QHash<quint64, quint64> &marks);
    void acknowledge(const Problem &problem, bool hide);
    /// Acknowledged problems are in the report too, last.
    void setShowAcknowledged(bool show);

    [[nodiscard]] const Report &report() const { return m_report; }
    /// Ages move on.
    void refresh();

    /// Rows of a report at most; what is more is counted.
    static constexpr int kProblems = 8, kAvailability = 6, kTraffic = 5, kEndings = 5, kProgress = 2;
    /// Problems looked at in detail, so that ages order them.
    static constexpr int kDetailed = 64;

Q_SIGNALS:
    void changed();
    void acknowledgedChanged();

private:
    struct Watched;
    struct Node;
    struct Schedule;
    struct Candidate;
    struct Traffic;
    struct Work;
    void addStore(state::Environment *environment, state::ResourceStore *store);
    void watchOwn(state::Environment *environment);
    void adopt(Watched &watched, const QStringList &upserted, const QStringList &removed);
    void renew(Watched &watched, const QStringList &uids);
    void later();
    void findLoading(Report &out) const;
    void findCaveats(Report &out) const;
    void findUnknownEndings(Report &out) const;
    [[nodiscard]] bool schedulesChanged() const;
    void collectSchedules();
    [[nodiscard]] QString retentionOf(const Watched &watched, const network::Row &row);
    void collectNodes(Work &work);
    void addClusterProblems(Work &work) const;
    void addBackupProblems(Work &work);
    [[nodiscard]] QString lastTry(const Work &work, const ObjectId &node) const;
    void addTrafficProblems(Work &work);
    [[nodiscard]] std::vector<Traffic> collectTraffic(const Work &work);
    [[nodiscard]] static Problem trafficProblem(const Traffic &traffic);
    void sharpen(Problem &problem, const Watched &watched, const network::Row &row, qint64 now) const;
    void addRowProblems(Work &work);
    void addEndings(Work &work);
    void addProgress(Work &work);
    [[nodiscard]] static Problem verdictProblem(const ObjectId &node, const QString &icon, const state::NodeVerdict &verdict);
    void addVerdictProblems(Work &work) const;
    void addAvailability(Work &work) const;
    void measure(Report &report) const;
    void finishProblems(Work &work);
    [[nodiscard]] const Node *node(const NodeKey &key) const;
    [[nodiscard]] bool superseded(const Work &work, const Watched &watched, const network::Row &row) const;
    [[nodiscard]] Problem detailed(const Watched &watched, const network::Row &row, qint64 now);
    [[nodiscard]] QJsonObject bodyOf(const network::Row &row) const;
    const Clock *m_clock;
    const ports::BodyCodec *m_bodies;
    const Readings *m_readings = nullptr;
    state::Verdicts *m_verdicts = nullptr;
    QHash<QString, QHash<ObjectId, QString>> m_troubled;   ///< marks of nodes in trouble, by cluster, when its verdicts were told last
    qint64 m_windowSeconds = 30 * 86400;
    int m_windowCells = 30;
    QList<state::Environment *> m_environments;
    std::vector<std::unique_ptr<Watched>> m_watched;
    QHash<QString, Problem> m_details, m_detailsNext;       ///< by uid and resource version
    QHash<QString, std::optional<Rhythm>> m_rhythms;        ///< by cron expression
    QHash<NodeKey, Schedule> m_schedules;                   ///< the one that counts of each node
    BackupFigures m_policy;                                 ///< what the schedules say
    struct Kept {
        const state::ResourceStore *store;
        QString resourceVersion, keepFor;
    };
    QHash<QString, Kept> m_kept;                            ///< retention of a schedule, by uid
    bool m_schedulesChanged = true;
    QHash<quint64, quint64> m_acknowledged;
    QTimer m_timer{this};
    QTimer m_clockTimer{this};
    Report m_report;
    qint64 m_detailsMinute = 0;
    bool m_showAcknowledged = false;
    bool m_active = false;
    bool m_paused = false;
};

/// The page as Markdown, to be pasted into a ticket. `window` is the observed window in words.
[[nodiscard]] QString toMarkdown(const Report &report, const QList<ChangeLine> &changes, const QString &window, const QDateTime &now);
/// What availability is measured by, for the card's foot; or, when no line is measured, why not.
[[nodiscard]] QString availabilityWhy(const Report &report);
/// "34 m of 43 m left", "used up, 2 h 1 m over", "6 h of 30 d known".
[[nodiscard]] QString budgetText(const AvailabilityLine &line);
/// "99.98 %", "unknown".
[[nodiscard]] QString shareText(const AvailabilityLine &line);

}
