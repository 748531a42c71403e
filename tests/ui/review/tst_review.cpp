// SPDX-License-Identifier: GPL-3.0-or-later
// The review dialog, driven by keys only against a cluster in memory.
#include "models/core/Json.h"
#include "models/state/KeptDrafts.h"
#include "tests/ui/review/ReviewRig.h"
#include "ui/panes/review/ConflictDialog.h"
#include "ui/panes/review/ConflictField.h"
#include "ui/widgets/YamlView.h"
#include "ui/panes/review/ReviewPages.h"
#include "ui/theme/Tokens.h"
#include "ui/widgets/DiffView.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/StepBar.h"
#include "ui/widgets/Tabs.h"

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QJsonArray>
#include <QRadioButton>
#include <QStackedWidget>
#include <QTabBar>
#include <QScrollArea>
#include <QTreeWidget>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::ui;
using qd::test::ReviewRig;
using state::ChangeOutcome;
using state::ChangePipeline;

namespace {

const auto kChanges = std::initializer_list<std::pair<const char *, const char *>>{
    {"storageSize: 100Gi", "storageSize: 200Gi"}, {"memoryLimit: 4Gi", "memoryLimit: 8Gi"}, {"0.4.15", "0.4.16"}};

QString spec(const ReviewRig &rig, const QString &pointer)
{
    return json::at(rig.server->stored(u"validators/northgate-validator-2"_s), pointer).toString();
}

QString textsOf(const QWidget *dialog)
{
    QStringList out;
    for (const QLabel *label : dialog->findChildren<QLabel *>())
        out.append(label->text());
    return out.join(u'\n');
}

/// Presses Tab until `wanted` has the focus; false when the chain does not lead there.
bool tabTo(QWidget *dialog, QWidget *wanted)
{
    for (int i = 0; i < 60; ++i) {
        if (wanted->hasFocus())
            return true;
        QWidget *now = dialog->focusWidget();
        QTest::keyClick(now ? now : dialog, Qt::Key_Tab);
    }
    return wanted->hasFocus();
}

}

class TestReview : public QObject {
    Q_OBJECT
    Theme *m_theme = nullptr;
    /// The field below the table: either value as a button, another one typed; the result as YAML says theirs until decided.
    void fieldInFull(ConflictDialog *chooser, ResultField *result)
    {
        auto *field = chooser->findChild<ConflictField *>();
        QVERIFY(field && field->isVisible());
        QCOMPARE(field->accessibleName(), u"spec.storageSize"_s);
        QPushButton *mine = ReviewRig::button(field, "takeMine"), *theirs = ReviewRig::button(field, "takeTheirs");
        QCOMPARE(mine->text(), u"Take yours, 200Gi"_s);
        QCOMPARE(theirs->text(), u"Take theirs, 150Gi"_s);
        mine->setFocus();
        QTest::keyClick(mine, Qt::Key_Space);
        QCOMPARE(result->text(), u"200Gi"_s);
        QCOMPARE(chooser->undecided(), 0);
        QVERIFY2(chooser->resultText().contains(u"storageSize: 200Gi"_s), qPrintable(chooser->resultText()));
        auto *other = field->findChild<QLineEdit *>(u"anotherValue"_s);
        QVERIFY(other->text().isEmpty());   // neither of both is typed
        QTest::keyClicks(other, u"170Gi"_s);
        QCOMPARE(result->text(), u"170Gi"_s);
        QVERIFY(chooser->resultText().contains(u"storageSize: 170Gi"_s));
        other->selectAll();
        QTest::keyClicks(other, u"200Gi0"_s);   // on its way it is the same as yours
        QCOMPARE(other->text(), u"200Gi0"_s);
        QCOMPARE(result->text(), u"200Gi0"_s);
        other->selectAll();
        QTest::keyClick(other, Qt::Key_Delete);
        QCOMPARE(chooser->undecided(), 1);
        QVERIFY2(chooser->resultText().contains(u"storageSize: 150Gi"_s), qPrintable(chooser->resultText()));
        QPushButton *yaml = ReviewRig::button(chooser, "showYaml");
        yaml->click();
        auto *text = chooser->findChild<YamlView *>();
        QVERIFY(text->isVisible() && !result->isVisible());
        QVERIFY(text->toPlainText().contains(u"imageTag: 0.4.16"_s));   // what merges is in it
        yaml->click();
        QVERIFY(result->isVisible());
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_theme = new Theme(this);
        m_theme->setMode(Theme::Mode::Light);
        m_theme->setReducedMotion(true);
        m_theme->apply(*qApp);
    }

    /// A destructive change in production: nothing goes without the typed name; then it is applied, followed, settled.
    void productionByKeys()
    {
        ReviewRig rig;
        ReviewDialog dialog(rig.context(true), &rig.window);
        QSignalSpy ended(&dialog, &ReviewDialog::ended);
        dialog.begin(rig.edit(kChanges));
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        QTRY_VERIFY(ReviewRig::waits(dialog));
        QPushButton *confirm = ReviewRig::button(&dialog, "confirm");
        QVERIFY(dialog.pipeline()->review().needsTypedName);
        auto *typed = dialog.findChild<QLineEdit *>(u"typedName"_s);
        QTRY_VERIFY(typed->hasFocus());
        QVERIFY(!confirm->isEnabled());
        QTest::keyClicks(typed, u"northgate-valid"_s);
        QCOMPARE(dialog.missing(), u"6 characters left to type"_s);
        qd::test::grab(&dialog, u"review-light"_s);
        qd::test::grab(&rig.window, u"review-scrim"_s);
        QCOMPARE(qd::test::unnamed(&dialog), QStringList());
        QCOMPARE(qd::test::clipped(&dialog), QStringList());
        QTest::keyClick(typed, Qt::Key_Return);
        QVERIFY(!dialog.pipeline()->isFinished());
        QCOMPARE(rig.server->count(u"patch"_s), 0);
        QTest::keyClicks(typed, u"X"_s);
        QVERIFY(dialog.missing().contains(u"is not northgate-validator-2"_s));
        QTest::keyClick(typed, Qt::Key_Backspace);
        QTest::keyClicks(typed, u"ator-2"_s);
        QCOMPARE(dialog.missing(), QString());
        QVERIFY(confirm->isEnabled());
        auto *reason = dialog.findChild<QLineEdit *>(u"reason"_s);
        QTest::keyClick(typed, Qt::Key_Backtab);
        QVERIFY(reason->hasFocus());
        QTest::keyClicks(reason, u"Traffic alert CANTON-2291"_s);
        QVERIFY(tabTo(&dialog, confirm));
        QTest::keyClick(confirm, Qt::Key_Space);
        QTRY_COMPARE(dialog.pipeline()->step(), ChangePipeline::Step::Follow);
        QCOMPARE(spec(rig, u"/spec/storageSize"_s), u"200Gi"_s);
        QCOMPARE(ReviewRig::button(&dialog, "cancel")->text(), u"Close"_s);
        QVERIFY(!confirm->isVisible());
        QCOMPARE(rig.operations->running(), 1);
        rig.operate();
        QTRY_VERIFY(rig.later(ended.count() == 1));
        QCOMPARE(ended.first().first().value<ChangeOutcome>().kind, ChangeOutcome::Kind::Settled);
        QVERIFY(dialog.isVisible());
        qd::test::grab(&dialog, u"review-settled"_s);
        const auto records = rig.journal->read();
        QVERIFY(records.ok());
        QCOMPARE(records->first().json.value("reason"_L1).toString(), u"Traffic alert CANTON-2291"_s);
        QTest::keyClick(&dialog, Qt::Key_Escape);
        QVERIFY(!dialog.isVisible());
    }

    void darkPicture()
    {
        m_theme->setMode(Theme::Mode::Dark);
        {
            ReviewRig rig;
            ReviewDialog dialog(rig.context(true), &rig.window);
            rig.server->warnings = {u"unknown field \"spec.participant.spec.resources.memoryLimitt\""_s, u"spec.storageSize: shrinks never"_s};
            dialog.begin(rig.edit(kChanges));
            QTRY_VERIFY(ReviewRig::waits(dialog));
            qd::test::grab(&dialog, u"review-dark"_s);
        }
        m_theme->setMode(Theme::Mode::Light);
    }

    /// Routine: no name to type, focus on Cancel, Enter there cancels and nothing was sent.
    void cancelSendsNothing()
    {
        ReviewRig rig;
        ReviewDialog dialog(rig.context(), &rig.window);
        QSignalSpy ended(&dialog, &ReviewDialog::ended);
        dialog.begin(rig.draft(u"label"_s, {{u"key"_s, u"team"_s}, {u"value"_s, u"north"_s}}));
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        QTRY_VERIFY(ReviewRig::waits(dialog));
        QVERIFY(!dialog.findChild<QLineEdit *>(u"typedName"_s)->isVisible());
        QTRY_VERIFY(ReviewRig::button(&dialog, "cancel")->hasFocus());
        QVERIFY(ReviewRig::button(&dialog, "confirm")->isEnabled());
        QCOMPARE(dialog.missing(), QString());
        QTest::keyClick(&dialog, Qt::Key_Escape);
        QVERIFY(!dialog.isVisible());
        QCOMPARE(rig.server->count(u"patch"_s), 0);
        QVERIFY(rig.server->count(u"patch"_s, true) > 0);
    }

    void buttonSaysWhatHappens()
    {
        ReviewRig rig;
        ReviewDialog dialog(rig.context(), &rig.window);
        dialog.begin(rig.draft(u"delete"_s, {}));
        QTRY_VERIFY(ReviewRig::waits(dialog));
        QPushButton *confirm = ReviewRig::button(&dialog, "confirm");
        QCOMPARE(confirm->text(), u"Delete northgate-validator-2"_s);
        QVERIFY(confirm->property("danger").toBool());
        QVERIFY(!confirm->isEnabled());
        qd::test::grab(&dialog, u"review-delete"_s);
        dialog.reject();
        ReviewDialog other(rig.context(true), &rig.window);
        other.begin(rig.draft(u"label"_s, {{u"key"_s, u"team"_s}, {u"value"_s, u"north"_s}}));
        QVERIFY(ReviewRig::button(&other, "confirm")->property("production").toBool());
    }

    /// The server refuses in its dry run: sentence, cause at its line and field, and the dialog stays; then it is tried again.
    void refusalStays()
    {
        ReviewRig rig;
        Error refusal{ErrorKind::Invalid, u"Validator northgate-validator-2 is invalid"_s};
        refusal.httpStatus = 422;
        refusal.causes = {{u"spec.storageSize"_s, u"FieldValueInvalid"_s, u"storage cannot shrink"_s}};
        rig.server->validate = [refusal](const QJsonObject &) { return refusal; };
        ReviewDialog dialog(rig.context(), &rig.window);
        QSignalSpy ended(&dialog, &ReviewDialog::ended);
        dialog.begin(rig.edit({{"storageSize: 100Gi", "storageSize: 80Gi"}}));
        QTRY_COMPARE(ended.count(), 1);
        QVERIFY(dialog.isVisible());
        const auto *notice = dialog.findChild<NoticeBar *>();
        QVERIFY(notice->isVisible());
        QVERIFY(notice->accessibleName().contains(u"northgate-validator-2 is invalid"_s));
        qd::test::grab(&dialog, u"review-refused"_s);
        DiffModel *diff = dialog.findChild<DiffView *>()->diff();
        bool below = false;
        for (int row = 1; row < diff->rowCount(); ++row) {
            if (diff->entry(row).isNote)
                below = diff->entry(row - 1).line.text.contains(u"storageSize: 80Gi"_s) && diff->entry(row).note.text.contains(u"cannot shrink"_s);
        }
        QVERIFY(below);
        auto *fields = dialog.findChild<QTreeWidget *>(u"fields"_s);
        const auto found = fields->findItems(u"spec.storageSize"_s, Qt::MatchExactly, 0);
        QCOMPARE(found.size(), 1);
        QVERIFY(found.first()->child(0)->text(0).contains(u"storage cannot shrink"_s));
        const StepBar::Step preview = dialog.findChild<StepBar *>()->steps().at(2);
        QCOMPARE(preview.state, network::State::Failed);
        rig.server->validate = {};
        QPushButton *again = ReviewRig::button(&dialog, "confirm");
        QCOMPARE(again->text(), u"Try again"_s);
        again->setFocus();
        QTest::keyClick(again, Qt::Key_Space);
        QTRY_VERIFY(ReviewRig::waits(dialog));
        QVERIFY(!notice->isVisible());
        QVERIFY(again->text() != u"Try again"_s);
    }

    void missingRight()
    {
        ReviewRig rig;
        rig.server->deny(u"patch"_s, u"validators"_s);
        ReviewDialog dialog(rig.context(), &rig.window);
        QSignalSpy ended(&dialog, &ReviewDialog::ended);
        dialog.begin(rig.edit(kChanges));
        QTRY_COMPARE(ended.count(), 1);
        QVERIFY(dialog.findChild<NoticeBar *>()->accessibleName().contains(u"patch validators"_s));
        QCOMPARE(rig.server->count(u"patch"_s, true), 0);
    }

    /// A second client changes the same and another field: chooser by keys, then the review of the result.
    void conflictByKeys()
    {
        ReviewRig rig;
        const state::ChangeDraft draft = rig.edit({{"storageSize: 100Gi", "storageSize: 200Gi"}, {"0.4.15", "0.4.16"}});
        rig.server->patch(u"validators/northgate-validator-2"_s,
                          {{u"spec"_s, QJsonObject{{u"storageSize"_s, u"150Gi"_s}, {u"partyHint"_s, u"north"_s}}},
                           {u"metadata"_s, QJsonObject{{u"managedFields"_s, QJsonArray{QJsonObject{
                               {u"manager"_s, u"argocd-controller"_s}, {u"time"_s, u"2026-03-01T11:59:20Z"_s},
                               {u"fieldsV1"_s, QJsonObject{{u"f:spec"_s, QJsonObject{{u"f:storageSize"_s, QJsonObject{}}}}}}}}}}}});
        ReviewDialog dialog(rig.context(true), &rig.window);
        dialog.begin(draft);
        QTRY_VERIFY(dialog.findChild<ConflictDialog *>());
        auto *chooser = dialog.findChild<ConflictDialog *>();
        QVERIFY(QTest::qWaitForWindowActive(chooser));
        QCOMPARE(chooser->undecided(), 1);
        QPushButton *review = ReviewRig::button(chooser, "reviewResult");
        QVERIFY(!review->isEnabled());
        QTRY_VERIFY(!chooser->findChildren<QLabel *>().isEmpty());
        bool owner = false;
        const auto says = [&] {
            for (const QLabel *label : chooser->findChildren<QLabel *>())
                owner = owner || label->text().contains(u"argocd-controller, 40 s ago"_s);
            return owner;
        };
        QTRY_VERIFY(says());
        qd::test::grab(chooser, u"conflict-light"_s);
        QCOMPARE(qd::test::unnamed(chooser), QStringList());
        auto *result = chooser->findChild<ResultField *>();
        QCOMPARE(result->look(), ResultField::Look::Undecided);
        const QList<QRadioButton *> radios = chooser->findChildren<QRadioButton *>();
        QCOMPARE(radios.size(), 2);
        radios.at(1)->setFocus();
        QTest::keyClick(radios.at(1), Qt::Key_Space);
        QCOMPARE(result->text(), u"150Gi"_s);
        QCOMPARE(result->look(), ResultField::Look::Decided);
        fieldInFull(chooser, result);
        result->setFocus();
        result->selectAll();
        QTest::keyClicks(result, u"{"_s);
        QCOMPARE(result->look(), ResultField::Look::Invalid);
        QVERIFY(!review->isEnabled());
        result->selectAll();
        QTest::keyClicks(result, u"175Gi"_s);
        QVERIFY(review->isEnabled());
        qd::test::grab(chooser, u"conflict-decided"_s);
        QVERIFY(tabTo(chooser, review));
        QTest::keyClick(review, Qt::Key_Space);
        QTRY_VERIFY(ReviewRig::waits(dialog));
        auto *typed = dialog.findChild<QLineEdit *>(u"typedName"_s);
        QTest::keyClicks(typed, u"northgate-validator-2"_s);
        QTest::keyClick(typed, Qt::Key_Return);
        QTRY_COMPARE(spec(rig, u"/spec/storageSize"_s), u"175Gi"_s);
        QCOMPARE(spec(rig, u"/spec/imageTag"_s), u"0.4.16"_s);
        QCOMPARE(spec(rig, u"/spec/partyHint"_s), u"north"_s);
    }

    /// "Keep as draft" closes both dialogs and sends nothing; the draft comes back as it was given, with the reason.
    void conflictKeptAsDraft()
    {
        ReviewRig rig;
        const state::ChangeDraft draft = rig.edit({{"storageSize: 100Gi", "storageSize: 200Gi"}});
        rig.server->patch(rig.object, {{u"spec"_s, QJsonObject{{u"storageSize"_s, u"150Gi"_s}}}});
        ReviewDialog dialog(rig.context(), &rig.window);
        QSignalSpy kept(&dialog, &ReviewDialog::draftKept);
        dialog.begin(draft);
        QTRY_VERIFY(dialog.findChild<ConflictDialog *>());
        auto *chooser = dialog.findChild<ConflictDialog *>();
        QPushButton *keep = ReviewRig::button(chooser, "keepAsDraft");
        QVERIFY(keep->isVisible());
        QVERIFY(tabTo(chooser, keep));
        QTest::keyClick(keep, Qt::Key_Space);
        QTRY_VERIFY(!dialog.isVisible());
        QCOMPARE(kept.count(), 1);
        QCOMPARE(kept.first().first().value<state::ChangeDraft>().id, draft.id);
        QCOMPARE(rig.server->count(u"patch"_s), 0);
        QVERIFY(!rig.journal->read().ok() || rig.journal->read()->isEmpty());
    }

    /// Of what a draft kept over a restart does not touch nothing is known: it is not told as changed by others.
    void conflictOfAKeptDraft()
    {
        ReviewRig rig;
        state::ChangeDraft draft = rig.edit({{"storageSize: 100Gi", "storageSize: 200Gi"}, {"0.4.15", "0.4.16"}});
        state::Edit &edit = draft.edits.first();
        edit.base = state::touchedBase(edit.base, edit.body.toObject());
        edit.partialBase = true;
        rig.server->patch(rig.object, {{u"spec"_s, QJsonObject{{u"storageSize"_s, u"150Gi"_s}, {u"partyHint"_s, u"north"_s}}}});
        ReviewDialog dialog(rig.context(), &rig.window);
        dialog.begin(draft);
        QTRY_VERIFY(dialog.findChild<ConflictDialog *>());
        const auto *chooser = dialog.findChild<ConflictDialog *>();
        const QString texts = textsOf(chooser);
        QVERIFY2(texts.contains(u"1 field(s) disagree, 1 merge."_s), qPrintable(texts));
        QVERIFY2(texts.contains(u"spec.imageTag"_s) && !texts.contains(u"memoryLimit"_s) && !texts.contains(u"partyHint"_s), qPrintable(texts));
        QVERIFY(chooser->resultText().contains(u"0.4.16"_s));
    }

    /// What merges by itself is shown as the review shows it, secrets masked.
    void conflictWithSecretsBeside()
    {
        ReviewRig rig;
        const state::ChangeDraft draft = rig.edit({{"storageSize: 100Gi", "storageSize: 200Gi"}, {"hunter2", "hunter3"}});
        rig.server->patch(rig.object, {{u"spec"_s, QJsonObject{{u"storageSize"_s, u"150Gi"_s}}},
                                       {u"metadata"_s, QJsonObject{{u"annotations"_s, QJsonObject{{u"kubectl.kubernetes.io/last-applied-configuration"_s, u"{\"of\":\"hunter4\"}"_s}}}}}});
        ReviewDialog dialog(rig.context(), &rig.window);
        dialog.begin(draft);
        QTRY_VERIFY(dialog.findChild<ConflictDialog *>());
        const QString texts = textsOf(dialog.findChild<ConflictDialog *>());
        QVERIFY2(texts.contains(u"envVars[DB_PASSWORD]"_s) && texts.contains(u"last-applied"_s), qPrintable(texts));
        QVERIFY2(texts.contains(u"*** (after)"_s) && !texts.contains(u"hunter"_s), qPrintable(texts));
    }

    void conflictEscaped()
    {
        ReviewRig rig;
        const state::ChangeDraft draft = rig.edit({{"storageSize: 100Gi", "storageSize: 200Gi"}});
        rig.server->patch(u"validators/northgate-validator-2"_s, {{u"spec"_s, QJsonObject{{u"storageSize"_s, u"150Gi"_s}}}});
        ReviewDialog dialog(rig.context(), &rig.window);
        dialog.begin(draft);
        QTRY_VERIFY(dialog.findChild<ConflictDialog *>());
        QTest::keyClick(dialog.findChild<ConflictDialog *>(), Qt::Key_Escape);
        QTRY_VERIFY(!dialog.isVisible());
        QCOMPARE(rig.server->count(u"patch"_s), 0);
    }

    /// Who owns the object is said whole, also where little room is.
    void argoOwns()
    {
        ReviewRig rig;
        rig.giveToArgo(u"northgate-mainnet"_s, true);
        ReviewDialog dialog(rig.context(true), &rig.window);
        dialog.begin(rig.edit(kChanges));
        QTRY_VERIFY(ReviewRig::waits(dialog));
        QVERIFY(dialog.pipeline()->review().argo.owned());
        QTRY_COMPARE(qd::test::clipped(&dialog), QStringList());
        bool said = false;
        for (const NoticeBar *bar : dialog.findChildren<NoticeBar *>())
            said = said || (bar->isVisible() && bar->accessibleName().contains(u"northgate-mainnet"_s));
        QVERIFY(said);
        // What will happen is above it, as far as there is room.
        const QList<QScrollArea *> areas = dialog.findChildren<QScrollArea *>();
        const auto list = std::find_if(areas.begin(), areas.end(), [](const QScrollArea *a) { return a->accessibleName() == "What will happen"_L1; });
        QVERIFY(list != areas.end() && !dialog.pipeline()->review().consequences.isEmpty());
        QTRY_VERIFY((*list)->viewport()->height() >= qMin(90, (*list)->widget()->height()) && (*list)->widget()->height() > 30);
        auto *pause = ReviewRig::button(&dialog, "pauseSelfHeal");
        QTRY_VERIFY(pause->isVisible() && pause->isEnabled());
        QTRY_COMPARE(qd::test::clipped(&dialog), QStringList());
        QCOMPARE(qd::test::unnamed(&dialog), QStringList());
        qd::test::grab(&dialog, u"review-argo"_s);
        // The YAML for Git: the object after the change, without the server's fields, our notes and Argo CD's mark.
        ReviewRig::button(&dialog, "copyForGit")->click();
        const QString text = QGuiApplication::clipboard()->text();
        QVERIFY2(text.contains(u"storageSize: 200Gi"_s), qPrintable(text));
        for (const char *not_wanted : {"tracking-id", "requested-by", "resourceVersion", "status:", "uid:", "hunter2"})
            QVERIFY2(!text.contains(QLatin1StringView(not_wanted)), not_wanted);
        // The same text as a file.
        ReviewRig::button(&dialog, "saveForGit")->click();
        auto *files = dialog.findChild<QFileDialog *>();
        QVERIFY(files);
        const QString path = rig.folder.filePath(u"after.yaml"_s);
        files->selectFile(path);
        QMetaObject::invokeMethod(files, "accept");
        QFile saved(path);
        QTRY_VERIFY(saved.exists());
        QVERIFY(saved.open(QIODevice::ReadOnly));
        QCOMPARE(QString::fromUtf8(saved.readAll()), text);
        QTRY_VERIFY(!dialog.findChild<QFileDialog *>());
        // The pause is a change of its own over this one, with its own confirmation.
        pause->setFocus();
        QTest::keyClick(pause, Qt::Key_Space);
        QTRY_VERIFY(dialog.findChild<ReviewDialog *>());
        auto *over = dialog.findChild<ReviewDialog *>();
        QTRY_VERIFY(ReviewRig::waits(*over));
        QVERIFY(over->pipeline()->review().needsTypedName);
        qd::test::grab(over, u"review-pause"_s);
        QTRY_VERIFY(over->findChild<QLineEdit *>(u"typedName"_s)->hasFocus());
        QTest::keyClicks(over->findChild<QLineEdit *>(u"typedName"_s), u"northgate-mainnet"_s);
        QTest::keyClick(over->findChild<QLineEdit *>(u"typedName"_s), Qt::Key_Return);
        QTRY_VERIFY(rig.later(rig.operations->running() == 0 && !rig.operations->list().isEmpty()));
        over->close();
        QCOMPARE(json::at(rig.server->stored(u"applications/northgate-mainnet"_s), u"/spec/syncPolicy/automated/selfHeal"_s), QJsonValue(false));
        QTRY_VERIFY(!pause->isVisible());
        QVERIFY(ReviewRig::waits(dialog));
    }

    void tabsByKeys()
    {
        ReviewRig rig;
        ReviewDialog dialog(rig.context(), &rig.window);
        dialog.begin(rig.edit(kChanges));
        QTRY_VERIFY(ReviewRig::waits(dialog));
        auto *bar = dialog.findChild<QTabBar *>();
        bar->setFocus();
        auto *stack = dialog.findChild<QStackedWidget *>();
        for (int i = 1; i < 4; ++i) {
            QTest::keyClick(bar, Qt::Key_Right);
            QCOMPARE(stack->currentIndex(), i);
            qd::test::grab(&dialog, u"review-tab-%1"_s.arg(i));
        }
        QVERIFY(dialog.findChild<ReviewPages *>()->kubectl().startsWith(u"kubectl "_s));
        const auto *fields = dialog.findChild<QTreeWidget *>(u"fields"_s);
        QVERIFY(fields->topLevelItemCount() >= 3);
    }

    /// Font half as large again, and right to left: nothing is cut, the dialog may grow as far as its window.
    void largeFontAndRightToLeft()
    {
        m_theme->setBodySize(20);
        {
            ReviewRig rig;
            ReviewDialog dialog(rig.context(true), &rig.window);
            dialog.begin(rig.edit(kChanges));
            QTRY_VERIFY(ReviewRig::waits(dialog));
            QTRY_COMPARE(qd::test::clipped(&dialog), QStringList());
            qd::test::grab(&dialog, u"review-large"_s);
        }
        m_theme->setBodySize(0);
        QGuiApplication::setLayoutDirection(Qt::RightToLeft);
        {
            ReviewRig rig;
            ReviewDialog dialog(rig.context(true), &rig.window);
            dialog.begin(rig.edit(kChanges));
            QTRY_VERIFY(ReviewRig::waits(dialog));
            QTRY_COMPARE(qd::test::clipped(&dialog), QStringList());
            qd::test::grab(&dialog, u"review-rtl"_s);
        }
        QGuiApplication::setLayoutDirection(Qt::LeftToRight);
    }

    /// Texts 35 % longer: nothing of a button is cut, the dialog stays within its window.
    void longTexts()
    {
        ReviewRig rig;
        rig.window.resize(1000, 700);
        ReviewDialog dialog(rig.context(true), &rig.window);
        state::ChangeDraft draft = rig.edit(kChanges);
        draft.verbText = u"Konfiguration ändern: northgate-validator-2"_s;
        draft.title = u"Konfiguration von northgate-validator-2 ändern"_s;
        dialog.begin(draft);
        QTRY_VERIFY(ReviewRig::waits(dialog));
        QCOMPARE(qd::test::clipped(&dialog), QStringList());
        QVERIFY(dialog.width() <= 1000);
        QVERIFY(dialog.height() <= 700);
        qd::test::grab(&dialog, u"review-long"_s);
    }
};

QTEST_MAIN(TestReview)
#include "tst_review.moc"
