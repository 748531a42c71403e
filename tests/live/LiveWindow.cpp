// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/live/LiveWindow.h"

#include "app/console/CommandLine.h"
#include "ui/panes/resources/ResourceTable.h"
#include "ui/shell/PaneHost.h"

#include <QApplication>
#include <QFileInfo>
#include <QLabel>

namespace qd::test {

using namespace Qt::StringLiterals;

Shown::Shown(const QStringList &arguments, const QString &configDir, const std::function<void(console::Session &)> &prepare,
             const QMap<QString, QStringList> &flags)
{
    auto invocation = console::parseCommandLine(QStringList{u"--config-dir"_s, configDir} + arguments);
    invocation->flags.insert(flags);
    auto made = console::Session::make(*invocation);
    session = std::move(*made);
    if (prepare)
        prepare(*session);
    QStringList problems;
    if (const Result<Done> connected = session->connectClusters(); !connected)
        problems.append(connected.error().text());
    graph = std::make_unique<console::WindowGraph>(session.get(), *qApp, problems);
    // Whatever page a person begins with: most tests look at the list of nodes.
    window()->panes()->show(u"nodes"_s);
    graph->show();
}

Result<std::unique_ptr<console::DemoProcess>> startDemo(const QString &folder)
{
    qputenv("XDG_STATE_HOME", folder.toUtf8());
    qputenv("PATH", QFileInfo(qEnvironmentVariable("QD_DEMO")).absolutePath().toUtf8() + ':' + qgetenv("PATH"));
    return console::DemoProcess::start();
}

ui::ResourceTable *Shown::table() const
{
    return pane()->table();
}

int Shown::rowOf(const QString &kind, const QString &name) const
{
    for (int at = 0; at < model()->rowCount(); ++at) {
        const state::RowPtr object = model()->rowAt(at);
        if (object && object->name == name && model()->storeAt(at)->kind().kind == kind)
            return at;
    }
    return -1;
}

state::RowPtr Shown::row(const QString &kind, const QString &name) const
{
    const int at = rowOf(kind, name);
    return at < 0 ? std::make_shared<const network::Row>() : model()->rowAt(at);
}

QString Shown::cell(const QString &kind, const QString &name, const QString &column) const
{
    return model()->index(rowOf(kind, name), model()->columnOf(column)).data().toString();
}

bool Shown::walkTo(const QString &kind, const QString &name) const
{
    table()->setFocus();
    QTest::keyClick(table(), Qt::Key_Home, Qt::ControlModifier);
    const int wanted = rowOf(kind, name);
    for (int step = 0; step <= wanted && table()->currentIndex().row() != wanted; ++step)
        QTest::keyClick(table(), Qt::Key_Down);
    return wanted >= 0 && table()->currentIndex().row() == wanted;
}

QString textsOf(const QWidget *root)
{
    QStringList out;
    const QList<QLabel *> labels = root->findChildren<QLabel *>();
    for (const QLabel *label : labels) {
        if (label->isVisibleTo(root))
            out.append(label->text());
    }
    return out.join(u'\n');
}

}
