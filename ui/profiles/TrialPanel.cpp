// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/profiles/TrialPanel.h"

#include "models/core/Format.h"
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
#include <QScrollArea>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using ports::TrialState;

namespace {

network::State glyphOf(TrialState state)
{
    switch (state) {
    case TrialState::NotBegun: return network::State::NotBegun;
    case TrialState::Running: return network::State::Progressing;
    case TrialState::Waiting: return network::State::Waiting;
    case TrialState::Passed: return network::State::Ready;
    case TrialState::Warned: return network::State::Degraded;
    case TrialState::Failed: return network::State::Failed;
    case TrialState::Skipped: return network::State::Suspended;
    }
    return network::State::Unknown;
}

QString wordOf(TrialState state)
{
    switch (state) {
    case TrialState::NotBegun: return TrialPanel::tr("not begun");
    case TrialState::Running: return TrialPanel::tr("running");
    case TrialState::Waiting: return TrialPanel::tr("waits for you");
    case TrialState::Passed: return TrialPanel::tr("passed");
    case TrialState::Warned: return TrialPanel::tr("passed, with a remark");
    case TrialState::Failed: return TrialPanel::tr("failed");
    case TrialState::Skipped: return TrialPanel::tr("skipped");
    }
    return {};
}

QString duration(qint64 ms)
{
    return ms < 0 ? QString() : ms < 1000 ? TrialPanel::tr("%1 ms").arg(ms) : TrialPanel::tr("%1 s").arg(QLocale().toString(double(ms) / 1000, 'f', 1));
}

Label *paragraph(const QString &text, Type type, Token token, QWidget *parent)
{
    auto *label = new Label(text, type, token, parent);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

}

TrialPanel::TrialPanel(const Clock *clock, QWidget *parent)
    : QWidget(parent), m_clock(clock), m_title(new Label({}, Type::Title, Token::Text, this)), m_summary(paragraph({}, Type::Body, Token::Text2, this)),
      m_steps(new QVBoxLayout), m_waiting(new QWidget(this)), m_waitText(paragraph({}, Type::Caption, Token::Text2, m_waiting)), m_link(new QLineEdit(m_waiting)),
      m_code(new Label({}, Type::Heading, Token::Text, m_waiting)), m_again(makeButton(tr("Open browser again"), ButtonKind::Normal, u"external"_s, m_waiting)),
      m_byCode(makeButton(tr("Without a browser…"), ButtonKind::Normal, {}, m_waiting)), m_cancel(makeButton(tr("Cancel the test"), ButtonKind::Normal, {}, this)),
      m_timer(new QTimer(this))
{
    setAccessibleRole(this, QAccessible::Grouping);
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto *scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setProperty("bare", true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *content = new QWidget(scroll);
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(metrics::kPageEdge, 14, metrics::kPageEdge, 14);
    column->setSpacing(10);
    auto *head = new QHBoxLayout;
    m_title->setWordWrap(true);
    head->addWidget(m_title, 1);
    QToolButton *close = makeIconButton(u"x"_s, tr("Close the test"), this);
    connect(close, &QToolButton::clicked, this, &TrialPanel::closeWanted);
    head->addWidget(close, 0, Qt::AlignTop);
    column->addLayout(head);
    column->addWidget(m_summary);
    column->addLayout(m_steps);
    auto *wait = new QVBoxLayout(m_waiting);
    wait->setContentsMargins(0, 4, 0, 0);
    wait->setSpacing(8);
    wait->addWidget(m_waitText);
    m_code->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    wait->addWidget(m_code);
    m_link->setReadOnly(true);
    m_link->setFont(typeFont(Type::Mono));
    m_link->setAccessibleName(tr("Link to sign in with"));
    wait->addWidget(m_link);
    QPushButton *copy = makeButton(tr("Copy link"), ButtonKind::Normal, u"copy"_s, m_waiting);
    connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_link->text()); });
    for (QPushButton *button : {copy, m_again, m_byCode}) {
        auto *row = new QHBoxLayout;
        row->addWidget(button);
        row->addStretch(1);
        wait->addLayout(row);
    }
    column->addWidget(m_waiting);
    auto *row = new QHBoxLayout;
    row->addWidget(m_cancel);
    row->addStretch(1);
    column->addLayout(row);
    column->addStretch(1);
    content->setBackgroundRole(QPalette::Window);
    content->setAutoFillBackground(true);
    scroll->setWidget(content);
    outer->addWidget(scroll);
    connect(m_again, &QPushButton::clicked, this, [this] { m_trial->openBrowserAgain(); });
    connect(m_byCode, &QPushButton::clicked, this, [this] { m_trial->start(ports::SignInWay::DeviceCode); });
    connect(m_cancel, &QPushButton::clicked, this, &TrialPanel::cancel);
    m_timer->setInterval(1000);
    connect(m_timer, &QTimer::timeout, this, &TrialPanel::tick);
}

TrialPanel::~TrialPanel()
{
    if (m_trial)
        m_trial->disconnect(this);
}

void TrialPanel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), tokens(this)[Token::Window]);
}

void TrialPanel::run(const QString &name, std::unique_ptr<ports::ProfileTrial> trial)
{
    if (m_trial)
        m_trial->disconnect(this);
    m_trial = std::move(trial);
    m_shown.clear();
    m_title->setText(name.isEmpty() ? tr("Test of the new profile") : tr("Test of %1").arg(name));
    setAccessibleName(m_title->text());
    connect(m_trial.get(), &ports::ProfileTrial::changed, this, &TrialPanel::follow);
    m_trial->start(ports::SignInWay::Browser);
    follow();
}

bool TrialPanel::running() const
{
    return m_trial && m_trial->running();
}

void TrialPanel::cancel()
{
    if (m_trial)
        m_trial->cancel();
}

int TrialPanel::firstIn(TrialState state) const
{
    const auto it = std::find_if(m_shown.begin(), m_shown.end(), [state](const ports::TrialStep &step) { return step.state == state; });
    return it == m_shown.end() ? -1 : int(it - m_shown.begin());
}

QString TrialPanel::summary() const
{
    if (!m_trial)
        return {};
    if (const int failed = firstIn(TrialState::Failed); failed >= 0)
        return tr("Failed at: %1").arg(m_shown.at(failed).title);
    if (m_trial->running())
        return firstIn(TrialState::Waiting) >= 0 ? tr("Waits for your sign-in in the browser.") : tr("Nothing of it is kept.");
    qint64 all = 0;
    for (const ports::TrialStep &step : m_shown)
        all += std::max<qint64>(0, step.ms);
    if (firstIn(TrialState::NotBegun) >= 0)
        return tr("Cancelled.");
    return firstIn(TrialState::Warned) >= 0 ? tr("Works, with remarks. Signed out again.") : tr("Works, in %1. Signed out again.").arg(duration(all));
}

void TrialPanel::follow()
{
    const QList<ports::TrialStep> steps = m_trial->steps();
    if (steps != m_shown || !m_rows) {
        m_shown = steps;
        if (m_rows) {
            m_rows->hide();
            m_rows->deleteLater();
        }
        m_rows = new QWidget(this);
        auto *column = new QVBoxLayout(m_rows);
        column->setContentsMargins(0, 2, 0, 2);
        column->setSpacing(10);
        for (const ports::TrialStep &step : std::as_const(m_shown))
            addStep(step);
        m_steps->addWidget(m_rows);
        m_rows->show();
    }
    m_summary->setText(summary());
    setAccessibleDescription(m_summary->text());
    m_cancel->setVisible(m_trial->running());
    tick();
    Q_EMIT changed();
}

void TrialPanel::addStep(const ports::TrialStep &step)
{
    auto *row = new QWidget(m_rows);
    setAccessibleRole(row, QAccessible::ListItem);
    const QString time = duration(step.ms);
    row->setAccessibleName(QString(step.title + u", "_s + wordOf(step.state) + (time.isEmpty() ? QString() : QString(u", "_s + time))));
    row->setAccessibleDescription(QString(step.words + u' ' + step.remedy).trimmed());
    auto *grid = new QGridLayout(row);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(metrics::kGap);
    grid->setVerticalSpacing(2);
    grid->setColumnStretch(1, 1);
    const bool quiet = step.state == TrialState::NotBegun || step.state == TrialState::Skipped;
    grid->addWidget(new StateGlyph(glyphOf(step.state), metrics::kGlyph, row), 0, 0, Qt::AlignVCenter);
    auto *title = paragraph(step.title, quiet ? Type::Body : Type::Strong, quiet ? Token::Text2 : Token::Text, row);
    grid->addWidget(title, 0, 1);
    grid->addWidget(new Label(time, Type::Caption, Token::Text2, row), 0, 2, Qt::AlignRight | Qt::AlignVCenter);
    if (!step.words.isEmpty())
        grid->addWidget(paragraph(step.words, Type::Caption, step.state == TrialState::Failed ? Token::Bad : Token::Text2, row), 1, 1, 1, 2);
    if (!step.remedy.isEmpty())
        grid->addWidget(paragraph(step.remedy, Type::Caption, Token::Text, row), 2, 1, 1, 2);
    m_rows->layout()->addWidget(row);
}

/// The link and what is left of the time.
void TrialPanel::tick()
{
    const ports::SignInState state = m_trial ? m_trial->signIn() : ports::SignInState{};
    const bool browser = state.phase == ports::SignInPhase::WaitingForBrowser;
    const bool code = state.phase == ports::SignInPhase::WaitingForDevice;
    const bool waits = running() && (browser || code);
    m_waiting->setVisible(waits);
    waits ? m_timer->start() : m_timer->stop();
    if (!waits)
        return;
    const QString left = formatAge(std::max<qint64>(0, m_clock->now().secsTo(state.deadline)));
    m_waitText->setText(code                  ? tr("Open the page on any device and type the code, %1 left.").arg(left)
                            : state.browserOpened ? tr("The browser is open. This goes on by itself, %1 left.").arg(left)
                                                  : tr("No browser could be opened. Copy the link, %1 left.").arg(left));
    const QUrl link = code ? state.verificationUrl : state.browserUrl;
    if (const QString text = link.toString(QUrl::FullyEncoded); text != m_link->text()) {
        m_link->setText(text);
        m_link->setCursorPosition(0);
    }
    m_code->setVisible(code);
    m_code->setText(state.userCode);
    m_byCode->setVisible(browser);
}

}
