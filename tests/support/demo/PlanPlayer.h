// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/operator/Reconciler.h"

#include <QMap>
#include <QSet>

#include <deque>
#include <functional>
#include <map>
#include <tuple>

namespace qd::test {

/// Plays the plans of reconcilers on a World without a server: what the Engine and an API server do together, with a time the test
/// moves. Creates get uid, generation and creationTimestamp, status is written only through the status subresource, finalizers
/// hold a deleted object, what it owns goes with it. A look is taken at every object that changed, was touched or is due.
class PlanPlayer {
public:
    explicit PlanPlayer(std::vector<std::unique_ptr<demo::Reconciler>> reconcilers, double speed = 1.0, quint64 seed = 1);

    // what people do
    /// Stores an object as it is (with its status) after giving it what a server gives. apiVersion and kind are the test's.
    void create(const QString &plural, QJsonObject object);
    /// A merge patch by a person: the generation rises when the spec changes.
    bool patch(const QString &plural, const QString &ns, const QString &name, const QJsonObject &mergePatch);
    bool annotate(const QString &plural, const QString &ns, const QString &name, const QString &key, const QJsonValue &value);
    void remove(const QString &plural, const QString &ns, const QString &name);

    // time
    /// Moves the time on by so long, looking at everything that is due on the way.
    void run(std::chrono::milliseconds length);
    /// Until the object at the pointer is `wanted`; false when it is not within the time.
    bool runUntil(const std::function<bool()> &reached, std::chrono::milliseconds atMost = std::chrono::hours(1));
    bool runUntilPhase(const QString &plural, const QString &ns, const QString &name, const QString &phase,
                       std::chrono::milliseconds atMost = std::chrono::hours(1));

    // what is to be seen
    [[nodiscard]] QJsonObject object(const QString &plural, const QString &ns, const QString &name) const;
    [[nodiscard]] QJsonValue at(const QString &plural, const QString &ns, const QString &name, const QString &pointer) const;
    [[nodiscard]] QJsonObject condition(const QString &plural, const QString &ns, const QString &name, const QString &type) const;
    [[nodiscard]] QString phase(const QString &plural, const QString &ns, const QString &name) const;
    /// A plan that is not carried out: a settled object's says nothing.
    [[nodiscard]] demo::Plan look(const QString &plural, const QString &ns, const QString &name) const;
    /// Phases an object went through, in order, without repetition.
    [[nodiscard]] QStringList phases(const QString &plural, const QString &ns, const QString &name) const;
    /// Reasons of the events on an object, in order.
    [[nodiscard]] QStringList reasons(const QString &plural, const QString &ns, const QString &name) const;

    struct Event {
        QString plural, ns, name;
        demo::EventDraft draft;
        QDateTime time;
    };
    demo::World world;
    QDateTime now = QDateTime::fromString(QStringLiteral("2026-11-27T12:00:00Z"), Qt::ISODate);
    QList<Event> events;
    QStringList logLines;               ///< "NAME|component|level|text"
    QStringList problems;               ///< failed writes and plans that never come to rest: must stay empty
    qsizetype writes = 0;               ///< requests an API server would have got (without events)
    /// Called with every status that is written, whole object; return what is wrong with it, empty when nothing.
    std::function<QString(const QString &plural, const QJsonObject &object)> check;

private:
    using Key = std::tuple<QString, QString, QString>;
    void changed(const QString &plural, const QJsonObject &object);
    void queue(const Key &key);
    void settle();
    void play(const Key &key);
    bool write(const ports::WriteRequest &request);
    void store(const QString &plural, QJsonObject object, const QJsonObject &old);
    void erase(const QString &plural, const QString &ns, const QString &name);
    void problem(const Key &key, const QString &text);
    [[nodiscard]] demo::Moment moment() const { return {now, m_speed, m_seed}; }

    std::vector<std::unique_ptr<demo::Reconciler>> m_reconcilers;
    QHash<QString, const demo::Reconciler *> m_byPlural;
    double m_speed;
    quint64 m_seed;
    qint64 m_version = 0;
    std::deque<Key> m_queue;
    std::map<Key, QDateTime> m_due;
    std::map<Key, int> m_looks;         ///< at this time
    std::map<Key, QStringList> m_phases;
    QHash<QString, Key> m_byUid;
};

}
