// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"
#include "ui/widgets/Label.h"

#include <QAbstractButton>
#include <QAccessible>
#include <QApplication>
#include <QDir>
#include <QLabel>
#include <QPixmap>
#include <QPushButton>
#include <QTest>
#include <QWidget>

namespace qd::test {

/// Saves what a widget shows to $QD_GRAB_DIR/NAME.png when the variable is set, so that a person may look at it.
inline void grab(QWidget *widget, const QString &name)
{
    const QString dir = qEnvironmentVariable("QD_GRAB_DIR");
    if (dir.isEmpty())
        return;
    QDir().mkpath(dir);
    QCoreApplication::sendPostedEvents();   // layouts that wait
    const QString suffix = widget->devicePixelRatioF() > 1 ? QStringLiteral("-x2") : QString();
    widget->grab().save(QDir(dir).filePath(name + suffix + QStringLiteral(".png")));
}

/// Every visible widget that takes the keyboard focus without a name a screen reader could say.
inline QStringList unnamed(QWidget *root)
{
    QStringList out;
    QList<QWidget *> all = root->findChildren<QWidget *>();
    all.prepend(root);
    for (QWidget *widget : std::as_const(all)) {
        if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisibleTo(root) || widget->focusProxy())
            continue;
        QAccessibleInterface *face = QAccessible::queryAccessibleInterface(widget);
        const QString name = face ? face->text(QAccessible::Name) : QString();
        if (name.trimmed().isEmpty())
            out.append(QString::fromLatin1(widget->metaObject()->className()) + QLatin1Char(' ') + widget->objectName());
    }
    return out;
}

/// Labels and buttons whose text is wider than they are, where they do not elide by design.
inline QStringList clipped(QWidget *root)
{
    QStringList out;
    const QList<QAbstractButton *> buttons = root->findChildren<QAbstractButton *>();
    for (const QAbstractButton *button : buttons) {
        if (button->isVisibleTo(root) && !button->text().isEmpty() && button->width() < button->minimumSizeHint().width())
            out.append(QStringLiteral("%1 has %2 px of %3").arg(button->text()).arg(button->width()).arg(button->minimumSizeHint().width()));
    }
    const QList<QLabel *> labels = root->findChildren<QLabel *>();
    for (const QLabel *label : labels) {
        const int needed = label->wordWrap() ? label->heightForWidth(label->width()) : label->fontMetrics().height();
        if (label->isVisibleTo(root) && !label->text().isEmpty() && label->height() < needed)
            out.append(QStringLiteral("\"%1\" is %2 high, needs %3").arg(label->text()).arg(label->height()).arg(needed));
    }
    return out;
}

/// Labels of one line that have less room than their text and do not elide.
inline QStringList cut(const QWidget *root)
{
    QStringList out;
    const QList<QLabel *> labels = root->findChildren<QLabel *>();
    for (const QLabel *label : labels) {
        if (!label->isVisibleTo(root) || label->wordWrap() || label->text().isEmpty() || label->textFormat() == Qt::RichText
            || qobject_cast<const ui::ElidedLabel *>(label))
            continue;
        const int needed = label->fontMetrics().size(0, label->text()).width();
        if (label->contentsRect().width() < needed - 1)
            out.append(QStringLiteral("\"%1\" has %2 px of %3").arg(label->text()).arg(label->contentsRect().width()).arg(needed));
    }
    return out;
}

/// All that does not fit or has no name.
inline QStringList unfit(QWidget *root)
{
    return clipped(root) + cut(root) + unnamed(root);
}

/// What is read on it: the texts of its labels that are seen, with | between.
inline QString texts(const QWidget *root)
{
    QStringList out;
    const QList<QLabel *> labels = root->findChildren<QLabel *>();
    for (const QLabel *label : labels) {
        if (label->isVisibleTo(root))
            out.append(label->text());
    }
    return out.join(u'|');
}

/// The button that is seen with this text; null: there is none.
inline QPushButton *button(QWidget *root, const QString &text)
{
    const QList<QPushButton *> all = root->findChildren<QPushButton *>();
    for (QPushButton *one : all) {
        if (one->text() == text && one->isVisibleTo(root))
            return one;
    }
    return nullptr;
}

}
