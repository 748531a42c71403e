// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/overview/LatestChanges.h"

#include "models/core/Format.h"

#include <QCoreApplication>

namespace qd::items::overview {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kDay = 86400;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(LatestChanges)
};

QString withoutTitle(QString message, const QString &title)
{
    if (message.startsWith(title + u": "_s))
        message = message.mid(title.size() + 2);
    while (message.endsWith(u'.'))
        message.chop(1);
    return message;
}

QString outcomeOf(const state::JournaledChange &change, const ChangeStanding &standing)
{
    const QString word = standing.word.left(1).toLower() + standing.word.mid(1);
    const QDateTime ended = change.ended();
    if (standing.id == "settled"_L1 && change.outcome() == "settled"_L1 && ended.isValid() && !change.steps.last().readBack)
        return Words::tr("done in %1").arg(formatAge(std::max<qint64>(0, change.begun().secsTo(ended))));
    const QString text = withoutTitle(standing.text, change.title);
    return text.isEmpty() || standing.id == "settled"_L1 ? word : Words::tr("%1: %2").arg(word, text);
}

}

ChangeLine changeLine(const state::JournaledChange &change, const ChangeStanding &standing, const network::KindTable &kinds)
{
    ChangeLine out;
    out.id = change.id;
    out.title = change.title;
    if (const state::JournaledEdit *edit = change.onlyEdit()) {
        out.object = edit->object(change.cluster, kinds);
        const QString tail = u' ' + edit->name;
        if (!edit->name.isEmpty() && out.title.endsWith(tail) && out.title.size() > tail.size())
            out.title.chop(tail.size());
        if (const QString of = Words::tr(" of"); out.title.endsWith(of))   // "Change storage of"
            out.title.chop(of.size());
    }
    out.user = change.user;
    out.at = change.begun().toSecsSinceEpoch();
    out.state = standing.state;
    out.outcome = outcomeOf(change, standing);
    return out;
}

LatestChanges LatestChanges::of(const ChangesModel::Sources &sources, qint64 now, int most)
{
    LatestChanges out;
    for (const state::ChangePtr &change : sources.log->changes()) {
        if (change->begun().toSecsSinceEpoch() < now - kDay)
            break;
        if (out.lines.size() < most)
            out.lines.append(changeLine(*change, ChangesModel::standingOf(sources, *change), *sources.kinds));
        else
            ++out.more;
    }
    return out;
}

}
