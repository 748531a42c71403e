// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/log/Log.h"

#include "models/core/Redact.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <QCoreApplication>
#include <QDir>

#include <mutex>
#include <vector>

#include <sys/stat.h>

namespace qd::log {

using namespace Qt::StringLiterals;

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(qd::log)
};

spdlog::level::level_enum levelOf(QtMsgType type)
{
    switch (type) {
    case QtDebugMsg:
        return spdlog::level::debug;
    case QtInfoMsg:
        return spdlog::level::info;
    case QtWarningMsg:
        return spdlog::level::warn;
    case QtCriticalMsg:
        return spdlog::level::err;
    case QtFatalMsg:
        return spdlog::level::critical;
    }
    return spdlog::level::info;
}

class FileSession;
std::mutex g_mutex;                     // guards the one that is installed
FileSession *g_session = nullptr;

class FileSession final : public Session {
public:
    FileSession(std::vector<spdlog::sink_ptr> sinks, const QString &file, bool verbose)
        : m_logger("quarterdeck", sinks.begin(), sinks.end()), m_file(file)
    {
        m_logger.set_level(verbose ? spdlog::level::debug : spdlog::level::info);
        m_logger.flush_on(spdlog::level::info);
        m_logger.set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
        m_logger.set_error_handler([](const std::string &) { });   // a full disk must not stop the program, nor flood stderr
        const std::lock_guard lock(g_mutex);
        g_session = this;
        m_before = qInstallMessageHandler(&FileSession::handle);
    }

    ~FileSession() override
    {
        qInstallMessageHandler(m_before);
        const std::lock_guard lock(g_mutex);
        g_session = nullptr;
        m_logger.flush();
    }

    Q_DISABLE_COPY_MOVE(FileSession)

    [[nodiscard]] QString file() const override { return m_file; }
    void flush() override { m_logger.flush(); }

private:
    static void handle(QtMsgType type, const QMessageLogContext &context, const QString &message)
    {
        QString line = redact(message);
        line.replace(u'\n', u"\n    "_s);
        const std::string text = QString(QString::fromUtf8(context.category ? context.category : "default") + u": "_s + line).toStdString();
        const std::lock_guard lock(g_mutex);
        if (!g_session)
            return;
        g_session->m_logger.log(levelOf(type), text);
        if (type == QtFatalMsg)
            g_session->m_logger.flush();   // Qt aborts after this
    }

    spdlog::logger m_logger;
    QString m_file;
    QtMessageHandler m_before = nullptr;
};

bool privateFolder(const QString &path)
{
    return QDir().mkpath(path) && QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
}

}

QString defaultDirectory()
{
    const QString state = qEnvironmentVariable("XDG_STATE_HOME");
    const QString base = QDir::isAbsolutePath(state) ? state : QString(QDir::homePath() + u"/.local/state"_s);
    return base + u"/quarterdeck"_s;
}

std::unique_ptr<Session> open(const Options &options, Error *problem)
{
    auto console = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    console->set_level(options.verbose ? spdlog::level::debug : spdlog::level::err);
    std::vector<spdlog::sink_ptr> sinks = {console};
    const QString directory = options.directory.isEmpty() ? defaultDirectory() : options.directory;
    QString file = directory + u"/quarterdeck.log"_s;
    try {
        if (!privateFolder(directory))
            throw spdlog::spdlog_ex("the folder cannot be made");
        spdlog::file_event_handlers handlers;
        handlers.after_open = [](const spdlog::filename_t &, std::FILE *stream) { ::fchmod(::fileno(stream), S_IRUSR | S_IWUSR); };
        sinks.push_back(std::make_shared<spdlog::sinks::rotating_file_sink_mt>(QFile::encodeName(file).toStdString(), size_t(options.maxBytes),
                                                                             size_t(options.maxFiles), false, handlers));
    } catch (const spdlog::spdlog_ex &exception) {
        if (problem)
            *problem = {ErrorKind::Storage, Text::tr("The log %1 cannot be written: %2.").arg(file, QString::fromUtf8(exception.what())),
                        Text::tr("Make room or correct the owner of the folder; until then messages are only shown with -v.")};
        file.clear();
    }
    return std::make_unique<FileSession>(std::move(sinks), file, options.verbose);
}

}
