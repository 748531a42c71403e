// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/Icons.h"

#include <QDir>
#include <QFile>
#include <QHash>
#include <QIconEngine>
#include <QPixmapCache>
#include <QRegularExpression>
#include <QSvgRenderer>

#include <cmath>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

QString path(const QString &name)
{
    return u":/icons/"_s + name + u".svg"_s;
}

QByteArray source(const QString &name, const QColor &color, const QColor &knockout)
{
    QFile file(path(name));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QString text = QString::fromUtf8(file.readAll());
    static const QRegularExpression accent(u"#1F5FC0"_s);
    static const QRegularExpression any(u"(\"|:)#(?!FFFFFF)[0-9A-Fa-f]{6}"_s);
    static const QRegularExpression white(u"#FFFFFF"_s);
    // The mark is the only icon with a second colour, the accent.
    text.replace(accent, u"@accent@"_s);
    text.replace(white, u"@white@"_s);
    text.replace(any, u"\\1"_s + color.name());
    text.replace(u"@white@"_s, knockout.name());
    text.replace(u"@accent@"_s, QApplication::palette().color(QPalette::Active, QPalette::Link).name());
    return text.toUtf8();
}

QPixmap render(const QString &name, const QSize &pixels, const QColor &color, const QColor &knockout)
{
    const QString key = u"qd:%1:%2x%3:%4:%5:%6"_s.arg(name).arg(pixels.width()).arg(pixels.height()).arg(color.rgba()).arg(
        knockout.rgba()).arg(QApplication::palette().color(QPalette::Active, QPalette::Link).rgba());
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap))
        return pixmap;
    QSvgRenderer renderer(source(name, color, knockout));
    pixmap = QPixmap(pixels);
    pixmap.fill(Qt::transparent);
    if (renderer.isValid()) {
        QPainter painter(&pixmap);
        painter.setRenderHint(QPainter::Antialiasing);
        renderer.setAspectRatioMode(Qt::KeepAspectRatio);
        renderer.render(&painter, QRectF(QPointF(0, 0), QSizeF(pixels)));
    }
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

class TintEngine final : public QIconEngine {
public:
    TintEngine(QString name, Token token) : m_name(std::move(name)), m_token(token) { }

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        const Tokens t = tokens(QApplication::palette());
        paintIcon(painter, QRectF(rect), m_name, t[mode == QIcon::Disabled ? Token::Text3 : m_token], t[Token::OnAccent]);
    }
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State) override
    {
        const Tokens t = tokens(QApplication::palette());
        return render(m_name, size, t[mode == QIcon::Disabled ? Token::Text3 : m_token], t[Token::OnAccent]);
    }
    QPixmap scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State state, qreal scale) override
    {
        QPixmap result = pixmap(size, mode, state);
        result.setDevicePixelRatio(scale);
        return result;
    }
    QString key() const override { return u"qd-tint"_s; }
    QString iconName() override { return u"qd:"_s + m_name; }
    bool isNull() override { return false; }
    QIconEngine *clone() const override { return new TintEngine(m_name, m_token); }

private:
    QString m_name;
    Token m_token;
};

}

QIcon icon(const QString &name, Token token)
{
    return QFile::exists(path(name)) ? QIcon(new TintEngine(name, token)) : QIcon();
}

void paintIcon(QPainter *painter, const QRectF &rect, const QString &name, const QColor &color, const QColor &knockout)
{
    if (rect.isEmpty())
        return;
    // What a pixel of the picture is: also right when a widget at 1 is rendered into an image at 2.
    const QTransform device = painter->deviceTransform();
    const qreal ratio = std::max(painter->device()->devicePixelRatioF(), std::hypot(device.m11(), device.m12()));
    const QSize pixels(static_cast<int>(std::lround(rect.width() * ratio)), static_cast<int>(std::lround(rect.height() * ratio)));
    QPixmap pixmap = render(name, pixels, color, knockout);
    pixmap.setDevicePixelRatio(ratio);
    painter->save();
    painter->setRenderHint(QPainter::SmoothPixmapTransform);
    painter->drawPixmap(rect, pixmap, QRectF(QPointF(0, 0), QSizeF(pixels)));
    painter->restore();
}

void paintIcon(QPainter *painter, const QRect &rect, const QIcon &icon, const QColor &color, QIcon::Mode mode, QIcon::State state)
{
    const QString name = icon.name();
    if (name.startsWith("qd:"_L1))
        paintIcon(painter, QRectF(rect), name.mid(3), color, tokens(QApplication::palette())[Token::OnAccent]);
    else
        icon.paint(painter, rect, Qt::AlignCenter, mode, state);
}

QStringList iconNames()
{
    QStringList names;
    const QStringList files = QDir(u":/icons"_s).entryList({u"*.svg"_s}, QDir::Files, QDir::Name);
    for (const QString &file : files)
        names.append(file.chopped(4));
    return names;
}

}
