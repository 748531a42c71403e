// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/Http.h"

#include <QPointer>
#include <QUrlQuery>

namespace qd::support {

/// One request a test answers by hand.
class FakeExchange final : public kube::HttpExchange {
    Q_OBJECT
public:
    FakeExchange(const kube::HttpRequest &sent, QObject *parent) : HttpExchange(parent), request(sent) { }
    void abort() override { aborted = true; }
    void setPaused(bool) override { }
    void answer(int status = 200, const QMap<QByteArray, QByteArray> &headers = {{"content-type", "application/json"}})
    {
        kube::HttpHead out;
        out.status = status;
        out.headers = headers;
        Q_EMIT head(out);
    }
    void send(const QByteArray &bytes) { Q_EMIT data(bytes); }
    void end() { Q_EMIT finished(true, {ErrorKind::Cancelled, QStringLiteral("ended")}); }
    void fail(ErrorKind kind, const QString &message) { Q_EMIT finished(false, {kind, message}); }
    /// Head, body and end in one.
    void reply(int status, const QByteArray &body, const QMap<QByteArray, QByteArray> &headers = {{"content-type", "application/json"}})
    {
        const QPointer<FakeExchange> alive(this);
        answer(status, headers);
        if (alive)
            send(body);
        if (alive && !aborted)
            end();
    }
    [[nodiscard]] QString path() const { return request.pathAndQuery.section(u'?', 0, 0); }
    [[nodiscard]] QString q(const QString &name) const
    {
        return QUrlQuery(request.pathAndQuery.section(u'?', 1)).queryItemValue(name, QUrl::FullyDecoded);
    }
    [[nodiscard]] bool has(const QString &name) const
    {
        return QUrlQuery(request.pathAndQuery.section(u'?', 1)).hasQueryItem(name);
    }

    const kube::HttpRequest request;
    bool aborted = false;
};

/// A client whose exchanges lie in `opened` until the test answers them.
class FakeHttpClient final : public kube::HttpClient {
    Q_OBJECT
public:
    FakeHttpClient() : HttpClient(nullptr) { }
    [[nodiscard]] kube::HttpExchange *open(const kube::HttpRequest &request, QObject *parent) override
    {
        auto *exchange = new FakeExchange(request, parent);
        opened.append(exchange);
        return exchange;
    }
    [[nodiscard]] bool lastWasHttp2() const override { return http2; }
    [[nodiscard]] QString tlsVersion() const override { return {}; }
    void dropConnections() override { ++drops; }

    [[nodiscard]] FakeExchange *last() const { return opened.isEmpty() ? nullptr : opened.last().data(); }

    QList<QPointer<FakeExchange>> opened;
    bool http2 = true;
    int drops = 0;
};

}
