// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/telemetry/ChartData.h"
#include "models/items/telemetry/SeriesNumbers.h"
#include "ui/widgets/Faces.h"

#include <QHash>
#include <QSet>
#include <QTimer>
#include <QWidget>

#include <optional>

namespace qd::ui {

class ChartCanvas;
class ChartOverlay;
class ChartTurns;

/// One chart (look.md "Charts", picture 07): lines with their gaps, thresholds, marks, alert spans, crosshair. It draws values and asks
/// nobody. Drag zooms, double click goes back, Ctrl and wheel zooms, Shift and drag pans; keys: arrows move the crosshair (Ctrl: pan),
/// + and − zoom, Home and End, Backspace goes back, Esc takes the crosshair away. A mouse move repaints the overlay alone. What the lines say
/// at the crosshair stands beside it while it is moved here; where another chart moves it, it is a line.
/// Usually its ChartGroup, which shares crosshair and time with the other charts of a page, listens to its signals. GUI thread.
class ChartView : public QWidget, public Drawn {
    Q_OBJECT
public:
    explicit ChartView(QWidget *parent = nullptr);
    ~ChartView() override;

    /// While somebody drags in it, the picture stays and the newest data are taken when he lets go.
    void setData(const items::ChartData &data);
    [[nodiscard]] const items::ChartData &data() const { return m_data; }
    /// Shows another time of the data it has, at once; the next data of another time end it.
    void setTimes(double from, double to);
    [[nodiscard]] double from() const { return m_from; }
    [[nodiscard]] double to() const { return m_to; }
    void setUtc(bool utc);
    [[nodiscard]] bool utc() const { return m_utc; }
    /// Epoch seconds; none: no crosshair.
    void setCrosshair(std::optional<double> time);
    [[nodiscard]] std::optional<double> crosshair() const { return m_crosshair; }
    /// Without scale words, marks and keyboard: for a small picture in a row.
    void setPlain(bool plain);

    /// Which lines are drawn. Hidden ones are named by key; a solo one leaves the others at 35 %.
    void setSolo(const QString &key);
    [[nodiscard]] const QString &solo() const { return m_solo; }
    void setHidden(const QSet<QString> &keys);
    [[nodiscard]] const QSet<QString> &hidden() const { return m_hidden; }
    void setHighlighted(const QString &key);
    [[nodiscard]] const QString &highlighted() const { return m_highlighted; }
    /// Colour and dash of a line: seriesPen(number(key)).
    [[nodiscard]] int number(const QString &key) const { return m_numbers.value(key, 0); }
    /// Numbers shared by the charts of a page, borrowed; null: its own. Before the first data.
    void setNumbers(items::SeriesNumbers *numbers);
    /// Turns shared likewise, borrowed; null: it is drawn whenever it is painted.
    void setTurns(ChartTurns *turns);

    /// Where the lines are drawn, in this widget.
    [[nodiscard]] QRectF plotArea() const;
    /// How often the lines were drawn since it was made; for tests.
    [[nodiscard]] int drawn() const;
    [[nodiscard]] QPixmap picture();
    [[nodiscard]] TableTwin twin() const override;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void dataChanged();
    /// Solo, hidden or highlighted are others.
    void linesChanged();
    void crosshairMoved(std::optional<double> time);
    /// Somebody zoomed or panned to these times.
    void timesWanted(double from, double to);
    void backWanted();
    void utcChanged();
    /// The newest there is (End twice).
    void liveWanted();
    /// A drag began or ended: nothing should move meanwhile.
    void interacting(bool on);
    void markClicked(const qd::items::ChartMark &mark);

protected:
    void showEvent(QShowEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    friend class ChartOverlay;
    friend class ChartCanvas;
    enum class Hand : quint8 { None, Mouse, Keys };
    /// The crosshair, and who holds it: nobody here where another chart moved it.
    void place(std::optional<double> time, Hand hand);
    void take(const items::ChartData &data);
    /// What is drawn is another: worked out when it is painted.
    void redraw();
    /// What it says is another too.
    void tellAnew();
    [[nodiscard]] TableTwin makeTwin() const;
    void setDragging(bool on);
    void moveCrosshair(int steps);
    void jumpToMark(int direction);
    void zoom(double factor, double around);
    void pan(double share);
    bool keyPressed(const QKeyEvent &event);
    items::ChartData m_data;
    std::optional<items::ChartData> m_waiting;   ///< came while somebody drags
    double m_from = 0;
    double m_to = 0;
    bool m_utc = false;
    bool m_plain = false;
    mutable std::optional<TableTwin> m_twin;     ///< until something in it is another: it is asked for cell by cell
    bool m_dragging = false;
    bool m_ring = false;   ///< the focus came by keyboard
    QTimer m_waitingLong;                        ///< runs while nothing is said of an answer that has not come
    std::optional<double> m_crosshair;
    Hand m_hand = Hand::None;
    QString m_solo;
    QSet<QString> m_hidden;
    QString m_highlighted;
    items::SeriesNumbers m_own;
    items::SeriesNumbers *m_shared = nullptr;
    QHash<QString, int> m_numbers;
    ChartCanvas *m_canvas;
    ChartOverlay *m_overlay;
};

}
