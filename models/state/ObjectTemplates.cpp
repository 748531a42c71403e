// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/ObjectTemplates.h"

#include <QFile>
#include <QRegularExpression>

#include <algorithm>

namespace qd::state {

using namespace Qt::StringLiterals;

namespace {

/// The first by name, in the namespace if it has any; the same each time.
RowPtr firstOf(Environment &environment, const QString &kindName, const QString &ns)
{
    const network::KindInfo *kind = environment.kinds().find(kindName);
    const ResourceStore *store = kind ? environment.known(*kind) : nullptr;
    RowPtr best;
    if (!store)
        return best;
    for (const RowPtr &row : store->rows()) {
        const bool here = row->ns == ns;
        const bool bestHere = best && best->ns == ns;
        if (!best || (here && !bestHere) || (here == bestHere && row->name < best->name))
            best = row;
    }
    return best;
}

QString textOf(const network::Row &row, const network::KindInfo &kind, const QString &column)
{
    for (qsizetype i = 0; i < std::min(row.cells.size(), kind.columns.size()); ++i) {
        if (kind.columns.at(i).id == column)
            return row.cells.at(i).text;
    }
    return {};
}

/// metadata.name, with a number where somebody has it already.
QString withFreeName(QString text, const ResourceStore *store, const QString &ns)
{
    static const QRegularExpression named(u"^  name: (\\S+)$"_s, QRegularExpression::MultilineOption);
    const QRegularExpressionMatch match = named.match(text);
    if (!store || !match.hasMatch())
        return text;
    const QString wanted = match.captured(1);
    QString free = wanted;
    for (int i = 2; store->find(ns, free); ++i)
        free = wanted + u'-' + QString::number(i);
    return text.replace(match.capturedStart(1), match.capturedLength(1), free);
}

/// The newest version that nodes of a kind run; empty: of any kind, in any network.
QString newest(Environment &environment, const QString &kindName, const QString &network)
{
    QString tag;
    for (const network::KindInfo *node : environment.kinds().ofPane(u"nodes"_s)) {
        const ResourceStore *store = environment.known(*node);
        if (!store || (!kindName.isEmpty() && node->kind != kindName))
            continue;
        for (const RowPtr &row : store->rows()) {
            if (network.isEmpty() || row->network == network)
                tag = std::max(tag, textOf(*row, *node, u"version"_s));
        }
    }
    return tag;
}

/// What runs beside the new one, else what runs anywhere; at last a word that a person sees is to be replaced.
QString tagOf(Environment &environment, const network::KindInfo &kind, const QString &network)
{
    const QString own = kind.pane == "nodes"_L1 ? kind.kind : QString();
    for (const QString &tag : {newest(environment, own, network), newest(environment, own, {})}) {
        if (!tag.isEmpty())
            return tag;
    }
    return u"set-the-version"_s;
}

}

/// A person at work in one namespace makes things there.
QString ObjectTemplates::namespaceFor(Environment &environment)
{
    if (!environment.info().namespaces.isEmpty())
        return environment.info().namespaces.first();
    if (const RowPtr network = firstOf(environment, u"CantonNetwork"_s, environment.info().defaultNamespace))
        return network->ns;
    return environment.info().defaultNamespace.isEmpty() ? u"default"_s : environment.info().defaultNamespace;
}

QMap<QString, QString> ObjectTemplates::names(Environment &environment, const network::KindInfo &kind)
{
    QMap<QString, QString> out;
    const QString ns = namespaceFor(environment);
    out.insert(u"apiVersion"_s, kind.gvr.apiVersion());
    out.insert(u"namespace"_s, ns);
    const auto first = [&](const QString &key, const QString &kindName, const QString &fallback) {
        const RowPtr row = firstOf(environment, kindName, ns);
        out.insert(key, row && row->ns == ns ? row->name : fallback);
        return row && row->ns == ns;
    };
    first(u"validator"_s, u"Validator"_s, u"my-validator"_s);
    first(u"superValidator"_s, u"SuperValidator"_s, u"my-super-validator"_s);
    first(u"syncDomain"_s, u"SyncDomain"_s, u"my-domain"_s);
    first(u"partyName"_s, u"Party"_s, u"my-party"_s);
    first(u"dar"_s, u"DarPackage"_s, u"my-package-1-0-0"_s);
    first(u"backup"_s, u"Backup"_s, u"my-backup"_s);
    first(u"identityDump"_s, u"IdentityDump"_s, u"my-identity"_s);
    out.insert(u"party"_s, out.value(u"partyName"_s) + u"::1220"_s);
    out.insert(u"nodeKind"_s, u"Validator"_s);
    if (!first(u"node"_s, u"Validator"_s, u"my-node"_s) && first(u"node"_s, u"Participant"_s, u"my-node"_s))
        out.insert(u"nodeKind"_s, u"Participant"_s);
    const RowPtr known = firstOf(environment, u"CantonNetwork"_s, ns);
    const QString network = known ? known->name : u"my-network"_s;
    out.insert(u"network"_s, network);
    out.insert(u"tag"_s, tagOf(environment, kind, network));
    return out;
}

QString ObjectTemplates::fill(const QString &text, const QMap<QString, QString> &names)
{
    static const QRegularExpression placeholder(u"\\{([a-zA-Z]+)\\}"_s);
    QString out;
    qsizetype from = 0;
    QRegularExpressionMatchIterator it = placeholder.globalMatch(text);
    while (it.hasNext()) {
        const QRegularExpressionMatch match = it.next();
        out += text.mid(from, match.capturedStart() - from);
        out += names.value(match.captured(1), match.captured());
        from = match.capturedEnd();
    }
    return out + text.mid(from);
}

QString ObjectTemplates::of(Environment &environment, const network::KindInfo &kind)
{
    QFile file(u":/templates/"_s + kind.gvr.resource + u".yaml"_s);
    if (!kind.own || !file.open(QIODevice::ReadOnly))
        return {};
    QString text = QString::fromUtf8(file.readAll());
    if (text.startsWith("# SPDX"_L1))
        text = text.mid(text.indexOf(u'\n') + 1);
    const QMap<QString, QString> known = names(environment, kind);
    return withFreeName(fill(text, known), environment.known(kind), known.value(u"namespace"_s));
}

}
