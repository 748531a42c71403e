// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes are either refused with a message or decoded; what is printed is decoded to the same.
#include "app/kube/KubeConfig.h"
#include "app/kube/KubeConfigDecode.h"

#include <QJsonArray>

#include <cstdint>

using namespace Qt::StringLiterals;

static QByteArray printed(const qd::kube::DecodedKubeConfig &config)
{
    const auto list = [](const QList<qd::kube::KubeEntry> &entries, const QString &inner) {
        QJsonArray out;
        for (const qd::kube::KubeEntry &entry : entries)
            out.append(QJsonObject{{u"name"_s, entry.name}, {inner, entry.fields}});
        return out;
    };
    return qd::kube::kubectlJson({{u"kind"_s, u"Config"_s}, {u"apiVersion"_s, u"v1"_s}, {u"current-context"_s, config.current},
                                  {u"clusters"_s, list(config.clusters, u"cluster"_s)}, {u"users"_s, list(config.users, u"user"_s)},
                                  {u"contexts"_s, list(config.contexts, u"context"_s)}});
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto config = qd::kube::decodeKubeConfig(QByteArray(reinterpret_cast<const char *>(data), qsizetype(size)), u"config"_s);
    if (!config) {
        if (config.error().message.isEmpty())
            __builtin_trap();
        return 0;
    }
    const QByteArray text = printed(*config);
    if (text.contains('\x7f'))   // printed as it is by kubectl, refused by every reader
        return 0;
    const auto back = qd::kube::decodeKubeConfig(text, u"config"_s);
    if (!back || printed(*back) != text)
        __builtin_trap();
    return 0;
}
