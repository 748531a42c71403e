// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/seed/Scale.h"

#include "app/demo/seed/Consortium.h"
#include "app/demo/seed/Documents.h"
#include "models/core/Json.h"

#include <QJsonDocument>

#include <algorithm>

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
    QJsonObject made = node.toObject();
    scale::varyNode(made, name, seed);
    return made;
}

}

int scale::nodesFor(int parties)
{
    return parties / 10;
}

QString scale::nodeName(int number)
{
    return u"dev-node-%1"_s.arg(number, 4, 10, QChar(u'0'));
}

QString scale::partyName(int number)
{
    return u"dev-party-%1"_s.arg(number, 5, 10, QChar(u'0'));
}

int scale::hostOf(int party, int nodes)
{
    return nodes == 0 ? 0 : (party - 1) % nodes + 1;
}

QString scale::partyTitle(int number)
{
    return u"Party %1"_s.arg(number);
}

void scale::varyNode(QJsonObject &node, const QString &name, quint64 seed)
{
    QJsonValue value = node;
    const QString balance = QString(QString::number(1000 + 90000 * chanceOf(QString(name + u"/balance"_s), seed), 'f', 2) + u"00000000"_s);
    for (const QString &field : {u"total"_s, u"unlocked"_s, u"available"_s})
        json::set(value, QString(u"/status/balances/"_s + field), balance);
    json::set(value, u"/status/traffic/consumed"_s, qint64(28'000'000 * chanceOf(QString(name + u"/traffic"_s), seed)));
    json::set(value, u"/status/counts/localParties"_s, 1 + int(400 * chanceOf(QString(name + u"/parties"_s), seed)));
    node = value.toObject();
}

void addScale(QList<QJsonObject> &documents, const SeedOptions &options)
{
    const QJsonObject node = documentOf(documents, u"Validator"_s, QString(kModelNode));
    const QJsonObject party = documentOf(documents, u"Party"_s, QString(kModelParty));
    const int most = options.firstOnly ? 1 : options.scale;
    const int nodes = scale::nodesFor(options.scale);
    for (int i = 1; i <= std::min(nodes, most); ++i)
        documents.append(nodeLike(node, scale::nodeName(i), options.seed));
    for (int i = 1; i <= std::min(options.scale, most); ++i) {
        const int number = scale::hostOf(i, nodes);
        const QString host = number == 0 ? QString(kModelNode) : scale::nodeName(number);
        const QString fingerprint = number == 0 ? fingerprintIn(node) : fingerprintOf(host, options.seed);
        documents.append(replaced(party, {{QString(kModelParty), scale::partyName(i)}, {u"Faucet"_s, scale::partyTitle(i)},
            {QString(kModelNode), host}, {fingerprintIn(node), fingerprint}}));
    }
}

}
