// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QMap>
#include <QString>
#include <QStringList>

#include <set>

namespace qd::demo {

using Labels = QMap<QString, QString>;

/// Objects of one resource by namespace and label, so that a selector's are found without looking at all of them.
class LabelIndex {
public:
    /// Without labels: forgets it.
    void put(const QString &ns, const QString &name, const Labels &labels);
    /// Names of those that carry all these labels, in order; none for no labels.
    [[nodiscard]] QStringList matching(const QString &ns, const Labels &selector) const;

private:
    using Pair = std::pair<QString, std::pair<QString, QString>>;   // namespace, label
    using Name = std::pair<QString, QString>;
    QHash<Name, Labels> m_labels;
    QHash<Pair, std::set<QString>> m_names;
};

/// The other way round: selectors by namespace, and which of them choose an object.
class SelectorIndex {
public:
    /// Empty: forgets it (an empty selector chooses nothing).
    void put(const QString &ns, const QString &name, const Labels &selector);
    [[nodiscard]] QStringList choosing(const QString &ns, const Labels &labels) const;
    [[nodiscard]] Labels selector(const QString &ns, const QString &name) const { return m_known.value({ns, name}).selector; }

private:
    using Pair = std::pair<QString, std::pair<QString, QString>>;
    using Name = std::pair<QString, QString>;
    struct Known {
        Labels selector;
        Pair filed;                     ///< of its labels the one that fewest selectors were filed under
    };
    QHash<Name, Known> m_known;
    QHash<Pair, std::set<QString>> m_names;
};

}
