// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/SavedViews.h"

#include "ui/shell/Popup.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Label.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

const auto kKey = u"window/views"_s;
constexpr int kLongestName = 60;

QJsonObject toJson(const SavedView &saved)
{
    return {{u"name"_s, saved.name}, {u"pane"_s, saved.pane}, {u"list"_s, saved.view.list}, {u"filter"_s, saved.view.filter},
            {u"problemsOnly"_s, saved.view.problemsOnly}, {u"columns"_s, QJsonArray::fromStringList(saved.view.columns)},
            {u"sort"_s, saved.view.sort}, {u"descending"_s, saved.view.descending}};
}

SavedView fromJson(const QJsonObject &o)
{
    QStringList columns;
    const QJsonArray given = o.value("columns"_L1).toArray();
    for (const QJsonValue &column : given)
        columns.append(column.toString());
    return {o.value("name"_L1).toString(), o.value("pane"_L1).toString(),
            {o.value("list"_L1).toString(), o.value("filter"_L1).toString(), o.value("problemsOnly"_L1).toBool(), columns,
             o.value("sort"_L1).toString(), o.value("descending"_L1).toBool()}};
}

QList<SavedView> fromText(const QVariant &text)
{
    QList<SavedView> out;
    const QJsonArray kept = QJsonDocument::fromJson(text.toString().toUtf8()).array();
    for (const QJsonValue &view : kept) {
        SavedView read = fromJson(view.toObject());
        if (!read.name.isEmpty() && !read.pane.isEmpty())
            out.append(std::move(read));
    }
    return out;
}

QString toText(const QList<SavedView> &views)
{
    QJsonArray all;
    for (const SavedView &view : views)
        all.append(toJson(view));
    return QString::fromUtf8(QJsonDocument(all).toJson(QJsonDocument::Compact));
}

bool sameName(const SavedView &view, const QString &name)
{
    return view.name.compare(name, Qt::CaseInsensitive) == 0;
}

}

SavedViews::SavedViews(SettingsStore *settings, QObject *parent)
    : QObject(parent)
    , m_settings(settings)
    , m_views(fromText(settings->value(kKey)))
{
}

const SavedView *SavedViews::find(const QString &name) const
{
    const auto it = std::find_if(m_views.begin(), m_views.end(), [&name](const SavedView &v) { return sameName(v, name); });
    return it == m_views.end() ? nullptr : &*it;
}

void SavedViews::save(const SavedView &view)
{
    change([view](QList<SavedView> &views) {
        const auto known = std::find_if(views.begin(), views.end(), [&view](const SavedView &v) { return sameName(v, view.name); });
        if (known != views.end())
            *known = view;
        else
            views.append(view);
    });
}

void SavedViews::remove(const QString &name)
{
    change([name](QList<SavedView> &views) { views.removeIf([&name](const SavedView &v) { return v.name == name; }); });
}

void SavedViews::change(const std::function<void(QList<SavedView> &)> &how)
{
    m_settings->update(kKey, [how](const QVariant &kept) {
        QList<SavedView> views = fromText(kept);
        how(views);
        return QVariant(toText(views));
    });
    m_views = fromText(m_settings->value(kKey));
}

SavedViewsMenu::SavedViewsMenu(const SavedViews &views, const QString &pane, const std::optional<ListView> &current, QWidget *parent)
    : QMenu(tr("Saved views"), parent)
{
    setToolTipsVisible(true);
    QList<SavedView> ordered = views.all();
    std::stable_sort(ordered.begin(), ordered.end(), [&pane](const SavedView &a, const SavedView &b) { return (a.pane == pane) > (b.pane == pane); });
    for (const SavedView &saved : std::as_const(ordered)) {
        QAction *action = addAction(saved.name);
        action->setCheckable(true);
        action->setChecked(saved.pane == pane && current && *current == saved.view);
        action->setToolTip(saved.view.filter.isEmpty() ? saved.pane : QString(saved.pane + u": "_s + saved.view.filter));
        connect(action, &QAction::triggered, this, [this, name = saved.name] { Q_EMIT viewWanted(name); });
    }
    if (ordered.isEmpty())
        addAction(tr("No view is saved yet"))->setEnabled(false);
    addSeparator();
    QAction *save = addAction(ui::icon(u"plus"_s), tr("Save this as a view…"));
    save->setEnabled(current.has_value());
    connect(save, &QAction::triggered, this, &SavedViewsMenu::saveWanted);
    if (ordered.isEmpty())
        return;
    QMenu *replace = addMenu(tr("Replace by this"));
    replace->setEnabled(current.has_value());
    QMenu *forget = addMenu(tr("Forget"));
    for (const SavedView &saved : std::as_const(ordered)) {
        connect(replace->addAction(saved.name), &QAction::triggered, this, [this, name = saved.name] { Q_EMIT replaceWanted(name); });
        connect(forget->addAction(saved.name), &QAction::triggered, this, [this, name = saved.name] { Q_EMIT removeWanted(name); });
    }
}

Popup *askViewName(const SavedViews &views, const QString &suggested, const std::function<void(const QString &)> &accept, QWidget *parent)
{
    auto *panel = new Popup(SavedViewsMenu::tr("Save this as a view"), parent);
    panel->setFixedWidth(std::max(380, parent->fontMetrics().averageCharWidth() * 56));
    panel->body()->addWidget(new Label(SavedViewsMenu::tr("Save this as a view"), Type::Title, Token::Text, panel));
    auto *name = new QLineEdit(suggested, panel);
    name->setMaxLength(kLongestName);
    name->setAccessibleName(SavedViewsMenu::tr("Name of the view"));
    panel->body()->addWidget(name);
    auto *below = new Label(SavedViewsMenu::tr("Filter, columns and order are kept under this name."), Type::Caption, Token::Text2, panel);
    below->setWordWrap(true);
    panel->body()->addWidget(below);
    auto *row = new QHBoxLayout;
    row->addStretch(1);
    QPushButton *cancel = makeButton(SavedViewsMenu::tr("Cancel"), ButtonKind::Normal, {}, panel);
    QPushButton *save = makeButton(SavedViewsMenu::tr("Save view"), ButtonKind::Primary, {}, panel);
    row->addWidget(cancel);
    row->addWidget(save);
    panel->body()->addLayout(row);
    const auto check = [&views, name, below, save, panel] {
        const QString text = name->text().trimmed();
        save->setEnabled(!text.isEmpty());
        save->setText(views.find(text) ? SavedViewsMenu::tr("Replace view") : SavedViewsMenu::tr("Save view"));
        below->setText(views.find(text) ? SavedViewsMenu::tr("A view of this name is there already; it will be replaced.")
                                        : SavedViewsMenu::tr("Filter, columns and order are kept under this name."));
        panel->refit();
    };
    const auto done = [name, accept, panel] {
        const QString text = name->text().trimmed();
        if (text.isEmpty())
            return;
        panel->close();
        accept(text);
    };
    check();
    QObject::connect(name, &QLineEdit::textChanged, panel, check);
    QObject::connect(name, &QLineEdit::returnPressed, panel, done);
    QObject::connect(save, &QPushButton::clicked, panel, done);
    QObject::connect(cancel, &QPushButton::clicked, panel, &QWidget::close);
    panel->setFocusProxy(name);
    name->selectAll();
    panel->popupCentered();
    return panel;
}

}
