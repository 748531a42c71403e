// SPDX-License-Identifier: GPL-3.0-or-later
// Scenes of the operations list, of notices and of the conflict chooser (picture 15).
#include "models/core/Json.h"
#include "ui/panes/resources/ResourcePane.h"
#include "ui/panes/review/ConflictDialog.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/Notices.h"
#include "ui/shell/Popup.h"
#include "ui/shell/tour/Tour.h"
#include "ui/shell/tour/TourGit.h"
#include "ui/shell/tour/TourQuiet.h"
#include "ui/shell/tour/TourWorld.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QPushButton>
#include <QRadioButton>

namespace qd::ui {

using namespace Qt::StringLiterals;
using network::State;

namespace {

constexpr QSize kWide{1440, 900};
constexpr QSize kSmall{1000, 700};

void consortium(TourWorld &world)
{
    world.fillConsortium();
    world.makeStale(2);
}

Result<state::ChangeDraft> drafted(TourWorld &world, int environment, const QString &kindName, const QString &name, const QString &verb,
                                   const QMap<QString, QString> &values)
{
    const network::KindInfo *kind = world.environment(environment)->kinds().find(kindName);
    state::DraftContext context;
    context.cluster = world.environment(environment)->name();
    context.now = world.clock().now();
    return world.catalogue().buildDraft(verb, *kind, world.gateway(environment)->objects.value(kind->gvr.resource + u'/' + name), values, context);
}

/// A change as it is once its review was confirmed, `ago` seconds ago.
void start(TourWorld &world, int environment, const Result<state::ChangeDraft> &draft, qint64 ago)
{
    if (!draft)
        return;
    world.setAgo(ago);
    auto pipeline = std::make_unique<state::ChangePipeline>(
        state::ChangePipeline::Environment{world.environment(environment)->gateway(), &world.journal(), &world.clock(), u"mira.koenig"_s});
    state::ChangePipeline *made = pipeline.get();
    QObject::connect(made, &state::ChangePipeline::confirmationNeeded, made, [made] { (void)made->confirm({}, made->review().expectedName); },
                     Qt::QueuedConnection);
    made->start(*draft, {});
    world.operations().add(std::move(pipeline));
}

/// Done, refused, waiting for a decision, and two that settle.
void severalOperations(TourWorld &world, MainWindow &window)
{
    const auto scale = [&world](int environment, const QString &kind, const QString &name, const QString &component) {
        return drafted(world, environment, kind, name, u"scale"_s, {{u"component"_s, component}, {u"replicas"_s, u"2"_s}});
    };
    start(world, 0, scale(0, u"Participant"_s, u"alice-bank"_s, u"participant"_s), 3 * 3600);
    TourQuiet::then(&window, [&world, scale] {
        const QString why = u"the quota of canton-mainnet leaves 1 of 24 CPU"_s;
        Error refusal{ErrorKind::Invalid, why};
        refusal.causes = {{u"spec.resources.replicas"_s, u"FieldValueForbidden"_s, why}};
        world.gateway(0)->refusals.insert(u"validators/northgate-validator-1"_s, refusal);
        start(world, 0, scale(0, u"Validator"_s, u"northgate-validator-1"_s, u"validatorApp"_s), 38 * 60);
    });
    TourQuiet::then(&window, [&world, scale] { start(world, 1, scale(1, u"Validator"_s, u"northgate-dev-2"_s, u"validatorApp"_s), 124); });
    TourQuiet::then(&window, [&world, scale] { start(world, 0, scale(0, u"Participant"_s, u"carol-clearing"_s, u"participant"_s), 72); });
    TourQuiet::then(&window, [&world, &window] {
        world.setAgo(0);
        Q_EMIT world.operations().changed();   // as a second later: how long they run
        (void)window.openOperations();
    });
}

QString mainnetNode()
{
    return u"validators/northgate-validator-2"_s;
}

/// Git and a person changed the same object: three fields disagree, three merge.
void conflict(TourWorld &world, MainWindow &)
{
    addTourApplication(world);
    world.gateway(0)->schema = tourSchema();
    const QJsonObject live = world.gateway(0)->objects.value(mainnetNode());
    QJsonValue mine = live;
    json::set(mine, u"/spec/storageSize"_s, u"400Gi"_s);
    json::set(mine, u"/spec/resources/memoryLimit"_s, u"8Gi"_s);
    json::set(mine, u"/spec/traffic/topup/targetThroughput"_s, 40000);
    json::set(mine, u"/spec/resources/cpuLimit"_s, u"4"_s);
    const auto draft = drafted(world, 0, u"Validator"_s, u"northgate-validator-2"_s, u"edit"_s, {{u"file"_s, QString::fromUtf8(json::compact(mine))}});
    QJsonValue theirs = live;
    json::set(theirs, u"/spec/storageSize"_s, u"300Gi"_s);
    json::set(theirs, u"/spec/resources/memoryLimit"_s, u"6Gi"_s);
    json::set(theirs, u"/spec/traffic/topup/targetThroughput"_s, 30000);
    json::set(theirs, u"/spec/imageTag"_s, u"0.4.16"_s);
    json::set(theirs, u"/metadata/labels/tier"_s, u"platform"_s);
    json::set(theirs, u"/metadata/resourceVersion"_s, u"88120533"_s);
    const QJsonObject fields = QJsonDocument::fromJson(R"({"f:spec": {"f:storageSize": {}, "f:imageTag": {}, "f:resources": {"f:memoryLimit": {}},
        "f:traffic": {"f:topup": {"f:targetThroughput": {}}}}})").object();
    json::set(theirs, u"/metadata/managedFields"_s,
              QJsonArray{QJsonObject{{u"manager"_s, u"argocd-application-controller"_s}, {u"operation"_s, u"Update"_s}, {u"time"_s, u"2026-11-27T12:03:51Z"_s},
                                     {u"fieldsType"_s, u"FieldsV1"_s}, {u"fieldsV1"_s, fields}}});
    world.gateway(0)->objects.insert(mainnetNode(), theirs.toObject());
    if (draft)
        Q_EMIT world.operations().retryWanted(*draft);
}

/// The first is decided for oneself, the second for them, the third is open.
void decide(MainWindow &window)
{
    auto *dialog = window.findChild<ConflictDialog *>();
    const auto radios = dialog ? dialog->findChildren<QRadioButton *>() : QList<QRadioButton *>();
    for (const int at : {0, 3}) {
        if (at < radios.size())
            radios.at(at)->click();
    }
    if (radios.size() > 4)
        radios.at(4)->setFocus();
}

void notices(TourWorld &, MainWindow &window)
{
    for (int i = 0; i < 4; ++i)
        window.notices()->show(State::Failed, u"Participant restarted"_s, u"bob-custody, exit 137, out of memory"_s, {u"Open logs"_s, [] { }});
    for (int i = 0; i < 12; ++i)
        window.notices()->show(State::Degraded, u"infra-test does not answer"_s, u"6 m, next try in 12 s"_s, {u"Try now"_s, [] { }});
    window.notices()->show(State::Ready, u"Storage grown"_s, u"northgate-validator-1, 200 Gi in 48 s"_s);
}

}

void Tour::addOperationScenes()
{
    m_scenes.append({u"operations-none"_s, kWide, consortium, [](TourWorld &, MainWindow &w) { (void)w.openOperations(); }});
    m_scenes.append({u"operations-several"_s, kWide, consortium, severalOperations});
    m_scenes.append({u"operations-small"_s, kSmall, consortium, severalOperations, true});
    m_scenes.append({u"notices"_s, kWide, consortium, notices});
    m_scenes.append({u"notices-small"_s, kSmall, consortium, notices, true});
    m_scenes.append({u"conflict-open"_s, kWide, consortium, conflict});
    m_scenes.append({u"conflict-chosen"_s, kWide, consortium, [](TourWorld &world, MainWindow &window) {
                         conflict(world, window);
                         TourQuiet::then(&window, [&window] { decide(window); });
                     }});
    m_scenes.append({u"conflict-yaml"_s, kWide, consortium, [](TourWorld &world, MainWindow &window) {
                         conflict(world, window);
                         TourQuiet::then(&window, [&window] {
                             decide(window);
                             auto *dialog = window.findChild<ConflictDialog *>();
                             if (auto *button = dialog ? dialog->findChild<QPushButton *>(u"showYaml"_s) : nullptr)
                                 button->click();
                         });
                     }});
    m_scenes.append({u"conflict-small"_s, kSmall, consortium, [](TourWorld &world, MainWindow &window) {
                         conflict(world, window);
                         TourQuiet::then(&window, [&window] { decide(window); });
                     }, true});
    m_scenes.append({u"conflict-notices"_s, kWide, consortium, [](TourWorld &world, MainWindow &window) {
                         conflict(world, window);
                         TourQuiet::then(&window, [&world, &window] {
                             decide(window);
                             notices(world, window);
                         });
                     }});
}

}
