// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"
#include "models/network/Row.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

namespace qd::state {

/// The filter language (commands.md "Names"): words separated by spaces, all must hold.
///   text            somewhere in the row, without case       "two words"  quoted
///   phase:degraded  a column by id; phase: also state:, network: also net:; a list column holds when one part does
///   net:=mainnet    a column that is this and nothing more
///   cluster:prod    of this environment, where rows of several stand together
///   parties:>100    numbers and ages compare with > >= < <= (ages as durations: age:>2d)
///   label=app       a label by key; label=app=web by key and value
///   !term           not
/// A value; matching allocates nothing for plain text.
class FilterQuery {
public:
    enum class Op : quint8 { Text, Column, Greater, GreaterEqual, Less, LessEqual, Label };
    struct Term {
        Op op = Op::Text;
        bool negated = false;
        bool whole = false;       ///< Column: all of it, not a part
        QString column;
        QString value;
        double number = 0;        ///< what compares, as a number or quantity: 90m is 0.09
        double seconds = 0;       ///< the same for an age or a time it took: 90m is 5400
        QByteArray folded = {};   ///< Text: the value as in searchText()
        friend bool operator==(const Term &, const Term &) = default;
    };

    FilterQuery() = default;
    /// Error names the unknown column and the nearest known one. `columns`: ids the list has besides the implicit ones.
    [[nodiscard]] static Result<FilterQuery> parse(const QString &text, const QStringList &columns);
    [[nodiscard]] bool isEmpty() const { return m_terms.isEmpty(); }
    [[nodiscard]] const QList<Term> &terms() const { return m_terms; }
    /// nowSeconds: epoch, for ages.
    [[nodiscard]] bool matches(const network::Row &row, const network::KindInfo &kind, qint64 nowSeconds) const;
    /// The same with the row's searchText(): who filters many rows again and again keeps it beside each, since going to all
    /// their texts takes ten times as long as reading one.
    /// `cluster`: the environment it is in.
    [[nodiscard]] bool matches(const network::Row &row, const network::KindInfo &kind, qint64 nowSeconds, const QByteArray &searchText,
                               const QString &cluster = {}) const;
    /// What plain text is looked for in: the texts of a row without case, as UTF-8, a NUL between them.
    [[nodiscard]] static QByteArray searchText(const network::Row &row);
    /// Every row this keeps, `other` keeps too: one more letter typed. False when it cannot be told from the texts.
    [[nodiscard]] bool narrows(const FilterQuery &other) const;

private:
    QList<Term> m_terms;
};

}
