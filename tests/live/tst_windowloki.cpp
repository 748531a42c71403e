// SPDX-License-Identifier: GPL-3.0-or-later
// The tab "Logs" of the real window on a real Loki, with the nodes of a demo network: what was written stands there with its node, time,
// level and fields; what comes is followed; text, levels and traces are asked of Loki; a Loki that is killed is told, and goes on with every
// line once. With QD_GRAB=DIR the pages are drawn there.
#include "tests/live/LiveServer.h"
#include "tests/live/LiveWindow.h"
#include "ui/panes/telemetry/LogNodes.h"
#include "ui/panes/telemetry/LogsPage.h"
#include "ui/panes/telemetry/TelemetryPane.h"
#include "ui/shell/PaneHost.h"
#include "ui/widgets/LogChip.h"
#include "ui/widgets/LogTable.h"
#include "ui/widgets/LogView.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLineEdit>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd;
using items::LogLevel;
using test::kPatience;
using test::Shown;

namespace {

constexpr qint64 kSecond = 1'000'000'000;
constexpr int kMany = 20'500;       // more than are read at once
const QString kTrace = u"7f1c0a9b2e3d4c5f6a7b8c9d0e1f03a2"_s;
/// Ready at once, and takes all at once.
constexpr auto kSettings = "ingester: {lifecycler: {min_ready_duration: 0s}}\n"
                           "limits_config: {ingestion_rate_mb: 200, ingestion_burst_size_mb: 200, per_stream_rate_limit: 200MB, per_stream_rate_limit_burst: 200MB}\n";

qint64 nowNs()
{
    return QDateTime::currentMSecsSinceEpoch() * 1'000'000;
}

struct Line {
    qint64 at = 0;
    QString text;
    QJsonObject metadata = {};
};

}

class WindowLokiTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        m_loki = std::make_unique<test::LiveServer>(test::LiveServer::Kind::Loki, kSettings);
        if (m_loki->skipped())
            QSKIP(qPrintable(m_loki->why()));
        QVERIFY2(m_loki->ready(), qPrintable(m_loki->why()));
        auto started = test::startDemo(m_folder.path());
        QVERIFY2(started, qPrintable(started ? QString() : started.error().text()));
        m_demo = std::move(*started);
        const QJsonObject profile{{u"name"_s, u"here"_s}, {u"telemetry"_s, QJsonObject{{u"loki"_s, QJsonObject{{u"url"_s, m_loki->url().toString()}}}}}};
        QFile profiles(m_folder.filePath(u"profiles.yaml"_s));
        QVERIFY(profiles.open(QIODevice::WriteOnly));
        profiles.write(QJsonDocument(QJsonObject{{u"schema"_s, 1}, {u"profiles"_s, QJsonArray{profile}}}).toJson());
        profiles.close();
        m_shown = std::make_unique<Shown>(QStringList{u"--kubeconfig"_s, m_demo->kubeconfig(), u"--profile"_s, u"here"_s}, m_folder.path());
        m_shown->window()->resize(1440, 900);
        m_shown->window()->activateWindow();
        m_shown->window()->panes()->show(u"telemetry"_s);
        QTRY_VERIFY_WITH_TIMEOUT(!nsOf(m_node).isEmpty() && !nsOf(m_other).isEmpty(), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(pane() && pane()->showTab(u"logs"_s) && page()->nodes()->count() > 1, kPatience);
        pane()->setRange({6 * 3600, 0, 0});
    }

    void cleanupTestCase()
    {
        m_shown.reset();
        m_demo.reset();
        m_loki.reset();
    }

    void whatWasWrittenStandsThere()
    {
        const qint64 at = nowNs() - 60 * kSecond;
        push(m_node, u"participant"_s, {{at, u"INFO first <b>line</b>"_s, {{u"span_id"_s, u"00f067aa0ba902b7"_s}}}});
        push(m_node, u"postgres"_s, {{at + kSecond, uR"({"level":"WARN","message":"checkpoints too often","pid":"7"})"_s}});
        choose(m_node);
        QTRY_VERIFY_WITH_TIMEOUT(page()->readsLoki(), kPatience);
        QTRY_VERIFY2_WITH_TIMEOUT(rowOf(u"checkpoints too often"_s) >= 0, qPrintable(test::textsOf(page())), kPatience);
        const items::LogLine &first = model()->lineAt(rowOf(u"first <b>line</b>"_s)), &second = model()->lineAt(rowOf(u"checkpoints too often"_s));
        QCOMPARE(first.time, at);
        QCOMPARE(first.level, LogLevel::Info);
        QCOMPARE(model()->sources().value(first.source), u"participant"_s);
        QVERIFY2(items::logFields(first).contains(std::pair(u"span_id"_s, u"00f067aa0ba902b7"_s)), first.metadata.constData());
        QCOMPARE(second.level, LogLevel::Warn);
        QCOMPARE(model()->sources().value(second.source), u"postgres"_s);
        QVERIFY(items::logFields(second).contains(std::pair(u"pid"_s, u"7"_s)));
        QVERIFY2(page()->source().contains(m_loki->url().host()), qPrintable(page()->source()));
        view()->table()->goTo(rowOf(u"first <b>line</b>"_s));
        view()->table()->unfold(rowOf(u"first <b>line</b>"_s));
        grab(u"written"_s);
    }

    void whatComesIsFollowed()
    {
        view()->table()->setFollow(true);
        for (int i = 0; i < 3; ++i) {
            const QString text = u"INFO followed %1"_s.arg(i);
            push(m_node, u"participant"_s, {{nowNs(), text}});
            QTRY_VERIFY_WITH_TIMEOUT(rowOf(text) >= 0, kPatience);
        }
        QCOMPARE(model()->lineAt(model()->rowCount() - 1).message, u"INFO followed 2"_s);
        QCOMPARE(view()->table()->seenRows().second, model()->rowCount() - 1);
    }

    /// Lines in which nothing of what was read last has the text, nor the level.
    void textAndLevelsAreAskedOfLoki()
    {
        QList<Line> many{{nowNs() - 2 * 3600 * kSecond, u"ERROR the rare one: disk <full>"_s}};
        for (int i = 0; i < kMany; ++i)
            many.append({nowNs() - 1800 * kSecond + qint64(i) * 1'000'000, u"INFO Commands completed: %1"_s.arg(i)});
        push(m_other, u"participant"_s, many);
        choose(m_other);
        QTRY_VERIFY_WITH_TIMEOUT(rowOf(u"Commands completed: %1"_s.arg(kMany - 1)) >= 0, kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(model()->rowCount() > 0 && model()->lineAt(0).kind == items::LogLine::Kind::Gap, kPatience);   // older ones were not read
        QCOMPARE(model()->count(LogLevel::Error), 0);
        view()->chip(LogLevel::Info)->click();
        QTRY_VERIFY2_WITH_TIMEOUT(rowOf(u"the rare one"_s) >= 0, qPrintable(test::textsOf(page())), kPatience);
        QCOMPARE(model()->kept(), 1);       // Loki left the others out
        QVERIFY2(page()->source().contains(u"Info"_s), qPrintable(page()->source()));
        grab(u"levels"_s);
        view()->chip(LogLevel::Info)->click();
        QTRY_VERIFY_WITH_TIMEOUT(rowOf(u"Commands completed: 17000"_s) >= 0 && rowOf(u"the rare one"_s) < 0, kPatience);
        auto *field = view()->findChild<QLineEdit *>();
        QVERIFY(field);
        field->setFocus();
        QTest::keyClicks(field, u"RARE ONE: disk <"_s);
        QTest::keyClick(field, Qt::Key_Return, Qt::ControlModifier);
        QTRY_VERIFY2_WITH_TIMEOUT(rowOf(u"the rare one"_s) >= 0, qPrintable(test::textsOf(page())), kPatience);
        QCOMPARE(model()->kept(), 1);
        field->clear();
    }

    void aTraceOverAllNodes()
    {
        const qint64 at = nowNs();
        push(m_node, u"participant"_s, {{at, u"{\"level\":\"ERROR\",\"message\":\"Request timed out\",\"trace-id\":\"%1\"}"_s.arg(kTrace)}});
        push(m_other, u"participant"_s, {{at + kSecond / 1000, u"WARN Sequencing was slow tid:%1"_s.arg(kTrace)}});
        choose(m_node);
        QTRY_VERIFY_WITH_TIMEOUT(rowOf(u"Request timed out"_s) >= 0, kPatience);
        QVERIFY(rowOf(u"Sequencing was slow"_s) < 0);
        view()->jumpToLastError();
        QTRY_VERIFY(page()->traceButton()->isEnabled());
        page()->traceButton()->click();
        QTRY_VERIFY2_WITH_TIMEOUT(rowOf(u"Sequencing was slow"_s) >= 0, qPrintable(test::textsOf(page())), kPatience);
        QCOMPARE(model()->kept(), 2);
        QCOMPARE(model()->sources().size(), 2);
        for (const QString &node : {m_node, m_other})
            QVERIFY2(model()->sources().contains(QString(node + u" participant")), qPrintable(model()->sources().join(u'|')));
        grab(u"trace"_s);
        page()->traceButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(rowOf(u"first <b>line</b>"_s) >= 0, kPatience);
    }

    void aLokiThatIsKilled()
    {
        QTRY_VERIFY_WITH_TIMEOUT(rowOf(u"followed 2"_s) >= 0, kPatience);
        push(m_node, u"participant"_s, {{nowNs(), u"INFO just before"_s}});
        QTRY_VERIFY_WITH_TIMEOUT(rowOf(u"just before"_s) >= 0, kPatience);
        m_loki->kill();
        QTRY_VERIFY2_WITH_TIMEOUT(test::textsOf(view()).contains(u"Loki is interrupted"_s), qPrintable(test::textsOf(view())), kPatience);
        QVERIFY(rowOf(u"just before"_s) >= 0);      // what was read stays
        grab(u"interrupted"_s);
        QVERIFY(m_loki->startAgain());
        push(m_node, u"participant"_s, {{nowNs(), u"INFO while it came back"_s}});
        QTRY_VERIFY_WITH_TIMEOUT(!test::textsOf(view()).contains(u"Loki is interrupted"_s), kPatience);
        push(m_node, u"participant"_s, {{nowNs(), u"INFO afterwards"_s}});
        QTRY_VERIFY_WITH_TIMEOUT(rowOf(u"afterwards"_s) >= 0, kPatience);
        QHash<QString, int> told;
        for (int row = 0; row < model()->rowCount(); ++row)
            ++told[model()->lineAt(row).message];
        for (const QString &text : {u"INFO first <b>line</b>"_s, u"INFO followed 0"_s, u"INFO followed 1"_s, u"INFO followed 2"_s, u"INFO just before"_s,
                                    u"INFO while it came back"_s, u"INFO afterwards"_s, u"Loki answers again, nothing is missing"_s})
            QVERIFY2(told.value(text) == 1, qPrintable(u"%1: %2 times"_s.arg(text).arg(told.value(text))));
        QCOMPARE(told.size(), model()->rowCount());
        grab(u"resumed"_s);
    }

private:
    [[nodiscard]] ui::TelemetryPane *pane() const { return qobject_cast<ui::TelemetryPane *>(m_shown->window()->panes()->pane(u"telemetry"_s)); }
    [[nodiscard]] ui::LogsPage *page() const { return qobject_cast<ui::LogsPage *>(pane()->page(u"logs"_s)); }
    [[nodiscard]] ui::LogView *view() const { return page()->view(); }
    [[nodiscard]] items::LogModel *model() const { return page()->model(); }
    [[nodiscard]] state::Environment *environment() const { return m_shown->graph->environments().front().get(); }
    /// Of a validator; empty: it is not known yet.
    [[nodiscard]] QString nsOf(const QString &node) const
    {
        const state::ResourceStore *store = environment()->known(*environment()->kinds().find(u"Validator"_s));
        for (const state::RowPtr &row : store ? store->rows() : QHash<QString, state::RowPtr>()) {
            if (row->name == node)
                return row->ns;
        }
        return {};
    }
    void choose(const QString &node)
    {
        QVERIFY(page()->choose({environment()->name(), environment()->kinds().find(u"Validator"_s)->gvr, nsOf(node), node, {}}));
    }
    /// The first row with the text; -1: there is none.
    [[nodiscard]] int rowOf(const QString &text) const
    {
        for (int row = 0; row < model()->rowCount(); ++row) {
            if (model()->lineAt(row).message.contains(text))
                return row;
        }
        return -1;
    }
    /// As an agent sends it.
    void push(const QString &node, const QString &part, const QList<Line> &lines)
    {
        QJsonArray values;
        for (const Line &line : lines)
            values.append(QJsonArray{QString::number(line.at), line.text, line.metadata});
        const QJsonObject stream{{u"stream"_s, QJsonObject{{u"namespace"_s, nsOf(node)}, {u"pod"_s, QString(node + u'-' + part + u"-0")}}}, {u"values"_s, values}};
        QUrl url = m_loki->url();
        url.setPath(u"/loki/api/v1/push"_s);
        QNetworkRequest request(url);
        request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
        std::unique_ptr<QNetworkReply> reply(m_network.post(request, QJsonDocument(QJsonObject{{u"streams"_s, QJsonArray{stream}}}).toJson()));
        QTRY_VERIFY_WITH_TIMEOUT(reply->isFinished(), kPatience);
        QVERIFY2(reply->error() == QNetworkReply::NoError, reply->readAll().constData());
    }
    void grab(const QString &name) const
    {
        if (const QString folder = qEnvironmentVariable("QD_GRAB"); !folder.isEmpty())
            QVERIFY(m_shown->window()->grab().save(folder + u"/loki-"_s + name + u".png"_s));
    }

    const QString m_node = u"northgate-dev-1"_s, m_other = u"northgate-validator-1"_s;
    QTemporaryDir m_folder;
    QNetworkAccessManager m_network;
    std::unique_ptr<test::LiveServer> m_loki;
    std::unique_ptr<console::DemoProcess> m_demo;
    std::unique_ptr<Shown> m_shown;
};

QTEST_MAIN(WindowLokiTest)
#include "tst_windowloki.moc"
