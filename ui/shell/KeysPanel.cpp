// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/KeysPanel.h"

#include "ui/actions/ActionRegistry.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/Label.h"

#include <QGridLayout>
#include <QKeyEvent>
#include <QScrollArea>
#include <QScrollBar>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {
constexpr int kWide = 720;
constexpr int kHigh = 460;
}

KeysPanel::KeysPanel(const ActionRegistry &actions, QWidget *parent)
    : Popup(tr("Keys"), parent)
    , m_groups{tr("Everywhere"), tr("Pages"), tr("In a list"), tr("With what is selected")}
{
    setFixedWidth(std::max(kWide, parent->fontMetrics().averageCharWidth() * 104));
    body()->addWidget(new Label(tr("Keys that work here"), Type::Title, Token::Text, this));
    m_field = new SearchField(u"search"_s, tr("A key or what it does"), tr("Search the keys"), this);
    m_field->installEventFilter(this);
    body()->addWidget(m_field);
    m_scroll = new QScrollArea(this);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFixedHeight(kHigh);
    m_scroll->viewport()->setAutoFillBackground(false);
    m_scroll->setAccessibleName(tr("Keys"));
    body()->addWidget(m_scroll);
    setFocusProxy(m_field);
    const QString everywhere = m_groups.at(0), pages = m_groups.at(1), list = m_groups.at(2), verbs = m_groups.at(3);
    m_lines = {{list, tr("Enter"), tr("Open the details")}, {list, tr("Esc"), tr("Close the details, then the filter")},
               {list, tr("Space"), tr("Mark the row")}, {list, tr("Left, Right"), tr("Fold, unfold a network")},
               {list, tr("Ctrl+C"), tr("Copy the rows as text")}, {list, tr("Menu"), tr("Actions of the row")}};
    const QList<QAction *> all = actions.actions();
    for (const QAction *action : all) {
        if (action->shortcut().isEmpty())
            continue;
        const QString id = action->objectName();
        const bool verb = id.startsWith("change."_L1) || id.startsWith("object."_L1);
        const QString group = id.startsWith("view.pane."_L1) ? pages : verb ? verbs : actions.scopeOf(action).isEmpty() ? everywhere : list;
        m_lines.append({group, action->shortcut().toString(QKeySequence::NativeText), action->text()});
    }
    fill({});
    connect(m_field, &QLineEdit::textChanged, this, &KeysPanel::fill);
}

/// Two columns of groups beside each other; a group of its own for each place.
void KeysPanel::fill(const QString &pattern)
{
    auto *content = new QWidget;
    auto *columns = new QHBoxLayout(content);
    columns->setContentsMargins(0, 4, 8, 0);
    columns->setSpacing(28);
    QList<QVBoxLayout *> sides;
    for (int i = 0; i < 2; ++i) {
        sides.append(new QVBoxLayout);
        sides.last()->setSpacing(6);
        columns->addLayout(sides.last(), 1);
    }
    m_shown = 0;
    int place = 0;   // what is found stands together, from the left
    for (qsizetype i = 0; i < m_groups.size(); ++i) {
        QList<Line> lines;
        std::copy_if(m_lines.cbegin(), m_lines.cend(), std::back_inserter(lines), [&](const Line &line) {
            return line.group == m_groups.at(i) && (line.text.contains(pattern, Qt::CaseInsensitive) || line.key.contains(pattern, Qt::CaseInsensitive));
        });
        if (lines.isEmpty())
            continue;
        QVBoxLayout *side = sides.at((pattern.isEmpty() ? i : place++) < 2 ? 0 : 1);
        side->addWidget(new Label(m_groups.at(i), Type::Strong, Token::Text, content));
        auto *grid = new QGridLayout;
        grid->setHorizontalSpacing(16);
        grid->setVerticalSpacing(5);
        grid->setColumnStretch(1, 1);
        for (int row = 0; row < int(lines.size()); ++row) {
            grid->addWidget(new Label(lines.at(row).key, Type::Mono, Token::Text, content), row, 0, Qt::AlignTop);
            auto *text = new Label(lines.at(row).text, Type::Body, Token::Text2, content);
            text->setWordWrap(true);
            grid->addWidget(text, row, 1);
        }
        side->addLayout(grid);
        side->addSpacing(12);
        m_shown += int(lines.size());
    }
    if (m_shown == 0)
        sides.first()->addWidget(new Label(tr("No key for %1.").arg(pattern), Type::Body, Token::Text2, content));
    for (QVBoxLayout *side : std::as_const(sides))
        side->addStretch(1);
    m_scroll->setWidget(content);   // takes the one before away
    content->setAutoFillBackground(false);
}

bool KeysPanel::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_field && event->type() == QEvent::KeyPress) {
        QScrollBar *bar = m_scroll->verticalScrollBar();
        switch (static_cast<QKeyEvent *>(event)->key()) {
        case Qt::Key_Escape: close(); return true;
        case Qt::Key_Down: bar->setValue(bar->value() + bar->singleStep() * 2); return true;
        case Qt::Key_Up: bar->setValue(bar->value() - bar->singleStep() * 2); return true;
        case Qt::Key_PageDown: bar->setValue(bar->value() + bar->pageStep()); return true;
        case Qt::Key_PageUp: bar->setValue(bar->value() - bar->pageStep()); return true;
        default: break;
        }
    }
    return Popup::eventFilter(watched, event);
}

}
