// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"
#include "models/ports/Alerts.h"

#include <QList>
#include <QRegularExpression>

namespace qd::items {

/// The matchers of a silence, ready to be tried on label sets as Alertmanager tries them: all have to hold, a label that is not there is
/// the empty text, and a regular expression covers the whole value.
class AlertMatchers {
public:
    AlertMatchers() = default;
    /// Invalid with the matcher that is wrong: no name, a regular expression that does not parse, none that asks for anything.
    [[nodiscard]] static Result<AlertMatchers> make(const QList<ports::Matcher> &matchers);
    /// Invalid where a regular expression takes too much work here; Alertmanager's own need none.
    [[nodiscard]] Result<bool> matches(const network::Labels &labels) const;
    [[nodiscard]] bool isEmpty() const { return m_parts.isEmpty(); }

private:
    struct Part {
        ports::Matcher matcher;
        QRegularExpression pattern;
    };
    QList<Part> m_parts;
};

/// "=", "!=", "=~", "!~".
[[nodiscard]] QString matcherSign(const ports::Matcher &matcher);
/// severity=~"crit.*", as amtool and the rules write it.
[[nodiscard]] QString matcherText(const ports::Matcher &matcher);
[[nodiscard]] QString matchersText(const QList<ports::Matcher> &matchers);
/// One as a person types it: the value with or without quotation marks.
[[nodiscard]] Result<ports::Matcher> parseMatcher(const QString &text);
/// Several of them, whatever their order.
[[nodiscard]] bool sameMatchers(QList<ports::Matcher> a, QList<ports::Matcher> b);
/// Labels as matchers, without those that differ from one pod or replica to the next; the name of the alert first.
[[nodiscard]] QList<ports::Matcher> matchersOf(const network::Labels &labels);

}
