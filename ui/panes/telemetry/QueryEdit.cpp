// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/telemetry/QueryEdit.h"

#include "models/network/telemetry/Dashboard.h"
#include "ui/panes/telemetry/MetricNames.h"
#include "ui/theme/Tokens.h"
#include "ui/theme/Type.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QKeyEvent>
#include <QPainter>
#include <QRegularExpression>
#include <QStyledItemDelegate>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kWritten = 2;   ///< letters from which on names are offered
constexpr int kWide = 560;
constexpr int kRows = 10;

/// As a query has it: Prometheus 3 has names that are not of its language, which stand in quotes.
QString written(const QString &name)
{
    static const QRegularExpression plain(u"\\A[A-Za-z_:][A-Za-z0-9_:]*\\z"_s);
    if (plain.match(name).hasMatch())
        return name;
    return u"{\""_s + QString(name).replace(u'\\', "\\\\"_L1).replace(u'"', "\\\""_L1) + u"\"}"_s;
}

/// The name, and behind it, quiet, what it is as far as there is room.
class NameDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Tokens t = tokens(option.palette);
        painter->save();
        if (option.state & QStyle::State_Selected)
            painter->fillRect(option.rect, t[Token::Sel]);
        QRect area = option.rect.adjusted(8, 0, -8, 0);
        const QFont mono = typeFont(Type::Mono, option.font), caption = typeFont(Type::Caption, option.font);
        const QFontMetrics fm(mono);
        const QString name = index.data().toString(), help = index.data(MetricNames::HelpRole).toString();
        painter->setFont(mono);
        painter->setPen(t[Token::Text]);
        painter->drawText(area, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, fm.elidedText(name, Qt::ElideMiddle, area.width()));
        area.setLeft(area.left() + fm.horizontalAdvance(name) + 16);
        if (area.width() > 40 && !help.isEmpty()) {
            painter->setFont(caption);
            painter->setPen(t[Token::Text2]);
            painter->drawText(area, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, QFontMetrics(caption).elidedText(help, Qt::ElideRight, area.width()));
        }
        painter->restore();
    }
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const QFontMetrics fm(typeFont(Type::Mono, option.font));
        return {fm.horizontalAdvance(index.data().toString()) + 16, std::max(fm.height(), option.fontMetrics.height()) + 6};
    }
};

}

QueryEdit::QueryEdit(const QString &text, QWidget *parent) : QPlainTextEdit(text, parent), m_completer(new QCompleter(this))
{
    setTabChangesFocus(true);
    m_completer->setWidget(this);
    m_completer->setCompletionMode(QCompleter::PopupCompletion);
    m_completer->setCaseSensitivity(Qt::CaseInsensitive);
    m_completer->setFilterMode(Qt::MatchContains);
    m_completer->setMaxVisibleItems(kRows);
    m_completer->popup()->setAccessibleName(tr("Names of metrics"));
    connect(m_completer, qOverload<const QString &>(&QCompleter::activated), this, &QueryEdit::take);
    fit();
}

QueryEdit::~QueryEdit()
{
    m_completer->setModel(nullptr);     // the names are somebody else's
}

void QueryEdit::setNames(const std::shared_ptr<MetricNames> &names)
{
    m_names = names;
    m_completer->setModel(names.get());
    m_completer->popup()->setItemDelegate(new NameDelegate(m_completer));   // with a model it gets one of its own
    // They come after the first letters were written.
    connect(names.get(), &QAbstractItemModel::modelReset, this, [this] {
        if (std::exchange(m_waiting, false) && hasFocus())
            offer(false);
    });
    connect(names.get(), &QAbstractItemModel::dataChanged, this, [this] {
        if (m_completer->popup()->isVisible())
            chooseFirst();      // the list was made anew
    });
}

void QueryEdit::chooseFirst()
{
    m_completer->popup()->setCurrentIndex(m_completer->completionModel()->index(0, 0));
}

void QueryEdit::fit()
{
    setFont(typeFont(Type::Mono, parentWidget() ? parentWidget()->font() : font()));
    setFixedHeight(QFontMetrics(font()).lineSpacing() * 5 + 16);
}

/// The part of a metric's name between its begin and the cursor.
QString QueryEdit::before(qsizetype *begin) const
{
    return network::metricBefore(toPlainText(), textCursor().position(), begin);
}

void QueryEdit::offer(bool all)
{
    const QString written = before();
    if (!m_names || textCursor().hasSelection() || (!all && written.size() < kWritten)) {
        m_completer->popup()->hide();
        m_waiting = false;
        return;
    }
    m_waiting = m_names->rowCount() == 0;
    Q_EMIT namesWanted();
    m_completer->setCompletionPrefix(written);
    // What is written already needs nobody to write it.
    const int found = m_completer->completionCount();
    if (found == 0 || (found == 1 && m_completer->currentCompletion() == written)) {
        m_completer->popup()->hide();
        return;
    }
    QRect place = cursorRect();
    place.translate(viewport()->pos());
    place.setLeft(place.left() - QFontMetrics(font()).horizontalAdvance(written));
    place.setWidth(std::min(kWide, window()->width() - mapTo(window(), place.topLeft()).x() - 8));
    m_completer->complete(place);
    chooseFirst();
}

void QueryEdit::take(const QString &name)
{
    qsizetype begin = 0;
    (void)before(&begin);
    QTextCursor cursor = textCursor();
    const QString text = toPlainText();
    qsizetype end = cursor.position();
    while (end < text.size() && (text.at(end).isLetterOrNumber() || text.at(end) == u'_' || text.at(end) == u':'))
        ++end;
    cursor.setPosition(int(begin));
    cursor.setPosition(int(end), QTextCursor::KeepAnchor);
    cursor.insertText(written(name));
    setTextCursor(cursor);
}

void QueryEdit::keyPressEvent(QKeyEvent *event)
{
    const bool open = m_completer->popup()->isVisible();
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Tab:
    case Qt::Key_Backtab:
    case Qt::Key_Escape:
        if (!open)
            break;
        event->ignore();    // the list's
        return;
    case Qt::Key_Space:
        if (event->modifiers() & Qt::ControlModifier)
            return offer(true);
        break;
    default: break;
    }
    const QString was = toPlainText();
    QPlainTextEdit::keyPressEvent(event);
    if (toPlainText() != was)
        offer(false);
    else if (open && !event->text().isEmpty())
        m_completer->popup()->hide();
}

}
