// SPDX-License-Identifier: GPL-3.0-or-later
// Two clients, a thousand interleaved edits of one object on a real API server, through the change pipeline: nothing is
// lost, different fields are never a conflict, and of two writes to the same field one is always asked about.
#include "app/kube/KubeCluster.h"
#include "app/kube/KubeConfig.h"
#include "models/core/Async.h"
#include "models/state/ActionCatalogue.h"
#include "models/state/ChangePipeline.h"
#include "models/state/Journal.h"
#include "tests/live/LiveRig.h"
#include "tests/support/ShippedFiles.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

using namespace Qt::StringLiterals;
using namespace qd;

namespace {

const QString kNamespace = u"interleave"_s;

/// What one edit wants: an action, its parameters, and the field it stands for in the client's own book.
struct Wish {
    QString action;
    QMap<QString, QString> params;
    QString field;
    QString value;
};

QString fieldOf(const QJsonObject &object, const QString &field)
{
    const QJsonObject meta = object.value("metadata"_L1).toObject();
    const QJsonObject spec = object.value("spec"_L1).toObject();
    const QString name = field.section(u'|', 1);
    if (field.startsWith("label|"_L1))
        return meta.value("labels"_L1).toObject().value(name).toString();
    if (field.startsWith("annotation|"_L1))
        return meta.value("annotations"_L1).toObject().value(name).toString();
    const QJsonObject block = spec.value(name.section(u'|', 0, 0)).toObject().value("spec"_L1).toObject();
    if (field.startsWith("replicas|"_L1))
        return QString::number(block.value("resources"_L1).toObject().value("replicas"_L1).toInt());
    const QJsonArray env = block.value("envVars"_L1).toArray();
    for (const QJsonValue &entry : env) {
        if (entry["name"_L1].toString() == name.section(u'|', 1))
            return entry["value"_L1].toString();
    }
    return {};
}

/// One of the two people: a connection of its own, edits one after the other, remembers what it set.
class Client : public QObject {
public:
    Client(QString name, const kube::ClusterConfig &config, const network::KindTable &kinds, const QString &folder, quint32 seed)
        : m_name(std::move(name)), m_kinds(kinds), m_catalogue(kinds), m_cluster(kube::KubeCluster::make(config)),
          m_journal(QString(folder + u'/' + m_name + u".jsonl"_s), &m_clock), m_random(seed)
    {
    }

    void run(int edits, const QString &component)
    {
        m_component = component;
        m_left = edits;
        next();
    }

    /// One edit that may meet another's: ends as Applied or as Asked.
    enum class Attempt : quint8 { Running, Applied, Asked };
    void attempt(const QJsonObject &base, const Wish &want)
    {
        m_attempt = Attempt::Running;
        m_left = 1;
        edit(base, want, true);
    }
    [[nodiscard]] Attempt attemptEnd() const { return m_attempt; }

    [[nodiscard]] bool done() const { return m_left <= 0 || !m_trouble.isEmpty(); }
    [[nodiscard]] QString trouble() const { return m_trouble; }
    [[nodiscard]] const QHash<QString, QString> &book() const { return m_book; }
    [[nodiscard]] int rebased() const { return m_rebased; }
    [[nodiscard]] int unchanged() const { return m_unchanged; }
    [[nodiscard]] const state::Journal &journal() const { return m_journal; }
    [[nodiscard]] std::shared_ptr<ports::ResourceGateway> gateway() const { return m_cluster->gateway(); }

private:
    Wish wish()
    {
        const QString value = u"v%1"_s.arg(m_random.bounded(1000000));
        switch (m_random.bounded(4)) {
        case 0: {
            const QString key = u"%1-%2"_s.arg(m_name).arg(m_random.bounded(20));
            return {u"label"_s, {{u"key"_s, key}, {u"value"_s, value}}, u"label|"_s + key, value};
        }
        case 1: {
            const QString key = u"example.com/%1-%2"_s.arg(m_name).arg(m_random.bounded(20));
            return {u"annotate"_s, {{u"key"_s, key}, {u"value"_s, value}}, u"annotation|"_s + key, value};
        }
        case 2: {
            const QString count = QString::number(m_random.bounded(1, 60));
            return {u"scale"_s, {{u"component"_s, m_component}, {u"replicas"_s, count}}, u"replicas|"_s + m_component, count};
        }
        default: {
            // Both edit the same list, each its own elements of it.
            const QString key = u"%1_%2"_s.arg(m_name.toUpper()).arg(m_random.bounded(20));
            return {u"env"_s, {{u"component"_s, u"participant"_s}, {u"name"_s, key}, {u"value"_s, value}},
                    u"env|participant|"_s + key, value};
        }
        }
    }

    void next()
    {
        if (done())
            return;
        const network::KindInfo &kind = *m_kinds.find(u"validators"_s);
        whenFinished(gateway()->get(kind.gvr, kNamespace, u"shared"_s), this, [this](const Result<QJsonObject> &live) {
            if (!live)
                return fail(live.error().text());
            // The other one goes on meanwhile: what we read grows old by a random time.
            QTimer::singleShot(int(m_random.bounded(6)), this, [this, base = *live] { edit(base, wish(), false); });
        });
    }

    void edit(const QJsonObject &base, const Wish &want, bool mayMeet)
    {
        const auto codec = yaml::makeYamlCodec();
        auto draft = m_catalogue.buildDraft(want.action, *m_kinds.find(u"validators"_s), base, want.params,
                                            {u"admin"_s, kNamespace, m_clock.now(), codec.get()});
        if (!draft) {
            if (draft.error().reason != "NothingToChange"_L1)
                return fail(draft.error().text());
            ++m_unchanged;
            return finishOne(want);
        }
        state::ChangePipeline::Environment environment;
        environment.gateway = gateway();
        environment.journal = &m_journal;
        environment.clock = &m_clock;
        environment.user = m_name;
        m_pipeline = std::make_unique<state::ChangePipeline>(environment);
        connect(m_pipeline.get(), &state::ChangePipeline::conflictsFound, this, [this, want, mayMeet] {
            if (!mayMeet)
                return fail(u"a false conflict on %1"_s.arg(want.field));
            m_attempt = Attempt::Asked;
            m_pipeline->cancel();
        });
        connect(m_pipeline.get(), &state::ChangePipeline::confirmationNeeded, this, [this] {
            const QString missing = m_pipeline->confirm(u"interleaved"_s, u"shared"_s);
            if (!missing.isEmpty())
                fail(missing);
        });
        connect(m_pipeline.get(), qOverload<const state::ChangeOutcome &>(&state::ChangePipeline::finished), this,
                [this, want](const state::ChangeOutcome &outcome) { adopt(want, outcome); }, Qt::QueuedConnection);
        state::ChangePipeline::Options options;
        options.follow = false;
        m_pipeline->start(*draft, options);
    }

    void adopt(const Wish &want, const state::ChangeOutcome &outcome)
    {
        using Kind = state::ChangeOutcome::Kind;
        if (m_attempt == Attempt::Asked)
            return;
        if (outcome.kind != Kind::Applied && outcome.kind != Kind::Settled)
            return fail(u"%1 ended as %2: %3 %4"_s.arg(want.field, outcome.id(), outcome.message, outcome.error.text()));
        m_attempt = Attempt::Applied;
        m_rebased += m_pipeline->review().fieldsRebased > 0 ? 1 : 0;
        finishOne(want);
    }

    void finishOne(const Wish &want)
    {
        m_book.insert(want.field, want.value);
        --m_left;
        next();
    }

    void fail(const QString &why)
    {
        if (m_trouble.isEmpty())
            m_trouble = QString(m_name + u": "_s + why);
    }

    QString m_name;
    const network::KindTable &m_kinds;
    state::ActionCatalogue m_catalogue;
    std::unique_ptr<kube::KubeCluster> m_cluster;
    SystemClock m_clock;
    state::Journal m_journal;
    QRandomGenerator m_random;
    std::unique_ptr<state::ChangePipeline> m_pipeline;
    QString m_component;
    QString m_trouble;
    QHash<QString, QString> m_book;
    Attempt m_attempt = Attempt::Running;
    int m_left = 0;
    int m_rebased = 0;
    int m_unchanged = 0;
};

QJsonObject validator()
{
    const auto block = [] {
        return QJsonObject{{u"spec"_s, QJsonObject{{u"resources"_s, QJsonObject{{u"replicas"_s, 1}}}}}};
    };
    return {{u"apiVersion"_s, u"canton.quarterdeck.io/v1alpha1"_s}, {u"kind"_s, u"Validator"_s},
            {u"metadata"_s, QJsonObject{{u"name"_s, u"shared"_s}, {u"namespace"_s, kNamespace}}},
            {u"spec"_s, QJsonObject{{u"networkRef"_s, QJsonObject{{u"name"_s, u"devnet"_s}}}, {u"partyHint"_s, u"shared"_s},
                                    {u"imageTag"_s, u"0.5.10"_s}, {u"auth"_s, QJsonObject{{u"mode"_s, u"IntegratedKeycloak"_s}}},
                                    {u"participant"_s, block()}, {u"walletUI"_s, block()}}}};
}

}

class InterleaveTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_rig = std::make_unique<test::LiveRig>(QStringList{u"--no-audit"_s});
        if (m_rig->skipped())
            QSKIP(qPrintable(m_rig->why()));
        QVERIFY2(m_rig->ready(), qPrintable(m_rig->why()));
        m_kinds = *test::shippedKinds();
        QVERIFY(m_kinds.find(u"validators"_s));
        kube::KubeConfigOptions options = kube::KubeConfigOptions::fromEnvironment();
        options.explicitPath = m_rig->kubeconfig();
        const auto config = kube::KubeConfig::load(options);
        QVERIFY2(config.ok(), config ? "" : qPrintable(config.error().text()));
        const auto resolved = config->resolve(u"admin"_s);
        QVERIFY2(resolved.ok(), resolved ? "" : qPrintable(resolved.error().text()));
        m_config = *resolved;
        m_first = std::make_unique<Client>(u"anna"_s, m_config, m_kinds, m_folder.path(), 1U);
        m_second = std::make_unique<Client>(u"ben"_s, m_config, m_kinds, m_folder.path(), 2U);
        create({{}, u"v1"_s, u"namespaces"_s}, {}, {{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Namespace"_s},
               {u"metadata"_s, QJsonObject{{u"name"_s, kNamespace}}}});
        create(m_kinds.find(u"validators"_s)->gvr, kNamespace, validator());
    }

    void aThousandEditsOfDifferentFields()
    {
        const int each = qEnvironmentVariableIntValue("QD_INTERLEAVE") > 0 ? qEnvironmentVariableIntValue("QD_INTERLEAVE") / 2 : 500;
        QElapsedTimer timer;
        timer.start();
        m_first->run(each, u"participant"_s);
        m_second->run(each, u"walletUI"_s);
        QTRY_VERIFY_WITH_TIMEOUT((m_first->done() && m_second->done()) || !m_first->trouble().isEmpty() || !m_second->trouble().isEmpty(),
                                 600000);
        QVERIFY2(m_first->trouble().isEmpty(), qPrintable(m_first->trouble()));
        QVERIFY2(m_second->trouble().isEmpty(), qPrintable(m_second->trouble()));
        const QJsonObject now = live();
        for (const Client *client : {m_first.get(), m_second.get()}) {
            for (auto it = client->book().begin(); it != client->book().end(); ++it)
                QVERIFY2(fieldOf(now, it.key()) == it.value(), qPrintable(u"%1 is %2, not %3"_s.arg(it.key(), fieldOf(now, it.key()), it.value())));
            const auto check = client->journal().verify();
            QVERIFY2(check.ok() && check->ok, check ? qPrintable(check->message) : qPrintable(check.error().text()));
        }
        QVERIFY2(m_first->rebased() + m_second->rebased() > 10, "the two never met: nothing was proven");
        qInfo("%d edits in %.1f s; %d and %d were rebased on what the other did", 2 * each, double(timer.elapsed()) / 1000.0,
              m_first->rebased(), m_second->rebased());
    }

    void theSameFieldIsNeverOverwrittenUnseen()
    {
        using Attempt = Client::Attempt;
        int asked = 0;
        for (int turn = 0; turn < 25; ++turn) {
            const QJsonObject base = live();
            const QString values[] = {QString::number(10 + turn), QString::number(36 + turn)};
            Client *const clients[] = {m_first.get(), m_second.get()};
            for (int i = 0; i < 2; ++i)
                clients[i]->attempt(base, {u"scale"_s, {{u"component"_s, u"participant"_s}, {u"replicas"_s, values[i]}},
                                           u"replicas|participant"_s, values[i]});
            QTRY_VERIFY_WITH_TIMEOUT((clients[0]->attemptEnd() != Attempt::Running && clients[1]->attemptEnd() != Attempt::Running)
                                         || !clients[0]->trouble().isEmpty() || !clients[1]->trouble().isEmpty(), 30000);
            QVERIFY2(clients[0]->trouble().isEmpty(), qPrintable(clients[0]->trouble()));
            QVERIFY2(clients[1]->trouble().isEmpty(), qPrintable(clients[1]->trouble()));
            const bool firstApplied = clients[0]->attemptEnd() == Attempt::Applied;
            QVERIFY2(firstApplied != (clients[1]->attemptEnd() == Attempt::Applied), "one is applied, the other is asked");
            QCOMPARE(fieldOf(live(), u"replicas|participant"_s), values[firstApplied ? 0 : 1]);
            ++asked;
        }
        QCOMPARE(asked, 25);
    }

private:
    void create(const Gvr &gvr, const QString &ns, const QJsonObject &object)
    {
        ports::WriteRequest request;
        request.verb = ports::Verb::Create;
        request.gvr = gvr;
        request.ns = ns;
        request.body = object;
        QString trouble;
        bool done = false;
        whenFinished(m_first->gateway()->write(request), this, [&](const Result<ports::WriteOutcome> &outcome) {
            trouble = outcome ? QString() : outcome.error().text();
            done = true;
        });
        QTRY_VERIFY_WITH_TIMEOUT(done, 30000);
        QVERIFY2(trouble.isEmpty(), qPrintable(trouble));
    }

    QJsonObject live()
    {
        QJsonObject object;
        whenFinished(m_first->gateway()->get(m_kinds.find(u"validators"_s)->gvr, kNamespace, u"shared"_s), this,
                     [&object](const Result<QJsonObject> &answer) { object = answer ? *answer : QJsonObject{{u"failed"_s, true}}; });
        [&object] { QTRY_VERIFY_WITH_TIMEOUT(!object.isEmpty(), 30000); }();
        return object;
    }

    std::unique_ptr<test::LiveRig> m_rig;
    network::KindTable m_kinds;
    kube::ClusterConfig m_config;
    QTemporaryDir m_folder;
    std::unique_ptr<Client> m_first;
    std::unique_ptr<Client> m_second;
};

QTEST_GUILESS_MAIN(InterleaveTest)
#include "tst_interleave.moc"
