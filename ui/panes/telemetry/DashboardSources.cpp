// SPDX-License-Identifier: GPL-3.0-or-later
// Where a dashboard's readings come from, and what is said while there are none.
#include "ui/panes/telemetry/DashboardPage.h"

#include "models/state/telemetry/NodeLabels.h"
#include "models/state/telemetry/VerdictSubjects.h"
#include "ui/panes/telemetry/FiringAlerts.h"
#include "ui/panes/telemetry/VariableButton.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/StatePage.h"

#include <QScrollArea>
#include <QTimer>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using Phase = ports::TelemetryState::Phase;

namespace {

ports::TelemetryState standing(const state::Environment *environment)
{
    if (environment->telemetry())
        return environment->telemetry()->state(ports::TelemetryPart::Metrics);
    ports::TelemetryState out;
    out.phase = Phase::Missing;
    out.why = {ErrorKind::NotFound, QCoreApplication::translate("DashboardPage", "Nothing that measures %1 is known.").arg(environment->name())};
    return out;
}

}

void DashboardPage::addEnvironment(state::Environment *environment)
{
    if (m_environments.contains(environment))
        return;
    m_environments.append(environment);
    if (environment->telemetry())
        connect(environment->telemetry().get(), &ports::Telemetry::changed, this, [this] {
            if (m_shown)        // else it looks when it is shown
                updateSources();
        });
    connect(environment, &state::Environment::signInChanged, this, [this] { look(); });
    const auto watch = [this](state::ResourceStore *store) {
        if (!store->kind().own || store->kind().pane != "nodes"_L1)
            return;
        connect(store, &state::ResourceStore::changed, this, [this, store](const QStringList &upserted, const QStringList &removed) {
            m_otherNodes = m_otherNodes || tellsOthers(*store, upserted, removed);
            if (m_otherNodes && m_shown && !m_nodesSoon->isActive())
                m_nodesSoon->start();
        });
        m_otherNodes = true;
    };
    const QList<state::ResourceStore *> stores = environment->stores();
    for (state::ResourceStore *store : stores)
        watch(store);
    connect(environment, &state::Environment::storeAdded, this, watch);
    m_otherNodes = true;
    updateSources();
}

void DashboardPage::removeEnvironment(state::Environment *environment)
{
    m_environments.removeAll(environment);
    environment->disconnect(this);
    if (environment->telemetry())
        environment->telemetry()->disconnect(this);
    const QList<state::ResourceStore *> stores = environment->stores();
    for (state::ResourceStore *store : stores)
        store->disconnect(this);
    m_labels.remove(environment);
    m_otherNodes = true;
    updateSources();
}

/// Of the many changes of rows only those after which there are other nodes, or nodes of another network.
bool DashboardPage::tellsOthers(const state::ResourceStore &store, const QStringList &upserted, const QStringList &removed) const
{
    if (!removed.isEmpty())
        return true;
    return std::any_of(upserted.cbegin(), upserted.cend(), [this, &store](const QString &uid) {
        const auto known = m_networks.constFind({store.cluster(), uid});
        const state::RowPtr row = store.row(uid);
        return known == m_networks.cend() || !row || row->network != *known;
    });
}

/// Telemetry looks when somebody wants to see it.
void DashboardPage::look()
{
    for (state::Environment *environment : std::as_const(m_environments)) {
        if (m_shown && environment->telemetry() && !environment->needsSignIn())
            environment->telemetry()->look();
    }
    updateSources();
}

QStringList DashboardPage::chosenClusters() const
{
    QStringList out;
    const QStringList kept = m_context.settings->value(u"telemetry/clusters"_s).toStringList();
    for (const state::Environment *environment : m_environments) {
        if (kept.contains(environment->name()))
            out.append(environment->name());
    }
    return out;
}

void DashboardPage::updateSources()
{
    const QStringList chosen = chosenClusters();
    QList<items::MetricsOf> sources;
    QStringList names;
    QList<std::tuple<QString, const void *, const void *>> given;
    for (const state::Environment *environment : std::as_const(m_environments)) {
        names.append(environment->name());
        if (!chosen.isEmpty() && !chosen.contains(environment->name()))
            continue;
        if (environment->needsSignIn() || !environment->telemetry() || !environment->telemetry()->metrics())
            continue;
        std::shared_ptr<const state::NodeLabels> &labels = m_labels[environment];
        if (!labels)
            labels = std::make_shared<const state::NodeLabels>(state::nodesOf(*environment));
        given.append({environment->name(), environment->telemetry()->metrics().get(), labels.get()});
        sources.append({environment->name(), environment->telemetry()->metrics(),
                        [labels = labels](const network::Labels &of) { return labels->find(of).node.name; }});
    }
    buildVariables();
    m_cluster->setValues(names, chosen);
    m_cluster->setVisible(names.size() > 1);
    if (m_firing)
        m_firing->setCluster(chosen.size() == 1 ? chosen.first() : QString());
    if (std::exchange(m_given, given) != given)
        m_session->setSources(sources);
    updateState();
}

void DashboardPage::updateNodes()
{
    if (!std::exchange(m_otherNodes, false))
        return;
    QList<items::DashboardNode> nodes;
    m_networks.clear();
    for (const state::Environment *environment : std::as_const(m_environments)) {
        const QList<state::RowPtr> rows = state::nodeRowsOf(*environment);
        for (const state::RowPtr &row : rows) {
            nodes.append({environment->name(), row->network, row->ns, row->name});
            m_networks.insert({environment->name(), row->uid}, row->network);
        }
    }
    if (nodes == m_nodes)
        return;
    m_nodes = nodes;
    m_labels.clear();
    updateSources();
    m_session->setNodes(nodes);
}

/// What stands in place of the charts while no cluster can be asked; and a bar for those that cannot, beside others.
void DashboardPage::updateState()
{
    QStringList looking, signedOut;
    QList<std::pair<QString, Error>> missing;
    const QStringList chosen = chosenClusters();
    for (const state::Environment *environment : std::as_const(m_environments)) {
        if (!chosen.isEmpty() && !chosen.contains(environment->name()))
            continue;
        const ports::TelemetryState state = standing(environment);
        if (environment->needsSignIn())
            signedOut.append(environment->name());
        else if (state.phase == Phase::Looking)
            looking.append(environment->name());
        else if (state.phase == Phase::Missing)
            missing.append({environment->name(), state.why});
    }
    const bool any = !m_session->sources().isEmpty();
    QString key = QString::number(any) + looking.join(u' ') + u'/' + signedOut.join(u' ') + u'/' + QString::number(m_environments.size());
    for (const auto &one : std::as_const(missing))
        key += one.first + one.second.text();
    if (key == m_shownState)
        return;
    m_shownState = key;
    m_scroll->setVisible(any);
    m_notice->setVisible(any && (!missing.isEmpty() || !signedOut.isEmpty()));
    if (any) {
        m_state->hide();
        if (!signedOut.isEmpty())
            m_notice->setTexts(tr("Nobody is signed in at %1: its nodes are not in these charts.").arg(signedOut.join(u", "_s)), {});
        else if (!missing.isEmpty())
            m_notice->setTexts(tr("%1 is not measured here: %2").arg(missing.first().first, missing.first().second.message),
                               missing.size() > 1 ? tr("And %n more cluster(s).", nullptr, int(missing.size()) - 1) : missing.first().second.remedy);
        m_soon->start();
        return;
    }
    if (m_environments.isEmpty())
        m_state->showEmpty(tr("No cluster is open."), tr("Its charts are here once one is."));
    else if (!looking.isEmpty())
        m_state->showLoading(tr("%1: Prometheus").arg(looking.first()));
    else if (!signedOut.isEmpty())
        m_state->showForbidden({ErrorKind::Unauthenticated, tr("Nobody is signed in at %1.").arg(signedOut.first()),
                                tr("Sign in, and its charts are here.")});
    else
        m_state->showError(missing.first().second);
    m_state->show();
}

}
