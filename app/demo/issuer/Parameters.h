// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/http/Exchange.h"

#include <QList>

namespace qd::demo {

/// The parameters of a request to the issuer, decoded once. Names that come twice are an error of their own (RFC 6749, 3.1).
class Parameters {
public:
    [[nodiscard]] static Parameters ofQuery(const Request &request);
    /// Of an application/x-www-form-urlencoded body; none when it is of another type.
    [[nodiscard]] static Parameters ofForm(const Request &request);
    [[nodiscard]] QString value(QLatin1StringView name) const;
    [[nodiscard]] bool has(QLatin1StringView name) const;
    [[nodiscard]] QStringList words(QLatin1StringView name) const;      ///< separated by spaces, each once
    [[nodiscard]] QString repeated() const;                             ///< a name that comes twice; empty: none

private:
    void add(const QUrlQuery &query);
    QList<std::pair<QString, QString>> m_items;
};

/// Whether a redirect URI is one of the registered ones: scheme, host and path exactly, any port. No URL is parsed: what differs in
/// any other way (user, query, fragment, letters, encoding) is another URI.
[[nodiscard]] bool isRegistered(const QString &given, const QStringList &registered);
/// "http://127.0.0.1:41234" of a registered one.
[[nodiscard]] QString originOf(const QString &redirect);
/// With these parameters added to its query.
[[nodiscard]] QByteArray withQuery(const QString &redirect, const QList<std::pair<QString, QString>> &parameters);
/// The value of a cookie of the request.
[[nodiscard]] QByteArray cookieOf(const Request &request, const QByteArray &name);

}
