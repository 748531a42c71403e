// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/signin/SignInCard.h"

#include "models/core/Async.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Faces.h"
#include "ui/widgets/Label.h"

#include <QClipboard>
#include <QGridLayout>
#include <QGuiApplication>
#include <QLineEdit>
#include <QPainter>
#include <QRadioButton>
#include <QTimer>
#include <QVBoxLayout>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kGlyphRoom = 30;   ///< glyph and gap: everything below the title stands under its text

Label *paragraph(const QString &text, Type type, Token token, QWidget *parent)
{
    auto *label = new Label(text, type, token, parent);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

/// The quiet box the code stands in.
class Sunken final : public QWidget {
public:
    using QWidget::QWidget;

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        style::box(&painter, QRectF(rect()), metrics::kRadiusControl, tokens(this)[Token::Sunken], Qt::transparent);
    }
};

/// Everything but what is left of the time: a new face is built only when this differs.
bool sameLook(SignInFace a, SignInFace b)
{
    a.text.clear();
    b.text.clear();
    const auto facts = [](const SignInFace &face) {
        QStringList out;
        for (const SignInFact &fact : face.facts)
            out << fact.label << fact.text << QString::number(fact.state ? int(*fact.state) : -1);
        return out;
    };
    const auto buttons = [](const SignInFace &face) {
        QStringList out;
        for (const SignInButton &button : face.buttons)
            out << QString::number(int(button.what)) << button.text;
        return out;
    };
    return a.state == b.state && a.symbol == b.symbol && a.title == b.title && a.note == b.note && a.link == b.link && a.code == b.code
        && a.codeUrl == b.codeUrl && a.chooseKeychain == b.chooseKeychain && facts(a) == facts(b) && buttons(a) == buttons(b);
}

}

SignInCard::SignInCard(Subject subject, const Clock *clock, QWidget *parent)
    : QWidget(parent)
    , m_subject(std::move(subject))
    , m_clock(clock)
    , m_outer(new QVBoxLayout(this))
    , m_timer(new QTimer(this))
{
    m_outer->setContentsMargins(0, 0, 0, 0);
    setAccessibleRole(this, QAccessible::Grouping);
    m_timer->setInterval(1000);
    connect(m_timer, &QTimer::timeout, this, &SignInCard::tick);
    connect(m_subject.session.get(), &ports::SignInSession::changed, this, &SignInCard::follow);
    if (m_subject.environment) {
        connect(m_subject.environment, &state::Environment::identityChanged, this, &SignInCard::follow);
        connect(m_subject.environment->permissions(), &state::Permissions::changed, this, &SignInCard::follow);
    }
    m_face = signInFace(m_subject.session->state(), m_subject.session->settings(), m_subject.name, m_subject.environment, m_clock->now());
    build();
}

SignInCard::~SignInCard()
{
    m_stop.request_stop();
}

void SignInCard::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    tick();
    m_timer->start();
}

void SignInCard::hideEvent(QHideEvent *event)
{
    m_timer->stop();
    QWidget::hideEvent(event);
}

void SignInCard::follow()
{
    m_unlockProblem.clear();
    tick();
}

/// Times are told anew each second; the card is made anew only when something else differs, so that the keyboard stays where it is.
void SignInCard::tick()
{
    const SignInFace face = signInFace(m_subject.session->state(), m_subject.session->settings(), m_subject.name, m_subject.environment, m_clock->now());
    const bool same = sameLook(face, m_face);
    m_face = face;
    if (!same) {
        build();
        Q_EMIT faceChanged();
    } else if (m_text) {
        m_text->setText(face.text);
    }
}

void SignInCard::build()
{
    const bool focused = m_content && m_content->isAncestorOf(focusWidget());
    if (m_content) {
        m_content->hide();
        m_content->deleteLater();   // the click that brought us here may be its own
    }
    auto *content = new QWidget(this);
    m_content = content;
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    addHead(column);
    auto *under = new QVBoxLayout;
    under->setContentsMargins(layoutDirection() == Qt::RightToLeft ? 0 : kGlyphRoom - 6, 0, layoutDirection() == Qt::RightToLeft ? kGlyphRoom - 6 : 0, 0);
    under->setSpacing(10);
    if (!m_face.link.isEmpty())
        addLink(under);
    if (!m_face.code.isEmpty())
        addCode(under);
    if (!m_face.facts.isEmpty())
        addFacts(under);
    if (m_face.chooseKeychain)
        addKeychainChoice(under);
    const QString note = m_unlockProblem.isEmpty() ? m_face.note : m_unlockProblem;
    if (!note.isEmpty())
        under->addWidget(paragraph(note, Type::Caption, m_unlockProblem.isEmpty() ? Token::Text2 : Token::Bad, content));
    column->addLayout(under);
    column->addStretch(1);
    column->addSpacing(6);
    addButtons(column);
    m_outer->addWidget(content);
    content->show();
    setAccessibleName(m_face.title);
    setAccessibleDescription(m_face.text);
    if (focused) {
        if (QWidget *button = firstButton())
            button->setFocus(Qt::OtherFocusReason);
    }
}

void SignInCard::addHead(QVBoxLayout *column)
{
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(2);
    grid->setColumnStretch(1, 1);
    auto *glyph = new StateGlyph(m_face.state, 16, m_content);
    if (!m_face.symbol.isEmpty())
        glyph->setSymbol(m_face.symbol, m_face.warn ? Token::Warn : Token::Text2, m_face.title);
    grid->addWidget(glyph, 0, 0, Qt::AlignVCenter);
    auto *title = new Label(m_face.title, Type::Title, Token::Text, m_content);
    title->setWordWrap(true);
    grid->addWidget(title, 0, 1);
    m_text = paragraph(m_face.text, Type::Body, Token::Text, m_content);
    m_text->setVisible(!m_face.text.isEmpty());
    grid->addWidget(m_text, 1, 1);
    column->addLayout(grid);
}

void SignInCard::addLink(QVBoxLayout *column)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    auto *field = new QLineEdit(m_face.link, m_content);
    field->setReadOnly(true);
    field->setFont(typeFont(Type::Mono));
    field->setCursorPosition(0);
    field->setAccessibleName(tr("Link to sign in with"));
    row->addWidget(field, 1);
    QPushButton *button = makeButton(tr("Copy link"), ButtonKind::Normal, u"copy"_s, m_content);
    connect(button, &QPushButton::clicked, this, [this] { copy(m_face.link); });
    row->addWidget(button);
    column->addLayout(row);
}

void SignInCard::addCode(QVBoxLayout *column)
{
    auto *box = new Sunken(m_content);
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(12, 10, 12, 10);
    row->setSpacing(12);
    auto *where = new QVBoxLayout;
    where->setSpacing(2);
    where->addWidget(new Label(tr("Open on any device"), Type::Caption, Token::Text2, box));
    const QString address = m_face.codeUrl.toString(QUrl::RemoveScheme | QUrl::FullyEncoded).mid(2);
    auto *link = new Label({}, Type::Strong, Token::Accent, box);
    link->setTextFormat(Qt::RichText);
    link->setText(u"<a href=\"%1\" style=\"text-decoration:none\">%2</a>"_s.arg(m_face.codeUrl.toString(QUrl::FullyEncoded).toHtmlEscaped(), address.toHtmlEscaped()));
    link->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    link->setAccessibleName(tr("Open %1").arg(address));
    connect(link, &QLabel::linkActivated, this, [this] { m_subject.session->openBrowserAgain(); });
    where->addWidget(link);
    row->addLayout(where, 1);
    auto *code = new Label(m_face.code, Type::Heading, Token::Text, box);
    code->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    code->setAccessibleName(tr("Code %1").arg(QString(m_face.code).split(QString(), Qt::SkipEmptyParts).join(u' ')));
    row->addWidget(code);
    auto *button = new CopyButton(tr("the code"), box);
    button->setText(m_face.code);
    row->addWidget(button);
    column->addWidget(box);
}

void SignInCard::addFacts(QVBoxLayout *column)
{
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(6);
    grid->setColumnStretch(1, 1);
    int row = 0;
    for (const SignInFact &fact : std::as_const(m_face.facts)) {
        grid->addWidget(new Label(fact.label, Type::Body, Token::Text2, m_content), row, 0, Qt::AlignTop);
        auto *value = new QHBoxLayout;
        value->setSpacing(6);
        if (fact.state)
            value->addWidget(new StateGlyph(*fact.state, metrics::kGlyph, m_content), 0, Qt::AlignVCenter);
        auto *text = new ElidedLabel(fact.text, fact.mono ? Type::Mono : Type::Body, Token::Text, fact.mono ? Qt::ElideMiddle : Qt::ElideRight, m_content);
        text->setAccessibleName(QString(fact.label + u": "_s + fact.text));
        value->addWidget(text, 1);
        grid->addLayout(value, row++, 1);
    }
    column->addLayout(grid);
}

void SignInCard::addKeychainChoice(QVBoxLayout *column)
{
    const bool canUnlock = m_subject.session->state().fault == ports::SignInFault::KeychainLocked;
    const auto add = [this, column](const QString &title, const QString &text) {
        auto *choice = new QRadioButton(title, m_content);
        choice->setAccessibleDescription(text);
        column->addWidget(choice);
        auto *below = paragraph(text, Type::Caption, Token::Text2, m_content);
        below->setContentsMargins(24, 0, 0, 0);
        column->addWidget(below);
        return choice;
    };
    column->setSpacing(4);
    QRadioButton *open = canUnlock ? add(tr("Unlock the keyring"), tr("The system asks for its password. No new sign-in is needed."))
                                   : add(tr("Ask the keyring again"), tr("Once it runs. No new sign-in is needed if it has one."));
    m_memoryOnly = add(tr("Keep it in memory only"), tr("Sign in again in the browser. It ends with this window."));
    open->setChecked(true);
    connect(m_memoryOnly, &QRadioButton::toggled, this, [this, canUnlock](bool memory) {
        const auto buttons = m_content->findChildren<QPushButton *>();
        for (QPushButton *button : buttons) {
            if (button->property("leads").toBool())
                button->setText(memory ? tr("Sign in…") : canUnlock ? tr("Unlock…") : tr("Ask again"));
        }
    });
}

void SignInCard::addButtons(QVBoxLayout *column)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->setContentsMargins(kGlyphRoom - 6, 0, 0, 0);
    bool stretched = false;
    for (const SignInButton &one : std::as_const(m_face.buttons)) {
        if (!one.quiet && !stretched) {
            row->addStretch(1);
            stretched = true;
        }
        QPushButton *button = makeButton(one.text, one.primary ? ButtonKind::Primary : one.quiet ? ButtonKind::Ghost : ButtonKind::Normal, one.icon, m_content);
        connect(button, &QPushButton::clicked, this, [this, what = one.what] { act(what); });
        button->setProperty("leads", one.primary);
        row->addWidget(button);
    }
    if (!stretched)
        row->addStretch(1);
    column->addLayout(row);
}

QWidget *SignInCard::firstButton() const
{
    if (!m_content)
        return nullptr;
    const auto buttons = m_content->findChildren<QPushButton *>();
    for (QPushButton *button : buttons) {
        if (button->property("leads").toBool())
            return button;
    }
    return buttons.isEmpty() ? nullptr : buttons.last();
}

void SignInCard::act(SignInDo what)
{
    ports::SignInSession &session = *m_subject.session;
    switch (what) {
    case SignInDo::Start: session.start(ports::SignInWay::Browser); break;
    case SignInDo::StartWithCode: session.start(ports::SignInWay::DeviceCode); break;
    case SignInDo::Cancel: session.cancel(); break;
    case SignInDo::OpenAgain: session.openBrowserAgain(); break;
    case SignInDo::Retry: session.restore(); break;
    case SignInDo::CopyCommand: copy(clockCommand()); break;
    case SignInDo::CopyReport: copy(signInReport(session.state(), session.settings(), m_subject.name, m_clock->now())); break;
    case SignInDo::EditProfile: Q_EMIT profileWanted(); break;
    case SignInDo::WhoAmI: Q_EMIT whoAmIWanted(); break;
    case SignInDo::Open: Q_EMIT openWanted(); break;
    case SignInDo::NotNow: Q_EMIT notNow(); break;
    case SignInDo::Unlock: unlock(); break;
    }
}

/// Memory only: a new sign-in, kept nowhere. Else the desktop asks for the keychain's password, and what it remembers is taken up.
void SignInCard::unlock()
{
    if (m_memoryOnly && m_memoryOnly->isChecked()) {
        m_subject.session->keepInMemoryOnly(true);
        m_subject.session->start(ports::SignInWay::Browser);
        return;
    }
    if (!m_subject.secrets) {
        m_subject.session->restore();
        return;
    }
    m_stop.request_stop();
    m_stop = std::stop_source();
    whenFinished(m_subject.secrets->unlock(m_stop.get_token()), this, [this](const Result<Done> &result) {
        if (result) {
            m_subject.session->restore();
            return;
        }
        m_unlockProblem = result.error().text();
        build();
        Q_EMIT faceChanged();
    });
}

void SignInCard::copy(const QString &text)
{
    QGuiApplication::clipboard()->setText(text);
}

}
