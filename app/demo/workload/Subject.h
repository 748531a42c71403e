// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

namespace qd::demo {

/// A synchronizer as a node sees it.
struct SubjectDomain {
    QString alias;
    QString id;
    bool connected = true;
    bool healthy = true;                ///< events come
    QDateTime last = {};                ///< since when none come; only while not healthy
    double brokenBefore = 0;            ///< seconds of earlier silences since the container started
    double cutBefore = 0;               ///< of those the seconds without a connection
};

/// One container at one moment: what its pages and metrics are told from. The same objects, moment and seed give the same texts.
struct Subject {
    QJsonObject node;                   ///< the Validator, Participant, SuperValidator or SyncDomain
    QJsonObject pod;
    QString component;
    QList<SubjectDomain> domains;
    QDateTime now;
    quint64 seed = 1;
    double starvedBefore = 0;           ///< seconds without traffic, of earlier times since the container started

    bool running = false;
    bool ready = false;
    QDateTime started = {};
    QDateTime unready = {};             ///< since when, while it is not ready

    /// Time as a series sees it: how long it ran, up to when, and whether it stands still.
    struct Clock {
        double seconds = 0;
        QDateTime at = {};
        bool still = false;
    };
    /// Reads the pod's status into the last four.
    void readPod();
    [[nodiscard]] Clock clock(const QString &name, const SubjectDomain *domain) const;
    /// "ready", "db", "sync", "connected", "cert".
    [[nodiscard]] bool holds(const QString &condition, const SubjectDomain *domain) const;
    /// $party and the like; empty when it is not known (yet).
    [[nodiscard]] QString word(const QString &name) const;
    [[nodiscard]] QStringList members() const;
    [[nodiscard]] QString name() const;
    [[nodiscard]] QString ns() const;
    /// 0 to 1, the same for the same node, salt and seed.
    [[nodiscard]] double chance(const QByteArray &salt) const;
    /// A condition of the node's status.
    [[nodiscard]] QJsonObject condition(const QString &type) const;
    /// Since when there is no traffic left; not valid while there is.
    [[nodiscard]] QDateTime starved() const;
    /// The same container at an earlier moment, as far as its objects tell: what ails it had not begun yet, it had used less. Counters
    /// told then and now are one series.
    [[nodiscard]] Subject before(const QDateTime &moment) const;
};

}
