// SPDX-License-Identifier: GPL-3.0-or-later
// Parameters, YAML and the flow from a verb to the review.
#include "models/core/Json.h"
#include "tests/ui/review/ReviewRig.h"
#include "ui/panes/review/ActionDialog.h"
#include "ui/panes/review/ChangeFlow.h"
#include "ui/panes/review/ConflictDialog.h"
#include "models/state/JsonDiff.h"
#include "ui/panes/review/EditYamlDialog.h"
#include "ui/panes/review/GitCompareDialog.h"
#include "ui/panes/review/ReviewTexts.h"
#include "ui/panes/review/YamlHints.h"
#include "ui/widgets/DiffView.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/NoticeBar.h"

#include <QClipboard>
#include <QComboBox>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QListWidget>
#include <QTextBlock>
#include <QTreeWidget>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::ui;
using qd::test::ReviewRig;

namespace {

state::ActionInfo action(const ReviewRig &rig, const QString &id)
{
    const QList<state::ActionInfo> all = rig.catalogue->forKind(rig.kind());
    for (const state::ActionInfo &info : all) {
        if (info.id == id)
            return info;
    }
    qFatal("no such action");
}

FormField *fieldOf(const QWidget *dialog, const QString &label)
{
    const QList<FormField *> all = dialog->findChildren<FormField *>();
    for (FormField *field : all) {
        if (field->label() == label)
            return field;
    }
    return nullptr;
}

}

class TestChangeDialogs : public QObject {
    Q_OBJECT
    Theme *m_theme = nullptr;
private Q_SLOTS:
    void initTestCase()
    {
        m_theme = new Theme(this);
        m_theme->setMode(Theme::Mode::Light);
        m_theme->apply(*qApp);
    }

    void parameters()
    {
        ReviewRig rig;
        rig.live = rig.server->patch(rig.object, rig.yaml->parse("spec: {participant: {spec: {resources: {replicas: 5}}}}")->value.toObject());
        ActionDialog dialog(rig.catalogue.get(), action(rig, u"scale"_s), {rig.kind(), rig.live, rig.drafting(), u"production"_s}, &rig.window);
        QSignalSpy ready(&dialog, &ActionDialog::draftReady);
        dialog.open();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        QCOMPARE(qd::test::unnamed(&dialog), QStringList());
        FormField *replicas = fieldOf(&dialog, u"Replicas"_s);
        QVERIFY(replicas);
        auto *edit = qobject_cast<QLineEdit *>(replicas->editor());
        // It starts with what stands there, selected, and follows the component until somebody types.
        QCOMPARE(edit->text(), u"1"_s);
        QCOMPARE(edit->selectedText(), u"1"_s);
        QCOMPARE(dialog.focusWidget(), edit);
        dialog.setValue(u"component"_s, u"participant"_s);
        QCOMPARE(edit->text(), u"5"_s);
        QCOMPARE(edit->selectedText(), u"5"_s);
        dialog.findChild<QComboBox *>()->setFocus();
        QTest::keyClick(dialog.focusWidget(), Qt::Key_Tab);
        QCOMPARE(dialog.focusWidget(), edit);
        qd::test::grab(&dialog, u"action-current"_s);
        QTest::keyClicks(edit, u"7"_s);
        QCOMPARE(edit->text(), u"7"_s);
        dialog.setValue(u"component"_s, u"validatorApp"_s);
        QCOMPARE(edit->text(), u"7"_s);
        // Empty is no error before Review; at Review it is, with the first bad field focused.
        edit->clear();
        QVERIFY(!replicas->hasError());
        QPushButton *review = ReviewRig::button(&dialog, "review");
        review->setFocus();
        QTest::keyClick(review, Qt::Key_Space);
        QVERIFY(replicas->hasError());
        QCOMPARE(ready.count(), 0);
        // Checked on leaving.
        edit->setFocus();
        QTest::keyClicks(edit, u"many"_s);
        QTest::keyClick(edit, Qt::Key_Tab);
        QVERIFY(replicas->hasError());
        qd::test::grab(&dialog, u"action-error"_s);
        edit->setFocus();
        edit->selectAll();
        QTest::keyClicks(edit, u"3"_s);
        QTest::keyClick(edit, Qt::Key_Tab);
        QVERIFY(!replicas->hasError());
        dialog.setValue(u"component"_s, u"participant"_s);
        QCOMPARE(dialog.values().value(u"component"_s), u"participant"_s);
        review->setFocus();
        QTest::keyClick(review, Qt::Key_Space);
        QCOMPARE(ready.count(), 1);
        QCOMPARE(ready.first().first().value<state::ChangeDraft>().actionId, u"scale"_s);
        QVERIFY(!dialog.isVisible());
        QVERIFY(rig.server->calls.isEmpty());
    }

    /// Unchanged fields that only repeat what stands there are no part of the change.
    void currentValuesOfSeveralFields()
    {
        ReviewRig rig;
        ActionDialog dialog(rig.catalogue.get(), action(rig, u"resources"_s), {rig.kind(), rig.live, rig.drafting(), {}}, &rig.window);
        QSignalSpy ready(&dialog, &ActionDialog::draftReady);
        dialog.open();
        QCOMPARE(dialog.values().value(u"memoryLimit"_s), u"4Gi"_s);
        QPushButton *review = ReviewRig::button(&dialog, "review");
        review->click();   // nothing to change: said in the dialog
        QCOMPARE(ready.count(), 0);
        QVERIFY(dialog.isVisible() && dialog.findChild<NoticeBar *>()->isVisible());
        dialog.setValue(u"memoryLimit"_s, u"8Gi"_s);
        review->click();
        QCOMPARE(ready.count(), 1);
        const QJsonValue body = ready.first().first().value<state::ChangeDraft>().edits.first().body;
        QCOMPARE(json::compact(body), QByteArray(R"({"spec":{"resources":{"memoryLimit":"8Gi"}}})"));
    }

    /// What the catalogue refuses lands at its field.
    void builderErrorsAtTheirField()
    {
        ReviewRig rig;
        ActionDialog dialog(rig.catalogue.get(), action(rig, u"storage"_s), {rig.kind(), rig.live, rig.drafting(), {}}, &rig.window);
        QSignalSpy ready(&dialog, &ActionDialog::draftReady);
        dialog.open();
        dialog.setValue(u"size"_s, u"50Gi"_s);
        ReviewRig::button(&dialog, "review")->click();
        QCOMPARE(ready.count(), 0);
        QVERIFY(fieldOf(&dialog, u"Size"_s)->hasError() || dialog.findChild<NoticeBar *>()->isVisible());
        dialog.setValue(u"size"_s, u"lots"_s);
        ReviewRig::button(&dialog, "review")->click();
        QVERIFY(fieldOf(&dialog, u"Size"_s)->hasError());
        dialog.setValue(u"size"_s, u"200Gi"_s);
        ReviewRig::button(&dialog, "review")->click();
        QCOMPARE(ready.count(), 1);
    }

    void everyActionAsksNamed()
    {
        ReviewRig rig;
        const QList<state::ActionInfo> all = rig.catalogue->forKind(rig.kind());
        QVERIFY(all.size() >= 12);
        for (const state::ActionInfo &info : all) {
            ActionDialog dialog(rig.catalogue.get(), info, {rig.kind(), rig.live, rig.drafting(), {}}, &rig.window);
            dialog.show();
            QCOMPARE(qd::test::unnamed(&dialog), QStringList());
            QCOMPARE(qd::test::clipped(&dialog), QStringList());
            QCOMPARE(dialog.findChildren<FormField *>().size(), info.params.size());
        }
    }

    /// The server judges what was typed, at its line; only what it takes may be reviewed.
    void yamlEditing()
    {
        ReviewRig rig;
        EditYamlDialog dialog(rig.catalogue.get(), rig.context(true), {rig.kind(), rig.live, rig.drafting(), {}}, &rig.window);
        QSignalSpy ready(&dialog, &EditYamlDialog::draftReady);
        QSignalSpy checked(&dialog, &EditYamlDialog::checkedByServer);
        dialog.open();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        QCOMPARE(qd::test::unnamed(&dialog), QStringList());
        QPushButton *review = ReviewRig::button(&dialog, "review");
        QVERIFY(!review->isEnabled());
        YamlView *editor = dialog.editor();
        Error refusal{ErrorKind::Invalid, u"Validator is invalid"_s};
        refusal.causes = {{u"spec.storageSize"_s, u"FieldValueInvalid"_s, u"storage cannot shrink"_s}};
        rig.server->validate = [refusal](const QJsonObject &) { return refusal; };
        const auto replace = [editor](const QString &from, const QString &to) {
            QTextCursor cursor = editor->document()->find(from);
            QVERIFY(!cursor.isNull());
            editor->setTextCursor(cursor);
            QTest::keyClicks(editor, to);
        };
        replace(u"100Gi"_s, u"80Gi"_s);
        QVERIFY(!dialog.checked());
        QTRY_COMPARE(checked.count(), 1);
        QCOMPARE(dialog.problems().size(), 1);
        const int line = dialog.problems().first().line;
        QVERIFY(editor->document()->findBlockByNumber(line - 1).text().contains(u"storageSize: 80Gi"_s));
        QVERIFY(!review->isEnabled());
        QCOMPARE(dialog.findChild<QListWidget *>()->count(), 1);
        qd::test::grab(&dialog, u"yaml-edit-light"_s);
        QCOMPARE(rig.server->count(u"patch"_s), 0);
        rig.server->validate = {};
        // The fix puts the old value back.
        QCOMPARE(dialog.problems().first().fix, u"Use 100Gi"_s);
        editor->goToLine(line);
        QTest::keyClick(editor, Qt::Key_F8, Qt::ControlModifier);
        QVERIFY(editor->document()->findBlockByNumber(line - 1).text().contains(u"storageSize: 100Gi"_s));
        replace(u"storageSize: 100Gi"_s, u"storageSize: 200Gi"_s);
        QTRY_COMPARE(checked.count(), 2);
        QVERIFY(dialog.problems().isEmpty());
        QVERIFY(review->isEnabled());
        // Broken YAML is said at once, at its line, without asking the server.
        const int asked = int(rig.server->calls.size());
        replace(u"200Gi"_s, u"[200Gi"_s);
        QVERIFY(!dialog.problems().isEmpty());
        QVERIFY(!review->isEnabled());
        QCOMPARE(int(rig.server->calls.size()), asked);
        replace(u"[200Gi"_s, u"200Gi"_s);
        QTRY_COMPARE(checked.count(), 3);
        review->setFocus();
        QTest::keyClick(review, Qt::Key_Space);
        QCOMPARE(ready.count(), 1);
    }

    /// The server's schema beside the editor and below the cursor; by keys, the focus stays in the editor.
    void schemaHints()
    {
        ReviewRig rig;
        rig.server->schema = QJsonDocument::fromJson(R"({"components": {"schemas": {"v": {"type": "object",
            "x-kubernetes-group-version-kind": [{"group": "canton.quarterdeck.io", "version": "v1alpha1", "kind": "Validator"}],
            "properties": {"spec": {"type": "object", "required": ["imageTag"], "properties": {
                "imageTag": {"type": "string", "description": "The version its components run."},
                "suspend": {"type": "boolean", "description": "Stops every component.", "default": false},
                "traffic": {"type": "object", "description": "What it buys.", "properties": {
                    "targetThroughput": {"type": "integer", "description": "Bytes a second kept ready.", "minimum": 0, "maximum": 1000000},
                    "minInterval": {"type": "string"}}},
                "tenants": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}}}}}}}}})").object();
        EditYamlDialog dialog(rig.catalogue.get(), rig.context(), {rig.kind(), rig.live, rig.drafting(), {}}, &rig.window);
        dialog.open();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        YamlHints *hints = dialog.hints();
        auto *fields = hints->panel()->findChild<QTreeWidget *>();
        YamlView *editor = dialog.editor();
        editor->moveCursor(QTextCursor::End);
        QTextCursor cursor = editor->document()->find(u"imageTag"_s);
        cursor.movePosition(QTextCursor::EndOfBlock);
        editor->setTextCursor(cursor);
        QTRY_COMPARE(fields->topLevelItemCount(), 4);
        QCOMPARE(fields->currentItem()->text(0), u"imageTag"_s);
        QCOMPARE(qd::test::unnamed(&dialog), QStringList());
        QTest::keyClick(editor, Qt::Key_Return);
        QTest::keyClicks(editor, u"tr"_s);
        QVERIFY(hints->offering());
        QCOMPARE(hints->offered(), QStringList({u"traffic"_s}));
        QVERIFY(editor->hasFocus());
        QTest::keyClick(editor, Qt::Key_Return);
        QVERIFY(!hints->offering());
        QTest::keyClick(editor, Qt::Key_Space, Qt::ControlModifier);
        QCOMPARE(hints->offered().size(), 2);
        qd::test::grab(&dialog, u"yaml-hints"_s);
        QTest::keyClick(editor, Qt::Key_Escape);
        QVERIFY(!hints->offering());
        QVERIFY(dialog.isVisible());   // Esc was the list's
        QTest::keyClicks(editor, u"targ"_s);
        QCOMPARE(hints->offered(), QStringList({u"targetThroughput"_s}));
        QTest::keyClick(editor, Qt::Key_Tab);
        QTest::keyClicks(editor, u"20000"_s);
        QVERIFY2(editor->toPlainText().contains(u"  traffic:\n    targetThroughput: 20000"_s), qPrintable(editor->toPlainText()));
        // what may stand there is offered as a value
        QTest::keyClick(editor, Qt::Key_Return);
        QTest::keyClick(editor, Qt::Key_Backspace);
        QTest::keyClick(editor, Qt::Key_Backspace);
        QTest::keyClicks(editor, u"suspend: "_s);
        QTest::keyClick(editor, Qt::Key_Space, Qt::ControlModifier);
        QCOMPARE(hints->offered(), QStringList({u"true"_s, u"false"_s}));
        QTest::keyClick(editor, Qt::Key_Down);
        QTest::keyClick(editor, Qt::Key_Return);
        QVERIFY2(editor->toPlainText().contains(u"suspend: false"_s), qPrintable(editor->toPlainText()));
    }

    /// Undone and done again by buttons; what only the server writes opens below.
    void undoRedoAndReadOnlyLines()
    {
        ReviewRig rig;
        EditYamlDialog dialog(rig.catalogue.get(), rig.context(), {rig.kind(), rig.live, rig.drafting(), {}}, &rig.window);
        dialog.open();
        YamlView *editor = dialog.editor();
        editor->moveCursor(QTextCursor::End);
        QTest::keyClicks(editor, u"x"_s);
        const QString typed = editor->toPlainText();
        const QList<QPushButton *> buttons = dialog.findChildren<QPushButton *>();
        for (const QString &name : {u"Undo"_s, u"Redo"_s}) {
            const auto button = std::find_if(buttons.begin(), buttons.end(), [&name](const QPushButton *b) { return b->text() == name; });
            QVERIFY(button != buttons.end() && (*button)->isEnabled());
            (*button)->click();
            QCOMPARE(editor->toPlainText() == typed, name == "Redo"_L1);
        }
        auto *hidden = dialog.findChild<YamlView *>(u"readOnlyLines"_s);
        QVERIFY(hidden && !hidden->isVisible());
        ReviewRig::button(&dialog, "showReadOnly")->click();
        QVERIFY(hidden->isVisible());
        QVERIFY(hidden->toPlainText().contains(u"observedGeneration"_s));
        QVERIFY(!editor->toPlainText().contains(u"observedGeneration"_s));
    }

    /// Beside what Argo CD declares: the manifest it applied last, else the fields it keeps; else it says that nothing is known.
    void compareWithGit()
    {
        ReviewRig rig;
        EditYamlDialog plain(rig.catalogue.get(), rig.context(), {rig.kind(), rig.live, rig.drafting()}, &rig.window);
        QVERIFY(!ReviewRig::button(&plain, "compareWithGit"));   // nobody keeps it in Git

        QJsonValue kept = rig.live;
        json::set(kept, u"/metadata/annotations/argocd.argoproj.io~1tracking-id"_s, u"northgate:canton.quarterdeck.io/Validator:canton/northgate-validator-2"_s);
        const auto compare = [&rig](const QJsonValue &live, const QString &typed) {
            auto editor = std::make_unique<EditYamlDialog>(rig.catalogue.get(), rig.context(), EditYamlDialog::Subject{rig.kind(), live.toObject(), rig.drafting()}, &rig.window);
            editor->open();
            if (!typed.isEmpty())
                editor->editor()->setPlainText(editor->editor()->toPlainText().replace(u"storageSize: 100Gi"_s, typed));
            ReviewRig::button(editor.get(), "compareWithGit")->click();
            return editor;
        };
        {
            const auto editor = compare(kept, {});
            auto *dialog = editor->findChild<GitCompareDialog *>();
            QVERIFY(dialog && dialog->isVisible());
            QCOMPARE(dialog->declared().from, state::GitDeclared::From::Nothing);
            QVERIFY(!dialog->findChild<DiffView *>());
            QVERIFY(dialog->findChild<NoticeBar *>()->accessibleName().startsWith(u"What Git declares is not known here"_s));
            QTRY_VERIFY(dialog->findChild<QLabel *>(u"gitSource"_s)->text().contains(u"repository and revision are not known"_s));
        }
        QJsonValue applied = state::withoutServerFields(kept.toObject(), true);
        json::set(applied, u"/spec/storageSize"_s, u"50Gi"_s);
        json::set(kept, u"/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration"_s, QString::fromUtf8(json::compact(applied)));
        const auto sizes = [](const GitCompareDialog *dialog) {
            QStringList out;
            const DiffModel *diff = dialog->findChild<DiffView *>()->diff();
            for (int row = 0; row < diff->rowCount(); ++row) {
                const state::DiffLine &line = diff->entry(row).line;
                if (line.kind == state::DiffLine::Kind::Removed || line.kind == state::DiffLine::Kind::Added)
                    out.append(line.text.trimmed());
            }
            return out;
        };
        const auto editor = compare(kept, {});
        auto *dialog = editor->findChild<GitCompareDialog *>();
        QCOMPARE(dialog->differences(), 1);
        QCOMPARE(sizes(dialog), (QStringList{u"storageSize: 50Gi"_s, u"storageSize: 100Gi"_s}));
        QCOMPARE(qd::test::unnamed(dialog), QStringList());
        qd::test::grab(dialog, u"compare-git"_s);
        // What is typed stands for the object, and is not sent anywhere.
        const auto typing = compare(kept, u"storageSize: 150Gi"_s);
        auto *typed = typing->findChild<GitCompareDialog *>();
        QCOMPARE(sizes(typed), (QStringList{u"storageSize: 50Gi"_s, u"storageSize: 150Gi"_s}));
        ReviewRig::button(typed, "copyForGit")->click();
        QVERIFY(QGuiApplication::clipboard()->text().contains(u"storageSize: 150Gi"_s));
        QVERIFY(!QGuiApplication::clipboard()->text().contains(u"last-applied"_s));
        QTest::keyClick(typed, Qt::Key_Escape);
        QVERIFY(typing->isVisible());
        QCOMPARE(rig.server->count(u"patch"_s), 0);
    }

    /// Which of them is compared is said, and said before: a text that cannot be read is not.
    void comparedIsSaid()
    {
        ReviewRig rig;
        QJsonValue kept = rig.live;
        json::set(kept, u"/metadata/annotations/argocd.argoproj.io~1tracking-id"_s, u"northgate:canton.quarterdeck.io/Validator:canton/northgate-validator-2"_s);
        QJsonValue applied = state::withoutServerFields(kept.toObject(), true);
        json::set(applied, u"/spec/storageSize"_s, u"50Gi"_s);
        json::set(kept, u"/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration"_s, QString::fromUtf8(json::compact(applied)));
        EditYamlDialog editor(rig.catalogue.get(), rig.context(), EditYamlDialog::Subject{rig.kind(), kept.toObject(), rig.drafting()}, &rig.window);
        editor.open();
        QPushButton *compare = ReviewRig::button(&editor, "compareWithGit");
        const QString original = editor.editor()->toPlainText();
        QCOMPARE(compare->toolTip(), u"The object in the cluster beside what Argo CD declares"_s);
        editor.editor()->setPlainText(QString(original).replace(u"100Gi"_s, u"150Gi"_s));
        QCOMPARE(compare->toolTip(), u"Your text beside what Argo CD declares"_s);
        for (const QString &broken : {u"storageSize: [100Gi"_s, u"just words"_s}) {
            editor.editor()->setPlainText(broken);
            QCOMPARE(compare->toolTip(), u"Your text cannot be read: the object in the cluster beside what Argo CD declares"_s);
            compare->click();
            auto *dialog = editor.findChild<GitCompareDialog *>();
            QCOMPARE(dialog->differences(), 1);   // the object's
            QVERIFY(dialog->findChild<QLabel *>(u"gitCompared"_s)->text().endsWith(u": your text cannot be read"_s));
            dialog->reject();
            QTRY_VERIFY(!editor.findChild<GitCompareDialog *>());
        }
        editor.editor()->setPlainText(original);
        QCOMPARE(compare->toolTip(), u"The object in the cluster beside what Argo CD declares"_s);
    }

    /// What somebody else has set since is no field that Git says nothing of: each line says who, of the manifest that it was
    /// overwritten, of managed fields that what Git declares is not known.
    void overwrittenIsToldApart()
    {
        ReviewRig rig;
        QJsonValue kept = rig.live;
        json::set(kept, u"/metadata/annotations/argocd.argoproj.io~1tracking-id"_s, u"northgate:canton.quarterdeck.io/Validator:canton/northgate-validator-2"_s);
        const auto notes = [&rig](const QJsonValue &live, const QJsonObject &edited) {
            GitCompareDialog dialog(rig.context(), {rig.kind(), live.toObject(), edited}, &rig.window);
            QStringList out;
            const DiffModel *diff = dialog.findChild<DiffView *>()->diff();
            for (int row = 0; row < diff->rowCount(); ++row) {
                if (diff->entry(row).isNote)
                    out.append(diff->entry(row - 1).line.text.trimmed() + u" | "_s + diff->entry(row).note.text);
            }
            out.append(QString::number(dialog.overwritten()));
            return out;
        };
        const QString since = rig.clock.now().addSecs(-7200).toString(Qt::ISODate), before = rig.clock.now().addSecs(-9000).toString(Qt::ISODate);
        json::set(kept, u"/metadata/managedFields"_s, QJsonDocument::fromJson(u"[{\"manager\": \"argocd-controller\", \"operation\": \"Apply\", \"time\": \"%1\", "
            "\"fieldsV1\": {\"f:spec\": {\"f:partyHint\": {}}}}, {\"manager\": \"kubectl-edit\", \"operation\": \"Update\", \"time\": \"%2\", "
            "\"fieldsV1\": {\"f:spec\": {\"f:storageSize\": {}}}}]"_s.arg(before, since).toUtf8()).array());
        QCOMPARE(notes(kept, {}), (QStringList{u"storageSize: 100Gi | Set by kubectl-edit 2 h ago, after Argo CD applied: what Git declares here is not known"_s, u"1"_s}));
        QJsonValue typed = kept;
        json::set(typed, u"/spec/storageSize"_s, u"150Gi"_s);
        QCOMPARE(notes(kept, typed.toObject()), (QStringList{u"0"_s}));   // it is the text's own
        QJsonValue applied = state::withoutServerFields(kept.toObject(), true);
        json::set(applied, u"/spec/storageSize"_s, u"50Gi"_s);
        json::set(kept, u"/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration"_s, QString::fromUtf8(json::compact(applied)));
        json::set(kept, u"/metadata/managedFields/0/operation"_s, u"Update"_s);
        QCOMPARE(notes(kept, {}), (QStringList{u"storageSize: 100Gi | kubectl-edit has overwritten the declared value, 2 h ago"_s, u"1"_s}));
    }

    void escKeepsTypedText()
    {
        ReviewRig rig;
        EditYamlDialog dialog(rig.catalogue.get(), rig.context(), {rig.kind(), rig.live, rig.drafting(), {}}, &rig.window);
        dialog.open();
        dialog.editor()->setFocus();
        QTest::keyClicks(dialog.editor(), u"#"_s);
        QTest::keyClick(&dialog, Qt::Key_Escape);
        QVERIFY(dialog.isVisible());
        QTest::keyClick(dialog.editor(), Qt::Key_Z, Qt::ControlModifier);
        QTest::keyClick(&dialog, Qt::Key_Escape);
        QVERIFY(!dialog.isVisible());
    }

    void flow()
    {
        ReviewRig rig;
        ChangeFlow flow(rig.catalogue.get(), &rig.clock, &rig.window);
        QSignalSpy failed(&flow, &ChangeFlow::failed);
        QSignalSpy ended(&flow, &ChangeFlow::ended);
        const ObjectId id{u"infra-prod"_s, rig.kind().gvr, u"canton"_s, u"northgate-validator-2"_s, {}};
        // With every parameter given it goes straight to the review.
        flow.run(u"scale"_s, rig.kind(), id, rig.context(), {{u"component"_s, u"participant"_s}, {u"replicas"_s, u"3"_s}});
        QVERIFY(flow.busy());
        QTRY_VERIFY(rig.window.findChild<ReviewDialog *>());
        auto *review = rig.window.findChild<ReviewDialog *>();
        QTRY_VERIFY(ReviewRig::waits(*review));
        ReviewRig::button(review, "confirm")->click();
        QTRY_VERIFY(review->pipeline()->step() == state::ChangePipeline::Step::Follow);
        rig.operate();
        QTRY_VERIFY(rig.later(ended.count() == 1));
        review->close();
        QTRY_VERIFY(!flow.busy());
        // Without them it asks.
        flow.run(u"scale"_s, rig.kind(), id, rig.context());
        QTRY_VERIFY(rig.window.findChild<ActionDialog *>());
        rig.window.findChild<ActionDialog *>()->close();
        QTRY_VERIFY(!flow.busy());
        // An object that is gone is said, and no dialog opens.
        rig.server->erase(u"validators/northgate-validator-2"_s);
        flow.run(u"restart"_s, rig.kind(), id, rig.context());
        QTRY_COMPARE(failed.count(), 1);
        QCOMPARE(failed.first().first().value<Error>().kind, ErrorKind::NotFound);
        QVERIFY(!flow.busy());
    }

    /// What was typed is in the editor again, unless it was sent or kept.
    void leavingTheReviewLeadsBackToTheEditor()
    {
        ReviewRig rig;
        ChangeFlow flow(rig.catalogue.get(), &rig.clock, &rig.window);
        const ObjectId id{u"infra-prod"_s, rig.kind().gvr, u"canton"_s, u"northgate-validator-2"_s, {}};
        flow.run(u"edit"_s, rig.kind(), id, rig.context());
        const auto editor = [&rig]() -> EditYamlDialog * {
            const QList<EditYamlDialog *> all = rig.window.findChildren<EditYamlDialog *>();
            const auto at = std::find_if(all.begin(), all.end(), [](const EditYamlDialog *dialog) { return dialog->isVisible(); });
            return at == all.end() ? nullptr : *at;
        };
        QTRY_VERIFY(editor());
        const auto toReview = [&](const QString &from, const QString &to) {
            QString text = editor()->editor()->toPlainText();
            QVERIFY2(text.contains(from), qPrintable(text));
            editor()->editor()->setPlainText(text.replace(from, to));
            QTRY_VERIFY(ReviewRig::button(editor(), "review")->isEnabled());
            ReviewRig::button(editor(), "review")->click();
            QTRY_VERIFY(rig.window.findChild<ReviewDialog *>() && ReviewRig::waits(*rig.window.findChild<ReviewDialog *>()));
        };
        toReview(u"imageTag: 0.4.15"_s, u"imageTag: 0.4.16"_s);
        auto *review = rig.window.findChild<ReviewDialog *>();
        QCOMPARE(ReviewRig::button(review, "cancel")->text(), u"Back to the editor"_s);
        QTest::keyClick(review, Qt::Key_Escape);
        QTRY_VERIFY(editor());
        QVERIFY(editor()->editor()->toPlainText().contains(u"imageTag: 0.4.16"_s));
        QTRY_VERIFY(!rig.window.findChild<ReviewDialog *>());
        toReview(u"imageTag: 0.4.16"_s, u"imageTag: 0.4.17"_s);
        review = rig.window.findChild<ReviewDialog *>();
        ReviewRig::button(review, "confirm")->click();
        QTRY_VERIFY(review->pipeline()->step() == state::ChangePipeline::Step::Follow);
        review->close();
        QTRY_VERIFY(!flow.busy());
        QVERIFY(!editor());
    }

    /// In any environment what belongs to a MainNet is confirmed as in production.
    void whatBelongsToAMainNetIsGuarded()
    {
        ReviewRig rig;
        ChangeFlow flow(rig.catalogue.get(), &rig.clock, &rig.window);
        ReviewContext context = rig.context();
        QStringList asked;
        context.productionFor = [&asked](const state::ChangeDraft &draft) {
            asked.append(draft.actionId);
            return true;
        };
        flow.review(rig.draft(u"restart"_s, {}), context);
        auto *review = rig.window.findChild<ReviewDialog *>();
        QTRY_VERIFY(ReviewRig::waits(*review));
        QCOMPARE(asked, QStringList{u"restart"_s});
        QVERIFY(review->pipeline()->review().production && review->pipeline()->review().needsTypedName);
        review->reject();
        QTRY_VERIFY(!flow.busy());
    }

    void fieldPaths()
    {
        QCOMPARE(FieldLines::pointerOf(u"spec.envVars[0].value"_s), u"/spec/envVars/0/value"_s);
        QCOMPARE(FieldLines::pointerOf(u"metadata.labels[app.kubernetes.io/name]"_s), u"/metadata/labels/app.kubernetes.io~1name"_s);
        ReviewRig rig;
        const QString text = u"spec:\n  storageSize: 80Gi\n  envVars:\n  - name: A\n    value: b\n  resources:\n    cpu: 1\n"_s;
        const FieldLines lines(text, rig.yaml.get());
        QCOMPARE(lines.lineOf(u"spec.storageSize"_s), 2);
        QCOMPARE(lines.lineOf(u"spec.envVars[0].value"_s), 5);
        QCOMPARE(lines.lineOf(u"spec.resources"_s), 6);
        QCOMPARE(lines.lineOf(u"spec.resources.memory"_s), 6);
        QCOMPARE(lines.lineOf(u"status.nothing"_s), 0);
    }

    void values()
    {
        ReviewRig rig;
        for (const QString &text : {u"200Gi"_s, u"\"2\""_s, u"40000"_s, u"true"_s, u"[1,2]"_s, u"plain words"_s, u"0.4.15"_s, u"\"1.5\""_s, u"\"0x10\""_s, u"8Gi"_s, u"absent"_s}) {
            const auto value = valueOf(text, rig.yaml.get());
            QVERIFY2(value.ok(), qPrintable(text));
            QCOMPARE(valueText(*value), text);
        }
        QVERIFY(valueOf(u"\"2\""_s, rig.yaml.get())->isString());
        QVERIFY(valueOf(u"2"_s, rig.yaml.get())->isDouble());
        QVERIFY(!valueOf(u"{"_s, rig.yaml.get()).ok());
    }

    void owners()
    {
        const QJsonObject object{{u"metadata"_s, QJsonObject{{u"managedFields"_s, QJsonArray{
            QJsonObject{{u"manager"_s, u"old"_s}, {u"time"_s, u"2026-01-01T00:00:00Z"_s}, {u"fieldsV1"_s, QJsonObject{{u"f:spec"_s, QJsonObject{{u"f:a"_s, QJsonObject{}}}}}}},
            QJsonObject{{u"manager"_s, u"new"_s}, {u"time"_s, u"2026-02-01T00:00:00Z"_s}, {u"fieldsV1"_s, QJsonObject{{u"f:spec"_s, QJsonObject{{u"f:b"_s, QJsonObject{}}}}}}}}}}}};
        QCOMPARE(fieldOwner(object, u"/spec/a"_s).manager, u"old"_s);
        QCOMPARE(fieldOwner(object, u"/spec/b"_s).manager, u"new"_s);
        QCOMPARE(fieldOwner(object, u"/spec/c"_s).manager, QString());
    }
};

QTEST_MAIN(TestChangeDialogs)
#include "tst_change_dialogs.moc"
