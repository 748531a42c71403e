// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/signin/WindowSignIn.h"

#include "models/core/Async.h"
#include "models/core/Format.h"
#include "ui/shell/Popup.h"
#include "ui/widgets/NoticeBar.h"

#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using ports::SignInPhase;

WindowSignIn::WindowSignIn(const ShellContext &context, QVBoxLayout *bars, QWidget *window)
    : QObject(window)
    , m_context(context)
    , m_bars(bars)
    , m_window(window)
{
    environmentsChanged();
}

void WindowSignIn::environmentsChanged()
{
    for (state::Environment *environment : m_context.environments) {
        if (environment->signIn())
            add(environment);
        else
            addOffer(environment);
    }
    const auto over = [this](const std::unique_ptr<Offered> &offered) {
        if (offered->environment && m_context.environments.contains(offered->environment) && !offered->environment->signIn())
            return false;
        if (offered->bar)
            offered->bar->deleteLater();
        return true;
    };
    m_offered.erase(std::remove_if(m_offered.begin(), m_offered.end(), over), m_offered.end());
    const auto gone = [this](const std::unique_ptr<Known> &known) {
        const auto uses = [&known](const state::Environment *e) { return e->signIn() == known->session; };
        const auto found = std::find_if(m_context.environments.begin(), m_context.environments.end(), uses);
        if (found != m_context.environments.end()) {
            known->environment = *found;
            return false;
        }
        if (known->bar)
            known->bar->deleteLater();
        if (known->card)
            known->card->close();
        return true;
    };
    m_known.erase(std::remove_if(m_known.begin(), m_known.end(), gone), m_known.end());
}

void WindowSignIn::add(state::Environment *environment)
{
    const auto same = [environment](const std::unique_ptr<Known> &known) { return known->session == environment->signIn(); };
    if (std::any_of(m_known.begin(), m_known.end(), same))
        return;
    m_known.push_back(std::make_unique<Known>());
    Known *known = m_known.back().get();
    known->session = environment->signIn();
    known->environment = environment;
    connect(known->session.get(), &ports::SignInSession::changed, &known->life, [this, known] { look(*known); });
    connect(known->session.get(), &ports::SignInSession::endsSoon, &known->life, [this, known](const QDateTime &at) {
        known->endsAt = at;
        look(*known);
    });
    if (m_context.operations)
        connect(m_context.operations, &state::Operations::changed, &known->life, [this, known] { look(*known); });
    QMetaObject::invokeMethod(&known->life, [this, known] { look(*known); }, Qt::QueuedConnection);   // once the window stands: the card comes up over it
}

void WindowSignIn::addOffer(state::Environment *environment)
{
    const auto same = [environment](const std::unique_ptr<Offered> &offered) { return offered->environment == environment; };
    if (!m_context.source || std::any_of(m_offered.begin(), m_offered.end(), same) || !m_context.source->signInOffer(environment))
        return;
    m_offered.push_back(std::make_unique<Offered>());
    Offered *offered = m_offered.back().get();
    offered->environment = environment;
    connect(environment, &state::Environment::connectErrorChanged, &offered->life, [this, offered] { lookAt(*offered); });
    QMetaObject::invokeMethod(&offered->life, [this, offered] { lookAt(*offered); }, Qt::QueuedConnection);
}

/// A program that works is left alone; the menu of the chip has the other way all the same.
void WindowSignIn::lookAt(Offered &offered)
{
    const std::optional<EnvironmentSource::SignInOffer> offer = offered.environment ? m_context.source->signInOffer(offered.environment) : std::nullopt;
    const bool failed = offer && offered.environment->connectError().kind == ErrorKind::Unauthenticated && !offered.environment->connectError().message.isEmpty();
    if (!failed || offered.bar) {
        if (!failed && offered.bar)
            offered.bar->deleteLater();
        return;
    }
    offered.bar = new NoticeBar(network::State::Stale, tr("%1 signs in through %2 at %3").arg(offered.environment->name(), offer->program, offer->issuer),
                                offer->problem.isEmpty() ? tr("It did not. This console can sign in there itself.") : offer->problem, m_window);
    m_bars->addWidget(offered.bar);
    if (!offer->problem.isEmpty())
        return;
    QPushButton *button = offered.bar->addButton(tr("Sign in here…"));
    button->setAccessibleName(tr("Sign in here to %1").arg(offered.environment->name()));
    connect(button, &QPushButton::clicked, &offered.life, [this, environment = offered.environment] { (void)signInHere(environment); });
}

Popup *WindowSignIn::signInHere(state::Environment *environment)
{
    if (!environment || !m_context.source)
        return nullptr;
    if (const Result<Done> taken = m_context.source->signInHere(environment); !taken) {
        Q_EMIT told(network::State::Failed, taken.error().message, taken.error().remedy);
        return nullptr;
    }
    environmentsChanged();
    return openCard(environment);
}

void WindowSignIn::look(Known &known)
{
    const ports::SignInState state = known.session->state();
    const bool in = state.phase == SignInPhase::SignedIn || state.phase == SignInPhase::Refreshing;
    if (in && (!known.endsAt.isValid() || !state.identity || state.identity->expiresAt > known.endsAt)) {
        known.endsAt = {};
        if (known.bar)
            known.bar->deleteLater();
        known.bar = nullptr;
        return;
    }
    if (in)
        tellEndsSoon(known);
    else
        tellEnded(known);
}

/// What stays although the session does not: "1 draft is kept, 1 operation goes on."
QString WindowSignIn::work() const
{
    if (!m_context.operations)
        return {};
    QStringList parts;
    const int drafts = int(m_context.operations->kept().size());
    const QList<state::Operation> &list = m_context.operations->list();
    const int running = int(std::count_if(list.begin(), list.end(), [](const state::Operation &o) { return o.running(); }));
    if (drafts > 0)
        parts.append(tr("%n draft(s) kept", nullptr, drafts));
    if (running > 0)
        parts.append(tr("%n operation(s) going on", nullptr, running));
    return parts.join(u", "_s);
}

QString WindowSignIn::names(const Known &known) const
{
    QStringList out;
    for (const state::Environment *environment : m_context.environments) {
        if (environment->signIn() == known.session)
            out.append(environment->name());
    }
    return out.join(u", "_s);
}

void WindowSignIn::tellEnded(Known &known)
{
    const ports::SignInState state = known.session->state();
    const bool waits = state.phase != SignInPhase::SignedOut && state.phase != SignInPhase::Expired && state.phase != SignInPhase::Failed;
    const bool first = !known.environment || !known.environment->freshness().lastAnswer.isValid();
    if (state.phase == SignInPhase::Restoring)
        return;     // most often it is there, and nothing has to be said
    if (!waits && !std::exchange(known.asked, true) && first && m_window->isVisible())
        openCard(known.environment);
    NoticeBar *bar = barOf(known, waits ? network::State::Progressing : network::State::Stale);
    const bool was = state.phase == SignInPhase::Expired || !first;
    QStringList detail;
    if (!first)
        detail.append(tr("Showing %1 UTC").arg(known.environment->freshness().lastAnswer.toUTC().toString(u"HH:mm:ss"_s)));
    if (const QString kept = work(); !kept.isEmpty())
        detail.append(kept);
    if (detail.isEmpty() && state.error)
        detail.append(state.error->message);
    QString title = was ? tr("The session for %1 has ended").arg(names(known)) : tr("Nobody is signed in to %1").arg(names(known));
    if (waits)
        title = tr("Signing in to %1").arg(names(known));
    bar->setTexts(title, detail.join(u". "_s));
    setButton(known, waits ? tr("Show") : tr("Sign in…"));
}

void WindowSignIn::tellEndsSoon(Known &known)
{
    const qint64 seconds = m_context.clock->now().secsTo(known.endsAt);
    NoticeBar *bar = barOf(known, network::State::Stale);
    bar->setTexts(seconds > 0 ? tr("The session for %1 ends in %2").arg(names(known), formatAge(seconds)) : tr("The session for %1 ends now").arg(names(known)),
                  tr("It does not renew by itself. Sign in again and nothing is interrupted."));
    setButton(known, tr("Sign in…"));
}

NoticeBar *WindowSignIn::barOf(Known &known, network::State state)
{
    if (!known.bar) {
        known.bar = new NoticeBar(state, {}, {}, m_window);
        m_bars->addWidget(known.bar);
    }
    known.bar->setState(state);
    return known.bar;
}

void WindowSignIn::setButton(Known &known, const QString &text)
{
    if (known.bar->property("button").toString() == text)
        return;     // a click on it may be under way
    known.bar->setProperty("button", text);
    known.bar->clearButtons();
    QPushButton *button = known.bar->addButton(text);
    button->setAccessibleName(tr("%1 %2").arg(text, names(known)));
    connect(button, &QPushButton::clicked, this, [this, session = known.session] {
        for (state::Environment *environment : m_context.environments) {
            if (environment->signIn() == session) {   // the one it was made for may be closed by now
                openCard(environment);
                return;
            }
        }
    });
}

QList<NoticeBar *> WindowSignIn::bars() const
{
    QList<NoticeBar *> out;
    for (const auto &known : m_known) {
        if (known->bar)
            out.append(known->bar);
    }
    for (const auto &offered : m_offered) {
        if (offered->bar)
            out.append(offered->bar);
    }
    return out;
}

void WindowSignIn::signOut(state::Environment *environment, bool everywhere)
{
    if (!environment || !environment->signIn())
        return;
    whenFinished(environment->signIn()->signOut(everywhere), this, [this, name = environment->name()](const Result<ports::SignOutEnd> &result) {
        if (result && result->untold)
            Q_EMIT told(network::State::Ready, tr("Signed out of %1 here.").arg(name),
                        tr("The identity provider could not be told: %1 Its session ends by itself, or in the provider's own pages.").arg(result->untold->message));
        else if (result)
            Q_EMIT told(network::State::Ready, tr("Signed out of %1.").arg(name), tr("Nothing of the session is kept on this computer."));
        else
            Q_EMIT told(network::State::Degraded, tr("Signed out of %1, with something left to do: %2").arg(name, result.error().message), result.error().remedy);
    });
}

Popup *WindowSignIn::openCard(state::Environment *environment)
{
    if (!environment || !environment->signIn())
        return nullptr;
    const auto it = std::find_if(m_known.begin(), m_known.end(), [environment](const auto &known) { return known->session == environment->signIn(); });
    if (it == m_known.end())
        return nullptr;
    if ((*it)->card)
        return (*it)->card;
    auto *panel = new Popup(tr("Sign in to %1").arg(environment->name()), m_window);
    auto *card = new SignInCard({environment->signIn(), environment->name(), environment, m_context.secrets}, m_context.clock, panel);
    panel->body()->addWidget(card);
    // As wide as in the pictures, or as its buttons need.
    const auto fit = [panel, usual = std::max(452, m_window->fontMetrics().averageCharWidth() * 66)] {
        panel->body()->activate();
        panel->setFixedWidth(std::max(usual, panel->body()->totalMinimumSize().width()));
    };
    fit();
    connect(card, &SignInCard::faceChanged, panel, [panel, fit] {
        fit();
        QMetaObject::invokeMethod(panel, &Popup::refit, Qt::QueuedConnection);
    });
    connect(card, &SignInCard::notNow, panel, &QWidget::close);
    connect(card, &SignInCard::whoAmIWanted, this, [this, panel] {
        panel->close();
        Q_EMIT whoAmIWanted();
    });
    connect(card, &SignInCard::openWanted, panel, &QWidget::close);   // its pages are behind the card
    connect(card, &SignInCard::profileWanted, this, [this, panel, profile = environment->signIn()->profile()] {
        panel->close();
        Q_EMIT profileWanted(profile);
    });
    (*it)->card = panel;
    panel->popupCentered();
    if (QWidget *button = card->firstButton())
        button->setFocus(Qt::OtherFocusReason);
    return panel;
}

}
