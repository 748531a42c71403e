// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QProcess>
#include <QStringList>

namespace qd::demo {

/// A program beside the demo network (prometheus, alertmanager, promtool): a child that ends with it, also when this process is killed.
/// Servers choose a port on 127.0.0.1 and say it in their log.
class InstrumentProcess : public QObject {
    Q_OBJECT
public:
    /// `program`: a name on the PATH.
    explicit InstrumentProcess(const QString &program, QObject *parent = nullptr);
    ~InstrumentProcess() override;
    [[nodiscard]] static QString pathOf(const QString &program);   ///< empty: it is not installed
    void start(const QStringList &arguments);
    /// Asks it to end and starts it anew.
    void again(const QStringList &arguments);
    [[nodiscard]] quint16 port() const { return m_port; }           ///< 0: it does not listen (yet)

Q_SIGNALS:
    void listening();
    /// A Prometheus that listens has read its storage.
    void ready();
    /// It ended: by itself with 0, or why not.
    void ended(bool well, const QString &why);

private:
    void read();

    QString m_program;
    QProcess m_process;
    QStringList m_next;
    QString m_last;                     ///< the last complaint of its log
    quint16 m_port = 0;
    bool m_again = false;
};

}
