// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QString>

#include <memory>

namespace qd::log {

struct Options {
    QString directory;              ///< empty: defaultDirectory()
    bool verbose = false;           ///< -v: debug messages too, and everything to stderr
    qsizetype maxBytes = 5 * 1024 * 1024;
    int maxFiles = 4;               ///< kept beside the current one
};

/// $XDG_STATE_HOME/quarterdeck, or ~/.local/state/quarterdeck.
[[nodiscard]] QString defaultDirectory();

/// While it lives, every message of qDebug, qCInfo, qWarning and so on goes through redaction (models/core/Redact.h) to a
/// rotating file quarterdeck.log (0600 in a 0700 folder), one line a message: time in UTC, level, category, text. Critical
/// messages, and with -v all, also go to stderr. One at a time; make and destroy it in main(). Messages may come from any thread.
class Session {
public:
    virtual ~Session() = default;
    [[nodiscard]] virtual QString file() const = 0;   ///< empty when only stderr is written
    virtual void flush() = 0;
};

/// Never fails as a whole: when the file cannot be written, `problem` (kind Storage) says why, and stderr still works.
[[nodiscard]] std::unique_ptr<Session> open(const Options &options, Error *problem = nullptr);

}
