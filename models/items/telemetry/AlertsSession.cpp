// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/telemetry/AlertsSession.h"

#include "models/core/Async.h"
#include "models/items/telemetry/AlertSubjects.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QSet>

#include <algorithm>

namespace qd::items {

using namespace Qt::StringLiterals;
using ports::TelemetryPart;
using ports::TelemetryState;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(AlertsSession)
};

/// Rules change with a deployment; their expressions are asked again this seldom.
constexpr qint64 kRulesMs = 5 * 60 * 1000;

bool contains(const network::Labels &all, const network::Labels &part)
{
    for (auto it = part.begin(); it != part.end(); ++it) {
        // What a template makes differs from alert to alert.
        if (!it.value().contains(u"{{"_s) && all.value(it.key()) != it.value())
            return false;
    }
    return true;
}

/// An alert is held back by a silence that was made since silences were read.
bool namesUnknown(const QList<ports::ManagedAlert> &alerts, const QList<ports::Silence> &silences)
{
    QSet<QString> known;
    for (const ports::Silence &silence : silences)
        known.insert(silence.id);
    return std::any_of(alerts.begin(), alerts.end(), [&known](const ports::ManagedAlert &alert) {
        return std::any_of(alert.silencedBy.begin(), alert.silencedBy.end(), [&known](const QString &id) { return !known.contains(id); });
    });
}

}

struct AlertsSession::Cluster {
    state::Environment *environment = nullptr;
    std::shared_ptr<ports::Telemetry> telemetry;
    std::stop_source stop = {};
    int waiting = 0;                ///< answers of the look under way
    bool whole = false;             ///< of the look: both were found or given up when it began
    bool again = false;             ///< asked for while one was under way
    bool managing = false;          ///< of the look: it asks an Alertmanager
    int silencesAge = -1;           ///< looks since silences were answered; -1: the next one asks
    bool rulesAsked = false;
    qint64 rulesAtMs = 0;           ///< 0: never answered
    QList<ports::ManagedAlert> managed = {};
    QList<ports::RuleAlert> evaluated = {};
    QList<ports::Silence> silences = {};
    std::optional<QList<ports::AlertGroup>> groups = {};    ///< none: not asked, or not answered
    QList<ports::Rule> rules = {};
    std::optional<Error> alertmanagerError = {}, prometheusError = {};
    std::optional<Error> failing = {};          ///< Alertmanager's of the look under way
    bool hadAlertmanager = false, hadPrometheus = false;    ///< it has answered
    QDateTime asOf = {};
    QList<Alert> alerts = {};
    QList<SilenceLine> lines = {};

    [[nodiscard]] TelemetryState stateOf(TelemetryPart part) const
    {
        if (telemetry)
            return telemetry->state(part);
        TelemetryState none;
        none.phase = TelemetryState::Phase::Missing;
        none.why = {ErrorKind::NotFound, Words::tr("Nothing is known that measures %1.").arg(environment->name())};
        return none;
    }
};

AlertsSession::AlertsSession(const Clock *clock, state::Journal *journal, const QString &profile, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_profile(profile)
    , m_writer(new SilenceWriter(journal, clock, this))
{
    m_timer.setInterval(kPollMs);
    connect(&m_timer, &QTimer::timeout, this, &AlertsSession::poll);
    // What several stores and clusters bring within a moment is looked at once.
    m_later.setSingleShot(true);
    m_later.setInterval(250);
    connect(&m_later, &QTimer::timeout, this, &AlertsSession::merge);
    connect(m_writer, &SilenceWriter::written, this, [this](const QString &name) {
        if (Cluster *cluster = of(name)) {
            cluster->silencesAge = -1;
            ask(*cluster);
        }
    });
}

AlertsSession::~AlertsSession()
{
    for (const auto &[name, cluster] : m_clusters)
        cluster->stop.request_stop();
}

AlertsSession::Cluster *AlertsSession::of(const QString &name) const
{
    const auto found = m_clusters.find(name);
    return found == m_clusters.end() ? nullptr : found->second.get();
}

void AlertsSession::addEnvironment(state::Environment *environment)
{
    auto cluster = std::make_unique<Cluster>(Cluster{.environment = environment, .telemetry = environment->telemetry()});
    const QString name = environment->name();
    if (cluster->telemetry) {
        connect(cluster->telemetry.get(), &ports::Telemetry::changed, this, [this, name] {
            if (Cluster *found = of(name); found && isWanted())
                ask(*found);
            later();
        });
    }
    connect(environment, &state::Environment::signInChanged, this, [this, name] {
        Cluster *found = of(name);
        if (found && found->environment->needsSignIn())
            forget(*found);
    });
    // Objects that come make an alert's subject known.
    const auto follow = [this](state::ResourceStore *store) {
        if (store->kind().own)
            connect(store, &state::ResourceStore::completed, this, &AlertsSession::later);
    };
    connect(environment, &state::Environment::storeAdded, this, follow);
    const QList<state::ResourceStore *> stores = environment->stores();
    for (state::ResourceStore *store : stores)
        follow(store);
    m_clusters[name] = std::move(cluster);
    if (isWanted())
        ask(*of(name));
    later();
}

void AlertsSession::removeEnvironment(state::Environment *environment)
{
    Cluster *cluster = of(environment->name());
    if (!cluster || cluster->environment != environment)
        return;
    cluster->stop.request_stop();
    environment->disconnect(this);
    const QList<state::ResourceStore *> stores = environment->stores();
    for (state::ResourceStore *store : stores)
        store->disconnect(this);
    if (cluster->telemetry)
        cluster->telemetry->disconnect(this);
    m_clusters.erase(environment->name());
    merge();
    Q_EMIT forgot(environment->name());
}

void AlertsSession::setWanted(QObject *who, bool wanted, const std::function<bool(const QString &key)> &seen)
{
    const bool was = isWanted();
    if (wanted && !m_wanting.contains(who)) {
        m_wanting.insert(who, {seen, connect(who, &QObject::destroyed, this, [this, who] { setWanted(who, false); })});
    } else if (!wanted && m_wanting.contains(who)) {
        disconnect(m_wanting.take(who).gone);   // this one: who asks for groups too is looked after by another
    }
    if (isWanted() != was) {
        if (was)
            m_timer.stop();
        else
            m_timer.start();
    }
    Q_EMIT wantedChanged();
    if (!was && isWanted())
        poll();
    else if (wanted && seen)
        catchUp();
}

/// Who shows them now does not wait for what is asked seldom while nobody does.
void AlertsSession::catchUp()
{
    for (const auto &[name, cluster] : m_clusters) {
        if (cluster->silencesAge > 0)
            ask(*cluster);
    }
}

void AlertsSession::setGrouped(QObject *who, bool wanted)
{
    if (wanted == m_grouping.contains(who))
        return;
    if (!wanted) {
        disconnect(m_grouping.take(who));
        return;
    }
    m_grouping.insert(who, connect(who, &QObject::destroyed, this, [this, who] { m_grouping.remove(who); }));
    if (isWanted())
        poll();
}

bool AlertsSession::isSeen(const QString &key) const
{
    return std::any_of(m_wanting.begin(), m_wanting.end(), [&key](const Asker &one) { return one.seen && one.seen(key); });
}

void AlertsSession::refresh()
{
    if (isWanted())
        m_timer.start();
    for (const auto &[name, cluster] : m_clusters) {
        cluster->silencesAge = -1;
        ask(*cluster);
    }
}

void AlertsSession::poll()
{
    for (const auto &[name, cluster] : m_clusters)
        ask(*cluster);
}

/// Whether a look may begin: somebody is signed in, and none is under way.
bool AlertsSession::mayAsk(Cluster &cluster)
{
    if (!cluster.telemetry || cluster.environment->needsSignIn())
        return false;
    const int before = cluster.waiting;
    cluster.telemetry->look();
    // What began meanwhile was asked from within, by changed().
    cluster.again = cluster.again || (before > 0 && cluster.waiting > 0);
    return cluster.waiting == 0;
}

bool AlertsSession::dueSilences(const Cluster &cluster) const
{
    const auto shows = [](const Asker &one) { return bool(one.seen); };
    return cluster.silencesAge < 0 || cluster.silencesAge + 1 >= kSilencesLooks || std::any_of(m_wanting.begin(), m_wanting.end(), shows);
}

/// One look: Prometheus' alerts, Alertmanager's, and the silences when due, each for itself. What does not answer keeps what it said before.
void AlertsSession::ask(Cluster &cluster)
{
    if (!mayAsk(cluster))
        return;
    const QString name = cluster.environment->name();
    const std::stop_token stop = cluster.stop.get_token();
    const auto metrics = cluster.telemetry->metrics();
    const auto alerts = cluster.telemetry->alerts();
    const bool grouped = alerts && !m_grouping.isEmpty();
    const bool silences = alerts && dueSilences(cluster);
    cluster.waiting = int(bool(metrics)) + int(bool(alerts)) + int(silences) + int(grouped);
    const auto decided = [&cluster](TelemetryPart part) { return cluster.stateOf(part).phase != TelemetryState::Phase::Looking; };
    cluster.whole = decided(TelemetryPart::Metrics) && decided(TelemetryPart::Alerts);
    cluster.managing = bool(alerts);
    cluster.failing.reset();
    // Answers of who was signed in before are not taken.
    const auto take = [this, name, stop](auto store) {
        return [this, name, stop, store](const auto &answer) {
            Cluster *still = of(name);
            if (!still || stop.stop_requested())
                return;
            store(*still, answer);
            if (--still->waiting == 0)
                ended(name);
        };
    };
    if (metrics) {
        whenFinished(metrics->alerts(stop), this, take([](Cluster &c, const Result<QList<ports::RuleAlert>> &answer) {
            c.prometheusError = answer ? std::nullopt : std::optional(answer.error());
            if (answer)
                c.evaluated = *answer;
            c.hadPrometheus = c.hadPrometheus || answer;
        }));
        askRules(cluster, metrics);
    } else if (const TelemetryState state = cluster.stateOf(TelemetryPart::Metrics); state.phase == TelemetryState::Phase::Missing) {
        // One that was there and is not found again is one that does not answer.
        cluster.prometheusError = cluster.hadPrometheus ? std::optional(state.why) : std::nullopt;
    }
    if (alerts) {
        const auto keep = [&take](auto where) {
            return take([where](Cluster &c, const auto &answer) {
                if (answer)
                    c.*where = *answer;
                else if (!c.failing)
                    c.failing = answer.error();
            });
        };
        whenFinished(alerts->alerts(stop), this, keep(&Cluster::managed));
        if (silences)
            whenFinished(alerts->silences(stop), this, keep(&Cluster::silences));
        cluster.silencesAge = silences ? 0 : cluster.silencesAge + 1;
        // Nothing else hangs on them: a server may tell its alerts and not these.
        if (grouped) {
            whenFinished(alerts->groups(stop), this,
                         take([](Cluster &c, const auto &answer) { c.groups = answer ? std::optional(*answer) : std::nullopt; }));
        } else {
            cluster.groups.reset();
        }
    } else if (const TelemetryState state = cluster.stateOf(TelemetryPart::Alerts); state.phase == TelemetryState::Phase::Missing) {
        // What it held back would call otherwise.
        cluster.alertmanagerError = cluster.hadAlertmanager ? std::optional(state.why) : std::nullopt;
    }
}

void AlertsSession::askRules(Cluster &cluster, const std::shared_ptr<ports::MetricsSource> &source)
{
    const qint64 now = m_clock->monotonicMs();
    if (cluster.rulesAsked || (cluster.rulesAtMs != 0 && now - cluster.rulesAtMs < kRulesMs))
        return;
    cluster.rulesAsked = true;
    const std::stop_token stop = cluster.stop.get_token();
    whenFinished(source->rules(stop), this, [this, name = cluster.environment->name(), stop, now](const Result<QList<ports::Rule>> &answer) {
        Cluster *still = of(name);
        if (!still || stop.stop_requested())
            return;
        still->rulesAsked = false;
        if (!answer)
            return;
        still->rulesAtMs = std::max<qint64>(now, 1);
        still->rules = *answer;
        later();
    });
}

void AlertsSession::ended(const QString &name)
{
    Cluster &cluster = *of(name);
    if (cluster.managing) {
        cluster.alertmanagerError = std::exchange(cluster.failing, std::nullopt);
        cluster.hadAlertmanager = cluster.hadAlertmanager || !cluster.alertmanagerError;
        if (cluster.alertmanagerError || namesUnknown(cluster.managed, cluster.silences))
            cluster.silencesAge = -1;
    }
    const bool whole = cluster.whole;
    if (whole && !cluster.alertmanagerError && !cluster.prometheusError)
        cluster.asOf = m_clock->now();
    cluster.alerts = mergeAlerts(name, cluster.managed, cluster.evaluated, cluster.silences);
    if (cluster.groups)
        setGroups(cluster.alerts, *cluster.groups);
    cluster.lines = silenceLines(name, cluster.silences, cluster.alerts);
    merge();
    if (whole)
        Q_EMIT looked(name);
    if (Cluster *still = of(name); still && std::exchange(still->again, false))
        ask(*still);
}

/// Somebody signed out: what they read goes, and what is under way for them is not taken.
void AlertsSession::forget(Cluster &cluster)
{
    cluster.stop.request_stop();
    cluster = Cluster{.environment = cluster.environment, .telemetry = cluster.telemetry};
    const QString name = cluster.environment->name();
    merge();
    Q_EMIT forgot(name);
}

void AlertsSession::later()
{
    if (!m_later.isActive())
        m_later.start();
}

/// Of what was taken last; whom alerts are about may be known by now.
void AlertsSession::merge()
{
    m_alerts.clear();
    m_silences.clear();
    for (const auto &[name, cluster] : m_clusters) {
        if (!cluster->alerts.isEmpty()) {
            const AlertSubjects subjects(*cluster->environment);
            for (Alert &alert : cluster->alerts)
                alert.subject = subjects.of(alert.labels);
        }
        m_alerts += cluster->alerts;
        m_silences += cluster->lines;
    }
    if (m_clusters.size() > 1)
        std::sort(m_alerts.begin(), m_alerts.end(), alertBefore);
    m_counts = countAlerts(m_alerts);
    Q_EMIT changed();
}

QList<AlertsStanding> AlertsSession::standings() const
{
    QList<AlertsStanding> out;
    for (const auto &[name, cluster] : m_clusters)
        out.append(standing(name));
    return out;
}

AlertsStanding AlertsSession::standing(const QString &name) const
{
    AlertsStanding out;
    out.cluster = name;
    const Cluster *cluster = of(name);
    if (!cluster)
        return out;
    out.alertmanager = cluster->stateOf(TelemetryPart::Alerts);
    out.prometheus = cluster->stateOf(TelemetryPart::Metrics);
    out.asOf = cluster->asOf;
    out.alertmanagerError = cluster->alertmanagerError;
    out.prometheusError = cluster->prometheusError;
    const auto looking = [](const TelemetryState &state) { return state.phase == TelemetryState::Phase::Looking; };
    out.loading = !out.asOf.isValid() && !out.alertmanagerError && !out.prometheusError
        && (out.any() || looking(out.alertmanager) || looking(out.prometheus)) && !cluster->environment->needsSignIn();
    for (const ports::Rule &rule : cluster->rules) {
        if (rule.health == "err"_L1)
            out.ruleProblems.append(rule.name + u": "_s + rule.lastError);
    }
    return out;
}

const Alert *AlertsSession::find(const QString &key) const
{
    const auto found = std::find_if(m_alerts.begin(), m_alerts.end(), [&key](const Alert &alert) { return alert.key == key; });
    return found == m_alerts.end() ? nullptr : &*found;
}

const ports::Rule *AlertsSession::ruleOf(const Alert &alert) const
{
    const Cluster *cluster = of(alert.cluster);
    if (!cluster || !alert.evaluated)
        return nullptr;
    const ports::Rule *out = nullptr;
    for (const ports::Rule &rule : cluster->rules) {
        if (rule.type == "recording"_L1 || rule.name != alert.name || !contains(alert.labels, rule.labels))
            continue;
        if (out && out->expr != rule.expr)
            return nullptr;     // two rules of the name: which of them is not known
        out = &rule;
    }
    return out;
}

state::Environment *AlertsSession::environment(const QString &name) const
{
    const Cluster *cluster = of(name);
    return cluster ? cluster->environment : nullptr;
}

QList<state::Environment *> AlertsSession::environments() const
{
    QList<state::Environment *> out;
    for (const auto &[name, cluster] : m_clusters)
        out.append(cluster->environment);
    return out;
}

/// To POST through the service proxy is "create services/proxy", to DELETE "delete" (live-rig.md 5.2); nothing for an Alertmanager reached by
/// its URL.
std::optional<ports::AccessQuestion> AlertsSession::rightToWrite(const Cluster &cluster, const QString &verb) const
{
    static const QRegularExpression place(u"\\A([a-z0-9-]+)/([A-Za-z0-9.:-]+)"_s);
    const QRegularExpressionMatch match = place.match(cluster.stateOf(TelemetryPart::Alerts).address);
    if (!match.hasMatch())
        return std::nullopt;
    return ports::AccessQuestion{verb, {{}, u"v1"_s, u"services"_s}, u"proxy"_s, match.captured(1), match.captured(2)};
}

QString AlertsSession::whyNot(const QString &name, QStringView verb) const
{
    const Cluster *cluster = of(name);
    if (!cluster)
        return Words::tr("%1 is not open in this window.").arg(name);
    if (cluster->environment->readOnly())
        return Words::tr("%1 is opened read-only: switch to read-write first (Ctrl+Shift+L).").arg(name);
    if (cluster->environment->needsSignIn())
        return Words::tr("Nobody is signed in to %1.").arg(name);
    const TelemetryState state = cluster->stateOf(TelemetryPart::Alerts);
    if (state.phase == TelemetryState::Phase::Looking)
        return Words::tr("The Alertmanager of %1 is being looked for.").arg(name);
    if (state.phase == TelemetryState::Phase::Missing)
        return Words::tr("No Alertmanager is known of %1, so that nothing can be silenced.").arg(name);
    const std::optional<ports::AccessQuestion> right = rightToWrite(*cluster, verb.toString());
    if (right && cluster->environment->permissions() && cluster->environment->permissions()->verdict(*right) == state::Permissions::Verdict::Denied)
        return (verb == u"delete" ? Words::tr("Ending silences in %1 is not allowed. Missing right: %2") : Words::tr("Silencing in %1 is not allowed. Missing right: %2")).arg(name, right->text());
    return {};
}

void AlertsSession::setSilence(const QString &name, const ports::Silence &silence, const std::optional<ports::Silence> &before, SilenceWriter::Then then)
{
    if (const QString why = whyNotSilence(name); !why.isEmpty())
        return then(Error{ErrorKind::Forbidden, why});
    m_writer->set(SilencePlace::of(*of(name)->environment, m_profile), silence, before, std::move(then));
}

void AlertsSession::expireSilence(const QString &name, const ports::Silence &silence, SilenceWriter::Then then)
{
    if (const QString why = whyNotExpire(name); !why.isEmpty())
        return then(Error{ErrorKind::Forbidden, why});
    m_writer->expire(SilencePlace::of(*of(name)->environment, m_profile), silence, std::move(then));
}

}
