// SPDX-License-Identifier: GPL-3.0-or-later
// Logs of pods through our client, kube-apiserver and a kubelet (tests/live/kube/standin): followed, ended, restarted, not there yet,
// refused, and a kubelet that dies. With QD_ONDEMO set the same kubelet stands behind quarterdeck-demo serve.
#include "tests/live/LiveClient.h"
#include "tests/live/LiveRig.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QProcess>

#include <csignal>

using namespace Qt::StringLiterals;
using namespace qd;
using test::awaited;
using test::kPatience;

namespace {

const Gvr kPods{{}, u"v1"_s, u"pods"_s};
const QString kSpace = u"default"_s;

/// A followed log and what it said.
struct Following {
    Following(kube::KubeCluster *cluster, const QString &pod, int tailLines = -1, const QString &container = u"app"_s)
        : feed(cluster->follow(kSpace, pod, container, tailLines))
    {
        QObject::connect(feed.get(), &ports::LogFeed::lines, feed.get(), [this](const QStringList &more) { lines += more; });
        QObject::connect(feed.get(), &ports::LogFeed::ended, feed.get(), [this](const Error &error) { ended = error; });
        QObject::connect(feed.get(), &ports::LogFeed::interrupted, feed.get(), [this](const Error &why) { interruptions.append(why.text()); });
        QObject::connect(feed.get(), &ports::LogFeed::resumed, feed.get(), [this] { ++resumptions; });
        feed->start();
    }
    std::unique_ptr<ports::LogFeed> feed;
    QStringList lines;
    QStringList interruptions;
    int resumptions = 0;
    std::optional<Error> ended;
};

}

class PodLogsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_rig = std::make_unique<test::LiveRig>(QStringList{u"--bare"_s, u"--kubelet"_s});
        if (m_rig->skipped())
            QSKIP(qPrintable(m_rig->why()));
        QVERIFY2(m_rig->ready(), qPrintable(m_rig->why()));
        m_client = std::make_unique<test::SecondClient>(m_rig->kubeconfig());
        QVERIFY2(m_client->trouble().isEmpty(), qPrintable(m_client->trouble()));
    }

    void cleanupTestCase()
    {
        m_client.reset();
        m_kubelet.kill();
        m_kubelet.waitForFinished();
    }

    void followsUntilTheContainerEnds()
    {
        makePod(u"once"_s, u"Never"_s);
        say(u"once"_s, "grüß dich");
        Following log(cluster(), u"once"_s);
        QTRY_COMPARE_WITH_TIMEOUT(log.lines, QStringList{u"grüß dich"_s}, kPatience);
        say(u"once"_s, "two");
        say(u"once"_s, "");
        QTRY_COMPARE_WITH_TIMEOUT(log.lines, (QStringList{u"grüß dich"_s, u"two"_s, QString()}), kPatience);
        exit(u"once"_s, u"0 0"_s);
        QTRY_VERIFY_WITH_TIMEOUT(log.ended, kPatience);
        QCOMPARE(log.ended->kind, ErrorKind::Cancelled);
        QVERIFY2(log.ended->message.contains(u"container has ended"_s), qPrintable(log.ended->message));
        QVERIFY2(log.interruptions.isEmpty(), qPrintable(log.interruptions.join(u'\n')));
        const auto whole = awaited(cluster()->gateway()->podLog(kSpace, u"once"_s, u"app"_s, -1, false));
        QVERIFY2(whole.ok(), whole ? "" : qPrintable(whole.error().text()));
        QVERIFY(whole->contains("two"));
    }

    void onlyTheLastLines()
    {
        makePod(u"tail"_s, u"Always"_s);
        for (const char *text : {"one", "two", "three"})
            say(u"tail"_s, text);
        Following log(cluster(), u"tail"_s, 2);
        QTRY_COMPARE_WITH_TIMEOUT(log.lines, (QStringList{u"two"_s, u"three"_s}), kPatience);
    }

    /// The container ends and starts again: the log goes on with the next run; the run before can be read.
    void aRestartGoesOn()
    {
        makePod(u"again"_s, u"Always"_s);
        const auto none = awaited(cluster()->gateway()->podLog(kSpace, u"again"_s, u"app"_s, -1, true));
        QVERIFY(!none.ok());
        QCOMPARE(none.error().kind, ErrorKind::Invalid);
        QVERIFY2(none.error().message.contains(u"previous terminated container \"app\" in pod \"again\" not found"_s), qPrintable(none.error().message));
        say(u"again"_s, "first run");
        Following log(cluster(), u"again"_s);
        QTRY_COMPARE_WITH_TIMEOUT(log.lines, QStringList{u"first run"_s}, kPatience);
        exit(u"again"_s, u"0 1"_s);
        QTRY_COMPARE_WITH_TIMEOUT(pod(u"again"_s)["status"_L1]["containerStatuses"_L1][0]["restartCount"_L1].toInt(), 1, kPatience);
        say(u"again"_s, "second run", 1);
        QTRY_COMPARE_WITH_TIMEOUT(log.lines, (QStringList{u"first run"_s, u"second run"_s}), kPatience);
        QVERIFY(!log.ended);
        const auto previous = awaited(cluster()->gateway()->podLog(kSpace, u"again"_s, u"app"_s, -1, true));
        QVERIFY2(previous.ok(), previous ? "" : qPrintable(previous.error().text()));
        QVERIFY(previous->contains("first run") && !previous->contains("second run"));
    }

    /// A pod without a node is answered 204: said as such, and its log comes once it runs.
    void aPodWithoutANode()
    {
        makePod(u"pending"_s, u"Always"_s, false);
        const auto text = awaited(cluster()->gateway()->podLog(kSpace, u"pending"_s, u"app"_s, -1, false));
        QVERIFY2(text.ok(), text ? "" : qPrintable(text.error().text()));
        QVERIFY(text->isEmpty());
        Following log(cluster(), u"pending"_s);
        QTRY_COMPARE_WITH_TIMEOUT(log.interruptions.size(), 1, kPatience);
        QVERIFY2(log.interruptions.first().contains(u"pending has no node yet"_s), qPrintable(log.interruptions.first()));
        if (onDemo()) {   // it has no scheduler and serves no bindings: the pod goes as it came, and its log ends with it
            m_client->write(ports::Verb::Delete, {kPods, kSpace, u"pending"_s}, {});
            QTRY_VERIFY_WITH_TIMEOUT(log.ended, kPatience);
            QVERIFY(log.lines.isEmpty());
            return;
        }
        m_client->write(ports::Verb::Create, {kPods, kSpace, u"pending"_s, u"binding"_s},
                        {{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Binding"_s}, {u"metadata"_s, QJsonObject{{u"name"_s, u"pending"_s}}},
                         {u"target"_s, QJsonObject{{u"kind"_s, u"Node"_s}, {u"name"_s, u"standin"_s}}}});
        awaitPhase(u"pending"_s, u"Running"_s);
        say(u"pending"_s, "at last");
        QTRY_COMPARE_WITH_TIMEOUT(log.lines, QStringList{u"at last"_s}, kPatience);
        QCOMPARE(log.resumptions, 1);
        QCOMPARE(log.interruptions.size(), 1);
    }

    void refusals()
    {
        makePod(u"held"_s, u"Always"_s, true, {{u"standin/hold"_s, u"true"_s}});
        awaitPhase(u"held"_s, u"Pending"_s);
        QTRY_VERIFY_WITH_TIMEOUT(!pod(u"held"_s)["status"_L1]["containerStatuses"_L1].toArray().isEmpty(), kPatience);
        Following held(cluster(), u"held"_s);
        QTRY_VERIFY_WITH_TIMEOUT(held.ended, kPatience);
        QCOMPARE(held.ended->kind, ErrorKind::Invalid);
        QVERIFY2(held.ended->message.contains(u"waiting to start: ContainerCreating"_s), qPrintable(held.ended->message));
        QVERIFY2(held.ended->message.contains(u"pods/held in default"_s), qPrintable(held.ended->message));
        Following other(cluster(), u"held"_s, -1, u"sidecar"_s);
        QTRY_VERIFY_WITH_TIMEOUT(other.ended, kPatience);
        QCOMPARE(other.ended->kind, ErrorKind::Invalid);
        QVERIFY2(other.ended->message.contains(u"container sidecar is not valid for pod held"_s), qPrintable(other.ended->message));
        Following nobody(cluster(), u"nobody"_s);
        QTRY_VERIFY_WITH_TIMEOUT(nobody.ended, kPatience);
        QCOMPARE(nobody.ended->kind, ErrorKind::NotFound);
        QVERIFY2(nobody.ended->message.contains(u"nobody"_s), qPrintable(nobody.ended->message));
    }

    void aDeletedPodEndsIt()
    {
        makePod(u"gone"_s, u"Always"_s);
        say(u"gone"_s, "last words");
        Following log(cluster(), u"gone"_s);
        QTRY_COMPARE_WITH_TIMEOUT(log.lines, QStringList{u"last words"_s}, kPatience);
        m_client->write(ports::Verb::Delete, {kPods, kSpace, u"gone"_s}, {});
        QTRY_VERIFY_WITH_TIMEOUT(log.ended, kPatience);
        QCOMPARE(log.ended->kind, ErrorKind::Cancelled);
        QVERIFY2(log.ended->message.contains(u"deleted"_s) || log.ended->message.contains(u"has ended"_s), qPrintable(log.ended->message));
    }

    /// A kubelet that stands still: the stream stays open and nothing comes, as on a network that forgot it. The log is asked after
    /// 20 s of silence, marked when there is no answer, and complete once there is.
    void aKubeletThatStandsStill()
    {
        makePod(u"still"_s, u"Always"_s);
        say(u"still"_s, "one");
        Following log(cluster(), u"still"_s);
        QTRY_COMPARE_WITH_TIMEOUT(log.lines, QStringList{u"one"_s}, kPatience);
        const pid_t kubelet = pid_t(m_rig->pid(u"kubelet"_s));
        QVERIFY(kubelet > 0 && kill(kubelet, SIGSTOP) == 0);
        const auto goOn = qScopeGuard([kubelet] { kill(kubelet, SIGCONT); });
        say(u"still"_s, "two");
        QTRY_VERIFY_WITH_TIMEOUT(!log.interruptions.isEmpty(), kPatience);
        QVERIFY2(log.interruptions.first().contains(u"pods/still in default"_s), qPrintable(log.interruptions.first()));
        QCOMPARE(log.lines.size(), 1);
        kill(kubelet, SIGCONT);
        QTRY_COMPARE_WITH_TIMEOUT(log.resumptions, 1, kPatience);
        say(u"still"_s, "three");
        QTRY_COMPARE_WITH_TIMEOUT(log.lines, (QStringList{u"one"_s, u"two"_s, u"three"_s}), kPatience);
        QVERIFY(!log.ended);
    }

    /// The stream of a killed kubelet ends in a clean last chunk, as that of a container which ended: the pod is read, it runs, so the
    /// log is marked and opened again until the kubelet is back; every line came once.
    void aKilledKubelet()
    {
        makePod(u"survivor"_s, u"Always"_s);
        say(u"survivor"_s, "one");
        say(u"survivor"_s, "two");
        Following log(cluster(), u"survivor"_s);
        QTRY_COMPARE_WITH_TIMEOUT(log.lines, (QStringList{u"one"_s, u"two"_s}), kPatience);
        QVERIFY(m_rig->pid(u"kubelet"_s) > 0);
        QVERIFY(kill(pid_t(m_rig->pid(u"kubelet"_s)), SIGKILL) == 0);
        // A server that does not end the stream cleanly is heard first; then the kubelet refuses.
        const auto refused = [&log] {
            return !log.interruptions.isEmpty() && log.interruptions.last().contains(u"pods/survivor in default"_s)
                && log.interruptions.last().contains(u"connection refused"_s);
        };
        QTRY_VERIFY2_WITH_TIMEOUT(refused(), qPrintable(log.interruptions.join(u'\n')), kPatience);
        QVERIFY(onDemo() || log.interruptions.size() == 1);
        const auto down = awaited(cluster()->gateway()->podLog(kSpace, u"survivor"_s, u"app"_s, -1, false));
        QVERIFY(!down.ok());
        QCOMPARE(down.error().httpStatus, 500);
        QVERIFY2(down.error().message.contains(u"connection refused"_s), qPrintable(down.error().message));
        say(u"survivor"_s, "while it was down");
        m_kubelet.start(m_rig->kubeletCommand().constFirst(), m_rig->kubeletCommand().mid(1));
        QVERIFY(m_kubelet.waitForStarted());
        QTRY_COMPARE_WITH_TIMEOUT(log.lines, (QStringList{u"one"_s, u"two"_s, u"while it was down"_s}), kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(log.resumptions, 1, kPatience);
        say(u"survivor"_s, "after");
        QTRY_COMPARE_WITH_TIMEOUT(log.lines.size(), 4, kPatience);
        QVERIFY(!log.ended);
    }

private:
    [[nodiscard]] static bool onDemo() { return qEnvironmentVariableIsSet("QD_ONDEMO"); }
    [[nodiscard]] kube::KubeCluster *cluster() const { return m_client->cluster(); }
    QJsonObject pod(const QString &name) { return m_client->get(kPods, kSpace, name); }

    void makePod(const QString &name, const QString &restart, bool bound = true, const QJsonObject &annotations = {})
    {
        QJsonObject spec{{u"restartPolicy"_s, restart},
                         {u"containers"_s, QJsonArray{QJsonObject{{u"name"_s, u"app"_s}, {u"image"_s, u"registry.example/app:1"_s}}}}};
        if (bound)
            spec.insert("nodeName"_L1, u"standin"_s);
        m_client->write(ports::Verb::Create, {kPods, kSpace, name},
                        {{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Pod"_s}, {u"metadata"_s, QJsonObject{{u"name"_s, name}, {u"annotations"_s, annotations}}},
                         {u"spec"_s, spec}});
        if (bound && annotations.isEmpty())
            awaitPhase(name, u"Running"_s);
    }

    void awaitPhase(const QString &name, const QString &phase)
    {
        QTRY_COMPARE_WITH_TIMEOUT(pod(name)["status"_L1]["phase"_L1].toString(), phase, kPatience);
    }

    /// The container writes a line in one of its runs.
    void say(const QString &name, const char *text, int run = 0)
    {
        const QString uid = pod(name)["metadata"_L1]["uid"_L1].toString();
        const QString folder = m_rig->podLogs() + u'/' + kSpace + u'_' + name + u'_' + uid + u"/app"_s;
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(QString(folder + u"/%1.log"_s.arg(run))), kPatience);
        QFile file(QString(folder + u"/%1.log"_s.arg(run)));
        QVERIFY2(file.open(QIODevice::Append), qPrintable(file.errorString()));
        const QString time = QDateTime::currentDateTimeUtc().toString(u"yyyy-MM-ddTHH:mm:ss.zzz"_s);
        // Nanoseconds that never repeat, as a container runtime's.
        file.write(u"%1%2Z stdout F "_s.arg(time, QString::number(++m_line).rightJustified(6, u'0')).toUtf8() + text + '\n');
    }

    void exit(const QString &name, const QString &runAndCode)
    {
        m_client->write(ports::Verb::MergePatch, {kPods, kSpace, name},
                        {{u"metadata"_s, QJsonObject{{u"annotations"_s, QJsonObject{{u"standin/exit.app"_s, runAndCode}}}}}});
    }

    std::unique_ptr<test::LiveRig> m_rig;
    std::unique_ptr<test::SecondClient> m_client;
    QProcess m_kubelet;
    int m_line = 0;
};

QTEST_GUILESS_MAIN(PodLogsTest)
#include "tst_podlogs.moc"
