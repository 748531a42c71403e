// SPDX-License-Identifier: GPL-3.0-or-later
// Several objects in one review: asked for once, a line for each with how it fared, and what is left reviewed from there.
#include "models/state/BulkDrafts.h"
#include "tests/ui/review/ReviewRig.h"
#include "ui/panes/review/ActionDialog.h"
#include "ui/panes/review/ChangeFlow.h"
#include "ui/panes/review/ConflictDialog.h"
#include "ui/panes/review/ObjectList.h"
#include "ui/widgets/DiffView.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/NoticeBar.h"

#include <QComboBox>
#include <QJsonArray>

using namespace qd;
using namespace qd::ui;
using namespace qd::test;
using namespace Qt::StringLiterals;

namespace {

const QStringList kNames{u"northgate-validator-2"_s, u"alice-bank"_s, u"bob-custody"_s, u"carol-clearing"_s, u"dora-exchange"_s};
const QMap<QString, QString> kThree{{u"component"_s, u"participant"_s}, {u"replicas"_s, u"3"_s}};

QString textsOfLabels(const QWidget *dialog)
{
    QString out;
    for (const QLabel *label : dialog->findChildren<QLabel *>())
        out += label->text() + u'\n';
    return out;
}

class BulkRig : public ReviewRig {
public:
    BulkRig()
    {
        for (const QString &name : kNames) {
            const QString at = u"validators/"_s + name;
            objects.append({kind(), server->stored(at).isEmpty() ? server->put(makeValidator(name)) : server->stored(at), server->cluster()});
        }
    }
    [[nodiscard]] std::shared_ptr<const state::BulkDrafts> bulk(const QString &action) const
    {
        return std::make_shared<const state::BulkDrafts>(catalogue.get(), action, objects);
    }
    [[nodiscard]] state::ChangeDraft only(const QString &action, const QMap<QString, QString> &params) const
    {
        const auto drafts = bulk(action)->build(params, drafting());
        return drafts ? drafts->first() : state::ChangeDraft{};
    }
    void refuse(const QString &name)
    {
        Error refusal{ErrorKind::Invalid, u"the licence ends at 2 replicas"_s};
        refusal.httpStatus = 422;
        refusal.causes = {{u"spec.participant.spec.resources.replicas"_s, u"FieldValueInvalid"_s, u"the licence ends at 2 replicas"_s}};
        server->validate = [refusal, name](const QJsonObject &object) -> std::optional<Error> {
            return object["metadata"_L1]["name"_L1].toString() == name ? std::optional<Error>(refusal) : std::nullopt;
        };
    }
    [[nodiscard]] static QStringList outcomes(const ReviewDialog &dialog)
    {
        QStringList out;
        const auto *list = dialog.findChild<ObjectList *>();
        for (int i = 0; i < list->topLevelItemCount(); ++i)
            out.append(list->topLevelItem(i)->text(3));
        return out;
    }

    QList<state::BulkObject> objects;
};

}

class TestBulkReview : public QObject {
    Q_OBJECT
    Theme *m_theme = nullptr;
private Q_SLOTS:
    void initTestCase()
    {
        m_theme = new Theme(this);
        m_theme->setMode(Theme::Mode::Light);
        m_theme->setReducedMotion(true);
        m_theme->apply(*qApp);
    }

    void askedOnceByKeys()
    {
        BulkRig rig;
        ChangeFlow flow(rig.catalogue.get(), &rig.clock, &rig.window);
        QSignalSpy ready(&flow, &ChangeFlow::draftsReady);
        flow.askOnce(rig.bulk(u"scale"_s), {}, rig.drafting(), u"dev"_s);
        auto *dialog = rig.window.findChild<ActionDialog *>();
        QVERIFY(dialog);
        QVERIFY2(textsOfLabels(dialog).contains(u"5 object(s)"_s), qPrintable(textsOfLabels(dialog)));
        QCOMPARE(qd::test::unnamed(dialog), QStringList());
        auto *component = dialog->findChild<QComboBox *>();
        component->setCurrentIndex(component->findData(u"participant"_s));
        auto *number = dialog->findChild<QLineEdit *>();
        QCOMPARE(number->text(), u"1"_s);   // all have one
        qd::test::grab(dialog, u"bulk-ask"_s);
        // one object that cannot: said at the field, with its name
        number->setText(u"99"_s);
        number->setFocus();
        QTest::keyClick(number, Qt::Key_Return);
        QCOMPARE(ready.count(), 0);
        const QList<FormField *> fields = dialog->findChildren<FormField *>();
        const auto field = std::find_if(fields.begin(), fields.end(), [number](const FormField *f) { return f->editor() == number; });
        QVERIFY(field != fields.end() && (*field)->hasError());
        number->setText(u"3"_s);
        QTest::keyClick(number, Qt::Key_Return);
        QCOMPARE(ready.count(), 1);
        const auto drafts = ready.first().first().value<QList<state::ChangeDraft>>();
        QCOMPARE(drafts.size(), 1);
        QCOMPARE(drafts.first().edits.size(), 5);
        QTRY_VERIFY(!flow.busy());
        // edit is for one
        QSignalSpy failed(&flow, &ChangeFlow::failed);
        flow.askOnce(rig.bulk(u"edit"_s), {}, rig.drafting(), {});
        QCOMPARE(failed.count(), 1);
        QVERIFY(!flow.busy());
    }

    /// Each object has its line, diff and outcome; the current one is shown below.
    void aLineForEach()
    {
        BulkRig rig;
        ReviewDialog dialog(rig.context(), &rig.window);
        dialog.begin(rig.only(u"scale"_s, kThree));
        QTRY_VERIFY(ReviewRig::waits(dialog));
        auto *list = dialog.findChild<ObjectList *>();
        QVERIFY(list->isVisible());
        QCOMPARE(list->topLevelItemCount(), 5);
        QCOMPARE(list->topLevelItem(1)->text(0), u"alice-bank"_s);
        QCOMPARE(list->topLevelItem(1)->text(2), u"replicas"_s);
        QCOMPARE(BulkRig::outcomes(dialog), QStringList(5, u"Tried, possible"_s));
        QCOMPARE(ReviewRig::button(&dialog, "confirm")->text(), u"Scale 5 object(s)"_s);
        QCOMPARE(qd::test::unnamed(&dialog), QStringList());
        QCOMPARE(qd::test::clipped(&dialog), QStringList());
        const auto shown = [&dialog] {
            QString text;
            const DiffModel *diff = dialog.findChild<DiffView *>()->diff();
            for (int row = 0; row < diff->rowCount(); ++row)
                text += diff->entry(row).line.text;
            return text;
        };
        list->setFocus();
        QTest::keyClick(list, Qt::Key_Down);
        QTest::keyClick(list, Qt::Key_Down);
        QCOMPARE(list->currentItem()->text(0), u"bob-custody"_s);
        QVERIFY(!shown().isEmpty());
        qd::test::grab(&dialog, u"bulk-review"_s);
        ReviewRig::button(&dialog, "confirm")->click();
        QTRY_COMPARE(dialog.pipeline()->step(), state::ChangePipeline::Step::Follow);
        QCOMPARE(BulkRig::outcomes(dialog), QStringList(5, u"Applied, settling"_s));
        QCOMPARE(list->currentItem()->text(0), u"bob-custody"_s);
        for (const QString &name : kNames.mid(0, 2))
            rig.operate(u"validators/"_s + name);
        QTRY_VERIFY(rig.later(BulkRig::outcomes(dialog).count(u"Done"_s) == 2));
        qd::test::grab(&dialog, u"bulk-following"_s);
        for (const QString &name : kNames.mid(2))
            rig.operate(u"validators/"_s + name);
        QTRY_VERIFY(rig.later(BulkRig::outcomes(dialog) == QStringList(5, u"Done"_s)));
        QVERIFY(!ReviewRig::button(&dialog, "rest")->isVisible());
        dialog.close();
    }

    /// The server refuses one: all are looked at, that one is left out by a button, the others go on.
    void leaveOutWhatIsRefused()
    {
        BulkRig rig;
        rig.refuse(u"bob-custody"_s);
        ReviewDialog dialog(rig.context(), &rig.window);
        dialog.begin(rig.only(u"scale"_s, kThree));
        QPushButton *rest = ReviewRig::button(&dialog, "rest");
        QTRY_VERIFY(rest->isVisible());
        QCOMPARE(rest->text(), u"Leave out 1, review 4…"_s);
        const QStringList said = BulkRig::outcomes(dialog);
        QVERIFY2(said.at(2).startsWith(u"Refused:"_s) && said.at(2).contains(u"licence"_s), qPrintable(said.join(u'|')));
        QCOMPARE(said.at(4), u"Not sent"_s);
        QCOMPARE(qd::test::clipped(&dialog), QStringList());
        qd::test::grab(&dialog, u"bulk-refused"_s);
        rest->setFocus();
        QTest::keyClick(rest, Qt::Key_Space);
        QTRY_VERIFY(ReviewRig::waits(dialog));
        QVERIFY(!rest->isVisible());
        QCOMPARE(dialog.pipeline()->draft().edits.size(), 4);
        QCOMPARE(ReviewRig::button(&dialog, "confirm")->text(), u"Scale 4 object(s)"_s);
    }

    /// One fails half way in production: said what was done, the others reviewed anew with a confirmation of their own.
    void theRestAfterAFailure()
    {
        BulkRig rig;
        ReviewDialog dialog(rig.context(true), &rig.window);
        dialog.begin(rig.only(u"restart"_s, {}));
        QTRY_VERIFY(ReviewRig::waits(dialog));
        auto *typed = dialog.findChild<QLineEdit *>(u"typedName"_s);
        QVERIFY(typed->isVisible());
        typed->setFocus();
        QTest::keyClicks(typed, u"infra-prod"_s);   // the environment's name, as for every change of several
        QPushButton *confirm = ReviewRig::button(&dialog, "confirm");
        QVERIFY(confirm->isEnabled());
        rig.refuse(u"carol-clearing"_s);
        confirm->click();
        QPushButton *rest = ReviewRig::button(&dialog, "rest");
        QTRY_VERIFY(rest->isVisible());
        QCOMPARE(rest->text(), u"Review the other 2…"_s);
        const QStringList said = BulkRig::outcomes(dialog);
        QCOMPARE(said.mid(0, 3), QStringList(3, u"Applied, settling"_s));
        QVERIFY(said.at(3).startsWith(u"Failed:"_s));
        QCOMPARE(said.at(4), u"Not sent"_s);
        const auto *notice = dialog.findChild<NoticeBar *>();
        QVERIFY2(notice->accessibleName().contains(u"Done before it and not taken back"_s), qPrintable(notice->accessibleName()));
        qd::test::grab(&dialog, u"bulk-failed"_s);
        rig.server->validate = {};
        rest->click();
        QTRY_VERIFY(ReviewRig::waits(dialog));
        QCOMPARE(dialog.pipeline()->draft().edits.size(), 2);
        QVERIFY(!confirm->isEnabled());   // typed anew
    }

    /// One of several disagrees: who wrote is asked of the object that does, by its own field.
    void whoWroteIsAskedOfTheRightOne()
    {
        BulkRig rig;
        const state::ChangeDraft draft = rig.only(u"scale"_s, kThree);
        const QJsonObject replicas{{u"participant"_s, QJsonObject{{u"spec"_s, QJsonObject{{u"resources"_s, QJsonObject{{u"replicas"_s, 5}}}}}}}};
        const auto owned = [](QJsonObject fields, const QStringList &path) {
            for (auto step = path.crbegin(); step != path.crend(); ++step)
                fields = {{u"f:"_s + *step, fields}};
            return fields;
        };
        const QJsonObject fields = owned({}, {u"spec"_s, u"participant"_s, u"spec"_s, u"resources"_s, u"replicas"_s});
        rig.server->patch(u"validators/bob-custody"_s,
                          {{u"spec"_s, replicas},
                           {u"metadata"_s, QJsonObject{{u"managedFields"_s, QJsonArray{QJsonObject{
                               {u"manager"_s, u"scaler"_s}, {u"time"_s, u"2026-03-01T11:59:20Z"_s}, {u"fieldsV1"_s, fields}}}}}}});
        ReviewDialog dialog(rig.context(), &rig.window);
        dialog.begin(draft);
        QTRY_VERIFY(dialog.findChild<ConflictDialog *>());
        QTRY_VERIFY2(textsOfLabels(&dialog).contains(u"Theirs: scaler, 40 s ago (bob-custody)"_s), qPrintable(textsOfLabels(&dialog)));
    }

    void largeFontAndNarrow()
    {
        m_theme->setBodySize(19);
        {
            BulkRig rig;
            rig.window.resize(1000, 700);
            ReviewDialog dialog(rig.context(true), &rig.window);
            dialog.begin(rig.only(u"scale"_s, kThree));
            QTRY_VERIFY(ReviewRig::waits(dialog));
            QTRY_COMPARE(qd::test::clipped(&dialog), QStringList());
            qd::test::grab(&dialog, u"bulk-large"_s);
        }
        m_theme->setBodySize(0);
    }
};

QTEST_MAIN(TestBulkReview)
#include "tst_bulkreview.moc"
