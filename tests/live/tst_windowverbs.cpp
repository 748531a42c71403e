// SPDX-License-Identifier: GPL-3.0-or-later
// Every verb of every kind in the real window on the demo network, as its administrator: the action of the window, the dialog that
// asks, the review with what the server makes of it, up to the confirmation. Nothing in these dialogs is cut or without a name.
// What comes of the verbs when they are confirmed is in test_verbs.py, tst_windowchange and tst_guidedtour.
#include "models/core/Json.h"
#include "models/state/ChangePipeline.h"
#include "models/state/ObjectTemplates.h"
#include "tests/live/LiveWindow.h"
#include "tests/live/VerbParams.h"
#include "tests/ui/support/UiTest.h"
#include "ui/actions/ActionRegistry.h"
#include "ui/panes/review/ActionDialog.h"
#include "ui/panes/review/EditYamlDialog.h"
#include "ui/panes/review/ReviewDialog.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/Notices.h"
#include "ui/widgets/NoticeBar.h"

#include <QAction>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBlock>

using namespace Qt::StringLiterals;
using namespace qd;

using state::ChangePipeline;
using test::kPatience;
using test::Shown;

class WindowVerbsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        auto started = test::startDemo(m_folder.path());
        QVERIFY2(started, qPrintable(started ? QString() : started.error().text()));
        m_demo = std::move(*started);
        m_shown = std::make_unique<Shown>(QStringList{u"--kubeconfig"_s, m_demo->kubeconfig(), u"--context"_s, u"platform-admin"_s}, m_folder.path());
        m_shown->window()->resize(1440, 900);
        for (const network::KindInfo &kind : m_shown->session->kinds()->kinds()) {
            if (kind.own)
                (void)environment()->store(kind);   // all begin at once; templates take names from the others
        }
        QTRY_VERIFY_WITH_TIMEOUT(!environment()->identity().user.isEmpty(), kPatience);
    }

    void cleanupTestCase()
    {
        qInfo("%d verbs reviewed, %d already so or made of a file, %d refused as they stand", m_reviewed, m_already, m_refused);
        m_shown.reset();
        m_demo.reset();
    }

    void cleanup()
    {
        // A failed verb leaves its dialog: the next one begins without.
        const QList<QDialog *> left = m_shown->window()->findChildren<QDialog *>();
        for (QDialog *dialog : left)
            dialog->done(QDialog::Rejected);
    }

    void everyVerb_data()
    {
        QTest::addColumn<QString>("kind");
        for (const network::KindInfo &kind : m_shown->session->kinds()->kinds()) {
            if (kind.own)
                QTest::addRow("%s", qPrintable(kind.kind)) << kind.kind;
        }
    }

    void everyVerb()
    {
        QFETCH(QString, kind);
        const network::KindInfo &info = *m_shown->session->kinds()->find(kind);
        state::ResourceStore *store = environment()->store(info);
        QTRY_VERIFY_WITH_TIMEOUT(store->complete() && !store->rows().isEmpty(), kPatience);
        const ui::ActionTarget object{environment(), info, first(*store)};
        QVERIFY(object.row);
        registry()->setTargets({object});
        const auto answered = [this, &info] {
            const QList<QAction *> actions = registry()->changesOf(info);
            return std::none_of(actions.begin(), actions.end(), [](const QAction *a) { return a->statusTip().startsWith("Asking"_L1); });
        };
        QTRY_VERIFY_WITH_TIMEOUT(answered(), kPatience);
        QStringList problems;
        for (const state::ActionInfo &action : m_shown->session->catalogue().forKind(info)) {
            if (const QString problem = tried(action, object); !problem.isEmpty())
                problems.append(action.id + u": "_s + problem);
            const auto gone = [this] { return dialogs().isEmpty(); };
            if (!QTest::qWaitFor(gone, kPatience))
                problems.append(action.id + u": its dialog stays"_s);
        }
        QVERIFY2(problems.isEmpty(), qPrintable(problems.join(u'\n')));
        ++m_kinds;
    }

    void enoughWereReviewed()
    {
        if (m_kinds < 24)
            QSKIP("only some kinds were asked for");
        QVERIFY2(m_reviewed > 150, qPrintable(QString::number(m_reviewed)));
        QVERIFY2(m_refused > 10, qPrintable(QString::number(m_refused)));
        QVERIFY2(m_guarded > 0, qPrintable(QString::number(m_guarded)));
    }

    /// A value the schema refuses is underlined where it was typed, as it is typed; the right one takes the words away.
    void theServerSaysWhichLineIsWrong()
    {
        const network::KindInfo &info = *m_shown->session->kinds()->find(u"Validator"_s);
        QTRY_VERIFY_WITH_TIMEOUT(environment()->store(info)->complete(), kPatience);
        registry()->setTargets({{environment(), info, first(*environment()->store(info))}});
        QAction *edit = registry()->action(u"change.edit"_s);
        QTRY_VERIFY_WITH_TIMEOUT(edit->isEnabled(), kPatience);
        edit->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(shown<ui::EditYamlDialog>(), kPatience);
        auto *dialog = shown<ui::EditYamlDialog>();
        auto *review = dialog->findChild<QPushButton *>(u"review"_s);
        ui::YamlView *editor = dialog->editor();
        QTextCursor at = editor->document()->find(u"storageSize: "_s);
        QVERIFY(!at.isNull());
        const int line = at.blockNumber() + 1;
        const QString before = at.block().text();
        const auto type = [editor, line](const QString &text) {
            QTextCursor cursor(editor->document()->findBlockByNumber(line - 1));
            cursor.movePosition(QTextCursor::EndOfBlock, QTextCursor::KeepAnchor);
            editor->setTextCursor(cursor);
            QTest::keyClicks(editor, text);
        };
        const QString indent = before.left(before.indexOf(u's'));
        type(indent + u"storageSize: many"_s);
        const auto refused = [dialog] { return dialog->checked() && !dialog->problems().isEmpty(); };
        QTRY_VERIFY_WITH_TIMEOUT(refused(), kPatience);   // by its pattern, and by the rule that it cannot shrink
        for (const ui::YamlView::Problem &problem : dialog->problems())
            QVERIFY2(problem.line == line, qPrintable(QString::number(problem.line) + u' ' + problem.message));
        QVERIFY2(dialog->problems().first().message.contains(u"many"_s), qPrintable(dialog->problems().first().message));
        QVERIFY(!review->isEnabled());
        type(indent + u"storageSize: 9000Gi"_s);
        QTRY_VERIFY_WITH_TIMEOUT(dialog->problems().isEmpty() && dialog->checked(), kPatience);
        QVERIFY(review->isEnabled());
        dialog->done(QDialog::Rejected);
        QTRY_VERIFY_WITH_TIMEOUT(dialogs().isEmpty(), kPatience);
    }

private:
    [[nodiscard]] state::Environment *environment() const { return m_shown->graph->environments().front().get(); }
    [[nodiscard]] ui::ActionRegistry *registry() const { return m_shown->window()->actionRegistry(); }
    [[nodiscard]] QList<QDialog *> dialogs() const { return m_shown->window()->findChildren<QDialog *>(); }

    template<typename Dialog>
    [[nodiscard]] Dialog *shown() const
    {
        const QList<Dialog *> all = m_shown->window()->findChildren<Dialog *>();
        const auto it = std::find_if(all.begin(), all.end(), [](const Dialog *one) { return one->isVisible(); });
        return it == all.end() ? nullptr : *it;
    }

    static state::RowPtr first(const state::ResourceStore &store)
    {
        state::RowPtr out;
        for (const state::RowPtr &row : store.rows()) {
            if (row->deleted == 0 && (!out || row->ns + row->name < out->ns + out->name))
                out = row;
        }
        return out;
    }

    /// One verb up to its review; what went wrong, or nothing.
    QString tried(const state::ActionInfo &action, const ui::ActionTarget &object)
    {
        ui::ActionTarget target = object;
        QJsonObject live;
        if (action.id == "create"_L1) {
            target.row = nullptr;
            const auto known = [&] { return !registry()->whyNot(action.id, target).startsWith("Asking"_L1); };
            if (!QTest::qWaitFor(known, kPatience) || !registry()->whyNot(action.id, target).isEmpty())
                return registry()->whyNot(action.id, target);
        } else {
            const QAction *shownAction = registry()->action(u"change."_s + action.id);
            if (shownAction->statusTip().contains("Missing right"_L1))
                return shownAction->statusTip();
            live = liveOf(object);
            if (live.isEmpty())
                return u"it cannot be read"_s;
            if (!shownAction->isEnabled())
                return refusedAsItStands(action, object, live, shownAction->statusTip());
        }
        QMap<QString, QString> params = test::verbParams(action, target.kind, live, m_shown->session->catalogue());
        if (action.id == "create"_L1)
            params = {{u"file"_s, state::ObjectTemplates::of(*environment(), target.kind)}};
        const auto draft = m_shown->session->catalogue().buildDraft(action.id, target.kind, live, params, draftingFor(object));
        if (!draft) {
            // made of something this verb is not for, which no list tells: tst_personas holds the words
            const bool said = draft.error().reason == "NothingToChange"_L1 || draft.error().message.contains("is made of a file"_L1);
            m_already += said ? 1 : 0;
            return said ? QString() : draft.error().text();
        }
        if (action.id == "create"_L1)
            Q_EMIT registry()->changeRequested(action.id, {target});   // what New does on the kind's page
        else
            registry()->action(u"change."_s + action.id)->trigger();
        if (const QString problem = asked(action, params); !problem.isEmpty())
            return problem;
        return reviewed(*draft);
    }

    state::DraftContext draftingFor(const ui::ActionTarget &object) const
    {
        return {environment()->name(), object.row->ns, m_shown->session->clock()->now(), m_shown->session->yaml(), environment()->identity().user};
    }

    QJsonObject liveOf(const ui::ActionTarget &object) const
    {
        auto read = environment()->gateway()->get(object.kind.gvr, object.row->ns, object.row->name);
        read.waitForFinished();
        return read.result() ? *read.result() : QJsonObject();
    }

    /// Disabled with a reason of the object: let through all the same it comes to no confirmation, is refused with words, and the
    /// object on the server is as it was.
    QString refusedAsItStands(const state::ActionInfo &action, const ui::ActionTarget &object, const QJsonObject &live, const QString &why)
    {
        if (why.isEmpty() || registry()->whyNot(action.id, object) != why)
            return u"disabled with other words than whyNot(): "_s + why + u" / "_s + registry()->whyNot(action.id, object);
        const QMap<QString, QString> params = test::verbParams(action, object.kind, live, m_shown->session->catalogue());
        const auto draft = m_shown->session->catalogue().buildDraft(action.id, object.kind, live, params, draftingFor(object));
        if (draft)
            return u"disabled ("_s + why + u"), but it can be drafted"_s;
        const QString message = draft.error().message;
        const auto notice = [this, message]() -> QString {   // with how often it was said
            const QList<ui::NoticeBar *> all = m_shown->window()->notices()->findChildren<ui::NoticeBar *>();
            const auto it = std::find_if(all.begin(), all.end(), [&message](const ui::NoticeBar *bar) { return bar->accessibleName().startsWith(message.chopped(1)); });
            return it == all.end() ? QString() : (*it)->accessibleName();
        };
        const QString before = notice();
        Q_EMIT registry()->changeRequested(action.id, {object});
        const auto answered = [&] { return notice() != before || shown<ui::ActionDialog>() || shown<ui::ReviewDialog>() || shown<ui::EditYamlDialog>(); };
        if (!QTest::qWaitFor(answered, kPatience))
            return u"disabled ("_s + why + u"); let through it says nothing"_s;
        QString said = notice() != before ? message : QString();
        if (auto *dialog = shown<ui::ActionDialog>()) {
            for (auto it = params.begin(); it != params.end(); ++it)
                dialog->setValue(it.key(), it.value());
            const QString asks = test::textsOf(dialog);
            dialog->findChild<QPushButton *>(u"review"_s)->click();
            (void)QTest::qWaitFor([&] { return shown<ui::ReviewDialog>() || test::textsOf(dialog) != asks; }, 2000);
            said = shown<ui::ReviewDialog>() ? QString() : test::textsOf(dialog);
            if (!shown<ui::ReviewDialog>())
                dialog->reject();
        }
        if (auto *review = shown<ui::ReviewDialog>()) {
            const auto over = [review] { return review->pipeline() && (review->pipeline()->isFinished() || review->pipeline()->step() == ChangePipeline::Step::Review); };
            (void)QTest::qWaitFor(over, kPatience);
            if (!review->pipeline() || !review->pipeline()->isFinished() || review->pipeline()->outcome().kind != state::ChangeOutcome::Kind::Refused)
                return u"disabled ("_s + why + u"), but it can be confirmed"_s;
            said = review->pipeline()->outcome().message;
            review->reject();
        }
        if (!said.contains(message))
            return u"disabled ("_s + why + u"), refused with other words than \""_s + message + u"\": "_s + said.right(300);
        const QJsonObject now = liveOf(object);
        if (now.value("spec"_L1) != live.value("spec"_L1) || json::at(now, u"/metadata/generation"_s) != json::at(live, u"/metadata/generation"_s))
            return u"disabled ("_s + why + u"), but the object has changed"_s;
        ++m_refused;
        return {};
    }

    /// The dialog that asks for what the verb needs, filled and left by its button.
    QString asked(const state::ActionInfo &action, const QMap<QString, QString> &params)
    {
        const auto open = [this] { return shown<ui::ActionDialog>() || shown<ui::EditYamlDialog>() || shown<ui::ReviewDialog>(); };
        if (!QTest::qWaitFor(open, kPatience))
            return u"no dialog opens: "_s + test::textsOf(m_shown->window()).right(400);
        if (auto *dialog = shown<ui::ActionDialog>()) {
            for (auto it = params.begin(); it != params.end(); ++it)
                dialog->setValue(it.key(), it.value());
            if (const QString wrong = looks(dialog); !wrong.isEmpty())
                return wrong;
            dialog->findChild<QPushButton *>(u"review"_s)->click();
        } else if (auto *yaml = shown<ui::EditYamlDialog>()) {
            if (action.id == "edit"_L1) {
                const auto document = m_shown->session->yaml()->parse(params.value(u"file"_s).toUtf8());
                QJsonObject object = document->value.toObject();
                object.remove("status"_L1);
                yaml->editor()->setPlainText(QString::fromUtf8(m_shown->session->yaml()->emitText(object)));
            }
            auto *review = yaml->findChild<QPushButton *>(u"review"_s);
            if (!QTest::qWaitFor([yaml, review] { return yaml->checked() && review->isEnabled(); }, kPatience))
                return u"the editor does not take it: "_s + (yaml->problems().isEmpty() ? test::textsOf(yaml).right(300) : yaml->problems().first().message);
            if (const QString wrong = looks(yaml); !wrong.isEmpty())
                return wrong;
            review->click();
        }
        return QTest::qWaitFor([this] { return shown<ui::ReviewDialog>() != nullptr; }, kPatience)
            ? QString() : u"no review opens: "_s + test::textsOf(dialogs().value(0)).right(400);
    }

    /// The review, once it waits for the confirmation: what is in the draft, previewed by the server.
    QString reviewed(const state::ChangeDraft &draft)
    {
        auto *dialog = shown<ui::ReviewDialog>();
        const auto settled = [dialog] {
            const ChangePipeline *p = dialog->pipeline();
            return p && (p->isFinished() || (p->step() == ChangePipeline::Step::Review && p->stepState(p->step()) == ChangePipeline::StepState::Waiting));
        };
        if (!QTest::qWaitFor(settled, kPatience))
            return u"the review does not come to its confirmation"_s;
        const ChangePipeline *pipeline = dialog->pipeline();
        if (pipeline->isFinished())
            return pipeline->outcome().id() + u": "_s + pipeline->outcome().message;
        if (pipeline->draft().edits.size() != draft.edits.size())
            return u"the review is of %1 edits, not of %2"_s.arg(pipeline->draft().edits.size()).arg(draft.edits.size());
        if (const QString wrong = looks(dialog); !wrong.isEmpty())
            return wrong;
        // What is of the MainNet is guarded, though the demo's cluster is not production.
        const bool mainNet = std::any_of(draft.edits.begin(), draft.edits.end(), [](const state::Edit &edit) {
            return json::at(edit.base, u"/metadata/labels"_s).toObject().value("canton.quarterdeck.io/network"_L1).toString() == "mainnet"_L1;
        });
        if (mainNet && !pipeline->review().production)
            return u"it is of the MainNet and not guarded as production"_s;
        m_guarded += mainNet ? 1 : 0;
        ++m_reviewed;
        const bool back = dialog->leadsBack();
        dialog->reject();
        if (!back)
            return {};
        if (!QTest::qWaitFor([this] { return shown<ui::EditYamlDialog>() != nullptr; }, kPatience))
            return u"the review does not lead back to the editor"_s;
        shown<ui::EditYamlDialog>()->done(QDialog::Rejected);
        return {};
    }

    static QString looks(QWidget *dialog)
    {
        const auto cut = [dialog] { return test::clipped(dialog).join(u'\n'); };
        (void)QTest::qWaitFor([&cut] { return cut().isEmpty(); }, 1000);   // once it is laid out
        return cut() + test::unnamed(dialog).join(u'\n');
    }

    QTemporaryDir m_folder;
    std::unique_ptr<console::DemoProcess> m_demo;
    std::unique_ptr<Shown> m_shown;
    int m_kinds = 0;
    int m_reviewed = 0;
    int m_already = 0;
    int m_refused = 0;
    int m_guarded = 0;
};

QTEST_MAIN(WindowVerbsTest)
#include "tst_windowverbs.moc"
