// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/details/DetailsPane.h"
#include "ui/panes/details/DetailsWindow.h"
#include "ui/panes/resources/KindsPane.h"
#include "ui/panes/resources/ResourcePane.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/PaneHost.h"
#include "ui/shell/tour/Tour.h"
#include "ui/shell/tour/TourObjects.h"


namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr QSize kWide{1440, 900};
constexpr QSize kSmall{1000, 700};

ObjectId idOf(TourWorld &world, const QString &kind, const QString &name)
{
    state::Environment *environment = world.environment(0);
    const network::KindInfo *info = environment->kinds().find(kind);
    state::ResourceStore *store = info ? environment->store(*info) : nullptr;
    const auto row = store ? std::find_if(store->rows().begin(), store->rows().end(), [&name](const state::RowPtr &r) { return r->name == name; })
                           : QHash<QString, state::RowPtr>::const_iterator();
    return store && row != store->rows().end() ? store->idOf(**row) : ObjectId();
}

/// The consortium as it is seeded, in one cluster.
void everything(TourWorld &world)
{
    (void)addTourExamples(world, 0, u"consortium"_s);
}

DetailsPane *detailsOf(MainWindow &window)
{
    Pane *pane = window.panes()->currentPane();
    if (auto *kinds = qobject_cast<KindsPane *>(pane))
        return kinds->list()->details();
    auto *list = qobject_cast<ResourcePane *>(pane);
    return list ? list->details() : nullptr;
}

std::function<void(TourWorld &, MainWindow &)> open(const QString &kind, const QString &name, const QString &tab = u"overview"_s)
{
    return [kind, name, tab](TourWorld &world, MainWindow &window) {
        (void)window.panes()->openObject(idOf(world, kind, name));
        if (DetailsPane *details = detailsOf(window))
            details->setTab(tab);
    };
}

void withNode(TourWorld &world)
{
    world.fillConsortium();
    addTourOwned(world, 0, u"validators"_s, u"northgate-validator-2"_s);
    addTourHistory(world, idOf(world, u"Validator"_s, u"northgate-validator-2"_s), u"Validator"_s);
}

}

void Tour::addKindScenes()
{
    const std::tuple<const char *, const char *, const char *> objects[]{
        {"backup", "Backup", "northgate-validator-1-0"}, {"upgrade", "Upgrade", "mainnet-0-4-16"}, {"restore", "Restore", "drill-october"},
        {"onboarding", "ValidatorOnboarding", "northgate-validator-3"}, {"identityprovider", "IdentityProviderConfig", "mainnet-keycloak"},
        {"deployment", "DarDeployment", "harbor-settlement-1-3-0"}};
    for (const auto &[scene, kind, name] : objects)
        m_scenes.append({u"details-"_s + QString::fromLatin1(scene), kWide, everything, open(QString::fromLatin1(kind), QString::fromLatin1(name))});
    m_scenes.append({u"details-upgrade-narrow"_s, kSmall, everything, open(u"Upgrade"_s, u"mainnet-0-4-16"_s)});
    m_scenes.append({u"details-history"_s, kWide, withNode, open(u"Validator"_s, u"northgate-validator-2"_s, u"history"_s)});
    m_scenes.append({u"details-managed"_s, kWide, withNode, open(u"Validator"_s, u"northgate-validator-2"_s, u"managed"_s)});
    m_scenes.append({u"details-owned"_s, kWide, withNode, open(u"Validator"_s, u"northgate-validator-2"_s, u"relations"_s)});
    m_scenes.append({u"details-refused"_s, kWide, [](TourWorld &world) {
                         world.fillConsortium();
                         world.gateway(0)->objects.clear();
                     }, open(u"Validator"_s, u"northgate-validator-2"_s, u"managed"_s)});
}

}
