// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/Theme.h"

#include "ui/theme/QuarterdeckStyle.h"
#include "ui/theme/Tokens.h"
#include "ui/theme/Type.h"

#include <QEvent>
#include <QPixmapCache>
#include <QScopedValueRollback>
#include <QStyleFactory>
#include <QToolTip>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

bool isDark(const QPalette &palette)
{
    return palette.color(QPalette::Active, QPalette::Window).lightness() < 128;
}

}

Theme::Theme(QObject *parent)
    : QObject(parent)
    , m_desktopFont(bodyFont())
    , m_probe(QStyleFactory::create(u"fusion"_s))
{
    m_desktopDark = readDesktop();
}

Theme::~Theme() = default;

bool Theme::readDesktop() const
{
    // Qt 6.4 has no QStyleHints::colorScheme: the platform's palette, or what Fusion made of its appearance.
    return isDark(QApplication::palette()) || (m_probe && isDark(m_probe->standardPalette()));
}

void Theme::apply(QApplication &application)
{
    m_application = &application;
    QApplication::setStyle(new QuarterdeckStyle);
    QPixmapCache::setCacheLimit(32 * 1024);
    application.installEventFilter(this);
    update();
}

void Theme::setMode(Mode mode)
{
    if (m_mode == mode)
        return;
    m_mode = mode;
    update();
}

bool Theme::dark() const
{
    return m_mode == Mode::Dark || (m_mode == Mode::Desktop && m_desktop.dark.value_or(m_desktopDark));
}

QPalette Theme::palette() const
{
    return Tokens::makePalette(dark(), highContrast());
}

void Theme::setDesktop(const ports::DesktopLook &look)
{
    if (m_desktop == look)
        return;
    m_desktop = look;
    update();
}

void Theme::setDensity(Density density)
{
    if (m_density == density)
        return;
    m_density = density;
    Q_EMIT changed();
}

void Theme::setReducedMotion(bool reduced)
{
    if (m_reducedMotion == reduced)
        return;
    m_reducedMotion = reduced;
    update();
}

void Theme::setBodySize(int pixels)
{
    if (m_bodySize == pixels)
        return;
    m_bodySize = pixels;
    update();
}

QFont Theme::font() const
{
    QFont font = m_desktopFont;
    if (m_bodySize > 0)
        font.setPixelSize(m_bodySize);
    return font;
}

void Theme::update()
{
    if (m_application && !m_updating) {
        const QScopedValueRollback<bool> guard(m_updating, true);
        m_application->setProperty("qdReducedMotion", reducedMotion());
        QApplication::setPalette(palette());
        QToolTip::setPalette(palette());
        const QFont body = font();
        QApplication::setFont(body);
        for (const char *name : {"QHeaderView", "QTipLabel", "QStatusBar"})
            QApplication::setFont(typeFont(Type::Caption, body), name);
        QToolTip::setFont(typeFont(Type::Caption, body));
        // Qt tells only windows; widgets that set a font of the type scale hear of a new body size through this.
        const QWidgetList all = QApplication::allWidgets();
        for (QWidget *widget : all) {
            if (!widget->isWindow())
                QCoreApplication::postEvent(widget, new QEvent(QEvent::ApplicationFontChange));
        }
    }
    Q_EMIT changed();
}

bool Theme::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::ThemeChange && !m_updating && watched->isWidgetType()) {
        const QScopedValueRollback<bool> guard(m_updating, true);
        QApplication::setPalette(QPalette());   // the platform's, to be read
        const bool dark = readDesktop();
        QApplication::setPalette(palette());
        m_updating = false;
        if (dark != m_desktopDark) {
            m_desktopDark = dark;
            update();
        }
    }
    return QObject::eventFilter(watched, event);
}

}
