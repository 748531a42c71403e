// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/HeartbeatProbe.h"

namespace qd::kube {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kBodyCap = 16 * 1024;

}

HeartbeatProbe::HeartbeatProbe(StreamPool *pool, HttpClient *client, const WatchOptions &options, ReflectorTime &time, bool mayMove,
                               QObject *parent)
    : QObject(parent), m_pool(pool), m_client(client), m_deadlineMs(options.freshMs), m_mayMove(mayMove), m_overdue(time.makeAlarm(this))
{
    connect(m_overdue, &Alarm::fired, this, &HeartbeatProbe::askOnNewConnection);
    ask(m_own, client);
    if (m_mayMove)
        m_overdue->start(options.overdueMs);
}

HeartbeatProbe::~HeartbeatProbe()
{
    drop(m_own);
    drop(m_second);
    if (m_spare)
        m_spare.release()->deleteLater();
}

void HeartbeatProbe::ask(Question &question, HttpClient *client)
{
    HttpRequest request;
    request.pathAndQuery = u"/livez"_s;
    request.accept = "*/*";
    request.deadlineMs = m_deadlineMs;
    question.exchange = client->open(request, this);
    connect(question.exchange, &HttpExchange::head, this, [this, &question](const HttpHead &head) { onHead(question, head); });
    connect(question.exchange, &HttpExchange::data, this, [&question](const QByteArray &bytes) {
        if (question.body.size() < kBodyCap)
            question.body += bytes;
    });
    connect(question.exchange, &HttpExchange::finished, this, [this, &question](bool, const Error &error) { onFinished(question, error); });
}

void HeartbeatProbe::askOnNewConnection()
{
    if (m_over || m_second.exchange || m_spare)
        return;
    m_overdue->stop();
    m_spare = m_pool->spare();
    ask(m_second, m_spare.get());
}

void HeartbeatProbe::onHead(Question &question, const HttpHead &head)
{
    question.head = head;
    if (&question == &m_own && m_client) {
        m_overdue->stop();
        m_pool->answered(m_client);
    }
    if (m_over || !proves(head.status))   // why not stands in the body
        return;
    if (&question == &m_second && m_client)
        m_pool->replace(m_client, std::move(m_spare));
    drop(&question == &m_second ? m_own : m_second);
    tell(head, {});
}

void HeartbeatProbe::onFinished(Question &question, const Error &error)
{
    std::exchange(question.exchange, nullptr)->deleteLater();
    if (m_over)
        return;
    if (question.head.status != 0)
        return tell(question.head, question.body);
    if (&question == &m_own) {
        m_error = error;
        if (m_mayMove && !m_second.exchange && !m_spare && m_client && m_client->lastWasHttp2())
            return askOnNewConnection();
    }
    if (m_own.exchange || m_second.exchange)   // the other one may still come
        return;
    m_over = true;
    Q_EMIT failed(m_error);
}

void HeartbeatProbe::drop(Question &question)
{
    if (!question.exchange)
        return;
    question.exchange->disconnect(this);
    question.exchange->abort();
    std::exchange(question.exchange, nullptr)->deleteLater();
}

void HeartbeatProbe::tell(const HttpHead &head, const QByteArray &body)
{
    m_over = true;
    m_overdue->stop();
    Q_EMIT answered(head, body);
}

}
