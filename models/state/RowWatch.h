// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/KindTable.h"

#include <QObject>
#include <QSet>

#include <functional>
#include <utility>

namespace qd::state {

class Environment;
class ResourceStore;

/// Which rows of some kinds of a cluster are otherwise than they were, for who shows thousands and is not to read them all each second.
/// Made when they are read; once rows came or went it has done its work, and another is made. GUI thread; borrows the environment.
class RowWatch : public QObject {
    Q_OBJECT
public:
    RowWatch(const Environment *environment, const std::function<bool(const network::KindInfo &)> &wanted, QObject *parent = nullptr);
    [[nodiscard]] bool of(const Environment *environment) const { return environment && m_environment == environment; }
    /// Rows came or went since it was made, or a kind did: all is to be read again.
    [[nodiscard]] bool others() const { return m_others; }
    /// Uids of rows that are there as before and say something else than when this was asked last.
    [[nodiscard]] QSet<QString> take() { return std::exchange(m_changed, {}); }

private:
    void watch(const ResourceStore *store);
    const Environment *m_environment;
    QSet<QString> m_uids;
    QSet<QString> m_changed;
    bool m_others = false;
};

}
