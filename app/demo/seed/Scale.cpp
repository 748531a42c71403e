// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/seed/Consortium.h"
#include "app/demo/seed/Documents.h"
#include "models/core/Json.h"

#include <QJsonDocument>

namespace qd::demo {

using namespace Qt::StringLiterals;
using namespace documents;

namespace {

constexpr auto kModelNode = "northgate-dev-1"_L1;
constexpr auto kModelParty = "dev-faucet"_L1;

QString fingerprintIn(const QJsonObject &node)
{
    return json::at(node, u"/status/participantId"_s).toString().section(u"::"_s, -1);
}

/// The document with one text for another wherever it stands.
QJsonObject replaced(const QJsonObject &document, const QList<std::pair<QString, QString>> &texts)
{
    QString text = QString::fromUtf8(QJsonDocument(document).toJson(QJsonDocument::Compact));
    for (const auto &[from, to] : texts)
        text.replace(from, to);
    return QJsonDocument::fromJson(text.toUtf8()).object();
}

QJsonObject nodeLike(const QJsonObject &model, const QString &name, quint64 seed)
{
    QJsonValue node = replaced(model, {{QString(kModelNode), name}, {fingerprintIn(model), fingerprintOf(name, seed)}});
    for (const QString &pointer : {u"/metadata/annotations"_s, u"/status/lastBackup"_s, u"/status/lastIdentityDump"_s})
        json::remove(node, pointer);
    const QString balance = QString(QString::number(1000 + 90000 * chanceOf(QString(name + u"/balance"_s), seed), 'f', 2) + u"00000000"_s);
    for (const QString &field : {u"total"_s, u"unlocked"_s, u"available"_s})
        json::set(node, QString(u"/status/balances/"_s + field), balance);
    json::set(node, u"/status/traffic/consumed"_s, qint64(28'000'000 * chanceOf(QString(name + u"/traffic"_s), seed)));
    json::set(node, u"/status/counts/localParties"_s, 1 + int(400 * chanceOf(QString(name + u"/parties"_s), seed)));
    return node.toObject();
}

}

void addScale(QList<QJsonObject> &documents, const SeedOptions &options)
{
    const QJsonObject node = documentOf(documents, u"Validator"_s, QString(kModelNode));
    const QJsonObject party = documentOf(documents, u"Party"_s, QString(kModelParty));
    QList<std::pair<QString, QString>> hosts;   // name, fingerprint
    for (int i = 1; i <= options.scale / 10; ++i) {
        const QString name = u"dev-node-%1"_s.arg(i, 4, 10, QChar(u'0'));
        hosts.append({name, fingerprintOf(name, options.seed)});
        documents.append(nodeLike(node, name, options.seed));
    }
    if (hosts.isEmpty())
        hosts.append({QString(kModelNode), fingerprintIn(node)});
    for (int i = 1; i <= options.scale; ++i) {
        const QString name = u"dev-party-%1"_s.arg(i, 5, 10, QChar(u'0'));
        const auto &[host, fingerprint] = hosts.at((i - 1) % hosts.size());
        documents.append(replaced(party, {{QString(kModelParty), name}, {u"Faucet"_s, u"Party %1"_s.arg(i)},
            {QString(kModelNode), host}, {fingerprintIn(node), fingerprint}}));
    }
}

}
