// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/help/HelpWindow.h"

#include "ui/shell/help/HelpPages.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/Tokens.h"
#include "ui/theme/Type.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Faces.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/Label.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QListWidget>
#include <QShortcut>
#include <QSplitter>
#include <QTextBlock>
#include <QTextTable>
#include <QVBoxLayout>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

/// Shows what it is given and loads nothing: help works without a network and asks nobody.
class OfflineBrowser final : public QTextBrowser {
public:
    using QTextBrowser::QTextBrowser;
    QVariant loadResource(int, const QUrl &) override { return {}; }
};

/// Room between lines and headings in the sizes of the type scale: Markdown's own are made for paper.
void layOut(QTextDocument *document, const QFont &body, const Tokens &t)
{
    for (QTextBlock block = document->begin(); block.isValid(); block = block.next()) {
        QTextCursor cursor(block);
        QTextBlockFormat format = block.blockFormat();
        const int level = format.headingLevel();
        format.setLineHeight(140, QTextBlockFormat::ProportionalHeight);
        format.setTopMargin(level > 1 ? 18 : level == 1 ? 0 : 4);
        format.setBottomMargin(level > 0 ? 6 : 4);
        cursor.setBlockFormat(format);
        if (level == 0)
            continue;
        cursor.movePosition(QTextCursor::EndOfBlock, QTextCursor::KeepAnchor);
        QTextCharFormat text;   // in place of Markdown's, whose relative size would win
        text.setFont(typeFont(level == 1 ? Type::Heading : Type::Title, body));
        text.setForeground(t[Token::Text]);
        cursor.setCharFormat(text);
    }
    const QList<QTextFrame *> frames = document->rootFrame()->childFrames();
    for (QTextFrame *frame : frames) {
        auto *table = qobject_cast<QTextTable *>(frame);
        if (!table)
            continue;
        QTextTableFormat format = table->format();
        format.setBorderCollapse(true);
        format.setBorder(1);
        format.setBorderStyle(QTextFrameFormat::BorderStyle_Solid);
        format.setBorderBrush(t[Token::Line]);
        format.setCellSpacing(0);
        format.setCellPadding(5);
        format.setTopMargin(4);
        format.setBottomMargin(8);
        table->setFormat(format);
    }
}

}

HelpWindow::HelpWindow(SettingsStore *settings, QWidget *parent)
    : QWidget(parent, Qt::Window)
    , m_settings(settings)
    , m_list(new QListWidget(this))
    , m_text(new OfflineBrowser(this))
    , m_none(new Label({}, Type::Body, Token::Text2, this))
{
    setAccessibleRole(this, QAccessible::Window);
    setWindowTitle(tr("Help"));
    setWindowIcon(icon(u"quarterdeck"_s));
    setMinimumSize(560, 400);
    auto *field = new SearchField(u"search"_s, tr("Search the help"), tr("Search the help"), this);
    m_field = field;
    field->setKeyHint(u"/"_s);
    m_field->installEventFilter(this);
    m_back = makeIconButton(u"left"_s, tr("Back (Alt+Left)"), this);
    m_forward = makeIconButton(u"right"_s, tr("Forward (Alt+Right)"), this);
    m_list->setAccessibleName(tr("Help pages"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_text->setAccessibleName(tr("Help page"));
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setOpenLinks(false);
    m_text->document()->setDocumentMargin(24);
    m_none->setWordWrap(true);
    m_none->setContentsMargins(16, 8, 16, 8);

    auto *left = new QWidget(this);
    left->setAutoFillBackground(true);
    left->setBackgroundRole(QPalette::Base);
    auto *column = new QVBoxLayout(left);
    column->setContentsMargins(8, 8, 8, 8);
    auto *tools = new QHBoxLayout;
    tools->setSpacing(2);
    tools->addWidget(m_back);
    tools->addWidget(m_forward);
    tools->addWidget(m_field, 1);
    column->addLayout(tools);
    column->addWidget(m_none);
    column->addWidget(m_list, 1);
    auto *splitter = new QSplitter(Qt::Horizontal, this);
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(1);
    splitter->addWidget(left);
    splitter->addWidget(m_text);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({270, 650});
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(splitter);
    connectAll();
    search({});
    if (!m_settings || !restoreGeometry(m_settings->value(u"help/geometry"_s).toByteArray()))
        resize(940, 680);
}

void HelpWindow::connectAll()
{
    connect(m_field, &QLineEdit::textChanged, this, &HelpWindow::search);
    connect(m_list, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem *item) {
        if (item)
            go(item->data(Qt::UserRole).toString(), true);
    });
    connect(m_text, &QTextBrowser::anchorClicked, this, &HelpWindow::follow);
    connect(m_back, &QToolButton::clicked, this, [this] { step(-1); });
    connect(m_forward, &QToolButton::clicked, this, [this] { step(1); });
    const auto key = [this](const QKeySequence &keys, auto call) {
        connect(new QShortcut(keys, this), &QShortcut::activated, this, call);
    };
    key(QKeySequence(u"Alt+Left"_s), [this] { step(-1); });
    key(QKeySequence(u"Alt+Right"_s), [this] { step(1); });
    key(QKeySequence(u"/"_s), [this] { m_field->setFocus(Qt::ShortcutFocusReason); });
    key(QKeySequence(u"Ctrl+F"_s), [this] { m_field->setFocus(Qt::ShortcutFocusReason); });
    key(QKeySequence(u"F3"_s), [this] { findNext(); });
}

void HelpWindow::open(const QString &id)
{
    m_field->clear();
    go(HelpPages::find(id) ? id : u"start"_s, true);
    show();
    raise();
    activateWindow();
    m_text->setFocus(Qt::OtherFocusReason);
}

void HelpWindow::go(const QString &id, bool remember)
{
    const HelpPage *page = HelpPages::find(id);
    if (!page || (id == m_current && remember))
        return;
    m_current = id;
    if (remember) {
        m_history.resize(m_at + 1);
        m_history.append(id);
        m_at = m_history.size() - 1;
    }
    m_text->document()->setDefaultFont(font());
    m_text->setMarkdown(page->markdown);
    layOut(m_text->document(), font(), tokens(this));
    m_text->moveCursor(QTextCursor::Start);
    setWindowTitle(tr("%1: help").arg(page->title));
    m_back->setEnabled(m_at > 0);
    m_forward->setEnabled(m_at + 1 < m_history.size());
    for (int i = 0; i < m_list->count(); ++i) {
        if (m_list->item(i)->data(Qt::UserRole).toString() == id)
            m_list->setCurrentRow(i);
    }
    if (!m_field->text().isEmpty())
        findNext();
}

void HelpWindow::follow(const QUrl &link)
{
    if (link.scheme() == "help"_L1)
        go(link.path(), true);
    else if (link.scheme() == "page"_L1)
        Q_EMIT paneWanted(link.path());
}

void HelpWindow::search(const QString &text)
{
    const QSignalBlocker quiet(m_list);
    m_list->clear();
    const QList<const HelpPage *> pages = HelpPages::search(text);
    for (const HelpPage *page : pages) {
        auto *item = new QListWidgetItem(page->title, m_list);
        item->setData(Qt::UserRole, page->id);
        if (page->id == m_current)
            m_list->setCurrentItem(item);
    }
    m_none->setText(tr("No page says %1.").arg(text));
    m_none->setVisible(pages.isEmpty());
    m_list->setVisible(!pages.isEmpty());
}

/// The next place of the searched text in the page, from the top again after the last.
void HelpWindow::findNext()
{
    const QString word = m_field->text().section(u' ', 0, 0);
    if (word.isEmpty())
        return;
    if (!m_text->find(word)) {
        m_text->moveCursor(QTextCursor::Start);
        (void)m_text->find(word);
    }
}

void HelpWindow::step(int by)
{
    if (m_at + by < 0 || m_at + by >= m_history.size())
        return;
    m_at += by;
    go(m_history.at(m_at), false);
}

bool HelpWindow::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_field && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        const bool enter = key == Qt::Key_Return || key == Qt::Key_Enter;
        if ((enter || key == Qt::Key_Down) && m_list->count() > 0) {
            if (!m_list->currentItem())
                m_list->setCurrentRow(0);
            (enter ? static_cast<QWidget *>(m_text) : m_list)->setFocus(Qt::OtherFocusReason);
            if (enter)
                findNext();
            return true;
        }
        if (key == Qt::Key_Escape && !m_field->text().isEmpty()) {
            m_field->clear();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void HelpWindow::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        close();
    else
        QWidget::keyPressEvent(event);
}

void HelpWindow::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if ((event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange) && !m_current.isEmpty())
        go(m_current, false);
}

void HelpWindow::closeEvent(QCloseEvent *event)
{
    if (m_settings)
        m_settings->keep(u"help/geometry"_s, saveGeometry());
    QWidget::closeEvent(event);
}

}
