// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/StaleNotice.h"

#include "ui/panes/Pane.h"
#include "ui/shell/Notices.h"
#include "ui/shell/PaneHost.h"
#include "ui/widgets/EnvironmentMark.h"
#include "ui/widgets/NoticeBar.h"

#include <QTimer>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {
const auto kId = u"stale"_s;
constexpr int kSoonMs = 300;     ///< several that go with one network are one notice, and a page has said what it says
}

StaleNotice::StaleNotice(const ShellContext &context, PaneHost *panes, Notices *notices, QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_panes(panes)
    , m_notices(notices)
    , m_soon(new QTimer(this))
{
    m_soon->setSingleShot(true);
    m_soon->setInterval(kSoonMs);
    connect(m_soon, &QTimer::timeout, this, &StaleNotice::look);
    for (state::Environment *environment : context.environments)
        addEnvironment(environment);
}

void StaleNotice::addEnvironment(state::Environment *environment)
{
    connect(environment, &state::Environment::freshnessChanged, this, [this] {
        if (!m_soon->isActive())
            m_soon->start();
    });
    if (environment->freshness().state == Freshness::State::Stale)
        m_known.insert(environment);   // so it came here
}

void StaleNotice::removeEnvironment(state::Environment *environment)
{
    environment->disconnect(this);
    m_known.remove(environment);
    look();
}

QList<state::Environment *> StaleNotice::silent() const
{
    QList<state::Environment *> out;
    std::copy_if(m_context.environments.begin(), m_context.environments.end(), std::back_inserter(out),
                 [](const state::Environment *e) { return e->freshness().state == Freshness::State::Stale && !e->needsSignIn(); });
    return out;
}

/// A bar of its own for each is in sight.
bool StaleNotice::pageSays(const QList<state::Environment *> &silent) const
{
    const QWidget *page = m_panes->isVisible() ? m_panes->currentPane() : nullptr;
    const QList<NoticeBar *> bars = page ? page->findChildren<NoticeBar *>() : QList<NoticeBar *>();
    const auto says = [](const NoticeBar *bar) { return bar->isVisible() && bar->state() == network::State::Stale; };
    return std::count_if(bars.begin(), bars.end(), says) >= silent.size();
}

void StaleNotice::look()
{
    const QList<state::Environment *> all = silent();
    const QSet<const state::Environment *> now(all.begin(), all.end());
    const bool more = !(now - m_known).isEmpty();
    m_known = now;
    if (all.isEmpty()) {
        m_notices->withdraw(kId);
        return;
    }
    if (more && !pageSays(all)) {
        m_notices->tell(kId, network::State::Stale, title(all), detail(all), {tr("Try now"), [this] {
            const QList<state::Environment *> silentNow = silent();
            for (const state::Environment *environment : silentNow) {
                for (state::ResourceStore *store : environment->stores())
                    store->retryNow();
            }
        }});
        return;
    }
    m_notices->reword(kId, title(all), detail(all));
}

void StaleNotice::tick()
{
    if (!m_notices->tells(kId))
        return;
    if (const QList<state::Environment *> all = silent(); !all.isEmpty())
        m_notices->reword(kId, title(all), detail(all));
}

QString StaleNotice::title(const QList<state::Environment *> &silent) const
{
    return silent.size() == 1 ? tr("%1 does not answer").arg(silent.first()->name()) : tr("%n environment(s) do not answer", nullptr, int(silent.size()));
}

QString StaleNotice::detail(const QList<state::Environment *> &silent) const
{
    const auto age = [this](const state::Environment *environment) {
        return answerAge(environment->freshness(), m_context.clock->now());
    };
    if (silent.size() == 1) {
        const QString reason = silent.first()->freshness().reason;
        const QString old = tr("Values are %1 old.").arg(age(silent.first()));
        return reason.isEmpty() ? old : QString(old + u' ' + reason);
    }
    QStringList parts;
    for (const state::Environment *environment : silent)
        parts.append(tr("%1: values are %2 old").arg(environment->name(), age(environment)));
    return parts.join(u", "_s);
}

}
