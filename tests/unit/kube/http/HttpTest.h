// SPDX-License-Identifier: GPL-3.0-or-later
// Helpers of the transport and gateway tests.
#pragma once

#include "app/kube/Http.h"
#include "models/core/Async.h"
#include "models/ports/TokenSource.h"
#include "tests/support/FaultServer.h"
#include "tests/support/TestPki.h"
#include "tests/support/TestProxy.h"

#include <QTest>

namespace qd::kube::test {

using namespace Qt::StringLiterals;
using support::FaultAnswer;
using support::FaultRequest;
using support::FaultServer;
using support::TestPki;
using support::TestProxy;

/// All that came of one exchange.
struct Exchange
{
    Exchange(HttpClient *client, const HttpRequest &request)
        : handle(client->open(request, &owner))
    {
        QObject::connect(handle, &HttpExchange::head, &owner, [this](const HttpHead &h) {
            head = h;
            ++heads;
        });
        QObject::connect(handle, &HttpExchange::data, &owner, [this](const QByteArray &bytes) { body += bytes; });
        QObject::connect(handle, &HttpExchange::finished, &owner, [this](bool c, const Error &e) {
            clean = c;
            error = e;
            ++finishes;
        });
    }
    bool wait()
    {
        return QTest::qWaitFor([this] { return finishes > 0; }, 10000);
    }
    QObject owner;
    HttpExchange *handle;
    HttpHead head;
    QByteArray body;
    Error error;
    int heads = 0;
    int finishes = 0;
    bool clean = false;
};

inline HttpRequest request(const QString &path, const QByteArray &method = "GET")
{
    HttpRequest r;
    r.pathAndQuery = path;
    r.method = method;
    return r;
}

/// Gives its credentials one after another: the next one once the one before was rejected.
class Tokens final : public ports::TokenSource
{
public:
    explicit Tokens(QList<QByteArray> bearers)
    {
        for (const QByteArray &bearer : bearers) {
            ports::Credential c;
            c.bearer = bearer;
            list.append(c);
        }
    }
    explicit Tokens(const ports::Credential &credential)
        : list{credential}
    {
    }
    QFuture<Result<ports::Credential>> credential(std::stop_token) override
    {
        ++asked;
        return readyFuture(failure ? Result<ports::Credential>(*failure) : Result<ports::Credential>(list.at(at)));
    }
    void rejected(const ports::Credential &credential) override
    {
        rejections.append(credential.bearer);
        if (credential == list.at(at) && at + 1 < list.size())
            ++at;
    }
    QList<ports::Credential> list;
    std::optional<Error> failure;
    qsizetype at = 0;
    int asked = 0;
    QList<QByteArray> rejections;
};

inline ClusterConfig configOf(const FaultServer &server, const TestPki *pki = nullptr)
{
    ClusterConfig config;
    config.context = u"staging"_s;
    config.clusterName = u"staging-cluster"_s;
    config.userName = u"alice"_s;
    config.server = server.url();
    if (pki)
        config.caData = pki->ca();
    return config;
}

/// The result of a future, with the event loop running.
template <typename T> Result<T> await(QFuture<Result<T>> future)
{
    QObject context;
    std::optional<Result<T>> result;
    whenFinished(future, &context, [&result](Result<T> r) { result = std::move(r); });
    if (!QTest::qWaitFor([&result] { return result.has_value(); }, 15000))
        return Error{ErrorKind::Internal, u"the test waited in vain"_s};
    return *result;
}

inline QByteArray statusBody(
    int code, const QByteArray &reason, const QByteArray &message, const QByteArray &details = "{}")
{
    return R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":")" + message
        + R"(","reason":")" + reason + R"(","details":)" + details + R"(,"code":)" + QByteArray::number(code) + "}";
}

}
