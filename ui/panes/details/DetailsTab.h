// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"
#include "models/items/ObjectFacts.h"
#include "ui/actions/ActionTarget.h"

#include <QJsonObject>
#include <QWidget>

#include <optional>

namespace qd::ui {

/// What the details show: an object as it was last read, with its facts.
struct DetailsSubject {
    ActionTarget target;
    QJsonObject object;
    bool live = false;               ///< as the server answered a GET; else as the list has it, without managedFields
    QJsonObject lastLive = {};       ///< what a GET was answered last, perhaps a little older than `object`; empty: nothing yet
    std::optional<Error> problem = {};   ///< why it is not live
    items::ObjectFacts facts = {};
};

/// A tab of the details. Made when it is looked at first; knows nothing of the pane around it. GUI thread.
class DetailsTab : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;
    static constexpr int kAgainMs = 3000;
    /// It is looked at, or what it shows changed. Called often, on a large network each second: ask a server only when the object or
    /// its version is another, and of the same object no more often than every kAgainMs. What a person has of it (scroll, selection,
    /// what is open) stays.
    virtual void present(const DetailsSubject &subject) = 0;
    /// A quarter of a minute went by while it is looked at, or a person wants it now: ages are said anew, what no watch tells is asked again.
    virtual void renew() { }
    /// The object, or all of it, is no longer looked at: requests end here and nothing of it stays.
    virtual void leave() { }
    /// Below the list there is width, right of it height.
    virtual void setWide(bool wide) { Q_UNUSED(wide) }
    /// The details have a window of their own already: no button leads to one.
    virtual void setInWindow() { }
    /// The log of a container, now or of its run before; of the tab that has logs.
    virtual void openLog(const QString &pod, const QString &container, bool previous) { Q_UNUSED(pod) Q_UNUSED(container) Q_UNUSED(previous) }

Q_SIGNALS:
    /// A log is to be read.
    void logWanted(const QString &pod, const QString &container, bool previous);
    void objectWanted(const qd::ObjectId &object);
    /// The live object is to be asked for again.
    void liveWanted();
    /// The object is to be shown in a window of its own, with this tab first.
    void windowWanted();
    /// A change of the journal.
    void changeWanted(const QString &changeId);
};

}
