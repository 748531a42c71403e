// SPDX-License-Identifier: GPL-3.0-or-later
// A Prometheus at an https URL whose certificate comes from an authority that only the profile knows.
#include "tests/unit/telemetry/PrometheusTest.h"

#include <QTemporaryDir>

using namespace qd;
using namespace qd::telemetry;
using namespace qd::telemetry::test;

class TstPrivateCa : public QObject {
    Q_OBJECT

private:
    support::TestPki m_pki{u"the site's own"_s};
    support::TestPki m_other{u"somebody else"_s};
    QTemporaryDir m_dir;

    [[nodiscard]] QString written(const QString &name, const QByteArray &text) const
    {
        QFile file(m_dir.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("not written");
        return file.fileName();
    }

private Q_SLOTS:
    void theProfilesAuthority_data()
    {
        QTest::addColumn<QString>("caFile");
        QTest::addColumn<QString>("says");      // empty: it is answered
        QTest::newRow("its own") << written(u"own.pem"_s, m_pki.ca()) << QString();
        QTest::newRow("among others") << written(u"both.pem"_s, m_other.ca() + m_pki.ca()) << QString();
        QTest::newRow("none: the system's") << QString() << u"which this computer does not trust"_s;
        QTest::newRow("another") << written(u"other.pem"_s, m_other.ca()) << u"not from the authority in caFile of the profile"_s;
        QTest::newRow("not there") << m_dir.filePath(u"gone.pem"_s) << u"gone.pem"_s;
        QTest::newRow("no certificate") << written(u"text.pem"_s, "hello") << u"holds no PEM certificate"_s;
    }
    void theProfilesAuthority()
    {
        QFETCH(QString, caFile);
        QFETCH(QString, says);
        FaultServer server(m_pki.serverConfiguration({}));
        server.on(u"GET /api/v1/status/buildinfo"_s, FaultAnswer::json(200, "{\"status\":\"success\"}"));
        Rig rig;
        ServiceTarget target{rig.http, {}};
        target.address.url = server.url().toString();
        target.address.caFile = caFile;
        target.what = u"Prometheus"_s;
        const auto answer = await(target.request({.path = u"/api/v1/status/buildinfo"_s}));
        if (says.isEmpty()) {
            QVERIFY2(answer.ok(), answer ? "" : qPrintable(answer.error().text()));
            QCOMPARE(answer->status, 200);
            return;
        }
        QVERIFY(!answer.ok());
        QVERIFY2(answer.error().message.contains(says), qPrintable(answer.error().text()));
        QVERIFY2(answer.error().remedy.contains(u"under telemetry"_s), qPrintable(answer.error().text()));
        QVERIFY2(!answer.error().text().contains(u"kubeconfig"_s), qPrintable(answer.error().text()));
        QCOMPARE(server.count(), 0);
    }

    /// One service's authority vouches for no other at the same address.
    void oneAuthorityForEach()
    {
        FaultServer server(m_pki.serverConfiguration({}));
        server.fallback([](const FaultRequest &) { return FaultAnswer::json(200, "{}"); });
        Rig rig;
        ServiceTarget with{rig.http, {}};
        with.address.url = server.url().toString();
        with.address.caFile = written(u"own.pem"_s, m_pki.ca());
        ServiceTarget without = with;
        without.address.caFile.clear();
        QVERIFY(await(with.request({.path = u"/a"_s})).ok());
        QVERIFY(!await(without.request({.path = u"/a"_s})).ok());
        QVERIFY(await(with.request({.path = u"/a"_s})).ok());
    }
};

QTEST_GUILESS_MAIN(TstPrivateCa)
#include "tst_privateca.moc"
