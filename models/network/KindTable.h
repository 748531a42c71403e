// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Ids.h"
#include "models/core/Result.h"
#include "models/network/State.h"

#include <QHash>
#include <QJsonObject>
#include <QList>
#include <QStringList>

#include <memory>
#include <optional>

namespace qd::network {

/// How a cell is read from the body and shown. See Cell.
enum class CellType : quint8 {
    Text, Integer, Number, Boolean, Quantity,
    Time,     ///< RFC 3339 in the body; seconds since the epoch in the cell; shown as age
    List,     ///< array of scalars, or of objects with `item` (pointer in each)
    Count,    ///< size of an array or object
    Ready,    ///< array of {ready, desired}: the pods ready of all wanted, added up (Pods.h)
    Left,     ///< {consumed, limit}: per cent left
    Ref       ///< {name}
};

/// Which of the three truths a value comes from (architecture.md).
enum class Source : quint8 { Metadata, Declared, Reported, Observed };

struct Column {
    QString id;         ///< as in `watch` rows and the filter language
    QString title;
    CellType type = CellType::Text;
    Source source = Source::Reported;
    QString pointer;    ///< RFC 6901
    QString item;       ///< CellType::List only
    bool optional = false;   ///< hidden by default
    int width = 10;          ///< in digits of the body font
    bool end = false;        ///< CellType::Time only: something ends then ("ended 2 d ago")
    friend bool operator==(const Column &, const Column &) = default;
};

/// A pair of pointers whose values should agree once the operator has acted.
struct Comparison {
    QString id;
    QString title;
    QString declared;
    QString reported;
    friend bool operator==(const Comparison &, const Comparison &) = default;
};

struct KindInfo {
    QString kind;
    Gvr gvr;
    QString singular;
    QStringList shortNames;
    QString title;
    QString pane;
    QString icon;
    bool runOnce = false;
    bool eager = true;       ///< watched from the start; else on demand
    bool namespaced = true;
    bool own = true;         ///< group of canton.quarterdeck.io (or the site's mapping of it)
    QString phasePointer;
    QString networkPointer;
    QHash<QString, State> phases;
    QList<Column> columns;
    QList<Column> facts;     ///< more that the details show and no list has
    QList<Comparison> comparisons;
    [[nodiscard]] State stateOf(const QString &phase) const;
};

/// resources/kinds.yaml as values; immutable and shared between threads once made.
class KindTable {
public:
    /// From the YAML document as JSON; every mistake is a cause with its field (kinds[3].columns[1].type).
    [[nodiscard]] static Result<KindTable> fromJson(const QJsonObject &document);
    [[nodiscard]] const QList<KindInfo> &kinds() const { return m_kinds; }
    /// By kind, plural, singular or short name, or plural.group; case-insensitive. Own kinds win over foreign ones.
    [[nodiscard]] const KindInfo *find(const QString &name) const;
    [[nodiscard]] const KindInfo *find(const Gvr &gvr) const;
    [[nodiscard]] QList<const KindInfo *> ofPane(const QString &pane) const;
    /// The nearest known kind name to a misspelt one, for error texts; may be empty.
    [[nodiscard]] QString nearest(const QString &name) const;

private:
    QList<KindInfo> m_kinds;
};

}
