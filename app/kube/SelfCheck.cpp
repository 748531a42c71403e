// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/SelfCheck.h"

#include <QLoggingCategory>

namespace qd::kube {

using namespace Qt::StringLiterals;

namespace {
Q_LOGGING_CATEGORY(logSelfCheck, "qd.kube.selfcheck")
}

SelfCheck::SelfCheck(const ports::WatchRequest &request, StreamPool *pool, const QHash<QString, QString> &versions,
                     const QString &version)
    : m_request(request), m_pool(pool), m_ours(versions), m_version(version), m_decoder(request.kind, false)
{
}

SelfCheck::~SelfCheck()
{
    if (m_client)
        m_pool->release(m_client);
}

void SelfCheck::start()
{
    m_pool->acquire(this, [this](HttpClient *client) { openOn(client); });
}

void SelfCheck::openOn(HttpClient *client)
{
    m_client = client;
    HttpRequest request;
    request.pathAndQuery = exactListPath(m_request, m_version);
    request.silenceMs = 60000;
    HttpExchange *exchange = client->open(request, this);
    connect(exchange, &HttpExchange::head, this, [this](const HttpHead &head) { m_head = head; });
    connect(exchange, &HttpExchange::data, this, [this](const QByteArray &bytes) {
        if (m_head.status == 200) {
            m_page.append(bytes);
            drain();
        } else if (m_answer.size() < 65536) {
            m_answer += bytes;
        }
    });
    connect(exchange, &HttpExchange::finished, this, &SelfCheck::onFinished);
}

void SelfCheck::drain()
{
    while (const std::optional<Frame> frame = m_page.next()) {
        const DecodedEvent event = m_decoder.item(*frame);
        if (event.type == DecodedEvent::Type::Added)
            m_theirs.insert(event.row.uid, event.row.resourceVersion);
    }
}

void SelfCheck::onFinished(bool clean, const Error &error)
{
    if (m_client)
        m_pool->release(std::exchange(m_client, nullptr));
    if (clean && m_head.status == 200 && m_page.complete()) {
        compare();
        return;
    }
    const Error why = m_head.status == 0 || m_head.status == 200 ? error : errorFromAnswer(m_head, m_answer, m_request.kind.title);
    qCWarning(logSelfCheck).noquote() << m_request.kind.gvr.name() << "at" << m_version << "could not be compared:" << why.text();
    Q_EMIT finished(0, -1);
}

void SelfCheck::compare()
{
    int differences = 0;
    const auto report = [this, &differences](const QString &uid, const QString &ours, const QString &theirs) {
        ++differences;
        qCCritical(logSelfCheck).noquote() << m_request.kind.gvr.name() << "at" << m_version << "uid" << uid << "is"
                                           << (ours.isEmpty() ? u"missing here"_s : ours) << "and"
                                           << (theirs.isEmpty() ? u"missing on the server"_s : theirs) << "on the server";
    };
    for (auto it = m_theirs.cbegin(); it != m_theirs.cend(); ++it) {
        const QString ours = m_ours.value(it.key());
        if (ours != it.value())
            report(it.key(), ours, it.value());
    }
    for (auto it = m_ours.cbegin(); it != m_ours.cend(); ++it) {
        if (!m_theirs.contains(it.key()))
            report(it.key(), it.value(), {});
    }
    qCInfo(logSelfCheck).noquote() << m_request.kind.gvr.name() << "at" << m_version << ":" << m_theirs.size() << "objects,"
                                   << differences << "differences";
    Q_EMIT finished(int(m_theirs.size()), differences);
}

}
