// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/Json.h"
#include "models/state/GitDeclared.h"
#include "tests/unit/state/GitTexts.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace qd;
using namespace Qt::StringLiterals;
using state::GitDeclared;
namespace texts = qd::test::texts;

namespace {

QJsonObject read(const char *text)
{
    return QJsonDocument::fromJson(text).object();
}

QJsonObject live()
{
    return read(texts::kLive);
}

QJsonObject withManagers(const char *managers)
{
    QJsonValue object = live();
    json::set(object, u"/metadata/managedFields"_s, QJsonDocument::fromJson(managers).array());
    return object.toObject();
}

}

class TestGitDeclared : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// Nobody's word is taken for Git's: without either mark there is nothing.
    void nothing()
    {
        QCOMPARE(state::gitDeclared(live()).from, GitDeclared::From::Nothing);
        const QJsonObject kubectl = withManagers(texts::kKubectl);
        QCOMPARE(state::gitDeclared(kubectl).from, GitDeclared::From::Nothing);
        const QJsonObject status = withManagers(texts::kStatus);
        QCOMPARE(state::gitDeclared(status).from, GitDeclared::From::Nothing);
        QJsonValue broken = live();
        json::set(broken, u"/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration"_s, u"{no json"_s);
        QCOMPARE(state::gitDeclared(broken.toObject()).from, GitDeclared::From::Nothing);
    }

    /// What was applied is the manifest itself, also where the object says something else by now.
    void lastApplied()
    {
        QJsonValue object = withManagers(texts::kSpecOnly);
        json::set(object, u"/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration"_s, QString::fromUtf8(texts::kApplied));
        const GitDeclared declared = state::gitDeclared(object.toObject());
        QCOMPARE(declared.from, GitDeclared::From::LastApplied);
        QCOMPARE(json::at(declared.object, u"/spec/imageTag"_s).toString(), u"0.4.14"_s);
        QVERIFY(json::at(declared.object, u"/spec/storageSize"_s).isUndefined());
    }

    /// Only the fields Argo CD owns, list elements by key and by value; the newest of its entries says when.
    void fields()
    {
        const QJsonObject object = withManagers(texts::kSeveral);
        const GitDeclared declared = state::gitDeclared(object);
        QCOMPARE(declared.from, GitDeclared::From::Fields);
        QCOMPARE(declared.manager, u"argocd-controller"_s);
        QCOMPARE(declared.time, u"2026-11-27T12:00:00Z"_s);
        QCOMPARE(declared.object, read(texts::kKept));
        QCOMPARE(declared.overwritten, (QList<GitDeclared::Overwritten>{{u"/spec/replicas"_s, u"kubectl-edit"_s, u"2026-11-27T13:00:00Z"_s}}));
    }

    /// The annotation is left from before Argo CD applied on the server: it keeps saying 0.4.14.
    void serverSideApplyCounts()
    {
        QJsonValue object = withManagers(texts::kSeveral);
        json::set(object, u"/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration"_s, QString::fromUtf8(texts::kApplied));
        const GitDeclared declared = state::gitDeclared(object.toObject());
        QCOMPARE(declared.from, GitDeclared::From::Fields);
        QCOMPARE(json::at(declared.object, u"/spec/imageTag"_s).toString(), u"0.4.15"_s);
    }

    /// An update takes a field from whoever applied it: what others set after the last apply may be declared otherwise, what
    /// they set before it is not declared. The status is nobody's declaration.
    void takenSince()
    {
        const GitDeclared declared = state::gitDeclared(withManagers(texts::kTaken));
        QCOMPARE(declared.from, GitDeclared::From::Fields);
        QCOMPARE(declared.overwritten, (QList<GitDeclared::Overwritten>{
            {u"/spec/envVars/1/value"_s, u"quarterdeck"_s, u"2026-11-27T11:00:00Z"_s},
            {u"/spec/hosts/0"_s, u"quarterdeck"_s, u"2026-11-27T11:00:00Z"_s},
            {u"/spec/imageTag"_s, u"quarterdeck"_s, u"2026-11-27T11:00:00Z"_s},
            {u"/metadata/labels/tier"_s, u"someday"_s, QString()}}));
    }

    /// Beside the manifest it is known which value was overwritten, by whom; what it says nothing of is no overwriting.
    void overwrittenManifest()
    {
        QJsonValue object = withManagers(texts::kWriters);
        json::set(object, u"/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration"_s, QString::fromUtf8(texts::kManifest));
        const GitDeclared declared = state::gitDeclared(object.toObject());
        QCOMPARE(declared.from, GitDeclared::From::LastApplied);
        QCOMPARE(declared.overwritten, (QList<GitDeclared::Overwritten>{{u"/spec/envVars/1/value"_s, u"kubectl-edit"_s, u"2026-11-27T13:00:00Z"_s},
                                                                       {u"/spec/imageTag"_s, u"kubectl-edit"_s, u"2026-11-27T13:00:00Z"_s}}));
    }

    void source()
    {
        const QJsonObject application = read(texts::kApplication);
        const state::GitSource of = state::gitSource(application, u"g"_s, u"Validator"_s, u"canton"_s, u"north"_s);
        QCOMPARE(of.repository, u"git@git.example:deploy"_s);
        QCOMPARE(of.path, u"mainnet"_s);
        QCOMPARE(of.target, u"main"_s);
        QCOMPARE(of.revision, u"7c1e04a"_s);
        QCOMPARE(of.sync, u"Synced"_s);   // the object's own word
        QCOMPARE(state::gitSource(application, u"g"_s, u"Validator"_s, u"canton"_s, u"other"_s).sync, u"OutOfSync"_s);
        const QJsonObject chart = read(texts::kChart);
        const state::GitSource other = state::gitSource(chart, {}, {}, {}, {});
        QCOMPARE(other.path, u"splice"_s);
        QCOMPARE(other.revision, u"0.4.15"_s);
        QVERIFY(other.sync.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestGitDeclared)
#include "tst_gitdeclared.moc"
