// SPDX-License-Identifier: GPL-3.0-or-later
// Every page of the window on the demo network: nothing the API server serves in our group is out of reach, and a page shows what
// the server has. With QD_GRAB=DIR the pages are drawn there.
#include "models/state/ObjectTemplates.h"
#include "tests/live/LiveWindow.h"
#include "tests/ui/support/UiTest.h"
#include "ui/panes/details/DetailsPane.h"
#include "ui/panes/overview/OverviewPane.h"
#include "ui/panes/overview/ProblemCard.h"
#include "ui/panes/resources/KindsPane.h"
#include "ui/panes/resources/ResourceTable.h"
#include "ui/shell/PaneHost.h"
#include "ui/widgets/Facts.h"
#include "ui/widgets/Tabs.h"

#include <QAction>
#include <QJsonArray>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeWidget>
#include <QTreeWidgetItemIterator>

using namespace Qt::StringLiterals;
using namespace qd;

using test::kPatience;
using test::Shown;

class PanesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        auto started = test::startDemo(m_folder.path());
        QVERIFY2(started, qPrintable(started ? QString() : started.error().text()));
        m_demo = std::move(*started);
        m_shown = std::make_unique<Shown>(QStringList{u"--kubeconfig"_s, m_demo->kubeconfig()}, m_folder.path());
        QList<const network::KindInfo *> first = m_shown->session->kinds()->ofPane(u"nodes"_s);
        first.append(m_shown->session->kinds()->find(u"CantonNetwork"_s));
        for (const network::KindInfo *kind : std::as_const(first))
            QTRY_VERIFY_WITH_TIMEOUT(environment()->store(*kind)->complete(), kPatience);
        m_shown->window()->resize(1440, 900);
        for (int step = 0; step < qEnvironmentVariableIntValue("QD_TEST_LARGER"); ++step)   // a font half as large again
            m_shown->window()->actionRegistry()->action(u"view.larger"_s)->trigger();
    }

    void cleanupTestCase()
    {
        m_shown.reset();
        m_demo.reset();
    }

    void everyKindHasAPage_data()
    {
        QTest::addColumn<QString>("pane");
        QTest::addColumn<QString>("kind");
        for (const network::KindInfo &kind : m_shown->session->kinds()->kinds()) {
            if (kind.own)
                QTest::addRow("%s", qPrintable(kind.kind)) << kind.pane << kind.kind;
        }
    }

    void everyKindHasAPage()
    {
        QFETCH(QString, pane);
        QFETCH(QString, kind);
        ui::ResourcePane *list = open(pane, kind);
        QVERIFY2(list, "no page lists it");
        const network::KindInfo *info = m_shown->session->kinds()->find(kind);
        QTRY_VERIFY_WITH_TIMEOUT(environment()->store(*info)->complete(), kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(shownNames(list, kind), servedNames(*info), kPatience);
        QVERIFY2(!shownNames(list, kind).isEmpty(), "the consortium has some of each kind");
        openFirst(list, kind);
        QTRY_VERIFY(!list->details()->isHidden());
        const auto cut = [this] { return test::clipped(m_shown->window()).join(u'\n'); };
        (void)QTest::qWaitFor([&cut] { return cut().isEmpty(); }, 1000);   // once it is laid out
        QVERIFY2(cut().isEmpty(), qPrintable(cut()));
        QCOMPARE(test::unnamed(m_shown->window()), QStringList());
        grab(pane, kind);
    }

    void everyKindHasATemplateTheServerTakes_data() { everyKindHasAPage_data(); }

    /// Filled from what is there, a template is a whole object: what is left for a person is to change it.
    void everyKindHasATemplateTheServerTakes()
    {
        QFETCH(QString, kind);
        const network::KindInfo *info = m_shown->session->kinds()->find(kind);
        const QString text = state::ObjectTemplates::of(*environment(), *info);
        QVERIFY(!text.isEmpty());
        QVERIFY2(!text.contains(QRegularExpression(u"\\{[a-zA-Z]+\\}"_s)), qPrintable(text));
        const auto document = m_shown->session->yaml()->parse(text.toUtf8());
        QVERIFY2(document, qPrintable(document ? QString() : document.error().text()));
        ports::WriteRequest request;
        request.verb = ports::Verb::Create;
        request.gvr = info->gvr;
        request.ns = document->value.toObject()["metadata"_L1]["namespace"_L1].toString();
        request.body = document->value;
        request.dryRun = true;
        auto answer = environment()->gateway()->write(request);
        answer.waitForFinished();
        QVERIFY2(answer.result(), qPrintable(answer.result() ? QString() : answer.result().error().text() + text));
        QVERIFY2(answer.result()->warnings.isEmpty(), qPrintable(answer.result()->warnings.join(u'\n')));
    }

    /// A second context beside the first, narrowed to a namespace and closed again; every page follows.
    void anotherContext()
    {
        ui::MainWindow *window = m_shown->window();
        window->panes()->show(u"nodes"_s);
        const int before = m_shown->model()->counts().total;
        window->openContext(u"viewer"_s);
        QCOMPARE(int(m_shown->graph->environments().size()), 2);
        state::Environment *viewer = m_shown->graph->environments().back().get();
        QTRY_COMPARE_WITH_TIMEOUT(m_shown->model()->counts().total, 2 * before, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(open(u"backups"_s, u"BackupSchedule"_s)->model()->counts().total > 0, true, kPatience);
        grab(u"two"_s, u"environments"_s);

        viewer->setNamespaces({u"canton-devnet"_s});
        window->panes()->show(u"nodes"_s);
        QTRY_VERIFY_WITH_TIMEOUT(m_shown->model()->counts().total < 2 * before && m_shown->model()->counts().total > before, kPatience);
        QVERIFY(viewer->seenNamespaces().contains(u"canton-mainnet"_s));
        viewer->setNamespaces({});
        QTRY_COMPARE_WITH_TIMEOUT(m_shown->model()->counts().total, 2 * before, kPatience);

        window->closeEnvironment(viewer);
        QCOMPARE(int(m_shown->graph->environments().size()), 1);
        QCOMPARE(m_shown->model()->counts().total, before);
        window->closeEnvironment(environment());
        QCOMPARE(int(m_shown->graph->environments().size()), 1);   // the last one stays
        window->openContext(u"nobody-knows"_s);
        QCOMPARE(int(m_shown->graph->environments().size()), 1);
    }

    /// Who set its fields, what was made for it, and a link to another page and back.
    void theDetailsOfANode()
    {
        ui::ResourcePane *nodes = open(u"nodes"_s, u"Validator"_s);
        openFirst(nodes, u"Validator"_s);
        const QString name = nodes->details()->target().row->name;
        const auto rows = [nodes](const QString &tree) {
            QStringList out;
            for (QTreeWidget *each : nodes->details()->findChildren<QTreeWidget *>()) {
                for (QTreeWidgetItemIterator it(each); each->accessibleName() == tree && *it; ++it)
                    out.append((*it)->text(1) + u' ' + (*it)->text(0));
            }
            return out;
        };
        nodes->details()->setTab(u"managed"_s);
        QTRY_VERIFY_WITH_TIMEOUT(!rows(u"Managed fields"_s).filter(u"imageTag"_s).isEmpty(), kPatience);
        grab(u"details"_s, u"managed"_s);
        nodes->details()->setTab(u"relations"_s);
        QTRY_VERIFY2_WITH_TIMEOUT(!rows(u"Relations"_s).filter(u"Pod "_s).isEmpty(), qPrintable(rows(u"Relations"_s).join(u'\n')), kPatience);
        QTRY_VERIFY2_WITH_TIMEOUT(!rows(u"Relations"_s).filter(u"Service "_s).isEmpty(), qPrintable(rows(u"Relations"_s).join(u'\n')), kPatience);
        grab(u"details"_s, u"relations"_s);
        nodes->details()->setTab(u"history"_s);
        // The cluster keeps events for an hour only, and nothing was changed from here.
        QTRY_VERIFY_WITH_TIMEOUT(!rows(u"History"_s).isEmpty() || test::textsOf(nodes->details()).contains(u"Nothing happened yet"_s), kPatience);
        grab(u"details"_s, u"history"_s);
        nodes->details()->setTab(u"overview"_s);

        ui::ResourcePane *backups = open(u"backups"_s, u"BackupSchedule"_s);
        openFirst(backups, u"BackupSchedule"_s);
        ui::FactValue *link = nullptr;
        for (ui::FactValue *value : backups->details()->findChildren<ui::FactValue *>()) {
            if (value->isVisible() && value->fact().link && value->accessibleName().startsWith(u"Node: "_s))
                link = value;
        }
        QVERIFY(link);
        const QString node = link->text();
        QTest::mouseClick(link, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(m_shown->window()->panes()->current(), u"nodes"_s, kPatience);
        QCOMPARE(nodes->details()->target().row->name, node);
    }

    /// What the demo network has wrong stands on the first page, and leads there.
    void theOverview()
    {
        m_shown->window()->panes()->show(u"overview"_s);
        auto *pane = qobject_cast<ui::OverviewPane *>(m_shown->window()->panes()->currentPane());
        QVERIFY(pane);
        const auto row = [pane](const QString &name) {
            const QList<ui::ProblemRow *> rows = pane->problems()->rows();
            const auto it = std::find_if(rows.begin(), rows.end(), [&](const ui::ProblemRow *r) { return r->problem().object.name == name; });
            return it == rows.end() ? nullptr : *it;
        };
        QTRY_VERIFY_WITH_TIMEOUT(!pane->overview()->report().loading && row(u"bob-custody"_s), kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(pane->overview()->report().endings.size(), 1, kPatience);
        QVERIFY(!pane->overview()->report().progress.isEmpty());
        QVERIFY(pane->overview()->report().backups.within > 0);
        grab(u"overview"_s, u"page"_s);
        row(u"bob-custody"_s)->link()->click();
        QTRY_COMPARE_WITH_TIMEOUT(m_shown->window()->panes()->current(), u"nodes"_s, kPatience);
        QCOMPARE(m_shown->window()->nodes()->details()->target().row->name, u"bob-custody"_s);
    }

    /// Back and forward lead through pages and objects as they were looked at.
    void theWayBack()
    {
        ui::PaneHost *panes = m_shown->window()->panes();
        open(u"parties"_s, u"Party"_s)->closeDetails();
        panes->show(u"nodes"_s);
        panes->show(u"parties"_s);
        openFirst(open(u"parties"_s, u"Party"_s), u"Party"_s);
        const ObjectId party = panes->currentPane()->openedObject();
        panes->show(u"dars"_s);
        panes->back();
        QCOMPARE(panes->current(), u"parties"_s);
        QCOMPARE(panes->currentPane()->openedObject().uid, party.uid);
        panes->back();
        panes->back();
        QCOMPARE(panes->current(), u"nodes"_s);
        panes->forward();
        QCOMPARE(panes->current(), u"parties"_s);
    }

private:
    [[nodiscard]] state::Environment *environment() const { return m_shown->graph->environments().front().get(); }

    ui::ResourcePane *open(const QString &pane, const QString &kind) const
    {
        m_shown->window()->panes()->show(pane);
        ui::Pane *current = m_shown->window()->panes()->currentPane();
        if (auto *kinds = qobject_cast<ui::KindsPane *>(current))
            return kinds->showKind(kind) ? kinds->list() : nullptr;
        return qobject_cast<ui::ResourcePane *>(current);
    }

    static QSet<QString> shownNames(const ui::ResourcePane *list, const QString &kind)
    {
        QSet<QString> out;
        const items::ResourceModel *model = list->model();
        for (int row = 0; row < model->rowCount(); ++row) {
            if (const state::RowPtr object = model->rowAt(row); object && model->storeAt(row)->kind().kind == kind)
                out.insert(object->ns + u'/' + object->name);
        }
        return out;
    }

    QSet<QString> servedNames(const network::KindInfo &kind) const
    {
        QSet<QString> out;
        auto answer = environment()->gateway()->list(kind.gvr, {});
        answer.waitForFinished();
        if (!answer.result())
            return out;
        const QJsonArray items = answer.result()->value("items"_L1).toArray();
        for (const QJsonValue &item : items) {
            const QJsonObject meta = item["metadata"_L1].toObject();
            out.insert(meta["namespace"_L1].toString() + u'/' + meta["name"_L1].toString());
        }
        return out;
    }

    void openFirst(ui::ResourcePane *list, const QString &kind) const
    {
        items::ResourceModel *model = list->model();
        for (int row = 0; row < model->rowCount(); ++row) {
            if (!model->rowAt(row) || model->storeAt(row)->kind().kind != kind)
                continue;
            QVERIFY(m_shown->window()->panes()->openObject(model->storeAt(row)->idOf(*model->rowAt(row))));
            return;
        }
    }

    void grab(const QString &pane, const QString &kind) const
    {
        const QString folder = qEnvironmentVariable("QD_GRAB");
        if (folder.isEmpty())
            return;
        // The verbs are as they will stay once the access reviews are answered.
        (void)QTest::qWaitFor([this] { return m_shown->window()->actionRegistry()->action(u"change.label"_s)->isEnabled(); }, 2000);
        QVERIFY(m_shown->window()->grab().save(folder + u'/' + pane + u'-' + kind + u".png"_s));
    }

    QTemporaryDir m_folder;
    std::unique_ptr<console::DemoProcess> m_demo;
    std::unique_ptr<Shown> m_shown;
};

QTEST_MAIN(PanesTest)
#include "tst_panes.moc"
