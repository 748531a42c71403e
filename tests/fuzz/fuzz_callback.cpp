// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes at the loopback listener: without the state of the attempt they end nothing and give nothing.
#include "app/login/tokens/Callback.h"

#include <cstdint>

using namespace qd::login;
using namespace Qt::StringLiterals;

static void require(bool holds)
{
    if (!holds)
        __builtin_trap();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const CallbackRules rules{{u"127.0.0.1:4711"_s}, u"/callback"_s, "Zq", u"https://id.example"_s, false};
    const QByteArray bytes(reinterpret_cast<const char *>(data), qsizetype(size));
    const CallbackVerdict verdict = judgeCallback(bytes, rules);
    if (verdict.kind == CallbackVerdict::Kind::Refused) {
        require(verdict.code.isEmpty() && verdict.error.isEmpty() && verdict.status >= 400);
        return 0;
    }
    require(bytes.startsWith("GET /callback?") && bytes.contains("127.0.0.1:4711"));
    require(bytes.contains("Zq") || bytes.contains('%'));
    require(verdict.code.isEmpty() || verdict.error.isEmpty());
    for (const QByteArray &text : {verdict.code, verdict.error.toUtf8(), verdict.description.toUtf8()}) {
        for (const char c : text)
            require(static_cast<unsigned char>(c) >= 0x20);
    }
    CallbackRules others = rules;
    others.state = "other";
    const CallbackVerdict other = judgeCallback(bytes, others);
    require(other.kind == CallbackVerdict::Kind::Refused);
    return 0;
}
