// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QObject>

#include <memory>

class QSocketNotifier;

namespace qd::demo {

/// Says when it is time to go: SIGINT, SIGTERM, SIGHUP, or the end of another process. One at a time.
class Ending : public QObject {
    Q_OBJECT
public:
    explicit Ending(QObject *parent = nullptr);
    ~Ending() override;
    /// An Error when there is no such process now.
    [[nodiscard]] Result<Done> follow(qint64 pid);

Q_SIGNALS:
    void requested(const QString &why);

private:
    std::unique_ptr<QSocketNotifier> m_signals;
    std::unique_ptr<QSocketNotifier> m_process;
    int m_pipe[2] = {-1, -1};
    int m_processFd = -1;
};

}
