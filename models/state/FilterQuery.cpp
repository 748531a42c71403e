// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/FilterQuery.h"

#include "models/core/Format.h"
#include "models/core/Quantity.h"

#include <QCoreApplication>

#include <algorithm>
#include <string_view>

namespace qd::state {

using namespace Qt::StringLiterals;
using network::Cell;
using network::CellType;
using network::KindInfo;
using network::Row;

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("FilterQuery", text);
}

/// Splits at spaces outside double quotes; quotes are dropped.
QStringList words(const QString &text)
{
    QStringList out;
    QString word;
    bool quoted = false, any = false;
    for (const QChar c : text) {
        if (c == u'"') {
            quoted = !quoted;
            any = true;
        } else if (c.isSpace() && !quoted) {
            if (any || !word.isEmpty())
                out.append(word);
            word.clear();
            any = false;
        } else {
            word += c;
        }
    }
    if (!word.isEmpty())
        out.append(word);
    return out;
}

QString canonical(const QString &column)
{
    const QString lower = column.toLower();
    if (lower == "state"_L1)
        return u"phase"_s;
    if (lower == "net"_L1)
        return u"network"_s;
    return lower == "ns"_L1 ? u"namespace"_s : lower;
}

/// A number, a quantity or a duration (as seconds).
std::optional<double> numberOf(const QString &text)
{
    if (const auto quantity = parseQuantity(text))
        return quantity;
    const qint64 ms = parseDuration(text);
    return ms >= 0 ? std::optional<double>(double(ms) / 1000) : std::nullopt;
}

FilterQuery::Term comparison(FilterQuery::Term term)
{
    using Op = FilterQuery::Op;
    const QString value = term.value;
    if (value.size() > 1 && value.at(0) == u'=') {
        term.whole = true;
        term.value.remove(0, 1);
        return term;
    }
    const bool orEqual = value.size() > 1 && value.at(1) == u'=';
    const QString rest = value.mid(orEqual ? 2 : 1);
    if (value.isEmpty() || (value.at(0) != u'>' && value.at(0) != u'<'))
        return term;
    const auto number = numberOf(rest);
    if (!number)
        return term;
    term.number = *number;
    const qint64 ms = parseDuration(rest);
    term.seconds = ms >= 0 ? double(ms) / 1000 : *number;
    if (value.at(0) == u'>')
        term.op = orEqual ? Op::GreaterEqual : Op::Greater;
    else
        term.op = orEqual ? Op::LessEqual : Op::Less;
    return term;
}

const QStringList &implicitColumns()
{
    static const QStringList names{u"name"_s, u"namespace"_s, u"phase"_s, u"network"_s, u"age"_s, u"kind"_s};
    return names;
}

const Cell *cellOf(const Row &row, const KindInfo &kind, const QString &column)
{
    for (qsizetype i = 0; i < std::min(row.cells.size(), kind.columns.size()); ++i) {
        if (kind.columns.at(i).id == column)
            return &row.cells.at(i);
    }
    return nullptr;
}

char16_t folded(char16_t c)
{
    if (c < 0x80)
        return c >= u'A' && c <= u'Z' ? char16_t(c | 0x20) : c;
    return QChar(c).toCaseFolded().unicode();
}

/// Text without case. QString::contains folds each character by table: at 50,000 rows that is most of a keystroke.
bool holds(const QString &text, const QString &value)
{
    const qsizetype last = text.size() - value.size();
    if (last < 0 || value.isEmpty())
        return value.isEmpty();
    const char16_t *const hay = reinterpret_cast<const char16_t *>(text.constData());
    const char16_t *const needle = reinterpret_cast<const char16_t *>(value.constData());
    const char16_t first = folded(needle[0]);
    for (qsizetype i = 0; i <= last; ++i) {
        if (folded(hay[i]) != first)
            continue;
        qsizetype k = 1;
        while (k < value.size() && folded(hay[i + k]) == folded(needle[k]))
            ++k;
        if (k == value.size())
            return true;
    }
    return false;
}

void appendFolded(QByteArray &out, const QString &text)
{
    const qsizetype begin = out.size();
    for (const QChar c : text) {
        if (c.unicode() >= 0x80) {
            out.truncate(begin);
            QString whole = text;
            for (QChar &each : whole)
                each = QChar(folded(each.unicode()));
            out.append(whole.toUtf8());
            return;
        }
        out.append(char(folded(c.unicode())));
    }
}

bool columnHolds(const Row &row, const KindInfo &kind, const FilterQuery::Term &term, const QString &cluster)
{
    const QString &value = term.value;
    const auto has = [&term](const QString &text) { return term.whole ? text.compare(term.value, Qt::CaseInsensitive) == 0 : holds(text, term.value); };
    if (term.column == "name"_L1)
        return has(row.name);
    if (term.column == "namespace"_L1)
        return has(row.ns);
    if (term.column == "network"_L1)
        return has(row.network);
    if (term.column == "cluster"_L1)
        return has(cluster);
    if (term.column == "kind"_L1)
        return has(kind.kind) || has(kind.gvr.resource);
    if (term.column == "phase"_L1 && term.whole)
        return has(row.phase) || has(network::stateId(row.state));
    if (term.column == "phase"_L1)
        return row.phase.startsWith(value, Qt::CaseInsensitive) || network::stateId(row.state).startsWith(value, Qt::CaseInsensitive);
    const Cell *cell = cellOf(row, kind, term.column);
    if (!cell)
        return false;
    switch (cell->is) {
    case Cell::Is::Absent: return value == u"\u2013"_s || value.compare("none"_L1, Qt::CaseInsensitive) == 0;
    case Cell::Is::Unknown: return value == "?"_L1 || u"unknown"_s.startsWith(value, Qt::CaseInsensitive);
    case Cell::Is::Text: return has(cell->text);
    case Cell::Is::Boolean: return (cell->integer != 0) == (value == "true"_L1 || value == "yes"_L1);
    case Cell::Is::Integer: return cell->text.isEmpty() ? QString::number(cell->integer) == value : has(cell->text);
    case Cell::Is::Number: return cell->text.isEmpty() ? QString::number(cell->number) == value : has(cell->text);
    case Cell::Is::Ratio: return u"%1/%2"_s.arg(cell->integer).arg(cell->whole) == value;
    }
    return false;
}

bool isAge(const KindInfo &kind, const QString &column)
{
    return column == "age"_L1
        || std::any_of(kind.columns.begin(), kind.columns.end(), [&column](const network::Column &c) { return c.id == column && c.type == CellType::Time; });
}

/// An age in seconds.
std::optional<double> valueOf(const Row &row, const KindInfo &kind, const QString &column, bool age, qint64 now)
{
    if (column == "age"_L1)
        return row.created > 0 ? std::optional<double>(double(now - row.created)) : std::nullopt;
    const Cell *cell = cellOf(row, kind, column);
    if (!cell)
        return std::nullopt;
    if (cell->is == Cell::Is::Integer && column == "size"_L1)
        return double(cell->integer) / 1e6;   // as lists show it
    switch (cell->is) {
    case Cell::Is::Integer: return age ? double(now - cell->integer) : double(cell->integer);
    case Cell::Is::Number: return cell->number;
    case Cell::Is::Ratio: return double(cell->integer);
    case Cell::Is::Text: return numberOf(cell->text);
    default: return std::nullopt;
    }
}

bool labelHolds(const Row &row, const QString &value)
{
    const QStringList pairs = row.labels.split(u',', Qt::SkipEmptyParts);
    const bool whole = value.contains(u'=');
    return std::any_of(pairs.begin(), pairs.end(), [&](const QString &pair) {
        return whole ? pair == value : pair.section(u'=', 0, 0) == value;
    });
}

bool textHolds(const Row &row, const QString &value)
{
    if (holds(row.name, value) || holds(row.ns, value) || holds(row.network, value) || holds(row.phase, value))
        return true;
    return std::any_of(row.cells.begin(), row.cells.end(), [&value](const Cell &c) { return !c.text.isEmpty() && holds(c.text, value); });
}

bool compares(FilterQuery::Op op, double value, double limit)
{
    switch (op) {
    case FilterQuery::Op::Greater: return value > limit;
    case FilterQuery::Op::GreaterEqual: return value >= limit;
    case FilterQuery::Op::Less: return value < limit;
    default: return value <= limit;
    }
}

bool termHolds(const FilterQuery::Term &term, const Row &row, const KindInfo &kind, qint64 now, const QString &cluster)
{
    switch (term.op) {
    case FilterQuery::Op::Text: return textHolds(row, term.value);
    case FilterQuery::Op::Column: return columnHolds(row, kind, term, cluster);
    case FilterQuery::Op::Label: return labelHolds(row, term.value);
    default: break;
    }
    const bool age = isAge(kind, term.column);
    const std::optional<double> value = valueOf(row, kind, term.column, age, now);
    return value && compares(term.op, *value, age ? term.seconds : term.number);
}

}

Result<FilterQuery> FilterQuery::parse(const QString &text, const QStringList &columns)
{
    FilterQuery query;
    const QStringList known = implicitColumns() + columns;
    for (QString word : words(text)) {
        Term term;
        term.negated = word.startsWith(u'!') && word.size() > 1;
        if (term.negated)
            word.remove(0, 1);
        const qsizetype colon = word.indexOf(u':');
        if (word.startsWith("label="_L1)) {
            term.op = Op::Label;
            term.value = word.mid(6);
        } else if (colon > 0 && !word.mid(colon).startsWith("::"_L1)) {
            term.op = Op::Column;
            term.column = canonical(word.left(colon));
            term.value = word.mid(colon + 1);
            if (!known.contains(term.column, Qt::CaseInsensitive))
                return Error{ErrorKind::Invalid, tr("No column is named \"%1\".").arg(word.left(colon)),
                             tr("Known are %1.").arg(known.join(u", "_s))};
            term.column = *std::find_if(known.begin(), known.end(), [&term](const QString &k) {
                return k.compare(term.column, Qt::CaseInsensitive) == 0;
            });
            term = comparison(term);
        } else {
            term.value = word;
            appendFolded(term.folded, word);
        }
        if (!term.value.isEmpty())
            query.m_terms.append(term);
    }
    return query;
}

bool FilterQuery::matches(const Row &row, const KindInfo &kind, qint64 nowSeconds) const
{
    return std::all_of(m_terms.begin(), m_terms.end(), [&](const Term &term) {
        return termHolds(term, row, kind, nowSeconds, {}) != term.negated;
    });
}

bool FilterQuery::matches(const Row &row, const KindInfo &kind, qint64 nowSeconds, const QByteArray &searchText, const QString &cluster) const
{
    const std::string_view text(searchText.constData(), size_t(searchText.size()));
    return std::all_of(m_terms.begin(), m_terms.end(), [&](const Term &term) {
        const bool holds = term.op == Op::Text
            ? text.find(std::string_view(term.folded.constData(), size_t(term.folded.size()))) != std::string_view::npos
            : termHolds(term, row, kind, nowSeconds, cluster);
        return holds != term.negated;
    });
}

QByteArray FilterQuery::searchText(const Row &row)
{
    QByteArray out;
    qsizetype size = row.name.size() + row.ns.size() + row.network.size() + row.phase.size() + 3;
    for (const Cell &cell : row.cells)
        size += cell.text.isEmpty() ? 0 : cell.text.size() + 1;
    out.reserve(size);
    appendFolded(out, row.name);
    for (const QString *text : {&row.ns, &row.network, &row.phase}) {
        out.append('\0');
        appendFolded(out, *text);
    }
    for (const Cell &cell : row.cells) {
        if (cell.text.isEmpty() || cell.text == row.name)
            continue;
        out.append('\0');
        appendFolded(out, cell.text);
    }
    return out;
}

bool FilterQuery::narrows(const FilterQuery &other) const
{
    if (m_terms.size() < other.m_terms.size())
        return false;
    for (qsizetype i = 0; i < other.m_terms.size(); ++i) {
        const Term &mine = m_terms.at(i), &theirs = other.m_terms.at(i);
        const bool longer = mine.op == Op::Text && theirs.op == Op::Text && !mine.negated && !theirs.negated
            && mine.value.contains(theirs.value);
        // What compares may be an age: it grows while nothing is typed.
        const bool plain = theirs.op == Op::Text || theirs.op == Op::Column || theirs.op == Op::Label;
        if (!plain || (mine != theirs && !longer))
            return false;
    }
    return true;
}

}
