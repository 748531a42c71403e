// SPDX-License-Identifier: GPL-3.0-or-later
// The details of a node that Argo CD keeps and that runs out of traffic (picture 01).
#include "tests/support/ShippedFiles.h"
#include "tests/ui/support/UiTest.h"
#include "translations/Translations.h"
#include "ui/panes/details/DetailsPane.h"
#include "ui/shell/tour/TourGit.h"
#include "ui/widgets/Facts.h"
#include "ui/widgets/NoticeBar.h"

#include <QPushButton>
#include <QTest>

using namespace qd;
using namespace qd::ui;
using namespace Qt::StringLiterals;

namespace {

class Starter final : public ChangeStarter {
public:
    QStringList started;
    void startAction(const QString &, const QList<ActionTarget> &, const QMap<QString, QString> &, QWidget *) override { }
    void editYaml(const ActionTarget &, QWidget *) override { }
    void compareWithGit(const ActionTarget &target, const QJsonObject &live, QWidget *) override
    {
        started.append(u"git "_s + target.row->name + u' ' + live.value("kind"_L1).toString());
    }
};

struct Rig {
    Rig(Theme *theme, std::shared_ptr<const network::KindTable> kinds)
        : world(std::move(kinds), codec.get(), theme)
        , context(world.context())
        , actions(context.catalogue)
    {
        context.changes = &starter;
        world.fillConsortium();
    }
    [[nodiscard]] ActionTarget target(const QString &kind, const QString &name)
    {
        const network::KindInfo *info = world.environment(0)->kinds().find(kind);
        for (const state::RowPtr &row : world.environment(0)->store(*info)->rows()) {
            if (row->name == name)
                return {world.environment(0), *info, row};
        }
        return {};
    }
    DetailsPane *open(const ActionTarget &target)
    {
        pane = std::make_unique<DetailsPane>(context, &actions);
        pane->resize(408, 800);
        pane->setTarget(target);
        pane->show();
        (void)QTest::qWaitForWindowExposed(pane.get());
        return pane.get();
    }
    std::shared_ptr<ports::YamlCodec> codec = yaml::makeYamlCodec();
    Starter starter;
    TourWorld world;
    ShellContext context;
    ActionRegistry actions;
    std::unique_ptr<DetailsPane> pane;
};

QString fact(const QWidget *root, const QString &label)
{
    for (const FactValue *value : root->findChildren<FactValue *>()) {
        if (value->isVisible() && value->accessibleName().startsWith(label + u": "_s))
            return value->text();
    }
    return {};
}

}

class TestNodeDetails : public QObject {
    Q_OBJECT
    Theme m_theme;
    std::shared_ptr<const network::KindTable> m_kinds = test::shippedKinds();

private Q_SLOTS:
    void initTestCase()
    {
        installTranslations(*qApp);
        m_theme.setMode(Theme::Mode::Light);
        m_theme.apply(*qApp);
    }

    /// What a condition means, and when traffic runs out as far as this console has seen it go.
    void theHeadlineSaysWhatItMeans()
    {
        Rig rig(&m_theme, m_kinds);
        rig.world.fillConsortium();
        DetailsPane *pane = rig.open(rig.target(u"Validator"_s, u"northgate-validator-2"_s));
        const auto *headline = pane->findChild<NoticeBar *>();
        QCOMPARE(headline->accessibleName(), u"Traffic is running out. Top up failed, for 38 m. The last top-up needs 1,240.00 CC, 812.40 CC are available."_s);
        items::Readings readings(&rig.world.clock());
        const qint64 now = rig.world.clock().now().toSecsSinceEpoch();
        pane->setReadings(&readings);
        readings.add(u"infra-prod"_s, u"tour-northgate-validator-2"_s, u"traffic"_s, {now - 3600, 12.0});
        readings.add(u"infra-prod"_s, u"tour-northgate-validator-2"_s, u"traffic"_s, {now, 6.0});
        pane->renew();
        QVERIFY2(headline->accessibleName().startsWith(u"Traffic runs out in about 60 m. "_s), qPrintable(headline->accessibleName()));
    }

    /// Right of the list conditions come below the small chart; below the list they have their own column.
    void conditionsComeBeforeOtherFacts()
    {
        Rig rig(&m_theme, m_kinds);
        rig.world.fillConsortium();
        items::Readings readings(&rig.world.clock());
        DetailsPane *pane = rig.open(rig.target(u"Validator"_s, u"northgate-validator-2"_s));
        pane->setReadings(&readings);
        pane->rowChanged(rig.target(u"Validator"_s, u"northgate-validator-2"_s).row);
        const auto top = [pane](const QString &name) {
            for (const QWidget *part : pane->findChildren<QWidget *>()) {
                if (part->isVisible() && part->accessibleName() == name && (qobject_cast<const FactTable *>(part) || qobject_cast<const ConditionList *>(part)))
                    return part->mapTo(pane, QPoint()).y();
            }
            return -1;
        };
        pane->renew();
        pane->setBelow(true);
        QTRY_VERIFY(top(u"Balances"_s) > 0 && top(u"Conditions"_s) > 0);
        pane->setBelow(false);
        pane->setTarget(rig.target(u"Participant"_s, u"alice-bank"_s));
        pane->setTarget(rig.target(u"Validator"_s, u"northgate-validator-2"_s));
        QTRY_VERIFY(top(u"Balances"_s) > top(u"Conditions"_s) && top(u"Conditions"_s) > top(u"Identity"_s) && top(u"Identity"_s) > 0);
    }

    void comparedWithGitWhereArgoCdKeepsIt()
    {
        Rig rig(&m_theme, m_kinds);
        rig.world.fillConsortium();
        addTourApplication(rig.world);
        DetailsPane *pane = rig.open(rig.target(u"Validator"_s, u"northgate-validator-2"_s));
        // Whose it is, and whether it is as Git says.
        QTRY_COMPARE(fact(pane, u"Managed by"_s), u"Argo CD: northgate-mainnet"_s);
        const auto said = [pane](const QString &text) {
            const QList<FactValue *> values = pane->findChildren<FactValue *>();
            return std::any_of(values.begin(), values.end(), [&text](const FactValue *v) { return v->isVisible() && v->text() == text; });
        };
        QTRY_VERIFY(said(u"OutOfSync"_s));
        pane->setTab(u"yaml"_s);
        auto *compare = pane->findChild<QPushButton *>(u"compareWithGit"_s);
        QTRY_VERIFY(compare->isVisible() && compare->isEnabled());
        compare->click();
        QCOMPARE(rig.starter.started, QStringList{u"git northgate-validator-2 Validator"_s});
        pane->setTarget(rig.target(u"Participant"_s, u"alice-bank"_s));
        QTRY_VERIFY(!compare->isVisible());
    }
};

QTEST_MAIN(TestNodeDetails)
#include "tst_nodedetails.moc"
