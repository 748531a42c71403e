// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/Follower.h"
#include "models/state/JournalLog.h"
#include "models/state/Operations.h"

#include <QPointer>

#include <map>

namespace qd::state {

/// What became of changes this run of the console did not see through: no result in the journal (it ended in between), or
/// applied and not seen settle. Reads their objects back and follows them again, and writes down what it found. Changes
/// under way in the operations are theirs. GUI thread.
class JournalSettling : public QObject
{
    Q_OBJECT
public:
    struct Verdict
    {
        enum class Is : quint8 { Reading, Settling, Settled, Failed, NotMade, Unknown };
        Is is = Is::Reading;
        QString text; ///< a sentence
        friend bool operator==(const Verdict &, const Verdict &) = default;
    };
    /// Where the objects of a cluster are read; no gateway: the cluster is not open here.
    struct Place
    {
        std::shared_ptr<ports::ResourceGateway> gateway;
        WatcherFactory watchers = {}; ///< empty: GET every 2 s
    };
    using Places = std::function<Place(const QString &cluster)>;
    struct Context
    {
        JournalLog *log = nullptr;
        Journal *journal = nullptr; ///< to write down what was found; null: it is only shown
        const Operations *operations = nullptr; ///< may be null
        const network::KindTable *kinds = nullptr;
        const Clock *clock = nullptr;
        Places places;
        Scheduler scheduler = timerScheduler();
    };
    explicit JournalSettling(Context context, QObject *parent = nullptr);
    ~JournalSettling() override;

    /// Of an open change; nothing: it is under way here, or too old to be asked about.
    [[nodiscard]] std::optional<Verdict> of(const QString &id) const;
    /// A cluster came or went: what waits for it goes on.
    void placesChanged();

Q_SIGNALS:
    void changed();

private:
    struct Part;
    struct Case;
    void look();
    void begin(const ChangePtr &change);
    void read(const std::shared_ptr<Case> &open, int part);
    void compare(const std::shared_ptr<Case> &open, int part, const Result<QJsonObject> &object);
    void judgeLive(const std::shared_ptr<Case> &open, int part, const QJsonObject &object);
    void follow(const std::shared_ptr<Case> &open, int part, qint64 generation);
    void set(const std::shared_ptr<Case> &open, int part, Verdict::Is is, const QString &text);
    void write(const Case &open);
    Context m_context;
    QDateTime m_since; ///< older records are of runs that are over
    std::map<QString, std::shared_ptr<Case>> m_cases;
};

}
