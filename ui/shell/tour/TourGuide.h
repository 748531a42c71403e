// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/EnvironmentSource.h"

namespace qd::ui {

class TourWorld;

/// The files of a console in the pictures: what they name, where they were looked for.
class TourSource final : public EnvironmentSource {
public:
    explicit TourSource(TourWorld *world) : m_world(world) { }
    QList<Context> known;
    Origin where;
    [[nodiscard]] QList<Context> contexts() const override { return known; }
    [[nodiscard]] Result<state::Environment *> open(const QString &context) override;
    /// The first environment once more, read-only.
    [[nodiscard]] Result<state::Environment *> openAs(const QString &context, const QString &user, const QStringList &groups) override;
    void close(state::Environment *environment) override { (void)environment; }
    [[nodiscard]] Origin origin() const override { return where; }
    [[nodiscard]] Result<QList<state::Environment *>> readAgain() override;
    [[nodiscard]] Result<Done> startDemo() override { return Done{}; }

private:
    TourWorld *m_world;
};

/// Three contexts that are open and one that is not.
[[nodiscard]] std::shared_ptr<TourSource> makeTourSource(TourWorld &world);

}
