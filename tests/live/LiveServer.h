// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QUrl>

namespace qd::test {

/// A real server of a monitoring stack for one test, on ports of 127.0.0.1 that nobody has; dies with this object and with the program.
class LiveServer {
public:
    enum class Kind { Alertmanager, Loki, Prometheus };
    /// Starts it on data of its own and waits until it says that it is ready. `settings`: more lines of its configuration, in which %PORT%
    /// is its port; `past`: OpenMetrics of what a Prometheus has measured before.
    explicit LiveServer(Kind kind, const QByteArray &settings = {}, const QByteArray &past = {});
    ~LiveServer();
    LiveServer(const LiveServer &) = delete;
    LiveServer &operator=(const LiveServer &) = delete;

    [[nodiscard]] bool ready() const { return m_why.isEmpty(); }
    /// The program is not installed, and QD_LIVE is not "required".
    [[nodiscard]] bool skipped() const { return m_skipped; }
    [[nodiscard]] QString why() const { return m_why; }
    [[nodiscard]] QUrl url() const { return m_url; }
    [[nodiscard]] quint16 port() const { return quint16(m_url.port()); }
    /// Ends it as a crash would.
    void kill();
    /// The same port, the same data; false: it did not come back.
    bool startAgain();

private:
    [[nodiscard]] bool findProgram();
    [[nodiscard]] bool begin();
    [[nodiscard]] bool fillBack(const QByteArray &past);
    void configure(QFile &config, const QString &port);
    Kind m_kind;
    QByteArray m_settings;
    QTemporaryDir m_folder;
    QProcess m_process;
    QString m_program;
    QStringList m_arguments;
    QUrl m_url;
    QString m_why;
    bool m_skipped = false;
};

}
