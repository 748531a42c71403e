// SPDX-License-Identifier: GPL-3.0-or-later
// One look for all who want it, what stays when a look fails, and silences that are written once, read back and recorded.
#include "models/items/telemetry/AlertMatch.h"
#include "models/items/telemetry/AlertsModel.h"
#include "models/items/telemetry/AlertsSession.h"
#include "models/items/Roles.h"
#include "tests/support/ManualClock.h"
#include "tests/unit/telemetry/AlertsSite.h"

#include <QAbstractItemModelTester>
#include <QItemSelectionModel>
#include <QJsonArray>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace qd;
using namespace qd::items;
using namespace Qt::StringLiterals;
using test::managed;
using test::Site;

class TestAlertsSession : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    test::ManualClock m_clock;
    int m_files = 0;
    std::unique_ptr<state::Journal> journal() { return std::make_unique<state::Journal>(m_dir.filePath(u"journal-%1.jsonl"_s.arg(++m_files)), &m_clock); }
    static QStringList outcomes(const state::Journal &journal)
    {
        QStringList out;
        const Result<QList<state::JournalRecord>> records = journal.read();
        for (const state::JournalRecord &record : records ? *records : QList<state::JournalRecord>())
            out.append(record.json.value("type"_L1).toString() == "intent"_L1 ? u"intent"_s : record.json.value("outcome"_L1).toString());
        return out;
    }
    ports::Silence wish() const
    {
        ports::Silence out;
        out.matchers = {{u"alertname"_s, u"Down"_s}};
        out.startsAt = m_clock.now();
        out.endsAt = m_clock.now().addSecs(3600);
        out.createdBy = u"mira"_s;
        out.comment = u"planned work"_s;
        return out;
    }

private Q_SLOTS:
    void looksWhileWanted()
    {
        Site site(u"prod"_s, &m_clock);
        site.alerts->alertsAnswer = QList{managed(u"Down"_s, u"a"_s, m_clock.now())};
        AlertsSession session(&m_clock, nullptr, {});
        session.addEnvironment(&site.environment);
        QCOMPARE(site.metrics->askedFor(u"alerts"_s).size(), 0);
        QVERIFY(session.standing(u"prod"_s).loading);
        QObject page;
        auto card = std::make_unique<QObject>();
        QSignalSpy looked(&session, &AlertsSession::looked);
        session.setWanted(&page, true);
        session.setWanted(card.get(), true);
        QTRY_COMPARE(looked.count(), 1);
        QCOMPARE(site.metrics->askedFor(u"alerts"_s).size(), 1);
        QCOMPARE(session.alerts().size(), 1);
        QCOMPARE(session.counts().firing, 1);
        QCOMPARE(session.standing(u"prod"_s).asOf, m_clock.now());
        QCOMPARE(site.metrics->askedFor(u"rules"_s).size(), 1);
        session.refresh();
        QTRY_COMPARE(looked.count(), 2);
        QCOMPARE(site.metrics->askedFor(u"rules"_s).size(), 1);     // rules seldom
        session.setWanted(&page, false);
        QVERIFY(session.isWanted());
        card.reset();
        QVERIFY(!session.isWanted());
    }

    void silencesAreAskedSeldomWhileNobodyShowsThem()
    {
        Site site(u"prod"_s, &m_clock);
        int asked = 0;
        site.alerts->onSilences = [&] {
            ++asked;
            return site.alerts->silencesAnswer;
        };
        AlertsSession session(&m_clock, nullptr, {});
        session.addEnvironment(&site.environment);
        QSignalSpy looked(&session, &AlertsSession::looked);
        const auto look = [&] {
            const qsizetype before = looked.count();
            Q_EMIT site.telemetry->changed();
            return QTest::qWaitFor([&] { return looked.count() > before; });
        };
        QObject counts, page;
        session.setWanted(&counts, true);
        QTRY_COMPARE(looked.count(), 1);
        QCOMPARE(asked, 1);
        for (int i = 1; i < AlertsSession::kSilencesLooks; ++i)
            QVERIFY(look());
        QCOMPARE(asked, 1);
        QVERIFY(look());
        QCOMPARE(asked, 2);

        // An alert that names one nobody has heard of.
        ports::ManagedAlert alert = managed(u"Down"_s, u"a"_s, m_clock.now());
        alert.silencedBy = {u"new"_s};
        site.alerts->alertsAnswer = QList{alert};
        QVERIFY(look());
        QCOMPARE(asked, 2);
        (void)site.takes(wish(), u"new"_s);
        QVERIFY(look());
        QCOMPARE(asked, 3);
        QCOMPARE(session.alerts().first().silencedUntil, wish().endsAt);
        QVERIFY(look());
        QCOMPARE(asked, 3);

        // What could not be read is asked at once, and so is all that is wanted now.
        session.refresh();
        QTRY_COMPARE(asked, 4);
        site.alerts->silencesAnswer = Error{ErrorKind::Network, u"reset"_s};
        session.refresh();
        QTRY_COMPARE(asked, 5);
        QVERIFY(look());
        QCOMPARE(asked, 6);

        // Who begins to show them does not wait, and is told each time.
        site.alerts->alertsAnswer = QList<ports::ManagedAlert>();
        site.alerts->silencesAnswer = QList<ports::Silence>();
        QVERIFY(look());
        QVERIFY(look());
        QCOMPARE(asked, 7);
        session.setWanted(&page, true, [](const QString &) { return false; });
        QTRY_COMPARE(asked, 8);
        QVERIFY(look());
        QVERIFY(look());
        QCOMPARE(asked, 10);
    }

    void aFailedLookKeepsWhatWasKnown()
    {
        Site site(u"prod"_s, &m_clock);
        site.alerts->alertsAnswer = QList{managed(u"Down"_s, u"a"_s, m_clock.now())};
        AlertsSession session(&m_clock, nullptr, {});
        session.addEnvironment(&site.environment);
        QSignalSpy looked(&session, &AlertsSession::looked);
        session.setWanted(this, true);
        QTRY_COMPARE(looked.count(), 1);
        const QDateTime then = m_clock.now();
        m_clock.advance(std::chrono::seconds(30));
        site.alerts->alertsAnswer = Error{ErrorKind::Network, u"connection refused"_s};
        session.refresh();
        QTRY_COMPARE(looked.count(), 2);
        QCOMPARE(session.alerts().size(), 1);
        const AlertsStanding standing = session.standing(u"prod"_s);
        QCOMPARE(standing.asOf, then);
        QVERIFY(standing.stale());
        QCOMPARE(standing.alertmanagerError->message, u"connection refused"_s);
        QVERIFY(!standing.prometheusError);
        site.alerts->alertsAnswer = QList<ports::ManagedAlert>();
        session.refresh();
        QTRY_COMPARE(looked.count(), 3);
        QVERIFY(!session.standing(u"prod"_s).stale());
        QVERIFY(session.alerts().isEmpty());
        session.setWanted(this, false);
    }

    /// Prometheus says what fires; what of it is silenced only the Alertmanager knows, which is still looked for.
    void halfALookIsNone()
    {
        Site site(u"prod"_s, &m_clock);
        ports::RuleAlert rule;
        rule.labels = managed(u"Down"_s, u"a"_s, m_clock.now()).labels;
        rule.state = u"firing"_s;
        site.metrics->alertsAnswer = QList{rule};
        ports::ManagedAlert silenced = managed(u"Down"_s, u"a"_s, m_clock.now());
        silenced.silencedBy = QStringList{u"s"_s};
        site.alerts->alertsAnswer = QList{silenced};
        site.telemetry->alertsSource = nullptr;
        AlertsSession session(&m_clock, nullptr, {});
        session.addEnvironment(&site.environment);
        QSignalSpy looked(&session, &AlertsSession::looked);
        session.setWanted(this, true);
        QTRY_COMPARE(session.alerts().size(), 1);
        QCOMPARE(session.counts().firing, 1);
        QCOMPARE(looked.count(), 0);
        QVERIFY(!session.standing(u"prod"_s).asOf.isValid());
        QVERIFY(session.standing(u"prod"_s).loading);
        site.telemetry->alertsSource = site.alerts;
        site.telemetry->tell();
        QTRY_COMPARE(looked.count(), 1);
        QCOMPARE(session.counts().firing, 0);
        QCOMPARE(session.counts().silenced, 1);
        QVERIFY(session.standing(u"prod"_s).asOf.isValid());

        // Not found again: what it held back does not call, and is said to be of before.
        m_clock.advance(std::chrono::seconds(30));
        site.telemetry->alertsSource = nullptr;
        site.telemetry->setMissing(ports::TelemetryPart::Alerts, {ErrorKind::Network, u"it does not answer"_s});
        QTRY_COMPARE(looked.count(), 2);
        QCOMPARE(session.counts().silenced, 1);
        QCOMPARE(session.counts().firing, 0);
        QVERIFY(session.standing(u"prod"_s).stale());
        QCOMPARE(session.standing(u"prod"_s).alertmanagerError->message, u"it does not answer"_s);
        session.setWanted(this, false);
    }

    /// While it is asked again, what is shown is as old as it was.
    void anErrorStandsUntilTheNextAnswer()
    {
        Site site(u"prod"_s, &m_clock);
        AlertsSession session(&m_clock, nullptr, {});
        session.addEnvironment(&site.environment);
        QSignalSpy looked(&session, &AlertsSession::looked);
        session.setWanted(this, true);
        QTRY_COMPARE(looked.count(), 1);
        site.alerts->alertsAnswer = Error{ErrorKind::Network, u"connection refused"_s};
        session.refresh();
        QTRY_COMPARE(looked.count(), 2);
        QVERIFY(session.standing(u"prod"_s).stale());
        session.refresh();
        QVERIFY(session.standing(u"prod"_s).stale());
        QTRY_COMPARE(looked.count(), 3);
        session.setWanted(this, false);
    }

    void whatIsMissingIsSaid()
    {
        Site site(u"prod"_s, &m_clock);
        site.telemetry->alertsSource = nullptr;
        site.telemetry->setMissing(ports::TelemetryPart::Alerts, {ErrorKind::NotFound, u"no service looks like an Alertmanager"_s});
        ports::RuleAlert rule;
        rule.labels = {{u"alertname"_s, u"Down"_s}};
        rule.state = u"firing"_s;
        site.metrics->alertsAnswer = QList{rule};
        AlertsSession session(&m_clock, nullptr, {});
        session.addEnvironment(&site.environment);
        session.setWanted(this, true);
        QTRY_COMPARE(session.alerts().size(), 1);
        QVERIFY(!session.alerts().first().managed);
        QCOMPARE(session.standing(u"prod"_s).alertmanager.why.message, u"no service looks like an Alertmanager"_s);
        QVERIFY(session.whyNotSilence(u"prod"_s).contains(u"No Alertmanager"_s));
        session.setWanted(this, false);
    }

    void severalClustersOneList()
    {
        Site one(u"prod"_s, &m_clock), two(u"dev"_s, &m_clock);
        one.alerts->alertsAnswer = QList{managed(u"Slow"_s, u"a"_s, m_clock.now(), u"warning"_s)};
        two.alerts->alertsAnswer = QList{managed(u"Down"_s, u"b"_s, m_clock.now())};
        AlertsSession session(&m_clock, nullptr, {});
        session.addEnvironment(&one.environment);
        session.addEnvironment(&two.environment);
        session.setWanted(this, true);
        QTRY_COMPARE(session.alerts().size(), 2);
        QCOMPARE(session.alerts().first().cluster, u"dev"_s);
        QCOMPARE(session.counts().worst, network::State::Failed);
        session.removeEnvironment(&two.environment);
        QCOMPARE(session.alerts().size(), 1);
        QCOMPARE(session.counts().worst, network::State::Degraded);
        session.setWanted(this, false);
    }

    void silencesAreWrittenOnce()
    {
        Site site(u"prod"_s, &m_clock, state::Mark::Production);
        site.alerts->onSet = [&site](const ports::Silence &silence) { return site.takes(silence, u"s1"_s); };
        const auto journal = this->journal();
        AlertsSession session(&m_clock, journal.get(), u"work"_s);
        session.addEnvironment(&site.environment);
        std::optional<Result<ports::Silence>> answer;
        session.setSilence(u"prod"_s, wish(), std::nullopt, [&answer](const Result<ports::Silence> &r) { answer = r; });
        QTRY_VERIFY(answer);
        QVERIFY2(answer->ok(), qPrintable(answer->ok() ? QString() : answer->error().message));
        QCOMPARE((*answer)->id, u"s1"_s);
        QCOMPARE(site.alerts->set.size(), 1);
        QCOMPARE(outcomes(*journal), (QStringList{u"intent"_s, u"settled"_s}));
        const QJsonObject record = journal->read()->last().json;
        QCOMPARE(record.value("action"_L1).toString(), u"silence.create"_s);
        QCOMPARE(record.value("user"_L1).toString(), u"mira"_s);
        QCOMPARE(record.value("reason"_L1).toString(), u"planned work"_s);
        QVERIFY(record.value("production"_L1).toBool());
        QCOMPARE(record.value("edits"_L1).toArray().first().toObject().value("resource"_L1).toString(), u"silences.alertmanager/s1"_s);
        QVERIFY(journal->verify()->ok);

        // It ends by an expiry that is read back too.
        site.alerts->onExpire = [&site](const QString &id) {
            QList<ports::Silence> all = *site.alerts->silencesAnswer;
            for (ports::Silence &silence : all)
                silence.state = silence.id == id ? u"expired"_s : silence.state;
            site.alerts->silencesAnswer = all;
            return Result<Done>(Done{});
        };
        const ports::Silence written = **answer;
        answer.reset();
        session.expireSilence(u"prod"_s, written, [&answer](const Result<ports::Silence> &r) { answer = r; });
        QTRY_VERIFY(answer);
        QVERIFY(answer->ok());
        QCOMPARE((*answer)->state, u"expired"_s);
        QCOMPARE(site.alerts->expired, QStringList{u"s1"_s});
        QCOMPARE(journal->read()->last().json.value("action"_L1).toString(), u"silence.expire"_s);
    }

    void answersThatAreLost_data()
    {
        QTest::addColumn<bool>("effect");
        QTest::addColumn<bool>("readable");
        QTest::addColumn<bool>("ok");
        QTest::addColumn<QString>("outcome");
        QTest::addColumn<QString>("says");
        QTest::newRow("it was written") << true << true << true << u"settled"_s << QString();
        QTest::newRow("it was not") << false << true << false << u"failed"_s << u"was not written"_s;
        QTest::newRow("nobody knows") << true << false << false << u"timeout"_s << u"not known whether"_s;
    }
    void answersThatAreLost()
    {
        QFETCH(bool, effect);
        QFETCH(bool, readable);
        Site site(u"prod"_s, &m_clock);
        // One like it is there already, of before: it is not taken for the new one.
        ports::Silence old = wish();
        (void)site.takes(old, u"old"_s);
        site.alerts->onSet = [&](const ports::Silence &silence) {
            if (effect)
                (void)site.takes(silence, u"s2"_s);
            if (!readable)
                site.alerts->silencesAnswer = Error{ErrorKind::Network, u"reset"_s};
            return Result<QString>(Error{ErrorKind::Timeout, u"no answer in 30 s"_s});
        };
        const auto journal = this->journal();
        AlertsSession session(&m_clock, journal.get(), {});
        session.addEnvironment(&site.environment);
        std::optional<Result<ports::Silence>> answer;
        session.setSilence(u"prod"_s, wish(), std::nullopt, [&answer](const Result<ports::Silence> &r) { answer = r; });
        QTRY_VERIFY(answer);
        QTEST(answer->ok(), "ok");
        if (!answer->ok()) {
            QFETCH(QString, says);
            QVERIFY2(answer->error().message.contains(says), qPrintable(answer->error().message));
        } else {
            QCOMPARE((*answer)->id, u"s2"_s);
        }
        QCOMPARE(site.alerts->set.size(), 1);
        QFETCH(QString, outcome);
        QCOMPARE(outcomes(*journal), (QStringList{u"intent"_s, outcome}));
    }

    /// Of several Alertmanagers the one that reads hears of it later.
    void theOthersHearOfItLater()
    {
        Site site(u"prod"_s, &m_clock);
        int reads = 0;
        bool ends = false;
        ports::Silence made;
        site.alerts->onSet = [&made](const ports::Silence &silence) {
            made = silence;
            made.id = u"s1"_s;
            made.state = u"active"_s;
            return Result<QString>(u"s1"_s);
        };
        site.alerts->onExpire = [&](const QString &) {
            ends = true;
            reads = 0;
            return Result<Done>(Done{});
        };
        site.alerts->onSilences = [&] {
            if (made.id.isEmpty())
                return Result<QList<ports::Silence>>(QList<ports::Silence>());
            const bool heard = ++reads > 2;
            if (!ends)
                return Result<QList<ports::Silence>>(heard ? QList{made} : QList<ports::Silence>());
            ports::Silence out = made;
            out.state = heard ? u"expired"_s : u"active"_s;
            return Result<QList<ports::Silence>>(QList{out});
        };
        const auto journal = this->journal();
        AlertsSession session(&m_clock, journal.get(), {});
        session.addEnvironment(&site.environment);
        std::optional<Result<ports::Silence>> answer;
        session.setSilence(u"prod"_s, wish(), std::nullopt, [&answer](const Result<ports::Silence> &r) { answer = r; });
        QTRY_VERIFY(answer);
        QVERIFY2(answer->ok(), qPrintable(answer->ok() ? QString() : answer->error().message));
        const ports::Silence there = **answer;
        answer.reset();
        session.expireSilence(u"prod"_s, there, [&answer](const Result<ports::Silence> &r) { answer = r; });
        QTRY_VERIFY(answer);
        QVERIFY2(answer->ok(), qPrintable(answer->ok() ? QString() : answer->error().message));
        QCOMPARE(site.alerts->set.size(), 1);
        QCOMPARE(outcomes(*journal), (QStringList{u"intent"_s, u"settled"_s, u"intent"_s, u"settled"_s}));
    }

    void refusalsNameTheField()
    {
        Site site(u"prod"_s, &m_clock);
        site.alerts->onSet = [](const ports::Silence &) {
            return Result<QString>(Error{ErrorKind::Invalid, u"end time can't be in the past"_s, {}, {}, {}, 400, -1, {{u"endsAt"_s, {}, u"end time can't be in the past"_s}}});
        };
        const auto journal = this->journal();
        AlertsSession session(&m_clock, journal.get(), {});
        session.addEnvironment(&site.environment);
        std::optional<Result<ports::Silence>> answer;
        session.setSilence(u"prod"_s, wish(), std::nullopt, [&answer](const Result<ports::Silence> &r) { answer = r; });
        QTRY_VERIFY(answer);
        QVERIFY(!answer->ok());
        QCOMPARE(answer->error().causes.first().field, u"endsAt"_s);
        QCOMPARE(outcomes(*journal), (QStringList{u"intent"_s, u"refused"_s}));
    }

    void whoMayNot_data()
    {
        QTest::addColumn<QString>("case_");
        QTest::addColumn<QString>("says");
        QTest::newRow("read-only") << u"readOnly"_s << u"read-only"_s;
        QTest::newRow("no journal") << u"journal"_s << u"There is no journal."_s;
        QTest::newRow("no comment") << u"comment"_s << u"needs a comment"_s;
        QTest::newRow("no author") << u"author"_s << u"needs an author"_s;
        QTest::newRow("an end in the past") << u"past"_s << u"in the past"_s;
        QTest::newRow("no right") << u"right"_s << u"Missing right: create services/proxy in monitoring"_s;
    }
    void whoMayNot()
    {
        QFETCH(QString, case_);
        QFETCH(QString, says);
        Site site(u"prod"_s, &m_clock);
        site.environment.setReadOnly(case_ == "readOnly"_L1);
        const auto journal = this->journal();
        AlertsSession session(&m_clock, case_ == "journal"_L1 ? nullptr : journal.get(), {});
        session.addEnvironment(&site.environment);
        if (case_ == "right"_L1) {
            site.telemetry->states.insert(ports::TelemetryPart::Alerts, {ports::TelemetryState::Phase::Found, u"monitoring/alertmanager-operated:9093 through the API server"_s, false, {}});
            site.gateway->deny(u"create"_s, u"services"_s);
            QTRY_VERIFY(!session.whyNotSilence(u"prod"_s).isEmpty());
        }
        ports::Silence silence = wish();
        if (case_ == "comment"_L1)
            silence.comment = u"  "_s;
        if (case_ == "author"_L1)
            silence.createdBy.clear();
        if (case_ == "past"_L1)
            silence.endsAt = m_clock.now().addSecs(-1);
        std::optional<Result<ports::Silence>> answer;
        session.setSilence(u"prod"_s, silence, std::nullopt, [&answer](const Result<ports::Silence> &r) { answer = r; });
        QVERIFY(answer);        // nothing was asked of anybody
        QVERIFY(!answer->ok());
        QVERIFY2(answer->error().message.contains(says), qPrintable(answer->error().message));
        QVERIFY(site.alerts->set.isEmpty());
        QVERIFY(outcomes(*journal).isEmpty());
    }

    /// What was current stays so while others come, go and change their state.
    void rowsKeepTheirPlace()
    {
        Site site(u"prod"_s, &m_clock);
        const auto look = [&](AlertsSession &session, const QList<ports::ManagedAlert> &alerts) {
            site.alerts->alertsAnswer = alerts;
            QSignalSpy looked(&session, &AlertsSession::looked);
            session.refresh();
            return QTest::qWaitFor([&looked] { return looked.count() > 0; });
        };
        AlertsSession session(&m_clock, nullptr, {});
        session.addEnvironment(&site.environment);
        AlertsModel model(&session);
        model.setGroup(AlertsModel::Group::ByName);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
        QVERIFY(look(session, {managed(u"Down"_s, u"a"_s, m_clock.now()), managed(u"Down"_s, u"b"_s, m_clock.now().addSecs(-5)), managed(u"Slow"_s, u"a"_s, m_clock.now(), u"warning"_s)}));
        QCOMPARE(model.rowCount(), 5);
        QVERIFY(model.isHeading(0));
        QCOMPARE(model.index(0, 0).data(GroupDetailRole).toString(), u"2 alert(s)"_s);
        const QPersistentModelIndex slow = model.index(4, AlertsModel::Name);
        QCOMPARE(slow.data().toString(), u"Slow"_s);
        ports::ManagedAlert silenced = managed(u"Down"_s, u"a"_s, m_clock.now());
        silenced.silencedBy = QStringList{u"s"_s};
        QVERIFY(look(session, {silenced, managed(u"Slow"_s, u"a"_s, m_clock.now(), u"warning"_s), managed(u"New"_s, u"c"_s, m_clock.now())}));
        QVERIFY(slow.isValid());
        QCOMPARE(slow.data().toString(), u"Slow"_s);
        QCOMPARE(model.index(0, 0).data().toString(), u"New"_s);
        model.setGroup(AlertsModel::Group::ByNode);
        QVERIFY(slow.isValid());
        QCOMPARE(slow.data().toString(), u"Slow"_s);
        model.setExpanded(0, false);
        QVERIFY(model.rowCount() < 6);
    }

    /// While rows go, those that are still there are what they were: whoever asks on the way is told the truth.
    void rowsAreWhatTheyWereUntilTheirTurn()
    {
        Site site(u"prod"_s, &m_clock);
        QList<ports::ManagedAlert> all;
        QList<ports::Silence> silences;
        for (int i = 0; i < 12; ++i) {
            all.append(managed(u"Down"_s, QString::number(i), m_clock.now().addSecs(-i)));
            ports::Silence silence = wish();
            silence.id = u"s%1"_s.arg(i, 2, 10, QChar(u'0'));
            silence.state = u"active"_s;
            silences.append(silence);
        }
        site.alerts->alertsAnswer = all;
        site.alerts->silencesAnswer = silences;
        AlertsSession session(&m_clock, nullptr, {});
        session.addEnvironment(&site.environment);
        QSignalSpy looked(&session, &AlertsSession::looked);
        AlertsModel model(&session);
        SilencesModel ended(&session);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
        session.refresh();
        QTRY_COMPARE(looked.count(), 1);
        QCOMPARE(model.rowCount(), 13);
        QCOMPARE(ended.rowCount(), 13);
        QItemSelectionModel selection(&model), chosen(&ended);
        selection.setCurrentIndex(model.index(10, AlertsModel::About), QItemSelectionModel::ClearAndSelect);
        chosen.setCurrentIndex(ended.index(10, 0), QItemSelectionModel::ClearAndSelect);
        QStringList before, lines;
        for (int row = 0; row < 13; ++row) {
            before.append(model.index(row, AlertsModel::About).data(UidRole).toString());
            lines.append(ended.index(row, 0).data(UidRole).toString());
        }
        int told = 0;
        connect(&selection, &QItemSelectionModel::currentChanged, this, [&](const QModelIndex &now) {
            ++told;
            QVERIFY(model.isPlacing());
            QCOMPARE(now.data(UidRole).toString(), before.at(now.row()));
            QVERIFY(model.isHeading(now.row()) || model.alertAt(now.row())->key == before.at(now.row()));
        });
        connect(&chosen, &QItemSelectionModel::currentChanged, this, [&](const QModelIndex &now) {
            ++told;
            QCOMPARE(now.data(UidRole).toString(), lines.at(now.row()));
            QVERIFY(ended.isHeading(now.row()) || ended.lineAt(now.row())->silence.id == lines.at(now.row()));
        });
        site.alerts->alertsAnswer = QList{all.first(), managed(u"New"_s, u"x"_s, m_clock.now().addSecs(-600))};
        site.alerts->silencesAnswer = QList{silences.first()};
        session.refresh();
        QTRY_COMPARE(looked.count(), 2);
        QVERIFY(told >= 2);
        QVERIFY(!model.isPlacing());
        QCOMPARE(model.shown(), 2);
        QCOMPARE(model.alertAt(2)->name, u"New"_s);
        QCOMPARE(ended.lineAt(1)->silence.id, silences.first().id);
        disconnect(&selection, nullptr, this, nullptr);
        disconnect(&chosen, nullptr, this, nullptr);
    }

    void filtersKeep_data()
    {
        QTest::addColumn<QString>("filter");
        QTest::addColumn<int>("shown");
        QTest::newRow("all") << QString() << 3;
        QTest::newRow("state") << u"state:silenced"_s << 1;
        QTest::newRow("not") << u"!state:silenced"_s << 2;
        QTest::newRow("severity") << u"severity:critical"_s << 2;
        QTest::newRow("alert, whole") << u"alert:=Down"_s << 2;
        QTest::newRow("about") << u"about:b"_s << 1;
        QTest::newRow("label") << u"label=node_name=a"_s << 2;
        QTest::newRow("a label's name") << u"label=node_name"_s << 3;
        QTest::newRow("words") << u"\"Slow of a\""_s << 1;
        QTest::newRow("age") << u"age:>1h"_s << 1;
        QTest::newRow("environment") << u"env:dev"_s << 0;
    }
    void filtersKeep()
    {
        QFETCH(QString, filter);
        Site site(u"prod"_s, &m_clock);
        ports::ManagedAlert silenced = managed(u"Down"_s, u"b"_s, m_clock.now().addSecs(-7200));
        silenced.silencedBy = QStringList{u"s"_s};
        site.alerts->alertsAnswer = QList{managed(u"Down"_s, u"a"_s, m_clock.now()), silenced, managed(u"Slow"_s, u"a"_s, m_clock.now(), u"warning"_s)};
        AlertsSession session(&m_clock, nullptr, {});
        session.addEnvironment(&site.environment);
        session.setWanted(this, true);
        QTRY_COMPARE(session.alerts().size(), 3);
        AlertsModel model(&session);
        const Result<AlertsFilter> parsed = AlertsFilter::parse(filter);
        QVERIFY(parsed.ok());
        model.setFilter(*parsed);
        QTEST(model.shown(), "shown");
        QVERIFY(!AlertsFilter::parse(u"colour:red"_s).ok());
        session.setWanted(this, false);
    }
};

QTEST_GUILESS_MAIN(TestAlertsSession)
#include "tst_alertssession.moc"
