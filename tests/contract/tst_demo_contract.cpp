// SPDX-License-Identifier: GPL-3.0-or-later
// The gateway contract against our demo server: where it differs from the real one, the demo is wrong.
#include "app/demo/program/Serve.h"
#include "tests/contract/ClusterContract.h"

#include <QTemporaryDir>

using namespace qd;
using namespace Qt::StringLiterals;

class tst_demo_contract : public test::ClusterContract
{
    Q_OBJECT
    QTemporaryDir m_dir;
    std::shared_ptr<demo::ServeRig> m_rig;

protected:
    QString kubeconfig() const override { return m_rig->kubeconfig(); }
    QString authority() const override { return u"quarterdeck-demo-ca"_s; }

private Q_SLOTS:
    void initTestCase()
    {
        auto rig = demo::ServeRig::start({m_dir.filePath(u"demo"_s), 0, true});
        QVERIFY2(rig, qPrintable(rig ? QString() : rig.error().text()));
        m_rig = *rig;
        connectBoth();
    }

    void cleanupTestCase()
    {
        disconnectBoth();
        m_rig.reset();
    }
};

QTEST_GUILESS_MAIN(tst_demo_contract)
#include "tst_demo_contract.moc"
