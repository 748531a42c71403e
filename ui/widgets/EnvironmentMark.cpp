// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/EnvironmentMark.h"

#include "models/core/Format.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/theme/Type.h"

#include <QCoreApplication>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace mark {

QString word(const QString &id)
{
    const auto tr = [](const char *text) { return QCoreApplication::translate("EnvironmentMark", text); };
    if (id == "production"_L1)
        return tr("Production");
    if (id == "dev"_L1)
        return tr("Dev");
    if (id == "test"_L1)
        return tr("Test");
    if (id == "private"_L1)
        return tr("Private");
    return id == "demo"_L1 ? tr("Demo") : QString();
}

QString iconName(const QString &id)
{
    if (id == "production"_L1)
        return u"shield"_s;
    if (id == "private"_L1)
        return u"domain"_s;
    return id == "demo"_L1 ? u"play"_s : u"flask"_s;
}

namespace {
QFont markFont(const QFont &body)
{
    QFont font = typeFont(Type::Caption, body);
    font.setWeight(QFont::DemiBold);
    return font;
}
}

QSize size(const QString &id, const QFont &body)
{
    if (word(id).isEmpty())
        return {0, 0};
    const QFontMetrics fm(markFont(body));
    return {fm.horizontalAdvance(word(id)) + 5 + 12 + 4 + 6, qMax(18, fm.height() + 3)};
}

int paint(QPainter *painter, const QRect &rect, const QString &id, const QFont &body, const Tokens &t)
{
    const QSize s = size(id, body);
    if (s.isEmpty())
        return 0;
    const bool production = id == "production"_L1;
    QRect box(QPoint(rect.x(), rect.y() + (rect.height() - s.height()) / 2), s);
    const QColor text = production ? t[Token::OnProd] : t[Token::Text2];
    style::box(painter, box, metrics::kRadiusBadge, production ? t[Token::ProdFill] : QColor(Qt::transparent),
               production ? t[Token::ProdFill] : t[Token::Edge]);
    paintIcon(painter, QRectF(box.x() + 5, box.center().y() - 5.5, 12, 12), iconName(id), text);
    painter->save();
    painter->setLayoutDirection(Qt::LeftToRight);
    painter->setFont(markFont(body));
    painter->setPen(text);
    painter->drawText(box.adjusted(21, 0, 0, 0), Qt::AlignVCenter | Qt::TextSingleLine, word(id));
    painter->restore();
    return s.width();
}

}

EnvironmentMark::EnvironmentMark(const QString &id, QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setMark(id);
}

void EnvironmentMark::setMark(const QString &id)
{
    m_id = id;
    setAccessibleName(mark::word(id));
    setVisible(!mark::word(id).isEmpty());
    updateGeometry();
    update();
}

QSize EnvironmentMark::sizeHint() const
{
    return mark::size(m_id, QApplication::font());
}

void EnvironmentMark::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    mark::paint(&painter, rect(), m_id, QApplication::font(), tokens(this));
}

EnvironmentChip::EnvironmentChip(const QString &name, const QString &markId, QWidget *parent)
    : QAbstractButton(parent), m_mark(markId)
{
    setText(name);
    setFocusPolicy(Qt::TabFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    describe();
}

void EnvironmentChip::setMark(const QString &markId)
{
    m_mark = markId;
    describe();
}

void EnvironmentChip::setName(const QString &name)
{
    setText(name);
    describe();
    updateGeometry();
}

QString answerAge(const Freshness &freshness, const QDateTime &now)
{
    if (!freshness.lastAnswer.isValid())
        return {};
    const qint64 seconds = std::max<qint64>(0, freshness.lastAnswer.secsTo(now));
    return formatAge(seconds - seconds % (seconds >= 60 ? 60 : freshness.state == Freshness::State::Fresh ? 10 : 5));
}

bool EnvironmentChip::setFreshness(const Freshness &freshness, const QString &age)
{
    if (freshness == m_freshness && age == m_age)
        return false;
    const bool wider = age.size() != m_age.size() || freshness.state != m_freshness.state;
    const bool same = age == m_age && freshness.state == m_freshness.state;
    m_freshness = freshness;
    m_age = age;
    if (same)
        setToolTip(tip());      // all that tells of the answer's very time
    else
        tell();
    if (wider)
        updateGeometry();
    return wider;
}

void EnvironmentChip::setReadOnly(bool readOnly)
{
    m_readOnly = readOnly;
    describe();
}

void EnvironmentChip::setFolded(bool folded)
{
    m_folded = folded;
    describe();
}

void EnvironmentChip::setAccentColor(const QColor &color)
{
    m_accent = color;
    update();
}

void EnvironmentChip::describe()
{
    tell();
    updateGeometry();
}

void EnvironmentChip::tell()
{
    QString state;
    switch (m_freshness.state) {
    case Freshness::State::Fresh: state = tr("live, answered %1 ago").arg(m_age); break;
    case Freshness::State::Stale: state = tr("stale, last answer %1 ago").arg(m_age); break;
    case Freshness::State::Paused: state = tr("paused"); break;
    case Freshness::State::Connecting: state = tr("connecting"); break;
    case Freshness::State::NotConnected: state = tr("not connected"); break;
    }
    QStringList parts{text()};
    if (!mark::word(m_mark).isEmpty())
        parts.append(mark::word(m_mark));
    parts.append(state);
    if (m_readOnly)
        parts.append(tr("read-only"));
    setAccessibleName(parts.join(u", "_s));
    setToolTip(tip());
    update();
}

QString EnvironmentChip::tip() const
{
    QString out = accessibleName();
    if (!m_freshness.reason.isEmpty())
        out += u'\n' + m_freshness.reason;
    if (m_freshness.lastAnswer.isValid())
        out += u'\n' + m_freshness.lastAnswer.toUTC().toString(u"yyyy-MM-dd HH:mm:ss 'UTC'"_s);
    return out;
}

bool EnvironmentChip::showsName() const
{
    return !m_folded || m_mark == "production"_L1 || mark::word(m_mark).isEmpty();
}

int EnvironmentChip::markWidth() const
{
    const int width = mark::size(m_mark, QApplication::font()).width();
    return width ? width + 2 : 0;
}

QString EnvironmentChip::ageText() const
{
    switch (m_freshness.state) {
    case Freshness::State::Fresh:
    case Freshness::State::Stale: return m_age;
    case Freshness::State::Paused: return tr("Paused");
    case Freshness::State::Connecting: return QString(QChar(0x2026));
    case Freshness::State::NotConnected: break;
    }
    return tr("Not connected");
}

/// Everything but the name.
int EnvironmentChip::around() const
{
    return markWidth() + 8 + 14 + 4 + QFontMetrics(typeFont(Type::Caption)).horizontalAdvance(ageText()) + 9 + (m_readOnly ? 16 : 0);
}

QSize EnvironmentChip::sizeFor(int mostName) const
{
    const QFontMetrics strong(typeFont(Type::Strong));
    const int name = showsName() ? std::min(strong.horizontalAdvance(text()), mostName) + 8 : 0;
    return {around() + name, metrics::atLeast(metrics::kControl, strong)};
}

QSize EnvironmentChip::sizeHint() const
{
    return sizeFor(std::min(longestName(), m_nameRoom));
}

int EnvironmentChip::longestName()
{
    return 14 * QFontMetrics(typeFont(Type::Strong)).averageCharWidth() + 60;
}

int EnvironmentChip::nameWidth() const
{
    return showsName() ? std::min(QFontMetrics(typeFont(Type::Strong)).horizontalAdvance(text()), longestName()) : 0;
}

void EnvironmentChip::setNameRoom(int most)
{
    if (m_nameRoom == most)
        return;
    m_nameRoom = most;
    updateGeometry();
}

/// The name gives way, from its end; mark, word and age stay.
QSize EnvironmentChip::minimumSizeHint() const
{
    return sizeFor(0);
}

void EnvironmentChip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setLayoutDirection(Qt::LeftToRight);   // one unit that is not mirrored
    const Tokens t = tokens(this);
    const bool production = m_mark == "production"_L1;
    const bool stale = m_freshness.state == Freshness::State::Stale;
    const QColor border = production ? t[Token::ProdFill] : m_accent.isValid() ? m_accent : t[Token::Edge];
    const QRectF frame(rect());
    style::box(&painter, frame, metrics::kRadiusControl, underMouse() ? t[Token::ButtonHover] : t[Token::Base], border, production ? 1.4 : 1);
    int x = 0;
    if (markWidth()) {
        painter.save();
        painter.setClipRect(QRect(1, 1, markWidth(), height() - 2));
        style::box(&painter, frame.adjusted(1, 1, -1, -1), metrics::kRadiusControl - 1, production ? t[Token::ProdFill] : t[Token::Sunken],
                   Qt::transparent);
        const QColor on = production ? t[Token::OnProd] : t[Token::Text];
        paintIcon(&painter, QRectF(6, height() / 2.0 - 7, 14, 14), mark::iconName(m_mark), production ? on : t[Token::Text2]);
        QFont font = typeFont(Type::Caption);
        font.setWeight(QFont::DemiBold);
        painter.setFont(font);
        painter.setPen(on);
        painter.drawText(QRect(23, 0, markWidth(), height()), Qt::AlignVCenter, mark::word(m_mark));
        painter.restore();
        x = markWidth();
    }
    x += 8;
    if (showsName()) {
        painter.setFont(typeFont(Type::Strong));
        painter.setPen(t[Token::Text]);
        const QFontMetrics fm(painter.font());
        const QString shown = fm.elidedText(text(), Qt::ElideRight, width() - around() - 6);
        const int name = fm.horizontalAdvance(shown);
        painter.drawText(QRect(x, 0, name + 2, height()), Qt::AlignVCenter | Qt::TextSingleLine, shown);
        x += name + 8;
    }
    if (m_readOnly) {
        paintIcon(&painter, QRectF(x - 2, height() / 2.0 - 6, 12, 12), u"lock"_s, t[Token::Text2]);
        x += 16;
    }
    const Token color = stale ? Token::Warn : m_freshness.state == Freshness::State::NotConnected ? Token::Text2 : Token::Ok;
    if (m_freshness.state == Freshness::State::Fresh) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(t[Token::Ok]);
        painter.drawEllipse(QPointF(x + 4, height() / 2.0), 3, 3);
        x += 14;
    } else {
        const QString symbol = stale ? u"state-stale"_s
            : m_freshness.state == Freshness::State::Paused     ? u"pause"_s
            : m_freshness.state == Freshness::State::Connecting ? u"state-progressing"_s : u"state-unknown"_s;
        paintIcon(&painter, QRectF(x, height() / 2.0 - 6, 12, 12), symbol,
                  m_freshness.state == Freshness::State::Connecting ? t[Token::Busy] : t[stale ? color : Token::Text2], t[Token::OnAccent]);
        x += 16;
    }
    painter.setFont(typeFont(Type::Caption));
    painter.setPen(t[stale ? Token::Warn : Token::Text2]);
    painter.drawText(QRect(x, 0, width() - x, height()), Qt::AlignVCenter | Qt::TextSingleLine, ageText());
    if (hasFocus())
        style::focusRing(&painter, frame, metrics::kRadiusControl, t[Token::Accent]);
}

}
