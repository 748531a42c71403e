// SPDX-License-Identifier: GPL-3.0-or-later
// Every verb of every kind for every persona of the demo network, in the real window: what is enabled is tried through the
// change pipeline with a dry run and succeeds; what is disabled for want of a right names it, and the server refuses it when
// it is tried plainly.
#include "models/state/ChangePipeline.h"
#include "models/state/ComponentPaths.h"
#include "models/state/ObjectTemplates.h"
#include "models/state/OwnVerbs.h"
#include "tests/live/LiveWindow.h"
#include "tests/live/VerbParams.h"
#include "ui/actions/ActionRegistry.h"
#include "ui/panes/review/ActionDialog.h"
#include "ui/panes/review/ObjectList.h"
#include "ui/panes/review/ReviewDialog.h"
#include "ui/shell/MainWindow.h"

#include <QAction>
#include <QJsonArray>
#include <QJsonObject>
#include <QLineEdit>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd;

using state::ChangeOutcome;
using state::ChangePipeline;
using test::kPatience;
using test::Shown;

namespace {

constexpr auto kMissing = "Missing right"_L1;
constexpr int kMost = 30000; // ms for one change

}

class PersonasTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        auto started = test::startDemo(m_folder.path());
        QVERIFY2(started, qPrintable(started ? QString() : started.error().text()));
        m_demo = std::move(*started);
    }

    void cleanupTestCase()
    {
        m_shown.reset();
        m_demo.reset();
        qInfo("%d enabled verbs tried under review, %d of them already so or not possible now; %d refused by the server as said; %d refused as it stands; "
              "%d kinds not to be listed",
              m_tried, m_already, m_refused, m_notNow, m_unlisted);
        QVERIFY(m_tried > 300);
        QVERIFY(m_refused > 400);
        QVERIFY(m_notNow > 60);
    }

    void everyVerb_data()
    {
        QTest::addColumn<QString>("persona");
        // Contexts of the demo network, then the other roles that ship, given to its viewer one after the other.
        for (const char *persona : {"viewer", "ledger-operator", "node-operator", "platform-admin", "recovery-operator", "upgrade-approver", "security-admin"})
            QTest::addRow("%s", persona) << QString::fromLatin1(persona);
    }

    void everyVerb()
    {
        QFETCH(QString, persona);
        static const QStringList kRoles{u"recovery-operator"_s, u"upgrade-approver"_s, u"security-admin"_s};
        if (kRoles.contains(persona))
            QVERIFY(give(persona));
        QVERIFY(open({u"--context"_s, kRoles.contains(persona) ? u"viewer"_s : persona}));
        const QList<network::KindInfo> &kinds = m_shown->session->kinds()->kinds();
        for (const network::KindInfo &kind : kinds) {
            if (kind.own)
                (void)environment()->store(kind);   // all begin at once; templates take names from the others
        }
        for (const network::KindInfo &kind : kinds) {
            const auto known = [store = kind.own ? environment()->store(kind) : nullptr] {
                return !store || store->complete() || store->loadState().phase == LoadState::Phase::Forbidden;
            };
            QTRY_VERIFY2_WITH_TIMEOUT(known(), qPrintable(kind.kind), kPatience);
        }
        QStringList problems;
        int disabled = 0, enabled = 0;
        for (const network::KindInfo &kind : kinds) {
            if (!kind.own)
                continue;
            state::ResourceStore *store = environment()->store(kind);
            if (!store->complete()) {
                unlisted(kind, &problems);
                continue;
            }
            const state::RowPtr row = first(*store);
            QVERIFY2(row, qPrintable(u"The consortium has no "_s + kind.kind));
            tryAll(kind, row, &problems, &enabled, &disabled);
        }
        for (const QString &problem : std::as_const(problems))
            qWarning("%s", qPrintable(problem));
        QVERIFY2(problems.isEmpty(), qPrintable(problems.join(u'\n')));
        if (persona == "viewer"_L1)
            QCOMPARE(enabled, 0);
        else
            QVERIFY(enabled > 0);
        if (persona != "platform-admin"_L1)
            QVERIFY(disabled > 0);
    }

    /// Three nodes by keys: asked once, one review, all three settle. Twice, so that one of four is so already.
    void severalInOneReview()
    {
        QVERIFY(open({u"--context"_s, u"platform-admin"_s}));
        QList<ui::ActionTarget> targets = nodes(environment(), {}, 3);
        QVERIFY(targets.size() == 3);
        ui::ReviewDialog *dialog = labelled(targets, u"one"_s);
        QVERIFY(dialog);
        auto *list = dialog->findChild<ui::ObjectList *>();
        QVERIFY(list->isVisible());
        QCOMPARE(list->topLevelItemCount(), 3);
        grab(u"bulk"_s);
        QVERIFY(confirm(dialog));
        QTRY_COMPARE_WITH_TIMEOUT(list->topLevelItem(2)->text(3), u"Done"_s, kPatience);
        for (const ui::ActionTarget &target : std::as_const(targets))
            QCOMPARE(labelOf(target), u"one"_s);
        QTRY_VERIFY_WITH_TIMEOUT(over(dialog), kPatience);
        dialog->close();
        QTRY_VERIFY(!review());
        targets.removeLast();
        dialog = labelled(targets, u"two"_s);
        QVERIFY(dialog);
        QVERIFY(confirm(dialog));
        list = dialog->findChild<ui::ObjectList *>();
        QTRY_COMPARE_WITH_TIMEOUT(list->topLevelItem(1)->text(3), u"Done"_s, kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(over(dialog), kPatience);
        dialog->close();
        QTRY_VERIFY(!review());
        dialog = labelled(nodes(environment(), {}, 3), u"two"_s); // two are so already
        QVERIFY(dialog);
        QCOMPARE(dialog->pipeline()->draft().edits.size(), 1);
        QCOMPARE(dialog->pipeline()->draft().unchanged.size(), 2);
        dialog->close();
        QTRY_VERIFY(!review());
    }

    /// Two environments: a review for each, one after the other; the second is not begun when the first is not confirmed.
    void aReviewForEachEnvironment()
    {
        QVERIFY(open({u"--context"_s, u"platform-admin"_s}));
        m_shown->window()->openContext(u"node-operator"_s);
        QCOMPARE(int(m_shown->graph->environments().size()), 2);
        state::Environment *other = m_shown->graph->environments().back().get();
        const network::KindInfo *kind = m_shown->session->kinds()->find(u"Validator"_s);
        QTRY_VERIFY_WITH_TIMEOUT(other->store(*kind)->complete(), kPatience);
        const auto both = [&] { return nodes(environment(), {}, 1) + nodes(other, {}, 2).mid(1); };
        ui::ReviewDialog *first = labelled(both(), u"three"_s);
        QVERIFY(first);
        QCOMPARE(first->pipeline()->draft().edits.first().object.cluster, environment()->name());
        first->close();
        QTRY_VERIFY(!review());
        QVERIFY(!QTest::qWaitFor([this] { return review() != nullptr; }, 200)); // not confirmed: the other one is not begun
        first = labelled(both(), u"four"_s);
        QVERIFY(first);
        QVERIFY(confirm(first));
        QTRY_VERIFY_WITH_TIMEOUT(over(first), kPatience);
        first->close();
        // Told apart by its cluster: its address may be that of the first one.
        const auto second = [&] { return waits() && review()->pipeline()->draft().edits.first().object.cluster == other->name(); };
        QTRY_VERIFY_WITH_TIMEOUT(second(), kPatience);
        QVERIFY(confirm(review()));
        QTRY_COMPARE_WITH_TIMEOUT(labelOf(both().last()), u"four"_s, kPatience);
        review()->close();
    }

private:
    bool open(const QStringList &arguments)
    {
        m_shown.reset();
        m_shown = std::make_unique<Shown>(QStringList{u"--kubeconfig"_s, m_demo->kubeconfig()} + arguments, m_folder.path());
        const network::KindInfo *kind = m_shown->session->kinds()->find(u"Validator"_s);
        return QTest::qWaitFor([&] { return environment()->store(*kind)->complete() && !environment()->identity().user.isEmpty(); }, kPatience);
    }

    /// The viewer's group has this role as well from now on, in the place of one given before.
    bool give(const QString &role)
    {
        const QString name = u"tried"_s;
        if (!open({u"--context"_s, u"admin"_s}))
            return false;
        ports::WriteRequest request;
        request.gvr = {u"rbac.authorization.k8s.io"_s, u"v1"_s, u"clusterrolebindings"_s};
        request.verb = ports::Verb::Delete;
        request.name = name;
        auto gone = environment()->gateway()->write(request);
        gone.waitForFinished();
        request.verb = ports::Verb::Create;
        request.name.clear();
        request.body = QJsonObject{{u"apiVersion"_s, u"rbac.authorization.k8s.io/v1"_s}, {u"kind"_s, u"ClusterRoleBinding"_s}, {u"metadata"_s, QJsonObject{{u"name"_s, name}}},
            {u"roleRef"_s, QJsonObject{{u"apiGroup"_s, u"rbac.authorization.k8s.io"_s}, {u"kind"_s, u"ClusterRole"_s}, {u"name"_s, QString(u"quarterdeck-"_s + role)}}},
            {u"subjects"_s, QJsonArray{QJsonObject{{u"apiGroup"_s, u"rbac.authorization.k8s.io"_s}, {u"kind"_s, u"Group"_s}, {u"name"_s, u"qd:viewer"_s}}}}};
        auto made = environment()->gateway()->write(request);
        made.waitForFinished();
        if (!made.result())
            qWarning("%s", qPrintable(made.result().error().text()));
        return bool(made.result());
    }

    /// The first validators of a namespace.
    QList<ui::ActionTarget> nodes(state::Environment *of, const QString &ns, int most) const
    {
        const network::KindInfo *kind = m_shown->session->kinds()->find(u"Validator"_s);
        QMap<QString, state::RowPtr> sorted;
        for (const state::RowPtr &row : of->store(*kind)->rows()) {
            if (ns.isEmpty() || row->ns == ns)
                sorted.insert(row->name, row);
        }
        QList<ui::ActionTarget> out;
        for (const state::RowPtr &row : std::as_const(sorted)) {
            if (out.size() < most)
                out.append({of, *kind, row});
        }
        return out;
    }

    [[nodiscard]] ui::ReviewDialog *review() const { return m_shown->window()->findChild<ui::ReviewDialog *>(); }

    /// The verb Label on the targets, its dialog filled by keys; the review once it waits.
    ui::ReviewDialog *labelled(const QList<ui::ActionTarget> &targets, const QString &value)
    {
        registry()->setTargets(targets);
        QAction *label = registry()->action(u"change.label"_s);
        if (!QTest::qWaitFor([label] { return label->isEnabled(); }, kPatience)) {
            qWarning("%s", qPrintable(label->toolTip()));
            return nullptr;
        }
        label->trigger();
        const auto asks = [this] { return m_shown->window()->findChild<ui::ActionDialog *>(); };
        if (!QTest::qWaitFor([&asks] { return asks() && asks()->isVisible(); }, kPatience))
            return nullptr;
        asks()->setValue(u"key"_s, u"example.com/bulk"_s);
        asks()->setValue(u"value"_s, value);
        asks()->findChild<QPushButton *>(u"review"_s)->click();
        return QTest::qWaitFor([this] { return waits(); }, kPatience) ? review() : nullptr;
    }

    /// The review is complete and waits for its confirmation.
    bool waits() const
    {
        const ChangePipeline *p = review() ? review()->pipeline() : nullptr;
        return p && p->step() == ChangePipeline::Step::Review && p->stepState(ChangePipeline::Step::Review) == ChangePipeline::StepState::Waiting;
    }

    static bool confirm(ui::ReviewDialog *dialog)
    {
        if (dialog->pipeline()->review().needsTypedName)
            QTest::keyClicks(dialog->findChild<QLineEdit *>(u"typedName"_s), dialog->pipeline()->review().expectedName);
        auto *button = dialog->findChild<QPushButton *>(u"confirm"_s);
        if (!button->isEnabled())
            return false;
        button->click();
        return true;
    }

    static bool over(const ui::ReviewDialog *dialog) { return !dialog->pipeline() || dialog->pipeline()->isFinished(); }

    static QString labelOf(const ui::ActionTarget &target)
    {
        auto read = target.environment->gateway()->get(target.kind.gvr, target.row->ns, target.row->name);
        read.waitForFinished();
        return read.result() ? (*read.result())["metadata"_L1]["labels"_L1]["example.com/bulk"_L1].toString() : read.result().error().text();
    }

    void grab(const QString &name) const
    {
        if (const QString folder = qEnvironmentVariable("QD_GRAB"); !folder.isEmpty()) {
            QCoreApplication::sendPostedEvents();
            QVERIFY(m_shown->window()->grab().save(folder + u'/' + name + u".png"_s));
        }
    }

    [[nodiscard]] state::Environment *environment() const { return m_shown->graph->environments().front().get(); }
    [[nodiscard]] ui::ActionRegistry *registry() const { return m_shown->window()->actionRegistry(); }

    static state::RowPtr first(const state::ResourceStore &store)
    {
        state::RowPtr out;
        for (const state::RowPtr &row : store.rows()) {
            if (row->deleted == 0 && (!out || row->ns + row->name < out->ns + out->name))
                out = row;
        }
        return out;
    }

    void unlisted(const network::KindInfo &kind, QStringList *problems)
    {
        ++m_unlisted;
        auto answer = environment()->gateway()->list(kind.gvr, {});
        answer.waitForFinished();
        if (answer.result() || answer.result().error().kind != ErrorKind::Forbidden)
            problems->append(kind.kind + u": said to be forbidden, but the server lists it"_s);
    }

    void tryAll(const network::KindInfo &kind, const state::RowPtr &row, QStringList *problems, int *enabled, int *disabled)
    {
        const ui::ActionTarget object{environment(), kind, row};
        registry()->setTargets({object});
        const auto answered = [this, &kind] {
            const QList<QAction *> actions = registry()->changesOf(kind);
            return std::none_of(actions.begin(), actions.end(), [](const QAction *a) { return a->statusTip().startsWith("Asking"_L1); });
        };
        QTRY_VERIFY2_WITH_TIMEOUT(answered(), qPrintable(kind.kind), kPatience);
        for (const state::ActionInfo &action : m_shown->session->catalogue().forKind(kind)) {
            ui::ActionTarget target = object;
            QString why;
            if (action.id == "create"_L1) {
                target.row = nullptr;
                QTRY_VERIFY2_WITH_TIMEOUT(!registry()->whyNot(action.id, target).startsWith("Asking"_L1), qPrintable(kind.kind), kPatience);
                why = registry()->whyNot(action.id, target);
            } else {
                const QAction *shown = registry()->action(u"change."_s + action.id);
                why = shown->isEnabled() ? QString() : shown->statusTip();
                if (why.contains(kMissing) && !shown->toolTip().contains(kMissing))
                    problems->append(action.id + u": the tooltip does not name the right"_s);
            }
            const QString what = action.id + u' ' + kind.gvr.resource + u'/' + (action.id == "create"_L1 ? u"new"_s : row->name);
            if (why.isEmpty()) {
                ++*enabled;
                if (const QString problem = underReview(action, target, row); !problem.isEmpty())
                    problems->append(what + u": enabled, but "_s + problem);
            } else if (why.contains(kMissing)) {
                ++*disabled;
                if (const QString problem = plainly(action, kind, *row, why); !problem.isEmpty())
                    problems->append(what + u": "_s + problem);
            } else {
                ++*disabled;
                if (const QString problem = notNow(action, target, *row, why); !problem.isEmpty())
                    problems->append(what + u": "_s + problem);
            }
        }
    }

    /// As the window does it, up to the review; what went wrong, or nothing.
    QString underReview(const state::ActionInfo &action, const ui::ActionTarget &target, const state::RowPtr &row)
    {
        ++m_tried;
        QJsonObject live;
        QMap<QString, QString> params;
        if (action.id == "create"_L1) {
            // where no node of the kind tells the version, a person writes it
            params.insert(u"file"_s, state::ObjectTemplates::of(*environment(), target.kind));
        } else {
            auto read = environment()->gateway()->get(target.kind.gvr, row->ns, row->name);
            read.waitForFinished();
            if (!read.result())
                return read.result().error().text();
            live = *read.result();
            params = test::verbParams(action, target.kind, live, m_shown->session->catalogue());
        }
        const state::DraftContext drafting{environment()->name(), row->ns, m_shown->session->clock()->now(), m_shown->session->yaml(),
                                           environment()->identity().user};
        const auto draft = m_shown->session->catalogue().buildDraft(action.id, target.kind, live, params, drafting);
        if (!draft) {
            // made of something this verb is not for, which no list tells: said before anything is asked
            const bool said = draft.error().reason == "NothingToChange"_L1 || draft.error().message.contains("is made of a file"_L1);
            m_already += said ? 1 : 0;
            return said ? QString() : draft.error().text();
        }
        ChangePipeline pipeline(m_shown->session->pipelineEnvironment(m_shown->session->cluster(), environment()->identity().user));
        ChangePipeline::Options options;
        options.dryRun = true;
        options.interactive = false;
        pipeline.start(*draft, options);
        if (!QTest::qWaitFor([&pipeline] { return pipeline.isFinished(); }, kMost))
            return u"it does not end: "_s + QVariant::fromValue(pipeline.step()).toString();
        if (pipeline.outcome().kind == ChangeOutcome::Kind::DryRun)
            return {};
        return pipeline.outcome().id() + u": "_s + pipeline.outcome().message;
    }

    /// Disabled as it stands: asked for all the same it is refused before anything is sent, with the same words.
    QString notNow(const state::ActionInfo &action, const ui::ActionTarget &target, const network::Row &row, const QString &why)
    {
        auto read = environment()->gateway()->get(target.kind.gvr, row.ns, row.name);
        read.waitForFinished();
        if (!read.result())
            return read.result().error().text();
        const state::DraftContext drafting{environment()->name(), row.ns, m_shown->session->clock()->now(), m_shown->session->yaml(),
                                           environment()->identity().user};
        const auto draft = m_shown->session->catalogue().buildDraft(action.id, target.kind, *read.result(),
                                                                    test::verbParams(action, target.kind, *read.result(), m_shown->session->catalogue()), drafting);
        if (draft)
            return u"disabled ("_s + why + u"), but it can be drafted"_s;
        ++m_notNow;
        return draft.error().reason == "NothingToChange"_L1 ? QString() : u"disabled ("_s + why + u"), but refused as "_s + draft.error().text();
    }

    /// The same without the console's care, as a dry run: RBAC must refuse it with the rights that were named.
    QString plainly(const state::ActionInfo &action, const network::KindInfo &kind, const network::Row &row, const QString &why)
    {
        const QStringList rights = why.section(kMissing, 1).section(u": "_s, 1).split(u", "_s);
        const bool guard = action.id == "delete"_L1 && state::deleteIsGuarded(kind.kind);
        QStringList needed{action.right.verb};
        if (guard)
            needed.append(u"patch"_s);
        for (const state::ActionRight &right : action.also)
            needed.append(right.verb);
        for (const QString &right : rights) {
            const QString verb = right.section(u' ', 0, 0);
            if (!needed.contains(verb))
                return u"another right is named: "_s + why;
            if (const QString problem = refusedPlainly(action, kind, row, verb); !problem.isEmpty())
                return problem;
        }
        ++m_refused;
        return {};
    }

    QString refusedPlainly(const state::ActionInfo &action, const network::KindInfo &kind, const network::Row &row, const QString &right)
    {
        ports::WriteRequest request;
        request.ns = row.ns;
        request.name = row.name;
        request.dryRun = true;
        request.verb = ports::Verb::MergePatch;
        request.body = QJsonObject{{u"metadata"_s, QJsonObject{{u"labels"_s, QJsonObject{{u"example.com/tried"_s, u"yes"_s}}}}}};
        const network::KindInfo *made = m_shown->session->kinds()->find(state::kindMadeBy(action.id));
        const network::KindInfo &asked = made && right == "create"_L1 ? *made : kind;
        request.gvr = asked.gvr;
        if (right == "create"_L1) {
            request.verb = ports::Verb::Create;
            request.name.clear();
            request.body = QJsonObject{{u"apiVersion"_s, asked.gvr.apiVersion()}, {u"kind"_s, asked.kind},
                                       {u"metadata"_s, QJsonObject{{u"name"_s, u"tried"_s}, {u"namespace"_s, row.ns}}}, {u"spec"_s, QJsonObject()}};
        } else if (right == "delete"_L1) {
            request.verb = ports::Verb::Delete;
            request.body = QJsonValue(QJsonValue::Undefined);
        } else if (right != "patch"_L1) {
            return u"a right this test does not know: "_s + right;
        }
        auto answer = environment()->gateway()->write(request);
        answer.waitForFinished();
        const auto result = answer.result();
        if (result)
            return u"disabled, but the server takes it"_s;
        if (result.error().kind != ErrorKind::Forbidden || !result.error().text().contains(QString(u"the right to "_s + right + u' ' + asked.gvr.resource)))
            return u"disabled, but the server says: "_s + result.error().text();
        return {};
    }

    QTemporaryDir m_folder;
    std::unique_ptr<console::DemoProcess> m_demo;
    std::unique_ptr<Shown> m_shown;
    int m_tried = 0;
    int m_already = 0;
    int m_notNow = 0;
    int m_refused = 0;
    int m_unlisted = 0;
};

QTEST_MAIN(PersonasTest)
#include "tst_personas.moc"
