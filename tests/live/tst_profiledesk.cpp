// SPDX-License-Identifier: GPL-3.0-or-later
// The editor of profiles.yaml over the console's own desk: the demo network's profile tried at its real issuer, in a browser that fills in the
// form, with its API server's answers; then the same with a client the issuer does not know, a kubeconfig without the context, and a save.
#include "app/console/ProfileDesk.h"
#include "models/core/Json.h"
#include "tests/live/LiveWindow.h"
#include "ui/profiles/ProfileForm.h"
#include "ui/profiles/ProfilesDialog.h"
#include "ui/profiles/TrialPanel.h"
#include "ui/widgets/Fields.h"

#include <QFile>
#include <QFileInfo>
#include <QListWidget>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd;

class TestProfileDesk : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    std::unique_ptr<console::DemoProcess> m_demo;
    std::unique_ptr<console::Session> m_session;
    std::unique_ptr<console::ProfileDesk> m_desk;
    SystemClock m_clock;
    QString m_person = u"paula"_s;

    [[nodiscard]] QByteArray file() const
    {
        QFile file(m_desk->path());
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    /// The profile, changed, tried to its end.
    [[nodiscard]] QList<ports::TrialStep> tried(const QString &pointer = {}, const QJsonValue &value = {})
    {
        QFuture<Result<ports::ProfileFile>> read = m_desk->read();
        read.waitForFinished();
        QJsonValue profile = *read.result()->find(u"demo"_s);
        if (!pointer.isEmpty())
            json::set(profile, pointer, value);
        const auto trial = m_desk->tryProfile(profile.toObject());
        trial->start();
        (void)QTest::qWaitFor([&trial] { return !trial->running(); }, 60'000);
        return trial->steps();
    }
    static QString all(const QList<ports::TrialStep> &steps)
    {
        QString out;
        for (const ports::TrialStep &step : steps)
            out += QString::number(int(step.state)) + u' ' + step.title + u": "_s + step.words + u" | "_s + step.remedy + u'\n';
        return out;
    }

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_STATE_HOME", m_folder.path().toUtf8());
        auto started = test::startDemo(m_folder.path());
        QVERIFY2(started.ok(), started ? "" : qPrintable(started.error().text()));
        m_demo = std::move(*started);
        console::Invocation invocation;
        invocation.flags = {{u"config-dir"_s, {QFileInfo(m_demo->profiles()).absolutePath()}}, {u"profile"_s, {u"demo"_s}}};
        auto session = console::Session::make(invocation);
        QVERIFY(session.ok());
        m_session = std::move(*session);
        m_desk = std::make_unique<console::ProfileDesk>(
            m_session.get(),
            [this](const QUrl &url) {
                return QProcess::startDetached(u"python3"_s, {u"-B"_s, QStringLiteral(QD_SOURCE_DIR "/tests/live/idp/browser.py"), u"--person"_s, m_person, url.toString(QUrl::FullyEncoded)});
            },
            nullptr);
    }
    void cleanupTestCase()
    {
        m_desk.reset();
        m_session.reset();
        m_demo.reset();
    }

    void theEditorWalksFromTheIssuerToTheRights()
    {
        const QByteArray before = file();
        ui::ProfilesDialog dialog(m_desk.get(), &m_clock, u"demo"_s, nullptr);
        dialog.open();
        QTRY_COMPARE_WITH_TIMEOUT(dialog.list()->count(), 1, 10'000);
        dialog.setPage(u"signIn"_s);
        // the live check of the issuer, a moment after it was read
        QTRY_VERIFY_WITH_TIMEOUT(test::textsOf(dialog.form()->field(u"signIn.issuer"_s)).contains(u"Answers in"_s), 15'000);
        dialog.testProfile();
        QTRY_VERIFY_WITH_TIMEOUT(!dialog.trial()->running(), 60'000);
        QVERIFY2(dialog.trial()->summary().startsWith(u"Works"_s), qPrintable(test::textsOf(dialog.trial())));
        const QString shown = test::textsOf(dialog.trial());
        QVERIFY2(shown.contains(u"paula"_s, Qt::CaseInsensitive) && shown.contains(u"See nodes: yes."_s), qPrintable(shown));
        QCOMPARE(file(), before);
        QVERIFY(!m_session->signIns().used() || !m_session->signIn() || !m_session->signIn()->state().identity);
        dialog.reject();
    }

    void aClientTheIssuerDoesNotKnowFailsAtItsStep()
    {
        const QList<ports::TrialStep> steps = tried(u"/signIn/clientId"_s, u"quarterdesk"_s);
        const auto failed = std::find_if(steps.begin(), steps.end(), [](const ports::TrialStep &step) { return step.state == ports::TrialState::Failed; });
        QVERIFY2(failed != steps.end() && failed - steps.begin() == 3, qPrintable(all(steps)));
    }

    void aContextThatIsNotThereFailsBeforeAnybodySignsIn()
    {
        const QList<ports::TrialStep> steps = tried(u"/contexts"_s, QJsonArray{u"nowhere"_s});
        QVERIFY2(steps.first().state == ports::TrialState::Failed && steps.first().words.contains(u"nowhere"_s), qPrintable(all(steps)));
        QCOMPARE(steps.at(1).state, ports::TrialState::Skipped);
    }

    void whatIsSavedIsWhatTheConsoleReads()
    {
        QFuture<Result<ports::ProfileFile>> read = m_desk->read();
        read.waitForFinished();
        const ports::ProfileFile base = *read.result();
        QJsonValue profile = *base.find(u"demo"_s);
        json::set(profile, u"/readOnly"_s, true);
        QFuture<Result<ports::ProfileFile>> saved = m_desk->save(base, {u"demo"_s, profile.toObject()});
        saved.waitForFinished();
        QVERIFY(saved.result().ok());
        (void)m_session->connectClusters();
        QVERIFY(m_session->profiles().find(u"demo"_s)->readOnly);
        QFuture<Result<ports::ProfileSurroundings>> around = m_desk->look(profile.toObject());
        around.waitForFinished();
        QVERIFY(!around.result()->contexts.isEmpty());
        json::set(profile, u"/telemetry/loki"_s, QJsonObject{{u"url"_s, u"https://loki.example.com"_s}, {u"caFile"_s, u"nowhere.pem"_s}});
        around = m_desk->look(profile.toObject());
        around.waitForFinished();
        const QList<ports::ProfileNote> faults = around.result()->faults;
        QVERIFY(std::any_of(faults.begin(), faults.end(), [](const ports::ProfileNote &note) {
            return note.field == "telemetry.loki.caFile"_L1 && note.message.contains("nowhere.pem is not there"_L1);
        }));
    }
};

QTEST_MAIN(TestProfileDesk)
#include "tst_profiledesk.moc"
