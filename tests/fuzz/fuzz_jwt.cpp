// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a token: refused with a message, or taken apart so that it can be put together again; never verified.
// Any bytes as a key set and as a discovery document: refused or taken, and what is taken keeps the rules.
#include "app/login/tokens/Base64Url.h"
#include "app/login/tokens/IdToken.h"
#include "app/login/tokens/Jws.h"
#include "app/login/tokens/Provider.h"
#include "app/login/tokens/StrictJson.h"

#include <cstdint>

using namespace qd::login;
using namespace Qt::StringLiterals;

static void require(bool holds)
{
    if (!holds)
        __builtin_trap();
}

static const JwkSet &keys()
{
    // RFC 8037 appendix A.2 and RFC 7517 appendix A.1: public keys nobody here can sign with.
    static const JwkSet set = *parseJwks(R"({"keys":[
        {"kty":"OKP","crv":"Ed25519","kid":"e","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
        {"kty":"EC","crv":"P-256","kid":"c","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]})");
    return set;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray bytes(reinterpret_cast<const char *>(data), qsizetype(size));
    const auto jws = parseJws(bytes);
    if (jws) {
        require(jws->signedText + '.' + toBase64Url(jws->signature) == bytes);
        require(acceptedAlgorithms().contains(jws->algorithm));
        require(!verifyJws(*jws, keys(), acceptedAlgorithms()));
    } else {
        require(!jws.error().message.isEmpty());
    }
    if (const auto set = parseJwks(bytes)) {
        for (const Jwk &key : set->keys)
            require(key.kty == "RSA"_L1 ? !key.n.isNull() : !key.x.isEmpty() && !key.crv.isEmpty());
    }
    if (const auto claims = strictObject(bytes, u"it"_s)) {
        const IdTokenRules rules{u"https://id.example"_s, u"quarterdeck"_s, {}, QDateTime::fromSecsSinceEpoch(1767225600, Qt::UTC)};
        if (const auto taken = checkIdToken(*claims, rules))
            require(audiencesOf(*claims) == QStringList{u"quarterdeck"_s} && !taken->subject.isEmpty());
        static_cast<void>(parseDiscovery(bytes, claims->value("issuer"_L1).toString()));
    }
    return 0;
}
