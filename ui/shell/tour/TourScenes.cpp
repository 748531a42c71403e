// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/Json.h"
#include "ui/panes/details/DetailsPane.h"
#include "ui/panes/resources/ResourcePane.h"
#include "ui/panes/review/ReviewDialog.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/Popup.h"
#include "ui/shell/tour/Tour.h"
#include "ui/shell/tour/TourGit.h"
#include "ui/shell/tour/TourQuiet.h"
#include "ui/shell/tour/TourVerdicts.h"
#include "ui/shell/tour/TourWorld.h"
#include "ui/widgets/StatePage.h"

#include <QApplication>
#include <QJsonArray>
#include <QMenu>
#include <QPushButton>

namespace qd::ui {

using namespace Qt::StringLiterals;
using Phase = LoadState::Phase;

namespace {

constexpr QSize kWide{1440, 900};
constexpr QSize kSmall{1000, 700};

void consortium(TourWorld &world)
{
    world.fillConsortium();
    world.makeStale(2);
    measureTour(world);
}

/// A day as this console saw it: a top-up in the morning, then less and less; for a while the cluster did not answer.
void aDayOfTraffic(TourWorld &world, MainWindow &window)
{
    const qint64 now = world.clock().now().toSecsSinceEpoch();
    constexpr qint64 kQuarter = 900;
    items::Readings *readings = window.nodes()->readings();
    for (int i = 0; i < 96; ++i) {
        const double left = i < 21 ? 21 - 0.6 * i : i < 63 ? 97 - 2.06 * (i - 21) + 0.28 * (i % 5) : 13.3 - 0.22 * (i - 63) + 0.05 * (i % 5);   // a little was bought then: 7 h are left
        readings->add(u"infra-prod"_s, u"tour-northgate-validator-2"_s, u"traffic"_s, {now - kQuarter * (96 - i), left});
    }
    readings->add(u"infra-prod"_s, u"tour-northgate-validator-2"_s, u"traffic"_s, {now, 6.0});
    readings->addGap(u"infra-prod"_s, now - 44 * kQuarter, now - 33 * kQuarter);
}

void openSecond(TourWorld &world, MainWindow &window)
{
    aDayOfTraffic(world, window);
    addTourApplication(world);
    window.nodes()->openObject(u"infra-prod"_s, u"tour-northgate-validator-2"_s);
}

std::function<void(TourWorld &, MainWindow &)> openTab(const QString &tab)
{
    return [tab](TourWorld &world, MainWindow &window) {
        openSecond(world, window);
        window.nodes()->details()->setTab(tab);
    };
}


/// A restart confirmed as soon as it can be, its dialog closed, followed in the list.
void runningOperation(TourWorld &world, MainWindow &window)
{
    window.nodes()->openObject(u"infra-dev"_s, u"tour-northgate-dev-1"_s);
    TourQuiet::then(&window, [&window] { window.actionRegistry()->action(u"change.restart"_s)->trigger(); });
    TourQuiet::then(&window, [&world, &window] {
        const QList<QPushButton *> buttons = window.findChildren<QPushButton *>();
        for (QPushButton *button : buttons) {
            if (qobject_cast<ReviewDialog *>(button->window()) && button->isEnabled() && button->text().startsWith("Restart"_L1))
                button->click();
        }
        if (auto *dialog = window.findChild<ReviewDialog *>(); dialog && world.operations().running() > 0)
            dialog->close();
        window.openOperations();
    });
}

/// Four fields of a node of the MainNet that Argo CD keeps (picture 04).
void reviewChange(TourWorld &world, MainWindow &window)
{
    addTourApplication(world);
    const network::KindInfo *kind = world.environment(0)->kinds().find(u"Validator"_s);
    const QJsonObject live = world.gateway(0)->objects.value(u"validators/northgate-validator-2"_s);
    QJsonValue wanted = live;
    json::set(wanted, u"/spec/resources/cpuLimit"_s, u"4"_s);
    json::set(wanted, u"/spec/resources/memoryLimit"_s, u"8Gi"_s);
    json::set(wanted, u"/spec/storageSize"_s, u"400Gi"_s);
    json::set(wanted, u"/spec/traffic/topup/targetThroughput"_s, 40000);
    state::DraftContext context;
    context.cluster = u"infra-prod"_s;
    context.now = world.clock().now();
    auto draft = world.catalogue().buildDraft(u"edit"_s, *kind, live, {{u"file"_s, QString::fromUtf8(json::compact(wanted))}}, context);
    openSecond(world, window);
    if (!draft)
        return;
    state::ChangeDraft change = *draft;
    change.reason = u"Traffic alert CANTON-2291, peak load Friday"_s;
    world.operations().keep(change);
    world.operations().reviewKept(change.id);
}

}

void Tour::addListScenes()
{
    m_scenes.append({u"nodes-list"_s, kWide, consortium, openSecond});
    m_scenes.append({u"nodes-3"_s, kWide, [](TourWorld &w) { w.fillFew(); }, nullptr});
    m_scenes.append({u"nodes-10000"_s, kWide, [](TourWorld &w) { w.fillMany(10000); }, nullptr});
    m_scenes.append({u"nodes-problems"_s, kWide, consortium, [](TourWorld &, MainWindow &w) { w.nodes()->setProblemsOnly(true); }});
    m_scenes.append({u"nodes-comfortable"_s, kSmall, consortium, openSecond, true});
    m_scenes.append({u"nodes-compact"_s, kSmall, consortium, openSecond});
}

void Tour::addStateScenes()
{
    m_scenes.append({u"nodes-loading"_s, kWide, [](TourWorld &w) { w.setPhase(Phase::Loading); },
                     [](TourWorld &, MainWindow &w) { w.nodes()->statePage()->showLoadingSince(u"infra-prod: validators"_s, 500); }});
    m_scenes.append({u"nodes-waiting"_s, kWide, [](TourWorld &w) { w.setPhase(Phase::Loading); },
                     [](TourWorld &, MainWindow &w) { w.nodes()->statePage()->showLoadingSince(u"infra-prod: validators"_s, 4000); }});
    m_scenes.append({u"nodes-empty"_s, kWide, [](TourWorld &w) { w.setPhase(Phase::Ready); }, nullptr});
    m_scenes.append({u"nodes-filtered"_s, kWide, consortium,
                     [](TourWorld &, MainWindow &w) { w.nodes()->setFilterText(u"phase:failed net:mainnet"_s); }});
    m_scenes.append({u"nodes-error"_s, kWide, [](TourWorld &w) {
                         w.setPhase(Phase::Failed, {ErrorKind::Network, u"Nodes could not be listed: the connection was reset."_s,
                                                    u"infra-prod, GET validators, 3 attempts."_s,
                                                    u"GET https://infra-prod.northgate.example:6443/apis/canton.quarterdeck.io/v1alpha1/validators"_s},
                                    w.clock().now().addSecs(8));
                     }, nullptr});
    m_scenes.append({u"nodes-forbidden"_s, kWide, [](TourWorld &w) {
                         for (int i = 0; i < 3; ++i)
                             w.gateway(i)->allowed = false;
                         w.setPhase(Phase::Forbidden, {ErrorKind::Forbidden, u"Listing validators in canton-mainnet is not allowed."_s,
                                                       u"Signed in as mira.koenig, groups canton-viewers.\nMissing right: list validators.canton.quarterdeck.io"_s});
                     }, nullptr});
    m_scenes.append({u"nodes-notserved"_s, kWide, [](TourWorld &w) { w.setPhase(Phase::NotServed); }, nullptr});
    m_scenes.append({u"nodes-stale"_s, kWide, [](TourWorld &w) {
                         w.fillConsortium();
                         for (int i = 0; i < 3; ++i)
                             w.makeStale(i);
                     }, nullptr});
    m_scenes.append({u"nodes-partial"_s, kWide, [](TourWorld &w) {
                         w.fillConsortium();
                         LoadState failed;
                         failed.phase = Phase::Failed;
                         failed.error = {ErrorKind::Network, u"The connection to infra-dev was reset."_s};
                         failed.retryAt = w.clock().now().addSecs(8);
                         w.environment(1)->store(*w.environment(1)->kinds().find(u"Validator"_s))->setLoadState(failed);
                         LoadState forbidden;
                         forbidden.phase = Phase::Forbidden;
                         forbidden.error = {ErrorKind::Forbidden, u"Listing syncdomains is not allowed."_s,
                                            u"Missing right: list syncdomains.canton.quarterdeck.io"_s};
                         w.environment(0)->store(*w.environment(0)->kinds().find(u"SuperValidator"_s))->setLoadState(forbidden);
                     }, nullptr});
    m_scenes.append({u"nodes-readonly"_s, kWide, consortium, [](TourWorld &world, MainWindow &window) {
                         openSecond(world, window);
                         window.toggleReadOnly();
                     }});
}

void Tour::addDetailScenes()
{
    m_scenes.append({u"nodes-paused"_s, kWide, consortium, [](TourWorld &world, MainWindow &window) {
                         openSecond(world, window);
                         window.setPaused(true);
                         world.changeThree();
                     }});
    m_scenes.append({u"details-git"_s, kWide, consortium, [](TourWorld &world, MainWindow &window) {
                         addTourApplication(world);
                         addTourApplied(world);
                         openTab(u"yaml"_s)(world, window);
                         TourQuiet::then(&window, [&window] {
                             if (auto *button = window.nodes()->findChild<QPushButton *>(u"compareWithGit"_s))
                                 button->click();
                         });
                     }});
    for (const QString &tab : {u"conditions"_s, u"events"_s, u"yaml"_s, u"relations"_s, u"metrics"_s})
        m_scenes.append({u"details-"_s + tab, kWide, consortium, openTab(tab)});
}

void Tour::addPanelScenes()
{
    m_scenes.append({u"palette-search"_s, kWide, consortium, [](TourWorld &world, MainWindow &window) {
                         openSecond(world, window);
                         TourQuiet::then(&window, [&window] { window.openPalette(u"re"_s); });
                     }});
    m_scenes.append({u"identity-panel"_s, kWide, consortium, [](TourWorld &, MainWindow &w) { w.openIdentity(); }});
    m_scenes.append({u"operations-panel"_s, kWide, consortium, runningOperation});
    m_scenes.append({u"keys-panel"_s, kWide, consortium, [](TourWorld &, MainWindow &w) { w.openKeys(); }});
    m_scenes.append({u"action-scale"_s, kWide, consortium, [](TourWorld &world, MainWindow &window) {
                         openSecond(world, window);
                         TourQuiet::then(&window, [&window] { window.actionRegistry()->action(u"change.scale"_s)->trigger(); });
                     }});
    m_scenes.append({u"review-restart"_s, kWide, consortium, [](TourWorld &world, MainWindow &window) {
                         openSecond(world, window);
                         TourQuiet::then(&window, [&window] { window.actionRegistry()->action(u"change.restart"_s)->trigger(); });
                     }});
    m_scenes.append({u"edit-yaml"_s, kWide, consortium, [](TourWorld &world, MainWindow &window) {
                         openSecond(world, window);
                         TourQuiet::then(&window, [&window] { window.actionRegistry()->action(u"change.edit"_s)->trigger(); });
                     }});
    m_scenes.append({u"review-change"_s, kWide, consortium, reviewChange});
    m_scenes.append({u"drafts-panel"_s, kWide, consortium, [](TourWorld &world, MainWindow &window) {
                         reviewChange(world, window);
                         TourQuiet::then(&window, [&window] {
                             if (auto *dialog = window.findChild<ReviewDialog *>())
                                 dialog->close();
                             window.openOperations();
                         });
                     }});
    m_scenes.append({u"create-yaml"_s, kWide, consortium, [](TourWorld &, MainWindow &window) {
                         TourQuiet::then(&window, [&window] {
                             const QList<QPushButton *> buttons = window.nodes()->findChildren<QPushButton *>();
                             for (QPushButton *button : buttons) {
                                 if (button->text().startsWith("Set up"_L1))
                                     button->click();
                             }
                             if (auto *where = qobject_cast<QMenu *>(QApplication::activePopupWidget())) {   // in which environment
                                 where->actions().constFirst()->trigger();
                                 where->close();
                             }
                         });
                     }});
}

}
