// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/ShellContext.h"

#include <QObject>
#include <QMutex>
#include <QSemaphore>
#include <QThreadPool>

#include <functional>
#include <memory>

namespace qd::ui {

class MainWindow;
class TourWorld;

struct TourOptions {
    QString dir;
    bool light = true;
    bool dark = true;
    QList<int> scales{1, 2}; ///< none: scenes are made and measured, not drawn
    QString only = {};       ///< draw only scenes whose name contains it
};

/// `quarterdeck --tour DIR`: draws every pane and dialog in its states with the real widgets over a world in memory, as
/// NN-pane-state-theme-scale.png and index.html. Works inside the application's own event loop; finished() when done.
class Tour : public QObject {
    Q_OBJECT
public:
    Tour(TourOptions options, std::shared_ptr<const network::KindTable> kinds, const ports::YamlCodec *yaml, Theme *theme,
         QObject *parent = nullptr);
    ~Tour() override;
    void start();
    [[nodiscard]] QStringList written() const { return m_written; }
    /// The first thing that went wrong, or an empty text.
    [[nodiscard]] QString problem() const { return m_problem; }

Q_SIGNALS:
    /// It stands as it will be drawn: tests measure here.
    void sceneReady(const QString &name);
    void finished();

private:
    struct Scene {
        QString name;                                            ///< "nodes-empty"
        QSize size;
        std::function<void(TourWorld &)> prepare;                ///< before the window
        std::function<void(TourWorld &, MainWindow &)> act;      ///< after it is shown
        bool comfortable = false;
    };
    void addOverviewScenes();
    void addListScenes();
    void addStateScenes();
    void addDetailScenes();
    void addKindScenes();
    void addLogScenes();
    void addMapScenes();
    void addPanelScenes();
    void addChangesScenes();
    void addReviewScenes();
    void addGuideScenes();
    void addOperationScenes();
    void addSignInScenes();
    void addProfileScenes();
    void addTelemetryScenes();
    void addAlertScenes();
    void addLokiScenes();
    void next();
    void draw();
    void save(const QImage &image, const QString &name);
    void writeIndex();
    [[nodiscard]] static QImage render(QWidget *window, int scale);
    TourOptions m_options;
    std::shared_ptr<const network::KindTable> m_kinds;
    const ports::YamlCodec *m_yaml;
    Theme *m_theme;
    QList<Scene> m_scenes;
    QList<QPair<int, bool>> m_plan;       ///< scene and dark
    std::unique_ptr<TourWorld> m_world;
    std::unique_ptr<MainWindow> m_window;
    qsizetype m_at = -1;
    QStringList m_written;
    QString m_problem;
    QThreadPool m_writers;                ///< pictures are packed while the next scene is made
    QSemaphore m_room{8};                 ///< of pictures in memory
    QMutex m_mutex;                       ///< guards what follows
    QString m_notSaved;
};

}
