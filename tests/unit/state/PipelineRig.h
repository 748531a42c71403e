// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/yaml/Yaml.h"
#include "models/state/ActionCatalogue.h"
#include "models/state/ChangePipeline.h"
#include "models/state/Journal.h"
#include "tests/support/FakeGateway.h"
#include "tests/support/ManualClock.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

namespace qd::test {

/// A cluster in memory with one validator "a", a journal on disk, time in the test's hand, and one change at a time.
class PipelineRig
{
public:
    using Step = state::ChangePipeline::Step;
    using StepState = state::ChangePipeline::StepState;

    PipelineRig()
    {
        QFile file(QStringLiteral(QD_SOURCE_DIR "/resources/kinds.yaml"));
        if (!file.open(QIODevice::ReadOnly))
            qFatal("no kinds table");
        kinds = std::make_unique<network::KindTable>(
            *network::KindTable::fromJson(yaml->parse(file.readAll())->value.toObject()));
        catalogue = std::make_unique<state::ActionCatalogue>(*kinds);
        live = server->put(makeValidator(QStringLiteral("a")));
        journal = std::make_unique<state::Journal>(folder.filePath(QStringLiteral("journal.jsonl")), &clock);
    }

    [[nodiscard]] state::ChangeDraft draft(const QString &action, const QMap<QString, QString> &params,
        const QString &kind = QStringLiteral("validator")) const
    {
        const auto made = catalogue->buildDraft(action, *kinds->find(kind),
            action == QLatin1StringView("create") ? QJsonObject() : live, params,
            {QStringLiteral("test"), QStringLiteral("canton"), clock.now(), yaml.get()});
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
    [[nodiscard]] state::ChangePipeline::Environment environment()
    {
        return {server, journal.get(), &clock, QStringLiteral("mira"), QStringLiteral("p"), production, readOnly, {},
            time.scheduler()};
    }
    state::ChangePipeline *start(const state::ChangeDraft &change, state::ChangePipeline::Options options = {})
    {
        pipeline = std::make_unique<state::ChangePipeline>(environment());
        pipeline->start(change, options);
        return pipeline.get();
    }
    [[nodiscard]] bool waitsAt(Step step) const
    {
        return pipeline->step() == step && pipeline->stepState(step) == StepState::Waiting;
    }
    /// For QTRY_VERIFY: time goes on while it waits.
    bool over(std::chrono::milliseconds later = std::chrono::milliseconds(500))
    {
        time.advance(later);
        return pipeline->isFinished();
    }
    [[nodiscard]] QString outcome() const { return pipeline->outcome().id(); }
    [[nodiscard]] QString message() const { return pipeline->outcome().message; }
    /// The operator acts on what is declared.
    void operate(const QString &object = QStringLiteral("validators/a"), const QString &phase = QStringLiteral("Ready"))
    {
        const QJsonObject now = server->stored(object);
        QJsonObject status = now.value(QLatin1StringView("status")).toObject();
        status.insert(QLatin1StringView("observedGeneration"),
            now.value(QLatin1StringView("metadata")).toObject().value(QLatin1StringView("generation")));
        status.insert(QLatin1StringView("phase"), phase);
        server->setStatus(object, status);
    }
    [[nodiscard]] QStringList journalled() const
    {
        QStringList out;
        const auto records = journal->read();
        for (const state::JournalRecord &record : *records) {
            const QString outcome = record.json.value(QLatin1StringView("outcome")).toString();
            out.append(QString(record.json.value(QLatin1StringView("type")).toString()
                + (outcome.isEmpty() ? QString() : QString(u' ' + outcome))));
        }
        return out;
    }

    std::shared_ptr<ports::YamlCodec> yaml = yaml::makeYamlCodec();
    ManualClock clock;
    ManualScheduler time{&clock};
    std::shared_ptr<FakeGateway> server = std::make_shared<FakeGateway>();
    QTemporaryDir folder;
    std::unique_ptr<network::KindTable> kinds;
    std::unique_ptr<state::ActionCatalogue> catalogue;
    std::unique_ptr<state::Journal> journal;
    std::unique_ptr<state::ChangePipeline> pipeline;
    QJsonObject live;
    bool production = false;
    bool readOnly = false;
};

}
