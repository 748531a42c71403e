// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/State.h"
#include "ui/theme/Tokens.h"
#include "ui/theme/Type.h"

#include <QLabel>

class QTimer;

namespace qd::ui {

/// A label of the type scale in a token's colour; follows font and theme changes. Plain text unless told otherwise.
class Label : public QLabel {
    Q_OBJECT
public:
    explicit Label(const QString &text, Type type = Type::Body, Token token = Token::Text, QWidget *parent = nullptr);
    void setType(Type type);
    void setToken(Token token);

protected:
    bool event(QEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void restyle();
    Type m_type;
    Token m_token;
    bool m_restyling = false;
};

/// One line that elides; the whole text is the tooltip while it does not fit. Middle elision keeps the last 8 characters.
class ElidedLabel : public Label {
    Q_OBJECT
public:
    explicit ElidedLabel(const QString &text, Type type = Type::Body, Token token = Token::Text,
                         Qt::TextElideMode mode = Qt::ElideRight, QWidget *parent = nullptr);
    [[nodiscard]] QSize minimumSizeHint() const override;
    /// Shown whether the text fits or not.
    void setOwnTip(const QString &tip);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    bool event(QEvent *event) override;

private:
    void updateTip();
    Qt::TextElideMode m_mode;
    QString m_ownTip;
};

/// A tooltip's text that is read as it is written: what looks like markup (of a log line, of a label) is escaped.
[[nodiscard]] QString plainTip(const QString &text);

/// Elides in the middle so that the last `keep` characters stay.
[[nodiscard]] QString elideId(const QFontMetrics &metrics, const QString &id, int width, int keep = 8);

/// A one pixel line.
class Hairline : public QWidget {
    Q_OBJECT
public:
    explicit Hairline(Qt::Orientation orientation = Qt::Horizontal, QWidget *parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Qt::Orientation m_orientation;
};

/// The glyph of a state alone; its tooltip and accessible name is the word. The arc of Progressing turns while it is seen
/// and motion is not reduced.
class StateGlyph : public QWidget {
    Q_OBJECT
public:
    explicit StateGlyph(network::State state, int size = 14, QWidget *parent = nullptr);
    void setState(network::State state);
    /// Another icon than a state's (lock, user), in a token's colour.
    void setSymbol(const QString &name, Token token, const QString &meaning);
    [[nodiscard]] QSize sizeHint() const override { return {m_size, m_size}; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void animate();
    network::State m_state;
    int m_size;
    QString m_symbol;
    Token m_token = Token::Text2;
    QTimer *m_timer = nullptr;
    qreal m_turn = 0;
};

/// Glyph and word of a state.
class StateLabel : public QWidget {
    Q_OBJECT
public:
    explicit StateLabel(network::State state, const QString &word = {}, QWidget *parent = nullptr);
    /// `word` empty: the state's own.
    void setState(network::State state, const QString &word = {});

private:
    StateGlyph *m_glyph;
    Label *m_word;
};

}
