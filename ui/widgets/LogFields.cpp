// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/LogFields.h"

#include "ui/theme/Type.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Label.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

/// As much of a line as is shown as it was written.
constexpr qsizetype kRaw = 4000;
/// Characters the columns before the message take of the line above.
constexpr qsizetype kTaken = 16;

/// Fields that have a column of their own.
bool known(const QString &key)
{
    static const QStringList kKnown{u"@timestamp"_s, u"@version"_s, u"time"_s, u"ts"_s, u"timestamp"_s, u"level"_s, u"severity"_s, u"message"_s, u"msg"_s, u"level_value"_s};
    return kKnown.contains(key);
}

}

LogFields::LogFields(QWidget *parent)
    : QWidget(parent)
    , m_grid(nullptr)
{
    setAccessibleName(tr("Fields of the line"));
    setFont(typeFont(Type::Body));   // not the mono of the lines around it
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 6, 12, 8);
    column->setSpacing(2);
    m_message = new Label({}, Type::Mono, Token::Text, this);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_message->setAccessibleName(tr("The whole message"));
    column->addWidget(m_message);
    m_head = new QHBoxLayout;
    QHBoxLayout *head = m_head;
    m_title = new Label(tr("Fields"), Type::Strong, Token::Text, this);
    head->addWidget(m_title, 1);
    m_raw = makeButton(tr("Raw JSON"), ButtonKind::Ghost, {}, this);
    m_raw->setCheckable(true);
    m_more = makeButton({}, ButtonKind::Ghost, {}, this);
    QPushButton *copy = makeButton(tr("Copy line"), ButtonKind::Ghost, {}, this);
    for (QPushButton *link : {m_raw, copy, m_more})
        link->setProperty("link", true);
    head->addWidget(m_raw);
    head->addWidget(copy);
    head->addWidget(m_more);
    column->addLayout(head);
    m_text = new Label({}, Type::Mono, Token::Text, this);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->setAccessibleName(tr("The line as it was written"));
    m_text->hide();
    column->addWidget(m_text);
    connect(m_raw, &QPushButton::toggled, this, [this](bool raw) {
        m_text->setText(raw ? wrapped(items::visibleText(QString::fromUtf8(m_line.raw.left(kRaw)))) : QString());
        m_text->setVisible(raw);
        m_rows->setVisible(!raw);
        m_more->setEnabled(!raw);
        Q_EMIT sizeWanted();
    });
    connect(copy, &QPushButton::clicked, this, [this] { Q_EMIT copyWanted(QString::fromUtf8(m_line.raw)); });
    connect(m_more, &QPushButton::clicked, this, [this] {
        m_all = !m_all;
        fill();
        Q_EMIT sizeWanted();
    });
}

void LogFields::setLine(const items::LogLine &line)
{
    m_line = line;
    m_all = false;
    m_raw->setChecked(false);
    m_raw->setVisible(line.json);
    showMessage();
    fill();
}

void LogFields::setRoom(int width)
{
    if (width == m_room)
        return;
    m_room = width;
    showMessage();
}

/// Broken at spaces where there are some; not at all where the line above shows all of it.
void LogFields::showMessage()
{
    const QString text = items::visibleText(m_line.message.left(kRaw));
    const QFontMetrics mono(typeFont(Type::Mono));
    const QMargins margins = layout()->contentsMargins();
    const qsizetype most = std::max(24, (m_room - margins.left() - margins.right()) / std::max(1, mono.horizontalAdvance(u'0')) - 1);
    QStringList lines;
    for (qsizetype at = 0; at < text.size();) {
        qsizetype end = std::min(text.size(), at + most);
        if (const qsizetype space = text.lastIndexOf(u' ', end); end < text.size() && space > at)
            end = space;
        lines.append(text.mid(at, end - at));
        at = end + (end < text.size() && text.at(end) == u' ' ? 1 : 0);
    }
    m_message->setText(lines.join(u'\n'));
    m_message->setVisible(text.size() > most - kTaken);
}

/// JSON has few places a label would break at.
QString LogFields::wrapped(const QString &text) const
{
    const QMargins margins = layout()->contentsMargins();
    const int step = std::max(1, QFontMetrics(typeFont(Type::Mono)).horizontalAdvance(u'0'));
    const qsizetype most = std::max(24, (width() - margins.left() - margins.right()) / step - 1);
    QStringList lines;
    for (qsizetype at = 0; at < text.size(); at += most)
        lines.append(text.mid(at, most));
    return lines.join(u'\n');
}

void LogFields::setIndent(int left)
{
    layout()->setContentsMargins(std::max(16, left), 4, 12, 8);
    // Without width what there is more stands below.
    auto *column = static_cast<QVBoxLayout *>(layout());
    if (left == 0)
        column->addWidget(m_more, 0, Qt::AlignLeft);
    else
        m_head->addWidget(m_more);
}

void LogFields::fill()
{
    const bool focused = m_rows && m_rows->isAncestorOf(focusWidget());
    delete m_rows;
    m_rows = new QWidget(this);
    m_grid = new QGridLayout(m_rows);
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(4);
    m_grid->setVerticalSpacing(0);
    m_grid->setColumnStretch(1, 1);
    QList<QPair<QString, QString>> fields = items::logFields(m_line);
    // What the line above says already comes last.
    std::stable_sort(fields.begin(), fields.end(), [](const auto &a, const auto &b) { return !known(a.first) && known(b.first); });
    int row = 0;
    for (const auto &[key, value] : fields) {
        if (row < kShown || m_all)
            addRow(row++, key, value);
    }
    const int more = int(fields.size()) - kShown;
    m_more->setVisible(more > 0);
    m_more->setText(m_all ? tr("Fewer fields") : tr("%n more field(s)", nullptr, qMax(0, more)));
    m_title->setText(fields.isEmpty() ? tr("A plain line: it has no fields") : tr("Fields"));
    static_cast<QVBoxLayout *>(layout())->insertWidget(2, m_rows);
    m_rows->show();
    if (focused)
        m_more->setFocus();
}

void LogFields::addRow(int row, const QString &key, const QString &value)
{
    auto *name = new ElidedLabel(key, Type::Mono, Token::Text2, Qt::ElideMiddle, m_rows);
    auto *text = new ElidedLabel(value, Type::Mono, Token::Text, Qt::ElideRight, m_rows);
    name->setMinimumWidth(fontMetrics().averageCharWidth() * 16);
    text->setAccessibleName(u"%1: %2"_s.arg(key, value));
    m_grid->addWidget(name, row, 0);
    m_grid->addWidget(text, row, 1);
    const auto button = [this, row](int column, const QString &iconName, const QString &words) {
        QToolButton *made = makeIconButton(iconName, words, m_rows);
        made->setToolTip(plainTip(words));
        made->setIconSize({14, 14});
        made->setFixedHeight(std::max(22, fontMetrics().height() + 6));
        m_grid->addWidget(made, row, column);
        return made;
    };
    connect(button(2, u"plus"_s, tr("Only lines with %1 = %2").arg(key, value)), &QToolButton::clicked, this,
            [this, key, value] { Q_EMIT filterWanted({key, value, false, items::logFieldBeside(m_line, key)}); });
    connect(button(3, u"minus"_s, tr("No lines with %1 = %2").arg(key, value)), &QToolButton::clicked, this,
            [this, key, value] { Q_EMIT filterWanted({key, value, true, items::logFieldBeside(m_line, key)}); });
    connect(button(4, u"copy"_s, tr("Copy the value of %1").arg(key)), &QToolButton::clicked, this,
            [this, value] { Q_EMIT copyWanted(value); });
}

void LogFields::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens t = tokens(this);
    painter.fillRect(rect(), t[Token::Sunken]);
    painter.fillRect(QRect(0, 0, 3, height()), t[Token::Accent]);
}

void LogFields::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape) {
        Q_EMIT closeWanted();
        return;
    }
    QWidget::keyPressEvent(event);
}

}
