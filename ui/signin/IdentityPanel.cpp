// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/signin/IdentityPanel.h"

#include "models/state/KubectlCommand.h"
#include "ui/shell/Popup.h"
#include "ui/signin/SignInWords.h"
#include "ui/theme/Metrics.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/EnvironmentMark.h"
#include "ui/widgets/Label.h"

#include <QClipboard>
#include <QCoreApplication>
#include <QGridLayout>
#include <QGuiApplication>
#include <QPainter>
#include <QPushButton>
#include <QRegularExpression>
#include <QVBoxLayout>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using Verdict = state::Permissions::Verdict;

namespace {

struct Identity {
    Q_DECLARE_TR_FUNCTIONS(Identity)
};

QString groupsText(const ports::Identity &identity)
{
    return identity.groups.isEmpty() ? Identity::tr("no groups told") : Identity::tr("groups %1").arg(identity.groups.join(u", "_s));
}

/// A person by their initials: "MK" of mira.koenig.
class Initials final : public QWidget {
public:
    Initials(const QString &user, QWidget *parent)
        : QWidget(parent)
    {
        static const QRegularExpression between(u"[^\\p{L}\\p{N}]+"_s);
        const QStringList words = user.section(u'@', 0, 0).split(between, Qt::SkipEmptyParts);
        for (qsizetype i = 0; i < std::min<qsizetype>(2, words.size()); ++i)
            m_letters += words.at(i).left(1).toUpper();
        const int side = std::max(36, fontMetrics().height() + 18);
        setFixedSize(side, side);
        setAttribute(Qt::WA_TransparentForMouseEvents);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const Tokens t = tokens(this);
        painter.setPen(Qt::NoPen);
        painter.setBrush(t[Token::Sunken]);
        painter.drawEllipse(rect());
        painter.setPen(t[Token::Text]);
        painter.setFont(typeFont(Type::Strong));
        painter.drawText(rect(), Qt::AlignCenter, m_letters);
    }

private:
    QString m_letters;
};

/// Roles of the token with the claim each comes from, and the ways out.
void addSession(Popup *panel, const std::shared_ptr<ports::SignInSession> &session, state::Environment *environment, const SessionDo &call)
{
    const ports::SignInState state = session->state();
    const QString &name = environment->name();
    auto *column = new QVBoxLayout;
    column->setContentsMargins(24, 0, 0, 4);
    column->setSpacing(2);
    const auto add = [column, panel](const QString &text) {
        auto *line = new Label(text, Type::Caption, Token::Text2, panel);
        line->setWordWrap(true);
        column->addWidget(line);
    };
    if (state.identity) {
        add(Identity::tr("%1 at %2").arg(state.identity->user, QUrl(state.identity->issuer).host()));
        for (const ports::RoleGrant &role : state.identity->roles)
            add(Identity::tr("Role %1, from %2").arg(role.role, role.source));
        for (const QString &note : state.identity->notes)
            add(note);
    }
    auto *row = new QHBoxLayout;
    row->setContentsMargins(0, 6, 0, 0);
    row->setSpacing(8);
    const auto button = [&](const QString &text, const QString &named, auto clicked) {
        QPushButton *made = makeButton(text, ButtonKind::Normal, {}, panel);
        made->setAccessibleName(named);
        QObject::connect(made, &QPushButton::clicked, panel, clicked);
        row->addWidget(made);
    };
    const bool in = state.phase == ports::SignInPhase::SignedIn || state.phase == ports::SignInPhase::Refreshing;
    button(in ? Identity::tr("Sign in again…") : Identity::tr("Sign in…"), Identity::tr("Sign in to %1").arg(name), [panel, environment, call] {
        panel->close();
        call(environment, SessionVerb::SignIn);
    });
    if (state.identity) {
        button(Identity::tr("Sign out"), Identity::tr("Sign out of %1").arg(name), [panel, environment, call] {
            panel->close();
            call(environment, SessionVerb::SignOut);
        });
        button(Identity::tr("Sign out everywhere"), Identity::tr("Sign out of %1 everywhere").arg(name), [panel, environment, call] {
            panel->close();
            call(environment, SessionVerb::SignOutEverywhere);
        });
    }
    row->addStretch(1);
    column->addLayout(row);
    panel->body()->addLayout(column);
}

/// One environment: who one is there, by which groups, or why that is not known; how long the session lasts.
void addEnvironmentLines(Popup *panel, state::Environment *environment, const ShellContext &context, const SessionDo &call)
{
    const ports::Identity &identity = environment->identity();
    const bool known = !identity.user.isEmpty();
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(10);
    grid->setVerticalSpacing(1);
    grid->setColumnStretch(1, 1);
    auto *mark = new StateGlyph(network::State::Ready, metrics::kGlyph, panel);
    const QString iconName = mark::iconName(markId(environment->info().mark));
    mark->setSymbol(iconName.isEmpty() ? u"env"_s : iconName, environment->info().mark == state::Mark::Production ? Token::Prod : Token::Text2,
                    mark::word(markId(environment->info().mark)));
    grid->addWidget(mark, 0, 0);
    grid->addWidget(new ElidedLabel(environment->name(), Type::Strong, Token::Text, Qt::ElideRight, panel), 0, 1);
    const QString why = Identity::tr("The kubeconfig does not tell how long this session lasts.");
    const auto &session = environment->signIn();
    const bool in = session && session->state().identity && !environment->needsSignIn();
    auto *glyph = new StateGlyph(in ? network::State::Ready : session ? network::State::Stale : network::State::Unknown, 12, panel);
    auto *left = new Label(in ? sessionWords(*session->state().identity, context.clock->now()) : session ? Identity::tr("signed out") : Identity::tr("unknown"),
                           Type::Caption, Token::Text2, panel);
    glyph->setToolTip(session ? QString() : why);
    left->setToolTip(session ? QString() : why);
    left->setAccessibleName(Identity::tr("Session of %1: %2").arg(environment->name(), session ? left->text() : why));
    grid->addWidget(glyph, 0, 2);
    grid->addWidget(left, 0, 3);
    QString text = known ? QString(identity.user + u", "_s + groupsText(identity)) : Identity::tr("not known yet");
    if (!known && !environment->connectError().message.isEmpty())
        text = environment->connectError().text();
    auto *line = new Label(text, Type::Caption, Token::Text2, panel);
    line->setWordWrap(true);
    grid->addWidget(line, 1, 1, 1, 3);
    panel->body()->addLayout(grid);
    if (session && call)
        addSession(panel, session, environment, call);
}

const QStringList &rightVerbs()
{
    static const QStringList verbs{u"list"_s, u"patch"_s, u"create"_s, u"delete"_s};
    return verbs;
}

/// What asks the server the same in a terminal.
QString canICommands(const state::Environment &environment)
{
    QStringList out;
    const QList<const network::KindInfo *> kinds = environment.kinds().ofPane(u"nodes"_s);
    for (const network::KindInfo *kind : kinds) {
        for (const QString &verb : rightVerbs())
            out.append(state::kubectlCanI(verb, kind->gvr.name(), environment.info().defaultNamespace, environment.name()));
    }
    return out.join(u'\n') + u'\n';
}

StateGlyph *rightGlyph(state::Environment *environment, const network::KindInfo &kind, const QString &verb, QWidget *parent)
{
    const ports::AccessQuestion question{verb, kind.gvr, {}, environment->info().defaultNamespace, {}};
    auto *glyph = new StateGlyph(network::State::Unknown, 14, parent);
    switch (environment->permissions()->verdict(question)) {
    case Verdict::Allowed: glyph->setSymbol(u"check"_s, Token::Ok, Identity::tr("allowed: %1").arg(question.text())); break;
    case Verdict::Denied: glyph->setSymbol(u"lock"_s, Token::Text2, Identity::tr("not allowed: %1").arg(question.text())); break;
    case Verdict::Unknown: glyph->setSymbol(u"state-unknown"_s, Token::Idle, Identity::tr("asking: %1").arg(question.text())); break;
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
        grid->setVerticalSpacing(8);
        grid->setHorizontalSpacing(14);
        grid->setColumnStretch(0, 1);
        int column = 1;
        for (const QString &title : {Identity::tr("See"), Identity::tr("Change"), Identity::tr("Create"), Identity::tr("Delete")})
            grid->addWidget(new Label(title, Type::Caption, Token::Text2, host), 0, column++, Qt::AlignCenter);
    }
    int row = 1;
    const QList<const network::KindInfo *> kinds = environment->kinds().ofPane(u"nodes"_s);
    for (const network::KindInfo *kind : kinds) {
        if (!grid->itemAtPosition(row, 0))
            grid->addWidget(new Label(kind->title, Type::Body, Token::Text, host), row, 0);
        int column = 1;
        for (const QString &verb : rightVerbs()) {
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

Popup *makeIdentityPanel(const ShellContext &context, const SessionDo &call, QWidget *parent)
{
    auto *panel = new Popup(Identity::tr("Who am I"), parent);
    panel->setFixedWidth(368 * std::max(16, parent->fontMetrics().height()) / 16);
    state::Environment *first = nullptr;
    for (state::Environment *environment : context.environments) {
        if (!first && !environment->identity().user.isEmpty())
            first = environment;
    }
    if (!first) {
        panel->body()->addWidget(new Label(Identity::tr("Not known who is signed in"), Type::Title, Token::Text, panel));
    } else {
        auto *head = new QGridLayout;
        head->setHorizontalSpacing(12);
        head->setVerticalSpacing(0);
        head->setColumnStretch(1, 1);
        head->addWidget(new Initials(first->identity().user, panel), 0, 0, 2, 1);
        head->addWidget(new ElidedLabel(first->identity().user, Type::Title, Token::Text, Qt::ElideRight, panel), 0, 1, Qt::AlignBottom);
        head->addWidget(new Label(Identity::tr("%n environment(s)", nullptr, int(context.environments.size())), Type::Caption, Token::Text2, panel), 1, 1, Qt::AlignTop);
        panel->body()->addLayout(head);
    }
    panel->body()->addWidget(new Hairline(Qt::Horizontal, panel));
    for (state::Environment *environment : context.environments)
        addEnvironmentLines(panel, environment, context, call);
    if (!first) {
        panel->body()->activate();
        return panel;
    }
    panel->body()->addWidget(new Hairline(Qt::Horizontal, panel));
    panel->body()->addWidget(new Label(Identity::tr("Rights in %1").arg(first->name()), Type::CaptionStrong, Token::Text2, panel));
    auto *host = new QWidget(panel);
    panel->body()->addWidget(host);
    fillRights(host, first);
    QObject::connect(first->permissions(), &state::Permissions::changed, host, [host, first] { fillRights(host, first); });
    panel->body()->addSpacing(6);
    QPushButton *copy = makeButton(Identity::tr("Copy as can-i"), ButtonKind::Normal, u"terminal"_s, panel);
    copy->setToolTip(Identity::tr("The commands that ask the server the same in a terminal"));
    QObject::connect(copy, &QPushButton::clicked, panel, [commands = canICommands(*first)] { QGuiApplication::clipboard()->setText(commands); });
    panel->body()->addWidget(copy, 0, Qt::AlignLeft);
    panel->body()->activate();
    panel->setFixedWidth(std::max(panel->width(), panel->body()->totalMinimumSize().width()));
    return panel;
}

}
