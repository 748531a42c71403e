// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/ShippedFiles.h"
#include "ui/shell/tour/Tour.h"

#include <QApplication>
#include <QDir>
#include <QImage>
#include <QSet>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QWidget>

#include <functional>

namespace qd::test {

/// What is wrong with the pictures a tour has drawn: one that is missing or blank.
inline QStringList wrongInPictures(const ui::Tour &tour, const QDir &dir)
{
    QStringList wrong;
    for (const QString &name : tour.written()) {
        const QImage image(dir.filePath(name));
        QSet<QRgb> colours;
        for (int x = 0; x < image.width(); x += 7) {
            for (int y = 0; y < image.height(); y += 7)
                colours.insert(image.pixel(x, y));
        }
        if (colours.size() <= 20)
            wrong.append(QStringLiteral("%1: the picture is blank").arg(name));
    }
    if (!tour.written().isEmpty() && !dir.exists(QStringLiteral("index.html")))
        wrong.append(QStringLiteral("the pictures have no index.html"));
    return wrong;
}

/// Goes through every scene of the tour, drawn at `options.scales` (none: measured only), and asks `look` what is wrong with each window
/// that is then seen. Returns "scene: what is wrong", each once, and warns of all of them; a tour that does not end or has too few scenes
/// is wrong too.
/// $QD_TOUR_ONLY names the scenes instead of `options.only`.
inline QStringList wrongInScenes(ui::Theme *theme, ui::TourOptions options, const std::function<QStringList(QWidget *)> &look)
{
    QTemporaryDir dir;
    options.dir = dir.path();
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
    if (!tour.problem().isEmpty())
        wrong.append(tour.problem());
    wrong += wrongInPictures(tour, QDir(options.dir));
    if (scenes < (options.only.isEmpty() ? 20 : 1))
        wrong.append(QStringLiteral("the tour has %1 scenes").arg(scenes));
    wrong.removeDuplicates();
    for (const QString &one : std::as_const(wrong))
        qWarning("%s", qPrintable(one));
    return wrong;
}

}
