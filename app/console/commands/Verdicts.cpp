// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Output.h"
#include "app/console/commands/Command.h"
#include "app/console/commands/VerdictLook.h"
#include "models/core/Format.h"

#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>

namespace qd::console {

using namespace Qt::StringLiterals;
using state::NodeVerdict;

namespace {

/// `verdicts`: every node of every cluster with its evidence.
class VerdictsCommand final : public Command {
public:
    using Command::Command;

    void run() override
    {
        m_open = session().clusters().size();
        for (const SessionCluster &cluster : session().clusters()) {
            const bool all = invocation().has(u"all-namespaces"_s) || !invocation().has(u"namespace"_s);
            m_looks.push_back(std::make_unique<VerdictLook>(&session(), cluster, all ? QString() : session().targetNamespace(cluster), session().targetNamespace(cluster)));
            connect(m_looks.back().get(), &VerdictLook::ready, this, [this] {
                if (--m_open == 0)
                    answer();
            }, Qt::QueuedConnection);
        }
        for (const auto &look : m_looks)
            look->start();
    }

private:
    struct Line {
        ObjectId node;
        NodeVerdict verdict;
    };

    void answer()
    {
        QList<Line> lines;
        const Error *first = nullptr;
        for (const auto &look : m_looks) {
            for (auto it = look->all().constBegin(); it != look->all().constEnd(); ++it)
                lines.append({it.key(), it.value()});
            for (const Error &error : look->errors()) {
                first = first ? first : &error;
                sayError(error);
            }
        }
        std::sort(lines.begin(), lines.end(), [](const Line &a, const Line &b) {
            if (state::verdictRank(a.verdict.state) != state::verdictRank(b.verdict.state))
                return state::verdictRank(a.verdict.state) < state::verdictRank(b.verdict.state);
            return std::tie(a.node.cluster, a.node.ns, a.node.name, a.node.gvr.resource) < std::tie(b.node.cluster, b.node.ns, b.node.name, b.node.gvr.resource);
        });
        invocation().json() ? asJson(lines) : asTable(lines);
        Q_EMIT finished(first ? exitCodeOf(*first) : int(Ok));
    }

    void asJson(const QList<Line> &lines) const
    {
        QJsonArray out;
        for (const Line &line : lines) {
            QJsonObject one = state::verdictJson(line.verdict);
            one.insert(u"resource"_s, line.node.shortName());
            one.insert(u"namespace"_s, line.node.ns);
            one.insert(u"cluster"_s, line.node.cluster);
            out.append(one);
        }
        printJson(out);
    }

    void asTable(const QList<Line> &lines) const
    {
        if (lines.isEmpty())
            return say(Session::tr("There are no nodes."));
        const QDateTime now = session().clock()->now();
        const auto age = [&now](const std::optional<double> &at) {
            return at ? formatAge(std::max<qint64>(0, now.toSecsSinceEpoch() - qint64(*at))) : u"unknown"_s;
        };
        QStringList header{u"NODE"_s, u"NAMESPACE"_s, u"VERDICT"_s, u"LAST EVENT"_s, u"INGESTION"_s, u"COMMITMENT"_s, u"WHY"_s};
        if (several())
            header.prepend(u"CLUSTER"_s);
        QList<QStringList> rows;
        for (const Line &line : lines) {
            const bool wallet = line.node.gvr.resource == "validators"_L1 || line.node.gvr.resource == "supervalidators"_L1;
            const bool participant = line.node.gvr.resource != "syncdomains"_L1;
            QStringList row{line.node.shortName(), line.node.ns, state::verdictWord(line.verdict.state).toLower(), age(line.verdict.lastEvent),
                            wallet ? age(line.verdict.lastIngestion) : u"–"_s, participant ? age(line.verdict.lastCommitment) : u"–"_s, line.verdict.why()};
            if (several())
                row.prepend(line.node.cluster);
            rows.append(row);
        }
        printTable(header, rows);
    }

    std::vector<std::unique_ptr<VerdictLook>> m_looks;
    size_t m_open = 0;
};

}

std::unique_ptr<Command> makeVerdicts(const Invocation &invocation, Session *session)
{
    return std::make_unique<VerdictsCommand>(invocation, session);
}

}
