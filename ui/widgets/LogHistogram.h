// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/LogBuckets.h"
#include "ui/widgets/Faces.h"

#include <QWidget>

namespace qd::ui {

class Tokens;

/// Lines over time by level, drawn (look.md "Logs", picture 13): everyday lines idle, warnings, errors on top; where lines are missing
/// it is hatched; what the table shows now stands between two marks with their times. A click goes to the first line of that time;
/// by keyboard: Left, Right, Home, End choose, Enter goes there. Its twin for who cannot see it is the LogBuckets as a table.
class LogHistogram : public QWidget, public Drawn {
    Q_OBJECT
public:
    /// `buckets` is borrowed and outlives this.
    explicit LogHistogram(const items::LogBuckets *buckets, QWidget *parent = nullptr);
    /// What the table shows now; 0 and 0: nothing. `all`: every line there is.
    void setSeen(qint64 from, qint64 to, bool all = false);
    [[nodiscard]] int chosen() const { return m_chosen; }
    [[nodiscard]] const QAbstractItemModel *twinModel() const override { return m_buckets; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void jumpWanted(qint64 time);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void leaveEvent(QEvent *event) override;
    bool event(QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;

private:
    [[nodiscard]] QRectF plot() const;
    [[nodiscard]] double xOf(qint64 time) const;
    [[nodiscard]] int bucketAt(double x) const;
    [[nodiscard]] int top() const;
    void choose(int bucket);
    void paintScale(QPainter &painter, const Tokens &t) const;
    void paintBars(QPainter &painter, const Tokens &t) const;
    void paintTimes(QPainter &painter, const Tokens &t, const QRectF &tag) const;
    [[nodiscard]] QRectF seenTag() const;
    void paintSeen(QPainter &painter, const Tokens &t, const QRectF &tag) const;
    const items::LogBuckets *m_buckets;
    qint64 m_from = 0;
    qint64 m_to = 0;
    bool m_all = false;
    int m_hover = -1;
    int m_chosen = -1;
    qint64 m_chosenFrom = 0;   // its time: buckets are made anew while lines come
};

}
