// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/telemetry/MetricNames.h"

#include "models/core/Async.h"
#include "ui/widgets/Label.h"

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

/// A counter of the exposition is "…_total", a histogram "…_bucket": what is told of the family is told of them.
QString familyOf(const QString &name)
{
    for (const char *suffix : {"_total", "_bucket", "_count", "_sum", "_created"}) {
        if (name.endsWith(QLatin1StringView(suffix)))
            return name.chopped(QLatin1StringView(suffix).size());
    }
    return name;
}

}

MetricNames::MetricNames(QList<std::shared_ptr<ports::MetricsSource>> sources) : m_sources(std::move(sources)) { }

MetricNames::~MetricNames()
{
    m_stop.request_stop();
}

void MetricNames::ask(double start, double end)
{
    if (std::exchange(m_asked, true))
        return;
    for (const std::shared_ptr<ports::MetricsSource> &source : std::as_const(m_sources)) {
        whenFinished(source->labelValues(u"__name__"_s, {}, start, end, m_stop.get_token()), this, [this](const Result<QStringList> &names) {
            if (names)
                take(*names);
        });
        whenFinished(source->metadata({}, m_stop.get_token()), this, [this](const Result<QList<ports::MetricInfo>> &infos) {
            if (!infos)
                return;
            for (const ports::MetricInfo &info : *infos) {
                QString text = info.type == "unknown"_L1 ? QString() : info.type;
                if (const QString help = info.help.simplified(); !help.isEmpty())
                    text += text.isEmpty() ? help : QString(u". " + help);
                m_help.insert(info.name, text);
            }
            if (!m_names.isEmpty())
                Q_EMIT dataChanged(index(0), index(rowCount() - 1));
        });
    }
}

void MetricNames::take(const QStringList &names)
{
    QStringList all = m_names + names;
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    if (all == m_names)
        return;
    beginResetModel();
    m_names = all;
    endResetModel();
}

int MetricNames::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_names.size());
}

QVariant MetricNames::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_names.size())
        return {};
    const QString &name = m_names.at(index.row());
    const auto help = [this, &name] {
        const auto own = m_help.constFind(name);
        return own != m_help.cend() ? *own : m_help.value(familyOf(name));
    };
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole: return name;
    case HelpRole:
    case Qt::AccessibleDescriptionRole: return help();
    case Qt::ToolTipRole: return plainTip(help());
    default: return {};
    }
}

}
