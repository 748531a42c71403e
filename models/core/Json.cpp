// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/Json.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace qd::json {

using namespace Qt::StringLiterals;

QStringList split(const QString &pointer)
{
    if (pointer.isEmpty())
        return {};
    QStringList tokens = pointer.mid(1).split(u'/');
    for (QString &token : tokens)
        token.replace("~1"_L1, "/"_L1).replace("~0"_L1, "~"_L1);
    return tokens;
}

QString join(const QStringList &tokens)
{
    QString out;
    for (QString token : tokens)
        out += u'/' + token.replace("~"_L1, "~0"_L1).replace("/"_L1, "~1"_L1);
    return out;
}

QJsonValue at(const QJsonValue &root, const QString &pointer)
{
    if (pointer.isEmpty())
        return root;
    // Token by token without copies: this is asked for hundreds of times for each object of thousands.
    QJsonValue value = root;
    QString unescaped;
    for (qsizetype from = 1; from <= pointer.size();) {
        const qsizetype slash = pointer.indexOf(u'/', from);
        const qsizetype end = slash < 0 ? pointer.size() : slash;
        QStringView token = QStringView(pointer).sliced(from, end - from);
        if (token.contains(u'~')) {
            unescaped = token.toString().replace("~1"_L1, "/"_L1).replace("~0"_L1, "~"_L1);
            token = unescaped;
        }
        if (value.isObject()) {
            value = value.toObject().value(token);
        } else if (value.isArray()) {
            bool ok = false;
            const int index = token.toInt(&ok);
            value = ok && index >= 0 ? value.toArray().at(index) : QJsonValue(QJsonValue::Undefined);
        } else {
            return QJsonValue(QJsonValue::Undefined);
        }
        from = end + 1;
    }
    return value;
}

namespace {

bool edit(QJsonValue &node, const QStringList &tokens, qsizetype depth, const QJsonValue *value);

bool editArray(QJsonValue &node, const QStringList &tokens, qsizetype depth, const QJsonValue *value)
{
    QJsonArray array = node.toArray();
    const QString &token = tokens.at(depth);
    const bool last = depth + 1 == tokens.size();
    bool ok = false;
    const qsizetype index = token == "-"_L1 ? array.size() : qsizetype(token.toLongLong(&ok));
    if ((!ok && token != "-"_L1) || index < 0 || index > array.size() || (index == array.size() && (!last || !value)))
        return false;
    if (last) {
        if (!value)
            array.removeAt(index);
        else if (index == array.size())
            array.append(*value);
        else
            array.replace(index, *value);
    } else {
        QJsonValue child = array.at(index);
        if (!edit(child, tokens, depth + 1, value))
            return false;
        array.replace(index, child);
    }
    node = array;
    return true;
}

bool edit(QJsonValue &node, const QStringList &tokens, qsizetype depth, const QJsonValue *value)
{
    if (node.isArray())
        return editArray(node, tokens, depth, value);
    if (!node.isObject() && !(value && (node.isUndefined() || node.isNull())))
        return false;
    QJsonObject object = node.toObject();
    const QString &token = tokens.at(depth);
    if (depth + 1 == tokens.size()) {
        if (value)
            object.insert(token, *value);
        else if (object.contains(token))
            object.remove(token);
        else
            return false;
    } else {
        QJsonValue child = object.value(token);
        if (!edit(child, tokens, depth + 1, value))
            return false;
        object.insert(token, child);
    }
    node = object;
    return true;
}

}

bool set(QJsonValue &root, const QString &pointer, const QJsonValue &value)
{
    const QStringList tokens = split(pointer);
    if (tokens.isEmpty()) {
        root = value;
        return true;
    }
    return edit(root, tokens, 0, &value);
}

bool remove(QJsonValue &root, const QString &pointer)
{
    const QStringList tokens = split(pointer);
    return !tokens.isEmpty() && edit(root, tokens, 0, nullptr);
}

QJsonValue mergePatch(const QJsonValue &target, const QJsonValue &patch)
{
    if (!patch.isObject())
        return patch;
    QJsonObject out = target.toObject();
    const QJsonObject changes = patch.toObject();
    for (auto it = changes.begin(); it != changes.end(); ++it) {
        if (it.value().isNull())
            out.remove(it.key());
        else
            out.insert(it.key(), mergePatch(out.value(it.key()), it.value()));
    }
    return out;
}

QByteArray compact(const QJsonValue &value)
{
    if (value.isObject())
        return QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact);
    if (value.isArray())
        return QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact);
    const QByteArray wrapped = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return wrapped.mid(1, wrapped.size() - 2);
}

}
