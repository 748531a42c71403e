// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/tokens/Base64Url.h"

namespace qd::login {

QByteArray toBase64Url(const QByteArray &bytes)
{
    return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

std::optional<QByteArray> fromBase64Url(const QByteArray &text)
{
    for (const char c : text) {
        const bool known = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        if (!known)
            return std::nullopt;
    }
    if (text.size() % 4 == 1)
        return std::nullopt;
    const QByteArray bytes = QByteArray::fromBase64(text, QByteArray::Base64UrlEncoding);
    if (toBase64Url(bytes) != text)
        return std::nullopt;
    return bytes;
}

}
