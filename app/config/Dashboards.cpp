// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/config/Dashboards.h"

#include "app/config/ConfigNode.h"
#include "models/network/telemetry/Steps.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QSet>

#include <algorithm>

namespace qd::config {

using namespace Qt::StringLiterals;
using network::LegendSide;

namespace {

constexpr int kColumns = 12;

bool matches(const QString &text, const QString &pattern)
{
    return QRegularExpression(QRegularExpression::anchoredPattern(pattern)).match(text).hasMatch();
}

class Reader {
    Q_DECLARE_TR_FUNCTIONS(qd::config::Dashboards)

public:
    explicit Reader(Findings &findings) : m_findings(findings) { }

    network::Dashboard run()
    {
        network::Dashboard out;
        const ConfigNode root(m_findings, {});
        if (!root.object({u"schema"_s, u"id"_s, u"title"_s, u"tab"_s, u"order"_s, u"first"_s, u"variables"_s, u"rows"_s})) {
            if (!root.exists())
                root.error(tr("It must be an object."));
            return out;
        }
        root.schemaIs(1);
        out.id = idOf(root.child(u"id"_s));
        out.title = root.child(u"title"_s).required();
        out.tab = root.child(u"tab"_s).text();
        if (out.tab.isEmpty())
            out.tab = out.title;
        out.order = int(root.child(u"order"_s).number().value_or(out.order));
        out.first = root.child(u"first"_s).flag();
        const QList<ConfigNode> variables = root.child(u"variables"_s).items();
        for (const ConfigNode &node : variables)
            out.variables.append(variable(node));
        const ConfigNode rows = root.child(u"rows"_s);
        if (!rows.exists())
            rows.error(tr("It is required."));
        const QList<ConfigNode> nodes = rows.items();
        for (const ConfigNode &node : nodes)
            out.rows.append(row(node));
        return out;
    }

private:
    static QString idOf(const ConfigNode &node)
    {
        const QString id = node.required();
        if (!id.isEmpty() && !matches(id, u"[a-z0-9][a-z0-9-]{0,62}"_s))
            node.error(tr("It may have lower case letters, digits and \"-\", and begins with a letter or digit."));
        return id;
    }

    network::DashboardVariable variable(const ConfigNode &node)
    {
        network::DashboardVariable out;
        if (!node.object({u"name"_s, u"title"_s, u"of"_s, u"label"_s, u"match"_s, u"values"_s, u"multiple"_s, u"first"_s}))
            return out;
        const ConfigNode name = node.child(u"name"_s);
        out.name = name.required();
        if (!out.name.isEmpty() && !matches(out.name, u"[a-z][a-z0-9_]*"_s))
            name.error(tr("It may have lower case letters, digits and \"_\", and begins with a letter."));
        if (out.name == "cluster"_L1)
            name.error(tr("The name \"cluster\" is taken: it chooses among the open clusters."));
        if (m_variables.contains(out.name))
            name.error(tr("The name \"%1\" is taken by a variable above.").arg(out.name));
        out.title = node.child(u"title"_s).text();
        if (out.title.isEmpty())
            out.title = out.name;
        out.label = node.child(u"label"_s).checked([](const QString &text) { return matches(text, u"[a-zA-Z_][a-zA-Z0-9_]*"_s); },
                                                   tr("It must be the name of a label."));
        out.match = node.child(u"match"_s).text();
        checkVariables(node.child(u"match"_s), out.match);
        out.values = node.child(u"values"_s).texts();
        out.of = node.child(u"of"_s).checked([](const QString &text) { return text == "nodes"_L1 || text == "networks"_L1; },
                                             tr("It must be nodes or networks."));
        if (int(!out.values.isEmpty()) + int(!out.label.isEmpty()) + int(!out.of.isEmpty()) != 1)
            node.error(tr("It needs one of label, values and of."));
        out.multiple = node.child(u"multiple"_s).exists() ? node.child(u"multiple"_s).flag() : true;
        out.first = node.child(u"first"_s).text();
        m_variables.append(out.name);
        if (out.multiple)
            m_multiple.append(out.name);
        return out;
    }

    network::PanelRow row(const ConfigNode &node)
    {
        network::PanelRow out;
        if (!node.object({u"title"_s, u"panels"_s}))
            return out;
        out.title = node.child(u"title"_s).text();
        const QList<ConfigNode> panels = node.child(u"panels"_s).items();
        for (const ConfigNode &panelNode : panels)
            out.panels.append(panel(panelNode));
        return out;
    }

    network::Panel panel(const ConfigNode &node)
    {
        network::Panel out;
        if (!node.object({u"id"_s, u"title"_s, u"note"_s, u"unit"_s, u"decimals"_s, u"span"_s, u"legend"_s, u"fromZero"_s, u"log"_s, u"min"_s,
                          u"max"_s, u"words"_s, u"queries"_s, u"thresholds"_s, u"metrics"_s, u"alerts"_s})) {
            if (!node.exists())
                node.error(tr("It must be an object."));
            return out;
        }
        out.id = idOf(node.child(u"id"_s));
        if (m_panels.contains(out.id))
            node.child(u"id"_s).error(tr("The id \"%1\" is taken by a panel above.").arg(out.id));
        m_panels.insert(out.id);
        out.title = node.child(u"title"_s).required();
        out.note = node.child(u"note"_s).text();
        look(node, out);
        const ConfigNode queries = node.child(u"queries"_s);
        const QList<ConfigNode> nodes = queries.items();
        for (const ConfigNode &item : nodes)
            out.queries.append(query(item));
        if (out.queries.isEmpty() && (!queries.exists() || !nodes.isEmpty() || queries.items().isEmpty()))
            queries.error(tr("It needs one query at least."));
        const QList<ConfigNode> thresholds = node.child(u"thresholds"_s).items();
        for (const ConfigNode &item : thresholds)
            out.thresholds.append(threshold(item));
        out.metrics = node.child(u"metrics"_s).texts();
        out.alerts = node.child(u"alerts"_s).texts();
        return out;
    }

    static void look(const ConfigNode &node, network::Panel &out)
    {
        const ConfigNode unit = node.child(u"unit"_s);
        out.unit = unit.text();
        if (!out.unit.isEmpty() && !network::panelUnits().contains(out.unit)) {
            const QString near = nearest(out.unit, network::panelUnits());
            unit.error(near.isEmpty() ? tr("\"%1\" is no unit; there are %2.").arg(out.unit, network::panelUnits().join(u", "_s))
                                      : tr("\"%1\" is no unit; did you mean \"%2\"?").arg(out.unit, near));
        }
        const ConfigNode span = node.child(u"span"_s);
        out.span = int(span.number().value_or(out.span));
        if (out.span < 2 || out.span > kColumns)
            span.error(tr("It is 2 to 12 columns."));
        const ConfigNode decimals = node.child(u"decimals"_s);
        out.decimals = int(decimals.number().value_or(-1));
        if (decimals.exists() && (out.decimals < 0 || out.decimals > 9))
            decimals.error(tr("It is 0 to 9."));
        const ConfigNode legend = node.child(u"legend"_s);
        const QString side = legend.text();
        if (side == "right"_L1 || (side.isEmpty() && out.span == kColumns))
            out.legend = LegendSide::Right;
        else if (side == "none"_L1)
            out.legend = LegendSide::None;
        else if (!side.isEmpty() && side != "below"_L1)
            legend.error(tr("It must be below, right or none."));
        out.fromZero = node.child(u"fromZero"_s).exists() ? node.child(u"fromZero"_s).flag() : true;
        out.logarithmic = node.child(u"log"_s).flag();
        out.softMin = node.child(u"min"_s).real();
        out.softMax = node.child(u"max"_s).real();
        const ConfigNode words = node.child(u"words"_s);
        const QStringList keys = words.exists() && words.object(words.keys()) ? words.keys() : QStringList();
        for (const QString &key : keys) {
            bool number = false;
            const double value = key.toDouble(&number);
            if (number)
                out.words.insert(value, words.child(key).required());
            else
                words.child(key).error(tr("\"%1\" is no number; words stand for values: \"1\": connected.").arg(key));
        }
        if (out.unit == "state"_L1 && out.words.isEmpty())
            unit.error(tr("It needs words for its values: words: {\"1\": connected}."));
    }

    network::PanelQuery query(const ConfigNode &node)
    {
        network::PanelQuery out;
        if (!node.object({u"expr"_s, u"legend"_s})) {
            if (!node.exists())
                node.error(tr("It must be an object."));
            return out;
        }
        out.expr = node.child(u"expr"_s).required().trimmed();
        out.legend = node.child(u"legend"_s).text();
        checkVariables(node.child(u"expr"_s), out.expr);
        return out;
    }

    void checkVariables(const ConfigNode &node, const QString &expr) const
    {
        const QStringList used = network::variablesOf(expr);
        for (const QString &name : used) {
            if (m_variables.contains(name))
                continue;
            const QString near = nearest(name, m_variables);
            node.error(near.isEmpty() ? tr("There is no variable \"%1\".").arg(name)
                                      : tr("There is no variable \"%1\"; did you mean \"%2\"?").arg(name, near));
        }
        const QString wrong = network::variableBehindEquals(expr, m_multiple);
        if (!wrong.isEmpty())
            node.error(tr("$%1 may be several values: they stand behind =~ or !~.").arg(wrong));
    }

    static network::PanelThreshold threshold(const ConfigNode &node)
    {
        network::PanelThreshold out;
        if (!node.object({u"value"_s, u"words"_s, u"level"_s}))
            return out;
        const ConfigNode value = node.child(u"value"_s);
        if (!value.exists())
            value.error(tr("It is required."));
        out.value = value.real().value_or(0);
        out.words = node.child(u"words"_s).required();
        const ConfigNode level = node.child(u"level"_s);
        const QString word = level.text();
        out.critical = word != "warning"_L1;
        if (!word.isEmpty() && word != "warning"_L1 && word != "critical"_L1)
            level.error(tr("It must be critical or warning."));
        return out;
    }

    Findings &m_findings;
    QStringList m_variables;
    QStringList m_multiple;
    QSet<QString> m_panels;
};

}

CheckedDashboard checkDashboard(const ports::YamlDocument &document, const QString &path)
{
    Findings findings{document, {}, {}};
    CheckedDashboard out;
    out.dashboard = Reader(findings).run();
    out.dashboard.path = path;
    const auto byPlace = [](const FileProblem &a, const FileProblem &b) { return std::pair(a.line, a.column) < std::pair(b.line, b.column); };
    std::stable_sort(findings.errors.begin(), findings.errors.end(), byPlace);
    std::stable_sort(findings.warnings.begin(), findings.warnings.end(), byPlace);
    out.errors = findings.errors;
    out.warnings = findings.warnings;
    return out;
}

}
