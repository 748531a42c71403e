// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/Panels.h"

#include "models/core/Format.h"
#include "ui/shell/Popup.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/EnvironmentMark.h"
#include "ui/widgets/Label.h"

#include <QCoreApplication>
#include <QGridLayout>
#include <QPushButton>
#include <QVBoxLayout>

namespace qd::ui {

using namespace Qt::StringLiterals;
using Verdict = state::Permissions::Verdict;

namespace {

struct Panels {
    Q_DECLARE_TR_FUNCTIONS(Panels)
};

/// A row of the list; named as a whole, since the parts are labels.
QWidget *operationRow(const state::Operation &operation, state::Operations *operations, const Clock *clock, QWidget *parent)
{
    auto *row = new QWidget(parent);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 4, 0, 4);
    layout->setSpacing(8);
    auto *glyph = new StateGlyph(operation.state, 14, row);
    auto *texts = new QVBoxLayout;
    texts->setSpacing(0);
    texts->addWidget(new ElidedLabel(operation.title, Type::Strong, Token::Text, Qt::ElideRight, row));
    const QString took = formatAge(operation.started, operation.running() ? clock->now() : operation.ended);
    texts->addWidget(new ElidedLabel(operation.step + u", "_s + took, Type::Caption, Token::Text2, Qt::ElideRight, row));
    layout->addWidget(glyph, 0, Qt::AlignTop);
    layout->addLayout(texts, 1);
    row->setAccessibleName(operation.title + u", "_s + operation.step);
    const auto button = [&](const QString &text, auto call) {
        QPushButton *made = makeButton(text, ButtonKind::Normal, {}, row);
        made->setAccessibleName(text + u' ' + operation.title);
        QObject::connect(made, &QPushButton::clicked, operations, [operations, id = operation.id, call] { (operations->*call)(id); });
        layout->addWidget(made);
    };
    if (operation.canCancel)
        button(Panels::tr("Cancel"), &state::Operations::cancel);
    if (operation.canRetry)
        button(Panels::tr("Retry…"), &state::Operations::retry);
    return row;
}

void fillOperations(Popup *panel, const ShellContext &context)
{
    while (QLayoutItem *item = panel->body()->takeAt(0)) {
        if (item->widget())
            item->widget()->deleteLater();
        std::unique_ptr<QLayoutItem>(item).reset();
    }
    panel->body()->addWidget(new Label(Panels::tr("Operations"), Type::Title, Token::Text, panel));
    const QList<state::Operation> list = context.operations ? context.operations->list() : QList<state::Operation>();
    for (qsizetype i = 0; i < std::min<qsizetype>(8, list.size()); ++i)
        panel->body()->addWidget(operationRow(list.at(i), context.operations, context.clock, panel));
    if (list.isEmpty())
        panel->body()->addWidget(new Label(Panels::tr("Nothing has been changed in this session."), Type::Body, Token::Text2, panel));
    panel->body()->addStretch(1);
}

QString groupsText(const ports::Identity &identity)
{
    return identity.groups.isEmpty() ? Panels::tr("no groups told") : Panels::tr("groups %1").arg(identity.groups.join(u", "_s));
}

/// One environment: who one is there, by which groups, or why that is not known.
void addEnvironmentLines(Popup *panel, state::Environment *environment)
{
    const ports::Identity &identity = environment->identity();
    const bool known = !identity.user.isEmpty();
    panel->body()->addWidget(new Label(environment->name(), Type::Strong, Token::Text, panel));
    QString text = known ? QString(identity.user + u", "_s + groupsText(identity)) : Panels::tr("not known yet");
    if (!known && !environment->connectError().message.isEmpty())
        text = environment->connectError().text();
    auto *line = new Label(text, Type::Caption, Token::Text2, panel);
    line->setWordWrap(true);
    panel->body()->addWidget(line);
}

StateGlyph *rightGlyph(state::Environment *environment, const network::KindInfo &kind, const QString &verb, QWidget *parent)
{
    const ports::AccessQuestion question{verb, kind.gvr, {}, environment->info().defaultNamespace, {}};
    auto *glyph = new StateGlyph(network::State::Unknown, 14, parent);
    switch (environment->permissions()->verdict(question)) {
    case Verdict::Allowed: glyph->setSymbol(u"check"_s, Token::Ok, Panels::tr("allowed: %1").arg(question.text())); break;
    case Verdict::Denied: glyph->setSymbol(u"lock"_s, Token::Text2, Panels::tr("not allowed: %1").arg(question.text())); break;
    case Verdict::Unknown: glyph->setSymbol(u"state-unknown"_s, Token::Idle, Panels::tr("asking: %1").arg(question.text())); break;
    }
    return glyph;
}

/// See, change, create, delete of each kind of node, as far as the server has said.
void fillRights(QWidget *host, state::Environment *environment)
{
    auto *grid = qobject_cast<QGridLayout *>(host->layout());
    if (!grid) {
        grid = new QGridLayout(host);
        grid->setContentsMargins(0, 0, 0, 0);
        grid->setVerticalSpacing(5);
        grid->setHorizontalSpacing(14);
        grid->setColumnStretch(0, 1);
        int column = 1;
        for (const QString &title : {Panels::tr("See"), Panels::tr("Change"), Panels::tr("Create"), Panels::tr("Delete")})
            grid->addWidget(new Label(title, Type::Caption, Token::Text2, host), 0, column++, Qt::AlignCenter);
    }
    int row = 1;
    const QList<const network::KindInfo *> kinds = environment->kinds().ofPane(u"nodes"_s);
    for (const network::KindInfo *kind : kinds) {
        if (!grid->itemAtPosition(row, 0))
            grid->addWidget(new Label(kind->title, Type::Body, Token::Text, host), row, 0);
        int column = 1;
        for (const QString &verb : {u"list"_s, u"patch"_s, u"create"_s, u"delete"_s}) {
            if (const QLayoutItem *old = grid->itemAtPosition(row, column)) {
                QWidget *glyph = old->widget();
                grid->removeWidget(glyph);
                glyph->hide();
                glyph->deleteLater();
            }
            grid->addWidget(rightGlyph(environment, *kind, verb, host), row, column++, Qt::AlignCenter);
        }
        ++row;
    }
}

}

Popup *makeOperationsPanel(const ShellContext &context, QWidget *parent)
{
    auto *panel = new Popup(Panels::tr("Operations"), parent);
    panel->setFixedWidth(420);
    fillOperations(panel, context);
    if (context.operations)
        QObject::connect(context.operations, &state::Operations::changed, panel, [panel, context] { fillOperations(panel, context); });
    return panel;
}

Popup *makeIdentityPanel(const ShellContext &context, QWidget *parent)
{
    auto *panel = new Popup(Panels::tr("Who am I"), parent);
    panel->setFixedWidth(368);
    state::Environment *first = nullptr;
    for (state::Environment *environment : context.environments) {
        const ports::Identity &identity = environment->identity();
        if (!first && !identity.user.isEmpty()) {
            first = environment;
            panel->body()->addWidget(new Label(identity.user, Type::Title, Token::Text, panel));
        }
    }
    if (!first)
        panel->body()->addWidget(new Label(Panels::tr("Not known who is signed in"), Type::Title, Token::Text, panel));
    panel->body()->addWidget(new Hairline(Qt::Horizontal, panel));
    for (state::Environment *environment : context.environments)
        addEnvironmentLines(panel, environment);
    if (!first)
        return panel;
    panel->body()->addWidget(new Hairline(Qt::Horizontal, panel));
    panel->body()->addWidget(new Label(Panels::tr("Rights in %1").arg(first->name()), Type::Strong, Token::Text2, panel));
    auto *host = new QWidget(panel);
    panel->body()->addWidget(host);
    fillRights(host, first);
    QObject::connect(first->permissions(), &state::Permissions::changed, host, [host, first] { fillRights(host, first); });
    return panel;
}

Popup *makeKeysPanel(const ActionRegistry &actions, QWidget *parent)
{
    auto *panel = new Popup(Panels::tr("Keys"), parent);
    panel->setFixedWidth(700);
    panel->body()->addWidget(new Label(Panels::tr("Keys that work here"), Type::Title, Token::Text, panel));
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(24);
    grid->setVerticalSpacing(6);
    QList<QPair<QString, QString>> lines{{Panels::tr("Enter"), Panels::tr("Open the details")}, {Panels::tr("Esc"), Panels::tr("Close the details, then the filter")},
                                         {Panels::tr("Space"), Panels::tr("Mark the row")}, {Panels::tr("Left, Right"), Panels::tr("Fold, unfold a network")},
                                         {Panels::tr("Ctrl+C"), Panels::tr("Copy the rows as text")}, {Panels::tr("Menu"), Panels::tr("Actions of the row")}};
    const QList<QAction *> all = actions.actions();
    for (const QAction *action : all) {
        if (!action->shortcut().isEmpty())
            lines.append({action->shortcut().toString(QKeySequence::NativeText), action->text()});
    }
    const int half = int(lines.size() + 1) / 2;
    for (int i = 0; i < int(lines.size()); ++i) {
        const int column = i < half ? 0 : 2;
        grid->addWidget(new Label(lines.at(i).first, Type::Mono, Token::Text, panel), i % half, column);
        grid->addWidget(new Label(lines.at(i).second, Type::Body, Token::Text2, panel), i % half, column + 1);
    }
    panel->body()->addLayout(grid);
    return panel;
}

}
