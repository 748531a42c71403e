// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/ThreeWayMerge.h"

#include "models/core/Json.h"
#include "models/state/JsonDiff.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QSet>

namespace qd::state {

using namespace Qt::StringLiterals;

namespace {

const QJsonValue kUndefined(QJsonValue::Undefined);

struct Spot
{
    QString path;
    QString label;
};

class Merger
{
public:
    explicit Merger(const QMap<QString, MergeChoice> &choices)
        : m_choices(choices)
    {
    }
    MergeResult result;

    QJsonValue merge(const QJsonValue &base, const QJsonValue &mine, const QJsonValue &theirs, const Spot &at)
    {
        if (mine == theirs || theirs == base)
            return mine;
        if (mine == base) {
            took(base, theirs, at);
            return theirs;
        }
        const bool fresh = base.isUndefined() || base.isNull();
        if (mine.isObject() && theirs.isObject() && (base.isObject() || fresh))
            return mergeObjects(base.toObject(), mine.toObject(), theirs.toObject(), at);
        if (mine.isArray() && theirs.isArray() && (base.isArray() || fresh)) {
            const QStringList keys = listMapKeys({base.toArray(), mine.toArray(), theirs.toArray()});
            if (!keys.isEmpty())
                return mergeLists(base.toArray(), mine.toArray(), theirs.toArray(), keys, at);
        }
        return decide(base, mine, theirs, at);
    }

private:
    QJsonValue mergeObjects(const QJsonObject &base, const QJsonObject &mine, const QJsonObject &theirs, const Spot &at)
    {
        QJsonObject out;
        QSet<QString> done;
        for (const QJsonObject *side : {&theirs, &mine}) {
            const QStringList keys = side->keys();
            for (const QString &key : keys) {
                if (done.contains(key))
                    continue;
                done.insert(key);
                const QJsonValue value = merge(base.value(key), mine.value(key), theirs.value(key), below(at, key));
                if (!value.isUndefined())
                    out.insert(key, value);
            }
        }
        return out;
    }

    QJsonValue mergeLists(const QJsonArray &base, const QJsonArray &mine, const QJsonArray &theirs,
        const QStringList &keys, const Spot &at)
    {
        QJsonArray out;
        QStringList ids;
        const auto place = [&](const QString &id, qsizetype index) {
            const QJsonValue value
                = merge(find(base, keys, id), find(mine, keys, id), find(theirs, keys, id), below(at, keys, id));
            if (value.isUndefined())
                return;
            out.insert(index, value);
            ids.insert(index, id);
        };
        for (const QJsonValue &element : theirs)
            place(listMapId(element, keys), out.size());
        QString before;
        for (const QJsonValue &element : mine) {
            const QString id = listMapId(element, keys);
            if (find(theirs, keys, id).isUndefined()) {
                const qsizetype after = ids.indexOf(before);
                place(id, after < 0 ? (before.isEmpty() ? 0 : out.size()) : after + 1);
            }
            if (ids.contains(id))
                before = id;
        }
        return out;
    }

    QJsonValue decide(const QJsonValue &base, const QJsonValue &mine, const QJsonValue &theirs, const Spot &at)
    {
        const auto choice = m_choices.constFind(at.path);
        if (choice == m_choices.constEnd()) {
            result.conflicts.append({at.path, at.label, base, mine, theirs});
            return theirs;
        }
        switch (choice->take) {
        case MergeChoice::Take::Mine:
            return mine;
        case MergeChoice::Take::Theirs:
            return theirs;
        case MergeChoice::Take::Value:
            break;
        }
        return choice->value;
    }

    void took(const QJsonValue &base, const QJsonValue &theirs, const Spot &at)
    {
        const QList<JsonChange> changes = diffJson(base, theirs);
        for (const JsonChange &change : changes) {
            const bool joined = at.label.isEmpty() || change.label.isEmpty() || change.label.startsWith(u'[');
            result.theirChanges.append(
                joined ? QString(at.label + change.label) : QString(at.label + u'.' + change.label));
        }
    }

    static QJsonValue find(const QJsonArray &list, const QStringList &keys, const QString &id)
    {
        for (const QJsonValue &element : list) {
            if (listMapId(element, keys) == id)
                return element;
        }
        return kUndefined;
    }

    static Spot below(const Spot &at, const QString &key)
    {
        const bool plain = !key.contains(u'.') && !key.contains(u'/');
        const QString label = !plain ? QString(at.label + u'[' + key + u']')
            : at.label.isEmpty()     ? key
                                     : QString(at.label + u'.' + key);
        return {at.path + json::join({key}), label};
    }

    static Spot below(const Spot &at, const QStringList &keys, const QString &id)
    {
        return {at.path + json::join({u'[' + keys.join(u'/') + u'=' + id + u']'}), at.label + u'[' + id + u']'};
    }

    const QMap<QString, MergeChoice> &m_choices;
};

}

MergeResult mergeThreeWay(
    const QJsonValue &base, const QJsonValue &mine, const QJsonValue &theirs, const QMap<QString, MergeChoice> &choices)
{
    Merger merger(choices);
    merger.result.merged = merger.merge(base, mine, theirs, {});
    return merger.result;
}

}
