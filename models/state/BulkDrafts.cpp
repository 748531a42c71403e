// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/BulkDrafts.h"

#include "models/state/ActionDrafts.h"

#include <QCoreApplication>
#include <QHash>

#include <algorithm>

namespace qd::state {

using namespace Qt::StringLiterals;

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(BulkDrafts)
};

QString nameOf(const BulkObject &object)
{
    return object.live.value("metadata"_L1).toObject().value("name"_L1).toString();
}

/// A sentence that says which object it is about.
Error named(Error error, const BulkObject &object)
{
    const QString name = nameOf(object);
    if (!error.message.contains(name))
        error.message = QString(name + u": "_s + error.message);
    for (ErrorCause &cause : error.causes) {
        if (!cause.message.contains(name))
            cause.message = QString(name + u": "_s + cause.message);
    }
    return error;
}

}

BulkDrafts::BulkDrafts(const ActionCatalogue *catalogue, QString actionId, QList<BulkObject> objects)
    : m_catalogue(catalogue)
    , m_actionId(std::move(actionId))
    , m_objects(std::move(objects))
{
}

const ActionInfo *BulkDrafts::exact(const QList<ActionInfo> &actions) const
{
    const auto it = std::find_if(actions.begin(), actions.end(), [this](const ActionInfo &a) { return a.id == m_actionId; });
    return it == actions.end() ? nullptr : &*it;
}

Result<ActionInfo> BulkDrafts::action() const
{
    if (m_objects.isEmpty() || m_actionId == "edit"_L1 || m_actionId == "create"_L1)
        return Error{ErrorKind::Invalid, Words::tr("%1 is for one object at a time.").arg(m_actionId),
            Words::tr("Select one object; labels, annotations and the other verbs take several.")};
    std::optional<ActionInfo> out;
    QStringList kinds;
    for (const BulkObject &object : m_objects) {
        if (kinds.contains(object.kind.gvr.name()))
            continue;
        kinds.append(object.kind.gvr.name());
        const QList<ActionInfo> actions = m_catalogue->forKind(object.kind);
        const ActionInfo *here = exact(actions);
        if (!here)
            return Error{ErrorKind::Invalid, Words::tr("%1 is no action of %2.").arg(m_actionId, object.kind.kind),
                Words::tr("Select objects of kinds that have it.")};
        if (!out) {
            out = *here;
            continue;
        }
        out->danger = std::max(out->danger, here->danger);
        for (const ActionParam &param : here->params) {
            const auto known = std::find_if(out->params.begin(), out->params.end(), [&param](const ActionParam &p) { return p.name == param.name; });
            if (known == out->params.end()) {
                out->params.prepend(param); // the component of a super validator's storage
                continue;
            }
            known->required = known->required || param.required;
            if (known->type != "choice"_L1)
                continue;
            const bool had = !known->values.isEmpty();
            known->values.removeIf([&param](const QString &value) { return !param.values.contains(value); });
            known->defaultValue = known->values.size() == 1 ? known->values.first() : QString();
            if (had && known->values.isEmpty())
                return Error{ErrorKind::Invalid, Words::tr("The objects have no %1 in common.").arg(known->label.toLower()),
                    Words::tr("Select objects of one kind.")};
        }
    }
    return *out;
}

QMap<QString, QString> BulkDrafts::current(const QString &component) const
{
    QMap<QString, QString> out;
    for (qsizetype i = 0; i < m_objects.size(); ++i) {
        const BulkObject &object = m_objects.at(i);
        const QMap<QString, QString> here = m_catalogue->current(m_actionId, object.kind, object.live, component);
        if (i == 0)
            out = here;
        else
            out.removeIf([&here](std::pair<const QString &, QString &> entry) { return here.value(entry.first) != entry.second; });
    }
    return out;
}

Result<QList<ChangeDraft>> BulkDrafts::build(const QMap<QString, QString> &params, const DraftContext &context) const
{
    QList<ChangeDraft> drafts;
    QHash<QString, QStringList> unchanged; // by cluster
    QHash<QString, int> acted; // objects acted on, by cluster
    for (const BulkObject &object : m_objects) {
        const QList<ActionInfo> actions = m_catalogue->forKind(object.kind);
        const ActionInfo *here = exact(actions);
        QMap<QString, QString> mine = params; // another kind's parameter is none of this one's
        mine.removeIf([here](std::pair<const QString &, QString &> entry) {
            return here && std::none_of(here->params.begin(), here->params.end(), [&entry](const ActionParam &p) { return p.name == entry.first; });
        });
        DraftContext there = context;
        there.cluster = object.cluster;
        there.user = object.user;
        const Result<ChangeDraft> one = m_catalogue->buildDraft(m_actionId, object.kind, object.live, mine, there);
        if (!one && one.error().reason == "NothingToChange"_L1) {
            unchanged[object.cluster].append(nameOf(object));
            continue;
        }
        if (!one)
            return named(one.error(), object);
        ++acted[object.cluster];
        const auto same = std::find_if(drafts.begin(), drafts.end(), [&object](const ChangeDraft &d) { return d.edits.first().object.cluster == object.cluster; });
        if (same == drafts.end()) {
            drafts.append(*one);
        } else {
            same->edits.append(one->edits);
            same->danger = std::max(same->danger, one->danger);
        }
    }
    if (drafts.isEmpty()) {
        Error error{ErrorKind::Invalid, Words::tr("All %1 objects are so already: there is nothing to change.").arg(m_objects.size())};
        error.reason = u"NothingToChange"_s;
        return error;
    }
    for (ChangeDraft &draft : drafts) {
        const int count = acted.value(draft.edits.first().object.cluster);
        if (count > 1)
            draft.title = actionTitle(m_actionId, QCoreApplication::translate("ChangeDraft", "%n object(s)", nullptr, count));
        draft.verbText = draft.title;
        draft.unchanged = unchanged.value(draft.edits.first().object.cluster);
    }
    return drafts;
}

QString BulkDrafts::title() const
{
    if (m_objects.size() == 1)
        return actionTitle(m_actionId, nameOf(m_objects.first()));
    return actionTitle(m_actionId, QCoreApplication::translate("ChangeDraft", "%n object(s)", nullptr, int(m_objects.size())));
}

}
