// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/ChangeRig.h"

#include <QSignalSpy>
#include <QTest>

namespace qd::test {

/// ChangeRig with the validator "a", and one change at a time. The tests of the pipeline share the names below.
class PipelineRig : public ChangeRig
{
public:
    using Step = state::ChangePipeline::Step;
    using StepState = state::ChangePipeline::StepState;

    PipelineRig()
        : ChangeRig(QStringLiteral("test"), QStringLiteral("a"))
    {
    }

    [[nodiscard]] state::ChangePipeline::Environment environment()
    {
        return ChangeRig::environment(QStringLiteral("mira"), QStringLiteral("p"));
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
    void operate(const QString &which = {}, const QString &phase = QStringLiteral("Ready"))
    {
        ChangeRig::operate(which, phase);
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

    std::unique_ptr<state::ChangePipeline> pipeline;
};

inline const QString kReplicas = QStringLiteral("/spec/participant/spec/resources/replicas");
inline const QString kObject = QStringLiteral("validators/a");

/// {a: {b: value}} for the path a, b.
[[nodiscard]] inline QJsonObject nested(const QStringList &path, const QJsonValue &value)
{
    QJsonValue out = value;
    for (auto it = path.rbegin(); it != path.rend(); ++it)
        out = QJsonObject{{*it, out}};
    return out.toObject();
}

}

#define TRY_WAITS_AT(rig, step)                                                                                        \
    QTRY_VERIFY2((rig).waitsAt(step), qPrintable((rig).pipeline->isFinished() ? (rig).message() : QString()))
#define TRY_OVER(rig) QTRY_VERIFY((rig).over(std::chrono::seconds(60)))
