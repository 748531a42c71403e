// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/seed/Documents.h"

#include "models/core/Json.h"

#include <QCryptographicHash>
#include <QHash>
#include <QJsonArray>
#include <QRegularExpression>

namespace qd::demo::documents {

using namespace Qt::StringLiterals;

namespace {

struct KindPlace {
    QString plural;
    int wave = 0;
};

const QHash<QString, KindPlace> &kindPlaces()
{
    static const QHash<QString, KindPlace> table{
        {u"CantonNetwork"_s, {u"cantonnetworks"_s, 1}}, {u"IdentityProviderConfig"_s, {u"identityproviderconfigs"_s, 1}},
        {u"KmsConfig"_s, {u"kmsconfigs"_s, 1}}, {u"WalletProvider"_s, {u"walletproviders"_s, 1}},
        {u"Validator"_s, {u"validators"_s, 2}}, {u"Participant"_s, {u"participants"_s, 2}},
        {u"SuperValidator"_s, {u"supervalidators"_s, 2}}, {u"SyncDomain"_s, {u"syncdomains"_s, 2}},
        {u"SyncDomainConnection"_s, {u"syncdomainconnections"_s, 3}}, {u"TopologyChange"_s, {u"topologychanges"_s, 3}},
        {u"ValidatorOnboarding"_s, {u"validatoronboardings"_s, 3}}, {u"DarPackage"_s, {u"darpackages"_s, 3}},
        {u"Party"_s, {u"parties"_s, 4}}, {u"LedgerUser"_s, {u"ledgerusers"_s, 5}}, {u"WalletUser"_s, {u"walletusers"_s, 5}},
        {u"DarDeployment"_s, {u"dardeployments"_s, 4}}, {u"Application"_s, {u"applications"_s, 5}},
        {u"Backup"_s, {u"backups"_s, 6}}, {u"IdentityDump"_s, {u"identitydumps"_s, 6}},
        {u"BackupSchedule"_s, {u"backupschedules"_s, 7}}, {u"IdentityDumpSchedule"_s, {u"identitydumpschedules"_s, 7}},
        {u"PruningSchedule"_s, {u"pruningschedules"_s, 7}}, {u"Restore"_s, {u"restores"_s, 7}},
        {u"Upgrade"_s, {u"upgrades"_s, 8}}};
    return table;
}

constexpr auto kGroupVersion = "canton.quarterdeck.io/v1alpha1"_L1;

}

std::optional<Gvr> gvrOf(const QJsonObject &document)
{
    const QString apiVersion = document.value("apiVersion"_L1).toString();
    const QString kind = document.value("kind"_L1).toString();
    if (apiVersion == "v1"_L1 && kind == "Namespace"_L1)
        return Gvr{{}, u"v1"_s, u"namespaces"_s};
    const auto place = kindPlaces().constFind(kind);
    if (apiVersion != kGroupVersion || place == kindPlaces().constEnd())
        return std::nullopt;
    return Gvr{u"canton.quarterdeck.io"_s, u"v1alpha1"_s, place->plural};
}

QStringList allPlurals()
{
    QStringList all;
    for (const KindPlace &place : kindPlaces())
        all.append(place.plural);
    all.sort();
    return all;
}

int waveOf(const QJsonObject &document)
{
    return kindPlaces().value(document.value("kind"_L1).toString()).wave;
}

QString titleOf(const QJsonObject &document)
{
    const auto gvr = gvrOf(document);
    const QString plural = gvr ? gvr->resource : document.value("kind"_L1).toString();
    const QString ns = json::at(document, u"/metadata/namespace"_s).toString();
    const QString name = json::at(document, u"/metadata/name"_s).toString();
    return ns.isEmpty() ? QString(plural + u'/' + name) : QString(plural + u'/' + ns + u'/' + name);
}

QString stampOf(const QDateTime &time)
{
    return time.toUTC().toString(u"yyyy-MM-ddTHH:mm:ssZ"_s);
}

QJsonValue movedTimes(const QJsonValue &value, std::chrono::seconds by)
{
    static const QRegularExpression time(u"^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$"_s);
    if (value.isString() && time.match(value.toString()).hasMatch())
        return stampOf(QDateTime::fromString(value.toString(), Qt::ISODate).addSecs(by.count()));
    if (value.isArray()) {
        QJsonArray moved;
        for (const QJsonValue &one : value.toArray())
            moved.append(movedTimes(one, by));
        return moved;
    }
    if (!value.isObject())
        return value;
    QJsonObject moved = value.toObject();
    for (auto member = moved.begin(); member != moved.end(); ++member)
        member.value() = movedTimes(member.value(), by);
    return moved;
}

QString digestOf(const QString &text)
{
    return QString::fromLatin1(QCryptographicHash::hash(text.toUtf8(), QCryptographicHash::Sha256).toHex());
}

QString fingerprintOf(const QString &text, quint64 seed)
{
    return QString(u"1220"_s + digestOf(QString(text + u'|' + QString::number(seed))));
}

double chanceOf(const QString &text, quint64 seed)
{
    bool ok = false;
    const quint64 bits = digestOf(QString(text + u'|' + QString::number(seed))).left(13).toULongLong(&ok, 16);
    return double(bits) / double(quint64(1) << 52);
}

QJsonObject conditionOf(
    const QString &type, const QString &status, const QString &reason, const QDateTime &since, const QString &message)
{
    return {{u"type"_s, type}, {u"status"_s, status}, {u"reason"_s, reason}, {u"message"_s, message},
        {u"observedGeneration"_s, 1}, {u"lastTransitionTime"_s, stampOf(since)}};
}

}
