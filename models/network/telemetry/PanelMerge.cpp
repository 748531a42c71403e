// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/network/telemetry/PanelMerge.h"

#include <QRegularExpression>

#include <tuple>

namespace qd::network {

using namespace Qt::StringLiterals;

namespace {

/// The fields of a part, of a panel that may be written to or not.
template <PanelPart part, typename P>
auto fields(P &panel)
{
    if constexpr (part == PanelPart::Title)
        return std::tie(panel.title);
    else if constexpr (part == PanelPart::Note)
        return std::tie(panel.note);
    else if constexpr (part == PanelPart::Values)
        return std::tie(panel.unit, panel.decimals, panel.words);
    else if constexpr (part == PanelPart::Place)
        return std::tie(panel.span, panel.legend);
    else if constexpr (part == PanelPart::Queries)
        return std::tie(panel.queries);
    else if constexpr (part == PanelPart::Thresholds)
        return std::tie(panel.thresholds);
    else if constexpr (part == PanelPart::Axis)
        return std::tie(panel.fromZero, panel.logarithmic, panel.softMin, panel.softMax);
    else
        return std::tie(panel.alerts);
}

struct Sides {
    const Panel &before;
    const Panel &mine;
    const Panel &theirs;
};

template <PanelPart part>
void mergePart(const Sides &sides, PanelMerge &out)
{
    const auto before = fields<part>(sides.before), mine = fields<part>(sides.mine), theirs = fields<part>(sides.theirs);
    if (theirs == before || theirs == mine)
        return;
    if (mine == before) {
        fields<part>(out.panel) = theirs;
        out.theirs.append(part);
    } else {
        out.both.append(part);
    }
}

}

PanelMerge mergedPanel(const Panel &before, const Panel &mine, const Panel &theirs)
{
    PanelMerge out{mine, {}, {}};
    out.panel.metrics = theirs.metrics;
    const Sides sides{before, mine, theirs};
    mergePart<PanelPart::Title>(sides, out);
    mergePart<PanelPart::Note>(sides, out);
    mergePart<PanelPart::Values>(sides, out);
    mergePart<PanelPart::Place>(sides, out);
    mergePart<PanelPart::Queries>(sides, out);
    mergePart<PanelPart::Thresholds>(sides, out);
    mergePart<PanelPart::Axis>(sides, out);
    mergePart<PanelPart::Alerts>(sides, out);
    return out;
}

QString stateWordsText(const QMap<double, QString> &words)
{
    QStringList out;
    for (auto it = words.cbegin(); it != words.cend(); ++it)
        out.append(QString(QString::number(it.key(), 'g', 15) + u" = "_s + it.value()));
    return out.join(u", "_s);
}

std::optional<QMap<double, QString>> stateWordsOf(const QString &text, QString *wrong)
{
    // A comma ends a word where another number follows.
    static const QRegularExpression next(u",\\s*(?=[-+.0-9eE]+\\s*=)"_s);
    QMap<double, QString> out;
    QString all = text.trimmed();
    if (all.endsWith(u','))
        all.chop(1);    // it is still being written
    const QStringList pieces = all.isEmpty() ? QStringList() : all.split(next);
    for (const QString &piece : pieces) {
        const qsizetype at = piece.indexOf(u'=');
        const QString word = piece.mid(at + 1).trimmed();
        bool number = false;
        const double value = piece.left(std::max<qsizetype>(0, at)).trimmed().toDouble(&number);
        if (!number || word.isEmpty() || out.contains(value)) {
            if (wrong != nullptr)
                *wrong = piece.trimmed();
            return std::nullopt;
        }
        out.insert(value, word);
    }
    return out;
}

}
