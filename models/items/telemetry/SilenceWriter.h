// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/Alerts.h"
#include "models/state/Environment.h"
#include "models/state/Journal.h"

#include <QObject>

#include <functional>

namespace qd::items {

/// Where a silence is written, and as whom: plain values, taken when the person confirms.
struct SilencePlace {
    QString cluster;
    QString server;             ///< of the API server, for the journal
    QString profile;
    QString user;               ///< as the cluster knows who writes
    QString alertmanager;       ///< its address, for people and the journal
    bool production = false;
    bool readOnly = false;
    std::shared_ptr<ports::AlertsSource> source;
    [[nodiscard]] static SilencePlace of(const state::Environment &environment, const QString &profile);
};

/// Who a silence is made by: the person of the sign-in, else the user the cluster knows; empty: nobody is known yet.
[[nodiscard]] QString silenceAuthor(const state::Environment &environment);

/// What is wrong with a silence before it is sent: matchers, times, comment, author. Causes have the fields matchers[i], endsAt, comment
/// and createdBy.
[[nodiscard]] Result<Done> checkSilence(const ports::Silence &silence, const QDateTime &now);

/// Writes silences to an Alertmanager: once, never again by itself, and read back; the intent is in the journal before anything is sent,
/// and how it ended after. An answer that was not heard is no failure: what is there is read and compared,
/// for a few seconds, since several Alertmanagers may stand behind one address. GUI thread.
class SilenceWriter : public QObject {
    Q_OBJECT
public:
    /// The silence as it is there now.
    using Then = std::function<void(const Result<ports::Silence> &)>;
    SilenceWriter(state::Journal *journal, const Clock *clock, QObject *parent = nullptr);
    /// A new one (id empty), or `before` changed to it.
    void set(const SilencePlace &place, const ports::Silence &silence, const std::optional<ports::Silence> &before, Then then);
    /// It holds no longer; it stays in the list as expired.
    void expire(const SilencePlace &place, const ports::Silence &silence, Then then);
    [[nodiscard]] int running() const { return m_running; }

Q_SIGNALS:
    /// Something was written, or may have been: what is shown is to be read again.
    void written(const QString &cluster);

private:
    struct Run;
    using RunPtr = std::shared_ptr<Run>;
    void begin(const RunPtr &run);
    void send(const RunPtr &run);
    void readBack(const RunPtr &run, const Result<QString> &answer);
    void compare(const RunPtr &run, const Result<QString> &answer, const Result<QList<ports::Silence>> &there);
    void finish(const RunPtr &run, const QString &outcome, const Result<ports::Silence> &result);
    [[nodiscard]] QJsonObject record(const Run &run) const;
    state::Journal *m_journal;
    const Clock *m_clock;
    int m_running = 0;
};

}
