// SPDX-License-Identifier: GPL-3.0-or-later
// Drafts that outlive the window: the same draft again, never a secret on the disk, and the way back from discarding.
#include "models/core/Json.h"
#include "models/state/KeptDrafts.h"
#include "models/state/Operations.h"
#include "tests/unit/state/PipelineRig.h"

#include <QFileInfo>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::state;
using test::kObject;
using test::PipelineRig;

class TestKeptDrafts : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void isTheSameAfterARestart()
    {
        PipelineRig rig;
        const QString file = rig.folder.filePath(u"drafts.json"_s);
        ChangeDraft draft = rig.scale(4);
        draft.reason = u"Friday's load"_s;
        {
            Operations operations(&rig.clock);
            QVERIFY(operations.keepIn(file).ok());
            operations.keep(draft);
            QVERIFY(operations.kept().first().onDisk);
        }
        QCOMPARE(QFileInfo(file).permissions() & (QFileDevice::ReadGroup | QFileDevice::ReadOther | QFileDevice::WriteOther), QFileDevice::Permissions());
        Operations later(&rig.clock);
        QVERIFY(later.keepIn(file).ok());
        QCOMPARE(later.kept().size(), 1);
        const ChangeDraft back = later.kept().first().draft;
        QCOMPARE(back.id, draft.id);
        QCOMPARE(back.title, draft.title);
        QCOMPARE(back.reason, draft.reason);
        QCOMPARE(back.danger, draft.danger);
        QCOMPARE(back.edits.first().body, draft.edits.first().body);
        QCOMPARE(back.edits.first().object, draft.edits.first().object);
        QCOMPARE(back.edits.first().follow, draft.edits.first().follow);
        QVERIFY(!back.edits.first().base.isEmpty());
        QCOMPARE(json::at(back.edits.first().base, u"/spec/networkRef/name"_s).toString(), u"mainnet"_s);
        QFile disk(file);
        QVERIFY(disk.open(QIODevice::ReadOnly));
        QVERIFY(!disk.readAll().contains("hunter2")); // the node has it, the draft does not need it
        // what others changed elsewhere is no matter
        rig.server->patch(kObject, {{u"metadata"_s, QJsonObject{{u"labels"_s, QJsonObject{{u"tier"_s, u"gold"_s}}}}}});
        rig.start(back);
        TRY_WAITS_AT(rig, PipelineRig::Step::Review);
        QCOMPARE(rig.pipeline->review().edits.first().rebasedFields, QStringList());
        QCOMPARE(rig.pipeline->review().edits.first().conflicts.size(), 0);
        // what others changed since it was made is seen as ever
        rig.server->patch(kObject, test::nested(json::split(test::kReplicas), 9));
        rig.start(back);
        TRY_WAITS_AT(rig, PipelineRig::Step::Rebase);
        QCOMPARE(rig.pipeline->review().edits.first().conflicts.first().theirs.toInt(), 9);
    }

    void goesOnceItIsConfirmed()
    {
        PipelineRig rig;
        const QString file = rig.folder.filePath(u"drafts.json"_s);
        Operations operations(&rig.clock);
        QVERIFY(operations.keepIn(file).ok());
        operations.keep(rig.scale(4));
        rig.start(operations.kept().first().draft);
        operations.add(std::move(rig.pipeline));
        QVERIFY(operations.kept().isEmpty());
        QVERIFY(loadDrafts(file)->isEmpty());
    }

    void aSecretStaysInMemory_data()
    {
        QTest::addColumn<bool>("before");
        QTest::newRow("what it sets") << false;
        QTest::newRow("what it is based on") << true;
    }

    void aSecretStaysInMemory()
    {
        QFETCH(bool, before);
        PipelineRig rig;
        const QString secret = u"hunter2-in-the-clear"_s;
        const QJsonArray vars{QJsonObject{{u"name"_s, u"DB_PASSWORD"_s}, {u"value"_s, secret}}};
        const QJsonObject patch = test::nested({u"spec"_s, u"participant"_s, u"spec"_s, u"envVars"_s}, vars);
        ChangeDraft draft;
        if (before) {
            QJsonValue wanted = rig.live; // the list as a whole is what it is based on
            json::set(wanted, u"/spec/participant/spec/envVars/0/value"_s, u"DEBUG"_s);
            json::set(wanted, u"/spec/participant/spec/envVars/1/value"_s, secret);
            rig.live = rig.server->patch(kObject, wanted.toObject());
            json::set(wanted, u"/spec/participant/spec/envVars"_s, QJsonArray());
            json::remove(wanted, u"/metadata/resourceVersion"_s);
            draft = rig.draft(u"edit"_s, {{u"file"_s, QString::fromUtf8(json::compact(wanted))}});
            QVERIFY(json::compact(draft.edits.first().base).contains(secret.toUtf8()));
            QVERIFY(!json::compact(draft.edits.first().body).contains(secret.toUtf8()));
        } else {
            draft = rig.scale(4);
            draft.edits.first().body = patch;
        }
        const QString file = rig.folder.filePath(u"drafts.json"_s);
        Operations operations(&rig.clock);
        QVERIFY(operations.keepIn(file).ok());
        operations.keep(draft);
        operations.keep(rig.draft(u"label"_s, {{u"key"_s, u"tier"_s}, {u"value"_s, u"gold"_s}}));
        QVERIFY(!mayLieOnDisk(draft));
        QVERIFY(!operations.kept().last().onDisk);
        QFile disk(file);
        if (disk.open(QIODevice::ReadOnly))
            QVERIFY(!disk.readAll().contains(secret.toUtf8()));
    }

    void discardingHasAWayBack()
    {
        PipelineRig rig;
        const QString file = rig.folder.filePath(u"drafts.json"_s);
        Operations operations(&rig.clock);
        QVERIFY(operations.keepIn(file).ok());
        operations.keep(rig.scale(4));
        rig.clock.advance(std::chrono::minutes(1));
        operations.keep(rig.scale(5));
        const QString older = operations.kept().last().draft.id;
        operations.discardKept(older);
        QCOMPARE(operations.kept().size(), 1);
        QCOMPARE(loadDrafts(file)->size(), 1);
        QVERIFY(operations.discarded());
        operations.restoreDiscarded();
        QVERIFY(!operations.discarded());
        QCOMPARE(operations.kept().last().draft.id, older); // in its old place
        QCOMPARE(loadDrafts(file)->size(), 2);
        operations.restoreDiscarded();
        QCOMPARE(operations.kept().size(), 2);
    }

    /// Two windows, each with its list: neither writes over what the other kept or discarded.
    void anotherWindowsDraftsStay()
    {
        PipelineRig rig;
        const QString file = rig.folder.filePath(u"drafts.json"_s);
        Operations one(&rig.clock), other(&rig.clock);
        QVERIFY(one.keepIn(file).ok());
        one.keep(rig.scale(3));
        const QString shared = one.kept().first().draft.id;
        QVERIFY(other.keepIn(file).ok());
        rig.clock.advance(std::chrono::minutes(1));
        one.keep(rig.scale(4));
        const QString first = one.kept().first().draft.id;
        rig.clock.advance(std::chrono::minutes(1));
        other.keep(rig.scale(5));
        const QString second = other.kept().first().draft.id;
        const auto ids = [](const QList<KeptDraft> &kept) {
            QStringList out;
            for (const KeptDraft &draft : kept)
                out.append(draft.draft.id);
            return out;
        };
        QCOMPARE(loadDrafts(file)->size(), 3);
        QCOMPARE(ids(other.kept()), (QStringList{second, first, shared})); // as it wrote, it saw the other one's
        // what is gone in one of them does not come back with the list of the other
        other.discardKept(shared);
        QCOMPARE(loadDrafts(file)->size(), 2);
        one.discardKept(first);
        QCOMPARE(ids(*loadDrafts(file)), QStringList{second});
        QCOMPARE(ids(one.kept()), QStringList{second});
        one.restoreDiscarded();
        other.keep(rig.scale(6));
        QCOMPARE(loadDrafts(file)->size(), 3);
        QVERIFY(ids(other.kept()).contains(first));
    }

    /// It is put there as soon as the file can be written again.
    void whatCouldNotBeWrittenIsTriedAgain()
    {
        PipelineRig rig;
        const QString file = rig.folder.filePath(u"drafts.json"_s);
        Operations operations(&rig.clock);
        QVERIFY(operations.keepIn(file).ok());
        QVERIFY(QDir().mkdir(file)); // a folder where the file should be
        operations.keep(rig.scale(4));
        QVERIFY(!operations.kept().first().onDisk);
        QVERIFY(QDir().rmdir(file));
        operations.keep(rig.scale(5));
        QCOMPARE(loadDrafts(file)->size(), 2);
        QVERIFY(operations.kept().last().onDisk);
    }

    void aFileThatIsNoneIsLeftAlone()
    {
        PipelineRig rig;
        const QString file = rig.folder.filePath(u"drafts.json"_s);
        QFile disk(file);
        QVERIFY(disk.open(QIODevice::WriteOnly));
        disk.write("{\"schema\": 7}");
        disk.close();
        Operations operations(&rig.clock);
        const Result<Done> kept = operations.keepIn(file);
        QVERIFY(!kept && kept.error().message.contains(file));
        operations.keep(rig.scale(4));
        QVERIFY(!operations.kept().first().onDisk);
        QVERIFY(disk.open(QIODevice::ReadOnly));
        QCOMPARE(disk.readAll(), QByteArray("{\"schema\": 7}"));
    }

    void saysWhenItCannotBeKept()
    {
        PipelineRig rig;
        const QString file = rig.folder.filePath(u"drafts.json"_s);
        Operations operations(&rig.clock);
        QVERIFY(operations.keepIn(file).ok());
        QVERIFY(QDir().mkdir(file)); // a folder where the file should be
        QSignalSpy failed(&operations, &Operations::draftsNotSaved);
        operations.keep(rig.scale(4));
        QCOMPARE(failed.size(), 1);
        QVERIFY(failed.first().first().value<Error>().message.contains(file));
        QVERIFY(!operations.kept().first().onDisk);
    }
};

QTEST_GUILESS_MAIN(TestKeptDrafts)
#include "tst_keptdrafts.moc"
