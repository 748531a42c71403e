// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/contract/ClusterContract.h"

#include "app/kube/KubeConfig.h"

namespace qd::test {

using namespace Qt::StringLiterals;

Result<kube::ClusterConfig> ClusterContract::config(const QString &context) const
{
    kube::KubeConfigOptions options;
    options.explicitPath = kubeconfig();
    const auto file = kube::KubeConfig::load(options);
    return file ? file->resolve(context) : Result<kube::ClusterConfig>(file.error());
}

void ClusterContract::connectBoth()
{
    const auto forAdmin = config(u"admin"_s);
    const auto forViewer = config(u"viewer"_s);
    QVERIFY2(forAdmin, qPrintable(forAdmin ? QString() : forAdmin.error().text()));
    QVERIFY(forViewer);
    m_admin = kube::KubeCluster::make(*forAdmin);
    m_viewer = kube::KubeCluster::make(*forViewer);
    m_adminGateway = m_admin->gateway();
    m_viewerGateway = m_viewer->gateway();
}

void ClusterContract::disconnectBoth()
{
    m_adminGateway.reset();
    m_viewerGateway.reset();
    m_admin.reset();
    m_viewer.reset();
}

void ClusterContract::speaksTls13()
{
    const auto version = await(admin().version());
    QVERIFY(version);
    QCOMPARE(version->tls, u"TLSv1.3"_s);
}

void ClusterContract::impersonatesSeveralGroups()
{
    auto as = config(u"admin"_s);
    QVERIFY(as);
    as->as.user = u"jane"_s;
    as->as.groups = {u"one"_s, u"two, really"_s, u"three"_s};
    as->as.extra.insert(u"scopes"_s, {u"a"_s, u"b"_s});
    const auto cluster = kube::KubeCluster::make(*as);
    const auto me = await(cluster->gateway()->whoAmI());
    QVERIFY2(me, qPrintable(me ? QString() : me.error().text()));
    QCOMPARE(me->user, u"jane"_s);
    QVERIFY(me->groups.contains(u"system:authenticated"_s));
    for (const QString &group : as->as.groups)
        QVERIFY2(me->groups.contains(group), qPrintable(me->groups.join(u'|')));
}

void ClusterContract::wrongAuthority()
{
    auto other = config(u"admin"_s);
    QVERIFY(other);
    other->caData.clear();
    other->caFile.clear();
    const auto cluster = kube::KubeCluster::make(*other);
    const auto version = await(cluster->gateway()->version());
    QVERIFY(!version);
    QVERIFY2(version.error().message.contains(authority()), qPrintable(version.error().text()));
}

void ClusterContract::unauthenticated()
{
    auto nobody = config(u"admin"_s);
    QVERIFY(nobody);
    nobody->auth = {};
    nobody->auth.token = "not-a-token";
    const auto cluster = kube::KubeCluster::make(*nobody);
    const auto me = await(cluster->gateway()->whoAmI());
    QVERIFY(!me);
    QCOMPARE(me.error().kind, ErrorKind::Unauthenticated);
}

void ClusterContract::manyAtOnce()
{
    QList<QFuture<Result<QJsonObject>>> all;
    for (int i = 0; i < 200; ++i)
        all.append(admin().list({{}, u"v1"_s, u"namespaces"_s}, {.limit = 1}));
    for (const auto &future : all)
        QVERIFY(await(future));
}

void ClusterContract::goneWhileBusy()
{
    auto cluster = kube::KubeCluster::make(*config(u"admin"_s));
    const auto gateway = cluster->gateway();
    QList<QFuture<Result<QJsonObject>>> all;
    for (int i = 0; i < 50; ++i)
        all.append(gateway->list({{}, u"v1"_s, u"namespaces"_s}, {}));
    cluster.reset();
    for (const auto &future : all) {
        const auto result = await(future);
        QVERIFY(result || result.error().kind == ErrorKind::Cancelled);
    }
    QCOMPARE(await(gateway->version()).error().kind, ErrorKind::Cancelled);
    QVERIFY(await(admin().version()));   // the server goes on
}

}
