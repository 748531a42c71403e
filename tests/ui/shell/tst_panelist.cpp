// SPDX-License-Identifier: GPL-3.0-or-later
// A richer page takes the place of the kinds table's list: it gets all that a page gets, and no other page is another because of it.
#include "tests/support/ShippedFiles.h"
#include "tests/ui/support/PaintCount.h"
#include "tests/ui/support/UiTest.h"
#include "translations/Translations.h"
#include "ui/panes/resources/KindsPane.h"
#include "ui/panes/resources/ResourcePane.h"
#include "ui/shell/Navigation.h"
#include "ui/shell/PaneList.h"
#include "ui/shell/tour/TourWorld.h"
#include "ui/widgets/Tabs.h"

#include <QTest>

using namespace qd;
using namespace qd::ui;
using namespace Qt::StringLiterals;

namespace {

/// Parties as somebody might show them some day; notes what it is told.
class RicherParties final : public Pane {
public:
    explicit RicherParties(QWidget *parent) : Pane(parent) { }
    mutable QStringList told;
    ObjectId shown;
    bool openObject(const ObjectId &object) override
    {
        told.append(u"open "_s + object.name);
        shown = object;
        Q_EMIT opened(object);
        return true;
    }
    [[nodiscard]] ObjectId openedObject() const override { return shown; }
    void setDensity(Density) override { told.append(u"density"_s); }
    void setNarrow(bool narrow) override { told.append(narrow ? u"narrow"_s : u"wide"_s); }
    void setPaused(bool paused) override { told.append(paused ? u"pause"_s : u"go on"_s); }
    void addEnvironment(state::Environment *environment) override { told.append(u"with "_s + environment->name()); }
    void removeEnvironment(state::Environment *environment) override { told.append(u"without "_s + environment->name()); }
    void saveState() const override { told.append(u"save"_s); }
    void enter() override { told.append(u"enter"_s); }
    void setProblemsOnly(bool only) override { told.append(only ? u"problems"_s : u"all"_s); }
    bool showKind(const QString &kind) override
    {
        told.append(u"kind "_s + kind);
        return true;
    }
    void setDetailsTab(const QString &tab) override { told.append(u"tab "_s + tab); }
    void setFilterText(const QString &text) override { told.append(u"filter "_s + text); }
};

/// The pages of a window, those of the kinds table or with another page of parties.
struct Pages {
    Pages(TourWorld &world, bool richer)
        : context(world.context())
        , actions(context.catalogue)
    {
        for (state::Environment *environment : std::as_const(context.environments))
            attention.addEnvironment(environment);
        QList<PaneInfo> list = paneList(context, &actions, &attention);
        for (PaneInfo &info : list) {
            if (richer && info.id == "parties"_L1)
                info.make = [this](QWidget *parent) -> Pane * { return parties = new RicherParties(parent); };
        }
        host = std::make_unique<PaneHost>(context, list);
        host->resize(1200, 800);
        host->setVisible(true);
    }
    /// What a page is and shows, in words; by what it says of itself, whoever it is.
    [[nodiscard]] QString portrait(const QString &id) const
    {
        Pane *pane = host->pane(id);
        QStringList out{QString::fromLatin1(pane->metaObject()->className()), pane->accessibleName(), pane->keyHints()};
        for (const Tabs *tabs : pane->findChildren<Tabs *>())
            out.append(tabs->ids().join(u','));
        for (const ResourcePane *list : pane->findChildren<ResourcePane *>())
            out.append(portrait(*list));
        if (const auto *list = qobject_cast<ResourcePane *>(pane))
            out.append(portrait(*list));
        return out.join(u'\n');
    }
    [[nodiscard]] static QString portrait(const ResourcePane &list)
    {
        const items::ResourceModel *model = list.model();
        QStringList rows{list.spec().id, model->columnIds().join(u',')};
        for (int row = 0; row < model->rowCount(); ++row)
            rows.append(model->index(row, 0).data().toString());
        return rows.join(u'|');
    }
    ShellContext context;
    ActionRegistry actions;
    items::Attention attention;
    RicherParties *parties = nullptr;
    std::unique_ptr<PaneHost> host;
};

}

class PaneListTest : public QObject {
    Q_OBJECT
    Theme m_theme;
    std::shared_ptr<const network::KindTable> m_kinds = test::shippedKinds();
    std::shared_ptr<ports::YamlCodec> m_codec = yaml::makeYamlCodec();

private Q_SLOTS:
    void initTestCase()
    {
        installTranslations(*qApp);
        m_theme.apply(*qApp);
    }

    void othersAreAsTheyWere()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        world.fillConsortium();
        Pages table(world, false), richer(world, true);
        const QList<PaneInfo> &was = table.host->panes(), &is = richer.host->panes();
        QCOMPARE(is.size(), was.size());
        QVERIFY(is.size() >= 10);
        int same = 0;
        for (qsizetype i = 0; i < is.size(); ++i) {
            QCOMPARE(is.at(i).id, was.at(i).id);
            QCOMPARE(is.at(i).title, was.at(i).title);
            QCOMPARE(is.at(i).icon, was.at(i).icon);
            QCOMPARE(is.at(i).key, was.at(i).key);
            QCOMPARE(is.at(i).group, was.at(i).group);
            QCOMPARE(is.at(i).attention, was.at(i).attention);
            const QString before = table.portrait(is.at(i).id), now = richer.portrait(is.at(i).id);
            if (is.at(i).id == "parties"_L1)
                QVERIFY(before != now);
            else
                QCOMPARE(now, before);
            same += before == now;
        }
        QCOMPARE(same, int(is.size()) - 1);
        QVERIFY2(richer.portrait(u"nodes"_s).contains(u"northgate-validator-2"_s), qPrintable(richer.portrait(u"nodes"_s)));
        QVERIFY(richer.parties && richer.host->pane(u"parties"_s) == richer.parties);
        QCOMPARE(richer.parties->accessibleName(), is.at(3).title);
    }

    /// All that is told to a page by the window, by other pages, by the way back.
    void itIsTheKindsPage()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        world.fillConsortium();
        Pages pages(world, true);
        PaneHost &host = *pages.host;
        host.show(u"nodes"_s);
        QVERIFY(!pages.parties);   // made when it is wanted
        const Gvr gvr = m_kinds->find(u"Party"_s)->gvr;
        QVERIFY(host.openObject({u"infra-prod"_s, gvr, u"canton-mainnet"_s, u"alice"_s, u"uid-alice"_s}));
        QCOMPARE(host.current(), u"parties"_s);
        QCOMPARE(host.currentPane(), pages.parties);
        const auto tells = [&pages](const QStringList &wanted) {
            for (const QString &one : wanted)
                QVERIFY2(pages.parties->told.contains(one), qPrintable(one + u" is not among "_s + pages.parties->told.join(u", "_s)));
            pages.parties->told.clear();
        };
        tells({u"density"_s, u"wide"_s, u"enter"_s, u"open alice"_s});
        // A validator is where it was.
        QVERIFY(host.openObject({u"infra-prod"_s, m_kinds->find(u"Validator"_s)->gvr, u"canton-mainnet"_s, u"northgate-validator-2"_s, {}}));
        QCOMPARE(host.current(), u"nodes"_s);
        QVERIFY(qobject_cast<ResourcePane *>(host.currentPane()));
        QCOMPARE(pages.parties->told, QStringList());
        host.back();
        QCOMPARE(host.current(), u"parties"_s);
        tells({u"open alice"_s});
        host.forward();
        QCOMPARE(host.current(), u"nodes"_s);
        QCOMPARE(host.currentPane()->openedObject().name, u"northgate-validator-2"_s);
        // Other pages lead there as to any.
        host.showList(u"parties"_s, u"Party"_s, true);
        tells({u"kind Party"_s, u"problems"_s});
        Q_EMIT host.pane(u"map"_s)->filterWanted(u"parties"_s, u"net:=mainnet"_s);
        tells({u"filter net:=mainnet"_s});
        host.openTab({u"infra-prod"_s, gvr, u"canton-mainnet"_s, u"alice"_s, {}}, u"yaml"_s);
        tells({u"open alice"_s, u"tab yaml"_s});
        host.setPaused(true);
        host.setPaused(false);
        host.setNarrow(true);
        host.saveState();
        tells({u"pause"_s, u"go on"_s, u"narrow"_s, u"save"_s});
        state::Environment *gone = pages.context.environments.takeLast();
        host.removeEnvironment(gone);
        pages.context.environments.append(gone);
        host.addEnvironment(gone);
        tells({u"without "_s + gone->name(), u"with "_s + gone->name()});
    }

    /// Told at every look at alerts, all day: a count that is the same is not painted.
    void theSameCountIsNotPainted()
    {
        NavigationItem item(u"nodes"_s, u"Nodes"_s);
        item.setAttention(network::State::Degraded, 2);
        const test::PaintCount paints(&item);
        QVERIFY(paints.showStill());
        item.setAttention(network::State::Degraded, 2);
        QVERIFY(!paints.goesOn());
        item.setAttention(network::State::Failed, 2);
        QVERIFY(paints.goesOn());
        QVERIFY(item.accessibleName().contains(network::stateWord(network::State::Failed)));
    }
};

QTEST_MAIN(PaneListTest)
#include "tst_panelist.moc"
