// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/ManagedFields.h"

#include "app/demo/api/FieldSets.h"
#include "app/demo/api/Kinds.h"
#include "models/core/Json.h"

#include <QJsonArray>

#include <algorithm>

namespace qd::demo::managed {

using namespace Qt::StringLiterals;

namespace {

struct Entry {
    QString manager, operation, apiVersion, time, subresource;
    fieldset::Set fields;
};

QList<Entry> entriesOf(const QJsonObject &object)
{
    QList<Entry> entries;
    for (const QJsonValue &value : json::at(object, u"/metadata/managedFields"_s).toArray()) {
        const QJsonObject entry = value.toObject();
        entries.append({entry.value("manager"_L1).toString(), entry.value("operation"_L1).toString(),
            entry.value("apiVersion"_L1).toString(), entry.value("time"_L1).toString(),
            entry.value("subresource"_L1).toString(), entry.value("fieldsV1"_L1).toObject()});
    }
    return entries;
}

QJsonObject withEntries(QJsonObject object, const QList<Entry> &entries)
{
    QJsonArray array;
    for (const Entry &entry : entries) {
        if (entry.fields.isEmpty())
            continue;
        QJsonObject json{{u"manager"_s, entry.manager}, {u"operation"_s, entry.operation}, {u"apiVersion"_s, entry.apiVersion},
            {u"fieldsType"_s, u"FieldsV1"_s}, {u"fieldsV1"_s, entry.fields}};
        if (!entry.time.isEmpty())
            json.insert("time"_L1, entry.time);
        if (!entry.subresource.isEmpty())
            json.insert("subresource"_L1, entry.subresource);
        array.append(json);
    }
    QJsonObject metadata = object.value("metadata"_L1).toObject();
    if (array.isEmpty())
        metadata.remove("managedFields"_L1);
    else
        metadata.insert("managedFields"_L1, array);
    object.insert("metadata"_L1, metadata);
    return object;
}

bool same(const Entry &entry, const Writer &writer)
{
    return entry.manager == writer.manager && entry.operation == (writer.apply ? "Apply"_L1 : "Update"_L1)
        && entry.subresource == writer.subresource;
}

Entry &entryFor(QList<Entry> &entries, const Writer &writer)
{
    const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry &entry) { return same(entry, writer); });
    if (found != entries.end())
        return *found;
    entries.append({writer.manager, writer.apply ? u"Apply"_s : u"Update"_s, writer.apiVersion, {}, writer.subresource, {}});
    return entries.last();
}

/// As apimachinery's capmanagers: at most ten updaters; the oldest of more become one, "ancient-changes".
void capUpdaters(QList<Entry> &entries)
{
    constexpr qsizetype kUpdaters = 10;
    entries.removeIf([](const Entry &entry) { return entry.fields.isEmpty(); });
    const auto updater = [](const Entry &entry) { return entry.operation == "Update"_L1; };
    qsizetype beyond = std::count_if(entries.begin(), entries.end(), updater) - kUpdaters;
    if (beyond <= 0)
        return;
    QList<Entry> oldest;
    std::copy_if(entries.begin(), entries.end(), std::back_inserter(oldest), updater);
    std::stable_sort(oldest.begin(), oldest.end(), [](const Entry &a, const Entry &b) { return a.time < b.time; });
    oldest.resize(beyond + 1);
    Entry ancient = oldest.last();
    ancient.manager = u"ancient-changes"_s;
    ancient.subresource.clear();
    for (const Entry &entry : std::as_const(oldest)) {
        ancient.fields = fieldset::unite(ancient.fields, entry.fields);
        entries.removeIf([&entry](const Entry &one) {
            return one.operation == entry.operation && one.manager == entry.manager && one.subresource == entry.subresource;
        });
    }
    entries.prepend(ancient);
}

QString stamp(const Writer &writer)
{
    if (writer.subresource == "scale"_L1)
        return {};
    return writer.time.toUTC().toString(u"yyyy-MM-ddTHH:mm:ssZ"_s);
}

/// "name" with subresource "status" using v1
QString named(const Entry &entry)
{
    QString who = QString(u'"' + entry.manager + u'"');
    if (!entry.subresource.isEmpty())
        who += QString(u" with subresource \""_s + entry.subresource + u'"');
    if (entry.operation != "Apply"_L1)
        who += QString(u" using "_s + entry.apiVersion);
    return who;
}

Failure conflictOf(const QList<std::pair<Entry, fieldset::Set>> &conflicts)
{
    Failure failure{409, u"Conflict"_s, {}};
    QStringList lines;
    for (const auto &[entry, fields] : conflicts) {
        const QString who = named(entry);
        lines.append(QString(u"conflicts with "_s + who + u':'));
        for (const QString &path : fieldset::paths(fields)) {
            failure.causes.append({path, u"FieldManagerConflict"_s, QString(u"conflict with "_s + who)});
            lines.append(QString(u"- "_s + path));
        }
    }
    if (failure.causes.size() == 1)
        failure.message = QString(u"Apply failed with 1 conflict: "_s + failure.causes.first().message + u": "_s + failure.causes.first().field);
    else
        failure.message = QString(u"Apply failed with "_s + QString::number(failure.causes.size()) + u" conflicts: "_s + lines.join(u'\n'));
    return failure;
}

}

QJsonObject afterUpdate(const Schema &schema, const QJsonObject &before, QJsonObject after, const Writer &writer)
{
    QList<Entry> entries = entriesOf(before);
    // The client's own managedFields count only when it empties them on purpose; else the stored ones go on. Of an object nobody
    // keeps books of nobody begins to, but by an apply.
    if (writer.dropsAll || (!before.isEmpty() && entries.isEmpty()))
        return withEntries(std::move(after), {});
    const fieldset::Set changed = fieldset::changed(schema, before, after);
    const fieldset::Set there = fieldset::changed(schema, {}, after);
    const fieldset::Set gone = fieldset::without(fieldset::changed(schema, {}, before), there);
    for (Entry &entry : entries) {
        if (!same(entry, writer))
            entry.fields = fieldset::without(entry.fields, changed);
        // What is no longer there is owned by nobody.
        entry.fields = fieldset::without(entry.fields, gone);
    }
    if (!changed.isEmpty()) {
        Entry &mine = entryFor(entries, writer);
        mine.fields = fieldset::unite(mine.fields, changed);
        mine.time = stamp(writer);
        mine.apiVersion = writer.apiVersion;
        capUpdaters(entries);
    }
    return withEntries(std::move(after), entries);
}

Outcome<QJsonObject> apply(
    const Kind &kind, const QJsonObject &live, const QJsonObject &configuration, const Writer &writer, bool force)
{
    const Schema &schema = kind.schema;
    const fieldset::Set wanted = fieldset::of(schema, configuration);
    QList<Entry> entries = entriesOf(live);
    if (entries.isEmpty() && !live.isEmpty()) {
        // Somebody made it before anybody kept books (FieldManager "before-first-apply").
        entries.append({u"before-first-apply"_s, u"Update"_s, writer.apiVersion, stamp(writer), {}, fieldset::changed(schema, {}, live)});
    }
    const QJsonObject merged = fieldset::merged(schema, live, configuration);
    // A field is in conflict when someone else owns it and its value is to change.
    const fieldset::Set changing = fieldset::common(wanted, fieldset::changed(schema, live, merged));
    QList<std::pair<Entry, fieldset::Set>> conflicts;
    for (Entry &entry : entries) {
        if (same(entry, writer))
            continue;
        const fieldset::Set overlap = fieldset::common(entry.fields, changing);
        if (overlap.isEmpty())
            continue;
        if (force)
            entry.fields = fieldset::without(entry.fields, overlap);
        else
            conflicts.append({entry, overlap});
    }
    if (!conflicts.isEmpty())
        return conflictOf(conflicts);
    Entry &mine = entryFor(entries, writer);
    // What this manager named before and no longer names goes, unless another one owns it too.
    fieldset::Set dropped = fieldset::without(mine.fields, wanted);
    const bool changedSet = mine.fields != wanted || merged != live;
    mine.fields = wanted;
    mine.apiVersion = writer.apiVersion;
    if (changedSet)
        mine.time = stamp(writer);
    for (const Entry &entry : entries) {
        if (!same(entry, writer))
            dropped = fieldset::without(dropped, entry.fields);
    }
    return withEntries(fieldset::removed(schema, merged, dropped), entries);
}

}
