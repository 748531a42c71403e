// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/Environment.h"

#include "models/core/Async.h"

#include <QSet>

#include <algorithm>
#include <utility>

namespace qd::state {

using namespace Qt::StringLiterals;

Mark guessMark(const QString &contextName)
{
    const auto has = [&contextName](QLatin1StringView part) { return contextName.contains(part, Qt::CaseInsensitive); };
    if (has("prod"_L1) || has("mainnet"_L1))
        return Mark::Production;
    if (has("demo"_L1))
        return Mark::Demo;
    if (has("dev"_L1))
        return Mark::Dev;
    if (has("test"_L1) || has("staging"_L1))
        return Mark::Test;
    return has("private"_L1) ? Mark::Private : Mark::Plain;
}

QString markId(Mark mark)
{
    switch (mark) {
    case Mark::Production: return u"production"_s;
    case Mark::Dev: return u"dev"_s;
    case Mark::Test: return u"test"_s;
    case Mark::Private: return u"private"_s;
    case Mark::Demo: return u"demo"_s;
    case Mark::Plain: break;
    }
    return {};
}

Environment::Environment(EnvironmentInfo info, std::shared_ptr<const network::KindTable> kinds,
                         std::shared_ptr<ports::ResourceGateway> gateway, ports::ClusterFeed *feed, const Clock *clock,
                         QObject *parent)
    : QObject(parent)
    , m_info(std::move(info))
    , m_kinds(std::move(kinds))
    , m_gateway(std::move(gateway))
    , m_feed(feed)
    , m_permissions(new Permissions(m_gateway, clock, this))
{
    if (m_feed) {
        m_freshness = m_feed->freshness();
        connect(m_feed, &ports::ClusterFeed::freshnessChanged, this, &Environment::setFreshness);
    }
}

Environment::~Environment() = default;

void Environment::start()
{
    if (needsSignIn()) {
        m_startWanted = true;
        return;
    }
    chooseNamespaces();
    askWhoAmI();
    discover();
}

void Environment::askWhoAmI()
{
    whenFinished(m_gateway->whoAmI(), this, [this](const Result<ports::Identity> &identity) {
        const bool silent = !identity && identity.error().kind == ErrorKind::NotFound;   // it answers, and tells nobody who they are
        const bool told = !m_connectError.message.isEmpty();
        m_connectError = identity || silent ? Error{ErrorKind::Internal, {}} : identity.error();
        if (identity)
            setIdentity(*identity);
        if (told || !m_connectError.message.isEmpty())
            Q_EMIT connectErrorChanged();
    });
}

void Environment::setSignIn(std::shared_ptr<ports::SignInSession> session)
{
    if (m_signIn)
        disconnect(m_signIn.get(), nullptr, this, nullptr);
    m_signIn = std::move(session);
    if (m_signIn)
        connect(m_signIn.get(), &ports::SignInSession::changed, this, &Environment::signInMoved);
    m_needsSignIn = needsSignIn();
    if (m_signIn && !m_needsSignIn)
        m_subject = m_signIn->state().identity->subject;
    Q_EMIT signInChanged();
}

bool Environment::needsSignIn() const
{
    if (!m_signIn)
        return false;
    const ports::SignInState state = m_signIn->state();
    return !state.identity || state.phase == ports::SignInPhase::Expired || state.phase == ports::SignInPhase::Failed
        || state.phase == ports::SignInPhase::Restoring;
}

void Environment::signInMoved()
{
    const bool before = std::exchange(m_needsSignIn, needsSignIn());
    if (before && !m_needsSignIn) {
        signedIn();
    } else if (!before && m_signIn->state().phase == ports::SignInPhase::SignedOut) {
        // A watch outlives its token: what was opened as somebody ends with them.
        for (const auto &[name, known] : m_stores)
            known->retryNow();
    }
    Q_EMIT signInChanged();
}

void Environment::signedIn()
{
    const QString subject = m_signIn->state().identity->subject;
    const bool another = !m_subject.isEmpty() && m_subject != subject;
    m_subject = subject;
    m_permissions->forgetAll();
    if (another) {
        // Rows, namespaces and name are what somebody else was shown.
        m_identity = {};
        m_leftNamespaces.clear();
        for (const auto &[name, known] : m_stores)
            known->dropFeeds();
        m_startWanted = true;
    }
    if (std::exchange(m_startWanted, false)) {
        start();
        lookForTelemetry();
        return;
    }
    askWhoAmI();
    discover();
    for (const auto &[name, known] : m_stores)
        known->retryNow();
    lookForTelemetry();
}

/// What could not be looked for without somebody, or was not there for who was here before.
void Environment::lookForTelemetry()
{
    using ports::TelemetryPart;
    const auto missing = [this](TelemetryPart part) { return m_telemetry->state(part).phase == ports::TelemetryState::Phase::Missing; };
    if (m_telemetry && (missing(TelemetryPart::Metrics) || missing(TelemetryPart::Alerts) || missing(TelemetryPart::Logs)))
        m_telemetry->lookAgain();
}

/// A person who may not list in all namespaces sees the namespace of the context (kubernetes.md 2.7). The kinds of the first
/// pane do not wait for the answer: most people may, and their rows come one round trip earlier.
void Environment::chooseNamespaces()
{
    const QList<network::KindInfo> &kinds = m_kinds->kinds();
    if (!m_info.namespaces.isEmpty() || kinds.isEmpty()) {
        beginAll(m_info.namespaces.isEmpty() ? QStringList{QString()} : m_info.namespaces);
        return;
    }
    m_watchedNamespaces = {QString()};
    QList<ResourceStore *> ahead;
    for (const network::KindInfo *kind : m_kinds->ofPane(u"nodes"_s)) {
        ahead.append(store(*kind));
        ahead.last()->holdRefusals(true);
        begin(ahead.last());
    }
    const ports::AccessQuestion question{u"list"_s, kinds.first().gvr};
    whenFinished(m_gateway->mayI(question), this, [this, ahead](const Result<ports::AccessAnswer> &answer) {
        const bool restricted = answer && !answer->allowed && !m_info.defaultNamespace.isEmpty();
        for (ResourceStore *store : ahead) {
            if (restricted && store->kind().namespaced)
                store->dropFeeds();
            store->holdRefusals(false);
        }
        beginAll({restricted ? m_info.defaultNamespace : QString()});
    });
}

void Environment::beginAll(const QStringList &namespaces)
{
    m_watchedNamespaces = namespaces;
    m_started = true;
    for (const network::KindInfo &kind : m_kinds->kinds()) {
        if (kind.eager && kind.own && m_served.value(kind.gvr.name(), true))
            (void)store(kind);
    }
    for (const auto &[name, known] : m_stores)
        begin(known.get());
}

void Environment::discover()
{
    whenFinished(m_gateway->discover(), this, [this](const Result<QList<ports::ServedResource>> &served) {
        if (!served)
            return;
        for (const network::KindInfo &kind : m_kinds->kinds())
            m_served.insert(kind.gvr.name(), false);
        for (const ports::ServedResource &resource : *served)
            m_served.insert(resource.gvr.name(), true);
        Q_EMIT servedChanged();
    });
}

ResourceStore *Environment::store(const network::KindInfo &kind)
{
    auto &slot = m_stores[kind.gvr.name()];
    if (!slot) {
        slot = std::make_unique<ResourceStore>(m_info.name, kind);
        ResourceStore *made = slot.get();
        Q_EMIT storeAdded(made);
        if (m_started)
            begin(made);
    }
    return slot.get();
}

ResourceStore *Environment::known(const network::KindInfo &kind) const
{
    const auto it = m_stores.find(kind.gvr.name());
    return it == m_stores.end() ? nullptr : it->second.get();
}

void Environment::begin(ResourceStore *store)
{
    if (!m_feed || store->loadState().phase != LoadState::Phase::NotYet)
        return;
    LoadState loading;
    loading.phase = LoadState::Phase::Loading;
    store->setLoadState(loading);
    const QStringList namespaces = store->kind().namespaced ? m_watchedNamespaces : QStringList{QString()};
    for (const QString &ns : namespaces)
        store->addFeed(ns, m_feed->watch({store->kind(), ns}));
}

void Environment::setNamespaces(const QStringList &namespaces)
{
    if (m_info.namespaces == namespaces && m_started)
        return;
    m_leftNamespaces = seenNamespaces();
    m_info.namespaces = namespaces;
    Q_EMIT namespacesChanged();
    for (const auto &[name, known] : m_stores) {
        if (known->kind().namespaced)
            known->dropFeeds();
    }
    beginAll(namespaces.isEmpty() ? QStringList{QString()} : namespaces);
}

QStringList Environment::seenNamespaces() const
{
    QSet<QString> seen(m_leftNamespaces.begin(), m_leftNamespaces.end());
    seen.insert(m_info.defaultNamespace);
    for (const auto &[name, known] : m_stores) {
        for (const RowPtr &row : known->rows())
            seen.insert(row->ns);
    }
    seen.remove(QString());
    QStringList out = seen.values();
    out.sort();
    return out;
}

QList<ResourceStore *> Environment::stores() const
{
    QList<ResourceStore *> out;
    for (const auto &[name, known] : m_stores)
        out.append(known.get());
    return out;
}

bool Environment::isProductionFor(const QString &name) const
{
    if (isProduction() || name.isEmpty())
        return isProduction();
    const network::KindInfo *kind = m_kinds->find(u"CantonNetwork"_s);
    const auto it = kind ? m_stores.find(kind->gvr.name()) : m_stores.end();
    const RowPtr row = it == m_stores.end() ? nullptr : it->second->find({}, name);
    if (!row)
        return name.contains("mainnet"_L1, Qt::CaseInsensitive);
    for (qsizetype i = 0; i < std::min<qsizetype>(row->cells.size(), kind->columns.size()); ++i) {
        if (kind->columns.at(i).id == "type"_L1)
            return row->cells.at(i).text == "MainNet"_L1;
    }
    return false;
}

void Environment::setReadOnly(bool readOnly)
{
    if (m_info.readOnly == readOnly)
        return;
    m_info.readOnly = readOnly;
    Q_EMIT readOnlyChanged();
}

void Environment::setFreshness(const Freshness &freshness)
{
    if (m_freshness == freshness)
        return;
    m_freshness = freshness;
    Q_EMIT freshnessChanged();
}

void Environment::setIdentity(const ports::Identity &identity)
{
    m_identity = identity;
    Q_EMIT identityChanged();
}

}
