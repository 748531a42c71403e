// SPDX-License-Identifier: GPL-3.0-or-later
// The window on a real API server: what it shows is what the server has, through changes, a server that stops answering,
// and people who may only look.
#include "models/items/Roles.h"
#include "tests/live/LiveRig.h"
#include "tests/live/LiveWindow.h"
#include "tests/ui/support/UiTest.h"
#include "ui/panes/details/DetailsPane.h"
#include "ui/panes/details/OverviewTab.h"
#include "ui/panes/details/YamlTab.h"
#include "ui/panes/resources/ResourceTable.h"
#include "ui/shell/FirstRunPage.h"
#include "ui/widgets/Facts.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/StatePage.h"

#include <QAction>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonObject>
#include <QLabel>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace Qt::StringLiterals;
using namespace qd;

using test::kPatience;
using test::Shown;
using test::textsOf;

namespace {

constexpr int kStaleWithin = 20000;      // look.md: 15 s without an answered heartbeat, asked every 10 s
constexpr int kRecoversWithin = 45000;

const QString kNamespace = u"canton-mainnet"_s;
const QString kValidator = u"northgate-validator-1"_s;

}

class WindowTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        qputenv("XDG_STATE_HOME", m_folder.path().toUtf8());
        m_rig = std::make_unique<test::LiveRig>(QStringList{u"--examples"_s});
        if (m_rig->skipped())
            QSKIP(qPrintable(m_rig->why()));
        QVERIFY2(m_rig->ready(), qPrintable(m_rig->why()));
        m_other = std::make_unique<test::SecondClient>(m_rig->kubeconfig());
        QVERIFY2(m_other->trouble().isEmpty(), qPrintable(m_other->trouble()));
    }

    void cleanupTestCase()
    {
        m_admin.reset();
        m_other.reset();
    }

    void rowsOfTheConsortiumAppearGrouped()
    {
        m_admin = std::make_unique<Shown>(QStringList{u"--kubeconfig"_s, m_rig->kubeconfig()}, m_folder.path());
        QSet<QString> wanted;
        for (const network::KindInfo *kind : m_admin->session->kinds()->ofPane(u"nodes"_s)) {
            const QJsonArray items = listed(kind->gvr).value("items"_L1).toArray();
            for (const QJsonValue &item : items)
                wanted.insert(nameOf(*kind, item.toObject()));
        }
        QVERIFY2(wanted.size() >= 6, "the consortium has nodes");
        QTRY_COMPARE_WITH_TIMEOUT(m_admin->model()->counts().total, int(wanted.size()), kPatience);
        QSet<QString> shown;
        QString group;
        int groups = 0;
        for (int row = 0; row < m_admin->model()->rowCount(); ++row) {
            const QModelIndex index = m_admin->model()->index(row, 0);
            if (index.data(items::IsGroupRole).toBool()) {
                group = index.data(items::UidRole).toString();
                ++groups;
                continue;
            }
            const state::RowPtr object = m_admin->model()->rowAt(row);
            shown.insert(QString(m_admin->model()->storeAt(row)->kind().kind + u'/' + object->ns + u'/' + object->name));
            QCOMPARE(QString(u"admin/"_s + object->network), group);
        }
        QCOMPARE(shown, wanted);
        QVERIFY2(groups >= 3, "mainnet, the private network and devnet");
        QTRY_VERIFY_WITH_TIMEOUT(!m_admin->pane()->statePage()->isVisible(), kPatience);
        const QStringList nameless = test::unnamed(m_admin->window());
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(u'\n')));
    }

    void filterByKeys()
    {
        needsWindow();
        QTest::keyClick(m_admin->table(), Qt::Key_Slash);
        auto *field = m_admin->window()->findChild<ui::FilterField *>();
        QTRY_VERIFY_WITH_TIMEOUT(field->hasFocus(), kPatience);
        QTest::keyClicks(field, u"phase:degraded"_s);
        const auto kind = m_admin->session->kinds()->ofPane(u"nodes"_s);
        int degraded = 0;
        for (const network::KindInfo *info : kind) {
            const QJsonArray items = listed(info->gvr).value("items"_L1).toArray();
            degraded += int(std::count_if(items.begin(), items.end(), [](const QJsonValue &item) {
                return item["status"_L1]["phase"_L1].toString() == "Degraded"_L1;
            }));
        }
        QVERIFY(degraded > 0);
        QTRY_COMPARE_WITH_TIMEOUT(m_admin->model()->counts().shown, degraded, kPatience);
        for (int row = 0; row < m_admin->model()->rowCount(); ++row) {
            if (const state::RowPtr object = m_admin->model()->rowAt(row))
                QCOMPARE(object->phase, u"Degraded"_s);
        }
        QTest::keyClick(field, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(field, Qt::Key_Delete);
        QTRY_COMPARE_WITH_TIMEOUT(m_admin->model()->counts().shown, m_admin->model()->counts().total, kPatience);
    }

    void detailsOpenByEnter()
    {
        needsWindow();
        walkTo(u"Validator"_s, kValidator);
        QTest::keyClick(m_admin->table(), Qt::Key_Return);
        ui::DetailsPane *details = m_admin->pane()->details();
        QTRY_VERIFY_WITH_TIMEOUT(details->isVisible(), kPatience);
        QCOMPARE(details->target().row->name, kValidator);
        // Declared 0.4.15, reported what runs: both stand there.
        const QJsonObject object = live(kValidator);
        const QString declared = object["spec"_L1]["imageTag"_L1].toString(), reported = object["status"_L1]["version"_L1].toString();
        QVERIFY(!declared.isEmpty() && !reported.isEmpty());
        const auto *overview = details->findChild<ui::OverviewTab *>();
        QTRY_VERIFY_WITH_TIMEOUT(textsOf(overview).contains(declared) && textsOf(overview).contains(reported), kPatience);
        const QList<ui::FactTable *> tables = overview->findChildren<ui::FactTable *>();
        QVERIFY(std::any_of(tables.begin(), tables.end(), [](const ui::FactTable *t) { return t->keys().contains(u"version"_s); }));
    }

    void yamlIsTheLiveObject()
    {
        needsWindow();
        ui::DetailsPane *details = m_admin->pane()->details();
        details->setTab(u"yaml"_s);
        const auto *yaml = details->findChild<ui::YamlTab *>();
        const QString version = live(kValidator)["metadata"_L1]["resourceVersion"_L1].toString();
        QTRY_VERIFY_WITH_TIMEOUT(yaml->isVisible(), kPatience);
        QTRY_VERIFY2_WITH_TIMEOUT(yaml->text().contains(version) && yaml->text().contains(u"kind: Validator"_s),
                                  qPrintable(u"no resourceVersion %1 in %2"_s.arg(version, yaml->text().left(400))), kPatience);
        details->setTab(u"overview"_s);
    }

    void anotherClientsChangeIsSeen()
    {
        needsWindow();
        const qint64 before = rowNow()->generation;
        write(ports::Verb::MergePatch, kValidator, {}, {{u"spec"_s, QJsonObject{{u"resources"_s, QJsonObject{{u"replicas"_s, 2}}}}}});
        QTRY_COMPARE_WITH_TIMEOUT(rowNow()->generation, before + 1, kPatience);
        // The operator's part: pods that are wanted and not there yet.
        QJsonArray components = live(kValidator)["status"_L1]["components"_L1].toArray();
        QJsonObject first = components.at(0).toObject();
        first.insert(u"desired"_s, 2);
        first.insert(u"ready"_s, 1);
        components[0] = first;
        const int column = m_admin->model()->columnOf(u"components"_s);
        const auto pods = [this, column] {
            return m_admin->model()->index(m_admin->rowOf(u"Validator"_s, kValidator), column).data().toString();
        };
        const QString podsBefore = pods();
        write(ports::Verb::MergePatch, kValidator, u"status"_s, {{u"status"_s, QJsonObject{{u"components"_s, components}}}});
        QTRY_VERIFY2_WITH_TIMEOUT(pods() != podsBefore, qPrintable(podsBefore), kPatience);
        const QStringList parts = pods().split(u'/');
        QCOMPARE(parts.size(), 2);
        QCOMPARE(parts.at(0).toInt() + 1, parts.at(1).toInt());
    }

    void aSilentServerIsSaidAndForgotten()
    {
        needsWindow();
        const auto banner = [this]() -> QString {
            const QList<ui::NoticeBar *> bars = m_admin->pane()->findChildren<ui::NoticeBar *>();
            for (const ui::NoticeBar *bar : bars) {
                if (const QString text = textsOf(bar); bar->isVisible() && text.contains(u"Not connected to admin"_s))
                    return text;
            }
            return {};
        };
        state::Environment *environment = m_admin->graph->environments().front().get();
        QTRY_COMPARE_WITH_TIMEOUT(environment->freshness().state, Freshness::State::Fresh, kPatience);
        QVERIFY2(banner().isEmpty(), qPrintable(banner()));
        const pid_t server = pid_t(m_rig->pid(u"kube-apiserver"_s));
        QVERIFY(server > 0);
        const int total = m_admin->model()->counts().total;
        QElapsedTimer timer;
        QVERIFY(kill(server, SIGSTOP) == 0);
        const auto goOn = qScopeGuard([server] { kill(server, SIGCONT); });
        timer.start();
        QTRY_VERIFY_WITH_TIMEOUT(!banner().isEmpty(), kStaleWithin + 5000);
        QVERIFY2(timer.elapsed() <= kStaleWithin + 1000, qPrintable(QString::number(timer.elapsed())));
        QCOMPARE(m_admin->model()->counts().total, total);
        QVERIFY2(banner().contains(u"Values are"_s), qPrintable(banner()));
        kill(server, SIGCONT);
        QTRY_VERIFY_WITH_TIMEOUT(banner().isEmpty(), kRecoversWithin);
        QTRY_COMPARE_WITH_TIMEOUT(environment->freshness().state, Freshness::State::Fresh, kRecoversWithin);
    }

    void aDeletedObjectLosesItsRow()
    {
        needsWindow();
        const network::KindInfo *kind = m_admin->session->kinds()->find(u"Validator"_s);
        const QString name = u"northgate-validator-2"_s;
        QVERIFY(m_admin->rowOf(kind->kind, name) >= 0);
        const int total = m_admin->model()->counts().total;
        write(ports::Verb::MergePatch, name, {}, {{u"metadata"_s, QJsonObject{{u"finalizers"_s, QJsonValue::Null},
              {u"annotations"_s, QJsonObject{{u"canton.quarterdeck.io/confirm-delete"_s, name}}}}}});
        write(ports::Verb::Delete, name, {}, {});
        QTRY_COMPARE_WITH_TIMEOUT(m_admin->rowOf(kind->kind, name), -1, kPatience);
        QCOMPARE(m_admin->model()->counts().total, total - 1);
    }

    void aViewerSeesWhichRightIsMissing()
    {
        m_admin.reset();
        Shown viewer({u"--kubeconfig"_s, m_rig->kubeconfig(), u"--context"_s, u"viewer"_s}, m_folder.path());
        QTRY_VERIFY_WITH_TIMEOUT(viewer.rowOf(u"Validator"_s, kValidator) >= 0, kPatience);
        viewer.table()->setCurrentIndex(viewer.model()->index(viewer.rowOf(u"Validator"_s, kValidator), 0));
        const QList<QAction *> verbs = viewer.window()->actionRegistry()->changesOf(*viewer.session->kinds()->find(u"Validator"_s));
        QVERIFY(!verbs.isEmpty());
        for (const QAction *verb : verbs) {
            QTRY_VERIFY2_WITH_TIMEOUT(!verb->isEnabled(), qPrintable(verb->text()), kPatience);
        }
        const QAction *scale = viewer.window()->actionRegistry()->action(u"change.scale"_s);
        QVERIFY(scale);
        QTRY_VERIFY2_WITH_TIMEOUT(scale->toolTip().contains(u"validators"_s) && scale->toolTip().contains(u"patch"_s),
                                  qPrintable(scale->toolTip()), kPatience);
    }

    void aWindowWithoutKubeconfigSaysWhy()
    {
        m_admin.reset();
        const QString missing = m_folder.filePath(u"nowhere/kubeconfig"_s);
        Shown shown({u"--kubeconfig"_s, missing}, m_folder.path());
        const auto *page = shown.window()->findChild<ui::FirstRunPage *>();
        QVERIFY(page);
        QTRY_VERIFY_WITH_TIMEOUT(page->isVisible(), kPatience);
        QTRY_VERIFY2_WITH_TIMEOUT(textsOf(page).contains(missing), qPrintable(textsOf(page)), kPatience);
        QCOMPARE(shown.model()->rowCount(), 0);
    }

private:
    void needsWindow()
    {
        if (!m_admin)
            QSKIP("the window did not open");
    }

    static QString nameOf(const network::KindInfo &kind, const QJsonObject &object)
    {
        const QJsonObject meta = object.value("metadata"_L1).toObject();
        return QString(kind.kind + u'/' + meta.value("namespace"_L1).toString() + u'/' + meta.value("name"_L1).toString());
    }

    [[nodiscard]] state::RowPtr rowNow() const
    {
        const int row = m_admin->rowOf(u"Validator"_s, kValidator);
        return row < 0 ? std::make_shared<const network::Row>() : m_admin->model()->rowAt(row);
    }

    void walkTo(const QString &kind, const QString &name) { QVERIFY(m_admin->walkTo(kind, name)); }

    QJsonObject listed(const Gvr &gvr) { return m_other->list(gvr); }
    QJsonObject live(const QString &name) { return m_other->get(validators(), kNamespace, name); }
    /// The second client writes a validator.
    void write(ports::Verb verb, const QString &name, const QString &subresource, const QJsonObject &body)
    {
        m_other->write(verb, {validators(), kNamespace, name, subresource}, body);
    }
    [[nodiscard]] const Gvr &validators() const { return m_admin->session->kinds()->find(u"Validator"_s)->gvr; }

    QTemporaryDir m_folder;
    std::unique_ptr<test::LiveRig> m_rig;
    std::unique_ptr<test::SecondClient> m_other;
    std::unique_ptr<Shown> m_admin;
};

QTEST_MAIN(WindowTest)
#include "tst_window.moc"
