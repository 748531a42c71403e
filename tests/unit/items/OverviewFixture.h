// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/overview/Overview.h"
#include "tests/unit/items/ItemsFixture.h"
#include "tests/support/ShippedFiles.h"

#include <QJsonDocument>

namespace qd::test {

/// Bodies as plain JSON.
class PlainBodies final : public ports::BodyCodec {
public:
    mutable int opened = 0;
    [[nodiscard]] Result<QJsonObject> open(const network::PackedBody &body) const override
    {
        ++opened;
        return QJsonDocument::fromJson(body.bytes).object();
    }
    [[nodiscard]] network::PackedBody pack(const QByteArray &json) const override { return json; }
};

inline void setCell(network::Row &row, const network::KindInfo &kind, const QString &column, const network::Cell &cell)
{
    for (qsizetype i = 0; i < kind.columns.size(); ++i) {
        if (kind.columns.at(i).id == column)
            row.cells[i] = cell;
    }
}

inline QJsonObject conditionJson(const QString &type, const QString &status, const QString &reason, const QString &message, const QString &since)
{
    return {{u"type"_s, type}, {u"status"_s, status}, {u"reason"_s, reason}, {u"message"_s, message}, {u"lastTransitionTime"_s, since}};
}

inline QJsonObject statusJson(const QJsonArray &conditions, const QString &message = {})
{
    return {{u"status"_s, QJsonObject{{u"conditions"_s, conditions}, {u"message"_s, message}}}};
}

/// A console with one production cluster, fed by hand, and its overview.
struct OverviewWorld {
    FixedClock clock;
    PlainBodies bodies;
    std::shared_ptr<const network::KindTable> kinds = shippedKinds();
    FixtureEnvironment prod{u"infra-prod"_s, state::Mark::Production, &clock, kinds};
    items::Readings readings{&clock};
    items::overview::Overview overview{&clock, &bodies};
    qint64 now = clock.at.toSecsSinceEpoch();

    OverviewWorld()
    {
        overview.setReadings(&readings);
        overview.addEnvironment(&prod.environment);
    }
    [[nodiscard]] network::Row row(const QString &kind, const QString &name, const QString &phase, const QJsonObject &body = {}) const
    {
        network::Row out = rowOf(*kinds->find(kind), name, u"mainnet"_s, phase);
        out.created = now - 3600;
        if (!body.isEmpty())
            out.body = QJsonDocument(body).toJson(QJsonDocument::Compact);
        return out;
    }
    void add(const QString &kind, const network::Row &row)
    {
        network::RowBatch batch = batchOf({row});
        batch.sync = network::RowBatch::Sync::Complete;
        prod.store(kind)->applyBatch(batch);
    }
    /// A node whose last backup was so many minutes ago; -1: none is known.
    void addNode(const QString &name, const QString &phase, qint64 backupMinutes = 10, double traffic = 80, const QJsonObject &body = {})
    {
        const network::KindInfo &kind = *kinds->find(u"Validator"_s);
        network::Row node = row(u"Validator"_s, name, phase, body);
        if (backupMinutes >= 0)
            setCell(node, kind, u"backup"_s, integerCell(now - 60 * backupMinutes));
        setCell(node, kind, u"traffic"_s, numberCell(traffic));
        setCell(node, kind, u"balance"_s, numberCell(812.4));
        setCell(node, kind, u"components"_s, ratioCell(5, 5));
        add(u"Validator"_s, node);
    }
    void addSchedule(const QString &node, const QString &cron, qint64 successMinutes = -1, const QString &phase = u"Ready"_s)
    {
        const network::KindInfo &kind = *kinds->find(u"BackupSchedule"_s);
        network::Row out = row(u"BackupSchedule"_s, node + u"-every"_s, phase,
                               {{u"spec"_s, QJsonObject{{u"template"_s, QJsonObject{{u"retention"_s, QJsonObject{{u"keepFor"_s, u"30d"_s}}}}}}}});
        setCell(out, kind, u"node"_s, textCell(node));
        setCell(out, kind, u"schedule"_s, textCell(cron));
        if (successMinutes >= 0)
            setCell(out, kind, u"lastSuccess"_s, integerCell(now - 60 * successMinutes));
        add(u"BackupSchedule"_s, out);
    }
    [[nodiscard]] const items::overview::Report &report()
    {
        overview.refresh();
        return overview.report();
    }
    [[nodiscard]] QStringList titles()
    {
        QStringList out;
        for (const items::overview::Problem &problem : report().problems)
            out.append(problem.title);
        return out;
    }
};

}
