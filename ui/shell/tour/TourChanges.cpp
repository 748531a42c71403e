// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/tour/TourChanges.h"

#include "models/core/Json.h"
#include "ui/panes/changes/ChangeDetails.h"
#include "ui/panes/changes/ChangesPane.h"
#include "ui/panes/changes/ChangesTable.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/PaneHost.h"
#include "ui/shell/tour/Tour.h"
#include "ui/shell/tour/TourQuiet.h"

#include <QFile>
#include <QJsonArray>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr QSize kWide{1440, 900};
constexpr QSize kSmall{1000, 700};

/// The clock of a console that was at work before.
class PastClock final : public Clock {
public:
    explicit PastClock(const QDateTime &now) : m_now(now) { }
    [[nodiscard]] QDateTime now() const override { return m_now; }
    [[nodiscard]] qint64 monotonicMs() const override { return 0; }

private:
    QDateTime m_now;
};

QJsonObject field(const QString &path, const QString &label, const QJsonValue &from, const QJsonValue &to)
{
    return {{u"op"_s, u"replace"_s}, {u"path"_s, path}, {u"label"_s, label}, {u"from"_s, from}, {u"to"_s, to}};
}

QJsonObject resources()
{
    return {{u"diff"_s, QJsonArray{field(u"/spec/resources/cpuLimit"_s, u"spec.resources.cpuLimit"_s, u"2"_s, u"4"_s),
                                   field(u"/spec/resources/memoryLimit"_s, u"spec.resources.memoryLimit"_s, u"4Gi"_s, u"8Gi"_s),
                                   field(u"/spec/storageSize"_s, u"spec.storageSize"_s, u"200Gi"_s, u"400Gi"_s)}}};
}

QJsonObject secret()
{
    const QString at = u"/spec/envVars/[name=DB_PASSWORD]/value"_s;
    QJsonObject change = field(u"/spec/envVars/0/value"_s, u"spec.envVars[DB_PASSWORD].value"_s, u"*** (before)"_s, u"*** (after)"_s);
    change.insert(u"at"_s, at);
    return {{u"diff"_s, QJsonArray{change}}};
}

ChangesPane *openPane(MainWindow &window)
{
    window.panes()->show(u"changes"_s);
    return qobject_cast<ChangesPane *>(window.panes()->currentPane());
}

/// The records are read on a thread of their own: what is done with them waits for it.
std::function<void(TourWorld &, MainWindow &)> withPane(std::function<void(ChangesPane &)> act)
{
    return [act = std::move(act)](TourWorld &, MainWindow &window) {
        ChangesPane *pane = openPane(window);
        TourQuiet::then(&window, [pane, act] { act(*pane); });
    };
}

void openRow(ChangesPane &pane, int row, const QString &tab)
{
    pane.table()->setCurrentIndex(pane.model()->index(row, items::ChangesModel::Change));
    pane.details()->setTab(tab);
}

void fill(TourWorld &world)
{
    world.fillConsortium();
    world.makeStale(2);
    fillJournal(world);
}

/// Somebody edited the file.
void breakJournal(TourWorld &world)
{
    fill(world);
    QFile file(world.journal().path());
    if (!file.open(QIODevice::ReadWrite))
        return;
    const QByteArray text = file.readAll().replace("mira.koenig\",\"verb", "jonas.w\",\"verb").replace("Friday", "Monday");
    file.resize(0);
    file.write(text);
}

}

QString addChange(TourWorld &world, qint64 seconds, const QString &title, const QString &name, const QString &outcome,
                  const QString &message, qint64 took, const QJsonObject &edit, const QString &reason, const QString &cluster)
{
    const QDateTime begun = world.clock().now().addSecs(-seconds);
    const QString id = u"%1-%2"_s.arg(name).arg(seconds);
    QJsonObject whole{{u"resource"_s, QString(u"validators.canton.quarterdeck.io/"_s + name)}, {u"kind"_s, u"Validator"_s},
                      {u"namespace"_s, u"canton-mainnet"_s}, {u"uid"_s, QString(u"tour-"_s + name)}, {u"verb"_s, u"merge patch"_s},
                      {u"resourceVersion"_s, u"88120417"_s}, {u"applied"_s, outcome != "refused"_L1 && outcome != "conflict"_L1 && !outcome.isEmpty()},
                      {u"generation"_s, 12}, {u"follow"_s, QJsonObject{{u"until"_s, u"generation"_s}}},
                      {u"diff"_s, QJsonArray{field(u"/spec/resources/replicas"_s, u"spec.resources.replicas"_s, 1, 2)}}};
    for (auto it = edit.begin(); it != edit.end(); ++it)
        whole.insert(it.key(), it.value());
    QJsonObject record{{u"type"_s, u"intent"_s}, {u"id"_s, id}, {u"action"_s, title.section(u' ', 0, 0).toLower()}, {u"title"_s, title},
                       {u"user"_s, u"mira.koenig"_s}, {u"host"_s, u"desk-14"_s}, {u"cluster"_s, cluster},
                       {u"server"_s, u"https://infra-prod.northgate.example:6443"_s}, {u"danger"_s, u"disruptive"_s},
                       {u"production"_s, cluster == "infra-prod"_L1}, {u"reason"_s, reason}, {u"edits"_s, QJsonArray{whole}}};
    const PastClock then(begun);
    (void)state::Journal(world.journal().path(), &then).appendNow(record);
    if (outcome.isEmpty())
        return id;
    record.insert(u"type"_s, u"result"_s);
    record.insert(u"outcome"_s, outcome);
    record.insert(u"message"_s, message);
    const PastClock ended(begun.addSecs(took));
    (void)state::Journal(world.journal().path(), &ended).appendNow(record);
    return id;
}

void fillJournal(TourWorld &world)
{
    constexpr qint64 kDay = 86400;
    const QString second = u"northgate-validator-2"_s;
    addChange(world, kDay + 9000, u"Change version of northgate-validator-1"_s, u"northgate-validator-1"_s, u"settled"_s,
              u"Change version of northgate-validator-1: its phase is Ready"_s, 312, {}, u"CANTON-2214, 0.4.15 after the freeze"_s);
    addChange(world, kDay + 6400, u"Restart bob-custody"_s, u"bob-custody"_s, u"timeout"_s,
              u"Restart bob-custody: Not settled after 10 m. bob-custody: waits for the operator to act on the request"_s, 600,
              {{u"follow"_s, QJsonObject{{u"until"_s, u"applied"_s}}}});
    addChange(world, kDay + 5100, u"Change environment of carol-clearing"_s, u"carol-clearing"_s, u"settled"_s,
              u"Change environment of carol-clearing: its phase is Ready"_s, 41, secret(), u"Rotation of the database password"_s);
    addChange(world, 9100, u"Scale northgate-dev-1"_s, u"northgate-dev-1"_s, u"settled"_s, u"Scale northgate-dev-1: its phase is Ready"_s, 48, {}, {},
              u"infra-dev"_s);
    addChange(world, 7800, u"Top up northgate-validator-2"_s, second, u"refused"_s,
              u"The server refuses the change of validators/northgate-validator-2: 1,240.00 CC needed, 812.40 CC available."_s, 1, {},
              u"Traffic alert CANTON-2291"_s);
    addChange(world, 5200, u"Scale alice-bank"_s, u"alice-bank"_s, u"settled"_s, u"Scale alice-bank: its phase is Ready"_s, 63, {}, u"Peak load on Friday"_s);
    addChange(world, 4100, u"Label dora-exchange"_s, u"dora-exchange"_s, u"conflict"_s,
              u"Others changed the same fields of dora-exchange meanwhile: metadata.labels[tier]."_s, 2);
    addChange(world, 2300, u"Edit northgate-validator-1"_s, u"northgate-validator-1"_s, u"settled"_s,
              u"Edit northgate-validator-1: its phase is Ready"_s, 95, resources(), u"Peak load on Friday, CANTON-2291"_s);
    addChange(world, 640, u"Scale northgate-validator-2"_s, second, u"applied"_s, u"Scale northgate-validator-2: applied."_s, 1,
              {{u"generation"_s, 99}}, u"Peak load on Friday, CANTON-2291"_s);
}

void Tour::addChangesScenes()
{
    m_scenes.append({u"changes-list"_s, kWide, fill, withPane([](ChangesPane &pane) { openRow(pane, 2, u"overview"_s); })});
    m_scenes.append({u"changes-settling"_s, kWide, fill, withPane([](ChangesPane &pane) { openRow(pane, 1, u"overview"_s); })});
    m_scenes.append({u"changes-diff"_s, kWide, fill, withPane([](ChangesPane &pane) { openRow(pane, 2, u"diff"_s); })});
    m_scenes.append({u"changes-kubectl"_s, kWide, fill, withPane([](ChangesPane &pane) { openRow(pane, 2, u"kubectl"_s); })});
    m_scenes.append({u"changes-refused"_s, kWide, fill, withPane([](ChangesPane &pane) { openRow(pane, 5, u"overview"_s); })});
    m_scenes.append({u"changes-secret"_s, kWide, fill, withPane([](ChangesPane &pane) { openRow(pane, 8, u"diff"_s); })});
    m_scenes.append({u"changes-small"_s, kSmall, fill, withPane([](ChangesPane &pane) { openRow(pane, 2, u"overview"_s); }), true});
    m_scenes.append({u"changes-empty"_s, kWide, [](TourWorld &w) { w.fillConsortium(); }, withPane([](ChangesPane &) { })});
    m_scenes.append({u"changes-filtered"_s, kWide, fill, withPane([](ChangesPane &pane) { pane.setFilterText(u"user:jonas outcome:failed"_s); })});
    m_scenes.append({u"changes-error"_s, kWide, [](TourWorld &w) {
                         w.fillConsortium();
                         QDir().mkpath(w.journal().path());   // a folder where the file should be
                     }, withPane([](ChangesPane &) { })});
    m_scenes.append({u"changes-verified"_s, kWide, fill, withPane([](ChangesPane &pane) { pane.verify(); })});
    m_scenes.append({u"changes-broken"_s, kWide, breakJournal, withPane([](ChangesPane &pane) { pane.verify(); })});
    m_scenes.append({u"changes-many"_s, kWide, [](TourWorld &w) {
                         fill(w);
                         for (int i = 60; i > 0; --i)
                             addChange(w, 600 + i, u"Scale alice-bank"_s, u"alice-bank"_s, u"settled"_s, u"Scale alice-bank: its phase is Ready"_s, i % 50);
                     }, withPane([](ChangesPane &) { })});
}

}
