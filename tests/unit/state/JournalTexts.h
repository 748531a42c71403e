// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/Journal.h"

#include <QCryptographicHash>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>

namespace qd::test {

/// Records as the pipeline writes them, made by hand.
struct JournalTexts
{
    static QJsonObject edit(const QString &name, int from, int to)
    {
        const QJsonObject change{{QStringLiteral("op"), QStringLiteral("replace")}, {QStringLiteral("path"), QStringLiteral("/spec/participant/spec/resources/replicas")},
            {QStringLiteral("label"), QStringLiteral("spec.participant.spec.resources.replicas")}, {QStringLiteral("from"), from}, {QStringLiteral("to"), to}};
        return {{QStringLiteral("resource"), QString(QStringLiteral("validators.canton.quarterdeck.io/") + name)}, {QStringLiteral("kind"), QStringLiteral("Validator")},
            {QStringLiteral("namespace"), QStringLiteral("canton")}, {QStringLiteral("uid"), QString(QStringLiteral("uid-") + name)},
            {QStringLiteral("verb"), QStringLiteral("merge patch")}, {QStringLiteral("resourceVersion"), QStringLiteral("100")},
            {QStringLiteral("applied"), false}, {QStringLiteral("diff"), QJsonArray{change}},
            {QStringLiteral("follow"), QJsonObject{{QStringLiteral("until"), QStringLiteral("generation")}}}};
    }
    static QJsonObject intent(const QString &id, const QString &name = QStringLiteral("a"), const QString &user = QStringLiteral("mira"))
    {
        return {{QStringLiteral("type"), QStringLiteral("intent")}, {QStringLiteral("id"), id}, {QStringLiteral("action"), QStringLiteral("scale")},
            {QStringLiteral("title"), QString(QStringLiteral("Scale ") + name)}, {QStringLiteral("user"), user}, {QStringLiteral("host"), QStringLiteral("desk")},
            {QStringLiteral("cluster"), QStringLiteral("test")}, {QStringLiteral("server"), QStringLiteral("https://fake.example:6443")},
            {QStringLiteral("danger"), QStringLiteral("disruptive")}, {QStringLiteral("reason"), QStringLiteral("peak load")},
            {QStringLiteral("edits"), QJsonArray{edit(name, 1, 2)}}};
    }
    static QJsonObject result(QJsonObject intent, const QString &outcome, const QString &message = {}, bool applied = true)
    {
        intent.insert(QStringLiteral("type"), QStringLiteral("result"));
        intent.insert(QStringLiteral("outcome"), outcome);
        intent.insert(QStringLiteral("message"), message);
        QJsonArray edits = intent.value(QStringLiteral("edits")).toArray();
        QJsonObject edit = edits.first().toObject();
        edit.insert(QStringLiteral("applied"), applied);
        edit.insert(QStringLiteral("generation"), 2);
        edits.replace(0, edit);
        intent.insert(QStringLiteral("edits"), edits);
        return intent;
    }
    /// A chained file of changes, two records each, up to `now`; without an fsync for each record.
    static bool writeMany(const QString &path, const QDateTime &now, int changes)
    {
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly))
            return false;
        QByteArray prev;
        qint64 seq = 0;
        const auto add = [&](QJsonObject json, const QDateTime &time) {
            json.insert(QStringLiteral("schema"), 1);
            json.insert(QStringLiteral("seq"), ++seq);
            json.insert(QStringLiteral("time"), time.toUTC().toString(Qt::ISODate));
            json.insert(QStringLiteral("prev"), QString::fromLatin1(prev));
            QByteArray body = QJsonDocument(json).toJson(QJsonDocument::Compact);
            body.chop(1);
            prev = QCryptographicHash::hash(body, QCryptographicHash::Sha256).toHex();
            file.write(body + ",\"hash\":\"" + prev + "\"}\n");
        };
        QDateTime time = now.addSecs(-400 * qint64(changes));
        for (int i = 0; i < changes; ++i) {
            const QString name = QStringLiteral("northgate-validator-%1").arg(i % 40);
            const QJsonObject first = intent(QStringLiteral("change-%1").arg(i), name);
            time = time.addSecs(400);
            add(first, time);
            add(result(first, i % 50 == 0 ? QStringLiteral("failed") : QStringLiteral("settled"), QStringLiteral("Scale: its phase is Ready")), time.addSecs(9));
        }
        return file.flush();
    }
};

}
