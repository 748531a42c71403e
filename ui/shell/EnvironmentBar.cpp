// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/EnvironmentBar.h"

#include "models/items/telemetry/AlertsSession.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Metrics.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/EnvironmentMark.h"
#include "ui/widgets/Faces.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/Label.h"

#include <QMouseEvent>

#include <algorithm>
#include <limits>
#include <numeric>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {
constexpr int kStripe = 3;
constexpr int kSearchWidth = 236;

/// Opens a panel: a chevron stands beside its text.
class PanelButton final : public QToolButton {
public:
    using QToolButton::QToolButton;

protected:
    void initStyleOption(QStyleOptionToolButton *option) const override
    {
        QToolButton::initStyleOption(option);
        option->features |= QStyleOptionToolButton::HasMenu;
    }
};

}

EnvironmentBar::EnvironmentBar(const ShellContext &context, ActionRegistry *actions, QWidget *parent)
    : QWidget(parent)
    , m_context(context)
    , m_actions(actions)
{
    setAccessibleRole(this, QAccessible::ToolBar);
    setAccessibleName(tr("Environments"));
    setFixedHeight(metrics::kEnvironmentBar + 1);   // its line
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, kStripe, 12, 1);
    layout->setSpacing(8);
    auto *logo = new StateGlyph(network::State::Ready, 20, this);
    logo->setSymbol(u"quarterdeck"_s, Token::Text, u"Quarterdeck"_s);
    layout->addWidget(logo);
    m_name = new Label(u"Quarterdeck"_s, Type::Title, Token::Text, this);
    layout->addWidget(m_name);
    m_gap = new QSpacerItem(30, 0, QSizePolicy::Fixed);
    layout->addSpacerItem(m_gap);
    m_chipsLayout = new QHBoxLayout;
    m_chipsLayout->setSpacing(8);
    layout->addLayout(m_chipsLayout);
    m_open = makeIconButton(u"plus"_s, tr("Open another environment"), this);
    m_open->setVisible(context.source != nullptr);
    connect(m_open, &QToolButton::clicked, m_actions->action(u"view.openEnvironment"_s), &QAction::trigger);
    layout->addWidget(m_open);
    layout->addStretch(1);
    addTools(layout);
    for (state::Environment *environment : context.environments)
        addChip(environment);
    updateReadOnly();
    updateOperations();
    updateIdentity();
}

void EnvironmentBar::addTools(QHBoxLayout *layout)
{
    m_search = new SearchField(u"search"_s, tr("Search or command"), tr("Search or command"), this);
    m_search->setKeyHint(u"Ctrl+K"_s);
    m_search->setReadOnly(true);
    m_search->setMinimumWidth(150);
    m_search->setMaximumWidth(kSearchWidth);
    m_search->installEventFilter(this);
    layout->addWidget(m_search, 100);   // its whole width before the gap gets any
    m_searchButton = makeIconButton(u"search"_s, tr("Search or command (Ctrl+K)"), this);
    connect(m_searchButton, &QToolButton::clicked, this, [this] { Q_EMIT paletteWanted({}); });
    layout->addWidget(m_searchButton);
    layout->addSpacing(8);
    m_readOnly = makeIconButton(u"unlock"_s, tr("Read-write"), this);
    m_readOnly->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    connect(m_readOnly, &QToolButton::clicked, m_actions->action(u"view.readOnly"_s), &QAction::trigger);
    layout->addWidget(m_readOnly);
    m_operations = makeIconButton(u"tasks"_s, tr("Operations"), this);
    m_operations->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    layout->addWidget(m_operations);
    m_alerts = makeIconButton(u"bell"_s, tr("Alerts"), this);
    m_alerts->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    layout->addWidget(m_alerts);
    if (m_context.alerts)
        connect(m_context.alerts, &items::AlertsSession::changed, this, [this] {
            updateAlerts();
            fitChips();
        });
    updateAlerts();
    layout->addWidget(new Hairline(Qt::Vertical, this));
    m_identity = new PanelButton(this);
    m_identity->setIcon(icon(u"user"_s));
    m_identity->setAutoRaise(true);
    m_identity->setFocusPolicy(Qt::TabFocus);
    m_identity->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    layout->addWidget(m_identity);
    if (m_context.operations)
        connect(m_context.operations, &state::Operations::changed, this, &EnvironmentBar::updateOperations);
}

void EnvironmentBar::addChip(state::Environment *environment)
{
    auto *chip = new EnvironmentChip(environment->name(), markId(environment->info().mark), this);
    if (!environment->info().accent.isEmpty())
        chip->setAccentColor(QColor(environment->info().accent));
    m_chipsLayout->addWidget(chip);
    m_chips.append({environment, chip});
    chip->show();   // what is not shown yet is not counted in what there is room for
    connect(chip, &QAbstractButton::clicked, this, [this, environment, chip] { Q_EMIT environmentClicked(environment, chip); });
    connect(environment, &state::Environment::freshnessChanged, this, &EnvironmentBar::tick);
    connect(environment, &state::Environment::readOnlyChanged, this, &EnvironmentBar::updateReadOnly);
    connect(environment, &state::Environment::identityChanged, this, &EnvironmentBar::updateIdentity);
    connect(environment, &state::Environment::namespacesChanged, this, [this, environment] { rename(environment); });
    rename(environment);
    updateReadOnly();
    updateIdentity();
    tick();
    fitChips();
    update();
}

QWidget *EnvironmentBar::openButton() const
{
    return m_open;
}

void EnvironmentBar::removeChip(state::Environment *environment)
{
    for (const auto &[known, chip] : std::as_const(m_chips)) {
        if (known == environment)
            chip->deleteLater();
    }
    m_chips.removeIf([environment](const auto &c) { return c.first == environment; });
    environment->disconnect(this);
    updateReadOnly();
    updateIdentity();
    update();
}

/// What is not shown is said: a namespace stands in the name.
void EnvironmentBar::rename(state::Environment *environment)
{
    const QStringList namespaces = environment->info().namespaces;
    for (const auto &[known, chip] : std::as_const(m_chips)) {
        if (known == environment)
            chip->setName(namespaces.isEmpty() ? environment->name() : environment->name() + u" / "_s + namespaces.join(u", "_s));
    }
}

void EnvironmentBar::tick()
{
    const QDateTime now = m_context.clock->now();
    bool fit = false;
    for (const auto &[environment, chip] : std::as_const(m_chips)) {
        const Freshness fresh = environment->freshness();
        fit = chip->setFreshness(fresh, answerAge(fresh, now)) || fit;
    }
    if (fit)
        fitChips();
}

void EnvironmentBar::updateReadOnly()
{
    QStringList locked;
    for (const auto &[environment, chip] : std::as_const(m_chips)) {
        chip->setReadOnly(environment->readOnly());
        if (environment->readOnly())
            locked.append(environment->name());
    }
    const bool all = !locked.isEmpty() && locked.size() == m_chips.size();
    const QString text = all ? tr("Read-only") : locked.isEmpty() ? tr("Read-write") : tr("Partly read-only");
    m_readOnly->setText(text);
    m_readOnly->setIcon(icon(all ? u"lock"_s : u"unlock"_s));
    m_readOnly->setAccessibleName(text);
    m_readOnly->setToolTip(all ? tr("Read-only: nothing can be changed. Switch to read-write (Ctrl+Shift+L)")
                           : locked.isEmpty() ? tr("Read-write. Switch to read-only (Ctrl+Shift+L)")
                                              : tr("Read-only: %1; the others can be changed. Switch all to read-only (Ctrl+Shift+L)").arg(locked.join(u", "_s)));
    fitChips();
}

void EnvironmentBar::updateOperations()
{
    const int running = m_context.operations ? m_context.operations->running() : 0;
    m_operations->setText(QString::number(running));
    m_operations->setAccessibleName(tr("Operations, %n running", nullptr, running));
    m_operations->setToolTip(tr("Operations, %n running", nullptr, running));
}

/// What fires and is not silenced; nothing while nobody tells alerts and nobody is kept from hearing of them.
void EnvironmentBar::updateAlerts()
{
    const QList<items::AlertsStanding> standings = m_context.alerts ? m_context.alerts->standings() : QList<items::AlertsStanding>();
    const auto known = std::count_if(standings.begin(), standings.end(), [](const items::AlertsStanding &s) { return s.asOf.isValid(); });
    const bool paused = m_pausedUntil.isValid();
    m_alerts->setVisible(known > 0 || paused);
    const int firing = m_context.alerts ? m_context.alerts->counts().firing : 0;
    m_alerts->setText(known > 0 ? QString::number(firing) : QString(QChar(0x2013)));
    m_alerts->setIcon(icon(paused ? u"pause"_s : u"bell"_s));
    QStringList words{known > 0 ? tr("Alerts, %n firing", nullptr, firing) : tr("Alerts")};
    if (known < standings.size())
        words.append(tr("those of %n environment(s) are not known", nullptr, int(standings.size() - known)));
    if (paused)
        words.append(tr("notices are paused until %1").arg(m_pausedUntil.toUTC().toString(u"HH:mm 'UTC'"_s)));
    m_alerts->setAccessibleName(words.join(u", "_s));
    m_alerts->setToolTip(m_alerts->accessibleName());
}

void EnvironmentBar::setNoticesPaused(const QDateTime &until)
{
    m_pausedUntil = until;
    updateAlerts();
    fitChips();
}

void EnvironmentBar::updateIdentity()
{
    QString user;
    for (const auto &[environment, chip] : std::as_const(m_chips)) {
        if (user.isEmpty())
            user = environment->identity().user;
    }
    const QFontMetrics fm(font());
    m_identity->setText(m_folded ? QString() : fm.elidedText(user.isEmpty() ? tr("not known") : user, Qt::ElideRight, 160));
    m_identity->setToolButtonStyle(m_folded ? Qt::ToolButtonIconOnly : Qt::ToolButtonTextBesideIcon);
    m_identity->setAccessibleName(user.isEmpty() ? tr("Who am I") : tr("Who am I: %1").arg(user));
    m_identity->setToolTip(user.isEmpty() ? tr("Who am I") : user);
    fitChips();
}

void EnvironmentBar::setFolded(bool folded)
{
    m_folded = folded;
    m_name->setVisible(!folded);
    m_gap->changeSize(folded ? 0 : 30, 0, QSizePolicy::Fixed);
    layout()->setContentsMargins(folded ? 14 : 16, kStripe, folded ? 4 : 12, 1);
    layout()->invalidate();
    m_search->setVisible(!folded);
    m_searchButton->setVisible(folded);
    m_readOnly->setToolButtonStyle(folded ? Qt::ToolButtonIconOnly : Qt::ToolButtonTextBesideIcon);
    updateIdentity();
    fitChips();
}

/// Where the names of all have no room, only production says its own, as in a narrow window.
void EnvironmentBar::fitChips()
{
    const auto fold = [this](bool folded) {
        for (const auto &[environment, chip] : std::as_const(m_chips)) {
            chip->setFolded(folded);
            chip->setNameRoom(std::numeric_limits<int>::max());
        }
        m_chipsLayout->invalidate();   // keeps its hint until it is laid out
        layout()->invalidate();
    };
    const auto over = [this] { return layout()->sizeHint().width() - width(); };
    // A layout would take from the names what the field has to spare.
    const auto narrowSearch = [this, &over] {
        m_search->setMaximumWidth(kSearchWidth);
        if (over() > 0 && !m_search->isHidden())
            m_search->setMaximumWidth(std::max(m_search->minimumWidth(), std::min(kSearchWidth, m_search->sizeHint().width()) - over()));
    };
    m_search->setVisible(!m_folded);
    m_searchButton->setVisible(m_folded);
    fold(m_folded);
    narrowSearch();
    if (!m_folded && over() > 0) {
        fold(true);
        narrowSearch();
    }
    if (!m_folded && over() > 0) {
        m_search->hide();
        m_searchButton->show();
        layout()->invalidate();
    }
    if (over() > 0)
        shortenNames(over());
}

/// The longest names give way, and what is short is read whole: all to one length that takes `over` pixels off them.
void EnvironmentBar::shortenNames(int over)
{
    QList<int> widths;   // measured once: text is dear
    for (const auto &[environment, chip] : std::as_const(m_chips))
        widths.append(chip->nameWidth());
    const auto taken = [&widths](int length) {
        return std::accumulate(widths.cbegin(), widths.cend(), 0, [length](int sum, int width) { return sum + std::max(0, width - length); });
    };
    int length = widths.isEmpty() ? 0 : *std::max_element(widths.cbegin(), widths.cend());
    while (length > 0 && taken(length) < over)
        --length;
    for (const auto &[environment, chip] : std::as_const(m_chips))
        chip->setNameRoom(length);
    m_chipsLayout->invalidate();
    layout()->invalidate();
}

void EnvironmentBar::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    if (event->size().width() != event->oldSize().width())
        fitChips();
}

bool EnvironmentBar::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_search)
        return QWidget::eventFilter(watched, event);
    if (event->type() == QEvent::MouseButtonPress) {
        Q_EMIT paletteWanted({});
        return true;
    }
    if (event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        const bool types = !key->text().isEmpty() && key->text().at(0).isPrint() && !(key->modifiers() & (Qt::ControlModifier | Qt::AltModifier));
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter || types) {
            Q_EMIT paletteWanted(types ? key->text().trimmed() : QString());
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void EnvironmentBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens t = tokens(this);
    painter.fillRect(rect(), t[Token::Window]);
    painter.fillRect(QRect(0, height() - 1, width(), 1), t[Token::Line]);
    const bool production = std::any_of(m_chips.begin(), m_chips.end(), [](const auto &c) { return c.first->isProduction(); });
    if (production)
        painter.fillRect(QRect(0, 0, width(), kStripe), t[Token::ProdFill]);
}

}
