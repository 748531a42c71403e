// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/network/State.h"

#include <QCoreApplication>

#include <array>

namespace qd::network {

namespace {
struct Entry {
    State state;
    const char *id;
    const char *word;
};
constexpr std::array kEntries{
    Entry{State::Failed, "failed", QT_TRANSLATE_NOOP("State", "Failed")},
    Entry{State::Degraded, "degraded", QT_TRANSLATE_NOOP("State", "Degraded")},
    Entry{State::Stale, "stale", QT_TRANSLATE_NOOP("State", "Stale")},
    Entry{State::Unknown, "unknown", QT_TRANSLATE_NOOP("State", "Unknown")},
    Entry{State::Deleting, "deleting", QT_TRANSLATE_NOOP("State", "Deleting")},
    Entry{State::Updating, "updating", QT_TRANSLATE_NOOP("State", "Updating")},
    Entry{State::Provisioning, "provisioning", QT_TRANSLATE_NOOP("State", "Provisioning")},
    Entry{State::Progressing, "progressing", QT_TRANSLATE_NOOP("State", "Progressing")},
    Entry{State::Suspended, "suspended", QT_TRANSLATE_NOOP("State", "Suspended")},
    Entry{State::Ready, "ready", QT_TRANSLATE_NOOP("State", "Ready")},
    Entry{State::Waiting, "waiting", QT_TRANSLATE_NOOP("State", "Waiting")},
    Entry{State::NotBegun, "notBegun", QT_TRANSLATE_NOOP("State", "Not begun")},
    Entry{State::Succeeded, "succeeded", QT_TRANSLATE_NOOP("State", "Succeeded")},
    Entry{State::Cancelled, "cancelled", QT_TRANSLATE_NOOP("State", "Cancelled")},
};
}

State stateFromId(const QString &id)
{
    for (const Entry &entry : kEntries) {
        if (id == QLatin1StringView(entry.id))
            return entry.state;
    }
    return State::Unknown;
}

QString stateId(State state)
{
    return QString::fromLatin1(kEntries[size_t(state)].id);
}

QString stateWord(State state)
{
    return QCoreApplication::translate("State", kEntries[size_t(state)].word);
}

State worse(State a, State b)
{
    return a < b ? a : b;
}

bool isProblem(State state)
{
    return state <= State::Unknown;
}

}
