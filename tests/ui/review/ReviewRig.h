// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/yaml/Yaml.h"
#include "models/state/ActionCatalogue.h"
#include "models/state/Journal.h"
#include "models/state/Operations.h"
#include "tests/support/FakeGateway.h"
#include "tests/support/ManualClock.h"
#include "tests/ui/support/UiTest.h"
#include "ui/panes/review/ReviewDialog.h"

#include <QFile>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>

namespace qd::test {

/// A window, a cluster in memory with one validator, a journal, and time in the test's hand.
class ReviewRig {
public:
    ReviewRig()
    {
        QFile file(QStringLiteral(QD_SOURCE_DIR "/resources/kinds.yaml"));
        if (!file.open(QIODevice::ReadOnly))
            qFatal("no kinds table");
        kinds = std::make_unique<network::KindTable>(*network::KindTable::fromJson(yaml->parse(file.readAll())->value.toObject()));
        catalogue = std::make_unique<state::ActionCatalogue>(*kinds);
        live = server->put(makeValidator(QStringLiteral("northgate-validator-2")));
        journal = std::make_unique<state::Journal>(folder.filePath(QStringLiteral("journal.jsonl")), &clock);
        window.resize(1440, 900);
        window.show();
    }
    [[nodiscard]] const network::KindInfo &kind() const { return *kinds->find(QStringLiteral("validator")); }
    [[nodiscard]] state::DraftContext drafting() const { return {QStringLiteral("infra-prod"), QStringLiteral("canton"), clock.now(), yaml.get()}; }
    [[nodiscard]] state::ChangeDraft draft(const QString &action, const QMap<QString, QString> &params) const
    {
        const auto made = catalogue->buildDraft(action, kind(), live, params, drafting());
        if (!made)
            qFatal("%s", qPrintable(made.error().text()));
        return *made;
    }
    /// An edit of the YAML: each pair is a text and what stands there instead.
    [[nodiscard]] state::ChangeDraft edit(std::initializer_list<std::pair<const char *, const char *>> changes) const
    {
        QString text = QString::fromUtf8(yaml->emitText(live));
        for (const auto &[from, to] : changes)
            text.replace(QString::fromUtf8(from), QString::fromUtf8(to));
        return draft(QStringLiteral("edit"), {{QStringLiteral("file"), text}});
    }
    [[nodiscard]] ui::ReviewContext context(bool production = false)
    {
        return {{server, journal.get(), &clock, QStringLiteral("mira.koenig"), {}, production, false, {}, time.scheduler()},
                yaml.get(), operations.get(), production ? QStringLiteral("production") : QStringLiteral("dev"), {}};
    }
    /// For QTRY_VERIFY: time goes on while it waits.
    bool later(bool done)
    {
        if (!done)
            time.advance(std::chrono::milliseconds(500));
        return done;
    }
    /// The operator acts on what is declared.
    void operate()
    {
        const QString object = QStringLiteral("validators/northgate-validator-2");
        const QJsonObject now = server->stored(object);
        QJsonObject status = now.value(QLatin1StringView("status")).toObject();
        status.insert(QLatin1StringView("observedGeneration"),
                      now.value(QLatin1StringView("metadata")).toObject().value(QLatin1StringView("generation")));
        server->setStatus(object, status);
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

    std::shared_ptr<ports::YamlCodec> yaml = yaml::makeYamlCodec();
    ManualClock clock;
    ManualScheduler time{&clock};
    std::shared_ptr<FakeGateway> server = std::make_shared<FakeGateway>(QStringLiteral("infra-prod"));
    QTemporaryDir folder;
    std::unique_ptr<network::KindTable> kinds;
    std::unique_ptr<state::ActionCatalogue> catalogue;
    std::unique_ptr<state::Journal> journal;
    std::unique_ptr<state::Operations> operations = std::make_unique<state::Operations>(&clock);
    QJsonObject live;
    QWidget window;
};

}
