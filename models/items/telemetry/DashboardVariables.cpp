// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/telemetry/DashboardSession.h"

#include "models/core/Async.h"

#include <QSet>

#include <algorithm>

namespace qd::items {

using namespace Qt::StringLiterals;
using network::VariableValue;

namespace {

QStringList sorted(const QSet<QString> &values)
{
    QStringList out(values.cbegin(), values.cend());
    out.sort();
    return out;
}

/// A part of this name, up to a dash, is one of these: of "alice-bank" that is "alice".
bool goesOn(const QString &name, const QSet<QString> &names)
{
    for (qsizetype end = name.lastIndexOf(u'-'); end > 0; end = name.lastIndexOf(u'-', end - 1)) {
        if (names.contains(name.left(end)))
            return true;
    }
    return false;
}

/// The pods of nodes that are not chosen although their names go on from the name of one that is: "alice" is not "alice-bank".
QString othersPods(const QList<DashboardNode> &nodes, const QString &cluster, const QStringList &chosen)
{
    if (chosen.isEmpty())
        return {};
    const QSet<QString> names(chosen.cbegin(), chosen.cend());
    QSet<QString> others;
    for (const DashboardNode &node : nodes) {
        if (node.cluster == cluster && !names.contains(node.name) && goesOn(node.name, names))
            others.insert(node.name);
    }
    for (const QString &name : chosen) {    // one between two that are chosen cannot be left out without the longer of them
        for (qsizetype end = name.lastIndexOf(u'-'); end > 0; end = name.lastIndexOf(u'-', end - 1))
            others.remove(name.left(end));
    }
    QStringList out;
    for (const QString &other : std::as_const(others)) {
        if (!goesOn(other, others))
            out.append(network::regexEscaped(other));
    }
    out.sort();
    if (out.isEmpty())
        return {};
    return (out.size() == 1 ? out.first() : QString(u'(' + out.join(u'|') + u')')) + u"(-.*)?"_s;
}

/// The values of all clusters of one variable come together.
struct Gathered {
    QSet<QString> values;
    QString problem;
    qsizetype waiting = 0;
};

}

void DashboardSession::choose(const QString &name, const QStringList &values)
{
    for (VariableState &variable : m_variables) {
        if (variable.variable.name != name || variable.chosen == values)
            continue;
        variable.chosen = values;
        for (const auto &panel : m_panels)
            panel->looked.clear();
        loadVariables(name);
        wantAll(false);
        Q_EMIT variablesChanged();
        tellAll();
        return;
    }
}

/// Nobody can be asked any more, as after a sign-out: what was read goes.
void DashboardSession::forgetLabels()
{
    m_asOf = {};
    for (std::stop_source &stop : m_labelStops)
        stop.request_stop();
    for (VariableState &variable : m_variables) {
        if (variable.variable.label.isEmpty())
            continue;
        variable.values = variable.variable.values;
        variable.problem.clear();
        variable.loading = false;
    }
}

/// All values anew, or those whose series depend on this variable.
void DashboardSession::loadVariables(const QString &after)
{
    if (!m_shown)
        return;
    if (after.isEmpty()) {
        for (std::stop_source &stop : m_labelStops)
            stop.request_stop();
    }
    for (qsizetype i = 0; i < m_variables.size(); ++i) {
        VariableState &variable = m_variables[i];
        const bool nodes = variable.variable.of == "nodes"_L1;
        if (nodes || variable.variable.of == "networks"_L1) {
            QSet<QString> networks, values;
            for (const VariableState &other : std::as_const(m_variables)) {
                if (nodes && other.variable.of == "networks"_L1)
                    networks = {other.chosen.cbegin(), other.chosen.cend()};
            }
            for (const DashboardNode &node : std::as_const(m_nodes)) {
                const bool here = std::any_of(m_sources.cbegin(), m_sources.cend(), [&node](const MetricsOf &source) { return source.cluster == node.cluster; });
                if (here && (networks.isEmpty() || networks.contains(node.network)))
                    values.insert(nodes ? node.name : node.network);
            }
            values.remove({});
            setValues(variable, sorted(values));
        } else if (!variable.variable.label.isEmpty()
                   && (after.isEmpty() || network::variablesOf(variable.variable.match).contains(after))) {
            loadLabels(i);
        }
    }
    Q_EMIT variablesChanged();
}

void DashboardSession::loadLabels(qsizetype i)
{
    VariableState &variable = m_variables[i];
    if (m_sources.isEmpty())
        return;
    variable.loading = true;
    const double start = m_range.start(at()), end = m_range.end(at());
    auto gathered = std::make_shared<Gathered>();
    gathered->waiting = m_sources.size();
    std::stop_source &newest = m_labelStops[variable.variable.name];
    newest.request_stop();      // an older answer must not come after it
    newest = {};
    const std::stop_token stop = newest.get_token();
    for (const MetricsOf &source : std::as_const(m_sources)) {
        const QString match = network::interpolate(variable.variable.match, {start, end, 60}, chosenValues(source.cluster));
        whenFinished(source.source->labelValues(variable.variable.label, match, start, end, stop), this,
                     [this, gathered, stop, name = variable.variable.name](const Result<QStringList> &values) {
                         if (stop.stop_requested())
                             return;
                         if (values)
                             gathered->values.unite({values->cbegin(), values->cend()});
                         else
                             gathered->problem = values.error().text();
                         if (--gathered->waiting > 0)
                             return;
                         for (VariableState &state : m_variables) {
                             if (state.variable.name != name)
                                 continue;
                             state.loading = false;
                             state.problem = gathered->problem;
                             if (gathered->problem.isEmpty() || !gathered->values.isEmpty())
                                 setValues(state, sorted(gathered->values));
                             wantAll(false);
                             Q_EMIT variablesChanged();
                             return;
                         }
                     });
    }
}

void DashboardSession::setValues(VariableState &variable, const QStringList &values)
{
    variable.values = values;
    if (!variable.variable.multiple && variable.chosen.isEmpty() && !values.isEmpty())
        variable.chosen = {values.first()};
}

QHash<QString, VariableValue> DashboardSession::chosenValues(const QString &cluster) const
{
    QHash<QString, VariableValue> out;
    for (const VariableState &variable : m_variables) {
        VariableValue value{variable.chosen};
        if (variable.variable.of == "nodes"_L1)
            value.except = othersPods(m_nodes, cluster, variable.chosen);
        for (const QString &chosen : variable.chosen) {
            if (variable.variable.of == "nodes"_L1) {
                value.patterns.insert(chosen, network::regexEscaped(chosen) + u"(-.*)?"_s);
            } else if (variable.variable.of == "networks"_L1) {
                QSet<QString> namespaces;
                for (const DashboardNode &node : m_nodes) {
                    if (node.network == chosen)
                        namespaces.insert(network::regexEscaped(node.ns));
                }
                value.patterns.insert(chosen, namespaces.isEmpty() ? network::regexEscaped(chosen) : sorted(namespaces).join(u'|'));
            }
        }
        out.insert(variable.variable.name, value);
    }
    return out;
}

}
