// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/network/telemetry/Dashboard.h"

#include <QRegularExpression>
#include <QSet>

#include <algorithm>

namespace qd::network {

using namespace Qt::StringLiterals;

namespace {

bool starts(QChar c)
{
    return c.isLetter() || c == u'_' || c == u':';
}

bool goesOn(QChar c)
{
    return starts(c) || c.isDigit();
}

/// Behind the bracket that closes the one at `at`; texts in quotes are passed over.
qsizetype behindBracket(const QString &text, qsizetype at, QChar open, QChar close)
{
    int depth = 0;
    QChar quote;
    for (; at < text.size(); ++at) {
        const QChar c = text.at(at);
        if (!quote.isNull()) {
            if (c == u'\\' && quote != u'`')
                ++at;
            else if (c == quote)
                quote = QChar();
        } else if (c == u'"' || c == u'\'' || c == u'`') {
            quote = c;
        } else if (c == open) {
            ++depth;
        } else if (c == close && --depth == 0) {
            return at + 1;
        }
    }
    return text.size();
}

qsizetype behindSpaces(const QString &text, qsizetype at)
{
    while (at < text.size() && text.at(at).isSpace())
        ++at;
    return at;
}

const QSet<QString> &labelLists()
{
    static const QSet<QString> words{u"by"_s, u"without"_s, u"on"_s, u"ignoring"_s, u"group_left"_s, u"group_right"_s};
    return words;
}

const QSet<QString> &keywords()
{
    static const QSet<QString> words{u"and"_s, u"or"_s, u"unless"_s, u"bool"_s, u"offset"_s, u"inf"_s, u"nan"_s, u"atan2"_s, u"start"_s, u"end"_s,
                                     u"sum"_s, u"min"_s, u"max"_s, u"avg"_s, u"count"_s, u"topk"_s, u"bottomk"_s, u"quantile"_s, u"stddev"_s,
                                     u"stdvar"_s, u"group"_s, u"count_values"_s};
    return words;
}

}

const Panel *Dashboard::panel(const QString &panelId) const
{
    for (const PanelRow &row : rows) {
        for (const Panel &panel : row.panels) {
            if (panel.id == panelId)
                return &panel;
        }
    }
    return nullptr;
}

const QStringList &panelUnits()
{
    static const QStringList words{u"none"_s, u"count"_s, u"percent"_s, u"ratio"_s, u"seconds"_s, u"bytes"_s, u"bytesPerSecond"_s,
                                   u"perSecond"_s, u"coin"_s, u"dollars"_s, u"dateTime"_s, u"state"_s};
    return words;
}

QStringList metricNames(const QString &expr)
{
    QStringList out;
    for (qsizetype at = 0; at < expr.size();) {
        const QChar c = expr.at(at);
        if (c == u'{') {
            at = behindBracket(expr, at, u'{', u'}');
        } else if (c == u'[') {
            at = behindBracket(expr, at, u'[', u']');
        } else if (c == u'"' || c == u'\'' || c == u'`') {
            const qsizetype begun = at++;
            while (at < expr.size() && expr.at(at) != expr.at(begun))
                at += expr.at(at) == u'\\' && expr.at(begun) != u'`' ? 2 : 1;
            ++at;
        } else if (c == u'#') {
            at = expr.indexOf(u'\n', at);
            at = at < 0 ? expr.size() : at;
        } else if (c.isDigit() || c == u'$') {   // 5m, 1e6, $__rate_interval
            ++at;
            while (at < expr.size() && (goesOn(expr.at(at)) || expr.at(at) == u'.'))
                ++at;
        } else if (starts(c)) {
            const qsizetype begun = at;
            while (at < expr.size() && goesOn(expr.at(at)))
                ++at;
            const QString word = expr.mid(begun, at - begun);
            const qsizetype next = behindSpaces(expr, at);
            const bool called = next < expr.size() && expr.at(next) == u'(';
            if (called && labelLists().contains(word.toLower()))
                at = behindBracket(expr, next, u'(', u')');
            else if (!called && !keywords().contains(word.toLower()) && !labelLists().contains(word.toLower()) && !out.contains(word))
                out.append(word);
        } else {
            ++at;
        }
    }
    return out;
}

QString metricBefore(const QString &expr, qsizetype cursor, qsizetype *begin)
{
    qsizetype first = std::min(cursor, expr.size());
    while (first > 0 && goesOn(expr.at(first - 1)))
        --first;
    if (begin)
        *begin = first;
    if (first == cursor || !starts(expr.at(first)) || (first > 0 && (expr.at(first - 1) == u'$' || expr.at(first - 1) == u'.')))
        return {};
    // What is open where it begins.
    int depth = 0;
    for (qsizetype at = 0; at < first; ++at) {
        const QChar c = expr.at(at);
        if (c == u'"' || c == u'\'' || c == u'`') {
            for (++at; at < first && expr.at(at) != c; ++at)
                at += expr.at(at) == u'\\' && c != u'`';
            if (at >= first)
                return {};
        } else if (c == u'#') {
            at = expr.indexOf(u'\n', at);
            if (at < 0 || at >= first)
                return {};
        } else if (c == u'{' || c == u'[') {
            ++depth;
        } else if (c == u'}' || c == u']') {
            --depth;
        }
    }
    return depth > 0 ? QString() : expr.mid(first, cursor - first);
}

QString freeId(const QString &title, const QStringList &taken, const QString &usual)
{
    constexpr qsizetype kLongest = 48;
    QString base;
    const QString plain = title.normalized(QString::NormalizationForm_KD).toLower();
    for (const QChar c : plain) {
        if ((c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9'))
            base += c;
        else if (!c.isMark() && !base.isEmpty() && !base.endsWith(u'-'))
            base += u'-';
    }
    base.truncate(kLongest);
    while (base.endsWith(u'-'))
        base.chop(1);
    if (base.isEmpty())
        base = usual;
    QString out = base;
    for (int i = 2; taken.contains(out); ++i)
        out = base + u'-' + QString::number(i);
    return out;
}

QString legendText(const QString &format, const QMap<QString, QString> &labels)
{
    if (format.isEmpty()) {
        QStringList out;
        for (auto it = labels.cbegin(); it != labels.cend(); ++it) {
            if (it.key() != "__name__"_L1)
                out.append(it.key() + u'=' + it.value());
        }
        return out.isEmpty() ? labels.value(u"__name__"_s) : out.join(u", "_s);
    }
    static const QRegularExpression place(u"\\{\\{\\s*([^}\\s]+)\\s*\\}\\}"_s);
    QString out;
    qsizetype from = 0;
    for (QRegularExpressionMatchIterator it = place.globalMatch(format); it.hasNext();) {
        const QRegularExpressionMatch match = it.next();
        out += format.mid(from, match.capturedStart() - from) + labels.value(match.captured(1));
        from = match.capturedEnd();
    }
    out += format.mid(from);
    return out.simplified();
}

}
