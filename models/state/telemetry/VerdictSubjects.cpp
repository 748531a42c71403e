// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/telemetry/VerdictSubjects.h"

#include "models/core/Format.h"

#include <QSet>

namespace qd::state {

using namespace Qt::StringLiterals;
using network::Cell;

namespace {

bool isNode(const network::KindInfo &kind)
{
    return kind.own && kind.pane == "nodes"_L1;
}

bool holdsNodes(const ResourceStore &store)
{
    return isNode(store.kind());
}

qsizetype columnOf(const network::KindInfo &kind, QLatin1StringView id)
{
    for (qsizetype i = 0; i < kind.columns.size(); ++i) {
        if (kind.columns.at(i).id == id)
            return i;
    }
    return -1;
}

const ResourceStore *storeOf(const Environment &environment, QLatin1StringView kind)
{
    const QList<ResourceStore *> stores = environment.stores();
    for (const ResourceStore *store : stores) {
        if (store->kind().own && store->kind().kind == kind)
            return store;
    }
    return nullptr;
}

/// "90d", "2160h" in hours.
std::optional<double> hoursOf(const QString &text)
{
    if (text.endsWith(u'd')) {
        bool ok = false;
        const double days = text.chopped(1).toDouble(&ok);
        return ok ? std::optional(days * 24) : std::nullopt;
    }
    const qint64 ms = parseDuration(text);
    return ms > 0 ? std::optional(double(ms) / 3'600'000) : std::nullopt;
}

/// What the other kinds say of nodes.
class Around {
public:
    explicit Around(const Environment &environment)
    {
        domains(environment);
        networks(environment);
        connections(environment);
        pruning(environment);
        wallets(environment);
    }
    void describe(VerdictSubject &subject) const
    {
        subject.busyNetwork = m_busy.value(subject.network);
        subject.domains = m_aliases.value(key(subject.node.ns, subject.node.name));
        subject.domains.insert(QString(), domainOfNetwork(subject.network));
        if (const auto kept = m_retention.constFind(key(subject.node.ns, subject.node.name)); kept != m_retention.constEnd())
            subject.retention = *kept;
        if (const auto parties = m_wallets.constFind(key(subject.node.ns, subject.node.name)); parties != m_wallets.constEnd())
            subject.wallets = int(parties->size());
    }

private:
    static QString key(const QString &ns, const QString &name) { return ns + u'/' + name; }

    [[nodiscard]] QString domainOfNetwork(const QString &network) const
    {
        const QStringList own = m_busy.value(network) ? QStringList() : m_domainsOf.value(network);
        return own.size() == 1 ? own.first() : QString(u"network/"_s + network);
    }

    void domains(const Environment &environment)
    {
        const ResourceStore *store = storeOf(environment, "SyncDomain"_L1);
        if (!store)
            return;
        for (const RowPtr &row : store->rows())
            m_domainsOf[row->network].append(QString(u"domain/"_s + key(row->ns, row->name)));
    }

    void networks(const Environment &environment)
    {
        const ResourceStore *store = storeOf(environment, "CantonNetwork"_L1);
        if (!store)
            return;
        const qsizetype type = columnOf(store->kind(), "type"_L1);
        for (const RowPtr &row : store->rows()) {
            const QString is = row->cells.value(type).text;
            m_busy.insert(row->name, is == "MainNet"_L1 || is == "TestNet"_L1 || is == "DevNet"_L1);
        }
    }

    void connections(const Environment &environment)
    {
        const ResourceStore *store = storeOf(environment, "SyncDomainConnection"_L1);
        if (!store)
            return;
        const network::KindInfo &kind = store->kind();
        const qsizetype node = columnOf(kind, "node"_L1), alias = columnOf(kind, "alias"_L1), domain = columnOf(kind, "domain"_L1), to = columnOf(kind, "toNetwork"_L1);
        for (const RowPtr &row : store->rows()) {
            const QString domainName = row->cells.value(domain).text, network = row->cells.value(to).text;
            if (domainName.isEmpty() && network.isEmpty())
                continue;
            m_aliases[key(row->ns, row->cells.value(node).text)].insert(
                row->cells.value(alias).text, domainName.isEmpty() ? domainOfNetwork(network) : QString(u"domain/"_s + key(row->ns, domainName)));
        }
    }

    void pruning(const Environment &environment)
    {
        const ResourceStore *store = storeOf(environment, "PruningSchedule"_L1);
        if (!store)
            return;
        const network::KindInfo &kind = store->kind();
        const qsizetype node = columnOf(kind, "node"_L1), domain = columnOf(kind, "domain"_L1), retention = columnOf(kind, "retention"_L1);
        for (const RowPtr &row : store->rows()) {
            const QString of = row->cells.value(node).text.isEmpty() ? row->cells.value(domain).text : row->cells.value(node).text;
            const std::optional<double> hours = hoursOf(row->cells.value(retention).text);
            if (hours && row->state != network::State::Suspended)
                m_retention.insert(key(row->ns, of), *hours);
        }
    }

    void wallets(const Environment &environment)
    {
        const ResourceStore *store = storeOf(environment, "WalletUser"_L1);
        if (!store)
            return;
        const qsizetype node = columnOf(store->kind(), "validator"_L1), party = columnOf(store->kind(), "partyId"_L1),
                        installed = columnOf(store->kind(), "installed"_L1);
        for (const RowPtr &row : store->rows()) {
            const Cell wallet = row->cells.value(installed);
            if (wallet.is == Cell::Is::Boolean && wallet.integer == 0)
                continue;   // it says that there is none
            if (const QString id = row->cells.value(party).text; !id.isEmpty())
                m_wallets[key(row->ns, row->cells.value(node).text)].insert(id);
        }
    }

    QHash<QString, QStringList> m_domainsOf;            ///< by network
    QHash<QString, bool> m_busy;                        ///< by network
    QHash<QString, QHash<QString, QString>> m_aliases;  ///< by node
    QHash<QString, double> m_retention;                 ///< by node
    QHash<QString, QSet<QString>> m_wallets;            ///< party ids, by node
};

}

bool tellsOfNodes(const network::KindInfo &kind)
{
    static const QStringList around{u"CantonNetwork"_s, u"SyncDomain"_s, u"SyncDomainConnection"_s, u"PruningSchedule"_s, u"WalletUser"_s};
    return isNode(kind) || (kind.own && around.contains(kind.kind));
}

QList<RowPtr> nodeRowsOf(const Environment &environment)
{
    QList<RowPtr> out;
    const QList<ResourceStore *> stores = environment.stores();
    for (const ResourceStore *store : stores) {
        if (holdsNodes(*store))
            out += store->rows().values();
    }
    return out;
}

QList<ObjectId> nodesOf(const Environment &environment)
{
    QList<ObjectId> out;
    const QList<ResourceStore *> stores = environment.stores();
    for (const ResourceStore *store : stores) {
        if (!holdsNodes(*store))
            continue;
        for (const RowPtr &row : store->rows())
            out.append(store->idOf(*row));
    }
    return out;
}

QList<VerdictSubject> verdictSubjects(const Environment &environment)
{
    const Around around(environment);
    QList<VerdictSubject> out;
    const QList<ResourceStore *> stores = environment.stores();
    for (const ResourceStore *store : stores) {
        if (!holdsNodes(*store))
            continue;
        const qsizetype pods = columnOf(store->kind(), "components"_L1), suspend = columnOf(store->kind(), "suspend"_L1);
        for (const RowPtr &row : store->rows()) {
            VerdictSubject subject;
            subject.node = store->idOf(*row);
            subject.kind = store->kind().kind;
            subject.network = row->network;
            subject.reported = row->deleted > 0 ? network::State::Deleting : row->state;
            subject.phase = row->phase;
            const Cell suspended = row->cells.value(suspend), ready = row->cells.value(pods);
            subject.suspended = suspended.is == Cell::Is::Boolean && suspended.integer != 0;
            if (ready.is == Cell::Is::Ratio) {
                subject.podsReady = int(ready.integer);
                subject.podsWanted = int(ready.whole);
            }
            around.describe(subject);
            out.append(subject);
        }
    }
    return out;
}

}
