// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/JournalSettling.h"

#include "models/core/Async.h"
#include "models/core/Json.h"

#include <QCoreApplication>

#include <algorithm>

namespace qd::state {

using namespace Qt::StringLiterals;
using Is = JournalSettling::Verdict::Is;

namespace {

constexpr qint64 kOldestSeconds = 7 * 86400;
constexpr size_t kMost = 100;
constexpr std::chrono::milliseconds kAgain{10'000};
constexpr std::chrono::milliseconds kFollow = std::chrono::minutes(30);

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(JournalSettling)
};

/// How much an answer weighs for the change as a whole: what is not over outweighs what is.
int weight(Is is)
{
    static const QList<Is> kOrder{Is::Settled, Is::NotMade, Is::Failed, Is::Unknown, Is::Settling, Is::Reading};
    return int(kOrder.indexOf(is));
}

QString uidOf(const QJsonObject &object)
{
    return json::at(object, u"/metadata/uid"_s).toString();
}

/// Whether the object holds every value of the record (`key` "to" or "from").
bool holds(const QJsonObject &object, const JournaledEdit &edit, QLatin1StringView key)
{
    return std::all_of(edit.diff.begin(), edit.diff.end(), [&](const QJsonValue &value) {
        const QJsonObject change = value.toObject();
        const QString path = change.value("path"_L1).toString();
        if (path.isEmpty())
            return key == "to"_L1; // a creation: that it is there says it
        const std::optional<QString> pointer = pointerIn(object, change.value("at"_L1).toString(path));
        const QJsonValue now = pointer ? json::at(object, *pointer) : QJsonValue(QJsonValue::Undefined);
        const QJsonValue wanted = change.contains(key) ? change.value(key) : QJsonValue(QJsonValue::Undefined);
        return isMasked(wanted) ? !now.isUndefined() : now == wanted;
    });
}

}

struct JournalSettling::Part
{
    JournaledEdit edit;
    ObjectId object;
    FollowTarget target;
    Verdict verdict;
    std::unique_ptr<Follower> follower = {};
};

struct JournalSettling::Case
{
    ChangePtr change;
    bool hadResult = false;
    std::vector<Part> parts;
    std::stop_source stop;
    bool written = false;
    [[nodiscard]] const Verdict &worst() const
    {
        return std::max_element(parts.begin(), parts.end(), [](const Part &a, const Part &b) {
            return weight(a.verdict.is) < weight(b.verdict.is);
        })->verdict;
    }
};

JournalSettling::JournalSettling(Context context, QObject *parent)
    : QObject(parent)
    , m_context(std::move(context))
    , m_since(m_context.clock->now())
{
    connect(m_context.log, &JournalLog::changed, this, &JournalSettling::look);
    if (m_context.operations)
        connect(m_context.operations, &Operations::changed, this, &JournalSettling::look);
    look();
}

JournalSettling::~JournalSettling()
{
    for (const auto &[id, open] : m_cases)
        open->stop.request_stop();
}

std::optional<JournalSettling::Verdict> JournalSettling::of(const QString &id) const
{
    const auto at = m_cases.find(id);
    return at == m_cases.end() ? std::nullopt : std::optional<Verdict>(at->second->worst());
}

void JournalSettling::placesChanged()
{
    for (const auto &[id, open] : m_cases) {
        const bool known = m_context.places(open->change->cluster).gateway != nullptr;
        for (size_t i = 0; i < open->parts.size(); ++i) {
            Part &part = open->parts[i];
            const bool stuck = part.verdict.is == Is::Unknown || part.verdict.is == Is::Reading;
            const bool lost = !known && (part.verdict.is == Is::Reading || part.verdict.is == Is::Settling);
            if (lost)
                part.follower.reset();
            if (lost || (stuck && known))
                read(open, int(i));
        }
    }
}

void JournalSettling::look()
{
    const QDateTime oldest = m_context.clock->now().addSecs(-kOldestSeconds);
    bool fewer = false;
    QSet<QString> ours; // under way here, or just over: their last record is on its way
    const QList<Operation> list = m_context.operations ? m_context.operations->list() : QList<Operation>();
    for (const Operation &operation : list)
        ours.insert(operation.id);
    for (const ChangePtr &change : m_context.log->changes()) {
        if (change->begun() < oldest)
            break;
        const bool here = ours.contains(change->id);
        const auto known = m_cases.find(change->id);
        if (here || !change->isOpen()) {
            if (known != m_cases.end() && (here || !known->second->written)) {
                known->second->stop.request_stop();
                m_cases.erase(known);
                fewer = true;
            }
            continue;
        }
        if (known == m_cases.end() && m_cases.size() < kMost)
            begin(change);
        else if (known != m_cases.end() && known->second->change != change && !known->second->hadResult) {
            m_cases.erase(known); // the result of the write has come meanwhile
            begin(change);
        }
    }
    if (fewer)
        Q_EMIT changed();
}

void JournalSettling::begin(const ChangePtr &change)
{
    auto open = std::make_shared<Case>();
    open->change = change;
    open->hadResult = !change->outcome().isEmpty();
    for (const JournaledEdit &edit : change->edits) {
        const FollowTarget target = edit.target(*m_context.kinds);
        if (open->hadResult && (!edit.applied || target.until == FollowTarget::Until::Applied))
            continue;
        open->parts.push_back({edit, edit.object(change->cluster, *m_context.kinds), target, {}});
    }
    if (open->parts.empty())
        return;
    m_cases[change->id] = open;
    for (size_t i = 0; i < open->parts.size(); ++i)
        read(open, int(i));
}

void JournalSettling::read(const std::shared_ptr<Case> &open, int index)
{
    const Part &part = open->parts[size_t(index)];
    const Place place = m_context.places(open->change->cluster);
    if (part.object.gvr.resource.isEmpty())
        return set(open, index, Is::Unknown, Words::tr("Not determined: %1 is not known here.").arg(part.edit.resource));
    if (!place.gateway)
        return set(open, index, Is::Unknown, Words::tr("Not determined: %1 is not open in this window.").arg(open->change->cluster));
    if (part.object.name.isEmpty())
        return set(open, index, Is::Unknown, Words::tr("Not determined: the server was to choose the name, and its answer was not seen."));
    set(open, index, Is::Reading, Words::tr("Reading %1 back.").arg(part.edit.shortName()));
    const QFuture<Result<QJsonObject>> answer
        = place.gateway->get(part.object.gvr, part.object.ns, part.object.name, open->stop.get_token());
    whenFinished(answer, this, [this, weak = std::weak_ptr(open), index](const Result<QJsonObject> &object) {
        if (const auto still = weak.lock(); still && !still->stop.stop_requested())
            compare(still, index, object);
    });
}

void JournalSettling::compare(const std::shared_ptr<Case> &open, int index, const Result<QJsonObject> &object)
{
    const Part &part = open->parts[size_t(index)];
    const QString name = part.edit.shortName();
    const bool none = !object && object.error().kind == ErrorKind::NotFound;
    const bool other = object && !part.edit.uid.isEmpty() && uidOf(*object) != part.edit.uid;
    if (!object && !none) {
        set(open, index, Is::Reading, Words::tr("%1 could not be read, trying again: %2").arg(name, object.error().message));
        m_context.scheduler(kAgain, this, [this, weak = std::weak_ptr(open), index] {
            if (const auto still = weak.lock(); still && still->parts[size_t(index)].verdict.is == Is::Reading)
                read(still, index);
        });
        return;
    }
    if (part.edit.verb == "delete"_L1 && (none || other))
        return set(open, index, Is::Settled, Words::tr("%1 is gone.").arg(name));
    if (none && !open->hadResult && part.edit.verb == "create"_L1)
        return set(open, index, Is::NotMade, Words::tr("%1 was not created: it is not there.").arg(name));
    if (none)
        return set(open, index, Is::Unknown, Words::tr("Not determined: the object is gone (%1).").arg(name));
    if (other)
        return set(open, index, Is::Unknown,
            Words::tr("Not determined: the object is gone, another one has its name (%1).").arg(name));
    judgeLive(open, index, *object);
}

void JournalSettling::judgeLive(const std::shared_ptr<Case> &open, int index, const QJsonObject &object)
{
    const Part &part = open->parts[size_t(index)];
    const QString name = part.edit.shortName();
    const bool removal = part.edit.verb == "delete"_L1;
    if (!open->hadResult) {
        const bool begun = json::at(object, u"/metadata/deletionTimestamp"_s).isString();
        const bool made = removal ? begun : holds(object, part.edit, "to"_L1);
        const bool untouched = json::at(object, u"/metadata/resourceVersion"_s).toString() == part.edit.version;
        if (!made && (removal || untouched || holds(object, part.edit, "from"_L1)))
            return set(open, index, Is::NotMade,
                removal ? Words::tr("It was not made: %1 is still there.").arg(name)
                        : Words::tr("It was not made: %1 is as it was before.").arg(name));
        if (!made)
            return set(open, index, Is::Unknown,
                Words::tr("Not determined: %1 does not hold the change. It was not made, or others have changed it since.").arg(name));
    }
    const qint64 generation = part.edit.generation > 0 ? part.edit.generation : json::at(object, u"/metadata/generation"_s).toInteger();
    const FollowVerdict verdict = judge(part.target, object, generation);
    const QString text = verdict.message.isEmpty() ? Words::tr("%1 holds the change.").arg(name) : QString(part.object.name + u": "_s + verdict.message);
    if (verdict.is == FollowVerdict::Is::Settled)
        return set(open, index, Is::Settled, text);
    if (verdict.is == FollowVerdict::Is::Failed)
        return set(open, index, Is::Failed, text);
    set(open, index, Is::Settling, text);
    follow(open, index, generation);
}

void JournalSettling::follow(const std::shared_ptr<Case> &open, int index, qint64 generation)
{
    Part &part = open->parts[size_t(index)];
    const Place place = m_context.places(open->change->cluster);
    if (!place.gateway) // closed while it answered
        return read(open, index);
    auto watcher = place.watchers ? place.watchers() : std::make_unique<PollingWatcher>(place.gateway, m_context.scheduler);
    part.follower = std::make_unique<Follower>(std::move(watcher), m_context.scheduler);
    connect(part.follower.get(), &Follower::progress, this, [this, weak = std::weak_ptr(open), index](const QString &text) {
        if (const auto still = weak.lock())
            set(still, index, Is::Settling, text);
    });
    connect(part.follower.get(), &Follower::finished, this, [this, weak = std::weak_ptr(open), index](Follower::End end, const QString &text) {
        const auto still = weak.lock();
        if (!still)
            return;
        if (end == Follower::End::Timeout) // it is still so: asked again, as after a restart
            return set(still, index, Is::Settling, text);
        set(still, index, end == Follower::End::Settled ? Is::Settled : Is::Failed, text);
    });
    part.follower->start(part.object, part.target, generation, kFollow);
}

void JournalSettling::set(const std::shared_ptr<Case> &open, int index, Verdict::Is is, const QString &text)
{
    Verdict &verdict = open->parts[size_t(index)].verdict;
    if (verdict == Verdict{is, text})
        return;
    verdict = {is, text};
    const Is worst = open->worst().is;
    if ((worst == Is::Settled || worst == Is::Failed || worst == Is::NotMade) && !std::exchange(open->written, true))
        write(*open);
    Q_EMIT changed();
}

/// Once, and only of runs that are over: a change that another console has under way is that console's to end.
void JournalSettling::write(const Case &open)
{
    const JournaledChange &change = *open.change;
    if (!m_context.journal || change.steps.last().time >= m_since)
        return;
    const Verdict &found = open.worst();
    QStringList texts;
    for (const Part &part : open.parts)
        texts.append(part.verdict.text);
    texts.removeDuplicates();
    QJsonArray edits = change.recordedEdits;
    if (!open.hadResult && found.is != Is::NotMade) {
        for (qsizetype i = 0; i < edits.size(); ++i) {
            QJsonObject edit = edits.at(i).toObject();
            edit.insert("applied"_L1, true);
            edits.replace(i, edit);
        }
    }
    const QJsonObject record{{u"type"_s, u"result"_s}, {u"id"_s, change.id}, {u"action"_s, change.action}, {u"title"_s, change.title},
        {u"user"_s, change.user}, {u"host"_s, change.host}, {u"cluster"_s, change.cluster}, {u"server"_s, change.server},
        {u"profile"_s, change.profile}, {u"production"_s, change.production}, {u"danger"_s, change.danger},
        {u"reason"_s, change.reason}, {u"edits"_s, edits}, {u"readBack"_s, true},
        {u"outcome"_s, found.is == Is::Settled ? u"settled"_s : u"failed"_s},
        {u"message"_s, Words::tr("%1: read back later. %2").arg(change.title, texts.join(u' '))}};
    whenFinished(m_context.journal->append(record), this, [](const Result<Done> &) {}); // shown all the same
}

}
