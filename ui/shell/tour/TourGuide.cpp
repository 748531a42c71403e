// SPDX-License-Identifier: GPL-3.0-or-later
// Scenes of what helps a person along: the first run, help, keys, saved views, the palette, menus of environments, view as.
#include "ui/shell/tour/TourGuide.h"

#include "ui/panes/resources/ResourcePane.h"
#include "ui/shell/FirstRunPage.h"
#include "ui/shell/KeysPanel.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/Popup.h"
#include "ui/shell/SavedViews.h"
#include "ui/shell/help/HelpWindow.h"
#include "ui/shell/tour/Tour.h"
#include "ui/shell/tour/TourQuiet.h"
#include "ui/shell/tour/TourWorld.h"
#include "ui/widgets/EnvironmentMark.h"

#include <QLineEdit>
#include <QMenu>
#include <QPushButton>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr QSize kWide{1440, 900};
constexpr QSize kSmall{1000, 700};
using Act = std::function<void(TourWorld &, MainWindow &)>;

void consortium(TourWorld &world)
{
    world.fillConsortium();
    world.makeStale(2);
}

TourSource *sourceOf(TourWorld &world)
{
    return static_cast<TourSource *>(world.source());
}

/// No file is where kubectl would look.
void noKubeconfig(TourWorld &world)
{
    sourceOf(world)->known.clear();
    sourceOf(world)->where.files = {{u"/home/mira/.kube/config"_s, false}};
    world.openNothing({});
}

void brokenKubeconfig(TourWorld &world)
{
    sourceOf(world)->known.clear();
    sourceOf(world)->where.from = EnvironmentSource::Origin::From::Environment;
    sourceOf(world)->where.files = {{u"/home/mira/work/infra.yaml"_s, true}, {u"/home/mira/work/legacy.yaml"_s, false}};
    world.openNothing({u"/home/mira/work/infra.yaml could not be read: line 14, column 3: mapping values are not allowed here.\n"
                       "Correct the file, or name another with --kubeconfig."_s});
}

/// The file is good, the context it chooses is not in it.
void noContext(TourWorld &world)
{
    for (EnvironmentSource::Context &context : sourceOf(world)->known)
        context.open = false;
    world.openNothing({u"The context infra-staging is not in /home/mira/.kube/config.\nOpen one of those that are."_s});
}

void saveViews(TourWorld &world)
{
    consortium(world);
    SavedViews views(&world.settings());
    ListView problems;
    problems.filter = u"phase:failed"_s;
    views.save({u"Failed nodes"_s, u"nodes"_s, problems});
    ListView mainnet;
    mainnet.filter = u"net:mainnet"_s;
    views.save({u"MainNet only"_s, u"nodes"_s, mainnet});
    ListView parties;
    parties.filter = u"drift"_s;
    views.save({u"Parties that drift"_s, u"parties"_s, parties});
}

/// A palette over a chosen node, with a text in it.
Act palette(const QString &text, bool readOnly = false)
{
    return [text, readOnly](TourWorld &, MainWindow &window) {
        window.nodes()->openObject(u"infra-prod"_s, u"tour-northgate-validator-2"_s);
        TourQuiet::then(&window, [&window, text, readOnly] {
            if (readOnly)
                window.toggleReadOnly();
            window.openPalette(text);
        });
    };
}

/// Over the middle of the window, as a window manager would place it.
HelpWindow *openHelp(MainWindow &window, const QString &page)
{
    HelpWindow *help = window.openHelp(page);
    help->move(window.mapToGlobal(QPoint((window.width() - help->width()) / 2, (window.height() - help->height()) / 2)));
    return help;
}

QWidget *chipOf(MainWindow &window, const QString &name)
{
    const auto chips = window.findChildren<EnvironmentChip *>();
    const auto found = std::find_if(chips.begin(), chips.end(), [&name](const EnvironmentChip *chip) { return chip->text() == name; });
    return found == chips.end() ? nullptr : *found;
}

void openChipMenu(TourWorld &world, MainWindow &window)
{
    if (QWidget *chip = chipOf(window, u"infra-dev"_s))
        (void)window.openEnvironmentMenu(world.environment(1), chip);
}

void typeInto(Popup *popup, int field, const QString &text)
{
    const auto fields = popup ? popup->findChildren<QLineEdit *>() : QList<QLineEdit *>();
    if (field < fields.size())
        fields.at(field)->setText(text);
}

}

Result<state::Environment *> TourSource::open(const QString &context)
{
    if (context == "infra-perf"_L1)
        return Error{ErrorKind::Network, u"api.infra-perf.example did not answer within 5 s."_s, {}};
    return m_world->environment(0);
}

Result<state::Environment *> TourSource::openAs(const QString &context, const QString &user, const QStringList &groups)
{
    return m_world->addSeenAs(QString(context + u" as "_s + user), groups);
}

Result<QList<state::Environment *>> TourSource::readAgain()
{
    return Error{ErrorKind::NotFound, u"There is still no kubeconfig at /home/mira/.kube/config."_s, {}};
}

std::shared_ptr<TourSource> makeTourSource(TourWorld &world)
{
    auto source = std::make_shared<TourSource>(&world);
    source->where.files = {{u"/home/mira/.kube/config"_s, true}};
    source->known = {{u"infra-prod"_s, u"prod-eu-1"_s, {}, state::Mark::Production, true}, {u"infra-dev"_s, u"dev-eu-1"_s, {}, state::Mark::Dev, true},
                     {u"infra-test"_s, u"test-eu-1"_s, {}, state::Mark::Test, true}, {u"infra-perf"_s, u"test-eu-2"_s, u"canton-perf"_s, state::Mark::Test, false},
                     {u"harbor-dr"_s, u"harbor-us-1"_s, {}, state::Mark::Production, false}};
    return source;
}

void Tour::addGuideScenes()
{
    m_scenes.append({u"first-none"_s, kWide, noKubeconfig, nullptr});
    m_scenes.append({u"first-broken"_s, kWide, brokenKubeconfig, nullptr});
    m_scenes.append({u"first-context"_s, kWide, noContext, nullptr});
    m_scenes.append({u"first-still"_s, kWide, noKubeconfig, [](TourWorld &, MainWindow &w) { Q_EMIT w.firstRun()->checkWanted(); }});
    m_scenes.append({u"first-small"_s, kSmall, brokenKubeconfig, nullptr});
    m_scenes.append({u"help-page"_s, kWide, consortium, [](TourWorld &, MainWindow &w) { (void)openHelp(w, u"nodes"_s); }});
    m_scenes.append({u"help-search"_s, kWide, consortium, [](TourWorld &, MainWindow &w) { openHelp(w, u"start"_s)->field()->setText(u"journal"_s); }});
    m_scenes.append({u"help-nothing"_s, kWide, consortium, [](TourWorld &, MainWindow &w) { openHelp(w, u"start"_s)->field()->setText(u"zzzz"_s); }});
    m_scenes.append({u"keys-search"_s, kWide, consortium, [](TourWorld &, MainWindow &w) { typeInto(w.openKeys(), 0, u"filter"_s); }});
    m_scenes.append({u"keys-nothing"_s, kWide, consortium, [](TourWorld &, MainWindow &w) { typeInto(w.openKeys(), 0, u"zzzz"_s); }});
    m_scenes.append({u"views-menu"_s, kWide, saveViews, [](TourWorld &, MainWindow &w) { w.actionRegistry()->action(u"list.views"_s)->trigger(); }});
    m_scenes.append({u"views-none"_s, kWide, consortium, [](TourWorld &, MainWindow &w) { w.actionRegistry()->action(u"list.views"_s)->trigger(); }});
    m_scenes.append({u"views-save"_s, kWide, saveViews, [](TourWorld &, MainWindow &w) {
                         w.nodes()->setFilterText(u"phase:degraded net:mainnet"_s);
                         TourQuiet::then(&w, [&w] { (void)w.saveView(); });
                     }});
    m_scenes.append({u"views-same"_s, kWide, saveViews, [](TourWorld &, MainWindow &w) { typeInto(w.saveView(), 0, u"MainNet only"_s); }});
    m_scenes.append({u"palette-empty"_s, kWide, consortium, palette({})});
    m_scenes.append({u"palette-nothing"_s, kWide, consortium, palette(u"zzzz"_s)});
    m_scenes.append({u"palette-actions"_s, kWide, consortium, palette(u">re"_s)});
    m_scenes.append({u"palette-locked"_s, kWide, consortium, palette(u">re"_s, true)});
    m_scenes.append({u"palette-objects"_s, kWide, consortium, palette(u"#north"_s)});
    m_scenes.append({u"palette-many"_s, kWide, [](TourWorld &w) { w.fillMany(5000); }, [](TourWorld &, MainWindow &w) { (void)w.openPalette(u"#validator"_s); }});
    m_scenes.append({u"palette-environments"_s, kWide, consortium, palette(u"@"_s)});
    m_scenes.append({u"palette-small"_s, kSmall, consortium, palette(u"no"_s), true});
    m_scenes.append({u"environment-open"_s, kWide, consortium, [](TourWorld &, MainWindow &w) { (void)w.openEnvironments(); }});
    m_scenes.append({u"environment-menu"_s, kWide, consortium, openChipMenu});
    m_scenes.append({u"environment-failed"_s, kWide, consortium, [](TourWorld &, MainWindow &w) { w.openContext(u"infra-perf"_s); }});
    m_scenes.append({u"viewas-ask"_s, kWide, consortium, [](TourWorld &world, MainWindow &w) {
                         Popup *popup = w.askViewAs(world.environment(0));
                         typeInto(popup, 0, u"jonas.weber@northgate.example"_s);
                         typeInto(popup, 1, u"canton-viewers, oncall"_s);
                     }});
    m_scenes.append({u"viewas-empty"_s, kWide, consortium, [](TourWorld &world, MainWindow &w) { (void)w.askViewAs(world.environment(0)); }});
    m_scenes.append({u"viewas-banner"_s, kWide, consortium, [](TourWorld &world, MainWindow &w) {
                         w.viewAs(world.environment(0), u"jonas.weber@northgate.example"_s, {u"canton-viewers"_s, u"oncall"_s});
                     }});
    m_scenes.append({u"viewas-small"_s, kSmall, consortium, [](TourWorld &world, MainWindow &w) {
                         w.viewAs(world.environment(0), u"jonas.weber@northgate.example"_s, {u"canton-viewers"_s});
                     }, true});
}

}
