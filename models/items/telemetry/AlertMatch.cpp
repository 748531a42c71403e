// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/telemetry/AlertMatch.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

namespace qd::items {

using namespace Qt::StringLiterals;
using ports::Matcher;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(AlertMatch)
};

/// What Prometheus allows as a label's name.
bool isName(const QString &name)
{
    static const QRegularExpression pattern(u"\\A[a-zA-Z_:][a-zA-Z0-9_:]*\\z"_s);
    return pattern.match(name).hasMatch();
}

/// RE2 needs time by the length of a text only; what is compiled here may need any. Nobody's silence makes a window stand still.
const QString kBefore = u"(*LIMIT_MATCH=50000)\\A(?:"_s;

/// RE2 as Alertmanager compiles it, "^(?:…)$": the dollar without a line end before it.
QRegularExpression patternOf(const QString &value)
{
    return QRegularExpression(kBefore + value + u")\\z"_s);
}

/// Nothing: it took too much work.
std::optional<bool> holds(const Matcher &matcher, const QRegularExpression &pattern, const QString &value)
{
    if (!matcher.isRegex)
        return (value == matcher.value) == matcher.isEqual;
    const QRegularExpressionMatch match = pattern.match(value);
    return match.isValid() ? std::optional(match.hasMatch() == matcher.isEqual) : std::nullopt;
}

QString quoted(const QString &value)
{
    QString out = value;
    out.replace(u'\\', u"\\\\"_s).replace(u'"', u"\\\""_s).replace(u'\n', u"\\n"_s);
    return QString(u'"' + out + u'"');
}

/// The text between quotation marks; nothing when they are not closed.
std::optional<QString> unquoted(const QString &text)
{
    if (!text.startsWith(u'"'))
        return text;
    QString out;
    for (qsizetype i = 1; i < text.size(); ++i) {
        const QChar c = text.at(i);
        if (c == u'"')
            return i + 1 == text.size() ? std::optional(out) : std::nullopt;
        if (c != u'\\' || i + 1 >= text.size()) {
            out += c;
            continue;
        }
        const QChar next = text.at(++i);
        if (next == u'n')
            out += u'\n';
        else if (next == u'"' || next == u'\\')
            out += next;
        else
            out += QString(u'\\') + next;
    }
    return std::nullopt;
}

}

Result<AlertMatchers> AlertMatchers::make(const QList<Matcher> &matchers)
{
    const auto wrong = [](qsizetype index, const QString &message, const QString &remedy) {
        const QString field = u"matchers[%1]"_s.arg(index);
        return Error{ErrorKind::Invalid, message, remedy, {}, {}, 0, -1, {{field, u"FieldValueInvalid"_s, message}}};
    };
    if (matchers.isEmpty())
        return wrong(0, Words::tr("A silence needs a matcher."), Words::tr("Name a label and its value, for example alertname=ParticipantDown."));
    AlertMatchers out;
    bool asks = false;
    for (qsizetype i = 0; i < matchers.size(); ++i) {
        const Matcher &matcher = matchers.at(i);
        if (!isName(matcher.name))
            return wrong(i, Words::tr("“%1” is no name of a label.").arg(matcher.name), Words::tr("Letters, digits and underscores, not a digit first."));
        Part part{matcher, matcher.isRegex ? patternOf(matcher.value) : QRegularExpression()};
        if (matcher.isRegex && !part.pattern.isValid()) {
            // The position in what the person wrote, not in what is compiled.
            const qsizetype at = std::clamp<qsizetype>(part.pattern.patternErrorOffset() - kBefore.size(), 0, matcher.value.size());
            return wrong(i, Words::tr("The regular expression of %1 does not parse at position %2: %3").arg(matcher.name).arg(at + 1).arg(part.pattern.errorString()),
                         Words::tr("Write a backslash before brackets and dots that stand for themselves."));
        }
        asks = asks || !holds(matcher, part.pattern, {}).value_or(false);
        out.m_parts.append(part);
    }
    if (!asks)
        return wrong(0, Words::tr("These matchers match every alert: each of them holds for a label that is not there."),
                     Words::tr("Add one that names a value, for example alertname=ParticipantDown."));
    return out;
}

Result<bool> AlertMatchers::matches(const network::Labels &labels) const
{
    const Part *heavy = nullptr;
    for (const Part &part : m_parts) {
        const std::optional<bool> is = holds(part.matcher, part.pattern, labels.value(part.matcher.name));
        if (is && !*is)
            return false;
        heavy = is ? heavy : &part;
    }
    if (heavy)
        return Error{ErrorKind::Unsupported, Words::tr("The regular expression of %1 takes too much work to be tried here.").arg(heavy->matcher.name), Words::tr("Write it without repetitions within repetitions; Alertmanager itself tries it as it is.")};
    return !m_parts.isEmpty();
}

QString matcherSign(const Matcher &matcher)
{
    if (matcher.isRegex)
        return matcher.isEqual ? u"=~"_s : u"!~"_s;
    return matcher.isEqual ? u"="_s : u"!="_s;
}

QString matcherText(const Matcher &matcher)
{
    return matcher.name + matcherSign(matcher) + quoted(matcher.value);
}

QString matchersText(const QList<Matcher> &matchers)
{
    QStringList out;
    for (const Matcher &matcher : matchers)
        out.append(matcherText(matcher));
    return out.join(u", "_s);
}

Result<Matcher> parseMatcher(const QString &text)
{
    static const QRegularExpression pattern(u"\\A\\s*([^=!~\\s]*)\\s*(=~|!~|!=|=)\\s*(.*?)\\s*\\z"_s, QRegularExpression::DotMatchesEverythingOption);
    const auto wrong = [](const QString &message) {
        return Error{ErrorKind::Invalid, message, Words::tr("Write it as alertname=ParticipantDown, severity!=info or node_name=~\"acme-.*\".")};
    };
    const QRegularExpressionMatch match = pattern.match(text);
    if (!match.hasMatch())
        return wrong(Words::tr("“%1” is no matcher: it has none of =, !=, =~ and !~.").arg(text));
    const QString sign = match.captured(2);
    const std::optional<QString> value = unquoted(match.captured(3));
    if (!isName(match.captured(1)))
        return wrong(Words::tr("“%1” is no matcher: “%2” is no name of a label.").arg(text, match.captured(1)));
    if (!value)
        return wrong(Words::tr("“%1” is no matcher: its quotation marks do not close.").arg(text));
    return Matcher{match.captured(1), *value, sign.endsWith(u'~'), !sign.startsWith(u'!')};
}

bool sameMatchers(QList<Matcher> a, QList<Matcher> b)
{
    const auto order = [](const Matcher &x, const Matcher &y) { return matcherText(x) < matcherText(y); };
    std::sort(a.begin(), a.end(), order);
    std::sort(b.begin(), b.end(), order);
    return a == b;
}

QList<Matcher> matchersOf(const network::Labels &labels)
{
    // A pod that is made anew has another name, and the silence would end with it.
    static const QStringList kPassing{u"pod"_s, u"instance"_s, u"container"_s, u"endpoint"_s, u"uid"_s, u"prometheus"_s, u"prometheus_replica"_s, u"replica"_s};
    QList<Matcher> out;
    if (labels.contains(u"alertname"_s))
        out.append({u"alertname"_s, labels.value(u"alertname"_s)});
    for (auto it = labels.begin(); it != labels.end(); ++it) {
        if (it.key() != "alertname"_L1 && !kPassing.contains(it.key()) && !it.value().isEmpty())
            out.append({it.key(), it.value()});
    }
    return out;
}

}
