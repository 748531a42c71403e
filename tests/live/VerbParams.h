// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Json.h"
#include "models/state/ActionCatalogue.h"

namespace qd::test {

/// What a verb wants to know, such that it changes something on the object as it stands.
inline QMap<QString, QString> verbParams(const state::ActionInfo &action, const network::KindInfo &kind, const QJsonObject &live,
                                         const state::ActionCatalogue &catalogue)
{
    using namespace Qt::StringLiterals;
    static const QHash<QString, QMap<QString, QString>> fixed{
        {u"storage"_s, {{u"size"_s, u"9000Gi"_s}}},
        {u"version"_s, {{u"tag"_s, u"0.5.99"_s}}},
        {u"env"_s, {{u"name"_s, u"TRIED"_s}, {u"value"_s, u"yes"_s}}},
        {u"label"_s, {{u"key"_s, u"example.com/tried"_s}, {u"value"_s, u"yes"_s}}},
        {u"annotate"_s, {{u"key"_s, u"example.com/tried"_s}, {u"value"_s, u"yes"_s}}},
        {u"topup"_s, {{u"throughput"_s, u"31000"_s}, {u"interval"_s, u"7m"_s}}},
        {u"bridge"_s, {{u"domain"_s, u"harbor"_s}}},   // with the connection, so both of its edits are tried
        {u"walletuser"_s, {{u"username"_s, u"Tried.Once@north"_s}}},
        {u"invite"_s, {{u"validator"_s, u"tried-1"_s}}},
        {u"rollback"_s, {{u"tag"_s, u"0.4.1"_s}}},
        {u"restrict"_s, {{u"audience"_s, u"https://tried.example.com"_s}}},
        {u"deploy"_s, {{u"node"_s, u"tried-1"_s}}}};
    if (action.id == "edit"_L1) {
        QJsonValue edited = live;
        json::set(edited, u"/metadata/labels/example.com~1tried"_s, u"yes"_s);
        return {{u"file"_s, QString::fromUtf8(json::compact(edited))}};
    }
    QMap<QString, QString> out = fixed.value(action.id);
    for (const state::ActionParam &param : action.params) {
        if (param.name == "component"_L1 && !param.values.isEmpty())
            out.insert(param.name, param.values.first());
    }
    const QMap<QString, QString> now = catalogue.current(action.id, kind, live, out.value(u"component"_s));
    if (action.id == "scale"_L1)
        out.insert(u"replicas"_s, now.value(u"replicas"_s) == "2"_L1 ? u"1"_s : u"2"_s);
    else if (action.id == "resources"_L1)
        out.insert(u"cpuRequested"_s, now.value(u"cpuRequested"_s) == "100m"_L1 ? u"110m"_s : u"100m"_s);
    return out;
}

}
