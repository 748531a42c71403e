// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/BodyCodec.h"

#include "app/kube/KubeCluster.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QtEndian>

#include <lz4.h>

#include <array>
#include <cstring>

namespace qd::kube {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kHeader = 4;
constexpr quint32 kWithDictionary = 0x80000000U;
constexpr quint32 kLargest = 64U * 1024 * 1024;

/// Texts that most objects share. Never change it: bodies are packed and opened by the same program only, but a recording
/// may hold them. The most frequent stand last, where LZ4's offsets are cheapest.
constexpr std::string_view kDictionary =
    R"("tolerations":[],"affinity":{},"nodeSelector":{},"envVars":[{"name":"","value":""}],"secretKeyRef":{"key":"",)"
    R"("storageClassName":"","storageSize":"","suspend":false,"schedule":"0 0 * * *","retention":{"keepLast":)"
    R"("resources":{"limits":{"cpu":"","memory":"4Gi"},"requests":{"cpu":"500m","memory":"1Gi"}},"replicas":1,"image":"")"
    R"("components":[{"desired":1,"image":"","name":"participant","phase":"Ready","ready":1,"restarts":0},)"
    R"("handledRequests":{"reconcile":"","restart":"","trigger":""},"connectedDomains":[{"alias":"","connected":true,)"
    R"("annotations":{"argocd.argoproj.io/tracking-id":"","canton.quarterdeck.io/change-reason":"",)"
    R"("canton.quarterdeck.io/requested-by":"","kubectl.kubernetes.io/last-applied-configuration":"{\"apiVersion\":\")"
    R"("labels":{"app.kubernetes.io/instance":"","app.kubernetes.io/managed-by":"","app.kubernetes.io/name":"",)"
    R"("canton.quarterdeck.io/environment":"","canton.quarterdeck.io/network":"mainnet","canton.quarterdeck.io/node":"")"
    R"("ownerReferences":[{"apiVersion":"canton.quarterdeck.io/v1alpha1","blockOwnerDeletion":true,"controller":true,)"
    R"("finalizers":["canton.quarterdeck.io/teardown"],"nodeRef":{"kind":"Validator","name":""},"partyId":"::1220)"
    R"("status":{"conditions":[{"lastTransitionTime":"2026-01-01T00:00:00Z","message":"","observedGeneration":1,)"
    R"("reason":"Reconciled","status":"True","type":"Ready"},{"lastTransitionTime":"2026-01-01T00:00:00Z","message":"",)"
    R"("reason":"","status":"False","type":"Degraded"}],"observedGeneration":1,"phase":"Ready","displayName":")"
    R"({"apiVersion":"canton.quarterdeck.io/v1alpha1","kind":"","metadata":{"annotations":{"labels":{)"
    R"("creationTimestamp":"2026-01-01T00:00:00Z","generation":1,"name":"","namespace":"","resourceVersion":"",)"
    R"("uid":""},"spec":{"nodeRef":{"kind":"Validator","name":"},"hint":"","status":{"phase":"","observedGeneration":1}})";

Error damaged()
{
    return {ErrorKind::Invalid, QCoreApplication::translate("BodyCodec", "The kept copy of the object is damaged."),
            QCoreApplication::translate("BodyCodec", "Refresh the list to read the object again.")};
}

class Lz4Codec final : public ports::BodyCodec {
public:
    Result<QJsonObject> open(const QByteArray &body) const override
    {
        const Result<QByteArray> plain = unpackBody(body);
        if (!plain)
            return plain.error();
        QJsonParseError parse;
        const QJsonDocument document = QJsonDocument::fromJson(*plain, &parse);
        if (!document.isObject()) {
            Error error = damaged();
            error.detail = parse.errorString();
            return error;
        }
        return document.object();
    }

    QByteArray pack(const QByteArray &json) const override
    {
        return BodyPacker().pack({json.constData(), size_t(json.size())});
    }
};

}

struct BodyPacker::Streams {
    LZ4_stream_t prepared;
    LZ4_stream_t work;
};

BodyPacker::BodyPacker() : m_streams(std::make_unique<Streams>())
{
    LZ4_initStream(&m_streams->prepared, sizeof m_streams->prepared);
    LZ4_loadDict(&m_streams->prepared, kDictionary.data(), int(kDictionary.size()));
}

BodyPacker::~BodyPacker() = default;

QByteArray BodyPacker::pack(std::string_view json)
{
    if (json.size() > kLargest)
        return {};
    const int bound = LZ4_compressBound(int(json.size()));
    if (m_scratch.size() < size_t(kHeader + bound))
        m_scratch.resize(size_t(kHeader + bound) * 2);
    // A prepared state with the dictionary is copied: LZ4_loadDict for each body would index the dictionary again.
    std::memcpy(&m_streams->work, &m_streams->prepared, sizeof m_streams->work);
    const int packed = LZ4_compress_fast_continue(&m_streams->work, json.data(), m_scratch.data() + kHeader, int(json.size()),
                                                  bound, 1);
    qToLittleEndian(quint32(json.size()) | kWithDictionary, m_scratch.data());
    return {m_scratch.data(), kHeader + packed};
}

Result<QByteArray> unpackBody(const QByteArray &body)
{
    if (body.size() < kHeader)
        return damaged();
    const quint32 head = qFromLittleEndian<quint32>(body.constData());
    const quint32 size = head & ~kWithDictionary;
    if (size > kLargest)
        return damaged();
    QByteArray plain(qsizetype(size), Qt::Uninitialized);
    const char *from = body.constData() + kHeader;
    const int length = int(body.size() - kHeader);
    const int got = (head & kWithDictionary) != 0
        ? LZ4_decompress_safe_usingDict(from, plain.data(), length, int(size), kDictionary.data(), int(kDictionary.size()))
        : LZ4_decompress_safe(from, plain.data(), length, int(size));
    if (got != int(size))
        return damaged();
    return plain;
}

std::shared_ptr<ports::BodyCodec> makeBodyCodec()
{
    return std::make_shared<Lz4Codec>();
}

}
