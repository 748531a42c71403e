// SPDX-License-Identifier: GPL-3.0-or-later
// Scenes of changes of several objects and of the YAML editor with the server's schema.
#include "models/core/Json.h"
#include "ui/panes/resources/ResourcePane.h"
#include "ui/panes/review/EditYamlDialog.h"
#include "ui/panes/review/ReviewDialog.h"
#include "ui/panes/review/YamlHints.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/tour/Tour.h"
#include "ui/shell/tour/TourGit.h"
#include "ui/shell/tour/TourQuiet.h"
#include "ui/shell/tour/TourWorld.h"

#include <QApplication>
#include <QJsonDocument>
#include <QKeyEvent>
#include <QPushButton>
#include <QTextBlock>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr QSize kWide{1440, 900};
constexpr QSize kSmall{1000, 700};

void fill(TourWorld &world)
{
    world.fillConsortium();
    world.makeStale(2);
}

/// The validators of an environment whose objects the gateway knows.
QList<ActionTarget> validators(TourWorld &world, int environment, int most)
{
    const network::KindInfo *kind = world.environment(environment)->kinds().find(u"Validator"_s);
    QMap<QString, state::RowPtr> sorted;
    for (const state::RowPtr &row : world.environment(environment)->store(*kind)->rows()) {
        if (world.gateway(environment)->objects.contains(u"validators/"_s + row->name))
            sorted.insert(row->name, row);
    }
    QList<ActionTarget> out;
    for (const state::RowPtr &row : std::as_const(sorted)) {
        if (out.size() < most)
            out.append({world.environment(environment), *kind, row});
    }
    return out;
}

/// A verb on several objects, as the window starts it.
std::function<void(TourWorld &, MainWindow &)> several(const QString &verb, int environment = 0)
{
    return [verb, environment](TourWorld &world, MainWindow &window) {
        window.actionRegistry()->setTargets(validators(world, environment, 5));
        TourQuiet::then(&window, [&window, verb] { window.actionRegistry()->action(u"change."_s + verb)->trigger(); });
    };
}

/// The server refuses one of them.
void refuseOne(TourWorld &world)
{
    fill(world);
    Error refusal{ErrorKind::Invalid, u"the node holds the only key of 3 parties"_s};
    refusal.causes = {{u"metadata.annotations"_s, u"FieldValueForbidden"_s, u"the node holds the only key of 3 parties"_s}};
    const QList<ActionTarget> targets = validators(world, 0, 5);
    if (targets.size() > 1)
        world.gateway(0)->refusals.insert(u"validators/"_s + targets.at(1).row->name, refusal);
}

/// A value becomes another one, as if typed.
void replaceInEditor(MainWindow &window, const QString &from, const QString &to)
{
    auto *dialog = window.findChild<EditYamlDialog *>();
    if (!dialog)
        return;
    QTextCursor cursor = dialog->editor()->document()->find(from);
    cursor.insertText(to);
    dialog->editor()->setTextCursor(cursor);
}

/// The server takes no smaller volume.
void refuseStorage(TourWorld &world)
{
    fill(world);
    Error refusal{ErrorKind::Invalid, u"Validator \"northgate-validator-2\" is invalid"_s};
    refusal.causes = {{u"spec.storageSize"_s, u"FieldValueInvalid"_s, u"storage cannot shrink. 200Gi is in use by volume northgate-validator-2-data."_s}};
    world.gateway(0)->refusals.insert(u"validators/northgate-validator-2"_s, refusal);
    QJsonObject node = world.gateway(0)->objects.value(u"validators/northgate-validator-2"_s);
    QJsonValue labelled = node;
    for (const QString &label : {u"team"_s, u"tier"_s, u"cost-centre"_s, u"owner"_s})
        json::set(labelled, u"/metadata/labels/"_s + label, u"northgate"_s);
    world.gateway(0)->objects.insert(u"validators/northgate-validator-2"_s, labelled.toObject());
    world.gateway(0)->schema = tourSchema();
    addTourApplication(world);
}

/// A line is typed below a field of the editor.
void typeInEditor(MainWindow &window, const QString &below, const QString &text)
{
    auto *dialog = window.findChild<EditYamlDialog *>();
    if (!dialog)
        return;
    YamlView *editor = dialog->editor();
    QTextCursor cursor = editor->document()->find(below);
    cursor.movePosition(QTextCursor::EndOfBlock);
    editor->setTextCursor(cursor);
    const auto key = [editor](int code, const QString &typed) {
        QKeyEvent press(QEvent::KeyPress, code, Qt::NoModifier, typed);
        QCoreApplication::sendEvent(editor, &press);
    };
    key(Qt::Key_Return, u"\r"_s);
    for (const QChar c : text)
        key(c.toUpper().unicode(), QString(c));
}

}

void Tour::addReviewScenes()
{
    m_scenes.append({u"bulk-ask"_s, kWide, fill, several(u"scale"_s)});
    m_scenes.append({u"bulk-review"_s, kWide, fill, several(u"restart"_s)});
    m_scenes.append({u"bulk-small"_s, kSmall, fill, several(u"restart"_s), true});
    m_scenes.append({u"bulk-refused"_s, kWide, refuseOne, several(u"restart"_s)});
    const auto edit = [](const std::function<void(MainWindow &)> &act) {
        return [act](TourWorld &, MainWindow &window) {
            window.nodes()->openObject(u"infra-prod"_s, u"tour-northgate-validator-2"_s);
            TourQuiet::then(&window, [&window] { window.actionRegistry()->action(u"change.edit"_s)->trigger(); });
            TourQuiet::then(&window, [&window, act] { act(window); });
        };
    };
    const auto changes = [](MainWindow &window) {
        replaceInEditor(window, u"memoryLimit: 2Gi"_s, u"memoryLimit: 8Gi"_s);
        replaceInEditor(window, u"storageSize: 200Gi"_s, u"storageSize: 80Gi"_s);
    };
    m_scenes.append({u"edit-refused"_s, kWide, refuseStorage, edit(changes)});
    const auto compare = [changes](MainWindow &window) {
        changes(window);
        TourQuiet::then(&window, [&window] {
            auto *dialog = window.findChild<EditYamlDialog *>();
            if (auto *button = dialog ? dialog->findChild<QPushButton *>(u"compareWithGit"_s) : nullptr)
                button->click();
        });
    };
    m_scenes.append({u"edit-git"_s, kWide, [](TourWorld &world) {
                         fill(world);
                         addTourApplication(world);
                         addTourApplied(world);
                     }, edit(compare)});
    m_scenes.append({u"edit-git-unknown"_s, kWide, fill, edit(compare)});
    m_scenes.append({u"edit-refused-small"_s, kSmall, refuseStorage, edit(changes), true});
    m_scenes.append({u"edit-checked"_s, kWide, fill, edit(changes)});
    m_scenes.append({u"edit-hints"_s, kWide, [](TourWorld &world) {
                         fill(world);
                         world.gateway(0)->schema = tourSchema();
                     }, [](TourWorld &world, MainWindow &window) {
                         window.nodes()->openObject(u"infra-prod"_s, u"tour-northgate-validator-2"_s);
                         (void)world;
                         TourQuiet::then(&window, [&window] { window.actionRegistry()->action(u"change.edit"_s)->trigger(); });
                         TourQuiet::then(&window, [&window] { typeInEditor(window, u"imageTag"_s, u"su"_s); });
                     }});
}

}
