// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/KindTable.h"
#include "models/network/Row.h"

#include <QDateTime>
#include <QJsonObject>
#include <QList>
#include <QString>

#include <functional>
#include <optional>

namespace qd::items {

/// One line of declared, reported, observed. Absent: the side does not say; Unknown: it was not asked or did not answer.
struct TruthLine {
    QString id;
    QString title;
    network::Cell declared, reported, observed;
    bool differs = false;
    QString why;                 ///< of the difference, translated
};

/// A labelled value. Ids are shown in mono; ids and addresses are elided in the middle and have a copy button.
struct Fact {
    QString title;               ///< empty: one more value of the fact before
    QString value;
    QString toolTip = {};
    bool isId = false;
    bool isUnknown = false;
    network::State state = network::State::Ready;   ///< colour of the value
    bool showState = false;      ///< with its glyph also when it is as it should be
    bool isAddress = false;
    QString key = {};            ///< what it is known by in its section; empty: the title
    ObjectId link = {};          ///< the object it names; leads there
    QString linkKind = {};       ///< CantonNetwork; empty: no link
};

/// Facts that belong together. One without facts is left out.
struct FactSection {
    QString id;                  ///< see detailSections()
    QList<Fact> facts;
};

/// A step of a run-once object, as the operator writes them into status.steps.
struct StepFact {
    QString name;
    QString message;
    network::State state = network::State::NotBegun;
    QDateTime start, end;
};

struct ComponentFact {
    QString name;
    QString image;
    QString phase;
    qint64 ready = 0, desired = 0, restarts = 0;
    network::State state = network::State::Ready;
};

struct ConditionFact {
    QString type;
    QString status;              ///< True, False, Unknown
    QString reason;
    QString message;
    QDateTime since;
    network::State state = network::State::Ready;
    bool good = true;            ///< the status is the wanted one (Degraded and Progressing want False)
};

/// An object this one belongs to, refers to, or is pointed at by. `gvr` is empty when the kind is not in the table.
struct Relation {
    enum class Kind : quint8 { Owner, RefersTo, ReferredBy };
    Kind kind = Kind::RefersTo;
    QString field;               ///< spec.networkRef
    QString objectKind;          ///< CantonNetwork
    ObjectId object;
};

/// The bar under the tabs: the worst thing an operator should know.
struct Headline {
    network::State state = network::State::Degraded;
    QString title;
    QString detail;
    QString condition = {};   ///< its type, where it is one
};

/// All the details pane shows of one object, decoded once; plain values, no widget decides anything.
struct ObjectFacts {
    ObjectId object;
    QString kind;
    QString icon;
    QString phase;
    network::State state = network::State::Unknown;
    qint64 generation = 0;
    qint64 observedGeneration = -1;
    QList<TruthLine> truths;
    QList<Fact> identity, balances, traffic;
    QList<FactSection> sections;        ///< in the order of detailSections(), none of them empty
    QList<StepFact> steps;
    QString message;                    ///< status.message, where the headline does not say it
    std::optional<double> trafficLeft;  ///< per cent
    QString trafficLimit;               ///< "20.0 MB"
    std::optional<double> balance;      ///< available, CC
    QList<ComponentFact> components;
    QList<ConditionFact> conditions;    ///< worst first, then newest
    int conditionsGood = 0;
    QList<Relation> relations;
    std::optional<Headline> headline;
};

/// Everything from the object's JSON (status may be missing). `cluster` goes into ids.
[[nodiscard]] ObjectFacts objectFacts(const QJsonObject &object, const network::KindInfo &kind, const network::KindTable &kinds,
                                  const QString &cluster, const QDateTime &now);
/// Ids and titles of the sections there may be besides identity, balances and traffic, in their order on screen.
[[nodiscard]] QList<QPair<QString, QString>> detailSections();
/// References in an object's spec and status: {name} under a key that ends with Ref or Refs, {kind, name} of a known kind, the
/// last backup and the like.
[[nodiscard]] QList<Relation> relationsOf(const QJsonObject &object, const network::KindInfo &kind,
                                          const network::KindTable &kinds, const QString &cluster);
/// The CantonNetworks an object belongs to, by namespace and name: by itself, its label canton.quarterdeck.io/network, or the nodes it
/// refers to; `networkOf` tells the name of a node's (its kind has one), empty where it is not known.
[[nodiscard]] QList<ObjectId> networksOf(const QJsonObject &object, const network::KindInfo &kind, const network::KindTable &kinds,
                                         const std::function<QString(const ObjectId &node)> &networkOf);

}
