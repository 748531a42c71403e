// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes are either refused with a message or read; what is read and written again reads back as the same.
#include "app/yaml/Yaml.h"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const std::shared_ptr<qd::ports::YamlCodec> codec = qd::yaml::makeYamlCodec();
    const auto documents = codec->parseAll(QByteArray(reinterpret_cast<const char *>(data), qsizetype(size)));
    if (!documents) {
        if (documents.error().message.isEmpty())
            __builtin_trap();
        return 0;
    }
    for (const qd::ports::YamlDocument &document : *documents) {
        const QByteArray text = codec->emitText(document.value);
        const auto back = codec->parse(text);
        if (!back || codec->emitText(back->value) != text)
            __builtin_trap();
    }
    return 0;
}
