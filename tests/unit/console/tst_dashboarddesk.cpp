// SPDX-License-Identifier: GPL-3.0-or-later
// Dashboards are written one after the other, and what was begun is written.
#include "app/config/Dashboards.h"
#include "app/console/DashboardDesk.h"
#include "app/yaml/Yaml.h"

#include <QFile>
#include <QMutex>
#include <QSemaphore>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <atomic>

using namespace Qt::StringLiterals;
using namespace qd;

namespace {

/// Stops in the first text it is given until it is let go; knows who asked.
class SlowCodec final : public ports::YamlCodec {
public:
    Result<ports::YamlDocument> parse(const QByteArray &text) const override
    {
        {
            const QMutexLocker lock(&mutex);
            threads.insert(QThread::currentThreadId());
        }
        if (text.startsWith("schema: 1\nid: mine") && !met.exchange(true)) {
            entered.release();
            go.acquire();
        }
        return yaml->parse(text);
    }
    Result<QList<ports::YamlDocument>> parseAll(const QByteArray &text) const override { return yaml->parseAll(text); }
    QByteArray emitText(const QJsonValue &value) const override { return yaml->emitText(value); }
    std::shared_ptr<ports::YamlCodec> yaml = yaml::makeYamlCodec();
    mutable QMutex mutex;
    mutable QSet<Qt::HANDLE> threads;
    mutable std::atomic<bool> met = false;
    mutable QSemaphore entered, go;
};

const QByteArray kMine = "schema: 1\nid: mine\ntitle: Mine\nrows:\n- panels:\n  - {id: a, title: A, queries: [{expr: up}]}\n  - {id: b, title: B, queries: [{expr: up}]}\n"
                         "  - {id: c, title: C, queries: [{expr: up}]}\n";

}

class TestDashboardDesk : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    network::Dashboard m_mine;
    std::shared_ptr<SlowCodec> m_codec;

    std::unique_ptr<console::DashboardDesk> desk()
    {
        m_codec = std::make_shared<SlowCodec>();
        return std::make_unique<console::DashboardDesk>(m_dir.path(), m_codec, [](const QString &) { return true; });
    }
    QByteArray text() const
    {
        QFile file(m_dir.filePath(u"mine.yaml"_s));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

private Q_SLOTS:
    void init()
    {
        QFile file(m_dir.filePath(u"mine.yaml"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(kMine), kMine.size());
        file.close();
        const auto files = config::readDashboards(m_dir.path(), *yaml::makeYamlCodec()).dashboards;
        m_mine = files.last();
        QCOMPARE(m_mine.id, u"mine"_s);
    }

    /// Two that follow each other quickly do not undo each other, and the last one's answer has both.
    void twoQuickWrites()
    {
        const auto desk = this->desk();
        const auto first = desk->removePanel(m_mine, u"a"_s);
        m_codec->entered.acquire();     // it has read the file
        const auto second = desk->removePanel(m_mine, u"b"_s);
        const auto third = desk->read();
        m_codec->go.release();
        QTRY_VERIFY(first.isFinished() && second.isFinished() && third.isFinished());
        QVERIFY(first.result().ok() && second.result().ok() && third.result().ok());
        QCOMPARE(m_codec->threads.size(), 1);
        for (const auto &answer : {second.result(), third.result()}) {
            const network::Dashboard mine = answer->dashboards.last();
            QCOMPARE(mine.id, u"mine"_s);
            QVERIFY(!mine.panel(u"a"_s) && !mine.panel(u"b"_s) && mine.panel(u"c"_s));
        }
        QVERIFY2(!text().contains("id: a") && !text().contains("id: b") && text().contains("id: c"), text().constData());
    }

    /// The window closes while a file is being written.
    void whatWasBegunIsWritten()
    {
        auto desk = this->desk();
        (void)desk->removePanel(m_mine, u"a"_s);
        (void)desk->removePanel(m_mine, u"b"_s);
        m_codec->go.release();
        desk.reset();
        QVERIFY2(!text().contains("id: a") && !text().contains("id: b") && text().contains("id: c"), text().constData());
    }
};

QTEST_GUILESS_MAIN(TestDashboardDesk)
#include "tst_dashboarddesk.moc"
