// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <memory>

class QSocketNotifier;

namespace qd::console {

/// SIGINT and SIGTERM as a Qt signal (a pipe written in the handler). One object a program; main() owns it.
class Interrupt : public QObject {
    Q_OBJECT
public:
    explicit Interrupt(QObject *parent = nullptr);
    ~Interrupt() override;
    /// Whether a signal has come, also before requested() could be delivered (a prompt holds the thread).
    [[nodiscard]] static bool caught();

Q_SIGNALS:
    void requested();

private:
    std::unique_ptr<QSocketNotifier> m_notifier;
    int m_pipe[2] = {-1, -1};
};

}
