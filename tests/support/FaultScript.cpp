// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FaultScript.h"

#include <QUrl>

namespace qd::support {

using namespace Qt::StringLiterals;

FaultAnswer FaultAnswer::json(int status, const QByteArray &body)
{
    return text(status, body, "application/json");
}

FaultAnswer FaultAnswer::text(int status, const QByteArray &body, const QByteArray &contentType)
{
    FaultAnswer a;
    a.m_status = status;
    a.m_body = body;
    a.add(Step::Head);
    return a.header("Content-Type", contentType);
}

FaultAnswer FaultAnswer::stream(int status, const QByteArray &contentType)
{
    FaultAnswer a;
    a.m_status = status;
    a.m_chunked = true;
    a.add(Step::Head);
    return a.header("Content-Type", contentType);
}

FaultAnswer FaultAnswer::silent()
{
    FaultAnswer a;
    a.m_silent = true;
    return a;
}

FaultAnswer &FaultAnswer::header(const QByteArray &name, const QByteArray &value)
{
    m_headers.append({name, value});
    return *this;
}

FaultAnswer &FaultAnswer::headAfter(const QString &gate)
{
    m_items.prepend(Item{Step::Wait, {}, gate});
    return *this;
}

FaultAnswer &FaultAnswer::send(const QByteArray &bytes, qsizetype every)
{
    const qsizetype size = every > 0 ? every : bytes.size();
    for (qsizetype at = 0; at < bytes.size(); at += size) {
        const QByteArray part = bytes.mid(at, size);
        add(Step::Bytes, part);
    }
    return *this;
}

FaultAnswer &FaultAnswer::raw(const QByteArray &bytes)
{
    return add(Step::Raw, bytes);
}

FaultAnswer &FaultAnswer::wait(const QString &gate)
{
    return add(Step::Wait, {}, gate);
}

FaultAnswer &FaultAnswer::end()
{
    return add(Step::Done);
}

FaultAnswer &FaultAnswer::cut()
{
    return add(Step::Close);
}

FaultAnswer &FaultAnswer::reset()
{
    return add(Step::Reset);
}

FaultAnswer &FaultAnswer::resetStream(quint32 code)
{
    add(Step::ResetStream);
    m_items.last().code = code;
    return *this;
}

FaultAnswer &FaultAnswer::hang()
{
    return add(Step::Hang);
}

FaultAnswer &FaultAnswer::add(Step step, const QByteArray &bytes, const QString &gate)
{
    m_items.append(Item{step, bytes, gate});
    return *this;
}

QByteArray FaultAnswer::headBytes() const
{
    QByteArray head = "HTTP/1.1 " + QByteArray::number(m_status) + " Answer\r\n";
    bool length = m_chunked;
    for (const auto &[name, value] : m_headers) {
        head += name + ": " + value + "\r\n";
        length = length || name.toLower() == "content-length";
    }
    if (m_chunked)
        head += "Transfer-Encoding: chunked\r\n";
    else if (!length)
        head += "Content-Length: " + QByteArray::number(m_body.size()) + "\r\n";
    return head + "\r\n" + m_body;
}

QByteArray FaultAnswer::chunk(const QByteArray &bytes) const
{
    return m_chunked ? QByteArray(QByteArray::number(bytes.size(), 16) + "\r\n" + bytes + "\r\n") : bytes;
}

void FaultScript::on(const QString &route, const FaultAnswer &answer)
{
    m_answers[route].append(answer);
}

void FaultScript::handle(const QString &route, Handler handler)
{
    m_handlers[route] = std::move(handler);
}

void FaultScript::fallback(Handler handler)
{
    m_fallback = std::move(handler);
}

void FaultScript::forget(const QString &route)
{
    m_answers.remove(route);
    m_handlers.remove(route);
}

FaultAnswer FaultScript::answer(const FaultRequest &request)
{
    m_requests.append(request);
    for (const QString &route : {QString(QString::fromLatin1(request.method) + u' ' + request.path), request.path}) {
        if (const auto handler = m_handlers.constFind(route); handler != m_handlers.constEnd())
            return (*handler)(request);
        if (const auto answers = m_answers.find(route); answers != m_answers.end() && !answers->isEmpty())
            return answers->size() > 1 ? answers->takeFirst() : answers->first();
    }
    if (m_fallback)
        return m_fallback(request);
    return FaultAnswer::json(404,
        R"({"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404,)"
        R"("message":"the server could not find the requested resource"})");
}

bool FaultScript::pass(const QString &gate)
{
    if (m_openGates.contains(gate))
        return true;
    int &tickets = m_tickets[gate];
    if (tickets == 0)
        return false;
    --tickets;
    return true;
}

void FaultScript::release(const QString &gate, int count)
{
    m_tickets[gate] += count;
    Q_EMIT gateOpened(gate);
}

void FaultScript::openGate(const QString &gate)
{
    m_openGates.insert(gate);
    Q_EMIT gateOpened(gate);
}

QList<FaultRequest> FaultScript::requests(const QString &path) const
{
    if (path.isEmpty())
        return m_requests;
    QList<FaultRequest> found;
    for (const FaultRequest &r : m_requests) {
        if (r.path == path)
            found.append(r);
    }
    return found;
}

}
