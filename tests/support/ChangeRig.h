// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/ActionCatalogue.h"
#include "models/state/ChangePipeline.h"
#include "models/state/Journal.h"
#include "tests/support/FakeGateway.h"
#include "tests/support/ManualClock.h"
#include "tests/support/ShippedFiles.h"

#include <QTemporaryDir>

namespace qd::test {

/// What every test of a change stands on: a cluster in memory with one validator, the kinds table and the catalogue, a
/// journal on disk, time in the test's hand. PipelineRig (models) and ReviewRig (ui) add what they drive.
class ChangeRig
{
public:
    ChangeRig(const QString &clusterName, const QString &validator)
        : server(std::make_shared<FakeGateway>(clusterName))
        , object(QStringLiteral("validators/") + validator)
    {
        kinds = shippedKinds();
        catalogue = std::make_unique<state::ActionCatalogue>(*kinds);
        live = server->put(makeValidator(validator));
        journal = std::make_unique<state::Journal>(folder.filePath(QStringLiteral("journal.jsonl")), &clock);
    }

    [[nodiscard]] const network::KindInfo &kind(const QString &name = QStringLiteral("validator")) const
    {
        return *kinds->find(name);
    }
    [[nodiscard]] state::DraftContext drafting() const
    {
        return {server->cluster(), QStringLiteral("canton"), clock.now(), yaml.get()};
    }
    [[nodiscard]] state::ChangeDraft draft(const QString &action, const QMap<QString, QString> &params,
        const QString &kindName = QStringLiteral("validator")) const
    {
        const bool create = action == QLatin1StringView("create");
        const auto made
            = catalogue->buildDraft(action, kind(kindName), create ? QJsonObject() : live, params, drafting());
        if (!made)
            qFatal("%s", qPrintable(made.error().text()));
        return *made;
    }
    [[nodiscard]] state::ChangeDraft scale(int replicas) const
    {
        return draft(QStringLiteral("scale"),
            {{QStringLiteral("component"), QStringLiteral("participant")},
                {QStringLiteral("replicas"), QString::number(replicas)}});
    }
    [[nodiscard]] state::ChangePipeline::Environment environment(const QString &user, const QString &profile = {})
    {
        return {server, journal.get(), &clock, user, profile, production, readOnly, {}, time.scheduler()};
    }
    /// The operator acts on what is declared; without a phase it leaves the one that stands there.
    void operate(const QString &which = {}, const QString &phase = {})
    {
        const QString key = which.isEmpty() ? object : which;
        const QJsonObject now = server->stored(key);
        QJsonObject status = now.value(QLatin1StringView("status")).toObject();
        status.insert(QLatin1StringView("observedGeneration"),
            now.value(QLatin1StringView("metadata")).toObject().value(QLatin1StringView("generation")));
        if (!phase.isEmpty())
            status.insert(QLatin1StringView("phase"), phase);
        server->setStatus(key, status);
    }
    /// The validator as Argo CD's Application keeps it, and that Application beside it.
    void giveToArgo(const QString &application, bool selfHeal)
    {
        const QString name = object.section(u'/', 1);
        const QString id = application + QStringLiteral(":canton.quarterdeck.io/Validator:canton/") + name;
        live = server->patch(object,
            {{QStringLiteral("metadata"),
                QJsonObject{{QStringLiteral("annotations"),
                    QJsonObject{{QStringLiteral("argocd.argoproj.io/tracking-id"), id}}}}}});
        const auto text = QStringLiteral("{apiVersion: argoproj.io/v1alpha1, kind: Application,"
                                         " metadata: {name: %1, namespace: argocd},"
                                         " spec: {project: default, syncPolicy: {automated: {prune: true, selfHeal: %2}}},"
                                         " status: {resources: [{group: canton.quarterdeck.io, version: v1alpha1,"
                                         " kind: Validator, namespace: canton, name: %3}]}}")
                              .arg(application.section(u'_', -1), QLatin1StringView(selfHeal ? "true" : "false"), name);
        server->put(yaml->parse(text.toUtf8())->value.toObject());
    }

    std::shared_ptr<ports::YamlCodec> yaml = yaml::makeYamlCodec();
    ManualClock clock;
    ManualScheduler time{&clock};
    std::shared_ptr<FakeGateway> server;
    const QString object; ///< "validators/a"
    QTemporaryDir folder;
    std::shared_ptr<const network::KindTable> kinds;
    std::unique_ptr<state::ActionCatalogue> catalogue;
    std::unique_ptr<state::Journal> journal;
    QJsonObject live;
    bool production = false;
    bool readOnly = false;
};

}
