// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/NodesLook.h"
#include "models/core/Json.h"

#include <QCryptographicHash>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

const QString kTeardown = u"canton.quarterdeck.io/teardown"_s;
const QString kIdp = u"canton.quarterdeck.io/idp"_s;

/// The registry and folder of the node's own image.
QString siblingOf(const QString &repo, const QString &image)
{
    const qsizetype slash = repo.lastIndexOf(u'/');
    return slash < 0 ? image : QString(repo.left(slash + 1) + image);
}

/// The node's image block and one component's, which says what differs.
class Images {
public:
    explicit Images(const QJsonObject &node) : m_spec(node.value("spec"_L1).toObject())
    {
        m_repo = m_spec.value("imageRepo"_L1).toString(u"registry.northgate.example/splice/validator-app"_s);
        m_tag = m_spec.value("imageTag"_L1).toString(u"latest"_s);
    }
    /// The component whose block stands at the top of spec.
    [[nodiscard]] Component top(const QString &name, const QString &fallback) const
    {
        Component out = from(name, m_spec, m_spec.contains("imageRepo"_L1) ? m_repo : siblingOf(m_repo, fallback));
        return out;
    }
    /// A component of a block KEY.spec.
    [[nodiscard]] Component block(const QString &name, const QString &key, const QString &image) const
    {
        return from(name, blockAt(key), siblingOf(m_repo, image));
    }
    [[nodiscard]] QJsonObject blockAt(const QString &key) const
    {
        return m_spec.value(key).toObject().value("spec"_L1).toObject();
    }
    [[nodiscard]] bool enabled(const QString &key) const { return blockAt(key).value("enabled"_L1).toBool(true); }
    [[nodiscard]] Component database(const QString &name, const QString &storage) const
    {
        Component out;
        out.name = name;
        QString host = m_repo.section(u'/', 0, 0);
        out.image = QString(host + u"/postgres:15.8"_s);
        out.boot = 4s;
        out.ports = {5432};
        out.storage = storage.isEmpty() ? u"50Gi"_s : storage;
        out.database = true;
        out.resources = {{u"cpuRequested"_s, u"500m"_s}, {u"memoryRequested"_s, u"1Gi"_s}, {u"memoryLimit"_s, u"2Gi"_s},
            {u"imagePullSecret"_s, m_spec.value("resources"_L1).toObject().value("imagePullSecret"_L1)}};
        return out;
    }
    [[nodiscard]] static bool provisioned(const QJsonObject &database)
    {
        return database.value("mode"_L1).toString(u"Provisioned"_s) == "Provisioned"_L1;
    }

private:
    [[nodiscard]] Component from(const QString &name, const QJsonObject &block, const QString &repo) const
    {
        Component out;
        out.name = name;
        out.image = QString(
            block.value("imageRepo"_L1).toString(repo) + u':' + block.value("imageTag"_L1).toString(m_tag));
        out.resources = block.value("resources"_L1).toObject();
        out.desired = out.resources.value("replicas"_L1).toInt(1);
        out.resources.remove("replicas"_L1);
        out.env = block.value("envVars"_L1).toArray();
        out.logLevel = block.value("logLevel"_L1).toString();
        out.pullPolicy = block.value("imagePullPolicy"_L1).toString(m_spec.value("imagePullPolicy"_L1).toString());
        return out;
    }
    QJsonObject m_spec;
    QString m_repo;
    QString m_tag;
};

Component placed(Component component, int stage, milliseconds boot, const QList<int> &ports)
{
    component.stage = stage;
    component.boot = boot;
    component.ports = ports;
    return component;
}

QList<Component> validatorComponents(const QJsonObject &node)
{
    const Images images(node);
    const QJsonObject spec = node.value("spec"_L1).toObject();
    QList<Component> all;
    if (Images::provisioned(spec.value("database"_L1).toObject()))
        all.append(images.database(u"postgres"_s, spec.value("storageSize"_L1).toString()));
    all.append(placed(images.block(u"participant"_s, u"participant"_s, u"canton-participant"_s), 1, 16s,
        {5001, 5002, 7575, 10013}));
    all.append(placed(images.top(u"validator"_s, u"validator-app"_s), 2, 10s, {5003, 10013}));
    if (images.enabled(u"walletUI"_s))
        all.append(placed(images.block(u"wallet-ui"_s, u"walletUI"_s, u"wallet-web-ui"_s), 3, 2s, {80}));
    if (images.enabled(u"applicationCantonNameServer"_s))
        all.append(placed(
            images.block(u"cns-ui"_s, u"applicationCantonNameServer"_s, u"ans-web-ui"_s), 3, 2s, {80}));
    return all;
}

QList<Component> participantComponents(const QJsonObject &node)
{
    const Images images(node);
    const QJsonObject spec = node.value("spec"_L1).toObject();
    QList<Component> all;
    if (Images::provisioned(spec.value("database"_L1).toObject()))
        all.append(images.database(u"postgres"_s, spec.value("storageSize"_L1).toString()));
    all.append(placed(images.top(u"participant"_s, u"canton-participant"_s), 1, 16s, {5001, 5002, 7575, 10013}));
    const auto legacy = [&](const QString &key, const QString &name, int port) {
        if (!spec.value(key).toObject().value("enabled"_L1).toBool(false))
            return;
        Component component = placed(images.block(name, key, name), 2, 5s, {port});
        component.desired = 1;
        all.append(component);
    };
    legacy(u"daemon"_s, u"json-api"_s, 7575);
    legacy(u"navigator"_s, u"navigator"_s, 4000);
    return all;
}

QList<Component> superValidatorComponents(const QJsonObject &node)
{
    const Images images(node);
    struct Part {
        const char *name, *key, *image;
        int stage;
        milliseconds boot;
        QList<int> ports;
    };
    const QList<Part> parts{{"sequencer", "sequencer", "canton-sequencer", 2, 12s, {5008, 5009, 10013}},
        {"mediator", "mediator", "canton-mediator", 2, 8s, {5007, 10013}},
        {"participant", "participant", "canton-participant", 3, 16s, {5001, 5002, 7575, 10013}},
        {"sv", "svApp", "sv-app", 4, 12s, {5014, 10013}}, {"scan", "scan", "scan-app", 5, 10s, {5012, 10013}},
        {"validator", "validatorApp", "validator-app", 5, 10s, {5003, 10013}}};
    QList<Component> all;
    QString storage;
    bool provisioned = false;
    for (const Part &part : parts) {
        const QJsonObject block = images.blockAt(QString::fromLatin1(part.key));
        provisioned = provisioned || Images::provisioned(block.value("database"_L1).toObject());
        if (storage.isEmpty())
            storage = block.value("storageSize"_L1).toString();
    }
    if (provisioned)
        all.append(images.database(u"postgres"_s, storage));
    const QJsonObject spec = node.value("spec"_L1).toObject();
    const bool bft = spec.value("bftSequencer"_L1).toObject().value("enabled"_L1).toBool(false);
    if (!bft && spec.value("cometbft"_L1).toObject().value("enabled"_L1).toBool(true)) {
        Component comet = placed(images.block(u"cometbft"_s, u"cometbft"_s, u"cometbft"_s), 1, 6s, {26656, 26657, 26660});
        comet.desired = 1;
        all.append(comet);
    }
    for (const Part &part : parts) {
        const QString key = QString::fromLatin1(part.key);
        if (images.enabled(key))
            all.append(placed(images.block(QString::fromLatin1(part.name), key, QString::fromLatin1(part.image)),
                part.stage, part.boot, part.ports));
    }
    return all;
}

QList<Component> syncDomainComponents(const QJsonObject &node)
{
    const Images images(node);
    const QString storage = json::at(node, u"/spec/storageSize"_s).toString();
    QList<Component> all;
    for (const QString &key : {u"sequencer"_s, u"mediator"_s}) {
        if (Images::provisioned(images.blockAt(key).value("database"_L1).toObject()))
            all.append(images.database(QString(key + u"-postgres"_s), storage));
    }
    const auto part = [&](const QString &key, int stage, milliseconds boot, const QList<int> &ports) {
        Component component
            = placed(images.block(key, key, QString(u"canton-"_s + key)), stage, boot, ports);
        component.desired = images.blockAt(key).value("instances"_L1).toInt(1);
        component.logLevel = images.blockAt(key).value("logLevel"_L1).toString(
            json::at(node, u"/spec/logLevel"_s).toString());
        all.append(component);
    };
    part(u"sequencer"_s, 1, 12s, {5008, 5009, 10013});
    part(u"mediator"_s, 2, 8s, {5007, 10013});
    return all;
}

}

const QList<NodeKind> &nodeKinds()
{
    static const QList<NodeKind> all{
        {u"validators"_s, u"Validator"_s, u"Onboarded"_s, u"Onboarding"_s, u"validator"_s, {kTeardown, kIdp}},
        {u"participants"_s, u"Participant"_s, u"Initialized"_s, {}, u"participant"_s, {kTeardown}},
        {u"supervalidators"_s, u"SuperValidator"_s, u"OnboardedToDso"_s, u"Onboarding"_s, u"sv"_s, {kTeardown}},
        {u"syncdomains"_s, u"SyncDomain"_s, u"Bootstrapped"_s, u"Bootstrapping"_s, u"sequencer"_s, {kTeardown}},
    };
    return all;
}

QString nodePlural(const QString &kind)
{
    for (const NodeKind &node : nodeKinds()) {
        if (node.kind == kind)
            return node.plural;
    }
    return {};
}

QList<Component> nodeComponents(const QJsonObject &node)
{
    const QString kind = node.value("kind"_L1).toString();
    if (kind == "Validator"_L1)
        return validatorComponents(node);
    if (kind == "Participant"_L1)
        return participantComponents(node);
    if (kind == "SuperValidator"_L1)
        return superValidatorComponents(node);
    return syncDomainComponents(node);
}

QList<NeededSecret> neededSecrets(const QJsonObject &node)
{
    struct Place {
        const char *pointer;
        QStringList components, keys;
    };
    const bool validator = node.value("kind"_L1).toString() == "Validator"_L1;
    const QStringList app{validator ? u"validator"_s : u"participant"_s};
    const QList<Place> places{{"/database/secretRef", {u"participant"_s, u"validator"_s}, {u"user"_s, u"password"_s}},
        {"/onboarding/secretRef", {u"validator"_s}, {u"secret"_s}}, {"/onboarding/keySecretRef", {u"sv"_s}, {}},
        {"/sequencer/spec/tls/secretRef", {u"sequencer"_s}, {}}, {"/ledgerApi/tls/secretRef", {u"participant"_s}, {}},
        {"/auth/secretRefs/ledgerApi", app, {u"url"_s, u"client-id"_s, u"client-secret"_s, u"ledger-api-user"_s}},
        {"/auth/secretRefs/walletUi", {u"wallet-ui"_s}, {u"url"_s, u"clientId"_s, u"username"_s}},
        {"/auth/secretRefs/cnsUi", {u"cns-ui"_s}, {u"url"_s, u"clientId"_s}}};
    QList<NeededSecret> needed;
    for (const Place &place : places) {
        const QString pointer = QString(u"/spec"_s + QLatin1String(place.pointer));
        const QString name = json::at(node, QString(pointer + u"/name"_s)).toString();
        if (!name.isEmpty())
            needed.append({name, QString(pointer).replace(u'/', u'.').mid(1), place.components, place.keys});
    }
    return needed;
}

QString componentNamed(const QString &text, const NodeKind &kind)
{
    static const QHash<QString, QString> words{{u"validatorapp"_s, u"validator"_s}, {u"app"_s, u"validator"_s},
        {u"walletui"_s, u"wallet-ui"_s}, {u"wallet"_s, u"wallet-ui"_s},
        {u"applicationcantonnameserver"_s, u"cns-ui"_s}, {u"cnsui"_s, u"cns-ui"_s}, {u"svapp"_s, u"sv"_s},
        {u"database"_s, u"postgres"_s}, {u"jsonapi"_s, u"json-api"_s},
        {u"sequencerpostgres"_s, u"sequencer-postgres"_s}, {u"mediatorpostgres"_s, u"mediator-postgres"_s}};
    if (text.isEmpty())
        return kind.kind == "SyncDomain"_L1 ? u"sequencer"_s : u"participant"_s;
    const QString plain = text.toLower().remove(u'-').remove(u'_');
    return words.value(plain, plain);
}

QString fingerprintOf(const QString &name, quint64 seed)
{
    const QByteArray text = QString(name + u'|' + QString::number(seed)).toUtf8();
    return QString(u"1220"_s
        + QString::fromLatin1(QCryptographicHash::hash(text, QCryptographicHash::Sha256).toHex()));
}

milliseconds ambientInterval(const World &world)
{
    qsizetype nodes = 0;
    for (const NodeKind &kind : nodeKinds())
        nodes += world.count(kind.plural);
    return ambientInterval(nodes);
}

milliseconds ambientInterval(qsizetype nodes)
{
    return std::max<milliseconds>(30s, milliseconds(nodes * 100));
}

}
