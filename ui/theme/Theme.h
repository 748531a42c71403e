// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/DesktopLook.h"
#include "ui/theme/Metrics.h"

#include <QFont>
#include <QObject>
#include <QPalette>

class QApplication;
class QStyle;

namespace qd::ui {

/// Light or dark, the body font, density and motion of one application. Made in main.cpp, passed by pointer where a choice
/// is offered or `reducedMotion` is asked; painters need only tokens(widget). GUI thread.
class Theme : public QObject {
    Q_OBJECT
public:
    enum class Mode : quint8 { Desktop, Light, Dark };
    /// Reads what the desktop says before anything is set.
    explicit Theme(QObject *parent = nullptr);
    ~Theme() override;

    /// Sets style, fonts and palette of the application and follows the desktop from then on.
    void apply(QApplication &application);
    void setMode(Mode mode);
    [[nodiscard]] Mode mode() const { return m_mode; }
    [[nodiscard]] bool dark() const;
    /// What the desktop's portal says; where it has a preference, it counts more than the platform's palette.
    void setDesktop(const ports::DesktopLook &look);
    /// Stronger lines, texts and accents, because the desktop asks for it.
    [[nodiscard]] bool highContrast() const { return m_desktop.highContrast; }
    [[nodiscard]] QPalette palette() const;

    void setDensity(Density density);
    [[nodiscard]] Density density() const { return m_density; }
    void setReducedMotion(bool reduced);
    [[nodiscard]] bool reducedMotion() const { return m_reducedMotion || m_desktop.reducedMotion; }
    /// Body font in pixels; 0 the desktop's.
    void setBodySize(int pixels);
    [[nodiscard]] QFont font() const;

Q_SIGNALS:
    /// Colours, fonts, density or motion changed; already applied to the application.
    void changed();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void update();
    [[nodiscard]] bool readDesktop() const;
    Mode m_mode = Mode::Desktop;
    Density m_density = Density::Comfortable;
    bool m_reducedMotion = false;
    bool m_desktopDark = false;   ///< by the platform's palette
    ports::DesktopLook m_desktop;
    bool m_updating = false;
    int m_bodySize = 0;
    QFont m_desktopFont;
    QApplication *m_application = nullptr;
    std::unique_ptr<QStyle> m_probe;   // Fusion, knows the desktop's palette
};

}
