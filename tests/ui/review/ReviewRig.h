// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/Operations.h"
#include "tests/support/ChangeRig.h"
#include "tests/ui/support/UiTest.h"
#include "ui/panes/review/ReviewDialog.h"

#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>

namespace qd::test {

/// ChangeRig in a cluster called infra-prod, with a window and the list of operations.
class ReviewRig : public ChangeRig {
public:
    ReviewRig() : ChangeRig(QStringLiteral("infra-prod"), QStringLiteral("northgate-validator-2"))
    {
        window.resize(1440, 900);
        window.show();
    }
    /// An edit of the YAML: each pair is a text and what stands there instead.
    [[nodiscard]] state::ChangeDraft edit(std::initializer_list<std::pair<const char *, const char *>> changes) const
    {
        QString text = QString::fromUtf8(yaml->emitText(live));
        for (const auto &[from, to] : changes)
            text.replace(QString::fromUtf8(from), QString::fromUtf8(to));
        return draft(QStringLiteral("edit"), {{QStringLiteral("file"), text}});
    }
    [[nodiscard]] ui::ReviewContext context(bool isProduction = false)
    {
        production = isProduction;
        return {environment(QStringLiteral("mira.koenig")), yaml.get(), operations.get(),
                production ? QStringLiteral("production") : QStringLiteral("dev"), {}};
    }
    /// For QTRY_VERIFY: time goes on while it waits.
    bool later(bool done)
    {
        if (!done)
            time.advance(std::chrono::milliseconds(500));
        return done;
    }
    [[nodiscard]] static QPushButton *button(const QWidget *dialog, const char *name)
    {
        return dialog->findChild<QPushButton *>(QString::fromLatin1(name));
    }
    [[nodiscard]] static bool waits(const ui::ReviewDialog &dialog)
    {
        const state::ChangePipeline *p = dialog.pipeline();
        return p && p->step() == state::ChangePipeline::Step::Review
            && p->stepState(state::ChangePipeline::Step::Review) == state::ChangePipeline::StepState::Waiting;
    }

    std::unique_ptr<state::Operations> operations = std::make_unique<state::Operations>(&clock);
    QWidget window;
};

}
