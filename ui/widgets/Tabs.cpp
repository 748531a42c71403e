// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Tabs.h"

#include "ui/theme/Metrics.h"
#include "ui/theme/Tokens.h"
#include "ui/theme/Type.h"

#include <QHBoxLayout>
#include <QMenu>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

Tabs::Tabs(QWidget *parent) : QWidget(parent), m_bar(new QTabBar(this)), m_more(new QToolButton(this))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->setSizeConstraint(QLayout::SetNoConstraint);
    m_bar->setMinimumWidth(1);   // arrange() makes it fit
    row->addWidget(m_bar);
    row->addStretch();
    row->addWidget(m_more);
    m_bar->setExpanding(false);
    m_bar->setDrawBase(false);
    m_bar->setUsesScrollButtons(false);
    m_bar->setFocusPolicy(Qt::TabFocus);
    m_more->setToolButtonStyle(Qt::ToolButtonTextOnly);
    m_more->setPopupMode(QToolButton::InstantPopup);
    m_more->setAutoRaise(true);
    m_more->setFocusPolicy(Qt::TabFocus);
    m_more->setMenu(new QMenu(m_more));
    m_more->setObjectName(u"more"_s);
    m_more->hide();
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setName(tr("Tabs"));
    connect(m_bar, &QTabBar::currentChanged, this, [this](int index) {
        if (!m_arranging && index >= 0 && index < m_visible.size())
            setCurrent(QString(m_visible.at(index)));   // a copy: arrange() makes the list anew
    });
}

void Tabs::setTabHeight(int height)
{
    m_bar->setProperty("tabHeight", height);
    arrange();
}

void Tabs::setName(const QString &name)
{
    m_bar->setAccessibleName(name);
}

void Tabs::addTab(const QString &id, const QString &text)
{
    m_tabs.append({id, text});
    if (m_current.isEmpty())
        m_current = id;
    arrange();
}

void Tabs::setTabText(const QString &id, const QString &text)
{
    for (Tab &tab : m_tabs) {
        if (tab.id == id && tab.text != text) {
            tab.text = text;
            arrange();
        }
    }
}

void Tabs::setTabShown(const QString &id, bool shown)
{
    for (Tab &tab : m_tabs) {
        if (tab.id == id && tab.shown != shown) {
            tab.shown = shown;
            if (!shown && m_current == id && !m_tabs.isEmpty())
                setCurrent(m_tabs.first().id);
            arrange();
        }
    }
}

void Tabs::setOrder(const QStringList &order)
{
    const QStringList before = ids();
    const auto place = [&order](const Tab &tab) { return order.contains(tab.id) ? order.indexOf(tab.id) : order.size(); };
    std::stable_sort(m_tabs.begin(), m_tabs.end(), [&place](const Tab &a, const Tab &b) { return place(a) < place(b); });
    if (ids() != before)
        arrange();
}

void Tabs::setCurrent(const QString &id)
{
    if (m_current == id || !ids().contains(id))
        return;
    m_current = id;
    arrange();
    Q_EMIT currentChanged(id);
}

void Tabs::setIndent(int indent)
{
    layout()->setContentsMargins(indent, 0, indent, 0);
    arrange();
}

int Tabs::room() const
{
    const QMargins margins = layout()->contentsMargins();
    return width() - margins.left() - margins.right();
}

QStringList Tabs::ids() const
{
    QStringList out;
    for (const Tab &tab : m_tabs)
        out.append(tab.id);
    return out;
}

int Tabs::tabWidth(const QString &text) const
{
    return QFontMetrics(typeFont(Type::Strong, m_bar->font())).size(Qt::TextShowMnemonic, text).width() + 20;
}

QSize Tabs::sizeHint() const
{
    int width = 0;
    for (const Tab &tab : m_tabs)
        width += tab.shown ? tabWidth(tab.text) : 0;
    return {width, metrics::atLeast(std::max(metrics::kTabs, m_bar->property("tabHeight").toInt()), m_bar->fontMetrics())};
}

QSize Tabs::minimumSizeHint() const
{
    return {m_tabs.isEmpty() ? 40 : tabWidth(m_tabs.first().text) + 80, sizeHint().height()};
}

void Tabs::arrange()
{
    QStringList shown;
    QHash<QString, QString> texts;
    int total = 0;
    for (const Tab &tab : m_tabs) {
        if (!tab.shown)
            continue;
        shown.append(tab.id);
        texts.insert(tab.id, tab.text);
        total += tabWidth(tab.text);
    }
    QStringList visible = shown;
    QStringList rest;
    if (total > room() && width() > 0) {
        m_more->setText(tr("%n more", nullptr, static_cast<int>(shown.size()) - 1));   // one is always there
        const int more = m_more->sizeHint().width();
        int used = texts.contains(m_current) ? tabWidth(texts.value(m_current)) : 0;
        visible.clear();
        for (const QString &id : shown) {
            if (id == m_current) {
                visible.append(id);
                continue;
            }
            const int own = tabWidth(texts.value(id));
            if (rest.isEmpty() && used + own + more <= room()) {
                used += own;
                visible.append(id);
            } else {
                rest.append(id);
            }
        }
    }
    m_arranging = true;
    while (m_bar->count() > visible.size())
        m_bar->removeTab(m_bar->count() - 1);
    for (int i = 0; i < visible.size(); ++i) {
        if (i >= m_bar->count())
            m_bar->addTab(texts.value(visible.at(i)));
        else if (m_bar->tabText(i) != texts.value(visible.at(i)))
            m_bar->setTabText(i, texts.value(visible.at(i)));
    }
    m_visible = visible;
    m_bar->setCurrentIndex(static_cast<int>(visible.indexOf(m_current)));
    m_more->setVisible(!rest.isEmpty());
    m_more->setText(tr("%n more", nullptr, static_cast<int>(rest.size())));
    m_more->menu()->clear();
    for (const QString &id : std::as_const(rest))
        m_more->menu()->addAction(texts.value(id), this, [this, id] { setCurrent(id); });
    m_arranging = false;
    m_bar->updateGeometry();   // a hidden QTabBar keeps its old size hint in the layout's cache
    updateGeometry();
}

void Tabs::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
}

bool Tabs::event(QEvent *event)
{
    const bool done = QWidget::event(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::ApplicationFontChange)
        arrange();
    return done;
}

void Tabs::paintEvent(QPaintEvent *)
{
    if (!property("bare").toBool())
        QPainter(this).fillRect(QRect(0, height() - 1, width(), 1), tokens(this)[Token::Line]);
}

}
