// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/WatchTexts.h"

#include <QtEndian>

namespace qd::support {

using namespace Qt::StringLiterals;
using network::CellType;
using network::State;

network::KindInfo testKind()
{
    network::KindInfo kind;
    kind.kind = u"Party"_s;
    kind.gvr = {u"canton.quarterdeck.io"_s, u"v1alpha1"_s, u"parties"_s};
    kind.singular = u"party"_s;
    kind.title = u"Parties"_s;
    kind.phasePointer = u"/status/phase"_s;
    kind.networkPointer = u"/metadata/labels/canton.quarterdeck.io~1network"_s;
    kind.phases = {{u"Ready"_s, State::Ready}, {u"Pending"_s, State::Provisioning}, {u"Failed"_s, State::Failed}};
    const auto column = [&kind](const QString &id, CellType type, const QString &pointer, const QString &item = {}) {
        network::Column out;
        out.id = id;
        out.title = id;
        out.type = type;
        out.pointer = pointer;
        out.item = item;
        kind.columns.append(out);
    };
    column(u"hint"_s, CellType::Text, u"/spec/hint"_s);
    column(u"replicas"_s, CellType::Integer, u"/spec/replicas"_s);
    column(u"weight"_s, CellType::Number, u"/spec/weight"_s);
    column(u"active"_s, CellType::Boolean, u"/spec/active"_s);
    column(u"storage"_s, CellType::Quantity, u"/spec/storage"_s);
    column(u"since"_s, CellType::Time, u"/status/since"_s);
    column(u"domains"_s, CellType::List, u"/status/domains"_s, u"/alias"_s);
    column(u"rights"_s, CellType::Count, u"/spec/rights"_s);
    column(u"components"_s, CellType::Ready, u"/status/components"_s);
    column(u"traffic"_s, CellType::Left, u"/status/traffic"_s);
    column(u"node"_s, CellType::Ref, u"/spec/nodeRef"_s);
    column(u"tags"_s, CellType::List, u"/spec/tags"_s);
    kind.comparisons.append({u"version"_s, u"Version"_s, u"/spec/version"_s, u"/status/version"_s});
    kind.comparisons.append({u"resources"_s, u"Resources"_s, u"/spec/resources"_s, u"/status/resources"_s});
    return kind;
}

QByteArray object(const QByteArray &name, const QByteArray &uid, int version, const QByteArray &more)
{
    return R"({"apiVersion":"canton.quarterdeck.io/v1alpha1","kind":"Party","metadata":{"creationTimestamp":"2026-01-01T00:00:00Z",)"
           R"("generation":1,"name":")"
        + name + R"(","namespace":"canton","resourceVersion":")" + QByteArray::number(version) + R"(","uid":")" + uid + R"("})" + more
        + "}";
}

QByteArray eventLine(const QByteArray &type, const QByteArray &object)
{
    return R"({"type":")" + type + R"(","object":)" + object + "}\n";
}

QByteArray added(const QByteArray &name, int version)
{
    return eventLine("ADDED", object(name, "uid-" + name, version));
}

QByteArray bookmark(int version, bool initialEnd)
{
    const QByteArray annotations = initialEnd ? R"(,"annotations":{"k8s.io/initial-events-end":"true"})" : "";
    return eventLine("BOOKMARK", R"({"kind":"Party","apiVersion":"canton.quarterdeck.io/v1alpha1","metadata":{"resourceVersion":")"
                     + QByteArray::number(version) + R"(","creationTimestamp":null)" + annotations + "}}");
}

QByteArray status(int code, const QByteArray &reason, const QByteArray &message, const QByteArray &details)
{
    return R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":")" + message + R"(","reason":")" + reason
        + R"(","details":)" + details + R"(,"code":)" + QByteArray::number(code) + "}";
}

QByteArray list(const QList<QByteArray> &items, int version, const QByteArray &continueToken)
{
    // As for custom resources: keys sorted, metadata behind items.
    return R"({"apiVersion":"canton.quarterdeck.io/v1alpha1","items":[)" + items.join(",")
        + R"(],"kind":"PartyList","metadata":{"continue":")" + continueToken + R"(","resourceVersion":")" + QByteArray::number(version)
        + "\"}}\n";
}

QByteArray gzip(const QByteArray &plain)
{
    // qCompress gives four bytes of size, then a zlib stream: two bytes of head, deflate data, four bytes of Adler-32.
    const QByteArray zlib = qCompress(plain).mid(6).chopped(4);
    quint32 crc = 0xFFFFFFFFU;
    for (const char byte : plain) {
        crc ^= quint8(byte);
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
    }
    QByteArray tail(8, Qt::Uninitialized);
    qToLittleEndian(crc ^ 0xFFFFFFFFU, tail.data());
    qToLittleEndian(quint32(plain.size()), tail.data() + 4);
    return QByteArray::fromHex("1f8b08000000000000ff") + zlib + tail;
}

}
