// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Error.h"
#include "models/network/telemetry/TimeSeries.h"

#include <QDateTime>
#include <QList>

#include <memory>
#include <optional>

namespace qd::items {

/// What a chart's values are in; decides how they are written ("682 ms", "71 %", "48,120.55 CC", "41.2 /s", "1.2 GiB").
enum class ChartUnit : quint8 {
    None, Count, Percent /* 0 to 100 */, Ratio /* 0 to 1, written as % */, Seconds, Bytes /* Ki, Mi */, BytesPerSecond, PerSecond, Coin /* CC */, Dollars, DateTime /* epoch seconds */,
    State /* words by value, ChartData::words */
};

/// A series of a chart. Its colour and dash follow `key`, so that they stay the same wherever and in whatever order it is drawn.
struct ChartLine {
    QString key;                    ///< what it is, stable: the value of the label that tells the lines apart, or all of its labels
    QString name;                   ///< for people; foreign text, plain
    network::Labels labels;
    std::shared_ptr<const std::vector<network::Sample>> samples;    ///< ascending; shared so that a refresh copies nothing
    QString selector = {};          ///< PromQL of this series alone, for copying; may be empty
};

/// A level with words: "alert above 600 ms for 5 m".
struct ChartThreshold {
    double value = 0;
    QString words;
    bool critical = true;           ///< else a warning
};

/// Something that happened at one moment.
struct ChartMark {
    enum class Kind : quint8 { Deployment, Change, Event, Note };
    double at = 0;                  ///< epoch seconds
    QString text;                   ///< "0.4.16 on northgate-dev-1"
    Kind kind = Kind::Change;
    QString changeId = {};          ///< of the journal: leads there
    QString cluster = {}, ns = {}, node = {};   ///< of an event: whose it is; shown where that is chosen
    QString reason = {}, object = {};           ///< of an event: "BackOff", and the name of what it befell
    QString detail = {};            ///< more than fits over a chart, one line
    qint64 count = 1;               ///< of an event: how often it was told
    bool normal = false;            ///< of an event: no warning
    friend bool operator==(const ChartMark &, const ChartMark &) = default;
};

/// A time in which an alert fired.
struct ChartSpan {
    double from = 0;
    double to = 0;                  ///< 0: still
    QString text;
    bool critical = true;
    friend bool operator==(const ChartSpan &, const ChartSpan &) = default;
};

/// All of one chart at one moment, ready to be drawn. A value: a chart is given another one, never changed in place.
struct ChartData {
    QString title;
    QString note;                   ///< right of the title: "step 1 m, 10 series", "of purchased limit"
    double from = 0;                ///< epoch seconds: the whole axis, whether there is data or not
    double to = 0;
    double step = 0;                ///< of the grid; 0: irregular, no gaps are told
    ChartUnit unit = ChartUnit::None;
    int decimals = -1;              ///< -1: as the values need
    bool fromZero = true;           ///< rates and amounts; else the axis follows the values, softly
    bool logarithmic = false;
    std::optional<double> softMin, softMax;     ///< the axis shows at least this
    QMap<double, QString> words;    ///< of ChartUnit::State
    QList<ChartLine> lines;
    QList<ChartThreshold> thresholds;
    QList<ChartMark> marks;
    QList<ChartSpan> spans;
    QStringList queries;            ///< PromQL as asked, for copying and links
    /// Empty: there is data, or a good reason for none. Otherwise what stands in the chart's place: "The metric daml_… is not there: …".
    QString missing;
    std::optional<Error> error;     ///< the last refresh failed; what is there stays, greyed, as of `asOf`
    QDateTime asOf;                 ///< UTC, of the last answer
    bool waiting = false;           ///< not all that was asked for it is answered, whether there are lines or not
    bool loading = false;           ///< … and nothing is there to be shown meanwhile
    bool stale = false;             ///< the newest sample is older than two steps, or the refresh failed
    QStringList warnings;           ///< of the server: partial answers
    QStringList infos;              ///< of the server, and what we have to say about how its answer is read
    int left = 0;                   ///< series beyond those drawn, told visibly
};

}
