// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/http/Exchange.h"
#include "models/core/Error.h"

#include <QJsonObject>

namespace qd::demo {

struct Kind;

/// A failure as kube-apiserver tells it: meta/v1 Status. Messages are the server's words ("validators.canton.quarterdeck.io
/// \"x\" not found"), checked against the real one by the contract suite.
struct Failure {
    int code = 500;
    QString reason;                     ///< NotFound, AlreadyExists, Conflict, Invalid, BadRequest, Forbidden, Expired …
    QString message;
    QString name = {};                  ///< details.name, group, kind, uid
    QString group = {};
    QString kind = {};
    QString uid = {};
    QList<ErrorCause> causes = {};
    int retryAfterSeconds = -1;
    QString continueToken = {};         ///< metadata.continue of an expired list
    bool generic = false;               ///< NewGenericServerResponse: details are there even when they say nothing
    [[nodiscard]] QJsonObject status() const;
    [[nodiscard]] Response response() const;
};

[[nodiscard]] Failure notFound(const Kind &kind, const QString &name);
[[nodiscard]] Failure alreadyExists(const Kind &kind, const QString &name);
[[nodiscard]] Failure conflict(const Kind &kind, const QString &name, const QString &why);
/// 422: `Validator.canton.quarterdeck.io "x" is invalid: spec.a: Required value`, one or [several].
[[nodiscard]] Failure invalid(const Kind &kind, const QString &name, const QList<ErrorCause> &causes);
[[nodiscard]] Failure badRequest(const QString &message);
[[nodiscard]] Response noSuchPage();    ///< 404 of the mux behind the API: plain text
[[nodiscard]] Failure noSuchPath();     ///< 404 "the server could not find the requested resource"
[[nodiscard]] Failure methodNotAllowed(const Kind *kind, const QByteArray &method);
[[nodiscard]] Failure expired(const QString &message);
[[nodiscard]] Failure unsupportedMediaType(const QStringList &accepted);
[[nodiscard]] Response json(int status, const QJsonObject &body);

/// A value or a Failure.
template <typename T>
class [[nodiscard]] Outcome {
public:
    Outcome(T value) : m_value(std::move(value)) { }
    Outcome(Failure failure) : m_value(std::move(failure)) { }
    [[nodiscard]] bool ok() const { return std::holds_alternative<T>(m_value); }
    explicit operator bool() const { return ok(); }
    const T &operator*() const { return std::get<T>(m_value); }
    T &operator*() { return std::get<T>(m_value); }
    const T *operator->() const { return &std::get<T>(m_value); }
    [[nodiscard]] const Failure &failure() const { return std::get<Failure>(m_value); }

private:
    std::variant<T, Failure> m_value;
};

}
