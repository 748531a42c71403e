// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/tour/Tour.h"

#include "ui/shell/MainWindow.h"
#include "ui/shell/Popup.h"
#include "ui/shell/tour/TourGuide.h"
#include "ui/shell/tour/TourQuiet.h"
#include "ui/shell/tour/TourWorld.h"

#include <QApplication>
#include <QDialog>
#include <QDir>
#include <QSaveFile>
#include <QTimer>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

Tour::Tour(TourOptions options, std::shared_ptr<const network::KindTable> kinds, const ports::YamlCodec *yaml, Theme *theme, QObject *parent)
    : QObject(parent)
    , m_options(std::move(options))
    , m_kinds(std::move(kinds))
    , m_yaml(yaml)
    , m_theme(theme)
{
    addOverviewScenes();
    addListScenes();
    addStateScenes();
    addDetailScenes();
    addKindScenes();
    addLogScenes();
    addMapScenes();
    addPanelScenes();
    addChangesScenes();
    addReviewScenes();
    addGuideScenes();
    addOperationScenes();
    addSignInScenes();
    addProfileScenes();
    addTelemetryScenes();
}

Tour::~Tour()
{
    m_writers.waitForDone();
}

void Tour::start()
{
    if (!QDir().mkpath(m_options.dir)) {
        m_problem = tr("%1 cannot be made.").arg(m_options.dir);
        QTimer::singleShot(0, this, &Tour::finished);
        return;
    }
    for (const bool dark : {false, true}) {
        if (dark ? !m_options.dark : !m_options.light)
            continue;
        for (int i = 0; i < int(m_scenes.size()); ++i) {
            if (m_scenes.at(i).name.contains(m_options.only))
                m_plan.append({i, dark});
        }
    }
    m_theme->setReducedMotion(true);
    QTimer::singleShot(0, this, &Tour::next);
}

void Tour::next()
{
    m_window.reset();
    m_world.reset();
    if (++m_at >= m_plan.size() || !m_problem.isEmpty()) {
        writeIndex();
        Q_EMIT finished();
        return;
    }
    const auto &[index, dark] = m_plan.at(m_at);
    const Scene &scene = m_scenes.at(index);
    m_theme->setMode(dark ? Theme::Mode::Dark : Theme::Mode::Light);
    m_world = std::make_unique<TourWorld>(m_kinds, m_yaml, m_theme);
    m_world->settings().setValue(u"window/theme"_s, int(m_theme->mode()));
    m_world->settings().setValue(u"window/compact"_s, !scene.comfortable);
    m_world->setSource(makeTourSource(*m_world));
    // What fires already is told in the pictures of notices: in the others it would cover what they show.
    m_world->settings().setValue(u"alerts/notices"_s, scene.name.contains(u"notices"_s));
    scene.prepare(*m_world);
    m_window = std::make_unique<MainWindow>(m_world->context());
    m_window->resize(scene.size);
    m_window->show();
    m_window->activateWindow();
    TourQuiet::then(m_window.get(), [this] {
        const Scene &now = m_scenes.at(m_plan.at(m_at).first);
        if (now.act)
            now.act(*m_world, *m_window);
        TourQuiet::atEnd(m_window.get(), [this] { draw(); });
    });
}

/// The window with the popups and dialogs that stand over it.
QImage Tour::render(QWidget *window, int scale)
{
    QImage image(window->size() * scale, QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(scale);
    image.fill(window->palette().color(QPalette::Window));
    QPainter painter(&image);
    window->render(&painter, QPoint(), QRegion(), QWidget::DrawWindowBackground | QWidget::DrawChildren);
    QWidgetList all = QApplication::topLevelWidgets();
    const auto depth = [](const QWidget *widget) {
        int out = 0;
        for (; widget; widget = widget->parentWidget())
            ++out;
        return out;
    };
    std::stable_sort(all.begin(), all.end(), [&](QWidget *a, QWidget *b) { return depth(a) < depth(b); });
    for (QWidget *other : std::as_const(all)) {
        const bool over = qobject_cast<Popup *>(other) || qobject_cast<QDialog *>(other) || other->inherits("QMenu")
            || other->inherits("qd::ui::HelpWindow") || other->inherits("qd::ui::Notices");
        if (over && other->isVisible())
            other->render(&painter, other->mapToGlobal(QPoint()) - window->mapToGlobal(QPoint()), QRegion(),
                          qobject_cast<Popup *>(other) || other->inherits("QMenu") || other->inherits("qd::ui::Notices") ? QWidget::DrawChildren : QWidget::DrawWindowBackground | QWidget::DrawChildren);
    }
    return image;
}

void Tour::draw()
{
    const auto &[index, dark] = m_plan.at(m_at);
    Q_EMIT sceneReady(m_scenes.at(index).name);
    for (const int scale : std::as_const(m_options.scales)) {
        const QString name = u"%1-%2-%3-%4.png"_s.arg(index + 1, 2, 10, QChar(u'0'))
                                 .arg(m_scenes.at(index).name, dark ? u"dark"_s : u"light"_s, QString::number(scale));
        save(render(m_window.get(), scale), QDir(m_options.dir).filePath(name));
        m_written.append(name);
    }
    const QWidgetList all = QApplication::topLevelWidgets();
    for (QWidget *other : all) {
        if (other != m_window.get() && other->isVisible())
            other->close();
    }
    QTimer::singleShot(0, this, &Tour::next);
}

void Tour::save(const QImage &image, const QString &name)
{
    m_room.acquire();
    m_writers.start([this, image, name] {
        if (!image.save(name)) {
            const QMutexLocker guard(&m_mutex);
            m_notSaved = name;
        }
        m_room.release();
    });
}

void Tour::writeIndex()
{
    m_writers.waitForDone();
    if (!m_notSaved.isEmpty()) {
        m_problem = tr("%1 cannot be written.").arg(m_notSaved);
        return;
    }
    QSaveFile file(QDir(m_options.dir).filePath(u"index.html"_s));
    if (!file.open(QIODevice::WriteOnly)) {
        m_problem = file.errorString();
        return;
    }
    QString html = u"<!doctype html><meta charset=\"utf-8\"><title>Quarterdeck tour</title>"
                   "<style>body{font:14px sans-serif;margin:24px;background:#e9ecef}img{max-width:100%;border:1px solid #bbb}"
                   "figure{margin:0 0 32px}</style><h1>Quarterdeck</h1>\n"_s;
    for (const QString &name : std::as_const(m_written)) {
        if (name.endsWith(u"-%1.png"_s.arg(m_options.scales.value(0, 1))))
            html += u"<figure><figcaption>%1</figcaption><img src=\"%1\" loading=\"lazy\" alt=\"%1\"></figure>\n"_s.arg(name);
    }
    file.write(html.toUtf8());
    if (!file.commit())
        m_problem = file.errorString();
}

}
