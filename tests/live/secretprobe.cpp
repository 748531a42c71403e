// SPDX-License-Identifier: GPL-3.0-or-later
// The program's keychain store, driven by a test: a request a line on standard input, an answer a line on standard output.
// {"id":1,"do":"read|write|remove|standing|unlock|stop|keep","key":…,"value":…} -> {"id":1,"ok":true,"value":…,"state":…,"reason":…,"ms":…}
#include "app/login/secrets/KeychainSecrets.h"
#include "models/core/Async.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSocketNotifier>

#include <cstdio>
#include <unistd.h>

using namespace qd;
using namespace Qt::StringLiterals;

namespace {

class Probe : public QObject {
public:
    explicit Probe(std::unique_ptr<ports::SecretStore> store)
        : m_store(std::move(store))
        , m_input(STDIN_FILENO, QSocketNotifier::Read)
    {
        connect(&m_input, &QSocketNotifier::activated, this, [this] { more(); });
    }

private:
    void more()
    {
        char part[65536];
        const ssize_t got = ::read(STDIN_FILENO, part, sizeof part);
        if (got <= 0) {
            m_input.setEnabled(false);
            QCoreApplication::quit();
            return;
        }
        m_line.append(part, got);
        for (qsizetype end; (end = m_line.indexOf('\n')) >= 0; m_line.remove(0, end + 1))
            request(QJsonDocument::fromJson(m_line.left(end)).object());
    }

    void request(const QJsonObject &asked)
    {
        const QString what = asked.value("do"_L1).toString(), key = asked.value("key"_L1).toString();
        const QJsonValue id = asked.value("id"_L1);
        QElapsedTimer clock;
        clock.start();
        const auto done = [this, id, clock](const Result<Done> &result) { answer(id, clock, result.ok() ? QJsonObject{} : words(result.error())); };
        if (what == "read"_L1) {
            whenFinished(m_store->read(key), this, [this, id, clock](const Result<QByteArray> &result) {
                answer(id, clock, result ? QJsonObject{{u"value"_s, QString::fromLatin1(*result)}} : words(result.error()));
            });
        } else if (what == "write"_L1) {
            whenFinished(m_store->write(key, asked.value("value"_L1).toString().toLatin1()), this, done);
        } else if (what == "remove"_L1) {
            whenFinished(m_store->remove(key), this, done);
        } else if (what == "unlock"_L1) {
            m_stop = {};
            whenFinished(m_store->unlock(m_stop.get_token()), this, done);
        } else if (what == "stop"_L1) {
            m_stop.request_stop();
        } else if (what == "keep"_L1) {
            whenFinished(m_store->keepIn(key == "memory"_L1 ? ports::SecretPlace::MemoryOnly : ports::SecretPlace::Keychain), this, done);
        } else if (what == "standing"_L1) {
            whenFinished(m_store->standing(), this, [this, id, clock](const Result<ports::SecretStore::Standing> &result) {
                QJsonObject out = words(result->why);
                out.insert(u"state"_s, static_cast<int>(result->state));
                answer(id, clock, out);
            });
        }
    }

    static QJsonObject words(const Error &error)
    {
        return {{u"reason"_s, error.reason}, {u"kind"_s, static_cast<int>(error.kind)}, {u"message"_s, error.message}, {u"remedy"_s, error.remedy}, {u"detail"_s, error.detail}};
    }

    void answer(const QJsonValue &id, const QElapsedTimer &clock, QJsonObject out)
    {
        out.insert(u"id"_s, id);
        out.insert(u"ms"_s, clock.elapsed());
        std::fputs(QJsonDocument(out).toJson(QJsonDocument::Compact).append('\n').constData(), stdout);
        std::fflush(stdout);
    }

    std::unique_ptr<ports::SecretStore> m_store;
    QSocketNotifier m_input;
    QByteArray m_line;
    std::stop_source m_stop;
};

}

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    login::KeychainOptions options{.service = u"Quarterdeck test"_s};
    if (const int ms = qEnvironmentVariableIntValue("PROBE_ANSWER_MS"))
        options.answer = std::chrono::milliseconds(ms);
    if (const int ms = qEnvironmentVariableIntValue("PROBE_PATIENCE_MS"))
        options.patience = std::chrono::milliseconds(ms);
    const Probe probe(login::makeKeychainSecrets(options));
    std::fputs("{\"ready\":true}\n", stdout);
    std::fflush(stdout);
    return QCoreApplication::exec();
}
