// SPDX-License-Identifier: GPL-3.0-or-later
// The page of alerts in its states, by keyboard; a silence from the dialog to the list; the card of what fires.
#include "tests/support/FakeSignIn.h"
#include "tests/ui/telemetry/AlertStage.h"
#include "tests/ui/telemetry/GrafanaLinks.h"

#include "ui/charts/ChartView.h"
#include "ui/panes/telemetry/AlertHistory.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/Label.h"

#include <QDateTimeEdit>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>

using namespace qd;
using namespace qd::ui;
using namespace Qt::StringLiterals;
using items::AlertsModel;
using test::AlertStage;
using test::texts;

class TestAlertsPage : public QObject {
    Q_OBJECT
    Theme m_theme;
    static QStringList names(const AlertStage &stage)
    {
        QStringList out;
        for (int row = 0; row < stage.page->model()->rowCount(); ++row) {
            if (const items::Alert *alert = stage.page->model()->alertAt(row))
                out.append(alert->name);
        }
        return out;
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_theme.apply(*qApp);
        m_theme.setReducedMotion(true);
    }

    void pictures_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void pictures()
    {
        QFETCH(bool, dark);
        m_theme.setMode(dark ? Theme::Mode::Dark : Theme::Mode::Light);
        const QString suffix = dark ? u"-dark"_s : u"-light"_s;
        {
            AlertStage stage(&m_theme);
            stage.three();
            stage.show();
            QCOMPARE(names(stage), (QStringList{u"ParticipantDown"_s, u"BackupOverdue"_s, u"TrafficLow"_s, u"ConfirmationLatencyHigh"_s, u"DatabaseGrowth"_s}));
            QCOMPARE(test::unnamed(stage.page), QStringList());
            QCOMPARE(test::clipped(stage.page).join(u'\n'), QString());
            test::grab(stage.page, u"alerts-three"_s + suffix);
            stage.page->table()->setCurrentIndex(stage.page->model()->index(1, AlertsModel::Name));
            QVERIFY(stage.page->details()->isVisible());
            QCOMPARE(test::unnamed(stage.page), QStringList());
            QCOMPARE(test::clipped(stage.page).join(u'\n'), QString());
            test::grab(stage.page, u"alerts-details"_s + suffix);
            stage.page->showSilences(true);
            test::grab(stage.page, u"alerts-silences"_s + suffix);
            stage.page->showSilences(false);
            stage.page->details()->silenceButton()->click();
            QVERIFY(stage.page->silenceDialog());
            QCOMPARE(test::unnamed(stage.page->silenceDialog()), QStringList());
            QCOMPARE(test::clipped(stage.page->silenceDialog()), QStringList());
            test::grab(stage.page->silenceDialog(), u"alerts-silence-dialog"_s + suffix);
            stage.page->silenceDialog()->reject();
        }
        AlertStage stage(&m_theme);
        AlertStage::Site &site = stage.add(u"infra-prod"_s, state::Mark::Production);
        stage.add(u"infra-dev"_s, state::Mark::Dev).telemetry->setMissing(ports::TelemetryPart::Alerts, {ErrorKind::NotFound, u"No Service in infra-dev looks like an Alertmanager."_s, u"Name it in profiles.yaml: telemetry.alertmanager."_s});
        stage.sites.back()->telemetry->alertsSource = nullptr;
        for (int i = 0; i < 400; ++i)
            site.managed.append(stage.alert(u"Alert%1"_s.arg(i % 23), u"node-%1"_s.arg(i), i % 7 == 0 ? u"critical"_s : i % 3 == 0 ? u"info"_s : u"warning"_s, i * 97, u"a sentence that somebody wrote about what is wrong here, and that is longer than the room"_s));
        stage.show();
        QCOMPARE(stage.page->model()->shown(), 400);
        test::grab(stage.page, u"alerts-many"_s + suffix);
    }

    void timesSayTheirZone()
    {
        AlertStage stage(&m_theme);
        stage.three();
        stage.show();
        stage.page->table()->setCurrentIndex(stage.page->model()->index(1, AlertsModel::Name));
        QVERIFY(stage.page->details()->isVisible());
        const QDateTime since = stage.page->details()->alert()->since;
        const auto said = [&stage](const QDateTime &at, const QString &zone) {
            const QString words = QLocale().toString(at, u"d MMM yyyy, HH:mm:ss "_s) + zone;
            const QList<FactValue *> facts = stage.page->details()->facts()->findChildren<FactValue *>();
            return std::any_of(facts.cbegin(), facts.cend(), [&words](const FactValue *one) { return one->fact().text.startsWith(words); });
        };
        QVERIFY(said(since.toLocalTime(), since.toLocalTime().timeZoneAbbreviation()));
        stage.page->setUtc(true);
        QVERIFY(said(since.toUTC(), u"UTC"_s));
        QVERIFY(stage.page->details()->history()->chart()->utc());
    }

    /// The rule's expression from an hour before, at the Grafana of the alert's cluster; an alert without a rule has no way there.
    void theExpressionOpensInGrafana()
    {
        test::Browser browser;
        AlertStage stage(&m_theme);
        stage.three().telemetry->grafanaUrl = u"https://grafana.example.com/explore?panes={\"x\":{\"datasource\":\"mine\"}}"_s;
        stage.show();
        const auto link = [&stage] {
            const QList<FactValue *> facts = stage.page->details()->findChildren<FactValue *>();
            const auto found = std::find_if(facts.cbegin(), facts.cend(), [](const FactValue *one) { return one->fact().text == u"Open the expression"_s; });
            return found == facts.cend() ? nullptr : *found;
        };
        const auto show = [&stage](const QString &name) {
            const QList<items::Alert> &alerts = stage.session->alerts();
            const auto found = std::find_if(alerts.cbegin(), alerts.cend(), [&name](const items::Alert &one) { return one.name == name; });
            return found != alerts.cend() && stage.page->showAlert(found->key);
        };
        QVERIFY(show(u"TrafficLow"_s));
        QVERIFY(!link() || link()->isHidden());
        QVERIFY(show(u"ParticipantDown"_s));
        QTRY_VERIFY(link() && link()->isVisible());
        Q_EMIT link()->followed();
        QTRY_COMPARE(browser.opened.size(), 1);
        QCOMPARE(browser.opened.first().adjusted(QUrl::RemoveQuery).toString(), u"https://grafana.example.com/explore"_s);
        const QJsonObject pane = test::explored(browser.opened.first());
        QCOMPARE(pane.value("datasource"_L1).toString(), u"mine"_s);
        QVERIFY(pane.value("queries"_L1)[0]["expr"_L1].toString().contains(u"kube_pod_status_ready"_s));
        const qint64 since = stage.page->details()->alert()->since.addSecs(-3600).toSecsSinceEpoch();
        QCOMPARE(pane.value("range"_L1)["from"_L1].toString(), QString::number(since * 1000));
        QVERIFY(show(u"TrafficLow"_s));
        QTRY_VERIFY(!link() || link()->isHidden());
    }

    void goodNews()
    {
        AlertStage stage(&m_theme);
        stage.add(u"infra-prod"_s);
        stage.show();
        QVERIFY(stage.page->statePage()->isVisible());
        QVERIFY2(texts(stage.page).contains(u"Nothing fires."_s), qPrintable(texts(stage.page)));
        QVERIFY(texts(stage.page).contains(u"0 firing"_s));
        test::grab(stage.page, u"alerts-none"_s);
    }

    void states_data()
    {
        QTest::addColumn<QString>("case_");
        QTest::addColumn<QStringList>("says");
        QTest::newRow("nothing measures it") << u"missing"_s << QStringList{u"Nothing that tells alerts was found in infra-prod."_s, u"no Service looks like an Alertmanager"_s};
        QTest::newRow("forbidden") << u"forbidden"_s << QStringList{u"is not allowed"_s, u"get services/proxy"_s};
        QTest::newRow("not reachable") << u"network"_s << QStringList{u"connection refused"_s};
        QTest::newRow("filtered") << u"filtered"_s << QStringList{u"No alert matches about:nobody."_s};
        QTest::newRow("old") << u"stale"_s << QStringList{u"Alertmanager of infra-prod does not answer: what is shown is from 2 m ago."_s, u"connection refused"_s};
        QTest::newRow("no Alertmanager, but Prometheus") << u"prometheus"_s << QStringList{u"No Alertmanager was found in infra-prod"_s};
        QTest::newRow("rules that are not evaluated") << u"rules"_s << QStringList{u"cannot evaluate 1 rule"_s, u"many-to-many matching"_s};
    }
    void states()
    {
        QFETCH(QString, case_);
        QFETCH(QStringList, says);
        AlertStage stage(&m_theme);
        AlertStage::Site &site = stage.three();
        const Error none{ErrorKind::NotFound, u"no Service looks like an Alertmanager"_s, u"Name it in profiles.yaml: telemetry.alertmanager."_s};
        if (case_ == "missing"_L1 || case_ == "prometheus"_L1) {
            site.telemetry->alertsSource = nullptr;
            site.telemetry->setMissing(ports::TelemetryPart::Alerts, none);
        }
        if (case_ == "missing"_L1) {
            site.telemetry->metricsSource = nullptr;
            site.telemetry->setMissing(ports::TelemetryPart::Metrics, none);
        }
        if (case_ == "rules"_L1) {
            ports::Rule bad;
            bad.name = u"TrafficLow"_s;
            bad.health = u"err"_s;
            bad.lastError = u"many-to-many matching not allowed"_s;
            site.metrics->rulesAnswer = QList{bad};
        }
        const Error refused = case_ == "forbidden"_L1 ? Error{ErrorKind::Forbidden, u"Reading monitoring/alertmanager-operated is not allowed."_s, u"Missing right: get services/proxy in monitoring"_s}
                                                      : Error{ErrorKind::Network, u"connection refused"_s};
        if (case_ == "forbidden"_L1 || case_ == "network"_L1) {
            stage.show();       // give() comes first; the next look fails, and nothing was known before
            stage.session->removeEnvironment(site.environment.get());
            site.alerts->alertsAnswer = refused;
            site.metrics->alertsAnswer = refused;
            stage.session->addEnvironment(site.environment.get());
            QTRY_VERIFY(stage.page->statePage()->isVisible() && stage.session->standing(u"infra-prod"_s).alertmanagerError);
        } else {
            stage.show();
        }
        if (case_ == "filtered"_L1)
            stage.page->setFilterText(u"about:nobody"_s);
        if (case_ == "stale"_L1) {
            stage.clock.advance(std::chrono::minutes(2));
            site.alerts->alertsAnswer = refused;
            stage.session->refresh();
            QTRY_VERIFY(stage.session->standing(u"infra-prod"_s).stale());
            QCOMPARE(names(stage).size(), 5);
        }
        for (const QString &text : says)
            QTRY_VERIFY2(texts(stage.page).contains(text), qPrintable(texts(stage.page)));
        QCOMPARE(test::unnamed(stage.page), QStringList());
        test::grab(stage.page, u"alerts-state-"_s + case_);
    }

    /// All of it without a mouse: down to an alert, its details, the silence, and it is silenced.
    void byKeyboard()
    {
        AlertStage stage(&m_theme);
        AlertStage::Site &site = stage.three();
        site.alerts->onSet = [&](ports::Silence silence) {
            silence.id = u"s9"_s;
            silence.state = u"active"_s;
            site.silences.append(silence);
            site.managed[0].silencedBy = QStringList{u"s9"_s};
            site.give();
            return Result<QString>(u"s9"_s);
        };
        stage.show();
        stage.page->enter();
        QTest::keyClick(stage.page->table(), Qt::Key_Home, Qt::ControlModifier);
        QTest::keyClick(stage.page->table(), Qt::Key_Down);
        QVERIFY(stage.page->table()->current());
        QCOMPARE(stage.page->table()->current()->name, u"ParticipantDown"_s);
        QVERIFY(stage.page->details()->isVisible());
        QTest::keyClick(stage.page->table(), Qt::Key_S);
        SilenceDialog *dialog = stage.page->silenceDialog();
        QVERIFY(dialog);
        QVERIFY2(dialog->matchText().startsWith(u"Matches 1 of 5"_s), qPrintable(dialog->matchText()));
        QVERIFY(!dialog->confirmButton()->isEnabled());
        QVERIFY(dialog->confirmButton()->toolTip().contains(u"needs a comment"_s));
        dialog->setComment(u"the node moves"_s);
        QVERIFY2(!dialog->confirmButton()->isEnabled(), "production wants its name");
        QVERIFY(dialog->confirmButton()->toolTip().contains(u"Type infra-prod to confirm"_s));
        QVERIFY(dialog->typedName());
        dialog->typedName()->setText(u"infra-prod"_s);
        QVERIFY(dialog->confirmButton()->isEnabled());
        QVERIFY2(dialog->confirmButton()->property("production").toBool(), "production looks like it");
        QCOMPARE(dialog->silence().createdBy, u"mira.koenig"_s);
        dialog->confirm();
        QTRY_VERIFY(!stage.page->silenceDialog() || !stage.page->silenceDialog()->isVisible());
        QCOMPARE(site.alerts->set.size(), 1);
        QCOMPARE(site.alerts->set.first().endsAt, stage.clock.now().addSecs(7200));
        QTRY_COMPARE(stage.session->counts().silenced, 2);
        QVERIFY2(texts(stage.page).contains(u"Silenced until"_s), qPrintable(texts(stage.page)));
        QCOMPARE(stage.page->details()->alert()->state, items::AlertState::Silenced);
        QCOMPARE(stage.journal.read()->size(), 2);
        QTest::keyClick(stage.page->table(), Qt::Key_Escape);
        QVERIFY(!stage.page->details()->isVisible());
    }

    void matchersCountWhileTheyAreTyped()
    {
        AlertStage stage(&m_theme);
        stage.three();
        stage.show();
        SilenceDialog dialog(stage.session.get(), {u"infra-prod"_s}, stage.page);
        const auto says = [&dialog](const QString &text) { return dialog.matchText().contains(text); };
        dialog.matchers()->setMatchers({{u"node_name"_s, u"bob-.*"_s, true}});
        QVERIFY2(says(u"Matches 2 of 5"_s), qPrintable(dialog.matchText()));
        dialog.matchers()->setMatchers({{u"node_name"_s, u"bob"_s, true}});
        QVERIFY2(says(u"Matches 0 of 5"_s) && says(u"for those to come"_s), qPrintable(dialog.matchText()));
        dialog.matchers()->setMatchers({{u"node_name"_s, u"bob("_s, true}});
        QVERIFY2(says(u"does not parse"_s), qPrintable(dialog.matchText()));
        dialog.setComment(u"x"_s);
        QVERIFY(!dialog.confirmButton()->isEnabled());
        dialog.matchers()->setMatchers({{u"team"_s, u"ops"_s, false, false}});
        QVERIFY2(says(u"match every alert"_s), qPrintable(dialog.matchText()));
        dialog.typedName()->setText(u"infra-prod"_s);
        dialog.matchers()->setMatchers({{u"severity"_s, u"critical"_s}});
        QVERIFY(dialog.confirmButton()->isEnabled());
        dialog.setUntil(stage.clock.now().addSecs(-60));
        QVERIFY(!dialog.confirmButton()->isEnabled());
        dialog.choose(30);
        QCOMPARE(dialog.silence().endsAt, stage.clock.now().addSecs(1800));
    }

    void refusalsStayInTheDialog()
    {
        AlertStage stage(&m_theme);
        AlertStage::Site &site = stage.three();
        site.alerts->onSet = [](const ports::Silence &) { return Result<QString>(Error{ErrorKind::Invalid, u"Alertmanager refused it."_s, {}, {}, {}, 400, -1, {{u"endsAt"_s, {}, u"end time can't be in the past"_s}}}); };
        stage.show();
        QVERIFY(stage.page->showAlert(stage.session->alerts().first().key));
        stage.page->details()->silenceButton()->click();
        SilenceDialog *dialog = stage.page->silenceDialog();
        QVERIFY(dialog);
        dialog->setComment(u"x"_s);
        dialog->typedName()->setText(u"infra-prod"_s);
        dialog->confirm();
        QTRY_VERIFY2(texts(dialog).contains(u"Alertmanager refused it."_s), qPrintable(texts(dialog)));
        QVERIFY(texts(dialog).contains(u"end time can't be in the past"_s));
        QVERIFY(dialog->isVisible());
        QVERIFY(dialog->confirmButton()->isEnabled());
    }

    /// The calendar takes the focus from the field while a day is chosen.
    void theTimeThatIsShownIsWritten()
    {
        AlertStage stage(&m_theme);
        stage.three();
        stage.show();
        SilenceDialog dialog(stage.session.get(), {u"infra-prod"_s}, stage.page);
        const QDateTime wanted = dialog.untilEdit()->dateTime().addDays(3);
        QVERIFY(!dialog.untilEdit()->hasFocus());
        dialog.untilEdit()->setDateTime(wanted);
        QCOMPARE(dialog.silence().endsAt, wanted.toUTC());
        QCOMPARE(dialog.untilEdit()->accessibleName(), u"Until (%1)"_s.arg(wanted.timeZoneAbbreviation()));
        dialog.choose(30);
        QCOMPARE(dialog.silence().endsAt, stage.clock.now().addSecs(1800));
    }

    /// One that holds three more days does not end sooner because somebody mends its comment.
    void whatHoldsKeepsItsEnd()
    {
        AlertStage stage(&m_theme);
        AlertStage::Site &site = stage.three();
        site.silences[0].endsAt = stage.clock.now().addSecs(3 * 86400 + 17);
        stage.show();
        const auto &lines = stage.session->silences();
        const auto line = std::find_if(lines.begin(), lines.end(), [](const items::SilenceLine &l) { return l.silence.id == "s1"_L1; });
        QVERIFY(line != lines.end());
        const std::unique_ptr<SilenceDialog> dialog(new SilenceDialog(stage.session.get(), {line->cluster, line->silence, line->silence}, stage.page));
        dialog->typedName()->setText(u"infra-prod"_s);
        QCOMPARE(dialog->silence().endsAt, line->silence.endsAt);
        QVERIFY(!dialog->confirmButton()->isEnabled());
        QVERIFY2(dialog->confirmButton()->toolTip().contains(u"Nothing is changed yet"_s), qPrintable(dialog->confirmButton()->toolTip()));
        dialog->setComment(u"another word"_s);
        QVERIFY(dialog->confirmButton()->isEnabled());
        QCOMPARE(dialog->silence().endsAt, line->silence.endsAt);
        dialog->choose(10080);
        QCOMPARE(dialog->silence().endsAt, stage.clock.now().addSecs(7 * 86400));
    }

    /// Nothing is good where nothing was read.
    void oneUnreadClusterIsNotGood()
    {
        AlertStage stage(&m_theme);
        AlertStage::Site &dev = stage.add(u"infra-dev"_s), &prod = stage.add(u"infra-prod"_s, state::Mark::Production);
        const Error refused{ErrorKind::Forbidden, u"Reading alerts is not allowed."_s, u"Missing right: get services/proxy in monitoring"_s};
        stage.show();
        stage.session->removeEnvironment(prod.environment.get());
        prod.alerts->alertsAnswer = refused;
        prod.metrics->alertsAnswer = refused;
        stage.session->addEnvironment(prod.environment.get());
        QTRY_VERIFY(stage.session->standing(u"infra-prod"_s).alertmanagerError);
        QVERIFY(stage.session->standing(u"infra-dev"_s).asOf.isValid());
        QTRY_VERIFY2(texts(stage.page).contains(u"Nothing fires where alerts are known."_s), qPrintable(texts(stage.page)));
        QVERIFY(!texts(stage.page).contains(u"Nothing fires.\n"_s));
        QVERIFY2(texts(stage.page).contains(u"Alertmanager of infra-prod does not answer."_s), qPrintable(texts(stage.page)));
        FiringAlerts card(stage.context);
        card.setShown(true);
        QVERIFY(texts(&card).contains(u"Nothing fires where alerts are known."_s));
        Q_UNUSED(dev)
    }

    /// The row that goes takes nobody to another alert: neither the details that are read, nor those that were closed.
    void detailsStayWithTheirAlert()
    {
        AlertStage stage(&m_theme);
        AlertStage::Site &site = stage.three();
        stage.show();
        const QString key = stage.session->alerts().at(1).key;
        QVERIFY(stage.page->showAlert(key));
        QCOMPARE(stage.page->details()->alert()->name, u"BackupOverdue"_s);
        site.managed.removeAt(1);
        stage.look();
        QVERIFY(!stage.session->find(key));
        QCOMPARE(stage.page->details()->alert()->key, key);
        QVERIFY(texts(stage.page->details()).contains(u"does not fire any more"_s));
        QTest::keyClick(stage.page->table(), Qt::Key_Escape);
        QVERIFY(!stage.page->details()->isVisible());
        stage.page->table()->setCurrentIndex(stage.page->model()->index(2, AlertsModel::Name));
        QTest::keyClick(stage.page->table(), Qt::Key_Escape);
        stage.page->setFilterText(u"alert:=ParticipantDown"_s);
        QVERIFY(!stage.page->details()->isVisible());
    }

    /// What is not known is not over.
    void whatIsNotKnownIsNotOver()
    {
        AlertStage stage(&m_theme);
        AlertStage::Site &site = stage.three();
        stage.show();
        QVERIFY(stage.page->showAlert(stage.session->alerts().first().key));
        stage.session->removeEnvironment(site.environment.get());
        QVERIFY(!texts(stage.page->details()).contains(u"does not fire any more"_s));
        QVERIFY(!stage.page->details()->isVisible());
    }

    void readOnlySaysWhy()
    {
        AlertStage stage(&m_theme);
        stage.three().environment->setReadOnly(true);
        stage.show();
        stage.page->table()->setCurrentIndex(stage.page->model()->index(1, AlertsModel::Name));
        QVERIFY(!stage.page->details()->silenceButton()->isEnabled());
        QVERIFY(stage.page->details()->silenceButton()->toolTip().contains(u"read-only"_s));
        QTest::keyClick(stage.page->table(), Qt::Key_S);
        QVERIFY(!stage.page->silenceDialog());
        QVERIFY2(texts(stage.page).contains(u"read-only"_s), qPrintable(texts(stage.page)));
    }

    void theHistoryIsDrawn()
    {
        AlertStage stage(&m_theme);
        AlertStage::Site &site = stage.three();
        stage.show();
        QVERIFY(stage.page->showAlert(stage.session->alerts().first().key));
        ChartView *chart = stage.page->details()->history()->chart();
        QTRY_VERIFY(chart->isVisible());
        QCOMPARE(site.metrics->askedFor(u"range"_s).size(), 1);
        const QString labels = u"alertname=\"ParticipantDown\", namespace=\"canton\", node_name=\"bob-custody\", severity=\"critical\""_s;
        QCOMPARE(site.metrics->askedFor(u"range"_s).first().text,
                 u"max(2 * ALERTS{%1, alertstate=\"firing\"} or ALERTS{%1, alertstate=\"pending\"} or 0 * group(up))"_s.arg(labels));
        QCOMPARE(chart->data().spans.size(), 2);
        QVERIFY(chart->data().spans.last().to >= chart->data().to - chart->data().step);
        // Asked again after a minute, not before.
        stage.page->tick();
        QCOMPARE(site.metrics->askedFor(u"range"_s).size(), 1);
        stage.clock.advance(std::chrono::seconds(61));
        stage.page->tick();
        QCOMPARE(site.metrics->askedFor(u"range"_s).size(), 2);
        // One that only Alertmanager tells has none, and says so.
        const auto other = std::find_if(stage.session->alerts().begin(), stage.session->alerts().end(), [](const items::Alert &alert) { return !alert.evaluated; });
        QVERIFY(stage.page->showAlert(other->key));
        QVERIFY(!chart->isVisible());
        QVERIFY(texts(stage.page->details()).contains(u"its history is not known"_s));
    }

    /// Hidden it sorts nothing and draws nothing; shown it has all at once. Its count is told all the same.
    void nothingIsWorkedOutWhileItIsHidden()
    {
        AlertStage stage(&m_theme);
        AlertStage::Site &site = stage.three();
        stage.show();
        stage.session->setWanted(this, true);
        stage.page->setShown(false);
        stage.host->hide();
        QSignalSpy rows(stage.page->model(), &QAbstractItemModel::rowsInserted), counted(stage.page, &TelemetryPage::countChanged);
        const QString before = texts(stage.page);
        site.managed.append(stage.alert(u"NewOne"_s, u"bob-custody"_s, u"critical"_s, 5));
        site.silences.append(stage.silence(u"s7"_s, u"NewTwo"_s, 500));
        site.give();
        QSignalSpy looked(stage.session.get(), &items::AlertsSession::looked);
        stage.session->refresh();
        QTRY_COMPARE(looked.count(), 1);
        QCOMPARE(stage.session->alerts().size(), 6);
        QVERIFY(counted.count() > 0);
        QCOMPARE(rows.count(), 0);
        QVERIFY(!names(stage).contains(u"NewOne"_s));
        QCOMPARE(texts(stage.page), before);
        stage.host->show();
        stage.page->setShown(true);
        QVERIFY(names(stage).contains(u"NewOne"_s));
        QVERIFY(texts(stage.page).contains(u"4 firing"_s));
        stage.page->setShown(false);
        // A notice that leads to one finds it, also before the page is shown.
        site.managed.append(stage.alert(u"NewThree"_s, u"bob-custody"_s, u"critical"_s, 5));
        site.give();
        stage.session->refresh();
        QTRY_COMPARE(stage.session->alerts().size(), 7);
        const auto third = std::find_if(stage.session->alerts().begin(), stage.session->alerts().end(), [](const items::Alert &alert) { return alert.name == "NewThree"_L1; });
        QVERIFY(stage.page->showAlert(third->key));
        stage.session->setWanted(this, false);
    }

    /// What was read as somebody goes with them, shown or not.
    void signingOutLeavesNothing()
    {
        AlertStage stage(&m_theme);
        AlertStage::Site &site = stage.three();
        auto person = std::make_shared<test::FakeSignIn>();
        person->become(ports::SignInPhase::SignedIn, u"mira"_s);
        site.environment->setSignIn(person);
        stage.show();
        QVERIFY(stage.page->showAlert(stage.session->alerts().first().key));
        ChartView *chart = stage.page->details()->history()->chart();
        QTRY_VERIFY(!chart->data().lines.isEmpty());
        stage.page->setShown(false);
        person->become(ports::SignInPhase::SignedOut);
        QCOMPARE(stage.page->model()->rowCount(), 0);
        QCOMPARE(stage.page->silencesTable()->model()->rowCount(), 0);
        QVERIFY(chart->data().lines.isEmpty());
        QVERIFY(!stage.page->details()->alert());
        QVERIFY(stage.page->details()->facts()->keys().isEmpty());
    }

    /// "Silenced until" follows the zone that is chosen, and says it.
    void theEndOfASilenceSaysItsZone()
    {
        AlertStage stage(&m_theme);
        stage.three();
        stage.show();
        const auto said = [&stage] {
            for (int row = 0; row < stage.page->model()->rowCount(); ++row) {
                const items::Alert *alert = stage.page->model()->alertAt(row);
                if (alert && alert->silencedUntil.isValid())
                    return stage.page->model()->index(row, AlertsModel::Until).data().toString();
            }
            return QString();
        };
        const QDateTime until = stage.clock.now().addSecs(9000);
        QVERIFY2(said().endsWith(until.toLocalTime().toString(u"HH:mm "_s) + until.toLocalTime().timeZoneAbbreviation()), qPrintable(said()));
        stage.page->setUtc(true);
        QVERIFY2(said().endsWith(until.toUTC().toString(u"HH:mm"_s) + u" UTC"_s), qPrintable(said()));
    }

    /// From a quarter of an hour before it began.
    void logsOfTheTimeItBegan()
    {
        AlertStage stage(&m_theme);
        stage.three();
        stage.show();
        QSignalSpy wanted(stage.page, &TelemetryPage::nodeLogsWanted);
        const auto at = [&](const QString &name) {
            const auto &all = stage.session->alerts();
            const auto found = std::find_if(all.begin(), all.end(), [&name](const items::Alert &alert) { return alert.name == name; });
            (void)stage.page->showAlert(found->key);
            stage.page->details()->logsButton()->click();
            return found->since.toSecsSinceEpoch();
        };
        const double now = double(stage.clock.now().toSecsSinceEpoch());
        double since = double(at(u"BackupOverdue"_s));
        QCOMPARE(wanted.count(), 1);
        QCOMPARE(wanted.first().first().value<ObjectId>().shortName(), u"validators/bob-custody"_s);
        QCOMPARE(wanted.first().last().value<items::TimeRange>(), (items::TimeRange{0, since - 900, since + 2700}));
        since = double(at(u"ParticipantDown"_s));
        QCOMPARE(wanted.last().last().value<items::TimeRange>(), (items::TimeRange{0, since - 900, now}));
    }

    void whatIsGoneSaysSo()
    {
        AlertStage stage(&m_theme);
        AlertStage::Site &site = stage.three();
        stage.show();
        QVERIFY(stage.page->showAlert(stage.session->alerts().first().key));
        site.managed.removeFirst();
        site.evaluated.removeFirst();
        stage.look();
        QVERIFY(stage.page->details()->isVisible());
        QVERIFY2(texts(stage.page->details()).contains(u"does not fire any more"_s), qPrintable(texts(stage.page->details())));
    }

    /// A label is a text, whatever it looks like.
    void foreignTextIsPlain()
    {
        AlertStage stage(&m_theme);
        AlertStage::Site &site = stage.three();
        site.managed[0].annotations.insert(u"summary"_s, u"<b>bold</b> <img src=x>"_s);
        site.managed[0].annotations.insert(u"runbook_url"_s, u"javascript:alert(1)"_s);
        stage.show();
        stage.page->table()->setCurrentIndex(stage.page->model()->index(1, AlertsModel::Name));
        QVERIFY(texts(stage.page->details()).contains(u"<b>bold</b> <img src=x>"_s));
        const QList<QLabel *> labels = stage.page->findChildren<QLabel *>();
        for (const QLabel *label : labels)
            QVERIFY2(label->textFormat() == Qt::PlainText || !label->text().contains(u'<'), qPrintable(label->text()));
        QVERIFY(!stage.page->details()->runbookButton()->isEnabled());
    }

    void theCardListsWhatFires()
    {
        AlertStage stage(&m_theme);
        stage.three();
        stage.show();
        auto card = std::make_unique<FiringAlerts>(stage.context);
        card->resize(1200, 160);
        card->setShown(true);
        card->show();
        QCOMPARE(card->rowCount(), 3);
        QCOMPARE(card->remark(), u"3 firing, 1 silenced"_s);
        QCOMPARE(test::unnamed(card.get()), QStringList());
        QSignalSpy wanted(card.get(), &FiringAlerts::objectWanted);
        const QList<QAbstractButton *> links = card->findChildren<QAbstractButton *>();
        const auto link = std::find_if(links.begin(), links.end(), [](const QAbstractButton *b) { return b->text() == "northgate-validator-2"_L1; });
        QVERIFY(link != links.end());
        (*link)->click();
        QCOMPARE(wanted.count(), 1);
        QCOMPARE(wanted.first().first().value<ObjectId>().shortName(), u"validators/northgate-validator-2"_s);
        QCoreApplication::sendPostedEvents();
        test::grab(card.get(), u"alerts-card"_s);
        stage.sites.front()->managed.clear();
        stage.sites.front()->evaluated.clear();
        stage.look();
        QCOMPARE(card->rowCount(), 0);
        QVERIFY(texts(card.get()).contains(u"Nothing fires."_s));
    }
};

QTEST_MAIN(TestAlertsPage)
#include "tst_alertspage.moc"
