// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/JsonPatch.h"

#include "models/core/Json.h"

#include <QCoreApplication>

namespace qd::json {

using namespace Qt::StringLiterals;

namespace {

/// As kube-apiserver: forty copies that double a document each time would fill any memory.
constexpr qsizetype kMostCopied = 3 * 1024 * 1024;

Error patchError(qsizetype index, const QJsonObject &op, ErrorKind kind, const QString &what)
{
    return {kind,
        QCoreApplication::translate("JsonPatch", "Operation %1 of the patch (%2 %3): %4.")
            .arg(index)
            .arg(op.value("op"_L1).toString(), op.value("path"_L1).toString(), what)};
}

/// add inserts into a list; everything else is set.
bool add(QJsonValue &root, const QString &path, const QJsonValue &value)
{
    QStringList tokens = split(path);
    if (tokens.isEmpty())
        return set(root, path, value);
    const QString last = tokens.takeLast();
    const QString parent = join(tokens);
    const QJsonValue holder = at(root, parent);
    if (holder.isObject() || last == "-"_L1)
        return (holder.isObject() || holder.isArray()) && set(root, path, value);
    bool ok = false;
    const int index = last.toInt(&ok);
    QJsonArray list = holder.toArray();
    if (!holder.isArray() || !ok || index < 0 || index > list.size())
        return false;
    list.insert(index, value);
    return set(root, parent, list);
}

/// `copied`: bytes of JSON the copies of the patch added so far.
QString applyOne(QJsonValue &root, const QJsonObject &op, bool &conflict, qsizetype &copied)
{
    const QString name = op.value("op"_L1).toString();
    const QString path = op.value("path"_L1).toString();
    const QString from = op.value("from"_L1).toString();
    const QJsonValue there = at(root, path);
    const auto missing = [] { return QCoreApplication::translate("JsonPatch", "there is nothing at this path"); };
    if (name == "test"_L1) {
        conflict = !(there == op.value("value"_L1));
        return conflict ? QCoreApplication::translate("JsonPatch", "the value there is another one") : QString();
    }
    if (name == "add"_L1)
        return add(root, path, op.value("value"_L1)) ? QString() : missing();
    if (name == "replace"_L1)
        return !there.isUndefined() && set(root, path, op.value("value"_L1)) ? QString() : missing();
    if (name == "remove"_L1)
        return remove(root, path) ? QString() : missing();
    if (name == "copy"_L1 || name == "move"_L1) {
        const QJsonValue value = at(root, from);
        if (value.isUndefined() || (name == "move"_L1 && !remove(root, from)))
            return missing();
        if (name == "copy"_L1 && (copied += compact(value).size()) > kMostCopied)
            return QCoreApplication::translate("JsonPatch", "the copies of this patch make too much of it");
        return add(root, path, value) ? QString() : missing();
    }
    return QCoreApplication::translate("JsonPatch", "this operation is not known");
}

}

QJsonObject mergePatchFor(const QJsonObject &from, const QJsonObject &to)
{
    QJsonObject patch;
    for (auto old = from.begin(); old != from.end(); ++old) {
        if (!to.contains(old.key()))
            patch.insert(old.key(), QJsonValue::Null);
    }
    for (auto wanted = to.begin(); wanted != to.end(); ++wanted) {
        const QJsonValue a = from.value(wanted.key());
        const QJsonValue b = *wanted;
        if (a.isObject() && b.isObject() && a != b)
            patch.insert(wanted.key(), mergePatchFor(a.toObject(), b.toObject()));
        else if (a != b)
            patch.insert(wanted.key(), b);
    }
    return patch;
}

Result<QJsonObject> applyJsonPatch(const QJsonObject &object, const QJsonArray &operations)
{
    QJsonValue root = object;
    qsizetype copied = 0;
    for (qsizetype i = 0; i < operations.size(); ++i) {
        const QJsonObject op = operations.at(i).toObject();
        bool conflict = false;
        const QString problem = applyOne(root, op, conflict, copied);
        if (!problem.isEmpty())
            return patchError(i + 1, op, conflict ? ErrorKind::Conflict : ErrorKind::Invalid, problem);
    }
    return root.toObject();
}

}
