// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/network/telemetry/Steps.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <cmath>

namespace qd::network {

using namespace Qt::StringLiterals;

namespace {

constexpr int kPoints = 1500;
constexpr int kMostPoints = 11000;

constexpr double kMinute = 60, kHour = 3600, kDay = 86400;
constexpr std::array kLadder{0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0,
                             kMinute, 2 * kMinute, 5 * kMinute, 10 * kMinute, 15 * kMinute, 20 * kMinute, 30 * kMinute,
                             kHour, 2 * kHour, 3 * kHour, 6 * kHour, 12 * kHour, kDay, 7 * kDay, 30 * kDay, 365 * kDay};

bool nameGoesOn(QChar c)
{
    return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || c == u'_' || (c >= u'0' && c <= u'9');
}

/// A place where a variable stands.
struct Use {
    qsizetype at = 0, size = 0;
    QString name;
    QChar quote;            ///< of the text it stands in; null: in none
    qsizetype open = 0;     ///< where that text begins
    bool regex = false;     ///< behind =~ or !~
};

/// What stands before the quote at `at`: =~ or !~.
bool behindTilde(const QString &expr, qsizetype at)
{
    do {
        --at;
    } while (at >= 0 && expr.at(at).isSpace());
    return at >= 0 && expr.at(at) == u'~';
}

QList<Use> usesIn(const QString &expr)
{
    QList<Use> out;
    QChar quote;
    qsizetype open = 0;
    bool regex = false;
    for (qsizetype at = 0; at < expr.size(); ++at) {
        const QChar c = expr.at(at);
        if (c == u'$') {
            const bool braces = at + 1 < expr.size() && expr.at(at + 1) == u'{';
            qsizetype end = at + (braces ? 2 : 1);
            const qsizetype begun = end;
            while (end < expr.size() && nameGoesOn(expr.at(end)))
                ++end;
            const bool closed = !braces || (end < expr.size() && expr.at(end) == u'}');
            if (end > begun && closed && !expr.at(begun).isDigit()) {
                out.append({at, end - at + (braces ? 1 : 0), expr.mid(begun, end - begun), quote, open, regex});
                at += out.last().size - 1;
            }
        } else if (!quote.isNull()) {
            if (c == u'\\' && quote != u'`')
                ++at;
            else if (c == quote)
                quote = QChar();
        } else if (c == u'"' || c == u'\'' || c == u'`') {
            quote = c;
            open = at;
            regex = behindTilde(expr, at);
        }
    }
    return out;
}

/// Inside a text in quotes: what would end it or begin a sign is escaped once more.
QString inQuotes(QString text, QChar quote)
{
    if (quote == u'`')
        return text.remove(u'`');   // nothing can be escaped there
    text.replace(u'\\', u"\\\\"_s);
    text.replace(quote, QString(u'\\') + quote);
    text.replace(u'\n', u"\\n"_s);
    return text;
}

QString valueText(const Use &use, const VariableValue &value)
{
    const QStringList &values = value.isAll() ? value.all : value.values;
    if (use.quote.isNull())
        return values.value(0);
    if (!use.regex)
        return inQuotes(values.value(0), use.quote);
    if (values.isEmpty())
        return u".*"_s;
    QStringList escaped;
    for (const QString &one : values)
        escaped.append(value.patterns.contains(one) ? value.patterns.value(one) : regexEscaped(one));
    const QString joined = escaped.size() == 1 ? escaped.first() : u'(' + escaped.join(u'|') + u')';
    return inQuotes(joined, use.quote);
}

/// Behind the text that begins at `open`; -1: it does not end.
qsizetype behindText(const QString &expr, qsizetype open)
{
    const QChar quote = expr.at(open);
    for (qsizetype at = open + 1; at < expr.size(); ++at) {
        if (expr.at(at) == u'\\' && quote != u'`')
            ++at;
        else if (expr.at(at) == quote)
            return at + 1;
    }
    return -1;
}

/// With a matcher behind each one that takes in what is not meant. From the end, as all that is behind moves.
QString leavingOut(QString expr, const QHash<QString, VariableValue> &variables)
{
    static const QRegularExpression matched(u"([A-Za-z_][A-Za-z0-9_]*)\\s*=~\\s*$"_s);
    const QList<Use> uses = usesIn(expr);
    for (auto use = uses.crbegin(); use != uses.crend(); ++use) {
        const auto found = variables.constFind(use->name);
        if (use->quote.isNull() || !use->regex || found == variables.cend() || found->except.isEmpty())
            continue;
        const QString label = matched.match(expr.left(use->open)).captured(1);
        const qsizetype end = behindText(expr, use->open);
        if (label.isEmpty() || end < 0)
            continue;
        QString text = expr.mid(use->open, end - use->open);
        text.replace(use->at - use->open, use->size, inQuotes(found->except, use->quote));
        expr.insert(end, QString(u',' + label + u"!~"_s + text));
    }
    return expr;
}

std::optional<QString> ownText(const QString &name, const StepFacts &facts)
{
    const double range = std::max(1.0, std::round(facts.end - facts.start));
    if (name == "__interval"_L1)
        return promDuration(facts.step);
    if (name == "__interval_ms"_L1)
        return QString::number(std::llround(facts.step * 1000));
    if (name == "__rate_interval"_L1)
        return promDuration(rateInterval(facts.step, facts.scrape));
    if (name == "__rate_interval_ms"_L1)
        return QString::number(std::llround(rateInterval(facts.step, facts.scrape) * 1000));
    if (name == "__range"_L1)
        return promDuration(range);
    if (name == "__range_s"_L1)
        return QString::number(std::llround(range));
    if (name == "__range_ms"_L1)
        return QString::number(std::llround(range * 1000));
    return std::nullopt;
}

}

double roundInterval(double seconds)
{
    for (std::size_t i = 0; i + 1 < kLadder.size(); ++i) {
        if (seconds < (kLadder.at(i) + kLadder.at(i + 1)) / 2)
            return kLadder.at(i);
    }
    return kLadder.back();
}

double chooseStep(double start, double end, int points, double least)
{
    const double range = std::max(0.0, end - start);
    const double calculated = range / (points > 0 ? points : kPoints);
    double step = calculated < least ? least : roundInterval(calculated);
    const double safe = range / kMostPoints;
    if (step < safe) {
        step = roundInterval(safe);
        if (step < safe)   // rounded down: the next rung
            step = *std::upper_bound(kLadder.begin(), kLadder.end() - 1, step);
    }
    return step;
}

double alignDown(double at, double step, double zoneOffset)
{
    return step > 0 ? std::floor((at + zoneOffset) / step) * step - zoneOffset : at;
}

double rateInterval(double step, double scrape)
{
    return std::max(step + scrape, 4 * scrape);
}

QString promDuration(double seconds)
{
    const qint64 ms = std::max<qint64>(1, std::llround(seconds * 1000));
    if (ms % 1000 != 0)
        return QString::number(ms) + u"ms"_s;
    return QString::number(ms / 1000) + u's';
}

QString interpolate(const QString &expr, const StepFacts &facts, const QHash<QString, VariableValue> &variables)
{
    const QString whole = leavingOut(expr, variables);
    QString out;
    qsizetype from = 0;
    const QList<Use> uses = usesIn(whole);
    for (const Use &use : uses) {
        QString text;
        if (const std::optional<QString> own = ownText(use.name, facts))
            text = *own;
        else if (const auto found = variables.constFind(use.name); found != variables.cend())
            text = valueText(use, *found);
        else
            continue;
        out += whole.mid(from, use.at - from) + text;
        from = use.at + use.size;
    }
    return out + whole.mid(from);
}

QStringList variablesOf(const QString &expr)
{
    QStringList out;
    const QList<Use> uses = usesIn(expr);
    for (const Use &use : uses) {
        if (!use.name.startsWith("__"_L1) && !out.contains(use.name))
            out.append(use.name);
    }
    return out;
}

QString variableBehindEquals(const QString &expr, const QStringList &multiple)
{
    const QList<Use> uses = usesIn(expr);
    for (const Use &use : uses) {
        if (!use.quote.isNull() && !use.regex && multiple.contains(use.name))
            return use.name;
    }
    return {};
}

QString promQuoted(const QString &text)
{
    return u'"' + inQuotes(text, u'"') + u'"';
}

QString regexEscaped(const QString &text)
{
    QString out;
    for (const QChar c : text) {
        if (u"\\.+*?()|[]{}^$"_s.contains(c))
            out += u'\\';
        out += c;
    }
    return out;
}

}
