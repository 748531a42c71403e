// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/telemetry/GrafanaDoor.h"

#include "models/items/telemetry/GrafanaLink.h"
#include "ui/panes/review/LineDialog.h"

#include <QDesktopServices>
#include <QPointer>
#include <QUrl>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {
const QString kKept = u"telemetry/grafana"_s;
}

GrafanaDoor::GrafanaDoor(const ShellContext &context, QWidget *parent)
    : QObject(parent)
    , m_context(context)
    , m_widget(parent)
{
}

QString GrafanaDoor::ofProfile(const state::Environment *first) const
{
    const auto named = [](const state::Environment *environment) {
        return environment && environment->telemetry() ? environment->telemetry()->grafana() : QString();
    };
    if (first)
        return named(first);
    for (const state::Environment *environment : m_context.environments) {
        if (const QString base = named(environment); !base.isEmpty())
            return base;
    }
    return {};
}

void GrafanaDoor::open(const QStringList &queries, const items::TimeRange &range, const state::Environment *first)
{
    const Result<items::Grafana> known = items::grafanaAt(ofProfile(first), m_context.settings->value(kKept).toString());
    if (!known) {
        const QPointer<const state::Environment> asked(first);
        return ask([this, queries, range, asked] { open(queries, range, asked); }, first);
    }
    const QUrl url = items::exploreUrl(*known, queries, range);
    if ((url.scheme() != "https"_L1 && url.scheme() != "http"_L1) || !QDesktopServices::openUrl(url))
        Q_EMIT failed(tr("No browser could be started."), url.toString());
}

void GrafanaDoor::openChart(const QStringList &queries, double from, double to, const items::TimeRange &range, const state::Environment *first)
{
    open(queries, range.live() ? range : items::TimeRange{0, from, to}, first);
}

void GrafanaDoor::ask(const std::function<void()> &then, const state::Environment *first)
{
    const QString base = ofProfile(first);
    QString help = tr("Open Explore in Grafana with the Prometheus of this cluster, copy the address of the page and paste it here; it is kept.");
    if (!base.isEmpty())
        help += u' ' + tr("Grafana itself is taken to be where the profile says.");
    const QString word = then ? tr("Open in Grafana") : tr("Keep");
    auto *dialog = new LineDialog(then ? word : tr("Address of Grafana"), base, tr("Address of Explore"), help, word, m_widget->window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setText(m_context.settings->value(kKept).toString());
    dialog->check = [](const QString &text) {
        const Result<items::Grafana> grafana = items::grafanaOf(text);
        return grafana ? QString() : grafana.error().text();
    };
    connect(dialog, &QDialog::accepted, this, [this, dialog, then] {
        m_context.settings->setValue(kKept, dialog->text());
        if (then)
            then();
    });
    dialog->open();
}

}
