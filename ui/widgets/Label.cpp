// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Label.h"

#include "ui/theme/Icons.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/StatePainter.h"
#include "ui/widgets/Faces.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QTextDocument>
#include <QTimer>

namespace qd::ui {

Label::Label(const QString &text, Type type, Token token, QWidget *parent)
    : QLabel(text, parent), m_type(type), m_token(token)
{
    setTextFormat(Qt::PlainText);
    restyle();
}

void Label::setType(Type type)
{
    m_type = type;
    restyle();
}

void Label::setToken(Token token)
{
    m_token = token;
    restyle();
}

void Label::changeEvent(QEvent *event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        restyle();
}

bool Label::event(QEvent *event)
{
    const bool done = QLabel::event(event);
    if (event->type() == QEvent::ApplicationFontChange)
        restyle();
    return done;
}

void Label::restyle()
{
    if (m_restyling)
        return;
    m_restyling = true;
    setFont(typeFont(m_type));
    const QPalette::ColorRole role = Tokens::paletteRole(m_token);
    if (role != QPalette::NoRole) {
        setForegroundRole(role);
    } else {
        setForegroundRole(QPalette::WindowText);
        QPalette own;
        own.setColor(QPalette::WindowText, Tokens::value(m_token, tokens(QApplication::palette()).dark()));
        setPalette(own);
    }
    m_restyling = false;
}

QString plainTip(const QString &text)
{
    return Qt::mightBeRichText(text) ? QString(QLatin1StringView("<span>") + text.toHtmlEscaped() + QLatin1StringView("</span>")) : text;
}

QString elideId(const QFontMetrics &metrics, const QString &id, int width, int keep)
{
    if (metrics.horizontalAdvance(id) <= width || id.size() <= keep + 2)
        return metrics.elidedText(id, Qt::ElideMiddle, width);
    const QString dots = QString(QChar(0x2026));
    qsizetype tail = keep;
    qsizetype head = id.size() - keep;
    // The head gives way first; below it a longer tail is no use.
    while (head > 0 && metrics.horizontalAdvance(id.left(head) + dots + id.right(tail)) > width)
        --head;
    // Room that is left goes to both ends in turn, as the eye compares ends.
    const QString text = id.left(head) + dots + id.right(tail);
    return metrics.horizontalAdvance(text) <= width ? text : metrics.elidedText(text, Qt::ElideLeft, width);
}

ElidedLabel::ElidedLabel(const QString &text, Type type, Token token, Qt::TextElideMode mode, QWidget *parent)
    : Label(text, type, token, parent), m_mode(mode)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

QSize ElidedLabel::minimumSizeHint() const
{
    const QMargins around = contentsMargins();
    return {std::min(fontMetrics().averageCharWidth() * 6, fontMetrics().horizontalAdvance(text()) + around.left() + around.right()), fontMetrics().height()};
}

static QString tipOf(const QLabel *label, const QString &own)
{
    const bool cut = label->fontMetrics().horizontalAdvance(label->text()) > label->contentsRect().width();
    return cut && own.isEmpty() ? plainTip(label->text()) : own;
}

void ElidedLabel::updateTip()
{
    setToolTip(tipOf(this, m_ownTip));
}

void ElidedLabel::setOwnTip(const QString &tip)
{
    m_ownTip = tip;
    updateTip();
}

void ElidedLabel::resizeEvent(QResizeEvent *event)
{
    Label::resizeEvent(event);
    updateTip();
}

bool ElidedLabel::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTipChange && toolTip() != tipOf(this, m_ownTip))
        m_ownTip = toolTip();   // set as any widget's is
    if (event->type() == QEvent::ToolTip)
        updateTip();
    return Label::event(event);
}

void ElidedLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setPen(palette().color(isEnabled() ? QPalette::Active : QPalette::Disabled, foregroundRole()));
    const QString shown = m_mode == Qt::ElideMiddle ? elideId(fontMetrics(), text(), contentsRect().width())
                                                    : fontMetrics().elidedText(text(), m_mode, contentsRect().width());
    painter.drawText(contentsRect(), int(alignment()) | Qt::TextSingleLine, shown);
}

Hairline::Hairline(Qt::Orientation orientation, QWidget *parent) : QWidget(parent), m_orientation(orientation)
{
    const bool horizontal = orientation == Qt::Horizontal;
    setSizePolicy(horizontal ? QSizePolicy::Expanding : QSizePolicy::Fixed, horizontal ? QSizePolicy::Fixed : QSizePolicy::Expanding);
}

QSize Hairline::sizeHint() const
{
    return {1, 1};
}

void Hairline::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), tokens(this)[Token::Line]);
}

StateGlyph::StateGlyph(network::State state, int size, QWidget *parent) : QWidget(parent), m_state(state), m_size(size)
{
    setAccessibleRole(this, QAccessible::Graphic);
    setFixedSize(size, size);
    setState(state);
}

void StateGlyph::setState(network::State state)
{
    m_state = state;
    m_symbol.clear();
    setToolTip(network::stateWord(state));
    setAccessibleName(network::stateWord(state));
    animate();
    update();
}

void StateGlyph::setSymbol(const QString &name, Token token, const QString &meaning)
{
    m_symbol = name;
    m_token = token;
    setToolTip(meaning);
    setAccessibleName(meaning);
    animate();
    update();
}

void StateGlyph::animate()
{
    const bool turns = isVisible() && m_symbol.isEmpty() && m_state == network::State::Progressing
        && !qApp->property("qdReducedMotion").toBool();
    if (turns && !m_timer) {
        m_timer = new QTimer(this);
        m_timer->setInterval(80);
        connect(m_timer, &QTimer::timeout, this, [this] {
            m_turn = m_turn >= 0.96 ? 0 : m_turn + 0.04;
            update();
        });
    }
    if (m_timer && turns != m_timer->isActive())
        turns ? m_timer->start() : m_timer->stop();
}

void StateGlyph::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    animate();
}

void StateGlyph::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    animate();
}

void StateGlyph::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens t = tokens(this);
    if (m_symbol.isEmpty())
        paintState(&painter, rect(), m_state, t, m_turn);
    else
        paintIcon(&painter, rect(), m_symbol, t[m_token], t[Token::OnAccent]);
}

StateLabel::StateLabel(network::State state, const QString &word, QWidget *parent)
    : QWidget(parent), m_glyph(new StateGlyph(state, metrics::kGlyph, this)), m_word(new Label({}, Type::Body, Token::Text, this))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    row->addWidget(m_glyph);
    row->addWidget(m_word);
    setState(state, word);
}

void StateLabel::setState(network::State state, const QString &word)
{
    m_glyph->setState(state);
    m_word->setText(word.isEmpty() ? network::stateWord(state) : word);
    m_word->setToken(stateWordToken(state));
    setAccessibleName(m_word->text());
}

}
