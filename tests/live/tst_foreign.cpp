// SPDX-License-Identifier: GPL-3.0-or-later
// Other people's kinds on a real API server: Argo CD, CloudNativePG, cert-manager and prometheus-operator, their definitions as far
// as the console reads them. A cluster without them has no tabs of theirs; with them there are rows and details, read with care: none
// of our verbs, and none of our annotations on them.
#include "models/core/Json.h"
#include "models/state/ChangePipeline.h"
#include "models/state/OwnVerbs.h"
#include "tests/live/LiveRig.h"
#include "tests/live/LiveWindow.h"
#include "tests/ui/support/UiTest.h"
#include "ui/panes/details/DetailsPane.h"
#include "ui/panes/resources/KindsPane.h"
#include "ui/panes/resources/ResourceTable.h"
#include "ui/shell/PaneHost.h"
#include "ui/widgets/Tabs.h"

#include <QAction>
#include <QJsonArray>
#include <QJsonObject>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd;

using state::ChangeOutcome;
using state::ChangePipeline;
using test::kPatience;
using test::Shown;
using test::textsOf;

namespace {

const QString kNamespace = u"elsewhere"_s;

/// A kind of somebody else: where its pages are, an object of it as its project writes them, and what its row must say.
struct Foreign {
    Gvr gvr;
    QString kind;
    bool statusApart;                 ///< has a status subresource (Argo CD has none)
    QJsonObject spec;
    QJsonObject status;
    QString pane;
    network::State state;
    QHash<QString, QString> cells;    ///< column, a part of its text
};

QJsonObject object(const char *json)
{
    return QJsonDocument::fromJson(json).object();
}

const QList<Foreign> &foreign()
{
    static const QList<Foreign> all{
        {{u"argoproj.io"_s, u"v1alpha1"_s, u"applications"_s}, u"Application"_s, false,
            object(R"({"project":"canton","source":{"repoURL":"https:\/\/git.example.com/canton","path":"devnet","targetRevision":"main"},
                       "destination":{"server":"https:\/\/kubernetes.default.svc","namespace":"canton-devnet"},"syncPolicy":{"automated":{"selfHeal":true}}})"),
            object(R"({"health":{"status":"Degraded"},"sync":{"status":"OutOfSync","revision":"0a1b2c3"},
                       "operationState":{"phase":"Failed","message":"one or more objects failed to apply","finishedAt":"2026-11-27T11:00:00Z"}})"),
            u"upgrades"_s, network::State::Degraded, {{u"sync"_s, u"OutOfSync"_s}, {u"operation"_s, u"Failed"_s}, {u"target"_s, u"main"_s}, {u"destination"_s, u"canton-devnet"_s}}},
        {{u"postgresql.cnpg.io"_s, u"v1"_s, u"clusters"_s}, u"Cluster"_s, true, object(R"({"instances":3,"storage":{"size":"50Gi"}})"),
            object(R"({"phase":"Cluster in healthy state","instances":3,"readyInstances":2,"currentPrimary":"north-db-1"})"), u"backups"_s,
            network::State::Ready, {{u"ready"_s, u"2"_s}, {u"instances"_s, u"3"_s}, {u"primary"_s, u"north-db-1"_s}}},
        {{u"postgresql.cnpg.io"_s, u"v1"_s, u"backups"_s}, u"Backup"_s, true, object(R"({"cluster":{"name":"north-db"},"method":"volumeSnapshot"})"),
            object(R"({"phase":"walArchivingFailing","error":"403 AccessDenied"})"), u"backups"_s, network::State::Failed,
            {{u"postgres"_s, u"north-db"_s}, {u"method"_s, u"volumeSnapshot"_s}, {u"message"_s, u"403 AccessDenied"_s}}},
        {{u"postgresql.cnpg.io"_s, u"v1"_s, u"scheduledbackups"_s}, u"ScheduledBackup"_s, true,
            object(R"({"schedule":"0 0 */4 * * *","cluster":{"name":"north-db"}})"), object(R"({"nextScheduleTime":"2036-11-27T16:00:00Z"})"), u"backups"_s,
            network::State::Ready, {{u"schedule"_s, u"0 0 */4 * * *"_s}, {u"postgres"_s, u"north-db"_s}}},
        {{u"cert-manager.io"_s, u"v1"_s, u"certificates"_s}, u"Certificate"_s, true,
            object(R"({"secretName":"north-tls","issuerRef":{"name":"letsencrypt","kind":"ClusterIssuer"},"dnsNames":["north.example.com","wallet.example.com"]})"),
            object(R"({"notAfter":"2026-11-01T00:00:00Z","conditions":[{"type":"Ready","status":"False","reason":"Expired","message":"Certificate expired on Sun, 01 Nov 2026"}]})"),
            u"identity"_s, network::State::Degraded,
            {{u"names"_s, u"north.example.com, wallet.example.com"_s}, {u"secret"_s, u"north-tls"_s}, {u"issuer"_s, u"letsencrypt"_s}}},
        {{u"monitoring.coreos.com"_s, u"v1"_s, u"prometheusrules"_s}, u"PrometheusRule"_s, false,
            object(R"({"groups":[{"name":"canton.rules","rules":[{"alert":"NodeDown","expr":"up == 0","for":"5m"}]}]})"), {}, {}, network::State::Ready,
            {{u"groups"_s, u"canton.rules"_s}, {u"count"_s, u"1"_s}}},
    };
    return all;
}

QJsonObject definition(const Foreign &kind)
{
    const QJsonObject any{{u"type"_s, u"object"_s}, {u"x-kubernetes-preserve-unknown-fields"_s, true}};
    QJsonObject version{{u"name"_s, kind.gvr.version}, {u"served"_s, true}, {u"storage"_s, true},
        {u"schema"_s, QJsonObject{{u"openAPIV3Schema"_s, QJsonObject{{u"type"_s, u"object"_s}, {u"properties"_s, QJsonObject{{u"spec"_s, any}, {u"status"_s, any}}}}}}}};
    if (kind.statusApart)
        version.insert("subresources"_L1, QJsonObject{{u"status"_s, QJsonObject()}});
    return {{u"apiVersion"_s, u"apiextensions.k8s.io/v1"_s}, {u"kind"_s, u"CustomResourceDefinition"_s}, {u"metadata"_s, QJsonObject{{u"name"_s, kind.gvr.name()}}},
        {u"spec"_s,
            QJsonObject{{u"group"_s, kind.gvr.group}, {u"scope"_s, u"Namespaced"_s}, {u"versions"_s, QJsonArray{version}},
                {u"names"_s,
                    QJsonObject{{u"kind"_s, kind.kind}, {u"plural"_s, kind.gvr.resource}, {u"singular"_s, kind.kind.toLower()},
                        {u"listKind"_s, QString(kind.kind + u"List"_s)}}}}}};
}

}

class ForeignTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        qputenv("XDG_STATE_HOME", m_folder.path().toUtf8());
        m_rig = std::make_unique<test::LiveRig>();
        if (m_rig->skipped())
            QSKIP(qPrintable(m_rig->why()));
        QVERIFY2(m_rig->ready(), qPrintable(m_rig->why()));
        m_admin = std::make_unique<test::SecondClient>(m_rig->kubeconfig());
        QVERIFY2(m_admin->trouble().isEmpty(), qPrintable(m_admin->trouble()));
    }

    void cleanup() { m_shown.reset(); }

    void cleanupTestCase()
    {
        m_admin.reset();
        m_rig.reset();
    }

    void aClusterWithoutThemHasNoTabsOfTheirs()
    {
        QVERIFY(open({}));
        for (const Foreign &kind : foreign()) {
            if (!kind.pane.isEmpty())
                QVERIFY2(!tabTexts(kind.pane).contains(info(kind).title), qPrintable(kind.kind));
        }
        QVERIFY(tabTexts(u"backups"_s).contains(u"Backups"_s));
    }

    void theirDefinitionsAreInstalled()
    {
        const Gvr definitions{u"apiextensions.k8s.io"_s, u"v1"_s, u"customresourcedefinitions"_s};
        m_admin->write(ports::Verb::Create, {{{}, u"v1"_s, u"namespaces"_s}, {}, kNamespace},
            {{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Namespace"_s}, {u"metadata"_s, QJsonObject{{u"name"_s, kNamespace}}}});
        for (const Foreign &kind : foreign())
            m_admin->write(ports::Verb::Create, {definitions, {}, kind.gvr.name()}, definition(kind));
        for (const Foreign &kind : foreign()) {
            const auto established = [&] {
                const QJsonArray conditions = m_admin->get(definitions, {}, kind.gvr.name())["status"_L1]["conditions"_L1].toArray();
                return std::any_of(conditions.begin(), conditions.end(),
                    [](const QJsonValue &c) { return c["type"_L1] == QJsonValue(u"Established"_s) && c["status"_L1] == QJsonValue(u"True"_s); });
            };
            QTRY_VERIFY2_WITH_TIMEOUT(established(), qPrintable(kind.kind), kPatience);
            QJsonObject made{{u"apiVersion"_s, kind.gvr.apiVersion()}, {u"kind"_s, kind.kind},
                {u"metadata"_s, QJsonObject{{u"name"_s, nameOf(kind)}, {u"namespace"_s, kNamespace}}}, {u"spec"_s, kind.spec}};
            if (!kind.statusApart && !kind.status.isEmpty())
                made.insert("status"_L1, kind.status);
            m_admin->write(ports::Verb::Create, {kind.gvr, kNamespace, nameOf(kind)}, made);
            if (kind.statusApart)
                m_admin->write(ports::Verb::MergePatch, {kind.gvr, kNamespace, nameOf(kind), u"status"_s}, {{u"status"_s, kind.status}});
        }
    }

    void rowsAndDetails_data()
    {
        QTest::addColumn<int>("at");
        for (int at = 0; at < foreign().size(); ++at)
            QTest::addRow("%s", qPrintable(foreign().at(at).gvr.name())) << at;
    }

    void rowsAndDetails()
    {
        QFETCH(int, at);
        const Foreign &kind = foreign().at(at);
        QVERIFY(open({}));
        state::ResourceStore *store = environment()->store(info(kind));
        QTRY_VERIFY_WITH_TIMEOUT(store->complete() && store->rows().size() == 1, kPatience);
        const state::RowPtr row = *store->rows().begin();
        QCOMPARE(row->name, nameOf(kind));
        QCOMPARE(row->state, kind.state);
        if (kind.pane.isEmpty())
            return cells(kind, [&](int column) { return row->cells.at(column).toJson(info(kind).columns.at(column).type).toVariant().toString(); });
        QVERIFY(m_shown->window()->panes()->openObject(store->idOf(*row)));
        QTRY_VERIFY2_WITH_TIMEOUT(tabTexts(kind.pane).contains(info(kind).title), qPrintable(tabTexts(kind.pane).join(u", "_s)), kPatience);
        auto *page = qobject_cast<ui::KindsPane *>(m_shown->window()->panes()->currentPane());
        QVERIFY(page);
        ui::ResourcePane *list = page->list();
        QCOMPARE(list->spec().kinds.first().gvr.name(), kind.gvr.name());
        int shown = -1;
        for (int each = 0; each < list->model()->rowCount(); ++each) {
            if (list->model()->rowAt(each))
                shown = each;
        }
        QVERIFY(shown >= 0);
        cells(kind, [&](int column) {
            const int here = list->model()->columnOf(info(kind).columns.at(column).id);
            return here < 0 ? QString() : list->model()->index(shown, here).data().toString();
        });
        ui::DetailsPane *details = list->details();
        QTRY_VERIFY(details->isVisible());
        QCOMPARE(details->target().row->name, nameOf(kind));
        for (const QString &tab : details->tabs()) {
            details->setTab(tab);
            QTRY_VERIFY2_WITH_TIMEOUT(!textsOf(details).isEmpty(), qPrintable(tab), kPatience);
        }
        QVERIFY(details->tabs().contains(u"yaml"_s) && !details->tabs().contains(u"logs"_s));
        QCOMPARE(test::unnamed(m_shown->window()), QStringList());
        ourVerbsAreNotTheirs(kind);
    }

    /// What is left, labels and whole texts, leaves no note of ours on them.
    void aLabelLeavesNothingElse()
    {
        const Foreign &kind = foreign().first();
        QVERIFY(open({}));
        const QJsonObject live = m_admin->get(kind.gvr, kNamespace, nameOf(kind));
        const state::DraftContext drafting{environment()->name(), kNamespace, m_shown->session->clock()->now(), m_shown->session->yaml()};
        auto draft = m_shown->session->catalogue().buildDraft(u"label"_s, info(kind), live, {{u"key"_s, u"example.com/tried"_s}, {u"value"_s, u"yes"_s}}, drafting);
        QVERIFY2(draft, qPrintable(draft ? QString() : draft.error().text()));
        draft->reason = u"to find it again"_s;
        ChangePipeline pipeline(m_shown->session->pipelineEnvironment(m_shown->session->cluster(), environment()->identity().user));
        ChangePipeline::Options options;
        connect(&pipeline, &ChangePipeline::confirmationNeeded, this,
            [&pipeline] { (void)pipeline.confirm(u"to find it again"_s, pipeline.review().expectedName); });
        pipeline.start(*draft, options);
        QVERIFY(QTest::qWaitFor([&pipeline] { return pipeline.isFinished(); }, kPatience));
        QVERIFY2(pipeline.outcome().kind == ChangeOutcome::Kind::Settled, qPrintable(pipeline.outcome().message));
        const QJsonObject now = m_admin->get(kind.gvr, kNamespace, nameOf(kind));
        QCOMPARE(now["metadata"_L1]["labels"_L1]["example.com/tried"_L1].toString(), u"yes"_s);
        QVERIFY(now["metadata"_L1]["annotations"_L1].toObject().isEmpty());
        QCOMPARE(now["spec"_L1], live["spec"_L1]);
        QCOMPARE(now["status"_L1], live["status"_L1]);
    }

    void whoMayOnlyLookReadsThemToo()
    {
        QVERIFY(open({u"--context"_s, u"viewer"_s}));
        for (const Foreign &kind : foreign()) {
            state::ResourceStore *store = environment()->store(info(kind));
            QTRY_VERIFY2_WITH_TIMEOUT(store->complete() && store->rows().size() == 1, qPrintable(kind.kind), kPatience);
        }
        const Foreign &argo = foreign().first();
        m_shown->window()->actionRegistry()->setTargets({{environment(), info(argo), *environment()->store(info(argo))->rows().begin()}});
        const QAction *edit = m_shown->window()->actionRegistry()->action(u"change.edit"_s);
        QTRY_VERIFY2_WITH_TIMEOUT(edit->toolTip().contains(u"Missing right: patch applications.argoproj.io"_s), qPrintable(edit->toolTip()), kPatience);
        QVERIFY(!edit->isEnabled());
    }

private:
    bool open(const QStringList &arguments)
    {
        m_shown = std::make_unique<Shown>(QStringList{u"--kubeconfig"_s, m_rig->kubeconfig()} + arguments, m_folder.path());
        const network::KindInfo *kind = m_shown->session->kinds()->find(u"Validator"_s);
        return QTest::qWaitFor([&] { return environment()->store(*kind)->complete() && !environment()->identity().user.isEmpty(); }, kPatience);
    }

    [[nodiscard]] state::Environment *environment() const { return m_shown->graph->environments().front().get(); }
    [[nodiscard]] const network::KindInfo &info(const Foreign &kind) const { return *m_shown->session->kinds()->find(kind.gvr); }
    static QString nameOf(const Foreign &kind) { return QString(u"north-"_s + kind.gvr.resource); }

    QStringList tabTexts(const QString &pane) const
    {
        m_shown->window()->panes()->show(pane);
        auto *page = qobject_cast<ui::KindsPane *>(m_shown->window()->panes()->currentPane());
        QStringList out;
        if (!page)
            return out;
        const QTabBar *bar = page->tabs()->findChild<QTabBar *>();
        for (int tab = 0; tab < bar->count(); ++tab)
            out.append(bar->tabText(tab).section(u" ("_s, 0, 0));
        for (const QAction *more : page->tabs()->findChildren<QAction *>())
            out.append(more->text().section(u" ("_s, 0, 0));
        return out;
    }

    void cells(const Foreign &kind, const std::function<QString(int)> &text) const
    {
        for (auto wanted = kind.cells.begin(); wanted != kind.cells.end(); ++wanted) {
            const QList<network::Column> &columns = info(kind).columns;
            const auto column = std::find_if(columns.begin(), columns.end(), [&](const network::Column &c) { return c.id == wanted.key(); });
            QVERIFY2(column != columns.end(), qPrintable(wanted.key()));
            const QString shown = text(int(column - columns.begin()));
            QVERIFY2(shown.contains(*wanted), qPrintable(u"%1 %2: \"%3\" instead of \"%4\""_s.arg(kind.kind, wanted.key(), shown, *wanted)));
        }
    }

    void ourVerbsAreNotTheirs(const Foreign &kind) const
    {
        const ui::ActionRegistry *registry = m_shown->window()->actionRegistry();
        QStringList theirs;
        for (const QAction *verb : registry->changesOf(info(kind)))
            theirs.append(verb->objectName());
        QCOMPARE(theirs, (QStringList{u"change.label"_s, u"change.annotate"_s, u"change.edit"_s, u"change.delete"_s}));
        for (const QAction *verb : registry->changes()) {
            if (verb->objectName() == "change.create"_L1 || theirs.contains(verb->objectName()))
                continue;
            QVERIFY2(!verb->isEnabled(), qPrintable(verb->objectName()));
            QVERIFY2(verb->toolTip().startsWith("Does not apply to"_L1), qPrintable(verb->objectName() + u": "_s + verb->toolTip()));
        }
    }

    QTemporaryDir m_folder;
    std::unique_ptr<test::LiveRig> m_rig;
    std::unique_ptr<test::SecondClient> m_admin;
    std::unique_ptr<Shown> m_shown;
};

QTEST_MAIN(ForeignTest)
#include "tst_foreign.moc"
