// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/ShippedFiles.h"
#include "ui/shell/tour/Tour.h"

#include <QApplication>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QWidget>

#include <functional>

namespace qd::test {

/// Goes through every scene of the tour, measured and not drawn, and asks `look` what is wrong with each window that is then seen.
/// Returns "scene: what is wrong", each once, and warns of all of them; a tour that does not end or has too few scenes is wrong too.
/// $QD_TOUR_ONLY names the scenes instead of `options.only`.
inline QStringList wrongInScenes(ui::Theme *theme, ui::TourOptions options, const std::function<QStringList(QWidget *)> &look)
{
    QTemporaryDir dir;
    options.dir = dir.path();
    options.scales = {};
    options.only = qEnvironmentVariable("QD_TOUR_ONLY", options.only);
    const auto codec = yaml::makeYamlCodec();
    ui::Tour tour(options, shippedKinds(), codec.get(), theme);
    QStringList wrong;
    int scenes = 0;
    QObject::connect(&tour, &ui::Tour::sceneReady, &tour, [&](const QString &name) {
        ++scenes;
        const QWidgetList all = QApplication::topLevelWidgets();
        for (QWidget *window : all) {
            const QStringList found = window->isVisible() ? look(window) : QStringList();
            for (const QString &one : found)
                wrong.append(QString(name + QStringLiteral(": ") + one));
        }
    });
    QSignalSpy finished(&tour, &ui::Tour::finished);
    tour.start();
    if (!finished.wait(1100000))   // a loop of its own: QTRY_ sleeps between looks
        wrong.append(QStringLiteral("the tour does not end, after %1 scenes").arg(scenes));
    if (scenes < (options.only.isEmpty() ? 20 : 1))
        wrong.append(QStringLiteral("the tour has %1 scenes").arg(scenes));
    wrong.removeDuplicates();
    for (const QString &one : std::as_const(wrong))
        qWarning("%s", qPrintable(one));
    return wrong;
}

}
