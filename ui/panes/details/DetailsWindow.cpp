// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/details/DetailsWindow.h"

#include "ui/panes/details/DetailsPane.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Metrics.h"
#include "ui/widgets/EnvironmentMark.h"
#include "ui/widgets/Faces.h"
#include "ui/widgets/Label.h"

#include <QCloseEvent>
#include <QPainter>
#include <QShortcut>
#include <QTimer>
#include <QVBoxLayout>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr QSize kSize{520, 760};
constexpr QSize kLogSize{1240, 800};     ///< logs want width
constexpr int kCascade = 28;
constexpr int kStripe = 3;

}

DetailsWindow::DetailsWindow(const ShellContext &context, ActionRegistry *actions, const ActionTarget &target, QWidget *parent)
    : QWidget(parent, Qt::Window)
    , m_context(context)
    , m_target(target)
    , m_details(new DetailsPane(context, actions, this))
    , m_production(target.environment->isProductionFor(target.row->network))
{
    setAccessibleRole(this, QAccessible::Window);
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowIcon(icon(u"quarterdeck"_s));
    setWindowTitle(tr("%1, %2, %3").arg(target.row->name, target.kind.kind, target.environment->name()));
    setMinimumSize(380, 320);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, m_production ? kStripe : 0, 0, 0);
    column->setSpacing(0);
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(16, 8, 16, 8);
    bar->setSpacing(8);
    const QString mark = m_production ? state::markId(state::Mark::Production) : state::markId(target.environment->info().mark);
    if (!mark.isEmpty())
        bar->addWidget(new EnvironmentMark(mark, this));
    const QString place = target.row->ns.isEmpty() ? target.environment->name() : tr("%1, %2").arg(target.environment->name(), target.row->ns);
    bar->addWidget(new ElidedLabel(place, Type::Body, Token::Text2, Qt::ElideRight, this), 1);
    column->addLayout(bar);
    column->addWidget(new Hairline(Qt::Horizontal, this));
    column->addWidget(m_details, 1);
    m_details->setAlone();
    m_details->setTarget(target);
    connect(m_details, &DetailsPane::closeWanted, this, &QWidget::close);
    connect(m_details, &DetailsPane::objectWanted, this, &DetailsWindow::objectWanted);
    connect(m_details, &DetailsPane::changeWanted, this, &DetailsWindow::changeWanted);
    connect(new QShortcut(QKeySequence(u"Ctrl+W"_s), this), &QShortcut::activated, this, &QWidget::close);
    connect(target.environment->store(target.kind), &state::ResourceStore::changed, this, &DetailsWindow::adopt);
    connect(target.environment->store(target.kind), &state::ResourceStore::renewed, this, [this](const QStringList &uids) { adopt(uids, {}); });
    connect(target.environment, &QObject::destroyed, this, &QWidget::close);
    auto *quarter = new QTimer(this);   // of a minute, as beside a list
    connect(quarter, &QTimer::timeout, m_details, &DetailsPane::renew);
    quarter->start(15000);
    resize(kSize);
    if (const QByteArray geometry = context.settings->value(u"details/window"_s).toByteArray(); !geometry.isEmpty())
        restoreGeometry(geometry);
}

void DetailsWindow::adopt(const QStringList &upserted, const QStringList &removed)
{
    const QString uid = m_target.row->uid;
    if (removed.contains(uid) && m_target.environment && m_target.environment->store(m_target.kind)->complete()) {   // else it is read anew
        m_details->rowGone();
    } else if (upserted.contains(uid) && m_target.environment) {
        m_details->rowChanged(m_target.environment->store(m_target.kind)->row(uid));
    }
}

void DetailsWindow::closeEvent(QCloseEvent *event)
{
    m_context.settings->keep(u"details/window"_s, saveGeometry());
    event->accept();
}

void DetailsWindow::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens t = tokens(this);
    painter.fillRect(rect(), t[Token::Window]);
    if (m_production)
        painter.fillRect(QRect(0, 0, width(), kStripe), t[Token::ProdFill]);
}

DetailsWindows::DetailsWindows(const ShellContext &context, ActionRegistry *actions, QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_actions(actions)
{
    connect(actions, &ActionRegistry::windowWanted, this, &DetailsWindows::open);
}

DetailsWindows::~DetailsWindows()
{
    for (const QPointer<DetailsWindow> &window : std::as_const(m_windows)) {
        if (window)
            delete window;
    }
}

QList<DetailsWindow *> DetailsWindows::windows() const
{
    QList<DetailsWindow *> out;
    for (const QPointer<DetailsWindow> &window : m_windows) {
        if (window && window->isVisible())
            out.append(window);
    }
    return out;
}

DetailsWindow *DetailsWindows::open(const ActionTarget &target, const QString &tab)
{
    if (!target.row || !target.environment)
        return nullptr;
    m_windows.removeIf([](const QPointer<DetailsWindow> &window) { return !window; });
    const QList<DetailsWindow *> open = windows();
    for (DetailsWindow *window : open) {
        if (window->details()->target().object() == target.object()) {
            window->raise();
            window->activateWindow();
            if (!tab.isEmpty())
                window->details()->setTab(tab);
            return window;
        }
    }
    auto *made = new DetailsWindow(m_context, m_actions, target);
    if (!open.isEmpty())
        made->move(open.last()->pos() + QPoint(kCascade, kCascade));
    connect(made, &DetailsWindow::objectWanted, this, &DetailsWindows::objectWanted);
    connect(made, &DetailsWindow::changeWanted, this, &DetailsWindows::changeWanted);
    m_windows.append(made);
    if (!tab.isEmpty()) {
        made->details()->setTab(tab);
        if (tab == "logs"_L1)
            made->resize(made->size().expandedTo(kLogSize));
    }
    made->show();
    made->activateWindow();
    return made;
}

void DetailsWindows::closeAll()
{
    const QList<DetailsWindow *> open = windows();
    for (DetailsWindow *window : open)
        window->close();
}

}
