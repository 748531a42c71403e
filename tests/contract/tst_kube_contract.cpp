// SPDX-License-Identifier: GPL-3.0-or-later
// The gateway contract against the real kube-apiserver, and what only a real one can show.
#include "app/kube/Http.h"
#include "app/kube/KubeTokenSource.h"
#include "tests/contract/ClusterContract.h"
#include "tests/live/LiveRig.h"

using namespace qd;
using namespace Qt::StringLiterals;

class tst_kube_contract : public test::ClusterContract
{
    Q_OBJECT
    std::unique_ptr<test::LiveRig> m_rig;

protected:
    QString kubeconfig() const override { return m_rig->kubeconfig(); }
    QString authority() const override { return u"quarterdeck-rig-ca"_s; }

private Q_SLOTS:
    void initTestCase()
    {
        m_rig = std::make_unique<test::LiveRig>();
        if (m_rig->skipped())
            QSKIP(qPrintable(m_rig->why()));
        QVERIFY2(m_rig->ready(), qPrintable(m_rig->why()));
        connectBoth();
    }

    void speaksHttp2UnlessSeveralGroupsAreImpersonated()
    {
        auto config = this->config(u"admin"_s);
        QVERIFY(config);
        for (const bool groups : {false, true}) {
            if (groups) {
                config->as.user = u"jane"_s;
                config->as.groups = {u"system:masters"_s, u"b"_s};
            }
            const auto client = kube::HttpClient::make(*config, kube::makeKubeTokenSource(*config));
            QObject owner;
            kube::HttpRequest request;
            request.pathAndQuery = u"/version"_s;
            kube::HttpExchange *exchange = client->open(request, &owner);
            kube::HttpHead head;
            std::optional<bool> clean;
            connect(exchange, &kube::HttpExchange::head, this, [&head](const kube::HttpHead &h) { head = h; });
            connect(exchange, &kube::HttpExchange::finished, this, [&clean](bool c, const Error &) { clean = c; });
            QTRY_VERIFY(clean.has_value());
            QVERIFY(*clean);
            QCOMPARE(head.status, 200);
            QCOMPARE(head.http2, !groups);
            QCOMPARE(client->lastWasHttp2(), !groups);
        }
    }

    void cleanupTestCase()
    {
        disconnectBoth();
        m_rig.reset();
    }
};

QTEST_GUILESS_MAIN(tst_kube_contract)
#include "tst_kube_contract.moc"
