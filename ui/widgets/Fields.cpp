// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Fields.h"

#include "ui/theme/Icons.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/Type.h"
#include "ui/widgets/Label.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QTimer>

namespace qd::ui {

using namespace Qt::StringLiterals;

SearchField::SearchField(const QString &iconName, const QString &placeholder, const QString &accessibleName, QWidget *parent)
    : QLineEdit(parent), m_icon(iconName)
{
    setPlaceholderText(placeholder);
    setAccessibleName(accessibleName);
    setClearButtonEnabled(true);
    updateMargins();
}

void SearchField::updateMargins()
{
    const bool rtl = layoutDirection() == Qt::RightToLeft;
    const int room = m_roomy ? 42 : 26;
    setTextMargins(rtl ? 0 : room, 0, rtl ? room : 0, 0);
}

void SearchField::changeEvent(QEvent *event)
{
    QLineEdit::changeEvent(event);
    if (event->type() == QEvent::LayoutDirectionChange)
        updateMargins();
}

void SearchField::setKeyHint(const QString &hint)
{
    m_hint = hint;
    update();
}

void SearchField::setRoomy()
{
    m_roomy = true;
    setClearButtonEnabled(false);
    QFont font = typeFont(Type::Title);
    font.setWeight(QFont::Medium);
    setFont(font);
    updateMargins();
}

void SearchField::setProblem(const QString &problem)
{
    setProperty("invalid", !problem.isEmpty());
    setToolTip(problem);
    setAccessibleDescription(problem);
    update();
}

void SearchField::paintEvent(QPaintEvent *event)
{
    QLineEdit::paintEvent(event);
    QPainter painter(this);
    const Tokens t = tokens(this);
    const bool rtl = layoutDirection() == Qt::RightToLeft;
    const int lead = m_roomy ? 19 : 10;
    const QRect iconRect(rtl ? width() - lead - 16 : lead, (height() - 16) / 2, 16, 16);
    paintIcon(&painter, QRectF(iconRect), m_icon, t[isEnabled() ? Token::Text2 : Token::Text3]);
    if (m_hint.isEmpty() || (!text().isEmpty() && !m_roomy) || rtl)
        return;
    painter.setFont(typeFont(Type::Caption));
    painter.setPen(t[Token::Text2]);
    const int prompt = fontMetrics().horizontalAdvance(text().isEmpty() ? placeholderText() : text()) + (m_roomy ? 60 : 44);
    if (prompt + painter.fontMetrics().horizontalAdvance(m_hint) + 16 < width())
        painter.drawText(rect().adjusted(0, 0, m_roomy ? -15 : -10, 0), Qt::AlignVCenter | Qt::AlignRight, m_hint);
}

void SearchField::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape && !text().isEmpty()) {
        clear();
        Q_EMIT textEdited({});
        event->accept();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

FilterField::FilterField(QWidget *parent)
    : SearchField(u"filter"_s, tr("Filter: phase:degraded net:mainnet"), tr("Filter of this table"), parent)
{
    auto *pause = new QTimer(this);
    pause->setSingleShot(true);
    pause->setInterval(0);   // letters that wait in the queue make one filtering; 50,000 rows take less than a pause a person sees
    connect(pause, &QTimer::timeout, this, [this] { Q_EMIT filterEdited(text()); });
    connect(this, &QLineEdit::textChanged, pause, [this, pause] { text().isEmpty() ? Q_EMIT filterEdited({}) : pause->start(); });
    connect(this, &QLineEdit::returnPressed, this, [this, pause] {
        pause->stop();
        Q_EMIT filterEdited(text());
    });
}

FormField::FormField(const QString &label, QWidget *editor, const QString &help, bool optional, QWidget *parent)
    : QWidget(parent), m_label(new Label(label, Type::CaptionStrong, Token::Text, this)), m_editor(editor),
      m_below(new Label({}, Type::Caption, Token::Text2, this)), m_help(help)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(5);
    auto *head = new QHBoxLayout;
    head->setSpacing(6);
    head->addWidget(m_label);
    if (optional)
        head->addWidget(new Label(tr("optional"), Type::Caption, Token::Text2, this));
    head->addStretch();
    column->addLayout(head);
    if (editor->sizePolicy().verticalPolicy() != QSizePolicy::Expanding)
        editor->setSizePolicy(editor->sizePolicy().horizontalPolicy(), QSizePolicy::Fixed);   // never squeezed below its text
    column->addWidget(editor);
    auto *foot = new QHBoxLayout;
    foot->setSpacing(6);
    m_glyph = new StateGlyph(network::State::Failed, 12, this);
    foot->addWidget(m_glyph, 0, Qt::AlignTop);
    m_below->setWordWrap(true);
    foot->addWidget(m_below, 1);
    column->addLayout(foot);
    m_label->setBuddy(editor);
    editor->setAccessibleName(optional ? tr("%1, optional").arg(label) : label);
    refresh();
}

QString FormField::label() const
{
    return m_label->text();
}

void FormField::setLabel(const QString &label)
{
    m_label->setText(label);
    m_editor->setAccessibleName(label);
}

void FormField::setQuiet()
{
    m_label->setToken(Token::Text2);
}

void FormField::setError(const QString &message)
{
    m_error = message;
    m_bad = !message.isEmpty();
    refresh();
}

void FormField::setHelp(const QString &help)
{
    m_help = help;
    refresh();
}

void FormField::setGood(const QString &message)
{
    m_good = message;
    refresh();
}

void FormField::setWarning(const QString &message)
{
    m_warning = message;
    refresh();
}

void FormField::refresh()
{
    const bool warn = !m_bad && !m_warning.isEmpty();
    const bool good = !m_bad && !warn && !m_good.isEmpty();
    m_editor->setProperty("invalid", m_bad);
    m_editor->update();
    m_glyph->setState(m_bad ? network::State::Failed : warn ? network::State::Degraded : network::State::Ready);
    m_glyph->setVisible(m_bad || warn || good);
    m_below->setText(m_bad ? m_error : warn ? m_warning : good ? m_good : m_help);
    m_below->setToken(m_bad ? Token::Bad : Token::Text2);
    m_below->setVisible(!m_below->text().isEmpty());
    m_editor->setAccessibleDescription(m_below->text());
}

}
