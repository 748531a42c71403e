// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QList>
#include <QString>

namespace qd::state {

/// What Git declares of an object that Argo CD keeps, as far as the object itself tells: the repository cannot be read from
/// here. A plain value.
struct GitDeclared
{
    enum class From : quint8 {
        Nothing, ///< the object says nothing of it
        LastApplied, ///< the annotation last-applied-configuration: the manifest as it was applied last (client-side apply)
        Fields ///< managedFields: the fields Argo CD owns, with their values now (server-side apply)
    };
    From from = From::Nothing;
    QJsonObject object = {};
    QString manager = {}; ///< Fields: whose they are
    QString time = {}; ///< RFC 3339, when it wrote them last; empty where that is not told

    /// A field that somebody else has set since. Who is made owner of a field by an update takes it from whoever applied it,
    /// with what was declared: of Fields it is not known whether Git declares it at all, of LastApplied it is known to differ.
    struct Overwritten
    {
        QString path; ///< a JSON pointer into the live object
        QString manager;
        QString time; ///< RFC 3339, may be empty
        friend bool operator==(const Overwritten &, const Overwritten &) = default;
    };
    QList<Overwritten> overwritten = {};
};

/// `live` with annotations and managedFields, as a GET answers it. Where Argo CD applies on the server (an entry of it with the
/// operation Apply), its fields are the word that counts: an annotation beside them is left from before.
[[nodiscard]] GitDeclared gitDeclared(const QJsonObject &live);

/// Where an Argo CD Application has its objects from, and how an object of it stands, in the Application's own words.
struct GitSource
{
    QString repository = {};
    QString path = {}; ///< or the chart
    QString target = {}; ///< targetRevision: a branch, a tag
    QString revision = {}; ///< what it was compared with last; commits are shortened
    QString sync = {}; ///< Synced, OutOfSync, Unknown: of the object, else of the Application
};
[[nodiscard]] GitSource gitSource(const QJsonObject &application, const QString &group, const QString &kind, const QString &ns, const QString &name);

}
