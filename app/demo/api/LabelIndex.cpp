// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/LabelIndex.h"

#include <algorithm>
#include <limits>

namespace qd::demo {

namespace {

bool carries(const Labels &labels, const Labels &selector)
{
    return std::all_of(selector.keyValueBegin(), selector.keyValueEnd(), [&labels](const auto &wanted) {
        const auto label = labels.constFind(wanted.first);
        return label != labels.constEnd() && *label == wanted.second;
    });
}

template <typename Pair> void drop(QHash<Pair, std::set<QString>> &names, const Pair &pair, const QString &name)
{
    const auto found = names.find(pair);
    if (found == names.end())
        return;
    found->erase(name);
    if (found->empty())
        names.erase(found);
}

}

void LabelIndex::put(const QString &ns, const QString &name, const Labels &labels)
{
    const Name key{ns, name};
    const Labels before = m_labels.value(key);
    if (before == labels)
        return;
    for (auto label = before.begin(); label != before.end(); ++label)
        drop(m_names, Pair{ns, {label.key(), label.value()}}, name);
    for (auto label = labels.begin(); label != labels.end(); ++label)
        m_names[{ns, {label.key(), label.value()}}].insert(name);
    if (labels.isEmpty())
        m_labels.remove(key);
    else
        m_labels.insert(key, labels);
}

QStringList LabelIndex::matching(const QString &ns, const Labels &selector) const
{
    auto least = m_names.constEnd();
    for (auto label = selector.begin(); label != selector.end(); ++label) {
        const auto names = m_names.constFind({ns, {label.key(), label.value()}});
        if (names == m_names.constEnd())
            return {};
        if (least == m_names.constEnd() || names->size() < least->size())
            least = names;
    }
    QStringList found;
    if (least == m_names.constEnd())
        return found;
    for (const QString &name : *least) {
        if (carries(m_labels.value({ns, name}), selector))
            found.append(name);
    }
    return found;
}

void SelectorIndex::put(const QString &ns, const QString &name, const Labels &selector)
{
    const Name key{ns, name};
    const auto known = m_known.constFind(key);
    if (known != m_known.constEnd()) {
        if (known->selector == selector)
            return;
        drop(m_names, known->filed, name);
        m_known.erase(known);
    }
    Known made{selector, {}};
    size_t least = std::numeric_limits<size_t>::max();
    for (auto label = selector.begin(); label != selector.end(); ++label) {
        const Pair pair{ns, {label.key(), label.value()}};
        const auto names = m_names.constFind(pair);
        const size_t size = names == m_names.constEnd() ? 0 : names->size();
        if (size < least) {
            least = size;
            made.filed = pair;
        }
    }
    if (selector.isEmpty())
        return;
    m_names[made.filed].insert(name);
    m_known.insert(key, made);
}

QStringList SelectorIndex::choosing(const QString &ns, const Labels &labels) const
{
    QStringList found;
    for (auto label = labels.begin(); label != labels.end(); ++label) {
        const auto names = m_names.constFind({ns, {label.key(), label.value()}});
        if (names == m_names.constEnd())
            continue;
        for (const QString &name : *names) {
            if (carries(labels, m_known.value({ns, name}).selector))
                found.append(name);
        }
    }
    return found;
}

}
