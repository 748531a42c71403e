// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Freshness.h"
#include "ui/theme/Tokens.h"

#include <QAbstractButton>

#include <limits>

namespace qd::ui {

/// The mark of an environment or network, by id: "production" (prod fill, shield), "dev", "test", "private", "demo"
/// (outlined, with icon). An unknown or empty id has no mark and paints nothing. Never red: red means failed.
namespace mark {
[[nodiscard]] QString word(const QString &id);
[[nodiscard]] QString iconName(const QString &id);
[[nodiscard]] QSize size(const QString &id, const QFont &body);
/// Paints into the rectangle's left, vertically centred; returns the painted width.
int paint(QPainter *painter, const QRect &rect, const QString &id, const QFont &body, const Tokens &tokens);
}

/// A mark as a widget, for titles.
class EnvironmentMark : public QWidget {
    Q_OBJECT
public:
    explicit EnvironmentMark(const QString &id, QWidget *parent = nullptr);
    void setMark(const QString &id);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_id;
};

/// How long ago the last answer came; empty: none did. In steps, or what tells it all day is painted every second: minutes, below one ten
/// seconds (a cluster that is well answers that often, and nothing moves), five once it is silent.
[[nodiscard]] QString answerAge(const Freshness &freshness, const QDateTime &now);

/// One environment in the bar: mark, name, freshness and age of the last answer. Focusable; clicked() opens its menu.
class EnvironmentChip : public QAbstractButton {
    Q_OBJECT
public:
    EnvironmentChip(const QString &name, const QString &markId, QWidget *parent = nullptr);
    void setMark(const QString &markId);
    void setName(const QString &name);
    /// `age` is ready text ("2 s"); the accessible name says the state in words. True: it takes another width now.
    bool setFreshness(const Freshness &freshness, const QString &age);
    void setReadOnly(bool readOnly);
    /// Narrow windows: the name goes, the mark stays (never for production).
    void setFolded(bool folded);
    /// Of the name, as it stands; and how much of it there is room for, from its start.
    [[nodiscard]] int nameWidth() const;
    void setNameRoom(int most);
    void setAccentColor(const QColor &color);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    [[nodiscard]] bool showsName() const;
    [[nodiscard]] int markWidth() const;
    [[nodiscard]] int around() const;
    [[nodiscard]] QSize sizeFor(int mostName) const;
    [[nodiscard]] static int longestName();
    [[nodiscard]] QString ageText() const;
    void describe();
    void tell();
    [[nodiscard]] QString tip() const;
    QString m_mark;
    Freshness m_freshness;
    QString m_age;
    QColor m_accent;
    int m_nameRoom = std::numeric_limits<int>::max();
    bool m_folded = false;
    bool m_readOnly = false;
};

}
