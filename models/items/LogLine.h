// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QPair>
#include <QString>

namespace qd::items {

enum class LogLevel : quint8 { None, Debug, Info, Warn, Error };
/// Of a word in any case, as programs have them ("WARN", "critical"); None: it is none.
[[nodiscard]] LogLevel logLevelOf(QStringView word);
/// "Error"; None says nothing.
[[nodiscard]] QString logLevelWord(LogLevel level);

/// A line of a log as it is kept, or a gap: what stands between lines where some are missing or the stream was opened again.
struct LogLine {
    enum class Kind : quint8 { Line, Gap };
    quint64 id = 0;                     ///< given by the model; grows as lines come
    qint64 time = 0;                    ///< nanoseconds since 1970, of the node's clock; 0: not said
    int source = 0;                     ///< of the model's sources
    LogLevel level = LogLevel::None;
    Kind kind = Kind::Line;
    bool loud = false;                  ///< of a gap: lines are missing
    bool fillable = false;              ///< of a gap: who keeps logs (Loki) may have its lines
    bool match = false;                 ///< the model's search finds it
    bool json = false;                  ///< raw is a JSON object
    bool shown = true;                  ///< by the model's levels and filters
    QByteArray raw = {};                ///< as written, UTF-8, without the stamp
    QString message = {};               ///< what is shown: plain text, control characters made visible
    QByteArray trace = {};              ///< id of the trace it belongs to; empty: it says none
    QByteArray metadata = {};           ///< what is kept beside it (structured metadata of Loki), a JSON object; empty: nothing
};

/// Only lines whose field says this, or all but them. Of a plain line without such a field the text itself is looked through.
struct LogFilter {
    QString key;
    QString value;
    bool exclude = false;
    bool beside = false;          ///< the field is kept beside lines: no text says it
    friend bool operator==(const LogFilter &, const LogFilter &) = default;
};

/// What a line takes up, by our own reckoning.
[[nodiscard]] qsizetype logLineCost(const LogLine &line);
/// Lines of one source that come so close to each other were written together (nanoseconds).
inline constexpr qint64 kLogTogether = 100'000'000;

/// A line with the kubelet's stamp in front ("2026-11-27T11:59:45.310221000Z text"); a line without one has the time 0.
/// JSON lines say level and message themselves, of plain ones the level is guessed from their first words.
[[nodiscard]] LogLine readLogLine(const QString &stamped, int source);
/// The same of a line whose time is known from elsewhere.
[[nodiscard]] LogLine readLogText(const QString &text, qint64 time, int source);
/// A further line of an exception: it belongs to the one before and takes its level.
[[nodiscard]] bool continuesLine(const QByteArray &raw);
/// Every field of a JSON line, nested ones by their path ("error.code"), and what is kept beside the line unless the line says it itself.
[[nodiscard]] QList<QPair<QString, QString>> logFields(const LogLine &line);
/// This field is kept beside the line, which does not say it itself.
[[nodiscard]] bool logFieldBeside(const LogLine &line, const QString &key);
/// Nothing a terminal or a bidi algorithm would act on stays: escapes, carriage returns and overrides are written out.
[[nodiscard]] QString visibleText(const QString &text);
/// RFC 3339 with up to nine digits in UTC; 0 when it is none.
[[nodiscard]] qint64 readLogTime(const QString &stamp);
/// "11:59:45.310", of the day in UTC or here; empty for 0.
[[nodiscard]] QString logClock(qint64 time, bool utc, bool milliseconds);
/// "2026-11-27T11:59:45.310Z"; empty for 0.
[[nodiscard]] QString logStamp(qint64 time);
/// "7f1c…03a2": what tells two traces apart at a glance.
[[nodiscard]] QString shortTrace(const QByteArray &trace);

}
