// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/network/KindTable.h"

#include <QCoreApplication>
#include <QJsonArray>

#include <algorithm>
#include <array>
#include <numeric>

namespace qd::network {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("KindTable", text);
}

constexpr std::array kTypes{"text", "integer", "number", "boolean", "quantity", "time", "list", "count", "ready", "left", "ref"};
constexpr std::array kSources{"metadata", "declared", "reported", "observed"};
constexpr std::array kStates{"failed", "degraded", "stale", "unknown", "deleting", "updating", "provisioning", "progressing",
                             "suspended", "ready", "waiting", "notBegun", "succeeded", "cancelled"};

/// Index of the word in the list, or -1.
template <size_t N>
int indexOf(const std::array<const char *, N> &words, const QString &word)
{
    for (size_t i = 0; i < N; ++i) {
        if (word == QLatin1StringView(words[i]))
            return int(i);
    }
    return -1;
}

template <size_t N>
QString listed(const std::array<const char *, N> &words)
{
    QStringList out;
    for (const char *word : words)
        out.append(QString::fromLatin1(word));
    return out.join(u", "_s);
}

class Reader {
public:
    QList<ErrorCause> causes;

    void complain(const QString &field, const QString &message) { causes.append({field, u"FieldValueInvalid"_s, message}); }

    QString text(const QJsonObject &object, const QString &where, QLatin1StringView key, bool required)
    {
        const QString value = object.value(key).toString();
        if (required && value.isEmpty())
            complain(where + u'.' + key, tr("is missing"));
        return value;
    }

    QString pointer(const QJsonObject &object, const QString &where, QLatin1StringView key, bool required)
    {
        const QString value = text(object, where, key, required);
        if (!value.isEmpty() && !value.startsWith(u'/'))
            complain(where + u'.' + key, tr("\"%1\" is no JSON pointer; it starts with /").arg(value));
        return value;
    }

    Column column(const QJsonObject &object, const QString &where)
    {
        Column out;
        out.id = text(object, where, "id"_L1, true);
        out.title = text(object, where, "title"_L1, true);
        const QString type = object.value("type"_L1).toString(u"text"_s);
        const int typeIndex = indexOf(kTypes, type);
        if (typeIndex < 0)
            complain(where + u".type"_s, tr("\"%1\" is none of %2").arg(type, listed(kTypes)));
        out.type = CellType(std::max(0, typeIndex));
        const QString source = object.value("source"_L1).toString(u"reported"_s);
        const int sourceIndex = indexOf(kSources, source);
        if (sourceIndex < 0)
            complain(where + u".source"_s, tr("\"%1\" is none of %2").arg(source, listed(kSources)));
        out.source = Source(std::max(0, sourceIndex));
        out.pointer = pointer(object, where, "pointer"_L1, true);
        out.item = pointer(object, where, "item"_L1, false);
        out.optional = object.value("optional"_L1).toBool();
        out.width = object.value("width"_L1).toInt(10);
        out.end = object.value("end"_L1).toBool();
        return out;
    }

    void phases(KindInfo &out, const QJsonObject &map, const QString &where)
    {
        for (auto it = map.begin(); it != map.end(); ++it) {
            const QString id = it.value().toString();
            if (indexOf(kStates, id) < 0)
                complain(where + u'.' + it.key(), tr("\"%1\" is none of %2").arg(id, listed(kStates)));
            out.phases.insert(it.key(), stateFromId(id));
        }
    }

    void lists(KindInfo &out, const QJsonObject &object, const QString &where)
    {
        const QJsonArray columns = object.value("columns"_L1).toArray();
        for (qsizetype i = 0; i < columns.size(); ++i)
            out.columns.append(column(columns.at(i).toObject(), u"%1.columns[%2]"_s.arg(where).arg(i)));
        const QJsonArray facts = object.value("facts"_L1).toArray();
        for (qsizetype i = 0; i < facts.size(); ++i)
            out.facts.append(column(facts.at(i).toObject(), u"%1.facts[%2]"_s.arg(where).arg(i)));
        const QJsonArray pairs = object.value("declaredReported"_L1).toArray();
        for (qsizetype i = 0; i < pairs.size(); ++i) {
            const QJsonObject pair = pairs.at(i).toObject();
            const QString at = u"%1.declaredReported[%2]"_s.arg(where).arg(i);
            out.comparisons.append({text(pair, at, "id"_L1, true), text(pair, at, "title"_L1, true),
                                    pointer(pair, at, "declared"_L1, true), pointer(pair, at, "reported"_L1, true)});
        }
        const QJsonArray names = object.value("short"_L1).toArray();
        for (const QJsonValue &name : names)
            out.shortNames.append(name.toString());
    }

    KindInfo kind(const QJsonObject &object, const QString &where)
    {
        KindInfo out;
        out.kind = text(object, where, "kind"_L1, true);
        out.gvr = {object.value("group"_L1).toString(), text(object, where, "version"_L1, true),
                   text(object, where, "plural"_L1, true)};
        out.singular = object.value("singular"_L1).toString(out.kind.toLower());
        out.title = object.value("title"_L1).toString(out.kind);
        out.pane = object.value("pane"_L1).toString(u"none"_s);
        out.icon = object.value("icon"_L1).toString();
        out.runOnce = object.value("runOnce"_L1).toBool();
        out.eager = object.value("watch"_L1).toString() != "onDemand"_L1;
        out.namespaced = object.value("scope"_L1).toString(u"Namespaced"_s) != "Cluster"_L1;
        out.own = object.contains("own"_L1) ? object.value("own"_L1).toBool() : out.gvr.group == "canton.quarterdeck.io"_L1;
        out.phasePointer = pointer(object, where, "phase"_L1, false);
        out.networkPointer = pointer(object, where, "network"_L1, false);
        phases(out, object.value("phases"_L1).toObject(), where + u".phases"_s);
        lists(out, object, where);
        return out;
    }
};

int distance(const QString &a, const QString &b)
{
    std::vector<int> row(size_t(b.size()) + 1);
    std::iota(row.begin(), row.end(), 0);
    for (qsizetype i = 1; i <= a.size(); ++i) {
        int diagonal = row[0];
        row[0] = int(i);
        for (size_t j = 1; j < row.size(); ++j) {
            const int changed = diagonal + (a.at(i - 1) == b.at(qsizetype(j) - 1) ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
        }
    }
    return row.back();
}

}

State KindInfo::stateOf(const QString &phase) const
{
    return phases.value(phase, State::Unknown);
}

Result<KindTable> KindTable::fromJson(const QJsonObject &document)
{
    Reader reader;
    KindTable table;
    if (document.value("schema"_L1).toInt() != 1)
        reader.complain(u"schema"_s, tr("must be 1"));
    const QJsonArray kinds = document.value("kinds"_L1).toArray();
    for (qsizetype i = 0; i < kinds.size(); ++i)
        table.m_kinds.append(reader.kind(kinds.at(i).toObject(), u"kinds[%1]"_s.arg(i)));
    if (kinds.isEmpty())
        reader.complain(u"kinds"_s, tr("is empty"));
    if (!reader.causes.isEmpty()) {
        const ErrorCause &first = reader.causes.first();
        Error error{ErrorKind::Invalid, tr("The kinds table is not valid: %1 %2.").arg(first.field, first.message),
                    tr("Correct the table, or remove it to use the one that came with the program.")};
        error.causes = reader.causes;
        return error;
    }
    return table;
}

const KindInfo *KindTable::find(const QString &name) const
{
    const KindInfo *foreign = nullptr;
    for (const KindInfo &info : m_kinds) {
        const auto same = [&name](const QString &other) { return other.compare(name, Qt::CaseInsensitive) == 0; };
        if (!same(info.kind) && !same(info.gvr.resource) && !same(info.singular) && !same(info.gvr.name())
            && std::none_of(info.shortNames.begin(), info.shortNames.end(), same))
            continue;
        if (info.own || same(info.gvr.name()))
            return &info;
        if (!foreign)
            foreign = &info;
    }
    return foreign;
}

const KindInfo *KindTable::find(const Gvr &gvr) const
{
    const auto it = std::find_if(m_kinds.begin(), m_kinds.end(), [&gvr](const KindInfo &k) { return k.gvr == gvr; });
    return it == m_kinds.end() ? nullptr : &*it;
}

QList<const KindInfo *> KindTable::ofPane(const QString &pane) const
{
    QList<const KindInfo *> out;
    for (const KindInfo &info : m_kinds) {
        if (info.pane == pane)
            out.append(&info);
    }
    return out;
}

QString KindTable::nearest(const QString &name) const
{
    QString best;
    int bestDistance = 4;
    for (const KindInfo &info : m_kinds) {
        for (const QString &known : {info.gvr.resource, info.singular}) {
            const int d = distance(name.toLower(), known);
            if (d < bestDistance) {
                bestDistance = d;
                best = known;
            }
        }
    }
    return best;
}

}
