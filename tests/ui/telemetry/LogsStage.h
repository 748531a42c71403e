// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/yaml/Yaml.h"
#include "tests/ui/support/UiTest.h"
#include "ui/panes/telemetry/LogNodes.h"
#include "ui/panes/telemetry/LogsPage.h"
#include "ui/shell/tour/TourTelemetry.h"
#include "ui/shell/tour/TourWorld.h"
#include "ui/widgets/LogView.h"
#include "ui/widgets/StatePage.h"

#include <QPointer>
#include <QTest>
#include <QTreeWidget>

namespace qd::test {

using namespace qd::ui;
using namespace Qt::StringLiterals;

inline constexpr qint64 kSecond = 1'000'000'000;

class FakeTail final : public ports::LogTail {
public:
    using ports::LogTail::LogTail;
    void start() override { started = true; }
    void setPaused(bool now) override { paused = now; }
    bool started = false, paused = false;
};

/// A Loki a test plays: one page of lines for every question.
class FakeLogs final : public ports::LogSearch {
public:
    QList<ports::LogEntry> lines;
    std::optional<Error> refusal;
    QStringList warnings;
    bool rest = false;
    QList<ports::LogQuery> asked;
    QList<ports::LogPage> before;
    QPointer<FakeTail> last;
    QFuture<Result<ports::LogPage>> page(const ports::LogQuery &query, const ports::LogPage &from, std::stop_token) override
    {
        asked.append(query);
        before.append(from);
        if (refusal)
            return readyFuture<ports::LogPage>(*refusal);
        ports::LogPage page;
        page.entries = lines;
        page.warnings = warnings;
        page.rest = rest;
        page.next = lines.isEmpty() ? 0 : lines.last().at;
        return readyFuture<ports::LogPage>(page);
    }
    QFuture<Result<QStringList>> labelValues(const QString &, qint64, qint64, std::stop_token) override { return readyFuture<QStringList>(QStringList()); }
    std::unique_ptr<ports::LogTail> tail(const QString &, qint64) override
    {
        auto tail = std::make_unique<FakeTail>();
        last = tail.get();
        return tail;
    }
};

/// The page on a world of the tour, with a Loki of a test.
struct LogsStage {
    explicit LogsStage(Theme *theme, const std::shared_ptr<const network::KindTable> &kinds, bool withLoki = true)
        : world(kinds, codec.get(), theme)
    {
        fillTelemetry(world);
        context = world.context();
        environment = context.environments.first();
        if (withLoki) {
            auto *telemetry = tourTelemetry(world, 0);
            telemetry->logSource = logs;
            telemetry->logsState = {ports::TelemetryState::Phase::Found, u"monitoring/loki:3100 through the API server"_s};
        }
        now = context.clock->now().toMSecsSinceEpoch() * 1'000'000;
        page = std::make_unique<LogsPage>(context);
        page->resize(1200, 700);
        page->addEnvironment(environment);
        page->setRange({3600, 0, 0});
        page->setShown(true);
        page->show();
        (void)QTest::qWaitForWindowExposed(page.get());
    }
    [[nodiscard]] ObjectId object(const QString &node) const
    {
        for (const network::KindInfo &kind : environment->kinds().kinds()) {
            const state::ResourceStore *store = items::hasPods(kind) ? environment->known(kind) : nullptr;
            for (const state::RowPtr &row : store ? store->rows() : QHash<QString, state::RowPtr>()) {
                if (row->name == node && items::podSelection(kind, row->name, row->uid).ownerUid.isEmpty())
                    return {environment->name(), kind.gvr, row->ns, row->name, {}};
            }
        }
        return {};
    }
    /// Newest first, as a page has them.
    void write(const QString &node)
    {
        const QString ns = object(node).ns;
        for (int i = 0; i < 30; ++i)
            logs->lines.append({now - i * 7 * kSecond, i % 9 == 4 ? u"{\"level\":\"ERROR\",\"message\":\"Request timed out\",\"trace-id\":\"7f1c0a9b2e3d4c5f6a7b8c9d0e1f03a2\"}"_s
                                                                     : u"INFO block %1 <b>applied</b>"_s.arg(1000 - i),
                                {{u"namespace"_s, ns}, {u"pod"_s, node + (i % 2 ? u"-participant-0"_s : u"-sequencer-0"_s)}}, {}});
    }
    /// The rows of the tree that are nodes; the first one of it stands for all.
    [[nodiscard]] QTreeWidgetItem *item(int node) const { return page->nodes()->tree()->topLevelItem(node + 1); }
    [[nodiscard]] QTreeWidgetItem *item(const QString &name) const { return page->nodes()->tree()->findItems(name, Qt::MatchExactly).value(0); }
    [[nodiscard]] int nodes() const { return page->nodes()->tree()->topLevelItemCount() - 1; }
    /// The node that is read, when it is one.
    [[nodiscard]] QString node() const
    {
        QStringList names;
        for (int i = 0; i < nodes(); ++i) {
            if (item(i)->checkState(0) != Qt::Unchecked)
                names.append(item(i)->text(0));
        }
        return names.size() == 1 ? names.first() : u"%1 nodes"_s.arg(names.size());
    }
    [[nodiscard]] int place() const
    {
        int at = 0;
        while (item(at)->checkState(0) == Qt::Unchecked)
            ++at;
        return at;
    }
    /// What is read now goes, the next node comes.
    void next() const
    {
        const int at = place();
        item(at)->setCheckState(0, Qt::Unchecked);
        item(at + 1)->setCheckState(0, Qt::Checked);
    }
    [[nodiscard]] bool says(const QString &words) const { return test::texts(page->view()->page()).contains(words); }
    std::shared_ptr<ports::YamlCodec> codec = yaml::makeYamlCodec();
    TourWorld world;
    ShellContext context;
    std::shared_ptr<FakeLogs> logs = std::make_shared<FakeLogs>();
    state::Environment *environment = nullptr;
    qint64 now = 0;
    std::unique_ptr<LogsPage> page;
};

}
