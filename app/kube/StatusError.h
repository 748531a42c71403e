// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/Http.h"

#include <QJsonObject>

namespace qd::kube {

/// Error of a meta/v1 Status (an answer's body, or the object of an ERROR event): decided by reason, then by code
/// (kubernetes.md 2.6). `what` names the request's object for the sentence: "validators/northgate-1 in canton-mainnet".
[[nodiscard]] Error errorFromStatus(const QJsonObject &status, const QString &what);

/// An answer with a good status code whose body is not the JSON that was asked for: a web page of a proxy or a sign-in
/// page, or an answer that was cut.
[[nodiscard]] Error errorNotJson(
    const HttpHead &head, const QByteArray &body, const QString &what, const QString &parserSays);

/// The missing right in words of RBAC ("patch validators.canton.quarterdeck.io in canton-mainnet") of the API server's
/// sentence; empty when it says something else, for example the verdict of an admission policy.
[[nodiscard]] QString missingRight(const QString &forbiddenMessage);

/// At most `limit` bytes of a body as text, cut at a character, without markup when it is HTML.
[[nodiscard]] QString shortText(const QByteArray &body, qsizetype limit = 2048);
[[nodiscard]] bool looksLikeHtml(const HttpHead &head, const QByteArray &body);

}
