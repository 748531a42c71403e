// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/Json.h"
#include "models/items/ObjectFacts.h"

#include <QJsonArray>

namespace qd::items {

using namespace Qt::StringLiterals;
using network::KindInfo;

namespace {

struct Walk {
    const network::KindTable &kinds;
    QString cluster;
    QString ns;
    QList<Relation> out;

    void add(const QString &field, const QString &kindName, const QString &name, const QString &where)
    {
        // The status repeats what the spec names.
        for (const Relation &known : std::as_const(out)) {
            if (known.kind != Relation::Kind::Owner && field.startsWith("status."_L1) && known.object.name == name
                && known.objectKind == kindName && known.field.startsWith("spec."_L1))
                return;
        }
        Relation relation;
        relation.field = field;
        const KindInfo *info = kinds.find(kindName);
        relation.objectKind = info ? info->kind : kindName;
        relation.object = {cluster, info ? info->gvr : Gvr{}, where.isEmpty() ? ns : where, name, {}};
        out.append(relation);
    }

    /// networkRef -> CantonNetwork, secretRef -> Secret, nodeRef {kind, name}, identityDumpRef -> IdentityDump.
    [[nodiscard]] QString kindOfKey(const QString &key, const QJsonObject &value) const
    {
        static const QHash<QString, QString> known{{u"network"_s, u"CantonNetwork"_s}, {u"pruning"_s, u"PruningSchedule"_s},
                                                   {u"identityProvider"_s, u"IdentityProviderConfig"_s}, {u"secret"_s, u"Secret"_s},
                                                   {u"dars"_s, u"DarPackage"_s}, {u"kms"_s, u"KmsConfig"_s},
                                                   {u"pullSecret"_s, u"Secret"_s},
                                                   {u"lastBackup"_s, u"Backup"_s}, {u"lastIdentityDump"_s, u"IdentityDump"_s},
                                                   {u"active"_s, u"Backup"_s}};
        if (value.contains("kind"_L1))
            return value.value("kind"_L1).toString();
        QString base = key;
        if (base.endsWith("Refs"_L1))
            base.chop(4);
        else if (base.endsWith("Ref"_L1))
            base.chop(3);
        if (base.endsWith("secret"_L1, Qt::CaseInsensitive))
            return u"Secret"_s;
        if (const QString kind = known.value(base); !kind.isEmpty())
            return kind;
        const KindInfo *info = kinds.find(base);
        return info ? info->kind : QString();
    }

    void visit(const QString &field, const QString &key, const QJsonValue &value)
    {
        if (value.isArray()) {
            const QJsonArray list = value.toArray();
            for (const QJsonValue &item : list)
                visit(field, key, item);
            return;
        }
        if (!value.isObject())
            return;
        const QJsonObject object = value.toObject();
        const QString name = object.value("name"_L1).toString();
        static const QStringList named{u"dars"_s, u"lastBackup"_s, u"lastIdentityDump"_s, u"active"_s};
        const KindInfo *typed = kinds.find(object.value("kind"_L1).toString());
        const bool reference = key.endsWith("Ref"_L1) || key.endsWith("Refs"_L1) || named.contains(key)
            || (typed && typed->kind == object.value("kind"_L1).toString());
        if (reference && !name.isEmpty()) {
            if (const QString kind = kindOfKey(key, object); !kind.isEmpty())
                add(field, kind, name, object.value("namespace"_L1).toString());
            return;
        }
        const bool secrets = key == "secretRefs"_L1;
        for (auto it = object.begin(); it != object.end(); ++it)
            visit(field + u'.' + it.key(), secrets ? u"secretRef"_s : it.key(), it.value());
    }
};

}

QList<Relation> relationsOf(const QJsonObject &object, const KindInfo &kind, const network::KindTable &kinds, const QString &cluster)
{
    Q_UNUSED(kind)
    Walk walk{kinds, cluster, json::at(object, u"/metadata/namespace"_s).toString(), {}};
    const QJsonArray owners = json::at(object, u"/metadata/ownerReferences"_s).toArray();
    for (const QJsonValue &value : owners) {
        const QJsonObject owner = value.toObject();
        walk.add(u"metadata.ownerReferences"_s, owner.value("kind"_L1).toString(), owner.value("name"_L1).toString(), {});
        walk.out.last().kind = Relation::Kind::Owner;
        walk.out.last().object.uid = owner.value("uid"_L1).toString();
    }
    walk.visit(u"spec"_s, u"spec"_s, object.value("spec"_L1));
    walk.visit(u"status"_s, u"status"_s, object.value("status"_L1));
    return walk.out;
}

QList<ObjectId> networksOf(const QJsonObject &object, const KindInfo &kind, const network::KindTable &kinds, const std::function<QString(const ObjectId &node)> &networkOf)
{
    QList<ObjectId> out;
    const KindInfo *network = kinds.find(u"CantonNetwork"_s);
    const auto add = [&out, network](const QString &ns, const QString &name) {
        const ObjectId id{{}, network ? network->gvr : Gvr{}, ns, name, {}};
        if (!name.isEmpty() && !out.contains(id))
            out.append(id);
    };
    const QString own = json::at(object, u"/metadata/namespace"_s).toString();
    add(own, object.value("metadata"_L1)["labels"_L1]["canton.quarterdeck.io/network"_L1].toString());
    if (!kind.networkPointer.isEmpty())
        add(own, json::at(object, kind.networkPointer).toString());
    const QList<Relation> relations = relationsOf(object, kind, kinds, {});
    for (const Relation &relation : relations) {
        const KindInfo *of = kinds.find(relation.object.gvr);
        if (of && of == network)
            add(relation.object.ns, relation.object.name);
        else if (of && !of->networkPointer.isEmpty())
            add(relation.object.ns, networkOf(relation.object));
    }
    return out;
}

}
