// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Output.h"
#include "app/console/commands/Command.h"

#include <QJsonArray>

namespace qd::console {

using namespace Qt::StringLiterals;

namespace {

QJsonObject rightJson(const state::ActionRight &right)
{
    return {{u"verb"_s, right.verb}, {u"group"_s, right.group}, {u"resource"_s, right.resource}, {u"subresource"_s, right.subresource}};
}

QString rightText(const state::ActionRight &right)
{
    return right.verb + u' ' + right.resource + (right.subresource.isEmpty() ? QString() : QString(u'/' + right.subresource));
}

QJsonObject toJson(const state::ActionInfo &action)
{
    QJsonArray params;
    for (const state::ActionParam &param : action.params)
        params.append(QJsonObject{{u"name"_s, param.name}, {u"type"_s, param.type}, {u"required"_s, param.required},
                                  {u"values"_s, QJsonArray::fromStringList(param.values)}});
    QJsonArray also;
    for (const state::ActionRight &further : action.also)
        also.append(rightJson(further));
    return {{u"id"_s, action.id}, {u"title"_s, action.title}, {u"keys"_s, QJsonArray::fromStringList(action.keys)},
            {u"kinds"_s, QJsonArray::fromStringList(action.kinds)}, {u"params"_s, params}, {u"right"_s, rightJson(action.right)},
            {u"also"_s, also}, {u"danger"_s, state::dangerId(action.danger)}};
}

QStringList tableRow(const state::ActionInfo &action)
{
    QStringList params;
    for (const state::ActionParam &param : action.params)
        params.append(param.required ? QString(param.name + u'=') : QString(u'[' + param.name + u"=]"_s));
    QStringList rights{rightText(action.right)};
    for (const state::ActionRight &further : action.also)
        rights.append(rightText(further));
    return {action.id, params.join(u' '), action.keys.join(u", "_s), rights.join(u", "_s), state::dangerId(action.danger)};
}

/// `actions [KIND]`: the catalogue, of everything or exact for one kind. Needs no cluster.
class Actions final : public Command {
public:
    using Command::Command;

    void run() override
    {
        QList<state::ActionInfo> actions = session().catalogue().actions();
        if (!invocation().words.isEmpty()) {
            const Result<network::KindInfo> kind = findKind(session(), invocation().words.first());
            if (!kind) {
                sayError(kind.error());
                Q_EMIT finished(Usage);
                return;
            }
            actions = session().catalogue().forKind(*kind);
        }
        if (invocation().json()) {
            QJsonArray all;
            for (const state::ActionInfo &action : actions)
                all.append(toJson(action));
            printJson(all);
        } else {
            QList<QStringList> rows;
            for (const state::ActionInfo &action : actions)
                rows.append(tableRow(action));
            printTable({u"ACTION"_s, u"PARAMETERS"_s, u"KEYS"_s, u"RIGHT"_s, u"DANGER"_s}, rows);
        }
        Q_EMIT finished(Ok);
    }
};

}

std::unique_ptr<Command> makeActions(const Invocation &invocation, Session *session)
{
    return std::make_unique<Actions>(invocation, session);
}

}
